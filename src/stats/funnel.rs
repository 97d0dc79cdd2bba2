//! Fingertips' funnel: which areas lie beyond the 2 and 3 sigma limits round the average of all.
//!
//! A proportion is compared with the limits at which Wilson's interval touches the average; a ratio or rate by whether
//! its own interval (exact under 10 events, Byar's from 10) holds 1, or the average. 2 sigma is 95%, 3 sigma 99.8%.
//!
//! Source: Fingertips public health technical guidance (Office for Health Improvement and Disparities);
//! PHEindicatormethods, calculate_funnel_limits and assign_funnel_significance.

use crate::stats::{StatsError, interval, normal};

/// The levels of the limits: 2 sigma leaves 0.025 in a tail, 3 sigma 0.001.
const CONFIDENCE: [f64; 2] = [0.95, 0.998];

/// Where an area stands to the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Significance {
    /// Below the 3 sigma limit.
    Low001,
    /// Below the 2 sigma limit.
    Low025,
    /// Within the funnel.
    NotSignificant,
    /// Above the 2 sigma limit.
    High025,
    /// Above the 3 sigma limit.
    High001,
    /// A standardised rate of fewer than 10 events, which is not judged.
    NotApplicable,
}

impl Significance {
    /// The label of PHEindicatormethods.
    pub fn as_str(self) -> &'static str {
        match self {
            Significance::Low001 => "Low (0.001)",
            Significance::Low025 => "Low (0.025)",
            Significance::NotSignificant => "Not significant",
            Significance::High025 => "High (0.025)",
            Significance::High001 => "High (0.001)",
            Significance::NotApplicable => "Not applicable for events less than 10 for dsrs",
        }
    }
}

/// The funnel's limits at one size: 2 sigma and 3 sigma.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelLimits {
    /// The lower 2 sigma limit.
    pub low95: f64,
    /// The upper 2 sigma limit.
    pub high95: f64,
    /// The lower 3 sigma limit.
    pub low998: f64,
    /// The upper 3 sigma limit.
    pub high998: f64,
}

/// The limits round the proportion `average` at a `population`, per `multiplier`: where Wilson's interval touches the average.
///
/// # Errors
/// A population not above 0, an average outside 0 to 1.
pub fn proportion_limits(population: f64, average: f64, multiplier: f64) -> Result<FunnelLimits, StatsError> {
    if !(population > 0.0 && population.is_finite()) {
        return Err(StatsError::DenominatorNotPositive);
    }
    if !(0.0..=1.0).contains(&average) {
        return Err(StatsError::CountAboveDenominator);
    }
    let [two, three] = CONFIDENCE.map(|c| wilson_inverted(population, average, c));
    Ok(FunnelLimits {
        low95: two.0 * multiplier,
        high95: two.1 * multiplier,
        low998: three.0 * multiplier,
        high998: three.1 * multiplier,
    })
}

/// Where each proportion x/n stands to the funnel round the proportion of all.
///
/// # Errors
/// Slices that differ in length, a count below 0 or above its denominator, a denominator not above 0.
pub fn proportion_significance(x: &[f64], n: &[f64]) -> Result<Vec<Significance>, StatsError> {
    if x.len() != n.len() {
        return Err(StatsError::LengthsDiffer);
    }
    let average = x.iter().sum::<f64>() / n.iter().sum::<f64>();
    x.iter()
        .zip(n)
        .map(|(x, n)| {
            if *x < 0.0 {
                return Err(StatsError::NegativeCount);
            }
            if x > n {
                return Err(StatsError::CountAboveDenominator);
            }
            let limits = proportion_limits(*n, average, 1.0)?;
            let value = x / n;
            Ok(place([value < limits.low95, value < limits.low998], [value > limits.high95, value > limits.high998]))
        })
        .collect()
}

