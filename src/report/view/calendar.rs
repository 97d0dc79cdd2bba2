//! The calendar of returns: by agency and return, what has come of the last periods, and what is to be asked for now.

use crate::model::{Due, DueState, Period};
use crate::report::names::Names;
use crate::report::view::Source;
use crate::report::words;
use crate::spec::Reference;

/// How many periods stand beside each other.
const PERIODS: usize = 4;

/// How many subjects are named; of more it is said how many.
const NAMED: usize = 3;

/// The calendar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// What is to be asked for now, the gravest first.
    pub asked: Vec<Asked>,
    /// A row an agency and return.
    pub rows: Vec<CalendarRow>,
    /// What its marks mean.
    pub key: Vec<(&'static str, &'static str)>,
}

/// A return that is not whole for its last period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Who owes it.
    pub agency: String,
    /// Which return.
    pub name: String,
    /// For which period, and what has come of it.
    pub entry: Entry,
    /// The day by which it was due; empty where there is none.
    pub due: String,
    /// What is missing from it, or since when nothing came.
    pub lacks: String,
}

/// What came for a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `October to December 2014`.
    pub period: String,
    /// A mark that tells the states apart without colour.
    pub symbol: &'static str,
    /// The same in words.
    pub words: String,
    /// Class of the style sheet.
    pub class: &'static str,
}

/// One return of one agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarRow {
    /// Who owes it.
    pub agency: String,
    /// Which return.
    pub name: String,
    /// Its last periods, the newest first; none before it was first owed.
    pub entries: Vec<Option<Entry>>,
    /// When the next one is due; empty where there is no deadline.
    pub next: String,
}

pub(super) fn build(source: &Source<'_>) -> Calendar {
    let as_of = source.shown.as_of();
    let (mut asked, mut rows) = (Vec::new(), Vec::new());
    let same =
        |a: &Due, b: &Due| a.return_id == b.return_id && a.agency == b.agency && a.period.months() == b.period.months();
    for dues in source.shown.calendar().chunk_by(same) {
        let over = || dues.iter().rev().filter(|d| d.period.end() <= as_of);
        let agency = whose(&dues[0].agency, &source.names);
        let mut entries: Vec<Option<Entry>> = over().take(PERIODS).map(|d| Some(entry(d))).collect();
        if entries.is_empty() {
            continue;
        }
        entries.resize(PERIODS, None);
        let next = dues.iter().find(|d| d.state == DueState::NotYetDue).and_then(|d| d.due_on);
        rows.push(CalendarRow {
            agency: agency.clone(),
            name: dues[0].name.clone(),
            entries,
            next: next.map(words::date).unwrap_or_default(),
        });
        let last = over().find(|d| d.state != DueState::NotYetDue);
        if let Some(due) = last.filter(|d| ![DueState::Whole, DueState::Nil].contains(&d.state)) {
            let asked_for = Asked {
                agency,
                name: due.name.clone(),
                entry: entry(due),
                due: due.due_on.map(words::date).unwrap_or_default(),
                lacks: lacks(due, source.reference, &source.names),
            };
            asked.push((due.state, asked_for));
        }
    }
    rows.sort_by(|a, b| (&a.agency, &a.name).cmp(&(&b.agency, &b.name)));
    asked.sort_by(|(s, a), (t, b)| (s, &a.agency, &a.name).cmp(&(t, &b.agency, &b.name)));
    let mut key = vec![
        ("\u{2713}", "all of it"),
        ("\u{2248}", "all of it, late"),
        ("\u{bd}", "in part"),
        ("\u{2205}", "a file with nothing in it"),
        ("\u{d7}", "not accepted"),
        ("!", "set aside, for it held personal data"),
        ("\u{25cb}", "missing"),
        ("\u{b7}", "not yet due"),
    ];
    // A board that never got one need not read of it.
    if source.shown.calendar().iter().any(|d| d.state == DueState::Nil) {
        key.push(("\u{2013}", "word that there is nothing to report"));
    }
    Calendar { asked: asked.into_iter().map(|(_, a)| a).collect(), rows, key }
}

/// Who owes a return, in words.
pub fn whose(agency: &str, names: &Names<'_>) -> String {
    if agency.is_empty() { String::from("Whoever keeps it") } else { names.agency(agency) }
}

fn entry(due: &Due) -> Entry {
    let class = match due.state {
        DueState::Missing | DueState::Empty | DueState::Rejected | DueState::Quarantined => "silent",
        _ => "neutral",
    };
    Entry { period: due.period.words(), symbol: due.symbol(), words: due.words(), class }
}

/// What is missing from a return in plain words: `2 of 14 measures: Missing episodes (Corby and Daventry)`.
pub fn lacks(due: &Due, reference: &Reference, names: &Names<'_>) -> String {
    let since = |period: Option<Period>| match period {
        Some(period) => format!("Nothing since {}.", period.words()),
        None => String::from("Nothing was ever taken."),
    };
    match due.state {
        DueState::Missing | DueState::Empty => since(due.last_heard),
        DueState::Rejected | DueState::Quarantined => {
            format!("{} The sender has to send it again.", since(due.last_heard))
        }
        DueState::Whole | DueState::Nil | DueState::NotYetDue => String::new(),
        DueState::Partial => {
            let name = |id: &str| match reference.indicator(id) {
                Some(indicator) => indicator.name.clone(),
                None => reference.standards.iter().find(|s| s.id == id).map_or(id.to_owned(), |s| s.name.clone()),
            };
            let one = |a: &crate::model::calendar::Absent| {
                let places: Vec<String> = a.places.iter().take(NAMED).map(|p| names.locality(p)).collect();
                let mut of = match a.places.len() {
                    0 => Vec::new(),
                    n if n > NAMED => vec![format!("{n} places")],
                    _ => vec![words::list_of(&places)],
                };
                if a.periods.iter().any(|p| *p != due.period) {
                    let periods: Vec<String> = a.periods.iter().map(|p| words::period_short(*p)).collect();
                    of.push(words::list_of(&periods));
                }
                let name = name(&a.subject);
                if of.is_empty() { name } else { format!("{name} ({})", of.join("; ")) }
            };
            let mut named: Vec<String> = due.absent.iter().take(NAMED).map(one).collect();
            if due.absent.len() > NAMED {
                named.push(format!("{} more", due.absent.len() - NAMED));
            }
            let verb = if due.absent.len() == 1 { "is" } else { "are" };
            format!("{} of {} measures {verb} not complete: {}.", due.absent.len(), due.expected, named.join("; "))
        }
    }
}
