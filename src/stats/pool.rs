//! Several z's of one theme that share cases, as one z.
//!
//! Z = sum z/sqrt(m + m(m - 1) rho).
//!
//! Source: Stouffer's sum for equally correlated sources: Strube (1985), Psychological Bulletin 97:334.

/// The sum of z over sqrt(m + m(m-1) rho), for m z's correlated by `rho`. None: no z, or a variance that is not above 0.
pub fn pool(z: &[f64], rho: f64) -> Option<f64> {
    let m = z.len() as f64;
    let variance = m + m * (m - 1.0) * rho;
    (variance > 0.0).then(|| z.iter().sum::<f64>() / variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_independent_and_identical() {
        assert_eq!(pool(&[1.0; 4], 0.0), Some(2.0), "independent: four agree, twice as sure");
        assert_eq!(pool(&[1.0; 4], 1.0), Some(1.0), "copies of one add nothing");
        assert_eq!(pool(&[], 0.3), None);
        assert_eq!(pool(&[1.0, 1.0], -1.0), None, "no variance is left");
    }
}
