//! The sheet that says how a blank return is filled in.

use std::collections::BTreeMap;

use crate::model::draft::Markers;
use crate::model::{Column, ColumnKind, Status, Table};
use crate::report::words::{capital, date, list_of};
use crate::spec::reference::{Frequency, Indicator};
use crate::spec::return_spec::{Layout, TableSpec};

use super::asked::Asked;
use super::periods;
use super::spelling;

/// A line of the guidance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Heads the lines below it.
    Heading(&'static str),
    /// A name, and what there is to say of it.
    Pair(String, String),
}

fn pair(name: impl Into<String>, text: impl Into<String>) -> Line {
    Line::Pair(name.into(), text.into())
}

/// The guidance of a return; `lengths` are those of the periods of each of its tables.
pub(super) fn of_return(
    asked: &Asked<'_>,
    tables: &[TableSpec],
    lengths: &[Option<Frequency>],
    has_past: bool,
) -> Vec<Line> {
    let spec = asked.spec;
    let senders: Vec<String> = asked.senders().iter().filter_map(|id| agency(asked, id)).collect();
    let mut lines = vec![pair("Return", &spec.name)];
    let owers: Vec<String> = spec.owed_by.iter().filter_map(|id| agency(asked, id)).collect();
    match &senders[..] {
        _ if !owers.is_empty() => lines.push(pair("Sent by", list_of(&owers))),
        [one] => lines.push(pair("Agency", one)),
        all if spec.agencies.is_empty() => lines.push(pair("Agency", format!("Any of {} partners.", all.len()))),
        all => lines.push(pair("Agencies", list_of(all))),
    }
    if let Some(frequency) = spec.frequency {
        let period = periods::last(frequency, asked.as_of);
        lines.push(pair("Period", capital(&period.words())));
        let due = spec.due_on(period).map(|day| {
            let rule = match (spec.due_day, spec.due_days) {
                (Some(of_month), _) => format!("day {of_month} of the month after the period"),
                (None, days) => format!("{} days after the end of the period", days.unwrap_or_default()),
            };
            format!("{}: {rule}. It is {}.", date(day), frequency.as_str())
        });
        lines.push(pair("Due", due.unwrap_or_else(|| format!("No fixed day. It is {}.", frequency.as_str()))));
    } else {
        lines.push(pair("Due", "No fixed day: send it whenever there is something to tell."));
    }
    if let Some(only) = asked.only.filter(|_| spec.owed_by.len() > 1) {
        let text = format!("Save the file under a name that holds `{only}`: it tells the board's office who sent it.");
        lines.push(pair("File name", text));
    }
    if has_past {
        let text = "What you sent last time stands beside the cells, shows when one is chosen, and is on the sheet Last time. It is your own; \
                    nothing of another agency is in this file.";
        lines.push(pair("Last time", text));
    }
    lines.extend(steps());
    for table in tables {
        lines.extend(columns(table));
    }
    lines.extend(markers(&spec.markers));
    lines.extend(counted(asked, tables, lengths));
    lines
}

/// The guidance of a canonical table.
pub(super) fn of_table(table: Table) -> Vec<Line> {
    let mut lines = vec![
        pair("Return", format!("Table {} in the board's own columns", table.as_str())),
        pair("Agency", "Any partner; each row says whose it is. One file may carry several agencies."),
        pair("Due", "As agreed with the board's office for the figures that it holds."),
    ];
    lines.extend(steps());
    lines.push(Line::Heading("The columns"));
    lines.extend(table.columns().iter().map(|c| pair(c.name, plain_what(table, *c))));
    lines.extend(markers(&Markers::default()));
    lines
}

fn agency(asked: &Asked<'_>, id: &str) -> Option<String> {
    asked.reference.agency(id, asked.day).map(|a| a.name.clone())
}

fn steps() -> Vec<Line> {
    vec![
        Line::Heading("What to do"),
        pair("1", "Fill in the cells with a yellow ground. Grey cells are not asked for."),
        pair("2", "Choose from the list of a cell where it has one; write dates as 31/01/2015."),
        pair("3", "Where nothing happened, write 0. Where there is no figure, write the marker that says why (below)."),
        pair("4", "Never write names, dates of birth, postcodes or numbers of children, nor names of staff."),
        pair("5", "Leave headers and labels as they are. Rows that you do not need may stay empty."),
        pair("6", "Send the file to the board's office, by its portal or its inbox. This sheet may stay in it."),
    ]
}

fn columns(table: &TableSpec) -> Vec<Line> {
    let what = if table.layout == Layout::Form { "The fields of each sheet" } else { "The columns" };
    let mut lines = vec![Line::Heading(what)];
    for column in &table.columns {
        let known = table.feeds.columns().iter().find(|c| c.name == column.to);
        let need = if column.required { " Needed." } else { "" };
        let text = match (column.to.as_str(), known) {
            ("figure", _) => "The number that the line speaks of, or a marker.".to_owned(),
            ("extra", _) => "Remarks for the board's office; no figures.".to_owned(),
            (_, Some(known)) => what_of(table.feeds, *known),
            (_, None) => continue,
        };
        let several = match (&column.separator, known.map(|c| c.kind)) {
            (Some(separator), Some(ColumnKind::Ids(_))) => format!(" Several are put apart with `{separator}`."),
            (None, Some(ColumnKind::Ids(_))) => " Several are put apart with `;`.".to_owned(),
            _ => String::new(),
        };
        lines.push(pair(column.names()[0], format!("{text}{several}{need}")));
    }
    if let Some(across) = &table.across {
        let text = match across.to.as_str() {
            "period" => "A column for each period, which stands above it.",
            "locality" => "A column for each place, which stands above it.",
            _ => "A column for each, as its header says.",
        };
        lines.push(pair(format!("Across: {}", across.to.replace('_', " ")), text));
    }
    lines
}

