//! Rows that are no data: totals, notes, repeated headers. Each kind is said once, with its rows, so that nothing is lost
//! silently.

use std::collections::BTreeMap;

use crate::ingest::layout_codes as codes;
use crate::model::Finding;

/// Why a row is no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Aside {
    Total,
    Note,
    HeaderAgain,
    Filtered,
    Heading,
}

/// Rows set aside on a sheet.
#[derive(Default)]
pub(super) struct AsideRows(BTreeMap<Aside, Vec<u32>>);

impl AsideRows {
    /// Sets a row aside.
    pub fn add(&mut self, kind: Aside, row: u32) {
        let rows = self.0.entry(kind).or_default();
        if rows.last() != Some(&row) {
            rows.push(row);
        }
    }

    /// One note for each kind.
    pub fn findings(&self, sheet: &str) -> Vec<Finding> {
        let said = self.0.iter().map(|(kind, rows)| {
            let (code, what) = match kind {
                Aside::Total => (codes::TOTALS, "Totals set aside"),
                Aside::Note => (codes::NOTES, "Notes, units or codes set aside"),
                Aside::HeaderAgain => (codes::HEADER_AGAIN, "The header is repeated"),
                Aside::Filtered => (codes::FILTERED, "Left out by the return's rule"),
                Aside::Heading => (codes::HEADINGS, "Headings for the rows below"),
            };
            let mut note = codes::note_on(code, sheet, format!("{what}: {}.", rows_in_words(rows)));
            note.row = rows.first().copied();
            note
        });
        said.collect()
    }
}

/// `row 3`, `rows 3, 5 to 8 and 12`; of very many the first and how many.
pub(super) fn rows_in_words(rows: &[u32]) -> String {
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    rows.dedup();
    if let [row] = rows[..] {
        return format!("row {row}");
    }
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &row in &rows {
        match runs.last_mut() {
            Some(run) if run.1 + 1 == row => run.1 = row,
            _ => runs.push((row, row)),
        }
    }
    let shown = runs.iter().take(12).map(|&(a, b)| match b - a {
        0 => a.to_string(),
        1 => format!("{a}, {b}"),
        _ => format!("{a} to {b}"),
    });
    let list = shown.collect::<Vec<_>>().join(", ");
    let more = if runs.len() > 12 { format!(" and more, {} in all", rows.len()) } else { String::new() };
    format!("rows {list}{more}")
}

#[cfg(test)]
mod tests {
    use super::rows_in_words;

    #[test]
    fn rows_are_told_in_runs() {
        assert_eq!(rows_in_words(&[7]), "row 7");
        assert_eq!(rows_in_words(&[3, 5, 6, 7, 9, 10]), "rows 3, 5 to 7, 9, 10");
        assert!(rows_in_words(&(0..40).map(|i| i * 2).collect::<Vec<_>>()).ends_with("and more, 40 in all"));
    }
}
