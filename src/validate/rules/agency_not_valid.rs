//! V009 An agency that did not exist then
//!
//! # What it checks
//! The agency of a row existed for at least a day of the row's period (or on the day of the audit).
//!
//! # Why it matters
//! A figure under a body that was dissolved belongs to its successor, whose record would otherwise look better than
//! it is.
//!
//! # Example
//! A return of a probation trust for a month after the trusts were replaced.
//!
//! # What to do
//! Write the agency that existed then, or correct the period.

use crate::model::{Finding, Severity};
use crate::spec::reference::{Agency, Validity};
use crate::validate::facts::{Facts, days_of};
use crate::validate::rule::Rule;

/// The rule V009.
pub struct AgencyNotValid;

impl Rule for AgencyNotValid {
    fn code(&self) -> &'static str {
        "V009"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("agency_not_valid.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut above: Option<(&str, Vec<&Agency>)> = None;
        for (i, row) in facts.rows.iter().enumerate() {
            let id = row.text("agency");
            let versions = match &above {
                Some((known, versions)) if *known == id => versions,
                _ => {
                    let versions = facts.context.reference.agencies.iter().filter(|a| a.agency == id).collect();
                    &above.insert((id, versions)).1
                }
            };
            if versions.is_empty() || versions.iter().any(|a| a.valid == Validity::default()) {
                continue;
            }
            let Some((start, end)) = days_of(row) else { continue };
            if !versions.iter().any(|a| a.valid.holds(start) || a.valid.holds(end)) {
                let message = format!("`{id}` did not exist from {start} to {end}, by agencies.csv.");
                found.push(facts.finding(
                    self,
                    i,
                    "agency",
                    message,
                    "Write the agency of that time, or correct the period.",
                ));
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
            &AgencyNotValid,
            &[
                (performance(&["probation,s47-on-time,corby,2014-05,,1,2,"]), "its last month"),
                (performance(&["probation,s47-on-time,corby,2014-Q2,,1,2,"]), "a quarter of which it saw two months"),
                (performance(&["health,s47-on-time,corby,1990,,1,2,"]), "no dates, no limits"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &AgencyNotValid,
            &[
                (performance(&["probation,s47-on-time,corby,2014-06,,1,2,"]), &["A2"], "the month after"),
                (performance(&["police,s47-on-time,corby,2010-03,,1,2,"]), &["A2"], "the month before"),
            ],
        );
    }
}
