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
