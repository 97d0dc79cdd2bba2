//! The findings on a file as a file. A code is never reused, and its meaning never changes.

use crate::model::{Finding, Severity};

/// The file has no content. Why: an upload that broke off, or the wrong file; an empty return is not a nil return.
pub const EMPTY: &str = "F001";
/// More bytes than [`super::Limits::file_bytes`]. Why: a return is a few hundred kilobytes; a large file is something else.
pub const TOO_LARGE: &str = "F002";
/// The reading process was stopped by its limits. Why: one file must not hold up the returns of everybody else.
pub const BEYOND_LIMITS: &str = "F003";
/// The content breaks off or contradicts itself. Why: half a file must never count as a whole return.
pub const DAMAGED: &str = "F004";
/// Content and the ending of the name say different things. Why: one of the two is a mistake, and we cannot know which.
pub const ENDING: &str = "F005";
/// The content is of a kind that is not accepted. Why: only spreadsheets and separated text hold cells with addresses.
pub const KIND: &str = "F006";
/// The file is encrypted. Why: nothing in it can be checked.
pub const PASSWORD: &str = "F007";
/// A workbook with macros, or in the binary format. Why: a return is data; programs in it are never needed nor wanted.
pub const MACROS: &str = "F008";
/// The archive unpacks to more than is allowed. Why: a small file that unpacks to gigabytes is an attack or a mistake.
pub const UNPACKS_TOO_LARGE: &str = "F009";
/// The archive has entries that no spreadsheet program writes. Why: names that leave the archive, links and entries
/// that overlap are ways of attacking whoever unpacks it.
pub const ARCHIVE: &str = "F010";
/// A document type declaration. Why: it can make a reader open other files; no spreadsheet program writes one.
pub const DOCTYPE: &str = "F011";
/// A value far outside the table. Why: a stray value makes the sheet look as large as its distance.
pub const FAR_CELL: &str = "F012";
/// More cells than [`super::Limits::cells`]. Why: a return of aggregates is far smaller; this looks like records of persons.
pub const TOO_MANY_CELLS: &str = "F013";
/// More text in one cell than a spreadsheet can hold. Why: usually a quotation mark that was never closed.
pub const CELL_TOO_LONG: &str = "F014";
/// One cell whose content the file does not hold. Why: a missing value must not pass as an empty one.
pub const CELL_UNREADABLE: &str = "F015";
/// No cell holds anything. Why: an empty return is not a nil return.
pub const NOTHING_IN_IT: &str = "F016";
/// A NUL byte in a text file. Why: text has none; the file is damaged, or another kind of file.
pub const NUL: &str = "F017";
/// Bytes that fit no one encoding. Why: names and notes would come out wrong without anybody noticing.
pub const ENCODING: &str = "F018";
/// Read as Windows-1252, for want of valid UTF-8. Why: an accent or pound sign might be another one in a rare encoding.
pub const WINDOWS_1252: &str = "F019";
/// A quotation mark that is never closed. Why: everything after it would be one cell.
pub const OPEN_QUOTE: &str = "F020";
/// A document inside the workbook. Why: a spreadsheet or letter that was put into a sheet cannot be looked at for
/// personal data.
pub const EMBEDDED: &str = "F021";

/// The receipt beside a return does not agree with it. Why: whoever checked it before sending believes that what arrived is
/// what was checked.
pub const RECEIPT: &str = "F031";
/// Sent through the portal for one agency, with figures of another in it. Why: whoever signs in speaks for one agency, and
/// may neither see nor replace what another one has sent.
pub const FOREIGN: &str = "F032";

