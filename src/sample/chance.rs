//! Seeded chance. Each part of the county draws from a stream of its own, so that a change in one leaves the others as
//! they were.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, Normal, Poisson};

/// A stream of chance.
#[derive(Debug, Clone)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of a seed and a purpose, such as `performance/cp-plans`.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(fnv(purpose));
        Self(rng)
    }

    /// Whether something of probability `p` happens.
    pub fn happens(&mut self, p: f64) -> bool {
        self.0.random::<f64>() < p
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    /// One of a list; the list must not be empty.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.0.random_range(0..of.len())]
    }

    /// The position of one of a list of weights.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.0.random::<f64>() * weights.iter().sum::<f64>();
        for (i, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return i;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// Puts a list in a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.0.random_range(0..=i));
        }
    }

    /// A count with this mean.
    pub fn poisson(&mut self, mean: f64) -> f64 {
        Poisson::new(mean).map_or(0.0, |d| d.sample(&mut self.0))
    }

    /// Successes among `n` trials.
    pub fn binomial(&mut self, n: f64, p: f64) -> f64 {
        Binomial::new(n.max(0.0) as u64, p.clamp(0.0, 1.0)).map_or(0.0, |d| d.sample(&mut self.0) as f64)
    }

    /// A normal deviate.
    pub fn normal(&mut self, sd: f64) -> f64 {
        Normal::new(0.0, sd).map_or(0.0, |d| d.sample(&mut self.0))
    }
}

/// FNV-1a, 64 bits: a fixed number for a name.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_fixed_by_seed_and_purpose() {
        let draw = |seed, purpose| Chance::new(seed, purpose).between(0, 1_000_000);
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"), "another purpose");
        assert_ne!(draw(1, "a"), draw(2, "a"), "another seed");
    }

    #[test]
    fn counts_have_their_means() {
        let mut chance = Chance::new(7, "means");
        let n = 4000;
        let poisson = (0..n).map(|_| chance.poisson(3.0)).sum::<f64>() / f64::from(n);
        let binomial = (0..n).map(|_| chance.binomial(20.0, 0.3)).sum::<f64>() / f64::from(n);
        // Four standard errors: 4 sqrt(3/4000) = 0.11, 4 sqrt(4.2/4000) = 0.13.
        assert!((poisson - 3.0).abs() < 0.11, "{poisson}");
        assert!((binomial - 6.0).abs() < 0.13, "{binomial}");
    }

    #[test]
    fn weights_of_nothing_and_of_one_thing() {
        let mut chance = Chance::new(7, "weights");
        assert_eq!(chance.weighted(&[0.0, 1.0, 0.0]), 1);
        assert_eq!(chance.poisson(0.0), 0.0, "no exposure, no events");
    }
}
