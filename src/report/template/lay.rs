//! The tables of a return as sheets, in the shape of their layouts.

use std::collections::{BTreeMap, BTreeSet};

use super::asked::{Asked, Subject, Topic, number};
use super::page::{Ask, Cell, Lists, Page, sheet_name};
use super::past::Past;
use super::periods;
use super::spelling;
use crate::model::table::List;
use crate::model::{ColumnKind, Period, Table};
use crate::report::words::{capital, date};
use crate::spec::own_sheets::BESIDE;
use crate::spec::reference::{Frequency, Indicator};
use crate::spec::return_spec::{Across, ColumnSpec, Figure, Given, Layout, PeriodFormat, Source, TableSpec};

/// Rows of a table whose entries nobody can know before.
const FREE_ROWS: usize = 100;

/// Above so many rows a list is left open, and its rows are chosen from drop-downs.
const MOST_ROWS: usize = 3_000;

/// More numbers of last time than this are not read at the end of a row: they show when a cell is chosen.
const MOST_BESIDE: usize = 4;

/// What is drawn on.
pub(super) struct Maker<'a> {
    pub asked: Asked<'a>,
    pub lists: Lists,
    /// What the one agency of the workbook sent before.
    pub past: &'a Past,
}

/// A column that goes across.
struct Slot {
    head: String,
    sub: Option<String>,
    place: Option<String>,
    indicator: Option<String>,
    period: Option<Period>,
    into: String,
}

impl<'a> Maker<'a> {
    /// The sheets of a table.
    pub fn pages(&mut self, table: &'a TableSpec) -> Vec<Page> {
        if table.layout == Layout::Plain {
            return vec![self.plain(table.feeds, &self.title())];
        }
        let named = |p: &String| p.replace('*', "");
        let own = table.sheets.first().or(self.asked.spec.recognise.sheets.first()).map(named);
        let own = own.unwrap_or_else(|| capital(&table.name.replace('-', " ")));
        let mut pages = Vec::new();
        for (value, outer) in self.sheets(table) {
            let name = match (&value, table.sheets.first()) {
                (Some(value), Some(pattern)) => pattern.replace('*', value),
                (Some(value), None) => value.clone(),
                (None, _) => own.clone(),
            };
            let page = match table.layout {
                Layout::Form => self.form(table, &outer),
                Layout::Blocks => self.blocks(table, &outer),
                Layout::Long | Layout::Wide | Layout::Plain => self.rows_of(table, &outer),
            };
            pages.extend(page.map(|page| Page { name: sheet_name(&name), ..page }));
        }
        pages
    }

    /// What each sheet is about, and the name that this gives it: one for each place, agency or period that the sheet's
    /// name tells, or that a form has a single field for.
    fn sheets(&self, table: &'a TableSpec) -> Vec<(Option<String>, Subject<'a>)> {
        let from_sheet = |to: &str| table.given.iter().any(|g| g.to == to && g.from == Some(Source::Sheet));
        let field = |to: &str| table.layout == Layout::Form && table.columns.iter().any(|c| c.to == to);
        let mut found = vec![(None, Subject::default())];
        if table.feeds != Table::Performance && table.layout == Layout::Form {
            return found;
        }
        for to in ["agency", "locality", "period"] {
            if !from_sheet(to) && !field(to) {
                continue;
            }
            let length = self.length(table);
            let topics = self.asked.topics(table, None, length);
            let all: Vec<_> = topics.iter().flat_map(|t| t.indicators.iter().copied()).collect();
            let mut next = Vec::new();
            for (name, outer) in found {
                let name_of = |text: String| if field(to) && to == "period" { name.clone() } else { Some(text) };
                match to {
                    "agency" => next.extend(self.asked.senders().into_iter().map(|agency| {
                        let text = self.spelt(table, to, &agency);
                        (name_of(text), Subject { agency: Some(agency), ..outer.clone() })
                    })),
                    "locality" => next.extend(self.asked.places(&all).into_iter().map(|place| {
                        let text = self.spelt(table, to, &place);
                        (name_of(text), Subject { locality: Some(place), ..outer.clone() })
                    })),
                    _ => next.extend(self.asked.periods(&all, length).into_iter().rev().take(1).map(|period| {
                        let text = period.to_string();
                        (name_of(text), Subject { period: Some(period), ..outer.clone() })
                    })),
                }
            }
            found = next;
        }
        found
    }

