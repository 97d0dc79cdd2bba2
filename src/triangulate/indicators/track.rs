//! What was observed of an indicator, period by period, at a place, in an agency, and on the board.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::number::Status;
use crate::model::{Grain, Period, Point, Series};
use crate::spec::reference::{Indicator, Unit};
use crate::triangulate::ground::Ground;
use crate::triangulate::when::{end_month, months_before};

/// How an indicator's periods are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::triangulate) enum Measure {
    /// Numerator of denominator.
    Proportion,
    /// Numerator per counted denominator.
    RateOfCount,
    /// Numerator per child and year.
    RateOfPeople,
    /// A number of things.
    Count,
    /// A mean or another value: periods are points of a chart, and are never added up.
    Value,
}

/// One period of one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::triangulate) struct Observed {
    /// The period.
    pub period: Period,
    /// Its last month.
    pub month: i32,
    /// The numerator, or the count.
    pub x: Option<f64>,
    /// What it is divided by.
    pub base: Option<f64>,
    /// The value of `mean` and `value`.
    pub value: Option<f64>,
    /// Withheld because it is small: a sum with it is withheld too.
    pub suppressed: bool,
    /// Whether it can be held against the latest period: no recorded break lies between, at it or at any of its parts.
    pub comparable: bool,
}

impl Observed {
    fn has_figure(&self) -> bool {
        self.suppressed || self.x.is_some() || self.value.is_some()
    }
}

/// Periods in order.
pub(in crate::triangulate) type Track = Vec<Observed>;

/// An indicator's tracks within its windows, at every grain.
pub(in crate::triangulate) struct Tracks<'a> {
    /// The indicator.
    pub indicator: &'a Indicator,
    /// How it adds up.
    pub measure: Measure,
    /// Last month of the latest window, the same for every cell; none where the indicator is silent.
    pub end: Option<i32>,
    /// A period of the kind that is used, for its length.
    pub kind: Option<Period>,
    /// Agencies that ever returned it.
    pub returned_by: BTreeSet<&'a str>,
    /// A track for each place of each grain, in the order of `Grain::ALL`.
    pub by_grain: [Vec<Track>; 3],
    /// The series behind it, in order of agency and locality.
    pub series: Vec<&'a Series>,
}

/// Months of the latest window and of both.
#[derive(Debug, Clone, Copy)]
pub(in crate::triangulate) struct Lengths {
    /// 12 by default.
    pub latest: i32,
    /// 36 by default.
    pub both: i32,
}

/// Periods by their last month.
type Periods = BTreeMap<i32, Observed>;
/// Of each agency, or the one that followed it, the periods of each place.
type BySender = BTreeMap<String, BTreeMap<usize, Periods>>;

impl<'a> Tracks<'a> {
    /// Reads an indicator's series; these come in order of agency and locality.
    pub fn of(ground: &Ground<'a>, indicator: &'a Indicator, series: Vec<&'a Series>, lengths: Lengths) -> Self {
        let as_of = ground.world.as_of;
        let points = || series.iter().flat_map(|s| &s.points).filter(|p| p.period.end() <= as_of);
        let (measure, scale) = (measure(indicator, points()), scale_of(indicator));
        let kind = common_kind(indicator, points().map(|p| p.period));
        let of_kind = |p: Period| kind.is_some_and(|k| std::mem::discriminant(&k) == std::mem::discriminant(&p));
        let usable = |p: &&Point| of_kind(p.period) && observed(p, measure, scale).is_some_and(|o| o.has_figure());
        let latest = points().filter(usable).map(|p| p.period.end()).max();
        let alive = latest.filter(|end| *end >= months_before(as_of, 24));
        let end = alive.and(points().filter(usable).map(|p| end_month(p.period)).max());
        let returned_by = series.iter().map(|s| s.agency.as_str()).collect();
        let mut tracks = Self {
            indicator,
            measure,
            end,
            kind,
            returned_by,
            by_grain: Grain::ALL.map(|grain| vec![Track::new(); ground.width(grain)]),
            series,
        };
        if let Some(end) = end {
            let in_windows = |p: &&Point| {
                let month = end_month(p.period);
                of_kind(p.period) && month > end - lengths.both && month <= end
            };
            let mut senders = BySender::new();
            for s in &tracks.series {
                let Some(node) = ground.places.tree.node_or_board(&s.locality) else { continue };
                let places = senders.entry(ground.places.heir(&s.agency).to_owned()).or_default();
                let periods = places.entry(node).or_default();
                for observed in s.points.iter().filter(in_windows).filter_map(|p| observed(p, measure, scale)) {
                    let comparable = s.is_comparable(observed.period);
                    periods.entry(observed.month).or_insert(Observed { comparable, ..observed });
                }
            }
            tracks.fill(ground, senders);
        }
        tracks
    }

