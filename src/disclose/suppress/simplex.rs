//! Linear programmes whose starting point is known: rows that sum to 0, and columns from 0 up to a limit of their own.
//!
//! Everything at 0 is a solution, so that the search needs no first phase. A dense tableau: families of published
//! tables have some hundreds of cells.
//!
//! Source: Dantzig (1963), Linear Programming and Extensions, chapter 18 (bounded variables); Bland (1977), Mathematics
//! of Operations Research 2:103, for the rule that cannot turn in circles.

/// A column: how far it may go, what a unit of it gains, and what it adds to each row that it touches.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    /// From 0 up to this; may be infinite.
    pub upper: f64,
    /// Below 0 where it costs.
    pub gain: f64,
    /// Row and coefficient.
    pub entries: Vec<(usize, f64)>,
}

/// What is too small to be anything but rounding.
const NOTHING: f64 = 1e-9;

/// The values that gain most; None where the search did not end, or gains without end.
pub(super) fn maximise(rows: usize, columns: &[Column]) -> Option<Vec<f64>> {
    let mut tableau = Tableau::new(rows, columns);
    let patience = 50 * (rows + columns.len()) + 1_000;
    let mut idle = 0;
    for _ in 0..patience {
        // After a while without gain, the careful rule: the first column that gains.
        let careful = idle > rows + 20;
        let Some(entering) = tableau.entering(careful) else { return Some(tableau.values()) };
        let moved = tableau.step(entering, careful)?;
        idle = if moved > NOTHING { 0 } else { idle + 1 };
    }
    None
}

struct Tableau {
    upper: Vec<f64>,
    /// Row by row, as they stand after the exchanges so far.
    cells: Vec<Vec<f64>>,
    /// What a unit of each column still gains.
    gain: Vec<f64>,
    at_upper: Vec<bool>,
    in_base: Vec<bool>,
    /// The column that each row determines; None is the row's own slack, which is held at 0.
    base: Vec<Option<usize>>,
    /// What it is there.
    level: Vec<f64>,
}

impl Tableau {
    fn new(rows: usize, columns: &[Column]) -> Self {
        let mut cells = vec![vec![0.0; columns.len()]; rows];
        for (j, column) in columns.iter().enumerate() {
            for (row, coefficient) in &column.entries {
                cells[*row][j] += coefficient;
            }
        }
        Self {
            upper: columns.iter().map(|c| c.upper).collect(),
            cells,
            gain: columns.iter().map(|c| c.gain).collect(),
            at_upper: vec![false; columns.len()],
            in_base: vec![false; columns.len()],
            base: vec![None; rows],
            level: vec![0.0; rows],
        }
    }

    /// The column to move, and whether upwards.
    fn entering(&self, careful: bool) -> Option<(usize, f64)> {
        const LEAST: f64 = 1e-7;
        let promising = (0..self.upper.len()).filter(|j| !self.in_base[*j] && self.upper[*j] > 0.0).filter_map(|j| {
            let direction = if self.at_upper[j] { -1.0 } else { 1.0 };
            (self.gain[j] * direction > LEAST).then_some((j, direction))
        });
        if careful {
            let mut promising = promising;
            return promising.next();
        }
        promising.max_by(|a, b| self.gain[a.0].abs().total_cmp(&self.gain[b.0].abs()).then(b.0.cmp(&a.0)))
    }

