//! The state of one moment, held fast: every file gets a second name in a hidden folder beside it, so that it stays though
//! the first name goes.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use super::{FOLDER, Source};
use crate::ledger::{AuditCheck, Ledger};
use crate::model::Error;
use crate::pipeline::lock::Lock;
use crate::spec::Pipeline;

/// What the hidden folders begin with.
const PREFIX: &str = ".backup-";

/// The copy of the ledger in the held data folder.
const LEDGER: &str = "ledger.sqlite";

/// A state that is held until this is dropped.
pub(super) struct Held {
    data: TempDir,
    reports: TempDir,
    /// The audit trail of the moment.
    pub audit: AuditCheck,
    /// Only one backup at a time.
    _alone: std::fs::File,
}

/// Holds the state of a data folder and a reports folder.
pub(super) fn hold(data: &Path, reports: &Path, with_quarantine: bool) -> Result<Held, Error> {
    let alone = alone(data)?;
    for folder in [data, reports] {
        std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, "the folder could not be made", e))?;
        sweep(folder)?;
    }
    let beside = |folder: &Path| {
        let made = tempfile::Builder::new().prefix(PREFIX).tempdir_in(folder);
        made.map_err(|e| Error::io(folder, "a folder for the backup could not be made", e))
    };
    let held = (beside(data)?, beside(reports)?);
    let _lock = Lock::wait(data)?;
    // The ledger first: what it speaks of is on the disk before it is written down, so that all of it is found after.
    let ledger = Ledger::open(data)?;
    ledger.copy_to(&held.0.path().join(LEDGER))?;
    let copied = Ledger::open_copy(&held.0.path().join(LEDGER))?.check_audit()?;
    link(data, held.0.path(), &|name| {
        let top = name.components().next().map(|c| c.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
        let ours = top == FOLDER || top == "lock" || top.starts_with(LEDGER) || top == ALONE;
        let waiting = top == "quarantine" && !with_quarantine && !is_certificate(name);
        ours || waiting
    })?;
    link(reports, held.1.path(), &|_| false)?;
    Ok(Held { data: held.0, reports: held.1, audit: copied, _alone: alone })
}

/// The file whose lock lets one backup at a time through.
const ALONE: &str = "backup.lock";