/// What a column holds, in words.
fn what_of(table: Table, column: Column) -> String {
    let text = match (table, column.name) {
        (_, "agency") => "The agency whose figures these are.",
        (_, "indicator") => "What is counted; see below.",
        (_, "locality") => "The place that the row is about.",
        (_, "numerator") => "How many there were.",
        (_, "denominator") => "Of how many: the whole that the number is a part of.",
        (_, "value") => "The result itself, where there is no number to work it out from.",
        (_, "count") => "How many there were.",
        (_, "breakdown") => "Empty for the total; for a part of it dimension=value, such as sex=girls.",
        (Table::Section11, "standard") => "The standard.",
        (_, "self_score") => "Your own judgement: 1 not met, 2 partly met, 3 met, 4 exceeded.",
        (_, "moderated_score") => "The board's judgement; left empty by the agency.",
        (_, "evidence") => "What the judgement rests on, without names.",
        (_, "audit") => "The reference of the audit.",
        (_, "case" | "review") => {
            "Your own reference; the board keeps only a code made from it. Never a child's name or number."
        }
        (_, "question") => "The question that is graded.",
        (_, "grade") => "The grade.",
        (_, "modifiable") => "Whether the panel found factors that could be changed.",
        (_, "expected") => "Whether the death was expected.",
        (_, "source_ref") => "The reference of the review that the action comes from.",
        (_, "due" | "action_due") => "By when the action is to be done.",
        _ => match column.kind {
            ColumnKind::Date => "A day.",
            ColumnKind::Period => "The period.",
            ColumnKind::Number => "A number, or a marker.",
            ColumnKind::Id(_) | ColumnKind::Choice(_) => "One of the list.",
            ColumnKind::Ids(_) => "One or more of the list.",
            ColumnKind::Key | ColumnKind::HashedKey => "Your own reference.",
            ColumnKind::Text => "In your own words, without names.",
        },
    };
    text.to_owned()
}

fn plain_what(table: Table, column: Column) -> String {
    let text = what_of(table, column);
    let more = match column.kind {
        ColumnKind::Id(_) => " The id of the list.",
        ColumnKind::Ids(_) => " Ids of the list, several put apart with `;`.",
        ColumnKind::Period => " A month 2014-03, a calendar quarter 2014-Q1, a financial year 2013/14 or a year 2014.",
        ColumnKind::Date => " Such as 2014-03-31.",
        _ => "",
    };
    format!("{text}{more}")
}

/// The markers, those of one meaning together.
fn markers(markers: &Markers) -> Vec<Line> {
    let mut by_status: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (marker, status) in &markers.0 {
        let at = Status::ALL.iter().position(|s| s == status).unwrap_or(usize::MAX);
        by_status.entry(at).or_default().push(marker);
    }
    let mut lines = vec![
        Line::Heading("Markers, where there is no figure"),
        pair("0", "None: it was counted, and there were none."),
    ];
    for (at, mut words) in by_status {
        let Some(status) = Status::ALL.get(at) else { continue };
        // The marker of the code list in brackets first, which cannot be anything else.
        words.sort_by_key(|w| (!w.starts_with('['), w.len()));
        let what = match status {
            Status::Suppressed => "Withheld, because the number is small. `<5` says so too.",
            Status::NotApplicable => "Does not apply here.",
            Status::NotAvailable => "Exists, and cannot be given now.",
            Status::Low => "More than none, and rounds to nought.",
            Status::NotRecorded => "Is not recorded.",
            Status::NotDue => "Not due yet.",
            Status::Value | Status::Zero | Status::Missing => continue,
        };
        lines.push(pair(words.join("   "), what));
    }
    lines.push(pair("(empty)", "Missing: nobody said anything. The board will ask."));
    lines
}

/// What each label counts.
fn counted(asked: &Asked<'_>, tables: &[TableSpec], lengths: &[Option<Frequency>]) -> Vec<Line> {
    let mut said: BTreeMap<String, ()> = BTreeMap::new();
    let mut lines = Vec::new();
    for (table, length) in tables.iter().zip(lengths).filter(|(t, _)| t.feeds == Table::Performance) {
        if table.figures.is_empty() {
            for topic in asked.topics(table, None, *length) {
                let [indicator] = topic.indicators[..] else { continue };
                let name = spelling::of_id(
                    asked.reference,
                    crate::model::table::List::Indicators,
                    &indicator.indicator,
                    &BTreeMap::new(),
                );
                if said.insert(name.clone(), ()).is_none() {
                    lines.push(pair(name, in_words(indicator)));
                }
            }
        }
        for figure in &table.figures {
            let Some(indicator) = asked.reference.indicator(&figure.indicator) else { continue };
            let label = figure.labels.first().cloned().unwrap_or_default();
            let part = match figure.into.as_str() {
                "denominator" => &indicator.denominator_label,
                _ => &indicator.numerator_label,
            };
            let part = if part.is_empty() { &indicator.name } else { part };
            if said.insert(label.clone(), ()).is_none() {
                lines.push(pair(label, format!("{part}. For: {}.", indicator.name)));
            }
        }
    }
    if !lines.is_empty() {
        lines.insert(0, Line::Heading("What is counted"));
    }
    lines
}

fn in_words(indicator: &Indicator) -> String {
    let parts = [("Number", &indicator.numerator_label), ("Out of", &indicator.denominator_label)];
    let parts = parts.iter().filter(|(_, label)| !label.is_empty()).map(|(what, label)| format!("{what}: {label}."));
    let mut parts: Vec<String> = parts.collect();
    if !indicator.description.is_empty() {
        parts.push(indicator.description.clone());
    }
    parts.join(" ")
}
