//! Series: points that rest on a small count lose all their figures together, since each would give the others back.

use crate::disclose::protection::Protection;
use crate::disclose::redraw::redraw;
use crate::disclose::shown::{Shown, ShownPoint, ShownSeries};
use crate::model::{Point, Series};

/// A series as the board may see it.
pub(super) fn show(series: &Series, all: &[Series], protection: &Protection) -> ShownSeries {
    let rule = protection.rule(&series.indicator);
    let board_level = protection.is_board_level(series, all);
    let withheld: Vec<bool> = series.points.iter().map(|p| protection.withholds(&rule, board_level, p)).collect();
    let mut shown = copy(series, |i| withheld[i]);
    if withheld.contains(&true) {
        redraw(&mut shown, series, &rule, &withheld, f64::from(protection.threshold));
    }
    if withheld.last() == Some(&true) {
        shown.target_status = if shown.target_status.is_empty() { "" } else { "[c]" };
    }
    shown
}

/// A series with nothing withheld.
pub(super) fn show_exactly(series: &Series) -> ShownSeries {
    copy(series, |_| false)
}

fn copy(series: &Series, withheld: impl Fn(usize) -> bool) -> ShownSeries {
    let points: Vec<ShownPoint> = series.points.iter().enumerate().map(|(i, p)| point(p, withheld(i))).collect();
    ShownSeries {
        agency: series.agency.clone(),
        indicator: series.indicator.clone(),
        locality: series.locality.clone(),
        withheld: (0..points.len()).filter(|i| withheld(*i)).count(),
        points,
        target: series.target,
        target_status: series.target_status,
        comparator: series.comparator.clone(),
        variation: series.variation,
        assurance: series.assurance,
        notes: series.notes.clone(),
    }
}

fn point(point: &Point, withheld: bool) -> ShownPoint {
    let number = |n: Option<f64>| if withheld { Shown::Withheld } else { Shown::of(n) };
    let figure = |f| if withheld { Shown::Withheld } else { Shown::from(f) };
    ShownPoint {
        period: point.period,
        numerator: figure(point.numerator),
        denominator: figure(point.denominator),
        value: figure(point.value),
        lower: number(point.lower),
        upper: number(point.upper),
        interval_method: if withheld { "" } else { point.interval_method },
        mean: number(point.mean),
        lower_limit: number(point.lower_limit),
        upper_limit: number(point.upper_limit),
        variation: (!withheld).then_some(point.variation),
    }
}
