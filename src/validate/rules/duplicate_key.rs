//! C001 Two rows for one thing
//!
//! # What it checks
//! In one submission no two rows have the same key: for performance agency, indicator, locality, period and
//! breakdown.
//!
//! # Why it matters
//! One of two different figures would count, by chance; and the same row twice is a sign of a paste that went wrong
//! elsewhere too.
//!
//! # Example
//! Lines 2 and 9 both give the missing episodes in Corby in March.
//!
//! # What to do
//! Keep one of the two rows.

use std::collections::HashMap;

use crate::model::text::TextHash;
use crate::model::{Finding, Period, Severity};
use crate::validate::facts::{Facts, finding_at, words};
use crate::validate::rule::Rule;

/// The rule C001.
pub struct DuplicateKey;

impl Rule for DuplicateKey {
    fn code(&self) -> &'static str {
        "C001"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("duplicate_key.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let series = facts.series();
        let mut found = Vec::new();
        if !series.is_ambiguous() && rises(facts) {
            return found;
        }
        let mut first: HashMap<_, usize, TextHash> =
            HashMap::with_capacity_and_hasher(facts.rows.len(), <_>::default());
        for (i, row) in facts.rows.iter().enumerate() {
            let mut keys = row.table.columns().iter().filter(|c| c.key);
            let period = row.period("period");
            if keys.any(|c| facts.is_blocked(i, c.name)) || series.is_blank(i) && period.is_none() {
                continue;
            }
            // Where a text holds what joins the texts of a key, the joined key itself decides, as it does in the lake.
            let joined = series.is_ambiguous().then(|| row.key());
            let earlier = *first.entry((series.of(i), period, joined)).or_insert(i);
            if earlier == i {
                continue;
            }
            let place = facts.place(i);
            let message = format!(
                "The same key as {}: two rows of {} for one thing.",
                words(facts.place(earlier)),
                row.table.as_str()
            );
            let header = facts.header_at(i, place);
            found.push(finding_at(self, self.severity(), place, header, message, "Keep one of the two."));
        }
        found
    }
}

/// Whether every row of a series has a later period than the rows of the series above it: then no two have one key, which
/// need not be looked up row by row.
fn rises(facts: &Facts<'_>) -> bool {
    let series = facts.series();
    let mut latest: Vec<Option<Period>> = vec![None; series.len()];
    facts.rows.iter().enumerate().all(|(i, row)| {
        let period = row.period("period");
        let before = std::mem::replace(&mut latest[series.of(i)], period);
        period.is_some() && before < period
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(
            &DuplicateKey,
            &[
                (
                    performance(&[
                        "police,missing-episodes,corby,2014-03,,12,,",
                        "police,missing-episodes,corby,2014-04,,12,,",
                        "police,missing-episodes,corby,2014-03,sex=female,5,,",
                    ]),
                    "another month, and a part",
                ),
                (
                    performance(&[
                        "polise,missing-episodes,corby,2014-03,,1,,",
                        "polise,missing-episodes,corby,2014-03,,1,,",
                    ]),
                    "what cannot be read is told elsewhere",
                ),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &DuplicateKey,
            &[(
                performance(&[
                    "police,missing-episodes,corby,2014-03,,12,,",
                    "police,missing-episodes,corby,2014-03,sex=female,5,,",
                    "police,missing-episodes,corby,2014-03,,13,,",
                ]),
                &["A4"],
                "the third row is the first again",
            )],
        );
    }

    #[test]
    fn the_other_row_is_named() {
        let row = "police,missing-episodes,corby,2014-03,,1,,";
        let told = findings(&DuplicateKey, &performance(&[row, row]), &Default::default());
        assert!(told[0].message.contains("A2 of sheet Q1"), "{}", told[0].message);
    }
}
