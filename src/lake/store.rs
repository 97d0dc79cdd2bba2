//! Putting submissions into the lake: what is in force, what is superseded, and where each file then lies.
//!
//! Each submission has one *full* file a table: in the lake while all its rows are in force, else in the history; what is
//! left of it in force is then its *remainder* in the lake. The full files alone decide what is in force, so that a put that
//! was cut short is mended by the next.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, hash_map};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use chrono::NaiveDate;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::lake::atomic::{move_file, remove_file};
use crate::lake::order::{self, Coded};
use crate::lake::{file, schema};
use crate::model::text::TextHash;
use crate::model::{Error, Row, Table};

/// What the lake must know of a submission besides its rows.
///
/// Of two rows with one key the one whose receipt is later wins: by day of receipt, then by the newest period that the
/// submission reports on, then by file name, then by SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Id of the submission; the name of its files.
    pub submission: String,
    /// SHA-256 of the file as sent, lower-case hex.
    pub sha256: String,
    /// The day since when a run may see its rows.
    pub received_on: NaiveDate,
    /// Last day of the newest period it reports on; none where its rows have no period.
    pub newest_period_end: Option<NaiveDate>,
    /// File name as it lay in the inbox.
    pub file: String,
}

impl Ord for Receipt {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let order = |r: &Self| (r.received_on, r.newest_period_end);
        order(self)
            .cmp(&order(other))
            .then_with(|| self.file.cmp(&other.file))
            .then_with(|| self.sha256.cmp(&other.sha256))
            .then_with(|| self.submission.cmp(&other.submission))
    }
}

impl PartialOrd for Receipt {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A key as the first 128 bits of its SHA-256: an eighth of the memory of the text, and no two keys share one.
pub(super) type Key = [u8; 16];

/// A board's lake in a data folder.
#[derive(Debug)]
pub struct Lake {
    pub(super) data: PathBuf,
    pub(super) board: String,
    /// SHA-256 of the files that are seen; all where none.
    pub(super) seen: Option<BTreeSet<String>>,
    indexes: Mutex<BTreeMap<Table, Index>>,
}

/// Which submission's row is in force for every key of a table.
#[derive(Debug, Default)]
struct Index {
    held: Vec<Held>,
    winners: HashMap<Key, usize, TextHash>,
}

/// A submission's rows as the files that they become, table by table.
pub struct Prepared {
    receipt: Receipt,
    tables: BTreeMap<Table, (Vec<Key>, file::Made)>,
}

/// A submission's files of one table.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) receipt: Receipt,
    /// The file with all its rows, and the hash of its content.
    pub(super) full: PathBuf,
    pub(super) check: String,
    /// Its files in the lake: the full one, or a remainder, or none.
    in_lake: Vec<PathBuf>,
    /// The number of its latest remainder, in the lake or the history.
    generation: u32,
}

impl Lake {
    /// The lake of a board in a data folder. Folders are created when something is first put in.
    ///
    /// # Errors
    /// [`Error::Configuration`] for a board id that cannot name a folder.
    pub fn open(data: &Path, board: &str) -> Result<Self, Error> {
        if !names_a_file(board) {
            return Err(Error::configuration(
                "board",
                format!("`{board}` is no board id"),
                "Use lower-case letters, digits and `-`, such as `northamptonshire`.",
            ));
        }
        Ok(Self { data: data.to_owned(), board: board.to_owned(), seen: None, indexes: Mutex::default() })
    }

    /// The same lake for readers, as if nothing but the files of these SHA-256 had ever come. What a run knew cannot be told
    /// by its day alone: a file that came later on that day was not yet there.
    #[must_use]
    pub fn seeing(&self, files: BTreeSet<String>) -> Self {
        Self { data: self.data.clone(), board: self.board.clone(), seen: Some(files), indexes: Mutex::default() }
    }

