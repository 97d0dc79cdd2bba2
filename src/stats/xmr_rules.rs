//! The rules by which a point of an XmR chart is not common variation: outside, trend, two in three, shift.
//!
//! Windows never reach past the slice, so a caller that hands over one re-based group at a time gets rules that start anew.
//!
//! Source: NHSRplotthedots (NHS-R Community); Western Electric (1956), Statistical quality control handbook.

/// Marks the last point of every window of `length` on one side; a side of 0 (on the mean) breaks the run.
pub fn shift_ends(side: &[i8], length: usize) -> Vec<bool> {
    ends(side, length, |window| window[0] != 0 && window.iter().all(|s| *s == window[0]))
}

/// 1 or -1 at the last point of every window of `length` points that rises or falls at each step; a tie breaks it, else 0.
pub fn trend_ends(values: &[f64], length: usize) -> Vec<i8> {
    let rising = ends(values, length, |window| window.windows(2).all(|pair| pair[1] > pair[0]));
    let falling = ends(values, length, |window| window.windows(2).all(|pair| pair[1] < pair[0]));
    rising.into_iter().zip(falling).map(|(up, down)| i8::from(up) - i8::from(down)).collect()
}

/// Marks every point of any window of three that holds two `near` points or more and lies on one side.
///
/// A third point on the mean spoils the window. The caller labels only the near points.
pub fn two_in_three(near: &[bool], side: &[i8]) -> Vec<bool> {
    let mut marked = vec![false; near.len()];
    for start in 0..near.len().min(side.len()).saturating_sub(2) {
        let window = start..start + 3;
        let counted = near[window.clone()].iter().filter(|n| **n).count();
        let sides: i32 = side[window.clone()].iter().map(|s| i32::from(*s)).sum();
        if counted >= 2 && sides.abs() == 3 {
            marked[window].fill(true);
        }
    }
    marked
}

/// Carries each marked end back over the window it ends.
pub fn whole_windows(ends: &[bool], length: usize) -> Vec<bool> {
    let mut whole = vec![false; ends.len()];
    for (end, _) in ends.iter().enumerate().filter(|(_, marked)| **marked) {
        whole[(end + 1).saturating_sub(length)..=end].fill(true);
    }
    whole
}

/// 1 for a step up, -1 down, that a point of a trend is labelled by: into it, or out of it where the next is in a trend too.
///
/// The step out makes a turning point part of what follows; a flat step out says nothing, and the step in stands.
pub fn trend_direction(values: &[f64], in_trend: &[bool], i: usize) -> i8 {
    let step = |from: usize, to: usize| sign(values[to] - values[from]);
    let out = if i + 1 < values.len() && in_trend[i + 1] { step(i, i + 1) } else { 0 };
    if out != 0 || i == 0 { out } else { step(i - 1, i) }
}

/// The sign of a difference: -1, 0 or 1; 0 for NaN.
pub fn sign(difference: f64) -> i8 {
    i8::from(difference > 0.0) - i8::from(difference < 0.0)
}

fn ends<T>(values: &[T], length: usize, holds: impl Fn(&[T]) -> bool) -> Vec<bool> {
    let length = length.max(2);
    (0..values.len()).map(|i| i + 1 >= length && holds(&values[i + 1 - length..=i])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_is_carried_back() {
        let side = [1, -1, -1, -1, 1];
        let ends = shift_ends(&side, 3);
        assert_eq!(ends, [false, false, false, true, false]);
        assert_eq!(whole_windows(&ends, 3), [false, true, true, true, false]);
    }

    #[test]
    fn a_turning_point_belongs_to_what_follows() {
        let values = [1.0, 2.0, 3.0, 2.0, 1.0];
        let in_trend = [true; 5];
        let directions: Vec<i8> = (0..5).map(|i| trend_direction(&values, &in_trend, i)).collect();
        assert_eq!(directions, [1, 1, -1, -1, -1]);
    }

    #[test]
    fn short_series_hold_no_rule() {
        assert_eq!(two_in_three(&[true, true], &[1, 1]), [false, false], "three points are needed");
        assert_eq!(trend_ends(&[1.0, 2.0], 7), [0, 0]);
        assert!(shift_ends(&[], 7).is_empty());
    }
}
