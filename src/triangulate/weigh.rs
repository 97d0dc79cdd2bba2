//! What a stream's evidence counts for: base x reliability x recency x specificity, and less where it has too few cases to
//! see a doubling of what is usual.

use crate::model::Stream;
use crate::spec::pipeline::Method;
use crate::stats::doubling;
use crate::stats::weight::weight;

/// The weight of a stream's evidence. Specificity is 1: no table yet says that a row names a cell among several.
pub(super) fn of(method: &Method, stream: Stream, reliability: f64, age_months: f64) -> f64 {
    weight(method.weights.of(stream), reliability, age_months, method.half_life_months.of(stream), 1.0)
}

/// Whether a weight is enough to be heard.
pub(super) fn heard(method: &Method, weight: f64) -> bool {
    weight.is_finite() && weight > 0.0 && weight >= method.thresholds.silent_below
}

/// What is left of a weight where a doubling of the usual would move the stream's z by `moved`: all of it where there are
/// figures enough for any. A stream is heard or not before this, since a few cases are few, and no silence.
pub(super) fn power(method: &Method, moved: Option<f64>) -> f64 {
    moved.map_or(1.0, |moved| doubling::power(moved, method.thresholds.doubling))
}

/// The most that a stream's z counts for in a score.
pub(super) fn cap(method: &Method, moved: Option<f64>) -> f64 {
    let t = &method.thresholds;
    moved.map_or(t.cap, |moved| doubling::cap(moved, t.doublings, t.cap))
}
