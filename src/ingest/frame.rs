//! What was read as bytes from the child to its parent, and back.
//!
//! A return says the same few words in thousands of cells, so each text is sent once and the cells name it by its number;
//! small whole numbers take a byte or two. The parent believes nothing: a number of no text, or rows that do not fit
//! their cells, make no frame.

use std::cell::RefCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};

use super::Read;
use crate::model::Finding;
use crate::model::part::RawPart;
use crate::model::raw::{CellNote, FileKind, Merge, RawCell, RawFile, RawRow, RawSheet, RawValue};

/// The beginning of a frame. Its number changes whenever the shape of what follows does.
const BEGINNING: &[u8] = b"lscb-read-3\n";

/// The bytes of a frame.
pub(super) fn written(read: &Read) -> Option<Vec<u8>> {
    let texts = RefCell::new(Texts::default());
    let file = read.raw.as_ref().map(|raw| FileOut {
        kind: raw.kind,
        epoch_1904: raw.epoch_1904,
        sheets: raw.sheets.iter().map(|sheet| SheetOut::new(sheet, &texts)).collect(),
    });
    let Read { parts, findings, sha256, bytes, .. } = read;
    // The texts come last: which there are is known when the cells have been written.
    let frame = FrameOut { parts, findings, sha256, bytes: *bytes, file, texts: TextsOut(&texts) };
    postcard::to_extend(&frame, BEGINNING.to_vec()).ok()
}

/// What a frame holds, if it is one.
pub(super) fn parsed(bytes: &[u8]) -> Option<Read> {
    let frame: FrameIn<'_> = postcard::from_bytes(bytes.strip_prefix(BEGINNING)?).ok()?;
    let texts: Vec<RawValue> = frame.texts.into_iter().map(|text| RawValue::Text(text.into())).collect();
    let raw = match frame.file {
        Some(file) => {
            let sheets = file.sheets.into_iter().map(|sheet| sheet.with(&texts)).collect::<Option<_>>()?;
            Some(RawFile { kind: file.kind, epoch_1904: file.epoch_1904, sheets })
        }
        None => None,
    };
    let FrameIn { parts, findings, sha256, bytes, .. } = frame;
    Some(Read { raw, parts, findings, sha256, bytes })
}

/// Texts that are numbered; a file with more says something else in every cell, and numbering them saves nothing.
const NUMBERED_MAX: usize = 1 << 16;

/// A value on its way; a text by its number, or as it is.
#[derive(Serialize, Deserialize)]
enum Value<'a> {
    Text(u32),
    Loose(&'a str),
    Whole(u32),
    Number(f64),
    Date(&'a str),
    Bool(bool),
    Error(&'a str),
}

/// Column, what is special, value.
type Cell<'a> = (u32, CellNote, Value<'a>);

/// Row, whether it is hidden, and how many of the sheet's cells are its own.
type Row = (u32, bool, u32);

#[derive(Serialize)]
struct FrameOut<'a> {
    parts: &'a [RawPart],
    findings: &'a [Finding],
    sha256: &'a str,
    bytes: u64,
    file: Option<FileOut<'a>>,
    texts: TextsOut<'a>,
}

#[derive(Serialize)]
struct FileOut<'a> {
    kind: FileKind,
    epoch_1904: bool,
    sheets: Vec<SheetOut<'a>>,
}

#[derive(Serialize)]
struct SheetOut<'a> {
    name: &'a str,
    hidden: bool,
    merges: &'a [Merge],
    rows: Vec<Row>,
    cells: CellsOut<'a>,
}

impl<'a> SheetOut<'a> {
    fn new(sheet: &'a RawSheet, texts: &'a RefCell<Texts<'a>>) -> Self {
        Self {
            name: &sheet.name,
            hidden: sheet.hidden,
            merges: &sheet.merges,
            rows: sheet.rows.iter().map(|row| (row.row, row.hidden, row.cells.len() as u32)).collect(),
            cells: CellsOut { rows: &sheet.rows, texts },
        }
    }
}

