//! Complementary suppression: which further cells to withhold so that no small count can be worked out from the totals.
//!
//! A family of tables is a list of counts and of sums among them: rows, columns, places and their parts, months and
//! their quarter, a district and the rest of the county. Counts of 1 to the threshold are withheld. Then, for each of
//! them, the others that must go with it, until a reader who knows every published figure, every sum, and that zeros
//! are shown still finds for it an interval that contains all of 1 to the threshold: the sums tell no more than the
//! rule itself does.
//!
//! # Method
//! 1. A small count is withheld; where it is a total, so is its whole line, zeros too (they would say in which part all
//!    lie).
//! 2. For each small count that is not safe, the cheapest other table in which it is 1, and in which it is the
//!    threshold, is looked for (`moves`): a linear programme over moves that keep every sum, in which only a cell not
//!    yet withheld costs anything. What moves in it is withheld as well.
//! 3. Whatever turns out to be needless is shown again, the largest first; in families that are small enough every
//!    smaller choice is tried, so that the number withheld there is the least.
//! 4. A count that stays unproven takes every count of its family above 0 with it, and is named in the answer. So it is
//!    where nothing more could be withheld: of two small totals that make a third, each is 1 at least, and the third 2.
//!
//! Zeros are shown, so a withheld count is known to be at least 1, but for the parts of a line that is withheld whole.
//! Cost: a linear programme of the family's size for each small count, twice, and again for each choice that is tried.
//!
//! Source: Fischetti and Salazar (2001), Management Science 47:1008 (the problem, and the attacker's programmes);
//! Kelly, Golden and Assad (1992), Networks 22:397 (cheapest moves as a heuristic); Cox (1995), JASA 90:1453. Threshold
//! and the assumption that zeros are shown: Department for Education, Characteristics of children in need, methodology.

mod choice;
mod moves;
mod propagate;
mod simplex;

use std::collections::BTreeSet;

use thiserror::Error;

use choice::Choice;

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
    /// Cells that are withheld for another reason, such as a denominator whose numerator is small. None of them may be
    /// 0, for a reader takes every withheld count for 1 at least.
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
/// A figure that is no whole count, a sum of cells that are not there or not different, and parts that do not make
/// their total.
pub fn suppress(family: &Family, threshold: f64) -> Result<Suppressed, SuppressError> {
    check(family)?;
    Ok(Choice::new(family, threshold).made())
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
