//! What the run before says of each cell: its tier then, since when, without a break in published runs, it has had the tier of
//! today, and what moved it from the one to the other.
//!
//! The way from the earlier board to today's is walked in four steps, each of which changes one thing: today's configuration
//! on what was known then, on the day of then; the same on the day of today; with the figures of the same keys as they stand
//! today; with what is new. The step at which the tier changes is its reason. Where a step there is taken back by a later one,
//! both are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::evidence::{Rows, series_of_periods_in};
use super::manifest::MANIFEST;
use super::progress::Event;
use super::results::Night;
use super::run::PRIVATE_BOARD;
use crate::condense::condense;
use crate::ledger::Run;
use crate::model::cell::Light;
use crate::model::{Board, Cause, Cell, CellId, Error, Movement, Series, Stream, Tier};
use crate::triangulate::{Depth, triangulate};

/// Carries `previous_tier` and `first_seen` over from the run before, and says what moved each cell. `series` and `rows` are
/// today's.
///
/// # Errors
/// The run before is in the ledger and its private folder cannot be read, or the lake cannot.
pub fn carry_over(board: &mut Board, night: &Night<'_>, series: &[Series], rows: &Rows) -> Result<(), Error> {
    let as_of = board.as_of;
    let Some((previous, folder)) = night.previous else {
        board.cells.iter_mut().for_each(|cell| cell.first_seen = Some(as_of));
        return Ok(());
    };
    let earlier = read(folder)?;
    let known: BTreeMap<&CellId, &Cell> = earlier.cells.iter().map(|c| (&c.id, c)).collect();
    for cell in &mut board.cells {
        let before = known.get(&cell.id).copied();
        cell.previous_tier = before.map(|c| c.tier);
        let unbroken = before.filter(|c| c.tier == cell.tier).and_then(|c| c.first_seen);
        cell.first_seen = Some(unbroken.unwrap_or(as_of));
    }
    let now: BTreeSet<&CellId> = board.cells.iter().map(|c| &c.id).collect();
    let ended = earlier.cells.iter().filter(|c| !now.contains(&c.id)).map(|c| (c.id.clone(), c.tier)).collect();
    board.gone = ended;
    if board.cells.iter().any(has_moved) {
        night.progress.tell(Event::Stage { name: "Finding what moved since the report before", of: 0 });
        let way = way(&earlier, board, night, previous, folder, (series, rows))?;
        for cell in board.cells.iter_mut().filter(|c| has_moved(c)) {
            cell.moved = causes(&way, &cell.id);
        }
    }
    Ok(())
}

fn has_moved(cell: &Cell) -> bool {
    cell.previous_tier != Some(cell.tier)
}

/// What a board says of its cells: tier and lights.
type Said = BTreeMap<CellId, (Tier, [Light; 6])>;

fn said(board: &Board) -> Said {
    let lights = |cell: &Cell| Stream::ALL.map(|s| cell.signals.get(s.index()).map_or(Light::Silent, |s| s.light));
    board.cells.iter().map(|cell| (cell.id.clone(), (cell.tier, lights(cell)))).collect()
}

/// The boards on the way, each with what was changed on the step to it; the first with nothing.
fn way(
    earlier: &Board,
    today: &Board,
    night: &Night<'_>,
    previous: &Run,
    folder: &Path,
    now: (&[Series], &Rows),
) -> Result<Vec<(Option<Cause>, Said)>, Error> {
    let then = Known::read(folder);
    let mut way = vec![(None, said(earlier))];
    let files: BTreeSet<&str> = night.inputs.submissions.iter().map(|s| s.sha256.as_str()).collect();
    let nothing_came = then.as_ref().is_some_and(|k| k.files.iter().map(String::as_str).eq(files.iter().copied()));
    let withdrawn = then.as_ref().is_some_and(|k| k.files.iter().any(|f| !files.contains(f.as_str())));
    let same_settings = then.as_ref().is_some_and(|k| k.settings == Known::settings_of(night));
    // Figures that are published with a lag come into sight by the day alone.
    let by_the_day = night.configuration.specs.iter().any(|s| s.lag_months.is_some());
    if nothing_came && same_settings && !by_the_day {
        way.push((Some(Cause::AgedEvidence), said(today)));
        return Ok(way);
    }
    let seen = then.as_ref().map(|k| night.lake.seeing(k.files.clone()));
    let lake = seen.as_ref().unwrap_or(night.lake);
    let observations = lake.observations(previous.as_of)?;
    let rows = Rows::read(lake, previous.as_of)?;
    let reference = &night.configuration.reference;
    let on = |series: &[Series], rows: &Rows, day| {
        said(&triangulate(&rows.world(series, night.configuration, day, Depth::Scores)))
    };
    if !same_settings || withdrawn {
        let cause = if same_settings { Cause::RestatedFigures } else { Cause::ChangedConfiguration };
        let series = condense(&observations, reference, previous.as_of)?;
        way.push((Some(cause), on(&series, &rows, previous.as_of)));
    }
    let known = condense(&observations, reference, night.as_of)?;
    way.push((Some(Cause::AgedEvidence), on(&known, &rows, night.as_of)));
    let (series_now, rows_now) = now;
    let restated = (series_of_periods_in(series_now, &known), rows_now.of_keys_in(&rows));
    way.push((Some(Cause::RestatedFigures), on(&restated.0, &restated.1, night.as_of)));
    way.push((Some(Cause::NewEvidence), said(today)));
    Ok(way)
}

