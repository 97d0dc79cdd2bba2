//! The second opinion: what a reader works out of a publication by taking each line by itself, over and over.
//!
//! Coarser than a linear programme, and independent of it: no interval found here is narrower than the truth allows.

/// Where nothing bounds a count.
const UNBOUNDED: f64 = f64::INFINITY;

/// The least and the most that each cell may be. `shown` is its figure, None where withheld; `least` what a withheld
/// one is known to be at least.
pub(super) fn bounds(shown: &[Option<f64>], least: &[f64], sums: &[(usize, Vec<usize>)]) -> Vec<(f64, f64)> {
    // Each round can tighten by one, and the counts that matter are small: more rounds would change nothing that is
    // asked.
    const MOST_ROUNDS: usize = 100;
    let mut found: Vec<(f64, f64)> =
        shown.iter().zip(least).map(|(shown, least)| shown.map_or((*least, UNBOUNDED), |n| (n, n))).collect();
    for _ in 0..MOST_ROUNDS {
        let mut changed = false;
        for (total, parts) in sums {
            let least: f64 = parts.iter().map(|p| found[*p].0).sum();
            let most: f64 = parts.iter().map(|p| found[*p].1).sum();
            changed |= tighten(&mut found[*total], least, most);
            let (total_least, total_most) = found[*total];
            let unbounded = parts.iter().filter(|p| found[**p].1.is_infinite()).count();
            let bounded: f64 = parts.iter().map(|p| found[*p].1).filter(|m| m.is_finite()).sum();
            let sum_of_least: f64 = parts.iter().map(|p| found[*p].0).sum();
            // Taken off the sums of before: coarser by what this very round finds, and that the next one sees.
            for part in parts {
                let (low, high) = found[*part];
                let others_most = match unbounded - usize::from(high.is_infinite()) {
                    0 => bounded - if high.is_finite() { high } else { 0.0 },
                    _ => UNBOUNDED,
                };
                changed |= tighten(&mut found[*part], total_least - others_most, total_most - (sum_of_least - low));
            }
        }
        if !changed {
            break;
        }
    }
    found
}

fn tighten(bounds: &mut (f64, f64), least: f64, most: f64) -> bool {
    let before = *bounds;
    bounds.0 = bounds.0.max(least);
    bounds.1 = bounds.1.min(most);
    *bounds != before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_gap_is_given_back() {
        let found = bounds(&[None, Some(20.0), Some(23.0)], &[1.0; 3], &[(2, vec![0, 1])]);
        assert_eq!(found[0], (3.0, 3.0));
    }

    #[test]
    fn two_gaps_of_known_sum() {
        let found = bounds(&[None, None, Some(2.0)], &[1.0; 3], &[(2, vec![0, 1])]);
        assert_eq!(found[..2], [(1.0, 1.0), (1.0, 1.0)], "two ones, once zeros are known to be shown");
        let found = bounds(&[None, None, Some(7.0)], &[1.0; 3], &[(2, vec![0, 1])]);
        assert_eq!(found[0], (1.0, 6.0));
    }

    #[test]
    fn a_withheld_total_binds_from_below() {
        let found = bounds(&[None, Some(40.0), None], &[1.0; 3], &[(2, vec![0, 1])]);
        assert_eq!(found[0], (1.0, UNBOUNDED));
        assert_eq!(found[2], (41.0, UNBOUNDED));
    }
}
