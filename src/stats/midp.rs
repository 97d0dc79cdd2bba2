//! Mid-P tests: a count against what was expected, as a z that is positive where there is more of it.
//!
//! p = P(X > x) + P(X = x)/2 and z = -quantile(p). The smaller tail is the one summed, from x outwards, and then signed:
//! the other would lose every digit of a strong reassurance. Positive z means more adverse than expected.
//!
//! What is no number, or beyond 1e15, is no evidence: the answer is silence.
//!
//! Source: Lancaster (1961), JASA 56:223 (mid-P); Przyborowski and Wilenski (1940), Biometrika 31:313 (two Poisson
//! counts given their sum); figures as in scipy's binom, poisson and hypergeom.

use crate::stats::{discrete, normal};

/// Below this p is taken as this, so that z stays finite (37.04).
const SMALLEST_P: f64 = 1e-300;

/// A one-sided mid-P and its z; z is positive where the count is above what was expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MidP {
    /// P(X > x) + P(X = x)/2, never below 1e-300.
    pub p: f64,
    /// -quantile(p), from whichever tail is the smaller.
    pub z: f64,
}

/// `adverse` of `n` against the proportion `p0`. None is silence: n is not above 0, or an input is not a number.
///
/// Fractional counts are read between their whole neighbours; `adverse` is held within 0 and n.
pub fn binomial(adverse: f64, n: f64, p0: f64) -> Option<MidP> {
    if !(n > 0.0 && [adverse, n, p0].into_iter().all(is_figure)) {
        return None;
    }
    let n = n.round().max(1.0);
    let p0 = p0.clamp(0.0, 1.0);
    let x = adverse.clamp(0.0, n);
    if p0 == 0.0 || p0 == 1.0 {
        return Some(certain(x, n * p0));
    }
    let odds = p0 / (1.0 - p0);
    Some(between_neighbours(x, |x| {
        sided(Side {
            x,
            mean: n * p0,
            sd: (n * p0 * (1.0 - p0)).sqrt(),
            skew: 1.0 - 2.0 * p0,
            point: discrete::binomial(x, n, p0),
            up: |k| (n - k) / (k + 1.0) * odds,
            down: |k| k / (n - k + 1.0) / odds,
        })
    }))
}

/// `observed` against a Poisson mean of `expected`. None is silence: expected is not above 0, or an input is not a number.
pub fn poisson(observed: f64, expected: f64) -> Option<MidP> {
    if !(expected > 0.0 && [observed, expected].into_iter().all(is_figure)) {
        return None;
    }
    Some(between_neighbours(observed.max(0.0), |x| {
        sided(Side {
            x,
            mean: expected,
            sd: expected.sqrt(),
            skew: 1.0,
            point: discrete::poisson(x, expected),
            up: |k| expected / (k + 1.0),
            down: |k| k / expected,
        })
    }))
}

/// x1 of n1 in the later sample against x0 of n0 in the earlier, all margins given. None: a sample is empty.
pub fn hypergeometric(x1: f64, n1: f64, x0: f64, n0: f64) -> Option<MidP> {
    if !(n1 > 0.0 && n0 > 0.0 && [x1, n1, x0, n0].into_iter().all(is_figure)) {
        return None;
    }
    let (n1, n0) = (n1.round().max(1.0), n0.round().max(1.0));
    let (x1, x0) = (x1.clamp(0.0, n1).round(), x0.clamp(0.0, n0).round());
    let marked = x1 + x0;
    let total = n1 + n0;
    if marked <= 0.0 || marked >= total {
        // All or none are adverse in both samples: only one table has these margins.
        return Some(MidP { p: 0.5, z: 0.0 });
    }
    let p = marked / total;
    Some(sided(Side {
        x: x1,
        mean: n1 * p,
        sd: (n1 * p * (1.0 - p) * n0 / (total - 1.0)).sqrt(),
        skew: (1.0 - 2.0 * p) * (n0 - n1) / total,
        point: discrete::hypergeometric(x1, n1, n0, marked),
        up: |k| (n1 - k) * (marked - k) / ((k + 1.0) * (n0 - marked + k + 1.0)),
        down: |k| k * (n0 - marked + k) / ((n1 - k + 1.0) * (marked - k + 1.0)),
    }))
}

