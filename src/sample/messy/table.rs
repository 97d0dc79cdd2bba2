//! One table of a return as a part of a sheet: header, rows, totals, footnotes.

mod wide;

use std::collections::{BTreeMap, BTreeSet};

use super::words::{Style, Words};
use crate::model::row::Value;
use crate::model::{ColumnKind, Number, Row, Table};
use crate::sample::book::{Cell, Sheet};
use crate::spec::Reference;
use crate::spec::reference::Unit;
use crate::spec::return_spec::{ColumnSpec, Figure, Layout, Source, TableSpec};

/// A table of one file, with the rows that go into it.
pub struct Part<'a> {
    /// How the table is arranged, as of the file's periods.
    pub spec: &'a TableSpec,
    /// Its rows.
    pub rows: Vec<&'a Row>,
    /// How its values are written.
    pub words: Words<'a>,
}

/// The field of a row that a spec's `to` names, and how it is written.
fn column_style(column: &ColumnSpec) -> Style<'_> {
    Style {
        values: Some(&column.values),
        separator: column.separator.as_deref(),
        period: column.period,
        unit: column.unit,
    }
}

impl<'a> Part<'a> {
    /// Adds the table to a sheet.
    pub fn write(&self, sheet: &mut Sheet) {
        match self.spec.layout {
            Layout::Form => self.form(sheet),
            Layout::Blocks => self.blocks(sheet),
            Layout::Wide => self.wide(sheet, &self.rows),
            Layout::Long | Layout::Plain => self.long(sheet, &self.rows),
        }
    }

    /// Adds the fields that stand beside labels, for the rows of one file.
    pub fn labels(&self, sheet: &mut Sheet) {
        let Some(row) = self.rows.first() else { return };
        for given in self.spec.given.iter().filter(|g| g.from == Some(Source::Label)) {
            let style = Style { values: Some(&given.values), period: given.period, ..Style::default() };
            let label = pick(&given.labels, self.words.mood);
            let text = self.words.text(self.spec.feeds, &given.to, row.get(&given.to), style);
            sheet.push(vec![Cell::text(format!("{label}:")), Cell::text(text)]);
        }
    }

    fn kind(&self, column: &str) -> Option<ColumnKind> {
        self.spec.feeds.columns().iter().find(|c| c.name == column).map(|c| c.kind)
    }