struct CellsOut<'a> {
    rows: &'a [RawRow],
    texts: &'a RefCell<Texts<'a>>,
}

impl Serialize for CellsOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts = &mut *self.texts.borrow_mut();
        let mut all = serializer.serialize_seq(Some(self.rows.iter().map(|row| row.cells.len()).sum()))?;
        for cell in self.rows.iter().flat_map(|row| &row.cells) {
            let value = match &cell.value {
                RawValue::Text(text) => texts.number(cell.column, text).map_or(Value::Loose(text), Value::Text),
                RawValue::Number(number) => number_out(*number),
                RawValue::Date(date) => Value::Date(date),
                RawValue::Bool(truth) => Value::Bool(*truth),
                RawValue::Error(error) => Value::Error(error),
            };
            let cell: Cell<'_> = (cell.column, cell.note, value);
            all.serialize_element(&cell)?;
        }
        all.end()
    }
}

fn number_out(number: f64) -> Value<'static> {
    let whole = number as u32;
    // The bits, since zero has two signs.
    if f64::from(whole).to_bits() == number.to_bits() { Value::Whole(whole) } else { Value::Number(number) }
}

/// The texts that were written so far, by number.
#[derive(Default)]
struct Texts<'a> {
    all: Vec<&'a str>,
    numbers: HashMap<&'a str, u32, RandomState>,
    /// The number that was last written in each column: most cells say what the one above says.
    above: Vec<u32>,
}

impl<'a> Texts<'a> {
    /// The number of a text, which it gets now if it has none and there are not too many.
    fn number(&mut self, column: u32, text: &'a str) -> Option<u32> {
        let column = column as usize;
        if self.above.len() <= column {
            self.above.resize(column + 1, 0);
        }
        let above = self.above[column];
        if self.all.get(above as usize).is_some_and(|it| *it == text) {
            return Some(above);
        }
        let number = match self.numbers.get(text) {
            Some(number) => *number,
            None if self.all.len() == NUMBERED_MAX => return None,
            None => {
                let number = self.all.len() as u32;
                self.all.push(text);
                self.numbers.insert(text, number);
                number
            }
        };
        self.above[column] = number;
        Some(number)
    }
}

struct TextsOut<'a>(&'a RefCell<Texts<'a>>);

impl Serialize for TextsOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.borrow().all.serialize(serializer)
    }
}

#[derive(Deserialize)]
struct FrameIn<'a> {
    parts: Vec<RawPart>,
    findings: Vec<Finding>,
    sha256: String,
    bytes: u64,
    #[serde(borrow)]
    file: Option<FileIn<'a>>,
    texts: Vec<&'a str>,
}

#[derive(Deserialize)]
struct FileIn<'a> {
    kind: FileKind,
    epoch_1904: bool,
    #[serde(borrow)]
    sheets: Vec<SheetIn<'a>>,
}

#[derive(Deserialize)]
struct SheetIn<'a> {
    name: String,
    hidden: bool,
    merges: Vec<Merge>,
    rows: Vec<Row>,
    #[serde(borrow)]
    cells: Vec<Cell<'a>>,
}

impl SheetIn<'_> {
    fn with(self, texts: &[RawValue]) -> Option<RawSheet> {
        let mut cells = self.cells.as_slice();
        let mut rows = Vec::with_capacity(self.rows.len());
        for (row, hidden, count) in self.rows {
            let (own, rest) = cells.split_at_checked(count as usize)?;
            cells = rest;
            let mut cells = Vec::with_capacity(own.len());
            for cell in own {
                cells.push(cell_in(cell, texts)?);
            }
            rows.push(RawRow { row, hidden, cells });
        }
        let Self { name, hidden, merges, .. } = self;
        cells.is_empty().then_some(RawSheet { name, hidden, rows, merges })
    }
}

