//! Takes the plain cells out of a sheet's part, so that the readers of XML see only what needs one.
//!
//! Nearly every cell of a return is a number, an entry of the workbook's list of texts, a truth value or nothing at all,
//! written as `<c r="B7" s="3" t="s"><v>17</v></c>`. What is written exactly so can be read in one way only; everything
//! else, from an attribute in single quotes to a formula that shares its text, stays in the part for calamine and for
//! the scan beside it, in the order of the file. A part that is not put together as expected around its cells is left
//! whole.
//!
//! What an entry of the list says and which style makes a date of a number is calamine's to know: each is put to it once
//! as a cell of its own before the first row (`Question`), and its answer holds for all cells of the sheet.

use std::io::{BufRead, Read};

use quick_xml::events::Event;

use super::package;
use super::sheet_scan::{self, ROWS};
use crate::model::raw::CellNote;

/// Entries of the list of texts, and styles, beyond which a cell is not plain: their answers are found by number.
const ENTRIES: usize = 1 << 20;
const STYLES: usize = 1 << 16;

/// A sheet's part after the sieve.
#[derive(Debug, Default)]
pub(super) struct Sieved {
    /// The part without its plain cells, the questions before its first row.
    pub rest: Vec<u8>,
    /// Where in `rest` the questions begin and end.
    pub asked: std::ops::Range<usize>,
    /// What is to be asked.
    pub questions: Vec<Question>,
    /// The plain cells that hold something, in the order of the file.
    pub plain: Vec<Plain>,
    /// For each cell that was left, how many plain cells stand before it in the file.
    pub before: Vec<usize>,
}

/// Something that calamine is asked once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// What an entry of the workbook's list of texts says, by its number from 0.
    Text(u32),
    /// What a style makes of a number.
    Style(u32),
}

/// A cell that can be read in one way only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Plain {
    /// 1-based row.
    pub row: u32,
    /// 1-based column.
    pub column: u32,
    /// What it holds.
    pub content: Content,
    /// Whether a formula of this workbook stands behind it.
    pub note: CellNote,
}

/// What a plain cell holds. A place is that of the question among the sheet's questions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Content {
    /// A number without a style.
    Number(f64),
    /// A number, and the place of the question about its style.
    Styled(f64, u32),
    /// The place of the question about its text.
    Text(u32),
    /// A truth value.
    Bool(bool),
}

/// Sieves a sheet's part. `None` where it has no cells, is put together in another way than expected, or holds more
/// plain cells than there is `room` for; it is then for the readers of XML as a whole.
pub(super) fn sieve(part: &[u8], room: usize) -> Option<Sieved> {
    let start = cells_begin(part)?;
    let mut sieve = Sieve {
        part,
        at: start,
        out: Sieved::default(),
        texts: Places::new(ENTRIES),
        styles: Places::new(STYLES),
        tag: None,
        room,
    };
    sieve.out.rest.extend_from_slice(&part[..start]);
    sieve.rows()?;
    let asked: Vec<u8> = sieve.out.questions.iter().flat_map(|q| q.cell().into_bytes()).collect();
    sieve.out.asked = start..start;
    if !asked.is_empty() {
        let row = [&b"<row>"[..], &asked, b"</row>"].concat();
        sieve.out.asked = start..start + row.len();
        sieve.out.rest.splice(start..start, row);
    }
    sieve.out.rest.extend_from_slice(&part[sieve.at..]);
    Some(sieve.out)
}

impl Sieved {
    /// The part without its plain cells and without the questions.
    pub fn unasked(&self) -> impl BufRead {
        self.rest[..self.asked.start].chain(&self.rest[self.asked.end..])
    }
}

impl Question {
    /// A cell that calamine can answer only with what is asked.
    fn cell(self) -> String {
        match self {
            Self::Text(number) => format!("<c t=\"s\"><v>{number}</v></c>"),
            Self::Style(number) => format!("<c s=\"{number}\"><v>1</v></c>"),
        }
    }
}

