//! A light pass over the records of an Excel 97 to 2003 workbook before calamine's: hidden rows, which calamine does not
//! show, and values far outside, for which it would ask for the whole sheet's memory.
//!
//! Records and their numbers are those of [MS-XLS], section 2.3; a record is a number, a length and so many bytes.

use std::io::{Cursor, Read};

use super::limits::Limits;
use super::rows::{NAMED_MAX, Reach};
use crate::model::Finding;
use crate::model::raw::CellPlace;

/// A sheet's name and where its records begin.
pub(super) const BOUND_SHEET: u16 = 0x0085;
/// The beginning of a sheet or chart.
pub(super) const BEGIN: u16 = 0x0809;
/// Its end.
pub(super) const END: u16 = 0x000a;
const ROW: u16 = 0x0208;
const MANY_NUMBERS: u16 = 0x00bd;
/// Formula, Number, Label, RString, BoolErr, RK and LabelSst: one cell each, row and column first.
const ONE_CELL: [u16; 7] = [0x0006, 0x0203, 0x0204, 0x00d6, 0x0205, 0x027e, 0x00fd];

/// What is to be known of one sheet.
#[derive(Debug, Default)]
pub(super) struct XlsSheet {
    /// Its name, for messages before calamine has read it.
    name: String,
    /// Hidden rows, 1-based, in order.
    pub hidden: Vec<u32>,
    /// Places of cells, 1-based rows and columns, in order.
    cells: Vec<(u32, u32)>,
}

impl XlsSheet {
    /// The values far outside the sheet's table.
    pub fn far(&self, limits: &Limits) -> Vec<Finding> {
        let mut reach = Reach::new(limits);
        let mut far = Vec::new();
        for &(row, column) in &self.cells {
            if !reach.admits(row, column) && far.len() < NAMED_MAX {
                far.push(reach.far(&CellPlace::new(&self.name, row, column)));
            }
        }
        far
    }
}

/// One entry a sheet, in the workbook's order. Empty where the file cannot be followed, which calamine will say in its
/// own way: this pass adds to what is known and decides nothing alone.
pub(super) fn scan(bytes: &[u8]) -> Vec<XlsSheet> {
    let Some(stream) = workbook_stream(bytes) else { return Vec::new() };
    Records(&stream)
        .take_while(|(kind, _)| *kind != END)
        .filter(|(kind, _)| *kind == BOUND_SHEET)
        .map(|(_, data)| {
            let start = u32_at(data, 0).map_or(usize::MAX, |n| n as usize);
            let mut sheet = sheet(stream.get(start..).unwrap_or_default());
            sheet.name = name(data.get(6..).unwrap_or_default());
            sheet
        })
        .collect()
}

/// A name with its length in characters, a flag whether they are of two bytes, and the characters.
pub(super) fn name(data: &[u8]) -> String {
    match data {
        [length, 0, rest @ ..] => rest.iter().take(usize::from(*length)).map(|b| char::from(*b)).collect(),
        [length, _, rest @ ..] => {
            let units = rest.chunks_exact(2).take(usize::from(*length)).map(|b| u16::from_le_bytes([b[0], b[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => String::new(),
    }
}

/// The records of the workbook, whole.
pub(super) fn workbook_stream(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let name = ["Workbook", "Book"].into_iter().find(|name| file.is_stream(name))?;
    let mut stream = Vec::new();
    // No stream is larger than the file that holds it.
    file.open_stream(name).ok()?.take(bytes.len() as u64).read_to_end(&mut stream).ok()?;
    Some(stream)
}

fn sheet(records: &[u8]) -> XlsSheet {
    let mut sheet = XlsSheet::default();
    // Charts inside a sheet have a beginning and an end of their own, and cells that are not the sheet's.
    let mut depth = 0;
    for (kind, data) in Records(records) {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            _ if depth != 1 => {}
            // The bit is fDyZero: a row of no height.
            ROW if u16_at(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                sheet.hidden.extend(u16_at(data, 0).map(|row| u32::from(row) + 1));
            }
            MANY_NUMBERS => {
                let last = data.len().checked_sub(2).and_then(|at| u16_at(data, at));
                if let (Some(row), Some(first), Some(last)) = (u16_at(data, 0), u16_at(data, 2), last) {
                    sheet.cells.extend((first..=last).map(|column| (u32::from(row) + 1, u32::from(column) + 1)));
                }
            }
            _ if ONE_CELL.contains(&kind) => {
                if let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) {
                    sheet.cells.push((u32::from(row) + 1, u32::from(column) + 1));
                }
            }
            _ => {}
        }
    }
    sheet.hidden.sort_unstable();
    sheet.cells.sort_unstable();
    sheet
}

/// Records of a stream until it ends or breaks off.
pub(super) struct Records<'a>(pub &'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (u16_at(self.0, 0)?, usize::from(u16_at(self.0, 2)?));
        let data = self.0.get(4..4 + length)?;
        self.0 = &self.0[4 + length..];
        Some((kind, data))
    }
}

/// Two bytes as a number.
pub(super) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

/// Four bytes as a number.
pub(super) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
    }

    #[test]
    fn cells_and_hidden_rows_are_seen_and_charts_passed_over() {
        let mut row = [0; 16];
        (row[0], row[12]) = (4, 0x20);
        let many = [2, 0, 1, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 2, 0];
        let bytes = [
            record(BEGIN, &[]),
            record(ROW, &row),
            record(0x0203, &[4, 0, 3, 0, 0]),
            record(BEGIN, &[]),
            record(0x0203, &[0xff, 0xff, 0xff, 0, 0]),
            record(END, &[]),
            record(MANY_NUMBERS, &many),
            record(0x0203, &[1]),
            record(END, &[]),
            record(0x0203, &[9, 0, 9, 0, 0]),
        ]
        .concat();
        let sheet = sheet(&bytes);
        assert_eq!(sheet.hidden, [5]);
        assert_eq!(sheet.cells, [(3, 2), (3, 3), (5, 4)]);
    }

    #[test]
    fn what_breaks_off_ends_the_pass() {
        assert!(scan(b"").is_empty());
        assert_eq!(Records(&[1, 0, 9, 0, 1]).count(), 0);
    }
}
