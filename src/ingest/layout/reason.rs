//! Why a row under a header is no data.

use super::aside::Aside;
use super::grid::filled;
use super::member::Member;
use super::plan::Target;
use crate::ingest::header::key;
use crate::model::raw::{RawRow, RawValue};
use crate::spec::return_spec::fits;

impl Member<'_, '_> {
    /// Why a row is no data of this table; none where it is.
    pub(super) fn reason(&self, row: &RawRow, cells: &[(u32, &RawValue)]) -> Option<Aside> {
        if self.is_header_again(cells) {
            return Some(Aside::HeaderAgain);
        }
        if cells.iter().all(|(c, _)| self.is_unknown(*c)) {
            return Some(Aside::Note);
        }
        let labels = self.label_columns();
        let shown = |column: u32| filled(row, column).map(|c| c.value.display());
        for (column, targets) in &self.header.columns {
            for target in targets {
                if let Target::Keep(filter) = target
                    && !self.plan.keeps(*filter, &shown(*column).unwrap_or_default())
                {
                    return Some(Aside::Filtered);
                }
            }
        }
        let known = labels.iter().any(|(c, i)| shown(*c).is_some_and(|text| self.knows(*i, &text)));
        let numbers = self.number_columns();
        let figures = cells.iter().any(|(c, v)| numbers.contains(c) && self.context.is_figure(v));
        if let [(column, RawValue::Text(text))] = cells
            && !(known && self.is_label_enough())
            && !figures
            && self.header.written.len() > 1
        {
            let carried = labels.iter().any(|(c, i)| c == column && self.plan.spec.columns[*i].blank_down);
            return Some(if carried && !is_note(text) { Aside::Heading } else { Aside::Note });
        }
        for (column, index) in &labels {
            let Some(text) = shown(*column) else { continue };
            if self.plan.spec.aside_rows.iter().any(|p| fits(p, &text)) {
                return Some(Aside::Filtered);
            }
            let total = ["total*", "sub-total*", "subtotal*", "sub total*", "grand total*", "overall total*"];
            if !self.knows(*index, &text) && total.iter().any(|p| fits(p, &text)) {
                return Some(Aside::Total);
            }
        }
        let first = cells.first().map(|(_, v)| v.display()).unwrap_or_default();
        if !known && !figures && is_note(&first) {
            return Some(Aside::Note);
        }
        // A row of units or of a machine's codes says nothing of what a row is about (or is hidden), and holds no number.
        let labelled = labels.iter().any(|(c, _)| shown(*c).is_some());
        let in_numbers = cells.iter().any(|(c, _)| numbers.contains(c));
        let words = cells.iter().all(|(_, v)| matches!(v, RawValue::Text(_)));
        ((!labelled || (row.hidden && !known)) && !figures && in_numbers && words).then_some(Aside::Note)
    }

    /// Whether a row label means something here.
    fn knows(&self, column: usize, text: &str) -> bool {
        let by_row = self.plan.spec.figures_by_row() && self.plan.spec.columns[column].to == "indicator";
        (by_row && self.plan.figures_by_label.contains_key(&key(text)))
            || self.plan.columns[column].word(text).is_some()
    }

    /// Whether a known label is a row by itself: its figures may all be missing.
    fn is_label_enough(&self) -> bool {
        self.plan.spec.figures_by_row() || self.plan.across_spec().is_some()
    }

    fn is_header_again(&self, cells: &[(u32, &RawValue)]) -> bool {
        let known = cells
            .iter()
            .filter(|(c, _)| self.header.columns.contains_key(c) || self.header.across.iter().any(|a| a.column == *c));
        let mut same = 0;
        for (column, value) in known {
            let Some((_, written)) = self.header.written.get(column) else { return false };
            let text = key(&value.display());
            if text.is_empty() || !key(written).ends_with(&text) {
                return false;
            }
            same += 1;
        }
        same >= 2
    }
}

fn is_note(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    ["note", "source", "key:", "*", "†", "‡", "(1)", "1.", "[note", "end of", "produced by", "contact"]
        .iter()
        .any(|start| text.starts_with(start))
}
