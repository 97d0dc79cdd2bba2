//! Notes on cells: the texts, and the boxes that a spreadsheet program draws them in.

use std::collections::{BTreeMap, BTreeSet};

use super::marks::Marks;
use super::package::{HEAD, MAIN, Package};
use super::splice::{Node, Splice, attribute, escaped, outline, with_attribute};
use crate::model::raw::column_letters;

/// Who wrote our notes.
const AUTHOR: &str = "lscb";

/// Puts notes on the cells of a sheet whose part is `sheet` with the text `xml`, and gives the relationship that the
/// sheet must name as its legacy drawing, where it did not have one. `most` is lowered by the notes that are made.
pub(super) fn add(
    package: &mut Package<'_>,
    sheet: &str,
    has_drawing: Option<&str>,
    marks: &Marks,
    most: &mut usize,
) -> Option<Option<String>> {
    let relationships = package.relationships(sheet);
    let comments = relationships.iter().find(|(_, kind, _)| kind == "comments").map(|(.., target)| target.clone());
    let drawing = has_drawing.and_then(|id| relationships.iter().find(|(i, ..)| i == id)).map(|(.., t)| t.clone());
    let (name, xml) = match comments {
        Some(name) => (name.clone(), package.text(&name)?),
        None => {
            let name = package.free("xl/comments", ".xml");
            package.declare(&name, "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml")?;
            package.relate(sheet, "comments", &name)?;
            let empty = format!("{HEAD}<comments xmlns=\"{MAIN}\"><authors/><commentList/></comments>");
            (name, empty)
        }
    };
    let (xml, gone) = without_ours(&xml)?;
    let wanted: Marks = marks.iter().take(*most).map(|(cell, mark)| (*cell, mark.clone())).collect();
    *most -= wanted.len();
    let (xml, boxes) = with_texts(&xml, &wanted)?;
    package.set(&name, xml);
    let (name, xml, related) = match drawing {
        Some(name) => {
            let xml = package.text(&name)?;
            (name, xml, None)
        }
        None => {
            let name = package.free("xl/drawings/vmlDrawing", ".vml");
            package.declare(&name, "application/vnd.openxmlformats-officedocument.vmlDrawing")?;
            let id = package.relate(sheet, "vmlDrawing", &name)?;
            (name, EMPTY_DRAWING.to_owned(), Some(id))
        }
    };
    let xml = with_boxes(&without_boxes(&xml, &gone), &boxes)?;
    package.set(&name, xml);
    Some(related)
}

/// The comments without what an earlier answer of ours said, and the cells that were ours alone.
fn without_ours(xml: &str) -> Option<(String, BTreeSet<String>)> {
    let nodes = outline(xml, 4)?;
    let authors: Vec<&Node> = nodes.iter().filter(|n| n.depth == 2 && n.name == "author").collect();
    let ours = authors.iter().position(|n| n.close.is_some_and(|close| xml[n.tag.end..close].trim() == AUTHOR));
    let mut gone = BTreeSet::new();
    let mut splice = Splice::new(xml);
    for node in nodes.iter().filter(|n| n.depth == 2 && n.name == "comment") {
        let tag = &xml[node.tag.clone()];
        if ours.is_some() && attribute(tag, "authorId").and_then(|id| id.parse().ok()) == ours {
            gone.extend(attribute(tag, "ref"));
            splice.replace(node.tag.start..node.end, "");
        }
    }
    // Below a note of the sender's ours is a run of its own.
    for node in nodes.iter().filter(|n| n.depth == 4 && n.name == "r") {
        let words = node.close.and_then(|close| xml[node.tag.end..close].split_once('>')).map_or("", |(_, t)| t);
        if words.trim_start().starts_with(&format!("{AUTHOR}: ")) {
            splice.replace(node.tag.start..node.end, "");
        }
    }
    Some((splice.done(), gone))
}

