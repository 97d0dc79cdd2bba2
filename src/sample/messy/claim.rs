//! Which return carries which row: the first that can hold it, those that name its indicator before those that name none.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Period, Row, Table};
use crate::spec::Reference;
use crate::spec::return_spec::{Layout, PeriodFormat, ReturnSpec, TableSpec};

/// The rows of each return, with the position of the table that holds them; and the rows that no return holds.
#[derive(Debug, Default)]
pub struct Claims<'a> {
    /// By position of the spec: the position of the table, and the row.
    pub by_spec: BTreeMap<usize, Vec<(usize, &'a Row)>>,
    /// What is left for the plain layout.
    pub rest: Vec<&'a Row>,
}

/// Shares the rows out.
pub fn claim<'a>(rows: &'a [Row], specs: &[ReturnSpec], reference: &Reference) -> Claims<'a> {
    let ownerless: BTreeSet<&str> =
        reference.indicators.iter().filter(|i| i.agency.is_empty()).map(|i| i.indicator.as_str()).collect();
    let mut claims = Claims::default();
    for row in rows {
        let holders = specs.iter().enumerate().flat_map(|(s, spec)| {
            spec.tables.iter().enumerate().filter(|(_, t)| holds(spec, t, row)).map(move |(t, table)| (s, t, table))
        });
        // What every agency returns comes with the list of all agencies.
        let joint = row.table == Table::Performance && ownerless.contains(row.text("indicator"));
        let rank = |spec: usize, table: &TableSpec| {
            let agencies = if joint { specs[spec].agencies.len() } else { 0 };
            (table.figures.is_empty(), std::cmp::Reverse(agencies))
        };
        match holders.min_by_key(|(spec, _, table)| rank(*spec, table)) {
            Some((spec, table, _)) => claims.by_spec.entry(spec).or_default().push((table, row)),
            None => claims.rest.push(row),
        }
    }
    claims
}

/// Whether a table of a return can hold a row.
fn holds(spec: &ReturnSpec, table: &TableSpec, row: &Row) -> bool {
    if table.feeds != row.table || table.layout == Layout::Plain {
        return false;
    }
    let by_agency = matches!(row.table, Table::Performance | Table::Section11);
    let sends = |agency: &str| match (&spec.agency, spec.agencies.is_empty()) {
        (Some(only), _) => only == agency,
        (None, false) => spec.agencies.iter().any(|a| a == agency),
        (None, true) => true,
    };
    if by_agency && !sends(row.text("agency")) {
        return false;
    }
    let fixed = table.given.iter().filter_map(|g| g.value.as_ref().map(|v| (g.to.as_str(), v)));
    if fixed.into_iter().any(|(to, value)| row.get(to).to_string() != *value) {
        return false;
    }
    let indicator = row.text("indicator");
    let named = table.figures.is_empty() || table.figures.iter().any(|f| f.indicator == indicator);
    let places = row.table != Table::Performance || fixed_or_column(table, "indicator") || !table.figures.is_empty();
    named && places && periods(table, row)
}

fn fixed_or_column(table: &TableSpec, to: &str) -> bool {
    table.columns.iter().any(|c| c.to == to) || table.given.iter().any(|g| g.to == to)
}

/// Whether the row's period is one that the table's way of writing periods can tell.
fn periods(table: &TableSpec, row: &Row) -> bool {
    let Some(period) = row.period("period") else { return true };
    let months_across = table.across.as_ref().is_some_and(|a| a.to == "period");
    match (format(table), period) {
        (PeriodFormat::FinancialYear | PeriodFormat::YearEnding, Period::FinancialYear(_))
        | (PeriodFormat::FinancialQuarter | PeriodFormat::CalendarQuarter, Period::Quarter(..))
        | (PeriodFormat::Month, Period::Month(..)) => true,
        (PeriodFormat::Month, Period::Quarter(..)) => !months_across,
        _ => false,
    }
}

/// How a table writes its periods.
pub fn format(table: &TableSpec) -> PeriodFormat {
    let across = table.across.iter().filter(|a| a.to == "period").map(|a| a.period);
    let column = table.columns.iter().filter(|c| c.to == "period").map(|c| c.period);
    let given = table.given.iter().filter(|g| g.to == "period").map(|g| g.period);
    across.chain(column).chain(given).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::model::row::{Provenance, Value};

    #[test]
    fn a_row_goes_to_the_return_that_names_it() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
        let reference = Reference::read(&root.join("reference")).unwrap();
        let specs = crate::spec::return_spec::read_all(&root.join("returns"), &reference).unwrap();
        let row = |agency: &str, indicator: &str, period: &str| {
            let mut row = Row::empty(Table::Performance, Provenance::default());
            row.set("agency", Value::Text(agency.into()));
            row.set("indicator", Value::Text(indicator.into()));
            row.set("locality", Value::Text("northamptonshire".into()));
            row.set("period", Value::Period(Period::parse(period).unwrap()));
            row
        };
        for (agency, indicator, period, expected) in [
            ("childrens-services", "cp-plans", "2014-03", "csc-performance"),
            ("cafcass", "care-applications", "2014-Q1", "cafcass"),
            ("police", "supervision-in-time", "2014-Q1", "training-and-supervision"),
            ("police", "dv-notices-24h", "2014-03", "police-performance"),
            ("schools", "persistent-absence", "2013/14", "annual-measures"),
            ("police", "persistent-absence", "2013/14", ""),
        ] {
            let rows = [row(agency, indicator, period)];
            let claims = claim(&rows, &specs, &reference);
            let holder = claims.by_spec.keys().next().map_or("", |s| specs[*s].id.as_str());
            assert_eq!(holder, expected, "{agency} {indicator} {period}");
            assert_eq!(claims.rest.len(), usize::from(expected.is_empty()), "{agency} {indicator} {period}");
        }
    }
}
