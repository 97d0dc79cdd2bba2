//! What our own blank returns say beside the cells to fill in: it is no part of what is sent.

use crate::model::raw::{RawCell, RawFile, RawValue};
use crate::spec::own_sheets::BESIDE;

/// The file without what our blank returns say beside their cells; none where nothing of it is there.
pub(super) fn without(raw: &RawFile) -> Option<RawFile> {
    let is_ours = |cell: &RawCell| matches!(&cell.value, RawValue::Text(text) if text.starts_with(BESIDE));
    let any = raw.sheets.iter().flat_map(|s| &s.rows).flat_map(|r| &r.cells).any(is_ours);
    any.then(|| {
        let mut kept = raw.clone();
        for row in kept.sheets.iter_mut().flat_map(|s| &mut s.rows) {
            row.cells.retain(|cell| !is_ours(cell));
        }
        kept
    })
}
