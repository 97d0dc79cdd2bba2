//! V030 Ids of a list that the board does not keep
//!
//! # What it checks
//! Ids whose reference list is absent or empty; they are taken unchecked. Told once a column.
//!
//! # Why it matters
//! Nobody notices a slip, and what has no entry has no theme.
//!
//! # Example
//! A standard of Section 11, where the board has no standards.csv.
//!
//! # What to do
//! Nothing for the sender; the board may add the list.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::{Facts, once_a_column};
use crate::validate::rule::Rule;

/// The rule V030.
pub struct UncheckedId;

impl Rule for UncheckedId {
    fn code(&self) -> &'static str {
        "V030"
    }

    fn severity(&self) -> Severity {
        Severity::Note
    }

    fn source(&self) -> &'static str {
        include_str!("unchecked_id.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        once_a_column(facts.faults(self, FaultKind::UncheckedId))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::Table;

    fn with(table: Table, header: &str, row: &str) -> Vec<String> {
        let mut reference = reference();
        reference.standards.clear();
        findings_by(&UncheckedId, &laid(table, header, &[row]), &reference)
    }

    #[test]
    fn passes() {
        assert!(with(Table::Audits, "audit,agency,question", "a1,police,voice").is_empty(), "its list is kept");
    }

    #[test]
    fn fails() {
        assert_eq!(with(Table::Section11, "agency,standard,period", "police,any,2013/14"), ["B2"], "no standards.csv");
    }
}
