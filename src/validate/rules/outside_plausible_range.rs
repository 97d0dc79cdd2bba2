//! V019 A value outside its plausible range
//!
//! # What it checks
//! The value, as sent or as numerator and denominator give it, lies between the indicator's minimum and maximum.
//!
//! # Why it matters
//! A slip of a decimal place looks like the county's worst month and takes the panel's first hour.
//!
//! # Example
//! 170 cases a social worker, where the most that was ever plausible is 60.
//!
//! # What to do
//! Check the figure; if it is right, say why, and it is used as it stands.

use crate::model::{Finding, Severity};
use crate::spec::reference::Unit;
use crate::validate::facts::{Facts, rounded, value_of};
use crate::validate::rule::Rule;

/// The rule V019.
pub struct OutsidePlausibleRange;

impl Rule for OutsidePlausibleRange {
    fn code(&self) -> &'static str {
        "V019"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("outside_plausible_range.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row, indicator) in facts.measured() {
            let Some((value, column)) = value_of(row, indicator) else { continue };
            // What lies outside 0 to 1 of a proportion is an error of its own.
            let told = indicator.unit == Unit::Proportion && !(0.0..=1.0).contains(&value);
            let below = indicator.minimum.filter(|m| value < m - 1e-9).map(|m| ("below the least", m));
            let above = indicator.maximum.filter(|m| value > m + 1e-9).map(|m| ("above the most", m));
            if let (Some((how, limit)), false) = (below.or(above), told) {
                let message = format!("{} is {how} that is plausible for {}, {limit}.", rounded(value), indicator.name);
                found.push(facts.finding(self, i, column, message, "Check the figure; if it is right, explain it."));
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
            &OutsidePlausibleRange,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,100,,"]), "the most that is plausible"),
                (performance(&["health,caseload,corby,2014-03,,,,1"]), "the least"),
                (performance(&["police,missing-episodes,corby,2014-03,,c,,"]), "a marker has no value"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &OutsidePlausibleRange,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,101,,"]), &["F2"], "above"),
                (performance(&["health,caseload,corby,2014-03,,,,170"]), &["H2"], "a decimal place"),
                (performance(&["health,referral-rate,corby,2014-03,,6,100,"]), &["F2"], "600 per 10,000, by its parts"),
            ],
        );
    }
}
