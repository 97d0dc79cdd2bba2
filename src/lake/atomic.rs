//! Files that are whole or not there: written to a temporary name in the same folder, synced, renamed, and the folder synced.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::model::Error;

/// Writes a file so that a reader, or a restart after a crash at any moment, finds the old file or the new one and nothing
/// between. `fill` writes the bytes; folders are created. The mode is that of an ordinary new file under the user's umask.
///
/// # Errors
/// [`Error::Io`] with the path for a failed system call, and whatever `fill` gives; the old file then stands.
pub fn write_atomically(path: &Path, fill: impl FnOnce(&mut File) -> Result<(), Error>) -> Result<(), Error> {
    let folder = folder_of(path);
    create_folder(folder)?;
    let mut temporary = tempfile::Builder::new()
        .prefix(".part-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(|e| Error::io(path, "create a temporary file beside", e))?;
    fill(temporary.as_file_mut())?;
    temporary.as_file().sync_all().map_err(|e| Error::io(path, "sync", e))?;
    temporary.persist(path).map_err(|e| Error::io(path, "rename to", e.error))?;
    sync_folder(folder)
}

/// Moves a file within a file system, so that it survives a crash in one of the two places.
///
/// # Errors
/// [`Error::Io`] for a failed system call.
pub fn move_file(from: &Path, to: &Path) -> Result<(), Error> {
    create_folder(folder_of(to))?;
    fs::rename(from, to).map_err(|e| Error::io(from, "move", e))?;
    sync_folder(folder_of(to))?;
    sync_folder(folder_of(from))
}

/// Removes a file; one that is not there is no error.
///
/// # Errors
/// [`Error::Io`] for a failed system call.
pub fn remove_file(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder(folder_of(path)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(Error::io(path, "remove", e)),
    }
}

/// Creates a folder and those above it, and syncs the folder that holds each new one.
fn create_folder(folder: &Path) -> Result<(), Error> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    create_folder(above)?;
    match fs::create_dir(folder) {
        Ok(()) => sync_folder(above),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(e) => Err(Error::io(folder, "create folder", e)),
    }
}

/// Makes a rename or removal in a folder outlast a loss of power.
///
/// # Errors
/// [`Error::Io`] for a failed system call.
pub fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| Error::io(folder, "sync folder", e))
}

/// The folder a path lies in; the current one for a bare name.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_old_file_stands_when_writing_fails() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/file");
        let put = |text: &'static str, fail: bool| {
            write_atomically(&path, |f| {
                f.write_all(text.as_bytes()).map_err(|e| Error::io("x", "write", e))?;
                if fail { Err(Error::state("x", "stopped", "")) } else { Ok(()) }
            })
        };
        put("old", false).unwrap();
        assert!(put("new, half wr", true).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        put("new", false).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().flatten().map(|e| e.file_name()).collect();
        assert_eq!(names, ["file"], "no temporary file is left, not even by the failure");
    }

    #[test]
    fn moved_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("deep/er/b"));
        fs::write(&a, "x").unwrap();
        move_file(&a, &b).unwrap();
        assert!(!a.exists() && b.exists());
        remove_file(&b).unwrap();
        remove_file(&b).unwrap();
        assert!(move_file(&a, &b).unwrap_err().to_string().contains("move"));
    }
}
