//! The optimism gap: whether an agency rates itself better on a theme than everything else finds it.

use crate::model::Cell;
use crate::model::cell::OptimismGap;
use crate::model::{Grain, Stream};
use crate::stats::combine::{StreamInput, combine};
use crate::triangulate::ground::Ground;
use crate::triangulate::score::settings;
use crate::triangulate::streams::section11::{Sheets, Which};
use crate::triangulate::streams::{Reading, steady};
use crate::triangulate::weigh;

/// One-sided 5% of a normal.
const BEYOND_CHANCE: f64 = 1.645;

/// Sets the gap of every agency's cell that has a self-assessment and another voice. For the gap alone Section 11 is read
/// again: the agency's own scores on one side; moderated ones, which are others' judgement, on the other.
pub(super) fn fill(ground: &Ground<'_>, cells: &mut [Cell], rho: f64) {
    let sheets = Sheets::of(ground);
    let own = steadied(sheets.readings(ground, Grain::Agency, Which::OwnView));
    let moderated = steadied(sheets.readings(ground, Grain::Agency, Which::Moderated));
    let method = ground.world.method;
    let settings = settings(method, rho);
    let weight = |r: &Reading| weigh::of(method, Stream::Section11, r.reliability, r.age_months);
    for cell in cells {
        let Some(slot) = slot_of(ground, cell) else { continue };
        let Some(own) = own[slot].as_ref().filter(|r| weigh::heard(method, weight(r))) else { continue };
        let mut others: Vec<StreamInput> = cell
            .signals
            .iter()
            .filter(|s| s.stream != Stream::Section11)
            .map(|s| StreamInput { z: s.z, weight: s.weight })
            .collect();
        others.extend(moderated[slot].as_ref().map(|r| StreamInput { z: Some(r.z), weight: weight(r) }));
        let combined = combine(&others, &settings);
        let Some((mean, se)) = combined.mean_z.zip(combined.se) else { continue };
        let self_z = own.z.clamp(-settings.cap, settings.cap);
        let gap = mean - self_z;
        let error = (1.0 + se * se - 2.0 * rho * se).max(0.0).sqrt();
        cell.optimism = Some(OptimismGap { gap, self_z, listed: gap >= BEYOND_CHANCE * error && self_z < 0.0 });
    }
}

fn slot_of(ground: &Ground<'_>, cell: &Cell) -> Option<usize> {
    let place = ground.places.agencies.binary_search(&cell.id.place.as_str()).ok()?;
    Some(ground.slot(Grain::Agency, ground.theme(&cell.id.theme)?, place))
}

/// The readings over the square root of their overdispersion, as every stream's are.
fn steadied(mut readings: Vec<Option<Reading>>) -> Vec<Option<Reading>> {
    steady(&mut readings.iter_mut().flatten().map(|r| &mut r.z).collect::<Vec<_>>());
    readings
}
