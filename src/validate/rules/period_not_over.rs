//! V032 Figures for a period that is not over
//!
//! # What it checks
//! A flow is reported for a period that has ended by the day of the checks.
//!
//! # Why it matters
//! Half a month looks like half as many incidents.
//!
//! # Example
//! January's figures sent on the 20th.
//!
//! # What to do
//! Send the figures when the period is over, or say that they are final.

use crate::model::{Finding, Severity};
use crate::spec::reference::Basis;
use crate::validate::facts::{Facts, value_of};
use crate::validate::rule::Rule;

/// The rule V032.
pub struct PeriodNotOver;

impl Rule for PeriodNotOver {
    fn code(&self) -> &'static str {
        "V032"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("period_not_over.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row, indicator) in facts.measured().filter(|(.., indicator)| indicator.basis == Basis::Flow) {
            let Some(period) = row.period("period") else { continue };
            let running = period.start() <= facts.as_of() && facts.as_of() < period.end();
            if running && value_of(row, indicator).is_some() {
                let message = format!("{} is not over on {}, the day of these checks.", period.words(), facts.as_of());
                found.push(facts.finding(self, i, "period", message, "Send the figures again when it is over."));
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
            &PeriodNotOver,
            &[
                (performance(&["police,missing-episodes,corby,2015-01,,12,,"]), "it ends on the day of the checks"),
                (performance(&["police,missing-episodes,corby,2014/15,,nyd,,"]), "marked"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &PeriodNotOver,
            &[(performance(&["police,missing-episodes,corby,2014/15,,12,,"]), &["D2"], "two months to go")],
        );
    }
}
