//! A copy of the whole ledger as it is at one moment, made while others write to it.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::Ledger;
use crate::model::Error;

impl Ledger {
    /// Copies the ledger to a file that is not there yet.
    ///
    /// # Errors
    /// The copy could not be written, or does not pass SQLite's own check.
    pub fn copy_to(&self, file: &Path) -> Result<(), Error> {
        let write = || {
            let mut copy = Connection::open(file)?;
            // All pages in one step: under WAL nobody waits for it, and no writer can make it begin again.
            let done = Backup::new(&self.connection, &mut copy)?.step(-1)?;
            if done != StepResult::Done {
                return Ok(format!("the copy ended as {done:?}"));
            }
            // One file, with nothing beside it.
            copy.pragma_update(None, "journal_mode", "DELETE")?;
            copy.query_row("PRAGMA integrity_check", [], |r| r.get::<_, String>(0))
        };
        match write() {
            Ok(sound) if sound == "ok" => Ok(()),
            Ok(other) => Err(Error::state(file.display().to_string(), other, "Free disk space, and try again.")),
            Err(e) => Err(self.failed(&e)),
        }
    }

    /// Opens a copy to read it, without bringing its tables up to date or writing anything beside it.
    ///
    /// # Errors
    /// It could not be opened.
    pub fn open_copy(file: &Path) -> Result<Self, Error> {
        let place = file.display().to_string();
        match Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY) {
            Ok(connection) => Ok(Self { connection, place }),
            Err(e) => Err(Error::state(place, format!("the copy could not be opened: {e}"), "Try again.")),
        }
    }

    /// Whether the ledger passes SQLite's own check.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn is_sound(&self) -> Result<bool, Error> {
        let sound = self.connection.query_row("PRAGMA quick_check", [], |r| r.get::<_, String>(0));
        sound.map(|s| s == "ok").map_err(|e| self.failed(&e))
    }
}
