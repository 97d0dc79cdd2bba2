//! C016 A period left out
//!
//! # What it checks
//! An agency's figures go on where those that were accepted end: between the last period known of the series in
//! this return and the first one in it none is missing, nor between two of its own.
//!
//! # Why it matters
//! A month that nobody sent is not seen: the trend is drawn straight across it.
//!
//! # Example
//! January was accepted, and the next return begins with March.
//!
//! # What to do
//! Send the missing period too; if there is no figure for it, mark it [x].

use std::collections::BTreeMap;

use crate::model::{Finding, Period, Severity};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;

/// The rule C016.
pub struct PeriodLeftOut;

impl Rule for PeriodLeftOut {
    fn code(&self) -> &'static str {
        "C016"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("period_left_out.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut agencies: BTreeMap<(&str, u32), Told> = BTreeMap::new();
        for line in facts.lines() {
            for of_kind in line.rows_at().collect::<Vec<_>>().chunk_by(|(a, _), (b, _)| kind(*a) == kind(*b)) {
                let told = agencies.entry((line.agency, kind(of_kind[0].0))).or_default();
                join(told, of_kind);
            }
        }
        let mut found = Vec::new();
        for ((agency, _), told) in agencies {
            for pair in told.windows(2) {
                let ((before, _), (after, Some(row))) = (pair[0], pair[1]) else { continue };
                if before.next() == after {
                    continue;
                }
                let message = format!(
                    "The figures of `{agency}` go from {} to {}, with none for {}.",
                    before.words(),
                    after.words(),
                    before.next().words()
                );
                found.push(facts.finding(self, row, "period", message, "Send the missing period too."));
            }
        }
        found
    }
}

/// Periods of which anything is known, in order and each once, those of this return with their first row in the order of
/// the series.
type Told = Vec<(Period, Option<usize>)>;

/// Joins the periods of a series, which are in order, to those of the series before it: nearly always the same.
fn join(told: &mut Told, series: &[(Period, Option<usize>)]) {
    let mut at = 0;
    for &(period, row) in series {
        while told.get(at).is_some_and(|(known, _)| *known < period) {
            at += 1;
        }
        match told.get_mut(at) {
            Some((known, first)) if *known == period => *first = first.or(row),
            _ => told.insert(at, (period, row)),
        }
    }
}

/// Months, quarters, financial years and years are four rows of time.
fn kind(period: Period) -> u32 {
    match period {
        Period::Month(..) => 1,
        Period::Quarter(..) => 3,
        Period::FinancialYear(_) => 12,
        Period::Year(_) => 13,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::History;
    use crate::validate::{Context, validate};

    fn after(then: &[&str], now: &[&str]) -> Vec<String> {
        let of = |periods: &[&str]| {
            let rows = periods.iter().map(|p| format!("police,missing-episodes,corby,{p},,12,,"));
            performance(&rows.collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>())
        };
        let (reference, none) = (reference(), History::default());
        let context = Context { reference: &reference, as_of: day(AS_OF), history: &none };
        let accepted = validate(of(then), &context).accepted.unwrap();
        let told = findings(&PeriodLeftOut, &of(now), &History::new(accepted.rows()));
        told.into_iter().map(|f| f.cell).collect()
    }

    #[test]
    fn passes() {
        assert!(after(&["2014-01"], &["2014-02", "2014-03"]).is_empty(), "it goes on");
        assert!(after(&["2014-01", "2014-02"], &["2014-02"]).is_empty(), "sent again");
        assert!(after(&["2014-01"], &["2014-Q2"]).is_empty(), "a quarter is another row of time");
        assert!(after(&["2013-01", "2014-02"], &["2014-03"]).is_empty(), "a gap of the past is not this return's");
    }

    #[test]
    fn the_periods_of_all_series_are_in_order_and_the_first_row_counts() {
        let month = |m| Period::Month(2014, m);
        let mut told = Told::default();
        join(&mut told, &[(month(2), Some(1)), (month(4), None), (month(9), Some(7))]);
        join(&mut told, &[(month(1), Some(3)), (month(2), Some(2)), (month(4), Some(5)), (month(10), None)]);
        let expected = [(1, Some(3)), (2, Some(1)), (4, Some(5)), (9, Some(7)), (10, None)];
        assert_eq!(told, expected.map(|(m, row)| (month(m), row)));
    }

    #[test]
    fn fails() {
        assert_eq!(after(&["2014-01"], &["2014-03"]), ["D2"], "February is missing");
        assert_eq!(after(&["2014-01"], &["2014-02", "2014-05"]), ["D3"], "within the return");
    }
}
