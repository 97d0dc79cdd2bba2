//! The lines of a chart with withheld points, from what its reader can see.
//!
//! A mean over 24 points of which one is withheld gives that one back to anybody who can add, and so do limits, and the
//! rounding of either: the true line must not be shown in any form. So the lines are drawn anew by the same method from
//! public figures alone: a withheld count stands in the middle of what it may be (3, of 1 to 5) where its divisor is
//! public (a count, or a rate on population), and is left out where the divisor is withheld with it. Whatever the
//! withheld counts are, the lines are the same, so they tell nothing. Where more than half of the points are withheld,
//! or under 8 are left, there are no lines.

use crate::disclose::protection::IndicatorRule;
use crate::disclose::shown::{Shown, ShownSeries};
use crate::model::Series;
use crate::model::series::{Assurance, Variation};
use crate::stats::xmr;

/// Fewer points than this have no lines.
const POINTS_MIN: usize = 8;

/// Replaces mean, limits, variation and assurance of `shown`, a series of which the points marked in `withheld` are not
/// shown.
pub(super) fn redraw(
    shown: &mut ShownSeries,
    series: &Series,
    rule: &IndicatorRule,
    withheld: &[bool],
    threshold: f64,
) {
    let public = public_values(shown, series, rule, withheld, (1.0 + threshold) / 2.0);
    let given = shown.points.iter().filter(|p| p.value.number().is_some()).count() + shown.withheld;
    let values: Vec<f64> = public.iter().map(|(_, value)| *value).collect();
    let had_lines = series.points.iter().any(|p| p.mean.is_some());
    let settings = xmr::XmrSettings {
        direction: match rule.better {
            1 => xmr::Direction::Increase,
            -1 => xmr::Direction::Decrease,
            _ => xmr::Direction::Neutral,
        },
        target: series.target,
        rebase_at: breaks(series, &public),
        ..xmr::XmrSettings::default()
    };
    let enough = shown.withheld * 2 <= given && values.len() >= POINTS_MIN && had_lines;
    let drawn = if enough { xmr::xmr(&values, &settings) } else { None };
    for point in &mut shown.points {
        let lost = if had_lines { Shown::Withheld } else { point.mean };
        (point.mean, point.lower_limit, point.upper_limit) = (lost, lost, lost);
        point.variation = None;
    }
    shown.variation = None;
    shown.assurance = Assurance::None;
    let Some(drawn) = drawn else {
        if had_lines {
            shown.notes.push(String::from("Too many of its points are withheld for a mean and limits."));
        }
        return;
    };
    let sizes: Vec<usize> = drawn.points.chunk_by(|a, b| a.group == b.group).map(<[_]>::len).collect();
    // After a break the count of points begins anew: a part of fewer has no lines.
    let settled = |line: &xmr::XmrPoint| sizes[line.group] >= POINTS_MIN;
    for ((index, _), line) in public.iter().zip(&drawn.points).filter(|(_, line)| settled(line)) {
        let point = &mut shown.points[*index];
        point.mean = Shown::Number(line.mean);
        if withheld[*index] {
            continue;
        }
        point.lower_limit = Shown::Number(line.lower);
        point.upper_limit = Shown::Number(line.upper);
        point.variation = Some(variation(line));
    }
    for (index, point) in shown.points.iter_mut().enumerate() {
        if withheld[index] {
            // The row of a withheld point shows nothing, its lines included.
            (point.mean, point.lower_limit, point.upper_limit) = (Shown::Withheld, Shown::Withheld, Shown::Withheld);
        }
    }
    if withheld.last() == Some(&false) && drawn.points.last().is_some_and(settled) {
        shown.variation = shown.points.last().and_then(|p| p.variation);
        shown.assurance = match drawn.assurance {
            xmr::Assurance::Pass => Assurance::Pass,
            xmr::Assurance::Fail => Assurance::Fail,
            xmr::Assurance::Inconsistent => Assurance::HitAndMiss,
            xmr::Assurance::None => Assurance::None,
        };
    }
    shown.notes.push(format!(
        "Mean and limits are worked out from what is shown: {} small {} not shown.",
        shown.withheld,
        if shown.withheld == 1 { "figure is" } else { "figures are" }
    ));
}

/// Index and value of each point that the lines are drawn from.
fn public_values(
    shown: &ShownSeries,
    series: &Series,
    rule: &IndicatorRule,
    withheld: &[bool],
    middle: f64,
) -> Vec<(usize, f64)> {
    // How a value follows from its count and base, read off a point that is shown: rates may be yearly or not.
    let scale = shown.points.iter().zip(&series.points).find_map(|(s, p)| {
        let (value, numerator, base) = (s.value.number()?, s.numerator.number()?, p.base?);
        (numerator > 0.0 && p.denominator.value.is_none()).then(|| value * base / numerator)
    });
    let stand_in = |index: usize| {
        let point = &series.points[index];
        if rule.count {
            return Some(middle);
        }
        match (point.denominator.value, point.base, scale) {
            (None, Some(base), Some(scale)) => Some(middle * scale / base),
            _ => None,
        }
    };
    let value = |index: usize| {
        if withheld[index] { stand_in(index) } else { shown.points[index].value.number() }
    };
    // A figure that was not charted (of another length, or of too short a part) is not charted here either.
    let charted = |i: &usize| series.points[*i].mean.is_some() || series.points[*i].value.value.is_none();
    (0..shown.points.len()).filter(charted).filter_map(|i| Some((i, value(i)?))).collect()
}

