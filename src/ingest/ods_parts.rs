//! The texts of an OpenDocument spreadsheet beside its cells: comments, drop-downs, page headers, properties, drawings,
//! and what change tracking keeps.

use super::archive::{self, Archive};
use super::package::attribute;
use super::part_walk::{Met, walk, words};
use super::parts::Parts;
use crate::model::part::PartKind;
use crate::model::raw::CellPlace;

/// Goes through every part.
pub(super) fn collect(archive: &mut Archive<'_>, parts: &mut Parts) {
    for index in 0..archive.len() {
        let Some(name) = archive.name_for_index(index).and_then(Result::ok).map(|n| archive::plain(&n)) else {
            continue;
        };
        match name.as_str() {
            "content.xml" => content(archive, index, parts),
            "meta.xml" => properties(archive, index, parts),
            "styles.xml" => every_text(archive, index, PartKind::PageHeader, parts),
            "meta-inf/manifest.xml" | "settings.xml" | "manifest.rdf" => {}
            _ if name.starts_with("configurations2/") || name.starts_with("thumbnails/") => {}
            _ if name.ends_with("/content.xml") => every_text(archive, index, PartKind::Drawing, parts),
            _ if name.ends_with(".xml") && !name.ends_with("styles.xml") && !name.ends_with("settings.xml") => {
                every_text(archive, index, PartKind::Other, parts);
            }
            _ if [".ods", ".odt", ".xlsx", ".docx", ".pdf", ".bin"].iter().any(|ending| name.ends_with(ending)) => {
                parts.embedded += 1;
            }
            _ => {}
        }
    }
}

/// Where the walk over the content is.
#[derive(Default)]
struct At {
    sheet: String,
    /// The row at hand, 1-based, and how many it stands for.
    row: u32,
    rows_repeated: u32,
    column: u32,
    columns_repeated: u32,
    /// Cells that are open, one within another where a table lies in a comment.
    cells: usize,
    /// The elements that turn the text in them into something else than the cell's own.
    within: Vec<(&'static str, PartKind)>,
    text: String,
}

impl At {
    fn place(&self) -> CellPlace {
        if self.cells > 0 {
            CellPlace::new(&self.sheet, self.row, self.column)
        } else {
            CellPlace::new(&self.sheet, 0, 0)
        }
    }
}

/// Elements whose text is not that of a cell.
const HOLDERS: [(&str, PartKind); 12] = [
    ("annotation", PartKind::Comment),
    ("help-message", PartKind::Prompt),
    ("error-message", PartKind::Prompt),
    ("frame", PartKind::Drawing),
    ("custom-shape", PartKind::Drawing),
    ("rect", PartKind::Drawing),
    ("ellipse", PartKind::Drawing),
    ("line", PartKind::Drawing),
    ("g", PartKind::Drawing),
    ("tracked-changes", PartKind::Change),
    ("dde-links", PartKind::OtherWorkbook),
    ("forms", PartKind::Drawing),
];

fn content(archive: &mut Archive<'_>, index: usize, parts: &mut Parts) {
    let mut at = At::default();
    walk(archive, index, |met| match met {
        Met::Open(name, e) => {
            let repeated = |what: &str| attribute(e, what).and_then(|n| n.parse().ok()).unwrap_or(1_u32).max(1);
            if let Some(holder) = HOLDERS.iter().find(|(holder, _)| *holder == name) {
                at.within.push(*holder);
                at.text.clear();
            }
            match name {
                "table" if at.within.is_empty() => {
                    at = At { sheet: attribute(e, "name").unwrap_or_default(), rows_repeated: 1, ..At::default() };
                }
                "table-row" if at.within.is_empty() => {
                    // Repetitions stand before what comes after them.
                    at.row = at.row.saturating_add(at.rows_repeated);
                    (at.rows_repeated, at.column, at.columns_repeated) = (repeated("number-rows-repeated"), 0, 1);
                }
                "table-cell" | "covered-table-cell" if at.within.is_empty() => {
                    at.column = at.column.saturating_add(at.columns_repeated);
                    at.columns_repeated = repeated("number-columns-repeated");
                    at.cells += 1;
                    let formula = attribute(e, "formula").filter(|f| f.contains('"'));
                    formula.iter().for_each(|f| parts.add(PartKind::Formula, &at.place(), "", f));
                }
                "content-validation" => drop_down(e, &at, parts),
                "named-range" | "named-expression" | "database-range" | "data-pilot-table" | "data-pilot-field"
                | "data-pilot-member" => {
                    words(e).iter().for_each(|word| parts.add(PartKind::Name, &CellPlace::default(), "", word));
                }
                "a" | "image" => {
                    words(e).iter().for_each(|word| parts.add(PartKind::Other, &at.place(), "", word));
                }
                _ => {}
            }
        }
        Met::Close("creator", name) if !at.within.is_empty() => parts.add(PartKind::Author, &at.place(), "", &name),
        Met::Close("date" | "date-string", _) => {}
        Met::Close("table-cell" | "covered-table-cell", _) if at.within.is_empty() => {
            at.cells = at.cells.saturating_sub(1)
        }
        Met::Close(name, text) => {
            let Some((holder, kind)) = at.within.last().copied() else { return };
            // The walk has put these into the text of their paragraph.
            if !matches!(name, "span" | "a") {
                at.text.push_str(&text);
            }
            if matches!(name, "p" | "h") {
                at.text.push('\n');
            }
            if name == holder {
                let text = std::mem::take(&mut at.text);
                parts.add(kind, &at.place(), "", text.trim());
                at.within.pop();
            }
        }
        Met::Loose(text) => parts.add(PartKind::Other, &CellPlace::default(), "", text),
    });
}

/// `cell-content-is-in-list("a";"b")`
fn drop_down(element: &quick_xml::events::BytesStart<'_>, at: &At, parts: &mut Parts) {
    let condition = attribute(element, "condition").unwrap_or_default();
    let entries = condition.split('"').skip(1).step_by(2);
    let sheet = attribute(element, "base-cell-address").unwrap_or_default();
    let sheet = sheet.split('.').next().unwrap_or(&at.sheet).trim_start_matches('$').trim_matches('\'').to_owned();
    parts.column(PartKind::DropDown, &CellPlace::new(sheet, 0, 0), "", entries);
}

fn properties(archive: &mut Archive<'_>, index: usize, parts: &mut Parts) {
    let nowhere = CellPlace::default();
    let mut own = String::new();
    walk(archive, index, |met| match met {
        Met::Open("user-defined", e) => own = attribute(e, "name").unwrap_or_default(),
        Met::Close("creator" | "initial-creator" | "printed-by", name) => {
            parts.add(PartKind::Author, &nowhere, "", &name)
        }
        Met::Close("date" | "creation-date" | "print-date" | "editing-duration" | "generator", _) => {}
        Met::Close(_, text) => parts.add(PartKind::Properties, &nowhere, &std::mem::take(&mut own), &text),
        Met::Loose(text) => parts.add(PartKind::Properties, &nowhere, "", text),
        Met::Open(..) => {}
    });
}

fn every_text(archive: &mut Archive<'_>, index: usize, kind: PartKind, parts: &mut Parts) {
    walk(archive, index, |met| match met {
        Met::Close(_, text) => parts.add(kind, &CellPlace::default(), "", &text),
        Met::Loose(text) => parts.add(kind, &CellPlace::default(), "", text),
        Met::Open(..) => {}
    });
}
