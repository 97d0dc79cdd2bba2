//! What a board member reads of a cell: plain sentences to be read aloud, numbers only where they are counts of something,
//! and never a score.

mod figures;
pub(super) mod turning;

use crate::model::cell::{Facts, IndicatorSignal, Light, Part};
use crate::model::{Board, Cell, Grain, Signal, Stream, Tier};
use crate::spec::Reference;
use crate::spec::reference::{Basis, Frequency, Unit};
use crate::triangulate::tally::OWN_PAST;
use figures::{about, capitalised, in_unit, list, number_word, plural, whole};

/// Evidence up to this many months old is recent.
const RECENT_MONTHS: f64 = 12.0;
/// An indicator whose z is at least this points to a problem, as a stream's light does.
const CONCERN: f64 = 1.281_551_565_544_6;

/// What is to be said of a cell: what and where, who was heard, who says what, why it is listed, the loudest figures, how
/// old they are, and how far it hangs on one source.
pub fn sentence(cell: &Cell, board: &Board, reference: &Reference) -> String {
    let mut sentences = vec![title(cell, board, reference), coverage(cell), who_says_what(cell)];
    sentences.extend(reasons(cell));
    sentences.extend(loudest(cell).into_iter().map(|s| signal_sentence(s, cell, reference)));
    sentences.extend(ages(cell));
    if cell.optimism.is_some_and(|o| o.listed) {
        sentences.push("The agency rates itself better than others find it.".to_owned());
    }
    if cell.tier == Tier::HotSpot {
        sentences.push(match cell.fragile {
            Some(stream) => format!("Without {} it would not be listed.", with_article(stream)),
            None => "Without any one of these sources it would still be listed.".to_owned(),
        });
        sentences.push("Of ten such items, expect about one to be a false alarm.".to_owned());
    }
    sentences.retain(|s| !s.is_empty());
    sentences.join(" ")
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

fn title(cell: &Cell, board: &Board, reference: &Reference) -> String {
    let theme = reference.theme(&cell.id.theme).map_or(cell.id.theme.as_str(), |t| t.name.as_str());
    let place = match cell.id.grain {
        Grain::Locality => reference.locality(&cell.id.place, board.as_of).map(|l| l.name.as_str()),
        Grain::Agency => reference.agency(&cell.id.place, board.as_of).map(|a| a.name.as_str()),
        Grain::Board => Some("the whole board"),
    };
    format!("{theme}, {}.", place.unwrap_or(&cell.id.place))
}

fn coverage(cell: &Cell) -> String {
    let expected: Vec<&Signal> = cell.signals.iter().filter(|s| s.expected).collect();
    let silent: Vec<&str> = expected.iter().filter(|s| s.light == Light::Silent).map(|s| noun(s.stream)).collect();
    let heard = expected.len() - silent.len();
    let of = number_word(expected.len());
    let verb = if heard > 1 { "were" } else { "was" };
    let sources = if expected.len() == 1 { "source" } else { "sources" };
    let quiet = match (heard, silent.len()) {
        (0, _) | (_, 0) => String::new(),
        _ => format!("; nothing was heard from {}", list(&silent)),
    };
    let heard = if heard == 0 { "none".to_owned() } else { number_word(heard) };
    match expected.len() {
        0 => "No source was expected.".to_owned(),
        _ => format!("{} of {of} {sources} {verb} available{quiet}.", capitalised(&heard)),
    }
}

fn who_says_what(cell: &Cell) -> String {
    let with = |light: Light| cell.signals.iter().filter(move |s| s.light == light).map(|s| s.stream).collect();
    let (concerned, reassured): (Vec<Stream>, Vec<Stream>) = (with(Light::Concern), with(Light::Reassurance));
    let own_view = cell.id.grain == Grain::Agency && reassured.contains(&Stream::Section11);
    let calm: Vec<Stream> = reassured.into_iter().filter(|s| !(own_view && *s == Stream::Section11)).collect();
    let mut sides: Vec<String> = Vec::new();
    if !concerned.is_empty() {
        sides.push(format!("{} to a problem", does(&concerned, "points", "point")));
    }
    if !calm.is_empty() {
        sides.push(format!("{} the other way", does(&calm, "points", "point")));
    }
    if own_view {
        sides.push("the agency's own Section 11 says that all is well".to_owned());
    }
    match (sides.is_empty(), cell.streams_available()) {
        (true, 0) => String::new(),
        (true, 1) => "It points neither way.".to_owned(),
        (true, _) => "They point neither way.".to_owned(),
        (false, _) => format!("{}.", capitalised(&sides.join("; "))),
    }
}

/// Why the cell is listed, or not.
fn reasons(cell: &Cell) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for tier in std::iter::once(&cell.tier).chain(&cell.also) {
        found.push(match tier {
            Tier::HotSpot => "Look here: together this is more than chance explains.".to_owned(),
            Tier::SingleSource => match loudest_voice(cell) {
                Some(stream) => format!("{} more than chance explains.", capitalised(&alone(stream))),
                None => "One source alone says more than chance explains.".to_owned(),
            },
            Tier::Conflicting => "The sources contradict each other, and neither side is set aside.".to_owned(),
            Tier::Mandatory => {
                let why: Vec<&str> = cell.mandatory_because.iter().map(String::as_str).collect();
                format!("Listed by rule: {}.", list(&why))
            }
            Tier::Watch => "Together this is not beyond chance, and is to be watched.".to_owned(),
            Tier::BlindSpot => "Too few sources speak to judge.".to_owned(),
            Tier::Quiet => "Nothing here is more than chance explains, which is no proof of safety.".to_owned(),
        });
    }
    found
}

