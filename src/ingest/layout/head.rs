//! What is to be said of a table's header: columns that nobody knows, that stand there twice, that hold nothing.

use std::collections::BTreeSet;

use super::grid::filled_cells;
use super::member::Member;
use super::period::{self, Reading};
use super::plan::Target;
use super::sink::Sink;
use crate::ingest::header::{near, near_message};
use crate::ingest::layout_codes as codes;
use crate::model::raw::column_letters;
use crate::model::{Period, Severity, Text};
use crate::spec::return_spec::PeriodFormat;

impl Member<'_, '_> {
    /// Headers that nobody knows, that stand there twice, or that have two readings.
    pub(super) fn look_at_header(&self, sink: &mut Sink) {
        let spec = self.plan.spec;
        for across in &self.header.across {
            if let Some((financial, calendar)) = across.unclear {
                let place = self.grid.place(across.row, across.column);
                let message = format!(
                    "`{}` may be {} ({financial}) or {} ({calendar}).",
                    across.value,
                    financial.words(),
                    calendar.words()
                );
                sink.findings.push(codes::error_at(codes::PERIOD_UNCLEAR, &place, message).under(&across.value));
            }
        }
        for (target, column) in &self.header.twice {
            let (row, written) = self.header.written.get(column).cloned().unwrap_or_default();
            let first = self.header.columns.iter().find(|(_, t)| t.contains(target)).map_or(0, |(c, _)| *c);
            let what = match target {
                Target::Column(i) => spec.columns[*i].to.as_str(),
                Target::Figure(i) => spec.figures[*i].indicator.as_str(),
                Target::Keep(_) => continue,
            };
            let message = format!("`{what}` stands in column {} and here again.", column_letters(first));
            let place = self.grid.place(row, *column);
            sink.findings.push(codes::error_at(codes::COLUMN_TWICE, &place, message).under(written));
        }
        let found: BTreeSet<Target> = self.header.columns.values().flatten().copied().collect();
        let names = self.plan.names();
        for (column, (row, written)) in &self.header.written {
            if !self.is_unknown(*column) || self.plan.sets_aside(written) {
                continue;
            }
            let free = names.iter().filter(|(_, t)| !found.contains(t)).map(|(n, _)| *n);
            if let Some(name) = near(written, free) {
                let query = codes::finding(codes::NEAR_HEADER, Severity::Query, near_message(written, name));
                sink.findings.push(query.at(&self.grid.place(*row, *column)).under(written));
            }
        }
    }

    /// Whether a column within the limits has no meaning.
    pub(super) fn is_unknown(&self, column: u32) -> bool {
        let within = (self.limits.0..=self.limits.1).contains(&column);
        within && !self.header.columns.contains_key(&column) && !self.header.across.iter().any(|a| a.column == column)
    }

    pub(super) fn is_aside(&self, column: u32) -> bool {
        self.header.written.get(&column).is_some_and(|(_, written)| self.plan.sets_aside(written))
    }

    /// Columns without a figure, columns set aside, columns that nobody knows and that hold something.
    pub(super) fn look_at_columns(&mut self, end: usize, sink: &mut Sink) {
        let rows = &self.grid.rows()[(self.header.last + 1).min(end)..end];
        let mut used: BTreeSet<u32> = BTreeSet::new();
        let mut figures: BTreeSet<u32> = BTreeSet::new();
        for row in rows {
            for cell in filled_cells(row) {
                used.insert(cell.column);
                if !figures.contains(&cell.column) && self.context.is_figure(&cell.value) {
                    figures.insert(cell.column);
                }
            }
        }
        let header = self.header;
        self.empty_across = header.across.iter().map(|a| a.column).filter(|c| !used.contains(c)).collect();
        let set_aside: Vec<String> = header
            .written
            .iter()
            .filter(|(c, (_, w))| self.is_unknown(**c) && self.plan.sets_aside(w) && used.contains(c))
            .map(|(c, (_, w))| format!("{} `{w}`", column_letters(*c)))
            .collect();
        let sheet = &self.grid.sheet.name;
        if !set_aside.is_empty() {
            let message = format!("Set aside by the return's rule: {}.", set_aside.join(", "));
            sink.findings.push(codes::note_on(codes::COLUMNS_ASIDE, sheet, message));
        }
        if !self.empty_across.is_empty() {
            let names: Vec<String> = header
                .across
                .iter()
                .filter(|a| self.empty_across.contains(&a.column))
                .map(|a| format!("{} ({})", column_letters(a.column), a.value))
                .collect();
            let message = format!("Nothing is filled in under {}.", names.join(", "));
            sink.findings.push(codes::note_on(codes::COLUMNS_ASIDE, sheet, message));
        }
        let head_row = self.grid.rows()[header.last].row;
        let twice = |column: &u32| header.twice.iter().any(|(_, c)| c == column);
        for column in used.iter().copied().filter(|c| self.is_unknown(*c) && !self.is_aside(*c) && !twice(c)) {
            let (row, written) = header.written.get(&column).cloned().unwrap_or((head_row, Text::EMPTY));
            let place = self.grid.place(row, column);
            let periods = self.plan.across_spec().is_some_and(|a| a.to == "period");
            // `Target 2014/15` is a column of its own; `Apil 2014` was meant to be a month.
            let financial =
                matches!(period::find(&written, PeriodFormat::Month), Reading::One(Period::FinancialYear(_)));
            let digits = written.chars().any(|c| c.is_ascii_digit());
            if periods && figures.contains(&column) && digits && !financial {
                let message = format!("Figures stand under `{written}`, which is no period that can be read.");
                sink.findings.push(codes::error_at(codes::PERIOD_UNCLEAR, &place, message).under(written));
                continue;
            }
            let message = match written.is_empty() {
                true => format!("Column {} has no header; its text is kept beside the rows.", column_letters(column)),
                false => format!("The column `{written}` is not known; its text is kept beside the rows."),
            };
            let note = codes::finding(codes::UNKNOWN_COLUMN, Severity::Note, message);
            sink.findings.push(note.at(&place).under(written));
        }
    }
}
