//! A workbook with nothing but a file's values at their own addresses: what a sender of CSV, ODS or XLS gets back, and who
//! sent a workbook that cannot be changed in place. No formula is written, and text stays text whatever it begins with.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use chrono::{NaiveDate, NaiveDateTime};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::package::{HEAD, MAIN, OFFICE, PACKAGE};
use super::splice::escaped;
use crate::model::raw::{CellNote, FileKind, RawCell, RawFile, RawSheet, RawValue, column_letters};

/// The names that the sheets of a file get in a workbook; that of a file without sheets is `stem`.
pub(super) fn names(raw: &RawFile, stem: &str) -> Vec<String> {
    let mut taken = BTreeSet::from([crate::spec::own_sheets::MEND.to_lowercase()]);
    let name = |sheet: &RawSheet| {
        let wanted = if sheet.name.is_empty() { stem } else { &sheet.name };
        let kept: String =
            wanted.chars().map(|c| if "[]:*?/\\".contains(c) || c.is_control() { ' ' } else { c }).collect();
        let name: String = kept.trim_matches([' ', '\'']).chars().take(31).collect();
        if name.is_empty() { "Return".to_owned() } else { name }
    };
    let mut names = Vec::new();
    for sheet in &raw.sheets {
        let first = name(sheet);
        let mut own = first.clone();
        let mut number = 2;
        // Excel knows no difference of case between names, and counts more than we do here.
        while !taken.insert(own.to_lowercase()) {
            own = format!("{} {number}", first.chars().take(27).collect::<String>());
            number += 1;
        }
        names.push(own);
    }
    names
}

/// The bytes of the workbook.
pub(super) fn bytes(raw: &RawFile, names: &[String]) -> Option<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, text: &str| -> Option<()> {
        writer.start_file(name, SimpleFileOptions::default()).ok()?;
        writer.write_all(text.as_bytes()).ok()
    };
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let numbers = 1..=names.len();
    let overrides: String = numbers
        .clone()
        .map(|n| format!("<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"{KIND}.worksheet+xml\"/>"))
        .collect();
    put(
        "[Content_Types].xml",
        &format!(
            "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
             ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
             ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>\
             <Override PartName=\"/xl/styles.xml\" ContentType=\"{KIND}.styles+xml\"/>{overrides}</Types>"
        ),
    )?;
    put(
        "_rels/.rels",
        &format!(
            "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
             Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    )?;
    let sheets: String = (1..)
        .zip(names.iter().zip(&raw.sheets))
        .map(|(n, (name, sheet))| {
            let hidden = if sheet.hidden { " state=\"hidden\"" } else { "" };
            format!("<sheet name=\"{}\" sheetId=\"{n}\"{hidden} r:id=\"rId{n}\"/>", escaped(name))
        })
        .collect();
    let epoch = if raw.epoch_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    put(
        "xl/workbook.xml",
        &format!(
            "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{epoch}<bookViews><workbookView/></bookViews>\
             <sheets>{sheets}</sheets></workbook>"
        ),
    )?;
    let related: String = numbers
        .map(|n| {
            format!("<Relationship Id=\"rId{n}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>")
        })
        .collect();
    put(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{related}<Relationship Id=\"rIdStyles\" \
             Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
        ),
    )?;
    put("xl/styles.xml", &format!("{HEAD}{}", styles()))?;
    for (n, sheet) in (1..).zip(&raw.sheets) {
        put(&format!("xl/worksheets/sheet{n}.xml"), &sheet_xml(sheet, raw))?;
    }
    Some(writer.finish().ok()?.into_inner())
}

/// Format 1 shows a day, format 2 a day and time.
fn styles() -> String {
    format!(
        "<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>\
         <numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd hh:mm:ss\"/></numFmts><fonts count=\"1\"><font><sz val=\"11\"/>\
         <name val=\"Calibri\"/><family val=\"2\"/></font></fonts><fills count=\"2\"><fill><patternFill \
         patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\">\
         <border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" \
         fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" \
         fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" \
         applyNumberFormat=\"1\"/><xf numFmtId=\"165\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" \
         applyNumberFormat=\"1\"/></cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/>\
         </cellStyles></styleSheet>"
    )
}

fn sheet_xml(sheet: &RawSheet, raw: &RawFile) -> String {
    let mut rows = String::new();
    for row in &sheet.rows {
        let hidden = if row.hidden { " hidden=\"1\"" } else { "" };
        rows += &format!("<row r=\"{}\"{hidden}>", row.row);
        for cell in &row.cells {
            let address = format!("{}{}", column_letters(cell.column), row.row);
            rows += &cell_xml(&address, cell, raw);
        }
        rows += "</row>";
    }
    let merges: String = sheet
        .merges
        .iter()
        .map(|(r1, c1, r2, c2)| format!("<mergeCell ref=\"{}{r1}:{}{r2}\"/>", column_letters(*c1), column_letters(*c2)))
        .collect();
    let merges = if merges.is_empty() { merges } else { format!("<mergeCells>{merges}</mergeCells>") };
    let columns = widths(sheet);
    format!("{HEAD}<worksheet xmlns=\"{MAIN}\">{columns}<sheetData>{rows}</sheetData>{merges}</worksheet>")
}

