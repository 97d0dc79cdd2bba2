//! Whether a rate rises or falls: a log-linear Poisson model of counts on time, with the logarithm of the exposure as offset.
//!
//! ln(mean) = ln(exposure) + intercept + slope t. The dispersion is Pearson's chi-squared over n - 2; the quasi
//! standard error is that of the slope times its root.
//!
//! Source: McCullagh and Nelder (1989), Generalized linear models; figures as in R's glm (poisson, quasipoisson).

use crate::stats::{StatsError, normal};

/// The fitted trend; time runs 1, 2, 3 and so on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoissonTrend {
    /// The log rate at time 0.
    pub intercept: f64,
    /// The change of the log rate a period.
    pub slope: f64,
    /// The standard error of `slope` if the counts are Poisson.
    pub se_slope: f64,
    /// slope over its standard error.
    pub z: f64,
    /// Two-sided.
    pub p: f64,
    /// The factor by which the rate changes a period.
    pub rate_ratio: f64,
    /// Twice the log-likelihood lost against a perfect fit.
    pub deviance: f64,
    /// Pearson's chi-squared over its degrees of freedom; beyond 1.5 the quasi standard error is the honest one.
    pub dispersion: f64,
    /// se_slope stretched by the dispersion.
    pub quasi_se_slope: f64,
}

/// The trend of `counts` with exposures `denominators` (above 0), three periods or more.
///
/// # Errors
/// Slices that differ in length, fewer than three periods, a value that is not finite, a count below 0, an exposure not
/// above 0, and counts whose best slope or level is infinite (none at all, or all at one end).
pub fn poisson_trend(counts: &[f64], denominators: &[f64]) -> Result<PoissonTrend, StatsError> {
    let n = counts.len();
    if n != denominators.len() {
        return Err(StatsError::LengthsDiffer);
    }
    if n < 3 {
        return Err(StatsError::TooFew { needed: 3 });
    }
    if counts.iter().chain(denominators).any(|v| !v.is_finite()) {
        return Err(StatsError::NotFinite);
    }
    if counts.iter().any(|v| *v < 0.0) {
        return Err(StatsError::NegativeCount);
    }
    if denominators.iter().any(|v| *v <= 0.0) {
        return Err(StatsError::DenominatorNotPositive);
    }
    let middle = (n as f64 + 1.0) / 2.0;
    let times: Vec<f64> = (1..=n).map(|t| t as f64 - middle).collect();
    let Fit { level, slope, information, weights, fitted } = fit(counts, denominators, &times)?;
    let se_slope = (1.0 / information).sqrt();
    let z = slope / se_slope;
    let residuals = counts.iter().zip(&fitted).map(|(y, mu)| (y - mu) / mu);
    let dispersion = residuals.zip(&weights).map(|(r, w)| w * r * r).sum::<f64>() / (n as f64 - 2.0);
    Ok(PoissonTrend {
        intercept: level - slope * middle,
        slope,
        se_slope,
        z,
        p: 2.0 * normal::sf(z.abs()),
        rate_ratio: slope.exp(),
        deviance: 2.0 * counts.iter().zip(&fitted).map(|(y, mu)| deviance_part(*y, *mu)).sum::<f64>(),
        dispersion,
        quasi_se_slope: se_slope * dispersion.sqrt(),
    })
}

/// A fitted line, and the weights of the step that gave it.
struct Fit {
    /// The log rate at the middle.
    level: f64,
    slope: f64,
    /// The information on the slope.
    information: f64,
    weights: Vec<f64>,
    fitted: Vec<f64>,
}

/// The line of best likelihood.
///
/// By R's own steps (iteratively reweighted least squares from y + 0.1, until the deviance moves by less than 1e-8 of itself),
/// for R takes the information from the weights of its last step, and a better one would differ in the sixth digit.
fn fit(counts: &[f64], denominators: &[f64], times: &[f64]) -> Result<Fit, StatsError> {
    const MOST_STEPS: usize = 100;
    let inner = &counts[1..];
    if inner.iter().all(|y| *y == 0.0) || counts[..counts.len() - 1].iter().all(|y| *y == 0.0) {
        // With all events at one end, or none, the best slope or level is infinite.
        return Err(StatsError::NoConvergence);
    }
    let mut fitted: Vec<f64> = counts.iter().map(|y| y + 0.1).collect();
    let mut deviance = f64::INFINITY;
    for _ in 0..MOST_STEPS {
        let (mut s0, mut s1, mut s2, mut r0, mut r1) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (((y, d), t), mu) in counts.iter().zip(denominators).zip(times).zip(&fitted) {
            let working = (mu / d).ln() + (y - mu) / mu;
            s0 += mu;
            s1 += mu * t;
            s2 += mu * t * t;
            r0 += mu * working;
            r1 += mu * t * working;
        }
        let determinant = s0 * s2 - s1 * s1;
        let (level, slope) = ((s2 * r0 - s1 * r1) / determinant, (s0 * r1 - s1 * r0) / determinant);
        let weights = fitted;
        fitted = times.iter().zip(denominators).map(|(t, d)| d * (level + slope * t).exp()).collect();
        let before = deviance;
        deviance = 2.0 * counts.iter().zip(&fitted).map(|(y, mu)| deviance_part(*y, *mu)).sum::<f64>();
        if !(deviance.is_finite() && determinant > 0.0) {
            break;
        }
        if (deviance - before).abs() / (deviance.abs() + 0.1) < 1e-8 {
            return Ok(Fit { level, slope, information: determinant / s0, weights, fitted });
        }
    }
    Err(StatsError::NoConvergence)
}

fn deviance_part(y: f64, mu: f64) -> f64 {
    if y > 0.0 { y * (y / mu).ln() - (y - mu) } else { mu }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubling_is_found() {
        let trend = poisson_trend(&[10.0, 20.0, 40.0, 80.0], &[5.0; 4]).unwrap();
        assert!((trend.rate_ratio - 2.0).abs() < 1e-9);
        assert!(trend.deviance.abs() < 1e-9);
    }

    #[test]
    fn refusals() {
        assert_eq!(poisson_trend(&[0.0; 4], &[1.0; 4]), Err(StatsError::NoConvergence));
        assert_eq!(poisson_trend(&[1.0; 2], &[1.0; 2]), Err(StatsError::TooFew { needed: 3 }));
        assert_eq!(poisson_trend(&[1.0; 3], &[1.0, 0.0, 1.0]), Err(StatsError::DenominatorNotPositive));
    }

    /// All events in the last period: the slope has no finite value.
    #[test]
    fn separation_does_not_settle() {
        assert_eq!(poisson_trend(&[0.0, 0.0, 0.0, 9.0], &[1.0; 4]), Err(StatsError::NoConvergence));
    }
}
