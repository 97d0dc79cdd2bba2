//! p-values adjusted for how many questions were asked. Missing p's stay missing and do not count.
//!
//! Benjamini and Hochberg: sorted upwards, q(i) is the smallest of p(j) m/j over j from i on, at most 1; Yekutieli's is
//! that times the sum of 1/i for i to m. Holm: the largest of p(j) (m - j + 1) over j up to i. Bonferroni: p m.
//!
//! Source: Benjamini and Hochberg (1995), JRSS B 57:289; Benjamini and Yekutieli (2001), Annals of Statistics 29:1165;
//! Holm (1979), Scandinavian Journal of Statistics 6:65; figures as in R's p.adjust.

/// Benjamini and Hochberg's q, valid for independent or positively dependent tests; order kept.
pub fn benjamini_hochberg(p: &[Option<f64>]) -> Vec<Option<f64>> {
    step_up(p, 1.0)
}

/// Benjamini and Yekutieli's q, valid under any dependence: that of Benjamini and Hochberg times the sum of 1/i.
pub fn benjamini_yekutieli(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let m = p.iter().flatten().count();
    step_up(p, (1..=m).map(|i| 1.0 / i as f64).sum())
}

/// Holm's step-down p: the chance of any false alarm in the family.
pub fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let upwards = upwards(p);
    let m = upwards.len();
    let mut adjusted = vec![None; p.len()];
    let mut largest: f64 = 0.0;
    for (rank, (place, value)) in upwards.into_iter().enumerate() {
        largest = largest.max((value * (m - rank) as f64).min(1.0));
        adjusted[place] = Some(largest);
    }
    adjusted
}

/// Bonferroni's p: each times how many there are.
pub fn bonferroni(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let m = p.iter().flatten().count() as f64;
    p.iter().map(|value| value.map(|v| (v * m).min(1.0))).collect()
}

fn step_up(p: &[Option<f64>], factor: f64) -> Vec<Option<f64>> {
    let upwards = upwards(p);
    let m = upwards.len() as f64;
    let mut adjusted = vec![None; p.len()];
    let mut smallest: f64 = 1.0;
    for (rank, (place, value)) in upwards.into_iter().enumerate().rev() {
        smallest = smallest.min(value * factor * m / (rank + 1) as f64);
        adjusted[place] = Some(smallest);
    }
    adjusted
}

/// The p's there are, with their places, smallest first.
fn upwards(p: &[Option<f64>]) -> Vec<(usize, f64)> {
    let mut known: Vec<(usize, f64)> = p.iter().enumerate().filter_map(|(i, v)| v.map(|v| (i, v))).collect();
    known.sort_by(|a, b| a.1.total_cmp(&b.1));
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fifteen p's of Benjamini and Hochberg's paper (1995), section 3.2: four are rejected at 0.05, by Bonferroni three.
    #[test]
    fn the_paper_of_1995() {
        let p: Vec<Option<f64>> = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ]
        .map(Some)
        .to_vec();
        let rejected = |q: Vec<Option<f64>>| q.into_iter().flatten().filter(|q| *q <= 0.05).count();
        assert_eq!(rejected(benjamini_hochberg(&p)), 4);
        assert_eq!(rejected(bonferroni(&p)), 3);
    }

    #[test]
    fn missing_stays_missing() {
        let q = benjamini_hochberg(&[None, Some(0.02), None, Some(0.04)]);
        assert_eq!(q, [None, Some(0.04), None, Some(0.04)]);
        assert!(holm(&[]).is_empty());
    }
}