    /// Moves a column as far as it goes, and says how far; None where nothing stops it.
    fn step(&mut self, (entering, direction): (usize, f64), careful: bool) -> Option<f64> {
        let mut far = self.upper[entering];
        let mut stop: Option<usize> = None;
        for row in 0..self.base.len() {
            let slope = self.cells[row][entering] * direction;
            let room = if slope > NOTHING {
                self.level[row].max(0.0) / slope
            } else if slope < -NOTHING {
                let upper = self.base[row].map_or(0.0, |j| self.upper[j]);
                (upper - self.level[row]).max(0.0) / -slope
            } else {
                continue;
            };
            let better = match stop {
                _ if room < far - NOTHING => true,
                // Of rows that stop it together: the first column by number, or the firmest exchange.
                Some(other) if room <= far + NOTHING && careful => self.base[row] < self.base[other],
                Some(other) if room <= far + NOTHING => {
                    slope.abs() > (self.cells[other][entering] * direction).abs() + NOTHING
                }
                None => room <= far,
                _ => false,
            };
            if better {
                far = far.min(room);
                stop = Some(row);
            }
        }
        if far.is_infinite() {
            return None;
        }
        for row in 0..self.base.len() {
            self.level[row] -= self.cells[row][entering] * direction * far;
        }
        match stop {
            None => self.at_upper[entering] = !self.at_upper[entering],
            Some(row) => self.exchange(row, entering, direction, far),
        }
        Some(far)
    }

    fn exchange(&mut self, row: usize, entering: usize, direction: f64, far: f64) {
        if let Some(leaving) = self.base[row] {
            self.in_base[leaving] = false;
            self.at_upper[leaving] = self.cells[row][entering] * direction < 0.0;
        }
        let start = if self.at_upper[entering] { self.upper[entering] } else { 0.0 };
        self.level[row] = start + direction * far;
        self.base[row] = Some(entering);
        self.in_base[entering] = true;
        self.at_upper[entering] = false;
        let pivot = self.cells[row][entering];
        for value in &mut self.cells[row] {
            *value /= pivot;
        }
        let pivot_row = std::mem::take(&mut self.cells[row]);
        for other in self.cells.iter_mut().filter(|r| !r.is_empty()).chain([&mut self.gain]) {
            let factor = other[entering];
            if factor != 0.0 {
                for (value, of_pivot) in other.iter_mut().zip(&pivot_row) {
                    *value -= factor * of_pivot;
                }
                other[entering] = 0.0;
            }
        }
        self.cells[row] = pivot_row;
    }

    fn values(&self) -> Vec<f64> {
        let mut values: Vec<f64> =
            self.upper.iter().zip(&self.at_upper).map(|(upper, at)| if *at { *upper } else { 0.0 }).collect();
        for (base, level) in self.base.iter().zip(&self.level) {
            if let Some(j) = base {
                values[*j] = *level;
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(upper: f64, gain: f64, entries: &[(usize, f64)]) -> Column {
        Column { upper, gain, entries: entries.to_vec() }
    }

    /// Values of scipy 1.17 `linprog` (HiGHS) with the same rows.
    #[test]
    fn the_best_is_found() {
        // a + b - c - d = 0 and c - e = 0; a and b gain 3 and 2, d costs 1; a to 4, b to 5, c to 6, d to 2, e to 3.
        let columns = [
            column(4.0, 3.0, &[(0, 1.0)]),
            column(5.0, 2.0, &[(0, 1.0)]),
            column(6.0, 0.0, &[(0, -1.0), (1, 1.0)]),
            column(2.0, -1.0, &[(0, -1.0)]),
            column(3.0, 0.0, &[(1, -1.0)]),
        ];
        let found = maximise(2, &columns).unwrap();
        assert_eq!(found, [4.0, 1.0, 3.0, 2.0, 3.0]);
    }

    #[test]
    fn rows_that_say_the_same_do_no_harm() {
        let columns = [column(9.0, 1.0, &[(0, 1.0), (1, 2.0)]), column(7.0, -0.5, &[(0, -1.0), (1, -2.0)])];
        assert_eq!(maximise(2, &columns), Some(vec![7.0, 7.0]));
    }

    #[test]
    fn a_gain_without_end_is_no_answer() {
        let free = f64::INFINITY;
        assert_eq!(maximise(1, &[column(free, 1.0, &[(0, 1.0)]), column(free, 0.0, &[(0, -1.0)])]), None);
        assert_eq!(maximise(0, &[column(2.0, 1.0, &[])]), Some(vec![2.0]), "without rows only the limits bind");
        assert_eq!(maximise(1, &[column(2.0, 1.0, &[(0, 1.0)])]), Some(vec![0.0]), "a row with one column holds it");
    }
}
