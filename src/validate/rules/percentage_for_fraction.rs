//! V013 A percentage where a fraction is meant
//!
//! # What it checks
//! The value of a proportion is a fraction from 0 to 1, or a figure with a percent sign.
//!
//! # Why it matters
//! Read as it stands, 91.2 would be nine thousand per cent; divided on a guess, a true 0.9% would become 0.009%.
//!
//! # Example
//! `91.2` in the column value of an indicator that is a proportion.
//!
//! # What to do
//! Write 0.912 or 91.2%.

use crate::model::{Finding, Severity};
use crate::spec::reference::Unit;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V013.
pub struct PercentageForFraction;

impl Rule for PercentageForFraction {
    fn code(&self) -> &'static str {
        "V013"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("percentage_for_fraction.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row, _) in facts.measured().filter(|(.., indicator)| indicator.unit == Unit::Proportion) {
            if let Some(value) = row.figure("value").filter(|v| *v > 1.0 + 1e-9) {
                let message = format!("The value {value} is above 1, and a proportion is a fraction from 0 to 1.");
                let fix = match value <= 100.0 {
                    true => format!(
                        "If {value}% is meant, write {value}% or {}.",
                        crate::validate::facts::rounded(value / 100.0)
                    ),
                    false => "Write a fraction such as 0.9, or a percentage with its sign.".to_owned(),
                };
                found.push(facts.finding(self, i, "value", message, fix));
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
            &PercentageForFraction,
            &[
                (performance(&["health,s47-on-time,corby,2014-03,,,,1"]), "all"),
                (performance(&["health,s47-on-time,corby,2014-03,,,,91.2%"]), "the sign says it"),
                (performance(&["health,caseload,corby,2014-03,,,,17"]), "a mean is no proportion"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &PercentageForFraction,
            &[
                (performance(&["health,s47-on-time,corby,2014-03,,,,91.2"]), &["H2"], "a percentage"),
                (performance(&["health,s47-on-time,corby,2014-03,,,,120%"]), &["H2"], "more than all"),
            ],
        );
    }
}
