//! Text with separators: one table, whose rows bear the line on which their record begins.

use super::codes::{self, Stop};
use super::decode::{self, Lines, at_line};
use super::limits::Limits;
use super::rows;
use super::separator;
use crate::model::Finding;
use crate::model::raw::{CellNote, CellPlace, FileKind, RawCell, RawFile, RawRow, RawSheet, RawValue};

/// Reads a text file. Fields stay as they are, records as long as they are.
pub(super) fn read(bytes: &[u8], limits: &Limits, findings: &mut Vec<Finding>) -> Result<RawFile, Stop> {
    let text = decode::decode(bytes, findings)?;
    let (separator, skip) = separator::stated(&text).unwrap_or_else(|| (separator::by_consistency(&text), 0));
    if let Some(line) = open_quote(&text, skip, separator) {
        let message = format!("A quotation mark is opened in line {line} and never closed.");
        return Err(at_line(codes::OPEN_QUOTE, message, line));
    }
    let rows = records(&text, skip, separator, limits, findings)?;
    let sheet = RawSheet { rows, ..RawSheet::default() };
    Ok(RawFile { kind: FileKind::Csv, epoch_1904: false, sheets: vec![sheet] })
}

/// The csv reader as it is used here: no header, records of any length, lines that end anyhow.
pub(super) fn builder(separator: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator).terminator(csv::Terminator::CRLF);
    builder
}

fn records(
    text: &str,
    skip: usize,
    separator: u8,
    limits: &Limits,
    findings: &mut Vec<Finding>,
) -> Result<Vec<RawRow>, Stop> {
    let mut reader = builder(separator).from_reader(&text.as_bytes()[skip..]);
    let mut lines = Lines::new(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let (mut rows, mut left) = (Vec::new(), limits.cells);
    // The text is valid, so the only errors there could be are faults of ours.
    while reader.read_record(&mut record).unwrap_or(false) {
        let begins = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
        let line = lines.line_at(after_line_ends(text, skip.saturating_add(begins)));
        let mut cells = Vec::new();
        for (column, field) in (1..).zip(&record) {
            if field.is_empty() {
                continue;
            }
            left = left.checked_sub(1).ok_or_else(|| rows::too_many(limits))?;
            match rows::too_long(field, &CellPlace::new("", line, column), limits) {
                Some(finding) => findings.push(finding),
                None => cells.push(RawCell { column, value: RawValue::Text(field.into()), note: CellNote::Plain }),
            }
        }
        if !cells.is_empty() {
            rows.push(RawRow { row: line, hidden: false, cells });
        }
    }
    Ok(rows)
}

/// The reader says where it began to look for a record; the empty lines it passed over are not part of it.
fn after_line_ends(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    from + rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count()
}

/// The line of a quotation mark that opens a field and is never closed; the csv reader would take the rest of the file
/// for that field without a word.
fn open_quote(text: &str, skip: usize, separator: u8) -> Option<u32> {
    let bytes = text.as_bytes();
    let (mut quoted, mut field_begins, mut opened, mut at) = (false, true, 0, skip);
    while at < bytes.len() {
        let byte = bytes[at];
        if quoted {
            match byte {
                b'"' if bytes.get(at + 1) == Some(&b'"') => at += 1,
                b'"' => quoted = false,
                _ => {}
            }
        } else if byte == b'"' && field_begins {
            (quoted, opened) = (true, at);
        }
        field_begins = !quoted && (byte == separator || byte == b'\r' || byte == b'\n');
        at += 1;
    }
    quoted.then(|| decode::line_of(bytes, opened))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `line: column=field|column=field` a row.
    fn shown(text: &str) -> Vec<String> {
        let raw = read(text.as_bytes(), &Limits::default(), &mut Vec::new()).unwrap();
        let row = |row: &RawRow| {
            let cells: Vec<_> = row.cells.iter().map(|c| format!("{}={:?}", c.column, c.value)).collect();
            format!("{}: {}", row.row, cells.join(" ")).replace("Text(", "").replace(')', "")
        };
        raw.sheets[0].rows.iter().map(row).collect()
    }

    #[test]
    fn rows_bear_the_line_on_which_they_begin() {
        for (text, expected, why) in [
            ("a,b\n1,2\n", vec!["1: 1=\"a\" 2=\"b\"", "2: 1=\"1\" 2=\"2\""], "plain"),
            ("a,b\r\r1,2\r", vec!["1: 1=\"a\" 2=\"b\"", "3: 1=\"1\" 2=\"2\""], "CR alone, and an empty line"),
            ("\n\r\na,b\n", vec!["3: 1=\"a\" 2=\"b\""], "empty lines above"),
            (
                "a,\"x\r\ny\"\r\n1,2\r\n",
                vec!["1: 1=\"a\" 2=\"x\\r\\ny\"", "3: 1=\"1\" 2=\"2\""],
                "a line end in quotes",
            ),
            ("a,b\n,\n1\n1,2,3\n", vec!["1: 1=\"a\" 2=\"b\"", "3: 1=\"1\"", "4: 1=\"1\" 2=\"2\" 3=\"3\""], "unequal"),
            ("sep=;\r\na;b\r\n", vec!["2: 1=\"a\" 2=\"b\""], "the stated separator is a line of the file"),
            ("a, b \n", vec!["1: 1=\"a\" 2=\" b \""], "nothing is trimmed"),
            (
                "a,\"say \"\"x\"\"\"",
                vec!["1: 1=\"a\" 2=\"say \\\"x\\\"\""],
                "doubled quotation marks, no last line end",
            ),
        ] {
            assert_eq!(shown(text), expected, "{why}");
        }
    }

    #[test]
    fn an_open_quotation_mark_is_named_where_it_opens() {
        for (text, line, why) in [
            ("a,b\n1,\"x\n2,3\n", Some(2), "never closed"),
            ("a,b\r1,\"x\r2,3\r", Some(2), "CR alone"),
            ("a,b\n1,\"x\"\n", None, "closed"),
            ("a,b\n1,5\" pipe\n", None, "within a field it opens nothing"),
            ("a,\"b\"\"\n", Some(1), "a doubled one closes nothing"),
        ] {
            assert_eq!(open_quote(text, 0, b','), line, "{why}");
        }
    }
}
