//! V018 A breakdown without a dimension
//!
//! # What it checks
//! A breakdown is empty for the total, else `dimension=value`.
//!
//! # Why it matters
//! Totals are what the statistics use: a part that passes for the total understates, and a total that passes for a
//! part is left out.
//!
//! # Example
//! `female`, where `sex=female` is meant; `total`, where nothing is.
//!
//! # What to do
//! Write dimension=value, or leave the cell empty for the total.

use crate::model::Table;
use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::personal::shown;
use crate::validate::rule::Rule;

/// The rule V018.
pub struct BreakdownForm;

impl Rule for BreakdownForm {
    fn code(&self) -> &'static str {
        "V018"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("breakdown_form.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row) in facts.of(Table::Performance) {
            let text = row.text("breakdown");
            let whole = text.split_once('=').is_some_and(|(d, v)| !d.trim().is_empty() && !v.trim().is_empty());
            if !text.is_empty() && !whole {
                let message = format!("A breakdown is written dimension=value: {}.", shown(text));
                found.push(facts.finding(
                    self,
                    i,
                    "breakdown",
                    message,
                    "Write, say, sex=female; leave the cell empty for the total.",
                ));
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
            &BreakdownForm,
            &[(
                performance(&[
                    "police,missing-episodes,corby,2014-03,,12,,",
                    "police,missing-episodes,corby,2014-03,sex=female,5,,",
                ]),
                "the total and a part",
            )],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &BreakdownForm,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,female,5,,"]), &["E2"], "a part of what"),
                (performance(&["police,missing-episodes,corby,2014-03,total,5,,"]), &["E2"], "the total has no name"),
            ],
        );
    }
}
