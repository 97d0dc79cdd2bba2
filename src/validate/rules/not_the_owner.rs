//! C003 An indicator returned by an agency that does not own it
//!
//! # What it checks
//! An indicator with an owner is returned by its owner.
//!
//! # Why it matters
//! Two versions of one figure lead to an argument about figures in place of one about children; the owner's counts.
//!
//! # Example
//! The health trust returns missing episodes, which the police own.
//!
//! # What to do
//! Check the agency and the indicator; if a second view is meant, explain it.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule C003.
pub struct NotTheOwner;

impl Rule for NotTheOwner {
    fn code(&self) -> &'static str {
        "C003"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("not_the_owner.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row, indicator) in facts.measured() {
            let agency = row.text("agency");
            if !indicator.agency.is_empty() && !agency.is_empty() && agency != indicator.agency {
                let owner = &indicator.agency;
                let message = format!(
                    "{} is owned by `{owner}` and returned by `{agency}`; the owner's figure counts.",
                    indicator.name
                );
                found.push(facts.finding(self, i, "agency", message, "Check agency and indicator, or explain."));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(
            &NotTheOwner,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,12,,"]), "the owner"),
                (performance(&["police,s47-on-time,corby,2014-03,,1,2,"]), "anybody may"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(&NotTheOwner, &[(performance(&["health,missing-episodes,corby,2014-03,,12,,"]), &["A2"], "another")]);
    }
}
