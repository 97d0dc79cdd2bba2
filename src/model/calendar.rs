//! What is owed, by whom and until when, and what has come of it. Content decides, not arrival: a workbook with nothing in
//! it is no return.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::number::Status;
use crate::model::period::Period;
use crate::model::row::{Row, Value};
use crate::model::submission::Submission;
use crate::model::table::Table;
use crate::model::text::{Text, TextHash};

/// What a submission holds on one subject of one agency in one period, over all its places.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Held {
    /// The table.
    pub table: Table,
    /// The agency of the rows; empty where the table has none.
    pub agency: String,
    /// Indicator, standard or theme; empty for tables that are registers.
    pub subject: String,
    /// The period; none for registers.
    pub period: Option<Period>,
    /// Places, `""` among them for rows without one, of which something is said.
    pub places: BTreeSet<Text>,
    /// Places of which nothing is said: blank, not recorded, not available.
    pub blank: BTreeSet<Text>,
}

/// Whether a status tells something of its subject. A suppressed number is told, and so is that a question does not arise.
pub fn tells(status: Status) -> bool {
    !matches!(status, Status::Missing | Status::NotRecorded | Status::NotAvailable)
}

/// Table, agency, subject and period.
type Key<'a> = (Table, &'a str, &'a str, Option<Period>);

/// What rows hold, in order.
pub fn contents(rows: &[Row]) -> Vec<Held> {
    let mut found: HashMap<Key<'_>, [Vec<Text>; 2], TextHash> = HashMap::default();
    for row in rows {
        let subject = match row.table {
            Table::Performance => row.text("indicator"),
            Table::Section11 => row.text("standard"),
            Table::Intelligence => row.text("theme"),
            _ => "",
        };
        let numbers = || row.values.iter().filter_map(|v| if let Value::Number(n) = v { Some(n.status) } else { None });
        // An entry of a register says something by being there.
        let said = matches!(row.table, Table::Performance | Table::Section11 | Table::Intelligence)
            .then(|| numbers().any(tells));
        let place = match row.get("locality") {
            Value::Text(place) => place.clone(),
            _ => Text::EMPTY,
        };
        let key = (row.table, row.text("agency"), subject, row.period("period"));
        let [told, blank] = found.entry(key).or_default();
        if said.unwrap_or(true) {
            told.push(place);
        } else {
            blank.push(place);
        }
    }
    let held = |((table, agency, subject, period), [places, blank]): (Key<'_>, [Vec<Text>; 2])| {
        let (places, mut blank) = (BTreeSet::from_iter(places), BTreeSet::from_iter(blank));
        blank.retain(|p| !places.contains(p));
        Held { table, agency: agency.to_owned(), subject: subject.to_owned(), period, places, blank }
    };
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_unstable_by_key(|(key, _)| *key);
    found.into_iter().map(held).collect()
}

/// What has come of a return that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DueState {
    /// Nothing came, and its day is over.
    Missing,
    /// A file came and was set aside, for it holds personal data.
    Quarantined,
    /// A file came and was not accepted.
    Rejected,
    /// A file came and was accepted, and nothing is in it.
    Empty,
    /// Some of what is expected is not in it.
    Partial,
    /// Its sender said that there is nothing to report. That is an answer, and no file.
    Nil,
    /// All that is expected is there.
    Whole,
    /// Its day is still to come.
    NotYetDue,
}

impl DueState {
    /// Whether its sender was heard: with evidence, or with word that there is none.
    pub fn speaks(self) -> bool {
        matches!(self, Self::Partial | Self::Nil | Self::Whole)
    }
}

/// Whether it came in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Punctuality {
    /// On or before its day.
    OnTime,
    /// After it.
    Late,
    /// With the first load of a board, whose old returns all count as received on that day.
    NotKnown,
    /// There is no day.
    NoDeadline,
    /// Nothing came that could be.
    NothingCame,
}

impl Punctuality {
    /// Of something received on a day and due on another, where the board's first load came on `first`.
    pub fn of(received_on: NaiveDate, due_on: Option<NaiveDate>, first: Option<NaiveDate>) -> Self {
        match due_on {
            None => Self::NoDeadline,
            Some(due) if received_on <= due => Self::OnTime,
            // What lay in the inbox when the board began was in time or late by a calendar that nobody kept.
            Some(_) if first.is_some_and(|first| received_on <= first) => Self::NotKnown,
            Some(_) => Self::Late,
        }
    }
}

/// The day of a board's first load: that on which the first return with a deadline was taken.
pub fn first_load<'a>(submissions: impl IntoIterator<Item = &'a Submission>) -> Option<NaiveDate> {
    submissions.into_iter().filter(|s| s.due_on.is_some()).map(|s| s.received_on).min()
}

/// A subject that is expected and not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absent {
    /// Indicator or standard.
    pub subject: String,
    /// The periods of which nothing is there, or not of every place.
    pub periods: Vec<Period>,
    /// The places; empty where nothing of it is there at all.
    pub places: Vec<String>,
}