/// Where each ratio of `observed` to `expected` stands to 1, by exact Poisson limits under 10 observed and Byar's from 10.
///
/// # Errors
/// Slices that differ in length, a count below 0, an expected count not above 0, a value that is not finite.
pub fn ratio_significance(observed: &[f64], expected: &[f64]) -> Result<Vec<Significance>, StatsError> {
    if observed.len() != expected.len() {
        return Err(StatsError::LengthsDiffer);
    }
    observed
        .iter()
        .zip(expected)
        .map(|(observed, expected)| {
            let ratio = |confidence| Ok(interval::poisson_rate(*observed, *expected, 1.0, confidence)?.1);
            let (two, three) = (ratio(CONFIDENCE[0])?, ratio(CONFIDENCE[1])?);
            Ok(place([two.upper < 1.0, three.upper < 1.0], [two.lower > 1.0, three.lower > 1.0]))
        })
        .collect()
}

/// A rate that was worked out elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GivenRate {
    /// The events.
    pub events: f64,
    /// Their rate per multiplier.
    pub rate: f64,
    /// The population, needed for a crude rate without events.
    pub population: Option<f64>,
}

/// Where each rate per `multiplier` stands to the average of all, the events' limits taken over events/rate.
///
/// The average is all events over all those denominators. A place without events has no such denominator: a crude rate takes
/// its population; a `standardised` one is left out of the denominators, and under 10 events is not judged.
///
/// # Errors
/// Events below 0, a rate not above 0 where there are events, a crude rate without events and without population, and a multiplier
/// not above 0.
pub fn rate_significance(
    rates: &[GivenRate],
    multiplier: f64,
    standardised: bool,
) -> Result<Vec<Significance>, StatsError> {
    const FEWEST: f64 = 10.0;
    let denominators: Vec<Option<f64>> = rates
        .iter()
        .map(|given| match given.events {
            x if !x.is_finite() => Err(StatsError::NotFinite),
            x if x < 0.0 => Err(StatsError::NegativeCount),
            0.0 if standardised => Ok(None),
            0.0 => given.population.filter(|p| *p > 0.0).map(Some).ok_or(StatsError::DenominatorNotPositive),
            x => Some(x / given.rate * multiplier)
                .filter(|d| *d > 0.0 && d.is_finite())
                .map(Some)
                .ok_or(StatsError::DenominatorNotPositive),
        })
        .collect::<Result<_, _>>()?;
    let average = rates.iter().map(|r| r.events).sum::<f64>() / denominators.iter().flatten().sum::<f64>();
    let judged = rates.iter().zip(denominators).map(|(given, denominator)| {
        let Some(denominator) = denominator.filter(|_| !standardised || given.events >= FEWEST) else {
            return Ok(Significance::NotApplicable);
        };
        let limits = |confidence| Ok(interval::poisson_rate(given.events, denominator, 1.0, confidence)?.1);
        let (two, three) = (limits(CONFIDENCE[0])?, limits(CONFIDENCE[1])?);
        Ok(place([two.upper < average, three.upper < average], [two.lower > average, three.lower > average]))
    });
    judged.collect()
}

/// The expected counts at which a count of `events` lies on a limit: drawn from these, a funnel of ratios is smooth.
///
/// `low95` is the expected count for which `events` is the lower 2 sigma limit, and so on. The package looks for v, the
/// expected count over itself plus events plus one, by 23 halvings, and so do these figures end: 1e-7 from the exact v.
///
/// # Errors
/// A count that is below 0 or not finite.
pub fn poisson_plotting_limits(events: f64) -> Result<FunnelLimits, StatsError> {
    /// Two to the 23rd: how fine the halving ends.
    const HALVINGS: f64 = 8_388_608.0;
    let two = interval::exact_poisson(events, CONFIDENCE[0])?;
    let three = interval::exact_poisson(events, CONFIDENCE[1])?;
    let ended = |exact: f64| {
        let v = exact / (exact + events + 1.0);
        let v = ((v * HALVINGS).floor() + 0.5) / HALVINGS;
        (events + 1.0) * v / (1.0 - v)
    };
    Ok(FunnelLimits {
        low95: ended(two.upper),
        high95: ended(two.lower),
        low998: ended(three.upper),
        high998: ended(three.lower),
    })
}

