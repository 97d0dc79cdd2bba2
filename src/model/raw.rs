//! What the reader of a file hands on: sheets of cells with their addresses, nothing interpreted.

use serde::{Deserialize, Serialize};

use crate::model::text::Text;

/// The format of a file by its content, whatever its ending says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Office Open XML workbook.
    Xlsx,
    /// Excel 97 to 2003 workbook.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
    /// Text with separators.
    Csv,
}

/// A cell's content as the file holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum RawValue {
    /// Text, untrimmed.
    Text(Text),
    /// A number.
    Number(f64),
    /// A date or date-time by its cell format, ISO 8601 (`2014-03-01` or `2014-03-01T10:00:00`); the epoch is already applied.
    Date(String),
    /// A truth value.
    Bool(bool),
    /// An error value such as `#REF!`.
    Error(String),
}

impl RawValue {
    /// The text a person would read in the cell, trimmed.
    pub fn display(&self) -> String {
        match self {
            Self::Text(t) => t.trim().to_owned(),
            Self::Number(n) => format!("{n}"),
            Self::Date(d) => d.clone(),
            Self::Bool(b) => if *b { "TRUE" } else { "FALSE" }.to_owned(),
            Self::Error(e) => e.clone(),
        }
    }
}

/// What is special about a cell beyond its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellNote {
    /// Nothing.
    #[default]
    Plain,
    /// A formula with a saved value.
    Formula,
    /// A formula whose saved value came from another workbook.
    ExternalFormula,
    /// A formula without a saved value; the cell's value is empty text.
    FormulaWithoutValue,
}

/// One cell that is not empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawCell {
    /// 1-based column.
    pub column: u32,
    /// Its content.
    pub value: RawValue,
    /// What is special about it.
    #[serde(default)]
    pub note: CellNote,
}

/// One row that has a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawRow {
    /// 1-based row as the sender's program shows it; for CSV the line on which the record begins.
    pub row: u32,
    /// Whether the row is hidden (by hand or by a filter).
    #[serde(default)]
    pub hidden: bool,
    /// Its cells from left to right.
    pub cells: Vec<RawCell>,
}

impl RawRow {
    /// The cell in a 1-based column.
    pub fn cell(&self, column: u32) -> Option<&RawCell> {
        self.cells.binary_search_by_key(&column, |c| c.column).ok().map(|i| &self.cells[i])
    }
}

/// A rectangle of merged cells, 1-based and inclusive: first row, first column, last row, last column.
pub type Merge = (u32, u32, u32, u32);

/// One sheet, or the one table of a CSV file (whose sheet name is empty).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RawSheet {
    /// Sheet name; empty for CSV.
    pub name: String,
    /// Whether the sheet is hidden.
    #[serde(default)]
    pub hidden: bool,
    /// Rows that have a cell, in order.
    pub rows: Vec<RawRow>,
    /// Merged ranges.
    #[serde(default)]
    pub merges: Vec<Merge>,
}

/// A whole file as read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawFile {
    /// Format by content.
    pub kind: FileKind,
    /// Whether numbers that are dates count from 1904.
    #[serde(default)]
    pub epoch_1904: bool,
    /// The sheets in the workbook's order.
    pub sheets: Vec<RawSheet>,
}

/// A cell of the sender's file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct CellPlace {
    /// Sheet name; empty for CSV.
    pub sheet: Text,
    /// 1-based row.
    pub row: u32,
    /// 1-based column; 0 for the row as a whole.
    pub column: u32,
}

impl CellPlace {
    /// A cell of a sheet.
    pub fn new(sheet: impl Into<Text>, row: u32, column: u32) -> Self {
        Self { sheet: sheet.into(), row, column }
    }

    /// Whether the file has no sheets.
    pub fn is_csv(&self) -> bool {
        self.sheet.is_empty()
    }

    /// The address as a spreadsheet shows it, such as `C17`; the row alone where no column is meant.
    pub fn a1(&self) -> String {
        format!("{}{}", column_letters(self.column), self.row)
    }
}

/// The letters of a 1-based column: 1 is A, 27 is AA. Empty for 0.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|&b| b as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_a_spreadsheet() {
        for (column, letters) in [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA"), (16384, "XFD")] {
            assert_eq!(column_letters(column), letters);
        }
        assert_eq!(CellPlace::new("Q1", 17, 3).a1(), "C17");
    }
}
