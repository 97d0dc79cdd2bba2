//! C008 A part above its total
//!
//! # What it checks
//! No row of a breakdown is more than the row without one, for the same indicator, place and period: neither in its
//! numerator nor in its denominator.
//!
//! # Why it matters
//! A part cannot be more than the whole. Either the two were swapped, or the total is of something else, and then
//! every rate that is worked out from it is wrong.
//!
//! # Example
//! 14 girls who went missing, where 12 children did.
//!
//! # What to do
//! Correct the part or the total.

use crate::model::{Finding, Severity};
use crate::spec::reference::Unit;
use crate::validate::facts::{Facts, rounded, words};
use crate::validate::parts::wholes;
use crate::validate::personal::shown;
use crate::validate::rule::Rule;

/// The rule C008.
pub struct PartAboveTotal;

impl Rule for PartAboveTotal {
    fn code(&self) -> &'static str {
        "C008"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("part_above_total.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for whole in wholes(facts) {
            if matches!(whole.indicator.unit, Unit::Mean | Unit::Value) {
                continue;
            }
            for part in whole.parts.values().flatten() {
                let above = ["numerator", "denominator"].into_iter().find_map(|column| {
                    let number = |row: usize| facts.rows[row].figure(column);
                    let (part, total) = (number(*part)?, number(whole.total)?);
                    (part > total + 1e-9).then_some((column, part, total))
                });
                if let Some((column, of_part, of_total)) = above {
                    let message = format!(
                        "{} of the part {}, and only {} of the total in {}.",
                        rounded(of_part),
                        shown(facts.rows[*part].text("breakdown")),
                        rounded(of_total),
                        words(facts.place(whole.total))
                    );
                    found.push(facts.finding(self, *part, column, message, "Correct the part or the total."));
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

    #[test]
    fn passes() {
        let total = "police,missing-episodes,corby,2014-03,,12,,";
        silent(
            &PartAboveTotal,
            &[
                (performance(&[total, "police,missing-episodes,corby,2014-03,sex=female,12,,"]), "all of them"),
                (performance(&[total, "police,missing-episodes,corby,2014-04,sex=female,14,,"]), "another month"),
                (performance(&[total, "police,missing-episodes,corby,2014-03,sex=female,c,,"]), "a marker"),
                (performance(&["police,missing-episodes,corby,2014-03,sex=female,14,,"]), "no total to compare with"),
                (
                    performance(&["health,caseload,corby,2014-03,,,,17", "health,caseload,corby,2014-03,team=a,,,21"]),
                    "a mean of a part may be higher",
                ),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &PartAboveTotal,
            &[
                (
                    performance(&[
                        "police,missing-episodes,corby,2014-03,sex=female,14,,",
                        "police,missing-episodes,corby,2014-03,,12,,",
                    ]),
                    &["F2"],
                    "wherever the total stands",
                ),
                (
                    performance(&[
                        "health,s47-on-time,corby,2014-03,,9,12,",
                        "health,s47-on-time,corby,2014-03,age=0-4,5,13,",
                    ]),
                    &["G3"],
                    "in the denominator",
                ),
            ],
        );
    }
}
