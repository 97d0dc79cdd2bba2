//! V011 A count below zero
//!
//! # What it checks
//! Numerators, denominators and counts are zero or more, and so are the values of counts, proportions and rates.
//!
//! # Why it matters
//! A correction sent as a negative figure makes a month vanish; the corrected month itself is what the board needs.
//!
//! # Example
//! `-4` episodes in March, to take back four that were counted in February.
//!
//! # What to do
//! Send the corrected figure of the month that was wrong.

use crate::model::Table;
use crate::model::{Finding, Severity};
use crate::spec::reference::Unit;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V011.
pub struct NegativeCount;

impl Rule for NegativeCount {
    fn code(&self) -> &'static str {
        "V011"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("negative_count.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut test = |i: usize, row: &crate::model::Row, column: &'static str| {
            if let Some(n) = row.figure(column).filter(|n| *n < 0.0) {
                let message = format!("{n} is below zero, which no count can be.");
                found.push(facts.finding(
                    self,
                    i,
                    column,
                    message,
                    "Send the figure itself; a correction replaces the old one.",
                ));
            }
        };
        for (i, row, indicator) in facts.measured() {
            test(i, row, "denominator");
            if !matches!(indicator.unit, Unit::Mean | Unit::Value) {
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
            &NegativeCount,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,0,,"]), "zero is a count"),
                (performance(&["police,missing-episodes,corby,2014-03,,-,,"]), "a hyphen is a marker"),
                (performance(&["health,caseload,corby,2014-03,,-1,2,-0.5"]), "a mean may lie below zero"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &NegativeCount,
            &[
                (
                    performance(&[
                        "police,missing-episodes,corby,2014-03,,-4,,",
                        "police,missing-episodes,corby,2014-03,,12,,",
                    ]),
                    &["F2"],
                    "negative.csv of the bad returns",
                ),
                (performance(&["health,s47-on-time,corby,2014-03,,1,-2,"]), &["G2"], "a denominator"),
            ],
        );
    }
}
