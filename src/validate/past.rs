//! The series of a return joined to what was accepted before, for the rules that compare a figure with its past.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::model::Period;
use crate::model::history::{Figures, figures};
use crate::spec::reference::{Indicator, Unit};
use crate::stats::robust::median_of_sorted;
use crate::validate::facts::{Facts, value_from};

/// One series of performance: what this return says of it, and what was known.
pub struct Line<'a> {
    /// Whose it is.
    pub agency: &'a str,
    /// The rows of this return, with their numbers.
    pub sent: Sent,
    /// What it counts.
    pub indicator: &'a Indicator,
    /// What was accepted before; none where nothing was.
    pub known: Option<&'a BTreeMap<Period, Figures>>,
    all: Vec<(Period, Figures)>,
    /// Whether it is a rate of which only counts are sent, since its denominator stands in the list of populations. A
    /// population changes little from period to period, so the counts are held against each other instead.
    is_bare: bool,
    middles: OnceLock<Vec<Option<Middle>>>,
    /// The place of the period that was asked for last.
    asked: Cell<usize>,
}

/// The middle of the values of up to 24 periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Middle {
    /// How many values there are.
    pub n: usize,
    /// Their median.
    pub median: f64,
    /// Their spread by the median distance from the median, as [`mad`](crate::stats::robust::mad).
    pub mad: f64,
}

/// The rows of a series in order of their periods, of two for one period the first.
#[derive(Default)]
pub struct Sent(Vec<(Period, (usize, Figures))>);

impl Sent {
    /// Period, and the row's number with its figures.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Period, &(usize, Figures))> {
        self.0.iter().map(|(period, sent)| (period, sent))
    }

    /// The row of a period.
    pub fn get(&self, period: &Period) -> Option<&(usize, Figures)> {
        self.0.binary_search_by(|(p, _)| p.cmp(period)).ok().map(|i| &self.0[i].1)
    }

    /// The first row of the newest period.
    pub fn newest(&self) -> Option<(Period, usize)> {
        self.0.last().map(|(period, (row, _))| (*period, *row))
    }

    fn sort(&mut self) {
        if !self.0.is_sorted_by(|a, b| a.0 < b.0) {
            self.0.sort_by_key(|(period, _)| *period);
            self.0.dedup_by_key(|(period, _)| *period);
        }
    }
}

/// How many periods back a figure is compared with.
const WINDOW: usize = 24;

