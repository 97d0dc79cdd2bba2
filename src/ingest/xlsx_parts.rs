//! The parts of an Office Open XML workbook beside its sheets: comments, caches, properties, drawings, names.
//!
//! calamine shows none of them. What a part is told by its name, as every program names it; a part of no known name is
//! looked at as well. The sheets' own parts are looked at by the scan of their cells.

use std::collections::{HashMap, HashSet};

use super::archive::{self, Archive};
use super::package::{self, Package, attribute};
use super::part_walk::{Met, walk, words};
use super::parts::Parts;
use super::sheet_scan::parse_address;
use crate::model::part::PartKind;
use crate::model::raw::CellPlace;

/// Goes through every part that is no sheet. `sheets` are the names of the sheets by their part; `used` are the shared
/// texts that a cell showed.
pub(super) fn collect(
    archive: &mut Archive<'_>,
    package: Option<&Package>,
    names: &[String],
    used: &[bool],
    parts: &mut Parts,
) {
    let listed = package.map(|p| p.sheets.as_slice()).unwrap_or_default();
    let listed: HashSet<String> = listed.iter().map(|part| archive::plain(part)).collect();
    let owners = package.map(|p| owners(archive, p, names)).unwrap_or_default();
    for index in 0..archive.len() {
        let Some(name) = archive.name_for_index(index).and_then(Result::ok).map(|n| archive::plain(&n)) else {
            continue;
        };
        let (sheet, relation) = owners.get(&name).cloned().unwrap_or_default();
        let file = name.rsplit('/').next().unwrap_or_default();
        let within = |folder: &str| name.contains(&format!("{folder}/"));
        if within("embeddings") {
            parts.embedded += 1;
        } else if listed.contains(&name) || is_machinery(&name, file) {
            // The sheets are read elsewhere; styles, themes and lists of parts hold no word of a person.
        } else if file == "sharedstrings.xml" {
            unused_texts(archive, index, used, parts);
        } else if relation.to_ascii_lowercase().contains("comment")
            || file.starts_with("comment")
            || within("threadedcomments")
        {
            comments(archive, index, &sheet, parts);
        } else if within("persons") {
            each_word(archive, index, PartKind::Author, "", parts);
        } else if within("docprops") {
            properties(archive, index, parts);
        } else if file.starts_with("pivotcachedefinition") {
            pivot_cache(archive, index, &name, parts);
        } else if file.starts_with("pivotcacherecords") {
            // Read with its definition, which names the columns.
        } else if within("externallinks") && !name.ends_with(".rels") {
            other_workbook(archive, index, parts);
        } else if within("drawings") || within("charts") || within("diagrams") {
            paragraphs(archive, index, PartKind::Drawing, &sheet, parts);
        } else if within("tables") || file == "workbook.xml" || within("querytables") {
            each_word(archive, index, PartKind::Name, &sheet, parts);
        } else if [".xml", ".rels", ".vml", ".rdf", ".txt"].iter().any(|ending| name.ends_with(ending)) {
            each_word(archive, index, PartKind::Other, &sheet, parts);
        }
    }
}

/// Parts that a program writes for itself.
fn is_machinery(name: &str, file: &str) -> bool {
    matches!(file, "[content_types].xml" | "styles.xml" | "calcchain.xml" | "metadata.xml")
        || name.contains("/theme/")
        || file.starts_with("volatiledependencies")
}

/// The sheet that each part belongs to, and as what, by the relationships of the sheets: programs name their parts as
/// they like.
fn owners(archive: &mut Archive<'_>, package: &Package, names: &[String]) -> HashMap<String, (String, String)> {
    let mut found = HashMap::new();
    for (part, name) in package.sheets.iter().zip(names) {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let Ok(targets) = package::relationships(archive, &format!("{folder}/_rels/{file}.rels")) else { continue };
        for (kind, target) in targets.into_values() {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            found.insert(archive::plain(&resolved(folder, &target)), (name.clone(), kind));
        }
    }
    found
}

/// A target such as `../comments1.xml` as seen from a folder.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').collect();
    for step in target.split('/') {
        match step {
            ".." => {
                path.pop();
            }
            "." => {}
            step => path.push(step),
        }
    }
    path.join("/")
}

fn on_sheet(sheet: &str) -> CellPlace {
    CellPlace::new(sheet, 0, 0)
}

