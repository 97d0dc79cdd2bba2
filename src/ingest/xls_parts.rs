//! The texts of an Excel 97 to 2003 workbook beside its cells, as far as its records allow: unused shared texts, comments,
//! page headers, names, lists, drawings, properties, and what a pivot table keeps.
//!
//! Comments and shared texts are read as [MS-XLS] describes them (Note 2.4.179, TxO 2.4.329, SST 2.4.265). Every other
//! record and stream is looked through for runs of letters in either of the two ways in which this format writes them.

use std::collections::{BTreeMap, HashSet};
use std::io::{Cursor, Read};

use super::parts::Parts;
use super::xls_scan::{BEGIN, BOUND_SHEET, END, Records, name, u16_at, u32_at, workbook_stream};
use crate::model::part::PartKind;
use crate::model::raw::CellPlace;

const SHARED: u16 = 0x00fc;
const CONTINUE: u16 = 0x003c;
const LABEL_SHARED: u16 = 0x00fd;
const NOTE: u16 = 0x001c;
const OBJECT: u16 = 0x005d;
const OBJECT_TEXT: u16 = 0x01b6;
const HEADER: [u16; 3] = [0x0014, 0x0015, 0x089c];
const LIST: u16 = 0x01be;
const LIST_OF_LISTS: u16 = 0x01b2;
const NAME: u16 = 0x0018;
const OTHER_WORKBOOK: [u16; 4] = [0x01ae, 0x0059, 0x005a, 0x0023];
const DRAWING: [u16; 3] = [0x00ec, 0x00eb, 0x00ed];
/// Records of cells, which are read elsewhere, and of fonts, formats and pictures, which hold no word of a person.
const PASSED_OVER: [u16; 20] = [
    0x0006,
    0x0203,
    0x0204,
    0x00d6,
    0x0205,
    0x027e,
    0x00fd,
    0x00bd,
    0x00be,
    0x0207,
    0x0208,
    0x00e0,
    0x0031,
    0x041e,
    0x0293,
    0x0892,
    0x087d,
    0x007f,
    0x00e9,
    BOUND_SHEET,
];

/// Goes through the workbook's records and the other streams of the file.
pub(super) fn collect(bytes: &[u8], parts: &mut Parts) {
    let nowhere = CellPlace::default();
    let stream = workbook_stream(bytes).unwrap_or_default();
    let (mut sheets, mut names) = (BTreeMap::new(), Vec::new());
    let globals: Vec<(u16, &[u8])> = Records(&stream).take_while(|(kind, _)| *kind != END).collect();
    for (_, data) in globals.iter().filter(|(kind, _)| *kind == BOUND_SHEET) {
        names.push(name(data.get(6..).unwrap_or_default()));
        sheets.insert(u32_at(data, 0).map_or(usize::MAX, |n| n as usize), names.len() - 1);
    }
    let mut used = HashSet::new();
    for (start, at) in &sheets {
        sheet(stream.get(*start..).unwrap_or_default(), &names[*at], &mut used, parts);
    }
    let shared = shared_texts(&globals);
    let unused: Vec<&str> =
        shared.iter().enumerate().filter(|(i, _)| !used.contains(i)).map(|(_, text)| text.as_str()).collect();
    parts.column(PartKind::UnusedText, &nowhere, "", unused);
    let mut shared_open = false;
    for (kind, data) in &globals {
        shared_open = *kind == SHARED || shared_open && *kind == CONTINUE;
        if !shared_open {
            others(*kind, data, &nowhere, parts);
        }
    }
    other_streams(bytes, parts);
}

