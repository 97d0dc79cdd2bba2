//! Another table that the same publication would fit: a withheld count moved by so much, the others that move with it,
//! and every published figure as it was.
//!
//! Such a table is the proof that a reader cannot tell. It is looked for by linear programming, in whole numbers by
//! branching, and counted over in whole numbers before it is believed.

use std::collections::BTreeMap;

use super::simplex::{Column, maximise};

/// Which counts add up to which.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    /// A total and its parts.
    sums: Vec<(usize, Vec<usize>)>,
    /// The sums in which each cell stands.
    of_cell: Vec<Vec<usize>>,
}

/// What a search for another table may use.
pub(super) struct Room<'a> {
    /// Which cells may move: those that are, or could be, withheld, and that the reader does not know already.
    pub free: &'a [bool],
    /// How far each may fall before a reader knows better.
    pub fall: &'a [f64],
    /// What a unit of movement costs: 0 where the cell is withheld anyway.
    pub cost: &'a [f64],
}

/// A unit of what is asked for outweighs any cost.
const WISH: f64 = 1e6;

/// The furthest that any count moves.
const FURTHEST: f64 = 1e12;

impl Lines {
    pub(super) fn new(cells: usize, sums: &[(usize, Vec<usize>)]) -> Self {
        let mut of_cell = vec![Vec::new(); cells];
        for (line, (total, parts)) in sums.iter().enumerate() {
            for cell in parts.iter().chain([total]) {
                of_cell[*cell].push(line);
            }
        }
        Self { sums: sums.to_vec(), of_cell }
    }

    fn cells(&self, line: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let (total, parts) = &self.sums[line];
        parts.iter().map(|p| (*p, 1.0)).chain([(*total, -1.0)])
    }

    /// The cells that can move together with `cell`, itself first; empty where it cannot move at all.
    fn moving_with(&self, cell: usize, free: &[bool]) -> Vec<usize> {
        let mut free = free.to_vec();
        // A cell alone in its line is given by the line.
        let mut lines: Vec<usize> = (0..self.sums.len()).collect();
        while let Some(line) = lines.pop() {
            let mut moving = self.cells(line).filter(|(c, _)| free[*c]);
            if let (Some((alone, _)), None) = (moving.next(), moving.next()) {
                free[alone] = false;
                lines.extend(&self.of_cell[alone]);
            }
        }
        if !free[cell] {
            return Vec::new();
        }
        let (mut found, mut next) = (vec![cell], 0);
        free[cell] = false;
        while next < found.len() {
            for line in &self.of_cell[found[next]] {
                for (other, _) in self.cells(*line) {
                    if std::mem::take(&mut free[other]) {
                        found.push(other);
                    }
                }
            }
            next += 1;
        }
        found
    }

    /// The moves, a cell and its distance each, of the cheapest table found in which `cell` moves `by` (not 0); None
    /// for none.
    pub(super) fn moved(&self, cell: usize, by: f64, room: &Room<'_>) -> Option<Vec<(usize, f64)>> {
        // Whole tables are nearly always found at once; a family that needs more turns is taken for unproven.
        const MOST_BRANCHES: usize = 200;
        let cells = self.moving_with(cell, room.free);
        if cells.is_empty() {
            return None;
        }
        let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
        for line in cells.iter().flat_map(|c| &self.of_cell[*c]) {
            let number = lines.len();
            lines.entry(*line).or_insert(number);
        }
        let search = Search { lines: self, cells: &cells, rows: &lines, room };
        let mut ranges: Vec<(f64, f64)> = cells.iter().map(|c| (-room.fall[*c], FURTHEST)).collect();
        if ranges[0].0 > by {
            return None;
        }
        ranges[0] = (by, by);
        let mut open = vec![ranges];
        for _ in 0..MOST_BRANCHES {
            let ranges = open.pop()?;
            let Some(moves) = search.within(&ranges) else { continue };
            match moves.iter().position(|m| (m - m.round()).abs() > 1e-6) {
                None => {
                    let whole: Vec<f64> = moves.iter().map(|m| m.round()).collect();
                    if search.holds(&whole, &ranges) {
                        let moved = cells.iter().copied().zip(whole).filter(|(_, by)| *by != 0.0);
                        return Some(moved.collect());
                    }
                }
                Some(at) => {
                    let (mut below, mut above) = (ranges.clone(), ranges);
                    below[at].1 = moves[at].floor();
                    above[at].0 = moves[at].ceil();
                    open.extend([above, below]);
                }
            }
        }
        None
    }
}

struct Search<'a> {
    lines: &'a Lines,
    cells: &'a [usize],
    /// Numbers of the lines that these cells stand in.
    rows: &'a BTreeMap<usize, usize>,
    room: &'a Room<'a>,
}

