//! Draft rows to typed rows: each cell becomes a value of its column, or a fault that says what is wrong with it. Bad data
//! is returned, never thrown, and the rules turn the faults into findings.

mod date;
mod number;
mod period;
mod word;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::draft::{Draft, DraftCell, Laid};
use crate::model::raw::{CellNote, RawValue};
use crate::model::row::Value;
use crate::model::table::List;
use crate::model::text::TextMap;
use crate::model::{Column, ColumnKind, Provenance, Row, Table, Text};
use crate::spec::Reference;
use crate::spec::reference::Indicator;

/// What kind of fault a cell has; each has its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// An id that the reference list does not define.
    UnknownId,
    /// An id of a list that the board does not keep.
    UncheckedId,
    /// No period of the four forms.
    Period,
    /// A month sent as a true date.
    PeriodAsDate,
    /// No day.
    Date,
    /// A day written day first.
    DayFirst,
    /// None of the fixed words.
    Choice,
    /// No number.
    Number,
    /// A number sent as text.
    NumberAsText,
    /// A percent sign where the unit is no proportion.
    PercentSign,
    /// A formula whose value was not saved.
    UnsavedFormula,
    /// A formula whose value came from another workbook.
    ExternalFormula,
    /// A formula with its saved value.
    SavedFormula,
    /// An error value such as `#REF!`.
    ErrorCell,
}

impl FaultKind {
    /// Whether the cell has no value because of it.
    pub fn blocks(self) -> bool {
        !matches!(
            self,
            Self::UncheckedId
                | Self::PeriodAsDate
                | Self::DayFirst
                | Self::NumberAsText
                | Self::PercentSign
                | Self::ExternalFormula
                | Self::SavedFormula
        )
    }
}

/// One fault of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which draft.
    pub row: usize,
    /// Which canonical column.
    pub column: &'static str,
    /// What kind.
    pub kind: FaultKind,
    /// What was found and what was expected.
    pub message: String,
    /// What to do.
    pub fix: String,
}

/// Typed rows, one a draft in the same order, and the faults of their cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conformed {
    /// The rows; a cell with a blocking fault is empty.
    pub rows: Vec<Row>,
    /// The faults, in the order of rows and columns.
    pub faults: Vec<Fault>,
}

/// Ids of the reference lists, once each, for quick look-up.
pub struct Known<'a> {
    lists: BTreeMap<&'static str, BTreeSet<&'a str>>,
    indicators: BTreeMap<&'a str, &'a Indicator>,
}

impl<'a> Known<'a> {
    /// The ids of a reference.
    pub fn new(reference: &'a Reference) -> Self {
        let lists = word::LISTS.iter().map(|(list, name)| (*name, reference.ids(*list))).collect();
        let indicators = reference.indicators.iter().map(|i| (i.indicator.as_str(), i)).collect();
        Self { lists, indicators }
    }

    fn ids(&self, list: List) -> &BTreeSet<&'a str> {
        static NONE: BTreeSet<&str> = BTreeSet::new();
        self.lists.get(word::file_of(list)).unwrap_or(&NONE)
    }

    /// The indicator of a row of performance.
    pub fn indicator(&self, row: &Row) -> Option<&'a Indicator> {
        self.indicators.get(row.text("indicator")).copied()
    }
}

/// Types every cell of every draft.
pub fn conform(laid: &Laid, known: &Known<'_>) -> Conformed {
    let mut conformed = Conformed::default();
    conformed.rows.reserve_exact(laid.drafts.len());
    let mut told = HashMap::new();
    let mut before = Before::default();
    let plain_digits = !laid.markers.0.keys().any(|marker| marker.starts_with(|c: char| c.is_ascii_digit()));
    for (index, draft) in laid.drafts.iter().enumerate() {
        let faults = &mut conformed.faults;
        let mut sink = Sink { row: index, column: "", faults, told: &mut told, added: 0, plain_digits };
        conformed.rows.push(conform_row(draft, laid, known, &mut before, &mut sink));
    }
    conformed
}

