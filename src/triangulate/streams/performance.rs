//! Performance: each indicator's level and change at a place, steadied for overdispersion, added, and pooled over the
//! theme's indicators. An indicator's totals are one observation.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::model::cell::{Facts, IndicatorSignal, Part};
use crate::model::{Grain, Series, Stream};
use crate::spec::reference::{Comparator, Indicator, Polarity};
use crate::stats::{pool, rho};
use crate::triangulate::ground::Ground;
use crate::triangulate::indicators::evidence::Lines;
use crate::triangulate::indicators::parts::{self, Said};
use crate::triangulate::indicators::track::{Lengths, Tracks};
use crate::triangulate::streams::{GrainReading, LEAST_FOR_PHI, Reading, Source, steady as steady_all};
use crate::triangulate::when::{DAYS_PER_MONTH, age_days, months_before};

/// The stream.
pub(super) const SOURCE: Source = Source { stream: Stream::Performance, read };

/// Bounds of the correlation between indicators of one theme, and what is taken where it cannot be estimated.
const RHO_FLOOR: f64 = 0.1;
/// From so many pairs the estimate is good to a twentieth, and needs no floor to be held up by.
const MANY_PAIRS: usize = 300;
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
        // An agency's own rows before those of one that it followed.
        list.sort_by_key(|s| {
            let heir = ground.places.heir(&s.agency);
            (heir, heir != s.agency, s.agency.as_str(), s.locality.as_str())
        });
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
    let consistency = ground.world.method.thresholds.consistency;
    steady(voices, consistency, |said| &mut said.level);
    steady(voices, consistency, |said| &mut said.change);
    let r = level_with_change(voices, ground.world.method.correlation.level_and_change);
    for voice in voices.iter_mut() {
        let neutral = voice.neutral();
        let together = |said: &Option<Said>| said.as_ref().filter(|_| !neutral).and_then(|s| add(s, r));
        voice.z = voice.said.iter().map(together).collect();
    }
    let rho = rho_indicators(voices);
    let mut reading = GrainReading::silent(ground.slots(grain));
    reading.rho_indicators = Some(rho);
    reading.level_and_change = Some(r);
    for of_theme in voices.chunk_by(|a, b| a.theme == b.theme) {
        let lists = ground.lists_evidence();
        let lines: Vec<Option<Lines<'_, '_>>> =
            of_theme.iter().map(|v| lists.then(|| Lines::of(ground, grain, v.tracks, lengths))).collect();
        for place in 0..ground.width(grain) {
            let slot = ground.slot(grain, of_theme[0].theme, place);
            reading.expected[slot] = of_theme.iter().any(|v| expected(ground, grain, v, place));
            reading.present[slot] = of_theme.iter().any(|v| v.said[place].is_some());
            reading.said[slot] = cell(ground, grain, of_theme, place, rho, lengths);
            if reading.said[slot].is_some() {
                let speaking = of_theme.iter().zip(&lines).filter(|(v, _)| v.said[place].is_some());
                reading.evidence[slot] = speaking.flat_map(|(_, l)| l).flat_map(|l| l.at(place)).collect();
            }
        }
    }
    reading
}

/// Steadies one part of every indicator: an indicator with ten places by itself, all others together. Neutral ones, whose
/// direction is no concern, do not enter the others' estimate; they are shown by themselves.
fn steady(voices: &mut [Voice<'_, '_>], consistency: f64, part: impl Fn(&mut Said) -> &mut Option<Part>) {
    let mut few: Vec<&mut f64> = Vec::new();
    for voice in voices.iter_mut() {
        let neutral = voice.neutral();
        let parts = voice.said.iter_mut().flatten().filter_map(|s| part(s).as_mut());
        let mut z: Vec<&mut f64> = parts.map(|p| &mut p.z).collect();
        if z.len() >= LEAST_FOR_PHI {
            steady_all(&mut z, consistency);
        } else if !neutral {
            few.append(&mut z);
        }
    }
    steady_all(&mut few, consistency);
}

