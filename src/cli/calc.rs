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

fn list() -> ExitCode {
    for method in calc::methods() {
        say!("{}\n  {}", method.name, method.summary);
        for (name, what) in method.parameters {
            say!("    {name}: {what}");
        }
        say!("  Source: {}", method.source);
    }
    ExitCode::SUCCESS
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
    match calc::run_one(method, &part("inputs"), &part("params")) {
        Ok(result) => {
            say!("{result}");
            Ok(ExitCode::SUCCESS)
        }
        Err(refused) => {
            say!("{}", serde_json::json!({ "error": refused.to_string() }));
            Ok(ExitCode::FAILURE)
        }
    }
}
