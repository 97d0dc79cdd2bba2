//! P002 Unique learner numbers
//!
//! # What it checks
//! Ten digits whose check digit is that of a learner number: any under such a header, elsewhere where four in five of
//! a column pass.
//!
//! # Why it matters
//! It identifies a child or a family. The board works with numbers of children, and must never hold who they are.
//!
//! # Example
//! `9276308686` in a column headed ULN.
//!
//! # What to do
//! Take the column out and send the file again; the file that holds it is kept apart and destroyed.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::personal::Kind;
use crate::validate::rule::Rule;

/// The rule P002.
pub struct LearnerNumber;

impl Rule for LearnerNumber {
    fn code(&self) -> &'static str {
        "P002"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("learner_number.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.personal(self, Kind::Uln)
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
        found(&LearnerNumber, &laid(Table::Performance, &header, &[&row]))
    }

    #[test]
    fn passes() {
        assert!(with("ULN", "9999999999").is_empty(), "the placeholder for unknown");
    }

    #[test]
    fn fails() {
        assert_eq!(with("ULN", "9990005035"), ["2"], "labelled");
    }
}
