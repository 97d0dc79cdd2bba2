//! What a reader of the board sees of a released run: made of `shown.json`, which holds what `disclose` made, and of the lists
//! as they were then. Nothing here reads an exact result.

pub mod agency;
pub mod cells;
pub mod downloads;
pub mod facts;
pub mod figures;
pub mod moved;
pub mod stand;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use chrono::NaiveDate;

use super::run::{CONFIGURATION, LISTS, PIPELINE, SHOWN};
use crate::disclose::{Publishable, keep};
use crate::ledger::Ledger;
use crate::model::Error;
use crate::report::BoardView;
use crate::report::view::Parts;
use crate::spec::{Pipeline, Reference};

/// So many runs are kept open; a meeting looks at two.
const OPEN_MAX: usize = 4;

/// A run that the board may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// The run.
    pub run: String,
    /// Its day.
    pub as_of: NaiveDate,
    /// When it was released, RFC 3339 UTC.
    pub released_at: String,
    /// Who released it.
    pub released_by: String,
    /// What was said of it; may be empty.
    pub note: String,
}

/// Runs that the board may see, the current one first, then the latest released. One that is held now is not among them.
///
/// # Errors
/// The ledger could not be read.
pub fn releases(ledger: &Ledger) -> Result<Vec<Released>, Error> {
    let runs: BTreeMap<String, NaiveDate> = ledger.runs()?.into_iter().map(|r| (r.run, r.as_of)).collect();
    let current = ledger.current_release()?.map(|r| r.run);
    let mut decided = BTreeSet::new();
    let mut released = Vec::new();
    // The latest decision on a run is the one that counts.
    for decision in ledger.release_decisions()? {
        let as_of = runs.get(&decision.run).filter(|_| decided.insert(decision.run.clone()));
        if let (Some(as_of), true) = (as_of, decision.is_release) {
            released.push(Released {
                run: decision.run,
                as_of: *as_of,
                released_at: decision.at,
                released_by: decision.by.name,
                note: decision.note,
            });
        }
    }
    released.sort_by_key(|r| Some(&r.run) != current.as_ref());
    Ok(released)
}

/// A run with everything of it that may be shown.
#[derive(Debug)]
pub struct OpenBoard {
    /// The run.
    pub run: String,
    /// The report as its renderers have it.
    pub view: BoardView,
    shown: Publishable,
    pipeline: Pipeline,
    reference: Reference,
}

impl OpenBoard {
    /// What may be shown.
    pub fn shown(&self) -> &Publishable {
        &self.shown
    }

    /// The lists as they were in the run.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// The pipeline file as it was in the run.
    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// The day of the run.
    pub fn as_of(&self) -> NaiveDate {
        self.shown.as_of()
    }

    pub(super) fn parts(&self) -> Parts<'_> {
        Parts::new(&self.shown, &self.pipeline, &self.reference)
    }

    /// A board of a made-up run, for the tests of its parts.
    #[cfg(test)]
    pub(super) fn of(run: &str, shown: Publishable, pipeline: Pipeline, reference: Reference) -> Self {
        let view = BoardView::new(&shown, &pipeline, &reference);
        Self { run: run.to_owned(), view, shown, pipeline, reference }
    }
}

/// Opens runs for their readers, and keeps the last few open.
#[derive(Debug)]
pub struct Shelf {
    data: PathBuf,
    reports: PathBuf,
    open: Mutex<Vec<Held>>,
}

/// A run that is open, with the moment at which its file was written: a night that is done again builds it anew.
#[derive(Debug)]
struct Held {
    board: Arc<OpenBoard>,
    written: SystemTime,
}

/// The shelves of this process, one for a data folder.
static SHELVES: Mutex<Vec<Arc<Shelf>>> = Mutex::new(Vec::new());

impl Shelf {
    /// The runs of a data folder and their reports.
    pub fn new(data: &Path, reports: &Path) -> Self {
        Self { data: data.to_owned(), reports: reports.to_owned(), open: Mutex::new(Vec::new()) }
    }

    /// The same, shared by all who ask for these folders.
    pub fn shared(data: &Path, reports: &Path) -> Arc<Self> {
        let mut shelves = SHELVES.lock().unwrap_or_else(PoisonError::into_inner);
        let known = shelves.iter().find(|s| s.data == data && s.reports == reports).cloned();
        known.unwrap_or_else(|| {
            let shelf = Arc::new(Self::new(data, reports));
            shelves.push(shelf.clone());
            shelf
        })
    }

    /// The reports folder.
    pub fn reports(&self) -> &Path {
        &self.reports
    }

    /// The run that the board sees now; none before the first release.
    ///
    /// # Errors
    /// The ledger or the run could not be read.
    pub fn current(&self, ledger: &Ledger) -> Result<Option<Arc<OpenBoard>>, Error> {
        match ledger.current_release()? {
            Some(release) => self.open(&release.run).map(Some),
            None => Ok(None),
        }
    }

    /// A run that was released; none of any other.
    ///
    /// # Errors
    /// The ledger or the run could not be read.
    pub fn released(&self, ledger: &Ledger, run: &str) -> Result<Option<Arc<OpenBoard>>, Error> {
        match releases(ledger)?.iter().any(|r| r.run == run) {
            true => self.open(run).map(Some),
            false => Ok(None),
        }
    }

    /// Any run, released or not, as the board would see it: for its preview by those who may release it.
    ///
    /// # Errors
    /// No such run, or one that an older version of this program made.
    pub fn open(&self, run: &str) -> Result<Arc<OpenBoard>, Error> {
        let file = if is_run(run) { self.data.join("runs").join(run).join(SHOWN) } else { PathBuf::new() };
        let written = std::fs::metadata(&file).and_then(|m| m.modified()).map_err(|_| absent(run))?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = open.iter().position(|h| h.board.run == run) {
            let held = open.remove(at);
            if held.written == written {
                let board = held.board.clone();
                open.push(held);
                return Ok(board);
            }
        }
        let board = Arc::new(read(&file, run)?);
        if open.len() == OPEN_MAX {
            open.remove(0);
        }
        open.push(Held { board: board.clone(), written });
        Ok(board)
    }
}

/// Whether a name can be that of a run, and so of a folder: `2015-01-31-072bf2348bcf`.
pub fn is_run(name: &str) -> bool {
    let (day, hash) = name.split_at_checked(10).unwrap_or_default();
    let hash = hash.strip_prefix('-').unwrap_or_default();
    day.parse::<NaiveDate>().is_ok()
        && hash.len() == 12
        && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn absent(run: &str) -> Error {
    let advice = "Run the same night again with --full; `lscb history` lists the runs.";
    Error::state(format!("run {run}"), "has kept nothing that pages can be made of", advice)
}

fn read(file: &Path, run: &str) -> Result<OpenBoard, Error> {
    let bytes = std::fs::read(file).map_err(|_| absent(run))?;
    let configuration = file.with_file_name(CONFIGURATION);
    let pipeline = Pipeline::read(&configuration.join(PIPELINE))?;
    let reference = Reference::read(&configuration.join(LISTS))?;
    let shown = keep::read(&bytes, &file.display().to_string())?;
    let view = BoardView::new(&shown, &pipeline, &reference);
    Ok(OpenBoard { run: run.to_owned(), view, shown, pipeline, reference })
}

#[cfg(test)]
mod tests;
