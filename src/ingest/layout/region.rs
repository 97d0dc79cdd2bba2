//! From headers to regions of rows, and from rows to drafts: what all tables with a header have in common.

use std::collections::{BTreeMap, BTreeSet};

use super::aside::{Aside, AsideRows, rows_in_words};
use super::blocks;
use super::convert::{Context, Rules};
use super::given::{Found, Surroundings, look};
use super::grid::{Grid, filled, filled_cells};
use super::period::{self, Reading};
use super::plan::{Header, Plan, Target};
use super::sink::{Sink, empty_draft};
use super::{long, wide};
use crate::ingest::header::{key, near, near_message};
use crate::ingest::layout_codes as codes;
use crate::model::draft::{Draft, DraftCell};
use crate::model::raw::{CellNote, CellPlace, RawRow, RawValue, column_letters};
use crate::model::{Period, Severity};
use crate::spec::return_spec::{Layout, PeriodFormat, fits};

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
    limits: (u32, u32),
}

/// A row before its figures.
pub(super) struct Base {
    pub draft: Draft,
    /// The row's label, for figures that are named by the row.
    pub label: Option<(String, CellPlace, String)>,
    /// The number that the label speaks of, where a column holds it.
    pub figure: Option<(u32, usize)>,
}

/// Lays out every table with a header on one sheet. Gives the number of tables found.
pub(super) fn lay_sheet(
    context: &Context<'_>,
    plans: &[Plan<'_>],
    grids: &[Grid<'_>],
    sheet: usize,
    agency: Option<&str>,
    sink: &mut Sink,
) -> usize {
    let grid = &grids[sheet];
    let mut headers: Vec<(usize, Header)> = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        if !plan.spec.may_stand_on(&grid.sheet.name) {
            continue;
        }
        match plan.spec.layout {
            Layout::Long | Layout::Wide => {
                let found = plan.find(context, grid, plans.len() > 1);
                headers.extend(found.filter(|h| h.missing.is_empty() && plan.is_enough(h)).map(|h| (index, h)));
            }
            Layout::Blocks => headers.extend(plan.find_all(context, grid).into_iter().map(|h| (index, h))),
            Layout::Plain | Layout::Form => {}
        }
    }
    headers.sort_by_key(|(index, h)| (h.last, h.span().0, *index));
    let mut aside = AsideRows::default();
    let mut done = vec![false; headers.len()];
    for at in 0..headers.len() {
        if done[at] {
            continue;
        }
        let same = |h: &Header| h.last == headers[at].1.last && overlap(h.span(), headers[at].1.span());
        let group: Vec<usize> = (at..headers.len()).filter(|&i| same(&headers[i].1)).collect();
        group.iter().for_each(|&i| done[i] = true);
        let limits = limits(&headers, &group);
        let end = end_of(grid, &headers, &group, &mut aside);
        let mut members = Vec::new();
        for &i in &group {
            let (plan, header) = (&plans[headers[i].0], &headers[i].1);
            members.push(Member::new(context, plan, header, grids, grid, (i, limits, end), agency, sink));
        }
        let start = header_end(&members);
        lay_rows(&mut members, start..end, &mut aside, sink);
    }
    sink.findings.extend(aside.findings(&grid.sheet.name));
    headers.len()
}

fn header_end(members: &[Member<'_, '_>]) -> usize {
    members.iter().map(|m| m.header.last + 1).max().unwrap_or(0)
}

fn overlap(a: (u32, u32), b: (u32, u32)) -> bool {
    a.0 <= b.1 && b.0 <= a.1
}

/// The columns that belong to a group of headers: up to those of a table beside it.
fn limits(headers: &[(usize, Header)], group: &[usize]) -> (u32, u32) {
    let rows = |h: &Header| (h.first as u32, h.last as u32);
    let spans = group.iter().map(|&i| headers[i].1.span());
    let (left, right) = spans.fold((u32::MAX, 0), |(l, r), (a, b)| (l.min(a), r.max(b)));
    let (mut from, mut to) = (1, u32::MAX);
    for (i, (_, other)) in headers.iter().enumerate() {
        let beside = !group.contains(&i) && group.iter().any(|&g| overlap(rows(&headers[g].1), rows(other)));
        if beside && other.span().0 > right {
            to = to.min(other.span().0 - 1);
        }
        if beside && other.span().1 < left {
            from = from.max(other.span().1 + 1);
        }
    }
    (from, to)
}

/// The index after the last row of a group: where the next table below begins, with its title.
fn end_of(grid: &Grid<'_>, headers: &[(usize, Header)], group: &[usize], aside: &mut AsideRows) -> usize {
    let last = headers[group[0]].1.last;
    let spans: Vec<(u32, u32)> = group.iter().map(|&i| headers[i].1.span()).collect();
    let below = headers.iter().filter(|(_, h)| h.first > last && spans.iter().any(|s| overlap(*s, h.span())));
    let Some(next) = below.map(|(_, h)| h.first).min() else { return grid.rows().len() };
    let title = blocks::title_above(grid, next);
    for row in &grid.rows()[title.clone()] {
        aside.add(Aside::Heading, row.row);
    }
    title.start.max(last + 1)
}

impl<'m, 'a> Member<'m, 'a> {
    #[expect(clippy::too_many_arguments, reason = "the constructor of one struct, called in one place")]
    fn new(
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
        member
    }

    /// The place of the header's first column, for what concerns the table as a whole.
    fn head_place(&self) -> CellPlace {
        let column = self.header.span().0;
        let row = self.header.written.get(&column).map_or(self.grid.rows()[self.header.last].row, |w| w.0);
        self.grid.place(row, column)
    }

    fn has_column(&self, to: &str) -> bool {
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

    /// Headers that nobody knows, that stand there twice, or that have two readings.
    fn look_at_header(&self, sink: &mut Sink) {
        let spec = self.plan.spec;
        for across in &self.header.across {
            if let Some((financial, calendar)) = across.unclear {
                let place = self.grid.place(across.row, across.column);
                let message = format!(
                    "`{}` may be {} ({financial}) or {} ({calendar}).",
                    across.value,
                    financial.words(),
                    calendar.words()
                );
                sink.findings.push(codes::error_at(codes::PERIOD_UNCLEAR, &place, message).under(&across.value));
            }
        }
        for (target, column) in &self.header.twice {
            let (row, written) = self.header.written.get(column).cloned().unwrap_or_default();
            let first = self.header.columns.iter().find(|(_, t)| t.contains(target)).map_or(0, |(c, _)| *c);
            let what = match target {
                Target::Column(i) => spec.columns[*i].to.as_str(),
                Target::Figure(i) => spec.figures[*i].indicator.as_str(),
                Target::Keep(_) => continue,
            };
            let message = format!("`{what}` stands in column {} and here again.", column_letters(first));
            let place = self.grid.place(row, *column);
            sink.findings.push(codes::error_at(codes::COLUMN_TWICE, &place, message).under(written));
        }
        let found: BTreeSet<Target> = self.header.columns.values().flatten().copied().collect();
        let names = self.plan.names();
        for (column, (row, written)) in &self.header.written {
            if !self.is_unknown(*column) || self.plan.sets_aside(written) {
                continue;
            }
            let free = names.iter().filter(|(_, t)| !found.contains(t)).map(|(n, _)| *n);
            if let Some(name) = near(written, free) {
                let query = codes::finding(codes::NEAR_HEADER, Severity::Query, near_message(written, name));
                sink.findings.push(query.at(&self.grid.place(*row, *column)).under(written));
            }
        }
    }

    /// Whether a column within the limits has no meaning.
    fn is_unknown(&self, column: u32) -> bool {
        let within = (self.limits.0..=self.limits.1).contains(&column);
        within && !self.header.columns.contains_key(&column) && !self.header.across.iter().any(|a| a.column == column)
    }

    fn is_aside(&self, column: u32) -> bool {
        self.header.written.get(&column).is_some_and(|(_, written)| self.plan.sets_aside(written))
    }

    /// Columns without a figure, columns set aside, columns that nobody knows and that hold something.
    fn look_at_columns(&mut self, end: usize, sink: &mut Sink) {
        let rows = &self.grid.rows()[(self.header.last + 1).min(end)..end];
        let mut used: BTreeSet<u32> = BTreeSet::new();
        let mut figures: BTreeSet<u32> = BTreeSet::new();
        for row in rows {
            for cell in filled_cells(row) {
                used.insert(cell.column);
                if self.context.is_figure(&cell.value) {
                    figures.insert(cell.column);
                }
            }
        }
        let header = self.header;
        self.empty_across = header.across.iter().map(|a| a.column).filter(|c| !used.contains(c)).collect();
        let set_aside: Vec<String> = header
            .written
            .iter()
            .filter(|(c, (_, w))| self.is_unknown(**c) && self.plan.sets_aside(w) && used.contains(c))
            .map(|(c, (_, w))| format!("{} `{w}`", column_letters(*c)))
            .collect();
        let sheet = &self.grid.sheet.name;
        if !set_aside.is_empty() {
            let message = format!("Set aside by the return's rule: {}.", set_aside.join(", "));
            sink.findings.push(codes::note_on(codes::COLUMNS_ASIDE, sheet, message));
        }
        if !self.empty_across.is_empty() {
            let names: Vec<String> = header
                .across
                .iter()
                .filter(|a| self.empty_across.contains(&a.column))
                .map(|a| format!("{} ({})", column_letters(a.column), a.value))
                .collect();
            let message = format!("Nothing is filled in under {}.", names.join(", "));
            sink.findings.push(codes::note_on(codes::COLUMNS_ASIDE, sheet, message));
        }
        let head_row = self.grid.rows()[header.last].row;
        for column in used.iter().copied().filter(|c| self.is_unknown(*c) && !self.is_aside(*c)) {
            let (row, written) = header.written.get(&column).cloned().unwrap_or((head_row, String::new()));
            let place = self.grid.place(row, column);
            let periods = self.plan.across_spec().is_some_and(|a| a.to == "period");
            // `Target 2014/15` is a column of its own; `Apil 2014` was meant to be a month.
            let financial =
                matches!(period::find(&written, PeriodFormat::Month), Reading::One(Period::FinancialYear(_)));
            let digits = written.chars().any(|c| c.is_ascii_digit());
            if periods && figures.contains(&column) && digits && !financial {
                let message = format!("Figures stand under `{written}`, which is no period that can be read.");
                sink.findings.push(codes::error_at(codes::PERIOD_UNCLEAR, &place, message).under(written));
                continue;
            }
            let message = match written.is_empty() {
                true => format!("Column {} has no header; its text is kept beside the rows.", column_letters(column)),
                false => format!("The column `{written}` is not known; its text is kept beside the rows."),
            };
            let note = codes::finding(codes::UNKNOWN_COLUMN, Severity::Note, message);
            sink.findings.push(note.at(&place).under(written));
        }
    }

    /// The rules and columns of a kind: numbers, or what a row is about.
    fn columns_where(&self, wanted: impl Fn(&Rules, &str) -> bool) -> Vec<(u32, usize)> {
        let columns = self.header.columns.iter().flat_map(|(c, targets)| targets.iter().map(move |t| (*c, *t)));
        let columns = columns.filter_map(|(c, t)| match t {
            Target::Column(i) => Some((c, i)),
            _ => None,
        });
        columns.filter(|(_, i)| wanted(&self.plan.columns[*i], &self.plan.spec.columns[*i].to)).collect()
    }

    fn number_columns(&self) -> BTreeSet<u32> {
        let own = self.columns_where(|rules, _| rules.is_number()).into_iter().map(|(c, _)| c);
        let figures = self.header.columns.iter().filter(|(_, t)| t.iter().any(|t| matches!(t, Target::Figure(_))));
        own.chain(figures.map(|(c, _)| *c)).chain(self.header.across.iter().map(|a| a.column)).collect()
    }

    fn label_columns(&self) -> Vec<(u32, usize)> {
        let by_row = self.plan.spec.figures_by_row();
        self.columns_where(|rules, to| !rules.is_number() && (!rules.is_text() || (by_row && to == "breakdown")))
    }

    /// Whether a row label means something here.
    fn knows(&self, column: usize, text: &str) -> bool {
        let by_row = self.plan.spec.figures_by_row() && self.plan.spec.columns[column].to == "indicator";
        (by_row && self.plan.figures_by_label.contains_key(&key(text)))
            || self.plan.columns[column].word(text).is_some()
    }

    /// Why a row is no data of this table; none where it is.
    fn reason(&self, row: &RawRow, cells: &[(u32, &RawValue)]) -> Option<Aside> {
        if self.is_header_again(cells) {
            return Some(Aside::HeaderAgain);
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
        // A row of units or of a machine's codes says nothing of what a row is about, and holds no number.
        let labelled = labels.iter().any(|(c, _)| shown(*c).is_some());
        let in_numbers = cells.iter().any(|(c, _)| numbers.contains(c));
        let words = cells.iter().all(|(_, v)| matches!(v, RawValue::Text(_)));
        (!labelled && !figures && in_numbers && words).then_some(Aside::Note)
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
                let header = self.header.written.get(column).map_or("", |w| w.1.as_str());
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
                        base.draft.extra.push((header.to_owned(), cell.as_sent));
                    }
                } else if to == "indicator" && by_row {
                    base.label = found.map(|c| (c.as_sent, c.place, c.header));
                } else if let Some(position) = plan.spec.feeds.position(to) {
                    let empty = || DraftCell {
                        value: None,
                        as_sent: String::new(),
                        place: grid.place(row.row, *column),
                        header: header.to_owned(),
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
            let header = self.header.written.get(&cell.column).map(|w| w.1.clone());
            let header =
                header.filter(|h| !h.is_empty()).unwrap_or_else(|| format!("column {}", column_letters(cell.column)));
            base.draft.extra.push((header, cell.value.display()));
        }
        base
    }

    /// A number cell of a row, also where it is empty.
    pub fn number(&self, row: &'a RawRow, column: u32, rules: &Rules, header: &str, sink: &mut Sink) -> DraftCell {
        let place = self.grid.place(row.row, column);
        let Some(cell) = filled(row, column) else {
            let (_, scale) = rules.convert(self.context, &RawValue::Text(String::new()));
            let note = CellNote::Plain;
            return DraftCell { value: None, as_sent: String::new(), place, header: header.to_owned(), note, scale };
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
                format!("The row label `{}` is not known; its figures are not used.", text.trim()),
            )
            .at(place),
        };
        sink.findings.push(finding.under(header));
    }
}

/// Fills the fields that stand outside the table, and says which could not be found.
pub(super) fn look_all(
    context: &Context<'_>,
    plan: &Plan<'_>,
    around: &Surroundings<'_, '_>,
    agency: Option<&str>,
    fields: &mut [Option<DraftCell>],
    sink: &mut Sink,
    has_column: impl Fn(&str) -> bool,
) {
    let table = plan.spec.feeds;
    for (position, column) in table.columns().iter().enumerate() {
        let mut unclear = None;
        let mut asked = false;
        for given in plan.spec.given.iter().filter(|g| g.to == column.name) {
            asked = true;
            match look(context, table, given, around) {
                Found::Cell(cell) => {
                    fields[position] = Some(*cell);
                    break;
                }
                Found::Unclear(text, place, a, b) => unclear = unclear.or(Some((text, place, a, b))),
                Found::Nothing => {}
            }
        }
        if fields[position].is_none() && column.name == "agency" && !has_column("agency") {
            fields[position] = agency.map(|agency| DraftCell {
                value: Some(RawValue::Text(agency.to_owned())),
                as_sent: String::new(),
                place: CellPlace::new(around.grid.sheet.name.clone(), 0, 0),
                header: String::new(),
                note: CellNote::Plain,
                scale: 1.0,
            });
        }
        if fields[position].is_some() || has_column(column.name) {
            continue;
        }
        if let Some((text, place, financial, calendar)) = unclear {
            let message = format!(
                "`{}` may be {} ({financial}) or {} ({calendar}).",
                text.trim(),
                financial.words(),
                calendar.words()
            );
            sink.findings.push(codes::error_at(codes::PERIOD_UNCLEAR, &place, message));
        } else if asked {
            let message = format!("The table needs the {} once, and it was not found.", column.name.replace('_', " "));
            let mut finding = codes::finding(codes::GIVEN_MISSING, Severity::Error, message);
            finding.sheet.clone_from(&around.grid.sheet.name);
            sink.findings.push(finding);
        }
    }
}

fn is_note(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    ["note", "source", "key:", "*", "†", "‡", "(1)", "1.", "[note", "end of", "produced by", "contact"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// Offers every row to the tables that share a header; what none of them takes is set aside and said.
fn lay_rows(members: &mut [Member<'_, '_>], rows: std::ops::Range<usize>, aside: &mut AsideRows, sink: &mut Sink) {
    let Some(first) = members.first() else { return };
    let (grid, limits) = (first.grid, first.limits);
    let mut laid = 0;
    for index in rows {
        let row = &grid.rows()[index];
        let within = filled_cells(row).filter(|c| (limits.0..=limits.1).contains(&c.column));
        let cells: Vec<(u32, &RawValue)> = within.map(|c| (c.column, &c.value)).collect();
        if cells.is_empty() {
            continue;
        }
        let mut refused = None;
        let mut taken = false;
        for member in members.iter_mut() {
            match member.reason(row, &cells) {
                Some(reason) => {
                    if reason == Aside::Heading {
                        _ = member.base(row, grid.place(row.row, 0));
                    }
                    refused = Some(reason);
                }
                None => {
                    taken = true;
                    laid += 1;
                    match member.plan.across_spec() {
                        Some(_) => wide::lay_row(member, row, sink),
                        None => long::lay_row(member, row, sink),
                    }
                }
            }
        }
        if let (false, Some(reason)) = (taken, refused) {
            aside.add(reason, row.row);
        }
    }
    if laid == 0 {
        let member = &members[0];
        let message = format!("The table `{}` has a header and no row.", member.plan.spec.name);
        sink.findings.push(codes::error_at(codes::NO_ROWS, &member.head_place(), message));
    }
}

/// Says which rows of a sheet, or that the sheet itself, is hidden.
pub(super) fn note_hidden(grid: &Grid<'_>, sink: &mut Sink) {
    let name = &grid.sheet.name;
    if grid.sheet.hidden && grid.rows().iter().any(|r| filled_cells(r).next().is_some()) {
        let message = format!("The sheet `{name}` is hidden; it was read like the others.");
        sink.findings.push(codes::note_on(codes::HIDDEN, name, message));
    }
    let hidden: Vec<u32> =
        grid.rows().iter().filter(|r| r.hidden && filled_cells(r).next().is_some()).map(|r| r.row).collect();
    if !hidden.is_empty() {
        let message = format!("Hidden, and read like the others: {}.", rows_in_words(&hidden));
        let mut note = codes::note_on(codes::HIDDEN, name, message);
        note.row = hidden.first().copied();
        sink.findings.push(note);
    }
}
