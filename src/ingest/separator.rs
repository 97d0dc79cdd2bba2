//! Which character separates the fields of a text file.

use std::collections::HashMap;

/// Separators in order of preference where nothing else decides.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// So many records decide; a return shows its shape in the first hundred.
const RECORDS: usize = 200;

/// The separator that a first line `sep=;` states, and the bytes of that line without its end.
pub(super) fn stated(text: &str) -> Option<(u8, usize)> {
    let line = text.split(['\r', '\n']).next()?;
    let stated = line.get(..4).filter(|s| s.eq_ignore_ascii_case("sep=")).and_then(|_| line.as_bytes().get(4..))?;
    match stated {
        [separator]
            if separator.is_ascii() && !matches!(separator, b'"' | b' ') && !separator.is_ascii_alphanumeric() =>
        {
            Some((*separator, line.len()))
        }
        _ => None,
    }
}

/// The separator by consistency: the one with which most records have the same number of fields, more than one. So titles
/// above the table, with a comma in a sentence, do not decide, nor do decimal commas between semicolons.
pub(super) fn by_consistency(text: &str) -> u8 {
    let mut best = (CANDIDATES[0], 0.0, 0);
    for candidate in CANDIDATES {
        let (share, fields) = consistency(text, candidate);
        let better = share > best.1 || (share == best.1 && fields > best.2);
        if fields > 1 && better {
            best = (candidate, share, fields);
        }
    }
    best.0
}

/// The share of records with the commonest number of fields above one, and that number.
fn consistency(text: &str, separator: u8) -> (f64, usize) {
    let mut reader = super::csv::builder(separator).from_reader(text.as_bytes());
    let mut record = csv::ByteRecord::new();
    let mut counts: HashMap<usize, usize> = HashMap::new();
    let mut records = 0;
    while records < RECORDS && reader.read_byte_record(&mut record).unwrap_or(false) {
        records += 1;
        *counts.entry(record.len()).or_default() += 1;
    }
    let commonest = counts.into_iter().filter(|(fields, _)| *fields > 1).max_by_key(|(fields, n)| (*n, *fields));
    commonest.map_or((0.0, 0), |(fields, n)| (n as f64 / records as f64, fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_makes_a_table() {
        for (text, separator, why) in [
            ("a,b,c\n1,2,3\n", b',', "commas"),
            ("a;b;c\r\n1,5;2,5;3,5\r\n", b';', "decimal commas"),
            ("Return of the police, Q1, 2014\n\na;b\n1;2\n3;4\n", b';', "a title with commas"),
            ("a\tb\n1\t2\n", b'\t', "tabs"),
            ("a|b\r1|2\r", b'|', "bars, and CR alone"),
            ("a,b\n\"x;y;z\",2\n", b',', "separators within quotation marks do not count"),
            ("a\n1\n", b',', "one column: any will do"),
        ] {
            assert_eq!(by_consistency(text), separator, "{why}");
        }
    }

    #[test]
    fn a_first_line_may_state_it() {
        assert_eq!(stated("sep=;\r\na;b"), Some((b';', 5)));
        assert_eq!(stated("SEP=\t\na"), Some((b'\t', 5)));
        assert_eq!(stated("sep=ab\n"), None, "two characters are a header that looks odd");
        assert_eq!(stated("separator,b\n"), None);
    }
}
