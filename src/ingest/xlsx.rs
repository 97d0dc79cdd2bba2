//! Office Open XML workbooks: calamine's stream of cells, with our own scan in step beside it; the cells that can be read
//! in one way only are taken out for both of them (`sieve`).
//!
//! The dense ranges of calamine are never asked for: one stray cell at the end of a sheet makes them half a terabyte.

use std::collections::HashSet;
use std::io::{BufRead, Cursor, Read, Seek};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};
use quick_xml::Reader;

use super::archive::{self, Unpacked};
use super::codes::{self, Stop};
use super::light::{self, PlainCells};
use super::limits::Limits;
use super::package::{self, Package};
use super::parts::Parts;
use super::rows::{self, Rows};
use super::sheet_scan::{Formula, Seen, SheetScan};
use super::sieve::{Plain, Sieved};
use super::{dates, mend, xlsx_parts};
use crate::model::Finding;
use crate::model::part::PartKind;
use crate::model::raw::{CellNote, CellPlace, FileKind, RawFile, RawSheet, RawValue};

/// Reads a workbook whose archive has passed the guard, which has measured its parts. The parts beside the sheets are
/// gone through whatever becomes of the sheets.
pub(super) fn read(
    bytes: &[u8],
    unpacked: Unpacked,
    limits: &Limits,
    findings: &mut Vec<Finding>,
    parts: &mut Parts,
) -> Result<RawFile, Stop> {
    read_as(bytes, unpacked, limits, findings, parts, limits.cells)
}

/// The same with a bound on the plain cells that are read past calamine; with 0 it reads every cell. What comes of it is
/// the same.
fn read_as(
    bytes: &[u8],
    unpacked: Unpacked,
    limits: &Limits,
    findings: &mut Vec<Finding>,
    parts: &mut Parts,
    plain_max: usize,
) -> Result<RawFile, Stop> {
    let mut archive = archive::open(bytes)?;
    let package = package::find(&mut archive);
    let (mut names, mut used) = (Vec::new(), Vec::new());
    let raw = match &package {
        Ok(package) => {
            let mut work =
                Work { limits, findings, left: limits.cells, plain_max, parts: &mut *parts, used: &mut used };
            work.read_sheets(bytes, package, unpacked, &mut names)
        }
        Err(stop) => Err(stop.clone()),
    };
    if raw.is_err() {
        let named = names.iter().map(String::as_str);
        parts.column(PartKind::SheetName, &CellPlace::default(), "", named);
    }
    xlsx_parts::collect(&mut archive, package.as_ref().ok(), &names, &used, parts);
    raw
}

fn unopened(error: &XlsxError) -> Stop {
    match error {
        XlsxError::Password => codes::stop(codes::PASSWORD, "The workbook is password-protected."),
        _ => codes::stop(codes::DAMAGED, "The workbook's list of sheets, texts or formats cannot be read."),
    }
}

/// More shared texts than fit into the largest part; an index beyond is false.
const TEXTS_MAX: usize = 20 << 20;

/// What is carried from sheet to sheet.
struct Work<'a> {
    limits: &'a Limits,
    findings: &'a mut Vec<Finding>,
    left: usize,
    /// Most plain cells.
    plain_max: usize,
    parts: &'a mut Parts,
    /// Shared texts that a cell showed.
    used: &'a mut Vec<bool>,
}

/// What was found on one sheet so far.
struct Found {
    sheet: RawSheet,
    rows: Rows,
    /// Cells that could not be read.
    unreadable: usize,
}