/// One sheet: comments at their cells, everything else by record.
fn sheet(records: &[u8], name: &str, used: &mut HashSet<usize>, parts: &mut Parts) {
    let (mut depth, mut object, mut objects) = (0, 0, BTreeMap::<u16, String>::new());
    let (mut notes, mut text_wanted) = (Vec::new(), None);
    for (kind, data) in Records(records) {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            LABEL_SHARED => used.extend(u32_at(data, 6).map(|n| n as usize)),
            // The object's own record begins with its kind and number.
            OBJECT => object = u16_at(data, 6).unwrap_or_default(),
            OBJECT_TEXT => text_wanted = Some(object),
            CONTINUE if text_wanted.is_some() => {
                let id = text_wanted.take().unwrap_or_default();
                objects.insert(id, characters(data));
            }
            NOTE => {
                let place = |at| u16_at(data, at).map(|n| u32::from(n) + 1);
                if let (Some(row), Some(column), Some(id)) = (place(0), place(2), u16_at(data, 6)) {
                    notes.push((CellPlace::new(name, row, column), id));
                }
                runs(data.get(8..).unwrap_or_default(), &mut |author| {
                    parts.add(PartKind::Author, &CellPlace::new(name, 0, 0), "", author);
                });
            }
            _ => others(kind, data, &CellPlace::new(name, 0, 0), parts),
        }
    }
    for (place, id) in notes {
        if let Some(text) = objects.remove(&id) {
            parts.add(PartKind::Comment, &place, "", &text);
        }
    }
    for text in objects.into_values() {
        parts.add(PartKind::Drawing, &CellPlace::new(name, 0, 0), "", &text);
    }
}

/// A record that is neither a cell nor a comment.
fn others(kind: u16, data: &[u8], place: &CellPlace, parts: &mut Parts) {
    if PASSED_OVER.contains(&kind) {
        return;
    }
    let what = match kind {
        kind if HEADER.contains(&kind) => PartKind::PageHeader,
        LIST | LIST_OF_LISTS => PartKind::DropDown,
        NAME => PartKind::Name,
        kind if OTHER_WORKBOOK.contains(&kind) => PartKind::OtherWorkbook,
        kind if DRAWING.contains(&kind) => PartKind::Drawing,
        // Who wrote the file last.
        0x005c => PartKind::Author,
        _ => PartKind::Other,
    };
    let mut found = Vec::new();
    runs(data, &mut |text| found.push(text.to_owned()));
    for text in &found {
        // The entries of a list are divided by NULs, which end a run, or by commas.
        parts.add(what, place, "", text);
    }
}

/// A text with a flag whether its characters are of two bytes.
fn characters(data: &[u8]) -> String {
    match data {
        [0, rest @ ..] => rest.iter().map(|b| char::from(*b)).collect(),
        [_, rest @ ..] => utf_16(rest),
        [] => String::new(),
    }
}

fn utf_16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The list of shared texts. It runs over several records, and a text that is cut says anew how its characters are
/// written. Where it cannot be followed, it ends.
fn shared_texts(globals: &[(u16, &[u8])]) -> Vec<String> {
    let Some(first) = globals.iter().position(|(kind, _)| *kind == SHARED) else { return Vec::new() };
    let pieces: Vec<&[u8]> = std::iter::once(globals[first].1)
        .chain(globals[first + 1..].iter().take_while(|(kind, _)| *kind == CONTINUE).map(|(_, data)| *data))
        .collect();
    let mut from = Pieces { pieces, piece: 0, at: 8 };
    let mut texts = Vec::new();
    while let Some(text) = from.text() {
        texts.push(text);
    }
    texts
}

/// Bytes that lie in several records.
struct Pieces<'a> {
    pieces: Vec<&'a [u8]>,
    piece: usize,
    at: usize,
}

