//! Complementary suppression: which further cells to withhold so that no small count can be worked out from the totals.
//!
//! A family of tables is a list of counts and of sums among them: rows, columns, places and their parts, months and their
//! quarter, a district and the rest of the county. Counts of 1 to the threshold are withheld. Then, for each of them, the
//! others that must go with it, until a reader who knows every published figure, every sum, and that zeros are shown still
//! finds for it an interval that contains all of 1 to the threshold: the sums tell no more than the rule itself does.
//!
//! # Method
//! 1. A small count is withheld; where it is a total, so is its whole line, zeros too (they would say in which part all lie).
//! 2. For each small count that is not safe, the cheapest other table in which it is 1, and in which it is the threshold, is
//!    looked for (`moves`): a linear programme over moves that keep every sum, in which only a cell not yet withheld costs
//!    anything. What moves in it is withheld as well.
//! 3. Whatever turns out to be needless is shown again, the largest first; in families that are small enough every smaller
//!    choice is tried, so that the number withheld there is the least.
//! 4. A count that stays unproven takes every count of its family above 0 with it, and is named in the answer. So it is where
//!    nothing more could be withheld: of two small totals that make a third, each is 1 at least, and the third 2.
//!
//! Zeros are shown, so a withheld count is known to be at least 1, but for the parts of a line that is withheld whole.
//! Cost: a linear programme of the family's size for each small count, twice, and again for each choice that is tried.
//!
//! Source: Fischetti and Salazar (2001), Management Science 47:1008 (the problem, and the attacker's programmes); Kelly, Golden
//! and Assad (1992), Networks 22:397 (cheapest moves as a heuristic); Cox (1995), JASA 90:1453. Threshold and the assumption
//! that zeros are shown: Department for Education, Characteristics of children in need, methodology.

mod moves;
mod propagate;
mod simplex;

use std::collections::BTreeSet;

use thiserror::Error;

use crate::disclose::primary;
use moves::{Lines, Room};

/// A family that cannot be protected as it is given. Cells are named by their places, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SuppressError {
    /// A figure that is no count.
    #[error("a count must be a whole number from 0 to 1e12")]
    NotACount {
        /// Its place.
        cell: usize,
    },
    /// A sum names a cell that is not there, or one cell twice.
    #[error("a sum must name cells of the family, each once")]
    BadSum {
        /// The place of the sum.
        sum: usize,
    },
    /// A known or withheld cell that is not there.
    #[error("a known or withheld cell must be one of the family")]
    NoSuchCell,
    /// A 0 that is to be withheld.
    #[error("a true 0 is shown, and cannot be withheld beforehand")]
    ZeroWithheld {
        /// Its place.
        cell: usize,
    },
    /// Parts that do not make their total: what a reader would conclude from it has no meaning.
    #[error("the parts of a sum must make its total")]
    DoesNotAddUp {
        /// The place of the sum.
        sum: usize,
    },
}

/// Counts and how they add up.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Whole numbers, not negative.
    pub counts: Vec<f64>,
    /// A total and its parts, by their places among the counts.
    pub sums: Vec<(usize, Vec<usize>)>,
    /// Cells that some one reader knows already, such as an agency its own return: one list a reader.
    pub known: Vec<Vec<usize>>,
    /// Cells that are withheld for another reason, such as a denominator whose numerator is small. None of them may be 0, for a
    /// reader takes every withheld count for 1 at least.
    pub withheld: Vec<usize>,
}

/// What is withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// One a cell.
    pub withheld: Vec<bool>,
    /// Small counts that could not be proven safe: their families are withheld whole.
    pub unproven: Vec<usize>,
}

/// What of `family` must be withheld, counts of 1 to `threshold` being small.
///
/// # Errors
/// A figure that is no whole count, a sum of cells that are not there or not different, and parts that do not make their total.
pub fn suppress(family: &Family, threshold: f64) -> Result<Suppressed, SuppressError> {
    check(family)?;
    let mut choice = Choice::new(family, threshold);
    for cell in choice.small.clone() {
        choice.protect(cell);
    }
    choice.show_needless();
    choice.try_fewer();
    Ok(Suppressed { withheld: choice.withheld, unproven: choice.unproven })
}

fn check(family: &Family) -> Result<(), SuppressError> {
    let cells = family.counts.len();
    let is_count = |n: &f64| n.fract() == 0.0 && (0.0..=1e12).contains(n);
    if let Some(cell) = family.counts.iter().position(|n| !is_count(n)) {
        return Err(SuppressError::NotACount { cell });
    }
    for (sum, (total, parts)) in family.sums.iter().enumerate() {
        let named: BTreeSet<usize> = parts.iter().copied().chain([*total]).collect();
        if named.len() != parts.len() + 1 || named.iter().any(|c| *c >= cells) {
            return Err(SuppressError::BadSum { sum });
        }
        if parts.iter().map(|p| family.counts[*p]).sum::<f64>() != family.counts[*total] {
            return Err(SuppressError::DoesNotAddUp { sum });
        }
    }
    if family.known.iter().flatten().chain(&family.withheld).any(|c| *c >= cells) {
        return Err(SuppressError::NoSuchCell);
    }
    if let Some(cell) = family.withheld.iter().find(|c| family.counts[**c] == 0.0) {
        return Err(SuppressError::ZeroWithheld { cell: *cell });
    }
    Ok(())
}

