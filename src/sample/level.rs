//! How high each indicator usually is, and how much of it there is in the county in a year.

use std::collections::BTreeMap;

use crate::spec::reference::{Disclosure, Indicator, Polarity, Unit};

/// Usual figures by indicator, as text: level in the indicator's unit for a year, cases a year in the county (for a
/// stock: at a date; for what every agency returns: in one agency), the indicator whose numerator is the denominator, and
/// the one whose numerator is the numerator. Levels are published ones of England or of statistical neighbours where `comparators.csv` holds one up to
/// 2014, so that the county is unremarkable until something is planted; the others are plausible.
const LEVELS: &str = include_str!("levels.csv");

/// The usual figures of an indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// In the indicator's unit; a rate or count for a whole year.
    pub level: f64,
    /// Denominator, or events of a count, in a year in the county.
    pub yearly: f64,
    /// The indicator whose numerator is this one's denominator.
    pub of: Option<String>,
    /// The indicator whose numerator is this one's too: one count that serves both.
    pub same: Option<String>,
}

/// The usual figures of all indicators.
#[derive(Debug, Clone)]
pub struct Levels(BTreeMap<&'static str, Entry>);

/// Level, cases a year, whole, and the indicator with the same numerator; each where it is given.
type Entry = (Option<f64>, Option<f64>, &'static str, &'static str);

impl Levels {
    /// Reads the list.
    pub fn read() -> Self {
        let row = |line: &'static str| {
            let mut parts = line.split(',');
            let mut next = || parts.next().unwrap_or("").trim();
            (next(), (next().parse().ok(), next().parse().ok(), next(), next()))
        };
        Self(LEVELS.lines().skip(1).map(row).collect())
    }

    /// The usual figures of an indicator; what the list does not say has a default by unit and polarity.
    pub fn of(&self, indicator: &Indicator) -> Level {
        let (level, yearly, of, same) =
            self.0.get(indicator.indicator.as_str()).copied().unwrap_or((None, None, "", ""));
        let usual = match (indicator.unit, indicator.polarity) {
            (Unit::Proportion, Polarity::HighIsGood) => 0.84,
            (Unit::Proportion, Polarity::LowIsGood) => 0.14,
            (Unit::Proportion, Polarity::Neutral) => 0.25,
            _ => 10.0,
        };
        let county = indicator.extra.get("place").is_some_and(|p| p == "county");
        let many = match (county, indicator.disclosure) {
            (true, _) => 160.0,
            (false, Disclosure::Children) => 700.0,
            (false, Disclosure::Process) => 900.0,
        };
        Level {
            level: level.unwrap_or(usual),
            yearly: yearly.unwrap_or(many),
            of: (!of.is_empty()).then(|| of.to_owned()),
            same: (!same.is_empty()).then(|| same.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_reads() {
        let levels = Levels::read();
        assert!(levels.0.len() > 150);
        for (indicator, (level, yearly, of, same)) in &levels.0 {
            assert!(level.is_some() || yearly.is_some() || !same.is_empty(), "{indicator} says nothing");
            assert!(of.is_empty() || levels.0.contains_key(of), "{indicator} is a share of {of}, which has no level");
        }
    }
}
