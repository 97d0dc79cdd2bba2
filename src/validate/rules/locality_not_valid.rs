//! V010 A place that did not exist then
//!
//! # What it checks
//! The locality of a row existed for at least a day of the row's period (or on the day of the audit or notification). A
//! row that holds no figure, only markers such as `[z]`, says the same and is let through: official tables keep such rows
//! for places that have ended or have not begun. A yearly figure of the year next to the place's life is asked about, not
//! refused: what is counted in September or over a school year bears the label of a neighbouring year.
//!
//! # Why it matters
//! Districts were merged in 2021; a figure under the wrong side of a boundary change shows a rise or a fall that no
//! child felt.
//!
//! # Example
//! A month of 2022 under a district that was abolished in April 2021.
//!
//! # What to do
//! Write the place of that time; where the board's list names a successor, the message does too.

use crate::model::period::add_months;
use crate::model::{Finding, Row, Severity, Table};
use crate::spec::reference::{Locality, Validity};
use crate::validate::facts::{Facts, days_of};
use crate::validate::rule::Rule;

/// The rule V010.
pub struct LocalityNotValid;

impl Rule for LocalityNotValid {
    fn code(&self) -> &'static str {
        "V010"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn source(&self) -> &'static str {
        include_str!("locality_not_valid.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut above: Option<(&str, Vec<&Locality>)> = None;
        for (i, row) in facts.rows.iter().enumerate() {
            let id = row.text("locality");
            let known = match &above {
                Some((known, versions)) if *known == id => versions,
                _ => {
                    let versions = facts.context.reference.localities.iter().filter(|l| l.locality == id).collect();
                    &above.insert((id, versions)).1
                }
            };
            let versions = || known.iter().copied();
            if known.is_empty() || versions().any(|l| l.valid == Validity::default()) || holds_no_figure(row) {
                continue;
            }
            let Some((start, end)) = days_of(row) else { continue };
            if versions().any(|l| l.valid.holds(start) || l.valid.holds(end)) {
                continue;
            }
            let near = |l: &Locality| {
                let (before, after) = (add_months(start, -12), add_months(end, 12));
                l.valid.holds(before) || l.valid.holds(after)
            };
            let is_year = row.period("period").is_some_and(|p| p.months() == 12);
            let is_label = is_year && versions().any(near);
            let successor = versions().find_map(|l| l.extra.get("successor")).filter(|s| !s.is_empty());
            let hint = successor.map_or_else(String::new, |s| format!(" Its successor is `{s}`."));
            let message = format!("`{id}` did not exist from {start} to {end}, by localities.csv.{hint}");
            let fix = "Write the place of that time, or correct the period.";
            let mut finding = facts.finding(self, i, "locality", message, fix);
            if is_label {
                finding.severity = Severity::Query;
            }
            found.push(finding);
        }
        found
    }
}

/// Whether a row of figures has none, and says why at least once.
fn holds_no_figure(row: &Row) -> bool {
    let numbers = || ["numerator", "denominator", "value"].map(|column| row.number(column));
    row.table == Table::Performance
        && numbers().iter().all(|n| n.value.is_none())
        && numbers().iter().any(|n| !n.is_missing())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::History;
    use crate::validate::testing::*;

    #[test]
    fn passes() {
        silent(
            &LocalityNotValid,
            &[
                (performance(&["police,missing-episodes,corby,2014-03,,12,,"]), "a district while it lasted"),
                (performance(&["police,missing-episodes,corby,2021-04,,[z],,"]), "a marker for a district that ended"),
                (performance(&["police,missing-episodes,north,2014-03,,,,[x]"]), "and for one that had not begun"),
            ],
        );
    }

    #[test]
    fn fails() {
        spotted(
            &LocalityNotValid,
            &[
                (performance(&["police,missing-episodes,corby,2021-04,,1,,"]), &["C2"], "the month after it ended"),
                (performance(&["police,missing-episodes,corby,2021-04,,[z],20,"]), &["C2"], "a marker beside a figure"),
                (
                    performance(&["police,missing-episodes,corby,2021-04,,low,,"]),
                    &["C2"],
                    "low is a figure that rounds",
                ),
                (performance(&["police,missing-episodes,corby,2022/23,,1,,"]), &["C2"], "a year that is not the next"),
                (performance(&["police,missing-episodes,north,2014-03,,1,,"]), &["C2"], "seven years too early"),
            ],
        );
    }

    #[test]
    fn a_year_beside_the_places_life_is_asked_about() {
        for (row, severity, why) in [
            ("police,missing-episodes,corby,2021/22,,1,,", Severity::Query, "the year after it ended"),
            ("police,missing-episodes,north,2020/21,,1,,", Severity::Query, "the year before it began"),
            ("police,missing-episodes,corby,2022/23,,1,,", Severity::Error, "two years after"),
        ] {
            let found = findings(&LocalityNotValid, &performance(&[row]), &History::default());
            assert_eq!(found.iter().map(|f| f.severity).collect::<Vec<_>>(), [severity], "{why}");
        }
    }
}
