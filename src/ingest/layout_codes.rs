//! The findings on a return's layout. A code is never reused, and its meaning never changes.

use crate::model::raw::CellPlace;
use crate::model::{Finding, Severity};

/// No sheet holds a table that the plain layout or a return spec knows. Why: nothing of the file could be used.
pub const NO_TABLE: &str = "L001";
/// A column that nobody asked for. Why: its text is kept, but no figure of it is used.
pub const UNKNOWN_COLUMN: &str = "L002";
/// A header that almost spells a known one. Why: a guess might put figures into the wrong column.
pub const NEAR_HEADER: &str = "L003";
/// A column or label without which the return cannot be read. Why: its rows would lack what they are about.
pub const COLUMN_MISSING: &str = "L004";
/// Two columns under one header. Why: we cannot know which of the two is meant.
pub const COLUMN_TWICE: &str = "L005";
/// The file fits two returns. Why: the same figures mean different things in different returns.
pub const TWO_RETURNS: &str = "L006";
/// A sheet that holds no table. Why: said so that nobody believes it was read.
pub const SHEET_WITHOUT_TABLE: &str = "L007";
/// Hidden rows, or a hidden sheet, that hold something. Why: they are read like others, and may hold what was not meant.
pub const HIDDEN: &str = "L008";
/// Rows of totals. Why: added to their parts they would count twice.
pub const TOTALS: &str = "L009";
/// Notes, sources and footnotes under a table, and rows of units or codes.
pub const NOTES: &str = "L010";
/// Rows that repeat the header.
pub const HEADER_AGAIN: &str = "L011";
/// Rows that the return spec leaves out, such as national rows among local ones.
pub const FILTERED: &str = "L012";
/// Rows that are only a heading for those below.
pub const HEADINGS: &str = "L013";
/// Columns that the return spec sets aside, and periods without any figure.
pub const COLUMNS_ASIDE: &str = "L014";
/// A period above, or across the head of, a table that cannot be read, or that can be read in two ways.
pub const PERIOD_UNCLEAR: &str = "L015";
/// A row of figures whose label the return spec does not know. Why: its figures are not used.
pub const UNKNOWN_ROW: &str = "L016";
/// A field that should stand above the table, in the sheet's or the file's name, and does not.
pub const GIVEN_MISSING: &str = "L017";
/// Per cent was expected, and all figures lie between 0 and 1. Why: they would come out a hundred times too small.
pub const FRACTIONS: &str = "L018";
/// The layout of other years. Why: the meaning of a column may have changed with it.
pub const OTHER_YEARS: &str = "L019";
/// A period that is a plain number. Why: it may be a date, counted from 1900 or from 1904.
pub const PERIOD_IS_NUMBER: &str = "L020";
/// An agency that is not expected to send this return.
pub const OTHER_AGENCY: &str = "L021";
/// Two cells that give the same figure. Why: we cannot know which of the two is meant.
pub const FIGURE_TWICE: &str = "L022";
/// A table with a header and no row. Why: an empty return is not a nil return.
pub const NO_ROWS: &str = "L023";
/// A row label that almost spells a known one. Why: a guess might give the figures to another indicator.
pub const NEAR_ROW: &str = "L024";
/// Columns that changed places since the last return. Why: who copies by position copies the wrong one.
pub const COLUMNS_MOVED: &str = "L030";
/// A column that the last return did not have.
pub const COLUMN_NEW: &str = "L031";
/// A column that the last return had. Why: what it told is not told any more.
pub const COLUMN_GONE: &str = "L032";
/// A column under another header than last time.
pub const HEADER_CHANGED: &str = "L033";
/// A table on a sheet of another name than last time.
pub const SHEET_RENAMED: &str = "L034";
/// Numbers in another form than last time. Why: 0.87 read as per cent is a hundred times too small.
pub const FORM_CHANGED: &str = "L035";
/// A header that is taken for something else than last time. Why: one header then means two things in one series.
pub const MEANING_CHANGED: &str = "L036";

