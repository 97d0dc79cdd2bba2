//! Directly standardised rates with Dobson's interval, as PHEindicatormethods computes them.
//!
//! DSR = sum(w x/n)/sum(w); variance = sum(w^2 x/n^2)/sum(w)^2; limits DSR + sqrt(variance/X)(Byar's limit of X - X), X
//! all events, Byar's at any X. Under 10 events rate and limits are withheld.
//!
//! Source: Dobson and others (1991), Statistics in Medicine 10:457; PHEindicatormethods (UK Health Security Agency),
//! calculate_dsr.

use crate::stats::{StatsError, interval};

/// The count under which a rate says too little to be given.
const SMALLEST_TOTAL: f64 = 10.0;

/// A standardised rate. The rate is missing where fewer than 10 were counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dsr {
    /// Events over all bands.
    pub total_count: f64,
    /// People over all bands.
    pub total_population: f64,
    /// The rate per multiplier, lower and upper limit.
    pub rate: Option<DsrRate>,
}

/// A standardised rate per multiplier with its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DsrRate {
    /// The rate that the standard population would have.
    pub value: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
}

/// The rate of `counts` in `populations`, a value an age band, weighted by the `standard` population, per `multiplier`.
///
/// A missing count is 0; weights need not add up to anything.
///
/// # Errors
/// A population that is missing or not above 0, bands that differ in number, counts or weights below 0, weights that are all 0,
/// and a confidence outside 0.9 to 1 and 90 to 100.
pub fn dsr(
    counts: &[Option<f64>],
    populations: &[Option<f64>],
    standard: &[f64],
    multiplier: f64,
    confidence: f64,
) -> Result<Dsr, StatsError> {
    with_limits(&weighted(counts, populations, standard)?, multiplier, confidence)
}

/// Sums over the bands.
pub(crate) struct Weighted {
    pub(crate) total_count: f64,
    pub(crate) total_population: f64,
    /// sum(w x/n)/sum(w).
    pub(crate) rate: f64,
    /// sum(w^2 x/n^2)/sum(w)^2.
    pub(crate) variance: f64,
}

/// The sums over the bands of a rate for one.
pub(crate) fn weighted(
    counts: &[Option<f64>],
    populations: &[Option<f64>],
    standard: &[f64],
) -> Result<Weighted, StatsError> {
    if counts.len() != populations.len() || counts.len() != standard.len() {
        return Err(StatsError::LengthsDiffer);
    }
    let (mut total_count, mut total_population, mut total_weight, mut rate, mut variance) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for ((count, population), weight) in counts.iter().zip(populations).zip(standard) {
        let count = count.unwrap_or(0.0);
        let population = population.filter(|p| *p > 0.0).ok_or(StatsError::DenominatorNotPositive)?;
        if ![count, population, *weight].iter().all(|v| v.is_finite()) {
            return Err(StatsError::NotFinite);
        }
        if count < 0.0 || *weight < 0.0 {
            return Err(StatsError::NegativeCount);
        }
        total_count += count;
        total_population += population;
        total_weight += weight;
        rate += weight * count / population;
        variance += weight * weight * count / (population * population);
    }
    if total_weight <= 0.0 {
        return Err(StatsError::DenominatorNotPositive);
    }
    rate /= total_weight;
    variance /= total_weight * total_weight;
    Ok(Weighted { total_count, total_population, rate, variance })
}

/// The rate with its limits: Byar's limits of the count, stretched to the standard error of the weighted rate.
pub(crate) fn with_limits(sums: &Weighted, multiplier: f64, confidence: f64) -> Result<Dsr, StatsError> {
    let &Weighted { total_count, total_population, rate, variance } = sums;
    let limits = interval::byar(total_count, confidence)?;
    if total_count < SMALLEST_TOTAL {
        return Ok(Dsr { total_count, total_population, rate: None });
    }
    let stretch = (variance / total_count).sqrt();
    let limit = |of_count: f64| multiplier * (rate + stretch * (of_count - total_count));
    Ok(Dsr {
        total_count,
        total_population,
        rate: Some(DsrRate {
            value: multiplier * rate,
            lower: limit(limits.lower.unwrap_or(0.0)),
            upper: limit(limits.upper),
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_band_is_the_crude_rate_with_byars_interval() {
        let result = dsr(&[Some(40.0)], &[Some(1000.0)], &[7.0], 100.0, 0.95).unwrap();
        let rate = result.rate.unwrap();
        let (value, crude) = interval::poisson_rate(40.0, 1000.0, 100.0, 0.95).unwrap();
        for (ours, theirs) in [(rate.value, value), (rate.lower, crude.lower), (rate.upper, crude.upper)] {
            assert!((ours - theirs).abs() < 1e-12, "{ours} {theirs}");
        }
    }

    #[test]
    fn too_few_and_refused() {
        assert_eq!(dsr(&[Some(9.0)], &[Some(10.0)], &[1.0], 1.0, 0.95).unwrap().rate, None);
        assert_eq!(dsr(&[Some(9.0)], &[None], &[1.0], 1.0, 0.95), Err(StatsError::DenominatorNotPositive));
        assert_eq!(dsr(&[Some(9.0)], &[], &[1.0], 1.0, 0.95), Err(StatsError::LengthsDiffer));
        assert_eq!(dsr(&[], &[], &[], 1.0, 0.95), Err(StatsError::DenominatorNotPositive));
    }
}