fn conform_row<'a>(draft: &Draft, laid: &Laid, known: &Known<'a>, before: &mut Before<'a>, sink: &mut Sink<'_>) -> Row {
    let place = &draft.place;
    let whole_row = place.column == 0 || place.is_csv();
    let provenance = Provenance {
        source_sheet: place.sheet.clone(),
        source_cell: if whole_row { Text::EMPTY } else { place.a1().into() },
        source_row: place.row,
        ..Provenance::default()
    };
    let mut row = Row::empty(draft.table, provenance);
    before.row_of(draft.table);
    let mut indicator = None;
    for (position, column) in draft.table.columns().iter().enumerate() {
        let Some(cell) = draft.fields.get(position).and_then(Option::as_ref) else { continue };
        sink.column = column.name;
        let is_number = column.kind == ColumnKind::Number;
        // A text that was read without a fault is read the same in every cell of its column; a number has its scale.
        let text = match (&cell.value, cell.note) {
            (Some(RawValue::Text(text)), CellNote::Plain) if !is_number => Some(text),
            _ => None,
        };
        if let Some(value) = text.and_then(|text| before.value(position, text)) {
            row.values[position] = value;
            continue;
        }
        let of = if is_number { *indicator.get_or_insert_with(|| before.indicator(&row, known)) } else { None };
        let added = sink.added;
        let value = conform_cell(column, cell, laid, known, of, sink);
        if let (Some(text), true) = (text, sink.added == added) {
            before.remember(position, text, &value);
        }
        row.values[position] = value;
    }
    row
}

/// What texts were read as before, by column, of the table that was met last; and the indicator of the row above.
#[derive(Default)]
struct Before<'a> {
    table: Option<Table>,
    columns: Vec<ReadBefore>,
    indicator: Option<(Text, Option<&'a Indicator>)>,
}

/// The text of the row above, and every text, each with its value.
#[derive(Default)]
struct ReadBefore {
    above: Option<(Text, Value)>,
    all: TextMap<Value>,
}

impl<'a> Before<'a> {
    /// Begins a row of a table.
    fn row_of(&mut self, table: Table) {
        if self.table != Some(table) {
            self.table = Some(table);
            self.columns.clear();
            self.columns.resize_with(table.columns().len(), ReadBefore::default);
        }
    }

