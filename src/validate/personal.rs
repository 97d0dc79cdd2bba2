//! The personal-data gate: columns of cells in, suspicions out. A suspicion names a kind and a cell, never a value. Numbers
//! with a check digit are decided by column (a random ten-digit id passes once in eleven), labels by their words, and free
//! text by what stands in it.

mod checksum;
mod columns;
mod header;
pub mod names;
pub mod parts;
mod pattern;
mod split;
pub mod words;

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::model::draft::Draft;
use crate::model::raw::{CellPlace, RawFile};
use crate::model::{Finding, Severity};
use crate::validate::facts::at;
use columns::{Cell, Column, Columns};
use header::Hint;

/// A kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An NHS number.
    NhsNumber,
    /// A unique learner number.
    Uln,
    /// A unique pupil number.
    Upn,
    /// A National Insurance number.
    Nino,
    /// A full postcode, or (as a warning) a sector.
    Postcode,
    /// A date of birth or of death.
    LifeDate,
    /// A person's name.
    PersonName,
    /// A telephone number.
    Phone,
    /// The name or the initials of a member of staff.
    StaffName,
    /// A child's age to the month.
    ExactAge,
}

/// A cell that may hold personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspicion {
    /// What it looks like.
    pub kind: Kind,
    /// Error: the file is held. Query or note: a person looks at it.
    pub severity: Severity,
    /// The cell; column 0 where only the row is known.
    pub place: CellPlace,
    /// The header as written.
    pub header: String,
}

impl Kind {
    /// The code of its rule.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// The code of its rule, and its name with its article.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NhsNumber => ("P001", "an NHS number"),
            Self::Uln => ("P002", "a unique learner number"),
            Self::Upn => ("P003", "a unique pupil number"),
            Self::Nino => ("P004", "a National Insurance number"),
            Self::Postcode => ("P005", "a full postcode"),
            Self::LifeDate => ("P006", "a date of birth or of death"),
            Self::PersonName => ("P007", "a person's name"),
            Self::Phone => ("P008", "a telephone number"),
            Self::StaffName => ("P009", "the name or the initials of a person"),
            Self::ExactAge => ("P010", "a single child's exact age"),
        }
    }
}

impl Suspicion {
    /// What is said of it: the kind and the cell, never the value.
    pub fn finding(&self) -> Finding {
        let (code, what) = self.kind.words();
        let (message, fix) = match self.severity {
            Severity::Error => (
                format!("This looks like {what}. The file is held back."),
                "Take the column or the text out, and send the file again. The file that was held is destroyed.",
            ),
            _ => (format!("This may be {what}."), "If it is, take it out; if it is not, or is wanted, say so."),
        };
        at(Finding::file(code, self.severity, message, fix), &self.place).under(safe_header(&self.header))
    }
}

/// What may be personal data in the rows of a return, unknown columns included.
pub fn of_drafts(drafts: &[Draft], as_of: NaiveDate) -> Vec<Suspicion> {
    judge(&Columns::of_drafts(drafts).columns, as_of)
}

/// What may be personal data in a file as read, hidden sheets and titles included; for files that fit no return, and for
/// whatever a layout passes over.
pub fn of_file(file: &RawFile, as_of: NaiveDate) -> Vec<Suspicion> {
    let mut found = judge(&Columns::of_file(file).columns, as_of);
    found.extend(split::over_three_columns(file));
    found
}

/// A header as written, unless it may itself be a value: the first row of a table without headers.
pub fn safe_header(header: &str) -> &str {
    let cleaned = pattern::clean_text(header);
    let digits = cleaned.bytes().filter(u8::is_ascii_digit).count();
    let says_what_it_holds = header::hint(&cleaned) != Hint::None && digits < 6;
    if !says_what_it_holds && looks_personal(&cleaned) { "" } else { header }
}

fn looks_personal(cleaned: &str) -> bool {
    pattern::looks_personal(cleaned) || checksum::looks_personal(cleaned)
}

fn judge(columns: &[Column], as_of: NaiveDate) -> Vec<Suspicion> {
    let mut found = Vec::new();
    for column in columns {
        let siblings = columns.iter().filter(|c| c.siblings == column.siblings).map(|c| c.header.as_str());
        let describes_child = header::describes_children(siblings);
        numbers(column, &mut found);
        labels(column, describes_child, &mut found);
        places(column, &mut found);
        dates(column, describes_child, as_of, &mut found);
    }
    found
}

fn suspect(column: &Column, kind: Kind, severity: Severity, cell: &Cell, found: &mut Vec<Suspicion>) {
    found.push(Suspicion { kind, severity, place: column.place(cell), header: column.header.clone() });
}

/// Every cell that passes, as an error.
fn each(column: &Column, kind: Kind, test: impl Fn(&str) -> bool, found: &mut Vec<Suspicion>) -> bool {
    let Some(passing) = column.passing(test) else { return false };
    for cell in column.cells.iter().filter(|cell| passing[cell.text as usize]) {
        suspect(column, kind, Severity::Error, cell, found);
    }
    true
}

