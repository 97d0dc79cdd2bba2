//! V023 A record without any day
//!
//! # What it checks
//! An audit has its day, a child's death its notification or review, a case review at least one of its dates.
//!
//! # Why it matters
//! Evidence without a day has no age, and cannot be weighed against what is newer.
//!
//! # Example
//! A row of child-deaths with neither notified_on nor reviewed_on.
//!
//! # What to do
//! Give the day; the month of the incident is enough for a case review.

use crate::model::row::Value;
use crate::model::{ColumnKind, Table};
use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V023.
pub struct UndatedRecord;

impl Rule for UndatedRecord {
    fn code(&self) -> &'static str {
        "V023"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("undated_record.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row) in facts.rows.iter().enumerate() {
            if !matches!(row.table, Table::Audits | Table::ChildDeaths | Table::CaseReviews) {
                continue;
            }
            let mut dated = row
                .table
                .columns()
                .iter()
                .filter(|c| c.kind == ColumnKind::Period || c.kind == ColumnKind::Date && c.name.ends_with("_on"));
            if dated.all(|c| *row.get(c.name) == Value::Empty && !facts.is_blocked(i, c.name)) {
                let message = format!("This row of {} has no date at all.", row.table.as_str());
                let column = if row.table == Table::Audits { "audited_on" } else { "review" };
                found.push(facts.finding(self, i, column, message, "Give the day."));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    fn of(rows: &[&str]) -> crate::model::draft::Laid {
        laid(crate::model::Table::ChildDeaths, "review,notified_on,reviewed_on", rows)
    }

    #[test]
    fn passes() {
        silent(
            &UndatedRecord,
            &[
                (of(&["r1,2014-03-01,", "r1,,2014-04-01"]), "one of the two"),
                (of(&["r1,03/25/2014,"]), "one that cannot be read is told elsewhere"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(&UndatedRecord, &[(of(&["r1,,"]), &["A2"], "none")]);
    }
}
