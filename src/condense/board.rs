//! Board-wide series: a place's own rows where it returned any, else the sum of its leaves, agency by agency.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::condense::lookup::Lookup;
use crate::condense::point::Raw;
use crate::condense::{Key, finish};
use crate::model::series::Figure;
use crate::model::{Period, Point, Series, Status};
use crate::spec::Reference;
use crate::spec::reference::Unit;

/// The place that stands for the whole board on a day: the one without parent that contains every leaf, else the first without
/// parent.
pub fn board_locality(reference: &Reference, day: NaiveDate) -> Option<&str> {
    let valid = reference.localities.iter().filter(|l| l.valid.holds(day));
    let roots: Vec<&str> = valid.filter(|l| l.parent.is_empty()).map(|l| l.locality.as_str()).collect();
    let leaves = reference.leaves_on(day);
    let whole = |root: &&&str| leaves.iter().all(|leaf| lies_below(reference, &leaf.locality, root, day));
    roots.iter().find(whole).or(roots.first()).copied()
}

/// Whether a place is another, or lies below it, on a day.
pub(super) fn lies_below(reference: &Reference, place: &str, above: &str, day: NaiveDate) -> bool {
    let mut place = place;
    // A list whose parents run in a circle is not followed for ever.
    for _ in 0..16 {
        if place == above {
            return true;
        }
        match reference.locality(place, day) {
            Some(locality) if !locality.parent.is_empty() => place = &locality.parent,
            _ => return false,
        }
    }
    false
}

/// Adds to the board's place, for each agency and indicator, the periods that it gave nothing for itself and every leaf valid
/// at the period's end did. Only counts, and what is made of them, are summed. `series` is sorted and stays so.
pub(super) fn add(series: &mut Vec<Series>, lookup: &Lookup<'_>) {
    let Some(board) = lookup.board else { return };
    let ends: BTreeSet<NaiveDate> = series.iter().flat_map(|s| s.points.iter().map(|p| p.period.end())).collect();
    let leaves: HashMap<NaiveDate, Vec<&str>> = ends
        .into_par_iter()
        .map(|end| {
            let leaves = lookup.reference.leaves_on(end).into_iter().map(|l| l.locality.as_str());
            (end, leaves.filter(|l| *l != board && lies_below(lookup.reference, l, board, end)).collect())
        })
        .collect();
    let groups: Vec<&[Series]> = series.chunk_by(|a, b| a.agency == b.agency && a.indicator == b.indicator).collect();
    let summed: Vec<Series> = groups.into_par_iter().filter_map(|group| whole(group, board, &leaves, lookup)).collect();
    if summed.is_empty() {
        return;
    }
    let key = |s: &Series| (s.agency.clone(), s.indicator.clone());
    let replaced: BTreeSet<_> = summed.iter().map(key).collect();
    series.retain(|s| s.locality != board || !replaced.contains(&key(s)));
    series.extend(summed);
    series.sort_by(|a, b| (&a.agency, &a.indicator, &a.locality).cmp(&(&b.agency, &b.indicator, &b.locality)));
}

/// The board's series of one agency and indicator, if any of its periods must be summed.
fn whole(group: &[Series], board: &str, leaves: &HashMap<NaiveDate, Vec<&str>>, lookup: &Lookup<'_>) -> Option<Series> {
    let first = group.first()?;
    let indicator = lookup.indicator(&first.indicator)?;
    if matches!(indicator.unit, Unit::Mean | Unit::Value) {
        return None;
    }
    let own: &[Point] = group.iter().find(|s| s.locality == board).map_or(&[], |s| &s.points);
    let returned: BTreeSet<Period> = own.iter().map(|p| p.period).collect();
    let mut by_period: BTreeMap<Period, HashMap<&str, &Point>> = BTreeMap::new();
    for series in group.iter().filter(|s| s.locality != board) {
        for point in series.points.iter().filter(|p| !returned.contains(&p.period)) {
            by_period.entry(point.period).or_default().insert(&series.locality, point);
        }
    }
    let mut raw: Vec<Raw> = own.iter().map(as_raw).collect();
    for (period, parts) in by_period {
        let leaves = leaves.get(&period.end()).map_or(&[][..], Vec::as_slice);
        let parts: Option<Vec<&Point>> = leaves.iter().map(|leaf| parts.get(leaf).copied()).collect();
        // Where no leaf gave a numerator there is nothing to sum, and no series of empty points is wanted.
        let sums = |parts: &Vec<&Point>| parts.iter().any(|p| p.numerator.status != Status::Missing);
        if let Some(parts) = parts.filter(sums) {
            raw.push(sum(period, &parts));
        }
    }
    let summed = raw.len() - own.len();
    let key = Key { agency: &first.agency, indicator: &first.indicator, locality: board };
    (summed > 0).then(|| finish(lookup, indicator, key, raw, summed))
}

/// The figures of a point as they came; a computed value is computed again from them.
fn as_raw(point: &Point) -> Raw {
    Raw { period: point.period, numerator: point.numerator, denominator: point.denominator, value: point.value }
}

/// The sum of a period over all leaves.
fn sum(period: Period, parts: &[&Point]) -> Raw {
    let denominators: Vec<Figure> = parts.iter().map(|p| p.denominator).collect();
    let empty = denominators.iter().filter(|d| d.status == Status::Missing).count();
    // All empty: the place's own population is taken. Some empty: what is there is not the whole, and there is no whole.
    let denominator = if empty == 0 {
        total(&denominators)
    } else if empty == denominators.len() {
        Figure::MISSING
    } else {
        Figure { value: None, status: Status::NotAvailable }
    };
    let numerators: Vec<Figure> = parts.iter().map(|p| p.numerator).collect();
    Raw { period, numerator: total(&numerators), denominator, value: Figure::MISSING }
}

/// The sum of figures. A part that is no number gives its status to the sum, the weightiest first, and the sum has no value.
fn total(parts: &[Figure]) -> Figure {
    const NOTHING: [Status; 6] = [
        Status::Suppressed,
        Status::Missing,
        Status::NotRecorded,
        Status::NotAvailable,
        Status::NotDue,
        Status::NotApplicable,
    ];
    if let Some(status) = NOTHING.into_iter().find(|s| parts.iter().any(|p| p.status == *s)) {
        return Figure { value: None, status };
    }
    let sum = Figure::of(parts.iter().filter_map(|p| p.value).sum());
    let low = sum.status == Status::Zero && parts.iter().any(|p| p.status == Status::Low);
    if low { Figure { status: Status::Low, ..sum } } else { sum }
}
