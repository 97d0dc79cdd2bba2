//! Whether there are cases enough to see a problem of a size that matters: by how much a doubling of what is usual would
//! move a count's z, and what a stream that could hardly see it still counts for.
//!
//! Formula: a doubling moves the logarithm of the odds (or of the rate) by ln 2, whose standard error is 1/sqrt(i), i = n p
//! (1 - p) for n trials of usual share p and i = E for an expected count E; so it moves z by ln 2 sqrt(i). Where streams are
//! summed by Stouffer, the best weight of each is in proportion to the z that is to be expected of it; that is levelled
//! off, since past some size more cases say no more: m/sqrt(m^2 + h^2), h the m of a weight of 0.71.
//!
//! Source: Fisher's information of a binomial and a Poisson count (any textbook; Agresti, Categorical Data Analysis,
//! 2013, section 1.3); weights in proportion to the expected z, Zaykin, Journal of Evolutionary Biology 24 (2011) 1836.

/// How far a doubling of the usual share moves the z of `n` trials of which `usual` would usually be adverse; 0 where
/// there is nothing to go by.
pub fn of_trials(n: f64, usual: f64) -> f64 {
    if !(n > 0.0 && usual > 0.0 && usual < n) {
        return 0.0;
    }
    std::f64::consts::LN_2 * (usual * (1.0 - usual / n)).sqrt()
}

/// The same for a count of which `expected` would be usual.
pub fn of_count(expected: f64) -> f64 {
    if expected > 0.0 { std::f64::consts::LN_2 * expected.sqrt() } else { 0.0 }
}

/// What a stream counts for, between 0 and 1, whose z a doubling would move by `moved`; `half` of 0 levels all at 1.
pub fn power(moved: f64, half: f64) -> f64 {
    if half > 0.0 { moved / moved.hypot(half) } else { 1.0 }
}

/// The most that a stream's z counts for, whose z a doubling would move by `moved`: that of so many `doublings`, and never
/// more than `cap`. Few cases give a wide z now and then by chance, which no problem of a likely size would give.
pub fn cap(moved: f64, doublings: f64, cap: f64) -> f64 {
    if doublings > 0.0 { (moved * doublings).min(cap) } else { cap }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// statsmodels 0.14, Logit and Poisson of a doubling: ln 2 over the standard error of the log odds at p = 0.25, n = 20
    /// (1/sqrt(3.75) = 0.516398) and of the log rate at E = 9 (1/3).
    #[test]
    fn a_doubling_is_seen_the_better_the_more_cases_there_are() {
        assert!((of_trials(20.0, 5.0) - std::f64::consts::LN_2 / 0.516_397_779_494_322).abs() < 1e-12);
        assert!((of_count(9.0) - std::f64::consts::LN_2 * 3.0).abs() < 1e-12);
        for (n, usual) in [(0.0, 0.0), (5.0, 0.0), (5.0, 5.0), (5.0, 6.0), (f64::NAN, 1.0)] {
            assert_eq!(of_trials(n, usual), 0.0, "{usual} of {n}");
        }
        assert_eq!(of_count(0.0), 0.0);
    }

    #[test]
    fn power_levels_off() {
        assert_eq!(power(0.0, 2.0), 0.0);
        assert!((power(2.0, 2.0) - 0.5_f64.sqrt()).abs() < 1e-12);
        assert!(power(20.0, 2.0) > 0.99);
        assert_eq!(power(0.1, 0.0), 1.0, "levelled off at once");
        assert_eq!([cap(0.5, 2.0, 3.0), cap(4.0, 2.0, 3.0), cap(0.5, 0.0, 3.0)], [1.0, 3.0, 3.0]);
    }
}
