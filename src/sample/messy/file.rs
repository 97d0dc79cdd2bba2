//! From the rows of one return to its files: what goes into which file and on which sheet.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::habit::habit;
use super::table::Part;
use super::words::{self, Words};
use super::{Format, SYNTHETIC, Sent};
use crate::model::{Error, Row, Table};
use crate::sample::book::Sheet;
use crate::sample::book::text::Style;
use crate::sample::calendar::Calendar;
use crate::spec::Reference;
use crate::spec::return_spec::{Layout, ReturnSpec, Source, TableSpec};

/// What tells one file of a return from another: the sender, where it is not always the same, the stretch of time, and
/// the fields that stand once for the whole file.
type FileKey = (String, String, Vec<String>);

/// The files of one return.
///
/// # Errors
/// A workbook cannot be built.
pub fn files(
    spec: &ReturnSpec,
    claimed: &[(usize, &Row)],
    reference: &Reference,
    calendar: &Calendar,
) -> Result<Vec<Sent>, Error> {
    let habit = habit(&spec.id);
    let newest = calendar.months.last().map_or(calendar.as_of, |m| m.end());
    let mut files: BTreeMap<FileKey, Vec<(usize, &Row)>> = BTreeMap::new();
    for &(table, row) in claimed {
        let day = day_of(row);
        let chunk = day.map_or_else(|| "register".to_owned(), |d| habit.chunk.name(d, newest));
        let once = spec.tables[table].given.iter().filter(|g| g.value.is_none() && is_for_file(g.from));
        let mut once: Vec<String> = once.map(|g| row.get(&g.to).to_string()).collect();
        if spec.tables[table].layout == Layout::Form {
            once.push(row.get("period").to_string());
        }
        files.entry((sender(row), chunk, once)).or_default().push((table, row));
    }
    let mut sent = Vec::new();
    for (mood, ((sender, chunk, once), rows)) in files.into_iter().enumerate() {
        let newest = rows.iter().filter_map(|(_, r)| day_of(r)).max().unwrap_or(calendar.as_of);
        let tables = spec.variants().into_iter().find(|v| v.holds(newest)).map_or_else(Vec::new, |v| v.tables);
        let words = Words { reference, mood };
        let sheets = sheets(spec, &tables, &rows, words);
        let stem = name(spec, &sender, &chunk, &once);
        let bytes = match habit.format {
            Format::Csv(_) => habit.format.bytes(&[stacked(sheets)], SYNTHETIC)?,
            _ => habit.format.bytes(&sheets, SYNTHETIC)?,
        };
        sent.push((format!("{stem}.{}", habit.format.ending()), bytes));
    }
    Ok(sent)
}

fn is_for_file(from: Option<Source>) -> bool {
    matches!(from, Some(Source::File | Source::Label | Source::Title))
}

/// The last day of a row's period, or its own day in a table of audits.
fn day_of(row: &Row) -> Option<NaiveDate> {
    match row.table {
        Table::Audits => row.date("audited_on"),
        _ => row.period("period").map(|p| p.end()),
    }
}

/// Who sends a report on an agency: the commissioner that pays for it.
fn sender(row: &Row) -> String {
    let sender = match (row.table, row.text("agency"), row.text("locality")) {
        (Table::Intelligence, "nene-ccg" | "corby-ccg" | "schools" | "colleges" | "voluntary-sector", _) => {
            "nhs-england"
        }
        (Table::Intelligence, _, "corby") => "corby-ccg",
        (Table::Intelligence, ..) => "nene-ccg",
        _ => "",
    };
    sender.to_owned()
}

/// A file's name without its ending: what the return is recognised by, and what tells it from the others.
fn name(spec: &ReturnSpec, sender: &str, chunk: &str, once: &[String]) -> String {
    let pattern = spec.recognise.file.first().map_or(spec.id.as_str(), String::as_str);
    let base: Vec<&str> = pattern.split('*').filter(|p| !p.is_empty()).collect();
    let mut parts: Vec<String> = vec![base.join("-").replace(['&', ' '], "")];
    parts.push(sender.to_owned());
    let once: Vec<String> = once.iter().map(|o| o.to_lowercase().replace('/', "-")).collect();
    parts.extend(if once.is_empty() { vec![chunk.to_owned()] } else { once });
    parts.retain(|p| !p.is_empty());
    parts.join("-")
}

