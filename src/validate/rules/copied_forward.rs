//! C005 The last period again
//!
//! # What it checks
//! The figures of an agency for its newest period are not all the same as those of the period before, where at least
//! five can be compared and three differ from one another.
//!
//! # Why it matters
//! Last month's figures under this month's name hide whatever happened since.
//!
//! # Example
//! April's sheet copied from March, with only the title changed.
//!
//! # What to do
//! Send the figures of the new period; if they really are the same, say so.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Finding, Severity};
use crate::validate::facts::Facts;
use crate::validate::past::Line;
use crate::validate::rule::Rule;

/// The rule C005.
pub struct CopiedForward;

impl Rule for CopiedForward {
    fn code(&self) -> &'static str {
        "C005"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("copied_forward.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut agencies: BTreeMap<&str, Vec<&Line<'_>>> = BTreeMap::new();
        facts.lines().iter().for_each(|line| agencies.entry(line.agency).or_default().push(line));
        let mut found = Vec::new();
        for (agency, lines) in agencies {
            let Some(newest) = lines.iter().filter_map(|l| l.sent.newest()).map(|(period, _)| period).max() else {
                continue;
            };
            let pairs = lines.iter().filter_map(|line| {
                let (row, now) = line.sent.get(&newest)?;
                let before = line.before(newest).next().filter(|(period, _)| period.next() == newest)?.1;
                let told = now.iter().any(|f| f.value.is_some_and(|v| v != 0.0));
                told.then_some((*row, now, before))
            });
            let pairs: Vec<_> = pairs.collect();
            let same = pairs.iter().all(|(_, now, before)| now == before);
            let kinds = || pairs.iter().map(|(_, now, _)| format!("{now:?}")).collect::<BTreeSet<String>>().len();
            if same && pairs.len() >= 5 && kinds() >= 3 {
                let words = newest.words();
                let message =
                    format!("All {} figures of `{agency}` for {words} are those of the period before.", pairs.len());
                let fix = "Send the figures of the new period; if they are the same indeed, say so.";
                found.push(facts.finding(self, pairs[0].0, "period", message, fix));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::History;
    use crate::validate::validate;

    const PARTS: [&str; 5] = ["", "age=0-4", "age=5-9", "age=10-14", "age=15-17"];

    fn month(period: &str, figures: [u32; 5]) -> Vec<String> {
        let rows = PARTS.iter().zip(figures);
        rows.map(|(part, n)| format!("police,missing-episodes,corby,{period},{part},{n},,")).collect()
    }

    fn after_march(figures: [u32; 5], period: &str) -> Vec<String> {
        let return_of = |rows: Vec<String>| performance(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let (reference, none) = (reference(), History::default());
        let context = crate::validate::Context { reference: &reference, as_of: day(AS_OF), history: &none };
        let march = validate(return_of(month("2014-03", [15, 1, 2, 4, 8])), &context).accepted.unwrap();
        let told = findings(&CopiedForward, &return_of(month(period, figures)), &History::new(march.rows()));
        told.into_iter().map(|f| f.cell).collect()
    }

    #[test]
    fn passes() {
        assert!(after_march([16, 1, 3, 4, 8], "2014-04").is_empty(), "two figures moved");
        assert!(after_march([15, 1, 2, 4, 8], "2014-05").is_empty(), "April lies between");
        assert!(after_march([15, 1, 2, 4, 8], "2014-03").is_empty(), "the same month, sent again");
    }

    #[test]
    fn fails() {
        assert_eq!(after_march([15, 1, 2, 4, 8], "2014-04"), ["D2"], "March again");
    }
}
