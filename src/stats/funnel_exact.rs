//! Exact funnel limits: interpolated binomial ones (Spiegelhalter 2005, appendix), and Poisson ones of a ratio.
//!
//! Binomial: with r the smallest count of which P(X <= r) >= p, the limit is (r - a)/n, a = (P(X <= r) - p)/P(X = r).
//! Poisson: quantiles of gamma with shape E (lower) and E + 1 (upper), over E.
//!
//! Source: Spiegelhalter (2005), Statistics in Medicine 24:1185, appendix; FunnelPlotR for the ratio.

use crate::stats::funnel::FunnelLimits;
use crate::stats::{StatsError, discrete, special};

/// Limits round the proportion `target` at denominator `n`, interpolated between whole counts.
///
/// They come as they are: at a small n they may fall below 0 or beyond 1, and a chart clips them.
///
/// # Errors
/// A denominator under 1 or beyond 1e15, a target not between 0 and 1.
pub fn binomial_limits(target: f64, n: f64) -> Result<FunnelLimits, StatsError> {
    if !(n >= 1.0 && n.is_finite()) {
        return Err(StatsError::DenominatorNotPositive);
    }
    if !(target > 0.0 && target < 1.0) {
        return Err(StatsError::ProbabilityOutOfRange);
    }
    if n > 1e15 {
        return Err(StatsError::CountTooLarge);
    }
    let n = n.round();
    let limit = |p: f64| {
        let (r, below) = binomial_quantile(p, n, target);
        let at = discrete::binomial(r, n, target);
        (r - (below + at - p) / at) / n
    };
    Ok(FunnelLimits { low95: limit(0.025), high95: limit(0.975), low998: limit(0.001), high998: limit(0.999) })
}

/// Limits of observed over `expected` where observed is Poisson.
///
/// # Errors
/// An expected count not above 0.
pub fn poisson_ratio_limits(expected: f64) -> Result<FunnelLimits, StatsError> {
    if !(expected > 0.0 && expected.is_finite()) {
        return Err(StatsError::DenominatorNotPositive);
    }
    let low = |tail: f64| special::gamma_quantile_lower(expected, tail) / expected;
    let high = |tail: f64| special::gamma_quantile_upper(expected + 1.0, tail) / expected;
    Ok(FunnelLimits { low95: low(0.025), high95: high(0.025), low998: low(0.001), high998: high(0.001) })
}

/// The smallest r with P(X <= r) >= p under Binomial(n, share), and P(X < r).
pub(crate) fn binomial_quantile(p: f64, n: f64, share: f64) -> (f64, f64) {
    let at_most = |r: f64| if r >= n { 1.0 } else { special::beta_upper(r + 1.0, n - r, share) };
    let (mut low, mut high) = (-1.0, n);
    while high - low > 1.0 {
        let middle = ((low + high) / 2.0).floor();
        if at_most(middle) >= p {
            high = middle;
        } else {
            low = middle;
        }
    }
    (high, if high <= 0.0 { 0.0 } else { at_most(high - 1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R: qbinom(c(.025, .5, .975), 20, .3) is 2, 6, 10.
    #[test]
    fn quantiles_as_r_has_them() {
        for (p, expected) in [(0.025, 2.0), (0.5, 6.0), (0.975, 10.0)] {
            assert_eq!(binomial_quantile(p, 20.0, 0.3).0, expected, "{p}");
        }
        assert_eq!(binomial_quantile(0.05, 0.0, 0.5), (0.0, 0.0));
    }

    #[test]
    fn refusals() {
        assert_eq!(binomial_limits(0.0, 10.0), Err(StatsError::ProbabilityOutOfRange));
        assert_eq!(binomial_limits(0.3, 0.0), Err(StatsError::DenominatorNotPositive));
        assert_eq!(poisson_ratio_limits(-1.0), Err(StatsError::DenominatorNotPositive));
    }
}
