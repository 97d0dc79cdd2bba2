//! The optimism gap: whether an agency rates itself better on a theme than everything else finds it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Cell;
use crate::model::cell::OptimismGap;
use crate::model::{Grain, Stream};
use crate::spec::pipeline::Method;
use crate::stats::combine::{StreamInput, combine};
use crate::stats::{adjust, normal, robust};
use crate::triangulate::ground::Ground;
use crate::triangulate::score::settings;
use crate::triangulate::streams::section11::{Sheets, Which};
use crate::triangulate::streams::{Reading, steady};
use crate::triangulate::weigh;

/// One-sided 5% of a normal.
const BEYOND_CHANCE: f64 = 1.645;
/// The share of false names among the agencies, and among the cells, of which optimism is said.
const FALSE_SHARE: f64 = 0.05;
/// From how many gaps their own spread is taken, and the least that it is taken for.
const LEAST_FOR_SPREAD: usize = 30;
const LEAST_SPREAD: f64 = 0.6;

/// Sets the gap of every agency's cell that has a self-assessment and another voice. For the gap alone Section 11 is read
/// again: the agency's own scores on one side; moderated ones, which are others' judgement of the same standards, on the
/// other.
///
/// A gap beyond chance is listed where the agency's gaps over all its themes are beyond chance among the agencies, or the
/// gap by itself among all cells: by the gap alone one cell in twenty would be, and a board has a hundred of them.
pub(super) fn fill(ground: &Ground<'_>, cells: &mut [Cell], rho: f64) {
    let mut found = gaps(ground, cells, rho);
    steady_gaps(&mut found);
    let p: Vec<Option<f64>> = found.iter().map(|f| f.as_ref().map(|f| normal::sf(f.gap / f.error))).collect();
    let alone = adjust::benjamini_hochberg(&p);
    let optimists = optimists(cells, &found);
    for ((cell, found), q) in cells.iter_mut().zip(found).zip(alone) {
        let Some(Found { gap, error, self_z }) = found else { continue };
        let beyond = optimists.contains(&cell.id.place) || q.is_some_and(|q| q <= FALSE_SHARE);
        let listed = beyond && gap >= BEYOND_CHANCE * error && self_z < 0.0;
        cell.optimism = Some(OptimismGap { gap, self_z, listed });
    }
}

/// A cell's gap, its standard error, and the z of the agency's own view.
struct Found {
    gap: f64,
    error: f64,
    self_z: f64,
}

fn gaps(ground: &Ground<'_>, cells: &[Cell], rho: f64) -> Vec<Option<Found>> {
    let method = ground.world.method;
    let sheets = Sheets::of(ground);
    let own = steadied(method, sheets.readings(ground, Grain::Agency, Which::OwnView));
    let moderated = steadied(method, sheets.readings(ground, Grain::Agency, Which::Moderated));
    let settings = settings(method, rho);
    let weight = |r: &Reading| weigh::of(method, Stream::Section11, r.reliability, r.age_months);
    let found = |cell: &Cell| {
        let slot = slot_of(ground, cell)?;
        let own = own[slot].as_ref().filter(|r| weigh::heard(method, weight(r)))?;
        let streams = cell.signals.iter().filter(|s| s.stream != Stream::Section11);
        let mut others: Vec<StreamInput> =
            streams.map(|s| StreamInput { z: s.z, weight: s.weight, cap: f64::INFINITY }).collect();
        // The moderator saw as many standards as the agency scored, so that few of them take nothing from its voice.
        let moderated = moderated[slot].as_ref();
        others.extend(moderated.map(|r| StreamInput { z: Some(r.z), weight: weight(r), cap: f64::INFINITY }));
        let combined = combine(&others, &settings);
        let (mean, se) = combined.mean_z.zip(combined.se)?;
        let self_z = own.z.clamp(-settings.cap, settings.cap);
        let error = (1.0 + se * se - 2.0 * rho * se).max(f64::MIN_POSITIVE).sqrt();
        Some(Found { gap: mean - self_z, error, self_z })
    };
    cells.iter().map(found).collect()
}

/// Brings the gaps' standard errors down to what most gaps show: they reckon with the streams' own spread in full, though
/// much of it is the same on both sides of a gap. Never up, which overdispersion has seen to.
fn steady_gaps(found: &mut [Option<Found>]) {
    let gaps: Vec<f64> = found.iter().flatten().map(|f| f.gap / f.error).collect();
    let spread = robust::mad(&gaps).filter(|_| gaps.len() >= LEAST_FOR_SPREAD);
    let spread = spread.map_or(1.0, |s| s.clamp(LEAST_SPREAD, 1.0));
    found.iter_mut().flatten().for_each(|f| f.error *= spread);
}

