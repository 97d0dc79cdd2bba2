//! Where a sent file lies: first in `uploads` under its id, then, once a run has taken it, with the originals; one that
//! holds personal data lies apart as soon as that is known.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::lake::atomic;
use crate::model::{Error, Upload, Verdict};
use crate::pipeline::intake::original;

/// The longest name that is kept, in bytes: with a SHA-256 before it, it still names a file.
const NAME_BYTES_MAX: usize = 150;

/// The folder of what was sent and is in no run yet.
pub(in crate::pipeline) fn folder(data: &Path) -> PathBuf {
    data.join("uploads")
}

/// Makes the folder, for its owner's eyes only.
pub(super) fn make_folder(data: &Path) -> Result<PathBuf, Error> {
    let folder = folder(data);
    let failed = |e| Error::io(&folder, "the folder of uploads could not be made", e);
    std::fs::create_dir_all(&folder).map_err(failed)?;
    std::fs::set_permissions(&folder, Permissions::from_mode(0o700)).map_err(failed)?;
    atomic::sync_folder(data)?;
    Ok(folder)
}

/// Where an upload lies when it is received.
pub(in crate::pipeline) fn place(data: &Path, id: &str, name: &str) -> PathBuf {
    let ending = Path::new(name).extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    folder(data).join(format!("{id}{ending}"))
}

/// Where an upload lies now; none where its file is gone, as that of a quarantined one is after its days.
pub(in crate::pipeline) fn find(data: &Path, upload: &Upload) -> Option<PathBuf> {
    let kept = |verdict| original(data, &upload.sha256, &upload.name, verdict);
    let places = [place(data, &upload.id, &upload.name), kept(Verdict::Accepted), kept(Verdict::Quarantined)];
    places.into_iter().find(|p| p.is_file())
}

/// Moves a written file to its place so that it outlasts a loss of power, readable by its owner alone.
pub(super) fn keep(temporary: &Path, place: &Path) -> Result<(), Error> {
    let failed = |e| Error::io(place, "the file could not be kept", e);
    let file = std::fs::File::open(temporary).map_err(failed)?;
    file.set_permissions(Permissions::from_mode(0o600)).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(temporary, place).map_err(failed)?;
    atomic::sync_folder(place.parent().unwrap_or(Path::new(".")))
}

/// Removes what has no row in the ledger: uploads that broke off, and files whose row was never written, for then nobody
/// was told that they were received. Gives how many.
pub(super) fn remove_unknown(data: &Path, is_known: impl Fn(&str) -> bool) -> Result<usize, Error> {
    let folder = folder(data);
    let entries = std::fs::read_dir(&folder).map_err(|e| Error::io(&folder, "the uploads could not be read", e))?;
    let mut removed = 0;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let id = name.split('.').next().unwrap_or_default();
        if !is_known(id) && entry.file_type().is_ok_and(|t| t.is_file()) {
            atomic::remove_file(&entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// The name that a sender gave, without folders and without what no name should hold. Its ending stays.
pub(super) fn plain_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control()).collect();
    let kept = kept.trim().trim_start_matches('.');
    if kept.is_empty() {
        return "return".to_owned();
    }
    if kept.len() <= NAME_BYTES_MAX {
        return kept.to_owned();
    }
    let ending = kept.rsplit_once('.').map(|(_, e)| e).filter(|e| e.len() <= 8).unwrap_or_default();
    let mut stem = String::new();
    for c in kept.chars() {
        if stem.len() + c.len_utf8() + ending.len() + 1 > NAME_BYTES_MAX {
            break;
        }
        stem.push(c);
    }
    if ending.is_empty() { stem.replace('.', " ") } else { format!("{stem}.{ending}") }
}

/// The name under which a run takes an upload: the agency's folder, and of several on one day such a name that the later
/// upload is the later one (of two submissions received on one day the greater name is).
pub(super) fn name_of_run(agency: &str, name: &str, before: usize, greatest: &str) -> String {
    let plain = format!("{agency}/{name}");
    let numbered = format!("{agency}/~");
    // `~` is the greatest letter of a plain name; one that begins with an even greater one is numbered too.
    if plain.as_str() > greatest && plain < numbered { plain } else { format!("{numbered}{:04}/{name}", before + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_its_folders_and_keeps_its_ending() {
        let long = format!("{}.xlsx", "x".repeat(300));
        for (given, expected) in [
            ("return.xlsx", "return.xlsx"),
            ("C:\\fakepath\\Police Q3.xlsx", "Police Q3.xlsx"),
            ("../../etc/passwd", "passwd"),
            ("a\u{0}b\n.csv", "ab.csv"),
            ("", "return"),
            ("..", "return"),
        ] {
            assert_eq!(plain_name(given), expected, "{given:?}");
        }
        let shortened = plain_name(&long);
        assert!(shortened.len() <= NAME_BYTES_MAX && shortened.ends_with(".xlsx"), "{shortened}");
        assert!(plain_name(&"é".repeat(200)).len() <= NAME_BYTES_MAX, "characters stay whole");
        let odd = plain_name(&format!("a.{}", "b".repeat(300)));
        assert!(odd.len() <= NAME_BYTES_MAX && !odd.contains('.'), "an ending of 300 letters is none");
    }

    #[test]
    fn of_two_uploads_of_a_day_the_later_has_the_greater_name() {
        let mut names: Vec<String> = Vec::new();
        for name in ["z.xlsx", "a.xlsx", "z.xlsx", "été.xlsx", "b.xlsx"] {
            let greatest = names.iter().max().cloned().unwrap_or_default();
            names.push(name_of_run("police", name, names.len(), &greatest));
        }
        let mut sorted = names.clone();
        sorted.sort();
        assert_eq!(names, sorted);
        assert_eq!(names[..2], ["police/z.xlsx", "police/~0002/a.xlsx"]);
        let first = name_of_run("police", "été.xlsx", 0, "");
        assert!(name_of_run("police", "a.xlsx", 1, &first) > first, "{first}");
    }
}
