//! C013 A share that was turned round
//!
//! # What it checks
//! A share is not what is left of one where the share of before is expected: with at least four periods before it,
//! it lies within five points of one less their median, and further from the median than chance takes it.
//!
//! # Why it matters
//! Late in place of on time turns the best service of the county into the worst, and back again next month.
//!
//! # Example
//! 2% of visits in time, after a year of 97% to 99%: the visits that were late.
//!
//! # What to do
//! Say whether the share counts what went well or what did not; send it the same way as before.

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::past::turned;
use crate::validate::rule::Rule;

/// The rule C013.
pub struct TurnedPercentage;

impl Rule for TurnedPercentage {
    fn code(&self) -> &'static str {
        "C013"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("turned_percentage.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for line in facts.lines() {
            let slip = line.sent.iter().find_map(|(period, (row, figures))| {
                turned(line, *period, figures).map(|median| (*row, line.value(figures), median))
            });
            if let Some((row, Some(now), median)) = slip {
                let per_cent = |share: f64| (share * 1000.0).round() / 10.0;
                let message = format!(
                    "{}%, where the median before is {}%: it looks like the other part of the whole.",
                    per_cent(now),
                    per_cent(median)
                );
                let fix = "Count the same part as before; if it is right, say what happened.";
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
        let rows: Vec<String> = rows.map(|(n, m)| format!("health,s47-on-time,corby,2014-{m:02},,{n}")).collect();
        found(&TurnedPercentage, &performance(&rows.iter().map(String::as_str).collect::<Vec<_>>()))
    }

    #[test]
    fn passes() {
        let year = ["97,100,", "98,100,", "99,100,", "97,100,"];
        assert!(after(&year, "96,100,").is_empty(), "as before");
        assert!(after(&year, "60,100,").is_empty(), "bad, and not the other part");
        assert!(after(&year, "0,3,").is_empty(), "none of three, by chance");
        assert!(after(&["52,100,", "49,100,", "53,100,", "50,100,"], "48,100,").is_empty(), "about a half either way");
        assert!(after(&year[..2], "2,100,").is_empty(), "too short a past");
    }

    #[test]
    fn fails() {
        assert_eq!(after(&["97,100,", "98,100,", "99,100,", "97,100,"], "2,100,"), ["F6"], "the late ones");
        assert_eq!(after(&[",,0.1", ",,0.12", ",,0.08", ",,0.1"], ",,0.9"), ["F6"], "and the other way about");
    }
}
