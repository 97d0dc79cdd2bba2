//! What a stream's evidence counts for: base x reliability x recency x specificity.

use crate::model::Stream;
use crate::spec::pipeline::Method;
use crate::stats::weight::weight;

/// The weight of a stream's evidence. Specificity is 1: no table yet says that a row names a cell among several.
pub(super) fn of(method: &Method, stream: Stream, reliability: f64, age_months: f64) -> f64 {
    weight(method.weights.of(stream), reliability, age_months, method.half_life_months.of(stream), 1.0)
}

/// Whether a weight is enough to be heard.
pub(super) fn heard(method: &Method, weight: f64) -> bool {
    weight.is_finite() && weight > 0.0 && weight >= method.thresholds.silent_below
}
