//! The XmR chart with the rules of Making Data Count, as the batch draws it.
//!
//! Where the package that set the custom (NHSRplotthedots) stops by accident, this makes a choice: a constant series has limits
//! of no width, a single point too, and the caller leaves missing points out. `xmr_ptd` is the package's own reading.
//!
//! # Rules
//! Limits are mean -/+ 2.66 mean moving ranges, ranges beyond 3.267 times their mean left out (one pass); no floor at 0
//! and no cap at 100%. A point is special, in this order, where it lies beyond a limit; is one of seven (or six) points
//! that rise or fall at each step; is one of two in three beyond two thirds of the way to a limit, all three on one
//! side; is one of seven (or six) on one side of the mean. The variation icon is the last point's; assurance sets the
//! target against the last point's limits.
//!
//! Source: Making Data Count (NHS England); NHSRplotthedots (NHS-R Community); Shewhart, and Wheeler (2000),
//! Understanding variation, for the chart.

use std::ops::Range;

use crate::stats::xmr_limits::Limits;
use crate::stats::xmr_rules;

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Higher is better.
    Increase,
    /// Lower is better.
    Decrease,
    /// Neither: a signal is shown, not judged.
    #[default]
    Neutral,
}

/// Which points count towards two in three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TwoSigma {
    /// Those between the near limit and the limit, as the package has it.
    #[default]
    Package,
    /// Those beyond the limit too, as NHS England has had it since late 2023.
    IncludeBeyond,
}

/// How a chart is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct XmrSettings {
    /// Which way is better.
    pub direction: Direction,
    /// What assurance is judged against, in the units of the values.
    pub target: Option<f64>,
    /// The 0-based places where a new group starts; places that are none are ignored.
    pub rebase_at: Vec<usize>,
    /// Only so many points of each group (2 at least) set its mean and limits; None: all.
    pub baseline_points: Option<usize>,
    /// How many points make a trend or a shift: 7, or 6.
    pub rule_length: usize,
    /// Which points count towards two in three.
    pub two_sigma: TwoSigma,
    /// Whether ranges beyond 3.267 times the mean range are left out of it.
    pub screen_outliers: bool,
}

impl Default for XmrSettings {
    fn default() -> Self {
        Self {
            direction: Direction::Neutral,
            target: None,
            rebase_at: Vec::new(),
            baseline_points: None,
            rule_length: 7,
            two_sigma: TwoSigma::Package,
            screen_outliers: true,
        }
    }
}

/// The rule that a point breaks; of several, the first in this order: limit, trend, two in three, shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// None of them.
    CommonCause,
    /// Above the upper limit.
    AboveLimit,
    /// Below the lower limit.
    BelowLimit,
    /// Part of a run of rises.
    TrendUp,
    /// Part of a run of falls.
    TrendDown,
    /// Near the upper limit, as is a neighbour.
    TwoInThreeHigh,
    /// Near the lower limit, as is a neighbour.
    TwoInThreeLow,
    /// Part of a run above the mean.
    ShiftHigh,
    /// Part of a run below the mean.
    ShiftLow,
}

impl Special {
    /// Whether it points up; None for common cause.
    pub fn is_high(self) -> Option<bool> {
        match self {
            Special::CommonCause => None,
            Special::AboveLimit | Special::TrendUp | Special::TwoInThreeHigh | Special::ShiftHigh => Some(true),
            Special::BelowLimit | Special::TrendDown | Special::TwoInThreeLow | Special::ShiftLow => Some(false),
        }
    }
}

/// What a point's signal means, given which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A signal for the better.
    Improvement,
    /// A signal for the worse.
    Concern,
    /// A signal upwards, of an indicator that is not judged.
    NeutralHigh,
    /// A signal downwards, of an indicator that is not judged.
    NeutralLow,
    /// No signal.
    Common,
}

/// Whether the target will be met if nothing changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assurance {
    /// Consistently met: the target lies beyond the limits on the worse side.
    Pass,
    /// Consistently missed.
    Fail,
    /// Hit and miss: the target lies within the limits, or on one.
    Inconsistent,
    /// No target, or no better direction.
    None,
}

/// One point and the limits it is judged by. All figures are finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct XmrPoint {
    /// The mean of the group's baseline.
    pub mean: f64,
    /// mean - 2.66 mean ranges; never floored at 0.
    pub lower: f64,
    /// mean + 2.66 mean ranges.
    pub upper: f64,
    /// Two thirds of the way to `lower`.
    pub lower_near: f64,
    /// Two thirds of the way to `upper`.
    pub upper_near: f64,
    /// The rule it breaks.
    pub special: Special,
    /// What that means.
    pub meaning: Meaning,
    /// Which re-based group it is in, from 0.
    pub group: usize,
}

