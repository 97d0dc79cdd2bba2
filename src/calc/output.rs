//! Figures as JSON: what is not finite is null, and a whole number is written as one.

use serde_json::Value;

/// A number, or null where it is none.
pub(super) fn number(value: f64) -> Value {
    if !value.is_finite() {
        Value::Null
    } else if value.fract() == 0.0 && value.abs() < 1e15 {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}

/// A number, or null for none.
pub(super) fn maybe(value: Option<f64>) -> Value {
    value.map_or(Value::Null, number)
}

/// A list of numbers.
pub(super) fn numbers(values: impl IntoIterator<Item = f64>) -> Value {
    values.into_iter().map(number).collect()
}

/// A list of numbers and nulls.
pub(super) fn maybes(values: impl IntoIterator<Item = Option<f64>>) -> Value {
    values.into_iter().map(maybe).collect()
}
