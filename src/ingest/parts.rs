//! Texts outside the cells, gathered within bounds: what the personal-data gate looks at beside the cells.
//!
//! Texts that could be nothing (short numbers, single marks) are dropped here, and the same text in the same part is kept
//! once, so that an ordinary workbook hands on a few dozen. A file with more than the bounds is refused: what could not
//! be looked at is not let pass.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::codes;
use super::limits::Limits;
use crate::model::Finding;
use crate::model::part::{PartKind, RawPart};
use crate::model::raw::CellPlace;

/// The texts found so far.
pub(super) struct Parts {
    found: Vec<RawPart>,
    seen: HashSet<u64>,
    texts_left: usize,
    bytes_left: usize,
    /// Documents inside the document, by number.
    pub embedded: usize,
    full: bool,
}

impl Parts {
    pub fn new(limits: &Limits) -> Self {
        Self {
            found: Vec::new(),
            seen: HashSet::new(),
            texts_left: limits.part_texts,
            bytes_left: limits.part_bytes,
            embedded: 0,
            full: false,
        }
    }

    /// One text of its own.
    pub fn add(&mut self, kind: PartKind, place: &CellPlace, header: &str, text: &str) {
        self.column(kind, place, header, [text]);
    }

    /// Texts that belong together.
    pub fn column<'a>(
        &mut self,
        kind: PartKind,
        place: &CellPlace,
        header: &str,
        texts: impl IntoIterator<Item = &'a str>,
    ) {
        let mut values = Vec::new();
        for text in texts.into_iter().filter(|t| is_worth_a_look(t)) {
            let mut hash = DefaultHasher::new();
            (kind, &place.sheet, place.row, place.column, header, text).hash(&mut hash);
            if !self.seen.insert(hash.finish()) {
                continue;
            }
            if self.texts_left == 0 || self.bytes_left < text.len() {
                self.full = true;
                break;
            }
            self.texts_left -= 1;
            self.bytes_left -= text.len();
            values.push(text.to_owned());
        }
        if !values.is_empty() {
            self.found.push(RawPart { kind, place: place.clone(), header: header.to_owned(), values });
        }
    }

    /// The texts, and what is to be said of the parts as parts.
    pub fn finish(self, limits: &Limits, findings: &mut Vec<Finding>) -> Vec<RawPart> {
        if self.full {
            let message = format!(
                "The file holds more than {} texts, or {} MiB of them, outside its cells.",
                limits.part_texts,
                limits.part_bytes / (1024 * 1024)
            );
            findings.push(codes::error(codes::TOO_MANY_CELLS, message));
        }
        if self.embedded > 0 {
            let message = format!(
                "There {} inside the workbook, which cannot be looked at.",
                if self.embedded == 1 { "is a document".into() } else { format!("are {} documents", self.embedded) }
            );
            findings.push(codes::error(codes::EMBEDDED, message));
        }
        self.found
    }
}

/// Whether a text could hold anything: letters, or as many digits as the shortest number of a person has.
fn is_worth_a_look(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 4 && (text.chars().any(char::is_alphabetic) || text.chars().filter(|c| c.is_numeric()).count() >= 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_kept_once_and_what_is_nothing_not_at_all() {
        let limits = Limits::default();
        let mut parts = Parts::new(&limits);
        let nowhere = CellPlace::default();
        parts.column(PartKind::PivotCache, &nowhere, "h", ["9990000050", "12", "", "9990000050", "1234567", "text"]);
        parts.add(PartKind::Comment, &nowhere, "", "9990000050");
        let mut findings = Vec::new();
        let found = parts.finish(&limits, &mut findings);
        let values: Vec<Vec<String>> = found.into_iter().map(|p| p.values).collect();
        assert_eq!(values, [vec!["9990000050".to_owned(), "text".into()], vec!["9990000050".into()]]);
        assert!(findings.is_empty());
    }

    #[test]
    fn more_than_can_be_looked_at_is_refused() {
        for (limits, embedded, code, why) in [
            (Limits { part_texts: 2, ..Limits::default() }, 0, codes::TOO_MANY_CELLS, "three texts"),
            (Limits { part_bytes: 11, ..Limits::default() }, 0, codes::TOO_MANY_CELLS, "twelve bytes"),
            (Limits::default(), 1, codes::EMBEDDED, "a document inside"),
        ] {
            let mut parts = Parts::new(&limits);
            parts.embedded = embedded;
            parts.column(PartKind::Other, &CellPlace::default(), "", ["aaaa", "bbbb", "cccc"]);
            let mut findings = Vec::new();
            parts.finish(&limits, &mut findings);
            assert_eq!(findings.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), [code], "{why}");
        }
    }
}
