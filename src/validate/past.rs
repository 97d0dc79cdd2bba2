//! The series of a return joined to what was accepted before, for the rules that compare a figure with its past.

use std::collections::{BTreeMap, HashMap};

use crate::model::Period;
use crate::model::history::{Figures, figures, series_key};
use crate::spec::reference::{Indicator, Unit};
use crate::validate::facts::{Facts, value_from};

/// One series of performance: what this return says of it, and what was known.
pub struct Line<'a> {
    /// Whose it is.
    pub agency: &'a str,
    /// The rows of this return, with their numbers.
    pub sent: BTreeMap<Period, (usize, Figures)>,
    indicator: &'a Indicator,
    all: Vec<(Period, Figures)>,
}

impl Line<'_> {
    /// The periods before one, the newest first; what this return says of a period counts before what was known.
    pub fn before(&self, period: Period) -> impl Iterator<Item = (Period, &Figures)> {
        let end = self.all.partition_point(|(p, _)| *p < period);
        self.all[..end].iter().rev().map(|(p, figures)| (*p, figures))
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
            let known = facts.context.history.of(row).into_iter().flatten();
            let all = known.map(|(p, f)| (*p, f.clone())).collect();
            lines.push(Line { agency: row.text("agency"), sent: BTreeMap::new(), indicator, all });
            lines.len() - 1
        });
        lines[at].sent.entry(period).or_insert_with(|| (i, figures(row)));
    }
    for line in &mut lines {
        let mut all: BTreeMap<Period, Figures> = line.all.drain(..).collect();
        all.extend(line.sent.iter().map(|(period, (_, figures))| (*period, figures.clone())));
        line.all = all.into_iter().collect();
    }
    lines
}
