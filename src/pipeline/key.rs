//! The key under which cases and reviews are hashed. It lies in the data folder and is no input of a run.

use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::model::Error;

/// Bytes of the key.
const LENGTH: usize = 32;

/// Reads `pseudonym.key` of the data folder, or makes it from the system's randomness, readable by its owner alone.
///
/// # Errors
/// It could not be read or made, or is not 32 bytes long.
pub fn read_or_make(data: &Path) -> Result<Vec<u8>, Error> {
    let path = data.join("pseudonym.key");
    let failed = |e| Error::io(&path, "the key of the pseudonyms could not be read or made", e);
    if path.exists() {
        let key = std::fs::read(&path).map_err(failed)?;
        return if key.len() == LENGTH {
            Ok(key)
        } else {
            Err(Error::state(
                path.display().to_string(),
                format!("the key of the pseudonyms has {} bytes, not {LENGTH}", key.len()),
                "Restore it from the backup: with another key the same child would count as another.",
            ))
        };
    }
    let mut key = vec![0; LENGTH];
    std::fs::File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut key)).map_err(failed)?;
    // Whole or not there: half a key would stop every later run.
    let part = data.join(".pseudonym.key.part");
    let mut open = std::fs::OpenOptions::new();
    let mut file = open.write(true).create(true).truncate(true).mode(0o600).open(&part).map_err(failed)?;
    file.write_all(&key).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&part, &path).map_err(failed)?;
    std::fs::File::open(data).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(key)
}
