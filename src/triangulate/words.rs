//! What a board member reads of a cell: plain sentences to be read aloud, numbers only where they are counts of something,
//! and never a score.

mod figures;
mod frame;
pub(super) mod turning;

use crate::model::cell::{Facts, IndicatorSignal, Light, Part};
use crate::model::{Board, Cell, Grain, Signal, Stream};
use crate::spec::Reference;
use crate::spec::reference::{Basis, Frequency, Unit};
use crate::triangulate::tally::OWN_PAST;
use figures::{about, in_unit, list, plural, whole};
pub use frame::explanation;

/// An indicator whose z is at least this points to a problem, as a stream's light does.
const CONCERN: f64 = 1.281_551_565_544_6;

/// All that is to be said of a cell, to be read aloud.
pub fn sentence(cell: &Cell, board: &Board, reference: &Reference) -> String {
    explanation(cell, board, reference).whole()
}

/// One sentence on what a stream says of a cell. A stream that speaks and whose figures were taken away says that they are
/// too small to show.
pub fn signal_sentence(signal: &Signal, cell: &Cell, reference: &Reference) -> String {
    let name = signal.stream.name();
    if signal.light == Light::Silent {
        return match signal.expected {
            true => format!("{name}: nothing to go by, which is no reassurance."),
            false => format!("{name}: not expected here."),
        };
    }
    match &signal.facts {
        Facts::None => format!("{name}: the numbers are too small to show."),
        Facts::Counts { adverse, n, usual, against, .. } => {
            let past = if against == OWN_PAST { " by earlier figures" } else { "" };
            format!("{name}: {}; {} would be usual{past}.", counted(signal.stream, *adverse, *n), about(*usual))
        }
        Facts::Indicators(indicators) => format!("{name}: {}.", indicators_in_words(indicators, cell, reference)),
    }
}

/// A stream's name within a sentence.
fn noun(stream: Stream) -> &'static str {
    match stream {
        Stream::Performance => "performance figures",
        Stream::Section11 => "Section 11",
        Stream::Audits => "audits",
        Stream::ChildDeaths => "child death reviews",
        Stream::CaseReviews => "case reviews",
        Stream::Intelligence => "soft intelligence",
    }
}

fn is_singular(stream: Stream) -> bool {
    matches!(stream, Stream::Section11 | Stream::Intelligence)
}

fn with_article(stream: Stream) -> String {
    match stream {
        Stream::Section11 => noun(stream).to_owned(),
        _ => format!("the {}", noun(stream)),
    }
}

/// "Audits and case reviews point", "soft intelligence points".
fn does(streams: &[Stream], singular: &str, many: &str) -> String {
    let names: Vec<&str> = streams.iter().map(|s| noun(*s)).collect();
    let one = matches!(streams, [one] if is_singular(*one));
    format!("{} {}", list(&names), if one { singular } else { many })
}

/// "7 of 20 files fell short", "the only review names this theme", "3 deaths with modifiable factors".
fn counted(stream: Stream, adverse: f64, n: f64) -> String {
    match stream {
        Stream::Audits => of_trials(adverse, n, ["file", "files"], ["fell short", "fell short", "did not fall short"]),
        Stream::Section11 => {
            of_trials(adverse, n, ["standard", "standards"], ["falls short", "fall short", "does not fall short"])
        }
        Stream::CaseReviews => {
            let says = ["names this theme", "name this theme", "does not name this theme"];
            of_trials(adverse, n, ["review", "reviews"], says)
        }
        Stream::ChildDeaths if adverse < 0.5 => "no death with modifiable factors".to_owned(),
        Stream::ChildDeaths => {
            format!("{} {} with modifiable factors", whole(adverse), plural(adverse, "death", "deaths"))
        }
        Stream::Intelligence | Stream::Performance if adverse < 0.5 => "no report on this theme".to_owned(),
        Stream::Intelligence | Stream::Performance => {
            format!("{} {} on this theme", whole(adverse), plural(adverse, "report", "reports"))
        }
    }
}

/// `says` holds what one does, what several do, and what one does not.
fn of_trials(adverse: f64, n: f64, things: [&str; 2], says: [&str; 3]) -> String {
    let [thing, things] = things;
    match (whole(adverse).as_str(), whole(n).as_str()) {
        ("0", "1") => format!("the only {thing} {}", says[2]),
        (_, "1") => format!("the only {thing} {}", says[0]),
        ("0", all) => format!("none of {all} {things} {}", says[0]),
        ("1", all) => format!("1 of {all} {things} {}", says[0]),
        ("2", "2") => format!("both {things} {}", says[1]),
        (some, all) if some == all => format!("all {all} {things} {}", says[1]),
        (some, all) => format!("{some} of {all} {things} {}", says[1]),
    }
}

