//! Backup and restore: one file that holds a board whole, made while the portal serves and runs start.
//!
//! Everything below the data folder and the reports folder is written under a temporary name and renamed, and never changed
//! afterwards. So a backup holds the runs' lock only for the moment in which it copies the ledger and gives every file a
//! second name ([`hold`]); what it then reads at leisure is the state of that moment, whatever the next run does.
//!
//! The file is a zip archive: `data/`, `reports/`, `configuration/` (pipeline file, reference lists, return specs), and last
//! `manifest.json` with the SHA-256 of each. Left out are quarantined files, unless they are asked for: they wait to be
//! destroyed, and a backup would keep them longer. Their certificates go along. The keys go along too, so that a backup is as
//! secret as the data folder itself; a key that `LSCB_SECRET_FILE` names does not, and must be kept apart.

mod hold;
mod restore;

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub use restore::{Restored, restore};

use super::run::required;
use crate::lake::write_atomically;
use crate::model::Error;
use crate::spec::Pipeline;

/// What the file of a backup ends with.
pub const ENDING: &str = ".lscb.zip";

/// Where in the data folder the portal puts backups; it is no part of one.
pub const FOLDER: &str = "backups";

/// The file that says what is in the archive.
const MANIFEST: &str = "manifest.json";

/// The version of the archive's layout.
const FORMAT: u32 = 1;

/// What is to be backed up.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The pipeline file.
    pub pipeline: PathBuf,
    /// Instead of the pipeline's data folder.
    pub data: Option<PathBuf>,
    /// Instead of the pipeline's reports folder.
    pub reports: Option<PathBuf>,
    /// Quarantined files too.
    pub with_quarantine: bool,
}

/// What a backup holds, as its manifest says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the layout.
    pub format: u32,
    /// The board.
    pub board: String,
    /// Version of the program.
    pub program: String,
    /// When it was made, RFC 3339 in UTC.
    pub made_at: String,
    /// Whether quarantined files are in it.
    pub quarantine: bool,
    /// Lines of the audit trail, and the hash of the last: with it an older trail is held against a newer one.
    pub audit_lines: u64,
    /// The hash of the last line.
    pub audit_head: String,
    /// Every file.
    pub files: Vec<Entry>,
    /// Symbolic links and where they lead, beside themselves.
    pub links: Vec<(String, String)>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in the archive: `data/originals/...`.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub sha256: String,
    /// Its mode.
    pub mode: u32,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The file.
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of it.
    pub sha256: String,
    /// Files in it.
    pub files: usize,
}

/// Makes a backup, for the eyes of its owner alone. While a run is at work it waits for the run's end.
///
/// # Errors
/// The file is there already, a configuration that does not read, or a file that could not be read or written; then there is
/// no backup, not even a part of one.
pub fn backup(options: &Options, file: &Path, now: DateTime<Utc>) -> Result<Made, Error> {
    if file.exists() {
        let advice = "Give another name: a backup replaces none.";
        return Err(Error::configuration(file.display().to_string(), "there is a file already", advice));
    }
    let pipeline = Pipeline::read(&options.pipeline)?;
    let data = required(&pipeline, "data", options.data.clone().or(pipeline.paths.data.clone()))?;
    let reports = required(&pipeline, "reports", options.reports.clone().or(pipeline.paths.reports.clone()))?;
    let held = hold::hold(&data, &reports, options.with_quarantine)?;
    let mut sources = held.sources()?;
    sources.extend(hold::configuration(&pipeline)?);
    let mut manifest = Manifest {
        format: FORMAT,
        board: pipeline.board.clone(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now.to_rfc3339_opts(SecondsFormat::Secs, true),
        quarantine: options.with_quarantine,
        audit_lines: held.audit.lines,
        audit_head: held.audit.head.clone(),
        files: Vec::new(),
        links: held.links()?,
    };
    write_atomically(file, |to| {
        let failed = |e| Error::io(file, "the backup could not be written", e);
        to.set_permissions(std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
        let mut archive = ZipWriter::new(to).set_auto_large_file();
        for source in &sources {
            manifest.files.push(put(&mut archive, source, file)?);
        }
        let text = serde_json::to_vec_pretty(&manifest).map_err(|e| failed(e.into()))?;
        let zipped = |e: zip::result::ZipError| failed(std::io::Error::other(e));
        archive.start_file(MANIFEST, SimpleFileOptions::default()).map_err(zipped)?;
        archive.write_all(&text).map_err(failed)?;
        archive.finish().map(|_| ()).map_err(zipped)
    })?;
    let bytes = std::fs::metadata(file).map_err(|e| Error::io(file, "the backup could not be looked at", e))?.len();
    Ok(Made { file: file.to_owned(), bytes, sha256: super::digest::of_file(file)?, files: manifest.files.len() })
}

/// A file to be put into the archive.
struct Source {
    name: String,
    path: PathBuf,
}

/// Puts a file into the archive, read in pieces, and gives what it was as it was read.
fn put(archive: &mut ZipWriter<&mut File>, source: &Source, to: &Path) -> Result<Entry, Error> {
    let unread = |e| Error::io(&source.path, "the file could not be read", e);
    let unwritten = |e| Error::io(to, "the backup could not be written", e);
    let mut from = File::open(&source.path).map_err(unread)?;
    let mode = from.metadata().map_err(unread)?.permissions().mode() & 0o777;
    // What is packed already grows by packing it again.
    let packed = [".parquet", ".xlsx", ".ods", ".zip", ".png"].iter().any(|e| source.name.ends_with(e));
    let method = if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    let options = SimpleFileOptions::default().compression_method(method).unix_permissions(mode);
    archive.start_file(source.name.as_str(), options).map_err(|e| unwritten(std::io::Error::other(e)))?;
    let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        match from.read(&mut piece).map_err(unread)? {
            0 => break,
            n => {
                hash.update(&piece[..n]);
                archive.write_all(&piece[..n]).map_err(unwritten)?;
                bytes += n as u64;
            }
        }
    }
    let sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    Ok(Entry { name: source.name.clone(), bytes, sha256, mode })
}

/// A backup that lies where the portal puts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was made, RFC 3339 in UTC.
    pub made_at: String,
}

/// Makes a backup where the portal puts them, named by board and time.
///
/// # Errors
/// As for [`backup`].
pub fn backup_here(options: &Options, now: DateTime<Utc>) -> Result<Made, Error> {
    let pipeline = Pipeline::read(&options.pipeline)?;
    let data = required(&pipeline, "data", options.data.clone().or(pipeline.paths.data.clone()))?;
    let name = format!("{}-{}{ENDING}", pipeline.board, now.format("%Y%m%dT%H%M%SZ"));
    backup(options, &data.join(FOLDER).join(name), now)
}

/// The backups that the portal has made, the newest first.
///
/// # Errors
/// The folder could not be read.
pub fn list(data: &Path) -> Result<Vec<Listed>, Error> {
    let folder = data.join(FOLDER);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let failed = |e| Error::io(&folder, "the backups could not be read", e);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || !name.ends_with(ENDING) {
            continue;
        }
        let about = entry.metadata().map_err(failed)?;
        let made = about.modified().map(DateTime::<Utc>::from).map_err(failed)?;
        let made_at = made.to_rfc3339_opts(SecondsFormat::Secs, true);
        found.push(Listed { name, path: entry.path(), bytes: about.len(), made_at });
    }
    found.sort_by(|a, b| (&b.made_at, &b.name).cmp(&(&a.made_at, &a.name)));
    Ok(found)
}
