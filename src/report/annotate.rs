//! The sender's own workbook back, with a note and a colour on each cell that was found faulty, and a first sheet that lists
//! everything with links.
//!
//! A workbook of Office Open XML is changed in place: a sheet, notes and colours are added to its parts, and no value, format,
//! formula or width of the sender's is touched. The colours are conditional formats, which can be taken away again without
//! a trace, and are, when the workbook comes back and is answered a second time. Any other file comes back as a workbook
//! with its values at the same addresses.
//!
//! Whoever calls this reads the copy back through the door, and takes the plain one where a single value differs.

mod list;
mod marks;
mod notes;
mod package;
mod plain_book;
mod splice;
mod styles;

use std::collections::BTreeMap;

use list::List;
use marks::{Mark, Marks};
use package::{MAIN, OFFICE, Package};
use splice::{Node, Splice, attribute, escaped, outline, with_attribute};
use styles::Styles;

pub use marks::place;

use super::verdict::Handbook;
use crate::model::raw::{RawFile, column_letters};
use crate::model::{Finding, Severity};
use crate::spec::own_sheets;

/// The most notes in one copy; the colours of all other cells stand all the same.
const NOTES: usize = 2000;

/// The condition of our colours: always true, and known again by its text.
const ALWAYS: &str = "\"lscb\"=\"lscb\"";

/// A workbook with the values of a file at their addresses, and nothing else.
pub fn values_only(raw: &RawFile, stem: &str) -> Option<Vec<u8>> {
    plain_book::bytes(raw, &plain_book::names(raw, stem))
}

/// What an annotated copy is made of.
pub struct Annotate<'a> {
    /// Lines above the list.
    pub head: &'a [String],
    /// Every finding, each cell by itself.
    pub findings: &'a [Finding],
    /// The file as read; none where it could not be.
    pub raw: Option<&'a RawFile>,
    /// The name of the file without its ending, for a sheet that has none.
    pub stem: &'a str,
    /// Codes in words.
    pub handbook: &'a Handbook,
}

