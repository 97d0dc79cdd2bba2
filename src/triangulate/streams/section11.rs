//! Section 11: a standard with no children is an observation; a score of 1 or 2 is adverse. An agency is compared with the
//! other agencies on the theme, the board with its period before.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::number::Status;
use crate::model::row::Row;
use crate::model::{Grain, Period, Stream};
use crate::triangulate::ground::Ground;
use crate::triangulate::streams::{GrainReading, Reading, Source, evidence_of, mean_age};
use crate::triangulate::tally::{Tallies, Tally, by_trials};
use crate::triangulate::when::{Span, age_days};

/// The stream.
pub(super) const SOURCE: Source = Source { stream: Stream::Section11, read };

/// Which score of a standard is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::triangulate) enum Which {
    /// The moderated one where there is one, else the agency's own.
    Counting,
    /// The agency's own view alone.
    OwnView,
    /// Moderated scores alone.
    Moderated,
}

/// Scores at or above this are met; a score between 2 and 3 falls to the nearer, as a mean of two standards would.
const MET: f64 = 2.5;

fn read(ground: &Ground<'_>) -> [GrainReading; 3] {
    let sheets = Sheets::of(ground);
    let [locality, mut agency, mut board] = GrainReading::silent_everywhere(ground);
    let topical: BTreeSet<usize> = sheets.themes.values().copied().collect();
    let asked = asked(ground);
    for theme in topical {
        board.expected[theme] = true;
        for (place, asked) in asked.iter().enumerate() {
            agency.expected[ground.slot(Grain::Agency, theme, place)] = *asked;
        }
    }
    for (grain, reading) in [(Grain::Agency, &mut agency), (Grain::Board, &mut board)] {
        reading.said = sheets.readings(ground, grain, Which::Counting);
        for (agency, sheet) in &sheets.by_agency {
            let Some(place) = place_of(grain, agency) else { continue };
            for (age, rows) in sheet.rows.iter().enumerate() {
                for (theme, row) in rows {
                    let slot = ground.slot(grain, *theme, place);
                    reading.present[slot] |= age == 0;
                    let past = reading.said[slot].as_ref().is_some_and(Reading::is_of_own_past);
                    let score = score(row, Which::Counting);
                    if let (Some((score, _)), true) = (score, ground.lists_evidence() && (age == 0 || past)) {
                        let when = row.period("period").map(|p| p.to_string()).unwrap_or_default();
                        let figures = [Some(f64::from(score < MET)), Some(1.0)];
                        let (sender, standard) = (row.text("agency"), row.text("standard"));
                        reading.evidence[slot].push(evidence_of(row, sender, standard, "", when, figures));
                    }
                }
            }
        }
    }
    [locality, agency, board]
}

/// Which agencies are expected to return Section 11: those that the pipeline names, else all of the day.
fn asked(ground: &Ground<'_>) -> Vec<bool> {
    let named = &ground.world.expected.section11;
    let named: BTreeSet<usize> = named.iter().filter_map(|id| ground.places.agency(id)).collect();
    let everyone = ground.world.expected.section11.is_empty();
    (0..ground.places.agencies.len()).map(|a| everyone || named.contains(&a)).collect()
}

/// Who a sheet belongs to: an agency of the lattice, or one that counts on the board alone.
type Owner<'a> = Result<usize, &'a str>;

fn place_of(grain: Grain, owner: &Owner<'_>) -> Option<usize> {
    if grain == Grain::Board { Some(0) } else { owner.ok() }
}

/// All agencies' newest sheet within the window and the one before.
pub(in crate::triangulate) struct Sheets<'a> {
    by_agency: BTreeMap<Owner<'a>, Sheet<'a>>,
    themes: HashMap<&'a str, usize>,
}

