//! What an agency has to send, and how each of it stands: the calendar of returns, in which what came through the portal
//! counts from the moment of its verdict and not from the next night.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{Days, NaiveDate};

use super::Desk;
use crate::model::calendar::Held;
use crate::model::submission::Submission;
use crate::model::{Due, DueState, Error, Period, Punctuality, Upload, Verdict};
use crate::pipeline::calendar::{self, Came};
use crate::pipeline::configuration::Configuration;
use crate::pipeline::queries::{self, Standing};
use crate::report::names::Names;
use crate::report::view::calendar::{lacks, whose};

/// So many days before its day a return is *due soon*.
const SOON_DAYS: u64 = 14;

/// How a return stands, as a page's tag says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// Its day is over, and nothing is there.
    Overdue,
    /// A file came and was set aside, for it holds personal data.
    SetAside,
    /// A file came and was not accepted.
    NotAccepted,
    /// A file came, and nothing is in it.
    Empty,
    /// Some of what is expected is not in it.
    InPart,
    /// All is there, and something is asked.
    QueriesOpen,
    /// Its day is near.
    DueSoon,
    /// Its day is to come.
    NotYetDue,
    /// There is nothing to report.
    NothingToReport,
    /// All is there, and came after its day.
    Late,
    /// All is there.
    Received,
}

impl Tag {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "Overdue",
            Self::SetAside => "Set aside",
            Self::NotAccepted => "Not accepted",
            Self::Empty => "Empty",
            Self::InPart => "In part",
            Self::QueriesOpen => "Queries open",
            Self::DueSoon => "Due soon",
            Self::NotYetDue => "Not yet due",
            Self::NothingToReport => "Nothing to report",
            Self::Late => "Received late",
            Self::Received => "Received",
        }
    }

    /// The colour of the tag, by the names of the GOV.UK Design System. The word says it too.
    pub fn colour(self) -> &'static str {
        match self {
            Self::Overdue | Self::SetAside | Self::NotAccepted => "red",
            Self::Empty | Self::InPart => "orange",
            Self::QueriesOpen | Self::DueSoon => "yellow",
            Self::NotYetDue => "grey",
            Self::NothingToReport | Self::Late => "blue",
            Self::Received => "green",
        }
    }

    /// Whether the agency has something to do.
    pub fn is_to_do(self) -> bool {
        self <= Self::DueSoon
    }
}

/// One return for one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What is owed.
    pub due: Due,
    /// How it stands.
    pub tag: Tag,
    /// How it came, in a few words: `On time`, `In part, late`.
    pub words: String,
    /// What is missing from it; empty where nothing is.
    pub lacks: String,
    /// Queries of the return that nobody has answered.
    pub queries: usize,
}

/// What an agency has to send.
#[derive(Debug, Clone, PartialEq)]
pub struct Agenda {
    /// The day.
    pub as_of: NaiveDate,
    /// The agency.
    pub agency: String,
    /// Its name.
    pub name: String,
    /// Of each return the last period that is over and the next that is to come; what is to be done first, the gravest first.
    pub items: Vec<Item>,
    /// Uploads whose verdict is still to come, or on which the program failed.
    pub pending: Vec<Upload>,
}

/// A return with all its periods.
#[derive(Debug, Clone, PartialEq)]
pub struct OfReturn {
    /// Its id; `plain` for the board's own columns.
    pub return_id: String,
    /// Its name.
    pub name: String,
    /// The periods, the newest first.
    pub items: Vec<Item>,
}

/// What the runs took, kept between pages: it changes with a run alone.
#[derive(Default)]
pub(super) struct Kept(Mutex<Option<(String, Arc<Base>)>>);

struct Base {
    submissions: Vec<Submission>,
    contents: BTreeMap<String, Vec<Held>>,
}

