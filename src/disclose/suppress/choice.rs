//! Which cells to withhold: what is needed, less what proves needless, and the least of all choices where they can be
//! tried.

use std::collections::BTreeSet;

use super::moves::{Lines, Room};
use super::{Family, Suppressed, propagate};
use crate::disclose::primary;

/// The choice so far.
pub(super) struct Choice<'a> {
    family: &'a Family,
    threshold: f64,
    lines: Lines,
    /// The small counts, in order of place.
    small: Vec<usize>,
    withheld: Vec<bool>,
    /// What is withheld by rule, and never shown again.
    by_rule: Vec<bool>,
    /// What a withheld cell is known to be at least: 1, or 0 in a line withheld whole.
    least: Vec<f64>,
    fall: Vec<f64>,
    /// What it costs to withhold each cell that need not be: 1 to 1.5, more for totals and large counts.
    price: Vec<f64>,
    unproven: Vec<usize>,
}

impl<'a> Choice<'a> {
    /// Nothing withheld yet but the small counts, and the lines of small totals.
    pub(super) fn new(family: &'a Family, threshold: f64) -> Self {
        let counts = &family.counts;
        let is_small = |c: &usize| primary::is_small_under(counts[*c], threshold);
        let small: Vec<usize> = (0..counts.len()).filter(is_small).collect();
        let mut by_rule = vec![false; counts.len()];
        let mut least = vec![1.0; counts.len()];
        for cell in &small {
            by_rule[*cell] = true;
        }
        for cell in &family.withheld {
            by_rule[*cell] = true;
        }
        for (_, parts) in family.sums.iter().filter(|(total, _)| is_small(total)) {
            for part in parts {
                by_rule[*part] = true;
                least[*part] = 0.0;
            }
        }
        Self {
            lines: Lines::new(counts.len(), &family.sums),
            fall: counts.iter().zip(&least).map(|(n, least)| (n - least).max(0.0)).collect(),
            price: prices(family),
            withheld: by_rule.clone(),
            unproven: Vec::new(),
            family,
            threshold,
            small,
            by_rule,
            least,
        }
    }

    /// The choice, made.
    pub(super) fn made(mut self) -> Suppressed {
        for cell in self.small.clone() {
            self.protect(cell);
        }
        self.show_needless();
        self.try_fewer();
        Suppressed { withheld: self.withheld, unproven: self.unproven }
    }

    /// The distances that a small count must be able to move: down to 1 and up to the threshold.
    fn distances(&self, cell: usize) -> [f64; 2] {
        let count = self.family.counts[cell];
        [1.0 - count, self.threshold - count]
    }

    /// The readers: one who knows nothing beforehand, and those who know some cells, that cell not among them.
    fn readers(&self, cell: usize) -> impl Iterator<Item = &'a [usize]> + use<'a> {
        let known: &'a [Vec<usize>] = &self.family.known;
        let knowing = known.iter().map(Vec::as_slice).filter(move |k| !k.contains(&cell));
        std::iter::once([].as_slice()).chain(knowing)
    }

    /// Another table in which `cell` moves `by`, using the cells of `free` alone.
    fn moved(&self, cell: usize, by: f64, free: &[bool], cost: &[f64]) -> Option<Vec<(usize, f64)>> {
        if by == 0.0 {
            return Some(Vec::new());
        }
        self.lines.moved(cell, by, &Room { free, fall: &self.fall, cost })
    }

    /// Withholds what a small count needs; its whole family where it cannot be proven safe.
    fn protect(&mut self, cell: usize) {
        for reader in self.readers(cell) {
            for by in self.distances(cell) {
                let mut cost = self.price.clone();
                let mut free: Vec<bool> = self.family.counts.iter().map(|n| *n > 0.0).collect();
                for (other, withheld) in self.withheld.iter().enumerate().filter(|(_, w)| **w) {
                    free[other] = *withheld;
                    cost[other] = 0.0;
                }
                for other in reader {
                    free[*other] = false;
                }
                match self.moved(cell, by, &free, &cost) {
                    Some(moves) => moves.iter().for_each(|(other, _)| self.withheld[*other] = true),
                    None => {
                        self.withhold_all_with(cell);
                        self.unproven.push(cell);
                        return;
                    }
                }
            }
        }
    }

    /// Whether a small count is safe if just the cells of `withheld` are.
    fn is_safe(&self, cell: usize, withheld: &[bool]) -> bool {
        let cost = vec![0.0; withheld.len()];
        self.readers(cell).all(|reader| {
            let mut free = withheld.to_vec();
            reader.iter().for_each(|known| free[*known] = false);
            self.distances(cell).iter().all(|by| self.moved(cell, *by, &free, &cost).is_some())
        })
    }

