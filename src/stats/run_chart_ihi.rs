//! The four rules by which quality improvement teams read a run chart: shift, trend, number of runs, astronomical
//! point.
//!
//! - Shift: six points or more in a row on one side of the median. Points on the median neither count nor break the
//!   row.
//! - Trend: five points or more that each go the same way. Of equal neighbours one is counted.
//! - Runs: too few or too many of them about the median, by their exact distribution with half of the useful points on
//!   each side (`runs_exact`). Published tables differ by one here and there, since they round differently.
//! - Astronomical: a point that anybody would call another kind. It has no arithmetic, and is left to the reader.
//!
//! They are another reading of what the XmR rules read (`xmr`): never count both as two pieces of evidence. Anhoej's
//! rules (`run_chart`) keep their rate of false alarms at every length, these do not.
//!
//! Source: Perla, Provost and Murray (2011), The run chart: a simple analytical tool for learning from variation in
//! healthcare processes, BMJ Quality and Safety 20:46; Swed and Eisenhart (1943) for the runs.

use crate::stats::{robust, runs_exact, xmr_rules};

/// How long a row must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IhiSettings {
    /// Points of a shift.
    pub shift_length: usize,
    /// Points of a trend.
    pub trend_length: usize,
    /// The chance at each end of the number of runs.
    pub alpha: f64,
}

impl Default for IhiSettings {
    fn default() -> Self {
        Self { shift_length: 6, trend_length: 5, alpha: 0.025 }
    }
}

/// What the rules say. Figures about the median are missing where there is no value.
#[derive(Debug, Clone, PartialEq)]
pub struct IhiRules {
    /// The median of the values, in their units.
    pub median: Option<f64>,
    /// Points off the median.
    pub n_useful: usize,
    /// Runs on one side of the median.
    pub n_runs: usize,
    /// So many runs or fewer are too few; None where no number is.
    pub too_few_if_le: Option<usize>,
    /// So many runs or more are too many; None where no number is.
    pub too_many_if_ge: Option<usize>,
    /// One a point: part of a shift.
    pub shift: Vec<bool>,
    /// One a point: 1 in a rise, -1 in a fall, else 0. Where one turns into the other the point is in the later.
    pub trend: Vec<i8>,
}

impl IhiRules {
    /// There are too few runs for chance.
    pub fn has_too_few_runs(&self) -> bool {
        self.too_few_if_le.is_some_and(|limit| self.n_runs <= limit)
    }

    /// There are too many runs for chance.
    pub fn has_too_many_runs(&self) -> bool {
        self.too_many_if_ge.is_some_and(|limit| self.n_runs >= limit)
    }

    /// Any of the rules speaks.
    pub fn is_signal(&self) -> bool {
        self.has_too_few_runs()
            || self.has_too_many_runs()
            || self.shift.contains(&true)
            || self.trend.iter().any(|t| *t != 0)
    }
}

/// The rules on `values` in order of time, None where missing; what is missing (or not finite) is passed over.
pub fn rules(values: &[Option<f64>], settings: &IhiSettings) -> IhiRules {
    let known: Vec<(usize, f64)> =
        values.iter().enumerate().filter_map(|(i, v)| v.filter(|v| v.is_finite()).map(|v| (i, v))).collect();
    let median = robust::median(&known.iter().map(|(_, v)| *v).collect::<Vec<f64>>());
    let side = |(i, v): &(usize, f64)| (*i, xmr_rules::sign(v - median.unwrap_or(*v)));
    let off: Vec<(usize, i8)> = known.iter().map(side).filter(|(_, side)| *side != 0).collect();
    let mut shift = vec![false; values.len()];
    let runs: Vec<&[(usize, i8)]> = off.chunk_by(|a, b| a.1 == b.1).collect();
    for run in runs.iter().filter(|r| r.len() >= settings.shift_length.max(1)) {
        run.iter().for_each(|(i, _)| shift[*i] = true);
    }
    let half = off.len() / 2;
    let limits = runs_exact::limits(half, off.len() - half, settings.alpha).ok();
    IhiRules {
        median,
        n_useful: off.len(),
        n_runs: runs.len(),
        too_few_if_le: limits.and_then(|l| l.too_few_if_le),
        too_many_if_ge: limits.and_then(|l| l.too_many_if_ge),
        shift,
        trend: trends(values.len(), &known, settings.trend_length.max(2)),
    }
}