impl Line<'_> {
    /// The periods before one, the newest first; what this return says of a period counts before what was known.
    pub fn before(&self, period: Period) -> impl Iterator<Item = (Period, &Figures)> {
        self.all[..self.index(period)].iter().rev().map(|(p, figures)| (*p, figures))
    }

    /// How many periods lie before one. Rules ask for one period after the other, so the place of the last is tried first.
    fn index(&self, period: Period) -> usize {
        let last = self.asked.get();
        let is_it = |at: &usize| {
            *at <= self.all.len()
                && (*at == 0 || self.all[at - 1].0 < period)
                && self.all.get(*at).is_none_or(|(p, _)| *p >= period)
        };
        let near = [last + 1, last, last.saturating_sub(1)].into_iter().find(is_it);
        let at = near.unwrap_or_else(|| self.all.partition_point(|(p, _)| *p < period));
        self.asked.set(at);
        at
    }

    /// Every period of which anything is known or sent, the oldest first, with the row of those that were sent.
    pub fn rows_at(&self) -> impl Iterator<Item = (Period, Option<usize>)> {
        let mut sent = self.sent.iter().peekable();
        self.all.iter().map(move |(period, _)| {
            while sent.next_if(|(p, _)| *p < period).is_some() {}
            (*period, sent.peek().filter(|(p, _)| *p == period).map(|(_, (row, _))| *row))
        })
    }

    /// Every period of which anything is known or sent, the oldest first; what this return says counts.
    pub fn known_at(&self) -> impl Iterator<Item = (Period, &Figures)> {
        self.all.iter().map(|(period, figures)| (*period, figures))
    }

    /// The values of up to 24 periods before one, the newest first.
    pub fn values_before(&self, period: Period) -> Vec<f64> {
        self.before(period).take(WINDOW).filter_map(|(_, figures)| self.value(figures)).collect()
    }

    /// The middle of the values of up to 24 periods before one; none where they have none.
    pub fn middle_before(&self, period: Period) -> Option<Middle> {
        self.middles.get_or_init(|| self.middles())[self.index(period)]
    }

    /// The middle before every period, and before what comes after the last: a window of sorted values that moves on.
    fn middles(&self) -> Vec<Option<Middle>> {
        let values: Vec<Option<f64>> = self.all.iter().map(|(_, figures)| self.value(figures)).collect();
        let mut window: Vec<f64> = Vec::with_capacity(WINDOW);
        let place = |window: &[f64], value: f64| window.partition_point(|v| v.total_cmp(&value).is_lt());
        let mut middles = Vec::with_capacity(values.len() + 1);
        for next in 0..=values.len() {
            if let Some(old) = next.checked_sub(WINDOW + 1).and_then(|at| values[at]) {
                window.remove(place(&window, old));
            }
            if let Some(new) = next.checked_sub(1).and_then(|at| values[at]) {
                window.insert(place(&window, new), new);
            }
            middles.push(middle_of(&window));
        }
        middles
    }

    /// The value of figures in the indicator's unit; the count of a rate that is sent without a denominator.
    pub fn value(&self, figures: &Figures) -> Option<f64> {
        let at = |i: usize| figures.get(i).and_then(|f| f.value);
        if self.is_bare {
            return at(0);
        }
        value_from([at(0), at(1), at(2)], self.indicator)
    }

    /// The standard deviation that chance alone gives around `middle`: of a Poisson count, of a share of its denominator;
    /// for other values a tenth of the middle.
    pub fn chance(&self, middle: f64, figures: &Figures) -> f64 {
        let denominator = figures.get(1).and_then(|f| f.value).filter(|d| *d > 0.0);
        match (self.indicator.unit, denominator) {
            (Unit::Count, _) => middle.max(1.0).sqrt(),
            (Unit::Rate, _) if self.is_bare => middle.max(1.0).sqrt(),
            (Unit::Proportion, Some(d)) => (middle.clamp(0.05, 0.95) * (1.0 - middle.clamp(0.05, 0.95)) / d).sqrt(),
            (Unit::Proportion, None) => 0.05,
            (Unit::Rate, Some(d)) => (middle.max(0.0) * self.indicator.multiplier / d).sqrt(),
            _ => (middle.abs() / 10.0).max(f64::MIN_POSITIVE),
        }
    }
}

/// The middle of values sorted upwards.
fn middle_of(sorted: &[f64]) -> Option<Middle> {
    let median = median_of_sorted(sorted)?;
    // Below the median the distances rise to the left, above it to the right: merged they are in order.
    let (below, above) = sorted.split_at(sorted.partition_point(|v| *v < median));
    let (mut below, mut above) = (below.iter().rev().peekable(), above.iter().peekable());
    let mut distances = [0.0; WINDOW];
    for distance in &mut distances[..sorted.len()] {
        let next = match (below.peek(), above.peek()) {
            (Some(low), Some(high)) if (**low - median).abs() <= (**high - median).abs() => below.next(),
            (Some(_), None) => below.next(),
            _ => above.next(),
        };
        *distance = next.map_or(0.0, |v| (v - median).abs());
    }
    let mad = 1.4826 * median_of_sorted(&distances[..sorted.len()])?;
    Some(Middle { n: sorted.len(), median, mad })
}

