//! Whether a rate rises or falls: a log-linear Poisson model of counts on time, with the logarithm of the exposure as offset.

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
    let (level, slope, information) = fit(counts, denominators, &times)?;
    let fitted: Vec<f64> = times.iter().zip(denominators).map(|(t, d)| d * (level + slope * t).exp()).collect();
    let se_slope = (1.0 / information).sqrt();
    let z = slope / se_slope;
    let dispersion = counts.iter().zip(&fitted).map(|(y, mu)| (y - mu).powi(2) / mu).sum::<f64>() / (n as f64 - 2.0);
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

/// Newton's method: the log rate at the middle, the slope, and the information on the slope.
fn fit(counts: &[f64], denominators: &[f64], times: &[f64]) -> Result<(f64, f64, f64), StatsError> {
    let total: f64 = counts.iter().sum();
    if total <= 0.0 {
        // Without an event the log rate runs off to minus infinity.
        return Err(StatsError::NoConvergence);
    }
    let (mut level, mut slope) = ((total / denominators.iter().sum::<f64>()).ln(), 0.0_f64);
    for _ in 0..200 {
        let (mut gap, mut tilt, mut s0, mut s1, mut s2) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for ((y, d), t) in counts.iter().zip(denominators).zip(times) {
            let mu = d * (level + slope * t).exp();
            gap += y - mu;
            tilt += t * (y - mu);
            s0 += mu;
            s1 += t * mu;
            s2 += t * t * mu;
        }
        let determinant = s0 * s2 - s1 * s1;
        let (step, turn) = ((s2 * gap - s1 * tilt) / determinant, (s0 * tilt - s1 * gap) / determinant);
        if !(step.is_finite() && turn.is_finite()) {
            break;
        }
        // A long first step from a flat start can overshoot; the logarithm is held to steps of one.
        let shorten = 1.0 / (step.abs() + turn.abs() * times.last().map_or(1.0, |t| t.abs())).max(1.0);
        level += shorten * step;
        slope += shorten * turn;
        if step.abs() < 1e-13 * (1.0 + level.abs()) && turn.abs() < 1e-13 * (1.0 + slope.abs()) {
            return Ok((level, slope, determinant / s0));
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