impl Pieces<'_> {
    fn byte(&mut self) -> Option<u8> {
        while self.at >= self.pieces.get(self.piece)?.len() {
            (self.piece, self.at) = (self.piece + 1, 0);
        }
        self.at += 1;
        Some(self.pieces[self.piece][self.at - 1])
    }

    fn number(&mut self, bytes: u32) -> Option<usize> {
        (0..bytes).try_fold(0, |sum, i| Some(sum | usize::from(self.byte()?) << (8 * i)))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number(2)?;
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.number(2)? } else { 0 };
        let extra = if flags & 4 != 0 { self.number(4)? } else { 0 };
        let mut units = Vec::with_capacity(length);
        let mut wide = flags & 1 != 0;
        while units.len() < length {
            if self.at >= self.pieces.get(self.piece)?.len() {
                (self.piece, self.at) = (self.piece + 1, 0);
                wide = self.byte()? & 1 != 0;
            }
            let unit = self.number(if wide { 2 } else { 1 })?;
            units.push(u16::try_from(unit).unwrap_or_default());
        }
        for _ in 0..runs.saturating_mul(4).saturating_add(extra) {
            self.byte()?;
        }
        Some(String::from_utf16_lossy(&units))
    }
}

/// Fewest characters of a run that is taken for text.
const SHORTEST: usize = 6;

/// The runs of printable characters in bytes, of one byte each and of two.
fn runs(bytes: &[u8], found: &mut dyn FnMut(&str)) {
    let printable = |b: u8| (0x20..0x7f).contains(&b) || b >= 0xa0;
    for run in bytes.split(|b| !printable(*b)).filter(|run| run.len() >= SHORTEST) {
        found(&run.iter().map(|b| char::from(*b)).collect::<String>());
    }
    for start in [0, 1] {
        let mut text = String::new();
        for pair in bytes.get(start..).unwrap_or_default().chunks(2).chain([&[0_u8, 0][..]]) {
            match pair {
                [b, 0] if printable(*b) => text.push(char::from(*b)),
                // An apostrophe or dash of typesetting within a name.
                [b, 0x20] if (0x10..0x20).contains(b) => text.push('-'),
                _ => {
                    if text.chars().count() >= SHORTEST {
                        found(&text);
                    }
                    text.clear();
                }
            }
        }
    }
}

/// Properties, pivot caches and whatever else lies beside the workbook.
fn other_streams(bytes: &[u8], parts: &mut Parts) {
    let Ok(mut file) = cfb::CompoundFile::open(Cursor::new(bytes)) else { return };
    let paths: Vec<_> = file.walk().filter(|e| e.is_stream()).map(|e| e.path().to_owned()).collect();
    for path in paths {
        let name = path.to_string_lossy().into_owned();
        if ["/Workbook", "/Book"].contains(&name.as_str()) {
            continue;
        }
        if name.contains("/MBD") {
            parts.embedded += usize::from(name.ends_with("CompObj"));
        }
        let kind = match name.as_str() {
            n if n.contains("SummaryInformation") => PartKind::Properties,
            n if n.contains("_SX_DB") => PartKind::PivotCache,
            _ => PartKind::Other,
        };
        let mut content = Vec::new();
        let read = file.open_stream(&path).map(|s| s.take(bytes.len() as u64).read_to_end(&mut content));
        if read.is_ok() {
            let mut found = Vec::new();
            runs(&content, &mut |text| found.push(text.to_owned()));
            parts.column(kind, &CellPlace::default(), "", found.iter().map(String::as_str));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_texts_run_over_records() {
        let first = [&[2, 0, 0, 0, 2, 0, 0, 0][..], &[4, 0, 0], b"ab"].concat();
        let second = [&[1][..], &[b'c', 0, b'd', 0], &[2, 0, 8, 1, 0, b'e', b'f', 9, 9, 9, 9]].concat();
        let globals = [(SHARED, first.as_slice()), (CONTINUE, second.as_slice()), (END, &[][..])];
        assert_eq!(shared_texts(&globals), ["abcd", "ef"]);
        assert!(shared_texts(&[(SHARED, &first[..9])]).is_empty(), "it breaks off");
    }

    #[test]
    fn runs_of_letters_are_found_in_both_ways_of_writing() {
        let wide: Vec<u8> = "wide text".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bytes = [&[1, 2][..], b"narrow one", &[0, 0, 7], &wide, &[0, 0]].concat();
        let mut found = Vec::new();
        runs(&bytes, &mut |text| found.push(text.to_owned()));
        assert_eq!(found, ["narrow one", "wide text"]);
    }
}