/// Wide enough for what stands in the first rows, within reason.
fn widths(sheet: &RawSheet) -> String {
    let mut widths = std::collections::BTreeMap::<u32, usize>::new();
    for cell in sheet.rows.iter().take(200).flat_map(|r| &r.cells) {
        let width = widths.entry(cell.column).or_insert(8);
        *width = cell.value.display().chars().count().min(40).max(*width);
    }
    let columns: String = widths
        .iter()
        .map(|(c, w)| format!("<col min=\"{c}\" max=\"{c}\" width=\"{}\" customWidth=\"1\"/>", w + 2))
        .collect();
    if columns.is_empty() { columns } else { format!("<cols>{columns}</cols>") }
}

fn cell_xml(address: &str, cell: &RawCell, raw: &RawFile) -> String {
    if cell.note == CellNote::FormulaWithoutValue {
        return String::new();
    }
    let text = |t: &str| {
        format!("<c r=\"{address}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", escaped(t))
    };
    match &cell.value {
        RawValue::Text(t) if raw.kind == FileKind::Csv => match figure(t) {
            Some(number) => format!("<c r=\"{address}\"><v>{number}</v></c>"),
            None => text(t),
        },
        RawValue::Text(t) => text(t),
        RawValue::Number(n) => format!("<c r=\"{address}\"><v>{n}</v></c>"),
        RawValue::Bool(b) => format!("<c r=\"{address}\" t=\"b\"><v>{}</v></c>", u8::from(*b)),
        RawValue::Error(e) => format!("<c r=\"{address}\" t=\"e\"><v>{}</v></c>", escaped(e)),
        RawValue::Date(d) => match serial(d, raw.epoch_1904) {
            Some((serial, style)) => format!("<c r=\"{address}\" s=\"{style}\"><v>{serial}</v></c>"),
            None => text(d),
        },
    }
}

/// A figure of a CSV file, which is a number in a workbook. What looks like a year, or is written in a way that a number
/// would lose (`007`, `1.50`), stays text.
fn figure(text: &str) -> Option<f64> {
    let number: f64 = text.parse().ok().filter(|n: &f64| n.is_finite())?;
    let is_year = number.fract() == 0.0 && (1900.0..2100.0).contains(&number);
    (!is_year && format!("{number}") == text && text.len() <= 15).then_some(number)
}

/// The serial number of a day, or of a day and time, and its format. Before March 1900 the serial numbers of programs
/// differ by one, and text is written.
fn serial(iso: &str, epoch_1904: bool) -> Option<(f64, u8)> {
    let zero = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let earlier = if epoch_1904 { 1462 } else { 0 };
    let (days, seconds, style) = match iso.parse::<NaiveDate>() {
        Ok(day) => ((day - zero).num_days(), 0, 1),
        Err(_) => {
            let time: NaiveDateTime = iso.parse().ok()?;
            let seconds = (time - time.date().and_hms_opt(0, 0, 0)?).num_seconds();
            ((time.date() - zero).num_days(), seconds, 2)
        }
    };
    let days = (days > 60).then_some(days - earlier).filter(|d| *d >= 0)?;
    Some((days as f64 + seconds as f64 / 86_400.0, style))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_csv_are_numbers_where_nothing_is_lost() {
        for (text, expected) in [
            ("12", Some(12.0)),
            ("-0.5", Some(-0.5)),
            ("0", Some(0.0)),
            ("007", None),
            ("1.50", None),
            ("2014", None),
            ("1e3", None),
            ("NaN", None),
            ("=1+1", None),
            ("12345678901234567", None),
        ] {
            assert_eq!(figure(text), expected, "{text}");
        }
    }

    /// Serial numbers as Excel shows them.
    #[test]
    fn days_are_serial_numbers() {
        assert_eq!(serial("2014-03-01", false), Some((41_699.0, 1)));
        assert_eq!(serial("2014-03-01", true), Some((40_237.0, 1)));
        assert_eq!(serial("2014-03-01T12:00:00", false), Some((41_699.5, 2)));
        assert_eq!(serial("1900-01-05", false), None);
        assert_eq!(serial("soon", false), None);
    }

    #[test]
    fn names_fit_a_workbook_and_stay_apart() {
        let sheet = |name: &str| RawSheet { name: name.into(), ..RawSheet::default() };
        let raw = RawFile {
            kind: FileKind::Ods,
            epoch_1904: false,
            sheets: vec![sheet("Q1/Q2"), sheet("q1 q2"), sheet(""), sheet("What to mend")],
        };
        assert_eq!(names(&raw, "police"), ["Q1 Q2", "q1 q2 2", "police", "What to mend 2"]);
    }

    #[test]
    fn text_stays_text() {
        let raw = RawFile { kind: FileKind::Csv, epoch_1904: false, sheets: vec![] };
        let cell = RawCell { column: 1, value: RawValue::Text("=cmd|' /C calc'!A0".into()), note: CellNote::Plain };
        let xml = cell_xml("A1", &cell, &raw);
        assert!(xml.contains("inlineStr") && !xml.contains("<f>"), "{xml}");
    }
}
