//! P001 NHS numbers
//!
//! # What it checks
//! Ten digits with a right check digit: any under a header that says so and in free text, elsewhere where four in
//! five of a column pass.
//!
//! # Why it matters
//! It identifies a child or a family. The board works with numbers of children, and must never hold who they are.
//!
//! # Example
//! A column of case references in which every value has a right check digit.
//!
//! # What to do
//! Take the column out and send the file again; the file that holds it is kept apart and destroyed.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::personal::Kind;
use crate::validate::rule::Rule;

/// The rule P001.
pub struct NhsNumber;

impl Rule for NhsNumber {
    fn code(&self) -> &'static str {
        "P001"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("nhs_number.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.personal(self, Kind::NhsNumber)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::Table;

    fn with(header: &str, value: &str) -> Vec<String> {
        let header = format!("agency,indicator,locality,period,{header}");
        let row = format!("police,missing-episodes,corby,2014-03,{value}");
        found(&NhsNumber, &laid(Table::Performance, &header, &[&row]))
    }

    #[test]
    fn passes() {
        assert!(with("ref", "1000000001").is_empty(), "one id proves nothing");
    }

    #[test]
    fn fails() {
        assert_eq!(with("notes", "Case discussed at panel; NHS 999 000 0158"), ["2"], "in free text");
        assert_eq!(with("NHS Number", "9990000050"), ["2"], "labelled");
    }
}
