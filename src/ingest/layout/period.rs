//! Periods as people write them, to the four forms of the board.

use std::sync::OnceLock;

use chrono::{Datelike, Days, NaiveDate};
use regex::{Captures, Regex};

use crate::ingest::header::without_marks;
use crate::model::Period;
use crate::spec::return_spec::PeriodFormat;

/// What a text says of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// One period.
    One(Period),
    /// Two readings: the financial and the calendar quarter.
    Two(Period, Period),
    /// None.
    None,
}

/// Reads a text that is a period as a whole.
pub fn read(text: &str, format: PeriodFormat) -> Reading {
    let text = tidy(text);
    for shape in shapes() {
        if let Some(found) = shape.whole.captures(&text) {
            match (shape.read)(&found, format) {
                Reading::None => {}
                reading => return reading,
            }
        }
    }
    Reading::None
}

/// Finds a period within a text, such as a title or a file name: the longest that can be read.
pub fn find(text: &str, format: PeriodFormat) -> Reading {
    let whole = read(text, format);
    if whole != Reading::None {
        return whole;
    }
    let text = tidy(&text.replace('_', " "));
    let mut best = (0, Reading::None);
    for shape in shapes() {
        for found in shape.within.captures_iter(&text) {
            let length = found.get(0).map_or(0, |m| m.len());
            if length > best.0 {
                let reading = (shape.read)(&found, format);
                if reading != Reading::None {
                    best = (length, reading);
                }
            }
        }
    }
    best.1
}

/// Reads a number in a cell of periods: a spreadsheet's date, a year, or two years run together.
pub fn read_number(number: f64, format: PeriodFormat, epoch_1904: bool) -> Reading {
    match serial_day(number, epoch_1904) {
        Some(day) => Reading::One(of_day(day, format)),
        None if number.fract() == 0.0 && number.abs() < 1e7 => read(&format!("{number}"), format),
        None => Reading::None,
    }
}

/// The day of a spreadsheet's date number, for days between 1954 and 2118.
pub fn serial_day(number: f64, epoch_1904: bool) -> Option<NaiveDate> {
    if !(20_000.0..80_000.0).contains(&number) {
        return None;
    }
    let epoch = if epoch_1904 { NaiveDate::from_ymd_opt(1904, 1, 1) } else { NaiveDate::from_ymd_opt(1899, 12, 30) };
    epoch?.checked_add_days(Days::new(number as u64))
}

/// Reads a text that is a day as a whole: `2014-03-31`, `31/03/2014`, `31/03/14`, `31 March 2014`, `31-Mar-14`.
pub fn read_day(text: &str) -> Option<NaiveDate> {
    let text = tidy(text);
    days().iter().find_map(|(whole, read)| whole.captures(&text).and_then(|c| read(&c)))
}

