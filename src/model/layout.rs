//! How a return was laid out: which column stood where, what it was taken for, and in which form its numbers came. The
//! layout accepted last is what the next one is held against.

use serde::{Deserialize, Serialize};

/// The form in which a column of numbers was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Plain numbers.
    Number,
    /// Proportions between 0 and 1.
    Fraction,
    /// Numbers with a percent sign.
    PercentSign,
    /// Per cent without the sign.
    Percentage,
}

impl Form {
    /// In words, as of a column: "held ...".
    pub fn words(self) -> &'static str {
        match self {
            Self::Number => "plain numbers",
            Self::Fraction => "proportions between 0 and 1",
            Self::PercentSign => "numbers with a percent sign",
            Self::Percentage => "percentages without a sign",
        }
    }
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayoutColumn {
    /// 1-based column; 0 for the figures of all columns that go across, whose headers change with every return.
    pub column: u32,
    /// The header as written; empty where it has none.
    pub header: String,
    /// The canonical column, or the indicator of a figure with a column of its own; empty where nobody asked for it.
    pub to: String,
    /// The form of its numbers; none where it holds none, or too few to tell.
    pub form: Option<Form>,
    /// The largest of its numbers by size.
    pub largest: Option<f64>,
}

/// One table of a return.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableLayout {
    /// Name of the spec's table, or of the canonical one.
    pub name: String,
    /// Sheet; empty for CSV.
    pub sheet: String,
    /// 1-based first row of the header.
    pub first_row: u32,
    /// 1-based last row of the header.
    pub last_row: u32,
    /// Its columns from left to right, then what goes across.
    pub columns: Vec<LayoutColumn>,
}

/// A return's layout.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Layout {
    /// The agency that sent it; `*` for a return of several.
    pub agency: String,
    /// The return; of the plain layout with the tables that it holds, `plain/performance`.
    pub return_id: String,
    /// The tables, in the order of the file.
    pub tables: Vec<TableLayout>,
}

impl Layout {
    /// The agency of a layout that several share.
    pub const SEVERAL: &'static str = "*";
}
