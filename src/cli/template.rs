//! `lscb template`: an agency's blank return.

use std::process::ExitCode;

use super::arguments::Template;
use crate::model::Error;
use crate::pipeline::template::{Wanted, template};

/// Runs the command.
pub fn run(arguments: &Template) -> Result<ExitCode, Error> {
    let wanted = Wanted {
        return_id: arguments.return_id.clone(),
        agency: arguments.agency.clone(),
        period: arguments.period.clone(),
        data: arguments.place.data.clone(),
    };
    template(&arguments.place.pipeline, &wanted, &arguments.output)?;
    say!("Wrote {}.", arguments.output.display());
    Ok(ExitCode::SUCCESS)
}
