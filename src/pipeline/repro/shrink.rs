//! Less and less of a file, as long as something holds of it.
//!
//! Source: Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", IEEE Transactions on Software
//! Engineering 28 (2002), 183 to 200: halves, quarters and so on are taken away as long as the failure stays.

use crate::model::raw::{RawFile, RawSheet};

/// How often the question may be asked; what is left then is small enough, if not the smallest.
const QUESTIONS: usize = 4000;

/// A file of which nothing more can be taken away: no sheet, no row, no column, no cell.
pub(super) fn smallest(raw: RawFile, holds: impl Fn(&RawFile) -> bool) -> RawFile {
    let mut left = QUESTIONS;
    let sheets =
        minimal(raw.sheets.clone(), &mut left, |sheets| holds(&RawFile { sheets: sheets.to_vec(), ..of(&raw) }));
    let mut raw = RawFile { sheets, ..of(&raw) };
    for at in 0..raw.sheets.len() {
        let with = |sheet: RawSheet, raw: &RawFile| {
            let mut raw = raw.clone();
            raw.sheets[at] = sheet;
            raw
        };
        let sheet = raw.sheets[at].clone();
        let rows = minimal(sheet.rows.clone(), &mut left, |rows| {
            holds(&with(RawSheet { rows: rows.to_vec(), ..bare(&sheet) }, &raw))
        });
        raw.sheets[at].rows = rows;
        let sheet = raw.sheets[at].clone();
        let mut columns: Vec<u32> = sheet.rows.iter().flat_map(|r| &r.cells).map(|c| c.column).collect();
        columns.sort_unstable();
        columns.dedup();
        let of_columns = |columns: &[u32]| {
            let mut rows = sheet.rows.clone();
            rows.iter_mut().for_each(|r| r.cells.retain(|c| columns.contains(&c.column)));
            RawSheet { rows, ..bare(&sheet) }
        };
        let columns = minimal(columns, &mut left, |columns| holds(&with(of_columns(columns), &raw)));
        raw.sheets[at] = of_columns(&columns);
        let sheet = raw.sheets[at].clone();
        let cells: Vec<(usize, u32)> =
            sheet.rows.iter().enumerate().flat_map(|(r, row)| row.cells.iter().map(move |c| (r, c.column))).collect();
        let of_cells = |cells: &[(usize, u32)]| {
            let mut rows = sheet.rows.clone();
            for (r, row) in rows.iter_mut().enumerate() {
                row.cells.retain(|c| cells.binary_search(&(r, c.column)).is_ok());
            }
            RawSheet { rows, ..bare(&sheet) }
        };
        let cells = minimal(cells, &mut left, |cells| holds(&with(of_cells(cells), &raw)));
        raw.sheets[at] = of_cells(&cells);
        let merges = minimal(raw.sheets[at].merges.clone(), &mut left, |merges| {
            holds(&with(RawSheet { merges: merges.to_vec(), ..raw.sheets[at].clone() }, &raw))
        });
        raw.sheets[at].merges = merges;
        raw.sheets[at].rows.retain(|r| !r.cells.is_empty());
    }
    raw
}

/// The rows moved up and the columns to the left, where nothing hangs on their places.
pub(super) fn closed_up(raw: RawFile, holds: impl Fn(&RawFile) -> bool) -> RawFile {
    let mut closed = raw.clone();
    for sheet in closed.sheets.iter_mut().filter(|s| s.merges.is_empty()) {
        (1..).zip(&mut sheet.rows).for_each(|(number, row)| row.row = number);
        let mut columns: Vec<u32> = sheet.rows.iter().flat_map(|r| &r.cells).map(|c| c.column).collect();
        columns.sort_unstable();
        columns.dedup();
        for cell in sheet.rows.iter_mut().flat_map(|r| &mut r.cells) {
            let at = columns.binary_search(&cell.column).unwrap_or_default();
            cell.column = u32::try_from(at + 1).unwrap_or(cell.column);
        }
    }
    if holds(&closed) { closed } else { raw }
}

/// A file without its sheets.
fn of(raw: &RawFile) -> RawFile {
    RawFile { kind: raw.kind, epoch_1904: raw.epoch_1904, sheets: Vec::new() }
}

/// A sheet without its rows.
fn bare(sheet: &RawSheet) -> RawSheet {
    RawSheet { name: sheet.name.clone(), hidden: sheet.hidden, rows: Vec::new(), merges: sheet.merges.clone() }
}

/// The fewest of some things of which something still holds; it holds of all of them.
fn minimal<T: Clone>(mut things: Vec<T>, left: &mut usize, holds: impl Fn(&[T]) -> bool) -> Vec<T> {
    let mut size = things.len();
    while size > 0 {
        let mut from = 0;
        let mut gone = false;
        while from < things.len() {
            if *left == 0 {
                return things;
            }
            *left -= 1;
            let to = (from + size).min(things.len());
            let without: Vec<T> = things[..from].iter().chain(&things[to..]).cloned().collect();
            if holds(&without) {
                things = without;
                gone = true;
            } else {
                from = to;
            }
        }
        // Single things are tried until none of them goes any more, for one may hold another in its place.
        size = match (size, gone) {
            (1, false) => 0,
            (1, true) => 1,
            _ => size / 2,
        };
    }
    things
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raw::{CellNote, FileKind, RawCell, RawRow, RawValue};

    #[test]
    fn only_what_is_needed_stays() {
        let mut left = 1000;
        let all: Vec<u32> = (0..100).collect();
        let needs = |have: &[u32]| [3, 50, 99].iter().all(|n| have.contains(n));
        assert_eq!(minimal(all.clone(), &mut left, needs), [3, 50, 99]);
        assert!(left > 700, "asked {} times", 1000 - left);
        assert!(minimal(all.clone(), &mut left, |_| true).is_empty());
        assert_eq!(minimal(all.clone(), &mut 0, needs), all, "no more questions");
    }

    #[test]
    fn a_file_shrinks_to_two_cells_and_closes_up() {
        let cell = |column| RawCell { column, value: RawValue::Number(f64::from(column)), note: CellNote::Plain };
        let rows = (1..=20).map(|row| RawRow { row, hidden: false, cells: (1..=9).map(cell).collect() }).collect();
        let sheet = RawSheet { name: "S".into(), rows, ..RawSheet::default() };
        let raw = RawFile { kind: FileKind::Xlsx, epoch_1904: false, sheets: vec![sheet.clone(), sheet] };
        let has = |raw: &RawFile| {
            let has = |sheet: &RawSheet, row: u32, column: u32| {
                sheet.rows.iter().any(|r| r.row == row && r.cell(column).is_some())
            };
            raw.sheets.iter().any(|s| has(s, 4, 2) && has(s, 17, 7))
        };
        let small = smallest(raw, has);
        assert_eq!((small.sheets.len(), small.sheets[0].rows.len()), (1, 2));
        assert_eq!(small.sheets[0].rows.iter().map(|r| r.cells.len()).sum::<usize>(), 2);
        let closed = closed_up(small, |_| true);
        assert_eq!((closed.sheets[0].rows[1].row, closed.sheets[0].rows[1].cells[0].column), (2, 2));
    }
}
