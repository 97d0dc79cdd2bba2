//! Forms without a check digit: National Insurance numbers, postcodes, telephone numbers, birthdays, names.

use std::borrow::Cow;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use crate::model::raw::RawValue;

macro_rules! pattern {
    ($($name:ident = $text:expr;)+) => {
        $(static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("a fixed pattern"));)+
    };
}

pattern! {
    NINO = r"(?i)\b([A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])[ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[A-D]\b";
    NINO_SHAPE = r"(?i)^[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]?$";
    POSTCODE = r"(?i)^([A-Z]{1,2})([0-9][0-9A-HJKMNPR-Y]?) ?[0-9][ABD-HJLNP-UW-Z]{2}$";
    POSTCODE_IN_TEXT = r"\b([A-Z]{1,2})([0-9][0-9A-HJKMNPR-Y]?) [0-9][ABD-HJLNP-UW-Z]{2}\b";
    SECTOR = r"(?i)^([A-Z]{1,2})([0-9][0-9A-HJKMNPR-Y]?)( [0-9])?$";
    PHONE = r"^(?:\+44|0044|0)[\d ()-]{9,15}$";
    MOBILE_IN_TEXT = r"(?:^|[^\d.])(?:\+44 ?7|07)\d{3}[ -]?\d{3} ?\d{3}(?:$|[^\d.])";
    BIRTHDAY_IN_TEXT = r"(?i)\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birthday)(?: is| was)?\W{0,4}(?:\d{1,4}(?:st|nd|rd|th)?[/. -]{1,2}(?:\d{1,2}|[a-z]{3,9})[/., -]{1,2}\d{2,4}|[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4})";
    NAME_IN_TEXT = r"\b(?i:child|pupil|patient|young person|sibling|mother|father|parent|baby|client)(?:['\u{2019}]s)?(?i: full| first| last)? ?(?i:names?)(?: is| was)?\W{1,4}\p{Lu}\p{Ll}[\p{L}'-]* \p{Lu}[\p{L}'-]+";
    DAY = r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$";
}

/// Prefixes of National Insurance numbers that are never given out (National Insurance Manual, NIM39110).
const NINO_UNUSED: [&str; 7] = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];

/// The postcode areas of the United Kingdom and the Crown dependencies (Royal Mail).
const AREAS: &str = "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN \
    EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN \
    NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W \
    WA WC WD WF WN WR WS WV YO ZE";

/// A cell as text to be looked at: compatibility forms to plain ones, invisible characters gone, no-break spaces and
/// hyphens plain, the marks gone that force digits to text, whole numbers without a point or power of ten.
pub fn clean(value: &RawValue) -> String {
    let text = match value {
        RawValue::Text(text) => return clean_text(text),
        RawValue::Date(text) => text.chars().take(10).collect(),
        other => other.display(),
    };
    whole(text.trim())
}

/// The same for a text.
pub fn clean_text(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{2032}' => '\'',
        other => other,
    };
    let cleaned: Cow<'_, str> = match text.is_ascii() {
        true => text.into(),
        false => text.nfkc().filter(|c| !is_invisible(*c)).map(plain).collect(),
    };
    let marks: &[char] = &['\'', '`', '"', '='];
    let text = cleaned.trim();
    let bare = text.trim_start_matches(marks);
    let bare = if bare.len() < text.len() { bare.trim_end_matches(marks) } else { bare };
    whole(bare.trim())
}

/// Digits that a program has turned into a number: `9990000190.0`, `9.990000190E+09`.
fn whole(text: &str) -> String {
    let digits = |t: &str| t.len() >= 8 && t.bytes().all(|b| b.is_ascii_digit());
    if let Some((before, after)) = text.split_once('.') {
        if digits(before) && after.bytes().all(|b| b == b'0') {
            return before.to_owned();
        }
        let power = after.to_ascii_lowercase();
        if power.contains('e') && power.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'e' | b'+')) {
            let number = text.parse::<f64>().unwrap_or(0.5);
            if number.fract() == 0.0 && (1e8..1e12).contains(&number) {
                return format!("{number:.0}");
            }
        }
    }
    text.to_owned()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A National Insurance number, alone or in a text.
pub fn nino_in(text: &str) -> bool {
    NINO.captures_iter(text).any(|found| !NINO_UNUSED.contains(&found[1].to_uppercase().as_str()))
}

/// Something written under the header of a National Insurance number that is nearly one.
pub fn nino_shape(text: &str) -> bool {
    NINO_SHAPE.is_match(text)
}

fn is_area(area: &str, district: &str) -> bool {
    let padded = district.len() > 1 && district.starts_with('0');
    !padded && AREAS.split_whitespace().any(|a| a.eq_ignore_ascii_case(area))
}

