//! The area under the receiver operating characteristic: the chance that one that is worse scores above one that is not.
//!
//! Formula: AUC = (R - n1 (n1 + 1)/2)/(n1 n0), R the sum of the average ranks of the n1 positives among all n1 + n0; a
//! tie counts a half.
//!
//! Source: Hanley and McNeil, Radiology 143 (1982) 29-36; the statistic is that of Mann and Whitney (1947). The interval
//! is the percentile bootstrap of Efron and Tibshirani (1993), positives and negatives drawn apart.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::stats::rho::average_ranks;
use crate::stats::robust::quantile7;

/// The area; between 0 and 1, without unit. `scores` and `positive` are of the same length, one a case, a higher score
/// meaning more likely positive.
///
/// None without a positive or without a negative case.
pub fn auc(scores: &[f64], positive: &[bool]) -> Option<f64> {
    let n1 = positive.iter().filter(|p| **p).count() as f64;
    let n0 = positive.len() as f64 - n1;
    if n1 == 0.0 || n0 == 0.0 {
        return None;
    }
    let ranks = average_ranks(scores);
    let sum: f64 = ranks.iter().zip(positive).filter(|(_, p)| **p).map(|(r, _)| r).sum();
    Some((sum - n1 * (n1 + 1.0) / 2.0) / (n1 * n0))
}

/// The 95% interval of the area from `draws` resamples; the same seed gives the same interval. None where there is no
/// area.
pub fn auc_interval(scores: &[f64], positive: &[bool], draws: usize, seed: u64) -> Option<[f64; 2]> {
    auc(scores, positive)?;
    let of = |wanted: bool| -> Vec<f64> {
        scores.iter().zip(positive).filter(|(_, p)| **p == wanted).map(|(s, _)| *s).collect()
    };
    let sides = [of(true), of(false)];
    let labels: Vec<bool> = sides.iter().zip([true, false]).flat_map(|(side, label)| vec![label; side.len()]).collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut areas: Vec<f64> = (0..draws)
        .filter_map(|_| {
            let mut drawn = Vec::with_capacity(labels.len());
            for side in &sides {
                drawn.extend((0..side.len()).map(|_| side[random.random_range(0..side.len())]));
            }
            auc(&drawn, &labels)
        })
        .collect();
    areas.sort_unstable_by(f64::total_cmp);
    Some([0.025, 0.975].map(|p| quantile7(&areas, p)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scikit-learn's roc_auc_score: its own example, and one with ties.
    #[test]
    fn areas_of_scikit_learn() {
        let found = auc(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]);
        assert_eq!(found, Some(0.75));
        let tied = auc(&[1.0, 1.0, 2.0, 2.0, 3.0], &[false, true, false, true, true]);
        assert!((tied.unwrap() - 2.0 / 3.0).abs() < 1e-12, "{tied:?}");
        assert_eq!(auc(&[1.0, 2.0], &[true, true]), None);
    }

    #[test]
    fn an_interval_holds_its_area_and_is_fixed_by_its_seed() {
        let scores: Vec<f64> = (0..60).map(|i| f64::from((i * 37) % 60)).collect();
        let positive: Vec<bool> =
            scores.iter().enumerate().map(|(i, s)| *s + f64::from(i as u32 % 30) > 45.0).collect();
        let area = auc(&scores, &positive).unwrap();
        let [low, high] = auc_interval(&scores, &positive, 500, 1).unwrap();
        assert!(low < area && area < high, "{low} {area} {high}");
        assert_eq!(auc_interval(&scores, &positive, 500, 1), auc_interval(&scores, &positive, 500, 1));
        assert_ne!(auc_interval(&scores, &positive, 500, 1), auc_interval(&scores, &positive, 500, 2));
    }
}
