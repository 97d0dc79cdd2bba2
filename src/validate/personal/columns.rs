//! The cells of a file by column: what the gate decides upon. A column says the same again and again, so each of its texts
//! is kept, and looked at, once.

use std::collections::{HashMap, HashSet};

use super::header::{self, Hint};
use super::pattern;
use crate::model::Text;
use crate::model::draft::{Draft, DraftCell};
use crate::model::raw::{CellPlace, RawFile, RawSheet, RawValue};
use crate::model::text::{TextHash, TextMap};

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
    pub sheet: Text,
    /// The cells that could hold something.
    pub cells: Vec<Cell>,
    /// Their texts, cleaned, each once, in the order in which they were met.
    pub texts: Vec<Said>,
    /// What is known of a text as sent: none where it could hold nothing.
    known: TextMap<Looked>,
    /// The text of the cell above, and what it came to.
    above: Option<(Text, Looked)>,
    seen: Seen,
}

/// A cell that could hold something. There may be millions.
pub struct Cell {
    /// 1-based row.
    pub row: u32,
    /// 1-based column; 0 where only the row is known.
    pub column: u32,
    /// Which of the column's texts it says.
    pub text: u32,
}

/// A text of a column.
pub struct Said {
    /// The text, cleaned.
    pub text: String,
    /// How many cells say it.
    pub cells: usize,
}

/// What a text came to.
#[derive(Clone, Copy)]
enum Looked {
    /// Nothing but blanks.
    Empty,
    /// It can hold nothing.
    Harmless,
    /// The column's text that it is.
    Kept(u32),
}

/// The cells of a column that were met. They nearly always come in order, and then the last one tells whether a cell is new.
#[derive(Default)]
struct Seen {
    in_order: Vec<(u32, u32)>,
    others: Option<HashSet<(u32, u32), TextHash>>,
}

impl Seen {
    /// Whether a cell is met for the first time.
    fn insert(&mut self, cell: (u32, u32)) -> bool {
        match self.in_order.last() {
            Some(last) if cell == *last => false,
            Some(last) if cell < *last => {
                let Self { in_order, others } = self;
                others.get_or_insert_default().insert(cell) && in_order.binary_search(&cell).is_err()
            }
            _ => {
                self.in_order.push(cell);
                true
            }
        }
    }
}

impl Column {
    /// A column without a place, all of whose texts count, cleaned as they are.
    pub fn alone(header: &str, siblings: usize, texts: &[String]) -> Self {
        let mut column = Self::new(header, siblings, Text::EMPTY, true);
        column.filled = texts.len();
        for (text, number) in texts.iter().zip(0..) {
            column.texts.push(Said { text: text.clone(), cells: 1 });
            column.cells.push(Cell { row: 0, column: 0, text: number });
        }
        column
    }

    fn new(header: &str, siblings: usize, sheet: Text, hidden: bool) -> Self {
        Self {
            header: header.to_owned(),
            hint: header::hint(header),
            siblings,
            filled: 0,
            hidden,
            sheet,
            cells: Vec::new(),
            texts: Vec::new(),
            known: TextMap::default(),
            above: None,
            seen: Seen::default(),
        }
    }

    /// Where a cell of it lies.
    pub fn place(&self, cell: &Cell) -> CellPlace {
        CellPlace::new(&self.sheet, cell.row, cell.column)
    }

    /// Which of its texts pass a test; none where none does.
    pub fn passing(&self, test: impl Fn(&str) -> bool) -> Option<Vec<bool>> {
        let passing: Vec<bool> = self.texts.iter().map(|said| test(&said.text)).collect();
        passing.contains(&true).then_some(passing)
    }

    fn add(&mut self, at: (u32, u32), value: &RawValue) {
        if !self.seen.insert(at) {
            return;
        }
        let looked = match value {
            // Most cells of a return are small whole numbers, which can hold nothing.
            RawValue::Number(n) if n.fract() == 0.0 && n.abs() < 1e6 && !self.hint.is_label() => Looked::Harmless,
            RawValue::Text(text) => match &self.above {
                Some((above, looked)) if above.is_same(text) => *looked,
                _ => {
                    let known = self.known.get(text).copied();
                    let looked = known.unwrap_or_else(|| {
                        let looked = self.look(pattern::clean(value));
                        self.known.insert(text.clone(), looked);
                        looked
                    });
                    self.above = Some((text.clone(), looked));
                    looked
                }
            },
            other => self.look(pattern::clean(other)),
        };
        self.filled += usize::from(!matches!(looked, Looked::Empty));
        if let Looked::Kept(text) = looked {
            self.texts[text as usize].cells += 1;
            self.cells.push(Cell { row: at.0, column: at.1, text });
        }
    }

    fn look(&mut self, text: String) -> Looked {
        if text.is_empty() {
            return Looked::Empty;
        }
        // Names in sentences aside, whatever is looked for has a digit in it.
        let could = text.len() >= 8 && (text.bytes().any(|b| b.is_ascii_digit()) || pattern::name_in_text(&text));
        if !could && !self.hint.is_label() {
            return Looked::Harmless;
        }
        self.texts.push(Said { text, cells: 0 });
        Looked::Kept(self.texts.len() as u32 - 1)
    }
}

