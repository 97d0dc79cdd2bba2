//! Charts of rare events: cases between them (g), and time between them (t).
//!
//! g: line at the median, limits m -/+ 3 sqrt(m (m + 1)) from the mean m, held above 0. t: an individuals chart of
//! y^(1/3.6), brought back; a time must be above 0.
//!
//! Source: Benneyan (2001), Health Care Management Science 4:305 (g); Nelson (1994), Journal of Quality Technology
//! 26:239 (t); figures as in qicharts2.

use super::{ChartSettings, Drawn, Line, Observation, individuals, mean};
use crate::stats::{StatsError, robust};

/// A time between events of this power is near enough to normal (Nelson 1994).
const POWER: f64 = 3.6;

/// The share of the mean at which a geometric distribution has its median.
const MEDIAN_OF_MEAN: f64 = 0.693;

/// Cases between events: limits of the geometric distribution from the mean, and the median as the line drawn.
pub(super) fn cases_between(points: &[Observation], settings: &ChartSettings) -> Drawn {
    let values: Vec<Option<f64>> = points.iter().map(Observation::value).collect();
    let base: Vec<f64> = points.iter().filter(|p| p.is_base()).filter_map(Observation::value).collect();
    let average = settings.centre.or_else(|| mean(base.iter().copied()));
    let limits = Line::around(average, average.map(|m| (m * (m + 1.0)).sqrt()).filter(|sd| !sd.is_nan()));
    let centre = match settings.centre {
        Some(given) => Some(MEDIAN_OF_MEAN * given),
        None => robust::median(&base),
    };
    let line = Line { centre, lower: limits.lower.map(|l| l.max(0.0)), upper: limits.upper };
    let lines = vec![line; values.len()];
    (values, lines)
}

/// Time between events: an individuals chart of the 3.6th root, brought back.
pub(super) fn time_between(points: &[Observation], settings: &ChartSettings) -> Result<Drawn, StatsError> {
    let values: Vec<Option<f64>> = points.iter().map(Observation::value).collect();
    if values.iter().flatten().any(|v| *v <= 0.0) {
        return Err(StatsError::TimeNotPositive);
    }
    let root = |v: f64| v.powf(1.0 / POWER);
    let base: Vec<Option<f64>> = points.iter().filter(|p| p.is_base()).map(|p| p.value().map(root)).collect();
    let (centre, sd) = individuals::centre_and_sd(&base, settings);
    let roots = Line::around(centre, sd);
    let back = |v: Option<f64>| v.map(|v| v.max(0.0).powf(POWER));
    let line = Line { centre: back(roots.centre), lower: back(roots.lower), upper: back(roots.upper) };
    let lines = vec![line; values.len()];
    Ok((values, lines))
}
