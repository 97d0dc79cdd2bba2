//! Periods: the four canonical forms, and for everything else the form that was probably meant.

use std::sync::LazyLock;

use regex::Regex;

use super::date::{of_serial, short};
use super::{FaultKind, Sink};
use crate::model::Period;
use crate::model::period::MONTHS;
use crate::model::raw::RawValue;
use crate::model::row::Value;
use crate::validate::personal::shown;

const FORMS: &str =
    "Write a month as 2014-03, a calendar quarter as 2014-Q1, a financial year as 2013/14, a calendar year as 2014.";

/// Reads a period. `epoch_1904` is the workbook's date system, for numbers that are dates without their format.
pub fn read(value: &RawValue, epoch_1904: bool, sink: &mut Sink<'_>) -> Value {
    match value {
        RawValue::Text(text) => from_text(text, sink),
        RawValue::Number(n) => from_number(*n, epoch_1904, sink),
        RawValue::Date(text) => from_date(text, sink),
        other => refuse(format!("Not a period: {}.", shown(&other.display())), FORMS, sink),
    }
}

fn refuse(message: String, fix: impl Into<String>, sink: &mut Sink<'_>) -> Value {
    sink.add(FaultKind::Period, message, fix);
    Value::Empty
}

fn from_text(text: &str, sink: &mut Sink<'_>) -> Value {
    let text = text.replace('\u{a0}', " ");
    let text = text.trim().trim_start_matches('\'');
    if text.is_empty() {
        return Value::Empty;
    }
    if let Some(period) = Period::parse(text) {
        return Value::Period(period);
    }
    if let Some((quarter, year)) = bare_quarter(text) {
        let readings = [Period::Quarter(year, quarter), financial_quarter(year, quarter)];
        let message = format!(
            "{} can be read in two ways: {} of the calendar year ({}) or of the financial year ({}).",
            shown(text),
            readings[0],
            readings[0].words(),
            readings[1].words()
        );
        let fix = format!("Write {} or {}, whichever is meant.", readings[0], readings[1]);
        return refuse(message, fix, sink);
    }
    let message = format!("Not a period: {}.", shown(text));
    match meant(text) {
        Some(period) => refuse(message, format!("If {} is meant, write {period}. {FORMS}", period.words()), sink),
        None => refuse(message, FORMS, sink),
    }
}

/// A year alone is a period; any other number is most likely a date that lost its format.
fn from_number(n: f64, epoch_1904: bool, sink: &mut Sink<'_>) -> Value {
    if let Some(year) = Some(n).filter(|n| n.fract() == 0.0).and_then(|n| Period::parse(&format!("{n}"))) {
        return Value::Period(year);
    }
    match of_serial(n, epoch_1904) {
        Some(date) => {
            let epoch = if epoch_1904 { "1904" } else { "1900" };
            let message = format!("The period is the number {n}; as a {epoch} date it is {date}.");
            let month = Period::parse(&date.format("%Y-%m").to_string());
            let fix =
                month.map_or(FORMS.to_owned(), |m| format!("If {} is meant, write {m} as text. {FORMS}", m.words()));
            refuse(message, fix, sink)
        }
        None => refuse(format!("The period is the number {n}, which is no period and no date."), FORMS, sink),
    }
}

/// A spreadsheet program turns a typed `2014-03` into the first of March: that, and only that, is the month.
fn from_date(text: &str, sink: &mut Sink<'_>) -> Value {
    let month = text.get(..7).and_then(Period::parse);
    match (month, text.get(8..10)) {
        (Some(period), Some("01")) => {
            let message = format!("The period is a date, the first of {}; it is taken as that month.", period.words());
            sink.add(
                FaultKind::PeriodAsDate,
                message,
                format!("Nothing, if {period} is meant; else write the period as text."),
            );
            Value::Period(period)
        }
        (Some(period), _) => {
            let fix = format!("If {} is meant, write {period} as text. {FORMS}", period.words());
            refuse(format!("The period is the date {}.", short(text)), fix, sink)
        }
        _ => refuse("The period is a date that cannot be read.".to_owned(), FORMS, sink),
    }
}

/// The quarter of the financial year that begins in `year`: its first is April to June.
fn financial_quarter(year: i32, quarter: u32) -> Period {
    if quarter == 4 { Period::Quarter(year + 1, 1) } else { Period::Quarter(year, quarter + 1) }
}

/// `Q1 2014`, `2014 Q1`, `Quarter 1, 2014`: a quarter and a year, and no word of which year it is a quarter of.
fn bare_quarter(text: &str) -> Option<(u32, i32)> {
    static FORMS: LazyLock<[Regex; 2]> = LazyLock::new(|| {
        [
            Regex::new(r"(?i)^(?:q|qtr|quarter)\.?\s*(?P<q>[1-4])[\s,/-]*(?P<y>(?:19|20)\d\d)$")
                .expect("a fixed pattern"),
            Regex::new(r"(?i)^(?P<y>(?:19|20)\d\d)[\s,/]*(?:q|qtr|quarter)\.?\s*(?P<q>[1-4])$")
                .expect("a fixed pattern"),
        ]
    });
    let found = FORMS.iter().find_map(|form| form.captures(text))?;
    Some((found["q"].parse().ok()?, found["y"].parse().ok()?))
}

