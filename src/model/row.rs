//! A row of a canonical table, and where it came from.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::number::Number;
use crate::model::period::Period;
use crate::model::table::Table;
use crate::model::text::Text;

/// The value of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Nothing was given.
    Empty,
    /// An id, a choice, a key or free text.
    Text(Text),
    /// Ids.
    Ids(Vec<String>),
    /// A period.
    Period(Period),
    /// A day.
    Date(NaiveDate),
    /// A number with its status.
    Number(Number),
}

/// Where a row came from, down to the sender's cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Provenance {
    /// Id of the submission.
    pub submission: Text,
    /// Name of the file as it lay in the inbox.
    pub source_file: Text,
    /// Sheet; empty for CSV.
    pub source_sheet: Text,
    /// Cell of the leading figure, such as `C17`; empty for CSV and for rows that are a whole row of the sheet.
    pub source_cell: Text,
    /// 1-based row.
    pub source_row: u32,
}

/// A row of a canonical table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Which table it belongs to.
    pub table: Table,
    /// One value a column, in the table's order.
    pub values: Vec<Value>,
    /// Unknown columns as sent, `header=text` joined by ` | `; never a single child's.
    pub extra: String,
    /// Where it came from.
    pub provenance: Provenance,
}

impl Row {
    /// A row with nothing in it.
    pub fn empty(table: Table, provenance: Provenance) -> Self {
        Self { table, values: vec![Value::Empty; table.columns().len()], extra: String::new(), provenance }
    }

    /// The value of a column; `Empty` for a name that the table does not have.
    #[inline(always)]
    pub fn get(&self, column: &str) -> &Value {
        self.table.position(column).and_then(|i| self.values.get(i)).unwrap_or(&Value::Empty)
    }

    /// Sets a column; a name that the table does not have is a mistake of ours.
    pub fn set(&mut self, column: &str, value: Value) {
        if let Some(i) = self.table.position(column) {
            self.values[i] = value;
        } else {
            debug_assert!(false, "no column {column} in {}", self.table.as_str());
        }
    }

    /// The text of a column; empty where nothing was given.
    #[inline(always)]
    pub fn text(&self, column: &str) -> &str {
        match self.get(column) {
            Value::Text(text) => text,
            _ => "",
        }
    }

    /// The ids of a column.
    pub fn ids(&self, column: &str) -> &[String] {
        match self.get(column) {
            Value::Ids(ids) => ids,
            _ => &[],
        }
    }

    /// The day of a column.
    #[inline(always)]
    pub fn date(&self, column: &str) -> Option<NaiveDate> {
        match self.get(column) {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// The period of a column.
    #[inline(always)]
    pub fn period(&self, column: &str) -> Option<Period> {
        match self.get(column) {
            Value::Period(period) => Some(*period),
            _ => None,
        }
    }

    /// The value of a number column, where it has one.
    #[inline(always)]
    pub fn figure(&self, column: &str) -> Option<f64> {
        match self.get(column) {
            Value::Number(number) => number.value,
            _ => None,
        }
    }

    /// The number of a column; missing where nothing was given.
    #[inline(always)]
    pub fn number(&self, column: &str) -> Number {
        match self.get(column) {
            Value::Number(number) => number.clone(),
            _ => Number::missing(),
        }
    }

    /// The key columns as text, joined by `|`: two rows of one table with one key are about the same thing.
    pub fn key(&self) -> String {
        let columns = self.table.columns().iter().zip(&self.values).filter(|(c, _)| c.key);
        columns.map(|(_, v)| v.to_string()).collect::<Vec<_>>().join("|")
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Ids(ids) => f.write_str(&ids.join(";")),
            Self::Period(period) => period.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::Number(number) => match (&number.marker, number.value) {
                (Some(marker), _) => f.write_str(marker),
                (None, Some(value)) => value.fmt(f),
                (None, None) => Ok(()),
            },
        }
    }
}
