//! An NHS number typed in three columns beside one another: three digits, three, and four.

use std::collections::BTreeMap;

use super::{Kind, Suspicion, checksum, pattern};
use crate::model::Severity;
use crate::model::raw::{CellPlace, RawCell, RawFile, RawRow, RawValue};

/// The first cell of every three columns in which most rows join to an NHS number: at least three of them, or two under
/// headers that speak of it. A warning: figures of these lengths may do so by chance.
pub fn over_three_columns(file: &RawFile) -> Vec<Suspicion> {
    let mut found = Vec::new();
    for sheet in &file.sheets {
        let mut columns: BTreeMap<u32, Three> = BTreeMap::new();
        for row in &sheet.rows {
            for three in row.cells.windows(3) {
                let Some(joined) = joined(three) else { continue };
                let tried = columns.entry(three[0].column).or_default();
                tried.shaped += 1;
                if checksum::nhs(&joined) {
                    tried.passing += 1;
                    tried.first.get_or_insert(row.row);
                }
            }
        }
        for (column, three) in columns {
            let header = sheet.rows.iter().find_map(|row| header_over(row, column, three.first?));
            let spoken_of = header.as_deref().is_some_and(|h| h.to_lowercase().contains("nhs"));
            let enough = three.passing >= if spoken_of { 2 } else { 3 };
            if let Some(row) = three.first.filter(|_| enough && three.passing * 5 >= three.shaped * 4) {
                found.push(Suspicion {
                    kind: Kind::NhsNumber,
                    severity: Severity::Query,
                    place: CellPlace::new(sheet.name.clone(), row, column),
                    header: header.unwrap_or_default(),
                });
            }
        }
    }
    found
}

#[derive(Default)]
struct Three {
    shaped: usize,
    passing: usize,
    first: Option<u32>,
}

/// Ten digits over three neighbouring cells.
fn joined(three: &[RawCell]) -> Option<String> {
    if three[2].column != three[0].column + 2 {
        return None;
    }
    if !three.iter().zip([3, 3, 4]).all(|(cell, length)| may_have(&cell.value, length)) {
        return None;
    }
    let mut joined = String::new();
    for (cell, length) in three.iter().zip([3, 3, 4]) {
        let text = pattern::clean(&cell.value);
        if text.len() != length || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        joined.push_str(&text);
    }
    Some(joined)
}

/// Whether a value may be so many digits, at a glance.
fn may_have(value: &RawValue, length: usize) -> bool {
    match value {
        RawValue::Number(n) => (1..length).fold(1.0, |least, _| least * 10.0) <= *n,
        RawValue::Text(text) => !text.is_ascii() || text.bytes().filter(u8::is_ascii_digit).count() == length,
        _ => false,
    }
}

/// The nearest thing to a header: a text in the column above its first number.
fn header_over(row: &RawRow, column: u32, before: u32) -> Option<String> {
    let text = row.cell(column).filter(|_| row.row < before)?.value.display();
    text.chars().any(char::is_alphabetic).then_some(text)
}
