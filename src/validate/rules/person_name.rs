//! P007 Names of children and families
//!
//! # What it checks
//! Cells under a header that says that it holds a person's name.
//!
//! # Why it matters
//! It identifies a child or a family. The board works with numbers of children, and must never hold who they are.
//!
//! # Example
//! A column headed Forename(s).
//!
//! # What to do
//! Take the column out and send the file again; the file that holds it is kept apart and destroyed.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::personal::Kind;
use crate::validate::rule::Rule;

/// The rule P007.
pub struct PersonName;

impl Rule for PersonName {
    fn code(&self) -> &'static str {
        "P007"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("person_name.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.personal(self, Kind::PersonName)
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
        found(&PersonName, &laid(Table::Performance, &header, &[&row]))
    }

    #[test]
    fn passes() {
        assert!(with("Ward name", "Thomas Ward").is_empty(), "a place");
    }

    #[test]
    fn fails() {
        assert_eq!(with("Child name", "Zebedee Testcase"), ["2"], "labelled");
    }
}
