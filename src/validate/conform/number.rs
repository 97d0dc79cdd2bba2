//! Numbers: true ones, text that is one, percentages, and the markers that say why there is none.

use std::sync::LazyLock;

use regex::Regex;

use super::{FaultKind, Sink};
use crate::model::draft::{DraftCell, Markers};
use crate::model::raw::RawValue;
use crate::model::row::Value;
use crate::model::{Number, Status};
use crate::spec::reference::{Indicator, Unit};
use crate::validate::personal::shown;

/// Digits, or digits in groups of three, with a point and an exponent; Rust's own parser alone would take `inf` and `NaN`.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[+-]?(\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$").expect("a fixed pattern")
});

/// Reads a number. `of` is the indicator and the column where the row is one of performance: a percent sign stands for
/// hundredths where that indicator is a proportion.
pub fn read(
    cell: &DraftCell,
    value: &RawValue,
    markers: &Markers,
    of: Option<(&Indicator, &str)>,
    sink: &mut Sink<'_>,
) -> Value {
    let number = match value {
        RawValue::Number(n) if n.is_finite() => Some(Number::of(scaled(*n, cell.scale))),
        RawValue::Number(n) => finite(*n, &cell.sent(), sink).map(Number::of),
        RawValue::Text(text) => from_text(text, cell, markers, of, sink),
        RawValue::Error(text) => from_text(text, cell, markers, of, sink),
        RawValue::Bool(_) => refuse("a truth value (TRUE or FALSE)", sink),
        RawValue::Date(_) => {
            refuse("a date; the spreadsheet program may have turned a number or a range into one", sink)
        }
    };
    number.map_or(Value::Empty, Value::Number)
}

fn from_text(
    text: &str,
    cell: &DraftCell,
    markers: &Markers,
    of: Option<(&Indicator, &str)>,
    sink: &mut Sink<'_>,
) -> Option<Number> {
    let is_in_workbook = !cell.place.is_csv() && cell.place.column > 0;
    if let Some(number) = plain(text).filter(|_| sink.plain_digits && !is_in_workbook) {
        return Some(Number::of(scaled(number, cell.scale)));
    }
    let text = tidy(text);
    if text.is_empty() {
        return Some(Number::missing());
    }
    if let Some(status) = marker(&text, markers, sink.column) {
        return Some(Number::marked(status, text));
    }
    let (figure, percent) = match text.strip_suffix('%') {
        Some(figure) => (figure.trim_end(), true),
        None => (text.as_str(), false),
    };
    if !NUMBER.is_match(figure) {
        let found = format!("Not a number: {}.", shown(&text));
        sink.add(FaultKind::Number, found, "Write digits such as 12 or 12.5, or a marker such as c, [x] or n/a.");
        return None;
    }
    let number = finite(figure.replace(',', "").parse().unwrap_or(f64::NAN), &text, sink)?;
    if is_in_workbook {
        let found = format!("The number {text} was sent as text; it is taken as a number.");
        sink.add(FaultKind::NumberAsText, found, "Nothing; to be rid of this note, format the cells as numbers.");
    }
    Some(Number::of(if percent { hundredths(number, &text, of, sink) } else { scaled(number, cell.scale) }))
}

/// The number of a text of plain digits with at most one point, which needs no closer look.
fn plain(text: &str) -> Option<f64> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let points = text.bytes().filter(|b| *b == b'.').count();
    let is_plain = (1..=15).contains(&digits) && points <= 1 && digits + points == text.len();
    text.parse().ok().filter(|_| is_plain && !text.starts_with('.'))
}

/// The marker's status; `grey` of a Section 11 score means that the standard does not apply.
fn marker(text: &str, markers: &Markers, column: &str) -> Option<Status> {
    let grey = text.eq_ignore_ascii_case("grey") && column.ends_with("_score");
    markers.status(text).or(grey.then_some(Status::NotApplicable))
}

/// Full-width digits to plain ones, no-break spaces to spaces, the minus sign to a hyphen, trimmed; the apostrophe by
/// which a spreadsheet program is made to take digits as text is dropped.
fn tidy(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let text: String = text.nfkc().filter(|c| *c != '\u{200b}' && *c != '\u{feff}').collect();
    let text = text.replace('\u{2212}', "-");
    text.trim().trim_start_matches('\'').trim().to_owned()
}

fn finite(number: f64, as_sent: &str, sink: &mut Sink<'_>) -> Option<f64> {
    if number.is_finite() {
        return Some(number);
    }
    let found = if as_sent.trim().is_empty() { format!("`{number}`") } else { shown(as_sent) };
    sink.add(
        FaultKind::Number,
        format!("Not a number that can be calculated with: {found}."),
        "Write digits such as 12 or 12.5, or a marker such as c, [x] or n/a.",
    );
    None
}

fn refuse(what: &str, sink: &mut Sink<'_>) -> Option<Number> {
    let found = format!("A number is expected here, and the cell holds {what}.");
    sink.add(FaultKind::Number, found, "Write the number itself, in a cell formatted as a number.");
    None
}

