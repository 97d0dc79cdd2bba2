//! `lscb query`: read-only SQL over the lake's tables.

use std::process::ExitCode;

use super::arguments::{Query, TableFormat};
use crate::model::Error;
use crate::pipeline::query::{Answer, query};
use crate::report::table::harmless;

/// Runs the command.
pub fn run(arguments: &Query) -> Result<ExitCode, Error> {
    let answer = query(&arguments.place.pipeline, arguments.place.data.as_deref(), arguments.as_of, &arguments.sql)?;
    match arguments.format {
        TableFormat::Csv => put!("{}", csv_text(&answer)),
        TableFormat::Table => put!("{}", table_text(&answer)),
    }
    Ok(ExitCode::SUCCESS)
}

fn csv_text(answer: &Answer) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let _ = writer.write_record(&answer.columns);
    for row in &answer.rows {
        let _ = writer.write_record(row.iter().map(|cell| safe(cell)));
    }
    String::from_utf8_lossy(&writer.into_inner().unwrap_or_default()).into_owned()
}

/// Text that a spreadsheet would take for a formula is disarmed; numbers stay numbers.
fn safe(cell: &str) -> String {
    if cell.parse::<f64>().is_ok() { cell.to_owned() } else { harmless(cell) }
}

/// Columns as wide as their widest cell; numbers to the right.
fn table_text(answer: &Answer) -> String {
    let width = |i: usize| {
        let cells = answer.rows.iter().map(|r| r[i].chars().count());
        cells.chain([answer.columns[i].chars().count()]).max().unwrap_or(0).min(60)
    };
    let widths: Vec<usize> = (0..answer.columns.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| {
            let cell: String = cell.chars().take(*width).collect();
            if cell.parse::<f64>().is_ok() { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    let mut out = line(&answer.columns);
    out += &line(&widths.iter().map(|w| "-".repeat(*w)).collect::<Vec<_>>());
    answer.rows.iter().for_each(|row| out += &line(row));
    let n = answer.rows.len();
    out + &format!("{n} {}\n", if n == 1 { "row" } else { "rows" })
}
