//! Numbers, lists and plurals as they are read aloud.

use crate::spec::reference::{Indicator, Unit};

/// "audits", "audits and reviews", "audits, reviews and performance".
pub(super) fn list(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// "zero" to "ten", then figures.
pub(super) fn number_word(n: usize) -> String {
    const WORDS: [&str; 11] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.get(n).map_or_else(|| n.to_string(), |w| (*w).to_owned())
}

/// With a capital letter at its start.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The word that goes with a number: "1 file", "2 files", "0 files".
pub(super) fn plural<'w>(n: f64, one: &'w str, many: &'w str) -> &'w str {
    if (0.5..1.5).contains(&n) { one } else { many }
}

/// A number without decimals, its thousands apart: "12", "1,204".
pub(super) fn whole(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if number <= -0.5 { format!("-{grouped}") } else { grouped }
}

/// "about 4", "fewer than one".
pub(super) fn about(number: f64) -> String {
    if number < 0.5 { "fewer than one".to_owned() } else { format!("about {}", whole(number)) }
}

/// A value as pages show it: a proportion as a percentage, a rate per its multiplier, others with what decimals they need.
pub(super) fn in_unit(value: f64, indicator: &Indicator) -> String {
    match indicator.unit {
        Unit::Proportion => format!("{}%", percent(value * 100.0)),
        Unit::Rate => format!("{} per {}", short(value), whole(indicator.multiplier)),
        Unit::Count => whole(value),
        Unit::Mean | Unit::Value => short(value),
    }
}

/// Without decimals, but for the ends: 0.4% is not none, and 99.6% not all.
fn percent(value: f64) -> String {
    let from_the_end = value.min(100.0 - value);
    match from_the_end {
        end if end > 0.0 && end < 0.095 => format!("{value:.2}"),
        end if end > 0.0 && end < 1.95 => format!("{value:.1}"),
        _ => whole(value),
    }
}

/// One decimal under 100, none above.
fn short(value: f64) -> String {
    if value.abs() >= 99.95 { whole(value) } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_aloud() {
        assert_eq!(list(&["audits", "reviews", "performance"]), "audits, reviews and performance");
        assert_eq!(list(&["audits"]), "audits");
        assert_eq!([whole(0.4), whole(999.6), whole(1_234_567.0)], ["0", "1,000", "1,234,567"]);
        assert_eq!([about(0.3), about(3.6)], ["fewer than one", "about 4"]);
        assert_eq!([number_word(4), number_word(11)], ["four", "11"]);
        assert_eq!([percent(0.04), percent(0.4), percent(62.3)], ["0.04", "0.4", "62"], "nearly none is not none");
        assert_eq!([percent(99.6), percent(100.0), percent(0.0)], ["99.6", "100", "0"], "nearly all is not all");
        assert_eq!(plural(1.0, "file", "files"), "file");
        assert_eq!(capitalised("soft"), "Soft");
    }
}
