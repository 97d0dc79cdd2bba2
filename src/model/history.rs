//! What was accepted before: the past of each series, by which a rule sees what is copied forward or out of all proportion;
//! the layouts of the returns; and the answers that were given to queries.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::layout::Layout;
use crate::model::overrides::Override;
use crate::model::period::Period;
use crate::model::query::Answer;
use crate::model::row::{Row, Value};
use crate::model::series::Figure;
use crate::model::table::{ColumnKind, Table};

/// The figures of one series at one period, in the order of the table's number columns, of which no table has more.
pub type Figures = [Figure; 3];

/// The last accepted figures of every series that has periods. May be empty: then nothing is known of the past.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    series: BTreeMap<(Table, String), BTreeMap<Period, Figures>>,
    /// Who returned a series, by what it is about without who returned it.
    agencies: BTreeMap<(Table, String), BTreeSet<String>>,
    layouts: BTreeMap<(String, String), Layout>,
    answers: BTreeMap<String, Answer>,
    overrides: Vec<Override>,
    day: Option<NaiveDate>,
}

impl History {
    /// The history that rows in force amount to; of two rows for one key the later in the iteration counts. Rows of tables
    /// without a period are passed over.
    pub fn new<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut history = Self::default();
        for row in rows {
            if let Some(period) = row.period("period") {
                let key = series_key(row);
                if let Some((agency, subject)) = key.split_once('|').filter(|_| row.table == Table::Performance) {
                    let agencies = history.agencies.entry((row.table, subject.to_owned())).or_default();
                    agencies.insert(agency.to_owned());
                }
                let series = history.series.entry((row.table, key)).or_default();
                series.insert(period, figures(row));
            }
        }
        history
    }

    /// The same with the layouts accepted before, of which the later counts.
    pub fn with_layouts(mut self, layouts: impl IntoIterator<Item = Layout>) -> Self {
        let keyed = layouts.into_iter().map(|l| ((l.agency.clone(), l.return_id.clone()), l));
        self.layouts.extend(keyed);
        self
    }

    /// The same for a return received on a day, with the answers given to queries of returns received earlier.
    pub fn with_answers(mut self, day: NaiveDate, answers: &[Answer]) -> Self {
        self.day = Some(day);
        // In the order of their days: of several to one query the latest counts.
        self.answers = answers.iter().filter(|a| a.since < day).map(|a| (a.id.clone(), a.clone())).collect();
        self
    }

    /// The same for a return received on a day, with the overrides that were given.
    pub fn with_overrides(mut self, day: NaiveDate, overrides: &[Override]) -> Self {
        self.day = Some(day);
        self.overrides = overrides.to_vec();
        self
    }

    /// Whether any override was given at all.
    pub fn has_overrides(&self) -> bool {
        !self.overrides.is_empty()
    }

    /// The overrides that speak on a return of agencies.
    pub fn overrides<'a>(&'a self, agencies: &'a [&str], return_id: &'a str) -> impl Iterator<Item = &'a Override> {
        let day = self.day.unwrap_or_default();
        self.overrides.iter().filter(move |o| o.holds(agencies, return_id, day))
    }

    /// The layout of an agency's return as it was accepted last.
    pub fn layout(&self, agency: &str, return_id: &str) -> Option<&Layout> {
        self.layouts.get(&(agency.to_owned(), return_id.to_owned()))
    }

    /// The answer to a query, and whether its days are over.
    pub fn answer(&self, id: &str) -> Option<(&Answer, bool)> {
        let answer = self.answers.get(id)?;
        Some((answer, self.day.is_some_and(|day| day > answer.until)))
    }

    /// Whether nothing is known of the past of any series.
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// The past of a row's series, by period; none where it was never returned.
    pub fn of(&self, row: &Row) -> Option<&BTreeMap<Period, Figures>> {
        self.series.get(&(row.table, series_key(row)))
    }

    /// Every series of an agency in a table, by its key, with its past.
    pub fn of_agency(&self, table: Table, agency: &str) -> impl Iterator<Item = (&str, &BTreeMap<Period, Figures>)> {
        let beginning = format!("{agency}|");
        let from = self.series.range((table, beginning.clone())..);
        from.take_while(move |((of, key), _)| *of == table && key.starts_with(&beginning))
            .map(|((_, key), past)| (key.as_str(), past))
    }

    /// What other agencies returned for the indicator, place and breakdown of a row of performance, by agency.
    pub fn others(&self, row: &Row) -> impl Iterator<Item = (&str, &BTreeMap<Period, Figures>)> {
        let key = series_key(row);
        let (agency, subject) = key.split_once('|').unwrap_or_default();
        let (agency, subject, table) = (agency.to_owned(), subject.to_owned(), row.table);
        let agencies = self.agencies.get(&(table, subject.clone())).into_iter().flatten();
        agencies.filter(move |other| **other != agency).filter_map(move |other| {
            let series = self.series.get(&(table, format!("{other}|{subject}")))?;
            Some((other.as_str(), series))
        })
    }
}

