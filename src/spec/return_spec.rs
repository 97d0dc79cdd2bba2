//! Return specs: what a return looks like, written down in `returns/*.toml` so that a new return is a new file and no code.
//! `pipelines/returns/README.md` explains every key to whoever writes one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::{Days, NaiveDate};
use serde::Deserialize;

use crate::model::draft::Markers;
use crate::model::period::add_months;
use crate::model::{Period, Table};
use crate::spec::reference::Frequency;

mod change;
mod check;
mod glob;
pub mod names;
mod read;
pub mod sent;

pub use change::{Change, Variant};
pub use glob::fits;
pub use read::read_all;

/// What one return of an agency looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct ReturnSpec {
    /// The file it was read from.
    pub file: PathBuf,
    /// Id; other files refer to the return by it.
    pub id: String,
    /// Name, as pages show it.
    pub name: String,
    /// The agency whose figures it holds, where it is always the same.
    pub agency: Option<String>,
    /// The agencies that are expected to send it, where each row or sheet says which. A row of another one is a query.
    pub agencies: Vec<String>,
    /// Who owes it, where that is not whose figures are in it: who keeps a register, who collects for others. Where several
    /// do, the file's name says who sent it.
    pub owed_by: Vec<String>,
    /// First day of the periods for which it is owed; none for as long as it has been sent.
    pub owed_from: Option<NaiveDate>,
    /// How often it is due; none for what comes when it comes.
    pub frequency: Option<Frequency>,
    /// Days after the end of its period by which it is due; none where there is no deadline.
    pub due_days: Option<u32>,
    /// Day of the month after the end of its period by which it is due, in the place of `due_days`.
    pub due_day: Option<u32>,
    /// Months after the end of its period at which a figure is published; none for what is received directly.
    pub lag_months: Option<u32>,
    /// The same for single indicators, where one return holds figures that are published at different times.
    pub lag_months_of: BTreeMap<String, u32>,
    /// How it is told from other returns.
    pub recognise: Recognise,
    /// Markers of this return: the default ones and its own.
    pub markers: Markers,
    /// Its tables, as they were before the first change.
    pub tables: Vec<TableSpec>,
    /// Dated changes, oldest first.
    pub changes: Vec<Change>,
}

/// How a return is told from others. What it holds decides; its file name only settles a tie.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recognise {
    /// Patterns of file names, `*` for anything, without regard to case.
    pub file: Vec<String>,
    /// Patterns of sheet names; at least one sheet must fit one of them.
    pub sheets: Vec<String>,
    /// Words that all must stand in a sheet's name or in its first sixty rows.
    pub words: Vec<String>,
}

/// How the cells of a table are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// The columns of the canonical table under their own names.
    Plain,
    /// A row of the sheet is a row of the table, or one row for each figure in it.
    Long,
    /// Periods, places or kinds across the columns.
    Wide,
    /// Several tables of one shape on a sheet, each under a title and a header of its own.
    Blocks,
    /// Labels beside values.
    Form,
}

/// How the short forms of a period are read. The full forms (`2014/15 Q1`, `Apr-14`, `31/03/2014`, `Year ending March
/// 2014`, `2013-14`, spreadsheet dates) are known to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodFormat {
    /// A day counts for its month; a bare `Q1 2014` is an error that shows both readings.
    #[default]
    Month,
    /// A day or month counts for its quarter; `Q1 2014` is April to June 2014.
    FinancialQuarter,
    /// A day or month counts for its quarter; `Q1 2014` is January to March 2014.
    CalendarQuarter,
    /// A day or month counts for its financial year; `2014` is 2014/15 and `2011-12` is 2011/12.
    FinancialYear,
    /// A day or month counts for its financial year; `2014` is the year ending in March 2014.
    YearEnding,
    /// A day or month counts for its calendar year.
    CalendarYear,
}

/// In which unit the sender gives a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SentUnit {
    /// As the canonical table holds it.
    #[default]
    Plain,
    /// Per cent, where the canonical table holds fractions.
    Percent,
}

impl SentUnit {
    /// What the sender's number is multiplied by.
    pub fn scale(self) -> f64 {
        match self {
            Self::Plain => 1.0,
            Self::Percent => 0.01,
        }
    }
}

/// One table of a return.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// Name by which changes and messages refer to it; the canonical table's where none is given.
    #[serde(default)]
    pub name: String,
    /// The canonical table that it feeds.
    pub feeds: Table,
    /// How its cells are arranged.
    pub layout: Layout,
    /// Patterns of the sheets it may stand on; every sheet where none is given.
    #[serde(default)]
    pub sheets: Vec<String>,
    /// Over how many rows its header is spread at most.
    #[serde(default = "one")]
    pub header_rows: usize,
    /// Its columns, or the labels of a form.
    #[serde(default)]
    pub columns: Vec<ColumnSpec>,
    /// Indicators that stand each in a column, a row or beside a label of their own.
    #[serde(default)]
    pub figures: Vec<Figure>,
    /// Fields that stand outside the table, or nowhere.
    #[serde(default)]
    pub given: Vec<Given>,
    /// What stands across the columns of a wide table.
    pub across: Option<Across>,
    /// Only rows are kept whose cell under a header is one of these texts.
    #[serde(default)]
    pub keep: BTreeMap<String, Vec<String>>,
    /// Patterns of row labels to set aside (beside totals, which always are).
    #[serde(default)]
    pub aside_rows: Vec<String>,
    /// Patterns of headers whose columns are set aside.
    #[serde(default)]
    pub aside_columns: Vec<String>,
}

fn one() -> usize {
    1
}

