//! `lscb rules`: every code that a check can give, and what it means.

use std::process::ExitCode;

use super::arguments::{Rules, RulesFormat};
use crate::model::Error;
use crate::pipeline::rules::{pages, some, wanting};
use crate::report::rules::{html, json, list, text};

/// Runs the command.
pub fn run(arguments: &Rules) -> Result<ExitCode, Error> {
    if arguments.check {
        return check();
    }
    let pages = if arguments.codes.is_empty() { pages() } else { some(&arguments.codes)? };
    let shown = match arguments.format {
        RulesFormat::Html => html(&pages)?,
        RulesFormat::Json => json(&pages),
        RulesFormat::Text if arguments.codes.is_empty() => list(&pages),
        RulesFormat::Text => text(&pages),
    };
    match &arguments.output {
        Some(file) => {
            std::fs::write(file, shown).map_err(|e| Error::io(file, "the file could not be written", e))?;
            say!("Wrote {}.", file.display());
        }
        None => put!("{shown}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn check() -> Result<ExitCode, Error> {
    let pages = pages();
    let wanting = wanting(&pages)?;
    for sentence in &wanting {
        say!("{sentence}");
    }
    let whole = pages.iter().filter(|page| !wanting.iter().any(|sentence| sentence.starts_with(page.code))).count();
    say!("{whole} of {} rules have a case that passes, a case that fails, and a page.", pages.len());
    Ok(if wanting.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