/// The comments with ours; where the sender wrote one on the same cell, ours stands below it. Gives the cells that need a
/// box.
fn with_texts(xml: &str, marks: &Marks) -> Option<(String, Vec<(u32, u32)>)> {
    let nodes = outline(xml, 3)?;
    let authors = nodes.iter().position(|n| n.depth == 1 && n.name == "authors")?;
    let names: Vec<&Node> = nodes[authors + 1..].iter().take_while(|n| n.depth == 2).collect();
    let ours = names.iter().position(|n| n.close.is_some_and(|close| xml[n.tag.end..close].trim() == AUTHOR));
    let mut splice = Splice::new(xml);
    if ours.is_none() {
        splice.append(&nodes[authors], &format!("<author xmlns=\"{MAIN}\">{AUTHOR}</author>"));
    }
    let author = ours.unwrap_or(names.len());
    let list = nodes.iter().find(|n| n.depth == 1 && n.name == "commentList")?;
    let comments = nodes.iter().enumerate().filter(|(_, n)| n.depth == 2 && n.name == "comment");
    let theirs: BTreeMap<String, usize> =
        comments.filter_map(|(at, n)| Some((attribute(&xml[n.tag.clone()], "ref")?, at))).collect();
    let (mut boxes, mut lines) = (Vec::new(), String::new());
    for (&(row, column), mark) in marks {
        let cell = format!("{}{row}", column_letters(column));
        let text = escaped(&mark.text);
        match theirs.get(&cell) {
            Some(&own) => {
                let body = nodes[own + 1..].iter().take_while(|n| n.depth > 2).find(|n| n.name == "text")?;
                let run = format!("<r xmlns=\"{MAIN}\"><t xml:space=\"preserve\">\n\n{AUTHOR}: {text}</t></r>");
                splice.append(body, &run);
            }
            None => {
                lines += &format!(
                    "<comment xmlns=\"{MAIN}\" ref=\"{cell}\" authorId=\"{author}\"><text><r><rPr><sz val=\"9\"/>\
                     <rFont val=\"Arial\"/></rPr><t xml:space=\"preserve\">{text}</t></r></text></comment>"
                );
                boxes.push((row, column));
            }
        }
    }
    splice.append(list, &lines);
    Some((splice.done(), boxes))
}

/// A drawing without the boxes of some cells. It is followed as text: spreadsheet programs write it in a form that is not
/// always XML.
fn without_boxes(xml: &str, cells: &BTreeSet<String>) -> String {
    if cells.is_empty() {
        return xml.to_owned();
    }
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(from) = rest.find("<v:shape ") {
        let Some(length) = rest[from..].find("</v:shape>") else { break };
        let end = from + length + "</v:shape>".len();
        out += &rest[..from];
        let shape = &rest[from..end];
        let number = |name: &str| -> Option<u32> {
            let value = shape.split_once(&format!("<x:{name}>"))?.1;
            value.split('<').next()?.trim().parse().ok()
        };
        let cell = number("Row").zip(number("Column")).map(|(r, c)| format!("{}{}", column_letters(c + 1), r + 1));
        if !cell.is_some_and(|cell| cells.contains(&cell)) {
            out += shape;
        }
        rest = &rest[end..];
    }
    out + rest
}

/// A drawing with a box for each cell. Each names its namespaces, for the drawing may know them by other prefixes.
fn with_boxes(xml: &str, cells: &[(u32, u32)]) -> Option<String> {
    let end = xml.rfind("</xml>")?;
    let ids = xml.split("_x0000_s").skip(1);
    let ids = ids.filter_map(|t| t.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok());
    let first = ids.max().unwrap_or(1024).max(1024) + 1;
    let mut boxes = String::new();
    for (id, &(row, column)) in (first..).zip(cells) {
        let (left, top) = (column, row.saturating_sub(2));
        boxes += &format!(
            "<v:shape xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
             xmlns:x=\"urn:schemas-microsoft-com:office:excel\" id=\"_x0000_s{id}\" type=\"#_x0000_t202\" style=\"position:absolute;margin-left:60pt;margin-top:2pt;\
             width:260pt;height:110pt;z-index:{};visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">\
             <v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/>\
             <v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\">\
             <div style=\"text-align:left\"></div></v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/>\
             <x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 2, {}, 20, {}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>\
             <x:Row>{}</x:Row><x:Column>{}</x:Column></x:ClientData></v:shape>",
            id - first + 1,
            left + 4,
            top + 7,
            row - 1,
            column - 1
        );
    }
    Some(format!("{}{boxes}{}", &xml[..end], &xml[end..]))
}