    fn fill(&mut self, ground: &Ground<'a>, senders: BySender) {
        let owner = ground.places.heir(&self.indicator.agency);
        let senders =
            if owner.is_empty() { senders } else { BTreeMap::from([(owner.to_owned(), owner_first(owner, senders))]) };
        let adder = Adder { measure: self.measure };
        let mut boards = Vec::new();
        let mut leaves: Vec<Vec<Track>> = vec![Vec::new(); ground.places.leaves.len()];
        let mut agencies: BTreeMap<usize, Vec<Track>> = BTreeMap::new();
        for (sender, tracks) in &senders {
            let months: BTreeMap<i32, Period> = tracks.values().flatten().map(|(m, o)| (*m, o.period)).collect();
            let whole = Whole { ground, tracks, adder: &adder };
            let board: Track = months.values().filter_map(|p| whole.at(None, *p, 0)).collect();
            if let Some(agency) = ground.places.agency(sender) {
                agencies.entry(agency).or_default().push(board.clone());
            }
            boards.push(board);
            for (leaf, parts) in leaves.iter_mut().enumerate() {
                let heads = ground.places.heads(leaf);
                let track: Track = months.values().filter_map(|p| whole.of_leaf(leaf, heads, *p)).collect();
                if !track.is_empty() {
                    parts.push(track);
                }
            }
        }
        let [at_leaf, at_agency, at_board] = &mut self.by_grain;
        for (track, parts) in at_leaf.iter_mut().zip(&leaves) {
            *track = adder.agencies(parts);
        }
        for (agency, parts) in &agencies {
            at_agency[*agency] = adder.agencies(parts);
        }
        at_board[0] = adder.agencies(&boards);
    }
}

/// The owner's row of a place and period, else that of the first other agency that returned it.
fn owner_first(owner: &str, mut senders: BySender) -> BTreeMap<usize, Periods> {
    let mut chosen = senders.remove(owner).unwrap_or_default();
    for (node, periods) in senders.into_values().flatten() {
        let known = chosen.entry(node).or_default();
        for (month, observed) in periods {
            known.entry(month).or_insert(observed);
        }
    }
    chosen
}

/// An agency's figures over the tree of places.
struct Whole<'g, 'a> {
    ground: &'g Ground<'a>,
    tracks: &'g BTreeMap<usize, Periods>,
    adder: &'g Adder,
}

impl Whole<'_, '_> {
    fn own(&self, node: usize, period: Period) -> Option<Observed> {
        self.tracks.get(&node)?.get(&end_month(period)).filter(|o| o.has_figure()).copied()
    }

