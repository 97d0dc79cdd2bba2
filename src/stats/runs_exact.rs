//! The exact distribution of the number of runs (Swed and Eisenhart 1943): too few, or too many, for chance.
//!
//! With n1 points on one side and n2 on the other, P(2k runs) = 2 C(n1-1, k-1) C(n2-1, k-1)/C(n1+n2, n1), and P(2k+1
//! runs) = (C(n1-1, k) C(n2-1, k-1) + C(n1-1, k-1) C(n2-1, k))/C(n1+n2, n1).
//!
//! Source: Swed and Eisenhart (1943), Annals of Mathematical Statistics 14:66.

use crate::stats::StatsError;

/// Beyond which numbers of runs chance is no longer an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunsLimits {
    /// The largest number with no more than alpha at or below it; None where even the fewest runs are not so rare.
    pub too_few_if_le: Option<usize>,
    /// The smallest number with no more than alpha at or above it; None where even the most runs are not so rare.
    pub too_many_if_ge: Option<usize>,
    /// The mean number of runs.
    pub expected: f64,
}

/// The limits for n1 points on one side and n2 on the other, with `alpha` at each end.
///
/// # Errors
/// No point on a side, an alpha outside 0 to 1.
pub fn limits(n1: usize, n2: usize, alpha: f64) -> Result<RunsLimits, StatsError> {
    if n1 == 0 || n2 == 0 {
        return Err(StatsError::TooFew { needed: 1 });
    }
    if !(0.0..=1.0).contains(&alpha) {
        return Err(StatsError::ProbabilityOutOfRange);
    }
    let most = 2 * n1.min(n2) + usize::from(n1 != n2);
    let chances: Vec<f64> = (2..=most).map(|runs| chance(runs, n1, n2)).collect();
    let within = |sum: &mut f64, chance: f64| {
        *sum += chance;
        Some(*sum).filter(|s| *s <= alpha)
    };
    let few = chances.iter().scan(0.0, |sum, c| within(sum, *c)).count();
    let many = chances.iter().rev().scan(0.0, |sum, c| within(sum, *c)).count();
    let (a, b) = (n1 as f64, n2 as f64);
    Ok(RunsLimits {
        too_few_if_le: (few > 0).then_some(few + 1),
        too_many_if_ge: (many > 0).then(|| most + 1 - many),
        expected: 2.0 * a * b / (a + b) + 1.0,
    })
}

/// The chance of exactly so many runs (two at least).
fn chance(runs: usize, n1: usize, n2: usize) -> f64 {
    let all = ln_choose(n1 + n2, n1);
    let of = |k1: usize, k2: usize| (ln_choose(n1 - 1, k1) + ln_choose(n2 - 1, k2) - all).exp();
    let half = runs / 2;
    if runs.is_multiple_of(2) { 2.0 * of(half - 1, half - 1) } else { of(half, half - 1) + of(half - 1, half) }
}

fn ln_choose(n: usize, k: usize) -> f64 {
    if k > n {
        return f64::NEG_INFINITY;
    }
    let ln_factorial = |m: usize| libm::lgamma(m as f64 + 1.0);
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chances_add_up() {
        for (n1, n2) in [(1, 1), (3, 5), (5, 5), (20, 31)] {
            let most = 2 * n1.min(n2) + usize::from(n1 != n2);
            let sum: f64 = (2..=most).map(|r| chance(r, n1, n2)).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{n1} {n2}: {sum}");
        }
    }

    #[test]
    fn few_points_prove_nothing() {
        let found = limits(2, 2, 0.025).unwrap();
        assert_eq!((found.too_few_if_le, found.too_many_if_ge), (None, None));
        assert_eq!(limits(0, 3, 0.025), Err(StatsError::TooFew { needed: 1 }));
    }
}
