//! What a file is judged by: the board's configuration with what people decided, and what was in force on the evening
//! before. Both are kept between files, and read anew when a file of the configuration, a decision or the lake changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use chrono::NaiveDate;

use crate::lake::Lake;
use crate::ledger::{Ledger, Mapping};
use crate::model::history::History;
use crate::model::overrides::Override;
use crate::model::{Answer, Error, Table};
use crate::pipeline::configuration::Configuration;
use crate::pipeline::intake::history_before;
use crate::pipeline::memory::Memory;

/// While a run writes into the lake, its folders change with every file: what was in force on the evening before is read
/// again no more often than this.
const LAKE_AGAIN: Duration = Duration::from_secs(10);

/// So many evenings are kept: today's, and yesterday's for what was still queued at midnight.
const EVENINGS: usize = 2;

/// What one file is judged by.
pub(super) struct Setting {
    /// The configuration with answers and mappings.
    pub configuration: Arc<Configuration>,
    /// What was known on the evening before.
    pub history: Arc<History>,
}

/// What is kept between files.
pub(super) struct Settings {
    pipeline: PathBuf,
    data: PathBuf,
    known: Mutex<Option<Known>>,
}

struct Known {
    files: Files,
    /// As the files say it.
    plain: Configuration,
    decisions: Decisions,
    configuration: Arc<Configuration>,
    /// Why the files could not be read when they last changed; what stood before then goes on.
    trouble: Option<String>,
    evenings: BTreeMap<NaiveDate, Evening>,
}

struct Evening {
    lake: String,
    read_at: Instant,
    history: Arc<History>,
}

/// What people decided: answers, confirmed headers, overrides.
type Decisions = (Vec<Answer>, Vec<Mapping>, Vec<Override>);

/// The files of a configuration with their times and sizes.
type Files = Vec<(PathBuf, Option<(SystemTime, u64)>)>;

impl Settings {
    /// Nothing is read before it is asked for.
    pub fn new(pipeline: &Path, data: &Path) -> Self {
        Self { pipeline: pipeline.to_owned(), data: data.to_owned(), known: Mutex::new(None) }
    }

    /// The board's configuration with its decisions, as it stands now. While somebody is in the middle of changing it, and it
    /// does not hold, the one before.
    ///
    /// # Errors
    /// It does not hold, and none was read before; the ledger could not be read.
    pub fn configuration(&self, ledger: &Ledger) -> Result<Arc<Configuration>, Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.renewed(&mut known, ledger)?.configuration.clone())
    }

    /// By what a file that was received on a day is judged.
    ///
    /// # Errors
    /// As for the configuration; the lake could not be read.
    pub fn of(&self, received_on: NaiveDate, ledger: &Ledger) -> Result<Setting, Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.renewed(&mut known, ledger)?;
        let stamp = self.lake_stamp(ledger, &known.configuration.pipeline.board)?;
        let fresh = known.evenings.get(&received_on);
        let fresh = fresh.filter(|e| e.lake == stamp || e.read_at.elapsed() < LAKE_AGAIN);
        let history = match fresh {
            Some(evening) => evening.history.clone(),
            None => {
                let history = Arc::new(self.history(received_on, &known.configuration, ledger)?);
                // What changed while it was read is read again with the next file.
                let evening = Evening { lake: stamp, read_at: Instant::now(), history: history.clone() };
                known.evenings.insert(received_on, evening);
                while known.evenings.len() > EVENINGS {
                    let oldest = known.evenings.keys().find(|d| **d != received_on).copied();
                    oldest.and_then(|day| known.evenings.remove(&day));
                }
                history
            }
        };
        Ok(Setting { configuration: known.configuration.clone(), history })
    }

    /// Why the configuration as it now lies on the disk does not hold; none where it does.
    pub fn trouble(&self) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().and_then(|k| k.trouble.clone())
    }

    fn renewed<'k>(&self, known: &'k mut Option<Known>, ledger: &Ledger) -> Result<&'k mut Known, Error> {
        let files = self.files(known.as_ref().map(|k| &k.plain));
        let decisions = (ledger.answers()?, ledger.mappings()?, ledger.overrides()?);
        let is_same = known.as_ref().is_some_and(|k| k.files == files);
        if !is_same {
            match (Configuration::read(&self.pipeline), known.as_mut()) {
                (Ok(plain), _) => {
                    let configuration = with_decisions(&plain, ledger)?;
                    let files = self.files(Some(&plain));
                    let (decisions, evenings) = (decisions.clone(), BTreeMap::new());
                    *known = Some(Known { files, plain, decisions, configuration, trouble: None, evenings });
                }
                (Err(error), None) => return Err(error),
                (Err(error), Some(before)) => {
                    before.files = files;
                    before.trouble = Some(error.to_string());
                }
            }
        }
        let Some(known) = known.as_mut() else {
            return Err(Error::state("the configuration", "could not be kept", "This is a fault of ours."));
        };
        if known.decisions != decisions {
            known.configuration = with_decisions(&known.plain, ledger)?;
            known.decisions = decisions;
            known.evenings.clear();
        }
        Ok(known)
    }

    fn history(&self, day: NaiveDate, configuration: &Configuration, ledger: &Ledger) -> Result<History, Error> {
        let lake = Lake::open(&self.data, &configuration.pipeline.board)?;
        let memory = Memory::open(ledger, &Default::default())?;
        let history = history_before(&lake, day)?.with_layouts(memory.layouts_before(day));
        let history = history.with_answers(day, &configuration.answers);
        Ok(history.with_overrides(day, &configuration.overrides))
    }

    /// The files of the configuration; before it was first read the pipeline file alone.
    fn files(&self, configuration: Option<&Configuration>) -> Files {
        let mut paths = vec![self.pipeline.clone()];
        if let Some(configuration) = configuration {
            let of = &configuration.pipeline.paths;
            let folders = [Some(&of.reference), of.returns.as_ref()];
            for folder in folders.into_iter().flatten() {
                let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
                paths.extend(entries.map(|e| e.path()));
            }
            paths.extend(of.evaluation.clone());
        }
        paths.sort();
        let stamp = |path: &Path| {
            let of = std::fs::metadata(path).ok()?;
            Some((of.modified().ok()?, of.len()))
        };
        paths.into_iter().map(|path| (stamp(&path), path)).map(|(stamp, path)| (path, stamp)).collect()
    }

    /// What changes when a run has put something into the lake or the ledger.
    fn lake_stamp(&self, ledger: &Ledger, board: &str) -> Result<String, Error> {
        let mut stamp = ledger.intake_stamp()?;
        for table in [Table::Performance, Table::Section11, Table::Intelligence] {
            for lake in ["lake", "lake-history"] {
                let folder = self.data.join(lake).join(table.as_str()).join(format!("board={board}"));
                let changed = std::fs::metadata(folder).and_then(|m| m.modified()).ok();
                let since = changed.and_then(|t| t.duration_since(SystemTime::UNIX_EPOCH).ok());
                stamp += &format!(" {}", since.map_or(0, |s| s.as_nanos()));
            }
        }
        Ok(stamp)
    }
}

fn with_decisions(plain: &Configuration, ledger: &Ledger) -> Result<Arc<Configuration>, Error> {
    let mut configuration = plain.clone();
    configuration.take_decisions(ledger)?;
    Ok(Arc::new(configuration))
}
