//! `lscb calc`: one method, a batch of JSON lines, or the list of methods.

use std::io::{BufRead, Read, Write};
use std::process::ExitCode;

use serde_json::Value;

use super::arguments::Calc;
use crate::calc;
use crate::model::Error;

/// Runs the command.
pub fn run(arguments: &Calc) -> Result<ExitCode, Error> {
    if arguments.list {
        return Ok(list());
    }
    if arguments.batch {
        return batch();
    }
    one(arguments.method.as_deref().unwrap_or_default())
}

/// Methods that are called alike stand together, their parameters once.
fn list() -> ExitCode {
    let alike = |a: &&calc::Method, b: &&calc::Method| a.parameters == b.parameters && a.source == b.source;
    for family in calc::methods().chunk_by(alike) {
        for method in family {
            say!("{}\n    {}", method.name, method.summary);
        }
        for line in parameter_lines(family[0].parameters) {
            say!("      {line}");
        }
        say!("    Source: {}\n", family[0].source);
    }
    ExitCode::SUCCESS
}

/// A line a parameter, what it holds in a column of its own.
fn parameter_lines(parameters: &[(&str, &str)]) -> Vec<String> {
    let width = parameters.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    parameters.iter().map(|(name, what)| format!("{name:width$}  {what}")).collect()
}

fn batch() -> Result<ExitCode, Error> {
    let failed = |what, e| Error::io("standard input", what, e);
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|e| failed("the batch could not be read", e))?;
        if line.trim().is_empty() {
            continue;
        }
        if writeln!(output, "{}", calc::run_line(&line)).is_err() {
            return Ok(ExitCode::SUCCESS);
        }
    }
    // A reader that went away is no error.
    let _ = output.flush();
    Ok(ExitCode::SUCCESS)
}

fn one(method: &str) -> Result<ExitCode, Error> {
    if !calc::methods().iter().any(|m| m.name == method) {
        let advice = calc::suggest(method).map_or_else(
            || "`lscb calc --list` prints the methods.".to_owned(),
            |near| format!("Did you mean `{near}`? `lscb calc --list` prints the methods."),
        );
        return Err(Error::configuration("calc", format!("there is no method `{method}`"), advice));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|e| Error::io("standard input", "could not be read", e))?;
    let object: Value = serde_json::from_str(&text).map_err(|e| {
        Error::configuration(
            "standard input",
            format!("no JSON object: {e}"),
            "Give {\"inputs\": {...}, \"params\": {...}}.",
        )
    })?;
    let part = |key: &str| object.get(key).cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    let outcome = calc::run_one(method, &part("inputs"), &part("params"));
    let code = if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    say!("{}", answer(object.get("id"), outcome));
    Ok(code)
}

/// What is printed: the result, with the request's `id` before it where it has one, or `{"id", "error"}`.
fn answer(id: Option<&Value>, outcome: Result<Value, calc::CalcError>) -> Value {
    let mut answer = serde_json::Map::new();
    match outcome {
        Ok(Value::Object(result)) => {
            answer.extend(id.map(|id| ("id".to_owned(), id.clone())));
            answer.extend(result);
            Value::Object(answer)
        }
        Ok(result) => result,
        Err(refused) => serde_json::json!({ "id": id, "error": refused.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_id_goes_with_the_answer() {
        let refused = || Err(calc::CalcError::Missing { key: "y".to_owned() });
        for (id, outcome, printed) in [
            (Some(json!(7)), refused(), json!({ "id": 7, "error": "\"y\" is missing" })),
            (None, refused(), json!({ "id": null, "error": "\"y\" is missing" })),
            (Some(json!("a")), Ok(json!({ "z": 1 })), json!({ "id": "a", "z": 1 })),
            (None, Ok(json!({ "z": 1 })), json!({ "z": 1 })),
        ] {
            assert_eq!(answer(id.as_ref(), outcome), printed);
        }
    }

    #[test]
    fn parameters_stand_in_columns() {
        assert_eq!(
            parameter_lines(&[("y", "values"), ("multiply", "by what")]),
            ["y         values", "multiply  by what"]
        );
    }
}
