//! What a return's layout was, for the memory: its tables as they were found, and the form in which their numbers came.

use std::collections::{BTreeMap, BTreeSet};

use super::member::Member;
use super::plan::Target;
use super::sink::Sink;
use crate::ingest::header::key;
use crate::model::draft::{Draft, DraftCell};
use crate::model::layout::{Form, Layout, LayoutColumn, TableLayout};
use crate::model::raw::RawValue;
use crate::model::{ColumnKind, Table, Text};

/// A table as it was found.
pub(super) struct Found {
    pub layout: TableLayout,
    pub feeds: Table,
    /// Columns that go across, and the number column that each feeds.
    pub across: BTreeMap<u32, String>,
}

impl Sink {
    /// Remembers a table; of several of one name on one sheet the first stands for all.
    pub fn remember(&mut self, found: Found) {
        let same = |t: &Found| t.layout.name == found.layout.name && t.layout.sheet == found.layout.sheet;
        if !self.tables.iter().any(same) {
            self.tables.push(found);
        }
    }
}

impl Member<'_, '_> {
    /// The table's columns as they stand: those that are known, and those that nobody asked for.
    pub(super) fn found(&self) -> Found {
        let spec = self.plan.spec;
        let to = |targets: &Vec<Target>| {
            let known = targets.iter().find_map(|t| match t {
                Target::Column(i) => Some(spec.columns[*i].to.clone()),
                Target::Figure(i) => Some(spec.figures[*i].indicator.clone()),
                Target::Keep(_) => None,
            });
            known.unwrap_or_else(|| "keep".to_owned())
        };
        let across: BTreeMap<u32, String> = self.header.across.iter().map(|a| (a.column, a.into.clone())).collect();
        let within = |c: &u32| (self.limits.0..=self.limits.1).contains(c);
        let columns = self.header.written.iter().filter(|(c, (_, text))| {
            within(c) && !text.is_empty() && !across.contains_key(c) && !self.plan.sets_aside(text)
        });
        let columns = columns.map(|(column, (_, text))| {
            column_of(*column, text, &self.header.columns.get(column).map(to).unwrap_or_default())
        });
        let row = |index: usize| self.grid.rows().get(index).map_or(0, |r| r.row);
        let layout = TableLayout {
            name: spec.name.clone(),
            sheet: self.grid.sheet.name.clone(),
            first_row: row(self.header.first),
            last_row: row(self.header.last),
            columns: columns.collect(),
        };
        Found { layout, feeds: spec.feeds, across }
    }
}

/// A column before its numbers were looked at.
pub(super) fn column_of(column: u32, header: &str, to: &str) -> LayoutColumn {
    LayoutColumn { column, header: header.trim().to_owned(), to: to.to_owned(), form: None, largest: None }
}

/// The layout of a file: its tables with the forms of their numbers.
pub(super) fn layout(return_id: &str, tables: Vec<Found>, drafts: &[Draft]) -> Layout {
    let numbers = Numbers::of(drafts);
    let mut kinds = BTreeSet::new();
    let mut layouts = Vec::new();
    for mut table in tables {
        kinds.insert(table.feeds.as_str());
        let seen = |column: u32| numbers.0.get(&(table.layout.sheet.as_str().into(), table.feeds, column));
        for column in &mut table.layout.columns {
            if let Some(seen) = seen(column.column) {
                column.form = seen.form(&column.header);
                column.largest = column.form.map(|_| seen.largest);
            }
        }
        let mut across: BTreeMap<&str, Seen> = BTreeMap::new();
        for (column, into) in &table.across {
            if let Some(seen) = seen(*column) {
                across.entry(into).or_default().add(seen);
            }
        }
        table.layout.columns.extend(across.into_iter().map(|(into, seen)| LayoutColumn {
            form: seen.form(""),
            largest: seen.form("").map(|_| seen.largest),
            ..column_of(0, "", into)
        }));
        layouts.push(table.layout);
    }
    let return_id = match return_id {
        "plain" => format!("plain/{}", kinds.into_iter().collect::<Vec<_>>().join("+")),
        id => id.to_owned(),
    };
    Layout { agency: agency_of(drafts), return_id, tables: layouts }
}

