//! How much a series remembers: beyond 0.3, tests that take its points for independent are to be read with care.
//!
//! r1 = sum((y(t) - mean)(y(t+1) - mean)) / sum((y(t) - mean)^2), both sums with one mean.
//!
//! Source: Box and Jenkins (1970), Time series analysis; figures as in R's acf.

/// The correlation of each value with the one before it (lag 1); None under two values, or a constant series.
pub fn lag1(values: &[f64]) -> Option<f64> {
    if values.len() < 2 || values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    let together: f64 = values.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum();
    (variance > 0.0).then(|| together / variance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_and_fro_is_negative() {
        // R: acf(c(1, 2, 1, 2), lag.max = 1) gives -0.75.
        assert_eq!(lag1(&[1.0, 2.0, 1.0, 2.0]), Some(-0.75));
        assert_eq!(lag1(&[3.0, 3.0]), None);
        assert_eq!(lag1(&[1.0]), None);
    }
}
