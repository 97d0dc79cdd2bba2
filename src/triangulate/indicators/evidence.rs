//! Which rows of the performance dataset counted for a cell: one line a series and period.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Evidence, Grain, Series, Table};
use crate::triangulate::ground::Ground;
use crate::triangulate::indicators::track::{Lengths, Tracks};
use crate::triangulate::when::end_month;

/// The rows of an indicator that counted at a place. A place's own row leaves out those of its parts, and the owner's row
/// those of others.
pub(in crate::triangulate) fn of(
    ground: &Ground<'_>,
    grain: Grain,
    tracks: &Tracks<'_>,
    place: usize,
    lengths: Lengths,
) -> Vec<Evidence> {
    let (Some(end), Some(kind)) = (tracks.end, tracks.kind) else { return Vec::new() };
    let track = &tracks.by_grain[grain as usize][place];
    let broken: BTreeSet<i32> = track.iter().filter(|o| !o.comparable).map(|o| o.month).collect();
    let owner = ground.places.heir(&tracks.indicator.agency);
    let in_windows = |month: i32| month > end - lengths.both && month <= end && !broken.contains(&month);
    let mut rows: BTreeMap<(usize, i32, &str), (&Series, usize)> = BTreeMap::new();
    for series in &tracks.series {
        let Some(node) = ground.places.tree.node_or_board(&series.locality) else { continue };
        let sender = ground.places.heir(&series.agency);
        for (i, point) in series.points.iter().enumerate() {
            let same_kind = std::mem::discriminant(&point.period) == std::mem::discriminant(&kind);
            let figure = point.numerator.value.or(point.value.value).is_some();
            if same_kind && figure && in_windows(end_month(point.period)) {
                rows.entry((node, end_month(point.period), sender)).or_insert((*series, i));
            }
        }
    }
    let chosen = |node: usize, month: i32, sender: &str| {
        if owner.is_empty() {
            return true;
        }
        match rows.contains_key(&(node, month, owner)) {
            true => sender == owner,
            false => rows.range((node, month, "")..).next().is_some_and(|((_, _, first), _)| *first == sender),
        }
    };
    let covered = |node: usize, month: i32, sender: &str| {
        let has = |node: usize| match owner.is_empty() {
            true => rows.contains_key(&(node, month, sender)),
            false => rows.range((node, month, "")..).next().is_some_and(|((n, m, _), _)| (*n, *m) == (node, month)),
        };
        let tree = &ground.places.tree;
        let board_wide = tree.len();
        let mut above = tree.above(node);
        let mut steps = 0;
        while let Some(parent) = above.filter(|_| steps <= tree.len()) {
            let counts = grain != Grain::Locality || ground.places.leaf_of_node(parent) == Some(place);
            if counts && has(parent) {
                return true;
            }
            above = tree.above(parent);
            steps += 1;
        }
        match grain {
            Grain::Locality => {
                let own = tree.node(ground.places.leaves[place]);
                own.is_some_and(|own| own != node && has(own))
            }
            _ => node != board_wide && has(board_wide),
        }
    };
    let here = |series: &Series| match grain {
        Grain::Locality => ground.places.leaf(&series.locality) == Some(place),
        Grain::Agency if owner.is_empty() => ground.places.agency(&series.agency) == Some(place),
        // An owned indicator speaks of its owner, whoever sent it.
        Grain::Agency => ground.places.agency(owner) == Some(place),
        Grain::Board => true,
    };
    rows.iter()
        .filter(|(_, (series, _))| here(series))
        .filter(|((node, month, sender), _)| chosen(*node, *month, sender) && !covered(*node, *month, sender))
        .map(|(_, (series, i))| line(series, *i))
        .collect()
}

fn line(series: &Series, i: usize) -> Evidence {
    let point = &series.points[i];
    Evidence {
        table: Table::Performance,
        agency: series.agency.clone(),
        subject: series.indicator.clone(),
        locality: series.locality.clone(),
        when: point.period.to_string(),
        adverse: point.numerator.value.or(point.value.value),
        of: point.denominator.value.or(point.base),
        provenance: None,
    }
}
