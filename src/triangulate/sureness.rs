//! How sure: expected ranks with their range, and the stream without which a hot spot would leave the list.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use rayon::prelude::*;

use crate::model::cell::Light;
use crate::model::{Cell, Grain, Stream, Tier};
use crate::spec::pipeline::Method;
use crate::stats::combine::combine;
use crate::stats::rho::average_ranks;
use crate::stats::{adjust, meta, normal, rank, robust};
use crate::triangulate::score::{inputs, settings};

/// How many concern lights a hot spot has at least, as `tiers` says.
const CONCERNS: usize = 2;
/// How many times the ranks are drawn.
const DRAWS: usize = 1000;
/// Each draw multiplies every stream's weight by one factor between these.
const FACTORS: std::ops::Range<f64> = 0.5..1.5;
/// The range that is told: 5th and 95th percentile.
const TOLD: [f64; 2] = [0.05, 0.95];

/// Sets `fragile` and `expected_rank` of a grain's cells, which come in the order of the list. `seed` is the run's, and
/// `grain` keeps the grains' draws apart.
pub(super) fn fill(method: &Method, cells: &mut [Cell], rho: f64, seed: u64, grain: Grain) {
    fragile(method, cells, rho);
    expected_ranks(method, cells, rho, seed, grain);
}

/// Each hot spot's own p without each of its streams, all other cells' kept. Of several streams whose loss takes it off the
/// list the one named is that without which it would be furthest off.
fn fragile(method: &Method, cells: &mut [Cell], rho: f64) {
    let settings = settings(method, rho);
    let mut p: Vec<Option<f64>> = cells.iter().map(|c| c.p_value).collect();
    for i in 0..cells.len() {
        if cells[i].tier != Tier::HotSpot {
            continue;
        }
        let left = cells[i].streams_available() - 1;
        let concerned = cells[i].streams_concerned();
        let combined = combine(&inputs(&cells[i]), &settings);
        let mut worst: Option<(f64, Stream)> = None;
        for stream in Stream::ALL {
            let Some(z) = combined.leave_one_out[stream.index()] else { continue };
            let own = p[i];
            // One voice alone has no p, and so no place on this list.
            p[i] = (left >= 2).then(|| normal::sf(z));
            let q = adjust::benjamini_hochberg(&p)[i].unwrap_or(f64::INFINITY);
            p[i] = own;
            // A hot spot needs two concern lights whatever its q, so that of two neither may go.
            let lit = cells[i].signal(stream).light == Light::Concern;
            let agree = concerned - usize::from(lit) >= CONCERNS;
            let off = q > method.thresholds.q_hot_spot || !agree;
            if off && worst.is_none_or(|(largest, _)| q > largest) {
                worst = Some((q, stream));
            }
        }
        cells[i].fragile = worst.map(|(_, stream)| stream);
    }
}

/// Capped z and weight of each speaking stream, and the position of the stream.
type Voices = Vec<(usize, f64, f64)>;

fn expected_ranks(method: &Method, cells: &mut [Cell], rho: f64, seed: u64, grain: Grain) {
    let cap = method.thresholds.cap;
    let scored: Vec<usize> = (0..cells.len()).filter(|i| cells[*i].mean_z.is_some()).collect();
    if scored.is_empty() {
        return;
    }
    let voices: Vec<Voices> = scored
        .iter()
        .map(|i| {
            let speaking = cells[*i].signals.iter().enumerate().filter(|(_, s)| s.light != Light::Silent);
            speaking.filter_map(|(k, s)| Some((k, s.z?.clamp(-s.cap.min(cap), s.cap.min(cap)), s.weight))).collect()
        })
        .collect();
    let (mean, se): (Vec<f64>, Vec<f64>) = voices.iter().map(|v| mean_and_error(v, &[1.0; 6], rho)).unzip();
    let expected = rank::expected_rank(&mean, &se).expected_rank;
    // Each draw has a stream of its own, so that they may be made side by side and still come out the same.
    let drawn: Vec<Vec<f64>> = (0..DRAWS)
        .into_par_iter()
        .map(|number| {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream((grain as usize * DRAWS + number) as u64);
            let factors: [f64; 6] = std::array::from_fn(|_| random.random_range(FACTORS));
            let (mean, se): (Vec<f64>, Vec<f64>) = voices.iter().map(|v| mean_and_error(v, &factors, rho)).unzip();
            average_ranks(&draw(&mean, &se, &mut random))
        })
        .collect();
    for (at, (i, expected)) in scored.into_iter().zip(expected).enumerate() {
        let mut ranks: Vec<f64> = drawn.iter().map(|ranks| ranks[at]).collect();
        ranks.sort_unstable_by(f64::total_cmp);
        let [low, high] = TOLD.map(|p| robust::quantile7(&ranks, p));
        cells[i].expected_rank = Some((expected, low, high));
    }
}

/// The weighted mean z of a cell and its standard error, with each stream's weight times its factor.
fn mean_and_error(voices: &Voices, factors: &[f64; 6], rho: f64) -> (f64, f64) {
    let (mut weighted, mut s1, mut s2) = (0.0, 0.0, 0.0);
    for (stream, z, weight) in voices {
        let w = weight * factors[*stream];
        weighted += w * z;
        s1 += w;
        s2 += w * w;
    }
    (weighted / s1, (s2 + rho * (s1 * s1 - s2)).sqrt() / s1)
}

/// A score of each cell from its posterior, negated, so that the first rank is the highest score.
fn draw(mean: &[f64], se: &[f64], random: &mut ChaCha8Rng) -> Vec<f64> {
    let variances: Vec<f64> = se.iter().map(|s| s * s).collect();
    let tau2 = meta::tau_squared(mean, &variances);
    let centre = meta::weighted_mean(mean, variances.iter().map(|v| 1.0 / (v + tau2)));
    let posterior = mean.iter().zip(&variances).map(|(m, v)| {
        let kept = tau2 / (tau2 + v);
        let noise: f64 = random.sample(StandardNormal);
        -(centre + kept * (m - centre) + (kept * v).sqrt() * noise)
    });
    posterior.collect()
}