/// A full postcode. Without a label it must be written with its space, since so many codes look like one without.
pub fn postcode(text: &str, labelled: bool) -> bool {
    (labelled || text.contains(' ')) && POSTCODE.captures(text).is_some_and(|found| is_area(&found[1], &found[2]))
}

/// A full postcode within a sentence, in capitals.
pub fn postcode_in_text(text: &str) -> bool {
    let sentence = text.split_whitespace().count() > 2;
    sentence && POSTCODE_IN_TEXT.captures_iter(text).any(|found| is_area(&found[1], &found[2]))
}

/// The outer part of a postcode, with or without its sector.
pub fn sector(text: &str) -> bool {
    SECTOR.captures(text).is_some_and(|found| is_area(&found[1], &found[2]))
}

/// A telephone number of this country; also one that lost its leading zero as a number.
pub fn phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let lost_zero = digits == 10 && text.len() == 10 && text.starts_with(['1', '2', '3', '7']);
    PHONE.is_match(text) && (10..=14).contains(&digits) || lost_zero
}

/// A mobile number, alone or in a text.
pub fn mobile_in(text: &str) -> bool {
    MOBILE_IN_TEXT.is_match(text)
}

/// A birthday that a sentence calls one.
pub fn birthday_in_text(text: &str) -> bool {
    BIRTHDAY_IN_TEXT.is_match(text)
}

/// A person's name that a sentence calls one.
pub fn name_in_text(text: &str) -> bool {
    NAME_IN_TEXT.is_match(text)
}

/// A day, ISO or day first.
pub fn day(text: &str) -> Option<NaiveDate> {
    let iso = text.get(..10).and_then(|t| t.parse::<NaiveDate>().ok());
    let day_first = || {
        let found = DAY.captures(text)?;
        NaiveDate::from_ymd_opt(found[3].parse().ok()?, found[2].parse().ok()?, found[1].parse().ok()?)
    };
    iso.or_else(day_first).filter(|d| d.year() > 1900)
}

/// Two to four words that each begin with a capital, or an initial and a surname.
pub fn name_like(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let titled = |word: &&str| {
        let mut letters = word.chars();
        let capital = letters.next().is_some_and(char::is_uppercase);
        capital && letters.all(|c| c.is_lowercase() || matches!(c, '\'' | '-' | '.' | '\u{2019}'))
    };
    (2..=4).contains(&words.len()) && words.iter().all(titled)
}

/// Whether a text should not be repeated in a message.
pub fn looks_personal(text: &str) -> bool {
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    let numbers = || {
        nino_in(text)
            || nino_shape(text)
            || postcode(text, true)
            || postcode_in_text(text)
            || phone(text)
            || mobile_in(text)
            || birthday_in_text(text)
    };
    digits && numbers() || name_like(text) || name_in_text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_their_traps() {
        for (test, text, expected) in [
            (nino_in as fn(&str) -> bool, "parent NINO: AB 12 34 56 D", true),
            (nino_in, "DA123456A", false),
            (nino_in, "GB123456A", false),
            (|t| postcode(t, true), "CR26XH", true),
            (|t| postcode(t, false), "CR26XH", false),
            (|t| postcode(t, false), "ec1a 1bb", true),
            (|t| postcode(t, false), "KS2 4AB", false),
            (|t| postcode(t, false), "E06 0AA", false),
            (postcode_in_text, "seen at CR2 6XH on Monday", true),
            (phone, "01632 960123", true),
            (phone, "020 7946 0321", true),
            (mobile_in, "07700.900", false),
            (mobile_in, "ring 07700 900123", true),
            (birthday_in_text, "DOB 07/03/2014, seen", true),
            (birthday_in_text, "babies born 12 in 2014", false),
            (birthday_in_text, "born on the ward in 2014", false),
            (birthday_in_text, "d.o.b. 7th March 2014", true),
            (birthday_in_text, "Date of birth: March 7, 2014", true),
            (name_in_text, "child's name: Araminta Sampleton", true),
            (name_in_text, "Child name: do not enter", false),
            (name_in_text, "the name of the ward", false),
            (name_like, "Araminta Sampleton", true),
            (name_like, "A. Analyst", true),
            (name_like, "seen by the panel", false),
        ] {
            assert_eq!(test(text), expected, "{text}");
        }
        for (text, cleaned) in [
            ("\u{2019}9990000344", "9990000344"),
            ("=\"9990000344\"", "9990000344"),
            ("999\u{a0}000\u{2011}0344", "999 000-0344"),
            ("9\u{200b}990000344", "9990000344"),
            ("9990000190.00", "9990000190"),
            ("9.990000190E+09", "9990000190"),
            ("07700.900", "07700.900"),
            ("O\u{2019}Sample", "O'Sample"),
        ] {
            assert_eq!(clean_text(text), cleaned, "{text}");
        }
        assert_eq!(AREAS.split_whitespace().count(), 124, "Royal Mail has 124 areas");
    }
}