    /// Whether every small count that can be proven safe is so. The coarse bounds are quick to see most that are not.
    fn all_safe(&self, withheld: &[bool]) -> bool {
        let shown: Vec<Option<f64>> =
            self.family.counts.iter().zip(withheld).map(|(n, w)| (!w).then_some(*n)).collect();
        let bounds = propagate::bounds(&shown, &self.least, &self.family.sums);
        let proven = || self.small.iter().filter(|c| !self.unproven.contains(c));
        proven().all(|c| bounds[*c].0 <= 1.0 && bounds[*c].1 >= self.threshold)
            && proven().all(|c| self.is_safe(*c, withheld))
    }

    fn withhold_all_with(&mut self, cell: usize) {
        let mut seen = vec![false; self.withheld.len()];
        let mut open = vec![cell];
        while let Some(next) = open.pop() {
            if std::mem::replace(&mut seen[next], true) {
                continue;
            }
            let stands_in = |(total, parts): &&(usize, Vec<usize>)| *total == next || parts.contains(&next);
            for (total, parts) in self.family.sums.iter().filter(stands_in) {
                let can_move = |c: &&usize| self.family.counts[**c] > 0.0 || self.withheld[**c];
                open.extend(parts.iter().chain([total]).filter(can_move));
            }
        }
        for (other, seen) in seen.into_iter().enumerate() {
            self.withheld[other] |= seen;
            self.by_rule[other] |= seen;
        }
    }

    /// Cells that are withheld though no rule names them.
    fn secondary(&self) -> Vec<usize> {
        (0..self.withheld.len()).filter(|c| self.withheld[*c] && !self.by_rule[*c]).collect()
    }

    /// Shows again what is withheld for nothing, the dearest first.
    fn show_needless(&mut self) {
        let mut secondary = self.secondary();
        secondary.sort_by(|a, b| self.price[*b].total_cmp(&self.price[*a]));
        for cell in secondary {
            let mut without = self.withheld.clone();
            without[cell] = false;
            if self.all_safe(&without) {
                self.withheld = without;
            }
        }
    }

    /// Tries every choice of fewer cells, and every one of as many, while their number allows it; takes the cheapest.
    fn try_fewer(&mut self) {
        const MOST_CHOICES: f64 = 20_000.0;
        let most = self.secondary().len();
        let can_help = |c: &usize| !self.by_rule[*c] && self.family.counts[*c] > 0.0;
        let candidates: Vec<usize> = (0..self.withheld.len()).filter(can_help).collect();
        let mut tried = 0.0;
        for size in 0..=most {
            tried += choices(candidates.len(), size);
            if most == 0 || tried > MOST_CHOICES {
                return;
            }
            if let Some(best) = self.cheapest(&candidates, size) {
                self.withheld = best;
                return;
            }
        }
    }

    /// The cheapest choice of `size` candidates that leaves every small count safe.
    fn cheapest(&self, candidates: &[usize], size: usize) -> Option<Vec<bool>> {
        let mut best: Option<(f64, Vec<bool>)> = None;
        let mut places: Vec<usize> = (0..size).collect();
        loop {
            let mut withheld = self.by_rule.clone();
            places.iter().for_each(|p| withheld[candidates[*p]] = true);
            let price: f64 = places.iter().map(|p| self.price[candidates[*p]]).sum();
            if best.as_ref().is_none_or(|(least, _)| price < *least) && self.all_safe(&withheld) {
                best = Some((price, withheld));
            }
            // The next choice in order: the last place that can move on does, and those behind it follow.
            let Some(at) = (0..size).rev().find(|at| places[*at] + size - at < candidates.len()) else { break };
            places[at] += 1;
            for behind in at + 1..size {
                places[behind] = places[behind - 1] + 1;
            }
        }
        best.map(|(_, withheld)| withheld)
    }
}

/// Parts before totals, small counts before large ones.
fn prices(family: &Family) -> Vec<f64> {
    let totals: BTreeSet<usize> = family.sums.iter().map(|(total, _)| *total).collect();
    let mut order: Vec<usize> = (0..family.counts.len()).collect();
    order.sort_by(|a, b| {
        let key = |c: &usize| (totals.contains(c), family.counts[*c]);
        key(a).0.cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1))
    });
    let mut prices = vec![1.0; order.len()];
    for (rank, cell) in order.iter().enumerate() {
        prices[*cell] = 1.0 + 0.5 * rank as f64 / order.len() as f64;
    }
    prices
}

/// How many choices of `size` among `n` there are.
fn choices(n: usize, size: usize) -> f64 {
    (0..size).map(|i| (n as f64 - i as f64) / (i + 1) as f64).product()
}
