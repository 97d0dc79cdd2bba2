//! Directly standardised rates of events that one person can have more than once: referrals, missing episodes.
//!
//! Repeated events are not independent, so the variance counts people: with x the people of a band who had f events
//! each, it is the sum over f of f^2 times the variance of the rate of those people, sum(w^2 x/n^2)/sum(w)^2. Value and
//! interval are those of `dsr` with that variance: value + sqrt(variance/events) (Byar's limit of the events - events).
//!
//! Source: PHEindicatormethods (UK Health Security Agency), calculate_dsr with independent_events = FALSE; Dobson and
//! others (1991), Statistics in Medicine 10:457, for the interval.

use crate::stats::StatsError;
use crate::stats::dsr::{self, Dsr};

/// People who each had as many events.
#[derive(Debug, Clone, PartialEq)]
pub struct Frequency {
    /// How many events each of them had, above 0.
    pub events: f64,
    /// How many such people there are in each band; None is 0.
    pub people: Vec<Option<f64>>,
}

/// The rate of all events in `populations`, a value an age band, weighted by the `standard` population, per
/// `multiplier`.
///
/// # Errors
/// Those of `dsr`, and a number of events that is not above 0.
pub fn dsr_repeated(
    frequencies: &[Frequency],
    populations: &[Option<f64>],
    standard: &[f64],
    multiplier: f64,
    confidence: f64,
) -> Result<Dsr, StatsError> {
    let mut events = vec![0.0; populations.len()];
    let mut variance = 0.0;
    for frequency in frequencies {
        if !(frequency.events > 0.0 && frequency.events.is_finite()) {
            return Err(StatsError::DenominatorNotPositive);
        }
        let of_people = dsr::weighted(&frequency.people, populations, standard)?;
        variance += frequency.events * frequency.events * of_people.variance;
        for (sum, people) in events.iter_mut().zip(&frequency.people) {
            *sum += frequency.events * people.unwrap_or(0.0);
        }
    }
    let events: Vec<Option<f64>> = events.into_iter().map(Some).collect();
    let all = dsr::weighted(&events, populations, standard)?;
    dsr::with_limits(&dsr::Weighted { variance, ..all }, multiplier, confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(values: [f64; 3]) -> Vec<Option<f64>> {
        values.map(Some).to_vec()
    }

    /// The formula in numpy 2 with scipy's normal quantile: 101 events of 79 people.
    #[test]
    fn the_interval_counts_people() {
        let frequencies = [
            Frequency { events: 1.0, people: known([20.0, 31.0, 12.0]) },
            Frequency { events: 2.0, people: known([4.0, 6.0, 3.0]) },
            Frequency { events: 4.0, people: vec![Some(1.0), None, Some(2.0)] },
        ];
        let populations = known([3000.0, 5200.0, 4100.0]);
        let standard = [1000.0, 2000.0, 1500.0];
        let found = dsr_repeated(&frequencies, &populations, &standard, 100_000.0, 0.95).unwrap();
        let rate = found.rate.unwrap();
        assert_eq!(found.total_count, 101.0);
        for (ours, theirs) in [
            (rate.value, 815.940_518_379_542_8),
            (rate.lower, 624.250_521_688_576_6),
            (rate.upper, 1_038.217_686_097_086_2),
        ] {
            assert!((ours / theirs - 1.0).abs() < 1e-12, "{ours} {theirs}");
        }
        let events = known([32.0, 43.0, 26.0]);
        let as_if_independent = dsr::dsr(&events, &populations, &standard, 100_000.0, 0.95).unwrap().rate.unwrap();
        assert_eq!(as_if_independent.value, rate.value);
        assert!(as_if_independent.upper < rate.upper, "repeats make it less certain");
    }

    #[test]
    fn single_events_are_the_plain_rate() {
        let people = known([20.0, 31.0, 12.0]);
        let populations = known([3000.0, 5200.0, 4100.0]);
        let once = [Frequency { events: 1.0, people: people.clone() }];
        let plain = dsr::dsr(&people, &populations, &[1.0; 3], 1.0, 0.95);
        assert_eq!(dsr_repeated(&once, &populations, &[1.0; 3], 1.0, 0.95), plain);
    }

    #[test]
    fn refusals() {
        let of = |events: f64| {
            let frequency = Frequency { events, people: vec![Some(9.0)] };
            dsr_repeated(&[frequency], &[Some(100.0)], &[1.0], 1.0, 0.95)
        };
        assert_eq!(of(0.0), Err(StatsError::DenominatorNotPositive));
        assert_eq!(of(1.0).unwrap().rate, None, "nine events are too few");
        assert_eq!(dsr_repeated(&[], &[None], &[1.0], 1.0, 0.95), Err(StatsError::DenominatorNotPositive));
    }
}