    /// The indicator of a row.
    fn indicator(&mut self, row: &Row, known: &Known<'a>) -> Option<&'a Indicator> {
        let Value::Text(id) = row.get("indicator") else { return known.indicator(row) };
        if let Some((above, indicator)) = &self.indicator
            && above.is_same(id)
        {
            return *indicator;
        }
        let indicator = known.indicator(row);
        self.indicator = Some((id.clone(), indicator));
        indicator
    }

    fn value(&mut self, position: usize, text: &Text) -> Option<Value> {
        let column = &mut self.columns[position];
        if let Some((above, value)) = &column.above
            && above.is_same(text)
        {
            return Some(value.clone());
        }
        let value = column.all.get(text)?.clone();
        column.above = Some((text.clone(), value.clone()));
        Some(value)
    }

    fn remember(&mut self, position: usize, text: &Text, value: &Value) {
        self.columns[position].all.insert(text.clone(), value.clone());
    }
}

/// One cell as a value of its column. What is special about the cell (formula, error value) is told first.
fn conform_cell(
    column: &Column,
    cell: &DraftCell,
    laid: &Laid,
    known: &Known<'_>,
    indicator: Option<&Indicator>,
    sink: &mut Sink<'_>,
) -> Value {
    if cell.note == CellNote::FormulaWithoutValue {
        sink.add(
            FaultKind::UnsavedFormula,
            "The cell holds a formula, and the file does not hold its value.",
            "Open the workbook in its spreadsheet program, let it calculate, save it and send it again; or paste the values.",
        );
        return Value::Empty;
    }
    let Some(value) = &cell.value else { return Value::Empty };
    if let Some(error) = error_value(value, column.kind, laid) {
        let message = format!("The cell holds the error value {error}.");
        sink.add(FaultKind::ErrorCell, message, "Mend the formula, or write the value itself.");
        return Value::Empty;
    }
    match cell.note {
        CellNote::ExternalFormula => sink.add(
            FaultKind::ExternalFormula,
            "The value was saved from another workbook; it is taken as saved, and the other workbook was not opened.",
            "Nothing, if the value is the right one.",
        ),
        CellNote::Formula => sink.add(
            FaultKind::SavedFormula,
            "The value is the saved result of a formula; it is taken as saved.",
            "Nothing, if the workbook was calculated before it was saved.",
        ),
        CellNote::Plain | CellNote::FormulaWithoutValue => {}
    }
    match column.kind {
        ColumnKind::Id(list) => word::id(value, list, known.ids(list), sink),
        ColumnKind::Ids(list) => word::ids(value, list, known.ids(list), sink),
        ColumnKind::Choice(words) => word::choice(value, words, sink),
        ColumnKind::Period => period::read(value, laid.epoch_1904, sink),
        ColumnKind::Date => date::read(value, laid.epoch_1904, sink),
        ColumnKind::Number => number::read(cell, value, &laid.markers, indicator.map(|i| (i, column.name)), sink),
        ColumnKind::Key | ColumnKind::HashedKey | ColumnKind::Text => word::text(value),
    }
}

/// The error value of a cell, unless it is a marker of this return (`#N/A` is not recorded) in a column of numbers.
fn error_value(value: &RawValue, kind: ColumnKind, laid: &Laid) -> Option<String> {
    const ERRORS: [&str; 8] = ["#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#N/A", "#GETTING_DATA"];
    let text = match value {
        RawValue::Error(text) => text.trim().to_uppercase(),
        RawValue::Text(text) => text.trim().to_uppercase(),
        _ => return None,
    };
    let marker = kind == ColumnKind::Number && laid.markers.status(&text).is_some();
    let error = matches!(value, RawValue::Error(_)) || ERRORS.contains(&text.as_str());
    (error && !marker).then_some(text)
}

/// Where the faults of one cell go.
pub(in crate::validate) struct Sink<'a> {
    row: usize,
    column: &'static str,
    faults: &'a mut Vec<Fault>,
    told: &'a mut HashMap<(&'static str, FaultKind), usize>,
    /// How many faults of the row were told, written down or not.
    added: usize,
    /// Whether no marker of the return begins with a digit.
    plain_digits: bool,
}

/// Faults of one kind in one column after which only the value is said and no advice is worked out.
const ADVISED: usize = 1000;

/// Faults of one kind in one column that are written down at all: who has so many has one cause.
pub(in crate::validate) const FAULTS_MOST: usize = 10_000;

impl Sink<'_> {
    /// Whether advice is still worth its time.
    fn is_advised(&self, kind: FaultKind) -> bool {
        self.told.get(&(self.column, kind)).is_none_or(|told| *told < ADVISED)
    }

    fn add(&mut self, kind: FaultKind, message: impl Into<String>, fix: impl Into<String>) {
        let told = self.told.entry((self.column, kind)).or_default();
        *told += 1;
        self.added += 1;
        if *told > FAULTS_MOST {
            return;
        }
        let (row, column) = (self.row, self.column);
        self.faults.push(Fault { row, column, kind, message: message.into(), fix: fix.into() });
    }
}

#[cfg(test)]
mod testing {
    use super::*;

    /// Reads one value, and the faults that came of it.
    pub fn faults_of(read: impl FnOnce(&mut Sink<'_>) -> Value) -> (Value, Vec<Fault>) {
        let mut faults = Vec::new();
        let told = &mut HashMap::new();
        let value = read(&mut Sink { row: 0, column: "x", faults: &mut faults, told, added: 0, plain_digits: true });
        (value, faults)
    }
}