    /// Puts a submission's rows in force, and supersedes those of earlier submissions with the same keys; rows that a later
    /// submission already superseded go to the history alone. The same submission put again replaces what it gave before.
    /// Only one process may put at a time.
    ///
    /// # Errors
    /// [`Error::State`] for two rows with one key, or a damaged file; [`Error::Io`] for a failed system call. What was in
    /// force before then still is, and putting again mends what was cut short.
    pub fn put(&self, receipt: &Receipt, rows: &[Row]) -> Result<(), Error> {
        self.put_prepared(&self.prepare(receipt, rows)?)
    }

    /// Makes the files of a submission's rows without touching the lake: what takes time in [`Lake::put`], and may be done
    /// side by side.
    ///
    /// # Errors
    /// As for [`Lake::put`].
    pub fn prepare(&self, receipt: &Receipt, rows: &[Row]) -> Result<Prepared, Error> {
        if !names_a_file(&receipt.submission) {
            let what = format!("`{}` cannot name a file", receipt.submission);
            return Err(Error::state("submission", what, "This is a mistake of the program; please report it."));
        }
        let mut tables = BTreeMap::new();
        for table in Table::ALL {
            let of_table: Vec<&Row> = rows.iter().filter(|row| row.table == table).collect();
            if !of_table.is_empty() {
                let batch = schema::encode(table, &in_order(table, of_table))?;
                let keys = keys(table, &batch, &receipt.submission)?;
                if let Some(at) = first_repeated(&keys) {
                    return Err(Error::state(
                        format!("submission {}, table {}", receipt.submission, table.as_str()),
                        format!("two rows have one key (row {} of the table's rows)", at + 1),
                        "Validation refuses such a return; this is a mistake of the program.",
                    ));
                }
                tables.insert(table, (keys, file::make(&self.board, receipt, &batch)?));
            }
        }
        Ok(Prepared { receipt: receipt.clone(), tables })
    }

    /// Puts in force what was prepared.
    ///
    /// # Errors
    /// As for [`Lake::put`].
    pub fn put_prepared(&self, prepared: &Prepared) -> Result<(), Error> {
        for table in Table::ALL {
            match prepared.tables.get(&table) {
                None => _ = self.forget_table(table, &prepared.receipt.submission)?,
                Some((keys, made)) => self.put_table(table, &prepared.receipt, keys, made)?,
            }
        }
        Ok(())
    }

    /// Erases a submission's rows from the lake and the history; rows that it superseded are in force again. Gives the number
    /// of rows erased.
    ///
    /// # Errors
    /// As for [`Lake::put`].
    pub fn forget(&self, submission: &str) -> Result<usize, Error> {
        Table::ALL.into_iter().map(|table| self.forget_table(table, submission)).sum()
    }

    fn put_table(&self, table: Table, receipt: &Receipt, keys: &[Key], made: &file::Made) -> Result<(), Error> {
        let mut indexes = self.indexes();
        let index = self.index(&mut indexes, table)?;
        if let Some(held) = index.held.iter().find(|h| h.receipt.submission == receipt.submission) {
            if held.receipt == *receipt && held.check == made.check {
                // What it says of itself is what is put; whether it still holds that is told by reading it.
                file::read(&held.full, None)?;
                return Ok(());
            }
            indexes.remove(&table);
            self.erase(table, &receipt.submission)?;
        }
        self.index(&mut indexes, table)?;
        // From the first change on the index is rebuilt should anything fail.
        let mut index = indexes.remove(&table).unwrap_or_default();
        let Index { held, winners } = &mut index;
        let new = held.len();
        let mut affected = BTreeSet::new();
        let mut won = 0;
        for key in keys {
            match winners.entry(*key) {
                hash_map::Entry::Vacant(place) => _ = place.insert(new),
                hash_map::Entry::Occupied(place) if held[*place.get()].receipt > *receipt => continue,
                hash_map::Entry::Occupied(mut place) => _ = affected.insert(place.insert(new)),
            }
            won += 1;
        }
        let name = format!("{}.parquet", receipt.submission);
        let whole = won == keys.len();
        let full = if whole { self.folder(table).join(name) } else { self.history(table).join(name) };
        made.write(&full)?;
        let in_lake = if whole { vec![full.clone()] } else { Vec::new() };
        let check = made.check.clone();
        index.held.push(Held { receipt: receipt.clone(), full, check, in_lake, generation: 0 });
        if !whole {
            affected.insert(new);
        }
        for at in affected {
            self.place(table, &mut index, at)?;
        }
        indexes.insert(table, index);
        Ok(())
    }

