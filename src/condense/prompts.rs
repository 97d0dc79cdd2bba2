//! Figures to ask about: what stands apart from the other places by a plain, robust measure. They are questions beside the
//! lattice, never a part of a score.
//!
//! Levels and changes are compared within one agency, indicator and period, among places that have none below them. A
//! distance is robust: (x - median) / (1.4826 x median absolute deviation), as Iglewicz and Hoaglin (1993) use it. Counts
//! are left out, since the largest place would always stand first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::prompt::{Mover, Prompt, PromptFigure, PromptKind, PromptPoint};
use crate::model::{Period, Point, Series, Status};
use crate::spec::Reference;
use crate::spec::prompts::{Break, Prompts};
use crate::spec::reference::{Indicator, Polarity, Unit};
use crate::stats::robust;

/// How many movers a move is shown with, and up to which rank a move in a place's history is told.
const MOVERS: usize = 3;
/// How many breaks outside the focus are listed.
const BREAKS_MAX: usize = 10;

/// The figures to ask about, those of the places in focus first, in the order of `settings.focus`.
///
/// Of a place in focus every period counts that ends by the as-of date, also where it has ended since. Of the others the
/// newest period of an indicator counts, and of these the moves and levels furthest apart.
pub fn prompts(series: &[Series], reference: &Reference, as_of: NaiveDate, settings: &Prompts) -> Vec<Prompt> {
    let parents: BTreeSet<&str> = reference.localities.iter().map(|l| l.parent.as_str()).collect();
    let leaves: Vec<&Series> = series.iter().filter(|s| !parents.contains(s.locality.as_str())).collect();
    let mut groups: BTreeMap<(&str, &str), Vec<&Series>> = BTreeMap::new();
    for one in &leaves {
        if !settings.leave_out.contains(&one.indicator) {
            groups.entry((&one.agency, &one.indicator)).or_default().push(one);
        }
    }
    let mut found = Found::default();
    for ((_, id), group) in &groups {
        let Some(indicator) = reference.indicator(id).filter(|i| i.unit != Unit::Count) else { continue };
        let group = Group { indicator, series: group, as_of, settings };
        found.moves.extend(group.moves());
        found.outliers.extend(group.outliers());
    }
    for wanted in &settings.breaks {
        found.breaks.extend(breaks(wanted, &leaves, as_of, settings));
    }
    found.listed(settings)
}

/// A prompt before it is known whether it is listed.
struct Candidate {
    prompt: Prompt,
    /// Whether it is of its indicator's newest period.
    newest: bool,
    /// How far it stands apart.
    apart: f64,
}

#[derive(Default)]
struct Found {
    moves: Vec<Candidate>,
    outliers: Vec<Candidate>,
    breaks: Vec<Candidate>,
}

impl Found {
    /// All of the focus, in its order; then of the newest periods elsewhere the furthest apart.
    fn listed(self, settings: &Prompts) -> Vec<Prompt> {
        let place = |p: &Prompt| settings.focus.iter().position(|f| *f == p.locality).unwrap_or(usize::MAX);
        let mut listed = Vec::new();
        for (candidates, most) in
            [(self.breaks, BREAKS_MAX), (self.moves, settings.moves), (self.outliers, settings.outliers)]
        {
            let (focus, mut others): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|c| c.prompt.focus);
            others.retain(|c| c.newest);
            others.sort_by(|a, b| b.apart.total_cmp(&a.apart).then_with(|| id(&a.prompt).cmp(&id(&b.prompt))));
            others.truncate(most);
            listed.extend(focus.into_iter().chain(others).map(|c| c.prompt));
        }
        // Breaks, then the newest first; the sort is stable, so that those elsewhere stay in the order of their distance.
        listed.sort_by_key(|p| {
            let newest_first = if p.focus { Some(Reverse(p.to)) } else { None };
            (place(p), p.kind != PromptKind::Break, newest_first, p.kind)
        });
        listed
    }
}

/// What sets equal distances in order.
fn id(prompt: &Prompt) -> (&str, &str, Period) {
    let figure = prompt.figures.first();
    (figure.map_or("", |f| f.indicator.as_str()), prompt.locality.as_str(), prompt.to)
}

/// The series of one agency and indicator at all places.
struct Group<'a> {
    indicator: &'a Indicator,
    series: &'a [&'a Series],
    as_of: NaiveDate,
    settings: &'a Prompts,
}

/// What one place shows in one period: a level, or a change up to it.
#[derive(Clone, Copy)]
struct Shown<'a> {
    series: &'a Series,
    from: &'a Point,
    to: &'a Point,
    amount: f64,
}

