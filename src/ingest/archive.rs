//! The guard at the archive: what an `.xlsx` or `.ods` file is made of, before any library unpacks it.
//!
//! Sizes are counted while unpacking; what the archive's own headers claim is not believed. Nothing is kept in memory and
//! nothing is written.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::codes::{self, Stop};
use super::limits::Limits;

/// A zip archive over the bytes of the file.
pub(super) type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// What an archive holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// An Office Open XML workbook without macros.
    Xlsx,
    /// An OpenDocument spreadsheet.
    Ods,
    /// A workbook with macros or in the binary format, in words that fit after "the file is".
    Macros(&'static str),
    /// Something else, in words that fit after "the content is".
    Other(&'static str),
}

const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// An entry must unpack to more than this before its ratio counts: a few kilobytes of spaces do no harm.
const RATIO_FROM_BYTES: u64 = 1024 * 1024;

/// Opens an archive; the error is one for a file that breaks off.
pub(super) fn open(bytes: &[u8]) -> Result<Archive<'_>, Stop> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
        let message = "The file begins as a workbook but its table of contents cannot be read: it breaks off or was \
                       changed on the way.";
        codes::stop(codes::DAMAGED, message)
    })
}

/// What the archive holds by the names and, for OpenDocument, the declared type of its entries.
pub(super) fn holds(archive: &mut Archive<'_>) -> Holds {
    let names: Vec<String> = archive.file_names().map(|n| n.map_or_else(|_| String::new(), |n| plain(&n))).collect();
    let has = |name: &str| names.iter().any(|n| n == name);
    let within = |folder: &str| names.iter().any(|n| n.starts_with(folder));
    if has("mimetype") {
        let declared = head(archive, "mimetype", 100);
        return match declared.trim_ascii() {
            ODS => Holds::Ods,
            d if d.starts_with(b"application/vnd.oasis.opendocument.") => Holds::Other("another OpenDocument document"),
            _ => Holds::Other("a zip archive that is no spreadsheet"),
        };
    }
    if within("xl/") {
        if has("xl/workbook.bin") {
            Holds::Macros("a binary workbook (.xlsb)")
        } else if has("xl/vbaproject.bin") || within("xl/macrosheets/") || declares_macros(archive) {
            Holds::Macros("a workbook with macros (.xlsm)")
        } else {
            Holds::Xlsx
        }
    } else if within("word/") {
        Holds::Other("a Word document")
    } else if within("ppt/") {
        Holds::Other("a PowerPoint presentation")
    } else if within("index/") && names.iter().any(|n| n.ends_with(".iwa")) {
        Holds::Other("a Numbers document")
    } else if has("[content_types].xml") && names.iter().any(|n| n.ends_with("workbook.xml")) {
        Holds::Xlsx
    } else {
        Holds::Other("a zip archive that is no spreadsheet")
    }
}

/// Names are compared as spreadsheet programs do: without regard to case, and with `/` between folders.
pub(super) fn plain(name: &str) -> String {
    name.replace('\\', "/").to_ascii_lowercase()
}

fn declares_macros(archive: &mut Archive<'_>) -> bool {
    let types = head(archive, "[Content_Types].xml", 1024 * 1024);
    types.to_ascii_lowercase().windows(12).any(|w| w == b"macroenabled")
}

/// The first bytes of an entry; empty where there is none.
fn head(archive: &mut Archive<'_>, name: &str, bytes_max: u64) -> Vec<u8> {
    let mut head = Vec::new();
    if let Ok(entry) = archive.by_name(name) {
        // A part that cannot be unpacked is reported by the guard, which reads every one to its end.
        let _ = entry.take(bytes_max).read_to_end(&mut head);
    }
    head
}

/// What the guard saw of the entries of an archive.
#[derive(Debug, Default)]
pub(super) struct Unpacked {
    /// The unpacked size of each entry by its plain name.
    pub sizes: HashMap<String, u64>,
    /// The content of sheets by their plain names, so long as there was room for it.
    pub kept: HashMap<String, Vec<u8>>,
}

/// Bytes of sheets that are kept after they were unpacked, so that they need not be unpacked again.
const KEPT_MAX: u64 = 64 << 20;

/// Goes through every entry once. Returns what was seen of them, or the first reason to refuse.
pub(super) fn guard(archive: &mut Archive<'_>, limits: &Limits) -> Result<Unpacked, Stop> {
    if archive.len() > limits.zip_entries {
        let message = format!("The archive has {} entries; at most {} are allowed.", archive.len(), limits.zip_entries);
        return Err(codes::stop(codes::UNPACKS_TOO_LARGE, message));
    }
    check_structure(archive)?;
    let mut unpacked = Unpacked::default();
    let (mut total, mut room) = (0, KEPT_MAX);
    for index in 0..archive.len() {
        let entry = unpack(archive, index, total, room, limits)?;
        total += entry.size;
        if let Some(content) = entry.content {
            room -= entry.size;
            unpacked.kept.insert(entry.name.clone(), content);
        }
        if unpacked.sizes.insert(entry.name, entry.size).is_some() {
            return Err(codes::stop(codes::ARCHIVE, "Two entries of the archive have the same name."));
        }
    }
    Ok(unpacked)
}