/// Every code with its title and what to do about it, in order of the codes.
pub const CODES: &[(&str, &str, &str)] = &[
    (NO_TABLE, "No table found", "Send the return on its template, with the header row as it stands there."),
    (
        UNKNOWN_COLUMN,
        "An unknown column",
        "Nothing, if the column is for your own use; else name it as the template does.",
    ),
    (NEAR_HEADER, "A header that is almost a known one", "Type the header again as the template has it."),
    (COLUMN_MISSING, "A column is missing", "Add the column, with its header as the template has it."),
    (COLUMN_TWICE, "A column stands there twice", "Keep one of the two columns, or give the other another header."),
    (
        TWO_RETURNS,
        "The file fits two returns",
        "Name the file as the template is named, or send the returns as separate files.",
    ),
    (SHEET_WITHOUT_TABLE, "A sheet without a table", "Nothing, if the sheet holds notes only."),
    (
        HIDDEN,
        "Hidden rows or a hidden sheet",
        "Show them and look whether they belong to the return; delete what does not.",
    ),
    (TOTALS, "Totals set aside", "Nothing; totals are worked out from their parts."),
    (NOTES, "Notes set aside", "Nothing, if no row of figures is among them."),
    (HEADER_AGAIN, "Repeated headers set aside", "Nothing."),
    (FILTERED, "Rows left out by the return's rule", "Nothing, if the rows are those of other areas."),
    (HEADINGS, "Heading rows", "Nothing, if no row of figures is among them."),
    (COLUMNS_ASIDE, "Columns set aside", "Nothing, if these columns are totals or not filled yet."),
    (PERIOD_UNCLEAR, "A period that is not clear", "Write the period as 2014-03, 2014-Q1, 2013/14 or 2014/15 Q1."),
    (
        UNKNOWN_ROW,
        "A row label that is not known",
        "Name the row as the template does, or ask the board to add it to the return.",
    ),
    (
        GIVEN_MISSING,
        "Something is missing above the table",
        "Fill in the cells above the table as the template has them.",
    ),
    (FRACTIONS, "Fractions where per cent are expected", "Say whether 0.87 means 87%; give all of them as 87."),
    (OTHER_YEARS, "The layout of other years", "Use the template of the year that the return is about."),
    (PERIOD_IS_NUMBER, "A period that is a number", "Write the period as text: 2014-03, 2014-Q1, 2013/14 or 2014."),
    (
        OTHER_AGENCY,
        "An agency that does not send this return",
        "Correct the agency, or ask the board to add it to the return.",
    ),
    (FIGURE_TWICE, "A figure is given twice", "Keep one of the two cells."),
    (NO_ROWS, "A table without rows", "Fill in the table; where there is nothing to report, give 0 for each figure."),
    (NEAR_ROW, "A row label that is almost a known one", "Type the label again as the template has it."),
    (
        COLUMNS_MOVED,
        "Columns changed places since the last return",
        "Nothing, if each column still stands under its header.",
    ),
    (COLUMN_NEW, "A column is new since the last return", "Nothing, if the column is meant to be there."),
    (COLUMN_GONE, "A column of the last return is not there", "Nothing, if the column was left out on purpose."),
    (HEADER_CHANGED, "A header changed since the last return", "Nothing, if the column still means the same."),
    (SHEET_RENAMED, "A sheet was renamed since the last return", "Nothing, if it is still the same table."),
    (
        FORM_CHANGED,
        "Numbers in another form than last time",
        "Say whether the figures still mean the same, or give them as last time.",
    ),
    (
        MEANING_CHANGED,
        "A header is read in another way than last time",
        "Say whether the column still means the same as last time.",
    ),
];

/// Whether a code says what changed since the last return; that is said before all else.
pub fn is_drift(code: &str) -> bool {
    (COLUMNS_MOVED..=MEANING_CHANGED).contains(&code)
}

/// A finding on the whole file with the advice of its code.
pub(super) fn finding(code: &'static str, severity: Severity, message: impl Into<String>) -> Finding {
    let fix = CODES.iter().find(|(c, ..)| *c == code).map_or("", |(.., fix)| fix);
    Finding::file(code, severity, message, fix)
}

/// An error at a cell.
pub(super) fn error_at(code: &'static str, place: &CellPlace, message: impl Into<String>) -> Finding {
    finding(code, Severity::Error, message).at(place)
}

/// A note on a sheet as a whole.
pub(super) fn note_on(code: &'static str, sheet: &str, message: impl Into<String>) -> Finding {
    let mut note = finding(code, Severity::Note, message);
    sheet.clone_into(&mut note.sheet);
    note
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_registered_once_in_order_with_advice() {
        let source = include_str!("layout_codes.rs");
        let body = source.split("#[cfg(test)]").next().unwrap_or_default();
        let defined: Vec<&str> =
            body.split('"').filter(|s| s.len() == 4 && s.starts_with('L') && s[1..].parse::<u16>().is_ok()).collect();
        let registered: Vec<&str> = CODES.iter().map(|(code, ..)| *code).collect();
        assert_eq!(defined, registered, "constants and registry differ");
        assert!(registered.windows(2).all(|w| w[0] < w[1]), "codes are unique and in order");
        for (code, title, fix) in CODES {
            assert!(!title.is_empty() && fix.ends_with('.'), "{code} needs a title and a sentence of advice");
        }
    }
}
