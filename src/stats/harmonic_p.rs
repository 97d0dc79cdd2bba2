//! The harmonic mean of p-values, calibrated: the mean itself is no p-value, and is too small by a factor that grows
//! with their number.
//!
//! With k p-values of equal weight, 1/mean is near to a Landau distribution of location ln k + 0.874 and scale pi/2;
//! the calibrated p is its upper tail, (1/pi) times the integral over t from 0 of exp(-t y - (2/pi) t ln t) sin(2t)/t,
//! where y = (1/mean - ln k - 0.874)/(pi/2). Under some kinds of dependence it is still too small (Goeman, Rosenblatt
//! and Nichols 2019, PNAS 116:23382): the batch does not use it.
//!
//! Source: Wilson (2019), The harmonic mean p-value for combining dependent tests, PNAS 116:1195, equations 4 and 5.

use std::f64::consts::PI;

use crate::stats::StatsError;

/// The calibrated p of a harmonic mean (above 0, at most 1) of `k` p-values, one at least.
///
/// # Errors
/// A mean outside (0, 1], or no p-value at all.
pub fn calibrated(harmonic_mean: f64, k: usize) -> Result<f64, StatsError> {
    if k == 0 {
        return Err(StatsError::TooFew { needed: 1 });
    }
    if !(harmonic_mean > 0.0 && harmonic_mean <= 1.0) {
        return Err(StatsError::ProbabilityOutOfRange);
    }
    if k == 1 {
        // One p-value is one already.
        return Ok(harmonic_mean);
    }
    let y = (1.0 / harmonic_mean - (k as f64).ln() - 0.874) / (PI / 2.0);
    Ok(landau_upper(y).clamp(0.0, 1.0))
}

/// P(L > y) for the Landau distribution in the form of the paper.
fn landau_upper(y: f64) -> f64 {
    /// So even that Simpson's rule may be used; enough for ten digits.
    const STEPS: usize = 20_000;
    /// Under this nothing is left of the lower tail (1e-17), which falls off doubly exponentially.
    const LOWEST: f64 = -3.0;
    if y < LOWEST {
        return 1.0;
    }
    let exponent = |t: f64| t * y + 2.0 / PI * t * t.ln();
    // Beyond this the integrand is below 1e-19.
    let (mut low, mut high) = (0.0, 1.0);
    while exponent(high) < 45.0 {
        low = high;
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if middle > 0.0 && exponent(middle) < 45.0 { low = middle } else { high = middle }
    }
    // t is high times u cubed: the steps lie close where the integrand starts, and t ln t does no harm there.
    let integrand = |u: f64| {
        let t = high * u * u * u;
        if t > 0.0 { (-exponent(t)).exp() * (2.0 * t).sin() / t * 3.0 * high * u * u } else { 0.0 }
    };
    let step = 1.0 / STEPS as f64;
    let inner: f64 = (1..STEPS).map(|i| integrand(i as f64 * step) * if i.is_multiple_of(2) { 2.0 } else { 4.0 }).sum();
    (integrand(0.0) + inner + integrand(1.0)) * step / 3.0 / PI
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The integral by mpmath at 25 digits; rows two to four also by scipy 1.17, levy_stable with alpha 1 and beta 1.
    #[test]
    fn as_mpmath_has_it() {
        for (mean, k, p) in [
            (0.04, 10, 0.050_418_448_642_04),
            (0.2, 5, 0.338_172_111_126_079),
            (0.5, 3, 0.630_202_133_008_035),
            (0.01, 6, 0.010_672_780_699_71),
            (1e-3, 20, 0.001_009_989_313_295_46),
            (1e-8, 6, 1.000_000_202_120_77e-8),
            (0.9, 4, 0.837_478_761_921_389),
        ] {
            let found = calibrated(mean, k).unwrap();
            assert!((found / p - 1.0).abs() < 1e-8, "{mean} of {k}: {found} {p}");
        }
    }

    /// The paper's table: means of .040, .036 and .034 are significant at .05 for 10, 100 and 1,000 p-values.
    #[test]
    fn the_papers_critical_values() {
        for (critical, k) in [(0.040, 10), (0.036, 100), (0.034, 1000)] {
            let p = calibrated(critical, k).unwrap();
            assert!((p - 0.05).abs() < 0.0015, "{k}: {p}; the table has two digits");
        }
    }

    #[test]
    fn ends_and_refusals() {
        assert_eq!(calibrated(0.03, 1), Ok(0.03));
        assert!(calibrated(1.0, 1_000_000).unwrap() > 0.999_999);
        assert!(calibrated(1e-300, 5).unwrap() < 1e-290);
        assert_eq!(calibrated(0.0, 2), Err(StatsError::ProbabilityOutOfRange));
        assert_eq!(calibrated(0.5, 0), Err(StatsError::TooFew { needed: 1 }));
    }
}
