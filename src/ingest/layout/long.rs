//! The long layout: a row of the sheet is a row of the table, or one for each figure in it.

use super::member::Member;
use super::plan::Target;
use super::sink::Sink;
use crate::model::Text;
use crate::model::draft::{Draft, DraftCell};
use crate::model::raw::{CellNote, CellPlace, RawRow, RawValue};

/// Lays out one row.
pub(super) fn lay_row<'a>(member: &mut Member<'_, 'a>, row: &'a RawRow, sink: &mut Sink) {
    let place = member.grid.place(row.row, 0);
    let base = member.base(row, place);
    if member.plan.spec.figures.is_empty() {
        note_per_cent(member, &base.draft, sink);
        sink.push(base.draft);
    } else if member.plan.spec.figures_by_row() {
        let Some((label, place, header)) = base.label else { return sink.push(base.draft) };
        let Some(figures) = member.plan.figures_by_label.get(&crate::ingest::header::key(&label)) else {
            return member.unknown_row(&label, &place, &header, sink);
        };
        for &figure in figures {
            let named = name(member, base.draft.clone(), figure, &label, &place);
            let Some((column, index)) = base.figure else {
                // The row's own number columns hold its numerator, denominator and value.
                sink.push(named);
                continue;
            };
            let header = member.header.text(column);
            let per_cent = member.plan.spec.figures[figure].unit.scale() != 1.0;
            let rules = if per_cent { &member.plan.figures[figure] } else { &member.plan.columns[index] };
            let cell = member.number(row, column, rules, header, sink);
            put(member, named, figure, cell, sink);
        }
    } else {
        for (column, targets) in &member.header.columns {
            for target in targets {
                let Target::Figure(figure) = *target else { continue };
                let header = member.header.text(*column);
                let cell = member.number(row, *column, &member.plan.figures[figure], header, sink);
                let head = CellPlace::new(member.grid.sheet.name.clone(), row.row, 0);
                let named = name(member, base.draft.clone(), figure, "", &head);
                put(member, named, figure, cell, sink);
            }
        }
    }
}

/// The draft with the figure's indicator and breakdown.
pub(super) fn name(member: &Member<'_, '_>, mut draft: Draft, figure: usize, label: &str, place: &CellPlace) -> Draft {
    let spec = &member.plan.spec.figures[figure];
    let cell = |value: &str, label: &str, place: &CellPlace| DraftCell {
        value: Some(RawValue::Text(value.into())),
        as_sent: Some(label.into()),
        place: place.clone(),
        header: Text::default(),
        note: CellNote::Plain,
        scale: 1.0,
    };
    if let Some(at) = draft.table.position("indicator") {
        draft.fields[at] = Some(cell(&spec.indicator, label, place));
    }
    if let (false, Some(at)) = (spec.breakdown.is_empty(), draft.table.position("breakdown")) {
        draft.fields[at] = Some(cell(&spec.breakdown, "", &CellPlace::new(place.sheet.clone(), place.row, 0)));
    }
    draft
}

/// Puts a figure's number into its draft, which its other numbers share.
pub(super) fn put(member: &Member<'_, '_>, mut draft: Draft, figure: usize, cell: DraftCell, sink: &mut Sink) {
    let into = &member.plan.spec.figures[figure].into;
    let Some(position) = draft.table.position(into) else { return };
    draft.place = cell.place.clone();
    let key = member.key_of(&draft);
    sink.merge(key, draft, position, cell);
}

/// Remembers the numbers that the spec announces as per cent.
fn note_per_cent(member: &Member<'_, '_>, draft: &Draft, sink: &mut Sink) {
    let announced = member.plan.spec.columns.iter().filter(|c| c.unit.scale() != 1.0);
    for column in announced {
        if let Some(cell) = draft.field(&column.to)
            && let Some(RawValue::Number(number)) = &cell.value
            && !cell.sent().ends_with('%')
        {
            sink.per_cent(*number, &cell.place, &cell.header);
        }
    }
}
