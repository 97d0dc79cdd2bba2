//! `lscb validate`: the checks of the portal and the batch, nothing kept.

use std::process::ExitCode;

use chrono::Utc;
use chrono_tz::Europe::London;

use super::arguments::{Format, Validate};
use crate::model::{Error, History, Verdict};
use crate::pipeline::check::{check_after, history_of};
use crate::pipeline::mapping::configuration_with;
use crate::report::verdict;

/// Runs the command.
pub fn run(arguments: &Validate) -> Result<ExitCode, Error> {
    let configuration = configuration_with(&arguments.pipeline, arguments.data.as_deref())?;
    let today = configuration.pipeline.as_of.unwrap_or_else(|| Utc::now().with_timezone(&London).date_naive());
    let history = match &arguments.data {
        Some(data) => history_of(data, &configuration, today)?,
        None => History::default(),
    };
    let (mut refused, mut failed) = (false, false);
    for (index, file) in arguments.files.iter().enumerate() {
        let submission = match check_after(file, &configuration, today, &history) {
            Ok(submission) => submission,
            Err(error) => {
                super::screen::error(&error);
                failed = true;
                continue;
            }
        };
        refused |= submission.verdict != Verdict::Accepted;
        let shown = file.display().to_string();
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
