//! Days: true date cells, ISO 8601, and day first as British returns write them (with a note). Two-digit years and numbers
//! that are dates are refused, with the day that they would be.

use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDate};
use regex::Regex;

use super::{FaultKind, Sink};
use crate::model::raw::RawValue;
use crate::model::row::Value;
use crate::validate::personal::shown;

const FORM: &str = "Write the day as 2014-03-31, or use a date cell.";

/// Reads a day; a time of day is dropped.
pub fn read(value: &RawValue, epoch_1904: bool, sink: &mut Sink<'_>) -> Value {
    match value {
        RawValue::Date(text) => match short(text).parse() {
            Ok(date) => checked(date, sink),
            Err(_) => refuse("The cell is a date that cannot be read.".to_owned(), FORM, sink),
        },
        RawValue::Text(text) => from_text(text.replace('\u{a0}', " ").trim().trim_start_matches('\''), sink),
        RawValue::Number(n) => match of_serial(*n, epoch_1904) {
            Some(date) => {
                let epoch = if epoch_1904 { "1904" } else { "1900" };
                let fix = format!("If {date} is meant, format the cell as a date. {FORM}");
                refuse(format!("The cell holds the number {n}; as a {epoch} date it is {date}."), fix, sink)
            }
            None => refuse("The cell holds a number that is no date.".to_owned(), FORM, sink),
        },
        other => refuse(format!("Not a date: {}.", shown(&other.display())), FORM, sink),
    }
}

/// The day part of an ISO date-time.
pub fn short(text: &str) -> &str {
    text.split(['T', ' ']).next().unwrap_or(text)
}

/// The day of a spreadsheet's serial number, where it lies between 1970 and 2100.
pub fn of_serial(n: f64, epoch_1904: bool) -> Option<NaiveDate> {
    // The 1900 system counts a 29 February 1900 that never was, so that from March 1900 on its day 0 is 30 December 1899.
    let start = if epoch_1904 { NaiveDate::from_ymd_opt(1904, 1, 1) } else { NaiveDate::from_ymd_opt(1899, 12, 30) }?;
    let days = Some(n.floor()).filter(|n| (0.0..100_000.0).contains(n))?;
    start.checked_add_days(Days::new(days as u64)).filter(|d| (1970..2100).contains(&d.year()))
}

fn refuse(message: String, fix: impl Into<String>, sink: &mut Sink<'_>) -> Value {
    sink.add(FaultKind::Date, message, fix);
    Value::Empty
}

fn checked(date: NaiveDate, sink: &mut Sink<'_>) -> Value {
    if (1900..=2200).contains(&date.year()) {
        Value::Date(date)
    } else {
        refuse(format!("{date} lies outside the years 1900 to 2200."), FORM, sink)
    }
}

fn from_text(text: &str, sink: &mut Sink<'_>) -> Value {
    if text.is_empty() {
        return Value::Empty;
    }
    if let Ok(date) = short(text).parse::<NaiveDate>() {
        return checked(date, sink);
    }
    static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T]0?0:00(?::00)?)?$").expect("a fixed pattern")
    });
    let Some(found) = DAY_FIRST.captures(text) else {
        return refuse(format!("Not a date: {}.", shown(text)), FORM, sink);
    };
    let number = |i: usize| found[i].parse::<u32>().unwrap_or(0);
    let (day, month, year) = (number(1), number(2), number(3));
    if found[3].len() == 2 {
        let fix = format!("Write the year with four digits. {FORM}");
        return refuse(format!("The year of {} has two digits.", shown(text)), fix, sink);
    }
    match NaiveDate::from_ymd_opt(year as i32, month, day) {
        Some(date) => {
            let message = format!("{} is read day first, as {date}.", shown(text));
            sink.add(FaultKind::DayFirst, message, "Nothing, if that day is meant; dates are best sent as 2014-03-31.");
            checked(date, sink)
        }
        None => {
            let swapped = NaiveDate::from_ymd_opt(year as i32, day, month);
            let why = if swapped.is_some() { " (dates are read day first, and there is no such month)" } else { "" };
            refuse(format!("Not a date: {}{why}.", shown(text)), FORM, sink)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::faults_of;
    use super::*;

    #[test]
    fn days_and_what_is_none() {
        let text = |t: &str| RawValue::Text(t.into());
        for (raw, day, fault, why) in [
            (RawValue::Date("2014-03-01T10:00:00".into()), "2014-03-01", None, "a date cell; the time is dropped"),
            (text("2014-03-31"), "2014-03-31", None, "ISO"),
            (text("2014-03-31 00:00:00"), "2014-03-31", None, "as databases write it"),
            (text("25/03/2014"), "2014-03-25", Some(FaultKind::DayFirst), "day first, beyond doubt"),
            (text("3/4/2014"), "2014-04-03", Some(FaultKind::DayFirst), "day first by the country's habit, and said"),
            (
                text("03/25/2014"),
                "",
                Some(FaultKind::Date),
                "month first: refused, so the others of its file do no harm",
            ),
            (text("03/04/14"), "", Some(FaultKind::Date), "two digits for the year"),
            (text("2014-02-30"), "", Some(FaultKind::Date), "no such day"),
            (text("0214-03-01"), "", Some(FaultKind::Date), "a slip in the year"),
            (text("March"), "", Some(FaultKind::Date), "no day at all"),
            (RawValue::Number(41729.0), "", Some(FaultKind::Date), "a date without its format"),
            (RawValue::Bool(true), "", Some(FaultKind::Date), "a truth value"),
        ] {
            let (value, faults) = faults_of(|sink| read(&raw, false, sink));
            let kinds: Vec<FaultKind> = faults.iter().map(|f| f.kind).collect();
            assert_eq!((value.to_string().as_str(), kinds), (day, fault.into_iter().collect()), "{why}");
        }
    }

    #[test]
    fn serial_numbers_by_epoch() {
        // Microsoft's own example of the two systems: 5 July 2011 is 40729 from 1900 and 39267 from 1904.
        let day = NaiveDate::from_ymd_opt(2011, 7, 5);
        assert_eq!((of_serial(40729.0, false), of_serial(39267.0, true)), (day, day));
        assert_eq!(of_serial(12.0, false), None, "a small number is hardly a date");
    }
}
