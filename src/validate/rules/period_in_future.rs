//! V016 Figures for a period that has not begun
//!
//! # What it checks
//! A row with a figure is about a period that has begun by the day of the checks. Months to come may stand empty or
//! be marked not due.
//!
//! # Why it matters
//! A zero for next month is read as a month without a single incident.
//!
//! # Example
//! A year's template in which the months to come are filled with 0.
//!
//! # What to do
//! Leave months to come empty, or mark them nyd; or correct the period.

use crate::model::row::Value;
use crate::model::{Finding, Severity};
use crate::model::{Status, Table};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V016.
pub struct PeriodInFuture;

impl Rule for PeriodInFuture {
    fn code(&self) -> &'static str {
        "V016"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("period_in_future.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row) in facts.rows.iter().enumerate() {
            let column = if row.table == Table::CaseReviews { "incident_month" } else { "period" };
            let Some(period) = row.period(column).filter(|p| p.start() > facts.as_of()) else { continue };
            let due = |v: &Value| match v {
                Value::Number(n) => matches!(n.status, Status::Value | Status::Zero | Status::Low | Status::Suppressed),
                _ => false,
            };
            if row.values.iter().any(due) || row.table == Table::CaseReviews {
                let message = format!("{} begins after {}, the day of these checks.", period.words(), facts.as_of());
                found.push(facts.finding(
                    self,
                    i,
                    column,
                    message,
                    "Leave what is to come empty or mark it nyd, or correct the period.",
                ));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        for (rows, why) in [
            (
                &["police,missing-episodes,corby,2015-01,,12,,"] as &[&str],
                "the month that ends on the day of the checks",
            ),
            (&["police,missing-episodes,corby,2015-02,,,,"] as &[&str], "an empty month to come"),
            (&["police,missing-episodes,corby,2015-02,,nyd,,"] as &[&str], "not due"),
        ] {
            assert!(found(&PeriodInFuture, &performance(rows)).is_empty(), "{why}");
        }
    }

    #[test]
    fn fails() {
        for (rows, spots, why) in [
            (&["police,missing-episodes,corby,2015-02,,0,,"] as &[&str], &["D2"] as &[&str], "filled with zero"),
            (&["police,missing-episodes,corby,2041-03,,12,,"] as &[&str], &["D2"] as &[&str], "a slip of the keys"),
        ] {
            assert_eq!(found(&PeriodInFuture, &performance(rows)), spots, "{why}");
        }
    }
}
