//! What a spec knows of a cell: code lists, names of reference lists, periods, days and per cent.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::period::{self, Reading};
use crate::ingest::header::key;
use crate::model::draft::{DraftCell, Markers};
use crate::model::raw::{CellPlace, RawCell, RawValue};
use crate::model::table::List;
use crate::model::text::TextMap;
use crate::model::{ColumnKind, Table, Text};
use crate::spec::Reference;
use crate::spec::return_spec::names::entries;
use crate::spec::return_spec::{PeriodFormat, SentUnit};

type Lookup = Rc<HashMap<String, Text>>;

/// What all layouts of one file look things up in.
pub(super) struct Context<'a> {
    pub reference: &'a Reference,
    pub file_name: &'a str,
    pub epoch_1904: bool,
    pub markers: &'a Markers,
    lookups: RefCell<HashMap<(List, Vec<String>), Lookup>>,
}

impl<'a> Context<'a> {
    pub fn new(reference: &'a Reference, file_name: &'a str, epoch_1904: bool, markers: &'a Markers) -> Self {
        Self { reference, file_name, epoch_1904, markers, lookups: RefCell::default() }
    }

    /// Ids of a list by every name that a sender may use. A name of two ids is none.
    pub fn lookup(&self, list: List, match_by: &[String]) -> Lookup {
        let mut lookups = self.lookups.borrow_mut();
        let made = lookups.entry((list, match_by.to_vec())).or_insert_with(|| {
            let mut ids: HashMap<String, Option<String>> = HashMap::new();
            let all = entries(self.reference, list);
            for entry in &all {
                ids.insert(key(entry.id), Some(entry.id.to_owned()));
            }
            for entry in &all {
                let further = match_by.iter().filter_map(|column| entry.extra.get(column).map(String::as_str));
                for name in [entry.name, entry.code].into_iter().chain(further.flat_map(|text| text.split(';'))) {
                    if name.trim().is_empty() {
                        continue;
                    }
                    let known = ids.entry(key(name)).or_insert_with(|| Some(entry.id.to_owned()));
                    if known.as_deref().is_some_and(|id| id != entry.id) && key(name) != key(entry.id) {
                        let by_id = all.iter().any(|e| key(e.id) == key(name));
                        if !by_id {
                            *known = None;
                        }
                    }
                }
            }
            Rc::new(ids.into_iter().filter_map(|(name, id)| id.map(|id| (name, id.into()))).collect())
        });
        Rc::clone(made)
    }

    /// Whether a cell holds a number, or a marker that stands for one.
    pub fn is_figure(&self, value: &RawValue) -> bool {
        match value {
            RawValue::Number(_) => true,
            RawValue::Text(text) => number_in(text).is_some() || self.markers.status(text).is_some(),
            RawValue::Error(text) => self.markers.status(text).is_some(),
            RawValue::Date(_) | RawValue::Bool(_) => false,
        }
    }
}

/// How the cells of one column are read.
pub(super) struct Rules {
    kind: ColumnKind,
    values: HashMap<String, Text>,
    lookup: Option<Lookup>,
    separator: String,
    unit: SentUnit,
    pub period: PeriodFormat,
    /// What texts were converted to before: the cells of a column say the same again and again.
    converted: RefCell<TextMap<(RawValue, f64)>>,
}

impl Rules {
    /// Rules of a canonical column without anything of its own.
    pub fn new(context: &Context<'_>, table: Table, to: &str, match_by: &[String]) -> Self {
        let kind = table.columns().iter().find(|c| c.name == to).map_or(ColumnKind::Text, |c| c.kind);
        let kind = if to == "figure" { ColumnKind::Number } else { kind };
        let lookup = match kind {
            ColumnKind::Id(list) | ColumnKind::Ids(list) => Some(context.lookup(list, match_by)),
            _ => None,
        };
        Self {
            kind,
            values: HashMap::new(),
            lookup,
            separator: ";".to_owned(),
            unit: SentUnit::Plain,
            period: PeriodFormat::Month,
            converted: RefCell::default(),
        }
    }

    /// With a code list.
    pub fn values(mut self, values: &BTreeMap<String, String>) -> Self {
        self.values = values.iter().map(|(sent, value)| (key(sent), value.into())).collect();
        self
    }

    /// With another separator of ids.
    pub fn separator(mut self, separator: Option<&str>) -> Self {
        self.separator = separator.unwrap_or(";").to_owned();
        self
    }

    /// With the sender's unit.
    pub fn unit(mut self, unit: SentUnit) -> Self {
        self.unit = unit;
        self
    }

    /// With a reading of short periods.
    pub fn period(mut self, period: PeriodFormat) -> Self {
        self.period = period;
        self
    }

    /// Whether the column holds numbers.
    pub fn is_number(&self) -> bool {
        self.kind == ColumnKind::Number
    }

    /// Whether the column holds free text.
    pub fn is_text(&self) -> bool {
        self.kind == ColumnKind::Text
    }

    /// The canonical word for a text, where a code list or reference list has it.
    pub fn word(&self, text: &str) -> Option<Text> {
        let key = key(text);
        if let Some(value) = self.values.get(&key) {
            return Some(value.clone());
        }
        if let Some(id) = self.lookup.as_ref().and_then(|l| l.get(&key)) {
            return Some(id.clone());
        }
        match self.kind {
            ColumnKind::Choice(words) => words.iter().find(|w| self::key(w) == key).map(|w| (*w).into()),
            _ => None,
        }
    }