/// The steps that took a cell from its first tier to its last, without those that were taken back.
fn causes(way: &[(Option<Cause>, Said)], id: &CellId) -> Vec<Movement> {
    let tier = |at: usize| way[at].1.get(id).map(|(tier, _)| *tier);
    let mut causes: Vec<Movement> = Vec::new();
    let mut at = 0;
    loop {
        // The last board that still has this tier: whatever lies between was taken back.
        at = (at..way.len()).rev().find(|later| tier(*later) == tier(at)).unwrap_or(at);
        let Some((Some(cause), after)) = way.get(at + 1) else { return causes };
        let before = way[at].1.get(id).map_or([Light::Silent; 6], |(_, lights)| *lights);
        let now = after.get(id).map_or([Light::Silent; 6], |(_, lights)| *lights);
        let streams: Vec<Stream> = Stream::ALL.into_iter().filter(|s| before[s.index()] != now[s.index()]).collect();
        match causes.iter_mut().find(|m| m.cause == *cause) {
            // Withdrawn and sent again are one cause.
            Some(known) => known.streams = merged(&known.streams, &streams),
            None => causes.push(Movement { cause: *cause, streams }),
        }
        at += 1;
    }
}

fn merged(one: &[Stream], other: &[Stream]) -> Vec<Stream> {
    Stream::ALL.into_iter().filter(|s| one.contains(s) || other.contains(s)).collect()
}

/// What the run before knew, by its manifest.
struct Known {
    /// SHA-256 of its submissions' files.
    files: BTreeSet<String>,
    /// Program and configuration files.
    settings: Vec<String>,
}

impl Known {
    /// None where the run kept no manifest beside its results: then its day alone says what it knew.
    fn read(folder: &Path) -> Option<Self> {
        #[derive(Deserialize)]
        struct Manifest {
            program: String,
            configuration: Vec<Named>,
            submissions: Vec<Named>,
        }
        #[derive(Deserialize)]
        struct Named {
            #[serde(default)]
            name: String,
            sha256: String,
        }
        let manifest: Manifest = serde_json::from_slice(&std::fs::read(folder.join(MANIFEST)).ok()?).ok()?;
        let files = manifest.configuration.into_iter().map(|f| format!("{} {}", f.name, f.sha256));
        Some(Self {
            settings: std::iter::once(manifest.program).chain(files).collect(),
            files: manifest.submissions.into_iter().map(|s| s.sha256).collect(),
        })
    }

    /// The same of tonight.
    fn settings_of(night: &Night<'_>) -> Vec<String> {
        let files = night.inputs.configuration.iter().map(|f| format!("{} {}", f.name, f.sha256));
        std::iter::once(night.inputs.program.clone()).chain(files).collect()
    }
}

fn read(folder: &Path) -> Result<Board, Error> {
    let file = folder.join(PRIVATE_BOARD);
    let bytes = std::fs::read(&file).map_err(|e| Error::io(&file, "the run before could not be read", e))?;
    serde_json::from_slice(&bytes).map_err(|e| {
        Error::state(file.display().to_string(), format!("cannot be read: {e}"), "Restore the run from the backup.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Boards on the way with the tier and, of audits, the light of one cell.
    fn way(steps: &[(Option<Cause>, Tier, Light)]) -> Vec<(Option<Cause>, Said)> {
        let step = |(cause, tier, light): &(Option<Cause>, Tier, Light)| {
            let mut lights = [Light::Neutral; 6];
            lights[Stream::Audits.index()] = *light;
            (*cause, Said::from([(id(), (*tier, lights))]))
        };
        steps.iter().map(step).collect()
    }

    fn id() -> CellId {
        CellId::parse("board/neglect").unwrap()
    }

    #[test]
    fn the_step_at_which_the_tier_changes_is_the_reason() {
        use Cause::{AgedEvidence, NewEvidence, RestatedFigures};
        use Light::{Concern, Neutral};
        use Tier::{Conflicting, HotSpot, Quiet, Watch};
        let (aged, restated, new) = (Some(AgedEvidence), Some(RestatedFigures), Some(NewEvidence));
        let rows = [
            (
                [(None, Quiet, Neutral), (aged, Quiet, Neutral), (restated, Quiet, Neutral), (new, Watch, Concern)],
                vec![(NewEvidence, vec![Stream::Audits])],
                "one step",
            ),
            (
                [(None, Quiet, Neutral), (aged, Watch, Neutral), (restated, Watch, Neutral), (new, HotSpot, Concern)],
                vec![(AgedEvidence, vec![]), (NewEvidence, vec![Stream::Audits])],
                "two steps, the first by what the cell is compared with",
            ),
            (
                [
                    (None, Quiet, Neutral),
                    (aged, Watch, Concern),
                    (restated, Quiet, Neutral),
                    (new, Conflicting, Concern),
                ],
                vec![(NewEvidence, vec![Stream::Audits])],
                "what was taken back moved nothing",
            ),
        ];
        for (steps, expected, why) in rows {
            let found: Vec<(Cause, Vec<Stream>)> =
                causes(&way(&steps), &id()).into_iter().map(|m| (m.cause, m.streams)).collect();
            assert_eq!(found, expected, "{why}");
        }
    }
}
