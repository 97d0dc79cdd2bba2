//! The step that makes one score of six streams: what points to a problem, how sure, and whether the streams agree.
//!
//! Z = S(w z) / sqrt(S2 + rho (S1^2 - S2)), S1 = S(w), S2 = S(w^2): Stouffer's sum for streams correlated by rho.
//!
//! Each z is held within the cap. Their spread about their plain mean is Q/(1 - rho), against chi-squared with one
//! degree less than there are streams.
//!
//! Source: Stouffer and others (1949), The American soldier; Strube (1985), Psychological Bulletin 97:334 (dependent
//! sources); O'Cathain, Murphy and Nicholl (2010), BMJ 341:c4587 (convergence, partial agreement, silence, dissonance);
//! Higgins and Thompson (2002), Statistics in Medicine 21:1539 (I squared).

use crate::stats::special::chi_squared_upper;

use crate::stats::normal;

/// One stream's say in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StreamInput {
    /// Positive means concern; None where the stream has nothing to say.
    pub z: Option<f64>,
    /// What its evidence counts for; below `silent_below` the stream is silent.
    pub weight: f64,
    /// The most that its z counts for in the sums, each way, where that is less than the settings' cap. Its light and how
    /// far the streams are apart go by the z itself.
    pub cap: f64,
}

/// How streams are combined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CombineSettings {
    /// The correlation of two streams of a cell.
    pub rho: f64,
    /// z is held within -cap and cap, so that one loud stream cannot speak for all.
    pub cap: f64,
    /// The weight under which a stream is silent.
    pub silent_below: f64,
    /// The z at which a light is lit: one in ten by chance, each way.
    pub light_threshold: f64,
}

impl Default for CombineSettings {
    fn default() -> Self {
        Self { rho: 0.2, cap: 3.0, silent_below: 0.1, light_threshold: 1.281_551_565_544_6 }
    }
}

/// What one stream says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    /// z at or above the threshold.
    Concern,
    /// z at or below minus the threshold.
    Reassurance,
    /// Between the two.
    Neutral,
    /// Nothing to say, which is never reassurance.
    Silent,
}

impl Light {
    /// The word of the published tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Light::Concern => "concern",
            Light::Reassurance => "reassurance",
            Light::Neutral => "neutral",
            Light::Silent => "silent",
        }
    }
}

/// How the speaking streams stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// Fewer than two speak.
    Silence,
    /// Some are concerned and some reassured, further apart than two readings of one thing would be.
    Dissonance,
    /// Two or more concerned, none reassured.
    Convergence,
    /// Two or more reassured, none concerned.
    ConvergentReassurance,
    /// One concerned, none reassured.
    Partial,
    /// The rest.
    NoSignal,
}

impl Pattern {
    /// The word of the published tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Pattern::Silence => "silence",
            Pattern::Dissonance => "dissonance",
            Pattern::Convergence => "convergence",
            Pattern::ConvergentReassurance => "convergent_reassurance",
            Pattern::Partial => "partial",
            Pattern::NoSignal => "no_signal",
        }
    }
}

/// A cell's streams together. Without a speaking stream all but `pattern` and `lights` are missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Combined {
    /// How many streams speak.
    pub n_streams: usize,
    /// Z, positive for concern.
    pub z_total: Option<f64>,
    /// The upper tail of Z.
    pub p: Option<f64>,
    /// The weighted mean of the capped z's.
    pub mean_z: Option<f64>,
    /// The standard error of `mean_z`.
    pub se: Option<f64>,
    /// How many equally weighted streams the weights are worth.
    pub n_eff: Option<f64>,
    /// The spread of the z's about their plain mean, over 1 - rho; two streams at least.
    pub q: Option<f64>,
    /// The degrees of freedom of `q`.
    pub q_df: Option<usize>,
    /// The chance of a `q` so large where the streams agree.
    pub q_p: Option<f64>,
    /// The share of the spread that chance does not explain, 0 to 1.
    pub i2: Option<f64>,
    /// The largest capped z less the smallest.
    pub gap: Option<f64>,
    /// How the streams stand to each other.
    pub pattern: Pattern,
    /// A light for each stream, in the order given.
    pub lights: Vec<Light>,
    /// Z without each stream, in the order given; None for a silent stream, and where no other speaks.
    pub leave_one_out: Vec<Option<f64>>,
}

