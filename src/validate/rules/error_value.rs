//! V007 An error value in a cell
//!
//! # What it checks
//! No cell holds an error value such as `#REF!`; `#N/A` in a column of numbers is the marker for not recorded.
//!
//! # Why it matters
//! The sender meant a figure and lost it; nobody but the sender knows which.
//!
//! # Example
//! `#DIV/0!` where a percentage was calculated from an empty denominator.
//!
//! # What to do
//! Mend the formula, or write the value or the marker itself.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V007.
pub struct ErrorValue;

impl Rule for ErrorValue {
    fn code(&self) -> &'static str {
        "V007"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("error_value.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.faults(self, FaultKind::ErrorCell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(&ErrorValue, &[(performance(&["police,missing-episodes,corby,2014-03,,#N/A,,"]), "not recorded")]);
    }

    #[test]
    fn fails() {
        spotted(
            &ErrorValue,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,#REF!,,"]), &["F2"], "a lost reference"),
                (performance(&["#N/A,missing-episodes,corby,2014-03,,1,,"]), &["A2"], "an agency is not a number"),
            ],
        );
    }
}
