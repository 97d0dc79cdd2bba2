//! V017 An event that has not happened yet
//!
//! # What it checks
//! Days of audits, notifications, reviews, decisions, starts, completions and publications are not after the day of
//! the checks.
//!
//! # Why it matters
//! A review that is entered as completed before it is closes its clock.
//!
//! # Example
//! An audit of 2051, where 2015 was meant.
//!
//! # What to do
//! Correct the year, or leave the day empty until it has come; what is planned belongs in the due date of an action.

use crate::model::ColumnKind;
use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V017.
pub struct DateInFuture;

impl Rule for DateInFuture {
    fn code(&self) -> &'static str {
        "V017"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("date_in_future.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row) in facts.rows.iter().enumerate() {
            for column in row.table.columns().iter().filter(|c| c.kind == ColumnKind::Date && c.name.ends_with("_on")) {
                if let Some(date) = row.date(column.name).filter(|d| *d > facts.as_of()) {
                    let message = format!("{date} lies after {}, the day of these checks.", facts.as_of());
                    found.push(facts.finding(
                        self,
                        i,
                        column.name,
                        message,
                        "Correct the date, or leave it empty until it has come.",
                    ));
                }
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
        laid(crate::model::Table::Audits, "audit,audited_on,agency,theme,case,question,action_due", rows)
    }

    #[test]
    fn passes() {
        silent(
            &DateInFuture,
            &[(of(&["a1,2015-01-31,police,missing,c1,voice,2016-03-31"]), "today; an action may be due later")],
        );
    }

    #[test]
    fn fails() {
        spotted(&DateInFuture, &[(of(&["a1,2015-02-01,police,missing,c1,voice,"]), &["B2"], "tomorrow")]);
    }
}
