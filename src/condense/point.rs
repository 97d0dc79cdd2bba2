//! The value of a figure, what it is divided by, and its 95% interval.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use crate::model::series::Figure;
use crate::model::{Period, Point, Series, Status};
use crate::spec::reference::{Basis, Indicator, Unit};
use crate::stats::interval::{Interval, exact_poisson, poisson_rate, wilson};

/// The confidence of every interval.
const CONFIDENCE: f64 = 0.95;

/// The figures of one period as the lake holds them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Raw {
    pub period: Period,
    pub numerator: Figure,
    pub denominator: Figure,
    pub value: Figure,
}

impl Raw {
    /// Whether nothing was filled in.
    pub fn is_blank(&self) -> bool {
        let blank = |figure: Figure| matches!(figure.status, Status::Missing | Status::NotDue);
        blank(self.numerator) && blank(self.denominator) && blank(self.value)
    }
}

/// Fills a series' points from its figures, in order of period, and notes where another year's population was taken.
///
/// `population` gives that of an indicator's ages on a day, with the year that was taken.
pub(super) fn fill(
    series: &mut Series,
    indicator: &Indicator,
    population: impl Fn(&Indicator, NaiveDate) -> Option<(i32, f64)>,
    raw: &[Raw],
) {
    let (mut other_years, mut without) = (std::collections::BTreeMap::<i32, usize>::new(), 0);
    for raw in raw {
        let mut raw = *raw;
        // A count may be sent in either column.
        if indicator.unit == Unit::Count && raw.numerator.status == Status::Missing {
            raw.numerator = raw.value;
        }
        let on_population = indicator.unit == Unit::Rate && raw.denominator.status == Status::Missing;
        let base = if on_population {
            let taken = population(indicator, raw.period.end());
            match taken {
                Some((year, _)) if year != mid_year(raw.period.end()) => *other_years.entry(year).or_default() += 1,
                Some(_) => {}
                None => without += 1,
            }
            taken.map(|(_, children)| children)
        } else {
            raw.denominator.value.filter(|_| raw.denominator.status == Status::Value)
        };
        let value = value(indicator, &raw, base, on_population);
        let interval = interval(indicator, &raw, base, value);
        series.points.push(Point {
            period: raw.period,
            numerator: raw.numerator,
            denominator: raw.denominator,
            value,
            base,
            lower: interval.map(|i| i.lower),
            upper: interval.map(|i| i.upper),
            interval_method: interval.map_or("", |i| method(&i)),
            mean: None,
            lower_limit: None,
            upper_limit: None,
            variation: Default::default(),
        });
    }
    for (year, periods) in other_years {
        let periods = if periods == 1 { "1 period".to_owned() } else { format!("{periods} periods") };
        series.notes.push(format!("population of {year} taken for {periods} whose own year is not listed"));
    }
    if without > 0 {
        series.notes.push(format!(
            "no population of ages {} to {} is listed for this place",
            indicator.population_from, indicator.population_to
        ));
    }
}

/// The year of the latest 30 June not after a day.
fn mid_year(day: NaiveDate) -> i32 {
    if (day.month(), day.day()) >= (6, 30) { day.year() } else { day.year() - 1 }
}

/// The value as reported; where none was, as computed. A part that is no number gives its status to the whole.
fn value(indicator: &Indicator, raw: &Raw, base: Option<f64>, on_population: bool) -> Figure {
    if raw.value.status != Status::Missing {
        return raw.value;
    }
    let scale = match indicator.unit {
        Unit::Count => return raw.numerator,
        Unit::Proportion => 1.0,
        Unit::Rate => indicator.multiplier,
        Unit::Mean | Unit::Value => return raw.value,
    };
    let nothing = |status| Figure { value: None, status };
    // Suppressed outranks every other kind of nothing: it must never be lost.
    let denominator = if on_population { Status::Value } else { raw.denominator.status };
    let parts = [raw.numerator.status, denominator];
    if parts.contains(&Status::Suppressed) {
        return nothing(Status::Suppressed);
    }
    let Some(numerator) = raw.numerator.value else { return nothing(raw.numerator.status) };
    match (base, denominator) {
        (Some(base), _) => {
            let value = numerator / base * scale;
            // A numerator that only rounds to zero gives a value that only rounds to zero.
            let status = if raw.numerator.status == Status::Low { Status::Low } else { Figure::of(value).status };
            Figure { value: Some(value), status }
        }
        // Nothing of nothing: the question does not arise.
        (None, Status::Zero) => nothing(Status::NotApplicable),
        (None, Status::Low | Status::Value) => nothing(Status::NotAvailable),
        (None, status) => nothing(status),
    }
}

/// The interval of a value whose parts are known numbers. None for means and other values, for stocks of a count, for a
/// numerator that only rounds to zero, and where parts contradict each other.
fn interval(indicator: &Indicator, raw: &Raw, base: Option<f64>, value: Figure) -> Option<Interval> {
    let known = matches!(raw.numerator.status, Status::Value | Status::Zero);
    let count = raw.numerator.value.filter(|_| known)?;
    value.value?;
    match indicator.unit {
        Unit::Proportion => wilson(count, base?, CONFIDENCE).ok(),
        Unit::Rate => poisson(count, base?, indicator.multiplier),
        Unit::Count if indicator.basis == Basis::Flow => poisson(count, 1.0, 1.0),
        Unit::Count | Unit::Mean | Unit::Value => None,
    }
}

/// The interval of a rate. Exact limits take an iteration, and most small counts are one of ten whole numbers: those are
/// worked out once.
fn poisson(count: f64, base: f64, multiplier: f64) -> Option<Interval> {
    static SMALL: LazyLock<Vec<Option<Interval>>> =
        LazyLock::new(|| (0..10).map(|count| exact_poisson(f64::from(count), CONFIDENCE).ok()).collect());
    if base > 0.0 && count.fract() == 0.0 && (0.0..10.0).contains(&count) {
        let limits = SMALL[count as usize]?;
        let scale = multiplier / base;
        return Some(Interval { lower: limits.lower * scale, upper: limits.upper * scale, ..limits });
    }
    poisson_rate(count, base, multiplier, CONFIDENCE).ok().map(|(_, interval)| interval)
}

/// The method as `series.csv` has it.
fn method(interval: &Interval) -> &'static str {
    match interval.method {
        "Wilson" => "wilson",
        "Exact" => "exact",
        _ => "byar",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_have_the_interval_of_the_statistic() {
        for count in [0.0, 1.0, 5.0, 9.0, 9.5, 10.0, 250.0] {
            let expected = poisson_rate(count, 16_000.0, 10_000.0, CONFIDENCE).unwrap().1;
            assert_eq!(poisson(count, 16_000.0, 10_000.0), Some(expected), "{count}");
        }
        for (count, base) in [(-1.0, 10.0), (3.0, 0.0), (3.0, -1.0), (f64::NAN, 10.0), (f64::INFINITY, 10.0)] {
            assert_eq!(poisson(count, base, 1.0), None, "{count} of {base}");
        }
    }
}
