//! Runs about a centre line: whether a series stays on one side too long, or crosses too seldom (Anhoej's rules).
//!
//! A signal: a run longer than round(log2 n) + 3, or fewer crossings than the 5% point of Binomial(n - 1, 1/2), n the
//! points off the line.
//!
//! Source: Anhoej and Olesen (2014), PLoS ONE 9:e113825; Schilling (2012), Mathematics Magazine 85:141; Chen (2010), Model Assisted Statistics and Applications 5:73; qicharts2.

use crate::stats::{funnel_exact, xmr_rules};

/// Which longest run and fewest crossings are still chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RunsMethod {
    /// Longest run beyond round(log2 n) + 3, or crossings below the 5% point of Binomial(n - 1, 1/2).
    #[default]
    Anhoej,
    /// The box of limits with the best likelihood ratio, for 10 to 100 useful points; outside that, Anhoej's.
    BestBox,
    /// That box with its corners cut.
    CutBox,
}

/// What the runs of a series say. Figures are missing where every point lies on the centre line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runs {
    /// Points, missing ones included.
    pub n_obs: usize,
    /// Points off the centre line.
    pub n_useful: usize,
    /// The most points in a row on one side, those on the line left out.
    pub longest_run: Option<usize>,
    /// The longest run that is still chance.
    pub longest_run_max: Option<usize>,
    /// How often the series crosses the line.
    pub n_crossings: Option<usize>,
    /// The fewest crossings that are still chance.
    pub n_crossings_min: Option<usize>,
    /// Either limit is broken.
    pub signal: bool,
}

/// The runs of `values` about `centre`, side by side; None is a missing point.
pub fn runs(values: &[Option<f64>], centre: &[Option<f64>], method: RunsMethod) -> Runs {
    let side = |(value, centre): (&Option<f64>, &Option<f64>)| Some(xmr_rules::sign((*value)? - (*centre)?));
    let sides: Vec<i8> = values.iter().zip(centre).filter_map(side).filter(|s| *s != 0).collect();
    let n_useful = sides.len();
    let lengths: Vec<usize> = sides.chunk_by(|a, b| a == b).map(<[i8]>::len).collect();
    let Some(longest) = lengths.iter().copied().max() else {
        return Runs {
            n_obs: values.len(),
            n_useful,
            longest_run: None,
            longest_run_max: None,
            n_crossings: None,
            n_crossings_min: None,
            signal: false,
        };
    };
    let crossings = lengths.len() - 1;
    Runs {
        n_obs: values.len(),
        n_useful,
        longest_run: Some(longest),
        longest_run_max: Some(longest_run_max(n_useful)),
        n_crossings: Some(crossings),
        n_crossings_min: Some(n_crossings_min(n_useful)),
        signal: signal(n_useful, crossings, longest, method),
    }
}

/// The longest run that is still chance among `n_useful` points (Schilling 2012).
pub fn longest_run_max(n_useful: usize) -> usize {
    // log2 of a whole number is never a half, so the way of rounding does not matter.
    ((n_useful.max(1) as f64).log2().round() as usize) + 3
}

/// The fewest crossings that are still chance among `n_useful` points (Chen 2010).
pub fn n_crossings_min(n_useful: usize) -> usize {
    funnel_exact::binomial_quantile(0.05, n_useful.saturating_sub(1) as f64, 0.5).0 as usize
}

/// Whether `crossings` and a `longest` run among `n_useful` points are beyond chance.
pub fn signal(n_useful: usize, crossings: usize, longest: usize, method: RunsMethod) -> bool {
    let within = |crossings_min: usize, longest_max: usize| crossings >= crossings_min && longest <= longest_max;
    let Some(bounds) = n_useful.checked_sub(10).and_then(|i| BOUNDS.get(i)) else {
        return !within(n_crossings_min(n_useful), longest_run_max(n_useful));
    };
    let (crossings_min, longest_max) = (usize::from(bounds.0), usize::from(bounds.1));
    match method {
        RunsMethod::Anhoej => !within(n_crossings_min(n_useful), longest_run_max(n_useful)),
        RunsMethod::BestBox => !within(crossings_min, longest_max),
        RunsMethod::CutBox => match bounds.2 {
            None => !within(crossings_min, longest_max),
            Some((border_crossings, border_longest)) => {
                let inner = within(crossings_min + 1, longest_max.saturating_sub(1));
                let bottom = crossings == crossings_min && longest <= usize::from(border_longest);
                let top = within(usize::from(border_crossings), longest_max);
                !(inner || bottom || top)
            }
        },
    }
}

/// Fewest crossings, longest run, and the corner that is cut.
type BoxRow = (u8, u8, Option<(u8, u8)>);