/// The columns of a file by sheet and header, each cell once.
#[derive(Default)]
pub struct Columns {
    sheets: TextMap<usize>,
    index: HashMap<(usize, u32, String), usize>,
    /// The column that was met last at a sheet's column: the next cell below is nearly always of it.
    latest: HashMap<(usize, u32), usize, TextHash>,
    /// In the order in which they were met.
    pub columns: Vec<Column>,
}

impl Columns {
    /// The columns of a return's rows; of an unknown column only the row of a cell is known.
    pub fn of_drafts(drafts: &[Draft]) -> Self {
        let mut columns = Self::default();
        // Where a field of the row above belonged: this one is nearly always of the same column.
        let mut above: Vec<Option<(&DraftCell, usize)>> = Vec::new();
        for draft in drafts {
            above.resize(above.len().max(draft.fields.len()), None);
            for (cell, above) in draft.fields.iter().zip(&mut above) {
                let Some(cell) = cell else { continue };
                if let (Some(value), true) = (&cell.value, cell.place.column > 0) {
                    let place = &cell.place;
                    let same = |(above, _): &(&DraftCell, usize)| {
                        above.place.column == place.column
                            && above.place.sheet.is_same(&place.sheet)
                            && above.header.is_same(&cell.header)
                    };
                    let column = above.filter(same).map_or_else(
                        || {
                            let sheet = columns.sheet(&place.sheet);
                            columns.column((&place.sheet, sheet), place.column, &cell.header, false)
                        },
                        |(_, column)| column,
                    );
                    *above = Some((cell, column));
                    columns.columns[column].add((place.row, place.column), value);
                }
            }
            for (header, text) in &draft.extra {
                let name = &draft.place.sheet;
                let sheet = columns.sheet(name);
                let column = columns.column((name, sheet), 0, header, false);
                columns.columns[column].add((draft.place.row, 0), &RawValue::Text(text.into()));
            }
        }
        columns
    }

    /// The columns of a file as read.
    pub fn of_file(file: &RawFile) -> Self {
        let mut columns = Self::default();
        for sheet in &file.sheets {
            let name = Text::from(&sheet.name);
            let number = columns.sheet(&name);
            let header_row = header_row(sheet);
            let headers: HashMap<u32, String, TextHash> = header_row
                .map(|h| sheet.rows[h].cells.iter().map(|c| (c.column, c.value.display())).collect())
                .unwrap_or_default();
            // By a cell's position in its row: the column that it was of in the row above, and whether that was below the header.
            let mut above: Vec<(u32, bool, usize)> = Vec::new();
            for (index, row) in sheet.rows.iter().enumerate() {
                let below = header_row.is_some_and(|h| index > h);
                for (position, cell) in row.cells.iter().enumerate() {
                    let known = above.get(position).filter(|(column, was, _)| (*column, *was) == (cell.column, below));
                    let column = known.map(|(.., column)| *column).unwrap_or_else(|| {
                        let header = headers.get(&cell.column).filter(|_| below).map_or("", String::as_str);
                        let hidden = sheet.hidden || row.hidden;
                        let column = columns.column((&name, number), cell.column, header, hidden);
                        above.resize(above.len().max(position + 1), (0, false, 0));
                        above[position] = (cell.column, below, column);
                        column
                    });
                    columns.columns[column].add((row.row, cell.column), &cell.value);
                }
            }
        }
        columns
    }

    /// The number of a sheet.
    fn sheet(&mut self, name: &Text) -> usize {
        let next = self.sheets.len();
        *self.sheets.entry(name.clone()).or_insert(next)
    }

    /// The column of a header, which is new where nothing was met under it.
    fn column(&mut self, (name, sheet): (&Text, usize), at: u32, header: &str, hidden: bool) -> usize {
        let latest = self.latest.get(&(sheet, at)).copied();
        if let Some(column) = latest.filter(|c| self.columns[*c].header == header) {
            return column;
        }
        // Cells without a header belong together by their column, those with one by it, wherever they stand.
        let key = (sheet, if header.is_empty() { at } else { 0 }, header.to_owned());
        let next = self.columns.len();
        let column = *self.index.entry(key).or_insert(next);
        if column == next {
            self.columns.push(Column::new(header, sheet, name.clone(), hidden));
        }
        self.latest.insert((sheet, at), column);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_met_once_in_whatever_order() {
        let mut seen = Seen::default();
        let met: Vec<bool> = [(2, 1), (2, 1), (5, 1), (3, 1), (3, 1), (5, 1), (2, 1), (6, 1), (3, 1), (3, 2)]
            .map(|c| seen.insert(c))
            .into();
        assert_eq!(met, [true, false, true, true, false, false, false, true, false, true]);
    }
}
