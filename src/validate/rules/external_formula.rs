//! V025 A value saved from another workbook
//!
//! # What it checks
//! Cells whose formula refers to another workbook; the saved value is taken, and the other workbook is never opened.
//!
//! # Why it matters
//! If the other workbook has moved on since, the figure is yesterday's.
//!
//! # Example
//! `=[figures.xlsx]Sheet1!B4` with the saved value 12.
//!
//! # What to do
//! Nothing, if the saved value is right; pasted values are safer.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V025.
pub struct ExternalFormula;

impl Rule for ExternalFormula {
    fn code(&self) -> &'static str {
        "V025"
    }

    fn severity(&self) -> Severity {
        Severity::Note
    }

    fn source(&self) -> &'static str {
        include_str!("external_formula.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.faults(self, FaultKind::ExternalFormula)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::raw::CellNote;

    fn with(note: CellNote) -> Vec<String> {
        let mut laid = performance(&["police,missing-episodes,corby,2014-03,,12,,"]);
        laid.drafts[0].fields[5].as_mut().unwrap().note = note;
        found(&ExternalFormula, &laid)
    }

    #[test]
    fn passes() {
        assert!(with(CellNote::Plain).is_empty(), "a typed value");
    }

    #[test]
    fn fails() {
        assert_eq!(with(CellNote::ExternalFormula), ["F2"], "formula_external.xlsx of the bad returns");
    }
}