impl Work<'_> {
    fn read_sheets(
        &mut self,
        bytes: &[u8],
        package: &Package,
        unpacked: Unpacked,
        names: &mut Vec<String>,
    ) -> Result<RawFile, Stop> {
        let light = light::copy(&mut archive::open(bytes)?, package, unpacked.kept, self.plain_max)?;
        let bytes = light.as_ref().map_or(bytes, |light| &light.bytes);
        let mended = mend::mended(&mut archive::open(bytes)?, package, &unpacked.sizes)?;
        let bytes = mended.as_deref().unwrap_or(bytes);
        let mut archive = archive::open(bytes)?;
        let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|e| unopened(&e))?;
        let sheets = workbook.sheets_metadata().to_vec();
        names.extend(sheets.iter().map(|s| s.name.clone()));
        if sheets.len() != package.sheets.len() {
            return Err(archive::damaged());
        }
        let mut seen = HashSet::new();
        let mut raw = RawFile { kind: FileKind::Xlsx, epoch_1904: workbook.has_1904_epoch(), sheets: Vec::new() };
        for (sheet, part) in sheets.iter().zip(&package.sheets) {
            if !seen.insert(sheet.name.to_lowercase()) {
                return Err(codes::stop(codes::DAMAGED, "Two sheets of the workbook have the same name."));
            }
            if sheet.typ == SheetType::WorkSheet {
                let hidden = sheet.visible != SheetVisible::Visible;
                let empty = RawSheet { name: sheet.name.clone(), hidden, ..RawSheet::default() };
                let read = match light.as_ref().and_then(|light| light.sheet(part)) {
                    Some(sieved) => {
                        self.read_sheet(&mut workbook, package::reader_of(sieved.unasked()), Some(sieved), empty)?
                    }
                    None => self.read_sheet(&mut workbook, package::reader(&mut archive, part)?, None, empty)?,
                };
                raw.sheets.push(read);
            }
        }
        Ok(raw)
    }

    /// Reads one sheet from its part as the scan reads it, and again as calamine does; its plain cells, if it was sieved,
    /// come between the others where they stood.
    fn read_sheet<R: Read + Seek>(
        &mut self,
        workbook: &mut Xlsx<R>,
        part: Reader<impl BufRead>,
        sieved: Option<&Sieved>,
        sheet: RawSheet,
    ) -> Result<RawSheet, Stop> {
        let name = sheet.name.clone();
        let broken = |row: u32| broken(&name, row);
        let Some(mut scan) = SheetScan::new(part).map_err(|_| broken(0))? else {
            return Ok(sheet);
        };
        let epoch_1904 = workbook.has_1904_epoch();
        let mut cells = workbook.worksheet_cells_reader(&sheet.name).map_err(|_| broken(0))?;
        let mut found = Found { sheet, rows: Rows::default(), unreadable: 0 };
        let mut plain = match sieved {
            Some(sieved) => PlainCells::new(sieved, &mut cells, epoch_1904).ok_or_else(|| broken(0))?,
            None => PlainCells::default(),
        };
        plain.texts().for_each(|index| self.shows(index));
        let mut row = 0;
        while let Some(seen) = scan.next_cell().map_err(|_| broken(row))? {
            for (cell, value) in plain.before_next() {
                self.take_plain(&mut found, cell, value)?;
            }
            row = seen.row;
            let place = CellPlace::new(&found.sheet.name, seen.row, seen.column);
            self.note(&seen, &place);
            let read = self.read_cell(&mut cells, &seen, &place);
            self.take(&mut found, seen.row, seen.column, read)?;
        }
        for (cell, value) in plain.left() {
            self.take_plain(&mut found, cell, value)?;
        }
        let behind = scan.finish();
        found.sheet.merges = behind.merges;
        for text in &behind.texts {
            let place = xlsx_parts::place_of(&name, &text.range);
            self.parts.column(text.kind, &place, "", text.values.iter().map(String::as_str));
        }
        let Found { mut sheet, rows, .. } = found;
        self.findings.extend(rows.finish(&mut sheet, |row| behind.hidden.binary_search(&row).is_ok(), self.limits));
        Ok(sheet)
    }

    fn take_plain(
        &mut self,
        found: &mut Found,
        cell: &Plain,
        value: Result<Option<RawValue>, u32>,
    ) -> Result<(), Stop> {
        let place = || CellPlace::new(&found.sheet.name, cell.row, cell.column);
        let read = match value {
            Ok(Some(RawValue::Text(text))) if text.len() > self.limits.field_bytes => {
                Err(rows::too_long(&text, &place(), self.limits).into_iter().collect())
            }
            Ok(value) => Ok(value.map(|value| (value, cell.note))),
            Err(index) => Err(no_such_text(&place(), &index.to_string())),
        };
        self.take(found, cell.row, cell.column, read)
    }

    /// Takes a cell in, or what keeps it from being read.
    fn take(
        &mut self,
        found: &mut Found,
        row: u32,
        column: u32,
        read: Result<Option<(RawValue, CellNote)>, Stop>,
    ) -> Result<(), Stop> {
        match read {
            Ok(None) => {}
            Ok(Some((value, note))) => {
                self.left = self.left.checked_sub(1).ok_or_else(|| rows::too_many(self.limits))?;
                found.rows.push(row, column, value, note);
            }
            Err(stop) => {
                found.unreadable += 1;
                if found.unreadable <= rows::NAMED_MAX {
                    self.findings.extend(stop);
                }
            }
        }
        Ok(())
    }

    /// A cell shows a shared text.
    fn shows(&mut self, index: usize) {
        self.used.resize(self.used.len().max(index + 1), false);
        self.used[index] = true;
    }

    /// Which shared text a cell shows, and what its formula holds.
    fn note(&mut self, seen: &Seen, place: &CellPlace) {
        if seen.kind == "s" {
            let index = seen.value.as_deref().and_then(|v| v.parse::<usize>().ok());
            if let Some(index) = index.filter(|i| *i < TEXTS_MAX) {
                self.shows(index);
            }
        }
        if let Some(literal) = &seen.literal {
            self.parts.add(PartKind::Formula, place, "", literal);
        }
    }

    /// One cell from both passes: nothing where it is empty, an error where its content is not to be had.
    fn read_cell<R: Read + Seek>(
        &self,
        cells: &mut XlsxCellReader<'_, R>,
        seen: &Seen,
        place: &CellPlace,
    ) -> Result<Option<(RawValue, CellNote)>, Stop> {
        let text = seen.value.as_deref().unwrap_or_default();
        let value = match cells.next_cell() {
            Ok(Some(cell)) if cell.get_position() == (seen.row - 1, seen.column - 1) => {
                convert(cell.get_value(), seen, place)?
            }
            Ok(_) => return Err(unreadable(place, "the sheet is not written in order")),
            // calamine stops at a value it does not know and can be asked for the next cell all the same.
            Err(_) if text.is_empty() => {
                return Err(unreadable(place, "what it holds is neither a value nor a formula"));
            }
            Err(_) if seen.kind == "s" => return Err(no_such_text(place, text)),
            Err(_) if seen.kind == "e" => Some(RawValue::Error(text.to_owned())),
            Err(_) if matches!(seen.kind.as_str(), "" | "n" | "b") => Some(RawValue::Text(text.into())),
            Err(_) => return Err(unreadable(place, "its content is of a kind that is not known")),
        };
        if seen.kind == "s" && !text.is_empty() && text.parse::<usize>().is_err() {
            return Err(no_such_text(place, text));
        }
        if let Some(RawValue::Text(text)) = &value
            && let Some(finding) = rows::too_long(text, place, self.limits)
        {
            return Err(vec![finding]);
        }
        Ok(noted(value, seen))
    }
}

