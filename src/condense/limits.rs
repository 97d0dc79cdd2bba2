//! Process limits, variation and assurance: the XmR chart of a series' values.
//!
//! Periods without a value are left out of the chart before its rules are applied, and stay in the series as gaps. So are
//! periods of another length than the indicator's own.

use crate::model::series::{Assurance, Variation};
use crate::model::{Point, Series};
use crate::spec::reference::{Frequency, Indicator, Polarity};
use crate::stats::xmr::{self, Direction, Meaning, XmrSettings, xmr};

/// Fewer points have no limits.
const FEWEST: usize = 8;
/// Limits of fewer points are provisional.
const SETTLED: usize = 13;

/// Draws the limits, and notes where there are none, or provisional ones.
pub(super) fn draw(series: &mut Series, indicator: &Indicator) {
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
    if values.len() < FEWEST {
        if let Some(number) = NUMBERS.get(values.len()).filter(|n| !n.is_empty()) {
            series.notes.push(format!("{number} points: too short for limits"));
        }
        return;
    }
    let direction = match indicator.polarity {
        Polarity::HighIsGood => Direction::Increase,
        Polarity::LowIsGood => Direction::Decrease,
        Polarity::Neutral => Direction::Neutral,
    };
    let settings = XmrSettings { direction, target: series.target, ..XmrSettings::default() };
    let Some(chart) = xmr(&values, &settings) else { return };
    if values.len() < SETTLED {
        series.notes.push(format!("provisional: fewer than {SETTLED} points"));
    }
    let with_value = series.points.iter_mut().filter(|p| charted(p) && p.value.value.is_some());
    for (point, limits) in with_value.zip(&chart.points) {
        point.mean = Some(limits.mean);
        point.lower_limit = Some(limits.lower);
        point.upper_limit = Some(limits.upper);
        point.variation = variation(limits.meaning, limits.special.is_high());
    }
    series.variation = Some(variation(chart.variation, chart.variation_high));
    series.assurance = match chart.assurance {
        xmr::Assurance::Pass => Assurance::Pass,
        xmr::Assurance::Fail => Assurance::Fail,
        xmr::Assurance::Inconsistent => Assurance::HitAndMiss,
        xmr::Assurance::None => Assurance::None,
    };
}

/// Words for the number of points of a series that is too short; none for a single one.
const NUMBERS: [&str; FEWEST] = ["", "", "two", "three", "four", "five", "six", "seven"];

/// The length in months of the periods that are charted: the indicator's own where any period has it, else the commonest.
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