/// Where the first row may begin, as a reader of XML finds it.
fn cells_begin(part: &[u8]) -> Option<usize> {
    let mut xml = package::reader_of(part);
    loop {
        match xml.read_event().ok()? {
            Event::Start(e) if e.local_name().as_ref() == "sheetData" => break,
            Event::Eof => return None,
            _ => {}
        }
    }
    let start = usize::try_from(xml.buffer_position()).ok()?;
    let tag = part.get(..start)?.rsplit(|b| *b == b'<').next()?;
    (tag.starts_with(b"sheetData") && tag.ends_with(b">") && !tag.ends_with(b"/>")).then_some(start)
}

/// The places of questions by the number that they are about.
struct Places {
    /// One more than the place; 0 where nothing was asked.
    by_number: Vec<u32>,
    most: usize,
}

impl Places {
    fn new(most: usize) -> Self {
        Self { by_number: Vec::new(), most }
    }

    /// The place of the question about a number, asked now if it never was.
    fn of(&mut self, number: u32, question: Question, questions: &mut Vec<Question>) -> Option<u32> {
        let at = number as usize;
        if at >= self.most {
            return None;
        }
        if self.by_number.len() <= at {
            self.by_number.resize(at + 1, 0);
        }
        if self.by_number[at] == 0 {
            questions.push(question);
            self.by_number[at] = questions.len() as u32;
        }
        Some(self.by_number[at] - 1)
    }
}

/// What stands in a value.
enum Held {
    Text(u32),
    Number(f64),
    Bool(bool),
}

fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E')
}

struct Sieve<'a> {
    part: &'a [u8],
    at: usize,
    out: Sieved,
    texts: Places,
    styles: Places,
    /// The tag of the row that is open, until it has been left in the rest.
    tag: Option<&'a [u8]>,
    room: usize,
}