impl Desk {
    /// What an agency has to send.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn agenda(&self, agency: &str) -> Result<Agenda, Error> {
        let configuration = self.configuration()?;
        let as_of = super::super::run::today(&configuration.pipeline);
        let items = self.items(agency, &configuration, as_of)?;
        let same =
            |a: &Item, b: &Item| a.due.return_id == b.due.return_id && a.due.period.months() == b.due.period.months();
        let mut shown: Vec<Item> = Vec::new();
        for of_return in items.chunk_by(same) {
            let over = |i: &&Item| i.due.period.end() <= as_of;
            shown.extend(of_return.iter().rev().find(over).cloned());
            shown.extend(of_return.iter().find(|i| i.due.period.end() > as_of).cloned());
        }
        shown.sort_by(|a, b| (a.tag, a.due.due_on, &a.due.name).cmp(&(b.tag, b.due.due_on, &b.due.name)));
        let mut pending = self.uploads_of(agency)?;
        pending.retain(|u| u.outcome.is_none() || u.state.is_pending());
        let name = Names::new(&configuration.reference, as_of).agency(agency);
        Ok(Agenda { as_of, agency: agency.to_owned(), name, items: shown, pending })
    }

    /// One return of an agency with all its periods; none where the agency does not owe it.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn of_return(&self, agency: &str, return_id: &str) -> Result<Option<OfReturn>, Error> {
        let configuration = self.configuration()?;
        let as_of = super::super::run::today(&configuration.pipeline);
        let mut items = self.items(agency, &configuration, as_of)?;
        items.retain(|i| i.due.return_id == return_id);
        items.reverse();
        let Some(first) = items.first() else { return Ok(None) };
        Ok(Some(OfReturn { return_id: return_id.to_owned(), name: first.due.name.clone(), items }))
    }

    /// Every return and period that an agency owes, oldest first within each return.
    fn items(&self, agency: &str, configuration: &Configuration, as_of: NaiveDate) -> Result<Vec<Item>, Error> {
        let dues = self.dues(agency, configuration, as_of)?;
        let names = Names::new(&configuration.reference, as_of);
        let open = self.open_queries(agency)?;
        let item = |due: Due| {
            let queries = open.get(&(due.return_id.clone(), due.submission.clone())).copied().unwrap_or(0);
            let lacks = lacks(&due, &configuration.reference, &names);
            Item { tag: tag(&due, queries, as_of), words: due.words(), lacks, queries, due }
        };
        Ok(dues.into_iter().map(item).collect())
    }

    /// The calendar of one agency, with what came through the portal since the last run.
    fn dues(&self, agency: &str, configuration: &Configuration, as_of: NaiveDate) -> Result<Vec<Due>, Error> {
        let base = self.base(as_of)?;
        let (uploads, nil) = {
            let ledger = self.inner.reader();
            (ledger.uploads(agency)?, ledger.nil_returns(as_of)?)
        };
        let mut fresh = BTreeMap::new();
        let mut submissions: Vec<Submission> = Vec::new();
        for upload in uploads.iter().rev().filter(|u| counts(u, as_of)) {
            let Some(outcome) = &upload.outcome else { continue };
            if outcome.verdict == Verdict::Accepted {
                fresh.insert(upload.sha256.clone(), outcome.contents.clone());
            }
            submissions.push(Submission {
                id: upload.id.clone(),
                return_id: outcome.return_id.clone(),
                agency: outcome.agencies.clone(),
                period: outcome.period.clone(),
                file: upload.file.clone(),
                sha256: upload.sha256.clone(),
                received_on: upload.received_on,
                due_on: outcome.due_on,
                verdict: outcome.verdict,
                rows: outcome.rows,
                findings: Vec::new(),
            });
        }
        let came = Came {
            submissions: base.submissions.iter().chain(&submissions).collect(),
            contents: &[&base.contents, &fresh],
            nil: &nil,
        };
        Ok(calendar::of(configuration, &came, as_of, Some(agency)))
    }

    fn base(&self, as_of: NaiveDate) -> Result<Arc<Base>, Error> {
        let ledger = self.inner.reader();
        let stamp = format!("{as_of} {}", ledger.intake_stamp()?);
        let mut kept = self.inner.agenda.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, base)) = kept.as_ref().filter(|(known, _)| *known == stamp) {
            return Ok(base.clone());
        }
        let mut submissions = ledger.submissions(as_of)?;
        submissions.iter_mut().for_each(|s| s.findings.clear());
        let base = Arc::new(Base { submissions, contents: ledger.contents()? });
        *kept = Some((stamp, base.clone()));
        Ok(base)
    }

    /// How many queries of an agency nobody has answered, by return and submission or upload.
    fn open_queries(&self, agency: &str) -> Result<BTreeMap<(String, String), usize>, Error> {
        let ledger = self.inner.reader();
        let mut open: BTreeMap<(String, String), usize> = BTreeMap::new();
        let listed = queries::listed(&ledger, Some(agency))?;
        for query in listed.iter().filter(|l| l.standing != Standing::Answered) {
            *open.entry((query.question.return_id.clone(), query.question.submission.clone())).or_default() += 1;
        }
        let answered: Vec<String> = ledger.answers()?.into_iter().map(|a| a.id).collect();
        for upload in ledger.uploads(agency)?.iter().filter(|u| u.submission.is_empty()) {
            let Some(outcome) = upload.outcome.as_ref().filter(|o| o.queries > 0) else { continue };
            let asked = ledger.upload_asked(agency, &upload.id)?;
            let left = asked.iter().filter(|a| !answered.contains(&a.id)).count();
            *open.entry((outcome.return_id.clone(), upload.id.clone())).or_default() += left;
        }
        Ok(open)
    }

    /// What a return is called, for whoever owes or sends it.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn name_of_return(&self, return_id: &str) -> Result<String, Error> {
        let configuration = self.configuration()?;
        let name = configuration.spec(return_id).map(|s| s.name.clone());
        Ok(name.unwrap_or_else(|| "In the board's own columns".to_owned()))
    }

    /// What an agency is called.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn name_of_agency(&self, agency: &str) -> Result<String, Error> {
        let configuration = self.configuration()?;
        let names = Names::new(&configuration.reference, super::super::run::today(&configuration.pipeline));
        Ok(whose(agency, &names))
    }

    /// Whether the board's list has an agency today.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn has_agency(&self, agency: &str) -> Result<bool, Error> {
        let configuration = self.configuration()?;
        Ok(configuration.reference.agencies.iter().any(|a| a.agency == agency))
    }
}