/// A row for each number of useful points from 10 to 100: fewest crossings and longest run of the best box, and, where
/// corners are cut, the fewest crossings at the longest run and the longest run at the fewest crossings.
///
/// Anhoej and Wentzel-Larsen (2020), "Smooth operator", BMC Medical Research Methodology 20:246; figures as in qicharts2.
#[rustfmt::skip]
const BOUNDS: [BoxRow; 91] = [
    (2, 6, Some((3, 5))), (3, 7, Some((4, 6))), (3, 6, None), (3, 6, None), (3, 6, None),
    (4, 7, Some((6, 6))), (5, 8, Some((6, 7))), (5, 7, None), (5, 7, Some((6, 6))), (5, 7, Some((6, 5))),
    (6, 7, None), (7, 8, None), (6, 7, Some((7, 6))), (6, 7, Some((7, 6))), (6, 7, Some((7, 6))),
    (6, 7, None), (9, 9, Some((10, 7))), (9, 8, Some((10, 7))), (9, 8, Some((11, 7))), (10, 8, None),
    (11, 10, Some((12, 9))), (11, 9, Some((14, 8))), (11, 8, None), (11, 8, Some((12, 7))), (11, 8, Some((13, 7))),
    (12, 8, None), (13, 9, Some((15, 8))), (14, 10, None), (13, 8, None), (15, 11, None),
    (15, 9, None), (15, 9, Some((17, 8))), (14, 8, None), (14, 8, None), (17, 10, None),
    (17, 9, None), (17, 9, Some((19, 8))), (17, 9, Some((20, 7))), (19, 12, Some((20, 11))), (19, 10, Some((21, 9))),
    (19, 9, None), (19, 9, Some((21, 8))), (19, 9, Some((21, 7))), (21, 11, Some((23, 9))), (21, 10, Some((23, 8))),
    (21, 9, None), (21, 9, Some((23, 8))), (23, 12, Some((25, 11))), (23, 10, Some((24, 9))), (23, 10, Some((26, 8))),
    (23, 9, None), (23, 9, Some((24, 8))), (25, 11, Some((27, 9))), (25, 10, Some((27, 9))), (26, 11, Some((27, 10))),
    (26, 10, Some((27, 9))), (27, 12, Some((29, 10))), (27, 10, None), (27, 10, Some((29, 8))), (28, 11, Some((29, 8))),
    (29, 14, Some((30, 13))), (29, 11, Some((31, 9))), (29, 10, Some((30, 9))), (30, 11, Some((31, 10))), (30, 10, None),
    (31, 12, Some((32, 9))), (31, 11, Some((34, 8))), (31, 10, Some((33, 9))), (32, 11, Some((33, 8))), (33, 13, Some((37, 11))),
    (33, 11, Some((35, 9))), (33, 10, None), (34, 11, Some((36, 10))), (33, 10, Some((36, 7))), (35, 11, None),
    (35, 11, Some((38, 8))), (35, 10, Some((36, 9))), (35, 10, Some((38, 8))), (37, 12, Some((38, 10))), (37, 11, Some((39, 9))),
    (38, 12, None), (37, 10, Some((39, 9))), (39, 13, Some((41, 12))), (39, 11, Some((40, 10))), (39, 11, Some((42, 8))),
    (39, 10, None), (39, 10, Some((41, 8))), (41, 12, Some((42, 9))), (41, 11, Some((44, 9))), (42, 12, Some((43, 10))),
    (41, 10, Some((42, 9))),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn known(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn points_on_the_line_neither_cross_nor_break_a_run() {
        let values = known(&[6.0, 7.0, 5.0, 8.0, 3.0]);
        let found = runs(&values, &known(&[5.0; 5]), RunsMethod::Anhoej);
        assert_eq!((found.n_useful, found.longest_run, found.n_crossings), (4, Some(3), Some(1)));
    }

    #[test]
    fn nothing_off_the_line_is_no_signal() {
        let found = runs(&known(&[4.0; 15]), &known(&[4.0; 15]), RunsMethod::Anhoej);
        assert_eq!((found.n_obs, found.n_useful, found.longest_run, found.signal), (15, 0, None, false));
        assert_eq!(runs(&[], &[], RunsMethod::CutBox).n_obs, 0);
    }

    #[test]
    fn outside_the_tables_the_methods_agree() {
        for n in [5, 9, 101, 300] {
            for (crossings, longest) in [(0, n), (n / 2, 3)] {
                let anhoej = signal(n, crossings, longest, RunsMethod::Anhoej);
                assert_eq!(signal(n, crossings, longest, RunsMethod::BestBox), anhoej, "{n}");
                assert_eq!(signal(n, crossings, longest, RunsMethod::CutBox), anhoej, "{n}");
            }
        }
    }
}
