//! The plain layout (data-contract.md, section 2): a table of ours under its own column names, in any order, on any sheet.

use std::collections::{BTreeMap, BTreeSet};

use super::aside::{Aside, AsideRows};
use super::grid::{Grid, filled, filled_cells, is_blank};
use super::period::serial_day;
use super::remember::{Found, column_of};
use super::sink::{Sink, empty_draft};
use crate::ingest::header::{fold, folds_to, near, near_message};
use crate::ingest::layout_codes as codes;
use crate::model::draft::{Draft, DraftCell};
use crate::model::layout::TableLayout;
use crate::model::raw::{CellNote, RawCell, RawRow, RawValue, column_letters};
use crate::model::{ColumnKind, Severity, Table, Text};

/// In how many rows from the top a header is looked for.
const SEARCH_ROWS: usize = 60;

/// A plain table on a sheet.
#[derive(Debug, Clone)]
pub(super) struct PlainTable {
    pub sheet: usize,
    pub table: Table,
    /// How many columns are known.
    pub score: usize,
    header: usize,
    columns: BTreeMap<u32, usize>,
    /// Headers that almost spell a column that is not there.
    near: Vec<(u32, &'static str)>,
    /// Columns that stand there twice.
    twice: Vec<u32>,
    /// Another table that fits as well.
    rival: Option<Table>,
}

impl PlainTable {
    /// Whether every key column is there under its exact name.
    pub fn is_exact(&self) -> bool {
        key_positions(self.table).all(|p| self.columns.values().any(|c| *c == p))
    }
}

fn key_positions(table: Table) -> impl Iterator<Item = usize> {
    table.columns().iter().enumerate().filter(|(_, c)| c.key).map(|(i, _)| i)
}

/// The plain tables of a file, at most one a sheet. A header of which a key column is only almost right is among them.
pub(super) fn find(grids: &[Grid<'_>], aliases: &BTreeMap<String, String>) -> Vec<PlainTable> {
    let aliases: BTreeMap<String, &str> = aliases.iter().map(|(header, to)| (fold(header), to.as_str())).collect();
    let mut found = Vec::new();
    for (sheet, grid) in grids.iter().enumerate() {
        let rows = grid.rows().iter().take(SEARCH_ROWS).enumerate();
        let tables = rows.flat_map(|(header, row)| {
            let cells: Vec<(&RawCell, String)> = filled_cells(row).map(|c| (c, fold(&c.value.display()))).collect();
            let read = |table| read(sheet, header, &cells, table, &aliases);
            Table::ALL.into_iter().filter_map(read).collect::<Vec<_>>()
        });
        let mut best: Option<PlainTable> = None;
        for table in tables {
            let rank = |t: &PlainTable| (t.is_exact(), t.score, key_positions(t.table).count());
            match &mut best {
                None => best = Some(table),
                Some(b) if rank(&table) > rank(b) => best = Some(table),
                Some(b) if rank(&table) == rank(b) && table.header == b.header => b.rival = Some(table.table),
                Some(_) => {}
            }
        }
        found.extend(best);
    }
    found
}

fn read(
    sheet: usize,
    header: usize,
    cells: &[(&RawCell, String)],
    table: Table,
    aliases: &BTreeMap<String, &str>,
) -> Option<PlainTable> {
    let known = |text: &String| table.position(text).or_else(|| aliases.get(text).and_then(|to| table.position(to)));
    if !cells.iter().any(|(_, text)| known(text).is_some()) {
        return None;
    }
    let mut columns = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut twice = Vec::new();
    let mut others = Vec::new();
    for (cell, text) in cells {
        match known(text) {
            Some(position) if seen.insert(position) => _ = columns.insert(cell.column, position),
            Some(_) => twice.push(cell.column),
            None => others.push((cell.column, cell.value.display())),
        }
    }
    let free = |seen: &BTreeSet<usize>| {
        let free = table.columns().iter().enumerate().filter(|(i, _)| !seen.contains(i)).map(|(_, c)| c.name);
        free.collect::<Vec<_>>()
    };
    let mut near_ones = Vec::new();
    for (column, text) in others {
        if let Some(name) = near(&text, free(&seen)) {
            seen.extend(table.position(name));
            near_ones.push((column, table.columns()[table.position(name)?].name));
        }
    }
    let score = columns.len() + near_ones.len();
    // A table with a single key needs company: any sheet may have a column `review` or `action`.
    let enough = score >= if key_positions(table).count() == 1 { 3 } else { 2 };
    let keys = key_positions(table).all(|p| seen.contains(&p));
    (keys && enough).then_some(PlainTable { sheet, table, score, header, columns, near: near_ones, twice, rival: None })
}

/// Lays out one plain table.
pub(super) fn lay(table: &PlainTable, grids: &[Grid<'_>], epoch_1904: bool, sink: &mut Sink) {
    let grid = &grids[table.sheet];
    let head = &grid.rows()[table.header];
    let text = |column: u32| filled(head, column).map_or_else(String::new, |c| c.value.display());
    if let Some(rival) = table.rival {
        let message = format!("The header fits the tables {} and {}.", table.table.as_str(), rival.as_str());
        sink.findings.push(codes::error_at(codes::TWO_RETURNS, &grid.place(head.row, 0), message));
        return;
    }
    sink.remember(found(table, grid, head));
    for (column, name) in &table.near {
        let place = grid.place(head.row, *column);
        let error = codes::error_at(codes::NEAR_HEADER, &place, near_message(&text(*column), name));
        sink.findings.push(error.under(text(*column)));
    }
    for column in &table.twice {
        let message = format!("The column `{}` stands there twice.", text(*column));
        let place = grid.place(head.row, *column);
        sink.findings.push(codes::error_at(codes::COLUMN_TWICE, &place, message).under(text(*column)));
    }
    if !table.near.is_empty() || !table.twice.is_empty() {
        // Under a header that is not certain no row means anything; the header is mended first.
        return;
    }
    note_unknown(table, grid, sink);
    let mut aside = AsideRows::default();
    let mut laid = false;
    let columns = Columns::of(table, head);
    for row in &grid.rows()[table.header + 1..] {
        if sink.is_beyond() {
            break;
        }
        let mut cells = filled_cells(row).peekable();
        if cells.peek().is_none() {
            continue;
        }
        match columns.reason(row) {
            Some(reason) => aside.add(reason, row.row),
            None => {
                columns.lay_row(grid, row, epoch_1904, sink);
                laid = true;
            }
        }
    }
    if !laid {
        let place = grid.place(head.row, 0);
        sink.findings.push(codes::error_at(codes::NO_ROWS, &place, "The table has a header and no row."));
    }
    sink.findings.extend(aside.findings(&grid.sheet.name));
}

/// The table's columns as they stand.
fn found(table: &PlainTable, grid: &Grid<'_>, head: &RawRow) -> Found {
    let columns = filled_cells(head).map(|cell| {
        let to = table.columns.get(&cell.column).map_or("", |p| table.table.columns()[*p].name);
        column_of(cell.column, &cell.value.display(), to)
    });
    let layout = TableLayout {
        name: table.table.as_str().to_owned(),
        sheet: grid.sheet.name.clone(),
        first_row: head.row,
        last_row: head.row,
        columns: columns.collect(),
    };
    Found { layout, feeds: table.table, across: BTreeMap::new() }
}

fn note_unknown(table: &PlainTable, grid: &Grid<'_>, sink: &mut Sink) {
    let head = &grid.rows()[table.header];
    let mut unknown: BTreeSet<u32> = BTreeSet::new();
    let known: Vec<u32> = table.columns.keys().copied().collect();
    for row in &grid.rows()[table.header..] {
        // Most rows have no other than the known columns, and both are in order.
        let mut left = known.iter();
        if row.cells.iter().all(|cell| left.any(|column| *column == cell.column)) {
            continue;
        }
        for cell in row.cells.iter().filter(|c| known.binary_search(&c.column).is_err()) {
            if !is_blank(cell) {
                unknown.insert(cell.column);
            }
        }
    }
    for column in unknown {
        let header = filled(head, column).map_or_else(String::new, |c| c.value.display());
        let message = match header.is_empty() {
            true => format!("Column {} has no header; its text is kept beside the rows.", column_letters(column)),
            false => format!("The column `{header}` is not known; its text is kept beside the rows."),
        };
        let note = codes::finding(codes::UNKNOWN_COLUMN, Severity::Note, message);
        sink.findings.push(note.at(&grid.place(head.row, column)).under(header));
    }
}

/// The columns of a plain table, made ready for its rows.
struct Columns {
    table: Table,
    /// Column, position in the canonical table, header as written, and header as compared.
    known: Vec<(u32, usize, Text, String)>,
    /// Headers of all columns that have one, as written.
    written: BTreeMap<u32, String>,
}

impl Columns {
    fn of(table: &PlainTable, head: &RawRow) -> Self {
        let written: BTreeMap<u32, String> = filled_cells(head).map(|c| (c.column, c.value.display())).collect();
        let known = table.columns.iter().map(|(&column, &position)| {
            let header = written.get(&column).map_or("", String::as_str);
            (column, position, header.into(), fold(header))
        });
        Self { table: table.table, known: known.collect(), written }
    }

    /// A repeated header, or a note that stands alone in its row.
    fn reason(&self, row: &RawRow) -> Option<Aside> {
        let again = |column: u32, folded: &str| match filled(row, column).map(|c| &c.value) {
            Some(RawValue::Text(text)) => folds_to(text, folded),
            Some(other) => folds_to(&other.display(), folded),
            None => false,
        };
        if self.known.iter().all(|(column, _, _, folded)| again(*column, folded)) {
            return Some(Aside::HeaderAgain);
        }
        let mut cells = filled_cells(row);
        let only = cells.next().filter(|_| cells.next().is_none())?;
        let text = only.value.display().to_lowercase();
        let note = ["note", "source", "*", "†", "key:", "end of"].iter().any(|start| text.starts_with(start));
        (note && matches!(only.value, RawValue::Text(_))).then_some(Aside::Note)
    }

    fn lay_row(&self, grid: &Grid<'_>, row: &RawRow, epoch_1904: bool, sink: &mut Sink) {
        let mut draft = empty_draft(self.table, grid.place(row.row, 0));
        // Cells and columns are both in order.
        let mut cells = filled_cells(row).peekable();
        let mut unknown = false;
        for (column, position, header, _) in &self.known {
            let place = grid.place(row.row, *column);
            while cells.next_if(|cell| cell.column < *column).is_some() {
                unknown = true;
            }
            let cell = cells.next_if(|cell| cell.column == *column);
            if let (ColumnKind::Period, Some(RawValue::Number(number))) =
                (self.table.columns()[*position].kind, cell.map(|c| &c.value))
                && let Some(day) = serial_day(*number, epoch_1904)
            {
                let epoch = if epoch_1904 { "1904" } else { "1900" };
                let message = format!(
                    "The period is the number {number}. As a date of this workbook, which counts from {epoch}, it is {day}."
                );
                sink.findings.push(codes::error_at(codes::PERIOD_IS_NUMBER, &place, message).under(header));
            }
            draft.fields[*position] = Some(DraftCell {
                value: cell.map(|c| c.value.clone()),
                as_sent: None,
                place,
                header: header.clone(),
                note: cell.map_or(CellNote::Plain, |c| c.note),
                scale: 1.0,
            });
        }
        if unknown || cells.next().is_some() {
            self.keep_unknown(row, &mut draft);
        }
        sink.push(draft);
    }

    /// What stands in columns that nobody asked for is kept beside the row.
    fn keep_unknown(&self, row: &RawRow, draft: &mut Draft) {
        for cell in filled_cells(row).filter(|c| self.known.iter().all(|(known, ..)| *known != c.column)) {
            let name = self.written.get(&cell.column).cloned().filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| format!("column {}", column_letters(cell.column)));
            draft.extra.push((name, cell.value.display()));
        }
    }
}
