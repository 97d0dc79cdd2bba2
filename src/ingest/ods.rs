//! OpenDocument spreadsheets: our own scan first, then calamine for the values.

use std::collections::HashSet;
use std::io::Cursor;

use calamine::{Ods, OdsError, Reader as _, SheetVisible};

use super::archive::{self, Archive};
use super::codes::{self, Stop};
use super::limits::Limits;
use super::ods_parts;
use super::ods_scan::{self, OdsFormula, Stopped, TableScan};
use super::package;
use super::parts::Parts;
use super::rows::{self, Rows};
use super::xls::{absolute, convert};
use crate::model::Finding;
use crate::model::raw::{CellNote, CellPlace, FileKind, RawFile, RawSheet, RawValue};

/// Reads a spreadsheet whose archive has passed the guard.
pub(super) fn read(
    bytes: &[u8],
    limits: &Limits,
    findings: &mut Vec<Finding>,
    parts: &mut Parts,
) -> Result<RawFile, Stop> {
    let mut archive = archive::open(bytes)?;
    let encrypted = is_encrypted(&mut archive)?;
    if encrypted {
        return Err(codes::stop(codes::PASSWORD, "The spreadsheet is password-protected."));
    }
    ods_parts::collect(&mut archive, parts);
    read_tables(bytes, limits, findings)
}

fn read_tables(bytes: &[u8], limits: &Limits, findings: &mut Vec<Finding>) -> Result<RawFile, Stop> {
    let mut archive = archive::open(bytes)?;
    let content = package::reader(&mut archive, "content.xml")?;
    let tables = ods_scan::scan(content, limits).map_err(|stopped| match stopped {
        Stopped::Broken => broken(),
        Stopped::Refused(findings) => findings,
    })?;
    let mut book = Ods::new(Cursor::new(bytes)).map_err(|e| unopened(&e))?;
    let mut names = HashSet::new();
    let mut raw = RawFile { kind: FileKind::Ods, epoch_1904: false, sheets: Vec::new() };
    for sheet in book.sheets_metadata().to_vec() {
        let Some(table) = tables.iter().find(|t| t.name == sheet.name) else { return Err(broken()) };
        if !names.insert(sheet.name.clone()) {
            return Err(codes::stop(codes::DAMAGED, "Two sheets of the spreadsheet have the same name."));
        }
        let hidden = sheet.visible != SheetVisible::Visible;
        let empty = RawSheet { name: sheet.name.clone(), hidden, merges: table.merges.clone(), rows: Vec::new() };
        let range = book.worksheet_range(&sheet.name).map_err(|e| unopened(&e))?;
        raw.sheets.push(fill(empty, &range, table, limits, findings));
    }
    Ok(raw)
}

fn fill(
    mut sheet: RawSheet,
    range: &calamine::Range<calamine::Data>,
    table: &TableScan,
    limits: &Limits,
    findings: &mut Vec<Finding>,
) -> RawSheet {
    let errors: HashSet<(u32, u32)> = table.errors.iter().copied().collect();
    let mut rows = Rows::default();
    for ((row, column), data) in absolute(range) {
        let Some(value) = convert(data) else { continue };
        let place = CellPlace::new(&sheet.name, row, column);
        let value = match value {
            RawValue::Text(text) => {
                if let Some(finding) = rows::too_long(&text, &place, limits) {
                    findings.push(finding);
                    continue;
                }
                if errors.contains(&(row, column)) { RawValue::Error(text.into()) } else { RawValue::Text(text) }
            }
            other => other,
        };
        let note = match table.formulas.get(&(row, column)) {
            Some(OdsFormula::Own | OdsFormula::WithoutValue) => CellNote::Formula,
            Some(OdsFormula::External) => CellNote::ExternalFormula,
            None => CellNote::Plain,
        };
        rows.push(row, column, value, note);
    }
    let without = table.formulas.iter().filter(|(_, f)| **f == OdsFormula::WithoutValue);
    for ((row, column), _) in without {
        rows.push(*row, *column, RawValue::Text(Default::default()), CellNote::FormulaWithoutValue);
    }
    findings.extend(rows.finish(&mut sheet, |row| table.is_hidden(row), limits));
    sheet
}

/// An encrypted spreadsheet keeps its list of parts readable, and says there how each part is encrypted.
fn is_encrypted(archive: &mut Archive<'_>) -> Result<bool, Stop> {
    use quick_xml::events::Event;
    let mut xml = package::reader(archive, "META-INF/manifest.xml")?;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| archive::damaged())? {
            Event::Start(e) if matches!(e.local_name().as_ref(), "encryption-data" | "keyinfo") => return Ok(true),
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

fn broken() -> Stop {
    codes::stop(codes::DAMAGED, "The content of the spreadsheet cannot be read: it breaks off or contradicts itself.")
}

fn unopened(error: &OdsError) -> Stop {
    match error {
        OdsError::Password => codes::stop(codes::PASSWORD, "The spreadsheet is password-protected."),
        _ => broken(),
    }
}
