//! Performance: each indicator's level and change at a place, steadied for overdispersion, added, and pooled over the
//! theme's indicators. An indicator's totals are one observation.

mod evidence;
mod parts;
mod track;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::model::cell::{Facts, IndicatorSignal, Part};
use crate::model::{Grain, Series, Stream};
use crate::spec::reference::{Comparator, Indicator, Polarity};
use crate::stats::{pool, rho};
use crate::triangulate::ground::Ground;
use crate::triangulate::streams::{GrainReading, LEAST_FOR_PHI, Reading, Source, steady as steady_all};
use crate::triangulate::when::{DAYS_PER_MONTH, age_days, months_before};
use parts::Said;
use track::{Lengths, Tracks};

/// The stream.
pub(super) const SOURCE: Source = Source { stream: Stream::Performance, read };

/// Bounds of the correlation between indicators of one theme, and what is taken where it cannot be estimated.
const RHO_FLOOR: f64 = 0.1;
const RHO_CEILING: f64 = 0.8;
const RHO_DEFAULT: f64 = 0.3;
/// The fewest pairs of z's that it is estimated from.
const LEAST_PAIRS: usize = 30;
/// Months after which a figure begins to age.
const FRESH_MONTHS: u32 = 3;

fn read(ground: &Ground<'_>) -> [GrainReading; 3] {
    let latest = ground.months(ground.world.method.window_months.performance) as i32;
    // The window against twice as much before: 12 months against 24.
    let lengths = Lengths { latest, both: latest * 3 };
    let mut by_indicator: HashMap<&str, Vec<&Series>> = HashMap::new();
    for series in ground.world.series {
        by_indicator.entry(series.indicator.as_str()).or_default().push(series);
    }
    for list in by_indicator.values_mut() {
        list.sort_by_key(|s| (s.agency.as_str(), s.locality.as_str()));
    }
    let mut comparators: HashMap<&str, Vec<&Comparator>> = HashMap::new();
    for c in &ground.world.reference.comparators {
        comparators.entry(c.indicator.as_str()).or_default().push(c);
    }
    let mut indicators: Vec<(usize, &Indicator)> =
        ground.world.reference.indicators.iter().filter_map(|i| Some((ground.theme(&i.theme)?, i))).collect();
    indicators.sort_by_key(|(theme, i)| (*theme, i.indicator.as_str()));
    let tracks: Vec<(usize, Tracks<'_>)> = indicators
        .par_iter()
        .map(|(theme, indicator)| {
            let series = by_indicator.get(indicator.indicator.as_str()).cloned().unwrap_or_default();
            (*theme, Tracks::of(ground, indicator, series, lengths))
        })
        .collect();
    Grain::ALL.map(|grain| {
        let mut voices: Vec<Voice<'_, '_>> = tracks
            .iter()
            .map(|(theme, tracks)| {
                let elsewhere = comparators.get(tracks.indicator.indicator.as_str()).map_or(&[][..], Vec::as_slice);
                let least = ground.world.method.thresholds.others;
                let said = parts::said(tracks, grain, elsewhere, least, lengths);
                Voice { theme: *theme, tracks, said, z: Vec::new() }
            })
            .collect();
        read_grain(ground, grain, &mut voices, lengths)
    })
}

/// What one indicator says at one grain.
struct Voice<'t, 'a> {
    theme: usize,
    tracks: &'t Tracks<'a>,
    said: Vec<Option<Said>>,
    /// Level and change together, a place each; all none for a neutral indicator.
    z: Vec<Option<f64>>,
}

impl Voice<'_, '_> {
    fn neutral(&self) -> bool {
        self.tracks.indicator.polarity == Polarity::Neutral
    }
}

fn read_grain(ground: &Ground<'_>, grain: Grain, voices: &mut [Voice<'_, '_>], lengths: Lengths) -> GrainReading {
    steady(voices, |said| &mut said.level);
    steady(voices, |said| &mut said.change);
    let r = ground.world.method.correlation.level_and_change;
    for voice in voices.iter_mut() {
        let neutral = voice.neutral();
        let together = |said: &Option<Said>| said.as_ref().filter(|_| !neutral).and_then(|s| add(s, r));
        voice.z = voice.said.iter().map(together).collect();
    }
    let rho = rho_indicators(voices);
    let mut reading = GrainReading::silent(ground.slots(grain));
    reading.rho_indicators = Some(rho);
    for of_theme in voices.chunk_by(|a, b| a.theme == b.theme) {
        for place in 0..ground.width(grain) {
            let slot = ground.slot(grain, of_theme[0].theme, place);
            reading.expected[slot] = of_theme.iter().any(|v| expected(ground, grain, v, place));
            reading.present[slot] = of_theme.iter().any(|v| v.said[place].is_some());
            reading.said[slot] = cell(ground, grain, of_theme, place, rho, lengths);
            if ground.lists_evidence() && reading.said[slot].is_some() {
                let speaking = of_theme.iter().filter(|v| v.said[place].is_some());
                reading.evidence[slot] =
                    speaking.flat_map(|v| evidence::of(ground, grain, v.tracks, place, lengths)).collect();
            }
        }
    }
    reading
}

/// Steadies one part of every indicator: an indicator with ten places by itself, all others together. Neutral ones, whose
/// direction is no concern, do not enter the others' estimate; they are shown by themselves.
fn steady(voices: &mut [Voice<'_, '_>], part: impl Fn(&mut Said) -> &mut Option<Part>) {
    let mut few: Vec<&mut f64> = Vec::new();
    for voice in voices.iter_mut() {
        let neutral = voice.neutral();
        let parts = voice.said.iter_mut().flatten().filter_map(|s| part(s).as_mut());
        let mut z: Vec<&mut f64> = parts.map(|p| &mut p.z).collect();
        if z.len() >= LEAST_FOR_PHI {
            steady_all(&mut z);
        } else if !neutral {
            few.append(&mut z);
        }
    }
    steady_all(&mut few);
}

/// Level and change both use the latest window, so that their sum is wider than that of two strangers.
fn add(said: &Said, r: f64) -> Option<f64> {
    match (&said.level, &said.change) {
        (Some(level), Some(change)) => Some((level.z + change.z) / (2.0 + 2.0 * r).sqrt()),
        (Some(one), None) | (None, Some(one)) => Some(one.z),
        (None, None) => None,
    }
}

/// One number a grain: how the indicators of one theme go together from place to place.
fn rho_indicators(voices: &[Voice<'_, '_>]) -> f64 {
    let centred = |voice: &Voice<'_, '_>| -> Vec<Option<f64>> {
        let speaking: Vec<f64> = voice.z.iter().flatten().copied().collect();
        let mean = speaking.iter().sum::<f64>() / speaking.len().max(1) as f64;
        voice.z.iter().map(|z| z.map(|z| z - mean)).collect()
    };
    let centred: Vec<(usize, Vec<Option<f64>>)> = voices.iter().map(|v| (v.theme, centred(v))).collect();
    let mut pairs: Vec<(f64, f64)> = Vec::new();
    for (i, (theme, a)) in centred.iter().enumerate() {
        for (_, b) in centred[i + 1..].iter().take_while(|(t, _)| t == theme) {
            pairs.extend(a.iter().zip(b).filter_map(|(a, b)| a.zip(*b)));
        }
    }
    if pairs.len() < LEAST_PAIRS {
        return RHO_DEFAULT;
    }
    let (one, other): (Vec<f64>, Vec<f64>) = pairs.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]).unzip();
    let found = rho::pearson(&one, &other).filter(|r| r.is_finite());
    found.map_or(RHO_DEFAULT, |r| r.clamp(RHO_FLOOR, RHO_CEILING))
}

