//! A file on its way in: written piece by piece, counted and hashed as it comes. One whose connection is cut, or that grows
//! too large, leaves nothing behind.

use std::fs::{File, OpenOptions, remove_file};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::Utc;
use sha2::{Digest, Sha256};

use super::{Desk, NewUpload, files, random_id};
use crate::ingest::Limits;
use crate::model::upload::Sender;
use crate::model::{Error, Upload};
use crate::pipeline::configuration::Configuration;
use crate::pipeline::digest;

/// A file that is being received. Dropped before it is handed over, it is removed.
pub struct Incoming {
    path: PathBuf,
    file: File,
    hash: Sha256,
    bytes: u64,
    most: u64,
    is_kept: bool,
}

impl Desk {
    /// Begins to receive a file.
    ///
    /// # Errors
    /// The folder could not be written, or the ledger not be read.
    pub fn incoming(&self) -> Result<Incoming, Error> {
        Incoming::begin(&files::folder(self.data()), largest(&*self.configuration()?))
    }

    /// How many files a sender may still send: the board's `uploads_a_day` less those of the last 24 hours (ASVS 5.0, 5.2.4).
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn left_today(&self, sender: &Sender) -> Result<usize, Error> {
        let most = self.configuration()?.pipeline.portal.uploads_a_day as usize;
        let since = super::text(Utc::now() - chrono::Duration::hours(24));
        Ok(most.saturating_sub(self.inner.reader().uploads_by(sender, &since)?))
    }

    /// Receives what came in whole: see [`Desk::receive`].
    ///
    /// # Errors
    /// As there.
    pub fn hand_over(&self, incoming: Incoming, agency: &str, sender: &Sender, name: &str) -> Result<Upload, Error> {
        let mut incoming = incoming;
        let new = NewUpload {
            agency: agency.to_owned(),
            sender: sender.clone(),
            name: name.to_owned(),
            file: incoming.path.clone(),
            sha256: digest::hex(&incoming.hash.clone().finalize()),
            bytes: incoming.bytes,
        };
        let received = self.receive(new)?;
        incoming.is_kept = true;
        Ok(received)
    }
}

/// The largest file that a board takes, in bytes: what it says, and no more than the door reads.
pub fn largest(configuration: &Configuration) -> u64 {
    configuration.pipeline.portal.upload_bytes.min(Limits::default().file_bytes)
}

impl Incoming {
    fn begin(folder: &Path, most: u64) -> Result<Self, Error> {
        let path = folder.join(format!(".part-{}", random_id()?));
        let mut open = OpenOptions::new();
        let file = open.write(true).create_new(true).mode(0o600).open(&path);
        let file = file.map_err(|e| Error::io(&path, "the file could not be begun", e))?;
        Ok(Self { path, file, hash: Sha256::new(), bytes: 0, most, is_kept: false })
    }

    /// Takes a piece; gives whether the file is still no larger than a return may be.
    ///
    /// # Errors
    /// It could not be written.
    pub fn write(&mut self, piece: &[u8]) -> Result<bool, Error> {
        self.bytes += piece.len() as u64;
        if self.bytes > self.most {
            return Ok(false);
        }
        self.hash.update(piece);
        self.file.write_all(piece).map_err(|e| Error::io(&self.path, "the file could not be written", e))?;
        Ok(true)
    }

    /// How many bytes have come.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.is_kept {
            // What cannot be removed now is removed at the next start.
            let _ = remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_off_or_grows_too_large_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let count = || std::fs::read_dir(folder.path()).unwrap().count();
        let mut cut = Incoming::begin(folder.path(), 10).unwrap();
        assert!(cut.write(b"12345").unwrap());
        assert_eq!(count(), 1);
        drop(cut);
        assert_eq!(count(), 0, "the connection was cut");
        let mut large = Incoming::begin(folder.path(), 10).unwrap();
        assert!(large.write(b"1234567890").unwrap());
        assert!(!large.write(b"1").unwrap());
        assert_eq!(large.bytes(), 11);
        drop(large);
        assert_eq!(count(), 0);
        let mut kept = Incoming::begin(folder.path(), 10).unwrap();
        kept.is_kept = true;
        drop(kept);
        assert_eq!(count(), 1);
    }
}
