//! What is wrong with a return spec, told before any return is read: the file, the line of the word, and its key.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::draft::Markers;
use crate::model::number::Status;
use crate::model::table::List;
use crate::model::{ColumnKind, Error, Table};
use crate::spec::Reference;
use crate::spec::advice::did_you_mean;

use super::names::extra_columns;
use super::{ColumnSpec, Layout, PeriodFormat, ReturnSpec, SentUnit, Source, TableSpec};

/// What a spec is checked with.
pub(super) struct Checker<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub reference: &'a Reference,
}

impl Checker<'_> {
    /// An error at a key; the line is that of the word in the file's text.
    fn error(&self, key: &str, word: &str, what: impl Into<String>, advice: impl Into<String>) -> Error {
        let quoted = [format!("\"{word}\""), format!("'{word}'"), word.to_owned()];
        let at = quoted.iter().filter(|w| !word.is_empty() && !w.is_empty()).find_map(|w| self.text.find(w.as_str()));
        let line = at.map_or(1, |at| self.text[..at].matches('\n').count() + 1);
        Error::configuration(format!("{}:{line}, key `{key}`", self.file), what, advice)
    }

    /// The default markers with the spec's own; `value` takes a default one away.
    pub fn markers(&self, own: &BTreeMap<String, String>) -> Result<Markers, Error> {
        let mut markers = Markers::default();
        for (marker, word) in own {
            let words: Vec<&str> = Status::ALL.iter().map(|s| s.as_str()).collect();
            let key = marker.trim().to_lowercase();
            match Status::parse(word) {
                Some(Status::Value) => {
                    markers.0.remove(&key);
                }
                Some(Status::Zero | Status::Missing) | None => {
                    let advice = format!(
                        "{} To read a word as nought, write `values = {{ \"{marker}\" = \"0\" }}` at its column.",
                        did_you_mean(word, words.iter().copied())
                    );
                    return Err(self.error(
                        &format!("markers.{marker}"),
                        word,
                        format!("a marker cannot stand for `{word}`"),
                        advice,
                    ));
                }
                Some(status) => {
                    markers.0.insert(key, status);
                }
            }
        }
        Ok(markers)
    }

    /// Checks everything else.
    pub fn spec(&self, spec: &ReturnSpec) -> Result<(), Error> {
        if spec.id.is_empty() || !spec.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            let advice = "Ids are lower-case letters, digits and hyphens.";
            return Err(self.error("id", &spec.id, format!("`{}` is no id", spec.id), advice));
        }
        if spec.id == "plain" {
            return Err(self.error("id", "plain", "`plain` is the layout that needs no spec", "Choose another id."));
        }
        for agency in &spec.owed_by {
            self.defined("owed_by", List::Agencies, agency)?;
        }
        if let Some(day) = spec.due_day {
            let word = day.to_string();
            if spec.due_days.is_some() {
                let what = "the return has both `due_day` and `due_days`";
                return Err(self.error("due_day", &word, what, "Keep the one that the board goes by."));
            }
            if !(1..=31).contains(&day) {
                let what = format!("a month has no day {day}");
                return Err(self.error("due_day", &word, what, "Give a day of the month after the period, 1 to 31."));
            }
        }
        for agency in spec.agency.iter().chain(&spec.agencies) {
            self.defined("agency", List::Agencies, agency)?;
        }
        for indicator in spec.lag_months_of.keys() {
            self.defined("lag_months_of", List::Indicators, indicator)?;
        }
        if spec.tables.is_empty() {
            return Err(self.error("table", "", "the return has no table", "Add a [[table]]."));
        }
        let names: BTreeSet<&str> = spec.tables.iter().map(|t| t.name.as_str()).collect();
        for change in &spec.changes {
            if !change.table.is_empty() && !names.contains(change.table.as_str()) {
                let advice = did_you_mean(&change.table, names.iter().copied());
                let what = format!("no table is called `{}`", change.table);
                return Err(self.error("change.table", &change.table, what, advice));
            }
            if change.reason.trim().is_empty() {
                let advice = "Say in a few words why the return changed.";
                return Err(self.error("change.reason", &change.from.to_string(), "a change without a reason", advice));
            }
        }
        for variant in spec.variants() {
            for table in &variant.tables {
                self.table(table)?;
            }
        }
        Ok(())
    }

    fn table(&self, table: &TableSpec) -> Result<(), Error> {
        if !(1..=8).contains(&table.header_rows) {
            let what = format!("a header over {} rows", table.header_rows);
            return Err(self.error("table.header_rows", "header_rows", what, "Give a number from 1 to 8."));
        }
        let own = !table.columns.is_empty() || !table.figures.is_empty() || !table.given.is_empty();
        let filters = !table.keep.is_empty() || !table.aside_rows.is_empty() || !table.aside_columns.is_empty();
        if table.layout == Layout::Plain && (own || filters || table.header_rows != 1) {
            let what = "a plain table has the canonical columns and nothing of its own";
            return Err(self.error("table.layout", "plain", what, "Use `layout = \"long\"` to describe columns."));
        }
        if table.layout == Layout::Form && (filters || table.header_rows != 1) {
            let what = "a form has no rows to filter and no header";
            return Err(self.error("table.layout", "form", what, "Remove what concerns rows and headers."));
        }
        if table.layout == Layout::Wide && table.across.is_none() {
            let advice = "Say with `across = { to = \"period\" }` what stands across the columns.";
            return Err(self.error("table.across", "wide", "a wide table without `across`", advice));
        }
        if table.across.is_some() && !matches!(table.layout, Layout::Wide | Layout::Blocks) {
            return Err(self.error("table.across", "across", "only a wide table has something across", "Remove it."));
        }
        if table.layout != Layout::Plain && table.columns.is_empty() && table.figures.is_empty() {
            let what = "the table has neither columns nor figures";
            return Err(self.error("table.columns", "layout", what, "Add `columns = [ ... ]`."));
        }
        for column in &table.columns {
            self.has_effect(table, column)?;
            if !matches!(column.to.as_str(), "figure" | "extra") {
                let kind = self.column(table.feeds, "table.columns.to", &column.to)?;
                self.values("table.columns.values", kind, column.values.values())?;
                self.match_by("table.columns.match_by", kind, &column.match_by)?;
            }
        }
        if !table.figures.is_empty() && table.feeds != Table::Performance {
            let what = "figures are indicators, which belong to the table performance";
            return Err(self.error("table.figures", "figures", what, "Use `columns` or `across` for other tables."));
        }
        for figure in &table.figures {
            self.defined("table.figures.indicator", List::Indicators, &figure.indicator)?;
            self.number(table.feeds, "table.figures.into", &figure.into)?;
            if figure.labels.is_empty() {
                let what = format!("the figure of `{}` has no label", figure.indicator);
                return Err(self.error("table.figures.labels", &figure.indicator, what, "Add its header or label."));
            }
        }
        for given in &table.given {
            let kind = self.column(table.feeds, "table.given.to", &given.to)?;
            self.values("table.given.values", kind, given.values.values().chain(&given.value))?;
            self.match_by("table.given.match_by", kind, &given.match_by)?;
            if given.value.is_some() == given.from.is_some() {
                let what = format!("`{}` needs either `value` or `from`", given.to);
                return Err(self.error("table.given", &given.to, what, "Give one of the two."));
            }
            if (given.from == Some(Source::Label)) == given.labels.is_empty() {
                let what = "`labels` belongs to `from = \"label\"`, and that to `labels`";
                return Err(self.error("table.given.labels", &given.to, what, "Give both or neither."));
            }
            if given.from == Some(Source::Block) && table.layout != Layout::Blocks {
                let what = "only a table of the layout blocks has block titles";
                return Err(self.error("table.given.from", "block", what, "Use `from = \"title\"`."));
            }
            if let Some(pattern) = &given.pattern
                && let Err(e) = regex::Regex::new(pattern)
            {
                let what = format!("the pattern is no regular expression: {e}");
                return Err(self.error("table.given.pattern", pattern, what, "Correct it."));
            }
        }
        if let Some(across) = &table.across {
            let kind = self.column(table.feeds, "table.across.to", &across.to)?;
            self.values("table.across.values", kind, across.values.values())?;
            self.match_by("table.across.match_by", kind, &across.match_by)?;
            let cell = self.column(table.feeds, "table.across.into", &across.into)?;
            self.values("table.across.cells", cell, across.cells.values())?;
            for measure in across.measures.keys() {
                self.number(table.feeds, "table.across.measures", measure)?;
            }
        }
        Ok(())
    }

    /// A key that does nothing where it stands is a misunderstanding, and is refused like an unknown one.
    fn has_effect(&self, table: &TableSpec, column: &ColumnSpec) -> Result<(), Error> {
        let kind = table.feeds.columns().iter().find(|c| c.name == column.to).map(|c| c.kind);
        let number = column.to == "figure" || kind == Some(ColumnKind::Number);
        let wrong = [
            (column.separator.is_some() && !matches!(kind, Some(ColumnKind::Ids(_))), "separator", "several ids"),
            (column.period != PeriodFormat::Month && kind != Some(ColumnKind::Period), "period", "periods"),
            (column.unit != SentUnit::Plain && !number, "unit", "numbers"),
            (column.blank_down && table.layout == Layout::Form, "blank_down", "columns, and a form has none"),
        ];
        match wrong.iter().find(|(wrong, ..)| *wrong) {
            Some((_, key, what)) => {
                let message = format!("`{key}` has no effect on `{}`: it is for {what}", column.to);
                Err(self.error(&format!("table.columns.{key}"), key, message, "Remove it."))
            }
            None => Ok(()),
        }
    }

    fn column(&self, table: Table, key: &str, name: &str) -> Result<ColumnKind, Error> {
        table.columns().iter().find(|c| c.name == name).map(|c| c.kind).ok_or_else(|| {
            let known = table.columns().iter().map(|c| c.name);
            let what = format!("the table {} has no column `{name}`", table.as_str());
            self.error(key, name, what, did_you_mean(name, known))
        })
    }

    fn number(&self, table: Table, key: &str, name: &str) -> Result<(), Error> {
        match self.column(table, key, name)? {
            ColumnKind::Number => Ok(()),
            _ => Err(self.error(key, name, format!("`{name}` holds no numbers"), "Give a number column.")),
        }
    }

    fn values<'v>(&self, key: &str, kind: ColumnKind, values: impl Iterator<Item = &'v String>) -> Result<(), Error> {
        for value in values {
            match kind {
                ColumnKind::Id(list) => self.defined(key, list, value)?,
                ColumnKind::Ids(list) => {
                    for id in value.split(';').map(str::trim).filter(|id| !id.is_empty()) {
                        self.defined(key, list, id)?;
                    }
                }
                ColumnKind::Choice(words) if !words.contains(&value.as_str()) => {
                    let advice = did_you_mean(value, words.iter().copied());
                    return Err(self.error(key, value, format!("`{value}` is none of the column's words"), advice));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn match_by(&self, key: &str, kind: ColumnKind, columns: &[String]) -> Result<(), Error> {
        let (ColumnKind::Id(list) | ColumnKind::Ids(list)) = kind else {
            return match columns.first() {
                Some(column) => {
                    Err(self.error(key, column, "only ids are looked up in a reference list", "Remove `match_by`."))
                }
                None => Ok(()),
            };
        };
        let known = extra_columns(self.reference, list);
        for column in columns {
            if !known.contains(column.as_str()) {
                let what = format!("the reference list has no further column `{column}`");
                return Err(self.error(key, column, what, did_you_mean(column, known.iter().copied())));
            }
        }
        Ok(())
    }

    fn defined(&self, key: &str, list: List, id: &str) -> Result<(), Error> {
        let ids = self.reference.ids(list);
        if ids.contains(id) {
            return Ok(());
        }
        let advice = did_you_mean(id, ids.iter().copied());
        Err(self.error(key, id, format!("`{id}` is not defined in {}", file_of(list)), advice))
    }
}

fn file_of(list: List) -> &'static str {
    match list {
        List::Agencies => "agencies.csv",
        List::Localities => "localities.csv",
        List::Themes => "themes.csv",
        List::Indicators => "indicators.csv",
        List::Standards => "standards.csv",
        List::AuditQuestions => "audit-questions.csv",
        List::DeathCategories => "death-categories.csv",
        List::DeathFactors => "death-factors.csv",
    }
}