/// A number times its scale. Divided by the scale's inverse where that is whole, so that 35 with 0.01 is 0.35 to the bit.
fn scaled(number: f64, scale: f64) -> f64 {
    let inverse = (1.0 / scale).round();
    if scale > 0.0 && scale < 1.0 && (1.0 / scale - inverse).abs() < 1e-9 { number / inverse } else { number * scale }
}

/// A figure with a percent sign: a fraction where the value of a proportion is meant, per multiplier where a rate is, and
/// else as written, with a query.
fn hundredths(number: f64, text: &str, of: Option<(&Indicator, &str)>, sink: &mut Sink<'_>) -> f64 {
    match of {
        Some((Indicator { unit: Unit::Proportion, .. }, "value")) => number / 100.0,
        Some((Indicator { unit: Unit::Rate, multiplier, .. }, "value")) => number / 100.0 * multiplier,
        _ => {
            let found = format!("{text} has a percent sign where no proportion is expected; it is taken as {number}.");
            sink.add(
                FaultKind::PercentSign,
                found,
                "Write the figure without the sign, or say in which column it belongs.",
            );
            number
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::faults_of;
    use super::*;
    use crate::model::raw::{CellNote, CellPlace};
    use crate::validate::testing::reference;

    fn cell(value: RawValue, scale: f64) -> DraftCell {
        let as_sent = Some(value.display().into());
        let place = CellPlace::new("Q1", 2, 6);
        DraftCell { value: Some(value), as_sent, place, header: "n".into(), note: CellNote::Plain, scale }
    }

    fn sent(value: RawValue, scale: f64, indicator: &str) -> (Value, Vec<FaultKind>) {
        let reference = reference();
        let cell = cell(value, scale);
        let of = reference.indicator(indicator).map(|i| (i, "value"));
        let (value, faults) =
            faults_of(|sink| read(&cell, cell.value.as_ref().unwrap(), &Markers::default(), of, sink));
        (value, faults.iter().map(|f| f.kind).collect())
    }

    #[test]
    fn numbers_in_all_their_clothes() {
        let text = |t: &str| RawValue::Text(t.into());
        for (raw, scale, expected, fault, why) in [
            (RawValue::Number(12.0), 1.0, 12.0, None, "a true number"),
            (RawValue::Number(35.0), 0.01, 0.35, None, "a percentage by the spec's scale, to the bit"),
            (text(" 12 "), 1.0, 12.0, Some(FaultKind::NumberAsText), "blanks around"),
            (text("\u{a0}1,234"), 1.0, 1234.0, Some(FaultKind::NumberAsText), "thousands, and a no-break space"),
            (text("\u{ff11}\u{ff12}"), 1.0, 12.0, Some(FaultKind::NumberAsText), "full-width digits"),
            (text("\u{2212}4"), 1.0, -4.0, Some(FaultKind::NumberAsText), "the minus sign of a word processor"),
            (text("12%"), 1.0, 0.12, Some(FaultKind::NumberAsText), "a percentage of a proportion"),
            (text("12%"), 0.01, 0.12, Some(FaultKind::NumberAsText), "sign and scale say the same; once is enough"),
        ] {
            let (value, faults) = sent(raw, scale, "s47-on-time");
            assert_eq!(value, Value::Number(Number::of(expected)), "{why}");
            assert_eq!(faults, fault.into_iter().collect::<Vec<_>>(), "{why}");
        }
        let (value, faults) = sent(text("12%"), 1.0, "missing-episodes");
        assert_eq!(value, Value::Number(Number::of(12.0)), "a count has no percentages");
        assert_eq!(faults, [FaultKind::NumberAsText, FaultKind::PercentSign]);
    }

    #[test]
    fn what_is_no_number_is_said_so() {
        let text = |t: &str| RawValue::Text(t.into());
        for (raw, why) in [
            (text("NaN"), "Rust would take it for a number"),
            (text("INF"), "and this"),
            (text("1e309"), "beyond what a double holds"),
            (RawValue::Number(f64::NAN), "a reader may already have parsed it"),
            (RawValue::Number(f64::INFINITY), "and this"),
            (text("0x10"), "hexadecimal"),
            (text("12,5"), "a decimal comma is no thousands separator"),
            (text("1,23,456"), "groups that are not of three"),
            (text("about 12"), "words"),
            (RawValue::Bool(true), "a truth value"),
            (RawValue::Date("2014-03-01".into()), "a date"),
        ] {
            let (value, faults) = sent(raw, 1.0, "missing-episodes");
            assert_eq!((value, faults), (Value::Empty, vec![FaultKind::Number]), "{why}");
        }
    }

    #[test]
    fn nothing_comes_in_kinds() {
        for (marker, status) in [
            ("c", Status::Suppressed),
            (" <5 ", Status::Suppressed),
            ("[x]", Status::NotAvailable),
            ("N/A", Status::NotApplicable),
            ("#N/A", Status::NotRecorded),
            ("nyd", Status::NotDue),
            ("[low]", Status::Low),
        ] {
            let (value, faults) = sent(RawValue::Text(marker.into()), 1.0, "missing-episodes");
            assert_eq!(value, Value::Number(Number::marked(status, marker.trim())), "{marker}");
            assert!(faults.is_empty(), "{marker}");
        }
        assert_eq!(sent(RawValue::Text("  ".into()), 1.0, "").0, Value::Number(Number::missing()));
    }
}