fn place(low: [bool; 2], high: [bool; 2]) -> Significance {
    match (low, high) {
        ([_, true], _) => Significance::Low001,
        (_, [_, true]) => Significance::High001,
        ([true, _], _) => Significance::Low025,
        (_, [true, _]) => Significance::High025,
        _ => Significance::NotSignificant,
    }
}

/// The observed proportions whose Wilson limit is the average a, at population n: the roots of a quadratic.
fn wilson_inverted(n: f64, a: f64, confidence: f64) -> (f64, f64) {
    let z = normal::quantile((1.0 - confidence) / 2.0);
    let q = z * z;
    let linear = a * (n / q + 1.0);
    let square = 1.0 / q + 1.0 / n;
    let constant = a * (n * (a * (n / q + 2.0) - 1.0) + q * (a - 1.0));
    let discriminant = ((8.0 * linear).powi(2) - 64.0 * square * constant).max(0.0);
    let root = discriminant.sqrt() / 8.0;
    let limit = |signed: f64| ((linear + signed) / square / n).clamp(0.0, 1.0);
    (limit(-root), limit(root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_touches_the_average_at_the_limit() {
        let limits = proportion_limits(400.0, 0.3, 1.0).unwrap();
        let at_low = interval::wilson(limits.low95 * 400.0, 400.0, 0.95).unwrap();
        let at_high = interval::wilson(limits.high998 * 400.0, 400.0, 0.998).unwrap();
        assert!((at_low.upper - 0.3).abs() < 1e-9, "{}", at_low.upper);
        assert!((at_high.lower - 0.3).abs() < 1e-9, "{}", at_high.lower);
    }

    /// The rules of phe_funnel_significance with scipy's limits: crude rates, and standardised ones of the same events.
    #[test]
    fn rates_given_from_elsewhere() {
        use Significance::{High001, High025, Low001, Low025, NotApplicable, NotSignificant};
        let events = [0.0, 4.0, 9.0, 25.0, 60.0, 150.0, 40.0, 12.0];
        let people = [9000.0, 4000.0, 5000.0, 20_000.0, 22_000.0, 50_000.0, 31_000.0, 9000.0];
        let crude: Vec<GivenRate> = events
            .iter()
            .zip(people)
            .map(|(x, n)| GivenRate { events: *x, rate: x / n * 1000.0, population: Some(n) })
            .collect();
        assert_eq!(
            rate_significance(&crude, 1000.0, false).unwrap(),
            [Low001, NotSignificant, NotSignificant, Low025, High025, High001, Low025, NotSignificant]
        );
        let rates = [0.0, 1.1, 1.9, 1.2, 2.6, 3.1, 1.2, 1.5];
        let standardised: Vec<GivenRate> =
            events.iter().zip(rates).map(|(x, rate)| GivenRate { events: *x, rate, population: None }).collect();
        assert_eq!(
            rate_significance(&standardised, 1000.0, true).unwrap(),
            [NotApplicable, NotApplicable, NotApplicable, Low025, NotSignificant, High001, Low001, NotSignificant]
        );
        let error = Err(StatsError::DenominatorNotPositive);
        assert_eq!(rate_significance(&standardised, 1000.0, false), error, "no events and no population");
    }

    #[test]
    fn refusals() {
        assert_eq!(proportion_limits(0.0, 0.5, 1.0), Err(StatsError::DenominatorNotPositive));
        assert_eq!(proportion_limits(5.0, 1.5, 1.0), Err(StatsError::CountAboveDenominator));
        assert_eq!(ratio_significance(&[1.0], &[0.0]), Err(StatsError::DenominatorNotPositive));
        assert_eq!(proportion_significance(&[3.0], &[2.0]), Err(StatsError::CountAboveDenominator));
        assert_eq!(ratio_significance(&[1.0], &[]), Err(StatsError::LengthsDiffer));
    }
}
