//! Small areas' ratios drawn towards the others' by as much as chance deserves: Marshall's and Clayton and Kaldor's estimators.
//!
//! With fewer than about ten areas the spread cannot be told from chance: take a national prior instead.
//!
//! Marshall: b = sum n/sum x; a = sum x (n/x - b)^2/sum x - b/mean(x), at least 0; n/x becomes b + a (n/x - b)/(a +
//! b/x). Clayton and Kaldor: nu = m^2/v and alpha = m/v from the mean and variance of (n + nu)/(x + alpha), until they
//! settle.
//!
//! Source: Marshall (1991), Applied Statistics 40:283 (spdep, EBest); Clayton and Kaldor (1987), Biometrics 43:671
//! (DCluster, empbaysmooth).

use crate::stats::StatsError;

/// Marshall's global estimator.
#[derive(Debug, Clone, PartialEq)]
pub struct Marshall {
    /// The ratio of all.
    pub b: f64,
    /// The variance between areas; at 0 every area is given `b`.
    pub a: f64,
    /// The areas' ratios, drawn towards `b`.
    pub estimates: Vec<f64>,
}

/// A gamma prior of the areas' ratios, fitted by moments (Clayton and Kaldor).
#[derive(Debug, Clone, PartialEq)]
pub struct GammaPrior {
    /// The shape.
    pub nu: f64,
    /// The rate.
    pub alpha: f64,
    /// (observed + nu) / (expected + alpha).
    pub smoothed: Vec<f64>,
}

/// Ratios of `observed` to `expected` (above 0), drawn together by Marshall's moments (1991).
///
/// # Errors
/// Slices that differ in length, no area, a value that is not finite, a count below 0, an expected count not above 0.
pub fn marshall(observed: &[f64], expected: &[f64]) -> Result<Marshall, StatsError> {
    check(observed, expected, 1)?;
    let exposure: f64 = expected.iter().sum();
    let b = observed.iter().sum::<f64>() / exposure;
    let spread = expected.iter().zip(observed).map(|(x, n)| x * (n / x - b).powi(2)).sum::<f64>() / exposure;
    let a = (spread - b / (exposure / expected.len() as f64)).max(0.0);
    let shrunk = |(n, x): (&f64, &f64)| {
        let total = a + b / x;
        if total > 0.0 { b + a * (n / x - b) / total } else { b }
    };
    Ok(Marshall { b, a, estimates: observed.iter().zip(expected).map(shrunk).collect() })
}

/// The gamma prior of the areas' ratios; None where they spread no wider than chance, so that the fit runs off.
///
/// # Errors
/// Those of [`marshall`], and fewer than two areas.
pub fn gamma_prior(observed: &[f64], expected: &[f64]) -> Result<Option<GammaPrior>, StatsError> {
    const TOLERANCE: f64 = 1e-10;
    const MOST_TURNS: usize = 200;
    check(observed, expected, 2)?;
    let n = observed.len() as f64;
    let mut ratios: Vec<f64> = observed.iter().zip(expected).map(|(o, e)| o / e).collect();
    let mean = |ratios: &[f64]| ratios.iter().sum::<f64>() / n;
    let mut m = mean(&ratios);
    let mut v = ratios.iter().map(|r| (r - m).powi(2)).sum::<f64>() / (n - 1.0);
    let (mut nu, mut alpha) = (m * m / v, m / v);
    for _ in 0..MOST_TURNS {
        if !(nu.is_finite() && alpha.is_finite()) {
            return Ok(None);
        }
        let before = (nu, alpha);
        ratios = observed.iter().zip(expected).map(|(o, e)| (o + nu) / (e + alpha)).collect();
        m = mean(&ratios);
        v = ratios.iter().zip(expected).map(|(r, e)| (1.0 + alpha / e) * (r - m).powi(2)).sum::<f64>() / (n - 1.0);
        (nu, alpha) = (m * m / v, m / v);
        if (nu - before.0).abs() < TOLERANCE && (alpha - before.1).abs() < TOLERANCE {
            let smoothed = observed.iter().zip(expected).map(|(o, e)| (o + nu) / (e + alpha)).collect();
            return Ok(Some(GammaPrior { nu, alpha, smoothed }));
        }
    }
    // Where the spread is all chance the prior narrows for ever.
    if alpha > 1e6 || !alpha.is_finite() {
        return Ok(None);
    }
    let smoothed = observed.iter().zip(expected).map(|(o, e)| (o + nu) / (e + alpha)).collect();
    Ok(Some(GammaPrior { nu, alpha, smoothed }))
}

fn check(observed: &[f64], expected: &[f64], needed: usize) -> Result<(), StatsError> {
    if observed.len() != expected.len() {
        return Err(StatsError::LengthsDiffer);
    }
    if observed.len() < needed {
        return Err(StatsError::TooFew { needed });
    }
    if observed.iter().chain(expected).any(|v| !v.is_finite()) {
        return Err(StatsError::NotFinite);
    }
    if observed.iter().any(|v| *v < 0.0) {
        return Err(StatsError::NegativeCount);
    }
    if expected.iter().any(|v| *v <= 0.0) {
        return Err(StatsError::DenominatorNotPositive);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_spread_all_are_one() {
        let found = marshall(&[2.0, 4.0, 6.0], &[2.0, 4.0, 6.0]).unwrap();
        assert_eq!((found.a, found.estimates), (0.0, vec![1.0; 3]));
        assert_eq!(gamma_prior(&[2.0, 4.0, 6.0], &[2.0, 4.0, 6.0]).unwrap(), None);
        assert_eq!(marshall(&[0.0, 0.0], &[1.0, 2.0]).unwrap().estimates, [0.0, 0.0]);
    }

    #[test]
    fn refusals() {
        assert_eq!(marshall(&[1.0], &[0.0]), Err(StatsError::DenominatorNotPositive));
        assert_eq!(marshall(&[], &[]), Err(StatsError::TooFew { needed: 1 }));
        assert_eq!(gamma_prior(&[1.0], &[1.0]), Err(StatsError::TooFew { needed: 2 }));
    }
}
