//! How each return is saved: the format, and how much goes into one file.

use chrono::{Datelike, NaiveDate};

use super::Format;
use crate::sample::book::text::Style;

/// How much goes into one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chunk {
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
    /// Whole years at first, and a file each quarter in the newest year.
    YearsThenQuarters,
    /// Everything.
    All,
}

/// The habit of one return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habit {
    /// How its files are saved.
    pub format: Format,
    /// How much goes into one of them.
    pub chunk: Chunk,
}

/// The habit of a return; what is not listed is a workbook each year.
pub fn habit(id: &str) -> Habit {
    let (format, chunk) = match id {
        "police-performance" => (Format::Csv(Style::Semicolons), Chunk::Quarter),
        "cafcass" => (Format::Csv(Style::Utf8Bom), Chunk::Year),
        "annual-measures" => (Format::Csv(Style::Windows1252), Chunk::All),
        "actions" => (Format::Csv(Style::Utf8), Chunk::All),
        "health-performance" => (Format::Ods, Chunk::Year),
        "ambulance" => (Format::Ods, Chunk::Quarter),
        "csc-performance" => (Format::Xlsx, Chunk::YearsThenQuarters),
        "ae-kettering-general" => (Format::Xlsx, Chunk::Quarter),
        "case-review-register" | "cdop-register" => (Format::Xlsx, Chunk::All),
        _ => (Format::Xlsx, Chunk::Year),
    };
    Habit { format, chunk }
}

impl Chunk {
    /// The name of the file's stretch of time that a day belongs to.
    pub fn name(self, day: NaiveDate, newest: NaiveDate) -> String {
        let quarter = || format!("{}-q{}", day.year(), day.month0() / 3 + 1);
        match self {
            Self::Quarter => quarter(),
            Self::YearsThenQuarters if day.year() == newest.year() => quarter(),
            Self::Year | Self::YearsThenQuarters => day.year().to_string(),
            Self::All => "register".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_belongs_to_one_file() {
        let day = |y, m| NaiveDate::from_ymd_opt(y, m, 1).unwrap();
        let newest = day(2014, 12);
        for (chunk, at, expected) in [
            (Chunk::Quarter, day(2013, 4), "2013-q2"),
            (Chunk::Year, day(2013, 4), "2013"),
            (Chunk::YearsThenQuarters, day(2013, 4), "2013"),
            (Chunk::YearsThenQuarters, day(2014, 4), "2014-q2"),
            (Chunk::All, day(2013, 4), "register"),
        ] {
            assert_eq!(chunk.name(at, newest), expected, "{chunk:?}");
        }
    }
}