    fn forget_table(&self, table: Table, submission: &str) -> Result<usize, Error> {
        let name = format!("{submission}.parquet");
        let full = [self.folder(table).join(&name), self.history(table).join(&name)].into_iter().find(|p| p.exists());
        let Some(full) = full else { return Ok(0) };
        let rows = file::head(&full)?.rows;
        let mut indexes = self.indexes();
        indexes.remove(&table);
        self.erase(table, submission)?;
        self.index(&mut indexes, table)?;
        Ok(rows)
    }

    /// Removes a submission's files; its full one last, so that an interruption is noticed.
    fn erase(&self, table: Table, submission: &str) -> Result<(), Error> {
        for held in self.held(table)?.iter().filter(|h| h.receipt.submission == submission) {
            for folder in [self.folder(table), self.history(table)] {
                for path in parquet_files(&folder)? {
                    if generation(&path, submission).is_some_and(|n| n > 0) {
                        remove_file(&path)?;
                    }
                }
            }
            remove_file(&held.full)?;
        }
        Ok(())
    }

    /// The index of a table; built, and the lake mended, when it is first asked for.
    fn index<'a>(&self, indexes: &'a mut BTreeMap<Table, Index>, table: Table) -> Result<&'a mut Index, Error> {
        match indexes.entry(table) {
            Entry::Occupied(index) => Ok(index.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(self.build(table)?)),
        }
    }

    /// Reads every key of a table, and brings each submission whose file in the lake is not what is in force to its place.
    fn build(&self, table: Table) -> Result<Index, Error> {
        let mut index = Index { held: self.held(table)?, winners: HashMap::default() };
        let keys: Vec<Vec<Key>> =
            index.held.par_iter().map(|held| read_keys(table, &held.full)).collect::<Result<_, _>>()?;
        for (at, keys) in keys.into_iter().enumerate() {
            index.winners.extend(keys.into_iter().map(|key| (key, at)));
        }
        let mut in_force = vec![(0_usize, [0_u8; 16]); index.held.len()];
        for (key, at) in &index.winners {
            fold(&mut in_force[*at], key);
        }
        for (at, expected) in in_force.into_iter().enumerate() {
            let mut found = (0, [0; 16]);
            for path in &index.held[at].in_lake {
                read_keys(table, path)?.iter().for_each(|key| fold(&mut found, key));
            }
            let held = &index.held[at];
            let settled = found == expected && held.in_lake.len() <= 1;
            if !settled {
                self.place(table, &mut index, at)?;
            }
        }
        Ok(index)
    }

    /// Every submission of a table, in order of receipt.
    pub(super) fn held(&self, table: Table) -> Result<Vec<Held>, Error> {
        let mut found: BTreeMap<String, Held> = BTreeMap::new();
        let in_lake = parquet_files(&self.folder(table))?.into_iter().map(|path| (path, true));
        let in_history = parquet_files(&self.history(table))?.into_iter().map(|path| (path, false));
        let paths: Vec<(PathBuf, bool)> = in_lake.chain(in_history).collect();
        let heads: Vec<file::Head> = paths.par_iter().map(|(path, _)| file::head(path)).collect::<Result<_, _>>()?;
        for ((path, here), file::Head { receipt, check, .. }) in paths.into_iter().zip(heads) {
            let submission = receipt.submission.clone();
            let number = generation(&path, &submission).ok_or_else(|| {
                file::damaged(&path, format!("it holds submission {submission}, not what it is named for"))
            })?;
            let held = found.entry(submission).or_insert_with(|| Held {
                receipt,
                full: PathBuf::new(),
                check: String::new(),
                in_lake: Vec::new(),
                generation: 0,
            });
            held.generation = held.generation.max(number);
            if number == 0 {
                held.full.clone_from(&path);
                held.check = check;
            }
            if here {
                held.in_lake.push(path);
            }
        }
        let mut held: Vec<Held> = found.into_values().collect();
        if let Some(lost) = held.iter().find(|h| h.full.as_os_str().is_empty()) {
            return Err(Error::state(
                self.history(table).join(format!("{}.parquet", lost.receipt.submission)).display().to_string(),
                "the file is gone, though a part of it is still in the lake",
                file::MEND,
            ));
        }
        held.sort_by(|a, b| a.receipt.cmp(&b.receipt));
        Ok(held)
    }

    /// Brings a submission's files to where its rows in force say. New files are written before old ones leave, so that a
    /// full disk loses nothing.
    fn place(&self, table: Table, index: &mut Index, at: usize) -> Result<(), Error> {
        let held = index.held[at].clone();
        let batch = file::read(&held.full, None)?;
        let keys = keys(table, &batch, &held.receipt.submission)?;
        let in_force: Vec<bool> = keys.iter().map(|key| index.winners.get(key) == Some(&at)).collect();
        let submission = &held.receipt.submission;
        let home = self.folder(table).join(format!("{submission}.parquet"));
        let away = self.history(table).join(format!("{submission}.parquet"));
        let mut settled = held.clone();
        if in_force.iter().all(|yes| *yes) {
            if held.full != home {
                move_file(&held.full, &home)?;
            }
            for path in held.in_lake.iter().filter(|p| **p != home) {
                remove_file(path)?;
            }
            settled.full.clone_from(&home);
            settled.in_lake = vec![home];
        } else {
            let mut in_lake = Vec::new();
            if in_force.contains(&true) {
                settled.generation += 1;
                let path = self.folder(table).join(format!("{submission}.{}.parquet", settled.generation));
                let kept = filter_record_batch(&batch, &BooleanArray::from(in_force))
                    .map_err(|e| file::damaged(&held.full, e))?;
                file::make(&self.board, &held.receipt, &kept)?.write(&path)?;
                in_lake.push(path);
            }
            for path in &held.in_lake {
                let name = path.file_name().unwrap_or_default();
                move_file(path, &self.history(table).join(name))?;
            }
            settled.full = away;
            settled.in_lake = in_lake;
        }
        index.held[at] = settled;
        Ok(())
    }

    /// `lake/<table>/board=<board>`
    pub(super) fn folder(&self, table: Table) -> PathBuf {
        self.data.join("lake").join(table.as_str()).join(format!("board={}", self.board))
    }

    /// `lake-history/<table>/board=<board>`
    pub(super) fn history(&self, table: Table) -> PathBuf {
        self.data.join("lake-history").join(table.as_str()).join(format!("board={}", self.board))
    }

    /// A panic elsewhere leaves an index that was taken out, never a wrong one.
    fn indexes(&self) -> MutexGuard<'_, BTreeMap<Table, Index>> {
        self.indexes.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Rows in order: by key; rows about single children by submission and place in the source, since their keys are hashes.
