//! Where the sheets lie inside a workbook's archive.
//!
//! calamine reads the sheets but does not say from which part; the scan beside it needs to open the same one.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::{self, Archive};
use super::codes::Stop;

/// The parts of a workbook that are read.
#[derive(Debug)]
pub(super) struct Package {
    /// The folder of the workbook's parts with its `/`; empty for the root.
    pub folder: String,
    /// The part of each sheet, in the workbook's order; charts and dialogues included.
    pub sheets: Vec<String>,
}

/// Finds the workbook through the archive's relationships and the sheets through the workbook's.
pub(super) fn find(archive: &mut Archive<'_>) -> Result<Package, Stop> {
    let main = relationships(archive, "_rels/.rels")?
        .into_values()
        .find_map(|(kind, target)| kind.ends_with("/officeDocument").then_some(target))
        .ok_or_else(archive::damaged)?;
    let main = main.trim_start_matches('/').to_owned();
    let (folder, file) = main.rsplit_once('/').map_or(("", main.as_str()), |(folder, file)| (folder, file));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let targets = relationships(archive, &format!("{folder}_rels/{file}.rels"))?;
    let mut sheets = Vec::new();
    each_start(archive, &main, |element| {
        if element.local_name().as_ref() == "sheet" {
            let id = attribute(element, "id").unwrap_or_default();
            let target = targets.get(&id).map(|(_, target)| target.as_str()).unwrap_or_default();
            sheets.push(target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned));
        }
    })?;
    Ok(Package { folder, sheets })
}

/// The relationships of a part: id to type and target.
pub(super) fn relationships(archive: &mut Archive<'_>, part: &str) -> Result<HashMap<String, (String, String)>, Stop> {
    let mut found = HashMap::new();
    each_start(archive, part, |element| {
        if element.local_name().as_ref() == "Relationship" {
            let get = |name| attribute(element, name).unwrap_or_default();
            found.insert(get("Id"), (get("Type"), get("Target")));
        }
    })?;
    Ok(found)
}

fn each_start(archive: &mut Archive<'_>, part: &str, mut look: impl FnMut(&BytesStart<'_>)) -> Result<(), Stop> {
    let mut xml = reader(archive, part)?;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| archive::damaged())? {
            Event::Start(element) => look(&element),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// An XML reader over a part, set as calamine sets its own so that both see the same elements.
pub(super) fn reader<'a>(archive: &'a mut Archive<'_>, part: &str) -> Result<Reader<impl BufRead + 'a>, Stop> {
    let index = index_of(archive, part).ok_or_else(archive::damaged)?;
    let entry = archive.by_index(index).map_err(|_| archive::damaged())?;
    Ok(reader_of(BufReader::new(entry)))
}

/// The same over the content of a part.
pub(super) fn reader_of<R>(content: R) -> Reader<R> {
    let mut xml = Reader::from_reader(content);
    let config = xml.config_mut();
    config.check_end_names = false;
    config.trim_text(false);
    config.check_comments = false;
    config.expand_empty_elements = true;
    xml
}

/// The entry of a part, whatever the case and slashes of its name.
pub(super) fn index_of(archive: &Archive<'_>, part: &str) -> Option<usize> {
    let wanted = archive::plain(part);
    (0..archive.len())
        .find(|&i| archive.name_for_index(i).and_then(Result::ok).is_some_and(|name| archive::plain(&name) == wanted))
}

/// An attribute by its name without prefix, with the five entities of XML resolved.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|a| a.key.local_name().as_ref() == name)
        .and_then(|a| quick_xml::escape::unescape(&a.value).ok().map(|v| v.into_owned()))
}
