//! How a cell or a figure stands in a report, and whether it has moved since another: what a challenge is held against.

use super::OpenBoard;
use super::moved;
use crate::disclose::Shown;
use crate::model::challenge::About;
use crate::report::words;
use crate::spec::reference::{Indicator, Polarity, Unit};

impl OpenBoard {
    /// What a challenge is about, in words; none where the report has no such cell or figure.
    pub fn title_of(&self, about: &About) -> Option<String> {
        match about {
            About::Cell(id) => self.parts().cell(id).map(|c| c.title.clone()),
            About::Figure { indicator, agency, place } => {
                let row = self.series_row(self.series(indicator, agency, place)?)?;
                let place = if row.place_name.is_empty() { String::new() } else { format!(", {}", row.place_name) };
                Some(format!("{}: {}{place}", row.indicator_name, row.agency_name))
            }
        }
    }

    /// How it stands in this report, a clause: `it stands as “Look here”`, `42.1% in December 2014`; none where the report
    /// does not have it.
    pub fn stands(&self, about: &About) -> Option<String> {
        match about {
            About::Cell(id) => {
                let cell = self.parts().cell(id)?;
                Some(format!(
                    "\u{201c}{}\u{201d}, {} of {} kinds of evidence that speak pointing to a problem",
                    words::tier(cell.tier).short,
                    cell.streams_concerned,
                    cell.streams_available
                ))
            }
            About::Figure { indicator, agency, place } => {
                let row = self.series_row(self.series(indicator, agency, place)?)?;
                Some(match row.value.as_str() {
                    "[c]" => format!("a small figure that is not shown, in {}", row.period),
                    "missing" => format!("no figure, in {}", row.period),
                    value => format!("{value} in {}", row.period),
                })
            }
        }
    }
}

/// Whether it has moved from one report to another, in a sentence or two. `then_words` is how it stood when that was asked,
/// for a report that is no longer there.
pub fn has_moved(about: &About, then: Option<&OpenBoard>, then_words: &str, now: &OpenBoard) -> String {
    if then.is_some_and(|then| then.run == now.run) {
        return String::from("The question was put to the current report: whether it moved, the next one will show.");
    }
    let Some(stands) = now.stands(about) else {
        return String::from(
            "The current report does not have it any more, so nothing can be said of whether it moved.",
        );
    };
    let day = words::date(now.as_of());
    let Some(then) = then else {
        return format!("It stood at {then_words}. In the report as of {day} it stands at {stands}.");
    };
    match about {
        About::Cell(id) => {
            let (then, now) = (then.parts().cell(id), now.parts().cell(id));
            let (Some(then), Some(now)) = (then, now) else {
                return format!("The report of then did not have it; as of {day} it stands at {stands}.");
            };
            let tiers = (words::tier(then.tier).short, words::tier(now.tier).short);
            let tier = match then.tier == now.tier {
                true => format!("It has not moved: it stands as \u{201c}{}\u{201d}, as it did.", tiers.1),
                false => {
                    format!("It has moved: from \u{201c}{}\u{201d} to \u{201c}{}\u{201d}.", tiers.0, tiers.1)
                }
            };
            let lights = moved::lights(then, now);
            if lights.is_empty() { tier } else { format!("{tier} {}", lights.join(" ")) }
        }
        About::Figure { indicator, agency, place } => {
            let latest = |board: &OpenBoard| {
                let point = board.series(indicator, agency, place)?.latest()?.clone();
                Some((point.period, point.value))
            };
            let (Some(was), Some(is), Some(listed)) = (latest(then), latest(now), now.reference.indicator(indicator))
            else {
                return format!("It stood at {then_words}; it stands at {stands}.");
            };
            if was.0 == is.0 && was.1 == is.1 {
                return format!("No newer figure has come: it stands at {stands}, as it did.");
            }
            let restated = if was.0 == is.0 { " The same period was sent again." } else { "" };
            match (was.1, is.1) {
                (Shown::Number(before), Shown::Number(after)) => {
                    let then = words::value(listed, before);
                    format!(
                        "{} It was {then} in {}, and is {stands}.{restated}",
                        change(listed, before, after),
                        was.0.words()
                    )
                }
                _ => format!(
                    "It stood at {then_words}, and stands at {stands}: what is not shown cannot be compared.{restated}"
                ),
            }
        }
    }
}

/// How far a figure moved, and which way.
fn change(indicator: &Indicator, before: f64, after: f64) -> String {
    let by = match indicator.unit {
        Unit::Proportion => format!("{} points", words::decimal((after - before).abs() * 100.0, 1)),
        _ => words::value(indicator, (after - before).abs()),
    };
    let up = after > before;
    if words::value(indicator, before) == words::value(indicator, after) {
        return String::from("It has not moved.");
    }
    let better = match indicator.polarity {
        Polarity::HighIsGood => Some(up),
        Polarity::LowIsGood => Some(!up),
        Polarity::Neutral => None,
    };
    let way = match better {
        Some(true) => ", for the better",
        Some(false) => ", for the worse",
        None => "",
    };
    let which = if up { "higher" } else { "lower" };
    format!("It has moved: {by} {which}{way}; whether by more than chance explains, its chart shows.")
}
