//! C007 A return without a single figure
//!
//! # What it checks
//! A return of figures holds at least one figure or marker.
//!
//! # Why it matters
//! On time and empty does not count as on time: the board sees what it was not told.
//!
//! # Example
//! The template, sent back as it was.
//!
//! # What to do
//! Fill it in; what is not known is marked `[x]`, what is not due nyd.

use crate::model::row::Value;
use crate::model::{ColumnKind, Table};
use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule C007.
pub struct NothingReported;

impl Rule for NothingReported {
    fn code(&self) -> &'static str {
        "C007"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("nothing_reported.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        if facts.is_without_rows() {
            let message = "Nothing is filled in: the return holds no row with a figure.";
            let fix = "Fill it in; mark what is not known [x].";
            return vec![Finding::file(self.code(), self.severity(), message, fix)];
        }
        let figures =
            |row: &&crate::model::Row| matches!(row.table, Table::Performance | Table::Section11 | Table::Intelligence);
        let rows: Vec<_> = facts.rows.iter().filter(figures).collect();
        let told = |value: &Value| matches!(value, Value::Number(number) if !number.is_missing());
        let blocked = (0..facts.rows.len()).any(|i| {
            let numbers = facts.rows[i].table.columns().iter().filter(|c| c.kind == ColumnKind::Number);
            numbers.into_iter().any(|c| facts.is_blocked(i, c.name))
        });
        if rows.is_empty() || blocked || rows.iter().any(|row| row.values.iter().any(told)) {
            return Vec::new();
        }
        let message = format!("None of the {} rows holds a figure or a marker.", rows.len());
        vec![Finding::file(self.code(), self.severity(), message, "Fill it in; mark what is not known [x].")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(
            &NothingReported,
            &[
                (
                    performance(&[
                        "police,missing-episodes,corby,2014-03,,12,,",
                        "police,missing-episodes,corby,2014-03,,,,",
                    ]),
                    "one figure",
                ),
                (performance(&["police,missing-episodes,corby,2014-03,,[x],,"]), "a marker is an answer"),
                (
                    performance(&["police,missing-episodes,corby,2014-03,,about,,"]),
                    "what cannot be read is told elsewhere",
                ),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &NothingReported,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,,,"]), &["file"], "empty"),
                (performance(&[]), &["file"], "not a row under any of its columns"),
            ],
        );
    }
}
