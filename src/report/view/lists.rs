//! The short lists of the report: reviews, silences, optimists, and what moved.

use std::collections::BTreeMap;

use crate::disclose::ShownCell;
use crate::model::cell::Light;
use crate::model::{Grain, Stream, Tier, movement};
use crate::report::view::Source;
use crate::report::words;

/// A review or death that is listed by rule: reported once, with all it touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// What it is.
    pub what: String,
    /// The themes it names.
    pub themes: Vec<String>,
    /// The places and agencies it names.
    pub places: Vec<String>,
}

pub(super) fn reviews(source: &Source<'_>) -> Vec<Review> {
    let mut found: BTreeMap<&str, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for cell in source.shown.cells() {
        for reason in &cell.mandatory_because {
            let (themes, places) = found.entry(reason).or_default();
            themes.push(source.names.theme(&cell.id.theme));
            if cell.id.grain != Grain::Board {
                places.push(source.names.place(&cell.id));
            }
        }
    }
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names.dedup();
        names
    };
    let review = |(what, (themes, places)): (&str, (Vec<String>, Vec<String>))| Review {
        what: words::capital(&words::dates_in_words(what)),
        themes: sorted(themes),
        places: sorted(places),
    };
    found.into_iter().map(review).collect()
}

/// Where fewer than two kinds of evidence speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Place or agency.
    pub place: String,
    /// Themes of which little is known there.
    pub themes: Vec<String>,
    /// Whether every theme of it is silent.
    pub all: bool,
}

pub(super) fn silences(source: &Source<'_>) -> Vec<Silence> {
    let mut found: BTreeMap<(Grain, &str), Vec<&ShownCell>> = BTreeMap::new();
    for cell in source.shown.cells() {
        found.entry((cell.id.grain, cell.id.place.as_str())).or_default().push(cell);
    }
    let silence = |cells: Vec<&ShownCell>| {
        let blind: Vec<&&ShownCell> = cells.iter().filter(|c| c.tier == Tier::BlindSpot).collect();
        let place = words::capital(&source.names.place(&blind.first()?.id));
        let mut themes: Vec<String> = blind.iter().map(|c| source.names.theme(&c.id.theme)).collect();
        themes.sort();
        Some(Silence { place, all: blind.len() == cells.len(), themes })
    };
    let mut list: Vec<Silence> = found.into_values().filter_map(silence).collect();
    list.sort_by(|a, b| b.themes.len().cmp(&a.themes.len()).then_with(|| a.place.cmp(&b.place)));
    list
}

/// An agency that rates itself better than others find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Optimism {
    /// The agency's name.
    pub agency: String,
    /// On which theme, and which other kinds of evidence point to a problem.
    pub themes: Vec<(String, String)>,
}

pub(super) fn optimists(source: &Source<'_>) -> Vec<Optimism> {
    let mut found: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for cell in source.shown.cells().iter().filter(|c| c.optimism_listed) {
        let others: Vec<&str> = cell
            .signals
            .iter()
            .filter(|s| s.stream != Stream::Section11 && s.light == Light::Concern)
            .map(|s| s.stream.name())
            .collect();
        let others = match others.len() {
            0 => String::from("the other kinds of evidence together find it less good"),
            1 => format!("{} points to a problem", others[0]),
            _ => format!("{} point to a problem", words::list_of(&others)),
        };
        let entry = found.entry(source.names.agency(&cell.id.place)).or_default();
        entry.push((source.names.theme(&cell.id.theme), others));
    }
    let optimism = |(agency, mut themes): (String, Vec<(String, String)>)| {
        themes.sort();
        Optimism { agency, themes }
    };
    found.into_iter().map(optimism).collect()
}

/// What changed since the previous report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The day of the previous report, or its id.
    pub since: String,
    /// Cells that are listed now and were not.
    pub new: Vec<MovedCell>,
    /// Cells that were listed and are not now.
    pub gone: Vec<MovedCell>,
    /// Both in a few words: `3 are newly listed, and one has left the list`.
    pub in_short: String,
}

/// A cell that came on the list, or left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedCell {
    /// `Neglect, Corby`.
    pub title: String,
    /// Why, within a sentence; empty where it is not known.
    pub because: String,
}

pub(super) fn moved(source: &Source<'_>) -> Option<Moved> {
    let previous = source.shown.facts().previous_run.as_deref()?;
    let is_listed = |tier: Tier| matches!(tier, Tier::HotSpot | Tier::SingleSource | Tier::Conflicting);
    let one = |c: &ShownCell| MovedCell { title: c.title.clone(), because: movement::in_words(&c.moved) };
    let titles = |wanted: &dyn Fn(&ShownCell) -> bool| -> Vec<MovedCell> {
        source.shown.cells().iter().filter(|c| wanted(c)).map(one).collect()
    };
    let since = previous.get(..10).and_then(|day| day.parse().ok()).map_or_else(|| previous.to_owned(), words::date);
    let new = titles(&|c| is_listed(c.tier) && !c.previous_tier.is_some_and(is_listed));
    let mut gone = titles(&|c| !is_listed(c.tier) && c.previous_tier.is_some_and(is_listed));
    gone.extend(source.shown.gone().iter().filter(|(_, tier)| is_listed(*tier)).map(|(id, _)| MovedCell {
        title: source.names.title(id),
        because: String::from("it is no longer compared, because the place, agency or theme is no longer there"),
    }));
    let in_short = in_short(new.len(), gone.len());
    Some(Moved { since, new, gone, in_short })
}

fn in_short(new: usize, gone: usize) -> String {
    let number = words::number_word;
    let listed = format!("{} {} newly listed", number(new), if new == 1 { "is" } else { "are" });
    let left = format!("{} {} left the list", number(gone), if gone == 1 { "has" } else { "have" });
    match (new, gone) {
        (0, 0) => String::from("the same are listed"),
        (_, 0) => listed,
        (0, _) => left,
        _ => format!("{listed}, and {left}"),
    }
}
