//! `lscb explain`: from a hot spot down to its source cells.

use std::process::ExitCode;

use super::arguments::{Explain, Format};
use crate::model::Error;
use crate::pipeline::explain::{Explanation, explain};

/// Runs the command.
pub fn run(arguments: &Explain) -> Result<ExitCode, Error> {
    let data = arguments.place.data()?;
    let explanation = explain(&arguments.place.pipeline, &data, &arguments.cell, arguments.run.as_deref())?;
    match arguments.format {
        Format::Json => say!("{}", serde_json::to_string(&explanation).unwrap_or_default()),
        Format::Text => put!("{}", text(&explanation)),
    }
    Ok(ExitCode::SUCCESS)
}

fn text(explanation: &Explanation) -> String {
    let mut out =
        format!("{} ({}), run {}\n{}\n", explanation.cell, explanation.tier, explanation.run, explanation.sentence);
    for line in std::iter::once(&explanation.moved).chain(&explanation.mind).filter(|l| !l.is_empty()) {
        out += &format!("{line}\n");
    }
    for stream in &explanation.streams {
        out += &format!("\n{}: {}", stream.name, stream.light);
        if let Some(z) = stream.z {
            out += &format!(", z {z:.2}, weight {:.2}", stream.weight);
        }
        out += &format!("\n  {}\n", stream.sentence);
        for line in stream.sources.iter().take(stream.sources.len() - stream.sources_left_out) {
            out += &format!("    {}\n", line.text);
        }
        if stream.sources_left_out > 0 {
            out += &format!("    and {} more; `--format json` gives them all\n", stream.sources_left_out);
        }
    }
    out
}
