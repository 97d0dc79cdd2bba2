//! Whether a series drifts, whatever its distribution (Mann and Kendall), and how fast (Sen).
//!
//! S = rising pairs less falling ones; its variance is (n(n - 1)(2n + 5) - sum t(t - 1)(2t + 5))/18 over ties of t; z =
//! (S -/+ 1)/sqrt(variance). Sen's slope is the median of (y(j) - y(i))/(t(j) - t(i)). Of under 8 points nothing is to
//! be claimed, and a series that remembers (`autocorrelation`) or has seasons (`mann_kendall_seasonal`) breaks the
//! test's assumption.
//!
//! Source: Kendall (1975), Rank correlation methods; Sen (1968), JASA 63:1379; Gilbert (1987), Statistical methods for
//! environmental pollution monitoring, chapter 16; figures as in pymannkendall.

use crate::stats::{normal, robust, xmr_rules};

/// The test and the slope. Under 8 points it is to be reported, and nothing claimed from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Points that are not missing.
    pub n: usize,
    /// Rising pairs less falling pairs.
    pub s: f64,
    /// The variance of `s`, ties allowed for.
    pub var_s: f64,
    /// s, drawn towards 0 by one, over its standard deviation; 0 without variance.
    pub z: f64,
    /// Two-sided; 1 without variance.
    pub p: f64,
    /// The median slope of all pairs, per place; None under two points.
    pub sen_slope: Option<f64>,
}

/// The drift of `values`, a value a place in time; a missing place keeps its time.
pub fn mann_kendall(values: &[Option<f64>]) -> MannKendall {
    Pairs::of(values).tested()
}

/// What all pairs of a series, or of several seasons of it, say together.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Pairs {
    n: usize,
    s: f64,
    var_s: f64,
    slopes: Vec<f64>,
}

impl Pairs {
    /// The pairs of one series.
    pub(crate) fn of(values: &[Option<f64>]) -> Self {
        let known: Vec<(f64, f64)> =
            values.iter().enumerate().filter_map(|(i, v)| v.filter(|v| v.is_finite()).map(|v| (i as f64, v))).collect();
        let mut s = 0.0;
        let mut slopes = Vec::with_capacity(known.len() * known.len().saturating_sub(1) / 2);
        for (i, (from, low)) in known.iter().enumerate() {
            for (to, high) in &known[i + 1..] {
                s += f64::from(xmr_rules::sign(high - low));
                slopes.push((high - low) / (to - from));
            }
        }
        let sorted = robust::sorted(&known.iter().map(|(_, v)| *v).collect::<Vec<f64>>());
        let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|tied| pairs_weighted(tied.len() as f64)).sum();
        let var_s = (pairs_weighted(known.len() as f64) - ties) / 18.0;
        Pairs { n: known.len(), s, var_s, slopes }
    }

    /// Adds those of another season.
    pub(crate) fn add(&mut self, mut other: Pairs) {
        self.n += other.n;
        self.s += other.s;
        self.var_s += other.var_s;
        self.slopes.append(&mut other.slopes);
    }

    /// The test on them.
    pub(crate) fn tested(self) -> MannKendall {
        let Pairs { n, s, var_s, slopes } = self;
        let z = if var_s > 0.0 && s != 0.0 { (s - s.signum()) / var_s.sqrt() } else { 0.0 };
        let p = if var_s > 0.0 { (2.0 * normal::sf(z.abs())).min(1.0) } else { 1.0 };
        MannKendall { n, s, var_s, z, p, sen_slope: robust::median(&slopes) }
    }
}

fn pairs_weighted(n: f64) -> f64 {
    n * (n - 1.0) * (2.0 * n + 5.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_keeps_its_time() {
        let found = mann_kendall(&[Some(0.0), None, None, Some(3.0)]);
        assert_eq!((found.n, found.sen_slope), (2, Some(1.0)));
    }

    #[test]
    fn nothing_to_test() {
        for values in [vec![], vec![None], vec![Some(2.0)]] {
            let found = mann_kendall(&values);
            assert_eq!((found.z, found.p, found.sen_slope), (0.0, 1.0, None));
        }
    }
}