/// Whether an upload counts for the calendar beside what the runs took.
fn counts(upload: &Upload, as_of: NaiveDate) -> bool {
    let outcome = upload.outcome.as_ref();
    upload.submission.is_empty()
        && upload.withdrawn_at.is_none()
        && upload.received_on <= as_of
        && outcome.is_some_and(|o| !o.is_foreign)
}

fn tag(due: &Due, queries: usize, as_of: NaiveDate) -> Tag {
    match due.state {
        DueState::Missing => Tag::Overdue,
        DueState::Quarantined => Tag::SetAside,
        DueState::Rejected => Tag::NotAccepted,
        DueState::Empty => Tag::Empty,
        DueState::Partial => Tag::InPart,
        DueState::Nil => Tag::NothingToReport,
        DueState::Whole if queries > 0 => Tag::QueriesOpen,
        DueState::Whole if due.punctuality == Punctuality::Late => Tag::Late,
        DueState::Whole => Tag::Received,
        DueState::NotYetDue => {
            let soon = due.due_on.is_some_and(|day| as_of.checked_add_days(Days::new(SOON_DAYS)) >= Some(day));
            if soon && due.period.end() <= as_of { Tag::DueSoon } else { Tag::NotYetDue }
        }
    }
}

/// A period as a path writes it, which has no `/`: `2013_14` of `2013/14`.
pub fn period_in_path(period: Period) -> String {
    period.to_string().replace('/', "_")
}

/// The period of a path's text; none where it is none.
pub fn period_of_path(text: &str) -> Option<Period> {
    Period::parse(&text.replace('_', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(state: DueState, punctuality: Punctuality, due_on: Option<&str>) -> Due {
        Due {
            return_id: "r".into(),
            name: "R".into(),
            agency: "police".into(),
            period: Period::parse("2014-12").unwrap(),
            due_on: due_on.map(|d| d.parse().unwrap()),
            state,
            punctuality,
            received_on: None,
            submission: String::new(),
            expected: 0,
            absent: Vec::new(),
            themes: Default::default(),
            last_heard: None,
        }
    }

    #[test]
    fn a_tag_says_what_is_to_be_done() {
        use DueState::{Missing, NotYetDue, Whole};
        let as_of: NaiveDate = "2015-01-31".parse().unwrap();
        for (state, punctuality, due_on, queries, expected, why) in [
            (Missing, Punctuality::NothingCame, Some("2015-01-30"), 0, Tag::Overdue, "its day was yesterday"),
            (NotYetDue, Punctuality::NothingCame, Some("2015-02-14"), 0, Tag::DueSoon, "in a fortnight"),
            (NotYetDue, Punctuality::NothingCame, Some("2015-02-15"), 0, Tag::NotYetDue, "in more than that"),
            (NotYetDue, Punctuality::NothingCame, None, 0, Tag::NotYetDue, "no day"),
            (Whole, Punctuality::Late, None, 0, Tag::Late, "late"),
            (Whole, Punctuality::Late, None, 2, Tag::QueriesOpen, "a query is to be answered first"),
            (Whole, Punctuality::OnTime, None, 0, Tag::Received, "done"),
        ] {
            assert_eq!(tag(&due(state, punctuality, due_on), queries, as_of), expected, "{why}");
        }
        assert!(Tag::DueSoon.is_to_do() && !Tag::NotYetDue.is_to_do());
    }

    #[test]
    fn a_period_goes_into_a_path_and_out_of_it() {
        for text in ["2014-03", "2014-Q1", "2013/14", "2014", "2011/12", "2011-12"] {
            let period = Period::parse(text).unwrap();
            assert_eq!(period_of_path(&period_in_path(period)), Some(period), "{text}");
            assert!(!period_in_path(period).contains('/'));
        }
        assert_eq!(period_of_path("x"), None);
    }
}
