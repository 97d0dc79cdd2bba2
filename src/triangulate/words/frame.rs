//! The frame of sentences of a cell: what and where, who was heard, who says what, why it is listed, the loudest figures, how
//! old they are, and how far it hangs on one source.

use chrono::Datelike;

use crate::model::cell::Light;
use crate::model::explanation::{Role, Sentence};
use crate::model::period::MONTHS;
use crate::model::{Board, Cell, Explanation, Grain, NotHeard, Period, Signal, Stream, Tier};
use crate::spec::Reference;
use crate::triangulate::words::figures::{capitalised, list, number_word, whole};
use crate::triangulate::words::{does, is_singular, noun, signal_sentence, with_article};

/// Evidence up to this many months old is recent.
const RECENT_MONTHS: f64 = 12.0;

/// So many missing returns are named; of more it is said how many.
const NAMED: usize = 3;

/// What is to be said of a cell, in order.
pub fn explanation(cell: &Cell, board: &Board, reference: &Reference) -> Explanation {
    let mut sentences = vec![
        Sentence::plain(Role::Title, title(cell, board, reference)),
        Sentence::plain(Role::Who, coverage(cell)),
        Sentence::plain(Role::Who, who_says_what(cell)),
    ];
    let missing = not_heard(cell, board, reference);
    sentences.extend((!missing.is_empty()).then(|| Sentence::plain(Role::Who, missing)));
    sentences.extend(reasons(cell));
    if cell.optimism.is_some_and(|o| o.listed) {
        sentences.push(Sentence::plain(Role::Who, "The agency rates itself better than others find it."));
    }
    for (light, signal) in loudest(cell) {
        let text = signal_sentence(signal, cell, reference);
        sentences.push(Sentence::telling(Role::Figures(light), text, &[signal.stream], ""));
    }
    sentences.extend(ages(cell));
    if cell.tier == Tier::HotSpot {
        sentences.push(Sentence::plain(Role::Sure, hangs_on(cell)));
        sentences.push(Sentence::plain(Role::Sure, "Of ten such items, expect about one to be a false alarm."));
    }
    Explanation(sentences)
}