fn in_order(table: Table, mut rows: Vec<&Row>) -> Vec<&Row> {
    if table.about_children() {
        rows.sort_by_key(|row| {
            let p = &row.provenance;
            (&p.submission, p.source_row, &p.source_sheet, &p.source_cell)
        });
        return rows;
    }
    let keys = table.columns().iter().enumerate().filter(|(_, c)| c.key);
    let columns = keys.map(|(at, _)| Coded::values(rows.iter().map(move |row| &row.values[at])));
    let columns: Vec<Coded<'_>> = columns.collect();
    order::joined(&columns, rows.len()).into_iter().map(|at| rows[at as usize]).collect()
}

/// The keys of a batch: the key columns joined by `|`, hashed.
pub(super) fn keys(table: Table, batch: &RecordBatch, place: &str) -> Result<Vec<Key>, Error> {
    let names = schema::key_columns(table);
    let columns = names.iter().map(|name| schema::text_column(batch, name, place)).collect::<Result<Vec<_>, _>>()?;
    let mut text = String::new();
    let keys = (0..batch.num_rows()).map(|row| {
        text.clear();
        for (i, column) in columns.iter().enumerate() {
            if i > 0 {
                text.push('|');
            }
            text.push_str(schema::text_at(column, row));
        }
        let mut key = Key::default();
        key.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
        key
    });
    Ok(keys.collect())
}