/// A drawn chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Xmr {
    /// A point a value.
    pub points: Vec<XmrPoint>,
    /// The meaning of the last point: the variation icon.
    pub variation: Meaning,
    /// Whether the last point's signal is upwards; None without one.
    pub variation_high: Option<bool>,
    /// The assurance icon, by the last point's limits.
    pub assurance: Assurance,
    /// The last group has fewer than 13 points: its limits are provisional.
    pub short: bool,
}

/// Which rules each point breaks, before one of them is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Beyond a limit, strictly.
    pub outside: bool,
    /// Part of a trend.
    pub trend: bool,
    /// One of two in three.
    pub two_in_three: bool,
    /// Part of a shift.
    pub shift: bool,
}

/// The largest value charted: beyond it the sums of a long series might not be finite.
const LARGEST: f64 = 1e150;

/// The chart of `values` in order of time. None: no value, or one that is not finite (or beyond 1e150).
pub fn xmr(values: &[f64], settings: &XmrSettings) -> Option<Xmr> {
    if !values.iter().all(|v| v.abs() <= LARGEST) {
        return None;
    }
    let groups = groups(values.len(), &settings.rebase_at);
    let last_group = groups.last()?.clone();
    let mut points = Vec::with_capacity(values.len());
    for (number, group) in groups.into_iter().enumerate() {
        points.extend(group_points(&values[group], number, settings));
    }
    let last = *points.last()?;
    Some(Xmr {
        variation: last.meaning,
        variation_high: last.special.is_high(),
        assurance: assurance(&last, settings),
        short: last_group.len() < 13,
        points,
    })
}

/// Every rule that each point breaks. None as for [`xmr`].
pub fn rules(values: &[f64], settings: &XmrSettings) -> Option<Vec<Rules>> {
    if values.is_empty() || !values.iter().all(|v| v.abs() <= LARGEST) {
        return None;
    }
    let groups = groups(values.len(), &settings.rebase_at);
    Some(
        groups
            .into_iter()
            .flat_map(|g| judge(&values[g.clone()], &limits_of(&values[g], settings), settings).rules)
            .collect(),
    )
}

