//! P005 Full postcodes
//!
//! # What it checks
//! A full postcode of an existing area; a district or sector under a header of postcodes is a query.
//!
//! # Why it matters
//! It identifies a child or a family. The board works with numbers of children, and must never hold who they are.
//!
//! # Example
//! A column of home postcodes.
//!
//! # What to do
//! Take the column out and send the file again; the file that holds it is kept apart and destroyed.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::personal::Kind;
use crate::validate::rule::Rule;

/// The rule P005.
pub struct FullPostcode;

impl Rule for FullPostcode {
    fn code(&self) -> &'static str {
        "P005"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("full_postcode.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.personal(self, Kind::Postcode)
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
        found(&FullPostcode, &laid(Table::Performance, &header, &[&row]))
    }

    #[test]
    fn passes() {
        assert!(with("indicator", "KS2 4AB").is_empty(), "no area is called KS");
        assert!(with("lsoa", "E01000001").is_empty(), "a statistical area");
    }

    #[test]
    fn fails() {
        assert_eq!(with("home_pc", "CR26XH"), ["2"], "labelled, without its space");
    }
}
