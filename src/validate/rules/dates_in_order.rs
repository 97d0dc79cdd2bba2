//! C002 Dates out of order
//!
//! # What it checks
//! A child's death is notified before it is reviewed; a case is considered, decided, started, completed and published
//! in this order, and none of it before the month of the incident.
//!
//! # Why it matters
//! The clocks of a review run between these days; a swapped pair makes a late review timely.
//!
//! # Example
//! completed_on 2014-03-01 beside started_on 2014-05-01.
//!
//! # What to do
//! Correct the date that is wrong.

use crate::model::Table;
use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule C002.
pub struct DatesInOrder;

impl Rule for DatesInOrder {
    fn code(&self) -> &'static str {
        "C002"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("dates_in_order.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row) in facts.rows.iter().enumerate() {
            for order in orders(row.table) {
                let incident = row.period("incident_month").map(|p| ("incident_month", p.start()));
                let mut latest = incident;
                for column in *order {
                    let Some(date) = row.date(column) else { continue };
                    match latest {
                        Some((earlier, day)) if date < day => {
                            let message = format!("{column} {date} lies before {earlier} {day}.");
                            found.push(facts.finding(self, i, column, message, "Correct the date that is wrong."));
                        }
                        _ => latest = Some((column, date)),
                    }
                }
            }
        }
        found
    }
}

/// The columns of dates that follow one another.
fn orders(table: Table) -> &'static [&'static [&'static str]] {
    match table {
        Table::ChildDeaths => &[&["notified_on", "reviewed_on"]],
        Table::CaseReviews => &[
            &["considered_on", "decided_on", "started_on", "completed_on", "published_on"],
            &["decided_on", "panel_notified_on"],
        ],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    fn of(rows: &[&str]) -> crate::model::draft::Laid {
        laid(
            crate::model::Table::CaseReviews,
            "review,incident_month,considered_on,decided_on,panel_notified_on,started_on,completed_on,published_on",
            rows,
        )
    }

    #[test]
    fn passes() {
        silent(
            &DatesInOrder,
            &[
                (of(&["r1,2014-01,2014-01-10,2014-02-01,2014-02-03,,2014-09-01,"]), "in order, one of them missing"),
                (of(&["r1,2014-01,2014-01-10,2014-01-10,2014-01-10,,,"]), "all on a day"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &DatesInOrder,
            &[
                (of(&["r1,2014-02,2014-01-10,,,,,"]), &["C2"], "considered before it happened"),
                (of(&["r1,,2014-01-10,2014-02-01,2014-01-30,,,"]), &["E2"], "the panel told before the decision"),
                (of(&["r1,,,2014-05-01,,,2014-03-01,2014-06-01"]), &["G2"], "completed before it was decided on"),
            ],
        );
    }
}