impl<'a> Sieve<'a> {
    fn ahead(&self) -> &'a [u8] {
        &self.part[self.at..]
    }

    /// Steps over exactly this text, if it is next.
    fn takes(&mut self, text: &[u8]) -> bool {
        let next = self.ahead().starts_with(text);
        if next {
            self.at += text.len();
        }
        next
    }

    fn skip_space(&mut self) {
        self.at += self.ahead().iter().take_while(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t')).count();
    }

    /// All rows, up to the end of the cells.
    fn rows(&mut self) -> Option<()> {
        loop {
            self.skip_space();
            if self.ahead().starts_with(b"</sheetData>") {
                return Some(());
            }
            self.row()?;
        }
    }

    fn row(&mut self) -> Option<()> {
        let from = self.at;
        if !self.takes(b"<row ") {
            return None;
        }
        let (closed, hidden) = self.row_attributes()?;
        let tag = &self.part[from..self.at];
        self.tag = Some(tag);
        if hidden {
            self.leave_tag();
        }
        if closed {
            self.tag = None;
            return Some(());
        }
        loop {
            self.skip_space();
            if self.takes(b"<c ") {
                self.cell()?;
            } else if self.takes(b"</row>") {
                break;
            } else {
                return None;
            }
        }
        if self.tag.take().is_none() {
            self.out.rest.extend_from_slice(b"</row>");
        }
        Some(())
    }

    fn leave_tag(&mut self) {
        if let Some(tag) = self.tag.take() {
            self.out.rest.extend_from_slice(tag);
        }
    }

    /// Whether the row has no content, and whether something is said about its being hidden. It must say its number.
    fn row_attributes(&mut self) -> Option<(bool, bool)> {
        let (mut numbered, mut hidden) = (false, false);
        loop {
            self.skip_space();
            if self.takes(b"/>") || self.takes(b">") {
                let closed = self.part[self.at - 2] == b'/';
                return numbered.then_some((closed, hidden));
            }
            let name = self.until(b'=', |b| b.is_ascii_alphanumeric() || b == b':')?;
            if !self.takes(b"\"") {
                return None;
            }
            let value =
                self.until(b'"', |b| matches!(b, b' '..=b'~') && !matches!(b, b'<' | b'>' | b'&' | b'\'' | b'/'))?;
            match name {
                b"r" if numbered => return None,
                b"r" => numbered = number(value).is_some_and(|n| (1..=ROWS).contains(&n)),
                b"hidden" => hidden = true,
                _ if name.ends_with(b":r") || name.ends_with(b":hidden") => return None,
                _ => {}
            }
        }
    }

    /// What stands before a mark, which is stepped over, if all of it is allowed.
    fn until(&mut self, mark: u8, allowed: impl Fn(u8) -> bool) -> Option<&'a [u8]> {
        let length = self.ahead().iter().take_while(|b| **b != mark && allowed(**b)).count();
        let text = &self.ahead()[..length];
        (self.ahead().get(length) == Some(&mark)).then(|| self.at += length + 1)?;
        Some(text)
    }

    /// One cell, of which `<c ` has been stepped over.
    fn cell(&mut self) -> Option<()> {
        let from = self.at;
        match self.plain() {
            Some(plain) => {
                self.out.plain.extend(plain);
                (self.out.plain.len() <= self.room).then_some(())
            }
            None => {
                self.at = from - b"<c ".len();
                self.leave()
            }
        }
    }

    /// Leaves a cell to the readers of XML, if they cannot but agree on where it ends.
    fn leave(&mut self) -> Option<()> {
        let end = self.at + cell_length(self.ahead())?;
        self.leave_tag();
        self.out.before.push(self.out.plain.len());
        self.out.rest.extend_from_slice(&self.part[self.at..end]);
        self.at = end;
        Some(())
    }

    /// A plain cell, with nothing in it where it is empty; `None` where the cell is not plain.
    fn plain(&mut self) -> Option<Option<Plain>> {
        let (row, column) = self.address()?;
        let style = if self.takes(b" s=\"") { Some(self.digits(b'"')?) } else { None };
        let kind = if self.takes(b" t=\"") { Some(self.until(b'"', |b| b.is_ascii_lowercase())?) } else { None };
        if self.takes(b"/>") {
            return Some(None);
        }
        if !self.takes(b">") {
            return None;
        }
        if self.takes(b"</c>") {
            return Some(None);
        }
        let note = self.formula()?;
        if !self.takes(b"<v>") {
            return None;
        }
        let content = match kind {
            Some(b"s") if note == CellNote::Plain => Held::Text(self.digits(b'<')?),
            None | Some(b"n") => Held::Number(finite(self.until(b'<', is_of_number)?)?),
            Some(b"b") => Held::Bool(self.digits(b'<').filter(|truth| *truth < 2)? == 1),
            _ => return None,
        };
        if !self.takes(b"/v></c>") {
            return None;
        }
        // Only a cell that is taken may ask: a text that is asked for is shown by a cell.
        let questions = &mut self.out.questions;
        let content = match (content, style) {
            (Held::Text(number), _) => Content::Text(self.texts.of(number, Question::Text(number), questions)?),
            (Held::Number(value), None) => Content::Number(value),
            (Held::Number(value), Some(style)) => {
                Content::Styled(value, self.styles.of(style, Question::Style(style), questions)?)
            }
            (Held::Bool(truth), _) => Content::Bool(truth),
        };
        Some(Some(Plain { row, column, content, note }))
    }

    /// The address, which is the first attribute in all files that programs write.
    fn address(&mut self) -> Option<(u32, u32)> {
        if !self.takes(b"r=\"") {
            return None;
        }
        let text = self.until(b'"', |b| b.is_ascii_alphanumeric())?;
        let letters = text.iter().take_while(|b| b.is_ascii_uppercase()).count();
        let column = text[..letters.min(4)].iter().fold(0, |column, b| column * 26 + u32::from(b - b'A') + 1);
        let row = number(&text[letters..])?;
        ((1..=3).contains(&letters) && (1..=sheet_scan::COLUMNS).contains(&column) && (1..=ROWS).contains(&row))
            .then_some((row, column))
    }

    fn digits(&mut self, mark: u8) -> Option<u32> {
        number(self.until(mark, |b| b.is_ascii_digit())?)
    }

    /// Whether a formula stands before the value. One that may hold a text, a long number or another workbook is not
    /// plain; neither is one that has to do with other cells' formulas.
    fn formula(&mut self) -> Option<CellNote> {
        // LibreOffice writes the attribute with every formula; it says nothing.
        if !(self.takes(b"<f>") || self.takes(b"<f aca=\"false\">")) {
            return Some(CellNote::Plain);
        }
        let text = self.until(b'<', |b| matches!(b, b' '..=b'~') && !matches!(b, b'[' | b'"' | b'&'))?;
        let digits = text.iter().filter(|b| b.is_ascii_digit()).count();
        (digits < sheet_scan::LONG_NUMBER && self.takes(b"/f>")).then_some(CellNote::Formula)
    }
}

