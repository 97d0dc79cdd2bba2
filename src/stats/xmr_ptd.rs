//! The XmR chart exactly as the R package NHSRplotthedots computes it, its accidents included, so that the two can be compared.
//!
//! The batch uses `xmr`. Here limits are missing on a constant series, a missing point breaks rules, and the package's own
//! stop on some missing points is reported.
//!
//! Source: NHSRplotthedots (NHS-R Community), R/ptd_spc_standard.R and R/ptd_calculate_point_type.R.

use crate::stats::xmr::{Direction, Special};
use crate::stats::{moving_range, xmr_rules};

/// The options of the package that touch the figures.
#[derive(Debug, Clone, PartialEq)]
pub struct PtdSettings {
    /// The 0-based places where a new group starts.
    pub rebase_at: Vec<usize>,
    /// Only so many rows of each group set its mean and limits; None: all.
    pub fix_after: Option<usize>,
    /// Which way is better.
    pub direction: Direction,
    /// What assurance is judged against.
    pub target: Option<f64>,
    /// Whether ranges beyond 3.267 times the mean range are left out of it.
    pub screen_outliers: bool,
}

/// One row of the package's table; None is its NA.
#[derive(Debug, Clone, PartialEq)]
pub struct PtdRow {
    /// The mean of the group's baseline.
    pub mean: Option<f64>,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
    /// Which re-based group it is in, from 0.
    pub group: usize,
    /// Beyond a limit.
    pub outside: Option<bool>,
    /// Beyond a near limit, not a limit.
    pub close: Option<bool>,
    /// 1 above the mean, -1 below.
    pub side: Option<i8>,
    /// The rule it breaks.
    pub special: Special,
    /// 1 for improvement or neutral high, -1 for concern or neutral low, 0 for common cause.
    pub point: i8,
    /// The group has fewer than 13 rows.
    pub short: bool,
}

/// The package's table and its two icons.
#[derive(Debug, Clone, PartialEq)]
pub struct Ptd {
    /// A row a value.
    pub rows: Vec<PtdRow>,
    /// `consistent_pass`, `consistent_fail` or `inconsistent`; None without a target or a better direction.
    pub assurance: Option<&'static str>,
}

/// The package's reading of `values`. None where the package stops with an error over a missing point.
pub fn xmr_ptd(values: &[Option<f64>], settings: &PtdSettings) -> Option<Ptd> {
    let mut edges: Vec<usize> = settings.rebase_at.iter().copied().filter(|s| *s > 0 && *s < values.len()).collect();
    edges.extend([0, values.len()]);
    edges.sort_unstable();
    edges.dedup();
    let mut rows = Vec::with_capacity(values.len());
    for (group, pair) in edges.windows(2).enumerate() {
        rows.extend(group_rows(&values[pair[0]..pair[1]], group, settings)?);
    }
    let assurance = rows.last().and_then(|last| assurance(last, settings));
    Some(Ptd { rows, assurance })
}

