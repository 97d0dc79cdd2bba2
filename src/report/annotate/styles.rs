//! The few formats of the first sheet, and the colours of marks, added at the end of a workbook's own list of formats.

use super::package::MAIN;
use super::splice::{Node, Splice, outline, with_attribute};

/// Where the added formats stand in their lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Styles {
    /// The first of [`FORMATS`] in `cellXfs`.
    pub cell: usize,
    /// The first of the three colours in `dxfs`: error, query, note.
    pub colour: usize,
}

/// The formats of the first sheet, by their order after [`Styles::cell`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// The sheet's first line.
    Title,
    /// A line of text over the whole width.
    Line,
    /// A header.
    Head,
    /// Text that wraps.
    Text,
    /// A link to a cell.
    Link,
    /// The word of an error.
    Error,
    /// The word of a query.
    Query,
    /// The word of a note.
    Note,
}

/// Background of what must be mended, what is to be explained, and what is to be known: dark text is read on all three
/// (contrast above 12 to 1), and printed grey they differ.
const COLOURS: [&str; 3] = ["FFF7B7A3", "FFFFE08A", "FFD6E6F5"];

/// Adds the formats to `styles.xml`. Nothing where it has no list of formats to add to.
pub(super) fn add(xml: &str) -> Option<(String, Styles)> {
    let nodes = outline(xml, 2)?;
    let root = nodes.first().filter(|n| n.name == "styleSheet")?;
    let mut splice = Splice::new(xml);
    let fonts = append(&mut splice, xml, &nodes, "fonts", &fonts())?;
    let fills = append(&mut splice, xml, &nodes, "fills", &fills())?;
    let borders = append(&mut splice, xml, &nodes, "borders", &[border()])?;
    let cell = append(&mut splice, xml, &nodes, "cellXfs", &formats(fonts, fills, borders))?;
    let colours: Vec<String> = COLOURS.iter().map(|c| colour(c)).collect();
    let colour = match nodes.iter().find(|n| n.depth == 1 && n.name == "dxfs") {
        Some(_) => append(&mut splice, xml, &nodes, "dxfs", &colours)?,
        None => {
            let list = format!("<dxfs xmlns=\"{MAIN}\" count=\"3\">{}</dxfs>", colours.concat());
            // They stand after the styles of cells, and before what follows.
            let after = nodes.iter().find(|n| n.depth == 1 && ["tableStyles", "colors", "extLst"].contains(&&*n.name));
            splice.insert(after.map(|n| n.tag.start).or(root.close)?, list);
            0
        }
    };
    Some((splice.done(), Styles { cell, colour }))
}

/// The list of formats of a workbook that has none: one format, which changes nothing.
pub(super) fn bare() -> String {
    format!(
        "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>\
         </fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill \
         patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/>\
         </border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/></cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
    )
}

/// Appends to a list, sets its count, and gives the position of the first that was added.
fn append(splice: &mut Splice<'_>, xml: &str, nodes: &[Node], list: &str, items: &[String]) -> Option<usize> {
    let at = nodes.iter().position(|n| n.depth == 1 && n.name == list)?;
    let node = &nodes[at];
    let has = nodes[at + 1..].iter().take_while(|n| n.depth > 1).filter(|n| n.depth == 2).count();
    let tag = with_attribute(&xml[node.tag.clone()], "count", &(has + items.len()).to_string());
    match node.close {
        Some(close) => {
            splice.replace(node.tag.clone(), tag);
            splice.insert(close, items.concat());
        }
        None => {
            let name = tag[1..].split([' ', '/', '\t', '\r', '\n']).next().unwrap_or_default().to_owned();
            let opened = tag.trim_end_matches('>').trim_end_matches('/').to_owned();
            splice.replace(node.tag.clone(), format!("{opened}>{}</{name}>", items.concat()));
        }
    }
    Some(has)
}

