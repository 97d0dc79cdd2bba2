//! The series of a return joined to what was accepted before, for the rules that compare a figure with its past.

use std::collections::{BTreeMap, HashMap};

use crate::model::Period;
use crate::model::history::{Figures, figures, series_key};
use crate::spec::reference::{Indicator, Unit};
use crate::stats::robust::{mad, median};
use crate::validate::facts::{Facts, value_from};

/// One series of performance: what this return says of it, and what was known.
pub struct Line<'a> {
    /// Whose it is.
    pub agency: &'a str,
    /// The rows of this return, with their numbers.
    pub sent: BTreeMap<Period, (usize, Figures)>,
    /// What it counts.
    pub indicator: &'a Indicator,
    /// What was accepted before.
    pub known: BTreeMap<Period, Figures>,
    all: Vec<(Period, Figures)>,
}

impl Line<'_> {
    /// The periods before one, the newest first; what this return says of a period counts before what was known.
    pub fn before(&self, period: Period) -> impl Iterator<Item = (Period, &Figures)> {
        let end = self.all.partition_point(|(p, _)| *p < period);
        self.all[..end].iter().rev().map(|(p, figures)| (*p, figures))
    }

    /// Every period of which anything is known or sent, the oldest first; what this return says counts.
    pub fn known_at(&self) -> impl Iterator<Item = (Period, &Figures)> {
        self.all.iter().map(|(period, figures)| (*period, figures))
    }

    /// The values of up to 24 periods before one, the newest first.
    pub fn values_before(&self, period: Period) -> Vec<f64> {
        self.before(period).take(24).filter_map(|(_, figures)| self.value(figures)).collect()
    }

    /// The value of figures in the indicator's unit.
    pub fn value(&self, figures: &Figures) -> Option<f64> {
        let at = |i: usize| figures.get(i).and_then(|f| f.value);
        value_from([at(0), at(1), at(2)], self.indicator)
    }

    /// The standard deviation that chance alone gives around `middle`: of a Poisson count, of a share of its denominator;
    /// for other values a tenth of the middle.
    pub fn chance(&self, middle: f64, figures: &Figures) -> f64 {
        let denominator = figures.get(1).and_then(|f| f.value).filter(|d| *d > 0.0);
        match (self.indicator.unit, denominator) {
            (Unit::Count, _) => middle.max(1.0).sqrt(),
            (Unit::Proportion, Some(d)) => (middle.clamp(0.05, 0.95) * (1.0 - middle.clamp(0.05, 0.95)) / d).sqrt(),
            (Unit::Proportion, None) => 0.05,
            (Unit::Rate, Some(d)) => (middle.max(0.0) * self.indicator.multiplier / d).sqrt(),
            _ => (middle.abs() / 10.0).max(f64::MIN_POSITIVE),
        }
    }
}

/// The series of a return, in the order of their first rows.
pub fn lines<'a>(facts: &Facts<'a>) -> Vec<Line<'a>> {
    let mut index: HashMap<String, usize> = HashMap::new();
    let mut lines: Vec<Line<'a>> = Vec::new();
    for (i, row, indicator) in facts.measured() {
        let Some(period) = row.period("period") else { continue };
        let at = *index.entry(series_key(row)).or_insert_with(|| {
            let known = facts.context.history.of(row).cloned().unwrap_or_default();
            let agency = row.text("agency");
            lines.push(Line { agency, sent: BTreeMap::new(), indicator, known, all: Vec::new() });
            lines.len() - 1
        });
        lines[at].sent.entry(period).or_insert_with(|| (i, figures(row)));
    }
    for line in &mut lines {
        let mut all = line.known.clone();
        all.extend(line.sent.iter().map(|(period, (_, figures))| (*period, figures.clone())));
        line.all = all.into_iter().collect();
    }
    lines
}

/// Before fewer periods than this a slip cannot be told from what an indicator is like.
const PAST: usize = 4;

/// The median of the periods before one, where the share of `period` looks like the other part of the whole: within five
/// points of one less the median, and further from the median than chance takes it. A share of fewer than ten tells nothing:
/// none of three is soon reached.
pub fn turned(line: &Line<'_>, period: Period, figures: &Figures) -> Option<f64> {
    let now = line.value(figures).filter(|_| line.indicator.unit == Unit::Proportion)?;
    let few = figures.get(1).and_then(|f| f.value).is_some_and(|of| of < 10.0);
    let before = line.values_before(period);
    let middle = median(&before).filter(|m| !few && before.len() >= PAST && (m - 0.5).abs() >= 0.2)?;
    let spread = mad(&before)?.max(line.chance(middle, figures));
    ((now - (1.0 - middle)).abs() <= 0.05 && (now - middle).abs() > 5.0 * spread).then_some(middle)
}

/// By how much, and of which median, where the value of `period` is about a hundred or a thousand times the median of a
/// steady past, or such a part of it.
pub fn scaled(line: &Line<'_>, period: Period, figures: &Figures) -> Option<(f64, f64)> {
    let now = line.value(figures).filter(|v| *v > 0.0)?;
    let before = line.values_before(period);
    let middle = median(&before).filter(|m| before.len() >= PAST && *m > 0.0)?;
    let is_steady = before.iter().all(|v| *v >= middle / 2.5 && *v <= middle * 2.5);
    let times = [1000.0, 100.0, 0.01, 0.001].into_iter().find(|times| {
        let ratio = now / (middle * times);
        (1.0 / 1.5..=1.5).contains(&ratio)
    });
    times.filter(|_| is_steady && turned(line, period, figures).is_none()).map(|times| (times, middle))
}
