//! Which periods a blank return is for: those that were over last, so that it can be filled in the day it is made.

use chrono::NaiveDate;

use crate::model::Period;
use crate::model::period::{MONTHS, add_months};
use crate::spec::reference::Frequency;
use crate::spec::return_spec::PeriodFormat;

/// The last period of a length that is over on a day.
pub(super) fn last(length: Frequency, as_of: NaiveDate) -> Period {
    let running = length.period_of(as_of);
    if running.end() <= as_of { running } else { before(running) }
}

/// The period before one, of the same length.
pub(super) fn before(period: Period) -> Period {
    let day = add_months(period.start(), -(period.months() as i32));
    match period {
        Period::Month(..) => Frequency::Monthly.period_of(day),
        Period::Quarter(..) => Frequency::Quarterly.period_of(day),
        Period::FinancialYear(year) => Period::FinancialYear(year - 1),
        Period::Year(year) => Period::Year(year - 1),
    }
}

/// The last `count` periods of a length, the newest first.
pub(super) fn back(length: Frequency, count: usize, as_of: NaiveDate) -> Vec<Period> {
    std::iter::successors(Some(last(length, as_of)), |p| Some(before(*p))).take(count).collect()
}

/// The periods of a length within the last one of a return: the three months of a quarter, in order. A return that comes
/// when it comes is taken as a quarter's.
pub(super) fn within(length: Frequency, of: Option<Frequency>, as_of: NaiveDate) -> Vec<Period> {
    let whole = last(of.unwrap_or(Frequency::Quarterly), as_of);
    let mut periods: Vec<Period> =
        back(length, 12, as_of).into_iter().filter(|p| whole.start() <= p.start() && p.end() <= whole.end()).collect();
    if periods.is_empty() {
        // A monthly return brings a quarter's figures with it.
        periods = vec![last(length, as_of)];
    }
    periods.reverse();
    periods
}

/// The length that a short form of a period has; none where each indicator has its own.
pub(super) fn length_of(format: PeriodFormat) -> Option<Frequency> {
    match format {
        PeriodFormat::Month => None,
        PeriodFormat::FinancialQuarter | PeriodFormat::CalendarQuarter => Some(Frequency::Quarterly),
        PeriodFormat::FinancialYear | PeriodFormat::YearEnding | PeriodFormat::CalendarYear => Some(Frequency::Annual),
    }
}

/// A period as a sender writes it, in a form with one reading: `October 2014`, `2014/15 Q3`, `2013/14`.
pub(super) fn written(period: Period) -> String {
    match period {
        Period::Month(year, month) => format!("{} {year}", MONTHS[(month as usize - 1) % 12]),
        Period::Quarter(year, quarter) => {
            let (start, number) = if quarter == 1 { (year - 1, 4) } else { (year, quarter - 1) };
            format!("{start}/{:02} Q{number}", (start + 1).rem_euclid(100))
        }
        Period::FinancialYear(_) | Period::Year(_) => period.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Frequency::{Annual, Monthly, Quarterly};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shown(periods: Vec<Period>) -> String {
        periods.iter().map(Period::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_over_is_asked_for() {
        for (length, on, period) in [
            (Monthly, "2015-01-31", "2015-01"),
            (Monthly, "2015-01-30", "2014-12"),
            (Quarterly, "2015-01-31", "2014-Q4"),
            (Quarterly, "2014-06-30", "2014-Q2"),
            (Annual, "2015-01-31", "2013/14"),
            (Annual, "2015-03-31", "2014/15"),
        ] {
            assert_eq!(last(length, day(on)).to_string(), period, "{on}");
        }
    }

    #[test]
    fn a_quarter_has_its_months_and_a_month_brings_the_quarter_before() {
        let on = day("2015-01-31");
        assert_eq!(shown(within(Monthly, Some(Quarterly), on)), "2014-10 2014-11 2014-12");
        assert_eq!(shown(within(Monthly, Some(Monthly), on)), "2015-01");
        assert_eq!(shown(within(Quarterly, Some(Monthly), on)), "2014-Q4");
        assert_eq!(shown(within(Quarterly, Some(Annual), on)), "2013-Q2 2013-Q3 2013-Q4 2014-Q1");
        assert_eq!(shown(within(Annual, None, on)), "2013/14");
    }

    #[test]
    fn a_quarter_is_written_as_boards_speak_of_it() {
        for (period, text) in
            [("2014-Q4", "2014/15 Q3"), ("2015-Q1", "2014/15 Q4"), ("2014-10", "October 2014"), ("1999/00", "1999/00")]
        {
            assert_eq!(written(Period::parse(period).unwrap()), text);
        }
    }
}
