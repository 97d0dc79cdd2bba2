//! Windows and ages. A window is open at its start and closed at its end.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::model::Period;

/// Days in a month, for ages.
pub(super) const DAYS_PER_MONTH: f64 = 30.4375;

/// The day `months` before `date`. The last day of a month stays the last day of its month, so that a year before 28
/// February 2013 begins after 29 February 2012 and no window holds a month too many.
pub(super) fn months_before(date: NaiveDate, months: u32) -> NaiveDate {
    let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
    if next.day() == 1 {
        // The first of a month always has its like in every other month.
        let first = next.checked_sub_months(Months::new(months));
        return first.and_then(|d| d.checked_sub_days(Days::new(1))).unwrap_or(NaiveDate::MIN);
    }
    date.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// Months since year 0 of the month in which a period ends.
pub(super) fn end_month(period: Period) -> i32 {
    period.last_month()
}

/// A stretch of time, open at its start and closed at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The last day before it.
    pub after: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
    /// Its length in months.
    pub months: u32,
}

impl Span {
    /// The `months` up to and with `until`.
    pub fn back_from(until: NaiveDate, months: u32) -> Self {
        Self { after: months_before(until, months), until, months }
    }

    /// Whether a day lies in it.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.after < day && day <= self.until
    }
}

/// The window of a stream, and the two that a cell's own past is read from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spans {
    /// Compared with the other cells.
    pub window: Span,
    /// Compared with `earlier` where there are no others.
    pub latest: Span,
    /// The months before `latest`.
    pub earlier: Span,
}

impl Spans {
    /// `window` months to the as-of date; `latest` months to the as-of date against the `earlier` months before.
    pub fn new(as_of: NaiveDate, window: u32, latest: u32, earlier: u32) -> Self {
        // From the as-of date each time, so that a clamped day does not wander.
        let before = Span {
            after: months_before(as_of, latest + earlier),
            until: months_before(as_of, latest),
            months: earlier,
        };
        Self { window: Span::back_from(as_of, window), latest: Span::back_from(as_of, latest), earlier: before }
    }
}

/// How many whole days lie between an observation and the as-of date; evidence of later days counts as fresh.
pub(super) fn age_days(as_of: NaiveDate, date: NaiveDate) -> f64 {
    (as_of - date).num_days().max(0) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_end_of_a_month_stays_the_end_of_a_month() {
        for (date, months, before) in [
            ("2015-01-31", 12, "2014-01-31"),
            ("2015-02-28", 36, "2012-02-29"),
            ("2014-09-30", 1, "2014-08-31"),
            ("2015-03-15", 12, "2014-03-15"),
            ("2015-03-30", 1, "2015-02-28"),
            ("2012-02-29", 12, "2011-02-28"),
        ] {
            assert_eq!(months_before(day(date), months), day(before), "{date} less {months}");
        }
    }

    #[test]
    fn a_window_is_open_at_its_start_and_closed_at_its_end() {
        let spans = Spans::new(day("2015-01-31"), 36, 12, 24);
        for (date, window, latest, earlier) in [
            ("2015-02-01", false, false, false),
            ("2015-01-31", true, true, false),
            ("2014-02-01", true, true, false),
            ("2014-01-31", true, false, true),
            ("2012-02-01", true, false, true),
            ("2012-01-31", false, false, false),
        ] {
            let found = (spans.window.holds(day(date)), spans.latest.holds(day(date)), spans.earlier.holds(day(date)));
            assert_eq!(found, (window, latest, earlier), "{date}");
        }
    }
}