/// The first cell that passes, as a warning.
fn first(column: &Column, kind: Kind, test: impl Fn(&str) -> bool, found: &mut Vec<Suspicion>) {
    let Some(passing) = column.passing(test) else { return };
    if let Some(cell) = column.cells.iter().find(|cell| passing[cell.text as usize]) {
        suspect(column, kind, Severity::Query, cell, found);
    }
}

/// Numbers with a check digit or a strict form.
fn numbers(column: &Column, found: &mut Vec<Suspicion>) {
    ten_digits(column, Kind::NhsNumber, Hint::Nhs, checksum::nhs, found);
    ten_digits(column, Kind::Uln, Hint::Uln, checksum::uln, found);
    if !each(column, Kind::Upn, checksum::upn_in, found) && column.hint == Hint::Upn {
        first(column, Kind::Upn, checksum::upn_shape, found);
    }
    if !each(column, Kind::Nino, pattern::nino_in, found) && column.hint == Hint::Nino {
        first(column, Kind::Nino, pattern::nino_shape, found);
    }
    let own = column.hint == Hint::Phone;
    if own {
        each(column, Kind::Phone, pattern::phone, found);
    } else {
        first(column, Kind::Phone, pattern::mobile_in, found);
    }
}

/// NHS and learner numbers. Under their own header and in free text one is enough; under the header of a person's id, or
/// on a hidden sheet, four in five must pass; elsewhere so must four in five of at least three.
fn ten_digits(column: &Column, kind: Kind, own: Hint, passes: fn(&str) -> bool, found: &mut Vec<Suspicion>) {
    let passing: usize = column.texts.iter().filter(|said| passes(&said.text)).map(|said| said.cells).sum();
    let most = passing > 0 && passing * 5 >= column.filled * 4;
    let personal = column.hint == Hint::Person || column.hint == Hint::Uln || column.hidden;
    let whole = column.hint == own || most && (passing >= 3 || personal);
    let in_text = match kind {
        Kind::NhsNumber => checksum::nhs_in_text,
        _ => checksum::uln_in_text,
    };
    let any = each(column, kind, |text| whole && passes(text) || in_text(text), found);
    if !any && column.hint == own && kind == Kind::NhsNumber {
        first(column, kind, |text| text.chars().any(|c| c.is_ascii_digit()), found);
    }
}

/// What a header says outright.
fn labels(column: &Column, describes_child: bool, found: &mut Vec<Suspicion>) {
    if column.hint != Hint::Name {
        each(column, Kind::PersonName, pattern::name_in_text, found);
    }
    match column.hint {
        Hint::Name => {
            each(column, Kind::PersonName, |_| true, found);
        }
        Hint::LifeDate => {
            each(column, Kind::LifeDate, |_| true, found);
        }
        Hint::Staff => first(column, Kind::StaffName, pattern::name_like, found),
        Hint::Initials => first(column, Kind::StaffName, |_| true, found),
        Hint::Age if describes_child => first(column, Kind::ExactAge, |_| true, found),
        _ => {}
    }
}

fn places(column: &Column, found: &mut Vec<Suspicion>) {
    let labelled = column.hint == Hint::Postcode;
    let full = |text: &str| match column.hint {
        Hint::Code => pattern::postcode_in_text(text),
        _ => pattern::postcode(text, labelled) || pattern::postcode_in_text(text),
    };
    // A title or a footnote may bear the address of the agency itself, so somebody looks.
    if column.header.is_empty() && !column.hidden {
        first(column, Kind::Postcode, full, found);
    } else if !each(column, Kind::Postcode, full, found) && labelled {
        first(column, Kind::Postcode, pattern::sector, found);
    }
}

/// Birthdays in free text, and unlabelled dates of the last eighteen years beside a child's sex or ethnicity.
fn dates(column: &Column, describes_child: bool, as_of: NaiveDate, found: &mut Vec<Suspicion>) {
    if column.hint == Hint::LifeDate || each(column, Kind::LifeDate, pattern::birthday_in_text, found) {
        return;
    }
    let days: HashSet<NaiveDate> = column.texts.iter().filter_map(|said| pattern::day(&said.text)).collect();
    let young = |day: &NaiveDate| (0..=18 * 366).contains(&(as_of - *day).num_days());
    let one_each = days.len() >= 3 && days.len() == column.filled && days.iter().all(young);
    if describes_child && one_each && !header::is_event(&column.header) {
        first(column, Kind::LifeDate, |_| true, found);
    }
}

/// A sender's value in a message: in backticks, shortened, and not at all where it looks like personal data.
pub fn shown(text: &str) -> String {
    if looks_personal(&pattern::clean_text(text)) {
        return "a value that is not repeated here".to_owned();
    }
    let text = text.trim();
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() { format!("`{short}\u{2026}`") } else { format!("`{short}`") }
}

#[cfg(test)]
mod tests;
