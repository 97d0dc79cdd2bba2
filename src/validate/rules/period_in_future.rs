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
        silent(
            &PeriodInFuture,
            &[
                (
                    performance(&["police,missing-episodes,corby,2015-01,,12,,"]),
                    "the month that ends on the day of the checks",
                ),
                (performance(&["police,missing-episodes,corby,2015-02,,,,"]), "an empty month to come"),
                (performance(&["police,missing-episodes,corby,2015-02,,nyd,,"]), "not due"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &PeriodInFuture,
            &[
                (performance(&["police,missing-episodes,corby,2015-02,,0,,"]), &["D2"], "filled with zero"),
                (performance(&["police,missing-episodes,corby,2041-03,,12,,"]), &["D2"], "a slip of the keys"),
            ],
        );
    }
}