fn group_rows(values: &[Option<f64>], group: usize, settings: &PtdSettings) -> Option<Vec<PtdRow>> {
    const LENGTH: usize = 7;
    if stops(values, LENGTH) {
        return None;
    }
    let baseline = &values[..settings.fix_after.unwrap_or(values.len()).min(values.len())];
    let known: Vec<f64> = baseline.iter().copied().flatten().collect();
    let mean = (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64);
    let ranges: Vec<f64> = baseline.windows(2).filter_map(|pair| Some((pair[1]? - pair[0]?).abs())).collect();
    let range = moving_range::mean(&ranges, settings.screen_outliers);
    let beyond = |value: Option<f64>, width: f64| {
        let (value, mean, range) = (value?, mean?, range?);
        Some(value > mean + width * range || value < mean - width * range)
    };
    let outside: Vec<Option<bool>> = values.iter().map(|v| beyond(*v, 2.66)).collect();
    let close: Vec<Option<bool>> =
        values.iter().zip(&outside).map(|(v, out)| Some(!(*out)? && beyond(*v, 2.0 * (2.66 / 3.0))?)).collect();
    let side: Vec<Option<i8>> = values.iter().map(|v| Some(xmr_rules::sign((*v)? - mean?))).collect();

    // A missing value holds no rule: NaN is neither above nor below its neighbour, and side 0 breaks a run.
    let plain_values: Vec<f64> = values.iter().map(|v| v.unwrap_or(f64::NAN)).collect();
    let plain_side: Vec<i8> = side.iter().map(|s| s.unwrap_or(0)).collect();
    let plain_close: Vec<bool> = close.iter().map(|c| c.unwrap_or(false)).collect();
    let shift = xmr_rules::whole_windows(&xmr_rules::shift_ends(&plain_side, LENGTH), LENGTH);
    let trend_ends: Vec<bool> = xmr_rules::trend_ends(&plain_values, LENGTH).iter().map(|t| *t != 0).collect();
    let trend = xmr_rules::whole_windows(&trend_ends, LENGTH);
    let in_three = xmr_rules::two_in_three(&plain_close, &plain_side);

    let row = |i: usize| {
        let pick = |high: Special, low: Special| if plain_side[i] > 0 { high } else { low };
        let special = if outside[i] == Some(true) {
            pick(Special::AboveLimit, Special::BelowLimit)
        } else if trend[i] {
            let up = xmr_rules::trend_direction(&plain_values, &trend, i) > 0;
            if up { Special::TrendUp } else { Special::TrendDown }
        } else if in_three[i] && plain_close[i] {
            pick(Special::TwoInThreeHigh, Special::TwoInThreeLow)
        } else if shift[i] {
            pick(Special::ShiftHigh, Special::ShiftLow)
        } else {
            Special::CommonCause
        };
        let height = special.is_high().map_or(0, |high| if high { 1 } else { -1 });
        PtdRow {
            mean,
            lower: mean.zip(range).map(|(m, r)| m - 2.66 * r),
            upper: mean.zip(range).map(|(m, r)| m + 2.66 * r),
            group,
            outside: outside[i],
            close: close[i],
            side: side[i],
            special,
            point: if settings.direction == Direction::Decrease { -height } else { height },
            short: values.len() < 13,
        }
    };
    Some((0..values.len()).map(row).collect())
}

/// Whether R stops: a window has an unknown step, and its known steps do not settle that it is no trend.
fn stops(values: &[Option<f64>], length: usize) -> bool {
    values.windows(length).any(|window| {
        let steps: Vec<Option<i8>> = window.windows(2).map(|pair| Some(xmr_rules::sign(pair[1]? - pair[0]?))).collect();
        let settled = |way: i8| steps.iter().flatten().any(|s| *s != way);
        steps.contains(&None) && !(settled(1) && settled(-1))
    })
}

fn assurance(last: &PtdRow, settings: &PtdSettings) -> Option<&'static str> {
    let target = settings.target?;
    let better_is_high = match settings.direction {
        Direction::Increase => true,
        Direction::Decrease => false,
        Direction::Neutral => return None,
    };
    let verdict = |pass: bool| if pass { "consistent_pass" } else { "consistent_fail" };
    Some(match (last.lower, last.upper) {
        (_, Some(upper)) if target > upper => verdict(!better_is_high),
        (Some(lower), _) if target < lower => verdict(better_is_high),
        _ => "inconsistent",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> PtdSettings {
        PtdSettings {
            rebase_at: Vec::new(),
            fix_after: None,
            direction: Direction::Increase,
            target: None,
            screen_outliers: true,
        }
    }

    #[test]
    fn a_gap_in_a_rise_stops_the_package() {
        let mut values: Vec<Option<f64>> = (1..=12).map(|v| Some(f64::from(v))).collect();
        values[3] = None;
        assert_eq!(xmr_ptd(&values, &settings()), None);
    }

    #[test]
    fn a_gap_among_ups_and_downs_is_a_row_without_signal() {
        let values: Vec<Option<f64>> = (0..14).map(|i| (i != 5).then_some(f64::from(i % 2))).collect();
        let ptd = xmr_ptd(&values, &settings()).expect("no window is all one way");
        assert_eq!((ptd.rows[5].outside, ptd.rows[5].side, ptd.rows[5].special), (None, None, Special::CommonCause));
        assert!(ptd.rows[5].upper.is_some());
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(xmr_ptd(&[], &settings()).map(|p| p.rows.len()), Some(0));
    }
}
