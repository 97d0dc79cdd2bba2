//! The six streams: each turns the evidence of one kind into what it says of every cell, at all three grains.

mod audits;
mod case_reviews;
mod child_deaths;
mod intelligence;
mod performance;
pub(super) mod section11;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::model::cell::Facts;
use crate::model::row::Row;
use crate::model::{Evidence, Grain, Stream};
use crate::stats::overdispersion;
use crate::triangulate::ground::Ground;
use crate::triangulate::tally::{Compared, OWN_PAST};
use crate::triangulate::when::DAYS_PER_MONTH;

/// A stream and how it reads its evidence.
pub(super) struct Source {
    /// Which stream.
    pub stream: Stream,
    /// What it says at each grain, in the order of `Grain::ALL`.
    pub read: fn(&Ground<'_>) -> [GrainReading; 3],
}

/// Every stream once, in the order of `Stream::ALL`.
pub(super) const SOURCES: [Source; 6] = [
    performance::SOURCE,
    section11::SOURCE,
    audits::SOURCE,
    child_deaths::SOURCE,
    case_reviews::SOURCE,
    intelligence::SOURCE,
];

/// From how many z's overdispersion is estimated.
pub(super) const LEAST_FOR_PHI: usize = 10;
/// Share of z's brought in at each end before it is.
pub(super) const WINSORISED: f64 = 0.1;

/// The z's over the square root of their overdispersion, where there are enough of them; and that overdispersion.
pub(super) fn steady(z: &mut [&mut f64], consistency: f64) -> f64 {
    if z.len() < LEAST_FOR_PHI {
        return 1.0;
    }
    let values: Vec<f64> = z.iter().map(|z| **z).collect();
    let phi = overdispersion::consistent_phi(&values, WINSORISED, consistency);
    z.iter_mut().for_each(|z| **z /= phi.sqrt());
    phi
}

/// What a stream says of one cell, before overdispersion and weight.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// Positive means concern.
    pub z: f64,
    /// The trials, or the expected count, or the indicators pooled.
    pub n: f64,
    /// Age of the evidence in months.
    pub age_months: f64,
    /// Between 0 and 1.
    pub reliability: f64,
    /// By how much a doubling of what is usual would move its z; none where there are figures enough for any.
    pub doubling: Option<f64>,
    /// For its sentence.
    pub facts: Facts,
}

impl Reading {
    /// The reading of a comparison of counts.
    pub fn of(compared: Compared, age_months: f64, reliability: f64) -> Self {
        let facts = Facts::Counts {
            adverse: compared.x,
            n: compared.n,
            usual: compared.usual,
            against: compared.against.to_owned(),
            before: compared.before,
        };
        Self { z: compared.z, n: compared.n, age_months, reliability, doubling: Some(compared.doubling), facts }
    }

    /// Whether it was compared with its own past, so that earlier rows counted too.
    pub fn is_of_own_past(&self) -> bool {
        matches!(&self.facts, Facts::Counts { against, .. } if against == OWN_PAST)
    }
}

/// What a stream says at one grain: a place in each list for every cell (`Ground::slot`).
#[derive(Debug, Clone)]
pub(super) struct GrainReading {
    /// What it says; none where it is silent.
    pub said: Vec<Option<Reading>>,
    /// Whether it was expected to say something.
    pub expected: Vec<bool>,
    /// Whether there is any evidence of the cell in the windows, heard or not.
    pub present: Vec<bool>,
    /// The rows that counted; empty lists where they are not asked for.
    pub evidence: Vec<Vec<Evidence>>,
    /// Correlation between indicators of one theme (performance alone).
    pub rho_indicators: Option<f64>,
    /// Correlation of an indicator's level with its change (performance alone).
    pub level_and_change: Option<f64>,
}

impl GrainReading {
    /// Nothing said of any cell.
    pub fn silent(slots: usize) -> Self {
        Self {
            said: vec![None; slots],
            expected: vec![false; slots],
            present: vec![false; slots],
            evidence: vec![Vec::new(); slots],
            rho_indicators: None,
            level_and_change: None,
        }
    }

    /// Nothing said at any grain.
    pub fn silent_everywhere(ground: &Ground<'_>) -> [Self; 3] {
        Grain::ALL.map(|grain| Self::silent(ground.slots(grain)))
    }
}

/// All six, in order. Each stream is read by itself, so that the number of threads changes nothing.
pub(super) fn read_all(ground: &Ground<'_>) -> Vec<[GrainReading; 3]> {
    let mut all: Vec<[GrainReading; 3]> = SOURCES.par_iter().map(|source| (source.read)(ground)).collect();
    for grain in all.iter_mut().flatten() {
        for list in &mut grain.evidence {
            list.sort_by(|a, b| key(a).cmp(&key(b)));
        }
    }
    all
}

fn key(e: &Evidence) -> impl Ord + '_ {
    let provenance = e.provenance.as_ref();
    (e.when.as_str(), e.subject.as_str(), e.agency.as_str(), e.locality.as_str(), provenance)
}

/// The evidence of a row.
fn evidence_of(
    row: &Row,
    agency: &str,
    subject: &str,
    locality: &str,
    when: String,
    figures: [Option<f64>; 2],
) -> Evidence {
    Evidence {
        table: row.table,
        agency: agency.to_owned(),
        subject: subject.to_owned(),
        locality: locality.to_owned(),
        when,
        adverse: figures[0],
        of: figures[1],
        provenance: Some(row.provenance.clone()),
    }
}

/// The themes of a death: those of its factors and of its category, each once.
pub(super) fn death_themes(ground: &Ground<'_>, row: &Row) -> BTreeSet<usize> {
    child_deaths::Themes::of(ground).of_death(row)
}

/// The places at a grain that a case review names, each once.
pub(super) fn case_review_places(ground: &Ground<'_>, grain: Grain, row: &Row) -> BTreeSet<usize> {
    case_reviews::named(ground, grain, row)
}

/// Age in months from a sum of days over `n` observations; none without observations.
fn mean_age(days: f64, n: f64) -> Option<f64> {
    (n > 0.0).then(|| days / n / DAYS_PER_MONTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stream_is_registered_once_in_order() {
        assert_eq!(SOURCES.map(|s| s.stream), Stream::ALL);
    }
}
