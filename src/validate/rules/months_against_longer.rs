//! C012 A longer period that its months cannot give
//!
//! # What it checks
//! Where a quarter or a year is sent beside all of its months (a year also beside its quarters): events of the
//! longer period are no more than those of its months together, and no fewer than those of its busiest month. A
//! count at a date is not the sum of such counts.
//!
//! # Why it matters
//! Events add up, and counts at a date do not. A stock that was added up says that three times as many children are
//! looked after as there are.
//!
//! # Example
//! 60, 62 and 61 children on a plan at the ends of three months, and 183 for the quarter.
//!
//! # What to do
//! Correct the figure that is wrong. For a count at a date send the one at the end of the period.

use crate::model::{Finding, Period, Severity};
use crate::spec::reference::{Basis, Unit};
use crate::validate::facts::{Facts, rounded};
use crate::validate::past::Line;
use crate::validate::rule::Rule;

/// The rule C012.
pub struct MonthsAgainstLonger;

impl Rule for MonthsAgainstLonger {
    fn code(&self) -> &'static str {
        "C012"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("months_against_longer.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for line in facts.lines().iter().filter(|l| matches!(l.indicator.unit, Unit::Count | Unit::Rate)) {
            for (period, (row, figures)) in line.sent.iter().filter(|(p, _)| p.months() > 1) {
                let (Some(now), Some(parts)) = (figures.first().and_then(|f| f.value), parts(line, *period)) else {
                    continue;
                };
                let (sum, most) = (parts.iter().sum::<f64>(), parts.iter().copied().fold(0.0, f64::max));
                let wrong = match line.indicator.basis {
                    Basis::Flow if now > sum + 0.5 => {
                        format!("and its {} periods together have {}", parts.len(), rounded(sum))
                    }
                    Basis::Flow if now < most - 0.5 => format!("and one of its periods alone has {}", rounded(most)),
                    Basis::Stock if (now - sum).abs() < 0.5 && now > 1.5 * most => {
                        format!("which is the sum of {} counts at a date", parts.len())
                    }
                    _ => continue,
                };
                let message = format!("{} for {}, {wrong}.", rounded(now), period.words());
                found.push(facts.finding(self, *row, "numerator", message, "Correct what is wrong, or explain."));
            }
        }
        found
    }
}

/// The counts of the months, else of the quarters, that a period consists of; none unless all are known.
fn parts(line: &Line<'_>, whole: Period) -> Option<Vec<f64>> {
    let of = |months: u32| {
        let inside = line
            .known_at()
            .filter(|(p, _)| p.months() == months && p.start() >= whole.start() && p.end() <= whole.end());
        let counts: Option<Vec<f64>> = inside.map(|(_, figures)| figures.first().and_then(|f| f.value)).collect();
        counts.filter(|c| c.len() as u32 * months == whole.months())
    };
    of(1).or_else(|| of(3).filter(|_| whole.months() > 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    fn quarter(figure: &str, basis: Basis) -> Vec<String> {
        let mut reference = reference();
        reference.indicators[0].basis = basis;
        let row = |period: &str, n: &str| format!("police,missing-episodes,corby,{period},,{n},,");
        let rows = [row("2014-01", "60"), row("2014-02", "62"), row("2014-03", "61"), row("2014-Q1", figure)];
        findings_by(&MonthsAgainstLonger, &performance(&rows.each_ref().map(String::as_str)), &reference)
    }

    #[test]
    fn passes() {
        assert!(quarter("183", Basis::Flow).is_empty(), "events add up");
        assert!(quarter("150", Basis::Flow).is_empty(), "a child who comes twice may count once in a quarter");
        assert!(quarter("61", Basis::Stock).is_empty(), "the count at its end");
        assert!(quarter("c", Basis::Flow).is_empty(), "a marker");
        let alone = performance(&["police,missing-episodes,corby,2014-Q1,,900,,"]);
        assert!(found(&MonthsAgainstLonger, &alone).is_empty(), "no months to compare with");
    }

    #[test]
    fn fails() {
        assert_eq!(quarter("190", Basis::Flow), ["F5"], "more than its months");
        assert_eq!(quarter("20", Basis::Flow), ["F5"], "fewer than February alone");
        assert_eq!(quarter("183", Basis::Stock), ["F5"], "a stock, added up");
    }
}
