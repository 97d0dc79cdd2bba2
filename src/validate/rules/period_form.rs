//! V002 A period in none of the four forms
//!
//! # What it checks
//! A period is a month `2014-03`, a calendar quarter `2014-Q1`, a financial year `2013/14` or a calendar year `2014`.
//!
//! # Why it matters
//! A figure in the wrong quarter hides a rise and invents a fall. Boards speak of financial quarters and others of
//! calendar ones, so a bare `Q1 2014` is not guessed.
//!
//! # Example
//! `Q1 2014` may be January to March or April to June; `40237` is a date that lost its format.
//!
//! # What to do
//! Write the period in one of the four forms; the message names those that may be meant.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V002.
pub struct PeriodForm;

impl Rule for PeriodForm {
    fn code(&self) -> &'static str {
        "V002"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("period_form.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.faults(self, FaultKind::Period)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(
            &PeriodForm,
            &[(
                performance(&[
                    "police,missing-episodes,corby,2014-03,,12,,",
                    "police,missing-episodes,corby,2014-Q1,,12,,",
                    "police,missing-episodes,corby,2013/14,,12,,",
                    "police,missing-episodes,corby,2014,,12,,",
                ]),
                "the four forms",
            )],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &PeriodForm,
            &[
                (performance(&["police,missing-episodes,corby,Q1 2014,,12,,"]), &["D2"], "two readings"),
                (
                    performance(&["police,missing-episodes,corby,40237,,12,,"]),
                    &["D2"],
                    "date1904.xlsx of the bad returns",
                ),
            ],
        );
    }

    #[test]
    fn both_readings_and_the_date_are_told() {
        let mut laid =
            performance(&["police,missing-episodes,corby,40237,,12,,", "police,missing-episodes,corby,Q1 2014,,1,,"]);
        laid.epoch_1904 = true;
        let told = findings(&PeriodForm, &laid, &Default::default());
        assert!(told[0].message.contains("as a 1904 date it is 2014-03-01"), "{}", told[0].message);
        assert!(told[1].fix.contains("2014-Q1 or 2014-Q2"), "{}", told[1].fix);
    }
}
