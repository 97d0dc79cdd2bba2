//! Dates and times of a spreadsheet as text of ISO 8601.

use calamine::ExcelDateTime;

use crate::model::raw::RawValue;

/// The last day that Excel knows, 31 December 9999, as a serial number of the 1900 system.
const SERIAL_LAST: f64 = 2_958_465.0;

/// A number with a date format. The workbook's epoch is applied; a length of time, a bare time of day and a number that
/// is no day stay what they are, since a date made of them would be invented.
pub(super) fn from_serial(serial: &ExcelDateTime) -> RawValue {
    let number = serial.as_f64();
    if serial.is_duration() || !(0.0..=SERIAL_LAST + 1.0).contains(&number) {
        return RawValue::Number(number);
    }
    match serial.as_datetime() {
        Some(at) if number < 1.0 => RawValue::Text(at.format("%H:%M:%S").to_string().into()),
        Some(at) => RawValue::Date(shortened(&at.format("%Y-%m-%dT%H:%M:%S").to_string())),
        None => RawValue::Number(number),
    }
}

/// A date that the file holds as text of ISO 8601, without the zone and a time of midnight.
pub(super) fn from_iso(text: &str) -> RawValue {
    RawValue::Date(shortened(text.trim_end_matches('Z')))
}

fn shortened(text: &str) -> String {
    let text = text.split_once('.').map_or(text, |(whole, _)| whole);
    text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    #[test]
    fn serials_become_the_days_that_excel_shows() {
        // The values on the right are what Excel shows for the serial in a cell of format yyyy-mm-dd hh:mm:ss.
        for (serial, epoch_1904, expected, why) in [
            (41_699.0, false, RawValue::Date("2014-03-01".into()), "an ordinary day"),
            (40_237.0, true, RawValue::Date("2014-03-01".into()), "the same day in the 1904 system"),
            (41_699.5, false, RawValue::Date("2014-03-01T12:00:00".into()), "with a time"),
            (61.0, false, RawValue::Date("1900-03-01".into()), "the first day after the day that never was"),
            (45_000.999_999_999_9, false, RawValue::Date("2023-03-16".into()), "Excel rounds up to midnight too"),
            (0.5, false, RawValue::Text("12:00:00".into()), "a time of day is not a day of 1899"),
            (-1.0, false, RawValue::Number(-1.0), "no day"),
            (3e6, false, RawValue::Number(3e6), "beyond the year 9999"),
        ] {
            assert_eq!(from_serial(&ExcelDateTime::new(serial, DateTime, epoch_1904)), expected, "{why}");
        }
        assert_eq!(from_serial(&ExcelDateTime::new(1.5, TimeDelta, false)), RawValue::Number(1.5), "a length of time");
    }

    #[test]
    fn iso_text_is_shortened_to_what_it_says() {
        assert_eq!(from_iso("2014-03-01T00:00:00.000Z"), RawValue::Date("2014-03-01".into()));
        assert_eq!(from_iso("2014-03-01T10:30:00"), RawValue::Date("2014-03-01T10:30:00".into()));
    }
}
