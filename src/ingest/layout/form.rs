//! The form layout: labels beside values. A form is one row of the table, or one for each figure on it.

use std::collections::{BTreeMap, BTreeSet};

use super::aside::{Aside, AsideRows};
use super::convert::{Context, Rules};
use super::given::{Surroundings, look_all};
use super::grid::{Grid, filled, filled_cells, is_blank};
use super::plan::Plan;
use super::sink::{Sink, empty_draft};
use crate::ingest::header::key;
use crate::model::Text;
use crate::model::draft::DraftCell;
use crate::model::raw::{CellNote, CellPlace, RawCell, RawValue};

/// A label on a sheet, and the cell that belongs to it.
struct Labelled {
    label: String,
    place: CellPlace,
    cell: RawCell,
    label_row: u32,
}

impl Labelled {
    fn read(&self, context: &Context<'_>, rules: &Rules) -> DraftCell {
        let mut cell = rules.cell(context, &self.cell, self.place.clone(), &Text::from(&self.label));
        if is_blank(&self.cell) {
            cell.value = None;
        }
        cell
    }
}

/// What the labels of a form are.
struct Labels {
    columns: BTreeMap<String, usize>,
    figures: BTreeMap<String, Vec<usize>>,
}

impl Labels {
    fn of(plan: &Plan<'_>) -> Self {
        let columns = plan.spec.columns.iter().enumerate();
        let columns = columns.flat_map(|(i, c)| c.names().into_iter().map(move |n| (key(n), i))).collect();
        let figures = plan.figures_by_label.iter().map(|(label, list)| (label.clone(), list.clone())).collect();
        Self { columns, figures }
    }

    fn knows(&self, key: &str) -> bool {
        self.columns.contains_key(key) || self.figures.contains_key(key)
    }
}

/// How many of a form's labels stand on a sheet; none where a required one does not.
pub(super) fn score(plan: &Plan<'_>, grid: &Grid<'_>) -> Option<usize> {
    let labels = Labels::of(plan);
    let found = labelled(grid, &labels, plan);
    let seen: BTreeSet<String> = found.iter().map(|l| key(&l.label)).collect();
    let complete = |i: usize| labels.columns.iter().any(|(name, at)| *at == i && seen.contains(name));
    let required = plan.spec.columns.iter().enumerate().filter(|(_, c)| c.required).all(|(i, _)| complete(i));
    (required && seen.len() >= 2.min(labels.columns.len() + labels.figures.len())).then_some(seen.len())
}

/// Lays out the form of a sheet.
pub(super) fn lay_sheet(
    context: &Context<'_>,
    plan: &Plan<'_>,
    grids: &[Grid<'_>],
    sheet: usize,
    agency: Option<&str>,
    sink: &mut Sink,
) {
    let grid = &grids[sheet];
    let labels = Labels::of(plan);
    let found = labelled(grid, &labels, plan);
    let mut draft = empty_draft(plan.spec.feeds, grid.place(grid.rows().first().map_or(1, |r| r.row), 0));
    let mut used: BTreeSet<u32> = BTreeSet::new();
    let mut figures: Vec<(usize, &Labelled)> = Vec::new();
    let mut columns: BTreeSet<&str> = BTreeSet::new();
    for item in &found {
        used.extend([item.place.row, item.label_row]);
        if let Some(&index) = labels.columns.get(&key(&item.label)) {
            let spec = &plan.spec.columns[index];
            let cell = item.read(context, &plan.columns[index]);
            if spec.to == "extra" {
                draft.extra.push((item.label.clone(), cell.sent().into_owned()));
            } else if let Some(position) = plan.spec.feeds.position(&spec.to) {
                columns.insert(spec.to.as_str());
                draft.fields[position] = Some(cell);
            }
        }
        for &figure in labels.figures.get(&key(&item.label)).into_iter().flatten() {
            figures.push((figure, item));
        }
    }
    let end = grid.rows().len();
    let around = Surroundings { grid, above: 0..end, title: 0..0, sheets: grids };
    let mut given = vec![None; draft.fields.len()];
    look_all(context, plan, &around, agency, &mut given, sink, |to| columns.contains(to));
    for (field, given) in draft.fields.iter_mut().zip(given) {
        *field = field.take().or(given);
    }
    if plan.spec.figures.is_empty() {
        sink.push(draft);
    } else {
        for (figure, item) in figures {
            let spec = &plan.spec.figures[figure];
            let mut named = draft.clone();
            named.place = item.place.clone();
            for (to, value) in [("indicator", &spec.indicator), ("breakdown", &spec.breakdown)] {
                if let (false, Some(at)) = (value.is_empty(), named.table.position(to)) {
                    let value = Some(RawValue::Text(value.into()));
                    let place = grid.place(item.label_row, 0);
                    let (as_sent, header) = (Some(item.label.as_str().into()), Text::default());
                    named.fields[at] =
                        Some(DraftCell { value, as_sent, place, header, note: CellNote::Plain, scale: 1.0 });
                }
            }
            let cell = item.read(context, &plan.figures[figure]);
            if let Some(position) = named.table.position(&spec.into) {
                let key = format!("{}\u{1f}{}\u{1f}{}", grid.sheet.name, spec.indicator, spec.breakdown);
                sink.merge(key, named, position, cell);
            }
        }
    }
    let mut aside = AsideRows::default();
    for row in grid.rows().iter().filter(|r| !used.contains(&r.row) && filled_cells(r).next().is_some()) {
        aside.add(Aside::Note, row.row);
    }
    sink.findings.extend(aside.findings(&grid.sheet.name));
}

/// Every known label with the cell that belongs to it: after its colon, to its right, or below it.
fn labelled(grid: &Grid<'_>, labels: &Labels, plan: &Plan<'_>) -> Vec<Labelled> {
    let given: BTreeSet<String> = plan.spec.given.iter().flat_map(|g| g.labels.iter().map(|l| key(l))).collect();
    let is_label = |cell: &RawCell| {
        let text = key(&cell.value.display());
        labels.knows(&text) || given.contains(&text)
    };
    let mut found = Vec::new();
    for (index, row) in grid.rows().iter().enumerate() {
        for cell in filled_cells(row) {
            let RawValue::Text(text) = &cell.value else { continue };
            if let Some((head, tail)) = text.split_once(':')
                && labels.knows(&key(head))
                && !tail.trim().is_empty()
            {
                let cell = RawCell { value: RawValue::Text(tail.trim().into()), ..cell.clone() };
                let place = grid.place(row.row, cell.column);
                found.push(Labelled { label: head.trim().to_owned(), place, cell, label_row: row.row });
                continue;
            }
            if !labels.knows(&key(text)) {
                continue;
            }
            let right = filled_cells(row).find(|c| c.column > cell.column);
            let beside = match right {
                Some(c) if !is_label(c) => Some((row.row, c)),
                _ => {
                    let next = grid.rows().get(index + 1).filter(|next| next.row == row.row + 1);
                    next.and_then(|next| filled(next, cell.column).map(|c| (next.row, c))).filter(|(_, c)| !is_label(c))
                }
            };
            // A label beside nothing is an empty field, not an absent one.
            let nothing = || {
                let value = RawValue::Text(Default::default());
                (row.row, RawCell { column: cell.column + 1, value, note: CellNote::Plain })
            };
            let (value_row, value) = beside.map_or_else(nothing, |(row, cell)| (row, cell.clone()));
            let place = grid.place(value_row, value.column);
            found.push(Labelled { label: text.trim().to_owned(), place, cell: value, label_row: row.row });
        }
    }
    found
}
