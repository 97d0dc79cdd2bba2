//! Numbers that carry a check digit: NHS numbers, unique learner numbers, unique pupil numbers.

use std::sync::LazyLock;

use regex::Regex;

/// The weighted sum of ten digits, weights 10 to 1, modulo 11; none for other text, and for ten times the same digit, which
/// always passes and is always a placeholder.
fn mod_11(text: &str) -> Option<u32> {
    let digits: Vec<u32> =
        text.chars().filter(|c| *c != ' ' && *c != '-').map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    if digits.len() != 10 || digits.iter().all(|d| *d == digits[0]) {
        return None;
    }
    Some(digits.iter().zip((1..=10).rev()).map(|(d, weight)| d * weight).sum::<u32>() % 11)
}

/// Whether a text is ten digits, however they are spaced.
pub fn ten_digits(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b' ' || b == b'-')
}

/// An NHS number: the weighted sum is a multiple of 11 (NHS Data Dictionary; a check digit of 10 does not occur).
pub fn nhs(text: &str) -> bool {
    mod_11(text) == Some(0)
}

/// The ten-digit numbers of a text, in the spellings of people: in one, or in parts of three, three and four. A number
/// within a longer one or within a decimal is none.
fn numbers_in(text: &str) -> impl Iterator<Item = &str> {
    static TEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[0-9]{3}[ ./-]?[0-9]{3}[ ./-]?[0-9]{4}").expect("a fixed pattern"));
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(found) = TEN.find_at(text, from) {
            let (before, after) = (&text[..found.start()], &text[found.end()..]);
            from = found.start() + 1;
            let mut last = before.chars().rev();
            let alone = match last.next() {
                Some('.' | ',') => !last.next().is_some_and(|c| c.is_ascii_digit()),
                other => !other.is_some_and(|c| c.is_ascii_digit()),
            };
            if alone && !after.starts_with(|c: char| c.is_ascii_digit()) {
                from = found.end();
                return Some(found.as_str());
            }
        }
        None
    })
}

fn plain(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// Whether a text is of words, and not one code.
fn is_sentence(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
        && (text.contains(char::is_whitespace) || text.to_ascii_lowercase().contains("nhs"))
}

/// An NHS number within a sentence.
pub fn nhs_in_text(text: &str) -> bool {
    is_sentence(text) && numbers_in(text).any(|number| nhs(&plain(number)))
}

/// An NHS number anywhere in a text, also alone: for texts that nobody would fill with codes.
pub fn nhs_anywhere(text: &str) -> bool {
    numbers_in(text).any(|number| nhs(&plain(number)))
}

/// A learner number in a sentence that speaks of one.
pub fn uln_in_text(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    (lower.contains("uln") || lower.contains("learner")) && numbers_in(text).any(|number| uln(&plain(number)))
}

/// A unique learner number: the same weights leave 10 (HESA, field C17051).
pub fn uln(text: &str) -> bool {
    !text.starts_with('0') && mod_11(text) == Some(10)
}

const UPN_LETTERS: &str = "ABCDEFGHJKLMNPQRTUVWXYZ";

static UPN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\b[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]\b").expect("a fixed pattern"));

/// A text in which a unique pupil number stands whose check letter is right.
pub fn upn_in(text: &str) -> bool {
    UPN.find_iter(text).any(|found| upn(found.as_str())) || upn_spaced(text)
}

/// A text that is a pupil number alone, written with spaces or hyphens.
fn upn_spaced(text: &str) -> bool {
    if text.len() > 40 || !text.contains([' ', '-']) {
        return false;
    }
    let joined: String = text.chars().filter(|c| *c != ' ' && *c != '-').collect();
    upn_shape(&joined) && upn(&joined)
}

/// A text that has the form of a unique pupil number.
pub fn upn_shape(text: &str) -> bool {
    UPN.find(text).is_some_and(|found| found.len() == text.len())
}

/// The first letter checks the twelve others, weights 2 to 13, modulo 23 (UPN guide 2.0); a temporary number ends in a letter.
fn upn(text: &str) -> bool {
    let text = text.to_uppercase();
    let letter = |c: char| UPN_LETTERS.find(c).map(|i| i as u32);
    let sum: Option<u32> =
        text.chars().skip(1).zip(2..).map(|(c, weight)| c.to_digit(10).or(letter(c)).map(|v| v * weight)).sum();
    sum.map(|s| s % 23) == text.chars().next().and_then(letter)
}

/// Whether a text should not be repeated: ten digits in a row of any kind, or the form of a pupil number.
pub fn looks_personal(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let only = text.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    digits == 10 && only || nhs_in_text(text) || UPN.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        for (text, is_nhs, is_uln, why) in [
            ("9990000050", true, false, "of the test range"),
            ("943 476 5919", true, false, "the NHS Data Dictionary's example"),
            ("9434765910", false, false, "another check digit"),
            ("9276308686", false, true, "HESA's example of a learner number"),
            ("9999999999", false, false, "the placeholder, which the weights alone would pass"),
            ("0000000000", false, false, "another"),
            ("1700000000", false, false, "a time in seconds"),
            ("999000005", false, false, "nine digits"),
        ] {
            assert_eq!((nhs(text), uln(text)), (is_nhs, is_uln), "{text}: {why}");
        }
        for (text, is_one, why) in [
            ("Case discussed, NHS 999 000 0158", true, "the reference case"),
            ("9990000050", false, "no sentence"),
            ("NHS:9990000158", true, "no space, and no doubt"),
            ("no.9990000158 seen", true, "after the point of a word"),
            ("ratio 0.9990000158 of", false, "a decimal"),
            ("ids 1234567890 9990000158", true, "the second of two"),
            ("ref 19990000158 seen", false, "within a longer number"),
            ("seen 999.000.0158 today", true, "with points"),
        ] {
            assert_eq!(nhs_in_text(text), is_one, "{text}: {why}");
        }
        assert!(nhs_anywhere("9990000158") && uln_in_text("ULN 9990005035") && !uln_in_text("ref 9990005035"));
    }

    #[test]
    fn pupil_numbers() {
        for (text, good) in [
            ("B801000024041", true),
            ("K80100002425Z", true),
            ("A801000024007", false),
            ("P207000016049", true),
            ("Q207000016049", false), // printed on a supplier's help page; its sum is 266, that is P
        ] {
            assert_eq!((upn_in(text), upn_shape(text)), (good, true), "{text}");
        }
        assert!(!upn_shape("8010001"));
    }
}