/// The ranges between the starts that lie within the series.
fn groups(n: usize, starts: &[usize]) -> Vec<Range<usize>> {
    let mut edges: Vec<usize> = starts.iter().copied().filter(|s| *s > 0 && *s < n).collect();
    edges.extend([0, n]);
    edges.sort_unstable();
    edges.dedup();
    edges.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

fn limits_of(group: &[f64], settings: &XmrSettings) -> Limits {
    Limits::of(group, settings.baseline_points, settings.screen_outliers)
}

/// What the rules say of a group.
struct Judged {
    side: Vec<i8>,
    rules: Vec<Rules>,
    trend: Vec<bool>,
}

fn judge(values: &[f64], limits: &Limits, settings: &XmrSettings) -> Judged {
    let side: Vec<i8> = values.iter().map(|v| limits.side(*v)).collect();
    let outside: Vec<bool> = values.iter().map(|v| limits.is_beyond(*v, 1.0)).collect();
    let near: Vec<bool> = values
        .iter()
        .zip(&outside)
        .map(|(v, outside)| match settings.two_sigma {
            TwoSigma::Package => !outside && limits.is_beyond(*v, 2.0 / 3.0),
            TwoSigma::IncludeBeyond => limits.is_beyond(*v, 2.0 / 3.0),
        })
        .collect();
    let length = settings.rule_length.max(2);
    let shift = xmr_rules::whole_windows(&xmr_rules::shift_ends(&side, length), length);
    let trend_ends: Vec<bool> = xmr_rules::trend_ends(values, length).into_iter().map(|t| t != 0).collect();
    let trend = xmr_rules::whole_windows(&trend_ends, length);
    let in_three = xmr_rules::two_in_three(&near, &side);
    let rules = (0..values.len())
        .map(|i| Rules { outside: outside[i], trend: trend[i], two_in_three: in_three[i] && near[i], shift: shift[i] })
        .collect();
    Judged { side, rules, trend }
}

fn group_points(values: &[f64], group: usize, settings: &XmrSettings) -> Vec<XmrPoint> {
    let limits = limits_of(values, settings);
    let judged = judge(values, &limits, settings);
    (0..values.len())
        .map(|i| {
            let special = special(values, &judged, i);
            XmrPoint {
                mean: limits.mean,
                lower: limits.mean - limits.width,
                upper: limits.mean + limits.width,
                lower_near: limits.mean - 2.0 / 3.0 * limits.width,
                upper_near: limits.mean + 2.0 / 3.0 * limits.width,
                special,
                meaning: meaning(special, settings.direction),
                group,
            }
        })
        .collect()
}

fn special(values: &[f64], judged: &Judged, i: usize) -> Special {
    let rules = judged.rules[i];
    let pick = |up: bool, high: Special, low: Special| if up { high } else { low };
    let above = judged.side[i] > 0;
    if rules.outside {
        pick(above, Special::AboveLimit, Special::BelowLimit)
    } else if rules.trend {
        pick(xmr_rules::trend_direction(values, &judged.trend, i) > 0, Special::TrendUp, Special::TrendDown)
    } else if rules.two_in_three {
        pick(above, Special::TwoInThreeHigh, Special::TwoInThreeLow)
    } else if rules.shift {
        pick(above, Special::ShiftHigh, Special::ShiftLow)
    } else {
        Special::CommonCause
    }
}

fn meaning(special: Special, direction: Direction) -> Meaning {
    match (special.is_high(), direction) {
        (None, _) => Meaning::Common,
        (Some(true), Direction::Neutral) => Meaning::NeutralHigh,
        (Some(false), Direction::Neutral) => Meaning::NeutralLow,
        (Some(true), Direction::Increase) | (Some(false), Direction::Decrease) => Meaning::Improvement,
        (Some(_), _) => Meaning::Concern,
    }
}

fn assurance(last: &XmrPoint, settings: &XmrSettings) -> Assurance {
    let Some(target) = settings.target.filter(|t| t.is_finite()) else { return Assurance::None };
    match settings.direction {
        Direction::Neutral => Assurance::None,
        Direction::Increase if target > last.upper => Assurance::Fail,
        Direction::Increase if target < last.lower => Assurance::Pass,
        Direction::Decrease if target > last.upper => Assurance::Pass,
        Direction::Decrease if target < last.lower => Assurance::Fail,
        _ => Assurance::Inconsistent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[f64], direction: Direction) -> Xmr {
        xmr(values, &XmrSettings { direction, ..Default::default() }).expect("values are finite")
    }

    #[test]
    fn a_constant_series_has_limits_of_no_width_and_no_signal() {
        // 15 times 0.1, summed, is not 1.5: without care every point would be outside.
        let constant = chart(&[0.1; 15], Direction::Increase);
        assert!(constant.points.iter().all(|p| p.special == Special::CommonCause && p.lower == 0.1 && p.upper == 0.1));
    }

    #[test]
    fn one_point_has_limits_of_no_width() {
        let one = chart(&[4.0], Direction::Increase);
        assert_eq!((one.points[0].lower, one.points[0].upper), (4.0, 4.0));
        assert_eq!((one.variation, one.short), (Meaning::Common, true));
        assert_eq!(xmr(&[], &XmrSettings::default()), None);
        assert_eq!(xmr(&[1.0, f64::NAN], &XmrSettings::default()), None);
    }

    #[test]
    fn a_change_after_a_constant_baseline_is_outside() {
        let mut values = vec![2.0; 12];
        values.push(3.0);
        let settings = XmrSettings { baseline_points: Some(12), direction: Direction::Decrease, ..Default::default() };
        let chart = xmr(&values, &settings).unwrap();
        assert_eq!((chart.variation, chart.variation_high), (Meaning::Concern, Some(true)));
    }

    #[test]
    fn the_rise_from_below_the_limit_is_concern_then_improvement() {
        // statistics of the reference: "outside" outranks "trend", so the first of 1..7 is below its limit.
        let values = [10.0, 10.5, 10.0, 10.5, 10.0, 10.5, 10.0, 10.5, 10.0, 1.0, 4.0, 7.0, 9.0, 9.5, 9.8, 10.1];
        let chart = chart(&values, Direction::Increase);
        assert_eq!(chart.points[9].special, Special::BelowLimit);
        assert_eq!(chart.points[15].special, Special::TrendUp);
        assert_eq!((chart.points[9].meaning, chart.points[15].meaning), (Meaning::Concern, Meaning::Improvement));
    }

    #[test]
    fn assurance_by_direction() {
        let values = [96.0, 97.0, 96.5, 97.2, 96.8, 97.1, 96.6, 96.9, 97.0, 96.7, 96.9, 97.1, 96.8];
        for (direction, target, expected) in [
            (Direction::Increase, Some(95.0), Assurance::Pass),
            (Direction::Increase, Some(99.0), Assurance::Fail),
            (Direction::Decrease, Some(95.0), Assurance::Fail),
            (Direction::Decrease, Some(99.0), Assurance::Pass),
            (Direction::Increase, Some(97.0), Assurance::Inconsistent),
            (Direction::Neutral, Some(95.0), Assurance::None),
            (Direction::Increase, None, Assurance::None),
        ] {
            let settings = XmrSettings { direction, target, ..Default::default() };
            assert_eq!(xmr(&values, &settings).unwrap().assurance, expected, "{direction:?} {target:?}");
        }
    }

    #[test]
    fn rules_start_anew_at_a_rebase() {
        let values: Vec<f64> = (0..8).map(f64::from).collect();
        let settings = XmrSettings { rebase_at: vec![4, 0, 99, 4], ..Default::default() };
        let chart = xmr(&values, &settings).unwrap();
        assert!(chart.points.iter().all(|p| p.special != Special::TrendUp), "no group has seven points");
        assert_eq!(chart.points.iter().map(|p| p.group).max(), Some(1), "0, 99 and the second 4 start nothing");
    }
}
