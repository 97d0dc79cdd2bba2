//! Collecting cells into rows, and setting aside what lies far outside.

use super::codes::{self, Stop};
use super::limits::Limits;
use crate::model::Finding;
use crate::model::raw::{CellNote, CellPlace, RawCell, RawRow, RawSheet, RawValue};

/// At most this many findings of one kind on one sheet; what follows is usually the same mistake again.
pub(super) const NAMED_MAX: usize = 20;

/// How far the content of a sheet reaches, while it is gone through from the top ([`Limits::max_row`]).
pub(super) struct Reach {
    row_last: u32,
    column_last: u32,
    gap_rows: u32,
    gap_columns: u32,
}

impl Reach {
    /// Nothing seen yet.
    pub fn new(limits: &Limits) -> Self {
        Self { row_last: 0, column_last: 0, gap_rows: limits.max_row, gap_columns: limits.max_column }
    }

    /// Whether a value at this place belongs to what was seen before; it then widens the reach.
    pub fn admits(&mut self, row: u32, column: u32) -> bool {
        let near = row <= self.row_last.saturating_add(self.gap_rows)
            && column <= self.column_last.saturating_add(self.gap_columns);
        if near {
            self.extends(row, column);
        }
        near
    }

    /// Widens the reach to a place that hangs together with one that was admitted.
    pub fn extends(&mut self, row: u32, column: u32) {
        self.row_last = self.row_last.max(row);
        self.column_last = self.column_last.max(column);
    }

    /// The finding for a place that was not admitted.
    pub fn far(&self, place: &CellPlace) -> Finding {
        let (row, column) = (self.row_last, crate::model::raw::column_letters(self.column_last));
        let seen = match row {
            0 => "no value lies before it".to_owned(),
            _ => format!("the values before it end in row {row} and column {column}"),
        };
        codes::error(codes::FAR_CELL, format!("Cell {} holds a value far outside the table: {seen}.", place.a1()))
            .at(place)
    }
}

/// The cells of a sheet as they come.
#[derive(Default)]
pub(super) struct Rows {
    rows: Vec<RawRow>,
}

impl Rows {
    /// Adds a cell; rows and columns are 1-based, in any order.
    pub fn push(&mut self, row: u32, column: u32, value: RawValue, note: CellNote) {
        let cell = RawCell { column, value, note };
        match self.rows.last_mut() {
            Some(last) if last.row == row => last.cells.push(cell),
            _ => self.rows.push(RawRow { row, hidden: false, cells: vec![cell] }),
        }
    }

    /// Puts the cells in order into the sheet, leaving out and naming those that are far outside and those whose address
    /// comes twice.
    pub fn finish(mut self, sheet: &mut RawSheet, hidden: impl Fn(u32) -> bool, limits: &Limits) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.rows.sort_by_key(|r| r.row);
        self.rows.dedup_by(|later, kept| {
            let same = later.row == kept.row;
            if same {
                kept.cells.append(&mut later.cells);
            }
            same
        });
        let mut reach = Reach::new(limits);
        for row in &mut self.rows {
            row.hidden = hidden(row.row);
            row.cells.sort_by_key(|c| c.column);
            let number = row.row;
            let mut before = 0;
            row.cells.retain(|cell| {
                let place = || CellPlace::new(&sheet.name, number, cell.column);
                let twice = cell.column == before;
                before = cell.column;
                if twice {
                    let place = place();
                    let message =
                        format!("The file holds two contents for cell {}; which one counts is not known.", place.a1());
                    findings.push(codes::error(codes::CELL_UNREADABLE, message).at(&place));
                } else if !reach.admits(number, cell.column) {
                    findings.push(reach.far(&place()));
                } else {
                    return true;
                }
                false
            });
        }
        self.rows.retain(|r| !r.cells.is_empty());
        sheet.rows = self.rows;
        findings.truncate(NAMED_MAX);
        findings
    }
}

/// Whether some text is more than a cell can hold; the finding names the place.
pub(super) fn too_long(text: &str, place: &CellPlace, limits: &Limits) -> Option<Finding> {
    (text.len() > limits.field_bytes).then(|| {
        let at = if place.is_csv() {
            format!("The field that begins in line {}", place.row)
        } else {
            format!("Cell {}", place.a1())
        };
        let message = format!("{at} holds {} bytes of text; at most {} are allowed.", text.len(), limits.field_bytes);
        codes::error(codes::CELL_TOO_LONG, message).at(place)
    })
}

/// The end of reading a file of more cells than are allowed.
pub(super) fn too_many(limits: &Limits) -> Stop {
    codes::stop(codes::TOO_MANY_CELLS, format!("The file has more than {} cells with a value.", limits.cells))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_far_only_when_it_hangs_on_nothing() {
        let limits = Limits { max_row: 10, max_column: 5, ..Limits::default() };
        for (places, far, why) in [
            (vec![(1, 1), (2, 1), (12, 1)], vec![], "ten rows below is near"),
            (vec![(1, 1), (2, 1), (13, 1)], vec![(13, 1)], "eleven rows below is far"),
            (vec![(1, 1), (1, 6), (1, 11)], vec![], "a wide table hangs together"),
            (vec![(1, 1), (1, 7)], vec![(1, 7)], "six columns to the right is far"),
            (vec![(11, 1)], vec![(11, 1)], "the corner of the sheet is where it begins"),
            (
                vec![(1, 1), (16, 1), (17, 1), (5, 1)],
                vec![(16, 1), (17, 1)],
                "5 does not lead to 16, and what is far leads to nothing",
            ),
            (vec![(14, 1), (1, 1), (5, 1)], vec![], "the order in the file does not matter"),
        ] {
            let mut rows = Rows::default();
            for (row, column) in &places {
                rows.push(*row, *column, RawValue::Number(1.0), CellNote::Plain);
            }
            let mut sheet = RawSheet { name: "S".into(), ..RawSheet::default() };
            let findings = rows.finish(&mut sheet, |_| false, &limits);
            let expected: Vec<String> = far.iter().map(|&(r, c)| CellPlace::new("S", r, c).a1()).collect();
            let found: Vec<String> = findings.into_iter().map(|f| f.cell).collect();
            assert_eq!(found, expected, "{why}");
        }
    }

    #[test]
    fn two_contents_for_one_cell_are_named() {
        let mut rows = Rows::default();
        for (row, column, value) in [(2, 1, 1.0), (1, 1, 2.0), (2, 1, 3.0)] {
            rows.push(row, column, RawValue::Number(value), CellNote::Plain);
        }
        let mut sheet = RawSheet { name: "S".into(), ..RawSheet::default() };
        let findings = rows.finish(&mut sheet, |row| row == 2, &Limits::default());
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].cell, "A2");
        assert_eq!(sheet.rows.iter().map(|r| (r.row, r.hidden)).collect::<Vec<_>>(), [(1, false), (2, true)]);
    }
}
