//! What the rules look at: the rows with the cells that they came from, and the makers of findings at those cells.

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};
use std::sync::OnceLock;

use chrono::NaiveDate;

use crate::model::draft::{Draft, DraftCell, Laid};
use crate::model::raw::CellPlace;
use crate::model::{Finding, Row, Severity, Table};
use crate::spec::reference::{Indicator, Unit};
use crate::validate::Context;
use crate::validate::conform::{Conformed, FaultKind, Known};
use crate::validate::past::{self, Line};
use crate::validate::personal::{self, Kind, Suspicion};
use crate::validate::rule::Rule;
use crate::validate::series_of::SeriesOf;

/// A return as the rules see it.
pub struct Facts<'a> {
    /// What it is checked against.
    pub context: &'a Context<'a>,
    /// The typed rows, one a draft in the same order.
    pub rows: &'a [Row],
    /// What may be personal data.
    pub suspicions: Vec<Suspicion>,
    laid: &'a Laid,
    conformed: &'a Conformed,
    indicators: Vec<Option<&'a Indicator>>,
    blocked: HashSet<(usize, &'static str)>,
    lines: OnceLock<Vec<Line<'a>>>,
    series: OnceLock<SeriesOf>,
}

impl<'a> Facts<'a> {
    /// The facts of a return.
    pub fn new(laid: &'a Laid, conformed: &'a Conformed, known: &Known<'a>, context: &'a Context<'a>) -> Self {
        let blocked = conformed.faults.iter().filter(|f| f.kind.blocks()).map(|f| (f.row, f.column)).collect();
        Self {
            context,
            rows: &conformed.rows,
            suspicions: personal::of_drafts(&laid.drafts, context.as_of),
            laid,
            conformed,
            indicators: indicators(&conformed.rows, known),
            blocked,
            lines: OnceLock::new(),
            series: OnceLock::new(),
        }
    }

    /// The series of the return joined to what was accepted before, in the order of their first rows. Many rules ask for
    /// them; they are put together once.
    pub fn lines(&self) -> &[Line<'a>] {
        self.lines.get_or_init(|| past::lines(self))
    }

    /// The series of each row.
    pub fn series(&self) -> &SeriesOf {
        self.series.get_or_init(|| SeriesOf::new(self.rows))
    }

    /// Today, for the checks.
    pub fn as_of(&self) -> NaiveDate {
        self.context.as_of
    }

    /// Whether the return was recognised, nothing in it is wrong, and yet it holds no row at all.
    pub fn is_without_rows(&self) -> bool {
        let error = |f: &Finding| f.severity == Severity::Error;
        self.rows.is_empty() && !self.laid.return_id.is_empty() && !self.laid.findings.iter().any(error)
    }

    /// The rows of a table, with their numbers.
    pub fn of(&self, table: Table) -> impl Iterator<Item = (usize, &'a Row)> {
        self.rows.iter().enumerate().filter(move |(_, row)| row.table == table)
    }

    /// The rows of performance whose indicator is known, with their numbers.
    pub fn measured(&self) -> impl Iterator<Item = (usize, &'a Row, &'a Indicator)> {
        self.of(Table::Performance).filter_map(|(i, row)| Some((i, row, self.indicators[i]?)))
    }

    /// The indicator of a row of performance, where it is known.
    pub fn indicator(&self, row: usize) -> Option<&'a Indicator> {
        self.indicators[row]
    }

    /// The draft of a row.
    pub fn draft(&self, row: usize) -> &'a Draft {
        &self.laid.drafts[row]
    }

    /// The sender's cell of a column.
    pub fn cell(&self, row: usize, column: &str) -> Option<&'a DraftCell> {
        self.draft(row).field(column)
    }

    /// Whether a cell is empty because of a fault that another rule already tells.
    pub fn is_blocked(&self, row: usize, column: &'static str) -> bool {
        !self.blocked.is_empty() && self.blocked.contains(&(row, column))
    }

    /// The findings of all faults of a kind.
    pub fn faults(&self, rule: &dyn Rule, kind: FaultKind) -> Vec<Finding> {
        let faults = self.conformed.faults.iter().filter(|f| f.kind == kind);
        faults.map(|f| self.finding(rule, f.row, f.column, &f.message, &f.fix)).collect()
    }

    /// The findings of all suspicions of a kind, which are the rule's own.
    pub fn personal(&self, rule: &dyn Rule, kind: Kind) -> Vec<Finding> {
        debug_assert_eq!(rule.code(), kind.code(), "each kind has its rule");
        self.suspicions.iter().filter(|s| s.kind == kind).map(Suspicion::finding).collect()
    }

    /// The cell that a row stands for: the figure in a wide layout, else the first of its key's cells, else the row.
    pub fn place(&self, row: usize) -> &'a CellPlace {
        let draft = self.draft(row);
        let keys = draft.table.columns().iter().filter(|c| c.key).filter_map(|c| draft.field(c.name));
        let mut cells = keys.map(|cell| &cell.place).filter(|p| p.column > 0 && p.row == draft.place.row);
        if draft.place.column > 0 { &draft.place } else { cells.next().unwrap_or(&draft.place) }
    }

    /// The header of a row's cell at a place; empty where no cell of the row lies there.
    pub fn header_at(&self, row: usize, place: &CellPlace) -> &'a str {
        let mut cells = self.draft(row).fields.iter().flatten();
        cells.find(|cell| cell.place == *place).map_or("", |cell| cell.header.as_str())
    }

    /// A finding at the sender's cell of a column, or at the row where the return has no such cell.
    pub fn finding(
        &self,
        rule: &dyn Rule,
        row: usize,
        column: &str,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Finding {
        let cell = self.cell(row, column);
        let place = cell.map(|c| &c.place).filter(|p| p.column > 0).unwrap_or(&self.draft(row).place);
        let header = match cell {
            Some(cell) if !cell.header.is_empty() => &cell.header,
            _ => Some(self.header_at(row, place)).filter(|h| !h.is_empty()).unwrap_or(column),
        };
        finding_at(rule, rule.severity(), place, header, message, fix)
    }
}