fn read_keys(table: Table, path: &Path) -> Result<Vec<Key>, Error> {
    let batch = file::read(path, Some(&schema::key_columns(table)))?;
    keys(table, &batch, &path.display().to_string())
}

fn first_repeated(keys: &[Key]) -> Option<usize> {
    let mut seen: HashSet<&Key, TextHash> = HashSet::default();
    keys.iter().position(|key| !seen.insert(key))
}

/// Count and fingerprint of a set of keys, whatever their order.
fn fold(set: &mut (usize, Key), key: &Key) {
    set.0 += 1;
    set.1.iter_mut().zip(key).for_each(|(a, b)| *a ^= b);
}

/// Parquet files of a folder by name; none where it is not there. Hidden files are half-written ones.
pub(super) fn parquet_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Error::io(folder, "list", e)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| Error::io(folder, "list", e))?.path();
        let hidden = path.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|e| e == "parquet") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// 0 for `<submission>.parquet`, n for `<submission>.<n>.parquet`.
fn generation(path: &Path, submission: &str) -> Option<u32> {
    let rest = path.file_name()?.to_str()?.strip_prefix(submission)?.strip_suffix(".parquet")?;
    if rest.is_empty() { Some(0) } else { rest.strip_prefix('.')?.parse().ok().filter(|n| *n > 0) }
}