/// The series of a return, in the order of their first rows.
pub fn lines<'a>(facts: &Facts<'a>) -> Vec<Line<'a>> {
    let series = facts.series();
    let mut index: Vec<Option<usize>> = vec![None; series.len()];
    let mut lines: Vec<Line<'a>> = Vec::new();
    for (i, row, indicator) in facts.measured() {
        let Some(period) = row.period("period") else { continue };
        let at = *index[series.of(i)].get_or_insert_with(|| {
            let known = facts.context.history.of(row);
            let (agency, sent, all) = (row.text("agency"), Sent::default(), Vec::new());
            let (middles, asked) = (OnceLock::new(), Cell::new(0));
            let is_bare = false;
            lines.push(Line { agency, sent, indicator, known, all, is_bare, middles, asked });
            lines.len() - 1
        });
        lines[at].sent.0.push((period, (i, figures(row))));
    }
    for line in &mut lines {
        line.sent.sort();
        let sent = line.sent.iter().map(|(period, (_, figures))| (*period, *figures));
        line.all = match line.known {
            None => sent.collect(),
            Some(known) => {
                let mut all = known.clone();
                all.extend(sent);
                all.into_iter().collect()
            }
        };
        let is_count_alone = |(_, [_, of, value]): &(Period, Figures)| of.value.or(value.value).is_none();
        line.is_bare = line.indicator.unit == Unit::Rate && line.all.iter().all(is_count_alone);
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
    let few = figures[1].value.is_some_and(|of| of < 10.0);
    let Middle { n, median: middle, mad } = line.middle_before(period).filter(|_| !few)?;
    if n < PAST || (middle - 0.5).abs() < 0.2 || (now - (1.0 - middle)).abs() > 0.05 {
        return None;
    }
    let spread = mad.max(line.chance(middle, figures));
    ((now - middle).abs() > 5.0 * spread).then_some(middle)
}

/// By how much, and of which median, where the value of `period` is about a hundred or a thousand times the median of a
/// steady past, or such a part of it.
pub fn scaled(line: &Line<'_>, period: Period, figures: &Figures) -> Option<(f64, f64)> {
    let now = line.value(figures).filter(|v| *v > 0.0)?;
    let middle = line.middle_before(period).filter(|m| m.n >= PAST && m.median > 0.0)?.median;
    let times = [1000.0, 100.0, 0.01, 0.001].into_iter().find(|times| {
        let ratio = now / (middle * times);
        (1.0 / 1.5..=1.5).contains(&ratio)
    })?;
    let is_steady = line.values_before(period).iter().all(|v| *v >= middle / 2.5 && *v <= middle * 2.5);
    (is_steady && turned(line, period, figures).is_none()).then_some((times, middle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::History;
    use crate::stats::robust::{mad, median};
    use crate::validate::Context;
    use crate::validate::conform::{Known, conform};
    use crate::validate::testing::*;

    #[test]
    fn the_moving_window_has_the_median_of_its_values() {
        let cells = |i: u32| if i % 7 == 3 { "[x]".to_owned() } else { format!("{}", i * 37 % 11) };
        let row = |i: u32| format!("police,missing-episodes,corby,{}-{:02},,{},,", 2008 + i / 12, i % 12 + 1, cells(i));
        let rows: Vec<String> = (0..70).rev().chain([5]).map(row).collect();
        let laid = performance(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let (reference, history) = (reference(), History::default());
        let known = Known::new(&reference);
        let conformed = conform(&laid, &known);
        let context = Context { reference: &reference, as_of: day(AS_OF), history: &history };
        let facts = crate::validate::facts::Facts::new(&laid, &conformed, &known, &context);
        let line = &facts.lines()[0];
        assert_eq!((line.sent.iter().count(), line.sent.get(&Period::Month(2008, 6)).map(|s| s.0)), (70, Some(64)));
        for (period, _) in line.sent.iter() {
            let values = line.values_before(*period);
            let expected =
                median(&values).zip(mad(&values)).map(|(median, mad)| Middle { n: values.len(), median, mad });
            assert_eq!(line.middle_before(*period), expected, "{period}");
        }
    }
}
