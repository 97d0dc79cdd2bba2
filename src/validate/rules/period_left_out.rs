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

use std::collections::{BTreeMap, BTreeSet};

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
            for (period, _) in line.known_at() {
                let (all, sent) = agencies.entry((line.agency, kind(period))).or_default();
                all.insert(period);
                if let Some((row, _)) = line.sent.get(&period) {
                    sent.entry(period).or_insert(*row);
                }
            }
        }
        let mut found = Vec::new();
        for ((agency, _), (all, sent)) in agencies {
            let pairs = all.iter().zip(all.iter().skip(1)).filter(|(a, b)| a.next() != **b && sent.contains_key(b));
            for (before, after) in pairs {
                let message = format!(
                    "The figures of `{agency}` go from {} to {}, with none for {}.",
                    before.words(),
                    after.words(),
                    before.next().words()
                );
                found.push(facts.finding(self, sent[after], "period", message, "Send the missing period too."));
            }
        }
        found
    }
}

/// Every period of which anything is known, and those of this return, each with its first row.
type Told = (BTreeSet<Period>, BTreeMap<Period, usize>);

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
    fn fails() {
        assert_eq!(after(&["2014-01"], &["2014-03"]), ["D2"], "February is missing");
        assert_eq!(after(&["2014-01"], &["2014-02", "2014-05"]), ["D3"], "within the return");
    }
}
