//! What a night triangulates: the series, and the rows of the five other tables, in force on a day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::configuration::Configuration;
use crate::lake::Lake;
use crate::model::series::Figure;
use crate::model::{Error, Period, Point, Row, Series, Status, Table};
use crate::triangulate::{Depth, World};

/// Rows of the five tables beside performance.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    section11: Vec<Row>,
    audits: Vec<Row>,
    child_deaths: Vec<Row>,
    case_reviews: Vec<Row>,
    intelligence: Vec<Row>,
}

impl Rows {
    /// Those in force on a day.
    ///
    /// # Errors
    /// The lake could not be read.
    pub fn read(lake: &Lake, as_of: NaiveDate) -> Result<Self, Error> {
        let rows = |table| lake.rows(table, as_of);
        Ok(Self {
            section11: rows(Table::Section11)?,
            audits: rows(Table::Audits)?,
            child_deaths: rows(Table::ChildDeaths)?,
            case_reviews: rows(Table::CaseReviews)?,
            intelligence: rows(Table::Intelligence)?,
        })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        [&self.section11, &self.audits, &self.child_deaths, &self.case_reviews, &self.intelligence]
            .map(Vec::len)
            .iter()
            .sum()
    }

    /// These rows as far as `known` has their keys: what was known then, as it stands now.
    pub fn of_keys_in(&self, known: &Self) -> Self {
        let both = |now: &[Row], then: &[Row]| -> Vec<Row> {
            let keys: BTreeSet<String> = then.iter().map(Row::key).collect();
            now.iter().filter(|row| keys.contains(&row.key())).cloned().collect()
        };
        Self {
            section11: both(&self.section11, &known.section11),
            audits: both(&self.audits, &known.audits),
            child_deaths: both(&self.child_deaths, &known.child_deaths),
            case_reviews: both(&self.case_reviews, &known.case_reviews),
            intelligence: both(&self.intelligence, &known.intelligence),
        }
    }

    /// The world that they and the series make on a day, by a board's configuration.
    pub fn world<'a>(
        &'a self,
        series: &'a [Series],
        configuration: &'a Configuration,
        as_of: NaiveDate,
        depth: Depth,
    ) -> World<'a> {
        World {
            reference: &configuration.reference,
            method: &configuration.pipeline.method,
            expected: &configuration.pipeline.expected,
            as_of,
            series,
            section11: &self.section11,
            audits: &self.audits,
            child_deaths: &self.child_deaths,
            case_reviews: &self.case_reviews,
            intelligence: &self.intelligence,
            depth,
        }
    }
}

/// Today's series with the periods alone of which `known` has a figure: what was known then, as it stands now.
pub fn series_of_periods_in(now: &[Series], known: &[Series]) -> Vec<Series> {
    let key = |s: &Series| (s.agency.clone(), s.indicator.clone(), s.locality.clone());
    let periods = |s: &Series| -> BTreeSet<Period> { s.points.iter().filter(|p| says(p)).map(|p| p.period).collect() };
    let known: BTreeMap<_, BTreeSet<Period>> = known.iter().map(|s| (key(s), periods(s))).collect();
    let kept = now.iter().filter_map(|series| {
        let periods = known.get(&key(series))?;
        let points: Vec<Point> = series.points.iter().filter(|p| periods.contains(&p.period)).cloned().collect();
        (!points.is_empty()).then(|| Series { points, ..series.clone() })
    });
    kept.collect()
}

/// Whether a figure was sent, be it one that is withheld; a blank is none.
fn says(point: &Point) -> bool {
    let sent = |f: Figure| f.value.is_some() || f.status == Status::Suppressed;
    sent(point.numerator) || sent(point.value)
}
