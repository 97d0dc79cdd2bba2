//! Quarterly counts of complaints, incidents and other reports. `agency` is the agency that a report is about.

use std::collections::BTreeMap;

use crate::model::row::{Provenance, Value};
use crate::model::{Number, Period, Row, Table};
use crate::sample::calendar::Calendar;
use crate::sample::chance::Chance;
use crate::sample::partners::OFFICES;
use crate::sample::plan::{Plan, existed, places};
use crate::spec::Reference;

/// Reports in a quarter in the county.
const QUARTERLY: f64 = 190.0;

/// How many times as many reports a planted cell has.
const PLANTED: f64 = 3.2;

/// Kinds with their shares.
const KINDS: [(&str, f64); 5] = [
    ("complaint", 0.42),
    ("serious-incident", 0.16),
    ("feedback-adverse", 0.24),
    ("feedback", 0.13),
    ("whistle-blowing", 0.05),
];

/// All rows of the table.
pub fn rows(reference: &Reference, calendar: &Calendar, plan: &Plan) -> Vec<Row> {
    let mut chance = Chance::new(plan.truth.seed, "intelligence");
    let places = places(reference, calendar);
    let people = |p: &String| reference.population(p, 0, 17, calendar.as_of).map_or(1.0, |(_, n)| n);
    let county: f64 = places.iter().map(people).sum();
    let reported: f64 = OFFICES.iter().map(|o| o.reported).sum();
    let themes = reference.themes.len() as f64;
    let mut counts: BTreeMap<(Period, &str, &str, &str, &str), f64> = BTreeMap::new();
    for &quarter in &calendar.quarters {
        let late = calendar.is_late(quarter);
        let there = |agency: &str| existed(reference, agency, quarter.start(), quarter.end());
        for office in OFFICES.iter().filter(|o| o.reported > 0.0 && !plan.silent(o.agency) && there(o.agency)) {
            for place in &places {
                for theme in &reference.themes {
                    let worse =
                        late && (plan.worse_at(&theme.theme, place) || plan.worse_in(&theme.theme, office.agency));
                    let usual = QUARTERLY / themes * people(place) / county * office.reported / reported;
                    let calm = plan.calm_at(&theme.theme, place);
                    let reports = chance.poisson(
                        usual
                            * if worse {
                                PLANTED
                            } else if calm {
                                0.7
                            } else {
                                1.0
                            },
                    );
                    for _ in 0..reports as u64 {
                        let kind = KINDS[chance.weighted(&KINDS.map(|k| k.1))].0;
                        *counts.entry((quarter, office.agency, place, &theme.theme, kind)).or_default() += 1.0;
                    }
                }
            }
        }
    }
    let row = |((quarter, agency, place, theme, kind), count): ((Period, &str, &str, &str, &str), f64)| {
        let mut row = Row::empty(Table::Intelligence, Provenance::default());
        let text = |t: &str| Value::Text(t.into());
        row.set("agency", text(agency));
        row.set("locality", text(place));
        row.set("theme", text(theme));
        row.set("period", Value::Period(quarter));
        row.set("kind", text(kind));
        row.set("count", Value::Number(Number::of(count)));
        row
    };
    counts.into_iter().map(row).collect()
}
