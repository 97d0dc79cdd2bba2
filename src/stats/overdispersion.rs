//! How much wider than chance a set of z's is spread.
//!
//! phi is the mean of z^2, each z brought in to the quantiles at the share and 1 - the share (type 7).
//!
//! Source: Spiegelhalter (2005), Quality and Safety in Health Care 14:347, appendix.

use crate::stats::robust;

/// phi = max(1, mean of z squared), the z's winsorised by the share `winsorise` at each end; 1 for an empty slice.
///
/// Dividing z by sqrt(phi) gives the adjusted z. The caller decides how few z's are too few to estimate from.
pub fn phi(z: &[f64], winsorise: f64) -> f64 {
    consistent_phi(z, winsorise, 1.0)
}

/// The same over `consistency`, the mean square that a standard normal has after winsorising (0.679 at a tenth each end), so
/// that z's without overdispersion give 1 and others what they have. A `consistency` of 1 leaves phi low.
pub fn consistent_phi(z: &[f64], winsorise: f64, consistency: f64) -> f64 {
    let speaking: Vec<f64> = z.iter().copied().filter(|v| v.is_finite()).collect();
    if speaking.is_empty() {
        return 1.0;
    }
    let held = robust::winsorise(&speaking, winsorise);
    let mean_square = held.iter().map(|v| v * v).sum::<f64>() / held.len() as f64;
    (mean_square / consistency).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.679: E of min(|z|, 1.2816)^2 for a standard normal, scipy.integrate.quad: 0.678 913.
    #[test]
    fn a_normal_has_a_phi_of_one() {
        let normal: Vec<f64> = (1..2000).map(|i| crate::stats::normal::quantile(f64::from(i) / 2000.0)).collect();
        let found = consistent_phi(&normal.iter().map(|z| z * 1.5).collect::<Vec<_>>(), 0.1, 0.679);
        assert!((found - 2.25).abs() < 0.01, "{found}");
        assert!(phi(&normal.iter().map(|z| z * 1.5).collect::<Vec<_>>(), 0.1) < 1.6, "low");
    }

    #[test]
    fn never_below_one() {
        assert_eq!(phi(&[], 0.1), 1.0);
        assert_eq!(phi(&[0.1, -0.2, 0.3], 0.1), 1.0, "narrower than chance is not stretched");
        assert_eq!(phi(&[2.0, -2.0], 0.0), 4.0, "without winsorising it is the mean square");
    }
}
