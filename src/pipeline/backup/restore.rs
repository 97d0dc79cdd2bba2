//! Restore: everything of a backup into an empty folder, each file held against its hash; all of it or nothing.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::hold::is_plain;
use super::{Entry, FORMAT, MANIFEST, Manifest};
use crate::model::Error;

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The folder.
    pub folder: PathBuf,
    /// What the backup said of itself.
    pub manifest: Manifest,
    /// The pipeline file among what was restored, where it lay beside its lists.
    pub pipeline: Option<PathBuf>,
}

/// Restores a backup into a folder that is empty or not there: `data/`, `reports/` and `configuration/` below it.
///
/// # Errors
/// A folder that is not empty, a file that is no backup, or one whose content is not what its manifest says: then nothing is
/// left.
pub fn restore(file: &Path, to: &Path) -> Result<Restored, Error> {
    let failed = |e| Error::io(to, "the folder could not be used", e);
    if to.exists() && std::fs::read_dir(to).map_err(failed)?.next().is_some() {
        let advice = "Restore into an empty folder: nothing is ever written over.";
        return Err(Error::configuration(to.display().to_string(), "the folder is not empty", advice));
    }
    let mut archive = open(file)?;
    let manifest = manifest_of(file, &mut archive)?;
    let parent = to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(failed)?;
    let part = tempfile::Builder::new().prefix(".restore-").tempdir_in(parent).map_err(failed)?;
    for folder in ["data", "reports", "configuration"] {
        std::fs::create_dir(part.path().join(folder)).map_err(failed)?;
    }
    for entry in &manifest.files {
        unpack(file, &mut archive, entry, part.path())?;
    }
    for (name, target) in &manifest.links {
        let place = part.path().join(name);
        make_folder(&place)?;
        std::os::unix::fs::symlink(target, &place).map_err(failed)?;
    }
    crate::pipeline::publish::sync(part.path())?;
    std::fs::set_permissions(part.path(), std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
    std::fs::rename(part.path(), to).map_err(failed)?;
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(failed)?;
    let pipeline = manifest.files.iter().find_map(|e| {
        let below = e.name.strip_prefix("configuration/")?;
        (below.ends_with(".toml") && !below.contains('/')).then(|| to.join(&e.name))
    });
    Ok(Restored { folder: to.to_owned(), manifest, pipeline })
}

fn open(file: &Path) -> Result<ZipArchive<File>, Error> {
    let from = File::open(file).map_err(|e| Error::io(file, "the backup could not be opened", e))?;
    ZipArchive::new(from).map_err(|e| damaged(file, &format!("it is no backup, or not whole: {e}")))
}

fn damaged(file: &Path, what: &str) -> Error {
    Error::state(file.display().to_string(), what, "Take another backup; nothing was restored from this one.")
}

/// The manifest, if every name in it stays where it belongs and the archive holds these files and no other.
fn manifest_of(file: &Path, archive: &mut ZipArchive<File>) -> Result<Manifest, Error> {
    let wrong = |what: &str| damaged(file, what);
    let mut text = Vec::new();
    let entry = archive.by_name(MANIFEST).map_err(|_| wrong("it has no manifest: it is no backup, or not whole"))?;
    // A board with a million files has a manifest of some 200 MB.
    entry.take(1 << 30).read_to_end(&mut text).map_err(|e| Error::io(file, "the manifest could not be read", e))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|e| wrong(&format!("its manifest does not read: {e}")))?;
    if manifest.format != FORMAT {
        return Err(wrong("it was made by a later version of this program"));
    }
    let stays = |name: &str| {
        let below = ["data/", "reports/", "configuration/"].iter().find_map(|p| name.strip_prefix(p));
        below.is_some_and(|b| is_plain(Path::new(b)) && !b.contains(['\\', '\0']))
    };
    let links = manifest.links.iter();
    let leads_away = links.clone().any(|(name, target)| !stays(name) || !is_plain(Path::new(target)));
    if leads_away || manifest.files.iter().any(|e| !stays(&e.name)) {
        return Err(wrong("a name in its manifest leads elsewhere"));
    }
    let named: BTreeSet<&str> = manifest.files.iter().map(|e| e.name.as_str()).collect();
    // A file below a link would be written where the link leads.
    let below_link = links.clone().any(|(l, _)| named.iter().any(|n| Path::new(n).starts_with(l)));
    if named.len() != manifest.files.len() || below_link {
        return Err(wrong("a name stands twice in its manifest"));
    }
    let mut held = 0;
    for name in archive.file_names() {
        let name = name.map_err(|_| wrong("a name in it does not read"))?;
        if name != MANIFEST && !named.contains(&*name) {
            return Err(wrong("it holds a file of which its manifest does not speak"));
        }
        held += 1;
    }
    if held != named.len() + 1 {
        return Err(wrong("a file of its manifest is missing"));
    }
    Ok(manifest)
}

fn make_folder(place: &Path) -> Result<(), Error> {
    let folder = place.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, "the folder could not be made", e))
}

