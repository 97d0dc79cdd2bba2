//! Fields that stand outside the table: in a title, beside a label, in the sheet's or the file's name, or nowhere.

use regex::Regex;

use super::convert::{Context, Rules};
use super::grid::{Grid, filled, filled_cells};
use super::period::{self, Reading};
use super::plan::Plan;
use super::sink::Sink;
use crate::ingest::header::key;
use crate::ingest::layout_codes as codes;
use crate::model::draft::DraftCell;
use crate::model::raw::{CellNote, CellPlace, RawCell, RawRow, RawValue};
use crate::model::{ColumnKind, Period, Severity, Table, Text};
use crate::spec::return_spec::{Given, Source};

/// Where to look: the rows above the table (or a block's title), and all sheets of the file.
pub(super) struct Surroundings<'a, 'g> {
    pub grid: &'g Grid<'a>,
    /// Indices of the rows above the table.
    pub above: std::ops::Range<usize>,
    /// Indices of the block's title lines.
    pub title: std::ops::Range<usize>,
    /// All sheets, for labels on a cover sheet.
    pub sheets: &'g [Grid<'a>],
}

/// Fills the fields that stand outside the table, and says which could not be found.
pub(super) fn look_all(
    context: &Context<'_>,
    plan: &Plan<'_>,
    around: &Surroundings<'_, '_>,
    agency: Option<&str>,
    fields: &mut [Option<DraftCell>],
    sink: &mut Sink,
    has_column: impl Fn(&str) -> bool,
) {
    let table = plan.spec.feeds;
    for (position, column) in table.columns().iter().enumerate() {
        let mut unclear = None;
        let mut asked = false;
        for given in plan.spec.given.iter().filter(|g| g.to == column.name) {
            asked = true;
            match look(context, table, given, around) {
                Found::Cell(cell) => {
                    fields[position] = Some(*cell);
                    break;
                }
                Found::Unclear(place, a, b) => unclear = unclear.or(Some((place, a, b))),
                Found::Nothing => {}
            }
        }
        if fields[position].is_none() && column.name == "agency" && !has_column("agency") {
            fields[position] = agency.map(|agency| DraftCell {
                value: Some(RawValue::Text(agency.into())),
                as_sent: Some(Text::default()),
                place: CellPlace::new(&around.grid.name, 0, 0),
                header: Text::default(),
                note: CellNote::Plain,
                scale: 1.0,
            });
        }
        if fields[position].is_some() || has_column(column.name) {
            continue;
        }
        if let Some((place, financial, calendar)) = unclear {
            let message =
                format!("The period may be {} ({financial}) or {} ({calendar}).", financial.words(), calendar.words());
            sink.findings.push(codes::error_at(codes::PERIOD_UNCLEAR, &place, message));
        } else if asked {
            let message = format!("The table needs the {} once, and it was not found.", column.name.replace('_', " "));
            let mut finding = codes::finding(codes::GIVEN_MISSING, Severity::Error, message);
            finding.sheet.clone_from(&around.grid.sheet.name);
            sink.findings.push(finding);
        }
    }
}

/// What looking for a field gave.
enum Found {
    /// The field.
    Cell(Box<DraftCell>),
    /// A period that can be read in two ways, and where it stands.
    Unclear(CellPlace, Period, Period),
    /// Nothing.
    Nothing,
}

/// Looks for a field of the table.
fn look(context: &Context<'_>, table: Table, given: &Given, around: &Surroundings<'_, '_>) -> Found {
    let rules = Rules::new(context, table, &given.to, &given.match_by).values(&given.values).period(given.period);
    let sheet = &around.grid.name;
    if let Some(value) = &given.value {
        let cell = RawCell { column: 0, value: RawValue::Text(value.into()), note: CellNote::Plain };
        let mut fixed = rules.cell(context, &cell, CellPlace::new(sheet, 0, 0), &Text::EMPTY);
        fixed.as_sent = Some(Text::default());
        return Found::Cell(Box::new(fixed));
    }
    let search = Search { context, table, given, rules: &rules };
    match given.from {
        Some(Source::Sheet) => search.within(sheet, CellPlace::new(sheet, 0, 0)),
        Some(Source::File) => search.within(context.file_name, CellPlace::new(sheet, 0, 0)),
        Some(Source::Title) => search.rows(around.grid, around.above.clone()),
        Some(Source::Block) => search.rows(around.grid, around.title.clone()),
        Some(Source::Label) => search.label(around),
        None => Found::Nothing,
    }
}

struct Search<'s, 'c> {
    context: &'s Context<'c>,
    table: Table,
    given: &'s Given,
    rules: &'s Rules,
}

impl Search<'_, '_> {
    fn kind(&self) -> ColumnKind {
        self.table.columns().iter().find(|c| c.name == self.given.to).map_or(ColumnKind::Text, |c| c.kind)
    }

