//! Which cell is worst, with the uncertainty of the scores in the answer: a precise high score outranks a vague higher one.
//!
//! Each score is drawn towards the common mean by tau^2/(tau^2 + se^2), tau^2 of DerSimonian and Laird; the expected
//! rank is 1 + sum of Phi((m(j) - m(i))/sqrt(v(i) + v(j))) over the others.
//!
//! Source: Laird and Louis (1989), Journal of Educational Statistics 14:29; Goldstein and Spiegelhalter (1996), JRSS A
//! 159:385.

use crate::stats::{meta, normal};

/// Cells with their scores drawn towards each other, and their expected ranks.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The variance between cells (DerSimonian and Laird).
    pub tau2: f64,
    /// The mean of each cell's true score, given all.
    pub post_mean: Vec<f64>,
    /// Its variance.
    pub post_var: Vec<f64>,
    /// 1 is the highest score; 1 plus the expected number of cells above.
    pub expected_rank: Vec<f64>,
}

/// Scores drawn towards their common mean by as much as their errors deserve.
#[derive(Debug, Clone, PartialEq)]
pub struct Shrunk {
    /// The variance between cells (DerSimonian and Laird).
    pub tau2: f64,
    /// The mean of each cell's true score, given all.
    pub post_mean: Vec<f64>,
    /// Its variance.
    pub post_var: Vec<f64>,
}

/// Expected ranks of cells with scores `mean` and standard errors `se` (above 0), side by side; the longer slice is cut.
pub fn expected_rank(mean: &[f64], se: &[f64]) -> Ranked {
    let Shrunk { tau2, post_mean, post_var } = shrink(mean, se);
    let expected_rank = ranks(&post_mean, &post_var);
    Ranked { tau2, post_mean, post_var, expected_rank }
}

/// The scores `mean` with standard errors `se` (above 0), drawn together; the longer slice is cut.
pub fn shrink(mean: &[f64], se: &[f64]) -> Shrunk {
    let n = mean.len().min(se.len());
    let (mean, se) = (&mean[..n], &se[..n]);
    let variances: Vec<f64> = se.iter().map(|s| s * s).collect();
    let tau2 = meta::tau_squared(mean, &variances);
    let centre = meta::weighted_mean(mean, variances.iter().map(|v| 1.0 / (v + tau2)));
    let (post_mean, post_var): (Vec<f64>, Vec<f64>) =
        mean.iter().zip(&variances).map(|(m, v)| shrunk(*m, *v, centre, tau2)).unzip();
    Shrunk { tau2, post_mean, post_var }
}

/// The mean and variance of a true score about `centre`, given a score with this variance.
fn shrunk(score: f64, variance: f64, centre: f64, tau2: f64) -> (f64, f64) {
    let total = tau2 + variance;
    if total <= 0.0 {
        return (score, 0.0);
    }
    (centre + tau2 / total * (score - centre), tau2 * variance / total)
}

/// 1 + the sum over the others of Phi((m_j - m_i)/sqrt(v_i + v_j)).
fn ranks(mean: &[f64], variance: &[f64]) -> Vec<f64> {
    (0..mean.len())
        .map(|i| {
            let above =
                (0..mean.len()).filter(|j| *j != i).map(|j| chance_above(mean[j] - mean[i], variance[i] + variance[j]));
            1.0 + above.sum::<f64>()
        })
        .collect()
}

/// The chance that a difference with this mean and variance is above 0; without variance certain, and even at 0.
fn chance_above(difference: f64, variance: f64) -> f64 {
    if variance > 0.0 {
        return normal::cdf(difference / variance.sqrt());
    }
    match difference.partial_cmp(&0.0) {
        Some(std::cmp::Ordering::Greater) => 1.0,
        Some(std::cmp::Ordering::Less) => 0.0,
        _ => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_tell_them_apart() {
        let ranked = expected_rank(&[1.0, 1.0, 1.0], &[0.5; 3]);
        assert_eq!(ranked.tau2, 0.0);
        assert_eq!(ranked.expected_rank, [2.0; 3]);
        assert!(expected_rank(&[], &[]).expected_rank.is_empty());
    }

    #[test]
    fn ranks_add_up() {
        let ranked = expected_rank(&[3.0, 0.0, -1.0, 2.0], &[0.5, 0.4, 0.6, 0.3]);
        let sum: f64 = ranked.expected_rank.iter().sum();
        assert!((sum - 10.0).abs() < 1e-12, "1 + 2 + 3 + 4, whatever the uncertainty: {sum}");
        assert!(ranked.expected_rank[0] < ranked.expected_rank[3], "the highest comes first");
    }
}
