//! V006 A formula whose value was not saved
//!
//! # What it checks
//! A formula must have its saved value in the file: nothing is calculated here.
//!
//! # Why it matters
//! Read as zero or as missing it would say that nothing happened, where nobody knows.
//!
//! # Example
//! A workbook written by a program that does not calculate, so that F2 holds a formula and no value.
//!
//! # What to do
//! Open the workbook in its spreadsheet program, let it calculate, save it and send it again.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V006.
pub struct UnsavedFormula;

impl Rule for UnsavedFormula {
    fn code(&self) -> &'static str {
        "V006"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("unsaved_formula.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.faults(self, FaultKind::UnsavedFormula)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::raw::{CellNote, RawValue};

    fn with(note: CellNote) -> Vec<String> {
        let mut laid = performance(&["police,missing-episodes,corby,2014-03,,12,,"]);
        let cell = laid.drafts[0].fields[5].as_mut().unwrap();
        cell.note = note;
        if note == CellNote::FormulaWithoutValue {
            cell.value = Some(RawValue::Text(Default::default()));
        }
        found(&UnsavedFormula, &laid)
    }

    #[test]
    fn passes() {
        assert!(with(CellNote::Formula).is_empty(), "its value was saved");
    }

    #[test]
    fn fails() {
        assert_eq!(with(CellNote::FormulaWithoutValue), ["F2"], "formula_no_cache.xlsx of the bad returns");
    }
}