/// The trends among the known points, marked on all `n`.
fn trends(n: usize, known: &[(usize, f64)], length: usize) -> Vec<i8> {
    // Equal neighbours stand together, as one.
    let levels: Vec<&[(usize, f64)]> = known.chunk_by(|a, b| a.1 == b.1).collect();
    let step = |i: usize| xmr_rules::sign(levels[i + 1][0].1 - levels[i][0].1);
    let mut trend = vec![0; n];
    let mut start = 0;
    for at in 1..levels.len() {
        let goes_on = at + 1 < levels.len() && step(at) == step(at - 1);
        if goes_on {
            continue;
        }
        if at + 1 - start >= length {
            levels[start..=at].iter().flat_map(|level| level.iter()).for_each(|(i, _)| trend[*i] = step(at - 1));
        }
        start = at;
    }
    trend
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(values: &[f64]) -> IhiRules {
        rules(&values.iter().copied().map(Some).collect::<Vec<_>>(), &IhiSettings::default())
    }

    #[test]
    fn a_shift_passes_over_the_median_and_a_gap() {
        // Median 5; four above, one on it, one missing, two more above: six in a row.
        let values = [1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 6.0, 7.0, 6.0, 7.0, 5.0, f64::NAN, 8.0, 6.0];
        let found = run(&values);
        assert_eq!((found.median, found.n_useful, found.n_runs), (Some(5.0), 12, 2));
        assert_eq!(found.shift.iter().filter(|s| **s).count(), 12, "six below and six above");
        assert!(!found.shift[10] && !found.shift[11], "the point on the median and the gap are not of it");
        let five = run(&[6.0, 7.0, 6.0, 7.0, 6.0, 1.0, 2.0, 1.0, 2.0, 1.0]);
        assert!(!five.shift.contains(&true), "five are too few");
    }

    #[test]
    fn a_trend_counts_equal_neighbours_once() {
        assert_eq!(run(&[1.0, 2.0, 3.0, 4.0]).trend, [0; 4], "four");
        assert_eq!(run(&[1.0, 2.0, 3.0, 4.0, 5.0]).trend, [1; 5], "five");
        assert_eq!(run(&[1.0, 2.0, 2.0, 3.0, 4.0]).trend, [0; 5], "four levels");
        assert_eq!(run(&[1.0, 2.0, 2.0, 3.0, 4.0, 5.0]).trend, [1; 6], "five levels, the tie within them");
        assert_eq!(run(&[9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 4.0]).trend, [0, 1, 1, 1, 1, 1, 0], "neither end is of it");
        let there_and_back = run(&[1.0, 2.0, 3.0, 4.0, 5.0, 4.0, 3.0, 2.0, 1.0]);
        assert_eq!(there_and_back.trend, [1, 1, 1, 1, -1, -1, -1, -1, -1], "the turning point is in both");
    }

    /// 10 useful points: 2 runs or fewer, 10 or more (Swed and Eisenhart, five on each side, 2.5% at each end).
    #[test]
    fn runs_too_few_and_too_many() {
        let few = run(&[1.0, 2.0, 1.0, 2.0, 1.0, 7.0, 8.0, 7.0, 8.0, 7.0]);
        assert_eq!((few.n_runs, few.too_few_if_le, few.too_many_if_ge), (2, Some(2), Some(10)));
        assert!(few.has_too_few_runs() && !few.has_too_many_runs() && few.is_signal());
        let many = run(&[1.0, 7.0, 1.0, 7.0, 1.0, 7.0, 1.0, 7.0, 1.0, 7.0]);
        assert!(many.has_too_many_runs() && many.is_signal());
    }

    #[test]
    fn nothing_to_read() {
        for values in [&[][..], &[4.0], &[4.0; 20]] {
            let found = run(values);
            assert_eq!((found.n_useful, found.n_runs, found.is_signal()), (0, 0, false), "{values:?}");
        }
    }
}
