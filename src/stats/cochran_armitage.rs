//! Whether proportions rise or fall along a score (Cochran and Armitage), without continuity correction.
//!
//! chi-squared = (sum (x - n p)(s - m))^2 / (p (1 - p) sum n (s - m)^2), p = sum x/sum n and m the mean score weighted
//! by n, on one degree of freedom.
//!
//! Source: Armitage (1955), Biometrics 11:375; figures as in R's prop.trend.test.

use crate::stats::{StatsError, special};

/// The test. Both are missing where nothing varies: all or none are counted, or one score only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CochranArmitage {
    /// On one degree of freedom.
    pub chi_squared: Option<f64>,
    /// Its upper tail.
    pub p: Option<f64>,
}

/// The trend of x of n along `score`, a value a group.
///
/// # Errors
/// Slices that differ in length, a value that is not finite, a count below 0 or above its denominator, a denominator
/// not above 0.
pub fn cochran_armitage(x: &[f64], n: &[f64], score: &[f64]) -> Result<CochranArmitage, StatsError> {
    if x.len() != n.len() || x.len() != score.len() {
        return Err(StatsError::LengthsDiffer);
    }
    if x.iter().chain(n).chain(score).any(|v| !v.is_finite()) {
        return Err(StatsError::NotFinite);
    }
    if x.iter().any(|v| *v < 0.0) {
        return Err(StatsError::NegativeCount);
    }
    if n.iter().any(|v| *v <= 0.0) {
        return Err(StatsError::DenominatorNotPositive);
    }
    if x.iter().zip(n).any(|(x, n)| x > n) {
        return Err(StatsError::CountAboveDenominator);
    }
    let (total, all) = (x.iter().sum::<f64>(), n.iter().sum::<f64>());
    let p = total / all;
    let mean_score = score.iter().zip(n).map(|(s, n)| s * n).sum::<f64>() / all;
    let slope: f64 = x.iter().zip(n).zip(score).map(|((x, n), s)| (x - n * p) * (s - mean_score)).sum();
    let spread: f64 = n.iter().zip(score).map(|(n, s)| n * (s - mean_score).powi(2)).sum();
    let variance = p * (1.0 - p) * spread;
    let chi_squared = (variance > 0.0).then(|| slope * slope / variance);
    Ok(CochranArmitage { chi_squared, p: chi_squared.map(|c| special::chi_squared_upper(c, 1.0)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_variance_there_is_no_test() {
        for (x, score) in [([0.0, 0.0], [1.0, 2.0]), ([5.0, 5.0], [1.0, 2.0]), ([1.0, 3.0], [2.0, 2.0])] {
            assert_eq!(cochran_armitage(&x, &[5.0, 5.0], &score).unwrap().chi_squared, None, "{x:?} {score:?}");
        }
        assert_eq!(cochran_armitage(&[], &[], &[]).unwrap().p, None);
    }

    #[test]
    fn refusals() {
        assert_eq!(cochran_armitage(&[6.0], &[5.0], &[1.0]), Err(StatsError::CountAboveDenominator));
        assert_eq!(cochran_armitage(&[0.0], &[0.0], &[1.0]), Err(StatsError::DenominatorNotPositive));
        assert_eq!(cochran_armitage(&[1.0], &[2.0], &[]), Err(StatsError::LengthsDiffer));
    }
}
