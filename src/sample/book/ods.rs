//! Workbooks as ods: a small writer of what the format needs.

use std::io::{Cursor, Write};

use quick_xml::escape::escape;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Cell, Sheet};
use crate::model::Error;

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:automatic-styles><style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>"#;

const TAIL: &str = "</office:spreadsheet></office:body></office:document-content>";

/// The bytes of a workbook; the same sheets give the same bytes.
///
/// # Errors
/// The archive cannot be written.
pub fn bytes(sheets: &[Sheet]) -> Result<Vec<u8>, Error> {
    archive(&content(sheets))
        .map_err(|e| Error::state("an ods workbook", format!("could not be written: {e}"), "Report this as a bug."))
}

fn archive(content: &str) -> zip::result::ZipResult<Vec<u8>> {
    let stored = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    let packed = stored.compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // Readers tell the format by this first, uncompressed entry.
    zip.start_file("mimetype", stored)?;
    zip.write_all(MIMETYPE.as_bytes())?;
    zip.start_file("META-INF/manifest.xml", packed)?;
    zip.write_all(manifest().as_bytes())?;
    zip.start_file("content.xml", packed)?;
    zip.write_all(content.as_bytes())?;
    Ok(zip.finish()?.into_inner())
}

fn manifest() -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"#
    )
}

fn content(sheets: &[Sheet]) -> String {
    let mut xml = HEAD.to_owned();
    for sheet in sheets {
        let style = if sheet.hidden { r#" table:style-name="hidden""# } else { "" };
        xml.push_str(&format!(r#"<table:table table:name="{}"{style}>"#, escape(&sheet.name)));
        for (r, row) in sheet.rows.iter().enumerate() {
            let hidden = sheet.hidden_rows.contains(&r);
            xml.push_str(if hidden { r#"<table:table-row table:visibility="collapse">"# } else { "<table:table-row>" });
            for (c, cell) in row.iter().enumerate() {
                xml.push_str(&element(cell, sheet, r, c));
            }
            if row.is_empty() {
                xml.push_str("<table:table-cell/>");
            }
            xml.push_str("</table:table-row>");
        }
        xml.push_str("</table:table>");
    }
    xml + TAIL
}

fn element(cell: &Cell, sheet: &Sheet, r: usize, c: usize) -> String {
    let within = |m: &&super::Merge| (m.0..=m.2).contains(&r) && (m.1..=m.3).contains(&c);
    let span = match sheet.merges.iter().find(within) {
        Some(m) if (m.0, m.1) == (r, c) => format!(
            r#" table:number-rows-spanned="{}" table:number-columns-spanned="{}""#,
            m.2 - m.0 + 1,
            m.3 - m.1 + 1
        ),
        Some(_) => return "<table:covered-table-cell/>".to_owned(),
        None => String::new(),
    };
    let valued = |kind: &str, value: String, shown: &str| {
        let shown = escape(shown);
        format!(
            r#"<table:table-cell{span} office:value-type="{kind}" {value}><text:p>{shown}</text:p></table:table-cell>"#
        )
    };
    match cell {
        Cell::Empty | Cell::Formula(_, None) => format!("<table:table-cell{span}/>"),
        Cell::Text(text) | Cell::Head(text) => {
            let lines: Vec<String> = text.split('\n').map(|l| format!("<text:p>{}</text:p>", escape(l))).collect();
            format!(r#"<table:table-cell{span} office:value-type="string">{}</table:table-cell>"#, lines.concat())
        }
        Cell::Number(n) | Cell::Formula(_, Some(n)) => {
            valued("float", format!(r#"office:value="{n}""#), &n.to_string())
        }
        Cell::Percent(n) => valued("percentage", format!(r#"office:value="{n}""#), &format!("{:.1}%", n * 100.0)),
        Cell::Date(day) => valued("date", format!(r#"office:date-value="{day}""#), &day.format("%d/%m/%Y").to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_told_by_a_first_entry_that_is_not_packed() {
        let mut sheet = Sheet::new("A & B");
        sheet.title("SYNTHETIC <1>").push(vec![Cell::Number(2.5), Cell::Percent(0.25)]);
        sheet.merges.push((0, 0, 0, 1));
        let bytes = bytes(&[sheet.clone()]).unwrap();
        // A local header is 30 bytes, then the name, then the stored content (OpenDocument 1.2, part 3, section 3.3).
        assert_eq!(&bytes[30..38], b"mimetype");
        assert!(bytes[38..].starts_with(MIMETYPE.as_bytes()));
        let xml = content(&[sheet]);
        for part in [
            "table:name=\"A &amp; B\"",
            "SYNTHETIC &lt;1&gt;",
            "office:value=\"2.5\"",
            "25.0%",
            "columns-spanned=\"2\"",
        ] {
            assert!(xml.contains(part), "{part} is not in {xml}");
        }
    }
}
