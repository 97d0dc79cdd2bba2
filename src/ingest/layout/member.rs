//! One table of a spec where it was found on a sheet, and what each of its rows holds.

use std::collections::{BTreeMap, BTreeSet};

use super::blocks;
use super::convert::{Context, Rules};
use super::given::{Surroundings, look_all};
use super::grid::{Grid, filled, filled_cells};
use super::plan::{Header, Plan, Target};
use super::sink::{Sink, empty_draft};
use crate::ingest::header::near;
use crate::ingest::layout_codes as codes;
use crate::model::draft::{Draft, DraftCell};
use crate::model::raw::{CellNote, CellPlace, RawRow, RawValue, column_letters};
use crate::model::{Severity, Text};
use crate::spec::return_spec::Layout;

/// One table of a spec where it was found on a sheet.
pub(super) struct Member<'m, 'a> {
    pub context: &'m Context<'a>,
    pub plan: &'m Plan<'a>,
    pub header: &'m Header,
    pub grid: &'m Grid<'a>,
    /// Values from outside the table, by the position of the canonical column.
    pub given: Vec<Option<DraftCell>>,
    /// Tells the tables of a sheet apart, so that their figures are not merged.
    pub number: usize,
    /// Columns that go across and hold nothing.
    pub empty_across: BTreeSet<u32>,
    /// What stands above in columns where an empty cell means that.
    above: BTreeMap<usize, DraftCell>,
    /// First and last column that belong to it.
    pub limits: (u32, u32),
}

/// A row before its figures.
pub(super) struct Base {
    pub draft: Draft,
    /// The row's label, for figures that are named by the row.
    pub label: Option<(String, CellPlace, Text)>,
    /// The number that the label speaks of, where a column holds it.
    pub figure: Option<(u32, usize)>,
}