const EMPTY_DRAWING: &str = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"1\"/>\
</o:shapelayout><v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\">\
<v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype></xml>";

/// Sets the legacy drawing of a sheet's part, which stands after its drawing and before what comes last.
pub(super) fn name_drawing(splice: &mut Splice<'_>, nodes: &[Node], root: &Node, id: &str) -> Option<()> {
    const LATER: [&str; 8] = [
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
    ];
    let before = nodes.iter().find(|n| n.depth == 1 && LATER.contains(&&*n.name));
    let line = format!("<legacyDrawing xmlns=\"{MAIN}\" xmlns:r=\"{}\" r:id=\"{id}\"/>", super::package::OFFICE);
    splice.insert(before.map(|n| n.tag.start).or(root.close)?, line);
    Some(())
}

/// The tag of a sheet's view, without its being selected: else two sheets would be typed into at once.
pub(super) fn not_selected(tag: &str) -> Option<String> {
    let is_selected = matches!(attribute(tag, "tabSelected").as_deref(), Some("1" | "true"));
    is_selected.then(|| with_attribute(tag, "tabSelected", "0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Severity;
    use crate::report::annotate::marks::Mark;

    fn marks(cells: &[(u32, u32)]) -> Marks {
        cells.iter().map(|c| (*c, Mark { severity: Severity::Error, text: format!("A & B {}", c.0) })).collect()
    }

    const THEIRS: &str = "<comments xmlns=\"m\"><authors><author>Ann</author></authors><commentList><comment ref=\"C5\" \
                          authorId=\"0\"><text><t>Mine.</t></text></comment></commentList></comments>";

    #[test]
    fn the_sender_s_own_note_stays_and_ours_stands_below_it() {
        let (xml, boxes) = with_texts(THEIRS, &marks(&[(5, 3), (6, 3)])).unwrap();
        assert_eq!(boxes, [(6, 3)], "the first has its box already");
        assert!(xml.contains("<t>Mine.</t><r "), "{xml}");
        assert!(xml.contains("lscb: A &amp; B 5</t></r></text>"), "{xml}");
        assert!(xml.contains("ref=\"C6\" authorId=\"1\""), "{xml}");
    }

    #[test]
    fn an_earlier_answer_of_ours_is_taken_away() {
        let (xml, _) = with_texts(THEIRS, &marks(&[(6, 3)])).unwrap();
        let (without, gone) = without_ours(&xml).unwrap();
        assert_eq!(gone, BTreeSet::from(["C6".to_owned()]));
        assert!(!without.contains("ref=\"C6\"") && without.contains("Mine."), "{without}");
        let (both, _) = with_texts(THEIRS, &marks(&[(5, 3)])).unwrap();
        let (alone, gone_with_it) = without_ours(&both).unwrap();
        assert!(alone.contains("<t>Mine.</t></text>"), "below the sender's own: {alone}");
        assert!(gone_with_it.is_empty(), "whose box stays");
        let drawing = with_boxes(EMPTY_DRAWING, &[(6, 3), (7, 3)]).unwrap();
        let left = without_boxes(&drawing, &gone);
        assert_eq!(left.matches("<v:shape ").count(), 1);
        assert!(left.contains("<x:Row>6</x:Row>") && left.ends_with("</xml>"), "{left}");
        let more = with_boxes(&left, &[(9, 1)]).unwrap();
        assert!(more.contains("_x0000_s1027"), "ids stay apart: {more}");
    }

    #[test]
    fn only_one_sheet_is_selected() {
        assert_eq!(
            not_selected("<sheetView tabSelected=\"1\" workbookViewId=\"0\"/>").as_deref(),
            Some("<sheetView tabSelected=\"0\" workbookViewId=\"0\"/>")
        );
        assert_eq!(not_selected("<sheetView workbookViewId=\"0\"/>"), None);
    }
}
