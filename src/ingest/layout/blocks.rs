//! Several tables of one shape on a sheet, each under a title and a header of its own: where their titles stand.

use super::grid::{Grid, filled_cells};
use crate::model::raw::RawValue;

/// The most lines that a title has.
const TITLE_LINES: usize = 3;

/// The title lines directly above a header: rows of a single text, with at most one blank row between them and it.
pub(super) fn title_above(grid: &Grid<'_>, header: usize) -> std::ops::Range<usize> {
    let rows = grid.rows();
    let mut first = header;
    while first > 0 && header - first < TITLE_LINES {
        let row = &rows[first - 1];
        let gap = rows[first].row - row.row;
        let mut cells = filled_cells(row);
        let single = matches!((cells.next(), cells.next()), (Some(c), None) if matches!(c.value, RawValue::Text(_)));
        if !single || gap > if first == header { 2 } else { 1 } {
            break;
        }
        first -= 1;
    }
    first..header
}
