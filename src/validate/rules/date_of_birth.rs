//! P006 Dates of birth and death
//!
//! # What it checks
//! Cells under a header that says so and birthdays in free text; as a query unlabelled dates of the last eighteen
//! years beside a sex or an ethnicity.
//!
//! # Why it matters
//! It identifies a child or a family. The board works with numbers of children, and must never hold who they are.
//!
//! # Example
//! A column headed DOB, whatever its cells look like.
//!
//! # What to do
//! Take the column out and send the file again; the file that holds it is kept apart and destroyed.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::personal::Kind;
use crate::validate::rule::Rule;

/// The rule P006.
pub struct DateOfBirth;

impl Rule for DateOfBirth {
    fn code(&self) -> &'static str {
        "P006"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("date_of_birth.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.personal(self, Kind::LifeDate)
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
        found(&DateOfBirth, &laid(Table::Performance, &header, &[&row]))
    }

    #[test]
    fn passes() {
        assert!(with("date_of_return", "2014-04-17").is_empty(), "a submission date");
    }

    #[test]
    fn fails() {
        assert_eq!(with("D.O.B.", "41705"), ["2"], "even without its format");
    }
}
