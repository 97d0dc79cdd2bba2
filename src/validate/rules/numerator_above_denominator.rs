//! V012 More than all of them
//!
//! # What it checks
//! The numerator of a proportion is at most its denominator.
//!
//! # Why it matters
//! A share above 100% is a mix-up of two columns or of two cohorts, and would rank the agency above every other.
//!
//! # Example
//! 30 assessments in time of 27 assessments.
//!
//! # What to do
//! Check that numerator and denominator count the same cases in the same period.

use crate::model::{Finding, Severity};
use crate::spec::reference::Unit;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V012.
pub struct NumeratorAboveDenominator;

impl Rule for NumeratorAboveDenominator {
    fn code(&self) -> &'static str {
        "V012"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("numerator_above_denominator.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row, _) in facts.measured().filter(|(.., indicator)| indicator.unit == Unit::Proportion) {
            let (numerator, denominator) = (row.figure("numerator"), row.figure("denominator"));
            if let (Some(n), Some(d)) = (numerator, denominator)
                && n > d
            {
                let message =
                    format!("The numerator {n} is above the denominator {d}, and this indicator is a proportion.");
                found.push(facts.finding(self, i, "numerator", message, "Check that both count the same cases."));
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
            &NumeratorAboveDenominator,
            &[
                (performance(&["health,s47-on-time,corby,2014-03,,27,27,"]), "all of them"),
                (performance(&["health,s47-on-time,corby,2014-03,,0,0,"]), "none of none"),
                (performance(&["health,referral-rate,corby,2014-03,,30,27,"]), "a rate may"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &NumeratorAboveDenominator,
            &[
                (performance(&["health,s47-on-time,corby,2014-03,,30,27,"]), &["F2"], "more than all"),
                (performance(&["health,s47-on-time,corby,2014-03,,1,0,"]), &["F2"], "one of none"),
            ],
        );
    }
}
