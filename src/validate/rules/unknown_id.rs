//! V001 An id that the reference lists do not define
//!
//! # What it checks
//! Agencies, localities, themes, indicators, standards, audit questions, categories and factors of death are ids of
//! the board's lists, written exactly so.
//!
//! # Why it matters
//! A figure under an unknown name belongs to no place and no theme: it would drop out of the picture without anybody
//! noticing.
//!
//! # Example
//! `polise` in the column agency. The nearest id, `police`, is suggested and never taken.
//!
//! # What to do
//! Write the id as the list has it, or ask the board to add it.

use crate::model::{Finding, Severity};
use crate::validate::conform::FaultKind;
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule V001.
pub struct UnknownId;

impl Rule for UnknownId {
    fn code(&self) -> &'static str {
        "V001"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("unknown_id.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        facts.faults(self, FaultKind::UnknownId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(
            &UnknownId,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,12,,"]), "ids of the lists"),
                (performance(&[" police ,missing-episodes,corby,2014-03,,12,,"]), "blanks around do no harm"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &UnknownId,
            &[
                (
                    performance(&["polise,missing-episodes,corby,2014-03,,12,,"]),
                    &["A2"],
                    "unknown_agency.csv of the bad returns",
                ),
                (
                    performance(&["police,missing,leeds,2014-03,,12,,"]),
                    &["B2", "C2"],
                    "a theme is no indicator, and the place is another county",
                ),
            ],
        );
    }

    #[test]
    fn the_nearest_id_is_suggested() {
        let told =
            findings(&UnknownId, &performance(&["polise,missing-episodes,corby,2014-03,,12,,"]), &Default::default());
        assert!(told[0].message.contains("Did you mean `police`?"), "{}", told[0].message);
    }
}
