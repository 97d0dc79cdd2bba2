//! Which returns are owed and what has come of them, for `lscb due`.

use std::path::Path;

use chrono::NaiveDate;

use super::configuration::Configuration;
use crate::ledger::Ledger;
use crate::model::{Due, DueState, Error};
use crate::report::names::Names;
use crate::report::view::calendar::{lacks, whose};

/// A return that is owed, with names for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is owed.
    pub due: Due,
    /// The name of whoever owes it.
    pub agency: String,
    /// What is missing from it; empty where nothing is.
    pub lacks: String,
}

/// What is owed on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The day.
    pub as_of: NaiveDate,
    /// By return, agency and period.
    pub lines: Vec<Line>,
}

impl Owed {
    /// Of each return and agency the last period whose day is over, the gravest first; what is not owed yet is left out.
    pub fn last(&self) -> Vec<&Line> {
        let same = |a: &Line, b: &Line| {
            let key = |l: &Line| (l.due.return_id.clone(), l.due.agency.clone(), l.due.period.months());
            key(a) == key(b)
        };
        let over = |l: &&Line| l.due.period.end() <= self.as_of && l.due.state != DueState::NotYetDue;
        let mut last: Vec<&Line> =
            self.lines.chunk_by(same).filter_map(|lines| lines.iter().rev().find(over)).collect();
        last.sort_by_key(|l| l.due.state);
        last
    }
}

/// The calendar of a board on a day; the pipeline's own, else today, where none is given.
///
/// # Errors
/// The configuration does not hold, or the ledger could not be read.
pub fn due(pipeline: &Path, data: &Path, as_of: Option<NaiveDate>) -> Result<Owed, Error> {
    let configuration = Configuration::read(pipeline)?;
    let as_of = as_of.unwrap_or_else(|| super::run::today(&configuration.pipeline));
    if !data.join("ledger.sqlite").exists() {
        return Ok(Owed { as_of, lines: Vec::new() });
    }
    let ledger = Ledger::open(data)?;
    let dues = super::calendar::calendar(&configuration, &ledger, as_of)?;
    let reference = &configuration.reference;
    let names = Names::new(reference, as_of);
    let line = |due: Due| Line { agency: whose(&due.agency, &names), lacks: lacks(&due, reference, &names), due };
    let lines = dues.into_iter().map(line);
    Ok(Owed { as_of, lines: lines.collect() })
}
