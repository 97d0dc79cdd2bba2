//! Where drafts and findings are gathered, so that the parts of one figure from several cells become one row.

use std::collections::{BTreeMap, HashMap};

use crate::ingest::layout_codes as codes;
use crate::model::draft::{Draft, DraftCell};
use crate::model::raw::CellPlace;
use crate::model::{Finding, Table, Text};

/// Drafts and findings of a file.
#[derive(Default)]
pub(super) struct Sink {
    pub drafts: Vec<Draft>,
    pub findings: Vec<Finding>,
    /// The tables as they were found.
    pub tables: Vec<super::remember::Found>,
    by_key: HashMap<String, usize>,
    per_cent: BTreeMap<(Text, String), PerCent>,
    beyond: bool,
}

/// The most rows of one file: a county's return has hundreds, and the largest national table that was seen has 63,000.
/// Of a CSV file or workbook of so many rows of performance the checks take 231 MiB where every second row has a finding,
/// and 480 MiB where every row has four; 120,000 of the latter would take 658 MiB, and a file must not cost half a
/// gigabyte. It is the findings that cost, so fewer of them would have to be held before more rows can be taken.
pub(super) const ROWS_MAX: usize = 80_000;

/// What the numbers of a column of percentages look like.
struct PerCent {
    place: CellPlace,
    header: String,
    largest: f64,
    broken: bool,
}

impl Sink {
    /// A finished row.
    pub fn push(&mut self, draft: Draft) {
        if self.is_full() {
            self.beyond = true;
        } else {
            self.drafts.push(draft);
        }
    }

    /// Whether no further row is taken.
    pub fn is_full(&self) -> bool {
        self.drafts.len() >= ROWS_MAX
    }

    /// Whether a row was left out already.
    pub fn is_beyond(&self) -> bool {
        self.beyond
    }

    /// A number of a row that may get others: rows of one key are one draft. A second cell for one number is an error.
    pub fn merge(&mut self, key: String, draft: Draft, position: usize, cell: DraftCell) {
        if self.is_full() && !self.by_key.contains_key(&key) {
            self.beyond = true;
            return;
        }
        let index = *self.by_key.entry(key).or_insert_with(|| {
            self.drafts.push(draft);
            self.drafts.len() - 1
        });
        let draft = &mut self.drafts[index];
        if draft.table.position("numerator") == Some(position) {
            draft.place.clone_from(&cell.place);
        }
        let field = &mut draft.fields[position];
        match field {
            Some(other) if other.place != cell.place => {
                let message = format!("The figure `{}` stands here and in {} too.", cell.header, other.place.a1());
                self.findings.push(codes::error_at(codes::FIGURE_TWICE, &cell.place, message).under(cell.header));
            }
            _ => *field = Some(cell),
        }
    }

    /// Remembers a number that was announced as per cent.
    pub fn per_cent(&mut self, number: f64, place: &CellPlace, header: &str) {
        let known = self.per_cent.entry((place.sheet.clone(), header.to_owned())).or_insert_with(|| PerCent {
            place: place.clone(),
            header: header.to_owned(),
            largest: 0.0,
            broken: false,
        });
        known.largest = known.largest.max(number.abs());
        known.broken |= number.fract() != 0.0;
    }

    /// Queries columns of percentages that look like fractions, and refuses a file of too many rows.
    pub fn finish(&mut self) {
        if self.beyond {
            let message = format!("The file has more than {ROWS_MAX} rows of figures.");
            self.findings.push(crate::ingest::codes::error(crate::ingest::codes::TOO_MANY_CELLS, message));
            self.drafts.clear();
            self.drafts.shrink_to_fit();
        }
        for seen in self.per_cent.values().filter(|p| p.broken && p.largest <= 1.0) {
            let message = format!(
                "Under `{}` per cent are expected, but no figure is above 1: 0.87 would be read as 0.87%.",
                seen.header
            );
            let query = codes::finding(codes::FRACTIONS, crate::model::Severity::Query, message);
            self.findings.push(query.at(&seen.place).under(&seen.header));
        }
        self.per_cent.clear();
    }
}

/// A draft with nothing in it.
pub(super) fn empty_draft(table: Table, place: CellPlace) -> Draft {
    Draft { table, fields: vec![None; table.columns().len()], extra: Vec::new(), place }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_too_many_refuses_the_file() {
        let mut sink = Sink::default();
        let draft =
            || Draft { table: Table::Actions, fields: Vec::new(), extra: Vec::new(), place: CellPlace::default() };
        for _ in 0..ROWS_MAX {
            sink.push(draft());
        }
        assert!(sink.is_full() && !sink.is_beyond());
        sink.push(draft());
        sink.finish();
        assert!(sink.is_beyond() && sink.drafts.is_empty());
        assert_eq!(sink.findings[0].code, crate::ingest::codes::TOO_MANY_CELLS);
    }
}