/// x1 in exposure t1 against x0 in exposure t0, given their sum: binomial with share t1/(t1 + t0). None: no event or no exposure.
pub fn share(x1: f64, t1: f64, x0: f64, t0: f64) -> Option<MidP> {
    if !(t1 > 0.0 && t0 > 0.0 && x1 >= 0.0 && x0 >= 0.0 && [x1, t1, x0, t0].into_iter().all(is_figure)) {
        return None;
    }
    binomial(x1, x1 + x0, t1 / (t1 + t0))
}

/// Whether a value is a number of a size at which neighbouring whole numbers can be told apart.
fn is_figure(value: f64) -> bool {
    value.abs() <= 1e15
}

/// The answer where p0 leaves only one possible count.
fn certain(x: f64, only: f64) -> MidP {
    if x == only {
        MidP { p: 0.5, z: 0.0 }
    } else if x > only {
        MidP { p: SMALLEST_P, z: -normal::quantile(SMALLEST_P) }
    } else {
        MidP { p: 1.0, z: normal::quantile(SMALLEST_P) }
    }
}

/// z at a fractional count, on the line between the z's of the whole counts around it.
fn between_neighbours(x: f64, at: impl Fn(f64) -> MidP) -> MidP {
    let below = x.floor();
    let part = x - below;
    let low = at(below);
    if part == 0.0 {
        return low;
    }
    let z = low.z + part * (at(below + 1.0).z - low.z);
    MidP { p: normal::sf(z).max(SMALLEST_P), z }
}

/// What a tail needs: the place, the middle, the point probability, and the ratios of neighbouring point probabilities.
struct Side<U, D> {
    x: f64,
    mean: f64,
    sd: f64,
    /// The third cumulant over the variance.
    skew: f64,
    point: f64,
    /// P(k + 1)/P(k).
    up: U,
    /// P(k - 1)/P(k).
    down: D,
}

/// The smaller mid-P tail of `side`, signed.
fn sided<U: Fn(f64) -> f64, D: Fn(f64) -> f64>(side: Side<U, D>) -> MidP {
    // Beyond this the sum is long, and the approximations err by less than one in a million.
    const LARGEST_SD_SUMMED: f64 = 1e5;
    let above = side.x >= side.mean;
    let tail = if side.sd <= LARGEST_SD_SUMMED {
        let beyond = if above { outward(side.x, 1.0, side.up) } else { outward(side.x, -1.0, side.down) };
        side.point * (0.5 + beyond)
    } else if ((side.x - side.mean) / side.sd).abs() < 6.0 {
        return by_expansion(&side);
    } else {
        by_integral(&side, if above { (side.up)(side.x) } else { (side.down)(side.x) })
    };
    let tail = if tail.is_nan() { SMALLEST_P } else { tail.max(SMALLEST_P) };
    let z = -normal::quantile(tail.min(1.0));
    if above { MidP { p: tail, z } } else { MidP { p: 1.0 - tail, z: -z } }
}

/// The sum of the point probabilities beyond x, over that at x.
fn outward(x: f64, step: f64, ratio: impl Fn(f64) -> f64) -> f64 {
    // Ten standard deviations of the widest distribution that is summed, and room.
    const MOST_TERMS: usize = 4_000_000;
    let (mut k, mut term, mut sum) = (x, 1.0, 0.0);
    for _ in 0..MOST_TERMS {
        let next = term * ratio(k);
        if !(next > 0.0 && next.is_finite()) {
            return sum;
        }
        term = next;
        sum += term;
        k += step;
        if term < 1e-17 * sum {
            break;
        }
    }
    sum
}

/// Cornish and Fisher's first correction of the normal; its error is of the order of 1/sd^2.
fn by_expansion<U, D>(side: &Side<U, D>) -> MidP {
    let w = (side.x - side.mean) / side.sd;
    let z = w - side.skew / side.sd * (w * w - 1.0) / 6.0;
    MidP { p: normal::sf(z).max(SMALLEST_P), z }
}

