//! The first sheet: everything that was found, the worst first, with a link to each cell.

use super::marks::careful;
use super::package::{HEAD, MAIN};
use super::splice::escaped;
use super::styles::{Format, Styles};
use crate::model::raw::{RawFile, column_letters};
use crate::model::{Finding, Severity};
use crate::report::verdict::group::{Group, runs};
use crate::report::verdict::{Handbook, groups};
use crate::spec::own_sheets;

/// The most lines of the list.
const LINES: usize = 2000;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    severity: Severity,
    place: String,
    link: Option<String>,
    column: String,
    cells: u32,
    message: String,
    fix: String,
    why: String,
    code: String,
}

const HEADS: [(&str, f64); 8] = [
    ("How bad", 12.0),
    ("Where (click)", 20.0),
    ("Column", 16.0),
    ("Cells", 7.0),
    ("What was found", 50.0),
    ("What to do", 38.0),
    ("Why it matters", 38.0),
    ("Code", 8.0),
];

/// What the list needs to know.
pub(super) struct List<'a> {
    /// The answer in a few words, such as `police.xlsx: 3 errors and 1 note`.
    pub head: &'a [String],
    /// Every finding.
    pub findings: &'a [Finding],
    /// The file as read, where it could be.
    pub raw: Option<&'a RawFile>,
    /// What each sheet of the file is called in the workbook, by its position.
    pub names: &'a [String],
    /// Codes in words.
    pub handbook: &'a Handbook,
    /// Where the formats stand.
    pub styles: Styles,
}