fn alone(data: &Path) -> Result<std::fs::File, Error> {
    std::fs::create_dir_all(data).map_err(|e| Error::io(data, "the data folder could not be made", e))?;
    let path = data.join(ALONE);
    let file = std::fs::File::create(&path).map_err(|e| Error::io(&path, "the lock could not be made", e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => Err(Error::state(
            path.display().to_string(),
            "busy: another backup is being made of this data folder",
            "Wait until it ends.",
        )),
    }
}

/// Whether a path below the data folder is of the certificates, or the folder that leads to them.
fn is_certificate(name: &Path) -> bool {
    let certificates = Path::new("quarantine").join("certificates");
    name.starts_with(&certificates) || certificates.starts_with(name)
}

/// Clears away what a backup that died has left.
fn sweep(folder: &Path) -> Result<(), Error> {
    let failed = |e| Error::io(folder, "could not be cleared of what a dead backup left", e);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) && entry.path().is_dir() {
            std::fs::remove_dir_all(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

/// Gives every file below a folder a second name below another, hidden ones left out, and links as they are.
fn link(from: &Path, to: &Path, left_out: &dyn Fn(&Path) -> bool) -> Result<(), Error> {
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        let folder = from.join(&below);
        let entries = match std::fs::read_dir(&folder) {
            // A folder that a portal cleared away meanwhile.
            Err(e) if e.kind() == ErrorKind::NotFound => continue,
            entries => entries.map_err(|e| Error::io(&folder, "the folder could not be read", e))?,
        };
        for entry in entries {
            let entry = entry.map_err(|e| Error::io(&folder, "the folder could not be read", e))?;
            let name = below.join(entry.file_name());
            if entry.file_name().to_string_lossy().starts_with('.') || left_out(&name) {
                continue;
            }
            let kind = entry.file_type().map_err(|e| Error::io(entry.path(), "could not be looked at", e))?;
            let (path, held) = (entry.path(), to.join(&name));
            let failed = |e| Error::io(&path, "could not be held for the backup", e);
            if kind.is_dir() {
                std::fs::create_dir(&held).map_err(failed)?;
                open.push(name);
            } else if kind.is_symlink() {
                let target = std::fs::read_link(&path).map_err(failed)?;
                std::os::unix::fs::symlink(target, &held).map_err(failed)?;
            } else if kind.is_file() {
                match std::fs::hard_link(&path, &held) {
                    Ok(()) => {}
                    // What an upload of the portal renamed in this moment is found under its new name, or in the next backup.
                    Err(e) if e.kind() == ErrorKind::NotFound => {}
                    // A file system without second names: a copy.
                    Err(_) => std::fs::copy(&path, &held).map(|_| ()).map_err(failed)?,
                }
            }
        }
    }
    Ok(())
}

impl Held {
    /// Every held file by its name in the archive, in order.
    pub fn sources(&self) -> Result<Vec<Source>, Error> {
        let mut sources = Vec::new();
        for (prefix, folder) in self.folders() {
            walk(folder, &mut |path, is_link| {
                if !is_link {
                    sources.push(Source { name: named(prefix, folder, path), path: path.to_owned() });
                }
                Ok(())
            })?;
        }
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(sources)
    }

    /// Every held link that leads to something beside itself.
    pub fn links(&self) -> Result<Vec<(String, String)>, Error> {
        let mut links = Vec::new();
        for (prefix, folder) in self.folders() {
            walk(folder, &mut |path, is_link| {
                let target = std::fs::read_link(path).ok().filter(|t| is_link && is_plain(t));
                if let Some(target) = target {
                    links.push((named(prefix, folder, path), target.display().to_string()));
                }
                Ok(())
            })?;
        }
        links.sort();
        Ok(links)
    }

    fn folders(&self) -> [(&'static str, &Path); 2] {
        [("data", self.data.path()), ("reports", self.reports.path())]
    }
}

/// Whether a path is made of names alone.
pub(super) fn is_plain(path: &Path) -> bool {
    let plain = path.components().all(|c| matches!(c, Component::Normal(_)));
    plain && path.components().next().is_some() && !path.as_os_str().is_empty()
}

fn named(prefix: &str, folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    format!("{prefix}/{}", below.display())
}

fn walk(folder: &Path, each: &mut dyn FnMut(&Path, bool) -> Result<(), Error>) -> Result<(), Error> {
    let failed = |e| Error::io(folder, "the folder could not be read", e);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        match kind.is_dir() {
            true => walk(&entry.path(), each)?,
            false => each(&entry.path(), kind.is_symlink())?,
        }
    }
    Ok(())
}

/// The files of a board's configuration, under `configuration/` as they lie beside the pipeline file.
pub(super) fn configuration(pipeline: &Pipeline) -> Result<Vec<Source>, Error> {
    let folder = pipeline.file.parent().unwrap_or(Path::new(""));
    let mut paths = vec![pipeline.file.clone()];
    paths.extend(pipeline.paths.evaluation.clone());
    for list in std::iter::once(&pipeline.paths.reference).chain(&pipeline.paths.returns) {
        walk(list, &mut |path, is_link| {
            let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
            if !is_link && !hidden {
                paths.push(path.to_owned());
            }
            Ok(())
        })?;
    }
    let name = |path: &Path| match path.strip_prefix(folder).ok().filter(|p| is_plain(p)) {
        Some(below) => format!("configuration/{}", below.display()),
        None => format!("configuration/elsewhere/{}", path.file_name().unwrap_or_default().to_string_lossy()),
    };
    let mut sources: Vec<Source> = paths.into_iter().map(|path| Source { name: name(&path), path }).collect();
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    sources.dedup_by(|a, b| a.name == b.name);
    Ok(sources)
}
