//! `lscb evaluate`: how good the list is.

use std::path::Path;
use std::process::ExitCode;

use super::arguments::{Evaluate, Format};
use super::screen::Screen;
use crate::evaluate::judgements::{self, Look};
use crate::evaluate::{HABIT_AUC, Settings, method, simulate};
use crate::model::trial::{Kind, Line, Trial};
use crate::model::{Error, Stream};
use crate::pipeline::lookback::Lookback;

/// Runs the command.
pub fn run(arguments: &Evaluate) -> Result<ExitCode, Error> {
    if let (Some(file), Some(pipeline)) = (&arguments.judgements, &arguments.pipeline) {
        return foretell(arguments, file, pipeline);
    }
    let method = method(arguments.pipeline.as_deref())?;
    let settings =
        Settings { boards: arguments.boards as usize, seed: arguments.seed, effects: arguments.effects.clone() };
    let trial = simulate(&settings, &method, &|what| eprintln!("{what}"));
    match arguments.format {
        Format::Json => say!("{}", serde_json::to_string(&trial).unwrap_or_default()),
        Format::Text => tell(&trial),
    }
    Ok(ExitCode::SUCCESS)
}

fn foretell(arguments: &Evaluate, file: &Path, pipeline: &Path) -> Result<ExitCode, Error> {
    let lookback = Lookback::open(pipeline, arguments.data.clone(), &Screen::new())?;
    let judgements = judgements::read(file, lookback.reference())?;
    eprintln!("{} inspections", judgements.len());
    let look = |day| {
        let seen = lookback.on(day)?;
        Ok(Look { board: seen.board, series: seen.series, audits: seen.audits })
    };
    let found = judgements::foretell(&judgements, lookback.reference(), arguments.seed, &look)?;
    if arguments.format == Format::Json {
        say!("{}", serde_json::to_string(&found).unwrap_or_default());
        return Ok(ExitCode::SUCCESS);
    }
    say!(
        "What was seen the day before, and whether an authority judged to require improvement or inadequate stood higher:"
    );
    say!("the area is the chance of that (0.5 is a coin), with 95% limits by bootstrap.");
    say!();
    say!("  {:<60} {:>6} {:>7} {:>6} {:>16}", "score", "judged", "adverse", "area", "95% limits");
    for line in &found {
        let limits = line.limits.map_or_else(|| "-".to_owned(), |[low, high]| format!("{low:.3} to {high:.3}"));
        say!("  {:<60} {:>6} {:>7} {:>6} {:>16}", line.score, line.judgements, line.adverse, number(line.auc), limits);
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(trial: &Trial) {
    say!("{} simulated boards of each kind, seed {}.", trial.boards, trial.seed);
    say!();
    say!("Boards on which nothing is worse: how often there is a list all the same");
    say!(
        "  {:<9} {:>11} {:>9} {:<18} {:>9} {:>15}",
        "grain",
        "correlation",
        "measured",
        "way",
        "with list",
        "95% limits"
    );
    for kind in &trial.null {
        for line in &kind.lines {
            let [share, low, high] = line.non_empty;
            say!(
                "  {:<9} {:>11} {:>9} {:<18} {:>9} {:>15}",
                kind.grain.as_str(),
                kind.correlation,
                number(kind.measured_correlation),
                line.way,
                format!("{share:.3}"),
                format!("{low:.3} to {high:.3}")
            );
        }
    }
    table("By effect, streams correlated by 0.2", &trial.by_effect);
    table(&format!("At the effect where red-amber-green has an area of {HABIT_AUC}"), &trial.headline);
    table("The same without one stream", &trial.without);
    say!();
    say!("What each stream sees: its mean z where a cell is worse");
    say!("  {:<9} {:>6} {:>11} {}", "grain", "effect", "correlation", streams(|s| s.name().to_owned()));
    for kind in trial.by_effect.iter().chain(&trial.headline) {
        let (grain, seen) = (kind.grain.as_str(), streams(|s| number(kind.seen[s.index()])));
        say!("  {:<9} {:>6} {:>11} {}", grain, kind.effect, kind.correlation, seen);
    }
    if let Some(extras) = &trial.extras {
        say!();
        say!("Planted beside them, at the effects of place and agency above");
        say!("  single-source alarms listed as hot spots     {:.3} of {}", extras.alarms_promoted, extras.alarms);
        say!("  single-source alarms told as such            {:.3}", extras.alarms_told);
        say!("  boards on which the optimist is named        {:.3}", extras.optimism_recall);
        say!("  named for optimism and not the optimist      {:.3}", extras.optimism_false);
        say!("  optimist's cells listed                      {:.3}", extras.optimist_cells);
        say!("  silent agency's cells that are blind spots   {:.3}", extras.silent_blind);
        say!("  blind spots in which two streams speak       {}", extras.speaking_blind);
        say!("  cells of the changed recording listed        {:.3}", extras.break_promoted);
    }
}

/// A column a stream.
fn streams(of: impl Fn(Stream) -> String) -> String {
    Stream::ALL.map(|s| format!("{:>18}", of(s))).join(" ")
}

fn table(title: &str, kinds: &[Kind]) {
    say!();
    say!("{title}");
    say!(
        "  {:<9} {:>6} {:>11} {:<18} {:>6} {:>6} {:>7} {:>6} {:>6} {:>9}",
        "grain",
        "effect",
        "correlation",
        "way",
        "area",
        "first5",
        "listed",
        "false",
        "power",
        "at a 10th"
    );
    for kind in kinds {
        for line in &kind.lines {
            row(kind, line);
        }
    }
}

fn row(kind: &Kind, line: &Line) {
    let way = match &kind.without {
        Some(stream) if line.way == "triangulation" => format!("no {stream}"),
        Some(_) => return,
        None => line.way.to_owned(),
    };
    say!(
        "  {:<9} {:>6} {:>11} {:<18} {:>6} {:>6} {:>7.2} {:>6.3} {:>6} {:>9}",
        kind.grain.as_str(),
        kind.effect,
        kind.correlation,
        way,
        number(line.auc),
        number(line.precision),
        line.listed,
        line.false_share,
        number(line.power),
        number(line.power_at_tenth)
    );
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |v| format!("{v:.3}"))
}
