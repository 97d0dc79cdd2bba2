//! The periods that a sample county covers: whole months that have ended before the as-of day's month, or with it.

use chrono::{Datelike, NaiveDate};

use crate::model::Period;
use crate::model::period::add_months;

/// The months, quarters and financial years of a sample, each in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// The day of the run.
    pub as_of: NaiveDate,
    /// Months, the newest that which ended last before the month of the as-of day: the month of the run itself is not
    /// returned yet.
    pub months: Vec<Period>,
    /// Calendar quarters that lie whole among the months.
    pub quarters: Vec<Period>,
    /// Financial years that ended with or before the last month, as many as a reader needs to see a change.
    pub years: Vec<Period>,
    /// The first month of the last twelve.
    pub worse_from: NaiveDate,
}

impl Calendar {
    /// The calendar of so many months before an as-of day.
    pub fn new(as_of: NaiveDate, months: usize) -> Self {
        let after = NaiveDate::from_ymd_opt(as_of.year(), as_of.month(), 1).unwrap_or(as_of);
        let first = add_months(after, -(months as i32));
        let all = |start: Period| {
            let mut period = start;
            std::iter::from_fn(move || {
                let this = period;
                period = period.next();
                (this.end() < after).then_some(this)
            })
        };
        let quarter = Period::Quarter(first.year(), (first.month() - 1) / 3 + 1);
        let year = first.year() - i32::from(first.month() < 4);
        Self {
            as_of,
            months: all(Period::Month(first.year(), first.month())).collect(),
            quarters: all(quarter).filter(|q| q.start() >= first).collect(),
            years: all(Period::FinancialYear(year)).collect(),
            worse_from: add_months(after, -12),
        }
    }

    /// Whether a period lies in the time in which planted things are worse: the last twelve months, or the last year of
    /// a yearly figure.
    pub fn is_late(&self, period: Period) -> bool {
        match period {
            Period::FinancialYear(_) | Period::Year(_) => self.years.last() == Some(&period),
            _ => period.end() >= self.worse_from,
        }
    }

    /// The day so many days before the as-of day.
    pub fn days_before(&self, days: i64) -> NaiveDate {
        self.as_of - chrono::Duration::days(days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_years_before_the_last_day_of_january() {
        let calendar = Calendar::new(NaiveDate::from_ymd_opt(2015, 1, 31).unwrap(), 36);
        let ends = |p: &[Period]| (p.len(), p[0].to_string(), p[p.len() - 1].to_string());
        assert_eq!(ends(&calendar.months), (36, "2012-01".into(), "2014-12".into()));
        assert_eq!(ends(&calendar.quarters), (12, "2012-Q1".into(), "2014-Q4".into()));
        assert_eq!(ends(&calendar.years), (3, "2011/12".into(), "2013/14".into()));
        assert!(calendar.is_late(Period::Month(2014, 1)) && !calendar.is_late(Period::Month(2013, 12)));
        assert!(calendar.is_late(Period::FinancialYear(2013)), "a yearly figure has no later one");
    }

    #[test]
    fn no_month_at_all_is_no_panic() {
        assert_eq!(Calendar::new(NaiveDate::from_ymd_opt(2015, 1, 31).unwrap(), 0).months, vec![]);
    }
}
