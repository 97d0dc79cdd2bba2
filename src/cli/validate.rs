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
    let (mut refused, mut failed) = (false, false);
    for (index, file) in arguments.files.iter().enumerate() {
        let submission = match check(file, &configuration, today) {
            Ok(submission) => submission,
            Err(error) => {
                super::screen::error(&error);
                failed = true;
                continue;
            }
        };
        refused |= submission.verdict != Verdict::Accepted;
        // A name that gives a child away is not repeated, not even to who typed it: the answer may be kept or passed on.
        let is_kept = file.file_name().is_some_and(|name| name.to_string_lossy() == submission.file);
        let shown = if is_kept { file.display().to_string() } else { submission.file.clone() };
        match arguments.format {
            Format::Json => say!("{}", verdict::json(&shown, &submission)),
            Format::Text => {
                if index > 0 {
                    say!();
                }
                put!("{}", verdict::text(&shown, &submission));
            }
        }
    }
    if failed {
        return Ok(ExitCode::FAILURE);
    }
    Ok(if refused { ExitCode::from(3) } else { ExitCode::SUCCESS })
}