impl Annotate<'_> {
    /// The sender's workbook, changed in place. Nothing where its parts are put together in a way that is not followed.
    pub fn in_place(&self, workbook: &[u8]) -> Option<Vec<u8>> {
        let raw = self.raw?;
        let names: Vec<String> = raw.sheets.iter().map(|s| s.name.clone()).collect();
        self.marked(workbook, raw, &names)
    }

    /// A workbook with the file's values at their addresses, or with the list alone where it could not be read.
    pub fn plain(&self) -> Option<Vec<u8>> {
        let nothing = RawFile { kind: crate::model::raw::FileKind::Xlsx, epoch_1904: false, sheets: Vec::new() };
        let mut raw = self.raw.cloned().unwrap_or(nothing);
        // A list of ours in what was sent is made anew.
        raw.sheets.retain(|s| !is_list(s));
        let names = plain_book::names(&raw, self.stem);
        let bytes = plain_book::bytes(&raw, &names)?;
        self.marked(&bytes, &raw, &names)
    }

    fn marked(&self, workbook: &[u8], raw: &RawFile, names: &[String]) -> Option<Vec<u8>> {
        let mut package = Package::open(workbook)?;
        let main = package.relationships("").into_iter().find(|(_, kind, _)| kind == "officeDocument")?.2;
        let book = package.text(&main)?;
        let related = package.relationships(&main);
        let styles_part = match related.iter().find(|(_, kind, _)| kind == "styles") {
            Some((.., target)) => target.clone(),
            None => without_formats(&mut package, &main)?,
        };
        let (styles_xml, styles) = styles::add(&package.text(&styles_part)?)?;
        package.set(&styles_part, styles_xml);
        let marks = marks::of_file(raw, self.findings);
        let nodes = outline(&book, 2)?;
        let mut most = NOTES;
        let mut own_list = None;
        for node in nodes.iter().filter(|n| n.depth == 2 && n.name == "sheet") {
            let tag = &book[node.tag.clone()];
            let name = attribute(tag, "name")?;
            let id = attribute(tag, "r:id")?;
            let (_, kind, part) = related.iter().find(|(i, ..)| *i == id)?;
            let at = names.iter().position(|n| *n == name);
            if at.is_some_and(|at| is_list(&raw.sheets[at])) {
                own_list = Some(part.clone());
            } else if kind == "worksheet" {
                let none = Marks::new();
                let marks = at.and_then(|at| marks.get(&at)).unwrap_or(&none);
                self.mark_sheet(&mut package, part, marks, styles, &mut most)?;
            }
        }
        let list = List {
            head: self.head,
            findings: self.findings,
            raw: self.raw.map(|_| raw),
            names,
            handbook: self.handbook,
            styles,
        };
        match own_list {
            Some(part) => package.set(&part, list.xml()),
            None => {
                let part = package.free("xl/worksheets/sheet", ".xml");
                package.declare(&part, "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml")?;
                package.set(&part, list.xml());
                let id = package.relate(&main, "worksheet", &part)?;
                package.set(&main, with_first_sheet(&book, &nodes, &id)?);
            }
        }
        package.bytes()
    }

    /// Colours and notes of one sheet, and none of an earlier answer.
    fn mark_sheet(
        &self,
        package: &mut Package<'_>,
        part: &str,
        marks: &Marks,
        styles: Styles,
        most: &mut usize,
    ) -> Option<()> {
        let xml = package.text(part)?;
        let nodes = outline(&xml, 2)?;
        let root = nodes.first()?;
        let mut splice = Splice::new(&xml);
        for view in nodes.iter().filter(|n| n.depth == 2 && n.name == "sheetView") {
            if let Some(tag) = notes::not_selected(&xml[view.tag.clone()]) {
                splice.replace(view.tag.clone(), tag);
            }
        }
        let formats = nodes.iter().filter(|n| n.depth == 1 && n.name == "conditionalFormatting");
        for format in formats.clone().filter(|n| is_our_colour(&xml[n.tag.start..n.end])) {
            splice.replace(format.tag.start..format.end, "");
        }
        let theirs = formats.filter(|n| !is_our_colour(&xml[n.tag.start..n.end]));
        for rule in nodes.iter().filter(|n| n.depth == 2 && n.name == "cfRule") {
            let is_theirs = theirs.clone().any(|f| f.tag.start < rule.tag.start && rule.end < f.end);
            let tag = &xml[rule.tag.clone()];
            if let Some(priority) = attribute(tag, "priority").and_then(|p| p.parse::<u32>().ok()).filter(|_| is_theirs)
            {
                splice.replace(rule.tag.clone(), with_attribute(tag, "priority", &(priority + 3).to_string()));
            }
        }
        let after = nodes.iter().find(|n| n.depth == 1 && AFTER_COLOURS.contains(&&*n.name));
        splice.insert(after.map(|n| n.tag.start).or(root.close)?, colours(marks, styles));
        let drawing = nodes.iter().find(|n| n.depth == 1 && n.name == "legacyDrawing");
        let drawing_id = drawing.and_then(|n| attribute(&xml[n.tag.clone()], "r:id"));
        if drawing.is_some() && drawing_id.is_none() {
            return None;
        }
        // A sheet without marks is looked at all the same: an earlier answer may have left notes in it.
        let has_comments = package.relationships(part).iter().any(|(_, kind, _)| kind == "comments");
        if !marks.is_empty() || has_comments {
            let id = notes::add(package, part, drawing_id.as_deref(), marks, most)?;
            if let Some(id) = id {
                notes::name_drawing(&mut splice, &nodes, root, &id)?;
            }
        }
        package.set(part, splice.done());
        Some(())
    }
}

/// A list of formats for a workbook that came without one, as programs that write by hand leave it.
fn without_formats(package: &mut Package<'_>, main: &str) -> Option<String> {
    let part = package.free("xl/lscbStyles", ".xml");
    package.declare(&part, "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml")?;
    package.relate(main, "styles", &part)?;
    package.set(&part, format!("{}{}", package::HEAD, styles::bare()));
    Some(part)
}

/// What stands after the conditional formats of a sheet (ECMA-376, part 1, 18.3.1.99).
const AFTER_COLOURS: [&str; 24] = [
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
    "AlternateContent",
    "conditionalFormatting",
];

fn is_list(sheet: &crate::model::raw::RawSheet) -> bool {
    let first = sheet.rows.first().and_then(|r| r.cells.first()).map(|c| c.value.display());
    first.is_some_and(|text| text == own_sheets::MEND)
}

fn is_our_colour(xml: &str) -> bool {
    quick_xml::escape::unescape(xml).is_ok_and(|text| text.contains(ALWAYS))
}

/// Conditional formats for the marks of a sheet.
fn colours(marks: &Marks, styles: Styles) -> String {
    let mut out = String::new();
    for (position, severity) in [Severity::Error, Severity::Query, Severity::Note].into_iter().enumerate() {
        let ranges = ranges(marks, severity);
        // A list of ranges that is very long is taken apart: programs allow some thousands.
        for ranges in ranges.chunks(500) {
            out += &format!(
                "<conditionalFormatting xmlns=\"{MAIN}\" sqref=\"{}\"><cfRule type=\"expression\" dxfId=\"{}\" \
                 priority=\"{}\"><formula>{}</formula></cfRule></conditionalFormatting>",
                ranges.join(" "),
                styles.colour + position,
                position + 1,
                escaped(ALWAYS)
            );
        }
    }
    out
}