/// Unpacks one file and holds it against its hash.
fn unpack(file: &Path, archive: &mut ZipArchive<File>, entry: &Entry, to: &Path) -> Result<(), Error> {
    let place = to.join(&entry.name);
    make_folder(&place)?;
    let unwritten = |e| Error::io(&place, "the file could not be written", e);
    let differs = || damaged(file, &format!("{} is not what was backed up", entry.name));
    let mut from = archive.by_name(&entry.name).map_err(|_| differs())?;
    let mut options = std::fs::OpenOptions::new();
    let mut written = options.write(true).create_new(true).mode(0o600).open(&place).map_err(unwritten)?;
    let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        // A wrong checksum of the archive is an error of the last read.
        let read = from.read(&mut piece).map_err(|_| differs())?;
        bytes += read as u64;
        if read == 0 || bytes > entry.bytes {
            break;
        }
        hash.update(&piece[..read]);
        written.write_all(&piece[..read]).map_err(unwritten)?;
    }
    let sha256: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    if bytes != entry.bytes || sha256 != entry.sha256 {
        return Err(differs());
    }
    written.set_permissions(std::fs::Permissions::from_mode(entry.mode & 0o777)).map_err(unwritten)
}

#[cfg(test)]
mod tests {
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::pipeline::digest::of_bytes;

    /// A backup of files, with a manifest that speaks of these names, sizes and contents.
    fn archive(folder: &Path, files: &[(&str, &str)], said: &[(&str, &str)], links: &[(&str, &str)]) -> PathBuf {
        let path = folder.join("b.lscb.zip");
        let mut writer = ZipWriter::new(File::create(&path).unwrap());
        for (name, text) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        let entry = |(name, text): &(&str, &str)| Entry {
            name: (*name).into(),
            bytes: text.len() as u64,
            sha256: of_bytes(text.as_bytes()),
            mode: 0o644,
        };
        let manifest = Manifest {
            format: FORMAT,
            board: "county".into(),
            program: "0".into(),
            made_at: String::new(),
            quarantine: false,
            audit_lines: 0,
            audit_head: String::new(),
            files: said.iter().map(entry).collect(),
            links: links.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect(),
        };
        writer.start_file(MANIFEST, SimpleFileOptions::default()).unwrap();
        writer.write_all(&serde_json::to_vec(&manifest).unwrap()).unwrap();
        writer.finish().unwrap();
        path
    }

    #[test]
    fn what_is_not_what_its_manifest_says_is_refused_and_leaves_nothing() {
        let good = ("data/a", "one");
        for (files, said, links, whole, why) in [
            (vec![good], vec![good], vec![("reports/latest", "x")], true, "as it should be"),
            (vec![("data/a", "two")], vec![good], vec![], false, "another content of the same size"),
            (vec![("data/a", "one and more")], vec![good], vec![], false, "a longer content"),
            (vec![("data/a", "on")], vec![good], vec![], false, "a shorter content"),
            (vec![], vec![good], vec![], false, "a file is missing"),
            (vec![good, ("data/b", "x")], vec![good], vec![], false, "a file too many"),
            (vec![("../a", "one")], vec![("../a", "one")], vec![], false, "a name that leads out"),
            (vec![("data/../../a", "one")], vec![("data/../../a", "one")], vec![], false, "out by way of data"),
            (vec![("/a", "one")], vec![("/a", "one")], vec![], false, "an absolute name"),
            (vec![("other/a", "one")], vec![("other/a", "one")], vec![], false, "another folder"),
            (vec![good], vec![good], vec![("reports/latest", "../../etc")], false, "a link that leads out"),
            (vec![good], vec![good], vec![("reports/latest", "/etc")], false, "a link that leads to the root"),
            (vec![("data/l/a", "one")], vec![("data/l/a", "one")], vec![("data/l", "x")], false, "a file below a link"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let (file, to) = (archive(folder.path(), &files, &said, &links), folder.path().join("to"));
            assert_eq!(restore(&file, &to).is_ok(), whole, "{why}");
            assert_eq!(to.exists(), whole, "{why}");
            let left = std::fs::read_dir(folder.path()).unwrap().count();
            assert_eq!(left, if whole { 2 } else { 1 }, "{why}: nothing else is left");
        }
    }

    #[test]
    fn a_folder_that_is_not_empty_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = archive(folder.path(), &[("data/a", "one")], &[("data/a", "one")], &[]);
        let to = folder.path().join("to");
        std::fs::create_dir(&to).unwrap();
        std::fs::write(to.join("mine"), "x").unwrap();
        assert!(restore(&file, &to).unwrap_err().to_string().contains("not empty"));
        assert_eq!(std::fs::read_dir(&to).unwrap().count(), 1);
        std::fs::remove_file(to.join("mine")).unwrap();
        restore(&file, &to).unwrap();
        assert_eq!(std::fs::read_to_string(to.join("data/a")).unwrap(), "one");
    }

    #[test]
    fn what_is_no_archive_or_was_cut_off_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = archive(folder.path(), &[("data/a", "one")], &[("data/a", "one")], &[]);
        let bytes = std::fs::read(&file).unwrap();
        for cut in [0, 10, bytes.len() / 2, bytes.len() - 1] {
            std::fs::write(&file, &bytes[..cut]).unwrap();
            assert!(restore(&file, &folder.path().join("to")).is_err(), "{cut} bytes");
        }
    }
}
