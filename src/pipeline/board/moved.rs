//! What moved between any two released runs, as the board saw both: places that came on the list or left it, what else
//! changed its standing, and figures whose reading turned.

use std::collections::BTreeMap;

use super::figures::{self, SeriesRow};
use super::{OpenBoard, Released};
use crate::disclose::{ShownCell, ShownSeries};
use crate::model::{CellId, Stream, Tier, movement};
use crate::report::words::{self, TierWords};

/// What moved.
#[derive(Debug, Clone)]
pub struct MovedPage {
    /// The earlier report's day in words.
    pub since: String,
    /// The later report's day in words.
    pub until: String,
    /// It in a sentence.
    pub in_short: String,
    /// Listed now, and not then.
    pub came: Vec<MovedCell>,
    /// Listed then, and not now.
    pub left: Vec<MovedCell>,
    /// On neither list or on both, standing otherwise than then.
    pub otherwise: Vec<MovedCell>,
    /// How many are listed in both, standing as then.
    pub stayed: usize,
    /// Figures for the worse now, and not then.
    pub worse: Vec<MovedFigure>,
    /// Figures for the better now, and not then.
    pub better: Vec<MovedFigure>,
    /// Figures that were for the worse or for the better, and are within chance now.
    pub settled: Vec<MovedFigure>,
    /// Figures that only one of the two reports has.
    pub only_now: usize,
    /// The same, of the earlier.
    pub only_then: usize,
}

/// A cell that stands otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedCell {
    /// Its id.
    pub cell: String,
    /// What it is called.
    pub title: String,
    /// How it stood; none where it was none.
    pub then: Option<TierWords>,
    /// How it stands; none where it is none any more.
    pub now: Option<TierWords>,
    /// Kinds of evidence whose light changed: `Audits: from “says neither” to “points to a problem”.`
    pub lights: Vec<String>,
    /// Why, a sentence; empty where the two are not one after the other.
    pub because: String,
}

/// A figure whose reading turned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedFigure {
    /// As it is now.
    pub row: SeriesRow,
    /// Value and period then.
    pub then: String,
    /// Value and period now.
    pub now: String,
}

/// The two reports of a comparison.
pub struct Pair<'a> {
    /// The earlier.
    pub then: &'a OpenBoard,
    /// The later.
    pub now: &'a OpenBoard,
}

/// The releases that a comparison begins with: the last of each day, the current one and the one before it.
pub fn usual_pair(releases: &[Released]) -> Option<(&Released, &Released)> {
    let now = releases.first()?;
    let then = releases.iter().find(|r| r.as_of < now.as_of)?;
    Some((then, now))
}

fn is_listed(tier: Tier) -> bool {
    matches!(tier, Tier::HotSpot | Tier::SingleSource | Tier::Conflicting)
}

/// Compares two reports.
pub fn moved(pair: &Pair<'_>) -> MovedPage {
    let cells = |board: &'_ OpenBoard| -> BTreeMap<CellId, ShownCell> {
        board.shown.cells().iter().map(|c| (c.id.clone(), c.clone())).collect()
    };
    let (before, after) = (cells(pair.then), cells(pair.now));
    let follows = pair.now.shown.facts().previous_run.as_deref() == Some(pair.then.run.as_str());
    let (mut came, mut left, mut otherwise, mut stayed) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let ids = pair.now.shown.cells().iter().map(|c| &c.id);
    let gone = pair.then.shown.cells().iter().map(|c| &c.id).filter(|id| !after.contains_key(id));
    for id in ids.chain(gone) {
        let (then, now) = (before.get(id), after.get(id));
        let tiers = (then.map(|c| c.tier), now.map(|c| c.tier));
        let listed = (tiers.0.is_some_and(is_listed), tiers.1.is_some_and(is_listed));
        if tiers.0 == tiers.1 {
            stayed += usize::from(listed.1);
            continue;
        }
        let cell = moved_cell(pair, id, then, now, follows);
        match listed {
            (false, true) => came.push(cell),
            (true, false) => left.push(cell),
            _ => otherwise.push(cell),
        }
    }
    let figures = Figures::of(pair);
    MovedPage {
        since: words::date(pair.then.as_of()),
        until: words::date(pair.now.as_of()),
        in_short: in_short(came.len(), left.len(), stayed),
        came,
        left,
        otherwise,
        stayed,
        worse: figures.worse,
        better: figures.better,
        settled: figures.settled,
        only_now: figures.only_now,
        only_then: figures.only_then,
    }
}

