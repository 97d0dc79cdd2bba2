//! Charts of counts: proportions (p), rates (u), counts of equal exposure (c), and Laney's p' and u'.
//!
//! With cl = sum x/sum n: p has sd sqrt(cl (1 - cl)/n), held within 0 and 1; u has sqrt(cl/n), and c sqrt(cl), held
//! above 0. Laney: each sd times the mean moving range of (y - cl)/sd, over 1.128.
//!
//! Source: Montgomery, Introduction to statistical quality control, chapter 7; Laney (2002), Quality Engineering
//! 14:531; figures as in qicharts2.

use super::{ChartSettings, Drawn, Line, Observation, mean};
use crate::stats::moving_range;

/// What the limits allow for.
#[derive(Clone, Copy)]
pub(super) enum Variation {
    /// That of chance alone.
    Chance,
    /// That of chance, stretched to how much the points really move (Laney).
    BetweenPoints,
}

/// Proportions, limits within 0 and 1.
pub(super) fn proportions(points: &[Observation], settings: &ChartSettings, variation: Variation) -> Drawn {
    over_size(points, settings, variation, |centre| centre * (1.0 - centre), Some(1.0))
}

/// Rates, the lower limit not under 0.
pub(super) fn rates(points: &[Observation], settings: &ChartSettings, variation: Variation) -> Drawn {
    over_size(points, settings, variation, |centre| centre, None)
}

/// Counts, the lower limit not under 0; a denominator is left aside.
pub(super) fn counts(points: &[Observation], settings: &ChartSettings) -> Drawn {
    let values: Vec<Option<f64>> = points.iter().map(|p| p.count).collect();
    let base = points.iter().filter(|p| p.is_base()).filter_map(|p| p.count);
    let centre = settings.centre.or_else(|| mean(base));
    let line = clipped(Line::around(centre, centre.map(f64::sqrt)), None);
    (values, vec![line; points.len()])
}

/// Line and limits whose standard deviation is sqrt(variance of one / size).
fn over_size(
    points: &[Observation],
    settings: &ChartSettings,
    variation: Variation,
    variance_of_one: impl Fn(f64) -> f64,
    highest: Option<f64>,
) -> Drawn {
    let base = || points.iter().filter(|p| p.is_base() && p.value().is_some());
    let size: f64 = base().filter_map(|p| p.size).sum();
    let total: f64 = base().filter_map(|p| p.count).sum();
    let centre = settings.centre.or_else(|| (size > 0.0).then(|| total / size));
    let sd = |p: &Observation| Some((variance_of_one(centre?) / p.size?).sqrt()).filter(|sd| !sd.is_nan());
    let stretch = match variation {
        Variation::Chance => Some(1.0),
        Variation::BetweenPoints => between_points(base(), centre, &sd, settings.screened)
            .map(|stretch| if settings.never_narrower { stretch.max(1.0) } else { stretch }),
    };
    let lines = points
        .iter()
        .map(|p| clipped(Line::around(centre, sd(p).zip(stretch).map(|(sd, stretch)| sd * stretch)), highest))
        .collect();
    (points.iter().map(Observation::value).collect(), lines)
}

/// Laney's sigma z: how much the standardised points move, over how much chance would move them.
///
/// It may be below 1, and then narrows the limits, as in the package, unless the settings hold it at 1.
fn between_points<'a>(
    base: impl Iterator<Item = &'a Observation>,
    centre: Option<f64>,
    sd: &impl Fn(&Observation) -> Option<f64>,
    screened: bool,
) -> Option<f64> {
    let z: Vec<f64> = base
        .filter_map(|p| {
            let z = (p.value()? - centre?) / sd(p)?;
            (!z.is_nan()).then_some(z)
        })
        .collect();
    moving_range::mean(&moving_range::ranges(&z), screened).map(|range| range / moving_range::D2)
}

fn clipped(line: Line, highest: Option<f64>) -> Line {
    Line { lower: line.lower.map(|l| l.max(0.0)), upper: line.upper.map(|u| highest.map_or(u, |h| u.min(h))), ..line }
}
