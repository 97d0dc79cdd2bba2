//! Several estimates of one thing: their common value, and whether they differ by more than chance.
//!
//! Q = sum (y - mean)^2/v about the mean weighted by 1/v; tau^2 = (Q - df)/(sum w - sum w^2/sum w), at least 0; I^2 =
//! (Q - df)/Q in percent, at least 0.
//!
//! Source: DerSimonian and Laird (1986), Controlled Clinical Trials 7:177; Higgins and Thompson (2002), Statistics in
//! Medicine 21:1539; figures as in metafor (FE, DL).

use crate::stats::special::chi_squared_upper;

use crate::stats::StatsError;

/// The estimates' fixed and random-effects means, and the spread between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heterogeneity {
    /// The mean weighted by 1/variance.
    pub fixed_mean: f64,
    /// Its standard error.
    pub fixed_se: f64,
    /// Cochran's Q.
    pub q: f64,
    /// The degrees of freedom of Q.
    pub q_df: usize,
    /// The chance of a Q so large where all estimate one value.
    pub q_p: f64,
    /// The share of the spread that chance does not explain, in percent.
    pub i2_percent: f64,
    /// The variance between the estimates (DerSimonian and Laird).
    pub tau2: f64,
    /// The mean weighted by 1/(variance + tau2).
    pub random_mean: f64,
    /// Its standard error.
    pub random_se: f64,
}

/// How `estimates` with `variances` (above 0), two or more and side by side, agree.
///
/// # Errors
/// Slices that differ in length, fewer than two estimates, a value that is not finite, a variance not above 0.
pub fn heterogeneity(estimates: &[f64], variances: &[f64]) -> Result<Heterogeneity, StatsError> {
    if estimates.len() != variances.len() {
        return Err(StatsError::LengthsDiffer);
    }
    if estimates.len() < 2 {
        return Err(StatsError::TooFew { needed: 2 });
    }
    if estimates.iter().chain(variances).any(|v| !v.is_finite()) {
        return Err(StatsError::NotFinite);
    }
    if variances.iter().any(|v| *v <= 0.0) {
        return Err(StatsError::DenominatorNotPositive);
    }
    let q = q(estimates, variances);
    let df = (estimates.len() - 1) as f64;
    let tau2 = tau_squared(estimates, variances);
    let fixed: f64 = variances.iter().map(|v| 1.0 / v).sum();
    let random: f64 = variances.iter().map(|v| 1.0 / (v + tau2)).sum();
    Ok(Heterogeneity {
        fixed_mean: weighted_mean(estimates, variances.iter().map(|v| 1.0 / v)),
        fixed_se: (1.0 / fixed).sqrt(),
        q,
        q_df: estimates.len() - 1,
        q_p: if q > 0.0 { chi_squared_upper(q, df) } else { 1.0 },
        i2_percent: if q > 0.0 { 100.0 * ((q - df) / q).max(0.0) } else { 0.0 },
        tau2,
        random_mean: weighted_mean(estimates, variances.iter().map(|v| 1.0 / (v + tau2))),
        random_se: (1.0 / random).sqrt(),
    })
}

/// DerSimonian and Laird's variance between estimates; 0 where they spread no wider than chance, or fewer than two.
pub(crate) fn tau_squared(estimates: &[f64], variances: &[f64]) -> f64 {
    let sum: f64 = variances.iter().map(|v| 1.0 / v).sum();
    let squares: f64 = variances.iter().map(|v| 1.0 / (v * v)).sum();
    let scale = sum - squares / sum;
    let excess = q(estimates, variances) - (estimates.len() as f64 - 1.0);
    if excess > 0.0 && scale > 0.0 && scale.is_finite() { excess / scale } else { 0.0 }
}

/// The mean of `values` with `weights`.
pub(crate) fn weighted_mean(values: &[f64], weights: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for (value, weight) in values.iter().zip(weights) {
        sum += weight * value;
        total += weight;
    }
    sum / total
}

/// Cochran's Q.
fn q(estimates: &[f64], variances: &[f64]) -> f64 {
    let mean = weighted_mean(estimates, variances.iter().map(|v| 1.0 / v));
    estimates.iter().zip(variances).map(|(e, v)| (e - mean).powi(2) / v).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_estimates_have_no_spread() {
        let h = heterogeneity(&[2.0, 2.0, 2.0], &[0.1, 0.2, 0.3]).unwrap();
        assert_eq!((h.q, h.q_p, h.i2_percent, h.tau2), (0.0, 1.0, 0.0, 0.0));
        assert!((h.fixed_mean - 2.0).abs() < 1e-12 && (h.random_mean - 2.0).abs() < 1e-12);
    }

    #[test]
    fn refuses_what_has_no_meaning() {
        assert_eq!(heterogeneity(&[1.0], &[1.0]), Err(StatsError::TooFew { needed: 2 }));
        assert_eq!(heterogeneity(&[1.0, 2.0], &[1.0]), Err(StatsError::LengthsDiffer));
        assert_eq!(heterogeneity(&[1.0, 2.0], &[1.0, 0.0]), Err(StatsError::DenominatorNotPositive));
        assert_eq!(heterogeneity(&[1.0, f64::NAN], &[1.0, 1.0]), Err(StatsError::NotFinite));
    }
}
