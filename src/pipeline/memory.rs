//! What intake remembers of returns for those that come later: layouts and queries. Judged again, a return is held against
//! what was taken in on earlier days and nothing else, so that it gets the verdict that it got.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::judge::Judged;
use crate::ledger::{Ledger, Remembered};
use crate::model::query::Asked;
use crate::model::{Error, Layout, Verdict};

/// The memory of an intake.
pub struct Memory {
    known: Vec<Remembered>,
    /// Days on which files that the ledger knows were taken in.
    taken_on: BTreeMap<String, NaiveDate>,
    fresh: Vec<Remembered>,
    asked: Vec<(String, Vec<Asked>)>,
}

impl Memory {
    /// What the ledger remembers, without the files that are to be judged again.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn open(ledger: &Ledger, again: &BTreeSet<String>) -> Result<Self, Error> {
        let known = ledger.layouts()?;
        let taken_on = known.iter().map(|r| (r.sha256.clone(), r.taken_on)).collect();
        let known = known.into_iter().filter(|r| !again.contains(&r.sha256)).collect();
        Ok(Self { known, taken_on, fresh: Vec::new(), asked: Vec::new() })
    }

    /// The layouts of what was taken in before a day, the later after the earlier.
    pub fn layouts_before(&self, day: NaiveDate) -> Vec<Layout> {
        let mut before: Vec<&Remembered> = self.known.iter().chain(&self.fresh).filter(|r| r.taken_on < day).collect();
        before.sort_by(|a, b| a.order().cmp(&b.order()));
        before.into_iter().filter_map(|r| r.layout.clone()).collect()
    }

    /// Remembers a judged file that was taken in on a day; the ledger's own day of a known file counts before it.
    pub fn remember(&mut self, judged: &Judged, day: NaiveDate) {
        let sha256 = judged.submission.sha256.clone();
        self.fresh.push(Remembered {
            taken_on: self.taken_on.get(&sha256).copied().unwrap_or(day),
            newest_period_end: judged.newest_period_end,
            // The name as the ledger keeps it: one that gives a child away is written nowhere.
            file: judged.submission.file.clone(),
            layout: (judged.submission.verdict == Verdict::Accepted).then(|| judged.layout.clone()),
            sha256: sha256.clone(),
        });
        self.asked.push((sha256, judged.asked.clone()));
    }

    /// Writes down what was remembered.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn keep(&self, ledger: &Ledger) -> Result<(), Error> {
        ledger.remember_layouts(&self.fresh)?;
        ledger.remember_queries(&self.asked)
    }
}
