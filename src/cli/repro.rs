//! `lscb repro`: the smallest sheet that still shows a finding, without the sender's data.

use std::process::ExitCode;

use super::arguments::Repro;
use crate::model::Error;
use crate::pipeline::configuration::Configuration;
use crate::pipeline::repro::{Wanted, repro};
use crate::pipeline::run::today;

/// Runs the command.
pub fn run(arguments: &Repro) -> Result<ExitCode, Error> {
    let configuration = Configuration::read(&arguments.pipeline)?;
    let wanted = Wanted { code: &arguments.finding, cell: arguments.cell.as_deref() };
    let as_of = today(&configuration.pipeline);
    let made = repro(&arguments.file, &wanted, &configuration, as_of, &arguments.output)?;
    let rows = if made.rows == 1 { "row" } else { "rows" };
    say!(
        "Wrote {}: {} {rows}, {} cells, and still {}.",
        arguments.output.display(),
        made.rows,
        made.cells,
        made.finding.code
    );
    say!("  {}", made.finding.message);
    if made.kept.is_empty() {
        say!("No cell of it stands in your file.");
    } else {
        say!("These stand in your file too, for without them the finding goes. Look at them before you send it:");
        for (place, text) in &made.kept {
            say!("  {place}  {text}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
