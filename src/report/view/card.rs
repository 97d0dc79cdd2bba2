//! A card: one place to look, in plain words, so that its reader can take it apart.

use crate::disclose::{ShownCell, ShownSignal};
use crate::model::cell::Light;
use crate::model::{Grain, Stream, Tier, movement};
use crate::report::view::Source;
use crate::report::view::chart::Gallery;
use crate::report::words::{self, TierWords};

/// One place to look.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Id of the cell.
    pub cell: String,
    /// Id of the card on the page.
    pub anchor: String,
    /// `Neglect, Corby`.
    pub title: String,
    /// The theme's name.
    pub theme: String,
    /// Locality, agency, or the whole board.
    pub place: String,
    /// What the place is compared with.
    pub compared: &'static str,
    /// The tier's words.
    pub tier: TierWords,
    /// The words of other tiers that fit.
    pub also: Vec<&'static str>,
    /// The explanation in words, to be read by itself.
    pub explanation: String,
    /// Who was heard and who says what, above the card's lists.
    pub lead: String,
    /// Six lights, in the order of the streams.
    pub lights: Vec<LightView>,
    /// What points to a problem.
    pub agree: Vec<String>,
    /// What points the other way.
    pub disagree: Vec<String>,
    /// What says neither.
    pub neither: Vec<String>,
    /// Who is silent, though expected to speak.
    pub silent: Vec<&'static str>,
    /// How sure.
    pub sure: Vec<String>,
    /// How recent.
    pub recent: String,
    /// What is not known.
    pub unknown: Vec<String>,
    /// Since when it is listed, and how it stood before.
    pub moved: String,
    /// What would change our mind; empty where it is not told.
    pub mind: String,
    /// Why it is mandatory, if it is.
    pub reviews: Vec<String>,
    /// The method's numbers, a row a stream.
    pub numbers: Vec<NumberRow>,
    /// The method's numbers for the cell.
    pub measures: Vec<(&'static str, String)>,
    /// Charts behind the performance signal.
    pub charts: Vec<ChartRef>,
    /// Indicators of which every figure is withheld or missing, so that there is nothing to draw.
    pub undrawn: Vec<String>,
    /// Whether the performance signal has no chart behind it at all: it is a total of several returns.
    pub without_chart: bool,
}

/// A light of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LightView {
    /// The stream's name.
    pub name: &'static str,
    /// Class of the style sheet.
    pub class: &'static str,
    /// Mark.
    pub symbol: &'static str,
    /// Words.
    pub words: &'static str,
}

/// A stream's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberRow {
    /// The stream's name.
    pub name: &'static str,
    /// Its light in words.
    pub light: &'static str,
    /// z.
    pub z: String,
    /// Weight.
    pub weight: String,
    /// n.
    pub n: String,
}

/// A chart behind a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartRef {
    /// Slug of the chart.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Whether it is drawn in this card; else the card that draws it is named.
    pub drawn_here: bool,
}

/// Id of a cell's card on the page.
pub fn anchor(cell: &str) -> String {
    format!("card-{}", cell.replace('/', "-"))
}

pub(super) fn build(cell: &ShownCell, source: &Source<'_>, gallery: &mut Gallery) -> Card {
    let id = cell.id.to_string();
    let by = |light: Light| -> Vec<String> { cell.signals.iter().filter(|s| s.light == light).map(says).collect() };
    let (charts, undrawn) = gallery.of_cell(cell, source);
    let performs = cell.signal(Stream::Performance).light != Light::Silent;
    Card {
        anchor: anchor(&id),
        title: cell.title.clone(),
        theme: source.names.theme(&cell.id.theme),
        place: source.names.place(&cell.id),
        compared: compared(cell.id.grain),
        tier: words::tier(cell.tier),
        also: also(cell),
        explanation: cell.explanation.clone(),
        lead: cell.lead.clone(),
        lights: cell.signals.iter().map(light).collect(),
        agree: by(Light::Concern),
        disagree: by(Light::Reassurance),
        neither: by(Light::Neutral),
        silent: silent(cell),
        sure: sure(cell, source),
        recent: recent(cell),
        unknown: unknown(cell, source),
        moved: moved(cell, source),
        mind: cell.mind.clone().unwrap_or_default(),
        reviews: cell.mandatory_because.iter().map(|r| words::capital(&words::dates_in_words(r))).collect(),
        numbers: cell.signals.iter().map(numbers).collect(),
        measures: measures(cell),
        without_chart: performs && charts.is_empty() && undrawn.is_empty() && !gallery.is_full(),
        undrawn,
        charts,
        cell: id,
    }
}