fn fonts() -> Vec<String> {
    let font = |inner: &str| format!("<font xmlns=\"{MAIN}\">{inner}<name val=\"Arial\"/><family val=\"2\"/></font>");
    vec![
        font("<b/><sz val=\"16\"/><color rgb=\"FF12324F\"/>"),
        font("<b/><sz val=\"10\"/><color rgb=\"FFFFFFFF\"/>"),
        font("<sz val=\"10\"/><color rgb=\"FF0B0C0C\"/>"),
        font("<u/><sz val=\"10\"/><color rgb=\"FF1A5FA0\"/>"),
        font("<b/><sz val=\"10\"/><color rgb=\"FF0B0C0C\"/>"),
    ]
}

fn fills() -> Vec<String> {
    let fill = |rgb: &str| {
        format!(
            "<fill xmlns=\"{MAIN}\"><patternFill patternType=\"solid\"><fgColor rgb=\"{rgb}\"/><bgColor indexed=\"64\"/>\
             </patternFill></fill>"
        )
    };
    std::iter::once("FF12324F").chain(COLOURS).map(fill).collect()
}

fn border() -> String {
    format!(
        "<border xmlns=\"{MAIN}\"><left/><right/><top/><bottom style=\"thin\"><color rgb=\"FFB1B4B6\"/></bottom>\
         <diagonal/></border>"
    )
}

/// In the order of [`Format`].
fn formats(fonts: usize, fills: usize, border: usize) -> Vec<String> {
    let format = |font: usize, fill: Option<usize>, border: usize, wrap: bool| {
        let wrap = if wrap { " wrapText=\"1\"" } else { "" };
        format!(
            "<xf xmlns=\"{MAIN}\" numFmtId=\"49\" fontId=\"{}\" fillId=\"{}\" borderId=\"{border}\" xfId=\"0\" \
             applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\">\
             <alignment vertical=\"top\"{wrap}/></xf>",
            fonts + font,
            fill.map_or(0, |f| fills + f)
        )
    };
    vec![
        format(0, None, 0, false),
        format(2, None, 0, false),
        format(1, Some(0), 0, true),
        format(2, None, border, true),
        format(3, None, border, true),
        format(4, Some(1), border, true),
        format(4, Some(2), border, true),
        format(4, Some(3), border, true),
    ]
}

fn colour(rgb: &str) -> String {
    let side = |name: &str| format!("<{name} style=\"thin\"><color rgb=\"FF0B0C0C\"/></{name}>");
    format!(
        "<dxf xmlns=\"{MAIN}\"><font><color rgb=\"FF0B0C0C\"/></font><fill><patternFill patternType=\"solid\">\
         <fgColor rgb=\"{rgb}\"/><bgColor rgb=\"{rgb}\"/></patternFill></fill><border>{}{}{}{}</border></dxf>",
        side("left"),
        side("right"),
        side("top"),
        side("bottom")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_added_after_those_that_are_there() {
        let xml = "<styleSheet xmlns=\"m\"><fonts count=\"1\"><font><b/></font></fonts><fills><fill/><fill/></fills>\
                   <borders count=\"1\"><border/></borders><cellXfs count=\"1\"><xf/></cellXfs><tableStyles/></styleSheet>";
        let (out, styles) = add(xml).unwrap();
        assert_eq!(styles, Styles { cell: 1, colour: 0 });
        assert!(out.contains("<fonts count=\"6\"><font><b/></font><font "), "{out}");
        assert!(out.contains("<fills count=\"6\"><fill/><fill/><fill "), "{out}");
        assert!(out.contains("<cellXfs count=\"9\"><xf/><xf "), "{out}");
        assert!(out.contains("fontId=\"1\" fillId=\"0\"") && out.contains("</dxfs><tableStyles/>"), "{out}");
        let (again, styles) = add(&out).unwrap();
        assert_eq!(styles, Styles { cell: 9, colour: 3 });
        assert!(
            again.contains("<dxfs xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"6\">")
        );
    }

    #[test]
    fn a_list_without_formats_is_not_added_to() {
        assert!(add("<styleSheet><fonts/></styleSheet>").is_none());
        assert!(add("no xml").is_none());
    }
}
