//! A copy of a workbook with the few statements taken out that are wrong, needless, and enough to stop calamine.
//!
//! Two are known: a `dimension` that names no range (`A0:B2`), and a count of shared strings far beyond what there are,
//! for which calamine would reserve the memory. Neither says anything that the cells do not say themselves. The file as
//! sent is never changed.

use std::collections::HashMap;
use std::io::{Cursor, Read, Write};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::write::SimpleFileOptions;

use super::archive::{self, Archive};
use super::codes::Stop;
use super::package::{Package, attribute, index_of};
use super::sheet_scan::{parse_address, parse_range};

/// The beginning of a tag that is to be another.
struct Mend {
    index: usize,
    tag: String,
    instead: &'static str,
}

/// The bytes of a mended copy, or `None` where nothing is wrong, which is nearly always.
pub(super) fn mended(
    archive: &mut Archive<'_>,
    package: &Package,
    sizes: &HashMap<String, u64>,
) -> Result<Option<Vec<u8>>, Stop> {
    let mut mends = Vec::new();
    for part in &package.sheets {
        mends.extend(find(archive, part, "dimension", dimension_is_wrong)?);
    }
    let strings = format!("{}sharedStrings.xml", package.folder);
    let size = sizes.get(&archive::plain(&strings)).copied().unwrap_or_default();
    mends.extend(find(archive, &strings, "sst", |e| count_is_wrong(e, size))?);
    if mends.is_empty() { Ok(None) } else { copy(archive, &mends).map(Some) }
}

fn dimension_is_wrong(element: &BytesStart<'_>) -> bool {
    let range = attribute(element, "ref").unwrap_or_default();
    parse_address(&range).is_none() && parse_range(&range).is_none()
}

/// The shortest string element, `<si/>`, has five bytes.
fn count_is_wrong(element: &BytesStart<'_>, size: u64) -> bool {
    attribute(element, "uniqueCount").is_some_and(|count| count.parse().map_or(true, |n: u64| n > size / 5))
}

/// Looks for one element before the content of a part begins.
fn find(
    archive: &mut Archive<'_>,
    part: &str,
    name: &str,
    wrong: impl Fn(&BytesStart<'_>) -> bool,
) -> Result<Option<Mend>, Stop> {
    let Some(index) = index_of(archive, part) else { return Ok(None) };
    let entry = archive.by_index(index).map_err(|_| archive::damaged())?;
    let mut xml = Reader::from_reader(std::io::BufReader::new(entry));
    xml.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let element = match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(e) | Event::Empty(e)) => e,
            // Whatever is wrong with the part is for its own reader to say.
            Ok(Event::Eof) | Err(_) => return Ok(None),
            Ok(_) => continue,
        };
        let local = element.local_name();
        if local.as_ref() == name && wrong(&element) {
            let instead = if name == "sst" { "<sst" } else { "<dimension ref=\"A1\"" };
            return Ok(Some(Mend { index, tag: format!("<{}", &*element), instead }));
        }
        if matches!(local.as_ref(), "sheetData" | "si" | "sst") {
            return Ok(None);
        }
    }
}

fn copy(archive: &mut Archive<'_>, mends: &[Mend]) -> Result<Vec<u8>, Stop> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        match mends.iter().find(|m| m.index == index) {
            Some(mend) => write_mended(archive, mend, &mut writer)?,
            None => {
                let entry = archive.by_index_raw(index).map_err(|_| archive::damaged())?;
                writer.raw_copy_file(entry).map_err(|_| archive::damaged())?;
            }
        }
    }
    Ok(writer.finish().map_err(|_| archive::damaged())?.into_inner())
}

fn write_mended(
    archive: &mut Archive<'_>,
    mend: &Mend,
    writer: &mut zip::ZipWriter<Cursor<Vec<u8>>>,
) -> Result<(), Stop> {
    let mut entry = archive.by_index(mend.index).map_err(|_| archive::damaged())?;
    let name = entry.name().map_err(|_| archive::damaged())?.into_owned();
    let mut content = Vec::new();
    entry.read_to_end(&mut content).map_err(|_| archive::damaged())?;
    let tag = mend.tag.as_bytes();
    let at = content.windows(tag.len()).position(|w| w == tag).ok_or_else(archive::damaged)?;
    content.splice(at..at + tag.len(), mend.instead.bytes());
    writer.start_file(name, SimpleFileOptions::default()).map_err(|_| archive::damaged())?;
    writer.write_all(&content).map_err(|_| archive::damaged())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: &str = "xl/worksheets/sheet1.xml";

    /// The sheet's part after mending; nothing where there was nothing to mend.
    fn sheet_after(content: &str) -> Option<String> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(PART, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        let package = Package { folder: "xl/".to_owned(), sheets: vec![PART.to_owned()] };
        let mended = mended(&mut archive::open(&bytes).unwrap(), &package, &HashMap::new()).unwrap()?;
        let mut text = String::new();
        archive::open(&mended).unwrap().by_name(PART).unwrap().read_to_string(&mut text).unwrap();
        Some(text)
    }

    #[test]
    fn only_a_dimension_that_is_none_is_replaced() {
        for (before, after, why) in [
            ("<w><dimension ref=\"A1:B2\"/><sheetData/></w>", None, "a range"),
            ("<w><dimension ref=\"A1\"/><sheetData/></w>", None, "a cell"),
            ("<w><sheetData/></w>", None, "none at all"),
            (
                "<w><dimension ref=\"A0:B2\"/><sheetData/></w>",
                Some("<w><dimension ref=\"A1\"/><sheetData/></w>"),
                "no row 0",
            ),
            (
                "<w><dimension ref=\"B2:A1\"/><sheetData/></w>",
                Some("<w><dimension ref=\"A1\"/><sheetData/></w>"),
                "backwards",
            ),
            (
                "<w><dimension></dimension><sheetData/></w>",
                Some("<w><dimension ref=\"A1\"></dimension><sheetData/></w>"),
                "no range",
            ),
            (
                "\u{feff}<w><dimension ref=\"\"/><sheetData/></w>",
                Some("\u{feff}<w><dimension ref=\"A1\"/><sheetData/></w>"),
                "after a mark",
            ),
            ("<w><sheetData/><dimension ref=\"\"/></w>", None, "after the cells nobody reads it"),
        ] {
            assert_eq!(sheet_after(before).as_deref(), after, "{why}");
        }
    }
}