/// The canonical form of what people write instead: `2014/15 Q1`, `March 2014`, `Mar-14`, `03/2014`, `2013-14`.
fn meant(text: &str) -> Option<Period> {
    static FORMS: LazyLock<[Regex; 5]> = LazyLock::new(|| {
        [
            r"(?i)^(?P<fy>(?:19|20)\d\d)[/-]\d\d(?:\d\d)?[\s,]*(?:q|qtr|quarter)\.?\s*(?P<q>[1-4])$",
            r"(?i)^(?:q|qtr|quarter)\.?\s*(?P<q>[1-4])[\s,]*(?P<fy>(?:19|20)\d\d)[/-]\d\d(?:\d\d)?$",
            r"^(?P<fy>(?:19|20)\d\d)\s*[-/\u{2013}]\s*(?:19|20)?\d\d$",
            r"(?i)^(?P<name>[a-z]{3,9})\.?[\s,'-]*(?P<y>(?:19|20)?\d\d)$",
            r"^(?P<m>\d{1,2})[/.-](?P<y>(?:19|20)\d\d)$",
        ]
        .map(|form| Regex::new(form).expect("a fixed pattern"))
    });
    let found = FORMS.iter().find_map(|form| form.captures(text))?;
    let number = |name: &str| found.name(name).and_then(|n| n.as_str().parse::<i32>().ok());
    if let Some(begins) = number("fy") {
        return match number("q") {
            Some(quarter) => Some(financial_quarter(begins, quarter as u32)),
            None => Some(Period::FinancialYear(begins)),
        };
    }
    let year = number("y").map(|y| if y < 100 { 2000 + y } else { y })?;
    let name = found.name("name").map(|n| n.as_str().to_lowercase());
    let by_name = name.and_then(|n| MONTHS.iter().position(|m| m.to_lowercase().starts_with(&n)));
    let month = number("m").map(|m| m as u32).or(by_name.map(|m| m as u32 + 1))?;
    (1..=12).contains(&month).then_some(Period::Month(year, month))
}

#[cfg(test)]
mod tests {
    use super::super::testing::faults_of;
    use super::*;

    fn sent(value: RawValue, epoch_1904: bool) -> (Value, String) {
        let (value, faults) = faults_of(|sink| read(&value, epoch_1904, sink));
        (value, faults.iter().map(|f| format!("{} {}", f.message, f.fix)).collect())
    }

    #[test]
    fn the_canonical_forms_and_a_month_that_became_a_date() {
        let text = |t: &str| RawValue::Text(t.into());
        for (raw, period, note) in [
            (text(" 2014-03 "), "2014-03", false),
            (text("2014-Q1"), "2014-Q1", false),
            (text("2013/14"), "2013/14", false),
            (RawValue::Number(2014.0), "2014", false),
            (RawValue::Date("2014-03-01".into()), "2014-03", true),
        ] {
            let (value, said) = sent(raw, false);
            assert_eq!((value.to_string().as_str(), !said.is_empty()), (period, note), "{said}");
        }
    }

    #[test]
    fn whatever_else_is_refused_with_what_was_probably_meant() {
        for (text, told) in [
            ("Q1 2014", ["2014-Q1", "2014-Q2"]),
            ("2014 Q4", ["2014-Q4", "2015-Q1"]),
            ("Quarter 2, 2014", ["2014-Q2", "2014-Q3"]),
            ("2014/15 Q1", ["2014-Q2", "April to June 2014"]),
            ("March 2014", ["2014-03", "March 2014"]),
            ("Mar-14", ["2014-03", "March 2014"]),
            ("2013-2014", ["2013/14", ""]),
            ("last spring", ["Not a period", ""]),
        ] {
            let (value, said) = sent(RawValue::Text(text.into()), false);
            assert_eq!(value, Value::Empty, "{text}");
            assert!(told.iter().all(|t| said.contains(t)), "{text}: {said}");
        }
        let (_, said) = sent(RawValue::Date("2014-03-15T00:00:00".into()), false);
        assert!(said.contains("2014-03-15") && said.contains("write 2014-03 as text"), "{said}");
    }

    #[test]
    fn a_number_that_is_a_date_is_told_in_the_epoch_of_the_file() {
        // date1904.xlsx of the bad returns: D2 holds 40237, which is 2014-03-01 from 1904 and 2010-02-28 from 1900.
        for (epoch_1904, told) in
            [(true, "as a 1904 date it is 2014-03-01"), (false, "as a 1900 date it is 2010-02-28")]
        {
            let (value, said) = sent(RawValue::Number(40237.0), epoch_1904);
            assert_eq!(value, Value::Empty);
            assert!(said.contains(told), "{said}");
        }
    }
}
