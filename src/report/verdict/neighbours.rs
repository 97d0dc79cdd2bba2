//! The few cells around a faulty one, so that its reader sees it before opening the file.
//!
//! Nothing is shown of a file in which anything looks personal, a warning included.

use crate::model::Finding;
use crate::model::raw::{RawFile, RawSheet, column_letters};
use crate::report::annotate::place;

/// Rows above and below, columns to the left and right.
const REACH: u32 = 2;

/// Characters of a cell that are shown.
const SHOWN: usize = 26;

/// A piece of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbours {
    /// Which cell it is about, such as `Q3!C17`.
    pub cell: String,
    /// Letters of its columns.
    pub columns: Vec<String>,
    /// Its rows, with a gap between the header and the rest where they do not touch.
    pub rows: Vec<NearRow>,
}

/// A row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearRow {
    /// Its number in the sheet.
    pub number: u32,
    /// Whether rows are left out above it.
    pub after_gap: bool,
    /// Its cells: the text, and whether it is the faulty one.
    pub cells: Vec<(String, bool)>,
}

/// Whether cells of a file may be shown at all.
pub fn may_be_shown(findings: &[Finding]) -> bool {
    findings.iter().all(|f| !f.code.starts_with('P'))
}

/// The neighbourhood of a finding's cell; nothing where it has none.
pub fn of(raw: &RawFile, finding: &Finding) -> Option<Neighbours> {
    let (sheet, row, column) = place(raw, finding)?;
    let sheet = &raw.sheets[sheet];
    let last = sheet.rows.iter().filter_map(|r| r.cells.last()).map(|c| c.column).max()?;
    let columns: Vec<u32> = (column.saturating_sub(REACH).max(1)..=(column + REACH).min(last.max(column))).collect();
    let header = header_row(sheet, row, column, &finding.column).filter(|h| h + REACH < row);
    let near = row.saturating_sub(REACH).max(1)..=row + REACH;
    let end = sheet.rows.last().map_or(row, |r| r.row.max(row));
    let numbers: Vec<u32> = header.into_iter().chain(near.filter(|n| *n <= end)).collect();
    let mut rows: Vec<NearRow> = Vec::new();
    for number in numbers {
        let cells = columns.iter().map(|&c| (shown(sheet, number, c), (number, c) == (row, column)));
        let after_gap = rows.last().is_some_and(|r: &NearRow| r.number + 1 < number);
        rows.push(NearRow { number, after_gap, cells: cells.collect() });
    }
    let cell = match sheet.name.as_str() {
        "" => format!("line {row}"),
        name => format!("{name}!{}{row}", column_letters(column)),
    };
    Some(Neighbours { cell, columns: columns.into_iter().map(column_letters).collect(), rows })
}

/// The row that heads a column, above a cell.
fn header_row(sheet: &RawSheet, row: u32, column: u32, header: &str) -> Option<u32> {
    let above = sheet.rows.iter().rev().filter(|r| r.row < row);
    let heads = |r: &&crate::model::raw::RawRow| {
        r.cell(column).is_some_and(|c| !header.is_empty() && c.value.display() == header.trim())
    };
    above.into_iter().find(heads).map(|r| r.row)
}

fn shown(sheet: &RawSheet, row: u32, column: u32) -> String {
    let Ok(at) = sheet.rows.binary_search_by_key(&row, |r| r.row) else { return String::new() };
    let text = sheet.rows[at].cell(column).map(|c| c.value.display()).unwrap_or_default();
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN - 1).collect::<String>() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Severity;
    use crate::model::raw::{CellNote, CellPlace, FileKind, RawCell, RawRow, RawValue};

    fn raw() -> RawFile {
        let row = |row: u32, cells: &[(u32, &str)]| RawRow {
            row,
            hidden: false,
            cells: cells
                .iter()
                .map(|(c, t)| RawCell { column: *c, value: RawValue::Text((*t).into()), note: CellNote::Plain })
                .collect(),
        };
        let mut rows = vec![row(1, &[(1, "agency"), (3, "grade")])];
        rows.extend((2..=10).map(|r| row(r, &[(1, "police"), (3, "a very long text that nobody wants to read here")])));
        let sheet = RawSheet { name: "Q3".into(), rows, ..RawSheet::default() };
        RawFile { kind: FileKind::Xlsx, epoch_1904: false, sheets: vec![sheet] }
    }

    fn finding(row: u32) -> Finding {
        Finding::file("V004", Severity::Error, "m", "f").at(&CellPlace::new("Q3", row, 3)).under("grade")
    }

    #[test]
    fn the_header_and_the_rows_around_are_shown() {
        let near = of(&raw(), &finding(7)).unwrap();
        assert_eq!((near.cell.as_str(), near.columns.join("")), ("Q3!C7", "ABC".to_owned()));
        let numbers: Vec<(u32, bool)> = near.rows.iter().map(|r| (r.number, r.after_gap)).collect();
        assert_eq!(numbers, [(1, false), (5, true), (6, false), (7, false), (8, false), (9, false)]);
        assert!(near.rows[3].cells[2].1 && !near.rows[2].cells[2].1, "the faulty cell is known");
        assert!(near.rows[1].cells[2].0.ends_with('…'));
        let top = of(&raw(), &finding(2)).unwrap();
        assert_eq!(top.rows.iter().map(|r| r.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }

    #[test]
    fn nothing_is_shown_beside_a_warning_of_personal_data() {
        assert!(may_be_shown(&[finding(2)]));
        assert!(!may_be_shown(&[finding(2), Finding::file("P007", Severity::Query, "m", "f")]));
        assert_eq!(of(&raw(), &Finding::file("F019", Severity::Note, "m", "f")), None);
    }
}
