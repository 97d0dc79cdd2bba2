//! V022 A percent sign where no proportion is expected
//!
//! # What it checks
//! A percent sign stands only at the value of a proportion or a rate.
//!
//! # Why it matters
//! A percentage in the column of counts is most often a figure in the wrong column.
//!
//! # Example
//! `12%` in the column numerator.
//!
//! # What to do
//! Write the count, and the percentage in the column value.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V022.
pub struct PercentSign;

impl Rule for PercentSign {
    fn code(&self) -> &'static str {
        "V022"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("percent_sign.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.faults(self, FaultKind::PercentSign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(
            &PercentSign,
            &[
                (performance(&["health,s47-on-time,corby,2014-03,,,,91%"]), "the value of a proportion"),
                (performance(&["health,referral-rate,corby,2014-03,,,,3%"]), "a rate per 10,000"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &PercentSign,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,12%,,"]), &["F2"], "a count"),
                (performance(&["health,s47-on-time,corby,2014-03,,12%,20,"]), &["F2"], "the numerator of a proportion"),
            ],
        );
    }
}
