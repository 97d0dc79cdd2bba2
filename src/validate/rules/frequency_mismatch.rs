//! V021 A period of another length than the indicator is due
//!
//! # What it checks
//! A monthly indicator is sent by month, a quarterly one by quarter, an annual one by year.
//!
//! # Why it matters
//! A quarter among months looks like a sudden trebling.
//!
//! # Example
//! `2014-Q1` for an indicator that is due every month.
//!
//! # What to do
//! Send the periods that are due; if only longer ones exist, say so.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V021.
pub struct FrequencyMismatch;

impl Rule for FrequencyMismatch {
    fn code(&self) -> &'static str {
        "V021"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("frequency_mismatch.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row, indicator) in facts.measured() {
            if let Some(period) = row.period("period").filter(|p| p.months() != indicator.frequency.months()) {
                let due = indicator.frequency.as_str();
                let message =
                    format!("{} is {due}, and {period} is a period of {} months.", indicator.name, period.months());
                let message = message.replace("of 1 months", "of one month");
                found.push(facts.finding(self, i, "period", message, "Send the periods that are due, or explain."));
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
            &FrequencyMismatch,
            &[(performance(&["police,missing-episodes,corby,2014-03,,12,,"]), "a month of a monthly indicator")],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &FrequencyMismatch,
            &[
                (performance(&["police,missing-episodes,corby,2014-Q1,,12,,"]), &["D2"], "a quarter"),
                (performance(&["police,missing-episodes,corby,2013/14,,12,,"]), &["D2"], "a year"),
            ],
        );
    }
}
