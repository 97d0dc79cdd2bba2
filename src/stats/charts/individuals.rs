//! Charts of single values: run, individuals, moving ranges, and individuals of unequal exposure.
//!
//! I: mean -/+ 3 MR/1.128, MR the screened mean moving range. MR: its mean, upper limit 3.267 times that. I': for each
//! pair of neighbours s = sqrt(pi/2) |dy| / sqrt(1/n(i) + 1/n(i+1)); sd = mean(s)/sqrt(n).
//!
//! Source: Montgomery, Introduction to statistical quality control, section 6.4; figures as in qicharts2.

use std::f64::consts::PI;

use super::{ChartSettings, Drawn, Line, Observation, mean};
use crate::stats::{moving_range, robust};

/// A median without limits.
pub(super) fn run(points: &[Observation], settings: &ChartSettings) -> Drawn {
    let centre = settings.centre.or_else(|| robust::median(&base_values(points)));
    level(points.iter().map(Observation::value).collect(), centre, None)
}

/// A mean, and limits from the mean moving range.
pub(super) fn individuals(points: &[Observation], settings: &ChartSettings) -> Drawn {
    let values: Vec<Option<f64>> = points.iter().map(Observation::value).collect();
    let base: Vec<Option<f64>> = points.iter().filter(|p| p.is_base()).map(Observation::value).collect();
    let (centre, sd) = centre_and_sd(&base, settings);
    level(values, centre, sd)
}

/// The centre and standard deviation of an individuals chart of `base`; a missing value breaks the chain of ranges.
pub(super) fn centre_and_sd(base: &[Option<f64>], settings: &ChartSettings) -> (Option<f64>, Option<f64>) {
    let centre = settings.centre.or_else(|| mean(base.iter().copied().flatten()));
    let ranges: Vec<f64> = base.windows(2).filter_map(|pair| Some((pair[1]? - pair[0]?).abs())).collect();
    (centre, moving_range::mean(&ranges, settings.screened).map(|range| range / moving_range::D2))
}

/// The distances between neighbours, their mean, and an upper limit.
pub(super) fn moving_ranges(points: &[Observation], settings: &ChartSettings) -> Drawn {
    let values: Vec<Option<f64>> = points.iter().map(Observation::value).collect();
    let ranges: Vec<Option<f64>> =
        (0..values.len()).map(|i| Some((values[i]? - values[i.checked_sub(1)?]?).abs())).collect();
    let base = ranges.iter().zip(points).filter(|(_, p)| p.is_base()).filter_map(|(r, _)| *r);
    let centre = settings.centre.or_else(|| mean(base));
    let line = Line { centre, lower: Some(0.0), upper: centre.map(|c| 3.267 * c) };
    let lines = vec![line; ranges.len()];
    (ranges, lines)
}

/// Values of unequal exposure: limits widen where the exposure is small.
///
/// Line from the baseline; the standard deviation from all points, as the package has it.
pub(super) fn individuals_prime(points: &[Observation], settings: &ChartSettings) -> Drawn {
    let values: Vec<Option<f64>> = points.iter().map(Observation::value).collect();
    let base = || points.iter().filter(|p| p.is_base() && p.value().is_some());
    let exposure: f64 = base().filter_map(|p| p.size).sum();
    let total: f64 = base().filter_map(|p| p.count).sum();
    let centre = settings.centre.or_else(|| (exposure > 0.0).then(|| total / exposure));
    let scaled: Vec<f64> = points
        .windows(2)
        .filter_map(|pair| {
            let distance = (pair[1].value()? - pair[0].value()?).abs();
            Some((PI / 2.0).sqrt() * distance / (1.0 / pair[0].size? + 1.0 / pair[1].size?).sqrt())
        })
        .collect();
    let of_one = moving_range::mean(&scaled, settings.screened);
    let lines = points.iter().map(|p| Line::around(centre, of_one.zip(p.size).map(|(s, n)| s / n.sqrt()))).collect();
    (values, lines)
}

/// One centre and one distance for all points.
fn level(values: Vec<Option<f64>>, centre: Option<f64>, sd: Option<f64>) -> Drawn {
    let lines = vec![Line::around(centre, sd); values.len()];
    (values, lines)
}

fn base_values(points: &[Observation]) -> Vec<f64> {
    points.iter().filter(|p| p.is_base()).filter_map(Observation::value).collect()
}
