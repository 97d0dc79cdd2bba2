//! A walk over one XML part for its texts: every piece of text between tags, and the attributes that hold words.
//!
//! A part that breaks off is not let pass: what can still be found in it without its structure is given as text.

use std::io::Read as _;

use quick_xml::events::{BytesStart, Event};

use super::archive::Archive;
use super::package;

/// What the walk meets.
pub(super) enum Met<'a> {
    /// An element begins.
    Open(&'a str, &'a BytesStart<'a>),
    /// An element ends, with the text that stood directly in it.
    Close(&'a str, String),
    /// Text of a part whose structure broke off.
    Loose(&'a str),
}

/// Attributes that hold words of a person, in any vocabulary of spreadsheets.
pub(super) const WORDS: [&str; 24] = [
    "v",
    "val",
    "name",
    "displayName",
    "caption",
    "title",
    "alt",
    "descr",
    "description",
    "comment",
    "display",
    "tooltip",
    "prompt",
    "promptTitle",
    "error",
    "errorTitle",
    "Target",
    "href",
    "user",
    "author",
    "uniqueName",
    "string-value",
    "formula",
    "label",
];

/// The words of an element's attributes.
pub(super) fn words(element: &BytesStart<'_>) -> Vec<String> {
    let mut attributes = element.attributes();
    let worded = attributes.with_checks(false).filter_map(Result::ok);
    let worded = worded.filter(|a| WORDS.contains(&a.key.local_name().as_ref()));
    let text = |value: &str| quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), |v| v.into_owned());
    worded.map(|a| text(&a.value)).collect()
}

/// Deepest nesting that is followed; a part that goes deeper is looked at as loose text.
const DEEPEST: usize = 256;

/// Walks over the part at `index` of the archive.
pub(super) fn walk(archive: &mut Archive<'_>, index: usize, mut meet: impl FnMut(Met<'_>)) {
    let Some(name) = archive.name_for_index(index).and_then(Result::ok).map(|n| n.into_owned()) else { return };
    if followed(archive, &name, &mut meet).is_none() {
        loose(archive, index, &mut meet);
    }
}

fn followed(archive: &mut Archive<'_>, name: &str, meet: &mut impl FnMut(Met<'_>)) -> Option<()> {
    let mut xml = package::reader(archive, name).ok()?;
    let mut buffer = Vec::new();
    let mut open: Vec<String> = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).ok()? {
            Event::Start(e) => {
                meet(Met::Open(e.local_name().as_ref(), &e));
                open.push(String::new());
                if open.len() > DEEPEST {
                    return None;
                }
            }
            Event::End(e) => {
                let text = open.pop().unwrap_or_default();
                // Words in other letters, and spaces that are elements, belong to the paragraph around them.
                if let (Some(around), Some(piece)) = (open.last_mut(), inline(e.local_name().as_ref(), &text)) {
                    around.push_str(piece);
                }
                meet(Met::Close(e.local_name().as_ref(), text));
            }
            Event::Text(t) => open.last_mut().map(|text| text.push_str(&t.xml10_content())).unwrap_or_default(),
            Event::CData(t) => open.last_mut().map(|text| text.push_str(&t.xml10_content())).unwrap_or_default(),
            Event::GeneralRef(e) => {
                let e = e.into_inner();
                let character = reference(&e);
                open.last_mut().map(|text| text.push_str(&character)).unwrap_or_default();
            }
            Event::Eof => return Some(()),
            _ => {}
        }
    }
}

/// What an element within a paragraph of OpenDocument adds to its text.
fn inline<'a>(name: &str, text: &'a str) -> Option<&'a str> {
    match name {
        "span" | "a" => Some(text),
        "s" | "tab" | "line-break" if text.is_empty() => Some(" "),
        _ => None,
    }
}

/// `&amp;` and `&#57;` as the character that they stand for: digits can be written so.
pub(super) fn reference(name: &str) -> String {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        };
        return code.and_then(char::from_u32).map(String::from).unwrap_or_default();
    }
    quick_xml::escape::resolve_xml_entity(name).unwrap_or("?").to_owned()
}

/// The text of a part without its tags, a piece a line.
fn loose(archive: &mut Archive<'_>, index: usize, meet: &mut impl FnMut(Met<'_>)) {
    let mut bytes = Vec::new();
    let Ok(entry) = archive.by_index(index) else { return };
    // The guard has unpacked every part once and found it within the limits.
    let _ = entry.take(super::limits::Limits::default().inflated_part).read_to_end(&mut bytes);
    bytes.retain(|b| *b != 0);
    let text = String::from_utf8_lossy(&bytes);
    for piece in text.split(['<', '>', '\n']).filter(|p| p.len() >= 4) {
        meet(Met::Loose(piece));
    }
}

#[cfg(test)]
mod tests {
    use super::super::archive;
    use super::*;
    use std::io::{Cursor, Write};

    fn texts(part: &str) -> Vec<String> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("a.xml", zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(part.as_bytes()).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        let mut found = Vec::new();
        walk(&mut archive::open(&bytes).unwrap(), 0, |met| match met {
            Met::Open(_, e) => found.extend(words(e)),
            Met::Close(_, text) if text.trim().is_empty() => {}
            Met::Close(_, text) => found.push(text),
            Met::Loose(text) => found.push(format!("loose {text}")),
        });
        found
    }

    #[test]
    fn text_and_words_are_met_and_references_resolved() {
        assert_eq!(texts("<a name='n&amp;m' r='A1'><b>9&#57;&#x39; x</b></a>"), ["n&m", "999 x"]);
    }

    #[test]
    fn what_breaks_off_is_looked_at_all_the_same() {
        assert_eq!(texts("<a><b>here it is</b><c"), ["here it is", "loose here it is"]);
        let deep = format!("{}deep down", "<a>".repeat(300));
        assert_eq!(texts(&deep), ["loose deep down"]);
    }
}