/// A cell such as `C17` of a sheet, or the sheet where the address is none.
pub(super) fn place_of(sheet: &str, address: &str) -> CellPlace {
    let first = address.split([':', ' ']).next().unwrap_or_default();
    parse_address(first).map_or_else(|| on_sheet(sheet), |(row, column)| CellPlace::new(sheet, row, column))
}

/// The texts of the list that no cell showed.
fn unused_texts(archive: &mut Archive<'_>, index: usize, used: &[bool], parts: &mut Parts) {
    let (mut number, mut text, mut unused) = (0, String::new(), Vec::new());
    walk(archive, index, |met| match met {
        Met::Close("t", piece) => text.push_str(&piece),
        Met::Close("si", _) => {
            let text = std::mem::take(&mut text);
            if !used.get(number).copied().unwrap_or_default() {
                unused.push(text);
            }
            number += 1;
        }
        Met::Loose(piece) => unused.push(piece.to_owned()),
        _ => {}
    });
    parts.column(PartKind::UnusedText, &CellPlace::default(), "", unused.iter().map(String::as_str));
}

/// Old and threaded comments with the cells that they hang on; their authors are workers.
fn comments(archive: &mut Archive<'_>, index: usize, sheet: &str, parts: &mut Parts) {
    let (mut place, mut text) = (on_sheet(sheet), String::new());
    walk(archive, index, |met| match met {
        Met::Open("comment" | "threadedComment", e) => {
            place = place_of(sheet, &attribute(e, "ref").unwrap_or_default());
            text.clear();
        }
        Met::Close("author", name) => parts.add(PartKind::Author, &on_sheet(sheet), "", &name),
        Met::Close("t" | "text", piece) => text.push_str(&piece),
        Met::Close("comment" | "threadedComment", _) => parts.add(PartKind::Comment, &place, "", &text),
        Met::Loose(piece) => parts.add(PartKind::Comment, &on_sheet(sheet), "", piece),
        _ => {}
    });
}

/// Properties with their names; those that name a person are authors.
fn properties(archive: &mut Archive<'_>, index: usize, parts: &mut Parts) {
    let nowhere = CellPlace::default();
    let mut own = String::new();
    // The titles of parts are the names of sheets and ranges, which are looked at themselves.
    let mut titles = false;
    walk(archive, index, |met| match met {
        Met::Open("property", e) => own = attribute(e, "name").unwrap_or_default(),
        Met::Open("TitlesOfParts" | "HeadingPairs", _) => titles = true,
        Met::Close("TitlesOfParts" | "HeadingPairs", _) => titles = false,
        Met::Close("creator" | "lastModifiedBy" | "Manager", name) => parts.add(PartKind::Author, &nowhere, "", &name),
        Met::Close("property", _) => own.clear(),
        Met::Close(_, text) if !titles => parts.add(PartKind::Properties, &nowhere, &own, &text),
        Met::Loose(text) => parts.add(PartKind::Properties, &nowhere, "", text),
        _ => {}
    });
}

/// The columns of a pivot table's source: their headers and texts from the definition, and the texts that only the
/// records hold.
fn pivot_cache(archive: &mut Archive<'_>, index: usize, name: &str, parts: &mut Parts) {
    let mut columns: Vec<(String, Vec<String>)> = Vec::new();
    let mut loose = Vec::new();
    walk(archive, index, |met| match met {
        Met::Open("cacheField", e) => columns.push((attribute(e, "name").unwrap_or_default(), Vec::new())),
        Met::Open("s" | "n" | "d", e) => {
            if let (Some((_, values)), Some(value)) = (columns.last_mut(), attribute(e, "v")) {
                values.push(value);
            }
        }
        Met::Loose(text) => loose.push(text.to_owned()),
        _ => {}
    });
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let targets = package::relationships(archive, &format!("{folder}/_rels/{file}.rels")).unwrap_or_default();
    let records = targets.into_values().map(|(_, target)| resolved(folder, &target)).collect::<Vec<_>>();
    let beside = name.replace("pivotcachedefinition", "pivotcacherecords");
    for records in records.into_iter().chain([beside]).collect::<HashSet<_>>() {
        let Some(index) = package::index_of(archive, &records) else { continue };
        let mut at = 0;
        walk(archive, index, |met| match met {
            Met::Open("r", _) => at = 0,
            Met::Open("s" | "n" | "d" | "x" | "m" | "b" | "e", e) => {
                if let (Some((_, values)), Some(value)) = (columns.get_mut(at), attribute(e, "v"))
                    && matches!(e.local_name().as_ref(), "s" | "n" | "d")
                {
                    values.push(value);
                }
                at += 1;
            }
            Met::Loose(text) => loose.push(text.to_owned()),
            _ => {}
        });
    }
    for (header, values) in &columns {
        parts.column(PartKind::PivotCache, &CellPlace::default(), header, values.iter().map(String::as_str));
    }
    parts.column(PartKind::PivotCache, &CellPlace::default(), "", loose.iter().map(String::as_str));
}

