//! The lattice's cells of a grain, their six signals, and one score of them.

use crate::model::cell::{CellId, GrainSummary, Light};
use crate::model::{Cell, Grain, Signal, Stream, Tier};
use crate::spec::pipeline::Method;
use crate::stats::combine::{self, CombineSettings, Combined, StreamInput};
use crate::stats::rho;
use crate::triangulate::ground::Ground;
use crate::triangulate::streams::{GrainReading, SOURCES, steady};
use crate::triangulate::weigh;

/// How many cells, and how many joint cells of two streams, an estimate of their correlation needs.
const LEAST_CELLS: usize = 30;
const LEAST_PAIRS: usize = 10;
/// From how many cells the lower floor of the correlation holds.
const MANY_CELLS: usize = 100;

/// The cells of a grain with signals, score, p and pattern, in no order yet; and what was estimated for the grain.
pub(super) fn combine_grain(
    ground: &Ground<'_>,
    grain: Grain,
    readings: &[[GrainReading; 3]],
) -> (Vec<Cell>, GrainSummary) {
    let method = ground.world.method;
    let streams: Vec<&GrainReading> = readings.iter().map(|r| &r[grain as usize]).collect();
    let slots: Vec<usize> = (0..ground.slots(grain)).filter(|slot| exists(grain, &streams, *slot)).collect();
    let mut cells: Vec<Cell> = slots.iter().map(|slot| empty_cell(ground, grain, *slot)).collect();
    let mut phi = [1.0; 6];
    for (i, source) in SOURCES.iter().enumerate() {
        for (cell, slot) in cells.iter_mut().zip(&slots) {
            cell.signals.push(signal(method, source.stream, streams[i], *slot));
        }
        let mut z: Vec<&mut f64> = cells.iter_mut().filter_map(|cell| cell.signals[i].z.as_mut()).collect();
        phi[i] = steady(&mut z, method.thresholds.consistency);
    }
    let correlation = correlation(method, &cells);
    let settings = settings(method, correlation.rho);
    for cell in &mut cells {
        score(cell, &settings);
    }
    let performance = streams[Stream::Performance.index()];
    let summary = GrainSummary {
        grain,
        rho: correlation.rho,
        rho_source: correlation.source.as_str().to_owned(),
        phi,
        rho_indicators: performance.rho_indicators.unwrap_or(method.correlation.default),
        level_and_change: performance.level_and_change.unwrap_or(method.correlation.level_and_change),
        cells: cells.len(),
        tested: cells.iter().filter(|c| c.p_value.is_some()).count(),
    };
    (cells, summary)
}

/// Every theme by every place, and every theme of the board; an agency's where it is expected to return on the theme, or
/// there is any evidence.
fn exists(grain: Grain, streams: &[&GrainReading], slot: usize) -> bool {
    let returns = [Stream::Performance, Stream::Section11].iter().any(|s| streams[s.index()].expected[slot]);
    grain != Grain::Agency || returns || streams.iter().any(|s| s.present[slot])
}

fn empty_cell(ground: &Ground<'_>, grain: Grain, slot: usize) -> Cell {
    let (theme, place) = (slot / ground.width(grain), slot % ground.width(grain));
    let id = CellId { grain, theme: ground.themes[theme].to_owned(), place: ground.place_id(grain, place).to_owned() };
    Cell {
        id,
        signals: Vec::with_capacity(6),
        score: None,
        p_value: None,
        q_value: None,
        mean_z: None,
        pattern: String::new(),
        tier: Tier::Quiet,
        also: Vec::new(),
        rank: None,
        expected_rank: None,
        optimism: None,
        fragile: None,
        mandatory_because: Vec::new(),
        previous_tier: None,
        first_seen: None,
        moved: Vec::new(),
        mind: Vec::new(),
    }
}

/// What a stream says of a cell, with its weight; silent where that is too little.
fn signal(method: &Method, stream: Stream, reading: &GrainReading, slot: usize) -> Signal {
    let silent = Signal::silent(stream, reading.expected[slot]);
    // A z that is no number is a stream that could not speak, and must not spread.
    let Some(said) = reading.said[slot].as_ref().filter(|s| s.z.is_finite()) else { return silent };
    let weight = weigh::of(method, stream, said.reliability, said.age_months);
    if !weigh::heard(method, weight) {
        return silent;
    }
    let weight = weight * weigh::power(method, said.doubling);
    Signal {
        light: Light::Neutral,
        z: Some(said.z),
        weight,
        cap: weigh::cap(method, said.doubling),
        n: Some(said.n),
        age_months: Some(said.age_months),
        reliability: said.reliability,
        // What speaks was to be reckoned with, so that "four of five" never becomes "five of four".
        expected: true,
        facts: said.facts.clone(),
        evidence: reading.evidence[slot].clone(),
        ..silent
    }
}

/// The streams' correlation, from the cells in which two or more speak.
fn correlation(method: &Method, cells: &[Cell]) -> rho::RhoHat {
    let cap = method.thresholds.cap;
    let rows: Vec<Vec<Option<f64>>> = cells
        .iter()
        .map(|c| c.signals.iter().map(|s| s.z.map(|z| z.clamp(-cap, cap))).collect::<Vec<_>>())
        .filter(|row: &Vec<Option<f64>>| row.iter().flatten().count() >= 2)
        .collect();
    let bounds = &method.correlation;
    let floor = if rows.len() >= MANY_CELLS { bounds.floor_many_cells } else { bounds.floor };
    rho::estimate(
        &rows,
        &rho::RhoSettings {
            floor,
            ceiling: bounds.ceiling,
            min_pairs: LEAST_PAIRS,
            min_cells: LEAST_CELLS,
            default: bounds.default,
        },
    )
}

/// How the streams of a grain are combined.
pub(super) fn settings(method: &Method, rho: f64) -> CombineSettings {
    CombineSettings {
        rho,
        cap: method.thresholds.cap,
        // Who is silent has been settled, by the weight that evidence has however few its cases are.
        silent_below: 0.0,
        light_threshold: method.thresholds.light,
    }
}

/// The inputs of a cell's streams.
pub(super) fn inputs(cell: &Cell) -> Vec<StreamInput> {
    cell.signals.iter().map(|s| StreamInput { z: s.z, weight: s.weight, cap: s.cap }).collect()
}

fn score(cell: &mut Cell, settings: &CombineSettings) {
    let combined: Combined = combine::combine(&inputs(cell), settings);
    for (signal, light) in cell.signals.iter_mut().zip(&combined.lights) {
        signal.light = match light {
            combine::Light::Concern => Light::Concern,
            combine::Light::Reassurance => Light::Reassurance,
            combine::Light::Neutral => Light::Neutral,
            combine::Light::Silent => Light::Silent,
        };
    }
    cell.pattern = combined.pattern.as_str().to_owned();
    cell.mean_z = combined.mean_z.zip(combined.se);
    cell.score = match combined.n_streams {
        0 => None,
        // One voice's z is shown as it is, within the cap, and gets no p.
        1 => combined.mean_z,
        _ => combined.z_total,
    };
    cell.p_value = combined.p.filter(|_| combined.n_streams >= 2);
}
