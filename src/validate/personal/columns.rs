//! The cells of a file by column: what the gate decides upon.

use std::collections::{HashMap, HashSet};

use super::header::{self, Hint};
use super::pattern;
use crate::model::draft::Draft;
use crate::model::raw::{CellPlace, RawFile, RawSheet, RawValue};

/// A column as the gate sees it: those cells that could hold something, and how many are filled.
pub struct Column {
    /// The header as written.
    pub header: String,
    /// What it announces.
    pub hint: Hint,
    /// The number of its sheet, by which columns are beside one another.
    pub siblings: usize,
    /// How many cells are filled.
    pub filled: usize,
    /// Whether it is hidden.
    pub hidden: bool,
    /// The sheet that it lies on.
    pub sheet: String,
    /// The cells that could hold something, cleaned.
    pub cells: Vec<Cell>,
}

/// A cell that could hold something. There may be millions.
pub struct Cell {
    /// 1-based row.
    pub row: u32,
    /// 1-based column; 0 where only the row is known.
    pub column: u32,
    /// Its text, cleaned.
    pub text: String,
}

impl Column {
    /// Where a cell of it lies.
    pub fn place(&self, cell: &Cell) -> CellPlace {
        CellPlace::new(self.sheet.clone(), cell.row, cell.column)
    }
}

/// The columns of a file by sheet and header, each cell once.
#[derive(Default)]
pub struct Columns {
    sheets: HashMap<String, usize>,
    index: HashMap<(usize, u32, String), usize>,
    /// In the order in which they were met.
    pub columns: Vec<Column>,
    seen: HashSet<(u32, u32, u32)>,
}

impl Columns {
    /// The columns of a return's rows; of an unknown column only the row of a cell is known.
    pub fn of_drafts(drafts: &[Draft]) -> Self {
        let mut columns = Self::default();
        for draft in drafts {
            for cell in draft.fields.iter().flatten() {
                if let (Some(value), true) = (&cell.value, cell.place.column > 0) {
                    columns.add(&cell.place, &cell.header, value, false);
                }
            }
            for (header, text) in &draft.extra {
                let row = CellPlace::new(draft.place.sheet.clone(), draft.place.row, 0);
                columns.add(&row, header, &RawValue::Text(text.clone()), false);
            }
        }
        columns
    }

    /// The columns of a file as read.
    pub fn of_file(file: &RawFile) -> Self {
        let mut columns = Self::default();
        for sheet in &file.sheets {
            let header_row = header_row(sheet);
            for (index, row) in sheet.rows.iter().enumerate() {
                for cell in &row.cells {
                    let place = CellPlace::new(sheet.name.clone(), row.row, cell.column);
                    let header = match header_row {
                        Some(h) if index > h => sheet.rows[h].cell(cell.column).map(|c| c.value.display()),
                        _ => None,
                    };
                    columns.add(&place, &header.unwrap_or_default(), &cell.value, sheet.hidden || row.hidden);
                }
            }
        }
        columns
    }

    fn add(&mut self, place: &CellPlace, header: &str, value: &RawValue, hidden: bool) {
        let next = self.sheets.len();
        let sheet = match self.sheets.get(place.sheet.as_str()) {
            Some(sheet) => *sheet,
            None => *self.sheets.entry(place.sheet.clone()).or_insert(next),
        };
        // Cells without a header belong together by their column, those with one by it, wherever they stand.
        let key = (sheet, if header.is_empty() { place.column } else { 0 }, header.to_owned());
        let column = match self.index.get(&key) {
            Some(column) => *column,
            None => {
                let hint = header::hint(header);
                let (header, cells) = (header.to_owned(), Vec::new());
                self.index.insert(key, self.columns.len());
                let sheet_name = place.sheet.clone();
                self.columns.push(Column {
                    header,
                    hint,
                    siblings: sheet,
                    filled: 0,
                    hidden,
                    sheet: sheet_name,
                    cells,
                });
                self.columns.len() - 1
            }
        };
        if !self.seen.insert((column as u32, place.row, place.column)) {
            return;
        }
        let column = &mut self.columns[column];
        let text = pattern::clean(value);
        column.filled += usize::from(!text.is_empty());
        // Names in sentences aside, whatever is looked for has a digit in it.
        let could = text.len() >= 8 && (text.bytes().any(|b| b.is_ascii_digit()) || pattern::name_in_text(&text));
        if !text.is_empty() && (could || column.hint.is_label()) {
            column.cells.push(Cell { row: place.row, column: place.column, text: text.into_boxed_str().into_string() });
        }
    }
}

/// The row with the most texts among the first forty that have cells, else the first with one alone.
fn header_row(sheet: &RawSheet) -> Option<usize> {
    let texts = |i: &usize| sheet.rows[*i].cells.iter().filter(|c| matches!(c.value, RawValue::Text(_))).count();
    let rows = 0..sheet.rows.len().min(40);
    let best = rows.clone().filter(|i| texts(i) > 1).max_by_key(|i| (texts(i), std::cmp::Reverse(*i)));
    // A sheet of one column has its header in its first row.
    best.or_else(|| rows.clone().find(|i| texts(i) == 1 && sheet.rows[*i].cells.len() == 1))
}