    /// The length of the periods of a table's column, header or title; none where each indicator has its own.
    pub fn length(&self, table: &TableSpec) -> Option<Frequency> {
        let column = table.columns.iter().find(|c| c.to == "period").map(|c| c.period);
        let given = || table.given.iter().find(|g| g.to == "period").map(|g| g.period);
        let across = table.across.as_ref().filter(|a| a.to == "period");
        match (across, column.or_else(given)) {
            (Some(across), _) => Some(periods::length_of(across.period).unwrap_or_else(|| {
                let all = self.asked.topics(table, None, None);
                let lengths = all.iter().flat_map(|t| t.indicators.iter().map(|i| i.frequency));
                lengths.min_by_key(|f| f.months()).unwrap_or(Frequency::Monthly)
            })),
            (None, Some(format)) => periods::length_of(format),
            (None, None) => None,
        }
    }

    /// What the words of the return are.
    pub fn title(&self) -> String {
        let spec = self.asked.spec;
        let name = spelling::squash(&spec.name);
        let words = &spec.recognise.words;
        if words.iter().all(|w| name.contains(&spelling::squash(w))) {
            return spec.name.clone();
        }
        let all = spelling::squash(&words.concat());
        if all.contains(&name) || words.len() > 1 {
            return capital(&words.join(": "));
        }
        capital(&words.join(": "))
    }

    /// The lines above a table, with the fields that stand there.
    fn preamble(&mut self, table: &TableSpec, outer: &Subject<'_>) -> Vec<Vec<Cell>> {
        let spec = self.asked.spec;
        let mut title = self.title();
        let mut fields: Vec<Vec<Cell>> = Vec::new();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        let length = self.length(table);
        let period = self.asked.periods(&[], length.or(spec.frequency)).into_iter().next_back();
        for given in table.given.iter().filter(|g| matches!(g.from, Some(Source::Title | Source::Label))) {
            if !done.insert(given.to.as_str()) {
                continue;
            }
            let known = self.known(table, given, outer, period);
            let label = given.labels.first().cloned().unwrap_or_else(|| capital(&given.to.replace('_', " ")));
            match (given.from, known) {
                (Some(Source::Title), Some(known)) => title = format!("{title}, {known}"),
                (_, Some(known)) => fields.push(vec![Cell::Label(label), Cell::Label(known)]),
                (_, None) => {
                    let column = as_column(given);
                    let ask = self.ask(table.feeds, &column);
                    fields.push(vec![Cell::Label(label), Cell::Entry(ask)]);
                }
            }
        }
        let due = period.and_then(|p| spec.due_on(p)).map_or_else(String::new, |day| format!(" Due {}.", date(day)));
        let day = self.asked.day;
        let whose = outer.agency.as_ref().or(spec.agency.as_ref());
        let whose = whose.and_then(|id| self.asked.reference.agency(id, day)).map(|a| a.name.as_str());
        let place = outer.locality.as_ref().and_then(|id| self.asked.reference.locality(id, day));
        let about: Vec<&str> = whose.into_iter().chain(place.map(|l| l.name.as_str())).collect();
        // A field that is looked for in the lines above must not be found in this one.
        let about = if table.given.iter().any(|g| g.from == Some(Source::Title) && g.to != "period") || about.is_empty()
        {
            String::new()
        } else {
            format!("{}. ", about.join(", "))
        };
        let line = format!("{about}Blank return: fill in the cells with a yellow ground.{due}");
        let mut rows = vec![vec![Cell::Title(title)], vec![Cell::Line(line)]];
        rows.extend(fields);
        rows.push(vec![]);
        rows
    }

    /// The value of a field above a table, where it is known before anything is filled in.
    fn known(&self, table: &TableSpec, given: &Given, outer: &Subject<'_>, period: Option<Period>) -> Option<String> {
        let senders = self.asked.senders();
        match given.to.as_str() {
            "period" => outer.period.or(period).map(periods::written),
            "agency" => {
                let only = (senders.len() == 1).then(|| senders[0].clone());
                outer.agency.clone().or(only).map(|a| self.spelt(table, "agency", &a))
            }
            "locality" => outer.locality.as_ref().map(|l| self.spelt(table, "locality", l)),
            _ => None,
        }
    }