fn cell_in((column, note, value): &Cell<'_>, texts: &[RawValue]) -> Option<RawCell> {
    let value = match value {
        Value::Text(number) => texts.get(*number as usize)?.clone(),
        Value::Loose(text) => RawValue::Text((*text).into()),
        Value::Whole(number) => RawValue::Number(f64::from(*number)),
        Value::Number(number) => RawValue::Number(*number),
        Value::Date(date) => RawValue::Date((*date).into()),
        Value::Bool(truth) => RawValue::Bool(*truth),
        Value::Error(error) => RawValue::Error((*error).into()),
    };
    Some(RawCell { column: *column, value, note: *note })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::part::PartKind;
    use crate::model::raw::CellPlace;

    fn read() -> Read {
        let values = [
            RawValue::Text("corby".into()),
            RawValue::Text("".into()),
            RawValue::Number(0.0),
            RawValue::Number(-0.0),
            RawValue::Number(4_294_967_295.0),
            RawValue::Number(4_294_967_296.0),
            RawValue::Number(0.1),
            RawValue::Date("2014-03-01".into()),
            RawValue::Bool(true),
            RawValue::Error("#REF!".into()),
        ];
        let cells = |note| {
            let cells =
                values.iter().enumerate().map(|(i, v)| RawCell { column: i as u32 + 1, value: v.clone(), note });
            cells.collect()
        };
        let rows = vec![
            RawRow { row: 3, hidden: true, cells: cells(CellNote::Plain) },
            RawRow { row: 1_048_576, hidden: false, cells: cells(CellNote::ExternalFormula) },
        ];
        let sheet = RawSheet { name: "Q1".into(), hidden: true, rows, merges: vec![(1, 1, 2, 16_384)] };
        Read {
            raw: Some(RawFile { kind: FileKind::Xlsx, epoch_1904: true, sheets: vec![sheet.clone(), sheet] }),
            parts: vec![RawPart {
                kind: PartKind::Comment,
                place: CellPlace::new("Q1", 3, 1),
                header: "h".into(),
                values: vec!["v".into()],
            }],
            findings: vec![super::super::codes::error(super::super::codes::DAMAGED, "m")],
            sha256: "ab".into(),
            bytes: 9,
        }
    }

    #[test]
    fn what_is_written_is_parsed() {
        for read in [read(), Read { raw: None, ..read() }, Read::default()] {
            let parsed = parsed(&written(&read).unwrap()).unwrap();
            // The debug form tells the two zeros apart.
            assert_eq!(format!("{parsed:?}"), format!("{read:?}"));
        }
    }

    #[test]
    fn more_texts_than_are_numbered_come_as_they_are() {
        let cells = |row: usize| (0..64).map(move |c| (c, format!("text {}", (row * 64 + c) % (NUMBERED_MAX + 64))));
        let cell = |(c, text): (usize, String)| RawCell {
            column: c as u32 + 1,
            value: RawValue::Text(text.into()),
            note: CellNote::Plain,
        };
        let row = |row: usize| RawRow { row: row as u32 + 1, hidden: false, cells: cells(row).map(cell).collect() };
        let sheet = RawSheet { rows: (0..NUMBERED_MAX / 64 + 9).map(row).collect(), ..RawSheet::default() };
        let read = Read {
            raw: Some(RawFile { kind: FileKind::Csv, epoch_1904: false, sheets: vec![sheet] }),
            ..Read::default()
        };
        assert!(parsed(&written(&read).unwrap()) == Some(read));
    }

    #[test]
    fn what_was_cut_or_changed_is_no_frame_or_another_but_never_more() {
        let frame = written(&read()).unwrap();
        for end in 0..frame.len() {
            assert!(parsed(&frame[..end]).is_none(), "cut at {end}");
        }
        for at in 0..frame.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut changed = frame.clone();
                changed[at] = byte;
                // It must not panic; what it gives is the child's to answer for.
                let _ = parsed(&changed);
            }
        }
    }
}
