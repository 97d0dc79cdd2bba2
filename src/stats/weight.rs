//! What a stream's evidence counts for in a cell.
//!
//! Source: none: this board's own rule, in the crate's documentation of triangulation.

/// base x reliability x specificity x 2^(-age / half-life), ages in months.
///
/// Evidence dated after the as-of date counts as fresh. A half-life that is not above 0 is read as evidence that does not age.
pub fn weight(base: f64, reliability: f64, age_months: f64, half_life_months: f64, specificity: f64) -> f64 {
    let recency = if half_life_months > 0.0 { (-age_months.max(0.0) / half_life_months).exp2() } else { 1.0 };
    base * reliability * recency * specificity
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_life_halves() {
        for (age, expected) in [(0.0, 0.8), (12.0, 0.4), (24.0, 0.2), (-3.0, 0.8)] {
            assert_eq!(weight(1.0, 0.8, age, 12.0, 1.0), expected, "{age} months");
        }
        assert_eq!(weight(1.0, 0.8, 50.0, 0.0, 0.5), 0.4, "no half-life, no ageing");
    }
}
