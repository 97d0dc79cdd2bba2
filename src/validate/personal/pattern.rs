//! Forms without a check digit: National Insurance numbers, postcodes, telephone numbers, birthdays, names.

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
    NINO = r"(?i)\b([A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]) ?\d\d ?\d\d ?\d\d ?[A-D]\b";
    NINO_SHAPE = r"(?i)^[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]?$";
    POSTCODE = r"(?i)^([A-Z]{1,2})([0-9][0-9A-HJKMNPR-Y]?) ?[0-9][ABD-HJLNP-UW-Z]{2}$";
    POSTCODE_IN_TEXT = r"\b([A-Z]{1,2})([0-9][0-9A-HJKMNPR-Y]?) [0-9][ABD-HJLNP-UW-Z]{2}\b";
    SECTOR = r"(?i)^([A-Z]{1,2})([0-9][0-9A-HJKMNPR-Y]?)( [0-9])?$";
    PHONE = r"^(?:\+44|0044|0)[\d ()-]{9,15}$";
    MOBILE_IN_TEXT = r"(?:^|[^\d.])(?:\+44 ?7|07)\d{3}[ -]?\d{3} ?\d{3}(?:$|[^\d.])";
    BIRTHDAY_IN_TEXT = r"(?i)\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?)\W{0,4}\d{1,4}[/. -](?:\d{1,2}|[a-z]{3,9})[/. -]\d{2,4}";
    DAY = r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$";
}

/// Prefixes of National Insurance numbers that are never given out (National Insurance Manual, NIM39110).
const NINO_UNUSED: [&str; 7] = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];

/// The postcode areas of the United Kingdom and the Crown dependencies (Royal Mail).
const AREAS: &str = "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN \
    EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN \
    NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W \
    WA WC WD WF WN WR WS WV YO ZE";

/// A cell as text to be looked at: compatibility forms to plain ones, invisible characters gone, no-break spaces plain, the
/// leading apostrophe of digits forced to text gone, whole numbers without a point.
pub fn clean(value: &RawValue) -> String {
    let text = match value {
        RawValue::Text(text) if text.is_ascii() => text.clone(),
        RawValue::Text(text) => text.nfkc().filter(|c| !is_invisible(*c)).collect(),
        RawValue::Date(text) => text.chars().take(10).collect(),
        other => other.display(),
    };
    let text = text.trim().trim_start_matches('\'');
    match text.strip_suffix(".0") {
        Some(whole) if whole.len() >= 8 && whole.bytes().all(|b| b.is_ascii_digit()) => whole.to_owned(),
        _ => text.to_owned(),
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
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
    digits && numbers() || name_like(text)
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
            (name_like, "Araminta Sampleton", true),
            (name_like, "A. Analyst", true),
            (name_like, "seen by the panel", false),
        ] {
            assert_eq!(test(text), expected, "{text}");
        }
        assert_eq!(AREAS.split_whitespace().count(), 124, "Royal Mail has 124 areas");
    }
}