/// Whether an id can name a file or folder without leading elsewhere, and without being taken for a remainder.
fn names_a_file(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lake::testing::{day, figure, figures, filled, lake, receipt};
    use crate::model::row::Value;

    const LATE: &str = "2099-01-01";

    /// File names below a folder of the data folder.
    fn names(lake: &Lake, history: bool) -> Vec<String> {
        let folder = if history { lake.history(Table::Performance) } else { lake.folder(Table::Performance) };
        let names = parquet_files(&folder).unwrap();
        names.iter().map(|p| p.file_name().unwrap().to_str().unwrap().to_owned()).collect()
    }

    /// What a reader that opens the folder sees: every row of every file.
    fn by_folder(lake: &Lake) -> Vec<(String, f64)> {
        let mut rows = Vec::new();
        for path in parquet_files(&lake.folder(Table::Performance)).unwrap() {
            rows.extend(schema::decode(Table::Performance, &file::read(&path, None).unwrap(), "").unwrap());
        }
        let mut figures = figures(&rows);
        figures.sort_by(|a, b| a.partial_cmp(b).unwrap());
        figures
    }

    fn seen(lake: &Lake, as_of: &str) -> Vec<(String, f64)> {
        figures(&lake.rows(Table::Performance, day(as_of)).unwrap())
    }

    fn expected(pairs: &[(&str, f64)]) -> Vec<(String, f64)> {
        pairs.iter().map(|(p, n)| ((*p).to_owned(), *n)).collect()
    }

    #[test]
    fn seven_tables_round_trip_with_every_status() {
        let (_folder, lake) = lake();
        let rows: Vec<Row> = Table::ALL.into_iter().flat_map(|t| (0..18).map(move |n| filled(t, n))).collect();
        lake.put(&receipt("s1", "2014-05-01"), &rows).unwrap();
        for table in Table::ALL {
            let mut sent: Vec<Row> = rows.iter().filter(|r| r.table == table).cloned().collect();
            if !table.about_children() {
                sent.sort_by_key(Row::key);
            }
            assert_eq!(lake.rows(table, day(LATE)).unwrap(), sent, "{}", table.as_str());
        }
    }

    #[test]
    fn nothing_stays_nothing() {
        let (_folder, lake) = lake();
        let mut row = figure("s1", "2014-03", 1.0);
        row.set("numerator", Value::Empty);
        row.set("breakdown", Value::Text(Default::default()));
        lake.put(&receipt("s1", "2014-05-01"), std::slice::from_ref(&row)).unwrap();
        let read = &lake.rows(Table::Performance, day(LATE)).unwrap()[0];
        assert!(read.number("numerator").is_missing(), "an empty number is a missing one");
        assert_eq!(read.get("breakdown"), &Value::Empty, "an empty text is nothing");
        assert_eq!(read.key(), row.key());
    }

    #[test]
    fn a_later_submission_supersedes_row_by_row_and_the_earlier_world_remains() {
        let (_folder, lake) = lake();
        lake.put(&receipt("a", "2014-05-01"), &[figure("a", "2014-03", 1.0), figure("a", "2014-04", 1.5)]).unwrap();
        assert_eq!((names(&lake, false), names(&lake, true)), (vec!["a.parquet".to_owned()], vec![]));
        lake.put(&receipt("b", "2014-06-01"), &[figure("b", "2014-04", 2.0), figure("b", "2014-05", 2.5)]).unwrap();
        assert_eq!(names(&lake, false), ["a.1.parquet", "b.parquet"]);
        assert_eq!(names(&lake, true), ["a.parquet"]);
        let now = expected(&[("2014-03", 1.0), ("2014-04", 2.0), ("2014-05", 2.5)]);
        assert_eq!(by_folder(&lake), now);
        assert_eq!(seen(&lake, "2014-06-01"), now);
        assert_eq!(seen(&lake, "2014-05-31"), expected(&[("2014-03", 1.0), ("2014-04", 1.5)]));
        assert_eq!(seen(&lake, "2014-04-30"), []);
        // The third takes the last row of the first: nothing of it is left in the lake.
        lake.put(&receipt("c", "2014-07-01"), &[figure("c", "2014-03", 3.0)]).unwrap();
        assert_eq!(names(&lake, false), ["b.parquet", "c.parquet"]);
        assert_eq!(names(&lake, true), ["a.1.parquet", "a.parquet"]);
        assert_eq!(by_folder(&lake), expected(&[("2014-03", 3.0), ("2014-04", 2.0), ("2014-05", 2.5)]));
        assert_eq!(seen(&lake, "2014-06-15"), now);
    }

    /// A file that comes on the day of a run, after it, is not what that run knew.
    #[test]
    fn a_lake_can_be_read_as_if_a_file_had_not_come() {
        let (_folder, lake) = lake();
        lake.put(&receipt("one", "2014-05-01"), &[figure("one", "2014-03", 5.0)]).unwrap();
        lake.put(&receipt("two", "2014-05-01"), &[figure("two", "2014-03", 8.0)]).unwrap();
        let before = lake.seeing(BTreeSet::from(["one-sha".to_owned()]));
        assert_eq!(seen(&lake, "2014-05-01"), [("2014-03".to_owned(), 8.0)]);
        assert_eq!(seen(&before, "2014-05-01"), [("2014-03".to_owned(), 5.0)]);
        let rows = |lake: &Lake| lake.observations(day("2014-05-01")).unwrap();
        assert_ne!(rows(&before), rows(&lake), "the copy for engines is not taken for it either");
    }

    #[test]
    fn an_earlier_submission_that_comes_late_takes_nothing() {
        let (_folder, lake) = lake();
        lake.put(&receipt("b", "2014-06-01"), &[figure("b", "2014-04", 2.0)]).unwrap();
        lake.put(&receipt("a", "2014-05-01"), &[figure("a", "2014-03", 1.0), figure("a", "2014-04", 1.5)]).unwrap();
        assert_eq!(by_folder(&lake), expected(&[("2014-03", 1.0), ("2014-04", 2.0)]));
        assert_eq!(names(&lake, false), ["a.1.parquet", "b.parquet"]);
        assert_eq!(seen(&lake, "2014-05-31"), expected(&[("2014-03", 1.0), ("2014-04", 1.5)]));
    }

    #[test]
    fn on_one_day_the_newest_period_then_the_file_then_the_hash_decide() {
        let plain = receipt("m", "2014-05-01");
        let with = |period: Option<&str>, file: &str, sha: &str| Receipt {
            newest_period_end: period.map(day),
            file: file.to_owned(),
            sha256: sha.to_owned(),
            ..plain.clone()
        };
        let ascending = [
            with(None, "z.csv", "ff"),
            with(Some("2014-03-31"), "z.csv", "ff"),
            with(Some("2014-04-30"), "a.csv", "ff"),
            with(Some("2014-04-30"), "b.csv", "00"),
            with(Some("2014-04-30"), "b.csv", "01"),
            Receipt { received_on: day("2014-05-02"), ..with(None, "a.csv", "00") },
        ];
        for order in [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [2, 5, 0, 4, 1, 3]] {
            let (_folder, lake) = lake();
            for i in order {
                let receipt = Receipt { submission: format!("s{i}"), ..ascending[i].clone() };
                lake.put(&receipt, &[figure(&receipt.submission, "2014-03", i as f64 + 1.0)]).unwrap();
            }
            assert_eq!(by_folder(&lake), expected(&[("2014-03", 6.0)]), "put in order {order:?}");
            assert_eq!(seen(&lake, "2014-05-01"), expected(&[("2014-03", 5.0)]), "put in order {order:?}");
        }
    }

    #[test]
    fn two_agencies_rows_for_one_indicator_both_stay() {
        let (_folder, lake) = lake();
        let mut other = figure("b", "2014-03", 2.0);
        other.set("agency", Value::Text("council".into()));
        lake.put(&receipt("a", "2014-05-01"), &[figure("a", "2014-03", 1.0)]).unwrap();
        lake.put(&receipt("b", "2014-06-01"), &[other]).unwrap();
        assert_eq!(seen(&lake, LATE).len(), 2);
        let police = lake.performance_rows(|agency, _, _| agency == "police", day(LATE)).unwrap();
        assert_eq!(figures(&police), expected(&[("2014-03", 1.0)]));
        assert_eq!(police[0].provenance.submission, "a");
    }

    #[test]
    fn put_again_replaces_and_forgetting_gives_back() {
        let (_folder, lake) = lake();
        let first = receipt("a", "2014-05-01");
        lake.put(&first, &[figure("a", "2014-03", 1.0), figure("a", "2014-04", 1.5)]).unwrap();
        let second = receipt("b", "2014-06-01");
        let rows = [figure("b", "2014-04", 2.0)];
        lake.put(&second, &rows).unwrap();
        lake.put(&second, &rows).unwrap();
        assert_eq!(names(&lake, false), ["a.1.parquet", "b.parquet"], "the same again changes nothing");
        lake.put(&second, &[figure("b", "2014-03", 9.0)]).unwrap();
        assert_eq!(by_folder(&lake), expected(&[("2014-03", 9.0), ("2014-04", 1.5)]));
        assert_eq!(lake.forget("b").unwrap(), 1);
        assert_eq!(by_folder(&lake), expected(&[("2014-03", 1.0), ("2014-04", 1.5)]));
        assert_eq!((names(&lake, false), names(&lake, true)), (vec!["a.parquet".to_owned()], vec![]));
        assert_eq!(lake.forget("b").unwrap(), 0);
    }

    #[test]
    fn a_put_that_was_cut_short_is_mended_by_the_next() {
        let (folder, lake) = lake();
        lake.put(&receipt("a", "2014-05-01"), &[figure("a", "2014-03", 1.0), figure("a", "2014-04", 1.5)]).unwrap();
        // As if the machine had stopped right after the newcomer was written.
        let rows = [figure("b", "2014-04", 2.0)];
        let batch = schema::encode(Table::Performance, &[&rows[0]]).unwrap();
        let made = file::make("northamptonshire", &receipt("b", "2014-06-01"), &batch).unwrap();
        made.write(&lake.folder(Table::Performance).join("b.parquet")).unwrap();
        assert_eq!(
            seen(&lake, LATE),
            expected(&[("2014-03", 1.0), ("2014-04", 2.0)]),
            "our reader is right at any time"
        );
        let again = Lake::open(folder.path(), "northamptonshire").unwrap();
        again.put(&receipt("b", "2014-06-01"), &rows).unwrap();
        assert_eq!(by_folder(&again), expected(&[("2014-03", 1.0), ("2014-04", 2.0)]));
    }

    #[test]
    fn a_move_that_was_cut_short_is_mended_too() {
        let (folder, lake) = lake();
        lake.put(&receipt("a", "2014-05-01"), &[figure("a", "2014-03", 1.0), figure("a", "2014-04", 1.5)]).unwrap();
        lake.put(&receipt("b", "2014-06-01"), &[figure("b", "2014-04", 2.0)]).unwrap();
        // As if it had stopped after the remainder was written and before the older file left.
        let older = lake.folder(Table::Performance).join("a.parquet");
        fs::rename(lake.history(Table::Performance).join("a.parquet"), older).unwrap();
        assert_eq!(by_folder(&lake).len(), 4);
        assert_eq!(seen(&lake, LATE), expected(&[("2014-03", 1.0), ("2014-04", 2.0)]));
        let again = Lake::open(folder.path(), "northamptonshire").unwrap();
        again.put(&receipt("c", "2014-07-01"), &[figure("c", "2014-05", 3.0)]).unwrap();
        assert_eq!(by_folder(&again), expected(&[("2014-03", 1.0), ("2014-04", 2.0), ("2014-05", 3.0)]));
    }

    #[test]
    fn two_rows_with_one_key_are_refused_and_nothing_is_written() {
        let (_folder, lake) = lake();
        let rows = [figure("a", "2014-03", 1.0), figure("a", "2014-03", 2.0)];
        let error = lake.put(&receipt("a", "2014-05-01"), &rows).unwrap_err().to_string();
        assert!(error.contains("two rows have one key"), "{error}");
        assert_eq!(names(&lake, false), Vec::<String>::new());
    }

    #[test]
    fn ids_that_would_lead_elsewhere_are_refused() {
        for id in ["", "..", "a/b", "a.1", "\u{e9}"] {
            assert!(Lake::open(Path::new("x"), id).is_err(), "{id}");
            let (_folder, lake) = lake();
            assert!(lake.put(&receipt(id, "2014-05-01"), &[figure("a", "2014-03", 1.0)]).is_err(), "{id}");
        }
    }

    #[test]
    fn the_same_rows_give_the_same_bytes_whatever_their_order() {
        let bytes = |rows: &[Row]| {
            let (_folder, lake) = lake();
            lake.put(&receipt("a", "2014-05-01"), rows).unwrap();
            fs::read(lake.folder(Table::Performance).join("a.parquet")).unwrap()
        };
        let (one, two) = (figure("a", "2014-03", 1.0), figure("a", "2014-04", 2.0));
        assert_eq!(bytes(&[one.clone(), two.clone()]), bytes(&[two, one]));
    }
}