/// An agency's standards: the newest period, and the period before.
struct Sheet<'a> {
    rows: [Vec<(usize, &'a Row)>; 2],
}

impl<'a> Sheets<'a> {
    /// Reads the rows once.
    pub fn of(ground: &Ground<'a>) -> Self {
        let world = ground.world;
        let themes = leaf_themes(ground);
        let months = ground.months(world.method.window_months.section11);
        let window = Span::back_from(world.as_of, months);
        type Periods<'a> = BTreeMap<Period, BTreeMap<&'a str, &'a Row>>;
        let mut periods: BTreeMap<Owner<'a>, Periods<'a>> = BTreeMap::new();
        for row in world.section11 {
            let (agency, standard) = (row.text("agency"), row.text("standard"));
            let Some(period) = row.period("period").filter(|p| p.end() <= world.as_of) else { continue };
            if themes.contains_key(standard) && (given(row, "self_score") || given(row, "moderated_score")) {
                let owner = ground.places.agency(agency).ok_or(agency);
                let entry = periods.entry(owner).or_default().entry(period).or_default().entry(standard).or_insert(row);
                // Rows in force have a key once; should two stand, the same one is taken in any order.
                if (row.text("agency"), &row.provenance) > (entry.text("agency"), &entry.provenance) {
                    *entry = row;
                }
            }
        }
        let by_agency = periods.into_iter().filter_map(|(owner, mut periods)| {
            let newest = periods.pop_last().filter(|(period, _)| window.holds(period.end()))?.1;
            let before = periods.pop_last().map(|(_, rows)| rows).unwrap_or_default();
            let listed = |rows: BTreeMap<&'a str, &'a Row>| rows.into_iter().map(|(s, row)| (themes[s], row)).collect();
            Some((owner, Sheet { rows: [listed(newest), listed(before)] }))
        });
        Self { by_agency: by_agency.collect(), themes }
    }

    /// What the scores say at a grain.
    pub fn readings(&self, ground: &Ground<'_>, grain: Grain, which: Which) -> Vec<Option<Reading>> {
        let slots = ground.slots(grain);
        let mut tallies = vec![Tallies::default(); slots];
        let mut moderated = vec![0.0; slots];
        for (owner, sheet) in &self.by_agency {
            let Some(place) = place_of(grain, owner) else { continue };
            for (age, rows) in sheet.rows.iter().enumerate() {
                for (theme, row) in rows {
                    let Some((score, is_moderated)) = score(row, which) else { continue };
                    let slot = ground.slot(grain, *theme, place);
                    let day = row.period("period").map_or(ground.world.as_of, Period::end);
                    let days = age_days(ground.world.as_of, day);
                    let seen = Tally { x: f64::from(score < MET), n: 1.0, days };
                    let into = &mut tallies[slot];
                    if age == 0 {
                        into.window = into.window.plus(&seen);
                        into.latest = into.window;
                        moderated[slot] += f64::from(is_moderated);
                    } else {
                        into.earlier = into.earlier.plus(&seen);
                    }
                }
            }
        }
        let believed = &ground.world.method.reliability;
        let least = ground.world.method.thresholds.others;
        let width = ground.width(grain).max(1);
        let compared = tallies.chunks(width).flat_map(|cells| by_trials(grain, cells, least));
        let reading = |(slot, compared): (usize, Option<_>)| {
            let seen: &Tally = &tallies[slot].window;
            let share = moderated[slot] / seen.n;
            let reliability = share * believed.section11_moderated + (1.0 - share) * believed.section11_self;
            Some(Reading::of(compared?, mean_age(seen.days, seen.n)?, reliability))
        };
        compared.enumerate().map(reading).collect()
    }
}

fn given(row: &Row, column: &str) -> bool {
    let number = row.number(column);
    number.value.is_some() || number.status == Status::NotApplicable
}

/// The score that counts, and whether it is moderated. `grey` is none: a moderator's grey also takes away the own score.
fn score(row: &Row, which: Which) -> Option<(f64, bool)> {
    let own = row.number("self_score").value.filter(|v| v.is_finite());
    let moderated = row.number("moderated_score");
    let found = moderated.value.filter(|v| v.is_finite());
    match which {
        Which::OwnView => own.map(|v| (v, false)),
        Which::Moderated => found.map(|v| (v, true)),
        Which::Counting if moderated.status == Status::NotApplicable => None,
        Which::Counting => found.map(|v| (v, true)).or(own.map(|v| (v, false))),
    }
}

/// The theme of each standard with no children; one without a theme of its own has that of the heading above it.
fn leaf_themes<'a>(ground: &Ground<'a>) -> HashMap<&'a str, usize> {
    let standards = &ground.world.reference.standards;
    let parents: BTreeSet<&str> = standards.iter().map(|s| s.parent.as_str()).collect();
    let by_id: HashMap<&str, _> = standards.iter().map(|s| (s.id.as_str(), s)).collect();
    let theme = |id: &str| {
        let mut at = by_id.get(id)?;
        for _ in 0..standards.len() {
            if !at.theme.is_empty() {
                break;
            }
            at = by_id.get(at.parent.as_str())?;
        }
        ground.theme(&at.theme)
    };
    let leaves = standards.iter().filter(|s| !parents.contains(s.id.as_str()));
    leaves.filter_map(|s| Some((s.id.as_str(), theme(&s.id)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Table;
    use crate::model::cell::Light;
    use crate::triangulate::fixture::{Setup, near, row};

    /// An agency's four standards: own and moderated score; an empty moderated one is none.
    fn sheet(setup: &mut Setup, agency: &str, period: &str, scores: [(&str, &str); 4]) {
        for (i, (own, moderated)) in scores.into_iter().enumerate() {
            let standard = format!("s1-{}", i + 1);
            let mut values =
                vec![("agency", agency), ("standard", standard.as_str()), ("period", period), ("self_score", own)];
            if !moderated.is_empty() {
                values.push(("moderated_score", moderated));
            }
            let line = setup.section11.len() as u32;
            setup.section11.push(row(Table::Section11, line, &values));
        }
    }

    const ONE_BAD: [(&str, &str); 4] = [("2", ""), ("3", ""), ("3", ""), ("4", "")];
    const NONE_BAD: [(&str, &str); 4] = [("3", ""), ("3", ""), ("3", ""), ("4", "")];

    fn six_agencies() -> Setup {
        let mut setup = Setup::new();
        // Moderated, 3 of 4 fall short; by its own view none does.
        sheet(&mut setup, "p", "2013/14", [("3", "2"), ("3", "1"), ("4", "2"), ("4", "")]);
        for (agency, bad) in [("q", true), ("r", true), ("s", true), ("t", true), ("u", false)] {
            sheet(&mut setup, agency, "2013/14", if bad { ONE_BAD } else { NONE_BAD });
        }
        setup
    }

    /// 3 of 4 where the others have 4 of 20; z from scipy's binom. Three moderated standards and one that is not.
    #[test]
    fn moderated_scores_win() {
        let setup = six_agencies();
        let signal = setup.signal("agency/neglect/p", Stream::Section11);
        near(signal.z, 2.186_213_350_199_518);
        near(Some(signal.reliability), (3.0 * 0.8 + 0.5) / 4.0);
        near(signal.age_months, 306.0 / 30.4375);
        assert_eq!(signal.evidence.len(), 4);
    }

    /// Fewer than four others: 3 of 4 against the own 1 of 4 before. scipy's hypergeom. Older than 24 months is silent.
    #[test]
    fn the_own_period_before() {
        let mut setup = Setup::new();
        sheet(&mut setup, "p", "2013/14", [("1", ""), ("2", ""), ("2", ""), ("3", "")]);
        sheet(&mut setup, "p", "2012/13", ONE_BAD);
        sheet(&mut setup, "q", "2011/12", ONE_BAD);
        near(setup.signal("agency/neglect/p", Stream::Section11).z, 1.133_170_030_259_560_4);
        near(setup.signal("board/neglect", Stream::Section11).z, 1.133_170_030_259_560_4);
        assert_eq!(setup.signal("agency/neglect/q", Stream::Section11).light, Light::Silent);
    }

    /// All six agencies, 7 of 24, against the three that returned the year before, 3 of 12. scipy's hypergeom.
    #[test]
    fn the_board_against_the_period_before() {
        let mut setup = six_agencies();
        for agency in ["q", "r", "s"] {
            sheet(&mut setup, agency, "2012/13", ONE_BAD);
        }
        near(setup.signal("board/neglect", Stream::Section11).z, 0.227_067_146_462_297_36);
    }

    #[test]
    fn grey_is_left_out_and_a_heading_is_no_standard() {
        let mut setup = six_agencies();
        sheet(&mut setup, "p", "2014", [("grey", ""), ("2", "grey"), ("2", ""), ("3", "")]);
        let heading = [("agency", "p"), ("standard", "s1"), ("period", "2014"), ("self_score", "1")];
        setup.section11.push(row(Table::Section11, 99, &heading));
        let signal = setup.signal("agency/neglect/p", Stream::Section11);
        assert_eq!(signal.n, Some(2.0), "the newer period, its two scored standards");
    }

    #[test]
    fn the_pipeline_may_narrow_who_is_expected() {
        let mut setup = Setup::new();
        let agencies = |setup: &Setup| {
            let cells = setup.board().cells;
            cells.iter().filter(|c| c.id.grain == Grain::Agency).map(|c| c.id.place.clone()).collect::<Vec<_>>()
        };
        assert_eq!(agencies(&setup), ["p", "q", "r", "s", "t", "u"], "silent agencies keep their cells");
        setup.expected.section11 = vec!["q".to_owned()];
        assert_eq!(agencies(&setup), ["q"]);
    }
}
