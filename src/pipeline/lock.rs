//! One run at a time: a lock on a file in the data folder, freed when the process ends however it ends.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::model::Error;

/// Held while a run changes the data folder.
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock.
    ///
    /// # Errors
    /// Another run holds it, or the folder cannot be written.
    pub fn take(data: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(data).map_err(|e| Error::io(data, "the data folder could not be made", e))?;
        let path = data.join("lock");
        let file = File::create(&path).map_err(|e| Error::io(&path, "the lock could not be made", e))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::state(
                path.display().to_string(),
                "busy: another run is at work on this data folder",
                "Wait until it ends, or look for it with `ps`.",
            )),
            Err(TryLockError::Error(e)) => Err(Error::io(&path, "the lock could not be taken", e)),
        }
    }
}