    /// The figure of a place (or of the board): its own row, else the sum of the places below that were there then.
    fn at(&self, node: Option<usize>, period: Period, depth: usize) -> Option<Observed> {
        let tree = &self.ground.places.tree;
        let own = self.own(node.unwrap_or(tree.len()), period);
        // A tree is never deeper than it has places; a ring in the list must not hang the night.
        if own.is_some() || depth > tree.len() {
            return own;
        }
        let (there, gone): (Vec<usize>, Vec<usize>) =
            tree.below(node).iter().partition(|child| tree.valid(**child, period.end()));
        let sum = |children: Vec<usize>| {
            let speaking: Vec<usize> = children.into_iter().filter(|c| self.speaks(*c, 0)).collect();
            let parts: Vec<Option<Observed>> = speaking.iter().map(|c| self.at(Some(*c), period, depth + 1)).collect();
            self.adder.places(&parts)
        };
        sum(there).or_else(|| sum(gone))
    }

    fn speaks(&self, node: usize, depth: usize) -> bool {
        let tree = &self.ground.places.tree;
        self.tracks.get(&node).is_some_and(|periods| !periods.is_empty())
            || depth <= tree.len() && tree.below(Some(node)).iter().any(|c| self.speaks(*c, depth + 1))
    }

    fn of_leaf(&self, leaf: usize, heads: &[usize], period: Period) -> Option<Observed> {
        let node = self.ground.places.tree.node(self.ground.places.leaves[leaf])?;
        self.own(node, period).or_else(|| {
            let speaking = heads.iter().filter(|h| self.speaks(**h, 0));
            let parts: Vec<_> = speaking.map(|h| self.at(Some(*h), period, 0)).collect();
            self.adder.places(&parts)
        })
    }
}

/// Adds figures of one period.
struct Adder {
    measure: Measure,
}

impl Adder {
    /// Of places: what they count and what it is divided by both add up.
    fn places(&self, parts: &[Option<Observed>]) -> Option<Observed> {
        // A number of things with a part missing is another number; a rate is that of the parts received.
        if self.measure == Measure::Count && parts.iter().any(Option::is_none) {
            return None;
        }
        let parts: Vec<&Observed> = parts.iter().flatten().collect();
        self.sum(&parts, |bases| bases.iter().sum())
    }

    /// Of agencies that return the same indicator each for itself; they share the children of a place.
    fn agencies(&self, tracks: &[Track]) -> Track {
        if let [only] = tracks {
            return only.clone();
        }
        let mut by_month: BTreeMap<i32, Vec<&Observed>> = BTreeMap::new();
        for observed in tracks.iter().flatten() {
            by_month.entry(observed.month).or_default().push(observed);
        }
        let whole = |parts: &Vec<&Observed>| self.measure != Measure::Count || parts.len() == tracks.len();
        let shared = self.measure == Measure::RateOfPeople;
        let base = |bases: &[f64]| if shared { bases.iter().copied().fold(0.0, f64::max) } else { bases.iter().sum() };
        by_month.values().filter(|parts| whole(parts)).filter_map(|parts| self.sum(parts, base)).collect()
    }

    fn sum(&self, parts: &[&Observed], base: impl Fn(&[f64]) -> f64) -> Option<Observed> {
        let first = **parts.first()?;
        if parts.len() == 1 {
            return Some(first);
        }
        let suppressed = parts.iter().any(|p| p.suppressed);
        let comparable = parts.iter().all(|p| p.comparable);
        let nothing = Observed { x: None, base: None, value: None, suppressed, comparable, ..first };
        if suppressed {
            return Some(nothing);
        }
        if self.measure == Measure::Value {
            // Values of parts make one of the whole only where each says how many it is the mean of.
            let weighed: Option<Vec<(f64, f64)>> = parts.iter().map(|p| p.value.zip(p.base)).collect();
            let weighed = weighed?;
            let n: f64 = weighed.iter().map(|(_, n)| n).sum();
            let sum: f64 = weighed.iter().map(|(v, n)| v * n).sum();
            return (n > 0.0).then_some(Observed { value: Some(sum / n), base: Some(n), ..nothing });
        }
        let counted: Vec<&&Observed> = parts.iter().filter(|p| p.x.is_some()).collect();
        if counted.is_empty() {
            return Some(nothing);
        }
        let x = counted.iter().filter_map(|p| p.x).sum();
        let bases: Vec<f64> = counted.iter().filter_map(|p| p.base).collect();
        Some(Observed { x: Some(x), base: (!bases.is_empty()).then(|| base(&bases)), ..nothing })
    }
}