impl<'a> Group<'a> {
    /// Whether a point may be compared: a number, of this world, of a denominator that is not small.
    fn counts(&self, point: &Point) -> bool {
        usable(point, self.as_of) && point.denominator.value.is_none_or(|d| d >= self.settings.denominator)
    }

    /// What each place shows, by the last period of it; periods with too few places are left out.
    fn by_period(&self, of: impl Fn(&'a Series, &'a Point) -> Option<Shown<'a>>) -> BTreeMap<Period, Vec<Shown<'a>>> {
        let mut by_period: BTreeMap<Period, Vec<Shown<'a>>> = BTreeMap::new();
        for series in self.series {
            for point in series.points.iter().filter(|p| self.counts(p)) {
                if let Some(shown) = of(series, point) {
                    by_period.entry(point.period).or_default().push(shown);
                }
            }
        }
        by_period.retain(|_, shown| shown.len() >= self.settings.places);
        by_period
    }

    fn moves(&self) -> Vec<Candidate> {
        let by_period = self.by_period(|series, to| {
            let mut before = series.points.iter().filter(|p| p.period.next() == to.period && self.counts(p));
            let from = before.next_back()?;
            Some(Shown { series, from, to, amount: to.value.value? - from.value.value? })
        });
        let newest = by_period.keys().next_back().copied();
        let mut found = Vec::new();
        for (period, changes) in &by_period {
            let Some((_, distances)) = self.distances(changes) else { continue };
            for falls in [true, false] {
                let sign = if falls { -1.0 } else { 1.0 };
                let mut same: Vec<(&Shown<'_>, f64)> =
                    changes.iter().zip(distances.iter().copied()).filter(|(c, _)| c.amount * sign > 0.0).collect();
                same.sort_by(|a, b| (b.0.amount * sign).total_cmp(&(a.0.amount * sign)).then(order(a.0, b.0)));
                let movers: Vec<Mover> = same
                    .iter()
                    .take(MOVERS)
                    .map(|(c, _)| Mover { locality: c.series.locality.clone(), change: c.amount })
                    .collect();
                for (rank, (shown, z)) in (1..).zip(&same).take(MOVERS) {
                    if z * sign >= self.settings.apart {
                        let better = match self.indicator.polarity {
                            Polarity::Neutral => None,
                            Polarity::HighIsGood => Some(!falls),
                            Polarity::LowIsGood => Some(falls),
                        };
                        let mut prompt = self.prompt(PromptKind::Move, shown, *z, rank, changes.len());
                        (prompt.movers, prompt.better) = (movers.clone(), better);
                        found.push(Candidate { prompt, newest: newest == Some(*period), apart: z.abs() });
                    }
                }
            }
        }
        found
    }

    fn outliers(&self) -> Vec<Candidate> {
        let by_period = self.by_period(|series, to| Some(Shown { series, from: to, to, amount: to.value.value? }));
        let newest = by_period.keys().next_back().copied();
        let mut found = Vec::new();
        for (period, levels) in &by_period {
            let Some((usual, distances)) = self.distances(levels) else { continue };
            for low in [true, false] {
                let sign = if low { -1.0 } else { 1.0 };
                let mut same: Vec<(&Shown<'_>, f64)> =
                    levels.iter().zip(distances.iter().copied()).filter(|(_, z)| z * sign > 0.0).collect();
                same.sort_by(|a, b| (b.1 * sign).total_cmp(&(a.1 * sign)).then(order(a.0, b.0)));
                for (rank, (shown, z)) in (1..).zip(&same).take_while(|(_, (_, z))| z * sign >= self.settings.apart) {
                    let mut prompt = self.prompt(PromptKind::Outlier, shown, *z, rank, levels.len());
                    prompt.usual = Some(usual);
                    found.push(Candidate { prompt, newest: newest == Some(*period), apart: z.abs() });
                }
            }
        }
        found
    }

    /// The median of the amounts and each one's robust distance from it; none where more than half are alike, since then
    /// there is no spread to measure by.
    fn distances(&self, shown: &[Shown<'_>]) -> Option<(f64, Vec<f64>)> {
        let amounts: Vec<f64> = shown.iter().map(|s| s.amount).collect();
        let (median, spread) = (robust::median(&amounts)?, robust::mad(&amounts)?);
        // A spread that is only the last bits of subtraction is none.
        let largest = amounts.iter().fold(0.0_f64, |m, a| m.max(a.abs()));
        (spread > 1e-9 * largest).then(|| (median, amounts.iter().map(|a| (a - median) / spread).collect()))
    }

    fn prompt(&self, kind: PromptKind, shown: &Shown<'_>, z: f64, rank: usize, of: usize) -> Prompt {
        let Shown { series, from, to, .. } = shown;
        let points = if kind == PromptKind::Move { vec![point(from), point(to)] } else { vec![point(to)] };
        Prompt {
            kind,
            locality: series.locality.clone(),
            focus: self.settings.focus.contains(&series.locality),
            from: from.period,
            to: to.period,
            figures: vec![figure(series, points.into_iter().flatten().collect())],
            z: Some(z),
            usual: None,
            rank,
            of,
            movers: Vec::new(),
            better: None,
            name: String::new(),
            question: String::new(),
            note: series.notes.iter().find(|n| n.ends_with("too short for limits")).cloned().unwrap_or_default(),
        }
    }
}

/// Equal amounts stand in the order of their places.
fn order(a: &Shown<'_>, b: &Shown<'_>) -> std::cmp::Ordering {
    a.series.locality.cmp(&b.series.locality)
}

/// A number of a period that is over by the as-of date; what rounds to zero is none.
fn usable(point: &Point, as_of: NaiveDate) -> bool {
    point.period.end() <= as_of && matches!(point.value.status, Status::Value | Status::Zero)
}

fn point(point: &Point) -> Option<PromptPoint> {
    Some(PromptPoint { period: point.period, value: point.value.value?, count: point.numerator.value })
}

fn figure(series: &Series, points: Vec<PromptPoint>) -> PromptFigure {
    PromptFigure { agency: series.agency.clone(), indicator: series.indicator.clone(), points }
}

/// The breaks of one kind: where, over so many years, all that should rise did and all that should fall did.
fn breaks(wanted: &Break, leaves: &[&Series], as_of: NaiveDate, settings: &Prompts) -> Vec<Candidate> {
    let ids: Vec<(&str, bool)> = wanted
        .rising
        .iter()
        .map(|id| (id.as_str(), true))
        .chain(wanted.falling.iter().map(|id| (id.as_str(), false)))
        .collect();
    let mut places: BTreeMap<&str, Vec<&Series>> = BTreeMap::new();
    for series in leaves.iter().filter(|s| ids.iter().any(|(id, _)| *id == s.indicator)) {
        places.entry(&series.locality).or_default().push(series);
    }
    let ends = |s: &&Series| s.points.iter().filter(|p| usable(p, as_of)).map(|p| p.period).collect::<Vec<_>>();
    let newest = places.values().flatten().flat_map(ends).max();
    let mut found = Vec::new();
    for (locality, series) in places {
        // Of several agencies the first in order of id speaks for a place.
        let chosen: Option<Vec<(&Series, bool)>> =
            ids.iter().map(|(id, rises)| Some((*series.iter().find(|s| s.indicator == *id)?, *rises))).collect();
        let Some(chosen) = chosen else { continue };
        for to in ends(&chosen[0].0) {
            let from = earlier(to, wanted.years);
            let share = |(s, rises): &(&Series, bool)| {
                let at = |period| s.points.iter().find(|p| p.period == period && usable(p, as_of))?.value.value;
                let (before, after) = (at(from)?, at(to)?);
                let change = (after - before) / before;
                let far = if *rises { change } else { -change };
                (before > 0.0 && far >= wanted.least).then_some(far)
            };
            let shares: Option<Vec<f64>> = chosen.iter().map(share).collect();
            let Some(shares) = shares else { continue };
            let between = |s: &Series| {
                let within =
                    s.points.iter().filter(|p| p.period.months() == to.months() && (from..=to).contains(&p.period));
                within.filter(|p| usable(p, as_of)).filter_map(point).collect()
            };
            let prompt = Prompt {
                kind: PromptKind::Break,
                locality: locality.to_owned(),
                focus: settings.focus.iter().any(|f| f == locality),
                from,
                to,
                figures: chosen.iter().map(|(s, _)| figure(s, between(s))).collect(),
                z: None,
                usual: None,
                rank: 0,
                of: 0,
                movers: Vec::new(),
                better: None,
                name: wanted.name.clone(),
                question: wanted.question.clone(),
                note: String::new(),
            };
            // The weakest of them says how far the whole stands apart.
            let apart = shares.into_iter().fold(f64::INFINITY, f64::min);
            found.push(Candidate { prompt, newest: newest == Some(to), apart });
        }
    }
    found
}

/// The period of the same kind so many years before.
fn earlier(period: Period, years: u32) -> Period {
    let years = i32::try_from(years).unwrap_or(i32::MAX / 2);
    match period {
        Period::Month(y, m) => Period::Month(y.saturating_sub(years), m),
        Period::Quarter(y, q) => Period::Quarter(y.saturating_sub(years), q),
        Period::FinancialYear(y) => Period::FinancialYear(y.saturating_sub(years)),
        Period::Year(y) => Period::Year(y.saturating_sub(years)),
    }
}

#[cfg(test)]
mod tests;
