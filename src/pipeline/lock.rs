//! One run at a time: a lock on a file in the data folder, freed when the process ends however it ends.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::model::Error;

/// How long a run waits for the lock: a backup holds it for a moment.
const PATIENCE: Duration = Duration::from_secs(1);

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
        let (path, file) = open(data)?;
        let since = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if since.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::state(
                        path.display().to_string(),
                        "busy: another run is at work on this data folder",
                        "Wait until it ends, or look for it with `ps`.",
                    ));
                }
                Err(TryLockError::Error(e)) => return Err(Error::io(&path, "the lock could not be taken", e)),
            }
        }
    }

    /// Takes the lock as soon as whoever holds it is done.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn wait(data: &Path) -> Result<Self, Error> {
        let (path, file) = open(data)?;
        file.lock().map_err(|e| Error::io(&path, "the lock could not be taken", e))?;
        Ok(Self { _file: file })
    }
}

fn open(data: &Path) -> Result<(PathBuf, File), Error> {
    std::fs::create_dir_all(data).map_err(|e| Error::io(data, "the data folder could not be made", e))?;
    let path = data.join("lock");
    let file = File::create(&path).map_err(|e| Error::io(&path, "the lock could not be made", e))?;
    Ok((path, file))
}