    /// An id as a table's reader knows it.
    fn spelt(&self, table: &TableSpec, to: &str, id: &str) -> String {
        let column = table.columns.iter().find(|c| c.to == to).map(|c| &c.values);
        let given = || table.given.iter().find(|g| g.to == to).map(|g| &g.values);
        let across = || table.across.as_ref().filter(|a| a.to == to).map(|a| &a.values);
        let none = BTreeMap::new();
        let values = column.or_else(given).or_else(across).unwrap_or(&none);
        match table.feeds.columns().iter().find(|c| c.name == to).map(|c| c.kind) {
            Some(ColumnKind::Id(list) | ColumnKind::Ids(list)) => {
                spelling::of_id(self.asked.reference, list, id, values)
            }
            Some(ColumnKind::Choice(_)) => spelling::of_word(id, values),
            _ => id.to_owned(),
        }
    }

    /// What an entry of a column is.
    pub fn ask(&mut self, table: Table, column: &ColumnSpec) -> Ask {
        let kind = table.columns().iter().find(|c| c.name == column.to).map_or(ColumnKind::Text, |c| c.kind);
        let kind = if column.to == "figure" { ColumnKind::Number } else { kind };
        let title = capital(column.names()[0]);
        let strict = !matches!(kind, ColumnKind::Ids(_) | ColumnKind::Period);
        let entries = match kind {
            ColumnKind::Number if column.values.is_empty() => {
                return Ask::Number { whole: table == Table::Intelligence };
            }
            ColumnKind::Number => {
                let mut entries = spelling::of_numbers(&column.values);
                entries.extend(self.own_markers());
                entries
            }
            ColumnKind::Date => return Ask::Date,
            ColumnKind::Id(list) | ColumnKind::Ids(list) => {
                let mut ids = spelling::choices(self.asked.reference, list, self.asked.day);
                if list == List::Agencies && column.to == "agency" {
                    let spec = self.asked.spec;
                    ids.retain(|id| spec.agencies.is_empty() || spec.agencies.contains(id));
                    ids.retain(|id| self.asked.is_of(id));
                }
                let separator = matches!(kind, ColumnKind::Ids(_)).then(|| column.separator.as_deref().unwrap_or(";"));
                let spelt = ids.into_iter().map(|id| {
                    let name = spelling::of_id(self.asked.reference, list, &id, &column.values);
                    // A name that holds what puts several apart would be read as two.
                    match separator.filter(|s| name.contains(*s)) {
                        Some(s) => column
                            .values
                            .iter()
                            .find(|(sent, value)| **value == id && !sent.contains(s))
                            .map_or(id, |(sent, _)| sent.clone()),
                        None => name,
                    }
                });
                spelt.collect()
            }
            ColumnKind::Choice(words) => words.iter().map(|w| spelling::of_word(w, &column.values)).collect(),
            ColumnKind::Period => self.recent(column.period),
            ColumnKind::Key | ColumnKind::HashedKey | ColumnKind::Text => return Ask::Text,
        };
        self.lists.add(&title, entries).map_or(Ask::Text, |list| Ask::Choice { list, strict })
    }

    /// The markers that this return has beyond the usual ones, as a person writes them.
    fn own_markers(&self) -> Vec<String> {
        let usual = crate::model::draft::Markers::default();
        let own = self.asked.spec.markers.0.keys().filter(|m| !usual.0.contains_key(*m));
        own.map(|m| capital(m)).collect()
    }

    /// The periods that a drop-down offers, the newest first.
    fn recent(&self, format: PeriodFormat) -> Vec<String> {
        let back = |length, count| periods::back(length, count, self.asked.as_of).into_iter().map(periods::written);
        match periods::length_of(format) {
            Some(Frequency::Quarterly) => back(Frequency::Quarterly, 8).collect(),
            Some(_) => back(Frequency::Annual, 3).collect(),
            None => back(Frequency::Monthly, 36).collect(),
        }
    }

    /// Rows under a header, for the long and wide layouts.
    fn rows_of(&mut self, table: &'a TableSpec, outer: &Subject<'a>) -> Option<Page> {
        let mut page = Page { rows: self.preamble(table, outer), ..Page::default() };
        let subjects = self.subjects(table, outer);
        if subjects.as_ref().is_some_and(Vec::is_empty) {
            return None;
        }
        self.table(table, outer, subjects, &mut page);
        Some(page)
    }

