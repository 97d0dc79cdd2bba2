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
    /// The column that was met last at a sheet's column: the next cell below is nearly always of it.
    latest: HashMap<(usize, u32), usize>,
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
                    let at = (cell.place.row, cell.place.column);
                    columns.add(&cell.place.sheet, at, &cell.header, value, false);
                }
            }
            for (header, text) in &draft.extra {
                let text = RawValue::Text(text.clone());
                columns.add(&draft.place.sheet, (draft.place.row, 0), header, &text, false);
            }
        }
        columns
    }

    /// The columns of a file as read.
    pub fn of_file(file: &RawFile) -> Self {
        let mut columns = Self::default();
        for sheet in &file.sheets {
            let header_row = header_row(sheet);
            let headers: HashMap<u32, String> = header_row
                .map(|h| sheet.rows[h].cells.iter().map(|c| (c.column, c.value.display())).collect())
                .unwrap_or_default();
            for (index, row) in sheet.rows.iter().enumerate() {
                for cell in &row.cells {
                    let below = header_row.is_some_and(|h| index > h);
                    let header = headers.get(&cell.column).filter(|_| below).map_or("", String::as_str);
                    let hidden = sheet.hidden || row.hidden;
                    columns.add(&sheet.name, (row.row, cell.column), header, &cell.value, hidden);
                }
            }
        }
        columns
    }

    fn add(&mut self, sheet_name: &str, (row, at): (u32, u32), header: &str, value: &RawValue, hidden: bool) {
        let next = self.sheets.len();
        let sheet = match self.sheets.get(sheet_name) {
            Some(sheet) => *sheet,
            None => *self.sheets.entry(sheet_name.to_owned()).or_insert(next),
        };
        let latest = self.latest.get(&(sheet, at)).copied().filter(|c| self.columns[*c].header == header);
        let column = latest.unwrap_or_else(|| self.column(sheet_name, sheet, at, header, hidden));
        self.latest.insert((sheet, at), column);
        if !self.seen.insert((column as u32, row, at)) {
            return;
        }
        let column = &mut self.columns[column];
        // Most cells of a return are small whole numbers, which can hold nothing.
        if matches!(value, RawValue::Number(n) if n.fract() == 0.0 && n.abs() < 1e6) && !column.hint.is_label() {
            column.filled += 1;
            return;
        }
        let text = pattern::clean(value);
        column.filled += usize::from(!text.is_empty());
        // Names in sentences aside, whatever is looked for has a digit in it.
        let could = text.len() >= 8 && (text.bytes().any(|b| b.is_ascii_digit()) || pattern::name_in_text(&text));
        if !text.is_empty() && (could || column.hint.is_label()) {
            column.cells.push(Cell { row, column: at, text: text.into_boxed_str().into_string() });
        }
    }

    /// The column of a header, which is new where nothing was met under it.
    fn column(&mut self, sheet_name: &str, sheet: usize, at: u32, header: &str, hidden: bool) -> usize {
        // Cells without a header belong together by their column, those with one by it, wherever they stand.
        let key = (sheet, if header.is_empty() { at } else { 0 }, header.to_owned());
        let next = self.columns.len();
        let column = *self.index.entry(key).or_insert(next);
        if column == next {
            self.columns.push(Column {
                header: header.to_owned(),
                hint: header::hint(header),
                siblings: sheet,
                filled: 0,
                hidden,
                sheet: sheet_name.to_owned(),
                cells: Vec::new(),
            });
        }
        column
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