/// The agency whose return it is; that of several agencies has one memory for all.
fn agency_of(drafts: &[Draft]) -> String {
    let mut agencies: BTreeSet<String> = BTreeSet::new();
    let mut last: Option<&RawValue> = None;
    for value in drafts.iter().filter_map(|d| d.field("agency")?.value.as_ref()) {
        if last.is_none_or(|last| last != value) {
            agencies.insert(value.display());
        }
        last = Some(value);
    }
    let mut agencies = agencies.into_iter();
    match (agencies.next(), agencies.next()) {
        (Some(only), None) => only,
        (None, _) => String::new(),
        _ => Layout::SEVERAL.to_owned(),
    }
}

/// What the numbers of columns look like, by sheet, canonical table and column.
struct Numbers(BTreeMap<(Text, Table, u32), Seen>);

/// What the numbers of a column look like.
#[derive(Debug, Clone, Default)]
struct Seen {
    numbers: usize,
    with_sign: usize,
    /// Whether a number is no whole one.
    broken: bool,
    largest: f64,
    /// Whether the spec announces per cent.
    announced: bool,
}

impl Numbers {
    fn of(drafts: &[Draft]) -> Self {
        let mut seen: Vec<((Text, Table, u32), Seen)> = Vec::new();
        let mut index: BTreeMap<(Text, Table, u32), usize> = BTreeMap::new();
        // Where a field of the row above was counted: this one is nearly always of the same column.
        let mut above: Vec<usize> = Vec::new();
        for draft in drafts {
            let columns = draft.table.columns().iter().zip(&draft.fields).enumerate();
            for (at, (_, cell)) in columns.filter(|(_, (c, _))| c.kind == ColumnKind::Number) {
                let Some(cell) = cell.as_ref().filter(|c| c.place.column > 0) else { continue };
                let place = &cell.place;
                let same = |i: &usize| {
                    let (sheet, table, column) = &seen[*i].0;
                    *column == place.column && *table == draft.table && *sheet == place.sheet
                };
                let found = above.get(at).copied().filter(|i| *i < seen.len()).filter(same).unwrap_or_else(|| {
                    let key = (place.sheet.clone(), draft.table, place.column);
                    *index.entry(key.clone()).or_insert_with(|| {
                        seen.push((key, Seen::default()));
                        seen.len() - 1
                    })
                });
                above.resize(above.len().max(at + 1), usize::MAX);
                above[at] = found;
                seen[found].1.look_at(cell);
            }
        }
        Self(seen.into_iter().collect())
    }
}

impl Seen {
    fn look_at(&mut self, cell: &DraftCell) {
        self.announced |= cell.scale != 1.0;
        if let (None, Some(RawValue::Number(number))) = (&cell.as_sent, &cell.value) {
            return self.count(*number, false);
        }
        let text = cell.sent();
        let text = text.trim();
        let bare = text.strip_suffix('%').unwrap_or(text).trim().replace(',', "");
        if let Ok(number) = bare.parse::<f64>() {
            self.count(number, text.ends_with('%'));
        }
    }

    fn count(&mut self, number: f64, with_sign: bool) {
        if !number.is_finite() {
            return;
        }
        self.numbers += 1;
        self.with_sign += usize::from(with_sign);
        self.broken |= number.fract() != 0.0;
        self.largest = self.largest.max(number.abs());
    }

    fn add(&mut self, other: &Self) {
        self.numbers += other.numbers;
        self.with_sign += other.with_sign;
        self.broken |= other.broken;
        self.largest = self.largest.max(other.largest);
        self.announced |= other.announced;
    }

    /// None where there is nothing to tell it by: no number, or only zeros and ones.
    fn form(&self, header: &str) -> Option<Form> {
        let percent = || key(header).contains("percent") || header.contains('%');
        match self {
            s if s.numbers == 0 => None,
            s if 2 * s.with_sign >= s.numbers => Some(Form::PercentSign),
            s if s.largest <= 1.0 => s.broken.then_some(Form::Fraction),
            s if s.announced || percent() => Some(Form::Percentage),
            _ => Some(Form::Number),
        }
    }
}
