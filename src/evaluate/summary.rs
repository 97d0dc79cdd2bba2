//! Many boards in a few numbers.

use crate::evaluate::board::PLANTED;
use crate::evaluate::trial::{BoardFared, Extras, Fared, GrainFared, Way};
use crate::model::Grain;
use crate::model::trial::{ExtrasLine, Line};
use crate::stats::{auc, interval};

/// The share of false alarms at which ways are compared.
pub const FALSE_SHARE: f64 = 0.10;

/// The lines of one grain, a way each.
pub fn lines(boards: &[BoardFared], grain: Grain) -> Vec<Line> {
    let of_grain: Vec<&GrainFared> = boards.iter().flat_map(|b| &b.grains).filter(|g| g.grain == grain).collect();
    Way::ALL.iter().enumerate().map(|(w, way)| line(&of_grain, grain, w, way.name())).collect()
}

/// Means over boards: the streams' rank correlation, the share of silent stream-cells, and each stream's z where it is worse.
pub fn conditions(boards: &[BoardFared], grain: Grain) -> (Option<f64>, f64, [Option<f64>; 6]) {
    let of_grain = || boards.iter().flat_map(|b| &b.grains).filter(|g| g.grain == grain);
    let correlation: Vec<f64> = of_grain().filter_map(|g| g.correlation).collect();
    let silent = mean(&of_grain().map(|g| g.silent).collect::<Vec<_>>()).unwrap_or_default();
    let seen = std::array::from_fn(|s| mean(&of_grain().flat_map(|g| &g.seen[s]).copied().collect::<Vec<_>>()));
    (mean(&correlation), silent, seen)
}

/// The sums over boards.
pub fn extras(boards: &[BoardFared]) -> ExtrasLine {
    let sum = |of: fn(&Extras) -> usize| boards.iter().map(|b| of(&b.extras)).sum::<usize>();
    let share = |a: usize, b: usize| if b == 0 { 0.0 } else { a as f64 / b as f64 };
    let (named, right) = (sum(|e| e.named), sum(|e| e.optimists_named));
    ExtrasLine {
        alarms_promoted: share(sum(|e| e.alarms_promoted), sum(|e| e.alarms)),
        alarms_told: share(sum(|e| e.alarms_told), sum(|e| e.alarms)),
        alarms: sum(|e| e.alarms),
        optimism_recall: share(right, sum(|e| e.optimists)),
        optimism_false: share(named - right, named),
        optimist_cells: share(sum(|e| e.optimist_listed), sum(|e| e.optimist_cells)),
        silent_blind: share(sum(|e| e.silent_blind), sum(|e| e.silent_cells)),
        speaking_blind: sum(|e| e.speaking_blind),
        break_promoted: share(sum(|e| e.broken_promoted), sum(|e| e.broken_cells)),
    }
}

fn line(boards: &[&GrainFared], grain: Grain, way: usize, name: &'static str) -> Line {
    let over =
        |of: &dyn Fn(&[Fared]) -> Option<f64>| mean(&boards.iter().filter_map(|g| of(&g.cells)).collect::<Vec<f64>>());
    let has_list = boards.iter().filter(|g| g.cells.iter().any(|c| c.listed[way])).count();
    let limits = interval::wilson(has_list as f64, boards.len() as f64, 0.95).ok();
    let share = has_list as f64 / boards.len().max(1) as f64;
    Line {
        grain,
        way: name.to_owned(),
        boards: boards.len(),
        auc: over(&|cells| {
            let scores: Vec<f64> = cells.iter().map(|c| c.scores[way]).collect();
            auc::auc(&scores, &cells.iter().map(|c| c.planted).collect::<Vec<_>>())
        }),
        precision: over(&|cells| any_planted(cells).then(|| first_five(cells, way))),
        listed: over(&|cells| Some(cells.iter().filter(|c| c.listed[way]).count() as f64)).unwrap_or_default(),
        false_share: over(&|cells| Some(false_share(cells, |c| c.listed[way]))).unwrap_or_default(),
        power: over(&|cells| power(cells, |c| c.listed[way])),
        power_at_tenth: power_at_tenth(boards, way),
        non_empty: [share, limits.as_ref().map_or(0.0, |l| l.lower), limits.as_ref().map_or(1.0, |l| l.upper)],
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn any_planted(cells: &[Fared]) -> bool {
    cells.iter().any(|c| c.planted)
}

fn false_share(cells: &[Fared], listed: impl Fn(&Fared) -> bool) -> f64 {
    let all = cells.iter().filter(|c| listed(c)).count();
    let wrong = cells.iter().filter(|c| listed(c) && !c.planted).count();
    if all == 0 { 0.0 } else { wrong as f64 / all as f64 }
}

fn power(cells: &[Fared], listed: impl Fn(&Fared) -> bool) -> Option<f64> {
    let planted = cells.iter().filter(|c| c.planted).count();
    let found = cells.iter().filter(|c| c.planted && listed(c)).count();
    (planted > 0).then(|| found as f64 / planted as f64)
}

/// Share of the five highest that are worse; of equal scores each counts by its chance to be among them.
fn first_five(cells: &[Fared], way: usize) -> f64 {
    let mut scores: Vec<f64> = cells.iter().map(|c| c.scores[way]).collect();
    scores.sort_unstable_by(|a, b| b.total_cmp(a));
    let last = scores[PLANTED.min(scores.len()) - 1];
    let above = scores.iter().filter(|s| **s > last).count();
    let tied = scores.iter().filter(|s| **s == last).count();
    let chance = (PLANTED - above) as f64 / tied as f64;
    let found = cells.iter().filter(|c| c.planted).map(|c| match c.scores[way] {
        s if s > last => 1.0,
        s if s == last => chance,
        _ => 0.0,
    });
    found.sum::<f64>() / PLANTED as f64
}

/// The largest power over thresholds at which the mean false share is at most a tenth.
fn power_at_tenth(boards: &[&GrainFared], way: usize) -> Option<f64> {
    let mut thresholds: Vec<f64> =
        boards.iter().flat_map(|g| &g.cells).filter(|c| c.planted).map(|c| c.scores[way]).collect();
    thresholds.retain(|t| t.is_finite());
    thresholds.sort_unstable_by(f64::total_cmp);
    thresholds.dedup();
    if !boards.iter().any(|g| any_planted(&g.cells)) {
        return None;
    }
    // Each hundredth of the planted cells' scores is fine enough, and the lowest of them has the most power.
    let step = thresholds.len().div_ceil(200).max(1);
    let at = |threshold: f64| {
        let listed = move |c: &Fared| c.scores[way] >= threshold;
        let wrong: Vec<f64> = boards.iter().map(|g| false_share(&g.cells, listed)).collect();
        let found: Vec<f64> = boards.iter().filter_map(|g| power(&g.cells, listed)).collect();
        (mean(&wrong).unwrap_or_default() <= FALSE_SHARE).then(|| mean(&found)).flatten()
    };
    let best = thresholds.iter().step_by(step).filter_map(|t| at(*t)).fold(0.0, f64::max);
    Some(best)
}
