//! `lscb template`: an agency's blank return.

use std::process::ExitCode;

use super::arguments::Template;
use crate::model::Error;
use crate::pipeline::template::template;

/// Runs the command.
pub fn run(arguments: &Template) -> Result<ExitCode, Error> {
    template(&arguments.place.pipeline, &arguments.return_id, &arguments.output)?;
    say!("Wrote {}.", arguments.output.display());
    Ok(ExitCode::SUCCESS)
}
