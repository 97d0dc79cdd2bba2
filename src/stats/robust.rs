//! Summaries that a few wild values cannot move: quantiles, median, MAD, winsorising.
//!
//! Source: Hyndman and Fan (1996), American Statistician 50:361 (type 7); Hampel (1974), JASA 69:383 (MAD); figures as
//! in R and numpy.

/// The quantile of type 7 (R's default) of values already sorted upwards; NaN for an empty slice or p outside [0, 1].
pub fn quantile7(sorted: &[f64], p: f64) -> f64 {
    if sorted.is_empty() || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let place = (sorted.len() - 1) as f64 * p;
    // R's own allowance: a place that is whole but for rounding is whole.
    let below = (place + 4.0 * f64::EPSILON).floor();
    let part = place - below;
    let low = sorted[below as usize];
    if part.abs() < 1e-12 {
        return low;
    }
    let high = sorted[(below as usize + 1).min(sorted.len() - 1)];
    low + part * (high - low)
}

/// The middle value; None for an empty slice. NaN values are left out.
pub fn median(values: &[f64]) -> Option<f64> {
    median_of_sorted(&sorted(values))
}

/// The middle value of values already sorted upwards, none of them NaN; None for an empty slice.
pub fn median_of_sorted(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some(sorted[middle - 1] + (sorted[middle] - sorted[middle - 1]) / 2.0),
    }
}

/// The median distance from the median times 1.4826, which estimates a normal's standard deviation; None for an empty slice.
pub fn mad(values: &[f64]) -> Option<f64> {
    let centre = median(values)?;
    let distances: Vec<f64> = values.iter().map(|v| (v - centre).abs()).collect();
    Some(1.4826 * median(&distances)?)
}

/// The values with those beyond the `share` and 1 - `share` quantiles (type 7) brought in to them; order kept.
///
/// A share outside [0, 0.5] leaves the values as they are.
pub fn winsorise(values: &[f64], share: f64) -> Vec<f64> {
    let sorted = sorted(values);
    if sorted.is_empty() || !(0.0..=0.5).contains(&share) {
        return values.to_vec();
    }
    let low = quantile7(&sorted, share);
    let high = quantile7(&sorted, 1.0 - share);
    values
        .iter()
        .map(|v| {
            if *v < low {
                low
            } else if *v > high {
                high
            } else {
                *v
            }
        })
        .collect()
}

/// The values but the NaN, upwards.
pub(crate) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of numpy's default `quantile`, which is type 7.
    #[test]
    fn quantiles_of_type_7() {
        let sorted = [1.0, 2.0, 4.0, 8.0, 16.0];
        for (p, expected) in [(0.0, 1.0), (0.1, 1.4), (0.25, 2.0), (0.5, 4.0), (0.9, 12.8), (1.0, 16.0)] {
            assert!((quantile7(&sorted, p) - expected).abs() < 1e-12, "{p}");
        }
        assert!(quantile7(&[], 0.5).is_nan() && quantile7(&sorted, 1.5).is_nan());
    }

    #[test]
    fn middles() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
        // R: mad(c(1, 1, 2, 2, 4, 6, 9)) is 1.4826.
        assert_eq!(mad(&[1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0]), Some(1.4826));
    }

    #[test]
    fn winsorising_moves_only_the_ends() {
        let moved = winsorise(&[100.0, 1.0, 2.0, 3.0, 4.0], 0.25);
        assert_eq!(moved, [4.0, 2.0, 2.0, 3.0, 4.0]);
        assert!(winsorise(&[f64::NAN], 0.1)[0].is_nan());
    }
}
