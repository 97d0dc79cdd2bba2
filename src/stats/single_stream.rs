//! One loud voice: a single stream's z, before the cap, that stands out among all stream-cells of its grain.
//!
//! p = 1 - Phi(z) for each, adjusted by Benjamini and Hochberg over the whole grain.
//!
//! Source: Benjamini and Hochberg (1995), JRSS B 57:289.

use crate::stats::{adjust, normal};

/// A stream-cell's one-sided q, and whether it is an alert.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alert {
    /// Benjamini and Hochberg's q of its upper tail; None where the stream is silent.
    pub q: Option<f64>,
    /// q is at or below the threshold.
    pub is_alert: bool,
}

/// Alerts among `z`, uncapped, None where silent, at a share `q` of false ones.
pub fn alerts(z: &[Option<f64>], q: f64) -> Vec<Alert> {
    let tails: Vec<Option<f64>> = z.iter().map(|z| z.filter(|z| !z.is_nan()).map(normal::sf)).collect();
    adjust::benjamini_hochberg(&tails)
        .into_iter()
        .map(|adjusted| Alert { q: adjusted, is_alert: adjusted.is_some_and(|a| a <= q) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_neither_tested_nor_counted() {
        let found = alerts(&[Some(2.0), None, Some(f64::NAN)], 0.05);
        assert_eq!(found.iter().map(|a| a.is_alert).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(found[1].q, None);
    }
}
