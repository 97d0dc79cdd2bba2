//! What goes to standard error: errors, and progress as a bar on a terminal and as plain lines elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use crate::model::Error;
use crate::pipeline::progress::{Event, Progress};

/// Prints an error: place, what, and what to do.
pub fn error(error: &Error) {
    eprintln!("lscb: {error}");
}

/// Says on standard error what was done beside the results.
pub fn tell(line: &str) {
    eprintln!("{line}");
}

/// Writes results to standard output. A reader that went away, as `head` does, is no error: the program ends quietly.
pub fn out(text: &str) {
    let mut output = std::io::stdout().lock();
    if output.write_all(text.as_bytes()).and_then(|()| output.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Shows the progress of a run.
pub struct Screen {
    bar: Option<Mutex<ProgressBar>>,
}

impl Screen {
    /// A bar where standard error is a terminal, lines elsewhere.
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            let style = ProgressStyle::with_template("{spinner} {msg} {wide_bar} {pos}/{len} {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            Mutex::new(bar)
        });
        Self { bar }
    }

    fn with_bar(&self, line: Option<String>, draw: impl FnOnce(&ProgressBar)) {
        match self.bar.as_ref().and_then(|bar| bar.lock().ok()) {
            Some(bar) => draw(&bar),
            None => {
                if let Some(line) = line {
                    eprintln!("{line}");
                }
            }
        }
    }
}

impl Progress for Screen {
    fn tell(&self, event: Event<'_>) {
        match event {
            Event::Stage { name, of } => self.with_bar(Some(name.to_owned()), |bar| {
                bar.reset();
                bar.set_length(of as u64);
                bar.set_message(name.to_owned());
            }),
            Event::Step { line } => self.with_bar(Some(format!("  {line}")), |bar| {
                bar.inc(1);
                bar.println(format!("  {line}"));
            }),
            Event::Done => self.with_bar(None, ProgressBar::finish_and_clear),
        }
    }
}
