//! A copy of a workbook with the few statements taken out that are wrong, needless, and enough to stop calamine.
//!
//! Two are known: a `dimension` that names no range (`A0:B2`), and a count of shared strings far beyond what there are,
//! for which calamine would reserve the memory. Neither says anything that the cells do not say themselves. The file as
//! sent is never changed.

use std::collections::HashMap;
use std::io::{Cursor, Read, Write};
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::write::SimpleFileOptions;

use super::archive::{self, Archive};
use super::package::{Package, attribute, index_of};
use super::sheet_scan::{parse_address, parse_range};
use crate::model::Finding;

/// What is put in the place of some bytes of a part.
struct Mend {
    index: usize,
    bytes: Range<usize>,
    instead: &'static [u8],
}

/// The bytes of a mended copy, or `None` where nothing is wrong, which is nearly always.
pub(super) fn mended(
    archive: &mut Archive<'_>,
    package: &Package,
    sizes: &HashMap<String, u64>,
) -> Result<Option<Vec<u8>>, Finding> {
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
) -> Result<Option<Mend>, Finding> {
    let Some(index) = index_of(archive, part) else { return Ok(None) };
    let entry = archive.by_index(index).map_err(|_| archive::damaged())?;
    let mut xml = Reader::from_reader(std::io::BufReader::new(entry));
    xml.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let before = xml.buffer_position();
        let (element, closed) = match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(e)) => (e, false),
            Ok(Event::Empty(e)) => (e, true),
            // Whatever is wrong with the part is for its own reader to say.
            Ok(Event::Eof) | Err(_) => return Ok(None),
            Ok(_) => continue,
        };
        let local = element.local_name();
        if local.as_ref() == name && wrong(&element) {
            let instead: &'static [u8] = match (name, closed) {
                ("sst", false) => b"<sst>",
                ("sst", true) => b"<sst/>",
                (_, false) => b"<dimension ref=\"A1\">",
                (_, true) => b"<dimension ref=\"A1\"/>",
            };
            let to_usize = |n: u64| usize::try_from(n).map_err(|_| archive::damaged());
            let bytes = to_usize(before)?..to_usize(xml.buffer_position())?;
            return Ok(Some(Mend { index, bytes, instead }));
        }
        if matches!(local.as_ref(), "sheetData" | "si" | "sst") {
            return Ok(None);
        }
    }
}

fn copy(archive: &mut Archive<'_>, mends: &[Mend]) -> Result<Vec<u8>, Finding> {
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
) -> Result<(), Finding> {
    let mut entry = archive.by_index(mend.index).map_err(|_| archive::damaged())?;
    let name = entry.name().map_err(|_| archive::damaged())?.into_owned();
    let mut content = Vec::new();
    entry.read_to_end(&mut content).map_err(|_| archive::damaged())?;
    // Positions of the XML reader do not count a byte order mark.
    let mark = if content.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let shift = if content.get(mend.bytes.start) == Some(&b'<') { 0 } else { mark };
    let range = mend.bytes.start + shift..mend.bytes.end + shift;
    if content.get(range.clone()).is_none_or(|tag| !tag.starts_with(b"<") || !tag.ends_with(b">")) {
        return Err(archive::damaged());
    }
    content.splice(range, mend.instead.iter().copied());
    writer.start_file(name, SimpleFileOptions::default()).map_err(|_| archive::damaged())?;
    writer.write_all(&content).map_err(|_| archive::damaged())
}
