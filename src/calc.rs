//! The registry of statistical methods that `lscb calc` runs: the very functions that the batch calls, reached by name.
//!
//! A method is a name, a line on what it answers, its keys, where its definition comes from, and a function from JSON to JSON.
//! Input of the wrong shape is an error that names the key; no input makes a method panic.

mod areas;
mod charts;
mod disclosure;
mod error;
mod evidence;
mod funnels;
mod keys;
mod midp;
mod output;
mod rates;
mod trends;
mod triangulation;
mod xmr;

use std::sync::LazyLock;

use serde_json::{Map, Value};

pub use error::CalcError;

/// One statistical method.
#[derive(Debug)]
pub struct Method {
    /// The name by which it is called.
    pub name: &'static str,
    /// What it answers, in a line.
    pub summary: &'static str,
    /// Its keys, those of `inputs` first, each with what it holds.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Where its definition comes from.
    pub source: &'static str,
    /// From `inputs` and `params` to the result.
    pub run: fn(&Value, &Value) -> Result<Value, CalcError>,
}

static METHODS: LazyLock<Vec<&'static Method>> = LazyLock::new(|| {
    let families = [
        rates::METHODS,
        xmr::METHODS,
        charts::METHODS,
        funnels::METHODS,
        trends::METHODS,
        areas::METHODS,
        evidence::METHODS,
        midp::METHODS,
        triangulation::METHODS,
        disclosure::METHODS,
    ];
    families.into_iter().flatten().collect()
});

/// Every method, family by family.
pub fn methods() -> &'static [&'static Method] {
    &METHODS
}

/// The result of the method of this name; null for `inputs` or `params` is an empty object.
pub fn run_one(method: &str, inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let found = methods().iter().find(|m| m.name == method);
    let found =
        found.ok_or_else(|| CalcError::UnknownMethod { name: method.to_owned(), suggestion: suggest(method) })?;
    (found.run)(inputs, params)
}

/// The result of one request `{"method", "inputs", "params"}`.
pub fn run_request(request: &Value) -> Result<Value, CalcError> {
    let request = request.as_object().ok_or(CalcError::NotAnObject { what: "the request" })?;
    let method = request.get("method").ok_or_else(|| CalcError::Missing { key: "method".to_owned() })?;
    let method = method
        .as_str()
        .ok_or_else(|| CalcError::Wrong { key: "method".to_owned(), expected: "the name of a method" })?;
    let part = |key: &str| request.get(key).unwrap_or(&Value::Null);
    run_one(method, part("inputs"), part("params"))
}

/// One line of a batch: the result's keys with the request's `id` before them, or `{"id", "error"}`.
///
/// A line that is no JSON has a null `id`.
pub fn run_line(line: &str) -> Value {
    let mut answer = Map::new();
    let outcome = match serde_json::from_str::<Value>(line) {
        Ok(request) => {
            answer.insert("id".to_owned(), request.get("id").cloned().unwrap_or(Value::Null));
            run_request(&request).map_err(|error| error.to_string())
        }
        Err(error) => {
            answer.insert("id".to_owned(), Value::Null);
            Err(format!("the line is not JSON: {error}"))
        }
    };
    match outcome {
        Ok(Value::Object(result)) => answer.extend(result),
        Ok(result) => {
            answer.insert("result".to_owned(), result);
        }
        Err(error) => {
            answer.insert("error".to_owned(), Value::String(error));
        }
    }
    Value::Object(answer)
}

/// The method whose name is nearest to a mistyped one, if any is near.
pub fn suggest(name: &str) -> Option<&'static str> {
    let near = methods().iter().map(|m| (strsim::jaro_winkler(name, m.name), m.name));
    near.filter(|(nearness, _)| *nearness >= 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_described() {
        let mut names: Vec<&str> = methods().iter().map(|m| m.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), methods().len());
        for method in methods() {
            assert!(!method.summary.is_empty() && !method.source.is_empty(), "{}", method.name);
            assert!(!method.parameters.is_empty(), "{}", method.name);
        }
    }

    #[test]
    fn a_mistyped_name_is_answered_with_the_nearest() {
        assert_eq!(suggest("tri_combin"), Some("tri_combine"));
        assert_eq!(suggest("zzzz"), None);
        let error = run_one("man_kendall", &Value::Null, &Value::Null).unwrap_err().to_string();
        assert!(error.contains("man_kendall") && error.contains("mann_kendall"), "{error}");
    }

    #[test]
    fn every_shape_of_line_is_answered() {
        for (line, id, word) in [
            ("{", Value::Null, "not JSON"),
            ("[1]", Value::Null, "object"),
            (r#"{"id": 7}"#, Value::from(7), "method"),
            (r#"{"id": "a", "method": 3}"#, Value::from("a"), "method"),
            (r#"{"id": "a", "method": "dsr_dobson"}"#, Value::from("a"), "count"),
            (r#"{"id": "a", "method": "tri_pool_indicators", "inputs": {"z": "x"}}"#, Value::from("a"), "z"),
            (r#"{"id": "a", "method": "tri_pool_indicators", "inputs": 3}"#, Value::from("a"), "inputs"),
        ] {
            let answer = run_line(line);
            assert_eq!(answer["id"], id, "{line}");
            let error = answer["error"].as_str().unwrap_or_default();
            assert!(error.contains(word), "{line}: {error}");
        }
    }

    #[test]
    fn a_result_carries_its_id_first() {
        let answer = run_line(r#"{"id": "x", "method": "byars_raw", "inputs": {"count": 65}, "params": []}"#);
        assert_eq!(answer.as_object().and_then(|o| o.keys().next()).map(String::as_str), Some("id"));
        assert!(answer["upper"].as_f64().is_some());
    }
}
