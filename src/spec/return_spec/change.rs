//! Dated changes: what a return looks like from a day on, written as the difference and its reason.

use chrono::NaiveDate;
use serde::Deserialize;

use super::{ColumnSpec, Figure, ReturnSpec, TableSpec};

/// A change from a day on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// First day of the periods that it concerns.
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// Why; shown where the wrong year's layout was sent.
    pub reason: String,
    /// The table that changes; all where none is given.
    #[serde(default)]
    pub table: String,
    /// Columns that are new, or replace those that feed the same canonical column.
    #[serde(default)]
    pub columns: Vec<ColumnSpec>,
    /// Figures that are new, or replace those of the same indicator, number and breakdown.
    #[serde(default)]
    pub figures: Vec<Figure>,
    /// Canonical columns and indicators that are no longer in it.
    #[serde(default)]
    pub without: Vec<String>,
}

pub(super) fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| serde::de::Error::custom(format!("'{text}' is no day such as 2014-04-01")))
}

/// What the return looks like between two changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// First day of its periods; open where none.
    pub from: Option<NaiveDate>,
    /// Day before which its periods end; open where none.
    pub before: Option<NaiveDate>,
    /// Why it came; empty for the first.
    pub reason: String,
    /// Its tables.
    pub tables: Vec<TableSpec>,
}

impl Variant {
    /// Whether a period that ends on a day belongs to it.
    pub fn holds(&self, end: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= end) && self.before.is_none_or(|before| end < before)
    }
}

impl ReturnSpec {
    /// What it looked like from change to change, the newest first.
    pub fn variants(&self) -> Vec<Variant> {
        let mut variants =
            vec![Variant { from: None, before: None, reason: String::new(), tables: self.tables.clone() }];
        for change in &self.changes {
            let Some(last) = variants.last_mut() else { break };
            let mut tables = last.tables.clone();
            let concerned = |t: &&mut TableSpec| change.table.is_empty() || t.name == change.table;
            for table in tables.iter_mut().filter(concerned) {
                apply(change, table);
            }
            if last.from == Some(change.from) {
                last.tables = tables;
            } else {
                last.before = Some(change.from);
                variants.push(Variant { from: Some(change.from), before: None, reason: change.reason.clone(), tables });
            }
        }
        variants.reverse();
        variants
    }
}

fn apply(change: &Change, table: &mut TableSpec) {
    table.columns.retain(|c| !change.without.contains(&c.to));
    table.figures.retain(|f| !change.without.contains(&f.indicator));
    for column in &change.columns {
        match table.columns.iter_mut().find(|c| c.to == column.to) {
            Some(old) => old.clone_from(column),
            None => table.columns.push(column.clone()),
        }
    }
    let name = |f: &Figure| (f.indicator.clone(), f.into.clone(), f.breakdown.clone());
    for figure in &change.figures {
        match table.figures.iter_mut().find(|f| name(f) == name(figure)) {
            Some(old) => old.clone_from(figure),
            None => table.figures.push(figure.clone()),
        }
    }
}
