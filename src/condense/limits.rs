//! Process limits, variation and assurance: the XmR chart of a series' values.
//!
//! # Decisions
//! - A period without a value is left out of the chart before its rules are applied, and stays in the series as a gap:
//!   seven points in a row may have a missing month among them.
//! - So is a period of another length than the indicator's own: a year's count is never held against a month's, and
//!   nothing is annualised. Monthly, quarterly and annual series are charted alike, each by its own points.
//! - Under 8 points there are no limits and no icon; under 13 they are provisional, and the series says so. Quarters
//!   reach 8 in two years.
//! - A recorded break starts a new chart: limits, rules and both counts of points begin anew at the first period that
//!   lies wholly after it, and the series says that it is not comparable before. A period across the break belongs to
//!   the old.
//! - A constant series has limits of no width, and its first different value lies outside them (`stats::xmr`).
//! - Flow or stock makes no difference to the chart; it does to what may be added up, and to intervals (`point`).

use crate::condense::lookup::Lookup;
use crate::model::series::{Assurance, Variation};
use crate::model::{Point, Series};
use crate::spec::reference::{Frequency, Indicator, Polarity, SeriesBreak};
use crate::stats::xmr::{self, Direction, Meaning, XmrSettings, xmr};

/// Fewer points have no limits.
const FEWEST: usize = 8;
/// Limits of fewer points are provisional.
const SETTLED: usize = 13;

/// Draws the limits, and notes where there are none, or provisional ones.
pub(super) fn draw(series: &mut Series, indicator: &Indicator, lookup: &Lookup<'_>) {
    let Some(months) = length(series, indicator) else { return };
    let others = series.points.iter().filter(|p| p.period.months() != months).count();
    if others > 0 {
        let periods = if others == 1 { "period" } else { "periods" };
        series.notes.push(format!("{others} {periods} of another length shown, not counted for limits"));
    }
    if months != indicator.frequency.months() {
        let (listed, returned) = (indicator.frequency.as_str(), word(months));
        series.notes.push(format!("returned {returned}, though listed as {listed}"));
    }
    let charted = |p: &Point| p.period.months() == months;
    let values: Vec<f64> = series.points.iter().filter(|p| charted(p)).filter_map(|p| p.value.value).collect();
    let breaks = lookup.breaks(&series.indicator, &series.agency, &series.locality);
    let starts = starts(series.points.iter().filter(|p| charted(p) && p.value.value.is_some()), &breaks);
    let first_of_last = starts.last().map_or(0, |(start, _)| *start);
    let current = values.len() - first_of_last;
    if let Some((_, last)) = starts.last() {
        series.notes.push(not_comparable(last));
        series.comparable_from = Some(last.from);
    }
    if current < FEWEST {
        let since = if first_of_last > 0 { " since" } else { "" };
        match NUMBERS[current] {
            "one" if since.is_empty() => {}
            "" => {}
            "one" => series.notes.push(format!("one point{since}: too short for limits")),
            number => series.notes.push(format!("{number} points{since}: too short for limits")),
        }
    } else if current < SETTLED {
        series.notes.push(format!("provisional: fewer than {SETTLED} points"));
    }
    let direction = match indicator.polarity {
        Polarity::HighIsGood => Direction::Increase,
        Polarity::LowIsGood => Direction::Decrease,
        Polarity::Neutral => Direction::Neutral,
    };
    let rebase_at = starts.iter().map(|(start, _)| *start).collect();
    let settings = XmrSettings { direction, target: series.target, rebase_at, ..XmrSettings::default() };
    let Some(chart) = xmr(&values, &settings) else { return };
    let sizes: Vec<usize> = chart.points.chunk_by(|a, b| a.group == b.group).map(<[_]>::len).collect();
    let with_value = series.points.iter_mut().filter(|p| charted(p) && p.value.value.is_some());
    for (point, limits) in with_value.zip(&chart.points).filter(|(_, limits)| sizes[limits.group] >= FEWEST) {
        point.mean = Some(limits.mean);
        point.lower_limit = Some(limits.lower);
        point.upper_limit = Some(limits.upper);
        point.variation = variation(limits.meaning, limits.special.is_high());
    }
    if current < FEWEST {
        return;
    }
    series.variation = Some(variation(chart.variation, chart.variation_high));
    series.assurance = match chart.assurance {
        xmr::Assurance::Pass => Assurance::Pass,
        xmr::Assurance::Fail => Assurance::Fail,
        xmr::Assurance::Inconsistent => Assurance::HitAndMiss,
        xmr::Assurance::None => Assurance::None,
    };
}

/// The places among `points`, in order of time, where a break starts a new chart, each with the break; of several
/// between two points the last.
fn starts<'a, 'b>(
    points: impl Iterator<Item = &'a Point>,
    breaks: &[&'b SeriesBreak],
) -> Vec<(usize, &'b SeriesBreak)> {
    let days: Vec<_> = points.map(|p| p.period.start()).collect();
    let mut starts: Vec<(usize, &SeriesBreak)> = Vec::new();
    for one in breaks {
        let Some(start) = days.iter().position(|day| *day >= one.from).filter(|start| *start > 0) else { continue };
        starts.retain(|(other, _)| *other != start);
        starts.push((start, one));
    }
    starts
}

fn not_comparable(one: &SeriesBreak) -> String {
    let day = one.from.format("%-d %B %Y");
    if one.reason.is_empty() {
        format!("not comparable before {day}")
    } else {
        format!("not comparable before {day}: {}", one.reason)
    }
}

/// Words for the number of points of a series that is too short.
const NUMBERS: [&str; FEWEST] = ["", "one", "two", "three", "four", "five", "six", "seven"];

/// The length in months of the periods that are charted: the indicator's own where any period has it, else the
/// commonest.
fn length(series: &Series, indicator: &Indicator) -> Option<u32> {
    let count = |months: u32| series.points.iter().filter(|p| p.period.months() == months).count();
    let own = indicator.frequency.months();
    if count(own) > 0 {
        return Some(own);
    }
    // Of equally many the shorter, which says more.
    [12, 3, 1].into_iter().filter(|m| count(*m) > 0).max_by_key(|m| count(*m))
}

fn word(months: u32) -> &'static str {
    let all = [Frequency::Monthly, Frequency::Quarterly, Frequency::Annual];
    all.into_iter().find(|f| f.months() == months).map_or("otherwise", Frequency::as_str)
}

fn variation(meaning: Meaning, high: Option<bool>) -> Variation {
    match (meaning, high) {
        (Meaning::Common, _) | (_, None) => Variation::CommonCause,
        (Meaning::Improvement, Some(true)) => Variation::ImprovementHigh,
        (Meaning::Improvement, Some(false)) => Variation::ImprovementLow,
        (Meaning::Concern, Some(true)) => Variation::ConcernHigh,
        (Meaning::Concern, Some(false)) => Variation::ConcernLow,
        (Meaning::NeutralHigh | Meaning::NeutralLow, Some(high)) => {
            if high {
                Variation::NeutralHigh
            } else {
                Variation::NeutralLow
            }
        }
    }
}
