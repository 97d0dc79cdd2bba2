//! Published figures by the day on which they were published. A return whose spec has a lag goes into the lake once a day of
//! release, so that an as-of date never sees what was not out by then.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::{Period, Row};
use crate::spec::ReturnSpec;

/// The rows of a submission by the day from which on a run may see them.
pub struct Releases {
    /// In order of day.
    pub by_day: BTreeMap<NaiveDate, Vec<Row>>,
}

impl Releases {
    /// Sorts rows by their day of release.
    ///
    /// `received_on` is the submission's. Where it is the return's first release (or before it), the file stands for what
    /// was published day by day, and each row counts from its own day; else the file is a later one, and a row counts from
    /// its publication or the file's receipt, whichever is later.
    pub fn of(spec: Option<&ReturnSpec>, received_on: NaiveDate, rows: Vec<Row>) -> Self {
        let mut by_day: BTreeMap<NaiveDate, Vec<Row>> = BTreeMap::new();
        let first = spec.and_then(|s| first(s, &rows));
        for row in rows {
            let day = match (spec.and_then(|s| published_on(s, &row)), first) {
                (Some(published), Some(first)) if received_on <= first => published,
                (Some(published), _) => published.max(received_on),
                (None, _) => received_on,
            };
            by_day.entry(day).or_default().push(row);
        }
        if by_day.is_empty() {
            by_day.insert(received_on, Vec::new());
        }
        Self { by_day }
    }
}

/// The day on which the first of the rows was published; none where the return is not published with a lag.
pub fn first(spec: &ReturnSpec, rows: &[Row]) -> Option<NaiveDate> {
    rows.iter().filter_map(|row| published_on(spec, row)).min()
}

/// The day on which a row was published: so long after its period, or after the month of its audit or notification.
fn published_on(spec: &ReturnSpec, row: &Row) -> Option<NaiveDate> {
    let day = || row.date("audited_on").or(row.date("notified_on"));
    let period = row.period("period").or_else(|| day().map(month_of));
    spec.published_on(row.text("indicator"), period?)
}

fn month_of(day: NaiveDate) -> Period {
    use chrono::Datelike;
    Period::Month(day.year(), day.month())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::row::Value;
    use crate::model::{Provenance, Table};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn row(indicator: &str, period: &str) -> Row {
        let mut row = Row::empty(Table::Performance, Provenance::default());
        row.set("indicator", Value::Text(indicator.into()));
        row.set("period", Value::Period(Period::parse(period).unwrap()));
        row
    }

    /// A return of published figures: eight months after the year, a single one fourteen.
    fn spec(folder: &std::path::Path) -> ReturnSpec {
        let text = "id = \"published\"\nname = \"Published\"\nfrequency = \"annual\"\nlag_months = 8\n\
                    [lag_months_of]\nlate = 14\n[recognise]\nwords = [\"published\"]\n\
                    [[table]]\nfeeds = \"performance\"\nlayout = \"plain\"\n";
        std::fs::write(folder.join("published.toml"), text).unwrap();
        let mut indicator = crate::spec::Reference::default();
        indicator.indicators = ["early", "late"].map(crate::pipeline::release::tests::indicator).to_vec();
        crate::spec::return_spec::read_all(folder, &indicator).unwrap().remove(0)
    }

    fn indicator(id: &str) -> crate::spec::reference::Indicator {
        use crate::spec::reference::{Basis, Disclosure, Frequency, Indicator, Polarity, Unit};
        Indicator {
            indicator: id.to_owned(),
            name: id.to_owned(),
            theme: String::from("t"),
            agency: String::new(),
            unit: Unit::Value,
            numerator_label: String::new(),
            denominator_label: String::new(),
            multiplier: 1.0,
            frequency: Frequency::Annual,
            polarity: Polarity::Neutral,
            minimum: None,
            maximum: None,
            description: String::new(),
            basis: Basis::Flow,
            population_from: 0,
            population_to: 17,
            disclosure: Disclosure::Process,
            extra: Default::default(),
        }
    }

    fn days(spec: Option<&ReturnSpec>, received_on: &str) -> Vec<(String, usize)> {
        let rows = vec![row("early", "2022/23"), row("late", "2022/23"), row("early", "2023/24")];
        let by_day = Releases::of(spec, day(received_on), rows).by_day;
        by_day.into_iter().map(|(day, rows)| (day.to_string(), rows.len())).collect()
    }

    #[test]
    fn a_row_counts_from_its_publication() {
        let folder = tempfile::tempdir().unwrap();
        let spec = spec(folder.path());
        let own = |list: &[(&str, usize)]| list.iter().map(|(d, n)| ((*d).to_owned(), *n)).collect::<Vec<_>>();
        // 31 March 2023 and eight months is 30 November; and fourteen months is 31 May 2024.
        let published = own(&[("2023-11-30", 1), ("2024-05-31", 1), ("2024-11-30", 1)]);
        assert_eq!(first(&spec, &[row("late", "2022/23"), row("early", "2022/23")]), Some(day("2023-11-30")));
        assert_eq!(days(Some(&spec), "2023-11-30"), published, "the first file of the return");
        assert_eq!(days(Some(&spec), "2023-06-01"), published, "a file that came before any of it was out");
        assert_eq!(days(Some(&spec), "2024-06-30"), own(&[("2024-06-30", 2), ("2024-11-30", 1)]), "a later file");
        assert_eq!(days(None, "2024-06-30"), own(&[("2024-06-30", 3)]), "no lag: the day of receipt");
    }
}