/// A number of at most nine digits without needless zeros.
fn number(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 9 || (text[0] == b'0' && text.len() > 1) {
        return None;
    }
    text.iter().try_fold(0, |number, b| b.is_ascii_digit().then(|| number * 10 + u32::from(b - b'0')))
}

/// A number in the one spelling that every program reads alike, if it is finite.
fn finite(text: &[u8]) -> Option<f64> {
    if let Some(whole) = number(text) {
        return Some(f64::from(whole));
    }
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut rest = text.strip_prefix(b"-").unwrap_or(text);
    let take = |rest: &mut &[u8]| {
        let count = digits(rest);
        *rest = &rest[count..];
        (count > 0).then_some(())
    };
    take(&mut rest)?;
    if let Some(after) = rest.strip_prefix(b".") {
        rest = after;
        take(&mut rest)?;
    }
    if let Some(after) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) {
        rest = after.strip_prefix(b"-").or_else(|| after.strip_prefix(b"+")).unwrap_or(after);
        take(&mut rest)?;
    }
    let text = std::str::from_utf8(text).ok().filter(|_| rest.is_empty())?;
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// The bytes of the cell element that the text begins with, where it is well-formed and holds nothing that a reader of
/// XML might take for another cell.
fn cell_length(text: &[u8]) -> Option<usize> {
    let mut xml = package::reader_of(text);
    let mut open = Vec::new();
    loop {
        match xml.read_event().ok()? {
            Event::Start(e) => {
                let name = e.local_name().as_ref().to_owned();
                let fits = match open.len() {
                    0 => {
                        name == "c" && package::attribute(&e, "r").and_then(|r| sheet_scan::parse_address(&r)).is_some()
                    }
                    1 => matches!(name.as_str(), "f" | "v" | "is"),
                    _ => open[1] == "is" && !matches!(name.as_str(), "c" | "is" | "f" | "v"),
                };
                if !fits {
                    return None;
                }
                open.push(name);
            }
            Event::End(e) => {
                if open.pop()? != e.local_name().as_ref() {
                    return None;
                }
                if open.is_empty() {
                    return usize::try_from(xml.buffer_position()).ok();
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Content::{Bool, Number, Styled, Text};

    /// The plain cells of a row of cells, and what was left of them.
    fn sieved(cells: &str) -> Option<(Vec<(u32, u32, Content, CellNote)>, String)> {
        let head = "<?xml version=\"1.0\"?><worksheet><dimension ref=\"A1\"/><sheetData>";
        let part = format!("{head}<row r=\"7\">{cells}</row></sheetData><mergeCells/></worksheet>");
        let sieved = sieve(part.as_bytes(), 3)?;
        let plain = sieved.plain.iter().map(|p| (p.row, p.column, p.content, p.note)).collect();
        let rest = [&sieved.rest[head.len()..sieved.asked.start], &sieved.rest[sieved.asked.end..]].concat();
        let rest = String::from_utf8(rest).unwrap();
        Some((plain, rest.strip_suffix("</sheetData><mergeCells/></worksheet>").unwrap().to_owned()))
    }

    #[test]
    fn plain_cells_are_taken() {
        let plain = CellNote::Plain;
        for (cells, expected, why) in [
            ("<c r=\"B7\" s=\"3\" t=\"s\"><v>17</v></c>", vec![(7, 2, Text(0), plain)], "an entry of the list"),
            ("<c r=\"B7\"><v>-0.5E-3</v></c>", vec![(7, 2, Number(-0.0005), plain)], "a number"),
            ("<c r=\"B7\" t=\"n\"><v>5</v></c>", vec![(7, 2, Number(5.0), plain)], "a number that says so"),
            ("<c r=\"XFD1048576\" s=\"1\"><v>1</v></c>", vec![(1_048_576, 16_384, Styled(1.0, 0), plain)], "the last"),
            ("<c r=\"B7\" t=\"b\"><v>1</v></c>", vec![(7, 2, Bool(true), plain)], "a truth value"),
            ("<c r=\"B7\" s=\"3\"/>", vec![], "nothing but a style"),
            ("<c r=\"B7\" t=\"s\"></c>", vec![], "nothing"),
            (
                "<c r=\"B7\"><f>A1+B$2</f><v>5</v></c>",
                vec![(7, 2, Number(5.0), CellNote::Formula)],
                "a formula of this workbook",
            ),
            (
                "<c r=\"B7\" t=\"b\"><f aca=\"false\">A1</f><v>0</v></c>",
                vec![(7, 2, Bool(false), CellNote::Formula)],
                "as LibreOffice writes it",
            ),
            (
                " <c r=\"A7\" t=\"s\"><v>4</v></c>\n<c r=\"B7\" t=\"s\"><v>4</v></c>",
                vec![(7, 1, Text(0), plain), (7, 2, Text(0), plain)],
                "the same text is asked for once",
            ),
        ] {
            assert_eq!(sieved(cells), Some((expected, String::new())), "{why}");
        }
    }

    #[test]
    fn what_needs_a_reader_of_xml_is_left() {
        for (cell, why) in [
            ("<c r=\"B7\" t=\"s\"><v>017</v></c>", "a needless zero"),
            ("<c r=\"B7\" t=\"s\"><v>1048576</v></c>", "an entry beyond those that are asked for"),
            ("<c r=\"b7\"><v>1</v></c>", "a small letter"),
            ("<c r='B7'><v>1</v></c>", "single quotes"),
            ("<c s=\"1\" r=\"B7\"><v>1</v></c>", "another order"),
            ("<c r=\"B7\" cm=\"1\"><v>1</v></c>", "an attribute that is not known"),
            ("<c r=\"B7\"><v>1e309</v></c>", "not finite"),
            ("<c r=\"B7\"><v>+1</v></c>", "a sign that not all read"),
            ("<c r=\"B7\"><v>1.</v></c>", "a point that not all read"),
            ("<c r=\"B7\"><v>&#49;</v></c>", "a reference"),
            ("<c r=\"B7\"><v> 1</v></c>", "a space"),
            ("<c r=\"B7\" t=\"\"><v>1</v></c>", "a type without a name"),
            ("<c r=\"B7\"><v></v></c>", "an empty value"),
            ("<c r=\"B7\"><v>1</v><v>2</v></c>", "two values"),
            ("<c r=\"B7\" t=\"b\"><v>2</v></c>", "no truth value"),
            ("<c r=\"B7\" t=\"str\"><v>x</v></c>", "text of its own"),
            ("<c r=\"B7\" t=\"e\"><v>#REF!</v></c>", "an error"),
            ("<c r=\"B7\" t=\"inlineStr\"><is><t>x &amp; y</t></is></c>", "text in the cell"),
            ("<c r=\"B7\"><f>A1</f></c>", "a formula without a value"),
            ("<c r=\"B7\"><f>[1]S!A1</f><v>1</v></c>", "another workbook"),
            ("<c r=\"B7\"><f>LEN(\"x\")</f><v>1</v></c>", "a text in a formula"),
            ("<c r=\"B7\"><f>9990000360</f><v>1</v></c>", "a long number in a formula"),
            ("<c r=\"B7\"><f t=\"shared\" si=\"0\"/><v>1</v></c>", "a shared formula"),
            ("<c r=\"B7\"><!-- </c> --><v>1</v></c>", "a comment"),
        ] {
            assert_eq!(sieved(cell), Some((vec![], format!("<row r=\"7\">{cell}</row>"))), "{why}");
        }
    }

    #[test]
    fn a_part_that_is_put_together_otherwise_is_left_whole() {
        for (cells, why) in [
            ("<c r=\"B7\"><c r=\"C7\"/></c>", "a cell in a cell"),
            ("<c><v>1</v></c>", "no address"),
            ("<c r=\"XFE7\"><v>1</v></c>", "an address that does not exist"),
            ("<x:c r=\"B7\"><v>1</v></x:c>", "a prefix"),
            ("<!-- --><c r=\"B7\"><v>1</v></c>", "something between the cells"),
            ("<c r=\"B7\"><v>1</w></c>", "an end without a beginning"),
            ("<c r=\"B7\"><v>1", "it breaks off"),
            ("</row><row><c r=\"B7\"/>", "a row without a number"),
            ("</row><row r=\"8\" x:r=\"9\"><c r=\"B7\"/>", "a row with two numbers"),
            ("</row><row r=\"1048577\"><c r=\"B7\"/>", "a row that does not exist"),
            (
                "<c r=\"A7\"><v>1</v></c><c r=\"B7\"><v>1</v></c><c r=\"C7\"><v>1</v></c><c r=\"D7\"><v>1</v></c>",
                "no room",
            ),
        ] {
            assert_eq!(sieved(cells), None, "{why}");
        }
        assert_eq!(sieve(b"<worksheet><sheetData/></worksheet>", 9).map(|s| s.plain), None, "no rows");
        assert_eq!(sieve(b"<chartsheet/>", 9).map(|s| s.plain), None, "no cells");
    }

    #[test]
    fn rows_that_are_hidden_and_questions_stay() {
        let part = "<worksheet><sheetData><row r=\"1\" hidden=\"1\"/><row r=\"2\" hidden=\"1\" x:dy=\"0.2\">\
                    <c r=\"A2\" t=\"s\"><v>3</v></c></row><row r=\"3\"><c r=\"A3\" s=\"2\"><v>3</v></c>\
                    <c r=\"B3\" t=\"d\"><v>2014-03-01</v></c><c r=\"C3\"><v>1</v></c></row></sheetData></worksheet>";
        let sieved = sieve(part.as_bytes(), 9).unwrap();
        assert_eq!(
            String::from_utf8(sieved.rest).unwrap(),
            "<worksheet><sheetData><row><c t=\"s\"><v>3</v></c><c s=\"2\"><v>1</v></c></row>\
             <row r=\"1\" hidden=\"1\"/><row r=\"2\" hidden=\"1\" x:dy=\"0.2\"></row>\
             <row r=\"3\"><c r=\"B3\" t=\"d\"><v>2014-03-01</v></c></row></sheetData></worksheet>"
        );
        assert_eq!((sieved.before, sieved.plain.len()), (vec![2], 3));
        let part =
            "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>3<x/></v></c></row></sheetData></worksheet>";
        assert_eq!(sieve(part.as_bytes(), 9).map(|s| s.questions), None, "a value with an element in it");
        let part = part.replace("<x/>", "<!-- -->");
        assert_eq!(sieve(part.as_bytes(), 9).unwrap().questions, [], "what is left asks nothing");
    }
}
