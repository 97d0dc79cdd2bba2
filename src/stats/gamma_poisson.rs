//! What is known of a ratio after a count, given a gamma prior: a sentence such as "the chance that it is 1.5 times the expected".
//!
//! With a gamma prior of shape nu and rate alpha, O events where E were expected leave a gamma of shape nu + O and rate
//! alpha + E; its mean is (nu + O)/(alpha + E).
//!
//! Source: Clayton and Kaldor (1987), Biometrics 43:671.

use crate::stats::{StatsError, special};

/// The posterior of a ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaPosterior {
    /// Its mean.
    pub mean: f64,
    /// Its 2.5% point.
    pub q025: f64,
    /// Its 97.5% point.
    pub q975: f64,
    shape: f64,
    rate: f64,
}

impl GammaPosterior {
    /// The chance that the ratio is above `level`.
    pub fn chance_above(&self, level: f64) -> f64 {
        special::gamma_upper(self.shape, level * self.rate)
    }
}

/// The posterior after `observed` where `expected` were expected, with a prior of shape `nu` and rate `alpha` (above 0).
///
/// # Errors
/// A value that is not finite, a count below 0, a shape or rate not above 0.
pub fn posterior(observed: f64, expected: f64, nu: f64, alpha: f64) -> Result<GammaPosterior, StatsError> {
    if ![observed, expected, nu, alpha].iter().all(|v| v.is_finite()) {
        return Err(StatsError::NotFinite);
    }
    if observed < 0.0 || expected < 0.0 {
        return Err(StatsError::NegativeCount);
    }
    if nu <= 0.0 || alpha <= 0.0 {
        return Err(StatsError::DenominatorNotPositive);
    }
    let (shape, rate) = (nu + observed, alpha + expected);
    Ok(GammaPosterior {
        mean: shape / rate,
        q025: special::gamma_quantile_lower(shape, 0.025) / rate,
        q975: special::gamma_quantile_upper(shape, 0.025) / rate,
        shape,
        rate,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_exposure_it_is_the_prior() {
        let found = posterior(0.0, 0.0, 1.0, 2.0).unwrap();
        assert_eq!(found.mean, 0.5);
        assert!((found.chance_above(1.0) - (-2.0_f64).exp()).abs() < 1e-15, "shape 1 is the exponential");
    }

    #[test]
    fn refusals() {
        assert_eq!(posterior(1.0, 1.0, 0.0, 1.0), Err(StatsError::DenominatorNotPositive));
        assert_eq!(posterior(-1.0, 1.0, 1.0, 1.0), Err(StatsError::NegativeCount));
    }
}
