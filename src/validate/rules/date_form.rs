//! V003 A date that cannot be read for certain
//!
//! # What it checks
//! Dates are ISO 8601 (`2014-03-31`), true date cells, or day first with a year of four digits.
//!
//! # Why it matters
//! Clocks of reviews are counted in days: a swapped day and month makes a late review timely.
//!
//! # Example
//! `03/25/2014` has no such month; `03/04/14` has a year of two digits; `41729` is a date without its format.
//!
//! # What to do
//! Write the day as 2014-03-31, or use a cell formatted as a date.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V003.
pub struct DateForm;

impl Rule for DateForm {
    fn code(&self) -> &'static str {
        "V003"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("date_form.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.faults(self, FaultKind::Date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    fn of(rows: &[&str]) -> crate::model::draft::Laid {
        laid(crate::model::Table::ChildDeaths, "review,notified_on", rows)
    }

    #[test]
    fn passes() {
        silent(&DateForm, &[(of(&["r1,2014-03-31", "r2,31/03/2014"]), "ISO, and day first")]);
    }

    #[test]
    fn fails() {
        spotted(
            &DateForm,
            &[
                (of(&["r1,03/25/2014"]), &["B2"], "month first"),
                (of(&["r1,03/04/14"]), &["B2"], "two digits"),
                (of(&["r1,41729"]), &["B2"], "no format"),
            ],
        );
    }
}
