//! Secondary suppression, audited: how closely can a reader work out each withheld cell of a table from its totals?
//!
//! Exact, by flows: from the true table, a cell may rise by as much as can be pushed round through other withheld cells,
//! and fall likewise. For a two-way table that is the optimum of the attacker's linear programme.

use std::collections::VecDeque;

use thiserror::Error;

/// A table that cannot be audited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AuditError {
    /// Rows of unequal length, or a mask of another shape.
    #[error("the table and the mask of suppressed cells must have rows of one length")]
    Ragged,
    /// A count that is none.
    #[error("row {row}, column {column}: a count must be a finite number that is not negative")]
    NotACount {
        /// From 0.
        row: usize,
        /// From 0.
        column: usize,
    },
}

/// What a reader knows, and what is wide enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AuditSettings {
    /// The rows' totals are published.
    pub row_totals: bool,
    /// The columns' totals are published.
    pub column_totals: bool,
    /// The least width of an interval that hides its cell.
    pub min_width: f64,
}

/// What can be worked out of one withheld cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellBounds {
    /// From 0.
    pub row: usize,
    /// From 0.
    pub column: usize,
    /// The true count.
    pub value: f64,
    /// It cannot be less.
    pub lower: f64,
    /// It cannot be more; None where nothing bounds it.
    pub upper: Option<f64>,
}

impl CellBounds {
    fn width(&self) -> f64 {
        self.upper.map_or(f64::INFINITY, |upper| upper - self.lower)
    }

    /// Whether the cell can be worked out exactly.
    pub fn is_exact(&self) -> bool {
        self.width() < 1e-6
    }
}

/// The audit of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    /// Every withheld cell, row by row.
    pub cells: Vec<CellBounds>,
    /// No interval is narrower than the least width.
    pub safe: bool,
}

/// The bounds of each withheld cell of `table`; `suppressed` has its shape.
pub fn audit(table: &[Vec<f64>], suppressed: &[Vec<bool>], settings: &AuditSettings) -> Result<Audit, AuditError> {
    let columns = table.first().map_or(0, Vec::len);
    let has_shape = |len: usize| len == columns;
    if table.len() != suppressed.len()
        || !table.iter().map(Vec::len).all(has_shape)
        || !suppressed.iter().map(Vec::len).all(has_shape)
    {
        return Err(AuditError::Ragged);
    }
    let mut withheld = Vec::new();
    for (row, (counts, mask)) in table.iter().zip(suppressed).enumerate() {
        for (column, (value, is_withheld)) in counts.iter().zip(mask).enumerate() {
            if !(value.is_finite() && *value >= 0.0) {
                return Err(AuditError::NotACount { row, column });
            }
            if *is_withheld {
                withheld.push((row, column, *value));
            }
        }
    }
    let cells: Vec<CellBounds> = withheld
        .iter()
        .map(|&(row, column, value)| {
            let from_row = Network::without((row, column), &withheld, table.len(), columns, settings);
            let from_column = from_row.clone();
            let (row_node, column_node) = (row, table.len() + column);
            let rise = from_row.max_flow(row_node, column_node, f64::INFINITY);
            let fall = from_column.max_flow(column_node, row_node, value);
            CellBounds { row, column, value, lower: value - fall, upper: rise.is_finite().then_some(value + rise) }
        })
        .collect();
    let safe = cells.iter().all(|c| !c.is_exact() && c.width() >= settings.min_width - 1e-6);
    Ok(Audit { cells, safe })
}

/// What may be moved: a node a row, then a node a column, then one for all that no published total binds.
#[derive(Clone)]
struct Network {
    nodes: usize,
    capacity: Vec<f64>,
}

impl Network {
    /// The other withheld cells: each may fall to 0, row to column, and rise without end, column to row.
    fn without(
        cell: (usize, usize),
        withheld: &[(usize, usize, f64)],
        rows: usize,
        columns: usize,
        settings: &AuditSettings,
    ) -> Self {
        let nodes = rows + columns + 1;
        let mut network = Network { nodes, capacity: vec![0.0; nodes * nodes] };
        for &(row, column, value) in withheld.iter().filter(|(r, c, _)| (*r, *c) != cell) {
            network.add(row, rows + column, value);
            network.add(rows + column, row, f64::INFINITY);
        }
        let unbound = rows + columns;
        let free = |published: bool, ends: std::ops::Range<usize>| if published { 0..0 } else { ends };
        for node in free(settings.row_totals, 0..rows).chain(free(settings.column_totals, rows..rows + columns)) {
            network.add(node, unbound, f64::INFINITY);
            network.add(unbound, node, f64::INFINITY);
        }
        network
    }