    /// The same table for every sender, each under its name.
    fn blocks(&mut self, table: &'a TableSpec, outer: &Subject<'a>) -> Option<Page> {
        let mut page = Page { rows: self.preamble(table, outer), ..Page::default() };
        let rows = page.rows.len();
        let to = table.given.iter().find(|g| g.from == Some(Source::Block)).map_or("agency", |g| g.to.as_str());
        let titles: Vec<Subject<'a>> = if to == "locality" {
            let topics = self.asked.topics(table, None, self.length(table));
            let all: Vec<_> = topics.iter().flat_map(|t| t.indicators.iter().copied()).collect();
            let places = self.asked.places(&all).into_iter();
            places.map(|place| Subject { locality: Some(place), ..outer.clone() }).collect()
        } else {
            let senders = self.asked.senders().into_iter();
            senders.map(|agency| Subject { agency: Some(agency), ..outer.clone() }).collect()
        };
        for block in titles {
            let subjects = self.subjects(table, &block);
            if subjects.as_ref().is_some_and(Vec::is_empty) {
                continue;
            }
            let id = if to == "locality" { &block.locality } else { &block.agency };
            let title = self.spelt(table, to, id.as_deref().unwrap_or_default());
            page.rows.push(vec![Cell::Label(title)]);
            self.table(table, &block, subjects, &mut page);
            page.rows.push(vec![]);
        }
        page.freeze = (rows, 1);
        Some(page)
    }

    /// What each row is about; none where nobody can know before.
    fn subjects(&self, table: &'a TableSpec, outer: &Subject<'a>) -> Option<Vec<Subject<'a>>> {
        let has = |to: &str| table.columns.iter().any(|c| c.to == to);
        if table.feeds == Table::Section11 && has("standard") {
            let ids = spelling::choices(self.asked.reference, List::Standards, self.asked.day);
            return Some(ids.into_iter().map(|id| Subject { standard: Some(id), ..outer.clone() }).collect::<Vec<_>>())
                .filter(|s| !s.is_empty());
        }
        if table.feeds != Table::Performance {
            return None;
        }
        let length = self.length(table);
        let by_column = !table.figures.is_empty() && !table.figures_by_row();
        let mut found: Vec<Subject<'a>> = Vec::new();
        for topic in self.asked.topics(table, outer.agency.as_deref(), length) {
            let places = self.asked.places(&topic.indicators);
            if outer.locality.as_ref().is_some_and(|l| !places.contains(l)) {
                continue;
            }
            let agencies: Vec<Option<String>> = match has("agency") && outer.agency.is_none() {
                true => self.asked.owners(&topic).into_iter().map(Some).collect(),
                false => vec![outer.agency.clone()],
            };
            let places: Vec<Option<String>> = match has("locality") && outer.locality.is_none() {
                true => places.into_iter().map(Some).collect(),
                false => vec![outer.locality.clone()],
            };
            let format = table.columns.iter().find(|c| c.to == "period").map(|c| periods::length_of(c.period));
            let periods: Vec<Option<Period>> = match format {
                Some(length) if outer.period.is_none() => {
                    self.asked.periods(&topic.indicators, length).into_iter().map(Some).collect()
                }
                _ => vec![outer.period],
            };
            for agency in &agencies {
                for place in &places {
                    for period in &periods {
                        found.push(Subject {
                            agency: agency.clone(),
                            locality: place.clone(),
                            period: *period,
                            standard: None,
                            topic: topic.clone(),
                        });
                    }
                }
            }
        }
        if by_column {
            found.sort_by_key(|s| s.period);
        }
        (found.len() <= MOST_ROWS && (!found.is_empty() || outer.agency.is_some() || outer.locality.is_some()))
            .then_some(found)
    }

    /// A header and its rows, put below what is on a page.
    fn table(
        &mut self,
        table: &'a TableSpec,
        outer: &Subject<'a>,
        subjects: Option<Vec<Subject<'a>>>,
        page: &mut Page,
    ) {
        let slots = self.slots(table, outer);
        let by_row = table.figures_by_row();
        let figures = if by_row { Vec::new() } else { self.asked.groups(table, self.length(table)) };
        let free = subjects.is_none();
        let subjects = subjects.unwrap_or_else(|| vec![outer.clone(); FREE_ROWS]);
        // Column by column: its header, the line above it, and its cells.
        let mut columns: Vec<(String, Option<String>, Vec<Cell>)> = Vec::new();
        let (remarks, own): (Vec<_>, Vec<_>) = table.columns.iter().partition(|c| c.to == "extra");
        for column in own {
            let cells: Vec<Cell> = subjects.iter().map(|s| self.cell(table, column, s, free)).collect();
            let optional = !column.required && !free;
            if !(optional && cells.iter().all(|c| *c == Cell::NotAsked)) {
                columns.push((column.names()[0].to_owned(), None, cells));
            }
        }
        for (label, figures) in &figures {
            let cells = subjects.iter().map(|s| self.figure(figures, s)).collect();
            columns.push((label.clone(), None, cells));
        }
        for (header, texts) in &table.keep {
            let text = texts.first().cloned().unwrap_or_default();
            columns.push((header.clone(), None, vec![Cell::Label(text); subjects.len()]));
        }
        for slot in &slots {
            let cells: Vec<Cell> = subjects.iter().map(|s| self.slot(table, slot, s, free)).collect();
            if cells.iter().any(Cell::is_entry) {
                let (upper, lower) = match &slot.sub {
                    Some(sub) => (Some(slot.head.clone()), sub.clone()),
                    None => (None, slot.head.clone()),
                };
                columns.push((lower, upper, cells));
            }
        }
        for column in remarks {
            let cells = vec![Cell::Entry(Ask::Text); subjects.len()];
            columns.push((column.names()[0].to_owned(), None, cells));
        }
        self.header(&columns, page);
        let labels = columns.iter().take_while(|(_, _, cells)| !cells.iter().any(Cell::is_entry)).count();
        page.freeze = (page.rows.len(), if free { 1 } else { labels.max(1) });
        for row in 0..subjects.len() {
            let mut cells: Vec<Cell> = columns.iter().map(|(_, _, cells)| cells[row].clone()).collect();
            let heads = columns.iter().map(|(head, _, _)| head.as_str());
            cells.extend(beside(heads.zip(&cells)));
            page.rows.push(cells);
        }
    }

    /// The header of columns: one row, or two where something stands over measures.
    fn header(&self, columns: &[(String, Option<String>, Vec<Cell>)], page: &mut Page) {
        if columns.iter().any(|(_, upper, _)| upper.is_some()) {
            let row = page.rows.len();
            let mut cells = Vec::new();
            let mut first = 0;
            for (at, (_, upper, _)) in columns.iter().enumerate() {
                if at > 0 && *upper == columns[at - 1].1 && upper.is_some() {
                    cells.push(Cell::Empty);
                } else {
                    first = at;
                    cells.push(upper.clone().map_or(Cell::Empty, Cell::Head));
                }
                let ends = columns.get(at + 1).is_none_or(|next| next.1 != *upper);
                if ends && at > first && upper.is_some() {
                    page.merges.push((row, first, at));
                }
            }
            page.rows.push(cells);
        }
        page.rows.push(columns.iter().map(|(head, _, _)| Cell::Head(head.clone())).collect());
    }

    /// A cell of a spec's own column.
    fn cell(&mut self, table: &TableSpec, column: &ColumnSpec, subject: &Subject<'a>, free: bool) -> Cell {
        let label = |text: String| Cell::Label(text);
        let to = column.to.as_str();
        let topic = &subject.topic;
        if !free {
            match to {
                "agency" => {
                    if let Some(agency) = &subject.agency {
                        return label(self.spelt(table, to, agency));
                    }
                }
                "locality" => {
                    if let Some(place) = &subject.locality {
                        return label(self.spelt(table, to, place));
                    }
                }
                "standard" => {
                    if let Some(standard) = &subject.standard {
                        return label(self.spelt(table, to, standard));
                    }
                }
                "period" => {
                    if let Some(period) = subject.period {
                        return label(periods::written(period));
                    }
                }
                "indicator" if !topic.label.is_empty() => return label(topic.label.clone()),
                "indicator" => {
                    if let [indicator, ..] = topic.indicators[..] {
                        return label(self.spelt(table, to, &indicator.indicator));
                    }
                }
                "figure" => {
                    let figures: Vec<&Figure> = table.figures.iter().filter(|f| is_labelled(f, &topic.label)).collect();
                    let cell = Cell::Entry(Ask::Number { whole: whole(topic) });
                    return cell.with_past(self.last_of(&figures, subject, subject.period));
                }
                "numerator" | "denominator" | "value" => {
                    let has = table.columns.iter().any(|c| c.to == "numerator");
                    let ask = topic.indicators.iter().find_map(|i| number(i, to, has));
                    let cell = ask.map_or(Cell::NotAsked, Cell::Entry);
                    let last =
                        |i: &&Indicator| self.last(&i.indicator, subject.locality.as_deref(), to, subject.period);
                    return cell.with_past(topic.indicators.iter().find_map(last));
                }
                "self_score" => {
                    let last =
                        subject.standard.as_ref().and_then(|id| self.last(id, None, "numerator", subject.period));
                    return Cell::Entry(self.ask(table.feeds, column)).with_past(last);
                }
                _ => {}
            }
        }
        Cell::Entry(self.ask(table.feeds, column))
    }

    /// A cell of a figure's column.
    fn figure(&self, figures: &[&Figure], subject: &Subject<'_>) -> Cell {
        let indicators: Vec<_> = figures.iter().filter_map(|f| self.asked.reference.indicator(&f.indicator)).collect();
        let place = subject.locality.as_ref();
        if place.is_some_and(|place| !self.asked.places(&indicators).contains(place)) {
            return Cell::NotAsked;
        }
        let cell = Cell::Entry(Ask::Number { whole: whole(&Topic { label: String::new(), indicators }) });
        cell.with_past(self.last_of(figures, subject, subject.period))
    }

    /// What was sent last time for the first of some figures of which anything is known.
    fn last_of(&self, figures: &[&Figure], subject: &Subject<'_>, period: Option<Period>) -> Option<String> {
        let total = figures.iter().filter(|f| f.breakdown.is_empty());
        total.into_iter().find_map(|f| self.last(&f.indicator, subject.locality.as_deref(), &f.into, period))
    }

    /// What was sent last time of an indicator or standard at a place; of no place in particular at the whole board's.
    fn last(&self, id: &str, place: Option<&str>, into: &str, period: Option<Period>) -> Option<String> {
        if self.past.is_empty() {
            return None;
        }
        let reference = self.asked.reference;
        let period = period.or_else(|| {
            let length = reference.indicator(id).map(|i| i.frequency).or(self.asked.spec.frequency)?;
            Some(periods::last(length, self.asked.as_of))
        })?;
        let whole = reference.localities.iter().find(|l| l.parent.is_empty()).map_or("", |l| l.locality.as_str());
        let places = place.map_or_else(|| vec!["", whole], |place| vec![place]);
        places.into_iter().find_map(|place| self.past.last(reference, id, place, into, period))
    }

    /// A cell of a column that goes across.
    fn slot(&mut self, table: &TableSpec, slot: &Slot, subject: &Subject<'a>, free: bool) -> Cell {
        let Some(across) = &table.across else { return Cell::Empty };
        let is_number = table.feeds.columns().iter().any(|c| c.name == slot.into && c.kind == ColumnKind::Number);
        if free || table.feeds != Table::Performance || !is_number {
            let column = ColumnSpec { values: across.cells.clone(), ..plain_column(&slot.into) };
            return Cell::Entry(self.ask(table.feeds, &column));
        }
        let named = slot.indicator.as_ref().and_then(|id| self.asked.reference.indicator(id));
        let indicators = named.map_or_else(|| subject.topic.indicators.clone(), |i| vec![i]);
        let place = slot.place.as_ref().or(subject.locality.as_ref());
        let fits = |i: &&&crate::spec::reference::Indicator| {
            place.is_none_or(|place| self.asked.places(&[**i]).contains(place))
                && slot.period.is_none_or(|p| p.months() == i.frequency.months())
        };
        let asked: Vec<_> = indicators.iter().filter(fits).copied().collect();
        if asked.is_empty() {
            return Cell::NotAsked;
        }
        // Of periods beside each other none is the last time of another.
        let first = || self.asked.periods(&[], self.length(table)).into_iter().next();
        let period = slot.period.and_then(|_| first()).or(subject.period);
        let figures: Vec<&Figure> = table.figures.iter().filter(|f| is_labelled(f, &subject.topic.label)).collect();
        let last = match (figures.is_empty(), place) {
            (true, place) => {
                asked.iter().find_map(|i| self.last(&i.indicator, place.map(String::as_str), &slot.into, period))
            }
            (false, place) => {
                let at = Subject { locality: place.cloned(), ..subject.clone() };
                self.last_of(&figures, &at, period)
            }
        };
        if across.measures.is_empty() {
            let whole = whole(&Topic { label: String::new(), indicators: asked });
            return Cell::Entry(Ask::Number { whole }).with_past(last);
        }
        let has = across.measures.contains_key("numerator");
        let cell = asked.iter().find_map(|i| number(i, &slot.into, has)).map_or(Cell::NotAsked, Cell::Entry);
        cell.with_past(last)
    }

    /// The columns that go across.
    fn slots(&self, table: &'a TableSpec, outer: &Subject<'a>) -> Vec<Slot> {
        let Some(across) = &table.across else { return Vec::new() };
        let slot = |head: String| Slot {
            head,
            sub: None,
            place: None,
            indicator: None,
            period: None,
            into: across.into.clone(),
        };
        let heads: Vec<Slot> = match across.to.as_str() {
            "period" => {
                let periods = self.asked.periods(&[], self.length(table)).into_iter();
                periods.map(|p| Slot { period: Some(p), ..slot(periods::written(p)) }).collect()
            }
            "locality" => {
                let topics = self.asked.topics(table, outer.agency.as_deref(), self.length(table));
                let all: Vec<_> = topics.iter().flat_map(|t| t.indicators.iter().copied()).collect();
                let places = self.asked.places(&all).into_iter();
                places.map(|p| Slot { place: Some(p.clone()), ..slot(self.spelt(table, "locality", &p)) }).collect()
            }
            to => {
                let ids = self.across_ids(table, across);
                let spelt = |id: String| {
                    let head = spelling::of_header(&id, &across.values);
                    let head = head.unwrap_or_else(|| self.spelt(table, to, &id));
                    Slot { indicator: (to == "indicator").then_some(id), ..slot(head) }
                };
                ids.into_iter().map(spelt).collect()
            }
        };
        if across.measures.is_empty() {
            return heads;
        }
        let mut slots = Vec::new();
        for head in heads {
            for into in ["numerator", "denominator", "value"] {
                let Some(text) = across.measures.get(into).and_then(|texts| texts.first()) else { continue };
                slots.push(Slot {
                    head: head.head.clone(),
                    sub: Some(text.clone()),
                    place: head.place.clone(),
                    indicator: head.indicator.clone(),
                    period: head.period,
                    into: into.to_owned(),
                });
            }
        }
        slots
    }

    /// The ids or words that stand across, in the order of their list: those of the code list, where there is one.
    fn across_ids(&self, table: &TableSpec, across: &Across) -> Vec<String> {
        let kind = table.feeds.columns().iter().find(|c| c.name == across.to).map(|c| c.kind);
        let all: Vec<String> = match kind {
            Some(ColumnKind::Choice(words)) => words.iter().map(|w| (*w).to_owned()).collect(),
            Some(ColumnKind::Id(List::Indicators)) => {
                let topics = self.asked.topics(table, None, self.length(table));
                topics.iter().flat_map(|t| t.indicators.iter().map(|i| i.indicator.clone())).collect()
            }
            Some(ColumnKind::Id(list)) => spelling::choices(self.asked.reference, list, self.asked.day),
            _ => Vec::new(),
        };
        let coded: BTreeSet<&String> = across.values.values().collect();
        if coded.is_empty() { all } else { all.into_iter().filter(|id| coded.contains(id)).collect() }
    }

    /// A form: labels beside values.
    fn form(&mut self, table: &'a TableSpec, outer: &Subject<'a>) -> Option<Page> {
        let mut page = Page { rows: self.preamble(table, outer), ..Page::default() };
        for column in &table.columns {
            let cell = self.cell(table, column, outer, false);
            page.rows.push(vec![Cell::Label(column.names()[0].to_owned()), cell]);
        }
        page.rows.push(vec![]);
        let before = page.rows.len();
        for (label, figures) in self.asked.groups(table, self.length(table)) {
            let cell = self.figure(&figures, outer);
            if cell.is_entry() {
                let last = beside([("", &cell)].into_iter());
                page.rows.push([Cell::Label(label), cell].into_iter().chain(last).collect());
            }
        }
        page.freeze = (2, 1);
        (table.figures.is_empty() || page.rows.len() > before).then_some(page)
    }

    /// A canonical table under its own column names.
    pub fn plain(&mut self, table: Table, title: &str) -> Page {
        let mut page = Page { name: sheet_name(table.as_str()), ..Page::default() };
        page.rows.push(vec![Cell::Title(title.to_owned())]);
        let line = "Blank return: a row for each entry, in the cells with a yellow ground.";
        page.rows.push(vec![Cell::Line(line.to_owned())]);
        page.rows.push(vec![]);
        page.rows.push(table.columns().iter().map(|c| Cell::Head(c.name.to_owned())).collect());
        page.freeze = (page.rows.len(), 1);
        let row: Vec<Cell> =
            table.columns().iter().map(|c| Cell::Entry(self.plain_ask(table, c.name, c.kind))).collect();
        page.rows.extend(std::iter::repeat_n(row, 3 * FREE_ROWS));
        page
    }

    /// What an entry of a canonical column is: ids and words as the data contract has them.
    fn plain_ask(&mut self, table: Table, name: &str, kind: ColumnKind) -> Ask {
        let entries = match kind {
            ColumnKind::Number if table == Table::Section11 => (1..=4).map(|n| n.to_string()).collect(),
            ColumnKind::Number => return Ask::Number { whole: table == Table::Intelligence },
            ColumnKind::Date => return Ask::Date,
            ColumnKind::Id(list) | ColumnKind::Ids(list) => {
                let mut ids = spelling::choices(self.asked.reference, list, self.asked.day);
                if list == List::Agencies && name == "agency" {
                    ids.retain(|id| self.asked.is_of(id));
                }
                if list == List::Indicators {
                    let owner = |id: &String| self.asked.reference.indicator(id).map_or("", |i| i.agency.as_str());
                    ids.retain(|id| owner(id).is_empty() || self.asked.is_of(owner(id)));
                }
                ids
            }
            ColumnKind::Choice(words) => words.iter().map(|w| (*w).to_owned()).collect(),
            ColumnKind::Period => {
                let back = |length, count| periods::back(length, count, self.asked.as_of);
                let years = if table == Table::CaseReviews { 0 } else { 2 };
                let months = if table == Table::CaseReviews { 36 } else { 12 };
                let all = [
                    back(Frequency::Monthly, months),
                    back(Frequency::Quarterly, 4 * years.min(1)),
                    back(Frequency::Annual, years),
                ];
                all.concat().into_iter().map(|p| p.to_string()).collect()
            }
            ColumnKind::Key | ColumnKind::HashedKey | ColumnKind::Text => return Ask::Text,
        };
        let strict = !matches!(kind, ColumnKind::Ids(_) | ColumnKind::Period);
        // A score may also be withheld or not apply, which only a marker says.
        let strict = strict && kind != ColumnKind::Number;
        self.lists.add(name, entries).map_or(Ask::Text, |list| Ask::Choice { list, strict })
    }
}