/// What is kept of another workbook's cells, by column; its first row is taken for the header.
fn other_workbook(archive: &mut Archive<'_>, index: usize, parts: &mut Parts) {
    let mut columns: HashMap<u32, Vec<String>> = HashMap::new();
    let (mut column, mut names) = (0, Vec::new());
    walk(archive, index, |met| match met {
        Met::Open("cell", e) => {
            column = parse_address(&attribute(e, "r").unwrap_or_default()).map_or(0, |(_, column)| column);
        }
        Met::Close("v", text) => columns.entry(column).or_default().push(text),
        Met::Open(_, e) => names.extend(words(e)),
        Met::Loose(text) => names.push(text.to_owned()),
        Met::Close(..) => {}
    });
    let mut columns: Vec<_> = columns.into_iter().collect();
    columns.sort_unstable();
    for (_, texts) in &columns {
        let header = texts.first().map(String::as_str).unwrap_or_default();
        parts.column(PartKind::OtherWorkbook, &CellPlace::default(), header, texts.iter().map(String::as_str));
    }
    for name in &names {
        parts.add(PartKind::OtherWorkbook, &CellPlace::default(), "", name);
    }
}

/// The texts of a drawing by paragraph, and what a chart keeps of each of its series.
fn paragraphs(archive: &mut Archive<'_>, index: usize, kind: PartKind, sheet: &str, parts: &mut Parts) {
    let place = on_sheet(sheet);
    let (mut text, mut points) = (String::new(), Vec::new());
    walk(archive, index, |met| match met {
        Met::Close("t", piece) => text.push_str(&piece),
        Met::Close("p" | "rich", _) => parts.add(kind, &place, "", &std::mem::take(&mut text)),
        Met::Close("v", point) => points.push(point),
        Met::Close("strCache" | "numCache" | "strLit" | "numLit" | "lvl", _) => {
            parts.column(kind, &place, "", points.iter().map(String::as_str));
            points.clear();
        }
        Met::Open(_, e) => words(e).iter().for_each(|word| parts.add(kind, &place, "", word)),
        Met::Close(_, other) => parts.add(kind, &place, "", &other),
        Met::Loose(piece) => parts.add(kind, &place, "", piece),
    });
}

/// Every text and word of a part, each for itself.
fn each_word(archive: &mut Archive<'_>, index: usize, kind: PartKind, sheet: &str, parts: &mut Parts) {
    let place = on_sheet(sheet);
    walk(archive, index, |met| match met {
        // The names of sheets are looked at with the sheets.
        Met::Open("sheet", _) if kind == PartKind::Name => {}
        Met::Open(_, e) => words(e).iter().for_each(|word| parts.add(kind, &place, "", word)),
        Met::Close(_, text) => parts.add(kind, &place, "", &text),
        Met::Loose(text) => parts.add(kind, &place, "", text),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_their_folder() {
        for (folder, target, path) in [
            ("xl/worksheets", "../comments1.xml", "xl/comments1.xml"),
            ("xl/worksheets", "/xl/comments1.xml", "xl/comments1.xml"),
            ("xl", "./a/b.xml", "xl/a/b.xml"),
        ] {
            assert_eq!(resolved(folder, target), path);
        }
    }

    #[test]
    fn places_are_those_of_the_first_cell() {
        assert_eq!(place_of("S", "C17:D20 F1"), CellPlace::new("S", 17, 3));
        assert_eq!(place_of("S", "nonsense"), CellPlace::new("S", 0, 0));
    }
}
