//! V015 A count that is not whole
//!
//! # What it checks
//! The figures of an indicator that is a count, and counts of intelligence, are whole numbers.
//!
//! # Why it matters
//! Half a child is a sign that an average or a percentage was sent in its place.
//!
//! # Example
//! `12.5` missing episodes, which was the mean of two months.
//!
//! # What to do
//! Send the count itself.

use crate::model::Table;
use crate::model::{Finding, Severity};
use crate::spec::reference::Unit;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V015.
pub struct WholeCount;

impl Rule for WholeCount {
    fn code(&self) -> &'static str {
        "V015"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("whole_count.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut test = |i: usize, row: &crate::model::Row, column: &'static str| {
            if let Some(n) = row.figure(column).filter(|n| (n - n.round()).abs() > 1e-9) {
                let message = format!("{n} is not whole, and this is a count.");
                found.push(facts.finding(
                    self,
                    i,
                    column,
                    message,
                    "Send the count; an average or a percentage is another indicator.",
                ));
            }
        };
        for (i, row, indicator) in facts.measured() {
            if indicator.unit == Unit::Count {
                test(i, row, "numerator");
                test(i, row, "value");
            }
        }
        facts.of(Table::Intelligence).for_each(|(i, row)| test(i, row, "count"));
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
            &WholeCount,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,12,,"]), "whole"),
                (performance(&["health,s47-on-time,corby,2014-03,,12.5,20,"]), "full-time equivalents may be shared"),
                (performance(&["health,caseload,corby,2014-03,,,,17.5"]), "a mean"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &WholeCount,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,12.5,,"]), &["F2"], "half an episode"),
                (
                    performance(&["police,missing-episodes,corby,2014-03,,,,0.3"]),
                    &["H2"],
                    "a fraction in the place of a count",
                ),
            ],
        );
    }
}
