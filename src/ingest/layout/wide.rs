//! The wide layout: periods, places or kinds across the columns.

use super::long::{name, put};
use super::member::Member;
use super::sink::Sink;
use crate::ingest::header::key;
use crate::model::draft::DraftCell;
use crate::model::raw::{CellNote, RawRow, RawValue};

/// Lays out one row: a draft for each column that goes across.
pub(super) fn lay_row<'a>(member: &mut Member<'_, 'a>, row: &'a RawRow, sink: &mut Sink) {
    let place = member.grid.place(row.row, 0);
    let base = member.base(row, place);
    let Some(across) = member.plan.across_spec() else { return };
    let table = member.plan.spec.feeds;
    let Some(head) = table.position(&across.to) else { return };
    let figures = match (&base.label, member.plan.spec.figures_by_row()) {
        (Some((label, place, header)), true) => match member.plan.figures_by_label.get(&key(label)) {
            Some(figures) => figures.as_slice(),
            None => return member.unknown_row(label, place, header, sink),
        },
        (None, true) => {
            // Figures without a label: each is handed on without its indicator, so that a rule can say so.
            &[]
        }
        (_, false) => &[],
    };
    let columns = member.header.across.iter().filter(|a| !member.empty_across.contains(&a.column));
    for column in columns {
        let written = member.header.text(column.column);
        let mut draft = base.draft.clone();
        draft.fields[head] = Some(DraftCell {
            value: Some(RawValue::Text(column.value.as_str().into())),
            as_sent: Some(written.clone()),
            place: member.grid.place(column.row, column.column),
            header: written.clone(),
            note: CellNote::Plain,
            scale: 1.0,
        });
        let Some(rules) = member.plan.across_cells(column) else { continue };
        if figures.is_empty() {
            let Some(position) = table.position(&column.into) else { continue };
            let cell = member.number(row, column.column, rules, written, sink);
            draft.place = cell.place.clone();
            let key = format!("{}\u{1f}{}", row.row, member.key_of(&draft));
            sink.merge(key, draft, position, cell);
            continue;
        }
        for &figure in figures {
            let (label, place, _) = base.label.clone().unwrap_or_default();
            let spec = &member.plan.spec.figures[figure];
            let rules = if spec.unit.scale() != 1.0 { &member.plan.figures[figure] } else { rules };
            let cell = member.number(row, column.column, rules, written, sink);
            let named = name(member, draft.clone(), figure, &label, &place);
            if across.measures.is_empty() {
                put(member, named, figure, cell, sink);
            } else if let Some(position) = table.position(&column.into) {
                let mut named = named;
                named.place = cell.place.clone();
                sink.merge(member.key_of(&named), named, position, cell);
            }
        }
    }
}