/// The indicator of each row of performance, where it is known.
fn indicators<'a>(rows: &[Row], known: &Known<'a>) -> Vec<Option<&'a Indicator>> {
    let mut above: Option<(&str, Option<&'a Indicator>)> = None;
    let of = |row| {
        let id = Row::text(row, "indicator");
        let indicator = match above {
            Some((known, indicator)) if known == id => indicator,
            _ => known.indicator(row),
        };
        above = Some((id, indicator));
        indicator
    };
    rows.iter().map(of).collect()
}

/// A finding at a place; the address of a cell only where there is a cell.
pub fn finding_at(
    rule: &dyn Rule,
    severity: Severity,
    place: &CellPlace,
    header: &str,
    message: impl Into<String>,
    fix: impl Into<String>,
) -> Finding {
    at(Finding::file(rule.code(), severity, message, fix), place).under(header)
}

/// The same finding at a place; without the address of a cell where only the row is known.
pub fn at(finding: Finding, place: &CellPlace) -> Finding {
    let mut finding = finding.at(place);
    if place.column == 0 {
        finding.cell.clear();
    }
    finding
}

/// Where a cell lies, in words: `F2`, or `line 2` of a file without sheets.
pub fn words(place: &CellPlace) -> String {
    match (place.is_csv(), place.column) {
        (true, _) => format!("line {}", place.row),
        (false, 0) => format!("row {} of sheet {}", place.row, place.sheet),
        (false, _) => format!("{} of sheet {}", place.a1(), place.sheet),
    }
}

/// The value of a row in its indicator's unit and the column that it was sent in: as sent, else the count, else the
/// quotient. None where a part is missing or marked.
pub fn value_of(row: &Row, indicator: &Indicator) -> Option<(f64, &'static str)> {
    let [numerator, denominator, value] = ["numerator", "denominator", "value"].map(|c| row.figure(c));
    let column = if value.is_some() { "value" } else { "numerator" };
    value_from([numerator, denominator, value], indicator).map(|v| (v, column))
}

/// The value that numerator, denominator and value as sent amount to.
pub fn value_from([numerator, denominator, value]: [Option<f64>; 3], indicator: &Indicator) -> Option<f64> {
    if value.is_some() {
        return value;
    }
    let numerator = numerator?;
    let quotient = || denominator.filter(|d| *d > 0.0).map(|d| numerator / d);
    match indicator.unit {
        Unit::Count | Unit::Value => Some(numerator),
        Unit::Proportion | Unit::Mean => quotient(),
        Unit::Rate => quotient().map(|q| q * indicator.multiplier),
    }
}

/// The first and the last day that a row is about: of its period, else the day of the audit or the notification.
pub fn days_of(row: &Row) -> Option<(NaiveDate, NaiveDate)> {
    let day = || row.date("audited_on").or(row.date("notified_on")).map(|d| (d, d));
    row.period("period").map(|p| (p.start(), p.end())).or_else(day)
}

/// A number as a message shows it: at most four decimals.
pub fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

/// The first finding of each column, which counts the others.
pub fn once_a_column(findings: Vec<Finding>) -> Vec<Finding> {
    let mut columns: Vec<(Finding, usize)> = Vec::new();
    let mut index: HashMap<(String, String), usize> = HashMap::new();
    for finding in findings {
        let next = columns.len();
        match index.entry((finding.sheet.clone(), finding.column.clone())) {
            Entry::Vacant(entry) => {
                entry.insert(next);
                columns.push((finding, 0));
            }
            Entry::Occupied(entry) => columns[*entry.get()].1 += 1,
        }
    }
    let told = columns.into_iter().map(|(mut finding, others)| {
        if others > 0 {
            finding.message.push_str(&format!(" So it is with {others} more of this column."));
        }
        finding
    });
    told.collect()
}