fn tidy(text: &str) -> String {
    let text = without_marks(text).replace(['\u{a0}', '\n', '\r', '\t'], " ").replace(['–', '—', '−'], "-");
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Shape {
    whole: Regex,
    within: Regex,
    read: ReadPeriod,
}

/// How the groups of a pattern are read as a period.
type ReadPeriod = fn(&Captures<'_>, PeriodFormat) -> Reading;

/// How the groups of a pattern are read as a day.
type ReadDay = fn(&Captures<'_>) -> Option<NaiveDate>;

const MONTH: &str =
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?";
const YEARS: &str = r"(\d{4})\s*[/-]\s*(\d{4}|\d{2})";
const QUARTER: &str = r"q(?:uarter|tr)?\s*([1-4])";
const LAST_DAY: &str = r"(?:\d{1,2}(?:st|nd|rd|th)?\s+)?";

/// A pattern of a day, and how its groups are read.
type DayShape = (Regex, ReadDay);

fn day_patterns() -> [(String, ReadDay); 3] {
    [
        (r"(\d{4})-(\d{2})-(\d{2})(?:[t ][\d:.]+z?)?".to_owned(), |c| day(number(c, 1), number(c, 2) as u32, c, 3)),
        (r"(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})".to_owned(), |c| day(year(c, 3), number(c, 2) as u32, c, 1)),
        (format!(r"(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{MONTH}[\s,-]+(\d{{4}}|\d{{2}})"), |c| {
            day(year(c, 3), month(c, 2), c, 1)
        }),
    ]
}

fn days() -> &'static [DayShape] {
    static DAYS: OnceLock<Vec<DayShape>> = OnceLock::new();
    DAYS.get_or_init(|| {
        let patterns = day_patterns().into_iter();
        patterns.filter_map(|(p, read)| Regex::new(&format!("^(?:{p})$")).ok().map(|whole| (whole, read))).collect()
    })
}

/// The shapes, those first that must not be mistaken for a later one.
fn shapes() -> &'static [Shape] {
    static SHAPES: OnceLock<Vec<Shape>> = OnceLock::new();
    SHAPES.get_or_init(|| {
        let of_day_shape: ReadPeriod = |c, format| {
            let text = &c[0];
            read_day(text).map_or(Reading::None, |day| Reading::One(of_day(day, format)))
        };
        let mut list: Vec<(String, ReadPeriod)> =
            day_patterns().into_iter().map(|(pattern, _)| (pattern, of_day_shape)).collect();
        let rest: [(String, ReadPeriod); 17] = [
            (format!(r"(?:year|y/e|ye|12 months)\s*(?:ending|ended|to)?\s*{LAST_DAY}{MONTH}\s+(\d{{4}})"), year_ending),
            (
                format!(r"(?:quarter|q/e|3 months)\s*(?:ending|ended|to)?\s*{LAST_DAY}{MONTH}\s+(\d{{4}}|\d{{2}})"),
                quarter_ending,
            ),
            (format!(r"{MONTH}\s*(?:\d{{4}})?\s*(?:-|to)\s*{MONTH}[\s-]*(\d{{4}}|\d{{2}})"), quarter_of_months),
            (format!(r"(?:fy\s*)?{YEARS}\s*[:,-]?\s*{QUARTER}"), |c, _| financial(c, 1, 2, 3)),
            (format!(r"{QUARTER}[\s:,-]*(?:of\s+)?(?:fy\s*)?{YEARS}"), |c, _| financial(c, 2, 3, 1)),
            (r"(\d{4})-q([1-4])".to_owned(), |c, _| Reading::One(Period::Quarter(number(c, 1), number(c, 2) as u32))),
            (format!(r"{QUARTER}[\s,:-]+(\d{{4}})"), |c, f| bare_quarter(number(c, 2), number(c, 1) as u32, f)),
            (format!(r"(\d{{4}})[\s,:-]+{QUARTER}"), |c, f| bare_quarter(number(c, 1), number(c, 2) as u32, f)),
            (format!(r"{MONTH}[\s-]*{YEARS}"), |c, f| month_of_year(c, 1, 2, 3, f)),
            (format!(r"{YEARS}[\s-]*{MONTH}"), |c, f| month_of_year(c, 3, 1, 2, f)),
            (format!(r"{MONTH}[\s'’-]*(\d{{4}}|\d{{2}})"), |c, f| of_month(year(c, 2), month(c, 1), f)),
            (format!(r"(\d{{4}})[\s-]+{MONTH}"), |c, f| of_month(number(c, 1), month(c, 2), f)),
            (r"(\d{1,2})/(\d{4})".to_owned(), |c, f| of_month(number(c, 2), number(c, 1) as u32, f)),
            (r"(\d{4})-(\d{2})".to_owned(), month_or_years),
            (format!(r"(?:fy\s*|financial year\s*)?{YEARS}(?:\s*financial year)?"), |c, _| years(c, 1, 2)),
            (r"(\d{4})(\d{2})".to_owned(), |c, _| years(c, 1, 2)),
            (r"(?:fy\s*)?(\d{4})".to_owned(), bare_year),
        ];
        list.extend(rest);
        let shape = |(pattern, read): (String, ReadPeriod)| {
            let whole = Regex::new(&format!("^(?:{pattern})$")).ok()?;
            let within = Regex::new(&format!(r"\b(?:{pattern})\b")).ok()?;
            Some(Shape { whole, within, read })
        };
        list.into_iter().filter_map(shape).collect()
    })
}

fn number(c: &Captures<'_>, group: usize) -> i32 {
    c.get(group).and_then(|m| m.as_str().parse().ok()).unwrap_or(0)
}

/// A year of two or four digits; `69` is 2069, `70` is 1970.
fn year(c: &Captures<'_>, group: usize) -> i32 {
    match number(c, group) {
        y @ 0..70 => 2000 + y,
        y @ 70..100 => 1900 + y,
        y => y,
    }
}

fn month(c: &Captures<'_>, group: usize) -> u32 {
    const NAMES: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
    c.get(group).and_then(|m| NAMES.find(m.as_str())).map_or(0, |at| at as u32 / 3 + 1)
}

fn day(year: i32, month: u32, c: &Captures<'_>, group: usize) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, number(c, group) as u32).filter(|d| (1900..=2200).contains(&d.year()))
}

/// The period of a day, as the format has it.
pub fn of_day(day: NaiveDate, format: PeriodFormat) -> Period {
    let (year, month) = (day.year(), day.month());
    match format {
        PeriodFormat::Month => Period::Month(year, month),
        PeriodFormat::FinancialQuarter | PeriodFormat::CalendarQuarter => Period::Quarter(year, month.div_ceil(3)),
        PeriodFormat::FinancialYear | PeriodFormat::YearEnding => {
            Period::FinancialYear(if month >= 4 { year } else { year - 1 })
        }
        PeriodFormat::CalendarYear => Period::Year(year),
    }
}

fn of_month(year: i32, month: u32, format: PeriodFormat) -> Reading {
    let day = NaiveDate::from_ymd_opt(year, month, 1).filter(|_| (1900..=2200).contains(&year));
    day.map_or(Reading::None, |day| Reading::One(of_day(day, format)))
}

fn year_ending(c: &Captures<'_>, _: PeriodFormat) -> Reading {
    match month(c, 1) {
        3 => Reading::One(Period::FinancialYear(number(c, 2) - 1)),
        12 => Reading::One(Period::Year(number(c, 2))),
        _ => Reading::None,
    }
}

fn quarter_ending(c: &Captures<'_>, _: PeriodFormat) -> Reading {
    match month(c, 1) {
        m @ (3 | 6 | 9 | 12) => Reading::One(Period::Quarter(year(c, 2), m / 3)),
        _ => Reading::None,
    }
}

fn quarter_of_months(c: &Captures<'_>, _: PeriodFormat) -> Reading {
    match (month(c, 1), month(c, 2)) {
        (a, b @ (3 | 6 | 9 | 12)) if a + 2 == b => Reading::One(Period::Quarter(year(c, 3), b / 3)),
        _ => Reading::None,
    }
}

/// `2014/15` of two groups; none where the second is not the next year.
fn first_of_years(c: &Captures<'_>, first: usize, second: usize) -> Option<i32> {
    let (start, end) = (number(c, first), number(c, second));
    let next = end == start + 1 || (end < 100 && (start + 1).rem_euclid(100) == end);
    (next && (1900..=2200).contains(&start)).then_some(start)
}

fn years(c: &Captures<'_>, first: usize, second: usize) -> Reading {
    first_of_years(c, first, second).map_or(Reading::None, |y| Reading::One(Period::FinancialYear(y)))
}

/// `2014-03` is a month; `2013-14` are two years, and so is `2011-12` where years are expected.
fn month_or_years(c: &Captures<'_>, format: PeriodFormat) -> Reading {
    let of_years = years(c, 1, 2);
    let yearly = matches!(format, PeriodFormat::FinancialYear | PeriodFormat::YearEnding);
    if of_years != Reading::None && (yearly || number(c, 2) > 12) {
        return of_years;
    }
    of_month(number(c, 1), number(c, 2) as u32, format)
}

/// The first financial quarter is April to June.
fn financial_quarter(start: i32, quarter: u32) -> Period {
    if quarter == 4 { Period::Quarter(start + 1, 1) } else { Period::Quarter(start, quarter + 1) }
}

fn financial(c: &Captures<'_>, first: usize, second: usize, quarter: usize) -> Reading {
    let start = first_of_years(c, first, second);
    start.map_or(Reading::None, |y| Reading::One(financial_quarter(y, number(c, quarter) as u32)))
}

fn bare_quarter(year: i32, quarter: u32, format: PeriodFormat) -> Reading {
    if !(1900..=2200).contains(&year) {
        return Reading::None;
    }
    let (financial, calendar) = (financial_quarter(year, quarter), Period::Quarter(year, quarter));
    match format {
        PeriodFormat::FinancialQuarter | PeriodFormat::FinancialYear | PeriodFormat::YearEnding => {
            Reading::One(financial)
        }
        PeriodFormat::CalendarQuarter | PeriodFormat::CalendarYear => Reading::One(calendar),
        PeriodFormat::Month => Reading::Two(financial, calendar),
    }
}

fn month_of_year(c: &Captures<'_>, month_at: usize, first: usize, second: usize, format: PeriodFormat) -> Reading {
    let Some(start) = first_of_years(c, first, second) else { return Reading::None };
    let month = month(c, month_at);
    of_month(if month >= 4 { start } else { start + 1 }, month, format)
}

fn bare_year(c: &Captures<'_>, format: PeriodFormat) -> Reading {
    let year = number(c, 1);
    if !(1900..=2200).contains(&year) {
        return Reading::None;
    }
    Reading::One(match format {
        PeriodFormat::YearEnding => Period::FinancialYear(year - 1),
        PeriodFormat::FinancialYear => Period::FinancialYear(year),
        _ => Period::Year(year),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use PeriodFormat::{CalendarQuarter, FinancialQuarter, FinancialYear, Month, YearEnding};

    #[test]
    fn periods_as_people_write_them() {
        for (text, format, period) in [
            ("2014-03", Month, "2014-03"),
            ("2014-Q1", FinancialQuarter, "2014-Q1"),
            ("2014/15 Q1", Month, "2014-Q2"),
            ("Q4 2014/15", Month, "2015-Q1"),
            ("Quarter 3, 2014-15", Month, "2014-Q4"),
            ("Q1 2014", FinancialQuarter, "2014-Q2"),
            ("Q1 2014", CalendarQuarter, "2014-Q1"),
            ("2014 Q4", FinancialQuarter, "2015-Q1"),
            ("Apr-14", Month, "2014-04"),
            ("April\u{a0}2014", Month, "2014-04"),
            ("Sept 14", Month, "2014-09"),
            ("31/03/2014", Month, "2014-03"),
            ("31/03/14", FinancialQuarter, "2014-Q1"),
            ("31-Mar-15 [Note 3]", FinancialYear, "2014/15"),
            ("2014-03-31T00:00:00", Month, "2014-03"),
            ("Year ending March 2014", Month, "2013/14"),
            ("Year ending 31 March 2014", Month, "2013/14"),
            ("y/e Mar 2014", Month, "2013/14"),
            ("Year to December 2014", Month, "2014"),
            ("2013-14", Month, "2013/14"),
            ("2011-12", FinancialYear, "2011/12"),
            ("2011-12", Month, "2011-12"),
            ("2013/2014", Month, "2013/14"),
            ("202425", Month, "2024/25"),
            ("2016 (Rev)", YearEnding, "2015/16"),
            ("2025", YearEnding, "2024/25"),
            ("2014", Month, "2014"),
            ("Apr 2014/15", Month, "2014-04"),
            ("2014/15 Mar", Month, "2015-03"),
            ("Apr - Jun 2014", Month, "2014-Q2"),
            ("Quarter ended June 2014", Month, "2014-Q2"),
            ("FY2014/15", Month, "2014/15"),
        ] {
            assert_eq!(read(text, format), Reading::One(Period::parse(period).unwrap()), "{text}");
        }
        for text in ["", "2014-16", "Q5 2014", "April", "31/02/2014", "marmalade 2014", "2014/16 Q1", "12"] {
            assert_eq!(read(text, Month), Reading::None, "{text}");
        }
        let p = |t| Period::parse(t).unwrap();
        assert_eq!(read("Q1 2014", Month), Reading::Two(p("2014-Q2"), p("2014-Q1")), "nobody says which");
    }

    #[test]
    fn a_period_is_found_in_titles_and_file_names() {
        for (text, period) in [
            ("Safeguarding training, Quarter 3 2014/15 (final)", "2014-Q4"),
            ("CSC_performance_2014-15_Q2_v2.xlsx", "2014-Q3"),
            ("Section 11 return 2013/14", "2013/14"),
            ("Return for the month of April 2014 from 26 agencies", "2014-04"),
        ] {
            assert_eq!(find(text, Month), Reading::One(Period::parse(period).unwrap()), "{text}");
        }
        assert_eq!(find("Notes for 26 agencies", Month), Reading::None);
    }

    #[test]
    fn numbers_are_dates_of_the_workbook() {
        let month = |n, epoch| read_number(n, Month, epoch);
        assert_eq!(month(41_730.0, false), Reading::One(Period::Month(2014, 4)), "1 April 2014 in Excel");
        assert_eq!(month(40_237.0, true), Reading::One(Period::Month(2014, 3)), "the same counted from 1904");
        assert_eq!(month(2014.0, false), Reading::One(Period::Year(2014)));
        assert_eq!(month(0.5, false), Reading::None);
    }
}