/// The cells of one severity as ranges down their columns.
fn ranges(marks: &BTreeMap<(u32, u32), Mark>, severity: Severity) -> Vec<String> {
    let mut columns: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for ((row, column), _) in marks.iter().filter(|(_, m)| m.severity == severity) {
        columns.entry(*column).or_default().push(*row);
    }
    let runs = columns.into_iter().flat_map(|(column, rows)| {
        let letters = column_letters(column);
        super::verdict::group::runs(rows).into_iter().map(move |(from, to)| match from == to {
            true => format!("{letters}{from}"),
            false => format!("{letters}{from}:{letters}{to}"),
        })
    });
    runs.collect()
}

/// The workbook's part with our list before its sheets, and shown first.
fn with_first_sheet(book: &str, nodes: &[Node], id: &str) -> Option<String> {
    let sheets = nodes.iter().find(|n| n.depth == 1 && n.name == "sheets")?;
    let tags: Vec<&str> =
        nodes.iter().filter(|n| n.depth == 2 && n.name == "sheet").map(|n| &book[n.tag.clone()]).collect();
    let number = tags.iter().filter_map(|t| attribute(t, "sheetId")?.parse::<u32>().ok()).max().unwrap_or(0) + 1;
    let taken: Vec<String> = tags.iter().filter_map(|t| attribute(t, "name")).map(|n| n.to_lowercase()).collect();
    let name = std::iter::once(own_sheets::MEND.to_owned())
        .chain((2..).map(|n| format!("{} {n}", own_sheets::MEND)))
        .find(|n| !taken.contains(&n.to_lowercase()))?;
    let line = format!(
        "<sheet xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\" name=\"{}\" sheetId=\"{number}\" r:id=\"{id}\"/>",
        escaped(&name)
    );
    let mut splice = Splice::new(book);
    match sheets.close {
        Some(_) => splice.insert(sheets.tag.end, line),
        None => splice.append(sheets, &line),
    }
    for node in nodes.iter().filter(|n| n.depth == 2) {
        let tag = &book[node.tag.clone()];
        match node.name.as_str() {
            // A name that holds on one sheet counts the sheets.
            "definedName" => {
                if let Some(sheet) = attribute(tag, "localSheetId").and_then(|n| n.parse::<u32>().ok()) {
                    splice.replace(node.tag.clone(), with_attribute(tag, "localSheetId", &(sheet + 1).to_string()));
                }
            }
            "workbookView" => {
                let tag = with_attribute(tag, "activeTab", "0");
                splice.replace(node.tag.clone(), with_attribute(&tag, "firstSheet", "0"));
            }
            _ => {}
        }
    }
    Some(splice.done())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_list_stands_first_and_names_still_hold_on_their_sheets() {
        let book = "<workbook xmlns:r=\"r\"><bookViews><workbookView activeTab=\"1\"/></bookViews><sheets>\
                    <sheet name=\"A\" sheetId=\"4\" r:id=\"rId1\"/></sheets><definedNames>\
                    <definedName name=\"x\" localSheetId=\"0\">A!$A$1</definedName></definedNames></workbook>";
        let out = with_first_sheet(book, &outline(book, 2).unwrap(), "rId9").unwrap();
        assert!(out.contains("<sheets><sheet xmlns="), "{out}");
        assert!(out.contains("name=\"What to mend\" sheetId=\"5\" r:id=\"rId9\"/><sheet name=\"A\""), "{out}");
        assert!(out.contains("localSheetId=\"1\"") && out.contains("activeTab=\"0\""), "{out}");
    }

    #[test]
    fn cells_of_a_colour_are_ranges_down_their_columns() {
        let mark = |severity| Mark { severity, text: String::new() };
        let marks: Marks = [((2, 3), Severity::Error), ((3, 3), Severity::Error), ((3, 1), Severity::Query)]
            .map(|(cell, severity)| (cell, mark(severity)))
            .into();
        assert_eq!(ranges(&marks, Severity::Error), ["C2:C3"]);
        assert_eq!(ranges(&marks, Severity::Query), ["A3"]);
        let xml = colours(&marks, Styles { cell: 0, colour: 4 });
        assert!(xml.contains("dxfId=\"4\"") && xml.contains("dxfId=\"5\"") && is_our_colour(&xml), "{xml}");
    }
}
