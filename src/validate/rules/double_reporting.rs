//! C017 Two agencies with the same figures
//!
//! # What it checks
//! No two agencies send the same figures for one indicator, place and breakdown over at least three periods, where
//! these differ among themselves and come to at least twenty.
//!
//! # Why it matters
//! A provider and its commissioner often hold the same figures. If both send them, the same children count twice.
//!
//! # Example
//! The hospital and the commissioning group both send 41, 38 and 44 attendances for Corby.
//!
//! # What to do
//! Agree which of the two sends it; the other leaves it out.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::history::Figures;
use crate::model::{Finding, Period, Severity};
use crate::validate::facts::Facts;
use crate::validate::past::Line;
use crate::validate::rule::Rule;

/// The rule C017.
pub struct DoubleReporting;

impl Rule for DoubleReporting {
    fn code(&self) -> &'static str {
        "C017"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("double_reporting.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let lines = facts.lines();
        let mut subjects: BTreeMap<[&str; 3], Vec<&Line<'_>>> = BTreeMap::new();
        let mut found = Vec::new();
        for line in lines {
            let Some((_, row)) = line.sent.newest() else { continue };
            let subject = ["indicator", "locality", "breakdown"].map(|c| facts.rows[row].text(c));
            let mine = LazyCell::new(|| line.known_at().collect::<BTreeMap<Period, &Figures>>());
            let here = subjects.entry(subject).or_default();
            let others = here.iter().filter(|other| other.agency != line.agency);
            let others = others.map(|other| (other.agency, other.known_at().collect::<BTreeMap<_, _>>()));
            let past = facts.context.history.others(&facts.rows[row]).filter(|(agency, _)| *agency != line.agency);
            let past = past.map(|(agency, series)| (agency, series.iter().map(|(p, f)| (*p, f)).collect()));
            let twin = others.chain(past).find(|(_, series)| same(&mine, series));
            if let Some((agency, _)) = twin {
                let message =
                    format!("`{agency}` and `{}` send the same figures for it, period by period.", line.agency);
                found.push(facts.finding(self, row, "agency", message, "Agree which of the two sends it."));
            }
            here.push(line);
        }
        found
    }
}

/// Whether all figures of the periods that two series share are the same, and enough to be no chance.
fn same(mine: &BTreeMap<Period, &Figures>, theirs: &BTreeMap<Period, &Figures>) -> bool {
    let shared: Vec<(&Figures, &Figures)> = mine.iter().filter_map(|(p, f)| Some((*f, *theirs.get(p)?))).collect();
    let first = |f: &Figures| f.iter().find_map(|f| f.value).unwrap_or(0.0);
    let kinds: BTreeSet<u64> = shared.iter().map(|(f, _)| first(f).to_bits()).collect();
    let size: f64 = shared.iter().map(|(f, _)| f.first().and_then(|f| f.value).unwrap_or(0.0)).sum();
    shared.len() >= 3 && kinds.len() >= 2 && size >= 20.0 && shared.iter().all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::testing::*;

    use crate::model::History;
    use crate::validate::{Context, validate};

    fn series(agency: &str, figures: [u32; 3]) -> Vec<String> {
        let rows = figures.iter().zip(1..);
        rows.map(|(n, m)| format!("{agency},referral-rate,corby,2014-{m:02},,{n},,")).collect()
    }

    fn of(rows: &[String]) -> crate::model::draft::Laid {
        performance(&rows.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn both(police: [u32; 3], health: [u32; 3]) -> Vec<String> {
        found(&DoubleReporting, &of(&[series("police", police), series("health", health)].concat()))
    }

    #[test]
    fn passes() {
        assert!(both([41, 38, 44], [41, 38, 45]).is_empty(), "one differs");
        assert!(both([1, 0, 1], [1, 0, 1]).is_empty(), "so few agree by chance");
        assert!(both([9, 9, 9], [9, 9, 9]).is_empty(), "a figure that never moves");
        assert!(found(&DoubleReporting, &of(&series("health", [41, 38, 44]))).is_empty(), "one agency");
    }

    #[test]
    fn fails() {
        assert_eq!(both([41, 38, 44], [41, 38, 44]), ["A7"], "in one return, at the newest row of the second");
        let (reference, none) = (reference(), History::default());
        let context = Context { reference: &reference, as_of: day(AS_OF), history: &none };
        let accepted = validate(of(&series("police", [41, 38, 44])), &context).accepted.unwrap();
        let told = findings(&DoubleReporting, &of(&series("health", [41, 38, 44])), &History::new(accepted.rows()));
        assert_eq!(told.iter().map(|f| f.cell.as_str()).collect::<Vec<_>>(), ["A4"], "against what was accepted");
    }
}
