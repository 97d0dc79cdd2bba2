//! Primary suppression: which figures are too small to be shown by themselves.

/// Counts from 1 to this are withheld.
pub const THRESHOLD: f64 = 5.0;

/// Whether a count is one of 1 to 5. A true 0 is shown; a fraction above 0 counts as it would be printed, but never as 0.
pub fn is_small(count: f64) -> bool {
    is_small_under(count, THRESHOLD)
}

/// Whether a count is one of 1 to `threshold`.
pub fn is_small_under(count: f64, threshold: f64) -> bool {
    count > 0.0 && count.round() <= threshold
}

/// What becomes of a proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProportionVerdict {
    /// Numerator, complement or denominator is small: all of the figure is withheld.
    pub suppress: bool,
    /// All of the group, or none, has the attribute: shown, it says something of every member. A person looks.
    pub attribute_disclosure: bool,
}

/// The verdict on `numerator` of `denominator`, counts of 1 to `threshold` being small.
pub fn proportion(numerator: f64, denominator: f64, threshold: f64) -> ProportionVerdict {
    let complement = denominator - numerator;
    ProportionVerdict {
        suppress: [numerator, complement, denominator].into_iter().any(|count| is_small_under(count, threshold)),
        attribute_disclosure: denominator > 0.0 && (numerator == 0.0 || complement == 0.0),
    }
}

/// A count as the rounding policy prints it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rounded {
    /// To the nearest multiple; 0 as it is.
    Shown(f64),
    /// Small.
    Suppressed,
    /// No count: negative, or not finite.
    Invalid,
}

/// NHS Digital's policy since 2018: 0 is shown, 1 to `suppress_to` is withheld, the rest is rounded to a multiple of `to`.
///
/// Rounded figures need no secondary suppression. A half goes up. `to` not above 0 leaves counts as they are.
pub fn rounded(count: f64, suppress_to: f64, to: f64) -> Rounded {
    if !count.is_finite() || count < 0.0 {
        Rounded::Invalid
    } else if is_small_under(count, suppress_to) {
        Rounded::Suppressed
    } else if to > 0.0 {
        Rounded::Shown((count / to).round() * to)
    } else {
        Rounded::Shown(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_five() {
        for (count, small) in [
            (0.0, false),
            (1.0, true),
            (5.0, true),
            (6.0, false),
            (0.4, true),
            (5.4, true),
            (-1.0, false),
            (f64::NAN, false),
        ] {
            assert_eq!(is_small(count), small, "{count}");
        }
    }

    #[test]
    fn a_proportion_is_three_counts() {
        for (x, n, suppress, flag, why) in [
            (3.0, 40.0, true, false, "numerator"),
            (37.0, 40.0, true, false, "complement"),
            (0.0, 4.0, true, true, "denominator, and none of the group"),
            (20.0, 40.0, false, false, "nothing small"),
            (0.0, 0.0, false, false, "no group"),
        ] {
            assert_eq!(proportion(x, n, 5.0), ProportionVerdict { suppress, attribute_disclosure: flag }, "{why}");
        }
    }
}
