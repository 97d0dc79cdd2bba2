//! V027 Numbers sent as text
//!
//! # What it checks
//! Cells of a workbook that hold a number as text; they are taken as numbers. Told once a column.
//!
//! # Why it matters
//! A sum in the sender's own workbook passes over them, so that the totals there may be wrong.
//!
//! # Example
//! ` 12 ` with a blank before it.
//!
//! # What to do
//! Nothing; to be rid of the note, format the cells as numbers.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::{Facts, once_a_column};
use crate::validate::rule::Rule;

/// The rule V027.
pub struct NumberAsText;

impl Rule for NumberAsText {
    fn code(&self) -> &'static str {
        "V027"
    }

    fn severity(&self) -> Severity {
        Severity::Note
    }

    fn source(&self) -> &'static str {
        include_str!("number_as_text.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        once_a_column(facts.faults(self, FaultKind::NumberAsText))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(
            &NumberAsText,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,12,,"]), "a number"),
                (
                    performance(&["police,missing-episodes,corby,2014-03,,1 234,,"]),
                    "no number at all is told elsewhere",
                ),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &NumberAsText,
            &[(
                performance(&[
                    "police,missing-episodes,corby,2014-03,,'12,,",
                    "police,missing-episodes,corby,2014-03,,'13,,",
                ]),
                &["F2"],
                "twice in a column, told once",
            )],
        );
    }
}
