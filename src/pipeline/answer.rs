//! Answers to the sender beside the verdict's text: the workbook that comes back, and what each code means.

use std::path::Path;

use super::digest;
use super::judge::Looked;
use crate::ingest::{self, Limits};
use crate::lake::write_atomically;
use crate::model::raw::{FileKind, RawFile, RawSheet};
use crate::model::{Error, Verdict};
use crate::report::annotate::Annotate;
use crate::report::verdict::{self, Handbook};
use crate::spec::own_sheets;

/// Every code in words.
pub fn handbook() -> Handbook {
    super::rules::pages().into_iter().map(|page| (page.code, page)).collect()
}

/// What became of the wish for an annotated copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// The sender's own workbook with notes and colours.
    InPlace,
    /// A workbook with the file's values at their addresses.
    Plain,
    /// The list alone, for a file that could not be read.
    ListOnly,
    /// None was made: no copy is made of personal data.
    Withheld,
}

/// Writes the annotated copy of a file that was looked at. The copy is read back through the door before it is given: it
/// must hold the very values that the sender's file holds.
///
/// # Errors
/// The file could not be read again, or changed in between; the copy could not be written.
pub fn annotate(file: &Path, looked: &Looked, output: &Path) -> Result<Copy, Error> {
    annotate_as(file, &file.file_name().unwrap_or_default().to_string_lossy(), looked, output)
}

/// The same of a file that lies under another name than its sender gave it.
///
/// # Errors
/// As for [`annotate`].
pub(super) fn annotate_as(file: &Path, name: &str, looked: &Looked, output: &Path) -> Result<Copy, Error> {
    let submission = &looked.judged.submission;
    if submission.verdict == Verdict::Quarantined {
        return Ok(Copy::Withheld);
    }
    let bytes = std::fs::read(file).map_err(|e| Error::io(file, "could not be read", e))?;
    if digest::of_bytes(&bytes) != submission.sha256 {
        return Err(Error::state(
            file.display().to_string(),
            "the file changed while it was being checked",
            "Check it again when nobody is writing to it.",
        ));
    }
    let handbook = handbook();
    let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
    let head = head(name, looked);
    let with =
        Annotate { head: &head, findings: &looked.every, raw: looked.raw.as_ref(), stem: &stem, handbook: &handbook };
    let in_place = looked.raw.as_ref().filter(|raw| raw.kind == FileKind::Xlsx).and_then(|raw| {
        let copy = with.in_place(&bytes)?;
        holds_the_same(&copy, raw).then_some(copy)
    });
    let kind = match (&in_place, &looked.raw) {
        (Some(_), _) => Copy::InPlace,
        (None, Some(_)) => Copy::Plain,
        (None, None) => Copy::ListOnly,
    };
    let copy = in_place.or_else(|| with.plain()).ok_or_else(|| {
        let what = "the annotated workbook could not be made";
        Error::state(output.display().to_string(), what, "This is a fault of ours.")
    })?;
    write_atomically(output, |file| {
        std::io::Write::write_all(file, &copy).map_err(|e| Error::io(output, "the workbook could not be written", e))
    })?;
    Ok(kind)
}

/// The two lines above the list.
fn head(name: &str, looked: &Looked) -> [String; 2] {
    let submission = &looked.judged.submission;
    let head = format!("{name}: {}. Found: {}.", verdict::in_short(submission.verdict), verdict::tally(&looked.every));
    let mend = match &looked.raw {
        Some(_) if looked.every.is_empty() => "Nothing is to be done.".to_owned(),
        Some(_) => {
            "The cells are coloured: red must be mended, yellow mended or explained, blue is to be known. Mend them \
                    here, save, and send this workbook: this sheet and the notes may stay, and are not read."
                .to_owned()
        }
        None => "The file could not be read, so none of its cells is shown here.".to_owned(),
    };
    [head, mend]
}

/// Whether a copy gives the same cells as the sender's file, our own list left out.
fn holds_the_same(copy: &[u8], raw: &RawFile) -> bool {
    let Ok(mut file) = tempfile::Builder::new().suffix(".xlsx").tempfile() else { return false };
    if std::io::Write::write_all(&mut file, copy).is_err() {
        return false;
    }
    let Ok(read) = ingest::read(file.path(), &Limits::default()) else { return false };
    let own = |raw: &RawFile| -> Vec<RawSheet> { raw.sheets.iter().filter(|s| !is_list(s)).cloned().collect() };
    read.raw.is_some_and(|copy| copy.epoch_1904 == raw.epoch_1904 && own(&copy) == own(raw))
}

fn is_list(sheet: &RawSheet) -> bool {
    let first = sheet.rows.first().and_then(|r| r.cells.first());
    first.is_some_and(|cell| cell.value.display() == own_sheets::MEND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_title_and_something_to_do() {
        let handbook = handbook();
        assert!(handbook.len() > 90, "{}", handbook.len());
        for (code, explained) in &handbook {
            assert!(!explained.title.is_empty() && !explained.action.is_empty() && !explained.why.is_empty(), "{code}");
        }
    }
}