    /// The columns of the file: those with a meaning, in another order in every third file.
    fn columns(&self) -> Vec<&'a ColumnSpec> {
        let used = |c: &&ColumnSpec| c.to != "extra";
        let mut columns: Vec<&ColumnSpec> = self.spec.columns.iter().filter(used).collect();
        let keys = columns.iter().filter(|c| !self.is_number(&c.to)).count();
        if self.words.mood % 3 == 2 && columns.len() > keys + 1 {
            columns[keys..].rotate_left(1);
        }
        columns
    }

    fn is_number(&self, to: &str) -> bool {
        to == "figure" || self.kind(to) == Some(ColumnKind::Number)
    }

    fn head(&self, column: &ColumnSpec) -> Cell {
        let names = column.names();
        Cell::head(names[self.words.mood % names.len()])
    }

    /// A row's own cell under a column.
    fn cell(&self, column: &ColumnSpec, row: &Row, index: usize) -> Cell {
        let style = column_style(column);
        match (self.kind(&column.to), row.get(&column.to)) {
            (Some(ColumnKind::Number), _) if column.to == "value" => rate(row, self.words.reference),
            (Some(ColumnKind::Number), Value::Number(number)) => self.words.number(number, style),
            // True dates beside dates as text, as registers that several people keep have them.
            (_, Value::Date(day)) if index % 4 == 3 => Cell::text(day.format("%d/%m/%Y").to_string()),
            (_, Value::Date(day)) => Cell::Date(*day),
            (_, value) => Cell::text(self.words.text(self.spec.feeds, &column.to, value, style)),
        }
    }

    fn long(&self, sheet: &mut Sheet, rows: &[&Row]) {
        let columns = self.columns();
        let by_row = self.spec.figures_by_row();
        let by_column: &[Figure] = if by_row { &[] } else { &self.spec.figures };
        // A count that nobody sends has no column.
        let mut figures = distinct(by_column);
        figures.retain(|labelled| labelled.iter().any(|f| number_of(rows, f).is_some()));
        if !figures.is_empty() && self.spec.header_rows > 2 {
            // A band over the counts, as a heading that belongs to no single one.
            let mut band = vec![Cell::Empty; columns.len()];
            band.push(Cell::head("Activity"));
            sheet.push(band);
            let at = sheet.rows.len() - 1;
            if figures.len() > 1 {
                sheet.merges.push((at, columns.len(), at, columns.len() + figures.len() - 1));
            }
        }
        let mut header: Vec<Cell> = columns.iter().map(|c| self.head(c)).collect();
        header.extend(figures.iter().map(|f| Cell::head(f[0].labels[self.words.mood % f[0].labels.len()].as_str())));
        sheet.push(header);
        if !figures.is_empty() {
            let mut units = vec![Cell::Empty; columns.len()];
            units.extend(figures.iter().map(|_| Cell::text("(number)")));
            sheet.push(units);
            if self.words.mood.is_multiple_of(2) {
                sheet.hidden_rows.push(sheet.rows.len() - 1);
            }
        }
        let first = sheet.rows.len();
        let groups = if self.spec.figures.is_empty() { single(rows) } else { self.grouped(rows, &columns) };
        let mut above: Vec<Cell> = Vec::new();
        for (index, group) in groups.iter().enumerate() {
            let lines: Vec<Option<Vec<&Figure>>> =
                if by_row { distinct(&self.spec.figures).into_iter().map(Some).collect() } else { vec![None] };
            for line in lines {
                let mut cells: Vec<Cell> = Vec::new();
                let line = line.as_ref();
                let number = line.and_then(|figures| figures.iter().find_map(|f| number_of(group, f)));
                if line.is_some() && number.is_none() {
                    continue;
                }
                for column in &columns {
                    cells.push(match (column.to.as_str(), line) {
                        ("indicator", Some(figures)) => Cell::text(figures[0].labels[0].as_str()),
                        ("figure", Some(_)) => {
                            number.as_ref().map_or(Cell::Empty, |n| self.words.number(n, Style::default()))
                        }
                        _ => self.cell(column, group[0], index),
                    });
                }
                for figure in &figures {
                    let number = figure.iter().find_map(|f| number_of(group, f));
                    cells.push(number.map_or(Cell::Empty, |n| self.words.number(&n, Style::default())));
                }
                let full = cells.clone();
                self.blank_down(&columns, &mut cells, &above);
                above = full;
                sheet.push(cells);
            }
        }
        self.total(sheet, first, &columns);
    }

    /// Empties the cells that repeat those above, where the return leaves them out.
    fn blank_down(&self, columns: &[&ColumnSpec], cells: &mut [Cell], above: &[Cell]) {
        if above.is_empty() {
            return;
        }
        // Only as far as everything to the left is the same too: a new case names its agency again.
        for (i, column) in columns.iter().enumerate() {
            if cells.get(i) != above.get(i) || !column.blank_down {
                break;
            }
            cells[i] = Cell::Empty;
        }
    }

    /// A row of totals under a table whose numbers can be added up.
    fn total(&self, sheet: &mut Sheet, first: usize, columns: &[&ColumnSpec]) {
        let place =
            columns.first().is_some_and(|c| matches!(self.kind(&c.to), Some(ColumnKind::Id(_) | ColumnKind::Period)));
        if self.spec.feeds != Table::Performance || !place || self.words.mood % 2 == 1 {
            return;
        }
        let width = sheet.rows[first..].iter().map(Vec::len).max().unwrap_or(0);
        let mut row = vec![Cell::text("Total")];
        for column in 1..width {
            let sum = sheet.rows[first..].iter().filter_map(|r| match r.get(column) {
                Some(Cell::Number(n)) => Some(*n),
                _ => None,
            });
            let sum: f64 = sum.sum();
            row.push(if sum > 0.0 { Cell::Number(sum) } else { Cell::Empty });
        }
        sheet.push(row);
    }

    /// Rows that share everything but the figure.
    fn grouped<'r>(&self, rows: &[&'r Row], columns: &[&ColumnSpec]) -> Vec<Vec<&'r Row>> {
        let keys: Vec<&str> = columns.iter().map(|c| c.to.as_str()).filter(|to| *to != "indicator").collect();
        let mut groups: Vec<(Vec<String>, Vec<&Row>)> = Vec::new();
        let mut at: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for row in rows {
            let key: Vec<String> = keys.iter().filter(|k| !self.is_number(k)).map(|k| row.get(k).to_string()).collect();
            let index = *at.entry(key.clone()).or_insert_with(|| {
                groups.push((key, Vec::new()));
                groups.len() - 1
            });
            groups[index].1.push(row);
        }
        groups.sort_by(|a, b| a.0.cmp(&b.0));
        groups.into_iter().map(|(_, rows)| rows).collect()
    }

    /// A small table for each value of the field that the blocks' titles give.
    fn blocks(&self, sheet: &mut Sheet) {
        let Some(given) = self.spec.given.iter().find(|g| g.from == Some(Source::Block)) else {
            return self.long(sheet, &self.rows);
        };
        let mut blocks: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            blocks.entry(row.get(&given.to).to_string()).or_default().push(row);
        }
        for rows in blocks.values() {
            let style = Style { values: Some(&given.values), period: given.period, ..Style::default() };
            let title = self.words.text(self.spec.feeds, &given.to, rows[0].get(&given.to), style);
            sheet.blank().title(title);
            if self.spec.across.is_some() { self.wide(sheet, rows) } else { self.long(sheet, rows) }
        }
    }

    /// Labels beside values: one form.
    fn form(&self, sheet: &mut Sheet) {
        let Some(first) = self.rows.first() else { return };
        for column in self.columns() {
            let names = column.names();
            let value = self.cell(column, first, 0);
            sheet.push(vec![Cell::text(format!("{}:", names[self.words.mood % names.len()])), value]);
        }
        sheet.blank();
        for figures in distinct(&self.spec.figures) {
            if let Some(number) = figures.iter().find_map(|f| number_of(&self.rows, f)) {
                let label = Cell::text(figures[0].labels[0].as_str());
                sheet.push(vec![label, self.words.number(&number, Style::default())]);
            }
        }
    }
}