/// A column of the sender's table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// The canonical column it feeds; `figure` for the number that the row's label speaks of; `extra` to keep it as text.
    pub to: String,
    /// Its header in every spelling; the canonical name where none is given.
    #[serde(default)]
    pub headers: Vec<String>,
    /// Whether a sheet without it is not this table.
    #[serde(default)]
    pub required: bool,
    /// What the sender's codes stand for.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Further columns of the reference list by which an id is looked up, beside id, name and statistical code.
    #[serde(default)]
    pub match_by: Vec<String>,
    /// What separates several ids in a cell.
    pub separator: Option<String>,
    /// Whether an empty cell means the one above.
    #[serde(default)]
    pub blank_down: bool,
    /// Unit in which the sender gives it.
    #[serde(default)]
    pub unit: SentUnit,
    /// How short forms of a period are read.
    #[serde(default)]
    pub period: PeriodFormat,
}

/// An indicator's number in a column, row or form field of its own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The indicator.
    pub indicator: String,
    /// Which of its numbers: `numerator`, `denominator` or `value`.
    #[serde(default = "numerator")]
    pub into: String,
    /// Header or row label in every spelling.
    pub labels: Vec<String>,
    /// The part that it counts, `dimension=value`; empty for the total.
    #[serde(default)]
    pub breakdown: String,
    /// Unit in which the sender gives it.
    #[serde(default)]
    pub unit: SentUnit,
}

fn numerator() -> String {
    "numerator".to_owned()
}

/// Where a field outside the table stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The sheet's name.
    Sheet,
    /// The file's name.
    File,
    /// A line above the header.
    Title,
    /// The title line of the block.
    Block,
    /// The cell beside (or below) a label, above the header or on another sheet.
    Label,
}

/// A field that stands outside the table, or nowhere. Of several for one field the first that gives something counts;
/// a column of the table goes before all of them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The canonical column it feeds.
    pub to: String,
    /// A fixed value.
    pub value: Option<String>,
    /// Where it stands, if it has no fixed value.
    pub from: Option<Source>,
    /// For `from = "label"`: the label in every spelling.
    #[serde(default)]
    pub labels: Vec<String>,
    /// The part of the text that counts: a regular expression, its first group or all of it.
    pub pattern: Option<String>,
    /// What the sender's codes stand for.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Further columns of the reference list by which an id is looked up.
    #[serde(default)]
    pub match_by: Vec<String>,
    /// How short forms of a period are read.
    #[serde(default)]
    pub period: PeriodFormat,
}

/// What stands across the columns of a wide table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Across {
    /// The canonical column that the headers hold: `period`, `locality`, `kind`, ...
    pub to: String,
    /// The canonical column that the cells feed.
    #[serde(default = "numerator")]
    pub into: String,
    /// What the headers stand for, where they are no periods or names of a list.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Further columns of the reference list by which a header is looked up.
    #[serde(default)]
    pub match_by: Vec<String>,
    /// Under each header, the columns for numerator, denominator and value, by the texts that head them.
    #[serde(default)]
    pub measures: BTreeMap<String, Vec<String>>,
    /// What codes in the cells stand for.
    #[serde(default)]
    pub cells: BTreeMap<String, String>,
    /// Unit in which the sender gives the cells; with `measures`, those of the measure `value` alone.
    #[serde(default)]
    pub unit: SentUnit,
    /// How short forms of a period are read.
    #[serde(default)]
    pub period: PeriodFormat,
}

impl ReturnSpec {
    /// The day by which the return on a period is due.
    pub fn due_on(&self, period: Period) -> Option<NaiveDate> {
        match self.due_day {
            Some(day) => {
                let first = period.end().succ_opt()?;
                // A month without that day ends on its last.
                add_months(first, 1).pred_opt().map(|last| last.min(first + Days::new(u64::from(day.max(1)) - 1)))
            }
            None => period.end().checked_add_days(Days::new(u64::from(self.due_days?))),
        }
    }

    /// Who is named as owing it; none where the spec names nobody.
    pub fn owers(&self) -> Vec<&str> {
        let own = || self.agency.iter().chain(&self.agencies).map(String::as_str).collect();
        if self.owed_by.is_empty() { own() } else { self.owed_by.iter().map(String::as_str).collect() }
    }

    /// The day from which an indicator's figure for a period is known to the public; none where the return has no lag and
    /// the day of receipt counts.
    pub fn published_on(&self, indicator: &str, period: Period) -> Option<NaiveDate> {
        let months = self.lag_months_of.get(indicator).copied().or(self.lag_months)?;
        Some(add_months(period.end(), i32::try_from(months).unwrap_or(i32::MAX / 16)))
    }

    /// The canonical tables that it feeds.
    pub fn feeds(&self) -> BTreeSet<Table> {
        self.tables.iter().map(|t| t.feeds).collect()
    }
}

impl TableSpec {
    /// Whether it may stand on a sheet of this name.
    pub fn may_stand_on(&self, sheet: &str) -> bool {
        self.sheets.is_empty() || self.sheets.iter().any(|p| fits(p, sheet))
    }

    /// Whether figures are named by a label in the row (a column `indicator`) and not by the header.
    pub fn figures_by_row(&self) -> bool {
        !self.figures.is_empty() && self.columns.iter().any(|c| c.to == "indicator")
    }
}

impl ColumnSpec {
    /// Its headers, or its canonical name.
    pub fn names(&self) -> Vec<&str> {
        if self.headers.is_empty() { vec![&self.to] } else { self.headers.iter().map(String::as_str).collect() }
    }
}

#[cfg(test)]
mod tests;
