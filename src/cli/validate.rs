//! `lscb validate`: the checks of the portal and the batch, nothing kept.

use std::process::ExitCode;

use chrono::Utc;
use chrono_tz::Europe::London;

use super::arguments::{Format, Validate};
use crate::model::{Error, Verdict};
use crate::pipeline::check::check;
use crate::pipeline::configuration::Configuration;
use crate::report::verdict;

/// Runs the command.
pub fn run(arguments: &Validate) -> Result<ExitCode, Error> {
    let configuration = Configuration::read(&arguments.pipeline)?;
    let today = configuration.pipeline.as_of.unwrap_or_else(|| Utc::now().with_timezone(&London).date_naive());
    let mut refused = false;
    for (index, file) in arguments.files.iter().enumerate() {
        let submission = check(file, &configuration, today)?;
        refused |= submission.verdict != Verdict::Accepted;
        let shown = file.display().to_string();
        match arguments.format {
            Format::Json => println!("{}", verdict::json(&shown, &submission)),
            Format::Text => {
                if index > 0 {
                    println!();
                }
                print!("{}", verdict::text(&shown, &submission));
            }
        }
    }
    Ok(if refused { ExitCode::from(3) } else { ExitCode::SUCCESS })
}
