//! The county's rows as the partners would send them: each return in its own layout, and what no return spec describes
//! in the plain layout.

pub mod claim;
pub mod file;
pub mod habit;
pub mod table;
pub mod words;

use std::collections::BTreeMap;

use crate::model::row::Value;
use crate::model::{Error, Row, Table};
use crate::sample::County;
use crate::sample::book::text::{self, Style};
use crate::sample::book::{Cell, Sheet, ods, xlsx};
use crate::sample::calendar::Calendar;
use crate::spec::Reference;
use crate::spec::return_spec::ReturnSpec;

/// A file of the inbox: its name and its bytes.
pub type Sent = (String, Vec<u8>);

/// What every file says in a place that its layout sets aside.
pub const SYNTHETIC: &str = "SYNTHETIC: made up for trying the program; no figure, person or case is real";

/// How a file is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// An Excel workbook.
    Xlsx,
    /// An OpenDocument spreadsheet.
    Ods,
    /// Text.
    Csv(Style),
}

impl Format {
    /// The ending of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::Csv(_) => "csv",
        }
    }

    /// The bytes of sheets; text holds the first one only.
    ///
    /// # Errors
    /// A workbook cannot be built.
    pub fn bytes(self, sheets: &[Sheet], title: &str) -> Result<Vec<u8>, Error> {
        match self {
            Self::Xlsx => xlsx::bytes(sheets, title),
            Self::Ods => ods::bytes(sheets),
            Self::Csv(style) => Ok(sheets.first().map(|s| text::bytes(s, style)).unwrap_or_default()),
        }
    }
}

/// Rows in the plain layout: a workbook or text file for each agency and table, in different formats.
///
/// # Errors
/// A workbook cannot be built.
pub fn plain_files(rows: &[&Row]) -> Result<Vec<Sent>, Error> {
    let mut groups: BTreeMap<(String, Table), Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let sender = match row.table {
            Table::Performance | Table::Section11 => row.text("agency"),
            _ => "lscb",
        };
        groups.entry((sender.to_owned(), row.table)).or_default().push(row);
    }
    const FORMATS: [Format; 5] = [
        Format::Csv(Style::Utf8Bom),
        Format::Xlsx,
        Format::Csv(Style::Semicolons),
        Format::Ods,
        Format::Csv(Style::Windows1252),
    ];
    let mut files = Vec::new();
    for (index, ((sender, table), rows)) in groups.into_iter().enumerate() {
        let format = FORMATS[index % FORMATS.len()];
        let name = format!("{sender}-{}.{}", table.as_str(), format.ending());
        files.push((name, format.bytes(&[plain_sheet(table, &rows)], "SYNTHETIC")?));
    }
    Ok(files)
}

/// A plain table under a title.
pub fn plain_sheet(table: Table, rows: &[&Row]) -> Sheet {
    let mut sheet = Sheet::new(table.as_str());
    sheet.title(SYNTHETIC).blank();
    let used: Vec<usize> = (0..table.columns().len())
        .filter(|&i| table.columns()[i].key || rows.iter().any(|r| r.values[i] != Value::Empty))
        .collect();
    sheet.push(used.iter().map(|&i| Cell::head(table.columns()[i].name)).collect());
    for row in rows {
        sheet.push(used.iter().map(|&i| cell(&row.values[i])).collect());
    }
    sheet
}

/// A value as a cell of its own kind.
pub fn cell(value: &Value) -> Cell {
    match value {
        Value::Empty => Cell::Empty,
        Value::Date(day) => Cell::Date(*day),
        Value::Number(number) => match (&number.marker, number.value) {
            (Some(marker), _) => Cell::text(marker.clone()),
            (None, Some(value)) => Cell::Number(value),
            (None, None) => Cell::Empty,
        },
        other => Cell::text(other.to_string()),
    }
}

/// All files of a county.
///
/// # Errors
/// A workbook cannot be built.
pub fn files(
    county: &County,
    specs: &[ReturnSpec],
    reference: &Reference,
    calendar: &Calendar,
) -> Result<Vec<Sent>, Error> {
    let claims = claim::claim(&county.rows, specs, reference);
    let mut sent = Vec::new();
    for (spec, claimed) in &claims.by_spec {
        sent.extend(file::files(&specs[*spec], claimed, reference, calendar)?);
    }
    sent.extend(plain_files(&claims.rest)?);
    Ok(sent)
}
