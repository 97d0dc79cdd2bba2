//! Why a cell is listed: the first tier that fits, the others beside it, and the order of the list.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::cell::Light;
use crate::model::row::Row;
use crate::model::{Cell, Grain, Tier};
use crate::stats::{adjust, normal};
use crate::triangulate::ground::Ground;
use crate::triangulate::streams::{case_review_places, death_themes};
use crate::triangulate::when::Span;

/// The category of deliberately inflicted injury, abuse or neglect in `death-categories.csv`.
const CATEGORY_1: &str = "1";
/// How long a death or a review makes a cell mandatory.
const MANDATORY_MONTHS: u32 = 12;
/// How many concern lights make a list.
const CONCERNS: usize = 2;

/// Sets q, tiers and ranks of a grain's cells, and puts them in order.
pub(super) fn settle(ground: &Ground<'_>, grain: Grain, cells: &mut [Cell]) {
    let p: Vec<Option<f64>> = cells.iter().map(|c| c.p_value).collect();
    for (cell, q) in cells.iter_mut().zip(adjust::benjamini_hochberg(&p)) {
        cell.q_value = q;
    }
    let loud = loud_voices(ground, cells);
    let mut mandatory = mandatory(ground, grain);
    for (cell, loud) in cells.iter_mut().zip(loud) {
        let key = (cell.id.theme.clone(), cell.id.place.clone());
        cell.mandatory_because = mandatory.remove(&key).unwrap_or_default().into_iter().collect();
        let mut fitting = fitting(ground, cell, loud);
        cell.tier = fitting.remove(0);
        cell.also = fitting;
    }
    order(cells);
}

/// Cells in which one stream alone is beyond chance among all stream-cells of the grain.
fn loud_voices(ground: &Ground<'_>, cells: &[Cell]) -> Vec<bool> {
    let voices = cells.iter().enumerate().flat_map(|(i, c)| c.signals.iter().filter_map(move |s| s.z.map(|z| (i, z))));
    let voices: Vec<(usize, f64)> = voices.collect();
    let p: Vec<Option<f64>> = voices.iter().map(|(_, z)| Some(normal::sf(*z))).collect();
    let mut loud = vec![false; cells.len()];
    for ((cell, _), q) in voices.iter().zip(adjust::benjamini_hochberg(&p)) {
        loud[*cell] |= q.is_some_and(|q| q <= ground.world.method.thresholds.q_single_source);
    }
    loud
}

/// All tiers that fit, in their order; never none.
fn fitting(ground: &Ground<'_>, cell: &Cell, loud: bool) -> Vec<Tier> {
    let agreeing = cell.signals.iter().filter(|s| s.light == Light::Concern).count() >= CONCERNS;
    let beyond_chance = cell.q_value.is_some_and(|q| q <= ground.world.method.thresholds.q_hot_spot);
    let fits = |tier: &Tier| match tier {
        Tier::HotSpot => agreeing && beyond_chance,
        Tier::SingleSource => loud,
        Tier::Conflicting => cell.pattern == "dissonance",
        Tier::Mandatory => !cell.mandatory_because.is_empty(),
        Tier::Watch => agreeing && !beyond_chance,
        Tier::BlindSpot => cell.streams_available() < 2,
        Tier::Quiet => false,
    };
    let mut tiers: Vec<Tier> = Tier::ALL.into_iter().filter(fits).collect();
    if tiers.is_empty() {
        tiers.push(Tier::Quiet);
    }
    tiers
}

/// The order of `hotspots.csv`, and ranks from 1; a blind spot has none.
fn order(cells: &mut [Cell]) {
    cells.sort_by_cached_key(|c| (c.tier, Downwards(c.score), c.id.to_string()));
    let ranked = cells.iter_mut().filter(|c| c.tier != Tier::BlindSpot);
    for (rank, cell) in ranked.enumerate() {
        cell.rank = Some(rank + 1);
    }
}

/// Scores from the highest, none last.
#[derive(PartialEq)]
struct Downwards(Option<f64>);

impl Eq for Downwards {}

impl Ord for Downwards {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let value = |d: &Self| d.0.unwrap_or(f64::NEG_INFINITY);
        value(other).total_cmp(&value(self))
    }
}

impl PartialOrd for Downwards {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

type Reasons = BTreeMap<(String, String), BTreeSet<String>>;

/// Why cells of a grain are listed by rule, by theme and place.
fn mandatory(ground: &Ground<'_>, grain: Grain) -> Reasons {
    let recent = Span::back_from(ground.world.as_of, MANDATORY_MONTHS);
    let mut reasons = Reasons::new();
    let mut list = |theme: usize, place: usize, why: &str| {
        let key = (ground.themes[theme].to_owned(), ground.place_id(grain, place).to_owned());
        reasons.entry(key).or_default().insert(why.to_owned());
    };
    for row in ground.world.child_deaths {
        let notified = row.date("notified_on").filter(|d| recent.holds(*d));
        let Some(notified) = notified.filter(|_| row.text("category") == CATEGORY_1 && grain != Grain::Agency) else {
            continue;
        };
        let Some(place) = ground.place(grain, "", row.text("locality")) else { continue };
        for theme in death_themes(ground, row) {
            list(theme, place, &death(notified));
        }
    }
    for row in ground.world.case_reviews {
        let decided = row.date("decided_on").filter(|d| recent.holds(*d));
        let Some((decided, name)) = decided.zip(initiated(row)) else { continue };
        let why = format!("a {name} initiated on {decided}");
        let themes: BTreeSet<usize> = row.ids("themes").iter().filter_map(|t| ground.theme(t)).collect();
        for place in case_review_places(ground, grain, row) {
            for theme in &themes {
                list(*theme, place, &why);
            }
        }
    }
    reasons
}

/// The name of a serious case review or a practice review that was initiated.
fn initiated(row: &Row) -> Option<&'static str> {
    let name = match row.text("kind") {
        "scr" => "serious case review",
        "practice-review" => "practice review",
        _ => return None,
    };
    (row.text("decision") == "initiate").then_some(name)
}

/// A death is told by its month, since with a place a day may name a child.
fn death(notified: NaiveDate) -> String {
    use chrono::Datelike;
    let month = crate::model::period::MONTHS[notified.month0() as usize];
    format!("a child death of category 1 notified in {month} {}", notified.year())
}
