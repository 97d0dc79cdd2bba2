//! A light pass over an OpenDocument spreadsheet's content before calamine's: what calamine does not show, and whether
//! the sheets are of a size that calamine may be given.
//!
//! Rows and cells of this format carry a count of repetitions, so a kilobyte can stand for millions of cells. They are
//! counted here without being made.

use std::collections::HashMap;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::codes::Stop;
use super::limits::Limits;
use super::package::attribute;
use super::rows::{self, Reach};
use crate::model::Finding;
use crate::model::raw::{CellPlace, Merge};

/// What is to be known of one table beside its values. Places are 1-based rows and columns.
#[derive(Debug, Default, PartialEq)]
pub(super) struct TableScan {
    /// Name of the sheet.
    pub name: String,
    /// Hidden rows, from and to, in order.
    pub hidden: Vec<(u32, u32)>,
    /// Merged ranges.
    pub merges: Vec<Merge>,
    /// Cells with a formula.
    pub formulas: HashMap<(u32, u32), OdsFormula>,
    /// Cells whose text is an error value.
    pub errors: Vec<(u32, u32)>,
}

/// What is to be known of a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OdsFormula {
    /// With a value, of this file.
    Own,
    /// With a value, from another file.
    External,
    /// Without a value.
    WithoutValue,
}

impl TableScan {
    /// Whether a row is hidden.
    pub fn is_hidden(&self, row: u32) -> bool {
        let after = self.hidden.partition_point(|(from, _)| *from <= row);
        after > 0 && row <= self.hidden[after - 1].1
    }
}

/// Why the pass ended early.
pub(super) enum Stopped {
    /// The XML cannot be followed.
    Broken,
    /// It holds too much, or something far away.
    Refused(Stop),
}

/// Goes through the tables of `content.xml`.
pub(super) fn scan<R: BufRead>(mut xml: Reader<R>, limits: &Limits) -> Result<Vec<TableScan>, Stopped> {
    let mut tables = Vec::new();
    let mut buffer = Vec::new();
    let mut left = limits.cells as u64;
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| Stopped::Broken)? {
            Event::Start(e) if e.name().as_ref() == "table:table" => {
                let name = attribute(&e, "name").unwrap_or_default();
                let mut table =
                    Table { scan: TableScan { name, ..TableScan::default() }, reach: Reach::new(limits), row: 0 };
                table.read(&mut xml, &mut left, limits)?;
                tables.push(table.scan);
            }
            Event::Eof => return Ok(tables),
            _ => {}
        }
    }
}

struct Table {
    scan: TableScan,
    reach: Reach,
    /// Rows before the one at hand.
    row: u32,
}

impl Table {
    fn read<R: BufRead>(&mut self, xml: &mut Reader<R>, left: &mut u64, limits: &Limits) -> Result<(), Stopped> {
        let mut buffer = Vec::new();
        let mut far = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(|_| Stopped::Broken)? {
                Event::Start(e) if e.name().as_ref() == "table:table-row" => {
                    let repeated = count(&e, "number-rows-repeated");
                    if attribute(&e, "visibility").is_some_and(|v| v != "visible") {
                        self.scan.hidden.push((self.row + 1, self.row.saturating_add(repeated)));
                    }
                    let cells = self.read_row(xml, repeated, &mut far)?;
                    *left = left.checked_sub(cells).ok_or_else(|| Stopped::Refused(rows::too_many(limits)))?;
                    self.row = self.row.saturating_add(repeated);
                }
                Event::End(e) if e.name().as_ref() == "table:table" => {
                    far.truncate(rows::NAMED_MAX);
                    return if far.is_empty() { Ok(()) } else { Err(Stopped::Refused(far)) };
                }
                Event::Eof => return Err(Stopped::Broken),
                _ => {}
            }
        }
    }

    /// Returns how many cells with a value the row stands for.
    fn read_row<R: BufRead>(&mut self, xml: &mut Reader<R>, rows: u32, far: &mut Vec<Finding>) -> Result<u64, Stopped> {
        let (mut buffer, mut inner) = (Vec::new(), Vec::new());
        let (mut column, mut cells) = (0_u32, 0_u64);
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(|_| Stopped::Broken)? {
                Event::Start(e) if matches!(e.name().as_ref(), "table:table-cell" | "table:covered-table-cell") => {
                    let repeated = count(&e, "number-columns-repeated");
                    let first = column.saturating_add(1);
                    let last = column.saturating_add(repeated);
                    if attribute(&e, "value-type").is_some() || attribute(&e, "formula").is_some() {
                        cells = cells.saturating_add(u64::from(rows) * u64::from(repeated));
                        self.note_value(&e, rows, (first, last), far);
                    }
                    self.note_merge(&e, first);
                    column = last;
                    inner.clear();
                    xml.read_to_end_into(e.name(), &mut inner).map_err(|_| Stopped::Broken)?;
                }
                Event::End(e) if e.name().as_ref() == "table:table-row" => return Ok(cells),
                Event::Eof => return Err(Stopped::Broken),
                _ => {}
            }
        }
    }

    fn note_value(&mut self, cell: &BytesStart<'_>, rows: u32, (first, last): (u32, u32), far: &mut Vec<Finding>) {
        let row = self.row.saturating_add(1);
        if !self.reach.admits(row, first) {
            if far.len() < rows::NAMED_MAX {
                far.push(self.reach.far(&CellPlace::new(&self.scan.name, row, first)));
            }
            return;
        }
        self.reach.extends(self.row.saturating_add(rows), last);
        // Repeated formulas and errors are noted where they begin; a program repeats values, not formulas.
        if let Some(formula) = attribute(cell, "formula") {
            let judged = if attribute(cell, "value-type").is_none() {
                OdsFormula::WithoutValue
            } else if formula.contains("'#") {
                OdsFormula::External
            } else {
                OdsFormula::Own
            };
            self.scan.formulas.insert((row, first), judged);
        }
        if cell
            .attributes()
            .with_checks(false)
            .flatten()
            .any(|a| a.key.as_ref() == "calcext:value-type" && &*a.value == "error")
        {
            self.scan.errors.push((row, first));
        }
    }

    fn note_merge(&mut self, cell: &BytesStart<'_>, column: u32) {
        let (columns, rows) = (count(cell, "number-columns-spanned"), count(cell, "number-rows-spanned"));
        if columns > 1 || rows > 1 {
            let row = self.row.saturating_add(1);
            self.scan.merges.push((row, column, row.saturating_add(rows - 1), column.saturating_add(columns - 1)));
        }
    }
}