fn says(signal: &ShownSignal) -> String {
    let name = signal.stream.name();
    if signal.sentence.is_empty() {
        format!("{name} {}.", words::light(signal.light).1)
    } else {
        signal.sentence.clone()
    }
}

fn light(signal: &ShownSignal) -> LightView {
    let (symbol, words) = words::light(signal.light);
    let words = if signal.light == Light::Silent && !signal.expected { "is not asked here" } else { words };
    let class = signal.light.as_str();
    LightView { name: signal.stream.name(), class, symbol, words }
}

fn numbers(signal: &ShownSignal) -> NumberRow {
    let number = |shown: crate::disclose::Shown, decimals| match shown.number() {
        Some(n) => words::decimal(n, decimals),
        None if shown.is_withheld() => String::from("[c]"),
        None => String::from("none"),
    };
    NumberRow {
        name: signal.stream.name(),
        light: words::light(signal.light).1,
        z: number(signal.z, 2),
        weight: number(signal.weight, 2),
        n: number(signal.n, if signal.n.number().is_some_and(|n| n.fract() != 0.0) { 1 } else { 0 }),
    }
}

fn measures(cell: &ShownCell) -> Vec<(&'static str, String)> {
    let coarse = cell.is_coarse();
    let bound = |p: f64| match (coarse, p) {
        (true, p) => format!("at most {p}"),
        (false, p) if p < 0.001 => String::from("under 0.001"),
        (false, p) => words::decimal(p, 3),
    };
    let mut rows = Vec::new();
    if let Some(score) = cell.score {
        let rounded = if coarse { " (to the nearest 0.5)" } else { "" };
        rows.push((
            "Score of all streams together (Z)",
            format!("{}{rounded}", words::decimal(score, if coarse { 1 } else { 2 })),
        ));
    }
    if let Some(p) = cell.p_value {
        rows.push(("p, one-sided", bound(p)));
    }
    if let Some(q) = cell.q_value {
        rows.push(("q, after Benjamini and Hochberg", bound(q)));
    }
    if let Some(rank) = cell.rank {
        rows.push(("Rank within its grain", rank.to_string()));
    }
    rows
}

fn compared(grain: Grain) -> &'static str {
    match grain {
        Grain::Locality => "A place, compared with the board's other places.",
        Grain::Agency => "An agency, compared with the other agencies that return on this theme.",
        Grain::Board => "The whole board, compared with others like it and with its own past.",
    }
}

fn silent(cell: &ShownCell) -> Vec<&'static str> {
    let silent = cell.signals.iter().filter(|s| s.light == Light::Silent && s.expected);
    silent.map(|s| s.stream.name()).collect()
}

fn sure(cell: &ShownCell, source: &Source<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let limit = source.pipeline.method.thresholds.q_hot_spot;
    let says = match cell.tier {
        Tier::HotSpot => format!(
            "What agrees here is more than chance explains. Of ten places listed like this, expect about {} to be a false alarm.",
            words::number_word((limit * 10.0).round().max(1.0) as usize)
        ),
        Tier::SingleSource => {
            String::from("One kind of evidence alone is sure of it. Ask what the others would show if they looked.")
        }
        Tier::Conflicting => String::from(
            "Two readings of one thing seldom lie so far apart, though among so many places some will by chance. Which side is right is not known.",
        ),
        Tier::Watch => String::from("Not sure: chance could explain it. It is listed so that it is not forgotten."),
        _ => String::new(),
    };
    if !says.is_empty() {
        lines.push(says);
    }
    match cell.fragile {
        Some(stream) => lines
            .push(format!("It rests on one kind of evidence: without {} it would not be listed.", of_stream(stream))),
        None if cell.tier == Tier::HotSpot => {
            lines.push(String::from("Without any one of its kinds of evidence it would still be listed."));
        }
        None => {}
    }
    // Where places differ by no more than chance the drawn ranks are ties in the middle of the list; a range that leaves out
    // the place's own rank would only puzzle.
    let own = cell.rank.map_or(f64::INFINITY, |rank| rank as f64);
    if let Some((expected, low, high)) = cell.expected_rank.filter(|(_, low, _)| own >= *low) {
        lines.push(format!(
            "Allowing for chance it would rank about {} among {}; anywhere from {} to {} is plausible.",
            words::decimal(expected, 0),
            source.cells_of(cell.id.grain),
            words::decimal(low, 0),
            words::decimal(high, 0)
        ));
    }
    lines
}

