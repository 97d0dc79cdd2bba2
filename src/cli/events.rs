//! `lscb run --events`: what a run does as JSON, an object a line, for the portal that started it. A portal that has gone
//! away is no reason to stop.

use std::io::Write;
use std::process::ExitCode;

use crate::pipeline::jobs::Said;
use crate::pipeline::progress::{Event, Progress};
use crate::pipeline::run::{Options, Published, run as nightly};

/// Runs a night and says what happens.
pub fn run(options: &Options) -> ExitCode {
    match nightly(options, &Events) {
        Ok(outcome) => {
            say(&Said::Outcome {
                run: outcome.run,
                is_new: outcome.published == Published::New,
                judged: outcome.taken.judged,
                refused: outcome.taken.refused,
                hot_spots: outcome.hot_spots,
            });
            if outcome.taken.refused > 0 { ExitCode::from(3) } else { ExitCode::SUCCESS }
        }
        Err(error) => {
            say(&Said::Error(error.to_string()));
            ExitCode::from(error.exit_code())
        }
    }
}

struct Events;

impl Progress for Events {
    fn tell(&self, event: Event<'_>) {
        match event {
            Event::Stage { name, of } => say(&Said::Stage(name.to_owned(), of)),
            Event::Step { line } => say(&Said::Step(line.to_owned())),
            Event::Done => {}
        }
    }
}

fn say(said: &Said) {
    let mut output = std::io::stdout().lock();
    let line = serde_json::to_string(said).unwrap_or_default();
    // Nobody may listen any longer.
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}
