//! The calendar of returns: what each spec says is owed, by whom and until when, held against what the accepted submissions
//! hold. A return counts by its content, whichever file brought it; a file with nothing in it counts as nothing.

mod expect;
mod receipts;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::configuration::Configuration;
use crate::ledger::Ledger;
use crate::model::calendar::{Held, first_load};
use crate::model::period::add_months;
use crate::model::submission::Submission;
use crate::model::{Due, DueState, Error, NilReturn, NotHeard, Period, Punctuality, Table};
use crate::spec::reference::Frequency;
use crate::spec::return_spec::ReturnSpec;

use expect::Expectation;
use receipts::{Receipts, Taken};

/// How far back the calendar goes: as far as the longest window that figures are compared over.
const MONTHS_BACK: i32 = 36;

/// A return that somebody owes.
#[derive(Debug, Clone)]
pub(super) struct Owed<'a> {
    /// Its spec; none for what is owed in the board's own columns, because only the list of indicators speaks of it.
    pub spec: Option<&'a ReturnSpec>,
    /// How often.
    pub frequency: Frequency,
    /// Who owes it; one empty id where nobody in particular does.
    pub owers: Vec<String>,
}

impl Owed<'_> {
    /// The id of the return.
    pub fn id(&self) -> &str {
        self.spec.map_or("plain", |s| s.id.as_str())
    }

    /// Whether whoever owes it is not whose figures are in it.
    pub fn is_of_others(&self) -> bool {
        self.spec.is_some_and(|s| !s.owed_by.is_empty())
    }

    /// Whether the return has no periods of its own: a register, which brings all that has happened.
    pub fn is_register(&self) -> bool {
        let dated = [Table::Performance, Table::Section11, Table::Intelligence];
        self.spec.is_some_and(|s| s.feeds().iter().all(|t| !dated.contains(t)))
    }
}

/// Everything that is owed up to a day, by return, agency and period, the newest last.
///
/// # Errors
/// The ledger could not be read.
pub fn calendar(configuration: &Configuration, ledger: &Ledger, as_of: NaiveDate) -> Result<Vec<Due>, Error> {
    let (submissions, contents) = (ledger.submissions(as_of)?, ledger.contents()?);
    let nil = ledger.nil_returns(as_of)?;
    let came = Came { submissions: submissions.iter().collect(), contents: &[&contents], nil: &nil };
    Ok(of(configuration, &came, as_of, None))
}

/// All that came up to a day.
pub(super) struct Came<'a> {
    /// Submissions, in the order of receipt.
    pub submissions: Vec<&'a Submission>,
    /// What the accepted ones hold, by SHA-256: the first that knows one counts.
    pub contents: &'a [&'a BTreeMap<String, Vec<Held>>],
    /// Words that there is nothing to report.
    pub nil: &'a [NilReturn],
}

/// The same from what came, of one agency alone where one is named.
pub(super) fn of(configuration: &Configuration, came: &Came<'_>, as_of: NaiveDate, only: Option<&str>) -> Vec<Due> {
    let receipts = Receipts::new(configuration, came);
    let first = first_load(came.submissions.iter().copied());
    let expectation = Expectation::new(configuration);
    let mut all = Vec::new();
    for owed in expectation.owed() {
        if only.is_some_and(|only| owed.owers.iter().all(|o| o != only)) {
            continue;
        }
        let start = start(&owed, &receipts, &expectation, as_of);
        for ower in owed.owers.iter().filter(|o| only.is_none_or(|only| *o == only)) {
            all.extend(of_ower(&owed, ower, start, &receipts, &expectation, first, as_of));
        }
    }
    all
}

/// The first period that is owed: as the spec says, else the first of which anybody sent anything.
fn start(owed: &Owed<'_>, receipts: &Receipts<'_>, expectation: &Expectation<'_>, as_of: NaiveDate) -> Period {
    let earliest = add_months(as_of, -MONTHS_BACK);
    if let Some(from) = owed.spec.and_then(|s| s.owed_from) {
        return owed.frequency.period_of(from.max(earliest));
    }
    let heard = owed.owers.iter().filter_map(|ower| {
        let taken = receipts.of(owed, ower, &expectation.subjects(owed, ower));
        taken.first_day(owed)
    });
    let last_over = last_over(owed.frequency, as_of);
    heard.min().map_or(last_over, |day| owed.frequency.period_of(day.max(earliest)).min(last_over))
}

