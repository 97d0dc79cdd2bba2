//! How senders write what the canonical tables hold: names for ids, their own codes, periods in several spellings.

use std::collections::BTreeMap;

use crate::model::row::Value;
use crate::model::{ColumnKind, Number, Period, Table};
use crate::sample::book::Cell;
use crate::spec::Reference;
use crate::spec::return_spec::names::entries;
use crate::spec::return_spec::{PeriodFormat, SentUnit};

/// A writer's choice among spellings: a number that differs from file to file.
pub type Mood = usize;

/// Writes values the way a return does.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// The lists with the names.
    pub reference: &'a Reference,
    /// Chooses among spellings.
    pub mood: Mood,
}

/// What a return says of a field: its codes, its separator, its unit, its periods.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style<'a> {
    /// Codes and what they stand for.
    pub values: Option<&'a BTreeMap<String, String>>,
    /// What separates several ids.
    pub separator: Option<&'a str>,
    /// How periods are written.
    pub period: PeriodFormat,
    /// The unit of numbers.
    pub unit: SentUnit,
}

impl Words<'_> {
    /// A value of a column as text.
    pub fn text(&self, table: Table, column: &str, value: &Value, style: Style<'_>) -> String {
        let kind = table.columns().iter().find(|c| c.name == column).map(|c| c.kind);
        match (kind, value) {
            (Some(ColumnKind::Period), Value::Period(period)) => self.period(*period, style.period),
            (Some(ColumnKind::Ids(list)), Value::Ids(ids)) => {
                let separator = style.separator.unwrap_or(";");
                let names: Vec<String> = ids.iter().map(|id| self.id(list, id, style, Some(separator))).collect();
                names.join(&format!("{separator} "))
            }
            (Some(ColumnKind::Id(list)), Value::Text(id)) => self.id(list, id, style, None),
            (_, Value::Text(text)) => self.code(text, style).unwrap_or_else(|| text.to_string()),
            (_, other) => other.to_string(),
        }
    }

    /// An id as the sender writes it: a code of its own, or the list's name.
    fn id(&self, list: crate::model::table::List, id: &str, style: Style<'_>, separator: Option<&str>) -> String {
        let clashes = |text: &str| separator.is_some_and(|s| text.contains(s));
        let name = entries(self.reference, list).into_iter().find(|e| e.id == id).map(|e| e.name.to_owned());
        // Some lists are known by number rather than by name.
        let numbered =
            matches!(list, crate::model::table::List::DeathCategories | crate::model::table::List::Standards);
        let name = if numbered { Some(id.to_uppercase()) } else { name };
        let code = self.code(id, style).filter(|c| !clashes(c));
        let name = name.filter(|n| !clashes(n));
        let first = if self.mood.is_multiple_of(2) { name.clone().or(code.clone()) } else { code.or(name) };
        first.unwrap_or_else(|| id.to_owned())
    }

    /// A code that stands for a text.
    fn code(&self, text: &str, style: Style<'_>) -> Option<String> {
        let codes: Vec<&String> = style.values?.iter().filter(|(_, v)| *v == text).map(|(k, _)| k).collect();
        (!codes.is_empty()).then(|| codes[self.mood % codes.len()].clone())
    }

    /// A period as text.
    pub fn period(&self, period: Period, format: PeriodFormat) -> String {
        let day = period.start();
        match (period, format) {
            (Period::Month(..), _) => match self.mood % 3 {
                0 => day.format("%b-%y").to_string(),
                1 => day.format("%B %Y").to_string(),
                _ => period.to_string(),
            },
            (Period::Quarter(year, quarter), _) => {
                let (start, number) = if quarter == 1 { (year - 1, 4) } else { (year, quarter - 1) };
                let end = (start + 1) % 100;
                match self.mood % 2 {
                    0 => format!("{start}/{end:02} Q{number}"),
                    _ => format!("Q{number} {start}/{end:02}"),
                }
            }
            (Period::FinancialYear(year), PeriodFormat::FinancialYear) if self.mood % 2 == 1 => {
                format!("{year}-{:02}", (year + 1) % 100)
            }
            _ => period.to_string(),
        }
    }

    /// A score in the sender's own scale: digits in one file, letters or words in the next, never both in one.
    fn grade(&self, value: f64, style: Style<'_>) -> Option<String> {
        let text = value.to_string();
        let codes = || style.values.into_iter().flatten().filter(|(_, v)| **v == text).map(|(k, _)| k);
        let digit = codes().find(|c| c.parse::<f64>().is_ok());
        let letter = codes().filter(|c| c.parse::<f64>().is_err()).min_by_key(|c| c.len());
        let chosen = if self.mood.is_multiple_of(2) { digit.or(letter) } else { letter.or(digit) };
        chosen.cloned()
    }

    /// A number as a cell.
    pub fn number(&self, number: &Number, style: Style<'_>) -> Cell {
        match (&number.marker, number.value) {
            (Some(marker), _) => Cell::text(marker.clone()),
            (None, Some(value)) => {
                match (self.grade(value, style), style.unit) {
                    // A code that is a digit is typed as a number.
                    (Some(code), _) => code.parse().map_or_else(|_| Cell::text(code), Cell::Number),
                    (None, SentUnit::Percent) => Cell::Number((value * 1000.0).round() / 10.0),
                    (None, SentUnit::Plain) => Cell::Number(value),
                }
            }
            (None, None) => Cell::Empty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(reference: &Reference, mood: Mood) -> Words<'_> {
        Words { reference, mood }
    }

    #[test]
    fn periods_are_spelt_in_several_ways_and_never_bare() {
        let reference = Reference::default();
        let quarter = Period::Quarter(2014, 1);
        for (mood, period, format, expected) in [
            (0, Period::Month(2014, 4), PeriodFormat::Month, "Apr-14"),
            (1, Period::Month(2014, 4), PeriodFormat::Month, "April 2014"),
            (2, Period::Month(2014, 4), PeriodFormat::Month, "2014-04"),
            // January to March is the fourth quarter of a board's year.
            (0, quarter, PeriodFormat::FinancialQuarter, "2013/14 Q4"),
            (1, quarter, PeriodFormat::FinancialQuarter, "Q4 2013/14"),
            (1, Period::FinancialYear(2013), PeriodFormat::FinancialYear, "2013-14"),
        ] {
            assert_eq!(words(&reference, mood).period(period, format), expected);
        }
    }

    #[test]
    fn scores_keep_to_one_scale_in_a_file() {
        let reference = Reference::default();
        let codes =
            [("R", "1"), ("A", "2"), ("G", "3"), ("0", "1"), ("1", "2"), ("2", "3"), ("3", "4"), ("Exceeded", "4")];
        let values: BTreeMap<String, String> = codes.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let style = Style { values: Some(&values), ..Style::default() };
        for (mood, score, expected) in [
            (0, 1.0, Cell::Number(0.0)),
            (0, 4.0, Cell::Number(3.0)),
            (1, 1.0, Cell::text("R")),
            (1, 3.0, Cell::text("G")),
            (1, 4.0, Cell::text("Exceeded")),
        ] {
            assert_eq!(words(&reference, mood).number(&Number::of(score), style), expected, "{score} in file {mood}");
        }
        let marked = Number::marked(crate::model::Status::Suppressed, "c");
        assert_eq!(words(&reference, 0).number(&marked, style), Cell::text("c"), "a marker stays a marker");
    }

    #[test]
    fn a_name_that_holds_the_separator_is_not_used_in_a_list() {
        let mut reference = Reference::default();
        reference.agencies.push(crate::spec::reference::Agency {
            agency: "council".into(),
            name: "Council: Children, Families".into(),
            kind: String::new(),
            valid: crate::spec::reference::Validity::default(),
            extra: BTreeMap::new(),
        });
        let style = Style { separator: Some(","), ..Style::default() };
        let ids = Value::Ids(vec!["council".into(), "police".into()]);
        assert_eq!(words(&reference, 0).text(Table::CaseReviews, "agencies", &ids, style), "council, police");
    }
}