/// Whether a place is expected to have an indicator: an agency those it owns or returns, a place those that any place has.
fn expected(ground: &Ground<'_>, grain: Grain, voice: &Voice<'_, '_>, place: usize) -> bool {
    let owner = voice.tracks.indicator.agency.as_str();
    match grain {
        Grain::Locality => voice.said.iter().any(Option::is_some),
        Grain::Agency if !owner.is_empty() => ground.places.agency(owner) == Some(place),
        Grain::Agency => voice.tracks.returned_by.iter().any(|a| ground.places.agency(a) == Some(place)),
        Grain::Board => !owner.is_empty() || !voice.tracks.returned_by.is_empty(),
    }
}

fn cell(
    ground: &Ground<'_>,
    grain: Grain,
    voices: &[Voice<'_, '_>],
    place: usize,
    rho: f64,
    lengths: Lengths,
) -> Option<Reading> {
    let pooled: Vec<&Voice<'_, '_>> = voices.iter().filter(|v| v.z[place].is_some()).collect();
    let z: Vec<f64> = pooled.iter().filter_map(|v| v.z[place]).collect();
    let ages = pooled.iter().filter_map(|v| v.said[place].as_ref()).map(|s| age(ground.world.as_of, s.latest.end()));
    let age_months = ages.sum::<f64>() / z.len().max(1) as f64;
    let (mut due, mut received) = (0_u32, 0_u32);
    for voice in voices.iter().filter(|v| !v.neutral() && expected(ground, grain, v, place)) {
        let share = received_of_due(ground.world.as_of, grain, voice.tracks, place, lengths);
        received += share.0;
        due += share.1;
    }
    let share = if due == 0 { 1.0 } else { f64::from(received) / f64::from(due) };
    let mut signals: Vec<IndicatorSignal> = voices.iter().filter_map(|v| signal(v, grain, ground, place)).collect();
    signals.sort_by(|a, b| loudness(b).total_cmp(&loudness(a)).then_with(|| a.indicator.cmp(&b.indicator)));
    Some(Reading {
        z: pool::pool(&z, rho)?,
        n: z.len() as f64,
        age_months,
        reliability: ground.world.method.reliability.performance * share,
        facts: Facts::Indicators(signals),
    })
}