fn moved_cell(
    pair: &Pair<'_>,
    id: &CellId,
    then: Option<&ShownCell>,
    now: Option<&ShownCell>,
    follows: bool,
) -> MovedCell {
    let why = now.filter(|_| follows).map(|c| movement::in_words(&c.moved)).unwrap_or_default();
    let because = match (why.is_empty(), now) {
        (false, _) => format!("{}.", words::capital(&why)),
        (true, None) => String::from("It is no longer compared: its place, agency or theme is no longer there."),
        (true, Some(_)) => String::new(),
    };
    let title = now.or(then).map_or_else(|| pair.now.parts().names().title(id), |c| c.title.clone());
    MovedCell {
        cell: id.to_string(),
        title,
        then: then.map(|c| words::tier(c.tier)),
        now: now.map(|c| words::tier(c.tier)),
        lights: then.zip(now).map(|(a, b)| lights(a, b)).unwrap_or_default(),
        because,
    }
}

/// The kinds of evidence whose light is another, a sentence each. Lights are shown in every report.
pub(super) fn lights(then: &ShownCell, now: &ShownCell) -> Vec<String> {
    let changed = Stream::ALL.into_iter().filter(|s| then.signal(*s).light != now.signal(*s).light);
    let says = |cell: &ShownCell, s: Stream| words::light(cell.signal(s).light).1;
    let one = |s: Stream| {
        format!("{}: from \u{201c}{}\u{201d} to \u{201c}{}\u{201d}.", s.name(), says(then, s), says(now, s))
    };
    changed.map(one).collect()
}

fn in_short(came: usize, left: usize, stayed: usize) -> String {
    let number = words::number_word;
    let are = |n: usize, what: &str| format!("{} {} {what}", number(n), if n == 1 { "is" } else { "are" });
    let has = |n: usize| format!("{} {} left the list", number(n), if n == 1 { "has" } else { "have" });
    let sentence = format!("{}, {}, and {} as before", are(came, "newly listed"), has(left), are(stayed, "listed"));
    format!("{}.", words::capital(&sentence))
}

#[derive(Default)]
struct Figures {
    worse: Vec<MovedFigure>,
    better: Vec<MovedFigure>,
    settled: Vec<MovedFigure>,
    only_now: usize,
    only_then: usize,
}

impl Figures {
    fn of(pair: &Pair<'_>) -> Self {
        let key = |s: &ShownSeries| (s.agency.clone(), s.indicator.clone(), s.locality.clone());
        let mut before: BTreeMap<_, &ShownSeries> = pair.then.shown.series().iter().map(|s| (key(s), s)).collect();
        let mut figures = Self::default();
        for series in pair.now.shown.series() {
            let Some(earlier) = before.remove(&key(series)) else {
                figures.only_now += 1;
                continue;
            };
            let kind = |s: &ShownSeries| figures::reading(s.variation).2;
            let (then, now) = (kind(earlier), kind(series));
            let list = match (then, now) {
                (then, now) if then == now => continue,
                (_, "worse") => &mut figures.worse,
                (_, "better") => &mut figures.better,
                ("worse" | "better", "chance") => &mut figures.settled,
                _ => continue,
            };
            if let (Some(row), Some(was)) = (pair.now.series_row(series), pair.then.series_row(earlier)) {
                let then = format!("{} in {}", was.value, was.period);
                let now = format!("{} in {}", row.value, row.period);
                list.push(MovedFigure { row, then, now });
            }
        }
        figures.only_then = before.len();
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_in_a_sentence() {
        assert_eq!(in_short(0, 1, 3), "None are newly listed, one has left the list, and three are listed as before.");
        assert_eq!(in_short(1, 0, 1), "One is newly listed, none have left the list, and one is listed as before.");
    }

    #[test]
    fn a_comparison_begins_with_the_report_of_the_day_before() {
        let release = |run: &str, day: &str| Released {
            run: run.to_owned(),
            as_of: day.parse().unwrap(),
            released_at: String::new(),
            released_by: String::new(),
            note: String::new(),
        };
        let releases = [release("c", "2015-02-28"), release("b", "2015-02-28"), release("a", "2015-01-31")];
        let (then, now) = usual_pair(&releases).unwrap();
        assert_eq!(
            (then.run.as_str(), now.run.as_str()),
            ("a", "c"),
            "a second release of one day is no earlier report"
        );
        assert!(usual_pair(&releases[..2]).is_none());
    }
}
