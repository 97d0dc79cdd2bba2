//! Which series each row of a return belongs to, as a small number that rules compare in the place of its texts.

use std::collections::HashMap;

use crate::model::history::{is_same_series, series_key};
use crate::model::text::TextHash;
use crate::model::{Row, Table};

/// The series of each row: table and key without the period.
pub struct SeriesOf {
    of: Vec<usize>,
    /// Of each series, whether every text of its key is empty.
    blank: Vec<bool>,
    ambiguous: bool,
}

impl SeriesOf {
    /// The series of rows.
    pub fn new(rows: &[Row]) -> Self {
        let mut series = Self { of: Vec::with_capacity(rows.len()), blank: Vec::new(), ambiguous: false };
        let mut index: HashMap<(Table, String), usize, TextHash> = HashMap::default();
        for (i, row) in rows.iter().enumerate() {
            if i > 0 && is_same_series(&rows[i - 1], row) {
                series.of.push(series.of[i - 1]);
                continue;
            }
            let key = series_key(row);
            let joints = key.bytes().filter(|b| *b == b'|').count();
            let columns = row.table.columns().iter().filter(|c| c.key && c.kind != crate::model::ColumnKind::Period);
            series.ambiguous |= joints >= columns.count().max(1);
            let blank = joints == key.len();
            let next = index.len();
            let of = *index.entry((row.table, key)).or_insert(next);
            if of == next {
                series.blank.push(blank);
            }
            series.of.push(of);
        }
        series
    }

    /// The series of a row.
    pub fn of(&self, row: usize) -> usize {
        self.of[row]
    }

    /// How many series there are.
    pub fn len(&self) -> usize {
        self.blank.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.blank.is_empty()
    }

    /// Whether a row says nothing of what it is about but perhaps its period.
    pub fn is_blank(&self, row: usize) -> bool {
        self.blank[self.of[row]]
    }

    /// Whether a text holds the sign that joins the texts of a key, so that two keys may read alike and not be.
    pub fn is_ambiguous(&self) -> bool {
        self.ambiguous
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Provenance;
    use crate::model::row::Value;

    #[test]
    fn rows_of_one_key_have_one_number_wherever_they_stand() {
        let row = |place: &str, breakdown: &str| {
            let mut row = Row::empty(Table::Performance, Provenance::default());
            row.set("locality", Value::Text(place.into()));
            row.set("breakdown", Value::Text(breakdown.into()));
            row
        };
        let empty = Row::empty(Table::Performance, Provenance::default());
        let rows = [
            row("a", ""),
            row("a", ""),
            row("b", ""),
            row("a", ""),
            empty.clone(),
            Row { table: Table::Actions, ..empty },
        ];
        let series = SeriesOf::new(&rows[..5]);
        assert_eq!((0..5).map(|i| series.of(i)).collect::<Vec<_>>(), [0, 0, 1, 0, 2]);
        assert_eq!((series.len(), series.is_blank(4), series.is_blank(0)), (3, true, false));
        assert!(!series.is_ambiguous() && SeriesOf::new(&[row("a", "x|y")]).is_ambiguous());
        assert_eq!(SeriesOf::new(&rows).len(), 4, "another table, another series");
    }
}
