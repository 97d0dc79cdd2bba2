//! Serious case reviews and others: about eighteen over five years.

use crate::model::row::{Provenance, Value};
use crate::model::{Period, Row, Table};
use crate::sample::calendar::Calendar;
use crate::sample::chance::Chance;
use crate::sample::partners::OFFICES;
use crate::sample::plan::{Plan, existed, places};
use crate::spec::Reference;

/// Reviews considered in sixty months.
const REVIEWS: i64 = 18;

/// Chance that a review names a theme.
const USUAL: f64 = 0.11;

/// The same where it names a planted place or agency.
const PLANTED: f64 = 0.85;

/// All rows of the table.
pub fn rows(reference: &Reference, calendar: &Calendar, plan: &Plan) -> Vec<Row> {
    let mut chance = Chance::new(plan.truth.seed, "case-reviews");
    let places = places(reference, calendar);
    let mut deck: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    for number in 0..REVIEWS {
        // Evenly spread over the sixty months, so that each stretch of the register holds some.
        let days = (REVIEWS - number) * 1826 / REVIEWS - chance.between(10, 90);
        let considered = calendar.days_before(days.max(12));
        if deck.is_empty() {
            deck.clone_from(&places);
            chance.shuffle(&mut deck);
        }
        let mut localities: Vec<String> = deck.pop().into_iter().collect();
        if chance.happens(0.25) {
            localities.push(chance.pick(&places).clone());
        }
        localities.sort();
        localities.dedup();
        let agencies = agencies(reference, plan, considered, &mut chance);
        let names = |theme: &str| {
            localities.iter().any(|l| plan.worse_at(theme, l)) || agencies.iter().any(|a| plan.worse_in(theme, a))
        };
        let mut themes: Vec<String> = Vec::new();
        for theme in &reference.themes {
            let calm = localities.iter().any(|l| plan.calm_at(&theme.theme, l));
            if chance.happens(if names(&theme.theme) { PLANTED } else { USUAL * if calm { 0.3 } else { 1.0 } }) {
                themes.push(theme.theme.clone());
            }
        }
        if themes.is_empty() {
            themes.push(chance.pick(&reference.themes).theme.clone());
        }
        let mut row = review(number, considered, calendar, &mut chance);
        row.set("themes", Value::Ids(themes));
        row.set("agencies", Value::Ids(agencies));
        row.set("localities", Value::Ids(localities));
        rows.push(row);
    }
    rows
}

/// Two to four agencies; those with a planted cell are named somewhat more often, or too few reviews would name them.
fn agencies(reference: &Reference, plan: &Plan, day: chrono::NaiveDate, chance: &mut Chance) -> Vec<String> {
    let mut named: Vec<String> = Vec::new();
    let weight = |o: &crate::sample::partners::Office| {
        if plan.silent(o.agency) || !existed(reference, o.agency, day, day) {
            0.0
        } else {
            o.reviewed * if plan.agency_has_planted(o.agency) { 1.8 } else { 1.0 }
        }
    };
    let mut weights: Vec<f64> = OFFICES.iter().map(weight).collect();
    for _ in 0..chance.between(2, 4) {
        let at = chance.weighted(&weights);
        named.push(OFFICES[at].agency.to_owned());
        weights[at] = 0.0;
    }
    named.sort();
    named
}

/// The kind, decision and dates of a review.
fn review(number: i64, considered: chrono::NaiveDate, calendar: &Calendar, chance: &mut Chance) -> Row {
    let text = |t: &str| Value::Text(t.into());
    let after = |from: chrono::NaiveDate, low: i64, high: i64, chance: &mut Chance| {
        let day = from + chrono::Duration::days(chance.between(low, high));
        (day < calendar.as_of).then_some(day)
    };
    let decision = ["initiate", "not-met", "other-review"][chance.weighted(&[0.4, 0.25, 0.35])];
    let kind = match decision {
        "initiate" => "scr",
        "not-met" => "learning",
        _ => ["learning", "child-practice"][usize::from(chance.happens(0.4))],
    };
    let incident = considered - chrono::Duration::days(chance.between(20, 120));
    let mut row = Row::empty(Table::CaseReviews, Provenance::default());
    row.set("review", Value::Text(format!("CR{:02}", number + 1).into()));
    row.set("kind", text(kind));
    row.set("considered_on", Value::Date(considered));
    {
        use chrono::Datelike;
        row.set("incident_month", Value::Period(Period::Month(incident.year(), incident.month())));
    }
    let Some(decided) = after(considered, 3, 28, chance) else { return row };
    row.set("decision", text(decision));
    row.set("decided_on", Value::Date(decided));
    let mut set = |column: &str, day: Option<chrono::NaiveDate>| {
        if let Some(day) = day {
            row.set(column, Value::Date(day));
        }
    };
    if decision == "initiate" {
        set("panel_notified_on", after(decided, 3, 14, chance));
    }
    if decision != "not-met" {
        let started = after(decided, 10, 40, chance);
        let completed = started.and_then(|day| after(day, 130, 260, chance));
        set("started_on", started);
        set("completed_on", completed);
        if decision == "initiate" {
            set("published_on", completed.and_then(|day| after(day, 40, 160, chance)));
        }
    }
    row
}
