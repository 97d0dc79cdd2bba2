//! A light copy of a workbook: its sheets without their plain cells, for the readers of XML; and what calamine answers of
//! the plain cells.
//!
//! The copy is in memory and holds every other part as it was sent.

use std::collections::HashMap;
use std::io::{Cursor, Read, Seek, Write};

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType, XlsxCellReader};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::archive::{self, Archive};
use super::codes::Stop;
use super::dates;
use super::package::{Package, index_of};
use super::sieve::{self, Content, Plain, Question, Sieved};
use crate::model::raw::RawValue;

/// The copy and what was taken out of it.
pub(super) struct Light {
    /// The bytes of the copy.
    pub bytes: Vec<u8>,
    /// The sieved sheets by the plain name of their part.
    sheets: HashMap<String, Sieved>,
}

impl Light {
    /// What was taken out of a part, if anything was.
    pub fn sheet(&self, part: &str) -> Option<&Sieved> {
        self.sheets.get(&archive::plain(part))
    }
}

/// Sieves every sheet that can be sieved, as long as the plain cells are no more than `cells_max`. `kept` holds contents
/// of parts that need not be unpacked again. `None` where no sheet can.
pub(super) fn copy(
    archive: &mut Archive<'_>,
    package: &Package,
    mut kept: HashMap<String, Vec<u8>>,
    cells_max: usize,
) -> Result<Option<Light>, Stop> {
    let (mut sheets, mut room) = (HashMap::new(), cells_max);
    for part in &package.sheets {
        let name = archive::plain(part);
        let Some(index) = index_of(archive, part).filter(|_| !sheets.contains_key(&name)) else { continue };
        let content = match kept.remove(&name) {
            Some(content) => content,
            None => content_of(archive, index)?,
        };
        if let Some(sieved) = sieve::sieve(&content, room) {
            room -= sieved.plain.len();
            sheets.insert(name, sieved);
        }
    }
    if sheets.is_empty() {
        return Ok(None);
    }
    let bytes = written(archive, &sheets)?;
    Ok(Some(Light { bytes, sheets }))
}

fn content_of(archive: &mut Archive<'_>, index: usize) -> Result<Vec<u8>, Stop> {
    let mut content = Vec::new();
    // The guard has unpacked every part once and found it within the limits.
    let mut entry = archive.by_index(index).map_err(|_| archive::damaged())?;
    entry.read_to_end(&mut content).map_err(|_| archive::damaged())?;
    Ok(content)
}

fn written(archive: &mut Archive<'_>, sheets: &HashMap<String, Sieved>) -> Result<Vec<u8>, Stop> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| archive::damaged())?;
        let name = entry.name().map_err(|_| archive::damaged())?.into_owned();
        match sheets.get(&archive::plain(&name)) {
            Some(sieved) => {
                writer.start_file(name, stored).map_err(|_| archive::damaged())?;
                writer.write_all(&sieved.rest).map_err(|_| archive::damaged())?;
            }
            None => writer.raw_copy_file(entry).map_err(|_| archive::damaged())?,
        }
    }
    Ok(writer.finish().map_err(|_| archive::damaged())?.into_inner())
}

/// What calamine says of a question.
enum Answer {
    /// The text; empty text is no content.
    Text(String),
    /// There is no entry of this number.
    NoText(u32),
    /// The style leaves a number as it is.
    Number,
    /// The style shows a number as a date, a time or a length of time.
    Date(ExcelDateTimeType),
}

/// Puts the questions of a sheet, which come before its cells. `None` where an answer is not one.
fn ask<R: Read + Seek>(cells: &mut XlsxCellReader<'_, R>, questions: &[Question]) -> Option<Vec<Answer>> {
    let answer = |question: &Question| match (question, cells.next_cell()) {
        (Question::Text(_), Ok(Some(cell))) => match cell.get_value() {
            DataRef::SharedString(text) => Some(Answer::Text((*text).to_owned())),
            _ => None,
        },
        // calamine stops at an entry that does not exist and can be asked for the next cell all the same.
        (Question::Text(number), Err(_)) => Some(Answer::NoText(*number)),
        (Question::Style(_), Ok(Some(cell))) => match cell.get_value() {
            DataRef::Float(_) => Some(Answer::Number),
            DataRef::DateTime(date) if date.is_duration() => Some(Answer::Date(ExcelDateTimeType::TimeDelta)),
            DataRef::DateTime(_) => Some(Answer::Date(ExcelDateTimeType::DateTime)),
            _ => None,
        },
        _ => None,
    };
    questions.iter().map(answer).collect()
}

/// The plain cells of a sheet with the answers about them, to be taken in the order of the file.
#[derive(Default)]
pub(super) struct PlainCells<'a> {
    cells: &'a [Plain],
    before: &'a [usize],
    questions: &'a [Question],
    answers: Vec<Answer>,
    epoch_1904: bool,
    taken: usize,
}

/// A plain cell and what it holds: nothing where its text is empty, the number of the text where there is none.
type Valued<'a> = (&'a Plain, Result<Option<RawValue>, u32>);

impl<'a> PlainCells<'a> {
    /// Asks calamine, whose reader of the sheet has not been moved yet.
    pub fn new<R: Read + Seek>(
        sieved: &'a Sieved,
        cells: &mut XlsxCellReader<'_, R>,
        epoch_1904: bool,
    ) -> Option<Self> {
        let Sieved { plain, before, questions, .. } = sieved;
        let answers = ask(cells, questions)?;
        Some(Self { cells: plain, before, questions, answers, epoch_1904, taken: 0 })
    }

    /// The numbers of the shared texts that the cells show.
    pub fn texts(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.questions.iter().filter_map(|question| match question {
            Question::Text(number) => Some(*number as usize),
            Question::Style(_) => None,
        })
    }

    /// The cells that stand before the next one that is not plain.
    pub fn before_next(&mut self) -> impl Iterator<Item = Valued<'a>> {
        let until = match self.before.split_first() {
            Some((until, rest)) => {
                self.before = rest;
                *until
            }
            None => self.taken,
        };
        self.until(until)
    }

    /// The cells after the last one that is not plain.
    pub fn left(&mut self) -> impl Iterator<Item = Valued<'a>> {
        self.until(self.cells.len())
    }

    fn until(&mut self, end: usize) -> impl Iterator<Item = Valued<'a>> {
        let cells = &self.cells[self.taken..end];
        self.taken = end;
        cells.iter().map(|cell| (cell, value(cell.content, &self.answers, self.epoch_1904)))
    }
}

/// What a plain cell holds after the answers: nothing where its text is empty, the number of the entry where there is no
/// such text.
fn value(content: Content, answers: &[Answer], epoch_1904: bool) -> Result<Option<RawValue>, u32> {
    let (number, place) = match content {
        Content::Number(number) => return Ok(Some(RawValue::Number(number))),
        Content::Bool(truth) => return Ok(Some(RawValue::Bool(truth))),
        Content::Styled(number, place) => (number, place),
        Content::Text(place) => (0.0, place),
    };
    Ok(match &answers[place as usize] {
        Answer::Text(text) if text.is_empty() => None,
        Answer::Text(text) => Some(RawValue::Text(text.as_str().into())),
        Answer::NoText(number) => return Err(*number),
        Answer::Number => Some(RawValue::Number(number)),
        Answer::Date(kind) => Some(dates::from_serial(&ExcelDateTime::new(number, *kind, epoch_1904))),
    })
}