/// Every code with its title and what to do about it, in order of the codes.
pub const CODES: &[(&str, &str, &str)] = &[
    (EMPTY, "The file is empty", "Check that the right file was chosen, and send it again."),
    (TOO_LARGE, "The file is too large", "Send only the sheets of the return, without pictures, as .xlsx or .csv."),
    (
        BEYOND_LIMITS,
        "The file could not be read within the limits",
        "Open it in Excel or LibreOffice, copy the table alone into a new workbook, save that as .xlsx and send it.",
    ),
    (
        DAMAGED,
        "The file is damaged or incomplete",
        "Open it in Excel or LibreOffice to see that it is whole, save it again and send that.",
    ),
    (
        ENDING,
        "The content is not what the file's name says",
        "Open the file and save it in one of the accepted formats (.xlsx, .ods, .xls or .csv); do not change the ending by hand.",
    ),
    (KIND, "This kind of file is not accepted", "Send the return as .xlsx, .ods, .xls or .csv."),
    (
        PASSWORD,
        "The file is password-protected",
        "Remove the password (in Excel: File, Info, Protect) and send it again.",
    ),
    (
        MACROS,
        "A workbook with macros or in binary form",
        "In Excel choose Save As, Excel Workbook (.xlsx), and send that.",
    ),
    (
        UNPACKS_TOO_LARGE,
        "The file unpacks to too much",
        "Copy the table alone into a new workbook, save it as .xlsx and send that.",
    ),
    (
        ARCHIVE,
        "The workbook's archive is not one that a spreadsheet program writes",
        "Open the file in Excel or LibreOffice, save it as a new .xlsx and send that.",
    ),
    (
        DOCTYPE,
        "The workbook contains a document type declaration",
        "Open the file in Excel or LibreOffice, save it as a new .xlsx and send that.",
    ),
    (FAR_CELL, "A value far outside the table", "Delete the content of that cell, save and send again."),
    (TOO_MANY_CELLS, "Too many cells", "Send the aggregate return only, or one file for each part of it."),
    (
        CELL_TOO_LONG,
        "Too much text in one cell",
        "Shorten the text; in a CSV file look for a quotation mark that is not closed.",
    ),
    (CELL_UNREADABLE, "A cell cannot be read", "Type the value of that cell again, save and send again."),
    (NOTHING_IN_IT, "There is no value in the file", "Check that the right file was chosen, and send it again."),
    (NUL, "A NUL byte in a text file", "Save the file again as CSV UTF-8, or send the workbook itself as .xlsx."),
    (
        ENCODING,
        "The text is in more than one encoding",
        "Save the file again as CSV UTF-8, or send the workbook as .xlsx.",
    ),
    (
        WINDOWS_1252,
        "Read as Windows-1252 text",
        "Nothing, if accents and pound signs look right; else save as CSV UTF-8.",
    ),
    (OPEN_QUOTE, "A quotation mark is never closed", "Close or remove the quotation mark on that line and send again."),
    (
        EMBEDDED,
        "A document inside the workbook",
        "Delete the object from its sheet (it looks like a picture or an icon), save and send again.",
    ),
    (
        RECEIPT,
        "The receipt does not agree with the return",
        "Check the return again with the board's present lists, and send it with the new receipt.",
    ),
    (
        FOREIGN,
        "Figures of another agency",
        "Take out the rows of other agencies, or ask the board's analyst to send a file that holds several.",
    ),
];

/// A finding on the whole file with the advice of its code.
pub(super) fn error(code: &'static str, message: impl Into<String>) -> Finding {
    Finding::file(code, Severity::Error, message, fix(code))
}

/// Why reading ended before its time: one finding, or several of one kind.
pub(super) type Stop = Vec<Finding>;

/// The end of reading, for one reason that concerns the whole file.
pub(super) fn stop(code: &'static str, message: impl Into<String>) -> Stop {
    vec![error(code, message)]
}

/// A note on the whole file with the advice of its code.
pub(super) fn note(code: &'static str, message: impl Into<String>) -> Finding {
    Finding::file(code, Severity::Note, message, fix(code))
}

fn fix(code: &str) -> &'static str {
    CODES.iter().find(|(c, ..)| *c == code).map_or("", |(.., fix)| fix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn quoted_codes(source: &str) -> Vec<String> {
        source
            .split('"')
            .filter(|s| s.len() == 4 && s.starts_with('F') && s[1..].bytes().all(|b| b.is_ascii_digit()))
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn every_code_is_registered_once_with_advice() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ingest/codes.rs");
        let source = std::fs::read_to_string(here).unwrap();
        let defined = quoted_codes(source.split("#[cfg(test)]").next().unwrap());
        let unique: BTreeSet<_> = defined.iter().cloned().collect();
        assert_eq!(defined.len(), unique.len(), "a code is given to two meanings");
        let registered: Vec<_> = CODES.iter().map(|(code, ..)| (*code).to_owned()).collect();
        assert_eq!(registered, unique.into_iter().collect::<Vec<_>>(), "registry and constants differ");
        for (code, title, fix) in CODES {
            assert!(!title.is_empty() && fix.ends_with('.'), "{code} needs a title and a sentence of advice");
        }
    }

    #[test]
    fn no_reader_writes_a_code_by_hand() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ingest");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("codes.rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let body = source.split("#[cfg(test)]").next().unwrap();
                assert_eq!(quoted_codes(body), Vec::<String>::new(), "{}", path.display());
            }
        }
    }
}
