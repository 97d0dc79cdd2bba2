//! Workbooks of Excel 97 to 2003: our own scan first, then calamine, which reads them whole within the limits of the child.
//!
//! Not told in this format: whether a formula's saved value came from another workbook. A formula always has a saved
//! value, if only an empty text; the format knows no other.

use std::collections::HashSet;
use std::io::Cursor;

use calamine::{Data, Range, Reader as _, SheetType, SheetVisible, Xls, XlsError};

use super::codes::{self, Stop};
use super::limits::Limits;
use super::parts::Parts;
use super::rows::{self, Rows};
use super::{dates, xls_parts, xls_scan};
use crate::model::Finding;
use crate::model::raw::{CellNote, CellPlace, FileKind, RawFile, RawSheet, RawValue};

/// Whether a compound file is an encrypted workbook: its folder names, in UTF-16, say so.
pub(super) fn is_encrypted_package(bytes: &[u8]) -> bool {
    has_stream(bytes, "EncryptedPackage")
}

/// Whether a compound file holds a workbook at all, and not a Word document or a message.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    has_stream(bytes, "Workbook") || has_stream(bytes, "Book")
}

/// Folder entries are 128 bytes long, lie at multiples of that, and begin with the name.
fn has_stream(bytes: &[u8], name: &str) -> bool {
    let wanted: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    bytes.chunks(128).any(|entry| entry.starts_with(&wanted))
}

/// Reads a workbook.
pub(super) fn read(
    bytes: &[u8],
    limits: &Limits,
    findings: &mut Vec<Finding>,
    parts: &mut Parts,
) -> Result<RawFile, Stop> {
    xls_parts::collect(bytes, parts);
    let scanned = xls_scan::scan(bytes);
    let far: Vec<Finding> = scanned.iter().flat_map(|sheet| sheet.far(limits)).collect();
    if !far.is_empty() {
        return Err(far);
    }
    let mut workbook = Xls::new(Cursor::new(bytes)).map_err(|e| unopened(&e))?;
    let mut raw = RawFile { kind: FileKind::Xls, epoch_1904: workbook.has_1904_epoch(), sheets: Vec::new() };
    let mut left = limits.cells;
    for (index, sheet) in workbook.sheets_metadata().to_vec().into_iter().enumerate() {
        if sheet.typ == SheetType::WorkSheet {
            let hidden_rows = scanned.get(index).map(|s| s.hidden.as_slice()).unwrap_or_default();
            let hidden = sheet.visible != SheetVisible::Visible;
            let mut read = RawSheet { name: sheet.name, hidden, ..RawSheet::default() };
            let rows = collect(&mut workbook, &mut read, &mut left, limits, findings)?;
            findings.extend(rows.finish(&mut read, |row| hidden_rows.binary_search(&row).is_ok(), limits));
            raw.sheets.push(read);
        }
    }
    Ok(raw)
}

/// The cells of one sheet; its merged ranges go to the sheet at once.
fn collect(
    workbook: &mut Xls<Cursor<&[u8]>>,
    sheet: &mut RawSheet,
    left: &mut usize,
    limits: &Limits,
    findings: &mut Vec<Finding>,
) -> Result<Rows, Stop> {
    let unread = |_| codes::stop(codes::DAMAGED, format!("The sheet {} cannot be read.", sheet.name));
    let merges = workbook.merge_cells_by_sheet_name(&sheet.name).map_err(unread)?;
    let formulas = workbook.worksheet_formula(&sheet.name).map_err(unread)?;
    let formulas: HashSet<(u32, u32)> = absolute(&formulas).map(|(place, _)| place).collect();
    let range = workbook.worksheet_range(&sheet.name).map_err(unread)?;
    sheet.merges = merges.iter().map(|m| (m.start.0 + 1, m.start.1 + 1, m.end.0 + 1, m.end.1 + 1)).collect();
    let mut rows = Rows::default();
    for ((row, column), data) in absolute(&range) {
        let Some(value) = convert(data) else { continue };
        *left = left.checked_sub(1).ok_or_else(|| rows::too_many(limits))?;
        if let RawValue::Text(text) = &value
            && let Some(finding) = rows::too_long(text, &CellPlace::new(&sheet.name, row, column), limits)
        {
            findings.push(finding);
            continue;
        }
        let note = if formulas.contains(&(row, column)) { CellNote::Formula } else { CellNote::Plain };
        rows.push(row, column, value, note);
    }
    Ok(rows)
}

/// The cells of a range that hold something, at their 1-based places on the sheet and not in the range.
pub(super) fn absolute<T: calamine::CellType>(range: &Range<T>) -> impl Iterator<Item = ((u32, u32), &T)> {
    let (row, column) = range.start().unwrap_or_default();
    range.used_cells().map(move |(r, c, value)| ((row + r as u32 + 1, column + c as u32 + 1), value))
}

/// A cell as calamine read it whole, or nothing where it is empty.
pub(super) fn convert(data: &Data) -> Option<RawValue> {
    Some(match data {
        Data::Empty => return None,
        Data::String(text) if text.is_empty() => return None,
        Data::Float(number) if !number.is_finite() => RawValue::Text(number.to_string().into()),
        Data::Float(number) => RawValue::Number(*number),
        Data::Int(number) => RawValue::Number(*number as f64),
        Data::String(text) | Data::DurationIso(text) => RawValue::Text(text.into()),
        Data::Bool(truth) => RawValue::Bool(*truth),
        Data::DateTime(serial) if !serial.as_f64().is_finite() => RawValue::Text(serial.as_f64().to_string().into()),
        Data::DateTime(serial) => dates::from_serial(serial),
        Data::DateTimeIso(iso) => dates::from_iso(iso),
        Data::Error(error) => RawValue::Error(error.to_string()),
    })
}

fn unopened(error: &XlsError) -> Stop {
    match error {
        XlsError::Password => codes::stop(codes::PASSWORD, "The workbook is password-protected."),
        _ => codes::stop(codes::DAMAGED, "The workbook cannot be read: its content breaks off or contradicts itself."),
    }
}
