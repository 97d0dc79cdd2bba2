//! p-values of one question from several sources, combined in the ways that are in use. The batch combines z's (`combine`).
//!
//! Fisher: -2 sum ln p on 2k degrees of freedom. Stouffer: sum(w z)/sqrt(sum w^2). Cauchy: the weighted mean of
//! tan((1/2 - p) pi), with 1/(p pi) for it below 1e-15. Tippett: 1 - (1 - smallest p)^k. Simes: the smallest of k
//! p(i)/i.
//!
//! Source: Fisher (1932), Statistical methods for research workers; Stouffer and others (1949); Liu and Xie (2020),
//! JASA 115:393 (Cauchy); Tippett (1931); Simes (1986), Biometrika 73:751; figures as in metap and ACAT.

use std::f64::consts::PI;

use crate::stats::{StatsError, normal, special};

/// One-sided p-values combined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CombinedP {
    /// -2 times the sum of logarithms; infinite where a p is 0.
    pub fisher_chi_squared: f64,
    /// Its degrees of freedom, twice the number of p's.
    pub fisher_df: usize,
    /// Fisher's p: takes the sources for independent.
    pub fisher_p: f64,
    /// Stouffer's weighted z.
    pub stouffer_z: f64,
    /// Its upper tail: likewise for independent sources.
    pub stouffer_p: f64,
    /// The Cauchy combination: nearly right under any dependence.
    pub cauchy_p: f64,
    /// The weighted harmonic mean, which is no p-value as it stands.
    pub harmonic_mean: f64,
    /// From the smallest p alone.
    pub tippett_p: f64,
    /// Simes's: the smallest of p times number over rank.
    pub simes_p: f64,
}

/// The p's of one question combined, with a weight above 0 each where weights are given.
///
/// # Errors
/// No p, a p outside 0 to 1, 0 and 1 together, and weights that differ in number or are not above 0.
pub fn combine_p(p: &[f64], weights: Option<&[f64]>) -> Result<CombinedP, StatsError> {
    if p.is_empty() {
        return Err(StatsError::TooFew { needed: 1 });
    }
    if p.iter().any(|p| !(0.0..=1.0).contains(p)) {
        return Err(StatsError::ProbabilityOutOfRange);
    }
    if p.contains(&0.0) && p.contains(&1.0) {
        return Err(StatsError::ContradictoryProbabilities);
    }
    let equal = vec![1.0; p.len()];
    let weights = weights.unwrap_or(&equal);
    if weights.len() != p.len() {
        return Err(StatsError::LengthsDiffer);
    }
    if weights.iter().any(|w| !(*w > 0.0 && w.is_finite())) {
        return Err(StatsError::DenominatorNotPositive);
    }
    let k = p.len() as f64;
    let total: f64 = weights.iter().sum();
    let weighted = || p.iter().zip(weights);
    let fisher_chi_squared = -2.0 * p.iter().map(|p| p.ln()).sum::<f64>();
    let stouffer_z = weighted().map(|(p, w)| -w * normal::quantile(*p)).sum::<f64>()
        / weights.iter().map(|w| w * w).sum::<f64>().sqrt();
    let mut upwards = p.to_vec();
    upwards.sort_by(f64::total_cmp);
    let simes = upwards.iter().enumerate().map(|(i, p)| k * p / (i + 1) as f64).fold(f64::INFINITY, f64::min);
    Ok(CombinedP {
        fisher_chi_squared,
        fisher_df: 2 * p.len(),
        fisher_p: if fisher_chi_squared.is_finite() {
            special::chi_squared_upper(fisher_chi_squared, 2.0 * k)
        } else {
            0.0
        },
        stouffer_z,
        stouffer_p: normal::sf(stouffer_z),
        cauchy_p: cauchy(weighted().map(|(p, w)| (*p, w / total)), k),
        harmonic_mean: total / weighted().map(|(p, w)| w / p).sum::<f64>(),
        tippett_p: -(k * (-upwards[0]).ln_1p()).exp_m1(),
        simes_p: simes.min(1.0),
    })
}

/// The upper tail of the Cauchy distribution at the weighted mean of tan((0.5 - p) pi).
fn cauchy(weighted: impl Iterator<Item = (f64, f64)>, k: f64) -> f64 {
    let statistic: f64 = weighted
        .map(|(p, w)| {
            // The tangent loses its digits near the ends: there 1/(p pi) stands for it, and a p of 1 is drawn in by 1/k.
            let p = if p == 1.0 { 1.0 - 1.0 / k.max(2.0) } else { p };
            if p < 1e-15 { w / (p * PI) } else { w * ((0.5 - p) * PI).tan() }
        })
        .sum();
    if statistic > 1.0 { (1.0 / statistic).atan() / PI } else { 0.5 - statistic.atan() / PI }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_p_is_itself() {
        let one = combine_p(&[0.03], None).unwrap();
        for combined in [one.fisher_p, one.stouffer_p, one.cauchy_p, one.harmonic_mean, one.tippett_p, one.simes_p] {
            assert!((combined - 0.03).abs() < 1e-12, "{combined}");
        }
    }

    #[test]
    fn refusals_and_ends() {
        assert_eq!(combine_p(&[], None), Err(StatsError::TooFew { needed: 1 }));
        assert_eq!(combine_p(&[0.0, 1.0], None), Err(StatsError::ContradictoryProbabilities));
        assert_eq!(combine_p(&[1.1], None), Err(StatsError::ProbabilityOutOfRange));
        assert_eq!(combine_p(&[0.1], Some(&[0.0])), Err(StatsError::DenominatorNotPositive));
        let sure = combine_p(&[0.0, 0.5], None).unwrap();
        assert_eq!((sure.fisher_p, sure.stouffer_p, sure.tippett_p), (0.0, 0.0, 0.0));
    }
}
