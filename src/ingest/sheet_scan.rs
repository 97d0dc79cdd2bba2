//! A light pass over a sheet's XML beside calamine's: what calamine does not show.
//!
//! That is: formulas without a saved value and formulas on other workbooks, the text of a number as the file holds it,
//! the address of the cell at which calamine gives up, hidden rows, merged ranges, and the texts that stand behind the
//! cells (lists and prompts of drop-downs, page headers, links). Values are calamine's.

use std::collections::HashMap;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::package::attribute;
use super::part_walk;
use crate::model::part::PartKind;
use crate::model::raw::Merge;

/// Rows and columns of the largest sheet that exists.
pub(super) const ROWS: u32 = 1_048_576;
pub(super) const COLUMNS: u32 = 16_384;

/// Digits of a formula that may be the number of a person.
pub(super) const LONG_NUMBER: usize = 10;

/// The XML cannot be followed any further: it breaks off, or an address is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// One cell element of the sheet, in the order of the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// 1-based row.
    pub row: u32,
    /// 1-based column.
    pub column: u32,
    /// The type attribute; empty where there is none.
    pub kind: String,
    /// The formula, if there is one.
    pub formula: Option<Formula>,
    /// The formula's text, where it has a text or a long number in it.
    pub literal: Option<String>,
    /// The text of the value element, if there is one.
    pub value: Option<String>,
}

/// What is to be known of a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Formula {
    /// It uses this workbook only.
    Own,
    /// It uses another workbook.
    External,
}

/// The pass over one sheet.
pub(super) struct SheetScan<R> {
    xml: Reader<R>,
    buffer: Vec<u8>,
    row: u32,
    column: u32,
    shared: HashMap<String, Formula>,
    hidden: Vec<u32>,
}

impl<R: BufRead> SheetScan<R> {
    /// Moves to the cells. `Ok(None)` where the part is no sheet of cells.
    pub fn new(mut xml: Reader<R>) -> Result<Option<Self>, Broken> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(|_| Broken)? {
                Event::Start(e) if e.local_name().as_ref() == "sheetData" => break,
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
        Ok(Some(Self { xml, buffer, row: 1, column: 1, shared: HashMap::new(), hidden: Vec::new() }))
    }

    /// The next cell element, or `None` at the end of the cells.
    pub fn next_cell(&mut self) -> Result<Option<Seen>, Broken> {
        loop {
            self.buffer.clear();
            match self.xml.read_event_into(&mut self.buffer).map_err(|_| Broken)? {
                Event::Start(e) if e.local_name().as_ref() == "row" => {
                    if let Some(number) = attribute(&e, "r") {
                        self.row = number.parse().ok().filter(|r| (1..=ROWS).contains(r)).ok_or(Broken)?;
                    }
                    if attribute(&e, "hidden").is_some_and(|h| h == "1" || h == "true") {
                        self.hidden.push(self.row);
                    }
                }
                Event::End(e) if e.local_name().as_ref() == "row" => {
                    self.row += 1;
                    self.column = 1;
                }
                Event::Start(e) if e.local_name().as_ref() == "c" => {
                    let mut seen = Seen { row: self.row, column: self.column, ..Seen::default() };
                    if let Some(address) = attribute(&e, "r") {
                        (seen.row, seen.column) = parse_address(&address).ok_or(Broken)?;
                    }
                    seen.kind = attribute(&e, "t").unwrap_or_default();
                    self.column = seen.column + 1;
                    self.read_cell(&mut seen)?;
                    return Ok(Some(seen));
                }
                Event::End(e) if e.local_name().as_ref() == "sheetData" => return Ok(None),
                Event::Eof => return Err(Broken),
                _ => {}
            }
        }
    }

    fn read_cell(&mut self, seen: &mut Seen) -> Result<(), Broken> {
        let mut buffer = std::mem::take(&mut self.buffer);
        loop {
            buffer.clear();
            match self.xml.read_event_into(&mut buffer).map_err(|_| Broken)? {
                Event::Start(e) if e.local_name().as_ref() == "f" => {
                    let shared = attribute(&e, "si");
                    let text = text_to_end(&mut self.xml, &e)?;
                    seen.formula = Some(self.judge(&text, shared));
                    seen.literal = holds_literal(&text).then_some(text);
                }
                Event::Start(e) if e.local_name().as_ref() == "v" => {
                    seen.value = Some(text_to_end(&mut self.xml, &e)?);
                }
                Event::Start(e) => {
                    let mut skipped = Vec::new();
                    self.xml.read_to_end_into(e.name(), &mut skipped).map_err(|_| Broken)?;
                }
                Event::End(e) if e.local_name().as_ref() == "c" => break,
                Event::Eof => return Err(Broken),
                _ => {}
            }
        }
        self.buffer = buffer;
        Ok(())
    }

