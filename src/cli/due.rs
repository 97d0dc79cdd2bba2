//! `lscb due`: which returns are owed, and what has come of them.

use std::process::ExitCode;

use super::arguments::{Due, Format};
use crate::model::{DueState, Error};
use crate::pipeline::due::{Line, Owed, due};

/// Runs the command.
pub fn run(arguments: &Due) -> Result<ExitCode, Error> {
    let owed = due(&arguments.place.pipeline, &arguments.place.data()?, arguments.as_of)?;
    let of_agency = |l: &&Line| arguments.agency.as_ref().is_none_or(|a| *a == l.due.agency);
    let lines: Vec<&Line> = match arguments.all || arguments.format == Format::Json {
        true => owed.lines.iter().filter(of_agency).collect(),
        false => owed.last().into_iter().filter(of_agency).collect(),
    };
    match arguments.format {
        Format::Json => lines.iter().for_each(|l| say!("{}", serde_json::to_string(&l.due).unwrap_or_default())),
        Format::Text => put!("{}", text(&owed, &lines)),
    }
    Ok(ExitCode::SUCCESS)
}

fn text(owed: &Owed, lines: &[&Line]) -> String {
    if owed.lines.is_empty() {
        return "Nothing is owed yet, or nothing has run yet. Begin with `lscb run PIPELINE`.\n".to_owned();
    }
    let mut out = format!("Returns owed as of {}: {}\n\n", owed.as_of, counts(lines));
    let words: Vec<String> = lines.iter().map(|l| format!("{} {}", l.due.symbol(), l.due.words())).collect();
    let width = |cells: &[usize], most: usize| cells.iter().copied().max().unwrap_or(0).min(most);
    let length = |text: &str| text.chars().count();
    let first = width(&words.iter().map(|w| length(w)).collect::<Vec<_>>(), 30);
    let second = width(&lines.iter().map(|l| length(&l.agency)).collect::<Vec<_>>(), 44);
    for (line, words) in lines.iter().zip(&words) {
        let due = line.due.due_on.map_or_else(String::new, |d| format!(", due {d}"));
        let came = line.due.received_on.map_or_else(String::new, |d| format!(", received {d}"));
        out += &format!(
            "{}  {}  {}, {}{due}{came}\n",
            padded(words, first),
            padded(&line.agency, second),
            line.due.name,
            line.due.period
        );
        if !line.lacks.is_empty() {
            out += &format!("{}  {}\n", " ".repeat(first), line.lacks);
        }
    }
    out + "\nOf each return the last period whose day is over; `--all` shows every period, `--format json` is for programs.\n"
}

fn counts(lines: &[&Line]) -> String {
    let states = [
        (DueState::Missing, "missing"),
        (DueState::Quarantined, "set aside"),
        (DueState::Rejected, "not accepted"),
        (DueState::Empty, "empty"),
        (DueState::Partial, "in part"),
        (DueState::Nil, "nothing to report"),
        (DueState::Whole, "whole"),
    ];
    let count = |state| lines.iter().filter(|l| l.due.state == state).count();
    let parts = states.iter().map(|(state, word)| (count(*state), word)).filter(|(n, _)| *n > 0);
    parts.map(|(n, word)| format!("{n} {word}")).collect::<Vec<_>>().join(", ")
}

/// To a width, cut with three dots where it is longer.
fn padded(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length > width {
        return text.chars().take(width.saturating_sub(1)).chain(['\u{2026}']).collect();
    }
    format!("{text}{}", " ".repeat(width - length))
}