/// How an indicator adds up, by its unit and what its returns hold.
fn measure<'p>(indicator: &Indicator, points: impl Iterator<Item = &'p Point> + Clone) -> Measure {
    let counted = || points.clone().any(|p| p.denominator.value.is_some());
    let measure = match indicator.unit {
        Unit::Count => return Measure::Count,
        Unit::Mean | Unit::Value => return Measure::Value,
        Unit::Proportion => Measure::Proportion,
        Unit::Rate if counted() => Measure::RateOfCount,
        Unit::Rate => Measure::RateOfPeople,
    };
    // Published figures often hold the percentage alone: such a proportion is read as a value.
    let countable = points
        .clone()
        .any(|p| observed(p, measure, scale_of(indicator)).is_some_and(|o| o.x.is_some() && o.base.is_some()));
    let valued = points.clone().any(|p| p.value.value.is_some());
    if valued && !countable { Measure::Value } else { measure }
}

/// By what a value is more than its quotient.
fn scale_of(indicator: &Indicator) -> f64 {
    if indicator.unit == Unit::Rate { indicator.multiplier } else { 1.0 }
}

/// The kind of period that is used: of the indicator's frequency where there is any, else the commonest. One kind alone, so
/// that a year is never added to its own months.
fn common_kind(indicator: &Indicator, periods: impl Iterator<Item = Period>) -> Option<Period> {
    let mut counts: BTreeMap<(u32, u8), (usize, Period)> = BTreeMap::new();
    for period in periods {
        let calendar = u8::from(matches!(period, Period::Year(_)));
        counts.entry((period.months(), calendar)).or_insert((0, period)).0 += 1;
    }
    let due = indicator.frequency.months();
    let best = counts.into_iter().max_by_key(|((months, kind), (n, _))| {
        (*months == due, *n, std::cmp::Reverse(*months), std::cmp::Reverse(*kind))
    });
    best.map(|(_, (_, period))| period)
}

/// A point as it counts; none where nothing was received.
fn observed(point: &Point, measure: Measure, multiplier: f64) -> Option<Observed> {
    let figures = [point.numerator, point.denominator, point.value];
    let received = |s: Status| {
        matches!(s, Status::Value | Status::Zero | Status::Low | Status::Suppressed | Status::NotApplicable)
    };
    if !received(point.value.status) && !received(point.numerator.status) {
        return None;
    }
    let usable = |v: Option<f64>| v.filter(|v| v.is_finite());
    let positive = |v: Option<f64>| usable(v).filter(|v| *v >= 0.0);
    let base = match measure {
        Measure::Proportion => positive(point.denominator.value.or(point.base)),
        Measure::RateOfCount | Measure::Value => positive(point.denominator.value),
        Measure::RateOfPeople => positive(point.base),
        Measure::Count => None,
    };
    let x = match measure {
        Measure::Value => None,
        Measure::Count => positive(point.numerator.value.or(point.value.value)),
        // A sender of values and denominators alone has said the count.
        _ if point.numerator.status == Status::Missing => {
            positive(point.value.value.zip(base).map(|(v, b)| (v * b / multiplier).round()))
        }
        _ => positive(point.numerator.value),
    };
    let quotient = point.numerator.value.zip(point.denominator.value).filter(|(_, d)| *d > 0.0).map(|(n, d)| n / d);
    let value = if measure == Measure::Value { usable(point.value.value.or(quotient)) } else { None };
    let withheld = figures.iter().any(|f| f.status == Status::Suppressed);
    let suppressed =
        withheld && x.is_none() && value.is_none() || withheld && base.is_none() && measure != Measure::Count;
    let month = end_month(point.period);
    Some(Observed { period: point.period, month, x, base, value, suppressed, comparable: true })
}
