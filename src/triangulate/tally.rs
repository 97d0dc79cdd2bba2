//! Counting adverse observations, and what they are compared with: the other cells of the theme, or the cell's own past.

use chrono::NaiveDate;

use crate::model::Grain;
use crate::stats::{doubling, midp};
use crate::triangulate::when::{Spans, age_days};

/// The word for a comparison with the other cells.
pub(super) const OTHERS: &str = "others";
/// The word for a comparison with earlier figures of the same cell.
pub(super) const OWN_PAST: &str = "own-past";

/// Observations of a cell in a stretch of time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tally {
    /// Adverse ones.
    pub x: f64,
    /// All.
    pub n: f64,
    /// Sum over observations of their ages in days.
    pub days: f64,
}

impl Tally {
    fn add(&mut self, x: f64, n: f64, weighted_days: f64) {
        self.x += x;
        self.n += n;
        self.days += weighted_days;
    }

    /// Both together.
    pub fn plus(&self, other: &Self) -> Self {
        Self { x: self.x + other.x, n: self.n + other.n, days: self.days + other.days }
    }

    /// What is left without `own`. Counts are whole numbers, so nothing is lost.
    fn without(&self, own: &Self) -> Self {
        Self { x: self.x - own.x, n: self.n - own.n, days: self.days - own.days }
    }
}

/// Observations of a cell in the three stretches that matter.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tallies {
    /// In the stream's window.
    pub window: Tally,
    /// In the latest part of the own past.
    pub latest: Tally,
    /// In the part before.
    pub earlier: Tally,
}

impl Tallies {
    /// Counts an observation of a day wherever the day lies; `days` is weighted by `weight`.
    pub fn add(&mut self, spans: &Spans, as_of: NaiveDate, day: NaiveDate, x: f64, n: f64, weight: f64) {
        let days = weight * age_days(as_of, day);
        if spans.window.holds(day) {
            self.window.add(x, n, days);
        }
        if spans.latest.holds(day) {
            self.latest.add(x, n, days);
        }
        if spans.earlier.holds(day) {
            self.earlier.add(x, n, days);
        }
    }
}

/// What a comparison of counts gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Compared {
    /// Positive for concern.
    pub z: f64,
    /// Adverse observations.
    pub x: f64,
    /// All observations, or the mean that the test supposes.
    pub n: f64,
    /// What the others' share, or the earlier figures, would give.
    pub usual: f64,
    /// `others` or `own-past`.
    pub against: &'static str,
    /// By how much a doubling of what is usual would move z.
    pub doubling: f64,
    /// Of the own past: the earlier count, and its trials or exposure.
    pub before: Option<[f64; 2]>,
}

/// Whether a cell is compared with its own past: always on the board, and where fewer than `least` others speak.
pub(super) fn own_past(grain: Grain, others_speaking: usize, least: usize) -> bool {
    grain == Grain::Board || others_speaking < least
}

/// Each cell of one theme: `adverse of n` against the other cells' share, or against its own past.
pub(super) fn by_trials(grain: Grain, cells: &[Tallies], least: usize) -> Vec<Option<Compared>> {
    let total = cells.iter().fold(Tally::default(), |sum, c| sum.plus(&c.window));
    let speaking = cells.iter().filter(|c| c.window.n > 0.0).count();
    let compare = |own: &Tallies| {
        let others = speaking - usize::from(own.window.n > 0.0);
        if own_past(grain, others, least) {
            trials_against_past(&own.latest, &own.earlier)
        } else {
            trials_against_others(&own.window, &total.without(&own.window))
        }
    };
    cells.iter().map(compare).collect()
}

/// Binomial with the others' share. A share of 0 or 1 is held off its end, since a handful of others proves no certainty.
fn trials_against_others(own: &Tally, others: &Tally) -> Option<Compared> {
    if own.n <= 0.0 || others.n <= 0.0 || own.x + others.x <= 0.0 {
        return None;
    }
    let p0 = share_of(others.x, others.n);
    let z = midp::binomial(own.x, own.n, p0)?.z;
    let doubling = doubling::of_trials(own.n, own.n * p0);
    Some(Compared { z, x: own.x, n: own.n, usual: own.n * p0, against: OTHERS, doubling, before: None })
}

