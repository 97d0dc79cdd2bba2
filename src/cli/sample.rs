//! `lscb sample`: synthetic returns of a made-up county.

use std::process::ExitCode;

use super::arguments::Sample;
use crate::model::Error;
use crate::sample;

/// Runs the command.
pub fn run(arguments: &Sample) -> Result<ExitCode, Error> {
    for board in 0..arguments.boards {
        let (out, seed) = match arguments.boards {
            1 => (arguments.out.clone(), arguments.seed),
            _ => (arguments.out.join(format!("board-{}", board + 1)), arguments.seed + board as u64),
        };
        let settings = sample::Settings { seed, months: arguments.months, ..sample::Settings::default() };
        let summary = sample::write(&out, settings)?;
        say!("Wrote {} returns of a synthetic county (seed {seed}) to {}.", summary.files, out.display());
        say!("Run it: lscb run {}", out.join("pipeline.toml").display());
    }
    Ok(ExitCode::SUCCESS)
}
