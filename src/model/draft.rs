//! A row as a layout found it: the fields of a canonical table, each still the sender's cell, nothing conformed yet.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::finding::Finding;
use crate::model::layout::Layout;
use crate::model::number::Status;
use crate::model::raw::{CellNote, CellPlace, RawValue};
use crate::model::table::Table;
use crate::model::text::Text;

/// One field of a draft row.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftCell {
    /// Its content; none for an empty cell. A return spec's code lists and period formats are already applied: what they
    /// know stands here in the canonical form, what they do not know as it was sent.
    pub value: Option<RawValue>,
    /// What the sender's cell shows, where it is not what the value shows; empty where the spec gave the value.
    pub as_sent: Option<Text>,
    /// The sender's cell; column 0 where the spec gave the value.
    pub place: CellPlace,
    /// The header as written.
    pub header: Text,
    /// What is special about the cell.
    pub note: CellNote,
    /// What a number is multiplied by: 0.01 where the return gives percentages and the canonical form is a fraction.
    pub scale: f64,
}

impl DraftCell {
    /// What the sender's cell shows, for messages; empty where the spec gave the value.
    pub fn sent(&self) -> Cow<'_, str> {
        match (&self.as_sent, &self.value) {
            (Some(sent), _) => Cow::Borrowed(sent),
            (None, Some(RawValue::Text(text))) => Cow::Borrowed(text.trim()),
            (None, Some(value)) => Cow::Owned(value.display()),
            (None, None) => Cow::Borrowed(""),
        }
    }
}

/// A row of a canonical table as a layout found it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The table it belongs to.
    pub table: Table,
    /// One field a column, in the table's order; none where the return has no such column.
    pub fields: Vec<Option<DraftCell>>,
    /// Unknown columns: header and text as sent.
    pub extra: Vec<(String, String)>,
    /// The leading cell of the row: the figure itself in a wide layout, else the row (column 0).
    pub place: CellPlace,
}

impl Draft {
    /// The field of a column.
    #[inline(always)]
    pub fn field(&self, column: &str) -> Option<&DraftCell> {
        self.table.position(column).and_then(|i| self.fields.get(i)).and_then(Option::as_ref)
    }
}

/// Markers and what they stand for. Compared after trimming and without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markers(pub BTreeMap<String, Status>);

impl Markers {
    /// The status of a marker; `<N` for any N is suppressed.
    pub fn status(&self, text: &str) -> Option<Status> {
        let text = text.trim().to_lowercase();
        let below = text.strip_prefix('<').is_some_and(|n| n.trim().parse::<f64>().is_ok());
        self.0.get(&text).copied().or(below.then_some(Status::Suppressed))
    }
}

impl Default for Markers {
    /// The markers of data-contract.md, section "Nothing comes in kinds".
    fn default() -> Self {
        let lists: [(Status, &[&str]); 6] = [
            (Status::Suppressed, &["[c]", "c", "*"]),
            (Status::NotApplicable, &["[z]", "z", "n/a"]),
            (Status::NotAvailable, &["[x]", "x", "..", ":", "[u]", "u"]),
            (Status::Low, &["[low]", "low", "[k]", "k"]),
            (Status::NotRecorded, &["-", "null", "not recorded", "#n/a"]),
            (Status::NotDue, &["nyd"]),
        ];
        Self(lists.iter().flat_map(|(s, words)| words.iter().map(|w| ((*w).to_owned(), *s))).collect())
    }
}

/// A file after its layout was recognised.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Laid {
    /// Id of the return spec, `plain` for the plain layout, empty where none fits (a finding then says so).
    pub return_id: String,
    /// The rows, over all sheets, in the sender's order.
    pub drafts: Vec<Draft>,
    /// What was found on the way.
    pub findings: Vec<Finding>,
    /// Markers of this return.
    pub markers: Markers,
    /// Whether numbers that are dates count from 1904 in this file.
    pub epoch_1904: bool,
    /// The tables and their columns, as they were found.
    pub layout: Layout,
}
