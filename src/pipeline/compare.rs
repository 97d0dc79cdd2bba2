//! Two runs beside one another: tiers that changed and why, scores, figures that were restated, and what went in. Read from
//! the exact results and manifests that each run keeps, and from the lake as each saw it; for analysts alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;

use super::configuration::Configuration;
use super::manifest::MANIFEST;
use super::run::PRIVATE_BOARD;
use crate::condense::condense;
use crate::lake::Lake;
use crate::ledger::Ledger;
use crate::model::{Board, Cell, CellId, Error, Point, Tier, movement};
use crate::report::names::Names;

/// At most so many restated figures are listed.
const MOST: usize = 500;

/// What differs between two runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// The first run, and its day.
    pub before: String,
    /// The second.
    pub after: String,
    /// Whether the second was compared with the first when it was made: then each change has its reason.
    pub is_next: bool,
    /// Cells whose tier differs, the gravest of the second first.
    pub tiers: Vec<TierChange>,
    /// Cells of the same tier whose score moved by half a unit or more, the greatest first.
    pub scores: Vec<ScoreChange>,
    /// Figures that both have with another value.
    pub restated: Vec<Restated>,
    /// How many more there are than are listed.
    pub restated_left_out: usize,
    /// Figures that only the second has.
    pub new_figures: usize,
    /// Figures that only the first has.
    pub gone_figures: usize,
    /// Configuration files that differ, with what happened: `changed`, `added`, `removed`.
    pub configuration: Vec<(String, &'static str)>,
    /// Submissions that only the second saw.
    pub new_submissions: Vec<String>,
    /// Submissions that only the first saw, or that had another verdict then.
    pub gone_submissions: Vec<String>,
}

/// A cell whose tier differs.
#[derive(Debug, Clone, PartialEq)]
pub struct TierChange {
    /// The cell's id.
    pub cell: String,
    /// Its name.
    pub title: String,
    /// Its tier in the first; none where it had no such cell.
    pub from: Option<Tier>,
    /// Its tier in the second; none where it has no such cell.
    pub to: Option<Tier>,
    /// What moved it, in words; empty where it is not known.
    pub why: String,
}

/// A cell whose score moved.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreChange {
    /// The cell's id.
    pub cell: String,
    /// Its name.
    pub title: String,
    /// Its tier in both.
    pub tier: Tier,
    /// Score in the first.
    pub from: f64,
    /// Score in the second.
    pub to: f64,
}

/// A figure with another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restated {
    /// Agency, indicator, locality and period, in ids.
    pub figure: [String; 4],
    /// What was sent by the first run's day: `3 of 40`.
    pub from: String,
    /// By the second's.
    pub to: String,
}

/// Compares two runs of a data folder.
///
/// # Errors
/// A run that is not known, or whose private results cannot be read.
pub fn compare(
    data: &Path,
    ledger: &Ledger,
    configuration: &Configuration,
    before: &str,
    after: &str,
) -> Result<Comparison, Error> {
    let folder = |run: &str| -> Result<std::path::PathBuf, Error> {
        match ledger.run(run)? {
            Some(known) => Ok(data.join("runs").join(known.run)),
            None => {
                Err(Error::configuration("compare", format!("there is no run `{run}`"), "Choose two runs of the list."))
            }
        }
    };
    let (first, second) = (folder(before)?, folder(after)?);
    let (board, board_after) = (read_board(&first)?, read_board(&second)?);
    let is_next = ledger.run(after)?.and_then(|r| r.previous).as_deref() == Some(before);
    let mut comparison = Comparison { before: before.into(), after: after.into(), is_next, ..Comparison::default() };
    let names = Names::new(&configuration.reference, board_after.as_of);
    cells(&mut comparison, &board, &board_after, &names);
    let (then, now) = (read_inputs(&first)?, read_inputs(&second)?);
    let lake = Lake::open(data, &configuration.pipeline.board)?;
    figures(
        &mut comparison,
        &values(&lake, &then, configuration, board.as_of)?,
        &values(&lake, &now, configuration, board_after.as_of)?,
    );
    inputs(&mut comparison, &then, &now);
    Ok(comparison)
}

