//! Findings as marks on cells: where each stands, how bad it is, and what its note says.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::raw::{RawFile, RawSheet, column_letters};
use crate::model::{Finding, Severity};

/// A mark on a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// The worst of what is said of it.
    pub severity: Severity,
    /// What its note says.
    pub text: String,
}

/// The marks of a sheet, by 1-based row and column.
pub(super) type Marks = BTreeMap<(u32, u32), Mark>;

/// A cell of a file: the position of its sheet, 1-based row and column.
type Spot = (usize, u32, u32);

/// The marks of each sheet, by its position in the file.
pub(super) fn of_file(raw: &RawFile, findings: &[Finding]) -> BTreeMap<usize, Marks> {
    let mut marks: BTreeMap<usize, Marks> = BTreeMap::new();
    // A fault that runs down a column looks for its header once.
    let mut headers: BTreeMap<(&str, &str), Option<Spot>> = BTreeMap::new();
    for finding in findings {
        let is_line = finding.cell.is_empty() && !finding.column.is_empty();
        let known = headers.get(&(finding.sheet.as_str(), finding.column.as_str())).filter(|_| is_line);
        let found = match (known, finding.row) {
            (Some(Some((sheet, _, column))), Some(row)) => Some((*sheet, row, *column)),
            _ => place(raw, finding),
        };
        if is_line {
            headers.entry((&finding.sheet, &finding.column)).or_insert(found);
        }
        let Some((sheet, row, column)) = found else { continue };
        let text = note(finding);
        let mark = marks.entry(sheet).or_default().entry((row, column));
        mark.and_modify(|mark| {
            mark.severity = mark.severity.min(finding.severity);
            if !mark.text.contains(&text) {
                mark.text += &format!("\n\n{text}");
            }
        })
        .or_insert_with(|| Mark { severity: finding.severity, text: note(finding) });
    }
    marks
}

/// The cell of a finding: its own; else, in its row, the one under its header, or the first that is filled. Sheet by
/// position, 1-based row and column.
pub fn place(raw: &RawFile, finding: &Finding) -> Option<Spot> {
    let sheet = raw.sheets.iter().position(|s| s.name == finding.sheet)?;
    if let Some((row, column)) = address(&finding.cell) {
        return Some((sheet, row, column));
    }
    let row = finding.row?;
    let column = under_header(&raw.sheets[sheet], row, &finding.column).or_else(|| first(&raw.sheets[sheet], row));
    Some((sheet, row, column.unwrap_or(1)))
}

/// The column of a header, which stands in the row or above it.
fn under_header(sheet: &RawSheet, row: u32, header: &str) -> Option<u32> {
    if header.is_empty() {
        return None;
    }
    let above = sheet.rows.iter().rev().filter(|r| r.row <= row);
    above.flat_map(|r| &r.cells).find(|c| c.value.display() == header.trim()).map(|c| c.column)
}

fn first(sheet: &RawSheet, row: u32) -> Option<u32> {
    let at = sheet.rows.binary_search_by_key(&row, |r| r.row).ok()?;
    sheet.rows[at].cells.first().map(|c| c.column)
}

/// Row and column of an address such as `C17`.
pub(super) fn address(cell: &str) -> Option<(u32, u32)> {
    let letters = cell.trim_end_matches(|c: char| c.is_ascii_digit());
    let row = cell[letters.len()..].parse().ok()?;
    let is_column = !letters.is_empty() && letters.len() <= 3 && letters.bytes().all(|b| b.is_ascii_uppercase());
    let column = letters.bytes().fold(0_u32, |n, b| n * 26 + u32::from(b.saturating_sub(b'A')) + 1);
    (is_column && column_letters(column) == letters).then_some((row, column))
}

fn note(finding: &Finding) -> String {
    let word = match finding.severity {
        Severity::Error => "To mend",
        Severity::Query => "To explain or mend",
        Severity::Note => "To know",
    };
    let fix = if finding.fix.is_empty() { String::new() } else { format!("\nWhat to do: {}", careful(&finding.fix)) };
    format!("{word} ({})\n{}{fix}", finding.code, careful(&finding.message))
}

/// A message for a note or a list, without long numbers: the cell itself shows them, and in running text a number of
/// nine digits or more would be taken for one that names a person when the workbook comes back.
pub(super) fn careful(text: &str) -> String {
    static LONG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d(?:[ -]?\d){8,}").expect("a fixed pattern"));
    crate::report::verdict::quoted(&LONG.replace_all(text, "(the number there)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raw::{CellNote, CellPlace, FileKind, RawCell, RawRow, RawValue};

    fn raw(name: &str) -> RawFile {
        let cell = |column, text: &str| RawCell { column, value: RawValue::Text(text.into()), note: CellNote::Plain };
        let rows = vec![
            RawRow { row: 3, hidden: false, cells: vec![cell(2, "agency"), cell(3, " grade ")] },
            RawRow { row: 5, hidden: false, cells: vec![cell(2, "police"), cell(3, "amber")] },
        ];
        let sheet = RawSheet { name: name.into(), rows, ..RawSheet::default() };
        RawFile { kind: FileKind::Csv, epoch_1904: false, sheets: vec![sheet] }
    }

    #[test]
    fn a_finding_without_a_cell_finds_one() {
        let line = Finding::file("V004", Severity::Error, "m", "f").at(&CellPlace::new("", 5, 3));
        assert_eq!(place(&raw(""), &line.clone().under("grade")), Some((0, 5, 3)), "under its header");
        assert_eq!(place(&raw(""), &line.clone().under("nothing")), Some((0, 5, 2)), "the first that is filled");
        assert_eq!(place(&raw("S"), &line), None, "no such sheet");
        assert_eq!(place(&raw(""), &Finding::file("F019", Severity::Note, "m", "f")), None, "the file as a whole");
    }

    #[test]
    fn two_findings_of_a_cell_are_one_mark_of_the_worse() {
        let at = |severity, message| Finding::file("V004", severity, message, "").at(&CellPlace::new("S", 5, 3));
        let marks = of_file(&raw("S"), &[at(Severity::Note, "One."), at(Severity::Error, "Two.")]);
        let mark = &marks[&0][&(5, 3)];
        assert_eq!(mark.severity, Severity::Error);
        assert_eq!(mark.text, "To know (V004)\nOne.\n\nTo mend (V004)\nTwo.");
    }

    #[test]
    fn addresses_read_back() {
        for (cell, place) in [
            ("C17", Some((17, 3))),
            ("XFD1048576", Some((1_048_576, 16_384))),
            ("", None),
            ("17", None),
            ("c1", None),
            ("ABCD1", None),
        ] {
            assert_eq!(address(cell), place, "{cell}");
        }
    }

    #[test]
    fn long_numbers_are_not_repeated() {
        assert_eq!(
            careful("`943 476 5919` is no count of 2014-03-01."),
            "‘(the number there)’ is no count of 2014-03-01."
        );
        assert_eq!(careful("2013/14, 12345678"), "2013/14, 12345678");
    }
}