/// The loudest indicator with its figures, and how many point to a problem.
fn indicators_in_words(indicators: &[IndicatorSignal], cell: &Cell, reference: &Reference) -> String {
    let pooled: Vec<&IndicatorSignal> = indicators.iter().filter(|i| i.z.is_some()).collect();
    let concerned = pooled.iter().filter(|i| i.z.is_some_and(|z| z >= CONCERN)).count();
    let how_many = match (pooled.len(), concerned) {
        (0, _) => "no indicator with a direction".to_owned(),
        (1, 0) => "the only indicator does not point to a problem".to_owned(),
        (1, _) => "the only indicator points to a problem".to_owned(),
        (2, 2) => "both indicators point to a problem".to_owned(),
        (all, some) if all == some => format!("all {all} indicators point to a problem"),
        (all, 0) => format!("none of {all} indicators points to a problem"),
        (all, 1) => format!("1 of {all} indicators points to a problem"),
        (all, some) => format!("{some} of {all} indicators point to a problem"),
    };
    // Where the stream as a whole points one way, the figure that is told is the loudest of that side.
    let concern = cell.signal(Stream::Performance).light == Light::Concern;
    let told = pooled.iter().find(|i| !concern || i.z.is_some_and(|z| z > 0.0)).or(pooled.first());
    let Some(told) = told.and_then(|i| one_indicator(i, cell, reference)) else { return how_many };
    format!("{how_many}; {told}")
}

/// "“Supervision in time” is 62%, against 85% in England and 80% before".
fn one_indicator(signal: &IndicatorSignal, cell: &Cell, reference: &Reference) -> Option<String> {
    let indicator = reference.indicator(&signal.indicator)?;
    let observed = signal.level.as_ref().or(signal.change.as_ref())?.observed;
    let against = |part: &Part| {
        let whom = match part.against.as_str() {
            "statistical-neighbours" => "in similar areas",
            "england" => "in England",
            OWN_PAST => "before",
            _ if cell.id.grain == Grain::Agency => "in the other agencies",
            _ => "in the other places",
        };
        format!("{} {whom}", in_unit(part.expected, indicator))
    };
    let compared: Vec<String> = signal.level.iter().chain(&signal.change).map(against).collect();
    let compared: Vec<&str> = compared.iter().map(String::as_str).collect();
    // Where the chart shows months or quarters, a total of the window would be read as one of them.
    let adds_up = indicator.basis == Basis::Flow && matches!(indicator.unit, Unit::Count | Unit::Rate);
    let window = if adds_up && indicator.frequency != Frequency::Annual { " over 12 months" } else { "" };
    let figure = in_unit(observed, indicator);
    Some(format!("\u{201c}{}\u{201d} is {figure}{window}, against {}", indicator.name, list(&compared)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_verbs() {
        for (stream, adverse, n, said) in [
            (Stream::Audits, 7.0, 20.0, "7 of 20 files fell short"),
            (Stream::Audits, 0.0, 1.0, "the only file did not fall short"),
            (Stream::Section11, 1.0, 4.0, "1 of 4 standards falls short"),
            (Stream::Section11, 4.0, 4.0, "all 4 standards fall short"),
            (Stream::Section11, 0.0, 4.0, "none of 4 standards falls short"),
            (Stream::CaseReviews, 1.0, 1.0, "the only review names this theme"),
            (Stream::CaseReviews, 2.0, 5.0, "2 of 5 reviews name this theme"),
            (Stream::ChildDeaths, 1.0, 0.4, "1 death with modifiable factors"),
            (Stream::ChildDeaths, 0.0, 2.0, "no death with modifiable factors"),
            (Stream::Intelligence, 1204.0, 900.0, "1,204 reports on this theme"),
        ] {
            assert_eq!(counted(stream, adverse, n), said);
        }
    }

    #[test]
    fn one_source_says_and_several_say() {
        assert_eq!(does(&[Stream::Intelligence], "points", "point"), "soft intelligence points");
        assert_eq!(does(&[Stream::Audits], "points", "point"), "audits point");
        assert_eq!(
            does(&[Stream::Section11, Stream::Intelligence], "points", "point"),
            "Section 11 and soft intelligence point"
        );
    }
}