/// Tiers that differ between two boards, the gravest of the second first, with names; why is left open.
pub(super) fn tiers(before: &Board, after: &Board, names: &Names<'_>) -> Vec<TierChange> {
    let of = |board: &Board| -> BTreeMap<CellId, Tier> { board.cells.iter().map(|c| (c.id.clone(), c.tier)).collect() };
    let (then, now) = (of(before), of(after));
    let all: BTreeSet<&CellId> = then.keys().chain(now.keys()).collect();
    let changed = all.into_iter().filter(|id| then.get(id) != now.get(id));
    let change = |id: &CellId| TierChange {
        cell: id.to_string(),
        title: names.title(id),
        from: then.get(id).copied(),
        to: now.get(id).copied(),
        why: String::new(),
    };
    let mut tiers: Vec<TierChange> = changed.map(change).collect();
    let graver = |t: &TierChange| t.to.unwrap_or(Tier::Quiet).min(t.from.unwrap_or(Tier::Quiet));
    tiers.sort_by_key(|t| (graver(t), t.cell.clone()));
    tiers
}

fn cells(comparison: &mut Comparison, before: &Board, after: &Board, names: &Names<'_>) {
    let now: BTreeMap<String, &Cell> = after.cells.iter().map(|c| (c.id.to_string(), c)).collect();
    comparison.tiers = tiers(before, after, names);
    if comparison.is_next {
        for change in &mut comparison.tiers {
            change.why = now.get(&change.cell).map_or_else(String::new, |c| movement::in_words(&c.moved));
        }
    }
    for then in &before.cells {
        let Some(cell) = now.get(&then.id.to_string()).filter(|c| c.tier == then.tier) else { continue };
        if let (Some(from), Some(to)) = (then.score, cell.score)
            && (to - from).abs() >= 0.5
        {
            let (cell, title) = (cell.id.to_string(), names.title(&cell.id));
            comparison.scores.push(ScoreChange { cell, title, tier: then.tier, from, to });
        }
    }
    let size = |s: &ScoreChange| (s.to - s.from).abs();
    comparison.scores.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.cell.cmp(&b.cell)));
}

/// What was sent, in words, by agency, indicator, locality and period.
type Values = BTreeMap<[String; 4], String>;

fn figures(comparison: &mut Comparison, before: &Values, after: &Values) {
    for (figure, from) in before {
        match after.get(figure) {
            None => comparison.gone_figures += 1,
            Some(to) if to != from && comparison.restated.len() < MOST => {
                comparison.restated.push(Restated { figure: figure.clone(), from: from.clone(), to: to.clone() });
            }
            Some(to) if to != from => comparison.restated_left_out += 1,
            Some(_) => {}
        }
    }
    comparison.new_figures = after.keys().filter(|figure| !before.contains_key(*figure)).count();
}

fn inputs(comparison: &mut Comparison, before: &Known, after: &Known) {
    let of = |known: &Known| -> BTreeMap<String, String> {
        let files = known.configuration.iter().map(|f| (f.name.clone(), f.sha256.clone()));
        files.chain([("the program".to_owned(), known.program.clone())]).collect()
    };
    let (then, now) = (of(before), of(after));
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    for name in names {
        let what = match (then.get(name), now.get(name)) {
            (None, _) => "added",
            (_, None) => "removed",
            (one, other) if one != other => "changed",
            _ => continue,
        };
        comparison.configuration.push((name.clone(), what));
    }
    let seen = |known: &Known| -> BTreeSet<String> {
        known.submissions.iter().map(|s| format!("{} ({})", s.submission, s.verdict)).collect()
    };
    let (then, now) = (seen(before), seen(after));
    comparison.new_submissions = now.difference(&then).cloned().collect();
    comparison.gone_submissions = then.difference(&now).cloned().collect();
}

/// What a manifest says of what went in.
#[derive(Debug, Default, Deserialize)]
struct Known {
    program: String,
    configuration: Vec<File>,
    submissions: Vec<Seen>,
}

