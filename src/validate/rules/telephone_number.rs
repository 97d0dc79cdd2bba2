//! P008 Telephone numbers
//!
//! # What it checks
//! Telephone numbers under such a header that is no office's; elsewhere mobile numbers, as a query.
//!
//! # Why it matters
//! It identifies a child or a family. The board works with numbers of children, and must never hold who they are.
//!
//! # Example
//! A column headed mobile beside the names of carers.
//!
//! # What to do
//! Take the column out and send the file again; the file that holds it is kept apart and destroyed.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::personal::Kind;
use crate::validate::rule::Rule;

/// The rule P008.
pub struct TelephoneNumber;

impl Rule for TelephoneNumber {
    fn code(&self) -> &'static str {
        "P008"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("telephone_number.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.personal(self, Kind::Phone)
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
        found(&TelephoneNumber, &laid(Table::Performance, &header, &[&row]))
    }

    #[test]
    fn passes() {
        assert!(with("rate_per_10000", "07700.900").is_empty(), "a decimal");
    }

    #[test]
    fn fails() {
        assert_eq!(with("mobile", "07700 900123"), ["2"], "labelled");
    }
}
