//! How strongly the streams of a cell go together, estimated from the cells themselves: they share cases.
//!
//! The mean r of Spearman's correlations over the pairs of streams, as 2 sin(pi r/6), held within floor and ceiling.
//!
//! Source: Spearman (1904), American Journal of Psychology 15:72; Pearson (1907), Mathematical contributions to the theory
//! of evolution XVI, for 2 sin(pi r/6).

use std::f64::consts::PI;

/// What the estimate is held to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RhoSettings {
    /// The smallest rho used: streams that share children are never quite independent.
    pub floor: f64,
    /// The largest rho used.
    pub ceiling: f64,
    /// How many cells two streams must both speak in for their pair to count.
    pub min_pairs: usize,
    /// How many cells with two streams or more are needed at all.
    pub min_cells: usize,
    /// rho where it cannot be estimated.
    pub default: f64,
}

impl Default for RhoSettings {
    fn default() -> Self {
        Self { floor: 0.2, ceiling: 0.8, min_pairs: 10, min_cells: 30, default: 0.3 }
    }
}

/// Where a rho comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RhoSource {
    /// From the cells.
    Estimated,
    /// From the settings: too few cells, or no pair of streams with enough in common.
    Default,
}

impl RhoSource {
    /// The word of the published tables.
    pub fn as_str(self) -> &'static str {
        match self {
            RhoSource::Estimated => "estimated",
            RhoSource::Default => "default",
        }
    }
}

/// The streams' correlation, and how it was come by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RhoHat {
    /// The rho to use, within floor and ceiling.
    pub rho: f64,
    /// Where it comes from.
    pub source: RhoSource,
    /// How many pairs of streams were used.
    pub pairs_used: usize,
    /// The mean of their Spearman correlations.
    pub mean_spearman: Option<f64>,
    /// 2 sin(pi r/6) of that mean, before floor and ceiling.
    pub raw: Option<f64>,
}

/// rho of `rows`, a row a cell and a column a stream, None where the stream is silent. A short row is silent at its end.
pub fn estimate(rows: &[Vec<Option<f64>>], settings: &RhoSettings) -> RhoHat {
    let speaking = |row: &&Vec<Option<f64>>| row.iter().flatten().count() >= 2;
    let cells: Vec<&Vec<Option<f64>>> = rows.iter().filter(speaking).collect();
    let streams = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut correlations = Vec::new();
    if cells.len() >= settings.min_cells {
        for a in 0..streams {
            for b in a + 1..streams {
                let joint: Vec<(f64, f64)> = cells.iter().filter_map(|row| both(row, a, b)).collect();
                if joint.len() >= settings.min_pairs {
                    correlations.extend(spearman(&joint));
                }
            }
        }
    }
    if correlations.is_empty() {
        let rho = settings.default;
        return RhoHat { rho, source: RhoSource::Default, pairs_used: 0, mean_spearman: None, raw: None };
    }
    let mean = correlations.iter().sum::<f64>() / correlations.len() as f64;
    let raw = 2.0 * (PI * mean / 6.0).sin();
    RhoHat {
        rho: raw.min(settings.ceiling).max(settings.floor),
        source: RhoSource::Estimated,
        pairs_used: correlations.len(),
        mean_spearman: Some(mean),
        raw: Some(raw),
    }
}

fn both(row: &[Option<f64>], a: usize, b: usize) -> Option<(f64, f64)> {
    let value = |i: usize| row.get(i).copied().flatten().filter(|v| v.is_finite());
    value(a).zip(value(b))
}

/// The Pearson correlation of average ranks; None where one side is constant.
fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    pearson(&average_ranks(&a), &average_ranks(&b))
}

/// The Pearson correlation of two series of one length; None where one side is constant or the lengths differ.
pub fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() || a.is_empty() {
        return None;
    }
    let n = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - mean_a) * (y - mean_b);
        aa += (x - mean_a) * (x - mean_a);
        bb += (y - mean_b) * (y - mean_b);
    }
    (aa > 0.0 && bb > 0.0).then(|| ab / (aa * bb).sqrt())
}

/// Ranks from 1, ties sharing the mean of theirs.
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let mut to = from + 1;
        while to < order.len() && values[order[to]] == values[order[from]] {
            to += 1;
        }
        for place in &order[from..to] {
            ranks[*place] = (from + 1 + to) as f64 / 2.0;
        }
        from = to;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_rank() {
        assert_eq!(average_ranks(&[10.0, 20.0, 10.0, 5.0]), [2.5, 4.0, 2.5, 1.0]);
    }

    #[test]
    fn few_cells_give_the_default() {
        let rows = vec![vec![Some(1.0), Some(2.0)]; 29];
        let hat = estimate(&rows, &RhoSettings::default());
        assert_eq!((hat.rho, hat.source), (0.3, RhoSource::Default));
    }

    #[test]
    fn held_between_floor_and_ceiling() {
        let same: Vec<_> = (0..40).map(|i| vec![Some(f64::from(i)), Some(f64::from(i))]).collect();
        assert_eq!(estimate(&same, &RhoSettings::default()).rho, 0.8);
        let opposed: Vec<_> = (0..40).map(|i| vec![Some(f64::from(i)), Some(-f64::from(i))]).collect();
        assert_eq!(estimate(&opposed, &RhoSettings::default()).rho, 0.2);
    }

    #[test]
    fn constant_streams_have_no_correlation() {
        let flat = vec![vec![Some(1.0), Some(1.0)]; 40];
        assert_eq!(estimate(&flat, &RhoSettings::default()).source, RhoSource::Default);
    }
}
