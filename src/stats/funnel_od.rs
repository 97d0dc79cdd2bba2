//! Funnels whose limits allow for places differing by more than chance (Spiegelhalter 2012), as FunnelPlotR draws them.
//!
//! Figures follow the package even where it gives infinities (a count of 0 under SHMI) or none (a numerator above its
//! denominator under PR); they come out as infinities and NaN. Fewer than about ten places are too few to estimate from.
//!
//! phi = mean of the trimmed z^2; tau^2 = (k phi - (k - 1))/(sum w - sum w^2/sum w), w = 1/s^2, at least 0; limits lie
//! z sqrt(s^2 + tau^2) from the target on the scale of comparison, and are brought back.
//!
//! Source: Spiegelhalter (2005), Statistics in Medicine 24:1185, and (2005), Quality and Safety in Health Care 14:347;
//! Spiegelhalter and others (2012), JRSS A 175:1; NHS Digital, SHMI methodology; figures as in FunnelPlotR.

use std::f64::consts::FRAC_PI_2;

use crate::stats::funnel::FunnelLimits;
use crate::stats::{StatsError, funnel_exact, rho, robust};

/// The z's of the limits, as the package rounds them.
const Z95: f64 = 1.959964;
const Z998: f64 = 3.090232;

/// What a numerator over a denominator is, and on which scale it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunnelKind {
    /// Events of cases: arcsine of the square root.
    Proportion,
    /// Counts by counts: logarithm, a half added.
    RatioOfCounts,
    /// Observed by expected, square root (Care Quality Commission).
    RatioCqc,
    /// Observed by expected, logarithm, extremes truncated (NHS Digital's SHMI).
    RatioShmi,
}

/// One place of the funnel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelPoint {
    /// Numerator over denominator.
    pub ratio: f64,
    /// Its z before any adjustment.
    pub z: f64,
    /// The z that counts for the overdispersion: winsorised, or None where truncated.
    pub z_trimmed: Option<f64>,
    /// Limits of chance alone.
    pub unadjusted: FunnelLimits,
    /// Limits of chance and the places' own variance.
    pub adjusted: FunnelLimits,
    /// Beyond the limits in use.
    pub outlier: bool,
}

/// A funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelOd {
    /// The mean square of the trimmed z's.
    pub phi: f64,
    /// The variance between places on the scale of comparison.
    pub tau2: f64,
    /// Whether the adjusted limits are the ones in use.
    pub used_adjusted: bool,
    /// The places, in the order given.
    pub points: Vec<FunnelPoint>,
}

/// How a funnel is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelSettings {
    /// What the figures are.
    pub kind: FunnelKind,
    /// The share winsorised or truncated at each end.
    pub trim_by: f64,
    /// Whether an outlier is judged by the 95% limits; else by the 99.8% ones.
    pub judge_by_95: bool,
    /// What limits are multiplied by.
    pub multiplier: f64,
}

