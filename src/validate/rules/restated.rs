//! C015 A figure of the past that changed
//!
//! # What it checks
//! What a return says of a period for which figures were accepted before is what was accepted. A change of at least
//! a tenth, and of three where things are counted, is asked about; a smaller one is noted.
//!
//! # Why it matters
//! The board acted on the figure of before. Whether it was corrected, or counted in another way, decides whether
//! the trend can be believed.
//!
//! # Example
//! 21 missing episodes for March, where 12 were accepted in April.
//!
//! # What to do
//! Say why the figure changed; if it was typed by mistake, send the one of before.

use crate::model::history::Figures;
use crate::model::{Finding, Severity};
use crate::validate::facts::{Facts, rounded};
use crate::validate::past::Line;
use crate::validate::rule::Rule;

/// The rule C015.
pub struct Restated;

impl Rule for Restated {
    fn code(&self) -> &'static str {
        "C015"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("restated.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for line in facts.lines() {
            let changes = line.sent.iter().filter_map(|(period, (row, now))| {
                let before = line.known?.get(period)?;
                changed(line, before, now).map(|(was, is, much)| (*period, *row, was, is, much))
            });
            let changes: Vec<_> = changes.collect();
            let Some((period, row, was, is, much)) = changes.iter().find(|c| c.4).or(changes.first()) else { continue };
            let is = is.map_or("no figure".to_owned(), |is| rounded(is).to_string());
            let mut message =
                format!("{} was accepted for {}, and this return says {is}.", rounded(*was), period.words());
            if changes.len() > 1 {
                message += &format!(" It changes {} more of this series.", changes.len() - 1);
            }
            let severity = if *much { Severity::Query } else { Severity::Note };
            found.push(Finding { severity, ..facts.finding(self, *row, "numerator", message, "Say why it changed.") });
        }
        found
    }
}

/// The value before, the value now, and whether much was changed; none where they are the same.
fn changed(line: &Line<'_>, before: &Figures, now: &Figures) -> Option<(f64, Option<f64>, bool)> {
    let was = line.value(before)?;
    let Some(is) = line.value(now) else { return Some((was, None, true)) };
    let counted = |figures: &Figures| figures.first().and_then(|f| f.value);
    let far = counted(before).zip(counted(now)).is_none_or(|(a, b)| (a - b).abs() >= 3.0);
    let apart = (is - was).abs();
    (apart > 1e-9 * was.abs().max(1.0)).then_some((was, Some(is), far && apart >= 0.1 * was.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::History;
    use crate::validate::{Context, validate};

    fn restated(then: &[&str], now: &[&str]) -> Vec<String> {
        let rows = |figures: &[&str]| {
            let rows = figures.iter().zip(1..);
            rows.map(|(n, m)| format!("police,missing-episodes,corby,2014-{m:02},,{n},,")).collect::<Vec<_>>()
        };
        let of = |rows: Vec<String>| performance(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let (reference, none) = (reference(), History::default());
        let context = Context { reference: &reference, as_of: day(AS_OF), history: &none };
        let accepted = validate(of(rows(then)), &context).accepted.unwrap();
        let told = findings(&Restated, &of(rows(now)), &History::new(accepted.rows()));
        told.into_iter().map(|f| format!("{} {:?}", f.cell, f.severity)).collect()
    }

    #[test]
    fn passes() {
        assert!(restated(&["12", "14"], &["12", "14", "13"]).is_empty(), "the same, and a month more");
        assert!(restated(&["c", "14"], &["12", "14"]).is_empty(), "what was withheld is now told");
        assert!(restated(&[], &["12"]).is_empty(), "nothing was known");
    }

    #[test]
    fn fails() {
        assert_eq!(restated(&["12", "14"], &["12", "21"]), ["F3 Query"], "half as many again");
        assert_eq!(restated(&["12", "14"], &["13", "21"]), ["F3 Query"], "told once, where it changed most");
        assert_eq!(restated(&["120"], &["121"]), ["F2 Note"], "one more came to light");
        assert_eq!(restated(&["12"], &["[x]"]), ["F2 Query"], "taken back");
    }
}