fn check_structure(archive: &mut Archive<'_>) -> Result<(), Stop> {
    if archive.offset() != 0 {
        return Err(codes::stop(codes::ARCHIVE, "Something else stands before the archive in the same file."));
    }
    if archive.has_duplicate_names() {
        return Err(codes::stop(codes::ARCHIVE, "Two entries of the archive have the same name."));
    }
    match archive.has_overlapping_entries() {
        Ok(false) => {}
        Ok(true) => return Err(codes::stop(codes::ARCHIVE, "Entries of the archive lie over one another.")),
        Err(_) => return Err(damaged()),
    }
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| damaged())?;
        if entry.is_symlink() {
            return Err(codes::stop(codes::ARCHIVE, "The archive has a symbolic link in it."));
        }
        let leaves = entry.name().map_or(true, |name| leaves_the_archive(&name));
        if leaves {
            return Err(codes::stop(codes::ARCHIVE, "The archive has an entry whose name leads out of the archive."));
        }
        if entry.encrypted() {
            return Err(codes::stop(codes::PASSWORD, "The file is encrypted, so nothing in it can be read."));
        }
    }
    Ok(())
}

fn leaves_the_archive(name: &str) -> bool {
    let name = name.replace('\\', "/");
    let drive = name.as_bytes().get(1) == Some(&b':');
    name.starts_with('/') || drive || name.contains('\0') || name.split('/').any(|part| part == "..")
}

/// One entry as it was unpacked.
struct Entry {
    name: String,
    size: u64,
    /// What it holds, where that is kept.
    content: Option<Vec<u8>>,
}

/// Bytes that are unpacked before they are counted.
const STEP: u64 = 256 * 1024;

/// Unpacks one entry, counting; looks for a document type declaration on the way. What is no sheet, or more than there is
/// room for, is not kept.
fn unpack(archive: &mut Archive<'_>, index: usize, before: u64, room: u64, limits: &Limits) -> Result<Entry, Stop> {
    let mut entry = archive.by_index(index).map_err(|e| unreadable(&e))?;
    let name = plain(&entry.name().map_err(|_| damaged())?);
    let packed = entry.compressed_size().max(1);
    let is_xml = [".xml", ".rels", ".vml", ".rdf"].iter().any(|ending| name.ends_with(ending));
    let (mut keep, mut content, mut size) = (name.contains("sheets/"), Vec::new(), 0);
    loop {
        let old = content.len();
        // A wrong checksum is an error of the last read.
        (&mut entry).take(STEP).read_to_end(&mut content).map_err(|_| damaged())?;
        let read = content.len() - old;
        if read == 0 {
            return Ok(Entry { name, size, content: keep.then_some(content) });
        }
        size += read as u64;
        check_size(&name, size, before + size, packed, limits)?;
        // A declaration may lie over the end of a step.
        if is_xml && declares_a_type(&content[old.saturating_sub(DOCTYPE.len() - 1)..]) {
            let message = format!("The part {name} of the workbook has a document type declaration; none is allowed.");
            return Err(codes::stop(codes::DOCTYPE, message));
        }
        keep &= size <= room;
        if !keep {
            content.drain(..content.len().saturating_sub(DOCTYPE.len() - 1));
        }
    }
}

fn check_size(name: &str, size: u64, total: u64, packed: u64, limits: &Limits) -> Result<(), Stop> {
    let mib = |bytes: u64| bytes / (1024 * 1024);
    let message = if size > limits.inflated_part {
        format!("The part {name} unpacks to more than {} MiB.", mib(limits.inflated_part))
    } else if total > limits.inflated_total {
        format!("The file unpacks to more than {} MiB.", mib(limits.inflated_total))
    } else if size > RATIO_FROM_BYTES && size / packed > limits.ratio {
        format!("The part {name} unpacks to more than {} times its size.", limits.ratio)
    } else {
        return Ok(());
    };
    Err(codes::stop(codes::UNPACKS_TOO_LARGE, message))
}

fn unreadable(error: &ZipError) -> Stop {
    match error {
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => {
            codes::stop(codes::ARCHIVE, "The archive is packed by a method that spreadsheet programs do not use.")
        }
        _ => damaged(),
    }
}

/// The error for an archive that does not hold what its table of contents says.
pub(super) fn damaged() -> Stop {
    codes::stop(codes::DAMAGED, "The content of the workbook does not fit its table of contents.")
}

/// The beginning of a document type declaration, in any case of letters.
const DOCTYPE: &[u8] = b"<!doctype";