/// A formula without a saved value is a cell all the same. Text that was worked out to be empty is a saved value, and
/// programs write it as an empty value element of type `str`.
fn noted(value: Option<RawValue>, seen: &Seen) -> Option<(RawValue, CellNote)> {
    match (value, seen.formula) {
        (Some(value), None) => Some((value, CellNote::Plain)),
        (Some(value), Some(Formula::Own)) => Some((value, CellNote::Formula)),
        (Some(value), Some(Formula::External)) => Some((value, CellNote::ExternalFormula)),
        (None, Some(_)) if seen.kind == "str" && seen.value.is_some() => None,
        (None, Some(_)) => Some((RawValue::Text(Default::default()), CellNote::FormulaWithoutValue)),
        (None, None) => None,
    }
}

/// Numbers that are none (`NaN`, `INF`, `1e309`) stay the text that the file holds, so that a rule names them. A number,
/// or nothing, where our own pass saw something else is no value to build on.
fn convert(value: &DataRef<'_>, seen: &Seen, place: &CellPlace) -> Result<Option<RawValue>, Stop> {
    let text = seen.value.clone().unwrap_or_default();
    let agrees = match value {
        DataRef::Empty => text.trim().is_empty() || seen.kind == "inlineStr",
        DataRef::Float(number) if number.is_finite() => text.trim().parse() == Ok(*number),
        DataRef::DateTime(serial) if serial.as_f64().is_finite() => text.trim().parse() == Ok(serial.as_f64()),
        _ => true,
    };
    if !agrees {
        return Err(unreadable(place, "its value is written in a way that can be read as two values"));
    }
    Ok(Some(match value {
        DataRef::Empty => return Ok(None),
        DataRef::Float(number) if !number.is_finite() => RawValue::Text(text.into()),
        DataRef::DateTime(serial) if !serial.as_f64().is_finite() => RawValue::Text(text.into()),
        DataRef::Int(number) => RawValue::Number(*number as f64),
        DataRef::Float(number) => RawValue::Number(*number),
        DataRef::String(s) if s.is_empty() => return Ok(None),
        DataRef::SharedString("") => return Ok(None),
        DataRef::String(s) => RawValue::Text(s.into()),
        DataRef::SharedString(s) => RawValue::Text((*s).into()),
        DataRef::Bool(truth) => RawValue::Bool(*truth),
        DataRef::DateTime(serial) => dates::from_serial(serial),
        DataRef::DateTimeIso(iso) => dates::from_iso(iso),
        DataRef::DurationIso(iso) => RawValue::Text(iso.into()),
        DataRef::Error(error) if text.is_empty() => RawValue::Error(error.to_string()),
        DataRef::Error(_) => RawValue::Error(text),
    }))
}

fn broken(sheet: &str, row: u32) -> Stop {
    let after = if row == 0 { String::new() } else { format!(" after row {row}") };
    let message =
        format!("The sheet {sheet} cannot be read{after}: it breaks off, or has an address that does not exist.");
    let mut finding = codes::error(codes::DAMAGED, message);
    sheet.clone_into(&mut finding.sheet);
    vec![finding]
}

fn no_such_text(place: &CellPlace, index: &str) -> Stop {
    // The index is a number in any file that a program wrote, and is repeated only then.
    let which = index.parse::<u64>().map_or_else(|_| "an entry".to_owned(), |n| format!("entry {n}"));
    unreadable(place, &format!("it points to {which} of the workbook's list of texts, which does not exist"))
}

fn unreadable(place: &CellPlace, why: &str) -> Stop {
    let message = format!("Cell {} cannot be read: {why}.", place.a1());
    vec![codes::error(codes::CELL_UNREADABLE, message).at(place)]
}

#[cfg(test)]
mod tests;