/// The choice so far.
struct Choice<'a> {
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
    fn new(family: &'a Family, threshold: f64) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn run(counts: &[f64], sums: &[(usize, Vec<usize>)]) -> Vec<usize> {
        let family = Family { counts: counts.to_vec(), sums: sums.to_vec(), known: Vec::new(), withheld: Vec::new() };
        let found = suppress(&family, 5.0).unwrap();
        assert_eq!(found.unproven, [0; 0]);
        (0..counts.len()).filter(|c| found.withheld[*c]).collect()
    }

    #[test]
    fn one_line() {
        let rows: [(&[f64], &[usize], &str); 7] = [
            (&[6.0, 7.0, 8.0, 0.0, 21.0], &[], "nothing is small"),
            (&[3.0, 20.0, 30.0, 0.0, 53.0], &[0, 1], "the smaller of the two goes with it, and the zero stays"),
            (&[4.0, 3.0, 20.0, 30.0, 57.0], &[0, 1], "7 between them: each is 1 to 6"),
            (&[1.0, 1.0, 20.0, 30.0, 52.0], &[0, 1, 2], "two that make 2 are two ones"),
            (&[5.0, 1.0, 20.0, 0.0, 26.0], &[0, 1], "6 between them: each is 1 to 5"),
            (&[2.0, 1.0, 0.0, 0.0, 3.0], &[0, 1, 2, 3, 4], "a small total takes its line with it"),
            (&[6.0, 1.0, 0.0, 0.0, 7.0], &[0, 1], "7 between them"),
        ];
        for (counts, withheld, why) in rows {
            assert_eq!(run(counts, &[(4, vec![0, 1, 2, 3])]), withheld, "{why}");
        }
    }

    #[test]
    fn what_is_in_no_sum_needs_no_company() {
        assert_eq!(run(&[3.0, 9.0], &[]), [0]);
        assert_eq!(run(&[], &[]), [0; 0]);
    }

    #[test]
    fn a_reader_who_knows_a_part_is_kept_from_the_rest() {
        let family = Family {
            counts: vec![4.0, 3.0, 20.0, 30.0, 57.0],
            sums: vec![(4, vec![0, 1, 2, 3])],
            known: vec![vec![0], vec![1]],
            withheld: Vec::new(),
        };
        let found = suppress(&family, 5.0).unwrap();
        assert_eq!(found.withheld, [true, true, true, false, false], "without the third, 7 less 4 would be 3");
    }

    #[test]
    fn what_is_withheld_anyway_keeps_company_for_nothing() {
        let family = Family {
            counts: vec![3.0, 20.0, 30.0, 53.0],
            sums: vec![(3, vec![0, 1, 2])],
            known: Vec::new(),
            withheld: vec![2],
        };
        assert_eq!(suppress(&family, 5.0).unwrap().withheld, [true, false, true, false], "not the cheaper 20 as well");
        let of_zero = Family { counts: vec![0.0], sums: Vec::new(), known: Vec::new(), withheld: vec![0] };
        assert_eq!(suppress(&of_zero, 5.0), Err(SuppressError::ZeroWithheld { cell: 0 }));
        assert_eq!(suppress(&Family { withheld: vec![1], ..of_zero }, 5.0), Err(SuppressError::NoSuchCell));
    }

    #[test]
    fn refusals() {
        let with = |counts: &[f64], sums: &[(usize, Vec<usize>)]| {
            suppress(
                &Family { counts: counts.to_vec(), sums: sums.to_vec(), known: Vec::new(), withheld: Vec::new() },
                5.0,
            )
            .unwrap_err()
        };
        assert_eq!(with(&[1.5], &[]), SuppressError::NotACount { cell: 0 });
        assert_eq!(with(&[1.0, -1.0], &[]), SuppressError::NotACount { cell: 1 });
        assert_eq!(with(&[1.0, 1.0], &[(0, vec![2])]), SuppressError::BadSum { sum: 0 });
        assert_eq!(with(&[2.0, 1.0], &[(0, vec![1, 1])]), SuppressError::BadSum { sum: 0 });
        assert_eq!(with(&[3.0, 1.0], &[(0, vec![1])]), SuppressError::DoesNotAddUp { sum: 0 });
    }
}
