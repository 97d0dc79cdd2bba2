//! Text that a file holds outside the cells of its sheets: comments, properties, lists, and what programs keep of data
//! that was once there.

use serde::{Deserialize, Serialize};

use super::raw::CellPlace;

/// Where in a file a text stands, beside its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// A comment or note on a cell, old or threaded.
    Comment,
    /// Who made or changed the file, or wrote a comment.
    Author,
    /// Title, subject, keywords and the like, and properties of the sender's own.
    Properties,
    /// Headers and footers of printed pages.
    PageHeader,
    /// The list of a drop-down.
    DropDown,
    /// What a cell says when it is chosen or filled in wrongly.
    Prompt,
    /// Texts that no cell shows any longer.
    UnusedText,
    /// What a pivot table keeps of its source.
    PivotCache,
    /// What is kept of another workbook.
    OtherWorkbook,
    /// Names of ranges, tables and their columns.
    Name,
    /// Names of sheets, where the sheets themselves could not be read.
    SheetName,
    /// Text boxes, shapes and what charts keep of their figures.
    Drawing,
    /// A text or number within a formula.
    Formula,
    /// Earlier contents that change tracking keeps.
    Change,
    /// A part of the file that no sheet shows, or a file that could not be read as a table.
    Other,
}

impl PartKind {
    /// How a person would call it, after "in".
    pub fn words(self) -> &'static str {
        match self {
            Self::Comment => "a comment",
            Self::Author => "the names of those who made the file",
            Self::Properties => "the document properties",
            Self::PageHeader => "a page header or footer",
            Self::DropDown => "the list of a drop-down",
            Self::Prompt => "the prompt of a cell",
            Self::UnusedText => "texts that no cell shows any longer",
            Self::PivotCache => "what a pivot table keeps of its source",
            Self::OtherWorkbook => "what is kept of another workbook",
            Self::Name => "a defined name, or the name of a table or its column",
            Self::SheetName => "the name of a sheet",
            Self::Drawing => "a text box or a chart",
            Self::Formula => "a formula",
            Self::Change => "what change tracking keeps",
            Self::Other => "a part of the file that no cell shows",
        }
    }
}

/// Texts of one part that belong together: one comment, one list, one column of a cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawPart {
    /// What holds them.
    pub kind: PartKind,
    /// The cell or the sheet that they belong to; row 0 where there is no cell, an empty sheet where there is none.
    pub place: CellPlace,
    /// The header or label that they stand under; empty where there is none.
    pub header: String,
    /// The texts, untrimmed.
    pub values: Vec<String>,
}
