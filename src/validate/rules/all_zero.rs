//! C004 Nothing but zeros
//!
//! # What it checks
//! Not every figure of an agency for a period is zero, where at least eight figures of three indicators are sent.
//!
//! # Why it matters
//! A form filled with zeros in place of "we do not know" tells the board that no child was harmed.
//!
//! # Example
//! Twelve indicators for March, all 0.
//!
//! # What to do
//! If nothing happened, say so; if the figures are not known, mark them `[x]`.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Finding, Row, Severity};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule C004.
pub struct AllZero;

impl Rule for AllZero {
    fn code(&self) -> &'static str {
        "C004"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("all_zero.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let number = |row: &Row| row.figure("numerator").or(row.figure("value"));
        let zeros = facts.measured().filter(|(_, row, _)| number(row) == Some(0.0));
        let mut groups: BTreeMap<_, (usize, BTreeSet<&str>, usize)> = BTreeMap::new();
        for (i, row, _) in zeros {
            if let Some(period) = row.period("period") {
                let group = groups.entry((row.text("agency"), period)).or_insert_with(|| (i, BTreeSet::new(), 0));
                group.1.insert(row.text("indicator"));
                group.2 += 1;
            }
        }
        groups.retain(|_, (_, indicators, numbers)| indicators.len() >= 3 && *numbers >= 8);
        if !groups.is_empty() {
            for (_, row, _) in facts.measured().filter(|(_, row, _)| number(row).is_some_and(|n| n != 0.0)) {
                row.period("period").map(|period| groups.remove(&(row.text("agency"), period)));
            }
        }
        let zero = groups.into_iter();
        zero.map(|((agency, period), (i, _, numbers))| {
            let message = format!("All {numbers} figures of `{agency}` for {} are zero.", period.words());
            facts.finding(
                self,
                i,
                "numerator",
                message,
                "If nothing happened, say so; what is not known is marked [x].",
            )
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    fn zeros(last: &str) -> Vec<String> {
        let mut rows = Vec::new();
        for indicator in ["missing-episodes", "s47-on-time", "referral-rate"] {
            for part in ["", "sex=f", "sex=m"] {
                rows.push(format!("police,{indicator},corby,2014-03,{part},0,10,"));
            }
        }
        rows.push(format!("police,caseload,corby,2014-03,,,,{last}"));
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        found(&AllZero, &performance(&rows))
    }

    #[test]
    fn passes() {
        assert!(zeros("12").is_empty(), "one figure is not zero");
        assert!(
            found(&AllZero, &performance(&["police,missing-episodes,corby,2014-03,,0,,"])).is_empty(),
            "a single zero"
        );
    }

    #[test]
    fn fails() {
        assert_eq!(zeros("0"), ["F2"], "told once, at the first figure");
    }
}