fn sheets(spec: &ReturnSpec, tables: &[TableSpec], rows: &[(usize, &Row)], words: Words<'_>) -> Vec<Sheet> {
    let mut on_sheet: BTreeMap<(String, usize), Vec<&Row>> = BTreeMap::new();
    for &(table, row) in rows {
        let Some(table_spec) = tables.get(table) else { continue };
        on_sheet.entry((sheet_name(table_spec, row, words), table)).or_default().push(row);
    }
    let mut sheets: Vec<Sheet> = Vec::new();
    let covered = spec.id == "section11";
    let first = on_sheet.iter().next();
    if let (true, Some(((_, table), rows))) = (covered, first) {
        let mut cover = Sheet::new("Cover");
        cover.title(format!("{}: cover", spec.name)).line(SYNTHETIC).blank();
        Part { spec: &tables[*table], rows: rows.clone(), words }.labels(&mut cover);
        sheets.push(cover);
    }
    for ((name, table), rows) in on_sheet {
        let part = Part { spec: &tables[table], rows, words };
        let mut sheet = Sheet::new(name);
        sheet.title(title(spec, &part, words)).line(SYNTHETIC);
        if !covered {
            part.labels(&mut sheet);
        }
        if words.mood % 2 == 1 {
            sheet.blank();
        }
        part.write(&mut sheet);
        if words.mood % 3 == 1 {
            sheet.blank().line("Note: figures are provisional.").line("Source: the agency's own system (invented).");
        }
        if matches!(habit(&spec.id).format, Format::Csv(Style::Windows1252 | Style::Semicolons)) {
            // Letters that are one byte in Windows-1252 and several in UTF-8.
            sheet
                .blank()
                .line("Note: as the system\u{2019}s export gives it \u{2013} cases under \u{a3}500 are not left out.");
        }
        sheets.push(sheet);
    }
    if words.mood % 4 == 2 {
        sheets.push(lists(words.reference));
    }
    sheets
}

/// The words by which the return is recognised, with the period where it stands in the title.
fn title(spec: &ReturnSpec, part: &Part<'_>, words: Words<'_>) -> String {
    let mut title = if spec.recognise.words.is_empty() { spec.name.clone() } else { spec.recognise.words.join(": ") };
    let given = part.spec.given.iter().find(|g| g.from == Some(Source::Title));
    if let (Some(given), Some(row)) = (given, part.rows.first()) {
        let style = words::Style { values: Some(&given.values), period: given.period, ..words::Style::default() };
        title.push_str(&format!(", {}", words.text(part.spec.feeds, &given.to, row.get(&given.to), style)));
    }
    title
}

/// The sheet that a row stands on: named after its place where the return says so, else after the table.
fn sheet_name(table: &TableSpec, row: &Row, words: Words<'_>) -> String {
    let given = table.given.iter().find(|g| g.from == Some(Source::Sheet));
    if let Some(given) = given {
        let style = words::Style { values: Some(&given.values), period: given.period, ..words::Style::default() };
        return cut(&words.text(table.feeds, &given.to, row.get(&given.to), style));
    }
    if table.layout == Layout::Form {
        return cut(&words.text(table.feeds, "locality", row.get("locality"), words::Style::default()));
    }
    // Figures of the whole county stand on a sheet of their own, not in a row of blanks beside the districts'.
    let places = table.columns.iter().any(|c| c.to == "locality" && !table.figures.is_empty())
        || table.across.as_ref().is_some_and(|a| a.to == "locality");
    let place = words.reference.localities.iter().find(|l| l.locality == row.text("locality"));
    let county = places && place.is_some_and(|l| l.parent.is_empty());
    let pattern = table.sheets.first().map(|s| s.replace('*', ""));
    let name = pattern.filter(|p| !p.is_empty()).unwrap_or_else(|| table.name.clone());
    let mut letters = name.chars();
    let name = letters.next().map_or_else(String::new, |c| c.to_uppercase().collect::<String>() + letters.as_str());
    cut(&if county { format!("{name} county") } else { name })
}

/// Spreadsheets allow 31 letters in a sheet's name.
fn cut(name: &str) -> String {
    name.chars().filter(|c| !"[]:*?/\\".contains(*c)).take(31).collect()
}

/// A hidden sheet of drop-down lists, as templates have it.
fn lists(reference: &Reference) -> Sheet {
    let mut sheet = Sheet::new("Lists");
    sheet.hidden = true;
    sheet.line(SYNTHETIC);
    for place in reference.localities.iter().take(8) {
        sheet.line(place.name.as_str());
    }
    sheet
}

/// All tables below one another, for a format that knows no sheets.
fn stacked(sheets: Vec<Sheet>) -> Sheet {
    let mut all = Sheet::new("Data");
    for sheet in sheets.into_iter().filter(|s| !s.hidden) {
        if !all.rows.is_empty() {
            all.blank();
        }
        all.rows.extend(sheet.rows);
    }
    all
}