/// The streams of one cell, combined.
pub fn combine(streams: &[StreamInput], settings: &CombineSettings) -> Combined {
    let heard: Vec<Option<Voice>> = streams.iter().map(|s| Voice::of(s, settings)).collect();
    let lights: Vec<Light> = heard.iter().map(|v| light(v.as_ref(), settings)).collect();
    let voices: Vec<Voice> = heard.iter().flatten().copied().collect();
    let sums = Sums::of(&voices, settings.rho);
    let z_total = sums.as_ref().map(|s| s.weighted / s.spread);
    let spread = Spread::of(&voices, settings.rho);
    Combined {
        n_streams: voices.len(),
        z_total,
        p: z_total.map(normal::sf),
        mean_z: sums.as_ref().map(|s| s.weighted / s.weights),
        se: sums.as_ref().map(|s| s.spread / s.weights),
        n_eff: sums.as_ref().map(|s| s.weights * s.weights / s.squares),
        q: spread.as_ref().and_then(|s| s.q),
        q_df: spread.as_ref().map(|s| s.df),
        q_p: spread.as_ref().and_then(|s| s.p()),
        i2: spread.as_ref().and_then(|s| s.i2()),
        gap: spread.as_ref().map(|s| s.gap),
        pattern: pattern(&lights, spread.as_ref().map(|s| s.gap), settings.rho),
        leave_one_out: (0..heard.len()).map(|i| without(&heard, i, settings.rho)).collect(),
        lights,
    }
}

/// A stream that speaks.
#[derive(Clone, Copy)]
struct Voice {
    z: f64,
    /// What it counts for in the sums.
    counted: f64,
    weight: f64,
}

impl Voice {
    fn of(stream: &StreamInput, settings: &CombineSettings) -> Option<Self> {
        let z = stream.z.filter(|z| !z.is_nan())?;
        // Written so that a weight that is no number is silence too.
        let speaks = stream.weight >= settings.silent_below && stream.weight > 0.0 && stream.weight.is_finite();
        let z = z.min(settings.cap).max(-settings.cap);
        speaks.then(|| Voice { z, counted: z.min(stream.cap).max(-stream.cap), weight: stream.weight })
    }
}

fn light(voice: Option<&Voice>, settings: &CombineSettings) -> Light {
    match voice.map(|v| v.z) {
        None => Light::Silent,
        Some(z) if z >= settings.light_threshold => Light::Concern,
        Some(z) if z <= -settings.light_threshold => Light::Reassurance,
        Some(_) => Light::Neutral,
    }
}

/// The sums over speaking streams, of which the score is made.
struct Sums {
    weighted: f64,
    weights: f64,
    squares: f64,
    /// The standard deviation of `weighted`.
    spread: f64,
}

impl Sums {
    fn of(voices: &[Voice], rho: f64) -> Option<Self> {
        let weighted = voices.iter().map(|v| v.weight * v.counted).sum();
        let weights: f64 = voices.iter().map(|v| v.weight).sum();
        let squares: f64 = voices.iter().map(|v| v.weight * v.weight).sum();
        let variance = squares + rho * (weights * weights - squares);
        (variance > 0.0).then(|| Sums { weighted, weights, squares, spread: variance.sqrt() })
    }
}

fn without(heard: &[Option<Voice>], left_out: usize, rho: f64) -> Option<f64> {
    heard[left_out]?;
    let rest: Vec<Voice> = heard.iter().enumerate().filter(|(i, _)| *i != left_out).filter_map(|(_, v)| *v).collect();
    Sums::of(&rest, rho).map(|s| s.weighted / s.spread)
}

/// How far apart two or more streams are.
struct Spread {
    q: Option<f64>,
    df: usize,
    gap: f64,
}

impl Spread {
    fn of(voices: &[Voice], rho: f64) -> Option<Self> {
        if voices.len() < 2 {
            return None;
        }
        let mean = voices.iter().map(|v| v.z).sum::<f64>() / voices.len() as f64;
        let squares: f64 = voices.iter().map(|v| (v.z - mean).powi(2)).sum();
        let largest = voices.iter().map(|v| v.z).fold(f64::NEG_INFINITY, f64::max);
        let smallest = voices.iter().map(|v| v.z).fold(f64::INFINITY, f64::min);
        // Streams that are copies of each other have no spread to judge by.
        let q = (rho < 1.0).then(|| squares / (1.0 - rho));
        Some(Spread { q, df: voices.len() - 1, gap: largest - smallest })
    }

