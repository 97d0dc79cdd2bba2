//! Reading a method's keys out of JSON: each reader names the key it could not read.

use serde_json::{Map, Value};

use super::CalcError;

/// The keys of `inputs` or `params`. An empty list stands for an empty object, as some writers of JSON have it.
pub(super) struct Keys<'a>(Option<&'a Map<String, Value>>);

impl<'a> Keys<'a> {
    /// The keys of `inputs`.
    pub(super) fn inputs(value: &'a Value) -> Result<Self, CalcError> {
        Self::of(value, "inputs")
    }

    /// The keys of `params`.
    pub(super) fn params(value: &'a Value) -> Result<Self, CalcError> {
        Self::of(value, "params")
    }

    fn of(value: &'a Value, what: &'static str) -> Result<Self, CalcError> {
        match value {
            Value::Object(map) => Ok(Keys(Some(map))),
            Value::Null => Ok(Keys(None)),
            Value::Array(list) if list.is_empty() => Ok(Keys(None)),
            _ => Err(CalcError::NotAnObject { what }),
        }
    }

    /// What the key holds; None where it is absent or null.
    fn given(&self, key: &str) -> Option<&'a Value> {
        self.0.and_then(|map| map.get(key)).filter(|value| !value.is_null())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.given(key).is_some()
    }

    /// A number that must be there.
    pub(super) fn number(&self, key: &str) -> Result<f64, CalcError> {
        self.maybe_number(key)?.ok_or_else(|| missing(key))
    }

    /// A number, or the value that stands for none.
    pub(super) fn number_or(&self, key: &str, default: f64) -> Result<f64, CalcError> {
        Ok(self.maybe_number(key)?.unwrap_or(default))
    }

    /// A number, or none.
    pub(super) fn maybe_number(&self, key: &str) -> Result<Option<f64>, CalcError> {
        self.given(key).map(|value| value.as_f64().ok_or_else(|| wrong(key, "a number"))).transpose()
    }

    /// A whole number that is not negative, or none.
    pub(super) fn maybe_whole(&self, key: &str) -> Result<Option<usize>, CalcError> {
        self.given(key).map(|value| whole(value).ok_or_else(|| wrong(key, WHOLE))).transpose()
    }

    /// A whole number that must be there.
    pub(super) fn whole(&self, key: &str) -> Result<usize, CalcError> {
        self.maybe_whole(key)?.ok_or_else(|| missing(key))
    }

    /// A list of whole numbers; absent is empty.
    pub(super) fn wholes(&self, key: &str) -> Result<Vec<usize>, CalcError> {
        let items = self.given(key).map(items).unwrap_or_default();
        items.iter().enumerate().map(|(i, value)| whole(value).ok_or_else(|| wrong_at(key, i, WHOLE))).collect()
    }

    /// A list of numbers, none of them null, that must be there. A single number is a list of one.
    pub(super) fn numbers(&self, key: &str) -> Result<Vec<f64>, CalcError> {
        let items = items(self.given(key).ok_or_else(|| missing(key))?);
        items.iter().enumerate().map(|(i, v)| v.as_f64().ok_or_else(|| wrong_at(key, i, "a number"))).collect()
    }

    /// A list of numbers and nulls that must be there.
    pub(super) fn maybe_numbers(&self, key: &str) -> Result<Vec<Option<f64>>, CalcError> {
        number_or_null(items(self.given(key).ok_or_else(|| missing(key))?), key)
    }

    /// A list of lists of numbers and nulls that must be there.
    pub(super) fn rows(&self, key: &str) -> Result<Vec<Vec<Option<f64>>>, CalcError> {
        let rows = self.given(key).ok_or_else(|| missing(key))?;
        let rows = rows.as_array().ok_or_else(|| wrong(key, "a list of lists"))?;
        rows.iter()
            .enumerate()
            .map(|(i, row)| {
                let row = row.as_array().ok_or_else(|| wrong_at(key, i, "a list of numbers"))?;
                number_or_null(row, key)
            })
            .collect()
    }

    /// A list of texts that must be there.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<&'a str>, CalcError> {
        let items = items(self.given(key).ok_or_else(|| missing(key))?);
        items.iter().enumerate().map(|(i, v)| v.as_str().ok_or_else(|| wrong_at(key, i, "a text"))).collect()
    }

    /// An object, or none.
    pub(super) fn object(&self, key: &str) -> Result<Option<&'a Map<String, Value>>, CalcError> {
        self.given(key).map(|value| value.as_object().ok_or_else(|| wrong(key, "an object"))).transpose()
    }

    /// A list of anything; absent is empty.
    pub(super) fn list(&self, key: &str) -> Result<&'a [Value], CalcError> {
        let Some(value) = self.given(key) else { return Ok(&[]) };
        value.as_array().map(Vec::as_slice).ok_or_else(|| wrong(key, "a list"))
    }

    /// True or false, or the value that stands for neither.
    pub(super) fn flag_or(&self, key: &str, default: bool) -> Result<bool, CalcError> {
        self.given(key).map_or(Ok(default), |value| value.as_bool().ok_or_else(|| wrong(key, "true or false")))
    }

    /// One of a few words, or what stands for none; `expected` names the words.
    pub(super) fn word_or<T: Copy>(
        &self,
        key: &str,
        default: T,
        words: &[(&str, T)],
        expected: &'static str,
    ) -> Result<T, CalcError> {
        let Some(value) = self.given(key) else { return Ok(default) };
        let word = value.as_str().unwrap_or_default();
        words.iter().find(|(name, _)| *name == word).map(|(_, meaning)| *meaning).ok_or_else(|| wrong(key, expected))
    }
}

const WHOLE: &str = "a whole number that is not negative";

/// A key that is not there.
pub(super) fn missing(key: &str) -> CalcError {
    CalcError::Missing { key: key.to_owned() }
}

/// A key that holds the wrong thing.
pub(super) fn wrong(key: &str, expected: &'static str) -> CalcError {
    CalcError::Wrong { key: key.to_owned(), expected }
}

fn wrong_at(key: &str, place: usize, expected: &'static str) -> CalcError {
    CalcError::Wrong { key: format!("{key}[{place}]"), expected }
}

fn number_or_null(items: &[Value], key: &str) -> Result<Vec<Option<f64>>, CalcError> {
    let read = |(i, value): (usize, &Value)| match value {
        Value::Null => Ok(None),
        value => value.as_f64().map(Some).ok_or_else(|| wrong_at(key, i, "a number or null")),
    };
    items.iter().enumerate().map(read).collect()
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(list) => list,
        single => std::slice::from_ref(single),
    }
}

fn whole(value: &Value) -> Option<usize> {
    let number = value.as_f64()?;
    (number >= 0.0 && number.fract() == 0.0 && number <= 1e9).then_some(number as usize)
}