    /// The rows below one another; the nearest to the table counts first for a block, else from the top.
    fn rows(&self, grid: &Grid<'_>, rows: std::ops::Range<usize>) -> Found {
        let mut unclear = Found::Nothing;
        for row in &grid.rows()[rows] {
            for cell in filled_cells(row) {
                let place = grid.place(row.row, cell.column);
                let found = match &cell.value {
                    RawValue::Text(text) => self.within(text, place),
                    _ => self.exactly(cell, place, false),
                };
                match found {
                    Found::Cell(_) => return found,
                    Found::Unclear(..) => unclear = found,
                    Found::Nothing => {}
                }
            }
        }
        unclear
    }

    /// A value within a longer text.
    fn within(&self, text: &str, place: CellPlace) -> Found {
        let part = match &self.given.pattern {
            None => text.to_owned(),
            Some(pattern) => {
                let found = Regex::new(pattern).ok().and_then(|p| {
                    p.captures(text).and_then(|c| c.get(1).or_else(|| c.get(0))).map(|m| m.as_str().to_owned())
                });
                match found {
                    Some(part) => part,
                    None => return Found::Nothing,
                }
            }
        };
        let value = match self.kind() {
            ColumnKind::Period => match self.rules.word(&part) {
                Some(word) => RawValue::Text(word),
                None => match period::find(&part, self.rules.period) {
                    Reading::One(period) => RawValue::Text(period.to_string().into()),
                    Reading::Two(a, b) => return Found::Unclear(place, a, b),
                    Reading::None => return Found::Nothing,
                },
            },
            ColumnKind::Id(_) | ColumnKind::Ids(_) | ColumnKind::Choice(_) => match self.rules.word_within(&part) {
                Some(word) => RawValue::Text(word),
                None => return Found::Nothing,
            },
            ColumnKind::Date => match period::read_day(&part) {
                Some(day) => RawValue::Date(day.to_string()),
                None => return Found::Nothing,
            },
            _ if part.trim().is_empty() => return Found::Nothing,
            _ => RawValue::Text(part.trim().into()),
        };
        Found::Cell(Box::new(DraftCell {
            value: Some(value),
            as_sent: Some(text.trim().into()),
            place,
            header: Text::default(),
            note: CellNote::Plain,
            scale: 1.0,
        }))
    }

    /// A cell that holds the value and nothing else. What is not understood is still the value where a label says so.
    fn exactly(&self, cell: &RawCell, place: CellPlace, labelled: bool) -> Found {
        if self.kind() == ColumnKind::Period
            && let Reading::Two(a, b) = self.rules.read_period(self.context, &cell.value)
        {
            return Found::Unclear(place, a, b);
        }
        let header = self.given.labels.first().map_or(Text::EMPTY, Text::from);
        let found = self.rules.cell(self.context, cell, place, &header);
        let understood = labelled || found.value.as_ref() != Some(&cell.value);
        if understood { Found::Cell(Box::new(found)) } else { Found::Nothing }
    }

    fn label(&self, around: &Surroundings<'_, '_>) -> Found {
        let above = [(around.grid, around.above.clone())];
        let others = around.sheets.iter().filter(|g| !std::ptr::eq(g.sheet, around.grid.sheet));
        let others = others.map(|g| (g, 0..g.rows().len().min(60)));
        for (grid, rows) in above.into_iter().chain(others) {
            for index in rows {
                let row = &grid.rows()[index];
                for cell in filled_cells(row) {
                    let RawValue::Text(text) = &cell.value else { continue };
                    if let Some(found) = self.beside(grid, index, row, cell, text) {
                        return found;
                    }
                }
            }
        }
        Found::Nothing
    }

    fn beside(&self, grid: &Grid<'_>, index: usize, row: &RawRow, label: &RawCell, text: &str) -> Option<Found> {
        let is_label = |text: &str| self.given.labels.iter().any(|l| key(l) == key(text));
        if let Some((head, tail)) = text.split_once(':')
            && is_label(head)
            && !tail.trim().is_empty()
        {
            let place = grid.place(row.row, label.column);
            let cell = RawCell { value: RawValue::Text(tail.trim().into()), ..label.clone() };
            return Some(match self.within(tail, place.clone()) {
                Found::Nothing => self.exactly(&cell, place, true),
                found => found,
            });
        }
        if !is_label(text) {
            return None;
        }
        let right = filled_cells(row).find(|c| c.column > label.column).map(|c| (row.row, c));
        let below = grid.rows().get(index + 1).and_then(|r| filled(r, label.column).map(|c| (r.row, c)));
        let (row, cell) = right.or(below)?;
        let place = grid.place(row, cell.column);
        Some(match (&cell.value, self.exactly(cell, place.clone(), true)) {
            (RawValue::Text(text), Found::Cell(sent)) if sent.value.as_ref() == Some(&cell.value) => {
                match self.within(text, place) {
                    Found::Nothing => Found::Cell(sent),
                    found => found,
                }
            }
            (_, found) => found,
        })
    }
}
