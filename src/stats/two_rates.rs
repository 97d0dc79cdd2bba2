//! Two rates compared exactly: given their sum, the first count is binomial with the first exposure's share.
//!
//! x1 is binomial of x1 + x2 with share t1/(t1 + t2). p sums every split that is no more likely than this one. Limits
//! of the ratio: Clopper and Pearson's of the share s, as s/(1 - s) t2/t1.
//!
//! Source: Przyborowski and Wilenski (1940), Biometrika 31:313; Clopper and Pearson (1934), Biometrika 26:404; figures
//! as in R's poisson.test.

use crate::stats::{StatsError, discrete, interval, special};

/// The ratio of the first rate to the second, and the test that they are one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoRates {
    /// Infinite where the second count is 0; None where both are.
    pub ratio: Option<f64>,
    /// Two-sided: the chance of any split as unlikely as this one; 1 where nothing was counted.
    pub p: f64,
    /// The lower limit; None where both counts are 0.
    pub lower: Option<f64>,
    /// The upper limit, infinite where the second count is 0; None where both are.
    pub upper: Option<f64>,
}

/// x1 events in exposure t1 against x2 in t2; whole counts.
///
/// # Errors
/// A value that is not finite, a count below 0 or beyond 1e15 in all, an exposure not above 0, a confidence outside 0.9
/// to 1 and 90 to 100.
pub fn two_rates(x1: f64, t1: f64, x2: f64, t2: f64, confidence: f64) -> Result<TwoRates, StatsError> {
    let tail = interval::tail(confidence)?;
    if ![x1, t1, x2, t2].iter().all(|v| v.is_finite()) {
        return Err(StatsError::NotFinite);
    }
    if x1 < 0.0 || x2 < 0.0 {
        return Err(StatsError::NegativeCount);
    }
    if t1 <= 0.0 || t2 <= 0.0 {
        return Err(StatsError::DenominatorNotPositive);
    }
    if x1 + x2 > 1e15 {
        return Err(StatsError::CountTooLarge);
    }
    let (x1, x2) = (x1.round(), x2.round());
    let n = x1 + x2;
    if n == 0.0 {
        return Ok(TwoRates { ratio: None, p: 1.0, lower: None, upper: None });
    }
    Ok(TwoRates {
        ratio: Some((x1 / t1) / (x2 / t2)),
        p: two_sided(x1, n, t1 / (t1 + t2)),
        lower: Some(odds(x1, x2 + 1.0, tail) * t2 / t1),
        upper: Some(1.0 / odds(x2, x1 + 1.0, tail) * t2 / t1),
    })
}

/// s/(1 - s) at the lower `tail` of a beta distribution: 0 where its first shape is.
///
/// Of s and 1 - s the smaller is the one solved for, so that it keeps its digits.
fn odds(a: f64, b: f64, tail: f64) -> f64 {
    if a == 0.0 {
        0.0
    } else if a < b {
        let share = special::beta_quantile(a, b, tail);
        share / (1.0 - share)
    } else {
        let rest = special::beta_quantile(b, a, 1.0 - tail);
        (1.0 - rest) / rest
    }
}

/// The chance under Binomial(n, share) of any count no more likely than x, as R's binom.test has it.
fn two_sided(x: f64, n: f64, share: f64) -> f64 {
    // Counts as likely as x but for rounding are as likely.
    let at_most = discrete::binomial(x, n, share) * (1.0 + 1e-7);
    let as_rare = |k: f64| discrete::binomial(k, n, share) <= at_most;
    let mean = n * share;
    if x == mean {
        return 1.0;
    }
    let lower_tail = |k: f64| {
        if k < 0.0 {
            0.0
        } else if k >= n {
            1.0
        } else {
            special::beta_upper(k + 1.0, n - k, share)
        }
    };
    let upper_tail = |k: f64| {
        if k <= 0.0 {
            1.0
        } else if k > n {
            0.0
        } else {
            special::beta_lower(k, n - k + 1.0, share)
        }
    };
    let p = if x < mean {
        lower_tail(x) + upper_tail(first(mean.ceil(), n + 1.0, as_rare))
    } else {
        upper_tail(x) + lower_tail(first(0.0, mean.floor() + 1.0, |k| !as_rare(k)) - 1.0)
    };
    p.min(1.0)
}

/// The first whole number from `low` to `high` for which `holds`, which once true stays true; `high` where none.
fn first(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    while low < high {
        let middle = ((low + high) / 2.0).floor();
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1.0;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R: poisson.test(c(12, 25), c(10, 14)), and with the samples exchanged.
    #[test]
    fn either_order_gives_one_p() {
        let there = two_rates(12.0, 10.0, 25.0, 14.0, 0.95).unwrap();
        let back = two_rates(25.0, 14.0, 12.0, 10.0, 0.95).unwrap();
        assert!((there.p - back.p).abs() < 1e-12);
        assert!((there.lower.unwrap() * back.upper.unwrap() - 1.0).abs() < 1e-9, "limits are each other's inverse");
    }

    /// The roots of the beta integral by mpmath at 40 digits, as odds (scipy's betaincinv has eight of the second).
    #[test]
    fn a_few_against_a_thousand_million() {
        let few = two_rates(3.0, 1.0, 1e9, 1.0, 0.95).unwrap();
        let many = two_rates(1e9, 1.0, 3.0, 1.0, 0.95).unwrap();
        for (ours, theirs) in [
            (few.lower.unwrap(), 6.186_721_218_496_347e-10),
            (few.upper.unwrap(), 8.767_273_095_023_955e-9),
            (1.0 / many.upper.unwrap(), 6.186_721_218_496_347e-10),
            (1.0 / many.lower.unwrap(), 8.767_273_095_023_955e-9),
        ] {
            assert!((ours / theirs - 1.0).abs() < 1e-8, "{ours} {theirs}");
        }
    }

    #[test]
    fn nothing_counted() {
        let none = two_rates(0.0, 10.0, 0.0, 14.0, 0.95).unwrap();
        assert_eq!((none.p, none.ratio, none.lower), (1.0, None, None));
        let first_none = two_rates(0.0, 1.0, 3.0, 1.0, 0.95).unwrap();
        assert_eq!((first_none.ratio, first_none.lower), (Some(0.0), Some(0.0)));
    }

    /// The sum over all counts is the definition.
    #[test]
    fn both_tails_are_found() {
        for (x, n, share) in [(3.0, 20.0, 0.3), (9.0, 20.0, 0.3), (0.0, 7.0, 0.5), (7.0, 7.0, 0.2), (6.0, 20.0, 0.3)] {
            let limit = discrete::binomial(x, n, share) * (1.0 + 1e-7);
            let sum: f64 =
                (0..=n as usize).map(|k| discrete::binomial(k as f64, n, share)).filter(|p| *p <= limit).sum();
            assert!(
                (two_sided(x, n, share) - sum.min(1.0)).abs() < 1e-12,
                "{x} of {n}: {} {sum}",
                two_sided(x, n, share)
            );
        }
    }
}