/// 0 where the latest period ended within three months, else the months beyond.
fn age(as_of: NaiveDate, end: NaiveDate) -> f64 {
    if end >= months_before(as_of, FRESH_MONTHS) {
        return 0.0;
    }
    (age_days(as_of, end) / DAYS_PER_MONTH - f64::from(FRESH_MONTHS)).max(0.0)
}

/// Of the periods of the latest window that were due at a place, how many came. A period is due a month after its end, or
/// when it came. The window is the indicator's own, as everywhere in this stream: what stopped everywhere ages instead.
fn received_of_due(as_of: NaiveDate, grain: Grain, tracks: &Tracks<'_>, place: usize, lengths: Lengths) -> (u32, u32) {
    let (Some(end), Some(kind)) = (tracks.end, tracks.kind) else { return (0, 0) };
    let track = &tracks.by_grain[grain as usize][place];
    let months: BTreeMap<i32, ()> = track.iter().map(|o| (o.month, ())).collect();
    let (mut received, mut due) = (0, 0);
    let mut month = end;
    while month > end - lengths.latest {
        let came = months.contains_key(&month);
        received += u32::from(came);
        due += u32::from(came || last_day(month + 1).is_none_or(|lag_over| lag_over <= as_of));
        month -= kind.months() as i32;
    }
    (received, due)
}

/// The last day of a month counted from year 0.
fn last_day(month: i32) -> Option<NaiveDate> {
    let next = month + 1;
    NaiveDate::from_ymd_opt(next.div_euclid(12), next.rem_euclid(12) as u32 + 1, 1)?.pred_opt()
}

fn signal(voice: &Voice<'_, '_>, grain: Grain, ground: &Ground<'_>, place: usize) -> Option<IndicatorSignal> {
    let said = voice.said[place].as_ref()?;
    let tracks = voice.tracks;
    let agency = match (grain, tracks.indicator.agency.as_str()) {
        (_, owner) if !owner.is_empty() => owner,
        (Grain::Agency, _) => ground.place_id(grain, place),
        // Several agencies return it together.
        _ if tracks.returned_by.len() != 1 => "",
        _ => tracks.returned_by.first().copied().unwrap_or(""),
    };
    Some(IndicatorSignal {
        indicator: tracks.indicator.indicator.clone(),
        agency: agency.to_owned(),
        level: said.level.clone(),
        change: said.change.clone(),
        z: voice.z[place],
        latest: Some(said.latest),
    })
}

/// How far from usual, in either direction; indicators of the pool before neutral ones.
fn loudness(signal: &IndicatorSignal) -> f64 {
    let parts = || signal.level.iter().chain(&signal.change).map(|p| p.z.abs()).fold(0.0, f64::max);
    signal.z.map_or_else(|| parts() - 1e6, f64::abs)
}