/// The key of a row's series: its key columns without the period, joined by `|`.
pub fn series_key(row: &Row) -> String {
    let columns = row.table.columns().iter().zip(&row.values);
    let parts = columns.filter(|(c, _)| c.key && c.kind != ColumnKind::Period).map(|(_, v)| v.to_string());
    parts.collect::<Vec<_>>().join("|")
}

/// Whether two rows are of one series: of one table, and with the same texts in the key columns but the period.
pub fn is_same_series(one: &Row, other: &Row) -> bool {
    let columns = one.table.columns().iter().zip(one.values.iter().zip(&other.values));
    let mut keys = columns.filter(|(c, _)| c.key && c.kind != ColumnKind::Period);
    one.table == other.table && keys.all(|(_, (a, b))| a == b)
}

/// The number columns of a row, in the table's order.
pub fn figures(row: &Row) -> Figures {
    let columns = row.table.columns().iter().zip(&row.values).filter(|(c, _)| c.kind == ColumnKind::Number);
    let mut figures = [Figure::MISSING; 3];
    for (figure, (_, value)) in figures.iter_mut().zip(columns) {
        if let Value::Number(number) = value {
            *figure = Figure::from(number);
        }
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::number::Number;
    use crate::model::row::Provenance;

    fn row(period: &str, numerator: f64) -> Row {
        let mut row = Row::empty(Table::Performance, Provenance::default());
        for (column, id) in [("agency", "police"), ("indicator", "missing"), ("locality", "corby")] {
            row.set(column, Value::Text(id.into()));
        }
        row.set("period", Value::Period(Period::parse(period).unwrap()));
        row.set("numerator", Value::Number(Number::of(numerator)));
        row
    }

    #[test]
    fn a_series_is_its_key_without_the_period() {
        let rows = [row("2014-01", 3.0), row("2014-02", 4.0), row("2014-02", 5.0)];
        let history = History::new(&rows);
        let past = history.of(&row("2014-03", 0.0)).unwrap();
        let values: Vec<_> = past.values().map(|f| f[0].value).collect();
        assert_eq!(values, [Some(3.0), Some(5.0)], "two periods, of the second the later row");
        let mut another = row("2014-03", 0.0);
        another.set("agency", Value::Text("health".into()));
        let others: Vec<_> = history.others(&another).map(|(agency, series)| (agency, series.len())).collect();
        assert_eq!(others, [("police", 2)], "what the police returned for the same thing");
        assert_eq!(history.others(&row("2014-03", 0.0)).count(), 0, "nobody but the police returned it");
        let own = |agency| history.of_agency(Table::Performance, agency).count();
        assert_eq!((own("police"), own("health"), own("pol")), (1, 0, 0));
        assert!(history.of(&Row::empty(Table::Performance, Provenance::default())).is_none());
    }
}