/// Exclamation marks are rare in the parts of a workbook, so they are looked for first.
fn declares_a_type(piece: &[u8]) -> bool {
    let mut rest = piece;
    while let Some(at) = memchr::memchr(b'!', rest) {
        let from = piece.len() - rest.len() + at;
        let word = from.checked_sub(1).and_then(|from| piece.get(from..from + DOCTYPE.len()));
        if word.is_some_and(|word| word.eq_ignore_ascii_case(DOCTYPE)) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn archive_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn code_of(bytes: &[u8], limits: &Limits) -> String {
        match open(bytes).and_then(|mut archive| guard(&mut archive, limits)) {
            Ok(_) => String::new(),
            Err(stop) => stop[0].code.clone(),
        }
    }

    #[test]
    fn archives_are_refused_for_what_they_are() {
        let limits = Limits { zip_entries: 2, inflated_part: 4 << 20, inflated_total: 6 << 20, ..Limits::default() };
        let noise: Vec<u8> = (0..3u32 << 20).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for (entries, code, why) in [
            (vec![("xl/a.xml", &b"<a/>"[..])], "", "an innocent one"),
            (vec![("a", b"1"), ("b", b"1"), ("c", b"1")], codes::UNPACKS_TOO_LARGE, "too many entries"),
            (vec![("a", &[7; 5 << 20][..])], codes::UNPACKS_TOO_LARGE, "one part too large"),
            (vec![("a", &[7; 3 << 20][..])], codes::UNPACKS_TOO_LARGE, "three megabytes of one byte: the ratio"),
            (vec![("a", &[7; 1 << 19][..])], "", "half a megabyte of one byte is no harm"),
            (vec![("a", &noise[..]), ("b", &noise[..])], "", "as much as is allowed in all"),
            (vec![("../a", b"1")], codes::ARCHIVE, "leads out"),
            (vec![("/a", b"1")], codes::ARCHIVE, "absolute"),
            (vec![("x\\..\\..\\a", b"1")], codes::ARCHIVE, "leads out on Windows"),
            (vec![("C:/a", b"1")], codes::ARCHIVE, "a drive"),
            (vec![("A.xml", b"1"), ("a.xml", b"2")], codes::ARCHIVE, "the same name but for case"),
            (vec![("a.xml", b"<?xml?><!DocType x>")], codes::DOCTYPE, "in any case of letters"),
            (vec![("a.png", b"<!DOCTYPE x>")], "", "not an XML part"),
        ] {
            assert_eq!(code_of(&archive_of(&entries), &limits), code, "{why}");
        }
    }

    #[test]
    fn archives_are_known_by_what_they_hold() {
        const MACROS: &[u8] =
            b"<Types><Override ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/></Types>";
        for (entries, expected, why) in [
            (vec![("[Content_Types].xml", &b"<Types/>"[..]), ("xl/workbook.xml", b"")], Holds::Xlsx, "a workbook"),
            (vec![("[content_types].xml", b""), ("XL\\Workbook.xml", b"")], Holds::Xlsx, "any case and slash"),
            (vec![("[Content_Types].xml", b""), ("workbook.xml", b"")], Holds::Xlsx, "without a folder"),
            (vec![("xl/workbook.bin", b"")], Holds::Macros("a binary workbook (.xlsb)"), "the binary format"),
            (vec![("xl/vbaProject.bin", b"")], Holds::Macros("a workbook with macros (.xlsm)"), "a macro part"),
            (vec![("xl/macrosheets/sheet1.xml", b"")], Holds::Macros("a workbook with macros (.xlsm)"), "old macros"),
            (
                vec![("[Content_Types].xml", MACROS), ("xl/a", b"")],
                Holds::Macros("a workbook with macros (.xlsm)"),
                "by type",
            ),
            (vec![("mimetype", ODS)], Holds::Ods, "by its declared type"),
            (
                vec![("mimetype", b"application/vnd.oasis.opendocument.text")],
                Holds::Other("another OpenDocument document"),
                "a text",
            ),
            (vec![("word/document.xml", b"")], Holds::Other("a Word document"), "sent by mistake"),
            (vec![("return.csv", b"")], Holds::Other("a zip archive that is no spreadsheet"), "a zipped return"),
        ] {
            assert_eq!(holds(&mut open(&archive_of(&entries)).unwrap()), expected, "{why}");
        }
    }

    #[test]
    fn a_symbolic_link_is_refused() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_symlink("xl/a.xml", "/etc/hostname", SimpleFileOptions::default()).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        assert_eq!(code_of(&bytes, &Limits::default()), codes::ARCHIVE);
    }

    #[test]
    fn the_header_is_not_believed_and_a_wrong_sum_is_noticed() {
        let mut bytes = archive_of(&[("a.txt", b"hello")]);
        let at = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        bytes[at + 16] ^= 1; // the checksum in the table of contents
        assert_eq!(code_of(&bytes, &Limits::default()), codes::DAMAGED);
    }

    #[test]
    fn a_declaration_is_found_across_pieces() {
        for before in STEP as usize - 12..=STEP as usize + 1 {
            let part = [&vec![b' '; before][..], b"<!DOCTYPE x>"].concat();
            let limits = Limits { ratio: u64::MAX, ..Limits::default() };
            for name in ["xl/a.xml", "xl/worksheets/sheet1.xml"] {
                assert_eq!(code_of(&archive_of(&[(name, &part)]), &limits), codes::DOCTYPE, "{name} {before}");
            }
        }
    }
}
