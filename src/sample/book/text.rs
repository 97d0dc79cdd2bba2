//! A sheet as CSV, in the ways in which programs save it.

use super::{Cell, Sheet};
use crate::sample::plain::quoted;

/// How a CSV file is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// UTF-8 with a byte order mark, commas, as spreadsheets save "CSV UTF-8".
    Utf8Bom,
    /// Windows-1252, commas, as older programs save CSV.
    Windows1252,
    /// Windows-1252 and semicolons, as programs set to another country save it.
    Semicolons,
    /// UTF-8, commas, bare line feeds.
    Utf8,
}

/// The bytes of a sheet.
pub fn bytes(sheet: &Sheet, style: Style) -> Vec<u8> {
    let separator = if style == Style::Semicolons { ';' } else { ',' };
    let end = if style == Style::Utf8 { "\n" } else { "\r\n" };
    let width = sheet.width();
    let mut text = String::new();
    for row in &sheet.rows {
        let cell = |c| quoted(&shown(row.get(c).unwrap_or(&Cell::Empty)), separator);
        let fields: Vec<String> = (0..width).map(cell).collect();
        text.push_str(&fields.join(&separator.to_string()));
        text.push_str(end);
    }
    match style {
        Style::Utf8 => text.into_bytes(),
        Style::Utf8Bom => [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat(),
        Style::Windows1252 | Style::Semicolons => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
    }
}

/// A cell as a program writes it into CSV.
pub fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Formula(_, None) => String::new(),
        Cell::Text(text) | Cell::Head(text) => text.clone(),
        Cell::Number(n) | Cell::Formula(_, Some(n)) => n.to_string(),
        Cell::Percent(n) => format!("{:.1}%", n * 100.0),
        Cell::Date(day) => day.format("%d/%m/%Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_style_has_its_bytes() {
        let mut sheet = Sheet::new("x");
        sheet.push(vec![Cell::text("£5, or so"), Cell::Number(1.5)]).push(vec![Cell::text("a")]);
        for (style, expected) in [
            (Style::Utf8, "\"£5, or so\",1.5\na,\n".as_bytes()),
            (Style::Utf8Bom, "\u{feff}\"£5, or so\",1.5\r\na,\r\n".as_bytes()),
            (Style::Windows1252, b"\"\xa35, or so\",1.5\r\na,\r\n"),
            (Style::Semicolons, b"\xa35, or so;1.5\r\na;\r\n"),
        ] {
            assert_eq!(bytes(&sheet, style), expected, "{style:?}");
        }
    }
}
