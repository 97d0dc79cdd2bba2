//! C014 A figure in another unit
//!
//! # What it checks
//! A value is not about a hundred or a thousand times the median of at least four steady periods before it, nor
//! about a hundredth or a thousandth of it.
//!
//! # Why it matters
//! Per cent for fractions, per thousand for per hundred, pounds for thousands: the figure is right, and everything
//! that is made of it is wrong.
//!
//! # Example
//! A rate of 0.31 for 10,000 children after months of 29 to 33.
//!
//! # What to do
//! Send the figure in the unit of before.

use crate::model::{Finding, Severity};
use crate::validate::facts::{Facts, rounded};
use crate::validate::past::scaled;
use crate::validate::rule::Rule;

/// The rule C014.
pub struct AnotherUnit;

impl Rule for AnotherUnit {
    fn code(&self) -> &'static str {
        "C014"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("another_unit.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for line in facts.lines() {
            let slip = line.sent.iter().find_map(|(period, (row, figures))| {
                scaled(line, *period, figures).map(|slip| (*row, line.value(figures), slip))
            });
            if let Some((row, Some(now), (times, median))) = slip {
                let how = if times > 1.0 {
                    format!("about {times} times")
                } else {
                    format!("about 1/{} of", (1.0 / times).round())
                };
                let message = format!("{}, {how} the median before, {}.", rounded(now), rounded(median));
                let fix = "Send it in the unit of before; if it is right, say what happened.";
                found.push(facts.finding(self, row, "numerator", message, fix));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    fn after(figures: &[&str], last: &str) -> Vec<String> {
        let rows = figures.iter().chain([&last]).zip(1..);
        let rows: Vec<String> = rows.map(|(n, m)| format!("health,referral-rate,corby,2014-{m:02},,,,{n}")).collect();
        found(&AnotherUnit, &performance(&rows.iter().map(String::as_str).collect::<Vec<_>>()))
    }

    #[test]
    fn passes() {
        assert!(after(&["30", "31", "29", "33"], "34").is_empty(), "as before");
        assert!(after(&["30", "31", "29", "33"], "300").is_empty(), "ten times: a slip of the keys, told as such");
        assert!(after(&["30", "31", "29", "33"], "0").is_empty(), "nothing is no unit");
        assert!(after(&["3", "310", "1", "33"], "0.31").is_empty(), "a past that is not steady");
        assert!(after(&["30", "31"], "0.31").is_empty(), "too short a past");
    }

    #[test]
    fn fails() {
        assert_eq!(after(&["30", "31", "29", "33"], "0.31"), ["F6"], "per hundred for per 10,000");
        assert_eq!(after(&["30", "31", "29", "33"], "3100"), ["F6"], "a hundred times");
        assert_eq!(after(&["30", "31", "29", "33"], "30500"), ["F6"], "a thousand times");
    }
}