/// x/n, or (x + 0.5)/(n + 1) where that is 0 or 1.
pub(super) fn share_of(x: f64, n: f64) -> f64 {
    if x <= 0.0 || x >= n { (x + 0.5) / (n + 1.0) } else { x / n }
}

/// Hypergeometric, the latest part against the one before.
pub(super) fn trials_against_past(latest: &Tally, earlier: &Tally) -> Option<Compared> {
    let adverse = latest.x + earlier.x;
    if latest.n <= 0.0 || earlier.n <= 0.0 || adverse <= 0.0 {
        return None;
    }
    let z = midp::hypergeometric(latest.x, latest.n, earlier.x, earlier.n)?.z;
    let usual = latest.n * earlier.x / earlier.n;
    let before = Some([earlier.x, earlier.n]);
    // Two samples see as much as one of the harmonic size.
    let n = latest.n * earlier.n / (latest.n + earlier.n);
    let doubling = doubling::of_trials(n, n * share_of(adverse, latest.n + earlier.n));
    Some(Compared { z, x: latest.x, n: latest.n, usual, against: OWN_PAST, doubling, before })
}

/// Poisson: `x` against the mean `expected`.
pub(super) fn count_against_others(x: f64, expected: f64) -> Option<Compared> {
    let z = midp::poisson(x, expected)?.z;
    let doubling = doubling::of_count(expected);
    Some(Compared { z, x, n: expected, usual: expected, against: OTHERS, doubling, before: None })
}

/// Counts in two exposures, given their sum.
pub(super) fn count_against_past(x1: f64, t1: f64, x0: f64, t0: f64) -> Option<Compared> {
    let z = midp::share(x1, t1, x0, t0)?.z;
    let expected = (x1 + x0) * t1 / (t1 + t0);
    let doubling = doubling::of_count(expected * t0 / (t1 + t0));
    Some(Compared { z, x: x1, n: expected, usual: x0 / t0 * t1, against: OWN_PAST, doubling, before: Some([x0, t0]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(x: f64, n: f64) -> Tallies {
        Tallies { window: Tally { x, n, days: 0.0 }, ..Tallies::default() }
    }

    /// z from scipy 1.x: `-norm.ppf(binom.sf(x, n, p) + binom.pmf(x, n, p)/2)`.
    #[test]
    fn a_cell_is_compared_with_the_others_and_never_with_itself() {
        let cells = [tally(7.0, 20.0), tally(3.0, 20.0), tally(4.0, 20.0), tally(5.0, 25.0), tally(3.0, 10.0)];
        let found = by_trials(Grain::Agency, &cells, 4);
        let first = found[0].unwrap();
        assert!((first.usual - 4.0).abs() < 1e-12, "15 of 75 is a fifth, of 20 is 4");
        assert!((first.z - SCIPY_7_OF_20_AT_ONE_FIFTH).abs() < 1e-9, "{}", first.z);
    }
    const SCIPY_7_OF_20_AT_ONE_FIFTH: f64 = 1.559_681_455_329_525_5;

    #[test]
    fn fewer_than_four_others_are_not_others() {
        let mut cells = vec![tally(7.0, 20.0); 4];
        assert_eq!(by_trials(Grain::Agency, &cells, 4), [None; 4], "and without a past all are silent");
        cells[0].latest = Tally { x: 3.0, n: 5.0, days: 0.0 };
        cells[0].earlier = Tally { x: 4.0, n: 15.0, days: 0.0 };
        assert_eq!(by_trials(Grain::Agency, &cells, 4)[0].unwrap().against, OWN_PAST);
    }

    #[test]
    fn no_count_anywhere_is_silence_and_not_reassurance() {
        assert_eq!(by_trials(Grain::Agency, &vec![tally(0.0, 20.0); 6], 4), [None; 6]);
        assert_eq!(trials_against_past(&tally(0.0, 5.0).window, &tally(0.0, 5.0).window), None);
    }

    #[test]
    fn others_without_or_with_nothing_but_adverse_prove_no_certainty() {
        assert_eq!(share_of(0.0, 9.0), 0.05);
        assert_eq!(share_of(9.0, 9.0), 0.95);
        assert_eq!(share_of(3.0, 9.0), 1.0 / 3.0);
    }
}
