//! C010 Places that do not add up to the place around them
//!
//! # What it checks
//! For one agency, indicator, period and breakdown, the places inside a place do not add up to more than its own
//! row. Where all of them are sent, and at least five and a tenth of its figure lie in none of them, that is asked
//! about too.
//!
//! # Why it matters
//! The board's maps are drawn from the districts and its trends from the county: they must speak of the same
//! children.
//!
//! # Example
//! Seven districts with 61 referrals between them, and 55 for the county.
//!
//! # What to do
//! Correct the district or the county; if some children belong to no district, or to two, say so.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::model::{Finding, Severity};
use crate::spec::reference::Unit;
use crate::validate::facts::{Facts, rounded};
use crate::validate::rule::Rule;

/// The rule C010.
pub struct PlacesAgainstWhole;

impl Rule for PlacesAgainstWhole {
    fn code(&self) -> &'static str {
        "C010"
    }

    fn severity(&self) -> Severity {
        Severity::Query
    }

    fn source(&self) -> &'static str {
        include_str!("places_against_whole.rs")
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let parents: HashSet<&str> = facts.context.reference.localities.iter().map(|l| l.parent.as_str()).collect();
        if !facts.measured().any(|(_, row, _)| parents.contains(row.text("locality"))) {
            return Vec::new();
        }
        let mut places: BTreeMap<_, BTreeMap<&str, usize>> = BTreeMap::new();
        for (i, row, indicator) in facts.measured() {
            if let (false, Some(period)) = (matches!(indicator.unit, Unit::Mean | Unit::Value), row.period("period")) {
                let key = (row.text("agency"), row.text("indicator"), row.text("breakdown"), period);
                places.entry(key).or_default().entry(row.text("locality")).or_insert(i);
            }
        }
        let mut found = Vec::new();
        for ((.., period), rows) in places {
            for (place, whole) in rows.iter().filter(|(place, _)| parents.contains(*place)) {
                let inside = facts.context.reference.localities.iter();
                let inside = inside.filter(|l| l.parent == *place && l.valid.holds(period.end()));
                let inside: BTreeSet<&str> = inside.map(|l| l.locality.as_str()).collect();
                let parts: Vec<usize> = inside.iter().filter_map(|l| rows.get(l).copied()).collect();
                let wrong = ["numerator", "denominator"].into_iter().find_map(|column| {
                    let number = |row: usize| facts.rows[row].figure(column);
                    let total = number(*whole)?;
                    let numbers: Vec<f64> = parts.iter().filter_map(|part| number(*part)).collect();
                    let sum: f64 = numbers.iter().sum();
                    let lost = numbers.len() > 1
                        && numbers.len() == inside.len()
                        && total - sum >= f64::max(5.0, total / 10.0);
                    (!numbers.is_empty() && sum > total + 0.5 || lost).then_some((column, total, sum, numbers.len()))
                });
                if let Some((column, total, sum, n)) = wrong {
                    let message = format!(
                        "The {column} of `{place}` is {}, and the {n} places in it that are sent add up to {}.",
                        rounded(total),
                        rounded(sum)
                    );
                    found.push(facts.finding(self, *whole, column, message, "Correct what is wrong, or explain."));
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

    use crate::spec::Reference;

    /// Corby and Kettering lie in the county.
    fn county() -> Reference {
        let mut reference = reference();
        let (mut county, mut kettering) = (reference.localities[0].clone(), reference.localities[0].clone());
        county.locality = "county".into();
        kettering.locality = "kettering".into();
        reference.localities.extend([county, kettering]);
        for place in reference.localities.iter_mut().filter(|l| l.locality != "county") {
            place.parent = "county".into();
        }
        reference
    }

    fn of(county_wide: &str, corby: &str, kettering: &str) -> Vec<String> {
        let rows = [("county", county_wide), ("corby", corby), ("kettering", kettering)];
        let rows = rows.map(|(place, n)| format!("police,missing-episodes,{place},2014-03,,{n},,"));
        findings_by(&PlacesAgainstWhole, &performance(&rows.each_ref().map(String::as_str)), &county())
    }

    #[test]
    fn passes() {
        assert!(of("12", "5", "7").is_empty(), "they add up");
        assert!(of("13", "5", "7").is_empty(), "one child from elsewhere");
        assert!(of("90", "5", "c").is_empty(), "one of them is withheld");
        assert!(of("c", "5", "7").is_empty(), "the whole is withheld");
    }

    #[test]
    fn fails() {
        assert_eq!(of("11", "5", "7"), ["F2"], "more than the county");
        assert_eq!(of("11", "12", "c"), ["F2"], "one place alone is more");
        assert_eq!(of("40", "5", "7"), ["F2"], "seven in ten belong nowhere");
    }
}