/// The agencies whose gaps, summed over their themes, are beyond chance among the agencies.
fn optimists(cells: &[Cell], found: &[Option<Found>]) -> BTreeSet<String> {
    let mut by_agency: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (cell, found) in cells.iter().zip(found) {
        if let Some(found) = found {
            let sum = by_agency.entry(cell.id.place.as_str()).or_default();
            *sum = (sum.0 + found.gap / found.error, sum.1 + 1.0);
        }
    }
    // As if an agency's themes had nothing in common, as on the simulated boards.
    let p: Vec<Option<f64>> = by_agency.values().map(|(sum, m)| Some(normal::sf(sum / m.sqrt()))).collect();
    let q = adjust::benjamini_hochberg(&p);
    let listed = by_agency.into_keys().zip(q).filter(|(_, q)| q.is_some_and(|q| q <= FALSE_SHARE));
    listed.map(|(agency, _)| agency.to_owned()).collect()
}

fn slot_of(ground: &Ground<'_>, cell: &Cell) -> Option<usize> {
    let place = ground.places.agencies.binary_search(&cell.id.place.as_str()).ok()?;
    Some(ground.slot(Grain::Agency, ground.theme(&cell.id.theme)?, place))
}

/// The readings over the square root of their overdispersion, as every stream's are.
fn steadied(method: &Method, mut readings: Vec<Option<Reading>>) -> Vec<Option<Reading>> {
    steady(&mut readings.iter_mut().flatten().map(|r| &mut r.z).collect::<Vec<_>>(), method.thresholds.consistency);
    readings
}

#[cfg(test)]
mod tests {
    use crate::model::Table;
    use crate::triangulate::fixture::{Setup, near, row};

    fn sheet(setup: &mut Setup, agency: &str, own: [&str; 4], moderated: Option<&str>) {
        for (i, own) in own.into_iter().enumerate() {
            let standard = format!("s1-{}", i + 1);
            let mut values =
                vec![("agency", agency), ("standard", standard.as_str()), ("period", "2014"), ("self_score", own)];
            values.extend(moderated.map(|m| ("moderated_score", m)));
            let line = setup.section11.len() as u32;
            setup.section11.push(row(Table::Section11, line, &values));
        }
    }

    /// p says none of 4 falls short where the others say 12 of 20 do: z = -norm.isf of scipy's binom mid-P at 0.6. The
    /// moderator finds all 4 short where 4 of 20 are. With one other voice the mean is its z and se is 1.
    #[test]
    fn an_agency_that_rates_itself_better_than_the_moderator_finds_it() {
        let mut setup = Setup::new();
        sheet(&mut setup, "p", ["3", "3", "4", "4"], Some("1"));
        for (agency, own, moderated) in [
            ("q", ["2", "2", "3", "2"], "2"),
            ("r", ["2", "2", "3", "3"], "3"),
            ("s", ["2", "2", "3", "3"], "3"),
            ("t", ["2", "2", "3", "3"], "3"),
            ("u", ["2", "2", "3", "1"], "3"),
        ] {
            sheet(&mut setup, agency, own, Some(moderated));
        }
        let cell = setup.cell("agency/neglect/p");
        let found = cell.optimism.unwrap();
        near(Some(found.self_z), SELF_0_OF_4_AT_12_OF_20);
        // The moderator's z, 3.16 by scipy, is capped as in any score.
        near(Some(found.gap), 3.0 - SELF_0_OF_4_AT_12_OF_20);
        // 1.645 sqrt(1 + 1 - 2 x 0.3), rho by default.
        assert!(found.gap > 1.645 * 1.4_f64.sqrt() && found.listed);
        let other = setup.cell("agency/neglect/q").optimism.unwrap();
        assert!(!other.listed, "its own view is no better than the others': {other:?}");
    }
    const SELF_0_OF_4_AT_12_OF_20: f64 = -2.232226451790637;

    #[test]
    fn without_another_voice_there_is_no_gap() {
        let mut setup = Setup::new();
        for agency in ["p", "q", "r", "s", "t", "u"] {
            sheet(&mut setup, agency, ["2", "3", "3", "3"], None);
        }
        assert_eq!(setup.cell("agency/neglect/p").optimism, None);
    }
}
