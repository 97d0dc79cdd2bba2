//! The mean moving range: how much a series moves from one point to the next, which no drift of its level can inflate.
//!
//! The mean of |y(t) - y(t-1)|; screened, of those below 3.267 times that mean. Over 1.128 it estimates a standard
//! deviation.
//!
//! Source: Shewhart; Montgomery, Introduction to statistical quality control, section 6.4; Nelson (1982), Journal of
//! Quality Technology 14:172 (screening); NHSRplotthedots and qicharts2.

/// The bias of the range of two for a normal's standard deviation (d2).
pub const D2: f64 = 1.128;

/// A range beyond this many times the mean range is screened out.
const SCREEN: f64 = 3.267;

/// The distances between neighbouring points; one fewer than the points.
pub fn ranges(values: &[f64]) -> Vec<f64> {
    values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect()
}

/// The mean of `ranges`; where `screen`, of those below 3.267 times that mean (one pass). None: none, or none left.
///
/// All ranges of a constant series are screened, since 0 is not below 0; callers give that case its meaning.
pub fn mean(ranges: &[f64], screen: bool) -> Option<f64> {
    let plain = plain_mean(ranges)?;
    if !screen {
        return Some(plain);
    }
    let kept: Vec<f64> = ranges.iter().copied().filter(|r| *r < SCREEN * plain).collect();
    plain_mean(&kept)
}

/// The standard deviation that the mean moving range implies, unscreened; None under two points.
pub fn sigma(values: &[f64]) -> Option<f64> {
    mean(&ranges(values), false).map(|range| range / D2)
}

fn plain_mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screening_drops_the_jump() {
        let ranges = [1.0, 1.0, 1.0, 1.0, 30.0];
        assert_eq!(mean(&ranges, false), Some(6.8));
        assert_eq!(mean(&ranges, true), Some(1.0), "30 is beyond 3.267 x 6.8");
    }

    #[test]
    fn nothing_to_go_by() {
        assert_eq!(sigma(&[5.0]), None);
        assert_eq!(mean(&[0.0, 0.0], true), None, "a constant series");
        assert_eq!(mean(&[0.0, 0.0], false), Some(0.0));
    }
}
