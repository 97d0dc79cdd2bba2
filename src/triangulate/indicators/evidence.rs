//! Which rows of the performance dataset counted for a cell: one line a series and period.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Evidence, Grain, Series, Table};
use crate::triangulate::ground::Ground;
use crate::triangulate::indicators::track::{Lengths, Tracks};
use crate::triangulate::when::end_month;

/// Node of the tree, last month, and who sent it.
type Key<'t> = (usize, i32, &'t str);

/// The rows of an indicator within its windows, and for which cell of a grain each may count.
pub(in crate::triangulate) struct Lines<'t, 'a> {
    ground: &'t Ground<'a>,
    grain: Grain,
    tracks: &'t Tracks<'a>,
    /// The agency that owns the indicator; empty where none does.
    owner: &'t str,
    /// By key, the series and the number of its point.
    rows: BTreeMap<Key<'t>, (&'a Series, usize)>,
    /// The keys of each cell, in order.
    here: Vec<Vec<Key<'t>>>,
    /// Whether a node of the tree has any row.
    is_told: Vec<bool>,
}

impl<'t, 'a> Lines<'t, 'a> {
    /// The rows of an indicator, for the cells of a grain.
    pub fn of(ground: &'t Ground<'a>, grain: Grain, tracks: &'t Tracks<'a>, lengths: Lengths) -> Self {
        let owner = ground.places.heir(&tracks.indicator.agency);
        let here = vec![Vec::new(); ground.width(grain)];
        // One past the last node stands the board itself.
        let is_told = vec![false; ground.places.tree.len() + 1];
        let mut lines = Self { ground, grain, tracks, owner, rows: BTreeMap::new(), here, is_told };
        lines.read(lengths);
        for (key, (series, _)) in &lines.rows {
            lines.is_told[key.0] = true;
            if let Some(place) = lines.place_of(series) {
                lines.here[place].push(*key);
            }
        }
        lines
    }

    fn read(&mut self, lengths: Lengths) {
        let (Some(end), Some(kind)) = (self.tracks.end, self.tracks.kind) else { return };
        for series in &self.tracks.series {
            let Some(node) = self.ground.places.tree.node_or_board(&series.locality) else { continue };
            let sender = self.ground.places.heir(&series.agency);
            for (i, point) in series.points.iter().enumerate() {
                let same_kind = std::mem::discriminant(&point.period) == std::mem::discriminant(&kind);
                let figure = point.numerator.value.or(point.value.value).is_some();
                let month = end_month(point.period);
                if same_kind && figure && month > end - lengths.both && month <= end {
                    self.rows.entry((node, month, sender)).or_insert((*series, i));
                }
            }
        }
    }

    /// The cell of the grain that a series may count for.
    fn place_of(&self, series: &Series) -> Option<usize> {
        let places = &self.ground.places;
        match self.grain {
            Grain::Locality => places.leaf(&series.locality),
            Grain::Agency if self.owner.is_empty() => places.agency(&series.agency),
            // An owned indicator speaks of its owner, whoever sent it.
            Grain::Agency => places.agency(self.owner),
            Grain::Board => Some(0),
        }
    }

    /// The rows that counted at a place. A place's own row leaves out those of its parts, and the owner's row those of others.
    pub fn at(&self, place: usize) -> Vec<Evidence> {
        let track = &self.tracks.by_grain[self.grain as usize][place];
        let broken: BTreeSet<i32> = track.iter().filter(|o| !o.comparable).map(|o| o.month).collect();
        let counted = self.here[place]
            .iter()
            .filter(|key| !broken.contains(&key.1) && self.is_chosen(key) && !self.is_covered(key, place));
        counted.filter_map(|key| self.rows.get(key)).map(|(series, i)| line(series, *i)).collect()
    }

    /// Whether a row counts beside those that others sent for the same place and month.
    fn is_chosen(&self, (node, month, sender): &Key<'t>) -> bool {
        if self.owner.is_empty() {
            return true;
        }
        match self.rows.contains_key(&(*node, *month, self.owner)) {
            true => *sender == self.owner,
            false => self.rows.range((*node, *month, "")..).next().is_some_and(|((_, _, first), _)| first == sender),
        }
    }

    /// Whether a place above gives the figure of the month as a whole.
    fn is_covered(&self, (node, month, sender): &Key<'t>, place: usize) -> bool {
        let has = |node: usize| match (self.is_told[node], self.owner.is_empty()) {
            (false, _) => false,
            (true, true) => self.rows.contains_key(&(node, *month, *sender)),
            (true, false) => {
                self.rows.range((node, *month, "")..).next().is_some_and(|((n, m, _), _)| (*n, *m) == (node, *month))
            }
        };
        let places = &self.ground.places;
        let tree = &places.tree;
        let board_wide = tree.len();
        let mut above = tree.above(*node);
        let mut steps = 0;
        while let Some(parent) = above.filter(|_| steps <= tree.len()) {
            let counts = self.grain != Grain::Locality || places.leaf_of_node(parent) == Some(place);
            if counts && has(parent) {
                return true;
            }
            above = tree.above(parent);
            steps += 1;
        }
        match self.grain {
            Grain::Locality => {
                let own = tree.node(places.leaves[place]);
                own.is_some_and(|own| own != *node && has(own))
            }
            _ => *node != board_wide && has(board_wide),
        }
    }
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