fn pick(list: &[String], mood: usize) -> &str {
    list.get(mood % list.len().max(1)).map_or("", String::as_str)
}

fn single<'r>(rows: &[&'r Row]) -> Vec<Vec<&'r Row>> {
    rows.iter().map(|r| vec![*r]).collect()
}

/// Figures by label: several may share one, since a count may be the numerator of one and the denominator of another.
fn distinct(figures: &[Figure]) -> Vec<Vec<&Figure>> {
    let mut seen = BTreeSet::new();
    let mut list: Vec<Vec<&Figure>> = Vec::new();
    for figure in figures.iter().filter(|f| f.breakdown.is_empty()) {
        let label = figure.labels[0].as_str();
        if seen.insert(label) {
            list.push(figures.iter().filter(|f| f.labels[0] == label).collect());
        }
    }
    list
}

/// The number of a figure among the rows of one place and time; none where no row has it.
fn number_of(rows: &[&Row], figure: &Figure) -> Option<Number> {
    let row = rows.iter().find(|r| r.text("indicator") == figure.indicator)?;
    let number = row.number(&figure.into);
    (!number.is_missing()).then_some(number)
}

/// The rate that a row's numbers give, per cent, as a text with its sign.
fn rate(row: &Row, reference: &Reference) -> Cell {
    let proportion = reference.indicator(row.text("indicator")).is_some_and(|i| i.unit == Unit::Proportion);
    match (row.number("numerator"), row.number("denominator").value, row.number("value")) {
        (Number { marker: Some(marker), .. }, ..) => Cell::text(marker),
        (Number { value: Some(x), .. }, Some(n), _) if proportion && n > 0.0 => {
            Cell::text(format!("{:.1}%", x / n * 100.0))
        }
        (_, _, Number { value: Some(v), .. }) => Cell::Number(v),
        _ => Cell::Empty,
    }
}