/// The far tail of a wide distribution: the point probability falls by `ratio` a step, and the fall steepens by 1/sd^2.
fn by_integral<U, D>(side: &Side<U, D>, ratio: f64) -> f64 {
    let steepness = -ratio.ln() * side.sd;
    if steepness > 37.0 {
        return side.point * side.sd / steepness;
    }
    let density = (-0.5 * steepness * steepness).exp() / (2.0 * std::f64::consts::PI).sqrt();
    side.point * side.sd * normal::sf(steepness) / density
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(ours: f64, theirs: f64) -> bool {
        (ours - theirs).abs() < 1e-8 * (1.0 + theirs.abs())
    }

    /// z of scipy 1.x: `-norm.ppf(binom.sf(x, n, p) + binom.pmf(x, n, p) / 2)` and its like.
    #[test]
    fn matches_scipy() {
        let rows = [
            ("binomial", binomial(7.0, 20.0, 0.18), 1.803053223982602),
            ("binomial, large", binomial(30_250.0, 100_000.0, 0.3), 1.7242496992751948),
            ("poisson", poisson(3.0, 1.2), 1.4245688512027943),
            ("poisson, large", poisson(1_000_500.0, 1_000_000.0), 0.5001249322758317),
            ("hypergeometric", hypergeometric(9.0, 40.0, 6.0, 90.0), 2.4261639149357497),
            ("hypergeometric, low", hypergeometric(1.0, 40.0, 20.0, 90.0), -2.9984162365056806),
            ("share", share(12.0, 1.0, 10.0, 2.0), 2.0111744722766556),
        ];
        for (what, ours, theirs) in rows {
            let z = ours.expect(what).z;
            assert!(close(z, theirs), "{what}: {z} {theirs}");
        }
    }

    #[test]
    fn silent_without_exposure() {
        assert_eq!(binomial(0.0, 0.0, 0.2), None);
        assert_eq!(poisson(0.0, 0.0), None);
        assert_eq!(share(0.0, 1.0, 0.0, 1.0), None);
        assert_eq!(hypergeometric(0.0, 0.0, 1.0, 5.0), None);
        assert_eq!(binomial(f64::NAN, 3.0, 0.1), None);
        assert_eq!(poisson(3.0, f64::INFINITY), None);
        assert_eq!(binomial(0.0, 1e308, 0.5), None, "no figure of a board");
    }

    #[test]
    fn both_ends_are_finite_and_signed() {
        let high = poisson(1e6, 1.0).unwrap();
        assert!(close(high.z, 37.047_096_499_071_97) && high.p == 1e-300);
        let low = poisson(0.0, 1e6).unwrap();
        assert!(close(low.z, -37.047_096_499_071_97) && low.p == 1.0);
        assert!(binomial(1.0, 4.0, 0.0).unwrap().z > 37.0);
        assert_eq!(binomial(0.0, 4.0, 0.0).unwrap().z, 0.0);
    }

    /// The two routes must agree where one takes over from the other.
    #[test]
    fn the_expansion_joins_the_sum() {
        let sd = 99_000.0_f64;
        for w in [-3.0, -0.5, 0.0, 1.0, 4.0] {
            let x = (sd * sd + w * sd).round();
            let summed = poisson(x, sd * sd).unwrap().z;
            let expanded = by_expansion(&Side {
                x,
                mean: sd * sd,
                sd,
                skew: 1.0,
                point: 0.0,
                up: |_: f64| 0.0,
                down: |_: f64| 0.0,
            });
            assert!((summed - expanded.z).abs() < 1e-6, "{w}: {summed} {}", expanded.z);
        }
        let x = (sd * sd + 8.0 * sd).round();
        let (point, ratio) = (discrete::poisson(x, sd * sd), sd * sd / (x + 1.0));
        let side = Side { x, mean: sd * sd, sd, skew: 1.0, point, up: |_: f64| ratio, down: |_: f64| 0.0 };
        let (summed, integral) = (poisson(x, sd * sd).unwrap().p, by_integral(&side, ratio));
        assert!((integral / summed - 1.0).abs() < 1e-4, "{summed} {integral}");
    }
}