    /// Cells that share a formula carry its text only once, at the first of them.
    fn judge(&mut self, text: &str, shared: Option<String>) -> Formula {
        let judged = if is_external(text) { Formula::External } else { Formula::Own };
        match shared {
            Some(index) if text.is_empty() => self.shared.get(&index).copied().unwrap_or(judged),
            Some(index) => *self.shared.entry(index).insert_entry(judged).get(),
            None => judged,
        }
    }

    /// After the last cell: the hidden rows in order, the merged ranges, and the texts behind the cells.
    pub fn finish(mut self) -> Behind {
        let mut behind = Behind::default();
        // What comes after the cells says nothing that a figure depends on, so a break there is let pass.
        while let Ok(event) = self.xml.read_event_into(&mut self.buffer) {
            match event {
                Event::Start(e) if e.local_name().as_ref() == "mergeCell" => {
                    behind.merges.extend(attribute(&e, "ref").and_then(|range| parse_range(&range)));
                }
                Event::Start(e) => {
                    let name = e.local_name().as_ref().to_owned();
                    behind.note(&name, &e);
                    if let Some(kind) = leaf(&name) {
                        let Ok(text) = text_to_end(&mut self.xml, &e) else { break };
                        behind.text(kind, &name, text);
                    }
                }
                Event::End(e) if matches!(e.local_name().as_ref(), "dataValidation" | "hyperlink") => {
                    behind.range.clear();
                }
                Event::Eof => break,
                _ => {}
            }
            self.buffer.clear();
        }
        self.hidden.sort_unstable();
        behind.hidden = self.hidden;
        behind
    }
}

/// A text behind the cells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BehindText {
    /// What holds it.
    pub kind: PartKind,
    /// The range that it belongs to, as written; empty for the sheet.
    pub range: String,
    /// The texts: the entries of a list, else one.
    pub values: Vec<String>,
}

/// What is to be known of a sheet beside its cells.
#[derive(Debug, Default)]
pub(super) struct Behind {
    /// Hidden rows, in order.
    pub hidden: Vec<u32>,
    /// Merged ranges.
    pub merges: Vec<Merge>,
    /// Texts.
    pub texts: Vec<BehindText>,
    range: String,
}

impl Behind {
    fn note(&mut self, name: &str, element: &BytesStart<'_>) {
        if let Some(range) = attribute(element, "sqref").or_else(|| attribute(element, "ref")) {
            self.range = range;
        }
        let kind = if name == "dataValidation" { PartKind::Prompt } else { PartKind::Other };
        for word in part_walk::words(element) {
            self.texts.push(BehindText { kind, range: self.range.clone(), values: vec![word] });
        }
    }

    fn text(&mut self, kind: PartKind, name: &str, text: String) {
        if name == "sqref" {
            // The newer lists name their range after their text.
            if let Some(last) = self.texts.last_mut().filter(|t| t.kind == PartKind::DropDown && t.range.is_empty()) {
                last.range = text;
            }
            return;
        }
        let entries = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
        let values = match entries {
            Some(entries) if kind == PartKind::DropDown => {
                entries.split([',', ';']).map(|e| e.trim().to_owned()).collect()
            }
            _ if kind == PartKind::DropDown && !holds_literal(&text) => return,
            _ => vec![text],
        };
        self.texts.push(BehindText { kind, range: self.range.clone(), values });
    }
}

/// What the text of an element behind the cells is, where it has any.
fn leaf(name: &str) -> Option<PartKind> {
    Some(match name {
        "formula1" | "formula2" | "f" | "sqref" => PartKind::DropDown,
        "formula" => PartKind::Formula,
        "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter" => PartKind::PageHeader,
        "t" => PartKind::Other,
        _ => return None,
    })
}

/// Whether a formula has a text in it, or as many digits as a number of a person has.
fn holds_literal(formula: &str) -> bool {
    formula.contains('"') || formula.bytes().filter(u8::is_ascii_digit).count() >= LONG_NUMBER
}

fn text_to_end<R: BufRead>(xml: &mut Reader<R>, element: &BytesStart<'_>) -> Result<String, Broken> {
    let mut text = String::new();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| Broken)? {
            Event::Text(t) => text.push_str(&t.xml10_content()),
            Event::CData(t) => text.push_str(&t.xml10_content()),
            Event::GeneralRef(e) => text.push_str(&part_walk::reference(&e.into_inner())),
            Event::End(e) if e.name() == element.name() => return Ok(text),
            Event::Eof => return Err(Broken),
            _ => {}
        }
    }
}

