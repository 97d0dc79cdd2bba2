//! Headers: how two spellings are compared, and where in a sheet the header stands.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A header as the plain layout compares it: trimmed, in compatibility form, in lower case.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        let mut folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        folded.make_ascii_lowercase();
        return folded;
    }
    let text: String = text.nfkc().collect::<String>().to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text folds to a known one.
pub fn folds_to(text: &str, folded: &str) -> bool {
    if !text.is_ascii() {
        return fold(text) == folded;
    }
    let (mut words, mut known) = (text.split_whitespace(), folded.split(' ').filter(|w| !w.is_empty()));
    loop {
        match (words.next(), known.next()) {
            (None, None) => return true,
            (Some(word), Some(known)) if word.eq_ignore_ascii_case(known) => {}
            _ => return false,
        }
    }
}

/// A header or label as a return spec compares it: letters and digits only, so that line breaks, hyphens at a line's end,
/// hard spaces and stops do not count, and without footnote marks. What has neither letters nor digits stays as it is.
pub fn key(text: &str) -> String {
    let bare = without_marks(text);
    let key = squash(&bare);
    if key.is_empty() { fold(text) } else { key }
}

fn squash(text: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '%' | '<' | '>' | '+' | '£');
    if text.is_ascii() {
        return text.chars().map(|c| c.to_ascii_lowercase()).filter(kept).collect();
    }
    text.nfkc().flat_map(char::to_lowercase).filter(kept).collect()
}

/// The key without a last single letter or digit, which may be a footnote glued on; none where there is no such thing.
pub fn key_without_last_letter(text: &str) -> Option<String> {
    let bare = without_marks(text);
    let (head, last) = bare.trim_end().rsplit_once(char::is_whitespace)?;
    (last.chars().count() == 1 && last.chars().all(char::is_alphanumeric)).then(|| squash(head)).filter(|k| k.len() > 2)
}