#[derive(Debug, Deserialize)]
struct File {
    name: String,
    sha256: String,
}

#[derive(Debug, Deserialize)]
struct Seen {
    submission: String,
    sha256: String,
    verdict: String,
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::state(path.display().to_string(), format!("cannot be read: {error}"), "Run that day again with --full.")
}

/// The exact board of a run's private folder.
pub(super) fn read_board(folder: &Path) -> Result<Board, Error> {
    let path = folder.join(PRIVATE_BOARD);
    let bytes = std::fs::read(&path).map_err(|e| unreadable(&path, &e))?;
    serde_json::from_slice(&bytes).map_err(|e| unreadable(&path, &e))
}

fn read_inputs(folder: &Path) -> Result<Known, Error> {
    let path = folder.join(MANIFEST);
    let bytes = std::fs::read(&path).map_err(|e| unreadable(&path, &e))?;
    serde_json::from_slice(&bytes).map_err(|e| unreadable(&path, &e))
}

/// Every figure that a run knew, as the lake has it: its files alone, on its day.
fn values(lake: &Lake, known: &Known, configuration: &Configuration, as_of: NaiveDate) -> Result<Values, Error> {
    let files = known.submissions.iter().map(|s| s.sha256.clone()).collect();
    let observations = lake.seeing(files).observations(as_of)?;
    let series = condense(&observations, &configuration.reference, as_of)?;
    let mut values = Values::new();
    for series in &series {
        for point in &series.points {
            let key = [&series.agency, &series.indicator, &series.locality].map(Clone::clone);
            let [agency, indicator, locality] = key;
            values.insert([agency, indicator, locality, point.period.to_string()], in_words(point));
        }
    }
    Ok(values)
}

/// `3 of 40`, `3`, `0.075`, or the status of what has no value.
fn in_words(point: &Point) -> String {
    match (point.numerator.value, point.denominator.value, point.value.value) {
        (Some(n), Some(of), _) => format!("{n} of {of}"),
        (Some(n), None, _) => n.to_string(),
        (None, _, Some(value)) => value.to_string(),
        (None, _, None) => point.value.status.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_inputs_are_told_apart() {
        let key = |period: &str| ["police".to_owned(), "missing".into(), "ash".into(), period.into()];
        let values = |rows: &[(&str, &str)]| rows.iter().map(|(p, v)| (key(p), (*v).to_owned())).collect::<Values>();
        let mut comparison = Comparison::default();
        figures(
            &mut comparison,
            &values(&[("2014-01", "3"), ("2014-02", "4"), ("2014-03", "5")]),
            &values(&[("2014-01", "3"), ("2014-02", "9"), ("2014-04", "1"), ("2014-05", "1")]),
        );
        assert_eq!(comparison.restated, [Restated { figure: key("2014-02"), from: "4".into(), to: "9".into() }]);
        assert_eq!((comparison.new_figures, comparison.gone_figures), (2, 1));

        let file = |name: &str, sha256: &str| File { name: name.into(), sha256: sha256.into() };
        let seen = |submission: &str, verdict: &str| Seen {
            submission: submission.into(),
            sha256: String::new(),
            verdict: verdict.into(),
        };
        let known = |configuration, submissions| Known { program: "0.1.0".into(), configuration, submissions };
        inputs(
            &mut comparison,
            &known(vec![file("pipeline.toml", "aa"), file("old.csv", "bb")], vec![seen("s1", "rejected")]),
            &known(
                vec![file("pipeline.toml", "ac"), file("new.csv", "bb")],
                vec![seen("s1", "accepted"), seen("s2", "accepted")],
            ),
        );
        let told: Vec<(&str, &str)> = comparison.configuration.iter().map(|(n, w)| (n.as_str(), *w)).collect();
        assert_eq!(told, [("new.csv", "added"), ("old.csv", "removed"), ("pipeline.toml", "changed")]);
        assert_eq!(comparison.new_submissions, ["s1 (accepted)", "s2 (accepted)"]);
        assert_eq!(comparison.gone_submissions, ["s1 (rejected)"]);
    }
}