    /// The longest name of the code list or reference list that stands within a text.
    pub fn word_within(&self, text: &str) -> Option<Text> {
        if let Some(word) = self.word(text) {
            return Some(word);
        }
        let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(key).collect();
        let text = key(text);
        // `NGH` is a name, and also three letters of Nottingham.
        let within = |name: &String| if name.len() > 4 { text.contains(name.as_str()) } else { words.contains(name) };
        let listed = self.lookup.iter().flat_map(|l| l.iter());
        let found = self.values.iter().chain(listed).filter(|(name, _)| within(name));
        found.max_by_key(|(name, id)| (name.len(), std::cmp::Reverse((*id).clone()))).map(|(_, id)| id.clone())
    }

    /// The value in its canonical form as far as it is known, else as it was sent; and what a number is multiplied by.
    pub fn convert(&self, context: &Context<'_>, value: &RawValue) -> (RawValue, f64) {
        let shown = value.display();
        if let Some(word) = self.values.get(&key(&shown)) {
            return match (self.kind, word.parse::<f64>()) {
                (ColumnKind::Number, Ok(number)) => (RawValue::Number(number), 1.0),
                _ => (RawValue::Text(word.clone()), 1.0),
            };
        }
        let converted = match self.kind {
            ColumnKind::Number => return self.number(value, &shown),
            ColumnKind::Id(_) | ColumnKind::Choice(_) => self.word(&shown).map(RawValue::Text),
            ColumnKind::Ids(_) => {
                let ids = shown.split(self.separator.as_str()).map(str::trim).filter(|id| !id.is_empty());
                let ids: Vec<String> =
                    ids.map(|id| self.word(id).map_or_else(|| id.to_owned(), String::from)).collect();
                Some(RawValue::Text(ids.join(";").into()))
            }
            ColumnKind::Period => match self.read_period(context, value) {
                Reading::One(period) => Some(RawValue::Text(period.to_string().into())),
                Reading::Two(..) | Reading::None => None,
            },
            ColumnKind::Date => match value {
                RawValue::Number(n) => period::serial_day(*n, context.epoch_1904),
                RawValue::Text(text) => period::read_day(text),
                _ => None,
            }
            .map(|day| RawValue::Date(day.to_string())),
            ColumnKind::Key | ColumnKind::HashedKey | ColumnKind::Text => None,
        };
        (converted.unwrap_or_else(|| value.clone()), 1.0)
    }

    /// What a cell says of a period.
    pub fn read_period(&self, context: &Context<'_>, value: &RawValue) -> Reading {
        match value {
            RawValue::Number(n) => period::read_number(*n, self.period, context.epoch_1904),
            other => period::read(&other.display(), self.period),
        }
    }

    /// `87%` is 0.87 whatever the column's unit, and of `596 (5%)` the number is 596.
    fn number(&self, value: &RawValue, shown: &str) -> (RawValue, f64) {
        if let RawValue::Text(_) = value {
            if let Some(number) = shown.strip_suffix('%').and_then(number_in) {
                return (RawValue::Number(number), 0.01);
            }
            if let Some((count, share)) = shown.split_once('(')
                && share.trim_end().strip_suffix("%)").and_then(number_in).is_some()
                && let Some(count) = number_in(count)
            {
                return (RawValue::Number(count), 1.0);
            }
        }
        (value.clone(), self.unit.scale())
    }

    /// A field of a draft.
    pub fn cell(&self, context: &Context<'_>, cell: &RawCell, place: CellPlace, header: &Text) -> DraftCell {
        let (value, scale) = match &cell.value {
            RawValue::Text(text) => {
                let known = self.converted.borrow().get(text).cloned();
                known.unwrap_or_else(|| {
                    let converted = self.convert(context, &cell.value);
                    self.converted.borrow_mut().insert(text.clone(), converted.clone());
                    converted
                })
            }
            other => self.convert(context, other),
        };
        DraftCell {
            as_sent: (value != cell.value).then(|| cell.value.display().into()),
            value: Some(value),
            place,
            header: header.clone(),
            note: cell.note,
            scale,
        }
    }
}

/// The number in a text such as `1,234`, `-3` or `87.5`; none for text that is more than a number.
pub(super) fn number_in(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain: String = text.chars().filter(|c| *c != ',' && *c != '\u{a0}' && *c != '%').collect();
    let starts = plain.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit() || c == '.');
    plain.trim().parse().ok().filter(|n: &f64| starts && n.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_text() {
        for (text, number) in [("1,234", 1234.0), (" 87.5 ", 87.5), ("-3", -3.0), (".5", 0.5), ("1\u{a0}000", 1000.0)] {
            assert_eq!(number_in(text), Some(number), "{text}");
        }
        for text in ["", "c", "NaN", "inf", "12 of 14", "1e309", "0x10", "-"] {
            assert_eq!(number_in(text), None, "{text}");
        }
    }

    #[test]
    fn short_names_are_found_as_words_only() {
        let reference = crate::ingest::layout::tests::reference();
        let markers = Markers::default();
        let context = Context::new(&reference, "", false, &markers);
        let rules = Rules::new(&context, Table::Performance, "agency", &[]);
        for (title, agency) in [
            ("Return of NGH, 2014", Some("ngh")),
            ("Nottingham", None),
            ("Kettering General Hospital NHS Foundation Trust", Some("kgh")),
            ("Northamptonshire Police return", Some("police")),
            ("Training return", None),
        ] {
            assert_eq!(rules.word_within(title).as_deref(), agency, "{title}");
        }
    }
}
