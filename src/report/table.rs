//! Published tables as CSV.

use crate::disclose::{Entry, Rows};

/// A table as CSV: UTF-8, a header, line feeds. Text that a spreadsheet would take for a formula gets an apostrophe before
/// it; quoting alone does not stop that (OWASP, CSV injection). Numbers stay numbers.
pub fn csv_text(rows: &Rows) -> String {
    let mut text = String::new();
    line(&mut text, rows.columns.iter().map(|c| quoted(c)));
    for row in &rows.rows {
        line(
            &mut text,
            row.iter().map(|entry| match entry {
                Entry::Text(words) => quoted(&harmless(words)),
                other => other.text(),
            }),
        );
    }
    text
}

/// The text with an apostrophe before it where it begins like a formula.
pub fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) { format!("'{text}") } else { text.to_owned() }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn line(text: &mut String, fields: impl Iterator<Item = String>) {
    text.push_str(&fields.collect::<Vec<_>>().join(","));
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_disarmed_and_a_number_is_not() {
        for (text, safe) in
            [("=1+1", "'=1+1"), ("+44", "'+44"), ("-x", "'-x"), ("@sum", "'@sum"), ("\tx", "'\tx"), ("a=b", "a=b")]
        {
            assert_eq!(harmless(text), safe);
        }
        let rows = Rows {
            columns: vec![String::from("a"), String::from("b"), String::from("c")],
            rows: vec![vec![Entry::Number(-1.5), Entry::Text(String::from("=\"x\",1")), Entry::Withheld]],
        };
        assert_eq!(csv_text(&rows), "a,b,c\n-1.5,\"'=\"\"x\"\",1\",[c]\n");
    }
}
