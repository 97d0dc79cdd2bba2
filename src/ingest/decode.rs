//! Bytes of a text file to characters, and the lines that messages speak of.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::codes::{self, Stop};
use crate::model::Finding;
use crate::model::raw::CellPlace;

/// Bytes that Windows-1252 gives no character.
const UNDEFINED_1252: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/// The characters of a text file: by its byte order mark, else as UTF-8 without a single fault, else as Windows-1252,
/// which is reported. A file that is partly one and partly the other is refused, since either reading spoils the rest.
pub(super) fn decode<'a>(bytes: &'a [u8], findings: &mut Vec<Finding>) -> Result<Cow<'a, str>, Stop> {
    for (mark, encoding) in [(&b"\xff\xfe"[..], UTF_16LE), (b"\xfe\xff", UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            let text = encoding
                .decode_without_bom_handling_and_without_replacement(rest)
                .ok_or_else(|| codes::stop(codes::ENCODING, "The file says that it is UTF-16 text but is not."))?;
            return no_nul(text);
        }
    }
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(body) {
        Ok(text) => no_nul(Cow::Borrowed(text)),
        Err(error) if body.len() == bytes.len() => {
            if body.contains(&0) {
                return Err(nul(line_of(body, body.iter().position(|b| *b == 0).unwrap_or(0))));
            }
            windows_1252(body, error.valid_up_to(), findings)
        }
        Err(error) => Err(mixed(line_of(body, error.valid_up_to()), "the file says that it is UTF-8 text")),
    }
}

fn windows_1252<'a>(bytes: &'a [u8], first_fault: usize, findings: &mut Vec<Finding>) -> Result<Cow<'a, str>, Stop> {
    if has_characters_of_utf8(bytes) {
        return Err(mixed(line_of(bytes, first_fault), "other lines are UTF-8 text"));
    }
    if let Some(at) = bytes.iter().position(|b| UNDEFINED_1252.contains(b)) {
        return Err(mixed(line_of(bytes, at), "the byte has no meaning in Windows-1252 text either"));
    }
    let line = line_of(bytes, first_fault);
    let message = format!(
        "The text is not UTF-8 and was read as Windows-1252; the first character that tells them apart is in line {line}."
    );
    let mut finding = codes::note(codes::WINDOWS_1252, message);
    finding.row = Some(line);
    findings.push(finding);
    Ok(WINDOWS_1252.decode_without_bom_handling(bytes).0)
}

/// Whether at least one character beyond ASCII is well-formed UTF-8 amid the faults.
fn has_characters_of_utf8(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

fn no_nul(text: Cow<'_, str>) -> Result<Cow<'_, str>, Stop> {
    match text.find('\0') {
        Some(at) => Err(nul(line_of(text.as_bytes(), at))),
        None => Ok(text),
    }
}

fn nul(line: u32) -> Stop {
    at_line(codes::NUL, format!("Line {line} has a NUL byte, which text never has."), line)
}

fn mixed(line: u32, otherwise: &str) -> Stop {
    at_line(codes::ENCODING, format!("Line {line} has a byte that is not UTF-8, while {otherwise}."), line)
}

/// The end of reading, for a reason at a line of a text file.
pub(super) fn at_line(code: &'static str, message: String, line: u32) -> Stop {
    vec![codes::error(code, message).at(&CellPlace::new("", line, 0))]
}

/// The 1-based line of a byte; lines end with CR LF, LF or CR alone.
pub(super) fn line_of(bytes: &[u8], at: usize) -> u32 {
    let mut lines = Lines::new(bytes);
    lines.line_at(at)
}

/// Counts lines while places are asked for in rising order.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    /// At the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    /// The line of a byte that does not lie before the one asked for last.
    pub fn line_at(&mut self, at: usize) -> u32 {
        let end = at.min(self.bytes.len());
        while self.at < end {
            let byte = self.bytes[self.at];
            let first_of_two = byte == b'\r' && self.bytes.get(self.at + 1) == Some(&b'\n');
            if byte == b'\n' || (byte == b'\r' && !first_of_two) {
                self.line += 1;
            }
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text, or the code and line of what stops it; and the codes of the notes.
    fn read(bytes: &[u8]) -> (Result<String, (String, Option<u32>)>, String) {
        let mut notes = Vec::new();
        let text = decode(bytes, &mut notes).map(Cow::into_owned).map_err(|f| (f[0].code.clone(), f[0].row));
        (text, notes.into_iter().map(|f| f.code).collect())
    }

    #[test]
    fn encodings_are_told_apart() {
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("é\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (bytes, text, notes, why) in [
            (&b"\xef\xbb\xbfa"[..], Ok("a"), "", "a mark of UTF-8 is no content"),
            ("é".as_bytes(), Ok("é"), "", "UTF-8 without a mark"),
            (b"a\n\xa35 \x96 caf\xe9", Ok("a\n£5 – café"), codes::WINDOWS_1252, "pound and dash of Windows"),
            (&utf16, Ok("é\n"), "", "UTF-16 by its mark"),
            (b"\xfe\xff\x00a\x00b", Ok("ab"), "", "the other order"),
            (b"\xff\xfea", Err((codes::ENCODING, None)), "", "half a character of UTF-16"),
            (b"caf\xc3\xa9\r\nok\r\ncaf\xe9", Err((codes::ENCODING, Some(3))), "", "both in one file"),
            (b"\xef\xbb\xbfa\ncaf\xe9", Err((codes::ENCODING, Some(2))), "", "the mark promised UTF-8"),
            (b"a\rb\x81", Err((codes::ENCODING, Some(2))), "", "no character in any of them"),
            (b"a\npol\0ice", Err((codes::NUL, Some(2))), "", "NUL"),
            (b"a\n\xe9\0", Err((codes::NUL, Some(2))), "", "NUL in Windows-1252"),
        ] {
            let (found, found_notes) = read(bytes);
            let expected = text.map(str::to_owned).map_err(|(code, row): (&str, Option<u32>)| (code.to_owned(), row));
            assert_eq!(found, expected, "{why}");
            assert_eq!(found_notes, notes, "{why}");
        }
    }

    #[test]
    fn lines_end_as_they_do_anywhere() {
        let text = b"a\r\nb\rc\nd";
        for (at, line) in [(0, 1), (1, 1), (2, 1), (3, 2), (5, 3), (7, 4), (99, 4)] {
            assert_eq!(line_of(text, at), line, "byte {at}");
        }
    }
}
