//! The wide layout: periods, places or kinds across the columns, under bands and merged headers.

use std::collections::BTreeMap;

use super::{Part, distinct, number_of, pick, rate};
use crate::model::Row;
use crate::model::row::Value;
use crate::sample::book::{Cell, Sheet};
use crate::sample::messy::words::Style;
use crate::spec::return_spec::{Across, ColumnSpec, Figure};

impl Part<'_> {
    /// Adds the table with periods, places or kinds across its columns.
    pub(super) fn wide(&self, sheet: &mut Sheet, rows: &[&Row]) {
        let Some(across) = &self.spec.across else { return };
        let columns = self.columns();
        let mut heads: Vec<(Value, String)> = Vec::new();
        let mut sorted: Vec<&Row> = rows.to_vec();
        sorted.sort_by_cached_key(|r| (r.period("period").map(|p| p.end()), r.get(&across.to).to_string()));
        for row in &sorted {
            let value = row.get(&across.to).clone();
            if !heads.iter().any(|(v, _)| *v == value) {
                let style = Style { values: Some(&across.values), period: across.period, ..Style::default() };
                heads.push((value.clone(), self.words.text(self.spec.feeds, &across.to, &value, style)));
            }
        }
        if across.to != "period" {
            heads.sort_by(|a, b| a.1.cmp(&b.1));
        }
        let measures: Vec<(&str, &str)> = ["numerator", "denominator", "value"]
            .into_iter()
            .filter_map(|m| across.measures.get(m).map(|names| (m, pick(names, self.words.mood))))
            .collect();
        self.wide_header(sheet, &columns, &heads, &measures);
        let first = sheet.rows.len();
        let by_row = self.spec.figures_by_row();
        let year_to_date = by_row && across.to == "period" && heads.len() > 1;
        let others: Vec<&ColumnSpec> = columns.iter().copied().filter(|c| !(by_row && c.to == "indicator")).collect();
        let mut groups: BTreeMap<Vec<String>, Vec<&Row>> = BTreeMap::new();
        for row in rows {
            let key = others.iter().map(|c| row.get(&c.to).to_string()).collect();
            groups.entry(key).or_default().push(row);
        }
        let mut above: Vec<Cell> = Vec::new();
        for (index, group) in groups.values().enumerate() {
            let lines = if by_row { distinct(&self.spec.figures) } else { vec![Vec::new()] };
            for line in lines {
                let mut cells: Vec<Cell> = columns
                    .iter()
                    .map(|c| match (c.to.as_str(), line.first()) {
                        ("indicator", Some(figure)) => Cell::text(figure.labels[0].as_str()),
                        _ => self.cell(c, group[0], index),
                    })
                    .collect();
                let filled = cells.len();
                for (head, _) in &heads {
                    let at: Vec<&Row> = group.iter().copied().filter(|r| r.get(&across.to) == head).collect();
                    self.across_cells(&mut cells, across, &at, &line, &measures);
                }
                if by_row && cells[filled..].iter().all(|c| *c == Cell::Empty) {
                    continue;
                }
                if year_to_date {
                    let sum = cells[filled..].iter().map(|c| if let Cell::Number(n) = c { *n } else { 0.0 }).sum();
                    cells.push(Cell::Number(sum));
                }
                let full = cells.clone();
                self.blank_down(&columns, &mut cells, &above);
                above = full;
                sheet.push(cells);
            }
        }
        if !by_row {
            self.total(sheet, first, &columns);
        }
    }

    fn wide_header(
        &self,
        sheet: &mut Sheet,
        columns: &[&ColumnSpec],
        heads: &[(Value, String)],
        measures: &[(&str, &str)],
    ) {
        let mut header: Vec<Cell> = columns.iter().map(|c| self.head(c)).collect();
        let by_row = self.spec.figures_by_row();
        if measures.is_empty() {
            if self.spec.header_rows > 2 && self.words.mood.is_multiple_of(2) {
                // A band over the months, merged from the first to the last.
                let mut band = vec![Cell::Empty; columns.len()];
                band.push(Cell::head("Number in the month"));
                sheet.push(band);
                let at = sheet.rows.len() - 1;
                if heads.len() > 1 {
                    sheet.merges.push((at, columns.len(), at, columns.len() + heads.len() - 1));
                }
            }
            header.extend(heads.iter().map(|(_, text)| Cell::head(text.as_str())));
            if by_row && heads.len() > 1 {
                header.push(Cell::head("YTD"));
            }
            sheet.push(header);
            return;
        }
        let mut below = vec![Cell::Empty; columns.len()];
        let row = sheet.rows.len();
        for (_, text) in heads {
            let first = header.len();
            header.push(Cell::head(text.as_str()));
            header.resize(first + measures.len(), Cell::Empty);
            below.extend(measures.iter().map(|(_, name)| Cell::head(*name)));
            if measures.len() > 1 {
                sheet.merges.push((row, first, row, first + measures.len() - 1));
            }
        }
        sheet.push(header).push(below);
    }

    fn across_cells(
        &self,
        cells: &mut Vec<Cell>,
        across: &Across,
        rows: &[&Row],
        line: &[&Figure],
        measures: &[(&str, &str)],
    ) {
        let style = Style { values: Some(&across.cells), ..Style::default() };
        if !line.is_empty() {
            let number = line.iter().find_map(|f| number_of(rows, f));
            cells.push(number.map_or(Cell::Empty, |n| self.words.number(&n, style)));
            return;
        }
        let wanted: Vec<&str> =
            if measures.is_empty() { vec![across.into.as_str()] } else { measures.iter().map(|m| m.0).collect() };
        for into in wanted {
            cells.push(match rows.first() {
                // Where nothing came in, some write a nought and some leave the cell empty.
                None if across.to == "kind" && self.words.mood.is_multiple_of(2) => Cell::Number(0.0),
                None => Cell::Empty,
                Some(row) if into == "value" => rate(row, self.words.reference),
                Some(row) => self.words.number(&row.number(into), style),
            });
        }
    }
}
