//! P003 Unique pupil numbers
//!
//! # What it checks
//! A letter and twelve characters whose check letter is right, wherever they stand; under a header that says so also
//! a wrong one, as a query.
//!
//! # Why it matters
//! It identifies a child or a family. The board works with numbers of children, and must never hold who they are.
//!
//! # Example
//! `code` as the header of pupil numbers.
//!
//! # What to do
//! Take the column out and send the file again; the file that holds it is kept apart and destroyed.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::personal::Kind;
use crate::validate::rule::Rule;

/// The rule P003.
pub struct PupilNumber;

impl Rule for PupilNumber {
    fn code(&self) -> &'static str {
        "P003"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("pupil_number.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.personal(self, Kind::Upn)
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
        found(&PupilNumber, &laid(Table::Performance, &header, &[&row]))
    }

    #[test]
    fn passes() {
        assert!(with("laestab", "8010001").is_empty(), "a school");
    }

    #[test]
    fn fails() {
        assert_eq!(with("pupil ref", "B801000024041"), ["2"], "thirteen characters and a right check letter");
    }
}
