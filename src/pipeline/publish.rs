//! Publication: folders are built whole under a hidden name, moved into place, committed in the ledger, and only then do
//! the `latest` links move. Whoever reads sees the last good report or the new one, never half of either.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::model::Error;

/// A folder being built beside the place where it will lie.
pub struct Building {
    folder: PathBuf,
    part: PathBuf,
}

impl Building {
    /// Begins the folder `name` below `parent`; leftovers of a run that died are swept away.
    ///
    /// # Errors
    /// The folder could not be made.
    pub fn begin(parent: &Path, name: &str) -> Result<Self, Error> {
        std::fs::create_dir_all(parent).map_err(|e| Error::io(parent, "the folder could not be made", e))?;
        sweep(parent, name)?;
        let part = parent.join(format!(".{name}.part"));
        let failed = |e| Error::io(&part, "the folder could not be prepared", e);
        if part.exists() {
            std::fs::remove_dir_all(&part).map_err(failed)?;
        }
        std::fs::create_dir(&part).map_err(failed)?;
        Ok(Self { folder: parent.join(name), part })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.part
    }

    /// Makes everything durable and moves it into place.
    ///
    /// # Errors
    /// A file could not be made durable, or the folder not be moved.
    pub fn finish(self) -> Result<(), Error> {
        sync(&self.part)?;
        let failed = |e| Error::io(&self.folder, "the folder could not be moved into place", e);
        let parent = self.folder.parent().unwrap_or(Path::new("."));
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy();
        let old = parent.join(format!(".{name}.old"));
        if self.folder.exists() {
            std::fs::rename(&self.folder, &old).map_err(failed)?;
        }
        std::fs::rename(&self.part, &self.folder).map_err(failed)?;
        sync_folder(parent)?;
        if old.exists() {
            std::fs::remove_dir_all(&old).map_err(failed)?;
        }
        Ok(())
    }
}

/// Clears up after a run that died: parts of any run go, and an old folder whose new one never came is put back.
fn sweep(parent: &Path, name: &str) -> Result<(), Error> {
    let failed = |e| Error::io(parent, "could not be cleared of what a dead run left", e);
    let (folder, old) = (parent.join(name), parent.join(format!(".{name}.old")));
    if old.exists() && !folder.exists() {
        std::fs::rename(&old, &folder).map_err(failed)?;
    }
    for entry in std::fs::read_dir(parent).map_err(failed)?.flatten() {
        let left = entry.file_name().to_string_lossy().into_owned();
        let ours = left.starts_with('.') && (left.ends_with(".part") || left.ends_with(".old"));
        if ours && entry.path().is_dir() {
            std::fs::remove_dir_all(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

/// Makes everything below a folder durable.
///
/// # Errors
/// A file could not be made durable.
pub(super) fn sync(path: &Path) -> Result<(), Error> {
    let failed = |e| Error::io(path, "could not be made durable", e);
    if path.is_dir() {
        for entry in std::fs::read_dir(path).map_err(failed)? {
            sync(&entry.map_err(failed)?.path())?;
        }
        return sync_folder(path);
    }
    File::open(path).and_then(|f| f.sync_all()).map_err(failed)
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| Error::io(folder, "could not be made durable", e))
}

/// Lets the link `latest` in `parent` point to `name`; does nothing where it already does.
///
/// # Errors
/// The link could not be made.
pub fn point_latest(parent: &Path, name: &str) -> Result<(), Error> {
    let link = parent.join("latest");
    if std::fs::read_link(&link).is_ok_and(|target| target == Path::new(name)) {
        return Ok(());
    }
    let part = parent.join(".latest.part");
    let failed = |e| Error::io(&link, "the link could not be moved", e);
    match std::fs::remove_file(&part) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(e)),
        _ => {}
    }
    std::os::unix::fs::symlink(name, &part).map_err(failed)?;
    std::fs::rename(&part, &link).map_err(failed)?;
    sync_folder(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_appears_whole_and_the_link_follows() {
        let parent = tempfile::tempdir().unwrap();
        let building = Building::begin(parent.path(), "run").unwrap();
        std::fs::write(building.path().join("index.html"), "new").unwrap();
        assert!(!parent.path().join("run").exists());
        building.finish().unwrap();
        assert_eq!(std::fs::read_to_string(parent.path().join("run/index.html")).unwrap(), "new");
        point_latest(parent.path(), "run").unwrap();
        point_latest(parent.path(), "run").unwrap();
        assert_eq!(std::fs::read_to_string(parent.path().join("latest/index.html")).unwrap(), "new");
    }

    #[test]
    fn an_old_folder_stands_until_the_new_one_is_whole() {
        let parent = tempfile::tempdir().unwrap();
        let write = |text: &str| {
            let building = Building::begin(parent.path(), "run").unwrap();
            std::fs::write(building.path().join("index.html"), text).unwrap();
            building
        };
        write("old").finish().unwrap();
        write("new").finish().unwrap();
        let read = || std::fs::read_to_string(parent.path().join("run/index.html")).unwrap();
        assert_eq!(read(), "new");
        // A run that died between the two renames left the old folder under its hidden name.
        std::fs::rename(parent.path().join("run"), parent.path().join(".run.old")).unwrap();
        drop(Building::begin(parent.path(), "run").unwrap());
        assert_eq!(read(), "new");
    }

    #[test]
    fn what_a_dead_run_left_is_swept_away() {
        let parent = tempfile::tempdir().unwrap();
        let dead = Building::begin(parent.path(), "run").unwrap();
        std::fs::write(dead.path().join("half"), "").unwrap();
        drop(dead);
        let building = Building::begin(parent.path(), "run").unwrap();
        building.finish().unwrap();
        assert_eq!(std::fs::read_dir(parent.path().join("run")).unwrap().count(), 0);
    }
}
