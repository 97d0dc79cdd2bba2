//! V014 A score that is none of 1 to 4
//!
//! # What it checks
//! Section 11 scores are 1 not met, 2 partly met, 3 met, 4 exceeded; a standard that does not apply is marked so.
//!
//! # Why it matters
//! A score on another scale makes an agency look better or worse than it says it is.
//!
//! # Example
//! `5` on a scale of five, or `0` for not answered.
//!
//! # What to do
//! Translate the score to 1 to 4, or write a marker such as n/a.

use crate::model::Table;
use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V014.
pub struct ScoreRange;

impl Rule for ScoreRange {
    fn code(&self) -> &'static str {
        "V014"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("score_range.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (i, row) in facts.of(Table::Section11) {
            for column in ["self_score", "moderated_score"] {
                let score = row.number(column);
                if let Some(n) = score.value.filter(|n| ![1.0, 2.0, 3.0, 4.0].contains(n)) {
                    let message = format!("{n} is no score; 1 is not met, 2 partly met, 3 met, 4 exceeded.");
                    found.push(facts.finding(
                        self,
                        i,
                        column,
                        message,
                        "Write 1 to 4, or n/a where the standard does not apply.",
                    ));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    fn of(rows: &[&str]) -> crate::model::draft::Laid {
        laid(crate::model::Table::Section11, "agency,standard,period,self_score,moderated_score", rows)
    }

    #[test]
    fn passes() {
        silent(
            &ScoreRange,
            &[
                (of(&["police,leadership,2013/14,1,4"]), "both ends"),
                (of(&["police,leadership,2013/14,grey,n/a"]), "not applicable"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &ScoreRange,
            &[
                (of(&["police,leadership,2013/14,5,0"]), &["D2", "E2"], "another scale, and a zero for nothing"),
                (of(&["police,leadership,2013/14,2.5,"]), &["D2"], "no halves"),
            ],
        );
    }
}
