//! V026 Saved results of formulas
//!
//! # What it checks
//! Cells whose value is the saved result of a formula within the workbook; told once a column.
//!
//! # Why it matters
//! A workbook that was changed by a program and not calculated since holds results of older figures.
//!
//! # Example
//! A column of totals, each `=SUM(...)`.
//!
//! # What to do
//! Nothing, if the workbook was calculated before it was saved.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::{Facts, once_a_column};
use crate::validate::rule::Rule;

/// The rule V026.
pub struct SavedFormula;

impl Rule for SavedFormula {
    fn code(&self) -> &'static str {
        "V026"
    }

    fn severity(&self) -> Severity {
        Severity::Note
    }

    fn source(&self) -> &'static str {
        include_str!("saved_formula.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        once_a_column(facts.faults(self, FaultKind::SavedFormula))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::raw::CellNote;

    fn with(note: CellNote) -> Vec<String> {
        let row = "police,missing-episodes,corby,2014-03,,12,,";
        let mut laid = performance(&[row, row]);
        laid.drafts.iter_mut().for_each(|d| d.fields[5].as_mut().unwrap().note = note);
        found(&SavedFormula, &laid)
    }

    #[test]
    fn passes() {
        assert!(with(CellNote::Plain).is_empty(), "typed values");
    }

    #[test]
    fn fails() {
        assert_eq!(with(CellNote::Formula), ["F2"], "once a column");
    }
}