/// The text without footnote marks at its end: `[Note 3]`, `(2)`, `*`, daggers, raised figures.
pub fn without_marks(text: &str) -> String {
    let mut rest = text.trim();
    loop {
        let shorter =
            rest.trim_end_matches(['*', '†', '‡', '§', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']).trim_end();
        let shorter = if shorter.is_empty() { rest } else { shorter };
        let shorter = bracketed(shorter, '[', ']', |_| true).unwrap_or(shorter);
        let shorter = bracketed(shorter, '(', ')', is_footnote).unwrap_or(shorter);
        if shorter == rest {
            return rest.to_owned();
        }
        rest = shorter;
    }
}

fn bracketed(text: &str, open: char, close: char, is_mark: impl Fn(&str) -> bool) -> Option<&str> {
    let (head, inner) = text.strip_suffix(close)?.rsplit_once(open)?;
    (!head.trim().is_empty() && is_mark(inner.trim())).then(|| head.trim_end())
}

fn is_footnote(inner: &str) -> bool {
    let inner = inner.to_lowercase();
    let word = ["ot", "rev", "revised", "final", "prov", "provisional"].contains(&inner.as_str());
    word || inner.starts_with("note") || (inner.chars().count() <= 2 && inner.bytes().all(|b| b.is_ascii_digit()))
}

/// The text as it looks: without marks that nobody sees, and with the Latin letter for each Greek or Cyrillic twin.
pub fn skeleton(text: &str) -> String {
    let visible = |c: &char| !is_invisible(*c) && !is_combining_mark(*c);
    text.nfkd().filter(visible).map(latin_twin).collect::<String>().trim().to_lowercase()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn latin_twin(c: char) -> char {
    const TWINS: &str = "аaеeоoрpсcхxуyкkмmтtнhвbіiјjѕsԁdһhԛqԝwАAЕEОOРPСCХXУYКKМMТTНHВBІIЈJЅSαaοoεeνvιiρpτtυuκkχxΑAΒBΕEΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXΖZ";
    let mut twins = TWINS.chars();
    while let (Some(twin), Some(latin)) = (twins.next(), twins.next()) {
        if twin == c {
            return latin;
        }
    }
    c
}

/// The code points in a text that no plain header has, such as `U+0430`.
pub fn strange_characters(text: &str) -> Vec<String> {
    let strange = |c: &char| is_invisible(*c) || (c.is_alphabetic() && !c.is_ascii());
    text.chars().filter(strange).map(|c| format!("U+{:04X}", c as u32)).collect()
}

/// The known name that a header almost spells: the same to the eye, or a slip or two away. Only ever suggested.
pub fn near<'a>(header: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // No header that is almost one of ours is a whole paragraph.
    if header.len() > 200 {
        return None;
    }
    let seen = key(&skeleton(header));
    if seen.is_empty() {
        return None;
    }
    let length = seen.chars().count();
    let allowed = |name: &str| if name.chars().count() < 8 { 1 } else { 2 };
    let like = known.into_iter().filter(|name| name.chars().count().abs_diff(length) <= 8);
    // Two slips at most are looked for, and each changes the length by one.
    let keys = like.map(|name| (key(name), name)).filter(|(key, _)| key.chars().count().abs_diff(length) <= 2);
    keys.map(|(key, name)| (strsim::damerau_levenshtein(&seen, &key), name))
        .filter(|(distance, name)| length > 3 && *distance <= allowed(name) || *distance == 0)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// What to say of a header that is almost a known one.
pub fn near_message(header: &str, name: &str) -> String {
    let strange = strange_characters(header);
    let shown: String = header.trim().chars().filter(|c| !is_invisible(*c)).collect();
    let points = match strange.len() {
        0 => String::new(),
        _ => format!(" It contains {}.", strange.join(", ")),
    };
    format!("The header `{shown}` is not known.{points} Did you mean `{name}`?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_header_have_one_key() {
        for (a, b) in [
            ("Infrastruc-\nture", "Infrastructure"),
            ("Infrastruc-ture", "infrastructure"),
            ("Close ", "close"),
            ("Number\u{a0}of jobs", "Number of  jobs"),
            ("Referrals [Note 3]", "Referrals"),
            ("Referrals (2)", "Referrals"),
            ("Total jobs*†", "total jobs"),
            ("Plans³", "Plans"),
            ("31-Mar-15 [Note 3]", "31 Mar 15"),
        ] {
            assert_eq!(key(a), key(b), "{a:?} {b:?}");
        }
        for (a, b) in [("% in date", "In date"), ("In date (number)", "In date"), ("-", "..")] {
            assert_ne!(key(a), key(b), "{a:?} {b:?}");
        }
        assert_eq!(key_without_last_letter("of jobs b").as_deref(), Some("ofjobs"));
        assert_eq!(key_without_last_letter("of jobs"), None);
    }

    #[test]
    fn a_text_folds_to_what_it_folds_to() {
        for text in ["Agency", " agency ", "Average  caseload", "", "  ", "AGENCY\u{a0}", "perıod", "a b c"] {
            for folded in ["agency", "average caseload", "", "period", "a b", "a b c", "perıod"] {
                assert_eq!(folds_to(text, folded), fold(text) == folded, "{text:?} {folded:?}");
            }
            let slow: String =
                unicode_normalization::UnicodeNormalization::nfkc(text).collect::<String>().to_lowercase();
            assert_eq!(fold(text), slow.split_whitespace().collect::<Vec<_>>().join(" "), "{text:?}");
        }
    }

    #[test]
    fn what_looks_alike_is_suggested_with_its_code_points() {
        let columns = ["indicator", "numerator", "value", "action", "period"];
        for (header, name, points) in [
            ("indi\u{200b}cator", "indicator", "U+200B"),
            ("\u{202e}num\u{435}rator", "numerator", "U+202E, U+0435"),
            ("v\u{430}lue", "value", "U+0430"),
            ("numertor", "numerator", ""),
            ("perıod", "period", "U+0131"),
        ] {
            assert_eq!(near(header, columns), Some(name), "{header:?}");
            assert!(near_message(header, name).contains(points), "{}", near_message(header, name));
        }
        for header in ["note", "section", "comments", "", "a"] {
            assert_eq!(near(header, columns), None, "{header:?}");
        }
    }
}
