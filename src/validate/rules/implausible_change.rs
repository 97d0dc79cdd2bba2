//! C006 A change out of all proportion
//!
//! # What it checks
//! A figure lies within five robust standard deviations of the median of the up to 24 periods before it, where there
//! are at least eight; for counts and shares the deviation is at least what chance alone gives. A rate of which only
//! counts are sent is compared by them: its denominator, a population of the board's list, hardly changes.
//!
//! # Why it matters
//! It is a slip of the keys, a change of definition or the most important figure of the return: the board must know
//! which.
//!
//! # Example
//! 412 missing episodes after months of 20 to 34.
//!
//! # What to do
//! Check the figure; if it is right, say what happened.

use crate::model::{Finding, Severity};
use crate::validate::facts::{Facts, rounded};
use crate::validate::past::{Middle, scaled, turned};
use crate::validate::rule::Rule;

/// The rule C006.
pub struct ImplausibleChange;

impl Rule for ImplausibleChange {
    fn code(&self) -> &'static str {
        "C006"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("implausible_change.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for line in facts.lines() {
            let implausible = line.sent.iter().find_map(|(period, (row, figures))| {
                let now = line.value(figures)?;
                let Middle { median: middle, mad, .. } = line.middle_before(*period).filter(|m| m.n >= 8)?;
                let spread = mad.max(line.chance(middle, figures));
                if (now - middle).abs() <= 5.0 * spread {
                    return None;
                }
                // What has a cause that can be named is told by its own rule.
                let told = turned(line, *period, figures).is_some() || scaled(line, *period, figures).is_some();
                (!told).then(|| (*row, now, middle, line.values_before(*period)))
            });
            if let Some((row, now, middle, before)) = implausible {
                let (least, most) = before.iter().fold((f64::MAX, f64::MIN), |(l, m), v| (l.min(*v), m.max(*v)));
                let message = format!(
                    "{} after {} periods from {} to {}, with the median {}.",
                    rounded(now),
                    before.len(),
                    rounded(least),
                    rounded(most),
                    rounded(middle)
                );
                found.push(facts.finding(
                    self,
                    row,
                    "numerator",
                    message,
                    "Check the figure; if it is right, say what happened.",
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

    fn after(figures: [u32; 9], last: &str) -> Vec<String> {
        let mut rows: Vec<String> =
            (1..).zip(figures).map(|(m, n)| format!("police,missing-episodes,corby,2014-{m:02},,{n},,")).collect();
        rows.push(format!("police,missing-episodes,corby,2014-10,,{last},,"));
        found(&ImplausibleChange, &performance(&rows.iter().map(String::as_str).collect::<Vec<_>>()))
    }

    #[test]
    fn passes() {
        assert!(after([20, 34, 25, 27, 30, 22, 28, 26, 24], "45").is_empty(), "high, and no slip");
        assert!(after([1, 0, 1, 0, 0, 1, 0, 0, 1], "4").is_empty(), "chance alone gives four of so few now and then");
        assert!(after([20, 34, 25, 27, 30, 22, 28, 26, 24], "c").is_empty(), "a marker has no value");
        let hundredth = after([200, 234, 225, 227, 230, 222, 228, 226, 224], "2");
        assert!(hundredth.is_empty(), "a hundredth looks like another unit, which is told as such");
        let two = ["police,missing-episodes,corby,2014-01,,2,,", "police,missing-episodes,corby,2014-02,,900,,"];
        assert!(found(&ImplausibleChange, &performance(&two)).is_empty(), "too short a past");
    }

    #[test]
    fn fails() {
        assert_eq!(after([20, 34, 25, 27, 30, 22, 28, 26, 24], "412"), ["F11"], "a digit too many");
        assert_eq!(after([200, 234, 225, 227, 230, 222, 228, 226, 224], "22"), ["F11"], "a digit too few");
        let of = |row: String| row.replace("missing-episodes", "referral-rate");
        let rate = |last: &str, denominator: &str| {
            let counts = [20, 34, 25, 27, 30, 22, 28, 26, 24];
            let row = |m: usize, n: &str| of(format!("police,missing-episodes,corby,2014-{m:02},,{n},{denominator},"));
            let mut rows: Vec<String> = (1..).zip(counts).map(|(m, n)| row(m, &n.to_string())).collect();
            rows.push(row(10, last));
            found(&ImplausibleChange, &performance(&rows.iter().map(String::as_str).collect::<Vec<_>>()))
        };
        assert_eq!(rate("260", ""), ["F11"], "of a rate only the counts are sent");
        assert_eq!(rate("260", "9000"), ["F11"], "and with its denominator");
        assert!(rate("31", "").is_empty(), "as before");
    }
}