/// The last period of a length that is over on a day.
fn last_over(frequency: Frequency, as_of: NaiveDate) -> Period {
    let running = frequency.period_of(as_of);
    if running.end() <= as_of { running } else { frequency.period_of(running.start().pred_opt().unwrap_or(as_of)) }
}

fn of_ower(
    owed: &Owed<'_>,
    ower: &str,
    start: Period,
    receipts: &Receipts<'_>,
    expectation: &Expectation<'_>,
    first: Option<NaiveDate>,
    as_of: NaiveDate,
) -> Vec<Due> {
    let subjects = expectation.subjects(owed, ower);
    let taken = receipts.of(owed, ower, &subjects);
    let mut dues = Vec::new();
    let mut last_heard = None;
    let mut period = start;
    while period.start() <= as_of {
        if ower.is_empty()
            || expectation.reference.agency(ower, period.end()).is_some_and(|a| a.valid.holds(period.end()))
        {
            let due = one(owed, ower, period, &taken, expectation, receipts, (first, as_of));
            last_heard = if due.state.speaks() { Some(period) } else { last_heard };
            dues.push(Due { last_heard, ..due });
        }
        period = period.next();
    }
    dues
}

/// One return of one agency for one period.
fn one(
    owed: &Owed<'_>,
    ower: &str,
    period: Period,
    taken: &Taken<'_>,
    expectation: &Expectation<'_>,
    receipts: &Receipts<'_>,
    (first, as_of): (Option<NaiveDate>, NaiveDate),
) -> Due {
    let due_on = owed.spec.and_then(|s| s.due_on(period));
    // Without a deadline a month is allowed, as everywhere where the age of figures is judged.
    let over = due_on.unwrap_or_else(|| add_months(period.end(), 1)) < as_of;
    let came = taken.within(owed, period);
    let wanted = expectation.wanted(owed, ower, period, taken);
    let absent = if came.is_known { expect::absent(&wanted, taken, period, expectation.reference) } else { Vec::new() };
    let refused = receipts.refused(owed, ower, period);
    let nil = receipts.nil(owed, ower, period);
    let (state, submission, received_on) = match (came.first_told, came.first_blank, refused) {
        (Some((day, submission)), ..) if absent.is_empty() => (DueState::Whole, submission, Some(day)),
        (Some((day, submission)), ..) => (DueState::Partial, submission, Some(day)),
        _ if nil.is_some() => (DueState::Nil, "", nil),
        (None, Some((day, submission)), _) => (DueState::Empty, submission, Some(day)),
        (None, None, Some((day, submission, state))) => (state, submission, Some(day)),
        (None, None, None) if over => (DueState::Missing, "", None),
        (None, None, None) => (DueState::NotYetDue, "", None),
    };
    // A period that still runs has nothing to be held against.
    let state = if period.end() > as_of && state != DueState::Whole { DueState::NotYetDue } else { state };
    let absent = if state == DueState::Partial { absent } else { Vec::new() };
    let in_time = |day| Punctuality::of(day, due_on, first);
    let punctuality = match state {
        DueState::Whole | DueState::Partial | DueState::Nil | DueState::Empty => {
            received_on.map_or(Punctuality::NothingCame, in_time)
        }
        _ => Punctuality::NothingCame,
    };
    Due {
        return_id: owed.id().to_owned(),
        name: owed.spec.map_or_else(|| "In the board's own columns".to_owned(), |s| s.name.clone()),
        agency: ower.to_owned(),
        period,
        due_on,
        state,
        punctuality,
        received_on,
        submission: submission.to_owned(),
        expected: wanted.len(),
        absent,
        themes: expectation.themes(owed, &wanted, taken),
        last_heard: None,
    }
}

/// Whose return for the last period whose day is over did not come, or has nothing in it.
pub fn not_heard(calendar: &[Due], as_of: NaiveDate) -> Vec<NotHeard> {
    let same = |a: &Due, b: &Due| a.return_id == b.return_id && a.agency == b.agency && a.name == b.name;
    let last_due =
        |dues: &[Due]| dues.iter().rev().find(|d| d.period.end() <= as_of && d.state != DueState::NotYetDue).cloned();
    let found = calendar.chunk_by(same).filter_map(last_due).filter(|d| !d.state.speaks() && !d.agency.is_empty());
    let mut found: Vec<NotHeard> =
        found.map(|d| NotHeard { agency: d.agency, name: d.name, themes: d.themes, since: d.last_heard }).collect();
    found.sort_by(|a, b| (&a.agency, &a.name).cmp(&(&b.agency, &b.name)));
    found
}

/// Themes of a set of indicators or standards.
pub(super) type Themes = BTreeSet<String>;
