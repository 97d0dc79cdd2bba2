//! C009 Parts that do not add up to their total
//!
//! # What it checks
//! The parts of a breakdown do not add up to more than the row without one; and to no less, where the same
//! breakdown adds up at least three times elsewhere in the return, and in two of three places. A breakdown of which
//! the parts mostly add up to more is taken for one in which a child may count twice.
//!
//! # Why it matters
//! A category that is left out, or counted twice, is a group of children of whom the board hears nothing, or too
//! much.
//!
//! # Example
//! Plans for neglect 41, emotional abuse 30, physical abuse 9 and sexual abuse 4, with a total of 90.
//!
//! # What to do
//! Correct the part or the total; if a child may count in two parts, or some belong in none, say so.

use std::collections::BTreeMap;

use crate::model::{Finding, Severity};
use crate::spec::reference::Unit;
use crate::validate::facts::{Facts, rounded};
use crate::validate::parts::wholes;
use crate::validate::personal::shown;
use crate::validate::rule::Rule;

/// The rule C009.
pub struct PartsAgainstTotal;

impl Rule for PartsAgainstTotal {
    fn code(&self) -> &'static str {
        "C009"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("parts_against_total.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        // By agency, indicator and dimension: the row of the total, the total, the sum of its parts.
        let mut dimensions: BTreeMap<_, Vec<(usize, f64, f64)>> = BTreeMap::new();
        for whole in wholes(facts) {
            let number = |row: usize| facts.rows[row].figure("numerator");
            let counts = !matches!(whole.indicator.unit, Unit::Mean | Unit::Value);
            let Some(total) = number(whole.total).filter(|_| counts) else { continue };
            for (dimension, parts) in &whole.parts {
                let numbers: Option<Vec<f64>> = parts.iter().map(|part| number(*part)).collect();
                // A part above the total is told as what it is.
                let Some(numbers) = numbers.filter(|n| n.len() > 1 && n.iter().all(|n| *n <= total)) else { continue };
                let row = &facts.rows[whole.total];
                let key = (row.text("agency"), row.text("indicator"), *dimension);
                dimensions.entry(key).or_default().push((whole.total, total, numbers.iter().sum()));
            }
        }
        let mut found = Vec::new();
        for ((_, _, dimension), sums) in dimensions {
            let share = |holds: fn(f64, f64) -> bool| {
                let n = sums.iter().filter(|(_, total, sum)| holds(*sum, *total)).count();
                (n, n as f64 / sums.len() as f64)
            };
            let (equal, of_all) = share(|sum, total| total > 0.0 && (sum - total).abs() <= 0.5);
            let is_whole = equal >= 3 && of_all >= 2.0 / 3.0;
            let (above, of_all) = share(|sum, total| sum > total + 0.5);
            let is_many = above >= 3 && of_all > 0.5;
            let wrong = sums
                .iter()
                .filter(|(_, total, sum)| (*sum > total + 0.5 && !is_many) || (*sum < total - 0.5 && is_whole));
            for (row, total, sum) in wrong {
                let message = format!(
                    "The parts by {} add up to {}, and the total is {}.",
                    shown(dimension),
                    rounded(*sum),
                    rounded(*total)
                );
                found.push(facts.finding(self, *row, "numerator", message, "Correct a part or the total, or explain."));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    /// Months of a total of 12 with two parts each.
    fn months(parts: &[(u32, u32)]) -> Vec<String> {
        let mut rows = Vec::new();
        for ((girls, boys), month) in parts.iter().zip(1..) {
            for (part, n) in [("", &12), ("sex=female", girls), ("sex=male", boys)] {
                rows.push(format!("police,missing-episodes,corby,2014-{month:02},{part},{n},,"));
            }
        }
        found(&PartsAgainstTotal, &performance(&rows.iter().map(String::as_str).collect::<Vec<_>>()))
    }

    #[test]
    fn passes() {
        assert!(months(&[(5, 7), (6, 6), (12, 0)]).is_empty(), "all add up");
        assert!(months(&[(5, 6), (6, 6), (4, 4)]).is_empty(), "some may be in neither part");
        assert!(months(&[(9, 7), (9, 6), (8, 9), (6, 6)]).is_empty(), "a child may count in both");
    }

    #[test]
    fn fails() {
        assert_eq!(months(&[(5, 9)]), ["F2"], "more than the total");
        assert_eq!(months(&[(5, 7), (6, 6), (12, 0), (5, 5)]), ["F11"], "less, where it otherwise adds up");
    }
}
