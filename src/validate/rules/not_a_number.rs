//! V005 A figure that is no number
//!
//! # What it checks
//! A column of numbers holds finite numbers, or one of the markers that say why there is none.
//!
//! # Why it matters
//! A text that slips through as a number, or as nothing, changes every rate and limit built on it.
//!
//! # Example
//! `NaN`, `1e309`, `about 12` or a date where a count is expected.
//!
//! # What to do
//! Write digits, or the marker that says why there is no figure.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V005.
pub struct NotANumber;

impl Rule for NotANumber {
    fn code(&self) -> &'static str {
        "V005"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("not_a_number.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.faults(self, FaultKind::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(
            &NotANumber,
            &[(
                performance(&[
                    "police,missing-episodes,corby,2014-03,,12,,",
                    "police,missing-episodes,corby,2014-03,,c,,",
                    "police,missing-episodes,corby,2014-03,,[x],,",
                    "police,missing-episodes,corby,2014-03,,0,,",
                ]),
                "marker.csv of the bad returns: numbers, zero and markers",
            )],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &NotANumber,
            &[(
                performance(&[
                    "police,missing-episodes,corby,2014-03,,NaN,,",
                    "police,missing-episodes,corby,2014-03,,INF,,",
                    "police,missing-episodes,corby,2014-03,,1e309,,",
                    "police,missing-episodes,corby,2014-03,,0x10,,",
                ]),
                &["F2", "F3", "F4", "F5"],
                "values_nan_inf_1e309.xlsx of the bad returns",
            )],
        );
    }
}