fn hangs_on(cell: &Cell) -> String {
    match cell.fragile {
        Some(stream) => format!("Without {} it would not be listed.", with_article(stream)),
        None => "Without any one of these sources it would still be listed.".to_owned(),
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
    match (expected.len(), heard) {
        (0, _) => "No source was expected.".to_owned(),
        (1, 1) => "The one source there is was available.".to_owned(),
        (2, 2) => "Both sources were available.".to_owned(),
        (all, some) if all == some => format!("All {of} sources were available."),
        (_, 0) => format!("None of {of} {sources} was available."),
        (_, some) => format!("{} of {of} {sources} {verb} available{quiet}.", capitalised(&number_word(some))),
    }
}

/// Which returns on the theme did not come, or have nothing in them: the agency's own, or of any agency.
fn not_heard(cell: &Cell, board: &Board, reference: &Reference) -> String {
    let speaks_here = |n: &&NotHeard| n.themes.contains(&cell.id.theme);
    let whose = |n: &&NotHeard| cell.id.grain != Grain::Agency || n.agency == cell.id.place;
    let missing: Vec<&NotHeard> = board.not_heard.iter().filter(speaks_here).filter(whose).collect();
    let name = |id: &str| reference.agency(id, board.as_of).map_or(id.to_owned(), |a| a.name.clone());
    let one = |n: &&NotHeard| {
        let since =
            n.since.map_or("never received".to_owned(), |p| format!("none with figures since {}", last_month(p)));
        format!("\u{201c}{}\u{201d} from {} ({since})", n.name, name(&n.agency))
    };
    let mut parts: Vec<String> = missing.iter().take(NAMED).map(one).collect();
    match missing.len().saturating_sub(NAMED) {
        0 => {}
        1 => parts.push("one more return".to_owned()),
        more => parts.push(format!("{} more returns", number_word(more))),
    }
    if parts.is_empty() { String::new() } else { format!("Missing: {}.", parts.join("; ")) }
}

/// The last month of a period, `September 2014`.
fn last_month(period: Period) -> String {
    let end = period.end();
    format!("{} {}", MONTHS[end.month0() as usize], end.year())
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
fn reasons(cell: &Cell) -> Vec<Sentence> {
    let why = |text: &str| Sentence::plain(Role::Why, text);
    let reason = |tier: &Tier| match tier {
        Tier::HotSpot => why("Look here: together this is more than chance explains."),
        Tier::SingleSource => single(cell),
        Tier::Conflicting => why("The sources contradict each other, and neither side is set aside."),
        Tier::Mandatory => {
            let because: Vec<String> = cell.mandatory_because.iter().map(|b| dates_in_words(b)).collect();
            let because: Vec<&str> = because.iter().map(String::as_str).collect();
            let text = format!("Listed by rule: {}.", list(&because));
            let instead = "Listed by rule: a death or a review of the last 12 months.";
            Sentence::telling(Role::Why, text, &[Stream::ChildDeaths, Stream::CaseReviews], instead)
        }
        Tier::Watch => why("Together this is not beyond chance, and is to be watched."),
        Tier::BlindSpot => why("Too few sources speak to judge."),
        Tier::Quiet => why("Nothing here is more than chance explains, which is no proof of safety."),
    };
    std::iter::once(&cell.tier).chain(&cell.also).map(reason).collect()
}

/// The one voice that is loud by itself; where several agree it says so by itself too.
fn single(cell: &Cell) -> Sentence {
    let says = |stream: Stream| if is_singular(stream) { "says" } else { "say" };
    let agreed = cell.tier == Tier::HotSpot;
    let instead = match agreed {
        true => "One source by itself says so too.",
        false => "One source alone says more than chance explains.",
    };
    let Some(stream) = loudest_voice(cell) else { return Sentence::plain(Role::Why, instead) };
    let name = capitalised(noun(stream));
    let text = match agreed {
        true => {
            format!("{name} {} so by {} too.", says(stream), if is_singular(stream) { "itself" } else { "themselves" })
        }
        false => format!("{name} alone {} more than chance explains.", says(stream)),
    };
    // Where no other light is lit the lights name it anyway.
    match cell.streams_concerned() {
        1 => Sentence::plain(Role::Why, text),
        _ => Sentence::telling(Role::Why, text, &[stream], instead),
    }
}

/// The stream with the greatest z, before any weight.
fn loudest_voice(cell: &Cell) -> Option<Stream> {
    let voices = cell.signals.iter().filter_map(|s| Some((s.stream, s.z?)));
    voices.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(stream, _)| stream)
}

/// The signals whose figures may be told, the loudest first: those that point to a problem, and where sources contradict each
/// other also those of the other side.
fn loudest(cell: &Cell) -> Vec<(Light, &Signal)> {
    let loud = |signal: &Signal| signal.z.map_or(0.0, |z| z.abs() * signal.weight);
    let of = |light: Light| {
        let mut lit: Vec<(Light, &Signal)> =
            cell.signals.iter().filter(|s| s.light == light).map(|s| (light, s)).collect();
        lit.sort_by(|(_, a), (_, b)| loud(b).total_cmp(&loud(a)).then(a.stream.cmp(&b.stream)));
        lit
    };
    let mut all = of(Light::Concern);
    if cell.pattern == "dissonance" {
        all.extend(of(Light::Reassurance));
    }
    all
}

fn ages(cell: &Cell) -> Option<Sentence> {
    let speaking: Vec<(&Signal, f64)> =
        cell.signals.iter().filter(|s| s.light != Light::Silent).filter_map(|s| Some((s, s.age_months?))).collect();
    let old: Vec<&(&Signal, f64)> = speaking.iter().filter(|(_, age)| *age > RECENT_MONTHS).collect();
    let streams: Vec<Stream> = old.iter().map(|(s, _)| s.stream).collect();
    let say = |names: Vec<String>| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match speaking.len() == old.len() {
            true => format!("The evidence is not recent: {}.", list(&names)),
            false => format!("The evidence is recent, except {}.", list(&names)),
        }
    };
    match (speaking.len(), old.len()) {
        (0, _) => None,
        (_, 0) => Some(Sentence::plain(Role::Sure, "The evidence is recent.")),
        _ => {
            let aged = |(s, age): &&(&Signal, f64)| format!("{} ({} months)", with_article(s.stream), whole(*age));
            let text = say(old.iter().map(aged).collect());
            // The age of a single death would be its date.
            let instead = say(streams.iter().map(|s| with_article(*s)).collect());
            Some(Sentence::telling(Role::Sure, text, &streams, instead))
        }
    }
}

/// Days as they are read: "initiated on 3 November 2014".
fn dates_in_words(text: &str) -> String {
    use chrono::{Datelike, NaiveDate};
    let word = |word: &str| match word.parse::<NaiveDate>() {
        Ok(day) => format!("{} {} {}", day.day(), MONTHS[day.month0() as usize], day.year()),
        Err(_) => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
