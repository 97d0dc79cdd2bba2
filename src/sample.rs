//! A made-up county with known truth: returns of every partner over three years, with hot spots, alarms, an optimist and
//! a silent agency planted in them. No figure, person or case in it is real, and every file says so.

pub mod actions;
pub mod audits;
pub mod book;
pub mod broken;
pub mod calendar;
pub mod case_reviews;
pub mod chance;
pub mod child_deaths;
pub mod embedded;
pub mod intelligence;
pub mod level;
pub mod messy;
pub mod partners;
pub mod performance;
pub mod plain;
pub mod plan;
pub mod section11;
pub mod truth;
pub mod write;

use std::path::Path;

use chrono::NaiveDate;

use crate::model::{Error, Row};
use crate::sample::calendar::Calendar;
use crate::sample::plan::Plan;
use crate::spec::Reference;

pub use truth::{HotspotLine, Outcome, Truth, check};
pub use write::{Summary, write, write_broken};

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::model::{CellId, Stream, Table};

    fn reference() -> Reference {
        Reference::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/reference")).unwrap()
    }

    #[test]
    fn a_county_is_whole_and_seeded() {
        let reference = reference();
        let one = county(&reference, Settings::default());
        assert_eq!(one, county(&reference, Settings::default()), "the same seed");
        assert_ne!(one.truth, county(&reference, Settings { seed: 2, ..Settings::default() }).truth, "another seed");
        let tables: BTreeSet<Table> = one.rows.iter().map(|r| r.table).collect();
        assert_eq!(tables.len(), Stream::ALL.len() + 1, "six streams and the actions");
        let mut keys = BTreeSet::new();
        for row in &one.rows {
            assert!(keys.insert((row.table, row.key())), "two rows for {} {}", row.table.as_str(), row.key());
            let (x, n) = (row.number("numerator").value, row.number("denominator").value);
            let rate = reference.indicator(row.text("indicator")).is_some_and(|i| i.unit.as_str() == "rate");
            if let (Some(x), Some(n), false) = (x, n, rate) {
                assert!(x <= n, "{} has {x} of {n}", row.key());
            }
        }
        assert!(one.rows.iter().any(|r| r.number("numerator").marker.is_some()), "no marker anywhere");
    }

    #[test]
    fn every_figure_is_plausible_to_its_own_list() {
        let reference = reference();
        for row in county(&reference, Settings::default()).rows.iter().filter(|r| r.table == Table::Performance) {
            let Some(indicator) = reference.indicator(row.text("indicator")) else { panic!("{}", row.key()) };
            let whole = match row.number("denominator").value {
                Some(n) => n,
                None if indicator.unit.as_str() == "rate" => {
                    let day = row.period("period").unwrap().end();
                    let ages = (indicator.population_from, indicator.population_to);
                    reference.population(row.text("locality"), ages.0, ages.1, day).unwrap().1
                }
                None => 1.0,
            };
            let Some(x) = row.number("numerator").value else { continue };
            let value = x / whole * indicator.multiplier;
            assert!(indicator.maximum.is_none_or(|m| value <= m), "{} is {value}", row.key());
        }
    }

    #[test]
    fn few_months_or_none_are_no_panic() {
        for months in [0, 1, 5, 60] {
            let rows = county(&reference(), Settings { months, ..Settings::default() }).rows;
            let figures = rows.iter().filter(|r| r.table == Table::Performance).count();
            assert_eq!(figures > 0, months > 0, "{months} months");
        }
    }

    #[test]
    fn each_seed_plants_what_it_says() {
        let reference = reference();
        for seed in 1..=20 {
            let county = county(&reference, Settings { seed, ..Settings::default() });
            let truth = &county.truth;
            assert_eq!(truth.planted.len(), 10, "seed {seed}");
            assert!(truth.planted.iter().all(|p| CellId::parse(&p.cell).is_some()), "seed {seed}");
            assert_eq!(truth.single_source.len(), 2, "seed {seed}");
            let silent =
                |r: &&Row| r.text("agency") == truth.silent_agency || r.ids("agencies").contains(&truth.silent_agency);
            assert_eq!(county.rows.iter().find(silent), None, "the silent agency is named, seed {seed}");
            let optimist = county.rows.iter().filter(|r| {
                let standard = reference.standards.iter().find(|s| s.id == r.text("standard"));
                let theme = standard.map_or("", |s| s.theme.as_str());
                r.text("agency") == truth.optimist.agency && truth.optimist.themes.iter().any(|t| t == theme)
            });
            let scores: Vec<f64> = optimist.filter_map(|r| r.number("self_score").value).collect();
            assert!(!scores.is_empty() && scores.iter().all(|s| *s >= 3.0), "seed {seed}: {scores:?}");
        }
    }
}
