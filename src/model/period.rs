//! Reporting periods: a month, a calendar quarter, a financial year (April to March) or a calendar year.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// A reporting period. Ordered by its last day, then the longer first, so that a year stands before its last month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// `2014-03`
    Month(i32, u32),
    /// `2014-Q1`, a quarter of the calendar year.
    Quarter(i32, u32),
    /// `2013/14`, April to March; holds the year in which it begins.
    FinancialYear(i32),
    /// `2014`
    Year(i32),
}

impl Period {
    /// Reads the four forms of the data contract, and nothing else: `2014-03`, `2014-Q1`, `2013/14`, `2014`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.is_ascii() || text.len() < 4 {
            return None;
        }
        let year: i32 = text.get(..4).filter(|y| y.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
        if !(1900..=2200).contains(&year) {
            return None;
        }
        let rest = &text[4..];
        match rest.as_bytes() {
            [] => Some(Self::Year(year)),
            [b'-', b'Q' | b'q', q @ b'1'..=b'4'] => Some(Self::Quarter(year, u32::from(q - b'0'))),
            [b'-', a, b] if a.is_ascii_digit() && b.is_ascii_digit() => {
                let month = u32::from(a - b'0') * 10 + u32::from(b - b'0');
                (1..=12).contains(&month).then_some(Self::Month(year, month))
            }
            [b'/', a, b] if a.is_ascii_digit() && b.is_ascii_digit() => {
                let end = i32::from(a - b'0') * 10 + i32::from(b - b'0');
                ((year + 1) % 100 == end).then_some(Self::FinancialYear(year))
            }
            _ => None,
        }
    }

    /// Its first day.
    pub fn start(self) -> NaiveDate {
        let (year, month) = match self {
            Self::Month(y, m) => (y, m),
            Self::Quarter(y, q) => (y, q * 3 - 2),
            Self::FinancialYear(y) => (y, 4),
            Self::Year(y) => (y, 1),
        };
        NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(NaiveDate::MIN)
    }

    /// Its last month, counted from the January of year 0: what periods are put in order by, millions of times.
    pub fn last_month(self) -> i32 {
        match self {
            Self::Month(y, m) => y * 12 + m as i32 - 1,
            Self::Quarter(y, q) => y * 12 + q as i32 * 3 - 1,
            Self::FinancialYear(y) => y * 12 + 14,
            Self::Year(y) => y * 12 + 11,
        }
    }

    /// Its last day.
    pub fn end(self) -> NaiveDate {
        add_months(self.start(), self.months() as i32).checked_sub_days(Days::new(1)).unwrap_or(NaiveDate::MIN)
    }

    /// Its length in months: 1, 3 or 12.
    pub fn months(self) -> u32 {
        match self {
            Self::Month(..) => 1,
            Self::Quarter(..) => 3,
            Self::FinancialYear(_) | Self::Year(_) => 12,
        }
    }

    /// Its length in years: 1/12, 1/4 or 1, by which a yearly rate is divided.
    pub fn years(self) -> f64 {
        f64::from(self.months()) / 12.0
    }

    /// The next period of the same kind.
    pub fn next(self) -> Self {
        match self {
            Self::Month(y, 12) => Self::Month(y + 1, 1),
            Self::Month(y, m) => Self::Month(y, m + 1),
            Self::Quarter(y, 4) => Self::Quarter(y + 1, 1),
            Self::Quarter(y, q) => Self::Quarter(y, q + 1),
            Self::FinancialYear(y) => Self::FinancialYear(y + 1),
            Self::Year(y) => Self::Year(y + 1),
        }
    }

    /// How people write it: `March 2014`, `January to March 2014`, `2013/14`, `2014`.
    pub fn words(self) -> String {
        let name = |m: u32| MONTHS[(m as usize - 1) % 12];
        match self {
            Self::Month(y, m) => format!("{} {y}", name(m)),
            Self::Quarter(y, q) => format!("{} to {} {y}", name(q * 3 - 2), name(q * 3)),
            Self::FinancialYear(_) | Self::Year(_) => self.to_string(),
        }
    }
}

/// The months' English names.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The same day `months` later (or earlier), clamped to the end of a shorter month: 31 January and one month is 28 February.
pub fn add_months(date: NaiveDate, months: i32) -> NaiveDate {
    let months_since = date.year() * 12 + date.month0() as i32 + months;
    let (year, month) = (months_since.div_euclid(12), months_since.rem_euclid(12) as u32 + 1);
    (0..4)
        .filter_map(|less| NaiveDate::from_ymd_opt(year, month, date.day() - less.min(date.day() - 1)))
        .next()
        .unwrap_or(date)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            Self::Quarter(y, q) => write!(f, "{y:04}-Q{q}"),
            Self::FinancialYear(y) => write!(f, "{y:04}/{:02}", (y + 1).rem_euclid(100)),
            Self::Year(y) => write!(f, "{y:04}"),
        }
    }
}

impl Ord for Period {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let rank = |p: &Self| (p.last_month(), std::cmp::Reverse(p.months()), matches!(p, Self::Year(_)));
        rank(self).cmp(&rank(other))
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("'{text}' is no period")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_four_forms_and_no_other() {
        for (text, start, end) in [
            ("2014-03", "2014-03-01", "2014-03-31"),
            ("2014-Q1", "2014-01-01", "2014-03-31"),
            ("2013/14", "2013-04-01", "2014-03-31"),
            ("1999/00", "1999-04-01", "2000-03-31"),
            ("2014", "2014-01-01", "2014-12-31"),
        ] {
            let period = Period::parse(text).expect(text);
            assert_eq!((period.start(), period.end()), (day(start), day(end)), "{text}");
            assert_eq!(period.to_string(), text);
        }
        for text in ["", "Q1 2014", "2014/16", "2014-13", "2014-00", "2014-Q5", "2014-3", "14", "2014-03-01", "²014"] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ordered_by_the_last_day() {
        for text in ["2014-01", "2014-12", "2014-Q1", "2014-Q4", "2013/14", "1999/00", "2014"] {
            let period = Period::parse(text).unwrap();
            assert_eq!(period.last_month(), period.end().year() * 12 + period.end().month0() as i32, "{text}");
        }
        let p = |t| Period::parse(t).unwrap();
        assert!(p("2014-03") < p("2014-04"));
        assert!(p("2013/14") < p("2014-03"), "the year stands before its last month");
        assert_eq!(p("2014-12").next(), p("2015-01"));
    }

    #[test]
    fn a_calendar_month_is_clamped() {
        assert_eq!(add_months(day("2014-01-31"), 1), day("2014-02-28"));
        assert_eq!(add_months(day("2014-03-31"), -1), day("2014-02-28"));
        assert_eq!(add_months(day("2012-02-29"), 12), day("2013-02-28"));
    }
}
