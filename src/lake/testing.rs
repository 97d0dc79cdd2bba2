//! Rows, receipts and lakes for the room's own tests.

use chrono::NaiveDate;

use crate::lake::{Lake, Receipt};
use crate::model::row::Value;
use crate::model::{ColumnKind, Number, Period, Provenance, Row, Status, Table};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A lake in a folder of its own, which lives as long as the guard.
pub fn lake() -> (tempfile::TempDir, Lake) {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path(), "northamptonshire").unwrap();
    (folder, lake)
}

pub fn receipt(submission: &str, received_on: &str) -> Receipt {
    Receipt {
        submission: submission.to_owned(),
        sha256: format!("{submission}-sha"),
        received_on: day(received_on),
        newest_period_end: None,
        file: format!("{submission}.csv"),
    }
}

/// A performance total whose numerator names the submission that it came with.
pub fn figure(submission: &str, period: &str, numerator: f64) -> Row {
    let mut row = Row::empty(Table::Performance, Provenance { submission: submission.into(), ..Default::default() });
    for (column, id) in [("agency", "police"), ("indicator", "missing"), ("locality", "corby")] {
        row.set(column, Value::Text(id.into()));
    }
    row.set("period", Value::Period(Period::parse(period).unwrap()));
    row.set("numerator", Value::Number(Number::of(numerator)));
    row.set("denominator", Value::Number(Number::missing()));
    row.set("value", Value::Number(Number::missing()));
    row
}

/// Periods and numerators, for comparison.
pub fn figures(rows: &[Row]) -> Vec<(String, f64)> {
    rows.iter().map(|r| (r.get("period").to_string(), r.number("numerator").value.unwrap())).collect()
}

/// A row of any table whose every column is filled; `n` tells rows apart, and turns the statuses of its numbers.
pub fn filled(table: Table, n: usize) -> Row {
    let mut row = Row::empty(
        table,
        Provenance {
            submission: "s1".into(),
            source_file: "return é.xlsx".into(),
            source_sheet: "Data".into(),
            source_cell: format!("C{n}").into(),
            source_row: n as u32,
        },
    );
    row.extra = format!("Comment=row {n}, with ; and |");
    for (i, column) in table.columns().iter().enumerate() {
        row.values[i] = match column.kind {
            ColumnKind::Id(_) | ColumnKind::Key | ColumnKind::HashedKey | ColumnKind::Text => {
                Value::Text(format!("{}-{n:02}", column.name).into())
            }
            ColumnKind::Ids(_) => Value::Ids(vec![format!("a{n}"), "b".to_owned()]),
            ColumnKind::Period => {
                Value::Period(Period::parse(["2014-03", "2014-Q1", "2013/14", "2014"][n % 4]).unwrap())
            }
            ColumnKind::Date => Value::Date(day("2014-02-28")),
            ColumnKind::Choice(words) => Value::Text(words[n % words.len()].into()),
            ColumnKind::Number => Value::Number(match Status::ALL[(n + i) % 9] {
                Status::Value => Number::of(0.1 + n as f64),
                Status::Zero => Number::of(0.0),
                Status::Missing => Number::missing(),
                status => Number::marked(status, "[c]"),
            }),
        };
    }
    row
}
