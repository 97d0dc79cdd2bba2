//! V024 A numerator of an unknown whole
//!
//! # What it checks
//! A proportion has its denominator, or its value.
//!
//! # Why it matters
//! Nine in time is good of ten and poor of thirty; without the whole the figure says nothing and is not used.
//!
//! # Example
//! A row with the numerator 9 and an empty denominator.
//!
//! # What to do
//! Send the denominator; if it cannot be given, mark it `[x]`.

use crate::model::{Finding, Severity};
use crate::spec::reference::Unit;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V024.
pub struct DenominatorMissing;

impl Rule for DenominatorMissing {
    fn code(&self) -> &'static str {
        "V024"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("denominator_missing.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row, _) in facts.measured().filter(|(.., indicator)| indicator.unit == Unit::Proportion) {
            let missing = |column| row.number(column).is_missing() && !facts.is_blocked(i, column);
            if row.figure("numerator").is_some() && missing("denominator") && missing("value") {
                let message = "The numerator has no denominator, and this indicator is a proportion.";
                found.push(facts.finding(self, i, "denominator", message, "Send the denominator, or mark it [x]."));
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
            &DenominatorMissing,
            &[
                (performance(&["health,s47-on-time,corby,2014-03,,9,12,"]), "both"),
                (performance(&["health,s47-on-time,corby,2014-03,,9,,0.75"]), "its value"),
                (performance(&["health,s47-on-time,corby,2014-03,,9,[x],"]), "marked"),
                (performance(&["police,missing-episodes,corby,2014-03,,9,,"]), "a count has none"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &DenominatorMissing,
            &[(performance(&["health,s47-on-time,corby,2014-03,,9,,"]), &["G2"], "of how many")],
        );
    }
}
