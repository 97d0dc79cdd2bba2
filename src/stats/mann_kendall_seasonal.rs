//! Whether a series drifts that also has its seasons (Hirsch and Slack): each January is compared with Januaries alone.
//!
//! S and its variance are summed over the seasons, z = (S -/+ 1)/sqrt(var), and the slope is the median of all slopes
//! within a season, in units a cycle (a year of twelve months). The seasons are taken for independent of each other.
//!
//! Source: Hirsch, Slack and Smith (1982), Techniques of trend analysis for monthly water quality data, Water Resources
//! Research 18:107; figures as in pymannkendall's seasonal_test.

use crate::stats::StatsError;
use crate::stats::mann_kendall::{MannKendall, Pairs};

/// The drift of `values`, a value a place in time, in seasons of which `period` (2 at least) make a cycle. A missing
/// place keeps its time.
///
/// # Errors
/// A period under 2: without seasons there is `mann_kendall`.
pub fn mann_kendall_seasonal(values: &[Option<f64>], period: usize) -> Result<MannKendall, StatsError> {
    if period < 2 {
        return Err(StatsError::TooFew { needed: 2 });
    }
    let mut all = Pairs::default();
    for season in 0..period.min(values.len()) {
        let of_season: Vec<Option<f64>> = values.iter().skip(season).step_by(period).copied().collect();
        all.add(Pairs::of(&of_season));
    }
    Ok(all.tested())
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTERS: [f64; 20] =
        [5.0, 8.0, 12.0, 7.0, 6.0, 8.0, 13.0, 9.0, 5.0, 10.0, 15.0, 9.0, 7.0, 11.0, 14.0, 10.0, 8.0, 12.0, 17.0, 10.0];

    /// pymannkendall 1.4.3, seasonal_test(x, period): S, its variance, z, p and slope.
    #[test]
    fn as_pymannkendall_has_it() {
        let whole: Vec<Option<f64>> = QUARTERS.map(Some).to_vec();
        let mut gaps = whole.clone();
        (gaps[5], gaps[18]) = (None, None);
        let ties: Vec<Option<f64>> =
            [3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 4.0, 4.0, 3.0, 3.0, 4.0, 4.0, 5.0, 5.0, 5.0, 5.0].map(Some).to_vec();
        for (values, period, s, var_s, z, p, slope) in [
            (&whole, 4, 32.0, 62.666_666_666_666_664, 3.916_006_432_959_313, 9.002_784_661_693_575e-5, 1.0),
            (&gaps, 4, 25.0, 47.666_666_666_666_664, 3.476_192_757_013_927, 0.000_508_586_601_400_962_1, 1.0),
            (&ties, 2, 36.0, 109.333_333_333_333_33, 3.347_277_743_582_526, 0.000_816_093_996_904_188, 1.0 / 3.0),
        ] {
            let found = mann_kendall_seasonal(values, period).unwrap();
            assert_eq!(found.s, s);
            for (ours, theirs) in
                [(found.var_s, var_s), (found.z, z), (found.p, p), (found.sen_slope.unwrap_or(f64::NAN), slope)]
            {
                assert!((ours / theirs - 1.0).abs() < 1e-9, "{ours} {theirs}");
            }
        }
    }

    #[test]
    fn seasons_alone_are_no_drift() {
        let still: Vec<Option<f64>> = (0..24).map(|i| Some(f64::from(i % 4))).collect();
        assert_eq!(mann_kendall_seasonal(&still, 4).unwrap().p, 1.0);
        assert_eq!(mann_kendall_seasonal(&[], 12).unwrap().sen_slope, None);
        assert_eq!(mann_kendall_seasonal(&still, 1), Err(StatsError::TooFew { needed: 2 }));
    }
}
