//! A made-up county with known truth: returns of every partner over three years, with hot spots, alarms, an optimist and
//! a silent agency planted in them. No figure, person or case in it is real, and every file says so.

pub mod actions;
pub mod audits;
pub mod book;
pub mod calendar;
pub mod case_reviews;
pub mod chance;
pub mod child_deaths;
pub mod embedded;
pub mod intelligence;
pub mod level;
pub mod partners;
pub mod performance;
pub mod plain;
pub mod plan;
pub mod section11;
pub mod truth;

use std::path::Path;

use chrono::NaiveDate;

use crate::model::{Error, Row};
use crate::sample::calendar::Calendar;
use crate::sample::plan::Plan;
use crate::spec::Reference;

pub use truth::{HotspotLine, Outcome, Truth, check};

/// What to make up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// Months of figures.
    pub months: usize,
    /// The day of the run that the county is meant for.
    pub as_of: NaiveDate,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, months: 36, as_of: NaiveDate::from_ymd_opt(2015, 1, 31).unwrap_or(NaiveDate::MIN) }
    }
}

/// A made-up county.
#[derive(Debug, Clone, PartialEq)]
pub struct County {
    /// Canonical rows of all tables.
    pub rows: Vec<Row>,
    /// What was planted.
    pub truth: Truth,
}

/// Makes a county up: all six streams and the actions.
pub fn county(reference: &Reference, settings: Settings) -> County {
    let calendar = Calendar::new(settings.as_of, settings.months);
    let plan = Plan::new(reference, &calendar, settings.seed);
    let mut rows = performance::rows(reference, &calendar, &plan);
    rows.extend(section11::rows(reference, &calendar, &plan));
    rows.extend(audits::rows(reference, &calendar, &plan));
    rows.extend(child_deaths::rows(reference, &calendar, &plan));
    rows.extend(case_reviews::rows(reference, &calendar, &plan));
    rows.extend(intelligence::rows(reference, &calendar, &plan));
    rows.extend(actions::rows(&rows, &calendar, &plan));
    County { rows, truth: plan.truth }
}

/// Writes the county as up to seven CSV files in the plain layout.
///
/// # Errors
/// A file cannot be written.
pub fn write_plain(county: &County, out: &Path) -> Result<Vec<String>, Error> {
    plain::write(&county.rows, out)
}