/// An address such as `C17` as row and column, both 1-based, if it exists on a sheet.
pub(super) fn parse_address(address: &str) -> Option<(u32, u32)> {
    let digits = address.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = address.split_at(digits);
    if letters.len() > 3 || !row.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut column = 0;
    for letter in letters.bytes() {
        letter.is_ascii_alphabetic().then_some(())?;
        column = column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    let row = row.parse().ok()?;
    ((1..=ROWS).contains(&row) && (1..=COLUMNS).contains(&column)).then_some((row, column))
}

/// A range such as `A1:C2`, the corner first.
pub(super) fn parse_range(range: &str) -> Option<Merge> {
    let (from, to) = range.split_once(':')?;
    let ((row, column), (row_last, column_last)) = (parse_address(from)?, parse_address(to)?);
    (row <= row_last && column <= column_last).then_some((row, column, row_last, column_last))
}

/// Whether a formula's text names another workbook: `[1]Sheet1!A1` or `'[1]Some sheet'!A1`. The number is that of a part
/// which names the workbook; 0 is the workbook itself. `[2014]` alone is a column of a table.
fn is_external(formula: &str) -> bool {
    let bytes = formula.as_bytes();
    let mut in_text = false;
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => in_text = !in_text,
            b'[' if !in_text && (i == 0 || !is_name(bytes[i - 1])) => {
                let quoted = i > 0 && bytes[i - 1] == b'\'';
                if names_workbook(&formula[i + 1..], quoted) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

fn names_workbook(rest: &str, quoted: bool) -> bool {
    let Some((number, rest)) = rest.split_once(']') else { return false };
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) || number.bytes().all(|b| b == b'0') {
        return false;
    }
    if quoted {
        return rest.contains("'!");
    }
    let end = rest.find(|c: char| !(c.is_alphanumeric() || "_.:?".contains(c))).unwrap_or(rest.len());
    rest[end..].starts_with('!')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'_' | b'.' | b'[' | b']')
}

#[cfg(test)]
mod tests {
    use super::*;

    type Scanned = (Vec<Seen>, Vec<u32>, Vec<Merge>);

    fn scan(xml: &str) -> Result<Scanned, Broken> {
        let mut reader = Reader::from_reader(xml.as_bytes());
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().check_end_names = false;
        let mut scan = SheetScan::new(reader)?.ok_or(Broken)?;
        let mut cells = Vec::new();
        while let Some(cell) = scan.next_cell()? {
            cells.push(cell);
        }
        let behind = scan.finish();
        Ok((cells, behind.hidden, behind.merges))
    }

    #[test]
    fn cells_are_seen_where_they_are_and_as_they_are() {
        let (cells, hidden, merges) = scan(
            "<worksheet><sheetData><row><c><v>1</v></c><c t='s'><v>0</v></c></row>\
             <row r='7' hidden='1'><c r='C7'><f>A1&amp;\"[1]x!\"</f></c><c r='F7'><f t='shared' si='0'>[1]S!A1</f><v>2</v></c></row>\
             <row r='8'><c r='F8'><f t='shared' si='0'/><v>3</v></c><c r='G8' t='inlineStr'><is><t>x</t></is></c></row>\
             </sheetData><mergeCells><mergeCell ref='A1:C2'/><mergeCell ref='nonsense'/></mergeCells></worksheet>",
        )
        .unwrap();
        let seen: Vec<_> = cells.iter().map(|c| (c.row, c.column, c.formula, c.value.as_deref())).collect();
        assert_eq!(
            seen,
            [
                (1, 1, None, Some("1")),
                (1, 2, None, Some("0")),
                (7, 3, Some(Formula::Own), None),
                (7, 6, Some(Formula::External), Some("2")),
                (8, 6, Some(Formula::External), Some("3")),
                (8, 7, None, None),
            ]
        );
        assert_eq!((hidden, merges), (vec![7], vec![(1, 1, 2, 3)]));
    }

    #[test]
    fn what_breaks_off_or_has_no_place_is_broken() {
        for xml in [
            "<worksheet><sheetData><row r='1'><c r='A1'><v>1",
            "<worksheet><sheetData><row r='0'></row></sheetData>",
            "<worksheet><sheetData><row r='99999999999'></row></sheetData>",
            "<worksheet><sheetData><c r='AAAA1'/></sheetData>",
            "<worksheet><sheetData><c r='XFE1'/></sheetData>",
        ] {
            assert_eq!(scan(xml).unwrap_err(), Broken, "{xml}");
        }
    }

    #[test]
    fn other_workbooks_are_told_from_columns_of_tables() {
        for (formula, external, why) in [
            ("[1]Sheet1!A1", true, "as saved by Excel"),
            ("SUM('[12]Q1 return'!$A$1:$A$9)", true, "with a space in the sheet's name"),
            ("[3]!Total", true, "a name in another workbook"),
            ("[0]!Total", false, "a name in this workbook"),
            ("Table1[2014]", false, "a column of a table"),
            ("SUM(Table1[[#Data],[2014]])!A1", false, "a column of a table in a longer form"),
            ("\"[1]Sheet1!A1\"", false, "text"),
            ("A1+B2", false, "no bracket"),
        ] {
            assert_eq!(is_external(formula), external, "{formula}: {why}");
        }
    }
}
