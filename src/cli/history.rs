//! `lscb history`: runs and submissions.

use std::process::ExitCode;

use super::arguments::{Format, History};
use crate::model::{Error, Severity};
use crate::pipeline::history::history;

/// Runs the command.
pub fn run(arguments: &History) -> Result<ExitCode, Error> {
    let history = history(&arguments.place.data()?)?;
    if arguments.format == Format::Json {
        for run in &history.runs {
            say!(
                "{}",
                serde_json::json!({"run": run.run, "as_of": run.as_of, "previous": run.previous, "hot_spots": run.hot_spots})
            );
        }
        for s in &history.submissions {
            say!("{}", crate::report::verdict::json(&s.file, s));
        }
        return Ok(ExitCode::SUCCESS);
    }
    if history.runs.is_empty() && history.submissions.is_empty() {
        say!("Nothing has run yet. Begin with `lscb run PIPELINE`.");
        return Ok(ExitCode::SUCCESS);
    }
    say!("Runs");
    for run in &history.runs {
        say!(
            "  {}  {} hot spots  compared with {}",
            run.run,
            run.hot_spots,
            run.previous.as_deref().unwrap_or("nothing")
        );
    }
    say!("Submissions");
    for s in &history.submissions {
        let count = |severity| s.findings.iter().filter(|f| f.severity == severity).count();
        say!(
            "  {}  {:<11}  {:>6} rows  {} errors, {} queries  {}",
            s.received_on,
            s.verdict.as_str(),
            s.rows,
            count(Severity::Error),
            count(Severity::Query),
            s.file
        );
    }
    Ok(ExitCode::SUCCESS)
}
