//! A workbook before it is written: sheets of typed cells, with the habits of real ones (merged cells, hidden rows and
//! sheets, dates as text beside true dates).

pub mod ods;
pub mod text;
pub mod xlsx;

use chrono::NaiveDate;

/// A cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, also a number or date as text.
    Text(String),
    /// A title or header, in bold.
    Head(String),
    /// A number.
    Number(f64),
    /// A fraction that the program shows as per cent.
    Percent(f64),
    /// A true date.
    Date(NaiveDate),
    /// A formula with the result that the program saved; none where it saved none.
    Formula(String, Option<f64>),
}

impl Cell {
    /// A text cell; empty for no text.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// A bold cell.
    pub fn head(text: impl Into<String>) -> Self {
        Self::Head(text.into())
    }
}

/// A rectangle of cells that are merged: first row and column, last row and column, from 0.
pub type Merge = (usize, usize, usize, usize);

/// A sheet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether the program hides it.
    pub hidden: bool,
    /// Rows of cells, as long as they need to be.
    pub rows: Vec<Vec<Cell>>,
    /// Merged cells; the first holds the text.
    pub merges: Vec<Merge>,
    /// Rows that the program hides, from 0.
    pub hidden_rows: Vec<usize>,
}

impl Sheet {
    /// An empty sheet.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<Cell>) -> &mut Self {
        self.rows.push(row);
        self
    }

    /// Adds a row of one text.
    pub fn line(&mut self, text: impl Into<String>) -> &mut Self {
        self.push(vec![Cell::text(text)])
    }

    /// Adds a bold title.
    pub fn title(&mut self, text: impl Into<String>) -> &mut Self {
        self.push(vec![Cell::head(text)])
    }

    /// Adds an empty row.
    pub fn blank(&mut self) -> &mut Self {
        self.push(Vec::new())
    }

    /// The number of columns of its longest row.
    pub fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }
}
