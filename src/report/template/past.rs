//! What an agency sent last time, shown beside the cells that it fills in now: its own figures, to itself alone, and never
//! a row about a single child.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::model::{Number, Period, Row, Status, Table};
use crate::report::words::capital;
use crate::spec::Reference;
use crate::spec::reference::Unit;

/// Numerator, denominator and value of one period.
type Numbers = [Number; 3];

/// An indicator or standard, and a place.
type Key = (String, String);

/// What one agency sent, by subject and place.
#[derive(Debug, Clone, Default)]
pub struct Past {
    sent: BTreeMap<Key, BTreeMap<Period, Numbers>>,
    /// What was shown in the workbook, for its list.
    shown: RefCell<BTreeMap<Key, Period>>,
}

impl Past {
    /// The totals among rows of one agency: figures, and its own scores of Section 11.
    pub fn of<'r>(agency: &str, rows: impl IntoIterator<Item = &'r Row>) -> Self {
        let mut past = Self::default();
        for row in rows.into_iter().filter(|r| r.text("agency") == agency && r.text("breakdown").is_empty()) {
            let (subject, numbers) = match row.table {
                Table::Performance => ("indicator", ["numerator", "denominator", "value"].map(|c| row.number(c))),
                Table::Section11 => ("standard", [row.number("self_score"), Number::missing(), Number::missing()]),
                _ => continue,
            };
            let Some(period) = row.period("period") else { continue };
            let key = (row.text(subject).to_owned(), row.text("locality").to_owned());
            past.sent.entry(key).or_default().insert(period, numbers);
        }
        past
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.sent.is_empty()
    }

    /// One number of a subject's last period before another, in words: `12 in July to September 2014`.
    pub(super) fn last(
        &self,
        reference: &Reference,
        subject: &str,
        place: &str,
        into: &str,
        before: Period,
    ) -> Option<String> {
        let key = (subject.to_owned(), place.to_owned());
        let (period, numbers) = self.sent.get(&key)?.iter().rfind(|(p, _)| p.end() < before.end())?;
        let at = ["numerator", "denominator", "value"].iter().position(|c| *c == into).unwrap_or(0);
        let text = in_words(&numbers[at], is_share(reference, subject) && at == 2)?;
        self.shown.borrow_mut().insert(key, *period);
        Some(format!("{text} in {}", period.words()))
    }

    /// The rows of the list of what was shown: subject, place, period, number, of how many, result.
    pub(super) fn rows(&self, reference: &Reference) -> Vec<[String; 6]> {
        let shown = self.shown.borrow();
        let rows = shown.iter().filter_map(|((subject, place), period)| {
            let numbers = self.sent.get(&(subject.clone(), place.clone()))?.get(period)?;
            let name = match reference.indicator(subject) {
                Some(indicator) => indicator.name.clone(),
                None => {
                    reference.standards.iter().find(|s| s.id == *subject).map_or(subject.clone(), |s| s.name.clone())
                }
            };
            let place = reference.locality(place, period.end()).map_or(place.clone(), |l| l.name.clone());
            let [numerator, denominator, value] = numbers;
            let text = |n: &Number, share| in_words(n, share).unwrap_or_default();
            let share = is_share(reference, subject);
            let period = capital(&period.words());
            Some([name, place, period, text(numerator, false), text(denominator, false), text(value, share)])
        });
        rows.collect()
    }
}

/// Whether values are fractions that people write in per cent.
fn is_share(reference: &Reference, subject: &str) -> bool {
    reference.indicator(subject).is_some_and(|i| i.unit == Unit::Proportion)
}

/// A number as people write it, or the marker that stood for it; none where nothing was sent.
fn in_words(number: &Number, share: bool) -> Option<String> {
    if number.status == Status::Missing {
        return None;
    }
    let plain = |n: f64| {
        let text = format!("{:.3}", n);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    Some(match (&number.marker, number.value) {
        (Some(marker), _) => marker.clone(),
        (None, Some(n)) if share => format!("{}%", plain(100.0 * n)),
        (None, Some(n)) => plain(n),
        (None, None) => number.status.as_str().replace('-', " "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Provenance, row::Value};
    use std::path::Path;

    fn row(agency: &str, period: &str, numerator: Number, breakdown: &str) -> Row {
        let mut row = Row::empty(Table::Performance, Provenance::default());
        for (column, text) in
            [("agency", agency), ("indicator", "missing-from-home"), ("locality", "corby"), ("breakdown", breakdown)]
        {
            row.set(column, Value::Text(text.into()));
        }
        row.set("period", Value::Period(Period::parse(period).unwrap()));
        row.set("numerator", Value::Number(numerator));
        row
    }

    #[test]
    fn an_agency_sees_its_own_last_total() {
        let county = Reference::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/reference")).unwrap();
        let rows = [
            row("police", "2014-10", Number::of(4.0), ""),
            row("police", "2014-11", Number::marked(Status::Suppressed, "[c]"), ""),
            row("police", "2014-12", Number::of(9.0), ""),
            row("police", "2014-11", Number::of(1.0), "sex=girls"),
            row("camhs", "2014-11", Number::of(77.0), ""),
        ];
        let past = Past::of("police", &rows);
        let before = |p: &str| past.last(&county, "missing-from-home", "corby", "numerator", Period::parse(p).unwrap());
        assert_eq!(before("2014-11").as_deref(), Some("4 in October 2014"));
        assert_eq!(before("2014-12").as_deref(), Some("[c] in November 2014"), "as it was sent");
        assert_eq!(before("2014-10"), None, "nothing before the first");
        assert_eq!(past.rows(&county).len(), 1);
        assert!(Past::of("probation", &rows).is_empty());
    }
}
