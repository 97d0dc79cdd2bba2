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

/// An NHS number: the weighted sum is a multiple of 11 (NHS Data Dictionary; a check digit of 10 does not occur).
pub fn nhs(text: &str) -> bool {
    mod_11(text) == Some(0)
}

/// An NHS number within a sentence.
pub fn nhs_in_text(text: &str) -> bool {
    static TEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:^|[^\d.])(\d{3}[ -]?\d{3}[ -]?\d{4})(?:$|[^\d])").expect("a fixed pattern"));
    let sentence = text.contains(' ') && text.chars().any(char::is_alphabetic);
    sentence && TEN.captures_iter(text).any(|found| nhs(&found[1]))
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
    UPN.find_iter(text).any(|found| upn(found.as_str()))
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
        assert!(nhs_in_text("Case discussed, NHS 999 000 0158") && !nhs_in_text("9990000050"));
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
