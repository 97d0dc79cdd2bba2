//! Keyed hashes in the place of children's keys: whoever has the file and not the board's key cannot try names or numbers
//! against them, and the same key of a case still joins its rows over the years.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::model::row::Value;
use crate::model::{Row, Table};

/// How many bytes of the hash are kept: 16 make a chance collision of two cases of one board as good as impossible.
const BYTES: usize = 16;

/// The first 16 bytes of HMAC-SHA-256 (RFC 2104) under the board's key of table, column and text, in hexadecimal. Table and
/// column are parts of the message, so that the same text as a case and as a review does not show as the same.
pub fn of(key: &[u8], table: Table, column: &str, text: &str) -> String {
    let message = [table.as_str(), column, text.trim()].join("\u{1f}");
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("HMAC takes a key of any length");
    };
    mac.update(message.as_bytes());
    mac.finalize().into_bytes()[..BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An action that came of a child's death or a case review names that review: the same hash, so that it joins and tells no
/// more than the review itself.
pub fn of_reference(key: &[u8], row: &mut Row) {
    let table = match row.text("source") {
        _ if row.table != Table::Actions => return,
        "child-death" => Table::ChildDeaths,
        "case-review" => Table::CaseReviews,
        _ => return,
    };
    let reference = row.text("source_ref");
    if !reference.is_empty() {
        let hash = of(key, table, "review", reference);
        row.set("source_ref", Value::Text(hash.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_another_program() {
        // Python 3: hmac.new(b"key", b"audits\x1fcase\x1fC-17", "sha256").hexdigest()[:32]
        assert_eq!(of(b"key", Table::Audits, "case", " C-17 "), "6eeffdbdc4018a219b9557773f0ccd14");
        assert_ne!(of(b"key", Table::ChildDeaths, "review", "C-17"), of(b"key", Table::CaseReviews, "review", "C-17"));
    }
}
