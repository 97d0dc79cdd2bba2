//! The child death overview panel's register: about 48 deaths a year, a few reviewed months later, the newest not yet.

use crate::model::row::{Provenance, Value};
use crate::model::{Row, Table};
use crate::sample::calendar::Calendar;
use crate::sample::chance::Chance;
use crate::sample::plan::{Plan, places};
use crate::spec::Reference;

/// Deaths of children in a year, for each 100,000 of them.
const YEARLY_PER_100K: f64 = 30.0;

/// How far back the register reaches, in months: the review of a death may come a year after it.
const MONTHS: i64 = 60;

/// Categories with their share of reviews and the share that is modifiable, in hundredths (domain reference; the list
/// and several shares are to be confirmed by a board's officer).
const CATEGORIES: [(&str, f64, f64); 10] = [
    ("1", 2.0, 65.0),
    ("2", 4.0, 60.0),
    ("3", 6.0, 65.0),
    ("4", 7.0, 4.0),
    ("5", 7.0, 30.0),
    ("6", 5.0, 18.0),
    ("7", 25.0, 8.0),
    ("8", 31.0, 14.0),
    ("9", 5.0, 30.0),
    ("10", 8.0, 60.0),
];

/// The age bands with their shares of deaths, in hundredths.
const AGES: [(&str, f64); 6] =
    [("0-27-days", 43.0), ("28-364-days", 20.0), ("1-4", 12.0), ("5-9", 7.0), ("10-14", 8.0), ("15-17", 10.0)];

/// Chance that a death in a planted place has modifiable factors of the theme.
const PLANTED: f64 = 0.35;

/// All rows of the table.
pub fn rows(reference: &Reference, calendar: &Calendar, plan: &Plan) -> Vec<Row> {
    let mut chance = Chance::new(plan.truth.seed, "child-deaths");
    let mut rows = Vec::new();
    for place in places(reference, calendar) {
        let people = reference.population(&place, 0, 17, calendar.as_of).map_or(0.0, |(_, n)| n);
        let deaths = chance.poisson(people * YEARLY_PER_100K / 1e5 * MONTHS as f64 / 12.0) as i64;
        let planted: Vec<&str> =
            reference.themes.iter().map(|t| t.theme.as_str()).filter(|t| plan.worse_at(t, &place)).collect();
        for _ in 0..deaths {
            rows.push(death(reference, calendar, &place, &planted, &mut chance));
        }
    }
    rows.sort_by_key(|r| r.date("notified_on"));
    for (number, row) in rows.iter_mut().enumerate() {
        row.set("review", Value::Text(format!("CD{:03}", number + 1).into()));
    }
    rows
}

fn death(reference: &Reference, calendar: &Calendar, place: &str, planted: &[&str], chance: &mut Chance) -> Row {
    let text = |t: &str| Value::Text(t.into());
    let notified = calendar.days_before(chance.between(3, MONTHS * 30));
    let reviewed = notified + chrono::Duration::days(chance.between(90, 330));
    let (category, _, modifiable) = CATEGORIES[chance.weighted(&CATEGORIES.map(|c| c.1))];
    let age = match category {
        "8" => "0-27-days",
        "2" => ["10-14", "15-17"][usize::from(chance.happens(0.6))],
        "10" => "28-364-days",
        _ => AGES[chance.weighted(&AGES.map(|a| a.1))].0,
    };
    let theme = (!planted.is_empty() && chance.happens(PLANTED)).then(|| *chance.pick(planted));
    let modifiable = theme.is_some() || chance.happens(modifiable / 100.0);
    let mut factors: Vec<String> = Vec::new();
    let mut add = |theme: Option<&str>, chance: &mut Chance| {
        let fits = |f: &&crate::spec::reference::Topic| theme.is_none_or(|t| f.theme == t);
        let list: Vec<_> = reference.death_factors.iter().filter(fits).collect();
        if !list.is_empty() {
            factors.push(chance.pick(&list).id.clone());
        }
    };
    match theme {
        Some(theme) => add(Some(theme), chance),
        None if modifiable => add(None, chance),
        None => {}
    }
    if chance.happens(0.3) {
        add(None, chance);
    }
    factors.sort();
    factors.dedup();
    let mut row = Row::empty(Table::ChildDeaths, Provenance::default());
    row.set("notified_on", Value::Date(notified));
    row.set("locality", text(place));
    row.set("age_band", text(age));
    row.set("expected", text(if matches!(category, "4" | "6" | "7") { "yes" } else { "no" }));
    if reviewed < calendar.as_of {
        row.set("category", text(category));
        let unclear = theme.is_none() && chance.happens(0.02);
        row.set(
            "modifiable",
            text(if unclear {
                "insufficient"
            } else if modifiable {
                "yes"
            } else {
                "no"
            }),
        );
        row.set("factors", Value::Ids(factors));
        row.set("reviewed_on", Value::Date(reviewed));
    }
    row
}