/// The funnel of places with `numerators` over `denominators` (above 0), one value a place.
///
/// # Errors
/// Slices that differ in length, no place, a value that is not finite, a numerator below 0, a denominator not above 0,
/// and numerators that are their denominators, every one.
pub fn funnel_od(numerators: &[f64], denominators: &[f64], settings: &FunnelSettings) -> Result<FunnelOd, StatsError> {
    if numerators.len() != denominators.len() {
        return Err(StatsError::LengthsDiffer);
    }
    if numerators.is_empty() {
        return Err(StatsError::TooFew { needed: 1 });
    }
    if numerators.iter().chain(denominators).any(|v| !v.is_finite()) {
        return Err(StatsError::NotFinite);
    }
    if numerators.iter().any(|v| *v < 0.0) {
        return Err(StatsError::NegativeCount);
    }
    if denominators.iter().any(|v| *v <= 0.0) {
        return Err(StatsError::DenominatorNotPositive);
    }
    if numerators == denominators {
        return Err(StatsError::NumeratorsAreDenominators);
    }
    let kind = settings.kind;
    let denominators: Vec<f64> = match kind {
        FunnelKind::RatioShmi => denominators.iter().map(|d| (d * 100.0).round_ties_even() / 100.0).collect(),
        _ => denominators.to_vec(),
    };
    let pooled = numerators.iter().sum::<f64>() / denominators.iter().sum::<f64>();
    let pairs = || numerators.iter().copied().zip(denominators.iter().copied());
    let (z, s): (Vec<f64>, Vec<f64>) = pairs().map(|(x, n)| scored(kind, x, n, pooled)).unzip();
    let trimmed: Vec<Option<f64>> = match kind {
        FunnelKind::RatioShmi => truncated(&z, settings.trim_by),
        _ => robust::winsorise(&z, settings.trim_by).into_iter().map(|v| (!v.is_nan()).then_some(v)).collect(),
    };
    let kept: Vec<(f64, f64)> = trimmed.iter().zip(&s).filter_map(|(z, s)| z.map(|z| (z, *s))).collect();
    let (kept_z, kept_s): (Vec<f64>, Vec<f64>) = kept.into_iter().unzip();
    let (phi, tau2) = dispersion(&kept_z, &kept_s);
    let used_adjusted = tau2 != 0.0;
    let largest = denominators.iter().copied().fold(0.0, f64::max);
    let points = pairs()
        .zip(z.iter().zip(trimmed))
        .map(|((x, n), (z, z_trimmed))| {
            let unadjusted = scaled(unadjusted(kind, n, pooled, largest)?, settings.multiplier);
            let adjusted = scaled(smooth(kind, n, pooled, tau2, largest), settings.multiplier);
            let in_use = if used_adjusted { adjusted } else { unadjusted };
            let (low, high) =
                if settings.judge_by_95 { (in_use.low95, in_use.high95) } else { (in_use.low998, in_use.high998) };
            let shown = x / n * settings.multiplier;
            let outlier = shown > high || shown < low;
            Ok(FunnelPoint { ratio: x / n, z: *z, z_trimmed, unadjusted, adjusted, outlier })
        })
        .collect::<Result<_, StatsError>>()?;
    Ok(FunnelOd { phi, tau2, used_adjusted, points })
}

/// phi, the mean square of `z`, and tau squared, the variance between places whose standard errors are `s`.
pub fn dispersion(z: &[f64], s: &[f64]) -> (f64, f64) {
    let k = z.len() as f64;
    let squares: f64 = z.iter().map(|z| z * z).sum();
    let phi = squares / k;
    if z.is_empty() || k * phi < k - 1.0 {
        return (phi, 0.0);
    }
    let weights: f64 = s.iter().map(|s| 1.0 / (s * s)).sum();
    let weights_squared: f64 = s.iter().map(|s| 1.0 / (s * s).powi(2)).sum();
    let tau2 = (k * phi - (k - 1.0)) / (weights - weights_squared / weights);
    (phi, if tau2 > 0.0 || tau2.is_nan() { tau2 } else { 0.0 })
}

/// The z's but those in the lowest and the highest part by rank, of 1/`trim_by` parts.
pub fn truncated(z: &[f64], trim_by: f64) -> Vec<Option<f64>> {
    let parts = 1.0 / trim_by;
    let ranks = rho::average_ranks(z);
    let places = z.len() as f64 + 1.0;
    let is_kept = |rank: f64| {
        let part = (rank * parts / places).floor();
        part > 0.0 && part < parts - 1.0
    };
    z.iter().zip(ranks).map(|(z, rank)| is_kept(rank).then_some(*z)).collect()
}

/// The z of x over n on the scale of `kind`, and the standard error there.
fn scored(kind: FunnelKind, x: f64, n: f64, pooled: f64) -> (f64, f64) {
    match kind {
        FunnelKind::Proportion => {
            let s = 1.0 / (2.0 * n.sqrt());
            (((x / n).sqrt().asin() - pooled.sqrt().asin()) / s, s)
        }
        FunnelKind::RatioOfCounts => {
            let s = (x / (x + 0.5).powi(2) + n / (n + 0.5).powi(2)).sqrt();
            ((((x + 0.5) / (n + 0.5)).ln() - pooled.ln()) / s, s)
        }
        FunnelKind::RatioCqc => {
            let s = 1.0 / (2.0 * n.sqrt());
            (((x / n).sqrt() - 1.0) / s, s)
        }
        FunnelKind::RatioShmi => (n.sqrt() * (x / n).ln(), 1.0 / n.sqrt()),
    }
}

