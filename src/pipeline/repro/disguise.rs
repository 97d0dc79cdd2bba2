//! Other values of the same form, wherever the door's answer stays the same.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::model::raw::{RawFile, RawValue};

/// What the door says of a file: the number of findings of each code, where the finding that is looked for is among them.
type Answer = Option<BTreeMap<String, usize>>;

/// Replaces every value by another one as long as the answer stays the same. A value that stands in several cells is
/// replaced in all of them. `column` is the header that the finding stands under, and is replaced with it.
pub(super) fn disguised(raw: RawFile, column: &mut String, answer: impl Fn(&RawFile, &str) -> Answer) -> RawFile {
    let wanted = answer(&raw, column);
    let mut raw = raw;
    for at in 0..raw.sheets.len() {
        let mut other = raw.clone();
        other.sheets[at].name = if raw.sheets[at].name.is_empty() { String::new() } else { format!("Sheet{}", at + 1) };
        if answer(&other, column) == wanted {
            raw = other;
        }
    }
    let mut values: Vec<RawValue> = Vec::new();
    for cell in raw.sheets.iter().flat_map(|s| &s.rows).flat_map(|r| &r.cells) {
        if !values.contains(&cell.value) {
            values.push(cell.value.clone());
        }
    }
    for (number, value) in values.iter().enumerate() {
        for candidate in candidates(value, number) {
            let taken = raw.sheets.iter().flat_map(|s| &s.rows).flat_map(|r| &r.cells).any(|c| c.value == candidate);
            if candidate == *value || taken {
                continue;
            }
            let mut other = raw.clone();
            for cell in other.sheets.iter_mut().flat_map(|s| &mut s.rows).flat_map(|r| &mut r.cells) {
                if cell.value == *value {
                    cell.value = candidate.clone();
                }
            }
            let is_header = value.display() == column.trim();
            let header = if is_header { candidate.display() } else { column.clone() };
            if answer(&other, &header) == wanted {
                raw = other;
                *column = header;
                break;
            }
        }
    }
    raw
}

/// Values of the same form, those that tell least first. `number` keeps two texts of one form apart.
fn candidates(value: &RawValue, number: usize) -> Vec<RawValue> {
    match value {
        RawValue::Number(n) => numbers(*n).into_iter().map(RawValue::Number).collect(),
        RawValue::Date(day) => days(day).into_iter().map(RawValue::Date).collect(),
        RawValue::Bool(_) | RawValue::Error(_) => Vec::new(),
        RawValue::Text(text) => match text.trim().parse::<f64>() {
            Ok(n) if n.is_finite() => {
                let decimals = text.trim().split_once('.').map_or(0, |(_, d)| d.len());
                numbers(n).into_iter().map(|n| RawValue::Text(format!("{n:.decimals$}").into())).collect()
            }
            _ => {
                let moved = days(text.trim()).into_iter();
                moved.chain([masked(text, number)]).map(|t| RawValue::Text(t.into())).collect()
            }
        },
    }
}

/// Numbers of the same sign: round ones of the same size, then neighbours.
fn numbers(n: f64) -> Vec<f64> {
    let whole = n.fract() == 0.0;
    let size = 10_f64.powi(n.abs().max(1.0).log10().floor() as i32);
    let near: Vec<f64> = if whole {
        let steps = [1.0, 2.0, 5.0, 3.0, 7.0].map(|k| n.signum() * k * size);
        steps.into_iter().chain([n + 1.0, n - 1.0, n + 2.0, n * 2.0, n + 10.0]).collect()
    } else {
        [0.9, 1.1, 0.5, 2.0, 0.99, 1.01].map(|k| (n * k * 1000.0).round() / 1000.0).to_vec()
    };
    near.into_iter().filter(|m| *m != n && m.is_finite() && (n == 0.0 || m.signum() == n.signum())).collect()
}

/// Days near a day that is written as `2014-03-01`.
fn days(text: &str) -> Vec<String> {
    let Ok(day) = text.parse::<NaiveDate>() else { return Vec::new() };
    let moved = [
        day.checked_sub_days(Days::new(11)),
        day.checked_add_days(Days::new(11)),
        day.checked_sub_days(Days::new(1)),
        day.checked_add_days(Days::new(1)),
    ];
    moved.into_iter().flatten().map(|d| d.to_string()).collect()
}

/// A text of the same length and form: letters for letters, digits for digits, the rest as it stands; never one that a
/// spreadsheet program would take for a formula.
fn masked(text: &str, number: usize) -> String {
    let letter = char::from(b'a' + (number % 26) as u8);
    let digit = char::from(b'1' + (number / 26 % 9) as u8);
    let form = |c: char| match c {
        c if c.is_alphabetic() && c.is_uppercase() => letter.to_ascii_uppercase(),
        c if c.is_alphabetic() => letter,
        c if c.is_numeric() => digit,
        c => c,
    };
    let masked: String = text.chars().map(form).collect();
    match masked.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => letter.to_string() + &masked[1..],
        _ => masked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raw::{CellNote, FileKind, RawCell, RawRow, RawSheet};

    #[test]
    fn forms_stay_and_values_go() {
        assert_eq!(masked("Ann O'Hara 12", 2), "Ccc C'Cccc 11");
        assert_eq!(masked("=cmd()", 0), "aaaa()");
        assert!(numbers(19.0).iter().all(|n| *n > 0.0 && *n != 19.0));
        assert!(numbers(-4.0).iter().all(|n| *n < 0.0));
        assert!(numbers(0.86).iter().all(|n| n.fract() != 0.0 || *n > 0.0));
        assert_eq!(days("2014-03-12")[0], "2014-03-01");
        assert!(days("soon").is_empty());
    }

    #[test]
    fn what_the_answer_hangs_on_stays() {
        let cell = |column, text: &str| RawCell { column, value: RawValue::Text(text.into()), note: CellNote::Plain };
        let rows = vec![
            RawRow { row: 1, hidden: false, cells: vec![cell(1, "agency"), cell(2, "who")] },
            RawRow { row: 2, hidden: false, cells: vec![cell(1, "police"), cell(2, "Ann Example")] },
        ];
        let sheet = RawSheet { name: "Ann's".into(), rows, ..RawSheet::default() };
        let raw = RawFile { kind: FileKind::Xlsx, epoch_1904: false, sheets: vec![sheet] };
        let mut column = "who".to_owned();
        let out = disguised(raw, &mut column, |raw, column| {
            let texts: Vec<String> =
                raw.sheets[0].rows.iter().flat_map(|r| &r.cells).map(|c| c.value.display()).collect();
            (texts[0] == "agency" && texts[2] == "police" && texts[1] == column).then(BTreeMap::new)
        });
        let texts: Vec<String> = out.sheets[0].rows.iter().flat_map(|r| &r.cells).map(|c| c.value.display()).collect();
        assert_eq!(texts, ["agency", "bbb", "police", "Ddd Ddddddd"]);
        assert_eq!((column.as_str(), out.sheets[0].name.as_str()), ("bbb", "Sheet1"));
    }
}
