//! The mean and limits of one group of an XmR chart, with care for what rounding would spoil: constant series and ties.
//!
//! Values are any unit; `width` is 2.66 times the screened mean moving range of the baseline, in that unit.
//!
//! Source: Wheeler (2000), Understanding variation; NHSRplotthedots for the screening and for 2.66.

use crate::stats::{moving_range, xmr_rules};

/// A group's mean and the half width of its limits.
pub(crate) struct Limits {
    pub(crate) mean: f64,
    /// 0 for a constant baseline and for a single point.
    pub(crate) width: f64,
    /// The baseline's sum and size, where its values are whole: sides are then settled without rounding.
    whole: Option<(f64, f64)>,
}

impl Limits {
    /// The limits that the first `baseline_points` (2 at least; None: all) of a group's `values`, one or more, set.
    pub(crate) fn of(values: &[f64], baseline_points: Option<usize>, screen_outliers: bool) -> Self {
        let size = baseline_points.map_or(values.len(), |n| n.max(2).min(values.len()));
        let baseline = &values[..size];
        let sum: f64 = baseline.iter().sum();
        let constant = baseline.iter().all(|v| *v == baseline[0]);
        let range = moving_range::mean(&moving_range::ranges(baseline), screen_outliers).unwrap_or(0.0);
        let whole = values.iter().all(|v| v.fract() == 0.0 && v.abs() < 1e12 / size as f64);
        Limits {
            // The mean of equal values, summed, may miss them by a rounding, and limits of no width would show it.
            mean: if constant { baseline[0] } else { sum / size as f64 },
            width: if constant { 0.0 } else { 2.66 * range },
            whole: whole.then_some((sum, size as f64)),
        }
    }

    /// 1 above the mean, -1 below it, 0 on it, give or take a rounding.
    pub(crate) fn side(&self, value: f64) -> i8 {
        if let Some((sum, n)) = self.whole {
            return xmr_rules::sign(n * value - sum);
        }
        let close = 1e-12 * value.abs().max(self.mean.abs());
        if (value - self.mean).abs() <= close { 0 } else { xmr_rules::sign(value - self.mean) }
    }

    /// Whether a value lies further from the mean than this share of the half width, strictly.
    pub(crate) fn is_beyond(&self, value: f64, share: f64) -> bool {
        value > self.mean + share * self.width || value < self.mean - share * self.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_on_their_mean() {
        let limits = Limits::of(&[0.1; 15], None, true);
        assert_eq!((limits.mean, limits.width, limits.side(0.1)), (0.1, 0.0, 0));
        assert!(!limits.is_beyond(0.1, 1.0));
    }

    #[test]
    fn a_tie_of_whole_numbers_is_a_tie() {
        // 7/3 is no binary fraction: only n x value - sum is exact.
        let limits = Limits::of(&[1.0, 2.0, 4.0], None, true);
        assert_eq!([2.0, 3.0].map(|v| limits.side(v)), [-1, 1]);
        assert_eq!(Limits::of(&[1.0, 2.0, 3.0], None, true).side(2.0), 0);
    }

    #[test]
    fn a_tie_of_fractions_is_one_give_or_take_a_rounding() {
        let values = [0.1, 0.2, 0.3];
        assert_ne!(values.iter().sum::<f64>() / 3.0, 0.2, "the mean as computed misses the middle value");
        assert_eq!(Limits::of(&values, None, true).side(0.2), 0);
    }
}
