//! The words of the report: neutral, the same on every page, and never a colour without one.

use chrono::{Datelike, NaiveDate};

use crate::disclose::Shown;
use crate::model::cell::Light;
use crate::model::period::MONTHS;
use crate::model::series::Variation;
use crate::model::{Period, Tier};
use crate::spec::reference::{Indicator, Unit};

/// How a tier is called on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierWords {
    /// Class of the style sheet.
    pub class: &'static str,
    /// A mark that tells it apart without colour.
    pub symbol: &'static str,
    /// One or two words, for a cell of the heat map.
    pub short: &'static str,
    /// Why a cell has it.
    pub why: &'static str,
}

/// The words of a tier.
pub fn tier(tier: Tier) -> TierWords {
    let (class, symbol, short, why) = match tier {
        Tier::HotSpot => (
            "hot",
            "\u{25b2}",
            "Look here",
            "Two or more independent kinds of evidence point to a problem, more than chance explains.",
        ),
        Tier::SingleSource => (
            "single",
            "\u{25c6}",
            "One voice",
            "One kind of evidence speaks loudly, more than chance explains. The others do not confirm it.",
        ),
        Tier::Conflicting => (
            "conflict",
            "\u{21c4}",
            "Disagree",
            "Kinds of evidence contradict each other, too far apart to agree. Both sides are shown.",
        ),
        Tier::Mandatory => (
            "review",
            "\u{25cf}",
            "Review",
            "Listed by rule: a review was initiated or a death of this kind notified in the last 12 months.",
        ),
        Tier::Watch => (
            "watch",
            "\u{25c7}",
            "Watch",
            "Two or more kinds of evidence point to a problem, but chance could explain it.",
        ),
        Tier::BlindSpot => (
            "blind",
            "\u{25cb}",
            "Silence",
            "Fewer than two kinds of evidence speak. This is not reassurance: it is not known.",
        ),
        Tier::Quiet => ("quiet", "\u{b7}", "Quiet", "Nothing here is more than chance explains."),
    };
    TierWords { class, symbol, short, why }
}

/// Mark and words of a light.
pub fn light(light: Light) -> (&'static str, &'static str) {
    match light {
        Light::Concern => ("\u{25b2}", "points to a problem"),
        Light::Reassurance => ("\u{25bc}", "points the other way"),
        Light::Neutral => ("=", "says neither"),
        Light::Silent => ("\u{25cb}", "is silent"),
    }
}

/// The reading of a point.
pub fn variation(variation: Option<Variation>) -> &'static str {
    match variation {
        Some(Variation::ConcernHigh) => "more than chance explains: worse, high",
        Some(Variation::ConcernLow) => "more than chance explains: worse, low",
        Some(Variation::ImprovementHigh) => "more than chance explains: better, high",
        Some(Variation::ImprovementLow) => "more than chance explains: better, low",
        Some(Variation::NeutralHigh) => "more than chance explains: high",
        Some(Variation::NeutralLow) => "more than chance explains: low",
        Some(Variation::CommonCause) => "within what chance explains",
        None => "",
    }
}

/// `31 January 2015`.
pub fn date(day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), MONTHS[day.month0() as usize], day.year())
}

/// The same text with each ISO date in words.
pub fn dates_in_words(text: &str) -> String {
    let word = |w: &str| {
        let end = w.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
        match w[..end].parse::<NaiveDate>() {
            Ok(day) => format!("{}{}", date(day), &w[end..]),
            Err(_) => w.to_owned(),
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// A period on the axis of a chart: `Mar 14`, `Q1 14`, `2013/14`.
pub fn period_short(period: Period) -> String {
    match period {
        Period::Month(y, m) => format!("{} {:02}", &MONTHS[(m as usize - 1) % 12][..3], y % 100),
        Period::Quarter(y, q) => {
            format!(
                "{} {:02}",
                ["Jan\u{2013}Mar", "Apr\u{2013}Jun", "Jul\u{2013}Sep", "Oct\u{2013}Dec"][(q as usize - 1) % 4],
                y % 100
            )
        }
        Period::FinancialYear(_) | Period::Year(_) => period.to_string(),
    }
}

/// Zero to ten as words, at the head of a sentence.
pub fn number_word(n: usize) -> String {
    const WORDS: [&str; 11] = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.get(n).map_or_else(|| n.to_string(), |w| (*w).to_owned())
}

/// The first letter in upper case.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `a`, `a and b`, `a, b and c`.
pub fn list_of<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// A number with as many decimals as it needs, thousands set apart.
pub fn decimal(number: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(w, r)| (w, r));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let zero = text.chars().all(|c| matches!(c, '0' | '.'));
    let sign = if number < 0.0 && !zero { "\u{2212}" } else { "" };
    if rest.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{rest}") }
}

/// A value of an indicator as people write it: `42.1%`, `12.3 per 10,000`, `17`.
pub fn value(indicator: &Indicator, value: f64) -> String {
    match indicator.unit {
        Unit::Proportion => format!("{}%", decimal(value * 100.0, 1)),
        Unit::Rate => format!("{} per {}", decimal(value, 1), decimal(indicator.multiplier, 0)),
        Unit::Count => decimal(value, if value.fract() == 0.0 { 0 } else { 1 }),
        Unit::Mean | Unit::Value => decimal(value, if value.abs() >= 100.0 { 0 } else { 1 }),
    }
}

/// A shown value with its unit, else its marker; a dash for a missing one.
pub fn shown_value(indicator: &Indicator, shown: Shown) -> String {
    match shown {
        Shown::Number(number) => value(indicator, number),
        other => marker(other),
    }
}

/// A shown count, else its marker; a dash for a missing one.
pub fn shown_count(shown: Shown) -> String {
    match shown {
        Shown::Number(n) => decimal(n, if n.fract() == 0.0 { 0 } else { 1 }),
        other => marker(other),
    }
}

fn marker(shown: Shown) -> String {
    match shown.marker() {
        "" => String::from("missing"),
        mark => mark.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tier_and_light_has_its_own_word_and_mark() {
        let tiers = Tier::ALL.map(tier);
        let lights = [Light::Concern, Light::Reassurance, Light::Neutral, Light::Silent].map(light);
        for i in 0..tiers.len() {
            for j in 0..i {
                assert_ne!(tiers[i].symbol, tiers[j].symbol);
                assert_ne!(tiers[i].short, tiers[j].short);
            }
        }
        for i in 0..lights.len() {
            assert!(lights.iter().skip(i + 1).all(|l| l.0 != lights[i].0 && l.1 != lights[i].1));
        }
    }

    #[test]
    fn numbers_and_dates_as_people_write_them() {
        assert_eq!(decimal(12_345.678, 1), "12,345.7");
        assert_eq!(decimal(-0.01, 1), "0.0", "no minus before a zero");
        assert_eq!(decimal(-1.25, 1), "\u{2212}1.2");
        assert_eq!(dates_in_words("initiated on 2014-11-03."), "initiated on 3 November 2014.");
        assert_eq!(dates_in_words("2013-99-99 stays"), "2013-99-99 stays");
        assert_eq!(period_short(Period::Month(2014, 3)), "Mar 14");
        assert_eq!(capital("four points"), "Four points");
        assert_eq!(list_of(&["a", "b", "c"]), "a, b and c");
    }
}