impl List<'_> {
    /// The sheet's part.
    pub fn xml(&self) -> String {
        let lines = self.lines();
        let mut rows = String::new();
        let mut links = String::new();
        let mut row = 0_usize;
        let mut put = |rows: &mut String, cells: &[(Format, String)], height: f64| {
            row += 1;
            *rows += &format!("<row r=\"{row}\" ht=\"{height}\" customHeight=\"1\">");
            for (column, (format, text)) in (1..).zip(cells) {
                let style = self.styles.cell + *format as usize;
                let cell = format!("{}{row}", column_letters(column));
                *rows += &match text.parse::<u32>() {
                    Ok(number) if *format == Format::Text => {
                        format!("<c r=\"{cell}\" s=\"{style}\"><v>{number}</v></c>")
                    }
                    _ => format!(
                        "<c r=\"{cell}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                        escaped(text)
                    ),
                };
            }
            *rows += "</row>";
            row
        };
        put(&mut rows, &[(Format::Title, own_sheets::MEND.to_owned())], 24.0);
        for line in self.head {
            put(&mut rows, &[(Format::Line, line.clone())], 15.0);
        }
        put(&mut rows, &[], 9.0);
        let heads: Vec<(Format, String)> = HEADS.iter().map(|(name, _)| (Format::Head, (*name).to_owned())).collect();
        let header = put(&mut rows, &heads, 18.0);
        for line in &lines {
            let (format, word) = match line.severity {
                Severity::Error => (Format::Error, "Error"),
                Severity::Query => (Format::Query, "Query"),
                Severity::Note => (Format::Note, "Note"),
            };
            let place = if line.link.is_some() { Format::Link } else { Format::Text };
            let count = if line.cells == 0 { String::new() } else { line.cells.to_string() };
            let cells = [
                (format, word.to_owned()),
                (place, line.place.clone()),
                (Format::Text, line.column.clone()),
                (Format::Text, count),
                (Format::Text, line.message.clone()),
                (Format::Text, line.fix.clone()),
                (Format::Text, line.why.clone()),
                (Format::Text, line.code.clone()),
            ];
            let at = put(&mut rows, &cells, height(&cells));
            if let Some(link) = &line.link {
                let link = escaped(link);
                links += &format!("<hyperlink ref=\"B{at}\" location=\"{link}\" tooltip=\"Go to the cell\"/>");
            }
        }
        let columns: String = (1..)
            .zip(HEADS)
            .map(|(n, (_, width))| format!("<col min=\"{n}\" max=\"{n}\" width=\"{width}\" customWidth=\"1\"/>"))
            .collect();
        let links = if links.is_empty() { links } else { format!("<hyperlinks>{links}</hyperlinks>") };
        let below = header + 1;
        format!(
            "{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetPr><tabColor rgb=\"FF8A3800\"/><pageSetUpPr fitToPage=\"1\"/></sheetPr>\
             <sheetViews><sheetView showGridLines=\"0\" tabSelected=\"1\" workbookViewId=\"0\"><pane ySplit=\"{header}\" \
             topLeftCell=\"A{below}\" activePane=\"bottomLeft\" state=\"frozen\"/><selection pane=\"bottomLeft\" \
             activeCell=\"B{below}\" sqref=\"B{below}\"/></sheetView></sheetViews><cols>{columns}</cols>\
             <sheetData>{rows}</sheetData>{links}<pageMargins left=\"0.4\" right=\"0.4\" top=\"0.5\" bottom=\"0.5\" \
             header=\"0.3\" footer=\"0.3\"/><pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/>\
             </worksheet>"
        )
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for group in groups(self.findings) {
            for cause in &group.causes {
                let line = Line {
                    severity: group.severity,
                    place: String::new(),
                    link: None,
                    column: careful(&group.column),
                    cells: 0,
                    message: careful(&cause.message),
                    fix: careful(&cause.fix),
                    why: self.handbook.get(group.code.as_str()).map(|e| e.why.clone()).unwrap_or_default(),
                    code: group.code.clone(),
                };
                for (place, link, cells) in self.places(&group, &cause.members) {
                    if lines.len() == LINES {
                        let message = "There is more of the same kinds; what stands here is enough to begin with.";
                        lines.push(Line { message: message.to_owned(), cells: 0, code: String::new(), ..line });
                        return lines;
                    }
                    lines.push(Line { place, link, cells, ..line.clone() });
                }
            }
        }
        lines
    }

    /// The runs of cells of some findings: in words, as a link, and how many cells each has.
    fn places(&self, group: &Group, members: &[usize]) -> Vec<(String, Option<String>, u32)> {
        let found: Vec<&Finding> = members.iter().map(|&at| &self.findings[at]).collect();
        let Some(raw) = self.raw else {
            return vec![(
                if group.sheet.is_empty() { "The whole file".to_owned() } else { group.sheet.clone() },
                None,
                0,
            )];
        };
        let mut columns: std::collections::BTreeMap<(usize, u32), Vec<u32>> = std::collections::BTreeMap::new();
        let mut whole = Vec::new();
        for finding in found {
            match super::marks::place(raw, finding) {
                Some((sheet, row, column)) => columns.entry((sheet, column)).or_default().push(row),
                None => {
                    let place = if finding.sheet.is_empty() { "The whole file" } else { finding.sheet.as_str() };
                    let sheet = raw.sheets.iter().position(|s| s.name == finding.sheet && !finding.sheet.is_empty());
                    let link = sheet.map(|s| format!("{}!A1", quoted(&self.names[s])));
                    whole.push((place.to_owned(), link, 0));
                }
            }
        }
        whole.dedup();
        for ((sheet, column), rows) in columns {
            let name = &self.names[sheet];
            for (from, to) in runs(rows) {
                let letters = column_letters(column);
                let cells =
                    if from == to { format!("{letters}{from}") } else { format!("{letters}{from}:{letters}{to}") };
                whole.push((format!("{name}!{cells}"), Some(format!("{}!{cells}", quoted(name))), to - from + 1));
            }
        }
        whole
    }
}

/// The name of a sheet as a reference has it.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

/// The height that a line needs, in points: nothing of it is to be cut off.
fn height(cells: &[(Format, String)]) -> f64 {
    let lines = cells.iter().zip(HEADS).map(|((_, text), (_, width))| {
        let width = width * 1.12;
        text.lines().map(|l| (l.chars().count() as f64 / width).ceil().max(1.0)).sum::<f64>()
    });
    (13.5 * lines.fold(1.0, f64::max) + 3.0).min(400.0)
}
