//! V028 Dates read day first
//!
//! # What it checks
//! Dates as text with the day first, as British returns write them; told once a column.
//!
//! # Why it matters
//! Read month first, the third of April would be the fourth of March, and a clock a month out.
//!
//! # Example
//! `03/04/2014`, read as 2014-04-03.
//!
//! # What to do
//! Nothing, if the day named in the message is meant.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::{Facts, once_a_column};
use crate::validate::rule::Rule;

/// The rule V028.
pub struct DayFirstDate;

impl Rule for DayFirstDate {
    fn code(&self) -> &'static str {
        "V028"
    }

    fn severity(&self) -> Severity {
        Severity::Note
    }

    fn source(&self) -> &'static str {
        include_str!("day_first_date.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        once_a_column(facts.faults(self, FaultKind::DayFirst))
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
        silent(&DayFirstDate, &[(of(&["r1,2014-04-03"]), "ISO")]);
    }

    #[test]
    fn fails() {
        spotted(&DayFirstDate, &[(of(&["r1,03/04/2014", "r2,04/04/2014"]), &["B2"], "told once")]);
    }
}