/// One number a grain: how an indicator's level goes together with its change, over all places where both speak. Were the
/// latest window all that makes places differ it would be `most`, sqrt(2/3), which is also taken under thirty pairs; but
/// places differ in level for reasons that have nothing to do with any change.
fn level_with_change(voices: &[Voice<'_, '_>], most: f64) -> f64 {
    let pairs = voices.iter().filter(|v| !v.neutral()).flat_map(|v| &v.said);
    let pairs = pairs.filter_map(|s| s.as_ref().and_then(|s| Some((s.level.as_ref()?.z, s.change.as_ref()?.z))));
    let (level, change): (Vec<f64>, Vec<f64>) = pairs.unzip();
    if level.len() < LEAST_PAIRS {
        return most;
    }
    rho::pearson(&level, &change).filter(|r| r.is_finite()).map_or(most, |r| r.clamp(0.0, most.max(0.0)))
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
    let floor = if pairs.len() < MANY_PAIRS { RHO_FLOOR } else { 0.0 };
    found.map_or(RHO_DEFAULT, |r| r.clamp(floor, RHO_CEILING))
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
        doubling: None,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Period;
    use crate::model::cell::Light;
    use crate::spec::reference::{Basis, Frequency, Unit};
    use crate::triangulate::fixture::*;

    fn one(unit: Unit) -> Setup {
        let mut setup = Setup::new();
        setup.reference.indicators = vec![indicator("i1", "neglect", unit)];
        setup
    }

    fn parts(setup: &Setup, id: &str) -> IndicatorSignal {
        match setup.signal(id, Stream::Performance).facts {
            Facts::Indicators(list) => list[0].clone(),
            other => panic!("{id} speaks no indicators: {other:?}"),
        }
    }

    fn z(part: &Option<Part>) -> Option<f64> {
        part.as_ref().map(|p| p.z)
    }

    /// 240 of 300 in the latest 12 months, 528 of 600 in the 24 before, England 90%, high is good; scipy's binom and hypergeom.
    #[test]
    fn a_proportion_has_a_level_and_a_change() {
        let mut setup = one(Unit::Proportion);
        setup.reference.indicators[0].polarity = Polarity::HighIsGood;
        setup.reference.comparators = vec![england("i1", "2013/14", 0.9), england("i1", "2015/16", 0.1)];
        // A 37th month lies outside both windows.
        let make = |i: usize, p: Period| {
            let x = if i == 0 {
                0.0
            } else if i <= 24 {
                22.0
            } else {
                20.0
            };
            point(p, Some(x), Some(25.0), Some(25.0))
        };
        setup.series = vec![series("p", "i1", "a", back_from("2014-12", 37, make))];
        for id in ["locality/neglect/a", "agency/neglect/p", "board/neglect"] {
            let found = parts(&setup, id);
            near(z(&found.level), 5.167_696_635_791_379);
            near(z(&found.change), 3.128_377_344_978_169);
            near(found.z, 4.352_515_496_526_720_5);
            assert_eq!((found.level.unwrap().against.as_str(), found.agency.as_str()), ("england", "p"));
        }
        let signal = setup.signal("locality/neglect/a", Stream::Performance);
        assert_eq!(
            (signal.n, signal.weight, signal.evidence.len()),
            (Some(1.0), 0.9, 36),
            "all 12 months came, and are fresh"
        );
        assert_eq!(setup.signal("locality/neglect/b", Stream::Performance).light, Light::Silent);
    }

    /// The same 240 of 300 sent as values with their denominators.
    #[test]
    fn a_value_with_its_denominator_is_a_count() {
        let mut setup = one(Unit::Proportion);
        setup.reference.comparators = vec![england("i1", "2013/14", 0.9)];
        let make = |_: usize, p: Period| crate::model::Point {
            value: crate::model::series::Figure::of(0.8),
            ..point(p, None, Some(25.0), Some(25.0))
        };
        setup.series = vec![series("p", "i1", "a", back_from("2014-12", 12, make))];
        near(z(&parts(&setup, "locality/neglect/a").level), -5.167_696_635_791_379);
    }

    /// Quarterly, 12,000 children: 24 in a year, 32 in two before; England 15 in 10,000 a year, so that 18 are usual. Beside
    /// five places of 16 a year and no comparator 16 are usual. scipy's poisson and binom.
    #[test]
    fn a_rate_on_children_counts_in_child_years() {
        let mut setup = one(Unit::Rate);
        setup.reference.indicators[0].frequency = Frequency::Quarterly;
        let rate =
            |x: f64| move |i: usize, p: Period| point(p, Some(if i < 8 { 4.0 } else { x }), None, Some(12_000.0));
        setup.series = vec![series("p", "i1", "a", back_from("2014-Q4", 12, rate(6.0)))];
        setup.reference.comparators = vec![england("i1", "2013/14", 15.0)];
        let found = parts(&setup, "locality/neglect/a");
        near(z(&found.level), 1.374_229_953_485_320_8);
        near(z(&found.change), 1.481_788_999_981_834_8);
        near(found.level.map(|l| l.observed), 20.0);
        setup.reference.comparators.clear();
        assert_eq!(parts(&setup, "locality/neglect/a").level, None, "no others and no comparator");
        for place in ["b", "c", "d", "e"] {
            setup.series.push(series("p", "i1", place, back_from("2014-Q4", 12, rate(4.0))));
        }
        near(z(&parts(&setup, "locality/neglect/a").level), 1.888_184_873_540_249_8);
        setup.series.pop();
        assert_eq!(parts(&setup, "locality/neglect/a").level, None, "three others are too few");
    }

    /// The board adds up the places, unless its own row stands; two agencies share the children of a place.
    #[test]
    fn totals_of_places_and_agencies() {
        let mut setup = one(Unit::Rate);
        let constant =
            |x: f64, people: f64| back_from("2014-12", 36, move |_, p| point(p, Some(x), None, Some(people)));
        for place in ["a", "b"] {
            setup.series.push(series("p", "i1", place, constant(3.0, 5_000.0)));
        }
        let observed = |setup: &Setup| parts(setup, "board/neglect").change.map(|c| c.observed);
        // 72 a year of 10,000 children.
        near(observed(&setup), 72.0);
        for place in ["a", "b"] {
            setup.series.push(series("q", "i1", place, constant(3.0, 5_000.0)));
        }
        near(observed(&setup), 144.0);
        setup.series.push(series("p", "i1", "county", constant(10.0, 20_000.0)));
        // p's own row, 120 a year; q's places, 72; of 20,000 children.
        near(observed(&setup), 96.0);
        setup.reference.indicators[0].agency = "q".to_owned();
        setup.series.pop();
        near(observed(&setup), 72.0);
        assert_eq!(setup.signal("board/neglect", Stream::Performance).evidence.len(), 72, "the owner's rows alone");
    }

    /// 30 at the latest date; 20 of as many at the eight dates before: a Poisson mean of 20; England 25. scipy.
    #[test]
    fn a_stock_is_never_added_up() {
        let mut setup = one(Unit::Rate);
        setup.reference.indicators[0].basis = Basis::Stock;
        setup.reference.indicators[0].frequency = Frequency::Quarterly;
        setup.reference.comparators = vec![england("i1", "2013/14", 25.0)];
        let make = |i: usize, p: Period| point(p, Some(if i == 11 { 30.0 } else { 20.0 }), None, Some(10_000.0));
        setup.series = vec![series("p", "i1", "a", back_from("2014-Q4", 12, make))];
        let found = parts(&setup, "locality/neglect/a");
        near(z(&found.change), 2.104_981_725_875_879_4);
        near(z(&found.level), 0.996_937_090_343_359_5);
        setup.reference.indicators[0].unit = Unit::Proportion;
        setup.reference.comparators.clear();
        let make = |i: usize, p: Period| point(p, Some(if i == 11 { 30.0 } else { 20.0 }), Some(100.0), Some(100.0));
        setup.series = vec![series("p", "i1", "a", back_from("2014-Q4", 12, make))];
        near(z(&parts(&setup, "locality/neglect/a").change), 2.380_092_042_171_664_7);
    }

    /// Means of 12 against 10 with a moving range of about 1; England 11; numpy.
    #[test]
    fn a_value_by_its_own_spread() {
        let mut setup = one(Unit::Value);
        setup.reference.comparators = vec![england("i1", "2013/14", 11.0)];
        let make = |i: usize, p: Period| {
            let wave = if i.is_multiple_of(2) { 0.5 } else { -0.5 };
            valued(p, if i < 24 { 10.0 + wave } else { 12.0 + wave })
        };
        setup.series = vec![series("p", "i1", "a", back_from("2014-12", 36, make))];
        let found = parts(&setup, "locality/neglect/a");
        near(z(&found.change), 6.036_016_372_161_858);
        near(z(&found.level), 3.696_290_047_719_960_3);
        setup.series[0].points.iter_mut().for_each(|p| p.value = crate::model::series::Figure::of(9.0));
        assert_eq!(setup.signal("locality/neglect/a", Stream::Performance).light, Light::Silent, "s of 0");
    }

    /// Ten places: 1 to 9 and 20. Against the others' median 5 and MAD 2 x 1.4826, before overdispersion.
    #[test]
    fn a_value_among_ten_places() {
        let mut setup = one(Unit::Value);
        let ids: Vec<String> = (0..10).map(|i| format!("x{i}")).collect();
        setup.reference.localities = ids.iter().map(|id| locality(id, "")).collect();
        for (i, id) in ids.iter().enumerate() {
            let value = if i == 9 { 20.0 } else { i as f64 + 1.0 };
            setup.series.push(series("p", "i1", id, vec![valued(period("2013/14"), value)]));
        }
        let level = |setup: &Setup, id: &str| z(&parts(setup, &format!("locality/neglect/{id}")).level).unwrap();
        // Overdispersion divides all alike, so that ratios keep: the place of value 9 has the others 1 to 8 and 20.
        let ratio = level(&setup, "x9") / level(&setup, "x8");
        near(Some(ratio), ((20.0 - 5.0) / 2.0) / ((9.0 - 5.0) / 2.0));
        setup.series.pop();
        assert_eq!(setup.signal("locality/neglect/x0", Stream::Performance).light, Light::Silent, "nine are too few");
    }

    /// A withheld period takes away the totals of its window; a missing one only its share of the weight.
    #[test]
    fn withheld_and_missing_periods() {
        let mut setup = one(Unit::Proportion);
        setup.reference.comparators = vec![england("i1", "2013/14", 0.5)];
        let make = |_: usize, p: Period| point(p, Some(10.0), Some(20.0), Some(20.0));
        setup.series = vec![series("p", "i1", "a", back_from("2014-12", 36, make))];
        let mut gap = setup.clone();
        gap.series[0].points.remove(30);
        near(Some(gap.signal("locality/neglect/a", Stream::Performance).reliability), 0.9 * 11.0 / 12.0);
        let at = setup.series[0].points[30].period;
        setup.series[0].points[30] = withheld(at);
        assert_eq!(setup.signal("locality/neglect/a", Stream::Performance).light, Light::Silent);
    }

    #[test]
    fn a_neutral_indicator_is_shown_and_left_out_of_the_pool() {
        let mut setup = one(Unit::Count);
        setup.reference.indicators.push(indicator("i2", "neglect", Unit::Count));
        setup.reference.indicators[1].polarity = Polarity::Neutral;
        let make = |i: usize, p: Period| point(p, Some(if i < 24 { 10.0 } else { 20.0 }), None, None);
        for id in ["i1", "i2"] {
            setup.series.push(series("p", id, "a", back_from("2014-12", 36, make)));
        }
        let signal = setup.signal("locality/neglect/a", Stream::Performance);
        let Facts::Indicators(list) = &signal.facts else { panic!("{:?}", signal.facts) };
        assert_eq!((signal.n, list.len(), list[1].z), (Some(1.0), 2, None));
        assert!(list[1].change.as_ref().is_some_and(|c| c.z > 3.0) && list[0].level.is_none());
    }

    /// The window ends with the latest period seen anywhere; what is older than 24 months is silent, what is older than three
    /// months ages.
    #[test]
    fn one_window_for_all_places() {
        let mut setup = one(Unit::Proportion);
        setup.reference.comparators = vec![england("i1", "2010", 0.4)];
        let make = |_: usize, p: Period| point(p, Some(10.0), Some(20.0), Some(20.0));
        setup.series = vec![
            series("p", "i1", "a", back_from("2013-12", 36, make)),
            series("p", "i1", "b", back_from("2013-06", 36, make)),
            series("p", "i1", "c", back_from("2012-12", 36, make)),
        ];
        let signal = setup.signal("locality/neglect/a", Stream::Performance);
        near(signal.age_months, 396.0 / 30.4375 - 3.0);
        near(Some(setup.signal("locality/neglect/b", Stream::Performance).reliability), 0.45);
        assert_eq!(setup.signal("locality/neglect/c", Stream::Performance).light, Light::Silent);
        setup.as_of = day("2016-01-31");
        assert_eq!(setup.signal("locality/neglect/a", Stream::Performance).light, Light::Silent);
    }

    /// Two districts that became one place: before the change their sums are its past.
    #[test]
    fn an_ended_places_figures_are_its_successors() {
        let mut setup = one(Unit::Count);
        for (id, from, to) in
            [("a", None, Some("2013-12-31")), ("b", None, Some("2013-12-31")), ("c", Some("2014-01-01"), None)]
        {
            let place = setup.reference.localities.iter_mut().find(|l| l.locality == id).unwrap();
            (place.valid.from, place.valid.to) = (from.map(day), to.map(day));
            if to.is_some() {
                place.extra.insert("successor".to_owned(), "c".to_owned());
            }
        }
        let made = |x: f64| move |_: usize, p: Period| point(p, Some(x), None, None);
        setup.series = vec![
            series("p", "i1", "a", back_from("2013-12", 24, made(2.0))),
            series("p", "i1", "b", back_from("2013-12", 24, made(3.0))),
            series("p", "i1", "c", back_from("2014-12", 12, made(8.0))),
        ];
        for id in ["locality/neglect/c", "board/neglect"] {
            let change = parts(&setup, id).change.unwrap();
            assert_eq!((change.observed, change.expected), (96.0, 60.0), "{id}");
            assert_eq!(setup.signal(id, Stream::Performance).evidence.len(), 60, "{id}");
        }
    }

    /// Three indicators at ten places against a quarter in England, of 100 each, so that every indicator has its own
    /// overdispersion and 30 pairs give the correlation. numpy's quantile and corrcoef, scipy's binom; then the stream's own.
    #[test]
    fn indicators_of_a_theme_pool() {
        let mut setup = Setup::new();
        setup.reference.localities = (0..10).map(|i| locality(&format!("x{i}"), "")).collect();
        for j in 0..3_usize {
            let id = format!("i{j}");
            setup.reference.indicators.push(indicator(&id, "neglect", Unit::Proportion));
            setup.reference.comparators.push(england(&id, "2013/14", 0.25));
            for i in 0..10_usize {
                let x = 15 + 2 * ((i * 7 + j * 5 + i * j) % 11) + 5 * (i % 5);
                let points = vec![point(period("2014"), Some(x as f64), Some(100.0), Some(100.0))];
                setup.series.push(series("p", &id, &format!("x{i}"), points));
            }
        }
        let board = setup.board();
        near(Some(board.grains[0].rho_indicators), 0.657_708_286_802_235_1);
        near(Some(board.grains[0].phi[0]), 1.143_351_155_004_955_8);
        near(setup.signal("locality/neglect/x0", Stream::Performance).z, 0.019_370_364_984_065_087);
        near(setup.signal("locality/neglect/x9", Stream::Performance).z, 1.101_713_307_735_623_4);
    }

    /// 20 a month for a year after 10 a month for two, recorded anew from a month on: only what came since is held against
    /// it. scipy's binom.
    #[test]
    fn what_lies_before_a_recorded_break_is_not_read() {
        let mut setup = one(Unit::Count);
        setup.reference.comparators = vec![england("i1", "2013/14", 200.0)];
        let make = |i: usize, p: Period| point(p, Some(if i < 24 { 10.0 } else { 20.0 }), None, None);
        setup.series = vec![series("p", "i1", "a", back_from("2014-12", 36, make))];
        let broken = |from: &str| {
            let mut setup = setup.clone();
            setup.series[0].comparable_from = Some(day(from));
            setup
        };
        near(z(&parts(&setup, "locality/neglect/a").change), 7.515_156_303_149_428);
        for id in ["locality/neglect/a", "agency/neglect/p", "board/neglect"] {
            let half_a_year_before = broken("2013-07-01");
            near(z(&parts(&half_a_year_before, id).change), 5.100_034_287_627_245);
            assert_eq!(half_a_year_before.signal(id, Stream::Performance).evidence.len(), 18, "{id}");
            let within = broken("2014-07-01");
            let found = parts(&within, id);
            assert_eq!(found.change, None, "{id}: nothing before it can be compared");
            assert_eq!(found.level.map(|l| (l.observed, l.expected)), Some((120.0, 100.0)), "{id}: half a year of 200");
            near(Some(within.signal(id, Stream::Performance).reliability), 0.9);
        }
    }

    /// Months of an agency and of the one that followed it are one track, not two parts of a sum.
    #[test]
    fn an_agency_that_another_followed() {
        let mut setup = one(Unit::Count);
        setup.reference.agencies[0].valid.to = Some(day("2013-12-31"));
        setup.reference.agencies[0].extra.insert("successor".to_owned(), "q".to_owned());
        let made = |x: f64| move |_: usize, p: Period| point(p, Some(x), None, None);
        setup.series = vec![
            series("p", "i1", "county", back_from("2013-12", 24, made(5.0))),
            series("q", "i1", "county", back_from("2014-12", 12, made(8.0))),
        ];
        for id in ["agency/neglect/q", "board/neglect"] {
            let change = parts(&setup, id).change.unwrap();
            assert_eq!((change.observed, change.expected), (96.0, 60.0), "{id}");
            assert_eq!(setup.signal(id, Stream::Performance).evidence.len(), 36, "{id}");
        }
    }
}