/// The stream with the greatest z, before any weight.
fn loudest_voice(cell: &Cell) -> Option<Stream> {
    let voices = cell.signals.iter().filter_map(|s| Some((s.stream, s.z?)));
    voices.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(stream, _)| stream)
}

/// "audits alone say", "soft intelligence alone says".
fn alone(stream: Stream) -> String {
    format!("{} alone {}", noun(stream), if is_singular(stream) { "says" } else { "say" })
}

fn is_singular(stream: Stream) -> bool {
    matches!(stream, Stream::Section11 | Stream::Intelligence)
}

/// The signals whose figures are told: the loudest that points to a problem, and where sources contradict each other also the
/// loudest of the other side.
fn loudest(cell: &Cell) -> Vec<&Signal> {
    let loud = |signal: &&Signal| signal.z.map_or(0.0, |z| z.abs() * signal.weight);
    let of = |light: Light| {
        let lit = cell.signals.iter().filter(move |s| s.light == light);
        lit.max_by(|a, b| loud(a).total_cmp(&loud(b)).then(b.stream.cmp(&a.stream)))
    };
    let other_side = of(Light::Reassurance).filter(|_| cell.pattern == "dissonance");
    of(Light::Concern).into_iter().chain(other_side).collect()
}

fn ages(cell: &Cell) -> Option<String> {
    let speaking: Vec<(&Signal, f64)> =
        cell.signals.iter().filter(|s| s.light != Light::Silent).filter_map(|s| Some((s, s.age_months?))).collect();
    let old: Vec<String> = speaking
        .iter()
        .filter(|(_, age)| *age > RECENT_MONTHS)
        .map(|(s, age)| format!("{} ({} months)", with_article(s.stream), whole(*age)))
        .collect();
    let old_names: Vec<&str> = old.iter().map(String::as_str).collect();
    match (speaking.len(), old.len()) {
        (0, _) => None,
        (_, 0) => Some("The evidence is recent.".to_owned()),
        (all, old) if all == old => Some(format!("The evidence is not recent: {}.", list(&old_names))),
        _ => Some(format!("The evidence is recent, except {}.", list(&old_names))),
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

/// "Supervision in time is 62%, against 85% in England and 80% in the two years before".
fn one_indicator(signal: &IndicatorSignal, cell: &Cell, reference: &Reference) -> Option<String> {
    let indicator = reference.indicator(&signal.indicator)?;
    let observed = signal.level.as_ref().or(signal.change.as_ref())?.observed;
    let against = |part: &Part| {
        let whom = match part.against.as_str() {
            "statistical-neighbours" => "in similar areas",
            "england" => "in England",
            OWN_PAST => "earlier",
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
    Some(format!("{}{window}: {}, against {}", indicator.name, in_unit(observed, indicator), list(&compared)))
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