    /// The upper tail of chi-squared.
    fn p(&self) -> Option<f64> {
        let q = self.q?;
        Some(if q > 0.0 { chi_squared_upper(q, self.df as f64) } else { 1.0 })
    }

    fn i2(&self) -> Option<f64> {
        let q = self.q?;
        Some(if q > 0.0 { ((q - self.df as f64) / q).max(0.0) } else { 0.0 })
    }
}

fn pattern(lights: &[Light], gap: Option<f64>, rho: f64) -> Pattern {
    let count = |which: Light| lights.iter().filter(|l| **l == which).count();
    let (concerned, reassured) = (count(Light::Concern), count(Light::Reassurance));
    let Some(gap) = gap else { return Pattern::Silence };
    let far_apart = gap >= 1.96 * (2.0 * (1.0 - rho)).sqrt();
    match (concerned, reassured) {
        (1.., 1..) if far_apart => Pattern::Dissonance,
        (2.., 0) => Pattern::Convergence,
        (0, 2..) => Pattern::ConvergentReassurance,
        (1, 0) => Pattern::Partial,
        _ => Pattern::NoSignal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(z: &[Option<f64>], weight: f64) -> Combined {
        let streams: Vec<StreamInput> = z.iter().map(|z| StreamInput { z: *z, weight, cap: f64::INFINITY }).collect();
        combine(&streams, &CombineSettings::default())
    }

    #[test]
    fn patterns_in_their_order() {
        let rows: [(&[Option<f64>], Pattern, &str); 7] = [
            (&[None, Some(2.0)], Pattern::Silence, "one voice agrees with nobody"),
            (&[Some(2.0), Some(-2.0), Some(2.0)], Pattern::Dissonance, "both sides are heard"),
            (&[Some(1.3), Some(-1.29)], Pattern::Dissonance, "2.59 apart; 2.48 is the line at rho 0.2"),
            (&[Some(1.5), Some(1.5), Some(0.0)], Pattern::Convergence, "two concerned"),
            (&[Some(-1.5), Some(-1.5)], Pattern::ConvergentReassurance, "two reassured"),
            (&[Some(1.5), Some(0.0)], Pattern::Partial, "one concerned"),
            (&[Some(0.0), Some(-1.5)], Pattern::NoSignal, "one reassured is no pattern"),
        ];
        for (z, expected, why) in rows {
            assert_eq!(run(z, 1.0).pattern, expected, "{why}");
        }
    }

    #[test]
    fn a_light_weight_is_silence() {
        let all_silent = run(&[Some(9.0), Some(9.0)], 0.09);
        assert_eq!(all_silent.n_streams, 0);
        assert_eq!(all_silent.z_total, None);
        assert_eq!(all_silent.lights, [Light::Silent; 2]);
        assert_eq!(run(&[Some(f64::NAN)], 1.0).n_streams, 0, "NaN is no voice");
    }

    #[test]
    fn identical_streams_have_no_spread_to_judge() {
        let streams = [StreamInput { z: Some(1.0), weight: 1.0, cap: f64::INFINITY }; 2];
        let combined = combine(&streams, &CombineSettings { rho: 1.0, ..Default::default() });
        assert_eq!((combined.q, combined.q_p, combined.i2), (None, None, None));
        assert_eq!(combined.z_total, Some(1.0));
    }

    #[test]
    fn few_cases_light_their_light_and_count_for_less() {
        let streams = [2.0, 0.0].map(|z| StreamInput { z: Some(z), weight: 1.0, cap: 1.0 });
        let combined = combine(&streams, &CombineSettings { rho: 0.0, ..Default::default() });
        assert_eq!(combined.lights, [Light::Concern, Light::Neutral]);
        assert_eq!((combined.z_total, combined.gap), (Some(1.0 / 2.0_f64.sqrt()), Some(2.0)));
    }

    #[test]
    fn leave_one_out_keeps_the_order_given() {
        let combined = run(&[None, Some(1.0), Some(2.0)], 0.5);
        assert_eq!(combined.leave_one_out, [None, Some(2.0), Some(1.0)]);
    }
}
