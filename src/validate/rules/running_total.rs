//! C011 A running total in place of each month
//!
//! # What it checks
//! The figures of an indicator that counts events do not rise from April on like a total of the year so far: four
//! months or three quarters running, each higher than the last by about as much as the first, with a fresh start in
//! April where March is known.
//!
//! # Why it matters
//! Read as months, a running total looks like a steep rise that no service could explain, and its fall in April
//! like a success.
//!
//! # Example
//! Referrals of 40, 83, 121 and 165 in April, May, June and July, after 480 in March.
//!
//! # What to do
//! Send the figure of each month alone.

use crate::model::history::Figures;
use crate::model::{Finding, Period, Severity};
use crate::spec::reference::{Basis, Unit};
use crate::validate::facts::{Facts, rounded};
use crate::validate::past::Line;
use crate::validate::rule::Rule;

/// The rule C011.
pub struct RunningTotal;

impl Rule for RunningTotal {
    fn code(&self) -> &'static str {
        "C011"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("running_total.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        let adds_up = |line: &&Line<'_>| {
            line.indicator.basis == Basis::Flow && matches!(line.indicator.unit, Unit::Count | Unit::Rate)
        };
        let mut year = Year::default();
        for line in facts.lines().iter().filter(adds_up) {
            let summed = line.sent.iter().rev().find_map(|(period, (row, figures))| {
                (year.so_far(line, *period, figures).is_some() && year.is_running_total(*period)).then_some(*row)
            });
            if let Some(row) = summed {
                let figures: Vec<String> = year.figures.iter().map(|n| rounded(*n).to_string()).collect();
                let message = format!("Since April: {}. Each seems to hold those before it.", figures.join(", "));
                let fix = "Send the figure of each period alone; if they are, say what happened.";
                found.push(facts.finding(self, row, "numerator", message, fix));
            }
        }
        found
    }
}

/// The counts of a financial year up to a period, and that of the period before its first.
#[derive(Default)]
struct Year {
    figures: Vec<f64>,
    before: Option<f64>,
}

impl Year {
    /// Takes the counts up to a period in the place of those that it has. None where a period between is not known, or the
    /// period is neither a month nor a quarter.
    fn so_far(&mut self, line: &Line<'_>, period: Period, figures: &Figures) -> Option<()> {
        let count = |figures: &Figures| figures.first().and_then(|f| f.value);
        let starts = |period: Period| matches!(period, Period::Month(_, 4) | Period::Quarter(_, 2));
        if !matches!(period, Period::Month(..) | Period::Quarter(..)) {
            return None;
        }
        self.figures.clear();
        self.figures.push(count(figures)?);
        let mut first = period;
        let mut before = line.before(period).filter(|(p, _)| p.months() == period.months());
        while !starts(first) {
            let (earlier, figures) = before.next().filter(|(p, _)| p.next() == first)?;
            self.figures.push(count(figures)?);
            first = earlier;
        }
        self.figures.reverse();
        self.before = before.next().filter(|(p, _)| p.next() == first).and_then(|(_, figures)| count(figures));
        Some(())
    }

    fn is_running_total(&self, period: Period) -> bool {
        // Without the March before, one period more has to speak for it.
        let needed = if period.months() == 1 { 4 } else { 3 } + usize::from(self.before.is_none());
        let first = self.figures[0];
        let alike = |rise: f64| rise >= first / 4.0 && rise <= first * 4.0;
        let rises = self.figures.windows(2).all(|w| alike(w[1] - w[0]));
        let fresh = self.before.is_none_or(|march| first <= march * 0.6);
        let last = self.figures[self.figures.len() - 1];
        let enough = self.figures.len() >= needed && last - first > 5.0 * first.max(1.0).sqrt();
        enough && rises && fresh && last >= 0.7 * first * self.figures.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    fn since_march(figures: &[u32]) -> Vec<String> {
        let rows = figures.iter().zip(3..);
        let rows: Vec<String> =
            rows.map(|(n, m)| format!("police,missing-episodes,corby,2014-{m:02},,{n},,")).collect();
        found(&RunningTotal, &performance(&rows.iter().map(String::as_str).collect::<Vec<_>>()))
    }

    #[test]
    fn passes() {
        assert!(since_march(&[40, 40, 43, 38, 44]).is_empty(), "months of their own");
        assert!(since_march(&[38, 40, 83, 121, 165]).is_empty(), "no fresh start in April: a true rise");
        assert!(since_march(&[480, 40, 83, 121]).is_empty(), "three months are too few");
        assert!(since_march(&[12, 3, 6, 8, 11]).is_empty(), "so few events rise by chance");
        assert!(since_march(&[480, 40, 83, 60, 165]).is_empty(), "a total never falls");
    }

    #[test]
    fn fails() {
        assert_eq!(since_march(&[480, 40, 83, 121, 165]), ["F6"], "the year so far, told once, at the newest");
    }
}