/// A count of at least one; what is no number counts as one, as calamine refuses it anyway.
fn count(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|n| n.parse().ok()).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &str, limits: &Limits) -> Result<TableScan, Vec<String>> {
        let xml = format!("<x><table:table table:name='S'>{rows}</table:table></x>");
        let mut reader = Reader::from_reader(xml.as_bytes());
        reader.config_mut().expand_empty_elements = true;
        match scan(reader, limits) {
            Ok(mut tables) => Ok(tables.remove(0)),
            Err(Stopped::Refused(findings)) => {
                Err(findings.into_iter().map(|f| format!("{} {}", f.code, f.cell)).collect())
            }
            Err(Stopped::Broken) => Err(vec!["broken".into()]),
        }
    }

    const VALUE: &str = "office:value-type='float' office:value='1'";

    #[test]
    fn repetitions_are_counted_and_not_made() {
        let limits = Limits { cells: 100, max_row: 50, max_column: 20, ..Limits::default() };
        for (rows, expected, why) in [
            (format!("<table:table-row table:number-rows-repeated='100'><table:table-cell {VALUE}/></table:table-row>"), "", "a hundred rows of a value hang together"),
            (format!("<table:table-row table:number-rows-repeated='50'><table:table-cell {VALUE} table:number-columns-repeated='3'/></table:table-row>"), "F013 ", "150 cells"),
            (format!("<table:table-row table:number-rows-repeated='1048575'><table:table-cell/></table:table-row><table:table-row><table:table-cell {VALUE}/></table:table-row>"), "F012 A1048576", "a value in the last row"),
            (format!("<table:table-row><table:table-cell table:number-columns-repeated='16383'/><table:table-cell {VALUE}/></table:table-row>"), "F012 XFD1", "a value in the last column"),
            ("<table:table-row table:number-rows-repeated='1048576'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>".into(), "", "an empty sheet may be as large as it likes"),
            ("<table:table-row>".into(), "broken", "breaks off"),
        ] {
            let found = of(&rows, &limits).err().unwrap_or_default().join(";");
            assert_eq!(found, expected, "{why}");
        }
    }

    #[test]
    fn hidden_rows_merges_formulas_and_errors_are_seen_at_their_places() {
        let rows = format!(
            "<table:table-row table:number-rows-repeated='2' table:visibility='collapse'><table:table-cell/></table:table-row>\
             <table:table-row><table:table-cell table:number-columns-spanned='2' {VALUE}/><table:covered-table-cell/>\
             <table:table-cell table:formula='of:=1+1' {VALUE}/><table:table-cell table:formula='of:=2'/>\
             <table:table-cell table:formula=\"of:=['file:///a.ods'#S.A1]\" {VALUE}/>\
             <table:table-cell office:value-type='string' calcext:value-type='error'/></table:table-row>"
        );
        let table = of(&rows, &Limits::default()).unwrap();
        assert_eq!((table.is_hidden(1), table.is_hidden(2), table.is_hidden(3)), (true, true, false));
        assert_eq!(table.merges, [(3, 1, 3, 2)]);
        assert_eq!(table.formulas[&(3, 3)], OdsFormula::Own);
        assert_eq!(table.formulas[&(3, 4)], OdsFormula::WithoutValue);
        assert_eq!(table.formulas[&(3, 5)], OdsFormula::External);
        assert_eq!(table.errors, [(3, 6)]);
    }
}
