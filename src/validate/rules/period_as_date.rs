//! V029 Months that became dates
//!
//! # What it checks
//! Periods that are a date cell of the first of a month: what a spreadsheet program makes of a typed `2014-03`. Told
//! once a column.
//!
//! # Why it matters
//! Only a month can be meant; a quarter or a year must be written as text.
//!
//! # Example
//! A cell shown as Mar-14.
//!
//! # What to do
//! Nothing, if the month is meant.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::{Facts, once_a_column};
use crate::validate::rule::Rule;

/// The rule V029.
pub struct PeriodAsDate;

impl Rule for PeriodAsDate {
    fn code(&self) -> &'static str {
        "V029"
    }

    fn severity(&self) -> Severity {
        Severity::Note
    }

    fn source(&self) -> &'static str {
        include_str!("period_as_date.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        once_a_column(facts.faults(self, FaultKind::PeriodAsDate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::raw::RawValue;

    fn with(value: RawValue) -> Vec<String> {
        let mut laid = performance(&["police,missing-episodes,corby,2014-03,,12,,"]);
        laid.drafts[0].fields[3].as_mut().unwrap().value = Some(value);
        found(&PeriodAsDate, &laid)
    }

    #[test]
    fn passes() {
        assert!(with(RawValue::Text("2014-03".into())).is_empty(), "text");
        assert!(with(RawValue::Date("2014-03-15".into())).is_empty(), "an error, told elsewhere");
    }

    #[test]
    fn fails() {
        assert_eq!(with(RawValue::Date("2014-03-01".into())), ["D2"], "the first of a month");
    }
}