    fn add(&mut self, from: usize, to: usize, capacity: f64) {
        self.capacity[from * self.nodes + to] += capacity;
    }

    /// The most that can flow from one node to another, up to `enough`: shortest paths first, so that it ends.
    fn max_flow(mut self, from: usize, to: usize, enough: f64) -> f64 {
        let mut total = 0.0;
        while total < enough {
            let Some(path) = self.shortest_path(from, to) else { break };
            let steps = || path.windows(2).map(|step| (step[0], step[1]));
            let open = steps().map(|(a, b)| self.capacity[a * self.nodes + b]).fold(f64::INFINITY, f64::min);
            if open.is_infinite() {
                return enough;
            }
            for (a, b) in steps() {
                self.capacity[a * self.nodes + b] -= open;
                self.capacity[b * self.nodes + a] += open;
            }
            total += open;
        }
        total.min(enough)
    }

    fn shortest_path(&self, from: usize, to: usize) -> Option<Vec<usize>> {
        let mut came_from = vec![usize::MAX; self.nodes];
        came_from[from] = from;
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            if node == to {
                break;
            }
            let open = &self.capacity[node * self.nodes..][..self.nodes];
            for (next, came) in came_from.iter_mut().enumerate() {
                if *came == usize::MAX && open[next] > 1e-9 {
                    *came = node;
                    queue.push_back(next);
                }
            }
        }
        if came_from[to] == usize::MAX {
            return None;
        }
        let mut path = vec![to];
        while path[path.len() - 1] != from {
            path.push(came_from[path[path.len() - 1]]);
        }
        path.reverse();
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: AuditSettings = AuditSettings { row_totals: true, column_totals: true, min_width: 5.0 };

    fn bounds(table: &[Vec<f64>], mask: &[Vec<bool>], settings: &AuditSettings) -> Vec<(f64, Option<f64>)> {
        audit(table, mask, settings).unwrap().cells.iter().map(|c| (c.lower, c.upper)).collect()
    }

    #[test]
    fn two_by_two_moves_along_its_diagonal() {
        let table = [vec![1.0, 4.0], vec![6.0, 3.0]];
        let mask = [vec![true; 2], vec![true; 2]];
        // x may fall by min(1, 3) and rise by min(4, 6).
        assert_eq!(bounds(&table, &mask, &BOTH)[0], (0.0, Some(5.0)));
    }

    #[test]
    fn unpublished_totals_bind_nothing() {
        let table = [vec![3.0, 9.0]];
        let rows_only = AuditSettings { column_totals: false, ..BOTH };
        let none = AuditSettings { row_totals: false, column_totals: false, ..BOTH };
        assert_eq!(bounds(&table, &[vec![true, false]], &rows_only), [(3.0, Some(3.0))], "the total gives it away");
        assert_eq!(bounds(&table, &[vec![true, true]], &rows_only)[0], (0.0, Some(12.0)));
        assert_eq!(bounds(&table, &[vec![true, false]], &none), [(0.0, None)]);
    }

    #[test]
    fn two_ones_in_a_row_are_three_places_for_two() {
        let table = [vec![1.0, 1.0, 7.0]];
        let found = audit(&table, &[vec![true, true, false]], &AuditSettings { column_totals: false, ..BOTH }).unwrap();
        assert_eq!((found.cells[0].upper, found.safe), (Some(2.0), false), "known within 0 to 2");
    }

    #[test]
    fn shapes_and_counts_are_checked() {
        assert_eq!(audit(&[vec![1.0], vec![]], &[vec![true], vec![]], &BOTH), Err(AuditError::Ragged));
        assert_eq!(audit(&[vec![1.0]], &[], &BOTH), Err(AuditError::Ragged));
        assert_eq!(audit(&[vec![-1.0]], &[vec![false]], &BOTH), Err(AuditError::NotACount { row: 0, column: 0 }));
        assert!(audit(&[], &[], &BOTH).unwrap().safe, "nothing is withheld");
    }
}