/// Where the series was broken: where its mean steps from one point to the next. A mean never steps for another reason.
/// What its sender withheld has no mean, and is no step.
fn breaks(series: &Series, public: &[(usize, f64)]) -> Vec<usize> {
    let mut before = None;
    let mut breaks = Vec::new();
    for (at, (index, _)) in public.iter().enumerate() {
        let mean = series.points[*index].mean;
        if before.is_some() && mean.is_some() && mean != before {
            breaks.push(at);
        }
        before = mean.or(before);
    }
    breaks
}

fn variation(line: &xmr::XmrPoint) -> Variation {
    match (line.meaning, line.special.is_high().unwrap_or(false)) {
        (xmr::Meaning::Common, _) => Variation::CommonCause,
        (xmr::Meaning::Improvement, true) => Variation::ImprovementHigh,
        (xmr::Meaning::Improvement, false) => Variation::ImprovementLow,
        (xmr::Meaning::Concern, true) => Variation::ConcernHigh,
        (xmr::Meaning::Concern, false) => Variation::ConcernLow,
        (xmr::Meaning::NeutralHigh, _) => Variation::NeutralHigh,
        (xmr::Meaning::NeutralLow, _) => Variation::NeutralLow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclose::protection::Protection;
    use crate::disclose::series::show;
    use crate::disclose::shown::tests::point;

    /// Monthly counts of a place, with the lines of some exact calculation.
    fn series(counts: &[f64]) -> Series {
        let mean = counts.iter().sum::<f64>() / counts.len() as f64;
        let points = counts.iter().enumerate().map(|(i, count)| {
            let mut p = point(&format!("2014-{:02}", i + 1), Some(*count), None, Some(*count));
            (p.mean, p.lower_limit, p.upper_limit) = (Some(mean), Some(mean - 4.0), Some(mean + 4.0));
            p
        });
        Series {
            agency: String::from("police"),
            indicator: String::from("missing"),
            locality: String::from("corby"),
            points: points.collect(),
            target: None,
            target_status: "",
            comparator: None,
            variation: Some(Variation::CommonCause),
            assurance: Assurance::None,
            notes: Vec::new(),
            comparable_from: None,
        }
    }

    fn protection() -> Protection {
        let rule = IndicatorRule { count: true, proportion: false, better: -1, ..IndicatorRule::default() };
        Protection { threshold: 5, indicators: [(String::from("missing"), rule)].into(), whole_board: None }
    }

    #[test]
    fn lines_are_the_same_whatever_the_withheld_count_is() {
        let with = |small: f64| {
            let one = series(&[9.0, 12.0, 10.0, small, 11.0, 8.0, 13.0, 9.0, 10.0, 12.0]);
            show(&one, std::slice::from_ref(&one), &protection())
        };
        let lines = with(1.0);
        for small in [2.0, 3.0, 4.0, 5.0] {
            assert_eq!(with(small), lines, "a withheld {small} must show as a withheld 1 does");
        }
        assert_eq!(lines.points[3].value, Shown::Withheld);
        assert_eq!(lines.points[3].mean, Shown::Withheld);
        assert_eq!(lines.points[0].mean, Shown::Number(9.7), "(94 + 3)/10");
        assert_eq!(lines.withheld, 1);
    }

    #[test]
    fn after_a_break_the_count_of_points_begins_anew() {
        let mut one = series(&[9.0, 12.0, 10.0, 3.0, 11.0, 8.0, 13.0, 9.0, 10.0, 20.0, 22.0, 21.0]);
        for p in &mut one.points[9..] {
            (p.mean, p.lower_limit, p.upper_limit) = (None, None, None);
        }
        let shown = show(&one, std::slice::from_ref(&one), &protection());
        assert!(
            (shown.points[0].mean.number().unwrap() - 85.0 / 9.0).abs() < 1e-9,
            "the nine before, 3 for the withheld"
        );
        assert!(shown.points[9..].iter().all(|p| p.mean.number().is_none()), "three since have no lines");
        for p in &mut one.points[9..] {
            (p.mean, p.lower_limit, p.upper_limit) = (Some(21.0), Some(18.0), Some(24.0));
        }
        let shown = show(&one, std::slice::from_ref(&one), &protection());
        assert!(shown.points[9].mean.number().is_none(), "nor where the exact chart should have had some");
        assert_eq!(shown.variation, None);
    }

    #[test]
    fn what_its_sender_withheld_is_no_break() {
        let mut one = series(&[9.0, 12.0, 10.0, 11.0, 11.0, 8.0, 13.0, 9.0, 10.0, 12.0]);
        let nothing = crate::model::series::Figure { value: None, status: crate::model::Status::Suppressed };
        let sent = &mut one.points[4];
        (sent.numerator, sent.value) = (nothing, nothing);
        (sent.mean, sent.lower_limit, sent.upper_limit) = (None, None, None);
        let shown = show(&one, std::slice::from_ref(&one), &protection());
        assert_eq!(shown.points[0].mean, shown.points[9].mean);
        assert!(shown.points[0].mean.number().is_some(), "ten points, not four and five");
    }

    #[test]
    fn no_lines_where_more_than_half_is_withheld() {
        let one = series(&[1.0, 2.0, 3.0, 4.0, 5.0, 1.0, 9.0, 8.0, 7.0, 9.0]);
        let shown = show(&one, std::slice::from_ref(&one), &protection());
        assert!(shown.points.iter().all(|p| p.mean == Shown::Withheld && p.variation.is_none()));
        assert!(shown.notes[0].contains("withheld"));
    }

    #[test]
    fn a_series_without_small_counts_is_left_as_it_is() {
        let one = series(&[9.0, 12.0, 10.0, 0.0, 11.0, 8.0, 13.0, 9.0]);
        let shown = show(&one, std::slice::from_ref(&one), &protection());
        assert_eq!(shown, crate::disclose::series::show_exactly(&one));
    }
}