/// One return that an agency owes for one period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Id of the return; `plain` for what is sent in the board's own columns.
    #[serde(rename = "return")]
    pub return_id: String,
    /// Its name.
    pub name: String,
    /// Who owes it; empty where nobody in particular does.
    pub agency: String,
    /// For which period.
    pub period: Period,
    /// The day by which it is due; none where no deadline is written down.
    pub due_on: Option<NaiveDate>,
    /// What has come of it.
    pub state: DueState,
    /// Whether what came was in time.
    pub punctuality: Punctuality,
    /// When the first of it came.
    pub received_on: Option<NaiveDate>,
    /// The submission that brought it, or the last one that was not taken.
    pub submission: String,
    /// How many subjects are expected; 0 where none is named.
    pub expected: usize,
    /// What is missing from it.
    pub absent: Vec<Absent>,
    /// The themes that it speaks on.
    pub themes: BTreeSet<String>,
    /// The newest period of which anything was ever taken; none where nothing was.
    pub last_heard: Option<Period>,
}

impl Due {
    /// A mark that tells the states apart without colour.
    pub fn symbol(&self) -> &'static str {
        match (self.state, self.punctuality) {
            (DueState::Missing, _) => "\u{25cb}",
            (DueState::Quarantined, _) => "!",
            (DueState::Rejected, _) => "\u{d7}",
            (DueState::Empty, _) => "\u{2205}",
            (DueState::Partial, _) => "\u{bd}",
            (DueState::Nil, _) => "\u{2013}",
            (DueState::NotYetDue, _) => "\u{b7}",
            (DueState::Whole, Punctuality::Late) => "\u{2248}",
            (DueState::Whole, _) => "\u{2713}",
        }
    }

    /// The state and whether it was in time, in a few words.
    pub fn words(&self) -> String {
        let came = |what: &str| match self.punctuality {
            Punctuality::OnTime if what.is_empty() => "On time".to_owned(),
            Punctuality::OnTime => format!("{what}, on time"),
            Punctuality::Late if what.is_empty() => "Late".to_owned(),
            Punctuality::Late => format!("{what}, late"),
            Punctuality::NotKnown if what.is_empty() => "With the first load".to_owned(),
            Punctuality::NotKnown => format!("{what}, with the first load"),
            _ if what.is_empty() => "Received".to_owned(),
            _ => what.to_owned(),
        };
        match self.state {
            DueState::Missing => "Missing".to_owned(),
            DueState::Quarantined => "Set aside: personal data".to_owned(),
            DueState::Rejected => "Not accepted".to_owned(),
            DueState::Empty => came("Empty"),
            DueState::Partial => came("In part"),
            DueState::Nil => came("Nothing to report"),
            DueState::Whole => came(""),
            DueState::NotYetDue => "Not yet due".to_owned(),
        }
    }
}

/// An agency's return that did not come, or came empty, for the last period whose day is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotHeard {
    /// The agency.
    pub agency: String,
    /// The return's name.
    pub name: String,
    /// The themes that it speaks on.
    pub themes: BTreeSet<String>,
    /// The newest period of which anything was taken; none where nothing ever was.
    pub since: Option<Period>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::number::Number;
    use crate::model::row::Provenance;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn row(indicator: &str, place: &str, period: &str, status: Status) -> Row {
        let mut row = Row::empty(Table::Performance, Provenance::default());
        row.set("agency", Value::Text("police".into()));
        row.set("indicator", Value::Text(indicator.into()));
        row.set("locality", Value::Text(place.into()));
        row.set("period", Value::Period(Period::parse(period).unwrap()));
        row.set("numerator", Value::Number(Number { value: None, status, marker: None }));
        row
    }

    #[test]
    fn not_recorded_is_blank_and_suppressed_is_told() {
        let rows = [
            row("i", "corby", "2014-03", Status::Suppressed),
            row("i", "daventry", "2014-03", Status::NotRecorded),
            row("i", "daventry", "2014-04", Status::Missing),
        ];
        let held = contents(&rows);
        assert_eq!(held.len(), 2);
        assert_eq!((held[0].places.len(), held[0].blank.len()), (1, 1), "March: one place told, one not recorded");
        assert_eq!((held[1].places.len(), held[1].blank.len()), (0, 1), "April: nothing but a blank");
    }

    #[test]
    fn the_first_load_is_neither_on_time_nor_late() {
        let first = Some(day("2015-01-31"));
        for (received, due, first, said) in [
            ("2015-01-31", Some("2014-10-30"), first, Punctuality::NotKnown),
            ("2015-01-31", Some("2015-02-28"), first, Punctuality::OnTime),
            ("2015-03-01", Some("2015-02-28"), first, Punctuality::Late),
            ("2015-03-01", None, first, Punctuality::NoDeadline),
            ("2015-03-01", Some("2015-02-28"), None, Punctuality::Late),
        ] {
            assert_eq!(Punctuality::of(day(received), due.map(day), first), said, "{received} {due:?}");
        }
    }
}