/// Limits of chance alone: exact Poisson ones for observed by expected, else the smooth curve without variance between places.
fn unadjusted(kind: FunnelKind, n: f64, pooled: f64, largest: f64) -> Result<FunnelLimits, StatsError> {
    match kind {
        FunnelKind::RatioCqc | FunnelKind::RatioShmi => funnel_exact::poisson_ratio_limits(n),
        FunnelKind::Proportion | FunnelKind::RatioOfCounts => Ok(smooth(kind, n, pooled, 0.0, largest)),
    }
}

/// The curve of the limits at denominator n.
///
/// A proportion's curve turns back where the angle leaves the right angle, and there the limit is 0 or 1. The package sees the
/// turn by looking at the next larger denominator, so that the `largest`, if whole, keeps what the curve gives.
fn smooth(kind: FunnelKind, n: f64, pooled: f64, tau2: f64, largest: f64) -> FunnelLimits {
    let own = match kind {
        FunnelKind::RatioShmi => 1.0 / n,
        // The package takes this for ratios of counts too, though their z has another s.
        _ => 1.0 / (4.0 * n),
    };
    let spread = (own + tau2).sqrt();
    let limit = |z: f64| match kind {
        FunnelKind::Proportion => {
            let angle = pooled.sqrt().asin() + z * spread;
            let is_last = n == largest && n.fract() == 0.0;
            if is_last { angle } else { angle.clamp(0.0, FRAC_PI_2) }.sin().powi(2)
        }
        FunnelKind::RatioOfCounts => (pooled.ln() + z * spread).exp(),
        FunnelKind::RatioCqc => 1.0 + z * spread,
        FunnelKind::RatioShmi => (z * spread).exp(),
    };
    FunnelLimits { low95: limit(-Z95), high95: limit(Z95), low998: limit(-Z998), high998: limit(Z998) }
}

fn scaled(limits: FunnelLimits, multiplier: f64) -> FunnelLimits {
    FunnelLimits {
        low95: limits.low95 * multiplier,
        high95: limits.high95 * multiplier,
        low998: limits.low998 * multiplier,
        high998: limits.high998 * multiplier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(kind: FunnelKind) -> FunnelSettings {
        FunnelSettings { kind, trim_by: 0.1, judge_by_95: false, multiplier: 1.0 }
    }

    #[test]
    fn truncation_by_rank() {
        let z: Vec<f64> = (1..=11).map(f64::from).collect();
        let kept = truncated(&z, 0.1).iter().flatten().count();
        assert_eq!(kept, 9, "floor(rank x 10 / 12) is 0 for the first and 9 for the last");
    }

    #[test]
    fn no_more_than_chance_is_not_adjusted() {
        let funnel = funnel_od(&[10.0, 11.0, 9.0], &[100.0; 3], &settings(FunnelKind::Proportion)).unwrap();
        assert_eq!((funnel.tau2, funnel.used_adjusted), (0.0, false));
        assert_eq!(funnel.points[0].adjusted, funnel.points[0].unadjusted);
    }

    #[test]
    fn refusals() {
        let run = |x: &[f64], n: &[f64]| funnel_od(x, n, &settings(FunnelKind::RatioCqc)).map(|_| ());
        assert_eq!(run(&[], &[]), Err(StatsError::TooFew { needed: 1 }));
        assert_eq!(run(&[1.0], &[0.0]), Err(StatsError::DenominatorNotPositive));
        assert_eq!(run(&[-1.0], &[1.0]), Err(StatsError::NegativeCount));
        assert_eq!(run(&[2.0, 3.0], &[2.0, 3.0]), Err(StatsError::NumeratorsAreDenominators));
    }
}
