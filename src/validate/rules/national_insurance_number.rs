//! P004 National Insurance numbers
//!
//! # What it checks
//! Two letters, six digits and a letter, as they are given out, alone or in a text.
//!
//! # Why it matters
//! It identifies a child or a family. The board works with numbers of children, and must never hold who they are.
//!
//! # Example
//! A parent's number in the notes.
//!
//! # What to do
//! Take the column out and send the file again; the file that holds it is kept apart and destroyed.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::personal::Kind;
use crate::validate::rule::Rule;

/// The rule P004.
pub struct NationalInsuranceNumber;

impl Rule for NationalInsuranceNumber {
    fn code(&self) -> &'static str {
        "P004"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("national_insurance_number.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.personal(self, Kind::Nino)
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
        found(&NationalInsuranceNumber, &laid(Table::Performance, &header, &[&row]))
    }

    #[test]
    fn passes() {
        assert!(with("ref", "DA123456A").is_empty(), "a prefix that is not given out");
    }

    #[test]
    fn fails() {
        assert_eq!(with("notes", "parent NINO: AB 12 34 56 D"), ["2"], "in free text");
    }
}
