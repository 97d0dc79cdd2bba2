//! V004 A word that is none of the fixed ones
//!
//! # What it checks
//! Grades, kinds, decisions and answers are fixed words in lower case.
//!
//! # Why it matters
//! A grade that nobody can place is a judgement of practice that is lost.
//!
//! # Example
//! `Requires improvement` in the column grade, where the word is `requires-improvement`.
//!
//! # What to do
//! Write one of the words that the message lists.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V004.
pub struct UnknownWord;

impl Rule for UnknownWord {
    fn code(&self) -> &'static str {
        "V004"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("unknown_word.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.faults(self, FaultKind::Choice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    fn of(rows: &[&str]) -> crate::model::draft::Laid {
        laid(crate::model::Table::Audits, "audit,agency,theme,case,question,grade", rows)
    }

    #[test]
    fn passes() {
        silent(&UnknownWord, &[(of(&["a1,police,missing,c1,voice,good"]), "a fixed word")]);
    }

    #[test]
    fn fails() {
        spotted(
            &UnknownWord,
            &[
                (of(&["a1,police,missing,c1,voice,Requires improvement"]), &["F2"], "nearly the word"),
                (of(&["a1,police,missing,c1,voice,amber"]), &["F2"], "another scale"),
            ],
        );
    }
}