/// What else a cell is. That one kind is loud by itself is no news of a place where several agree.
fn also(cell: &ShownCell) -> Vec<&'static str> {
    let news = cell.also.iter().filter(|t| cell.tier != Tier::HotSpot || **t != Tier::SingleSource);
    news.map(|t| words::tier(*t).short).collect()
}

/// A stream's name inside a sentence.
fn of_stream(stream: Stream) -> &'static str {
    match stream {
        Stream::Performance => "performance",
        Stream::Section11 => "Section 11",
        Stream::Audits => "the audits",
        Stream::ChildDeaths => "the child death reviews",
        Stream::CaseReviews => "the case reviews",
        Stream::Intelligence => "the soft intelligence",
    }
}

fn recent(cell: &ShownCell) -> String {
    const RECENT_MONTHS: f64 = 12.0;
    let speaking: Vec<(&str, f64)> = cell
        .signals
        .iter()
        .filter(|s| s.light != Light::Silent)
        .filter_map(|s| Some((s.stream.name(), s.age_months?)))
        .collect();
    let older: Vec<String> = speaking
        .iter()
        .filter(|(_, age)| *age > RECENT_MONTHS)
        .map(|(name, age)| format!("{name} (about {} months old)", words::decimal(*age, 0)))
        .collect();
    match (speaking.len(), older.len()) {
        (0, _) => String::from("Nothing speaks here."),
        (_, 0) => String::from("All of it is, on average, at most a year old."),
        (n, m) if n == m => format!("Not recent: {}.", words::list_of(&older)),
        _ => format!("At most a year old on average, except {}.", words::list_of(&older)),
    }
}

fn unknown(cell: &ShownCell, source: &Source<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let silent = silent(cell);
    if !silent.is_empty() {
        let verb = if silent.len() == 1 && !silent[0].ends_with('s') { "says" } else { "say" };
        lines.push(format!("{} {verb} nothing here, and silence is not reassurance.", words::list_of(&silent)));
    }
    let withheld: Vec<&str> = cell.signals.iter().filter(|s| s.withheld).map(|s| s.stream.name()).collect();
    if !withheld.is_empty() {
        lines.push(format!(
            "The counts behind {} are small (1 to {}) and are not shown, so that no child can be recognised.",
            words::list_of(&withheld),
            source.pipeline.disclosure.threshold
        ));
    }
    lines.push(String::from("Why it is so. This is a prompt to ask, not a verdict."));
    lines
}

fn moved(cell: &ShownCell, source: &Source<'_>) -> String {
    let first = source.shown.facts().previous_run.is_none();
    match (cell.previous_tier, cell.first_seen) {
        _ if first => String::from("This is the first report, so nothing can be said of movement."),
        (Some(before), Some(since)) if before == cell.tier => {
            format!("It has stood like this since {}.", words::date(since))
        }
        (Some(before), _) => {
            let stood = words::tier(before).short;
            format!("New here: in the last report it stood as \u{201c}{stood}\u{201d}.{}", because(cell))
        }
        (None, _) => format!("New here: the last report did not have it.{}", because(cell)),
    }
}

/// What moved a cell, as a sentence of its own after another.
fn because(cell: &ShownCell) -> String {
    match movement::in_words(&cell.moved) {
        none if none.is_empty() => none,
        why => format!(" What moved it: {why}."),
    }
}
