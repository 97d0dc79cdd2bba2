//! A sheet as the layouts look at it: cells by row and column, with merged cells known.

use std::collections::BTreeMap;

use crate::ingest::header::{key, key_without_last_letter};
use crate::model::Text;
use crate::model::raw::{CellPlace, RawCell, RawRow, RawSheet, RawValue};

/// More merged ranges than this are not looked at: no return has them, and a notes sheet can have any number.
const MERGES: usize = 5_000;

/// A sheet with an index of its merged cells.
pub(super) struct Grid<'a> {
    /// The sheet.
    pub sheet: &'a RawSheet,
    /// Its name, as the places of its cells share it.
    pub name: Text,
    /// By column: first row, last row, and column of the cell that holds the value; in order of the first row.
    merges: BTreeMap<u32, Vec<(u32, u32, u32)>>,
}

impl<'a> Grid<'a> {
    /// Indexes a sheet.
    pub fn new(sheet: &'a RawSheet) -> Self {
        let last_column = sheet.rows.iter().filter_map(|r| r.cells.last()).map(|c| c.column).max().unwrap_or(0);
        let mut merges: BTreeMap<u32, Vec<(u32, u32, u32)>> = BTreeMap::new();
        for &(first_row, first_column, last_row, to_column) in sheet.merges.iter().take(MERGES) {
            for column in first_column..=to_column.min(last_column) {
                merges.entry(column).or_default().push((first_row, last_row, first_column));
            }
        }
        for list in merges.values_mut() {
            list.sort_unstable();
        }
        Self { sheet, name: sheet.name.as_str().into(), merges }
    }

    /// The rows that have a cell.
    pub fn rows(&self) -> &'a [RawRow] {
        &self.sheet.rows
    }

    /// The cell that shows its value at a place: its own, or the first of the merged range it lies in.
    pub fn shown(&self, row: &'a RawRow, column: u32) -> Option<&'a RawCell> {
        if let Some(cell) = filled(row, column) {
            return Some(cell);
        }
        let list = self.merges.get(&column)?;
        let at = list.partition_point(|m| m.0 <= row.row).checked_sub(1)?;
        let (first_row, last_row, first_column) = list[at];
        if row.row > last_row {
            return None;
        }
        let index = self.sheet.rows.binary_search_by_key(&first_row, |r| r.row).ok()?;
        filled(&self.sheet.rows[index], first_column)
    }

    /// The cell that shows its value at a place, filled down a merged range of the same column only.
    pub fn shown_down(&self, row: &'a RawRow, column: u32) -> Option<&'a RawCell> {
        self.shown(row, column).filter(|c| c.column == column)
    }

    /// A cell's place.
    pub fn place(&self, row: u32, column: u32) -> CellPlace {
        CellPlace::new(&self.name, row, column)
    }
}

/// The cell of a row in a column, if it holds more than spaces.
pub(super) fn filled(row: &RawRow, column: u32) -> Option<&RawCell> {
    row.cell(column).filter(|c| !is_blank(c))
}

/// The filled cells of a row.
pub(super) fn filled_cells(row: &RawRow) -> impl Iterator<Item = &RawCell> {
    row.cells.iter().filter(|c| !is_blank(c))
}

/// Whether a cell shows nothing.
pub(super) fn is_blank(cell: &RawCell) -> bool {
    use crate::model::raw::CellNote;
    match &cell.value {
        // Most begin with a letter or a digit, and then nothing has to be trimmed.
        RawValue::Text(text) if text.as_bytes().first().is_some_and(u8::is_ascii_graphic) => false,
        RawValue::Text(text) => text.trim().is_empty() && cell.note != CellNote::FormulaWithoutValue,
        _ => false,
    }
}

/// A candidate for a header: some rows that follow one another, read down each column.
pub(super) struct Band {
    /// Index of the first row.
    pub first: usize,
    /// Index of the last row.
    pub last: usize,
    /// The columns that show something.
    pub columns: Vec<BandColumn>,
}

/// One column of a header.
pub(super) struct BandColumn {
    /// 1-based column.
    pub column: u32,
    /// 1-based row of its lowest text.
    pub row: u32,
    /// Whether its lowest text is written in it, not in a merged cell that reaches into it.
    pub own: bool,
    /// The texts from top to bottom as shown; empty where a row shows nothing.
    pub texts: Vec<String>,
    /// The same, with blanks of upper rows filled from the left.
    pub filled: Vec<String>,
    /// The values from top to bottom.
    pub values: Vec<Option<RawValue>>,
}

impl Band {
    /// Reads the rows from `first` to `last` as a header.
    pub fn read(grid: &Grid<'_>, first: usize, last: usize) -> Self {
        let rows = &grid.rows()[first..=last];
        let mut columns: Vec<u32> = rows.iter().flat_map(|r| filled_cells(r).map(|c| c.column)).collect();
        columns.sort_unstable();
        columns.dedup();
        if let (Some(&low), Some(&high)) = (columns.first(), columns.last()) {
            // Below a band there may be a column whose own text stands in a merged cell to its left.
            columns = (low..=high.min(low + 2_000)).collect();
        }
        let mut left = vec![String::new(); rows.len()];
        let mut found = Vec::new();
        for column in columns {
            let cells: Vec<Option<&RawCell>> = rows.iter().map(|r| grid.shown(r, column)).collect();
            let texts: Vec<String> = cells.iter().map(|c| c.map_or_else(String::new, |c| c.value.display())).collect();
            for (kept, text) in left.iter_mut().zip(&texts) {
                if !text.is_empty() {
                    kept.clone_from(text);
                }
            }
            let bottom = texts.len() - 1;
            let filled: Vec<String> =
                (0..texts.len()).map(|i| if i < bottom { left[i].clone() } else { texts[i].clone() }).collect();
            let lowest = (0..rows.len()).rev().find(|&i| !texts[i].is_empty());
            let Some(lowest) = lowest else { continue };
            let own = cells[lowest].is_some_and(|c| c.column == column);
            let row = rows[lowest].row;
            let values = cells.iter().map(|c| c.map(|c| c.value.clone())).collect();
            found.push(BandColumn { column, row, own, texts, filled, values });
        }
        Self { first, last, columns: found }
    }
}

impl BandColumn {
    /// The header as a person would read it, from top to bottom.
    pub fn written(&self) -> String {
        let mut parts: Vec<&str> = self.texts.iter().map(|t| t.trim()).filter(|t| !t.is_empty()).collect();
        parts.dedup();
        parts.join(" ")
    }

    /// The keys under which the column may be known, the fullest first.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        for texts in [&self.texts, &self.filled] {
            for end in (1..=texts.len()).rev() {
                if texts[end..].iter().any(|t| !t.is_empty()) {
                    // What stands above a text that is no header is its title.
                    break;
                }
                for start in 0..end {
                    let part: Vec<&String> = texts[start..end].iter().filter(|t| !t.is_empty()).collect();
                    if part.is_empty() || texts[end - 1].is_empty() {
                        continue;
                    }
                    let full: String = part.iter().map(|t| key(t)).collect();
                    let bare: String =
                        part.iter().map(|t| key_without_last_letter(t).unwrap_or_else(|| key(t))).collect();
                    for key in [full, bare] {
                        if !keys.contains(&key) {
                            keys.push(key);
                        }
                    }
                }
            }
        }
        keys
    }
}
