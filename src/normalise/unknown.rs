//! Unknown columns of a return, kept as one text.

/// `header=text` joined by ` | `, in the order of the file; line breaks become spaces, so that a row stays a row.
pub fn joined(extra: &[(String, String)]) -> String {
    let parts = extra.iter().filter(|(_, text)| !text.trim().is_empty());
    let parts = parts.map(|(header, text)| format!("{}={}", one_line(header), one_line(text)));
    parts.collect::<Vec<_>>().join(" | ")
}

fn one_line(text: &str) -> String {
    text.trim().replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order_without_the_empty_ones() {
        let extra = [("a", " 1 "), ("b", ""), ("c", "two\nlines")].map(|(h, t)| (h.to_owned(), t.to_owned()));
        assert_eq!(joined(&extra), "a=1 | c=two lines");
        assert_eq!(joined(&[]), "");
    }
}
