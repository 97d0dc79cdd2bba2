//! Confidence intervals of rates and proportions as Fingertips gives them: Wilson, exact Poisson, Byar.
//!
//! The method and its cross-over (exact below a count of 10) follow PHEindicatormethods.
//!
//! Wilson: (2x + z^2 -/+ z sqrt(z^2 + 4x(1 - x/n)))/(2(n + z^2)). Exact: half the chi-squared quantiles at 2x and 2x +
//! 2 degrees of freedom. Byar: x(1 - 1/(9x) - z/(3 sqrt x))^3, and the same with x + 1 and + z.
//!
//! Source: PHEindicatormethods (UK Health Security Agency), calculate_rate and calculate_proportion; Wilson (1927),
//! JASA 22:209; Garwood (1936), Biometrika 28:437; Breslow and Day (1987), Statistical methods in cancer research,
//! volume II (Byar).

use crate::stats::{StatsError, normal, special};

/// An interval and the method that gave it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower limit.
    pub lower: f64,
    /// The upper limit; infinite where a confidence of 1 is asked of a count.
    pub upper: f64,
    /// `Wilson`, `Exact` or `Byars`.
    pub method: &'static str,
}

/// Byar's limits as they come, without the cross-over to exact ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByarLimits {
    /// Missing where the approximation falls below zero, or has none (a count of 0).
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: f64,
}

/// Wilson's interval of x in n, as fractions within 0 and 1. A confidence of 1 gives all of it.
///
/// # Errors
/// A count below 0 or above n, n not above 0, a value that is not finite, a confidence outside 0.9 to 1 and 90 to 100.
pub fn wilson(x: f64, n: f64, confidence: f64) -> Result<Interval, StatsError> {
    let z = critical_z(confidence)?;
    check_count(x)?;
    check_denominator(n)?;
    if x > n {
        return Err(StatsError::CountAboveDenominator);
    }
    if z.is_infinite() {
        return Ok(Interval { lower: 0.0, upper: 1.0, method: "Wilson" });
    }
    let square = z * z;
    let half = z * (square + 4.0 * x * (1.0 - x / n)).sqrt();
    let limit = |signed: f64| ((2.0 * x + square + signed) / (2.0 * (n + square))).clamp(0.0, 1.0);
    // 0 of n is 0 and n of n is 1, without the rounding.
    let lower = if x == 0.0 { 0.0 } else { limit(-half) };
    let upper = if x == n { 1.0 } else { limit(half) };
    Ok(Interval { lower, upper, method: "Wilson" })
}

/// The rate x/n x multiplier with its interval: exact below a count of 10, Byar's from 10. A count above n is legal.
///
/// # Errors
/// A count below 0, n not above 0, a value that is not finite, a confidence outside 0.9 to 1 and 90 to 100.
pub fn poisson_rate(x: f64, n: f64, multiplier: f64, confidence: f64) -> Result<(f64, Interval), StatsError> {
    check_denominator(n)?;
    let count = if x < 10.0 {
        exact_poisson(x, confidence)?
    } else {
        let limits = byar(x, confidence)?;
        // From 10 on the lower limit is above zero at every confidence that is accepted, but for 1.
        Interval { lower: limits.lower.unwrap_or(0.0), upper: limits.upper, method: "Byars" }
    };
    let scale = multiplier / n;
    Ok((x * scale, Interval { lower: count.lower * scale, upper: count.upper * scale, method: count.method }))
}

/// Garwood's exact limits of a Poisson mean, for a count of x.
///
/// # Errors
/// A count that is below 0 or not finite, a confidence outside 0.9 to 1 and 90 to 100.
pub fn exact_poisson(x: f64, confidence: f64) -> Result<Interval, StatsError> {
    let tail = tail(confidence)?;
    check_count(x)?;
    let lower = if x == 0.0 { 0.0 } else { special::gamma_quantile_lower(x, tail) };
    Ok(Interval { lower, upper: special::gamma_quantile_upper(x + 1.0, tail), method: "Exact" })
}

/// Byar's approximate limits of a Poisson mean, for a count of x.
///
/// # Errors
/// A count that is below 0 or not finite, a confidence outside 0.9 to 1 and 90 to 100.
pub fn byar(x: f64, confidence: f64) -> Result<ByarLimits, StatsError> {
    let z = critical_z(confidence)?;
    check_count(x)?;
    let next = x + 1.0;
    let upper = next * (1.0 - 1.0 / (9.0 * next) + z / (3.0 * next.sqrt())).powi(3);
    let lower = x * (1.0 - 1.0 / (9.0 * x) - z / (3.0 * x.sqrt())).powi(3);
    Ok(ByarLimits { lower: (lower >= 0.0).then_some(lower), upper })
}

/// The z of a two-sided confidence level, given as 0.9 to 1 or 90 to 100.
fn critical_z(confidence: f64) -> Result<f64, StatsError> {
    Ok(-normal::quantile(tail(confidence)?))
}

/// The chance left in each tail.
pub(crate) fn tail(confidence: f64) -> Result<f64, StatsError> {
    match confidence {
        c if (0.9..=1.0).contains(&c) => Ok((1.0 - c) / 2.0),
        c if (90.0..=100.0).contains(&c) => Ok((1.0 - c / 100.0) / 2.0),
        _ => Err(StatsError::ConfidenceOutOfRange),
    }
}

fn check_count(x: f64) -> Result<(), StatsError> {
    match x {
        x if !x.is_finite() => Err(StatsError::NotFinite),
        x if x < 0.0 => Err(StatsError::NegativeCount),
        _ => Ok(()),
    }
}

fn check_denominator(n: f64) -> Result<(), StatsError> {
    match n {
        n if !n.is_finite() => Err(StatsError::NotFinite),
        n if n <= 0.0 => Err(StatsError::DenominatorNotPositive),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_and_fraction_are_one_level() {
        assert_eq!(wilson(5.0, 10.0, 95.0).unwrap().lower, wilson(5.0, 10.0, 0.95).unwrap().lower);
        assert_eq!(wilson(5.0, 10.0, 0.5), Err(StatsError::ConfidenceOutOfRange));
        assert_eq!(wilson(5.0, 10.0, f64::NAN), Err(StatsError::ConfidenceOutOfRange));
    }

    #[test]
    fn the_ends_are_exact() {
        assert_eq!(wilson(0.0, 7.0, 0.95).unwrap().lower, 0.0);
        assert_eq!(wilson(7.0, 7.0, 0.95).unwrap().upper, 1.0);
        assert_eq!(exact_poisson(0.0, 0.95).unwrap().lower, 0.0);
    }

    #[test]
    fn the_method_changes_at_ten() {
        let method = |x| poisson_rate(x, 100.0, 1.0, 0.95).unwrap().1.method;
        assert_eq!((method(9.5), method(10.0)), ("Exact", "Byars"), "the test is on the count alone");
    }

    #[test]
    fn refusals() {
        assert_eq!(wilson(11.0, 10.0, 0.95), Err(StatsError::CountAboveDenominator));
        assert_eq!(wilson(1.0, 0.0, 0.95), Err(StatsError::DenominatorNotPositive));
        assert_eq!(poisson_rate(-1.0, 10.0, 1.0, 0.95), Err(StatsError::NegativeCount));
        assert_eq!(poisson_rate(f64::INFINITY, 10.0, 1.0, 0.95), Err(StatsError::NotFinite));
    }
}