impl Search<'_> {
    /// The cheapest moves within the ranges, perhaps broken ones; None where there are none.
    fn within(&self, ranges: &[(f64, f64)]) -> Option<Vec<f64>> {
        // Up and down are columns of their own, and so is what must be: it gains, where the rest costs.
        let mut columns = Vec::with_capacity(2 * self.cells.len());
        let mut wishes = 0.0;
        let mut signs = Vec::with_capacity(columns.capacity());
        for (at, (cell, (low, high))) in self.cells.iter().zip(ranges).enumerate() {
            if low > high {
                return None;
            }
            let sign_of = |line: usize| self.lines.cells(line).find(|(c, _)| c == cell).map_or(0.0, |(_, sign)| sign);
            let entries: Vec<(usize, f64)> =
                self.lines.of_cell[*cell].iter().map(|line| (self.rows[line], sign_of(*line))).collect();
            let cost = self.room.cost[*cell];
            let mut add = |sign: f64, upper: f64, gain: f64| {
                if upper > 0.0 {
                    let entries = entries.iter().map(|(row, s)| (*row, s * sign)).collect();
                    columns.push(Column { upper, gain, entries });
                    signs.push((at, sign));
                }
            };
            add(1.0, low.max(0.0), WISH - cost);
            add(-1.0, (-high).max(0.0), WISH - cost);
            add(1.0, high.max(0.0) - low.max(0.0), -cost);
            add(-1.0, (-low).max(0.0) - (-high).max(0.0), -cost);
            wishes += low.max(0.0) + (-high).max(0.0);
        }
        let found = maximise(self.rows.len(), &columns)?;
        let granted: f64 = columns.iter().zip(&found).filter(|(c, _)| c.gain > 0.0).map(|(_, v)| v).sum();
        if granted < wishes - 1e-6 {
            return None;
        }
        let mut moves = vec![0.0; self.cells.len()];
        for ((at, sign), value) in signs.into_iter().zip(found) {
            moves[at] += sign * value;
        }
        Some(moves)
    }

    /// Whether whole moves leave every line's sum as it is and keep to the ranges.
    fn holds(&self, moves: &[f64], ranges: &[(f64, f64)]) -> bool {
        let by: BTreeMap<usize, f64> = self.cells.iter().copied().zip(moves.iter().copied()).collect();
        let moved = |cell: usize| by.get(&cell).copied().unwrap_or(0.0);
        moves.iter().zip(ranges).all(|(m, (low, high))| low <= m && m <= high)
            && self.rows.keys().all(|line| self.lines.cells(*line).map(|(c, sign)| sign * moved(c)).sum::<f64>() == 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows and two columns of counts (0 to 3) with totals that are published.
    fn two_by_two() -> Lines {
        Lines::new(8, &[(4, vec![0, 1]), (5, vec![2, 3]), (6, vec![0, 2]), (7, vec![1, 3])])
    }

    #[test]
    fn a_block_moves_along_its_diagonal() {
        let free = [true, true, true, true, false, false, false, false];
        let room = Room { free: &free, fall: &[1.0, 29.0, 24.0, 39.0, 0.0, 0.0, 0.0, 0.0], cost: &[0.0; 8] };
        let mut moves = two_by_two().moved(0, 3.0, &room).unwrap();
        moves.sort_by_key(|m| m.0);
        assert_eq!(moves, [(0, 3.0), (1, -3.0), (2, -3.0), (3, 3.0)]);
        assert_eq!(two_by_two().moved(0, -2.0, &room), None, "it may fall by one only");
        assert_eq!(two_by_two().moved(0, 25.0, &room), None, "24 is all that the second row can give");
    }

    #[test]
    fn a_cell_alone_in_its_line_stands_still() {
        let free = [true, true, true, false, false, false, false, false];
        let room = Room { free: &free, fall: &[9.0; 8], cost: &[0.0; 8] };
        assert_eq!(two_by_two().moved(0, 1.0, &room), None, "the second column gives cell 1, and that the rest");
    }

    /// x + y + z is known, and x + y, y + z and x + z are each a total plus a count that may move by one: broken moves
    /// abound.
    #[test]
    fn moves_are_whole() {
        let lines = Lines::new(7, &[(3, vec![0, 1]), (4, vec![1, 2]), (5, vec![0, 2]), (6, vec![0, 1, 2])]);
        let free = [true, true, true, true, true, true, false];
        let room = Room { free: &free, fall: &[5.0, 5.0, 5.0, 1.0, 1.0, 1.0, 0.0], cost: &[1.0; 7] };
        let moves = lines.moved(0, 1.0, &room).unwrap();
        assert!(moves.iter().all(|(_, by)| by.fract() == 0.0), "{moves:?}");
    }
}
