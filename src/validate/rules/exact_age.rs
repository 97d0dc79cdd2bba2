//! P010 Ages to the month
//!
//! # What it checks
//! A column of ages in months or days beside a sex or an ethnicity.
//!
//! # Why it matters
//! With a place and a sex an exact age points at one child.
//!
//! # Example
//! age_months beside sex, a row a child.
//!
//! # What to do
//! Say whether it is wanted; better leave it out.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::personal::Kind;
use crate::validate::rule::Rule;

/// The rule P010.
pub struct ExactAge;

impl Rule for ExactAge {
    fn code(&self) -> &'static str {
        "P010"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("exact_age.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.personal(self, Kind::ExactAge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::Table;

    fn with(header: &str, value: &str) -> Vec<String> {
        let header = format!("agency,indicator,locality,period,{header}, sex");
        let row = format!("police,missing-episodes,corby,2014-03,{value},f");
        found(&ExactAge, &laid(Table::Performance, &header, &[&row]))
    }

    #[test]
    fn passes() {
        assert!(with("age_band", "5-9").is_empty(), "a band");
    }

    #[test]
    fn fails() {
        assert_eq!(with("age_months", "17"), ["2"], "beside a sex");
    }
}