/// What was sent last time for the cells of a row, to stand at its end; none where it is too much to read.
fn beside<'c>(cells: impl Iterator<Item = (&'c str, &'c Cell)>) -> Option<Cell> {
    let mut said: Vec<(&str, &str)> = Vec::new();
    for (head, cell) in cells {
        if let Some((_, last)) = cell.entry().filter(|(_, last)| !last.is_empty())
            && !said.iter().any(|(h, l)| *l == last && (*h == head || said.len() == 1))
        {
            said.push((head, last));
        }
    }
    let text = match said[..] {
        [] => return None,
        [(_, one)] => one.to_owned(),
        _ if said.len() > MOST_BESIDE => return None,
        _ => {
            let period =
                |last: &str| last.split_once(" in ").map_or(String::new(), |(_, period)| format!(" in {period}"));
            let end = period(said[0].1);
            let together = said.iter().all(|(_, last)| period(last) == end);
            let number = |last: &str| {
                if together { last.strip_suffix(&end).unwrap_or(last).to_owned() } else { last.to_owned() }
            };
            let named = |(head, last): &(&str, &str)| format!("{} {}", head.to_lowercase(), number(last));
            let all = said.iter().map(named).collect::<Vec<_>>().join(", ");
            if together { all + &end } else { all }
        }
    };
    Some(Cell::Line(format!("{BESIDE}{text}")))
}

/// Whether a figure goes by a label.
fn is_labelled(figure: &Figure, label: &str) -> bool {
    figure.labels.iter().any(|l| spelling::squash(l) == spelling::squash(label))
}

/// Whether the numbers of a topic are counts.
fn whole(topic: &Topic<'_>) -> bool {
    use crate::spec::reference::Unit;
    topic.indicators.iter().all(|i| matches!(i.unit, Unit::Count | Unit::Proportion))
}

fn plain_column(to: &str) -> ColumnSpec {
    ColumnSpec {
        to: to.to_owned(),
        headers: Vec::new(),
        required: false,
        values: BTreeMap::new(),
        match_by: Vec::new(),
        separator: None,
        blank_down: false,
        unit: crate::spec::return_spec::SentUnit::Plain,
        period: PeriodFormat::Month,
    }
}

/// A field above the table as if it were a column, for what is asked of it.
fn as_column(given: &Given) -> ColumnSpec {
    ColumnSpec { values: given.values.clone(), period: given.period, ..plain_column(&given.to) }
}
