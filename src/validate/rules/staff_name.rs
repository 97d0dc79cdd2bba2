//! P009 Names and initials of staff
//!
//! # What it checks
//! Names under Prepared by and the like, and columns of initials.
//!
//! # Why it matters
//! Staff are people too; but a contact is often wanted, so somebody decides.
//!
//! # Example
//! Prepared by, with a name.
//!
//! # What to do
//! Say whether it is wanted; better leave it out.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::personal::Kind;
use crate::validate::rule::Rule;

/// The rule P009.
pub struct StaffName;

impl Rule for StaffName {
    fn code(&self) -> &'static str {
        "P009"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("staff_name.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.personal(self, Kind::StaffName)
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
        found(&StaffName, &laid(Table::Performance, &header, &[&row]))
    }

    #[test]
    fn passes() {
        assert!(with("Agency name", "Northamptonshire Police").is_empty(), "a body");
    }

    #[test]
    fn fails() {
        assert_eq!(with("Prepared by", "A. Analyst"), ["2"], "a person");
    }
}