impl<'m, 'a> Member<'m, 'a> {
    #[expect(clippy::too_many_arguments, reason = "the constructor of one struct, called in one place")]
    pub(super) fn new(
        context: &'m Context<'a>,
        plan: &'m Plan<'a>,
        header: &'m Header,
        grids: &'m [Grid<'a>],
        grid: &'m Grid<'a>,
        (number, limits, end): (usize, (u32, u32), usize),
        agency: Option<&str>,
        sink: &mut Sink,
    ) -> Self {
        let mut member = Self {
            context,
            plan,
            header,
            grid,
            given: vec![None; plan.spec.feeds.columns().len()],
            number,
            empty_across: BTreeSet::new(),
            above: BTreeMap::new(),
            limits,
        };
        member.look_around(grids, agency, sink);
        member.look_at_header(sink);
        member.look_at_columns(end, sink);
        sink.remember(member.found());
        member
    }

    /// The place of the header's first column, for what concerns the table as a whole.
    pub(super) fn head_place(&self) -> CellPlace {
        let column = self.header.span().0;
        let row = self.header.written.get(&column).map_or(self.grid.rows()[self.header.last].row, |w| w.0);
        self.grid.place(row, column)
    }

    pub(super) fn has_column(&self, to: &str) -> bool {
        let targets = self.header.columns.values().flatten();
        let across = self.plan.across_spec().is_some_and(|a| a.to == to);
        across || targets.into_iter().any(|t| matches!(t, Target::Column(i) if self.plan.spec.columns[*i].to == to))
    }

    fn look_around(&mut self, grids: &[Grid<'a>], agency: Option<&str>, sink: &mut Sink) {
        let title = match self.plan.spec.layout {
            Layout::Blocks => blocks::title_above(self.grid, self.header.first),
            _ => 0..0,
        };
        let around = Surroundings { grid: self.grid, above: 0..self.header.first, title, sheets: grids };
        let mut given = std::mem::take(&mut self.given);
        look_all(self.context, self.plan, &around, agency, &mut given, sink, |to| self.has_column(to));
        self.given = given;
    }

    /// The rules and columns of a kind: numbers, or what a row is about.
    pub(super) fn columns_where(&self, wanted: impl Fn(&Rules, &str) -> bool) -> Vec<(u32, usize)> {
        let columns = self.header.columns.iter().flat_map(|(c, targets)| targets.iter().map(move |t| (*c, *t)));
        let columns = columns.filter_map(|(c, t)| match t {
            Target::Column(i) => Some((c, i)),
            _ => None,
        });
        columns.filter(|(_, i)| wanted(&self.plan.columns[*i], &self.plan.spec.columns[*i].to)).collect()
    }

    pub(super) fn number_columns(&self) -> BTreeSet<u32> {
        let own = self.columns_where(|rules, _| rules.is_number()).into_iter().map(|(c, _)| c);
        let figures = self.header.columns.iter().filter(|(_, t)| t.iter().any(|t| matches!(t, Target::Figure(_))));
        own.chain(figures.map(|(c, _)| *c)).chain(self.header.across.iter().map(|a| a.column)).collect()
    }

    pub(super) fn label_columns(&self) -> Vec<(u32, usize)> {
        let by_row = self.plan.spec.figures_by_row();
        self.columns_where(|rules, to| !rules.is_number() && (!rules.is_text() || (by_row && to == "breakdown")))
    }

    /// The row's own fields and what stands above or outside the table.
    pub fn base(&mut self, row: &'a RawRow, place: CellPlace) -> Base {
        let (plan, grid, context) = (self.plan, self.grid, self.context);
        let mut draft = empty_draft(plan.spec.feeds, place);
        draft.fields.clone_from(&self.given);
        let mut base = Base { draft, label: None, figure: None };
        let by_row = plan.spec.figures_by_row();
        for (column, targets) in &self.header.columns {
            for target in targets {
                let Target::Column(index) = *target else { continue };
                let (spec, rules) = (&plan.spec.columns[index], &plan.columns[index]);
                let header = self.header.text(*column);
                let cell = if rules.is_number() { filled(row, *column) } else { grid.shown_down(row, *column) };
                let mut found = cell.map(|c| {
                    // A merged label stands in the row where it was written, and means this one too.
                    rules.cell(context, c, grid.place(row.row, *column), header)
                });
                if spec.blank_down {
                    match &found {
                        Some(cell) => _ = self.above.insert(index, cell.clone()),
                        None => found = self.above.get(&index).cloned(),
                    }
                }
                let to = spec.to.as_str();
                if to == "figure" {
                    base.figure = Some((*column, index));
                } else if to == "extra" {
                    if let Some(cell) = found {
                        base.draft.extra.push((header.to_string(), cell.sent().into_owned()));
                    }
                } else if to == "indicator" && by_row {
                    base.label = found.map(|c| (c.sent().into_owned(), c.place, c.header));
                } else if let Some(position) = plan.spec.feeds.position(to) {
                    let empty = || DraftCell {
                        value: None,
                        as_sent: None,
                        place: grid.place(row.row, *column),
                        header: header.clone(),
                        note: CellNote::Plain,
                        scale: spec.unit.scale(),
                    };
                    let field = &mut base.draft.fields[position];
                    match found {
                        Some(cell) => *field = Some(cell),
                        None if field.is_none() => *field = Some(empty()),
                        None => {}
                    }
                }
            }
        }
        let known = |c: u32| !self.is_unknown(c) || self.is_aside(c);
        for cell in filled_cells(row).filter(|c| !known(c.column)) {
            let header = self.header.written.get(&cell.column).map(|w| w.1.to_string());
            let header =
                header.filter(|h| !h.is_empty()).unwrap_or_else(|| format!("column {}", column_letters(cell.column)));
            base.draft.extra.push((header, cell.value.display()));
        }
        base
    }

    /// A number cell of a row, also where it is empty.
    pub fn number(&self, row: &'a RawRow, column: u32, rules: &Rules, header: &Text, sink: &mut Sink) -> DraftCell {
        let place = self.grid.place(row.row, column);
        let Some(cell) = filled(row, column) else {
            let (_, scale) = rules.convert(self.context, &RawValue::Text(Default::default()));
            let note = CellNote::Plain;
            return DraftCell { value: None, as_sent: None, place, header: header.clone(), note, scale };
        };
        let found = rules.cell(self.context, cell, place, header);
        if let (Some(RawValue::Number(number)), RawValue::Number(_)) = (&found.value, &cell.value)
            && found.scale != 1.0
        {
            sink.per_cent(*number, &found.place, header);
        }
        found
    }

    /// What tells the drafts of this table apart before their figures are known.
    pub fn key_of(&self, draft: &Draft) -> String {
        let table = draft.table;
        let fields = table.columns().iter().zip(&draft.fields).filter(|(c, _)| c.key);
        let texts =
            fields.map(|(_, f)| f.as_ref().and_then(|f| f.value.as_ref()).map_or_else(String::new, RawValue::display));
        format!("{}\u{1f}{}\u{1f}{}", self.grid.sheet.name, self.number, texts.collect::<Vec<_>>().join("\u{1f}"))
    }

    /// Says that a row's label is not known.
    pub fn unknown_row(&self, text: &str, place: &CellPlace, header: &str, sink: &mut Sink) {
        let labels: Vec<&str> =
            self.plan.spec.figures.iter().flat_map(|f| f.labels.iter().map(String::as_str)).collect();
        let finding = match near(text, labels) {
            Some(label) => codes::error_at(
                codes::NEAR_ROW,
                place,
                format!("The row label `{}` is not known. Did you mean `{label}`?", text.trim()),
            ),
            None => codes::finding(
                codes::UNKNOWN_ROW,
                Severity::Query,
                "The label of this row is not known; its figures are not used.",
            )
            .at(place),
        };
        sink.findings.push(finding.under(header));
    }
}
