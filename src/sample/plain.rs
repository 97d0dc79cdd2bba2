//! The plain layout: up to seven CSV files with the canonical columns.

use std::fs;
use std::path::Path;

use crate::model::{Error, Row, Table};

/// Writes a CSV file for each table that has rows, named after it. `extra` keys and values become columns of their own.
///
/// # Errors
/// The folder or a file cannot be written.
pub fn write(rows: &[Row], out: &Path) -> Result<Vec<String>, Error> {
    fs::create_dir_all(out).map_err(|e| Error::io(out, "create the folder", e))?;
    let mut names = Vec::new();
    for table in Table::ALL {
        let of: Vec<&Row> = rows.iter().filter(|r| r.table == table).collect();
        if of.is_empty() {
            continue;
        }
        let name = format!("{}.csv", table.as_str());
        let path = out.join(&name);
        fs::write(&path, csv(table, &of)).map_err(|e| Error::io(&path, "write", e))?;
        names.push(name);
    }
    Ok(names)
}

/// A table as CSV. The last column says that the rows are made up; the plain layout keeps it as a note.
pub fn csv(table: Table, rows: &[&Row]) -> String {
    let mut text: Vec<&str> = table.columns().iter().map(|c| c.name).collect();
    text.push("note");
    let mut text = text.join(",");
    text.push('\n');
    for (index, row) in rows.iter().enumerate() {
        for value in &row.values {
            text.push_str(&quoted(&value.to_string(), ','));
            text.push(',');
        }
        text.push_str(if index == 0 { "SYNTHETIC: made up\n" } else { "\n" });
    }
    text
}

/// A field, quoted where it must be.
pub fn quoted(field: &str, separator: char) -> String {
    if field.contains([separator, '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
