//! What a file is by its content, and whether its name agrees.

use std::path::Path;

use super::codes;
use crate::model::Finding;
use crate::model::raw::FileKind;

/// The broad shape of a file by its first bytes. What an archive holds is for [`super::archive`] to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A zip archive, beginning with its first byte.
    Zip,
    /// A Compound File: a workbook of Excel 97 to 2003, another old Office document, or an encrypted new one.
    Compound,
    /// Text, perhaps separated.
    Text,
    /// Something else, in words that fit after "the content is".
    Other(&'static str),
}

/// Beginnings of files that are sent by mistake.
const OTHERS: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a rich-text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
    (b"PK\x05\x06", "an empty archive"),
];

const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The shape of a file that is not empty.
pub(super) fn shape(bytes: &[u8]) -> Shape {
    if bytes.starts_with(b"PK\x03\x04") {
        return Shape::Zip;
    }
    if bytes.starts_with(COMPOUND) {
        return Shape::Compound;
    }
    if let Some((_, words)) = OTHERS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Shape::Other(words);
    }
    if let Some(words) = markup(bytes) {
        return Shape::Other(words);
    }
    if is_binary(bytes) { Shape::Other("not text and of no kind that is known here") } else { Shape::Text }
}

/// Web pages and XML that spreadsheet exports of other programs are often made of.
fn markup(bytes: &[u8]) -> Option<&'static str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if bytes.first() != Some(&b'<') {
        return None;
    }
    let head = bytes[..bytes.len().min(4096)].to_ascii_lowercase();
    let has = |word: &[u8]| head.windows(word.len()).any(|w| w == word);
    if has(b"<html") || has(b"<table") || has(b"<!doctype html") || has(b"<body") {
        Some("a web page")
    } else if has(b"urn:schemas-microsoft-com:office:spreadsheet") {
        Some("an XML Spreadsheet 2003 document")
    } else if has(b"<?xml") || has(b"<!doctype") {
        Some("an XML document")
    } else {
        None
    }
}

/// More than one control character in ten within the first 8 KiB, NUL aside: text with a stray NUL is still text that
/// deserves to be told the line, and UTF-16 is half NULs.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(8192)];
    let strange = head.iter().filter(|b| matches!(b, 0x01..=0x08 | 0x0e..=0x1f | 0x7f)).count();
    strange * 10 > head.len()
}

/// How a person would call a format.
pub(super) fn words(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Xlsx => "an Excel workbook (.xlsx)",
        FileKind::Xls => "a workbook of Excel 97 to 2003 (.xls)",
        FileKind::Ods => "an OpenDocument spreadsheet (.ods)",
        FileKind::Csv => "text (.csv)",
    }
}

/// Endings that promise a format. Any other (a date, a version, none at all) promises nothing and is not held to it.
const PROMISES: &[&str] = &[
    "xlsx", "xlsm", "xlsb", "xltx", "xls", "ods", "csv", "txt", "tsv", "tab", "htm", "html", "xml", "pdf", "doc",
    "docx", "rtf", "zip", "json", "parquet",
];

/// An error where the ending of the name promises another format than `kind`.
pub(super) fn disagreement(path: &Path, kind: FileKind) -> Option<Finding> {
    let allowed: &[&str] = match kind {
        FileKind::Xlsx => &["xlsx"],
        FileKind::Xls => &["xls"],
        FileKind::Ods => &["ods"],
        FileKind::Csv => &["csv", "txt", "tsv", "tab"],
    };
    let ending = promised(path)?;
    (!allowed.contains(&ending.as_str())).then(|| disagrees(words(kind), &ending))
}

/// The error for content that is not accepted: it names the ending too where that promises something else.
pub(super) fn refused(path: &Path, content: &str) -> Finding {
    match promised(path) {
        Some(ending) if matches!(ending.as_str(), "xlsx" | "xls" | "ods" | "csv" | "txt" | "tsv") => {
            disagrees(content, &ending)
        }
        _ => codes::error(
            codes::KIND,
            format!("The content is {content}; a spreadsheet or separated text was expected."),
        ),
    }
}

fn disagrees(content: &str, ending: &str) -> Finding {
    let message = format!("The content is {content}, but the file's name ends in .{ending}; the two must agree.");
    codes::error(codes::ENDING, message)
}

fn promised(path: &Path) -> Option<String> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    PROMISES.contains(&ending.as_str()).then_some(ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_content() {
        for (bytes, shape_expected, why) in [
            (&b"PK\x03\x04rest"[..], Shape::Zip, "an archive from its first byte"),
            (b"<html>PK\x03\x04", Shape::Other("a web page"), "a page before an archive is a page"),
            (b"\xef\xbb\xbf  <?xml version='1.0'?><a/>", Shape::Other("an XML document"), "mark and spaces before"),
            (b"<5,12\n", Shape::Text, "a suppressed figure may be the first thing in a file"),
            (b"agency,pol\0ice\n", Shape::Text, "a NUL is named by its line later"),
            (b"\x01\x02\x03\x04abcd", Shape::Other("not text and of no kind that is known here"), "control characters"),
            (b"%PDF-1.7", Shape::Other("a PDF document"), "sent by mistake"),
        ] {
            assert_eq!(shape(bytes), shape_expected, "{why}");
        }
    }

    #[test]
    fn an_ending_is_held_to_what_it_promises() {
        for (name, kind, agrees, why) in [
            ("a.xlsx", FileKind::Xlsx, true, "the same"),
            ("a.XLSX", FileKind::Xlsx, true, "case does not matter"),
            ("a.csv", FileKind::Xlsx, false, "a workbook named csv"),
            ("a.xlsm", FileKind::Xlsx, false, "the name promises macros"),
            ("a.tsv", FileKind::Csv, true, "text by any name"),
            ("Police 12.03.2014", FileKind::Csv, true, "a date is no ending"),
            ("0a1b2c", FileKind::Ods, true, "originals are kept under their hash"),
        ] {
            assert_eq!(disagreement(Path::new(name), kind).is_none(), agrees, "{name}: {why}");
        }
    }
}
