//! Which counts are protected.
//!
//! - An indicator of class `children`, below board grain: its numerator, its denominator and, for a proportion, the
//!   complement n - x. A count that can be worked out from a published value and a known divisor counts too.
//! - An indicator of class `process` (training, supervision, timeliness of staff work): its denominator alone.
//! - Deaths and reviews: at every grain, the board's included ([`crate::disclose::cells`]).

use std::collections::BTreeMap;

use crate::disclose::primary;
use crate::model::series::Figure;
use crate::model::{Point, Series, Status};

/// What must be known of an indicator to protect its counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndicatorRule {
    /// It counts children; else it measures a process.
    pub children: bool,
    /// Its value is itself a count.
    pub count: bool,
    /// Its value is a share, so that the complement is a count as well.
    pub proportion: bool,
    /// A rate is per this many; 1 for the others.
    pub multiplier: f64,
    /// A count at a date: it never adds up over periods.
    pub stock: bool,
    /// Which way is better: 1 upwards, -1 downwards, 0 neither.
    pub better: i8,
}

impl Default for IndicatorRule {
    /// The safe reading of an indicator of which nothing is known: every count of it is protected.
    fn default() -> Self {
        Self { children: true, count: false, proportion: true, multiplier: 1.0, stock: false, better: 0 }
    }
}

/// Which counts of a board are protected.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Protection {
    /// Counts from 1 to this are withheld.
    pub threshold: u32,
    /// The rule of each indicator.
    pub indicators: BTreeMap<String, IndicatorRule>,
    /// The locality that is the whole board; none where no one locality is.
    pub whole_board: Option<String>,
}

impl Protection {
    /// The rule of an indicator; the safe one for an id that is not known.
    pub fn rule(&self, indicator: &str) -> IndicatorRule {
        self.indicators.get(indicator).copied().unwrap_or_default()
    }

    /// Whether a count is withheld. A worked-out count need not be whole: it is small where the nearest whole one is, and
    /// a little above zero is taken for small.
    pub fn is_small(&self, count: f64) -> bool {
        primary::is_small_under(count, f64::from(self.threshold))
    }

    /// Whether a series is the board's own figure: at the locality that is the whole board, and of the only agency that
    /// returns the indicator there. One of several agencies is a part of the board.
    pub fn is_board_level(&self, one: &Series, all: &[Series]) -> bool {
        self.whole_board.as_deref() == Some(one.locality.as_str())
            && all
                .iter()
                .filter(|s| s.indicator == one.indicator && s.locality == one.locality)
                .all(|s| s.agency == one.agency)
    }

    /// Whether a point of a series is withheld: its numerator, denominator, value and interval together.
    pub fn withholds(&self, rule: &IndicatorRule, board_level: bool, point: &Point) -> bool {
        let figures = [&point.numerator, &point.denominator, &point.value];
        if figures.iter().any(|f| f.status == Status::Suppressed) {
            // The sender withheld a part: what is left of the row could give it back.
            return true;
        }
        let small = |count: Option<f64>| count.is_some_and(|c| self.is_small(c));
        if !rule.children {
            return small(point.denominator.value);
        }
        if board_level {
            return false;
        }
        let complement = match (rule.proportion, numerator(rule, point), point.denominator.value) {
            (true, Some(x), Some(n)) => Some(n - x),
            _ => None,
        };
        small(point.denominator.value)
            || small(complement)
            || small(point.numerator.value)
            || implied_counts(rule, point).into_iter().any(|c| small(Some(c)))
    }

    /// Whether totals over a window of points are withheld, by the same rule.
    pub fn withholds_total(&self, rule: &IndicatorRule, board_level: bool, points: &[&Point]) -> bool {
        let sum = |of: fn(&Point) -> &Figure| {
            let known: Vec<f64> = points.iter().filter_map(|p| of(p).value).collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>())
        };
        let small = |count: Option<f64>| count.is_some_and(|c| self.is_small(c));
        let denominator = sum(|p| &p.denominator);
        if !rule.children {
            return small(denominator);
        }
        if board_level {
            return false;
        }
        let numerators: Vec<f64> = points.iter().filter_map(|p| numerator(rule, p)).collect();
        let numerator = (!numerators.is_empty()).then(|| numerators.iter().sum::<f64>());
        let complement = if rule.proportion { numerator.zip(denominator).map(|(x, n)| n - x) } else { None };
        small(numerator) || small(denominator) || small(complement)
    }
}

/// The numerator as reported, else the value of a count.
fn numerator(rule: &IndicatorRule, point: &Point) -> Option<f64> {
    point.numerator.value.or(if rule.count { point.value.value } else { None })
}

/// The counts that a reader could work out from the value. A yearly rate of a month may have been divided by the month's
/// length or not: both readings are guarded.
fn implied_counts(rule: &IndicatorRule, point: &Point) -> Vec<f64> {
    let Some(value) = point.value.value else { return Vec::new() };
    if rule.count {
        return vec![value];
    }
    match (point.numerator.value, point.base.or(point.denominator.value)) {
        (None, Some(base)) => {
            let whole = value / rule.multiplier * base;
            vec![whole, whole * point.period.years()]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclose::shown::tests::point;

    fn protection() -> Protection {
        Protection { threshold: 5, ..Protection::default() }
    }

    #[test]
    fn small_is_one_to_the_threshold_and_zero_is_published() {
        for (count, small) in [(0.0, false), (1.0, true), (5.0, true), (6.0, false), (5.000_001, true), (0.2, true)] {
            assert_eq!(protection().is_small(count), small, "{count}");
        }
    }

    #[test]
    fn children_protect_three_counts_and_a_process_only_its_denominator() {
        let children = IndicatorRule::default();
        let process = IndicatorRule { children: false, ..children };
        for (x, n, of_children, of_process, why) in [
            (3.0, 40.0, true, false, "a small numerator"),
            (38.0, 40.0, true, false, "a small complement"),
            (0.0, 4.0, true, true, "a small denominator"),
            (0.0, 40.0, false, false, "a true zero"),
            (20.0, 40.0, false, false, "nothing small"),
            (40.0, 40.0, false, false, "all of many: the complement is a true zero"),
        ] {
            let p = point("2014-03", Some(x), Some(n), Some(x / n));
            assert_eq!(protection().withholds(&children, false, &p), of_children, "children: {why}");
            assert_eq!(protection().withholds(&process, false, &p), of_process, "process: {why}");
            assert!(!protection().withholds(&children, true, &p), "the board's own figure: {why}");
        }
    }

    #[test]
    fn a_count_that_can_be_worked_out_is_protected() {
        let rate = IndicatorRule { proportion: false, multiplier: 10_000.0, ..IndicatorRule::default() };
        let mut p = point("2014", None, None, Some(2.0));
        p.base = Some(15_000.0);
        assert!(protection().withholds(&rate, false, &p), "2 per 10,000 of 15,000 are 3 children");
        p.base = Some(90_000.0);
        assert!(!protection().withholds(&rate, false, &p), "18 children");
    }

    #[test]
    fn what_the_sender_withheld_stays_withheld_at_every_grain() {
        let mut p = point("2014-03", None, Some(40.0), None);
        p.numerator.status = Status::Suppressed;
        assert!(protection().withholds(&IndicatorRule::default(), true, &p));
    }
}
