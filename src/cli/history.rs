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
        for certificate in &history.certificates {
            say!("{}", serde_json::json!({ "certificate": certificate }));
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
    if !history.certificates.is_empty() {
        say!("Destroyed after quarantine");
    }
    for c in &history.certificates {
        say!("  {}  received {}, {} days kept  SHA-256 {}", c.destroyed_on, c.received_on, c.quarantine_days, c.sha256);
    }
    Ok(ExitCode::SUCCESS)
}
