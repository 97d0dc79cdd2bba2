//! Audits of case files: about thirty of eight cases, each by several agencies against several questions.

use crate::model::row::{Provenance, Value};
use crate::model::table::GRADES;
use crate::model::{Row, Table};
use crate::sample::calendar::Calendar;
use crate::sample::chance::Chance;
use crate::sample::partners::AUDITED;
use crate::sample::plan::{Plan, places};
use crate::spec::Reference;
use crate::spec::reference::Topic;

/// Themes whose questions every audit asks.
const CORE: [&str; 6] =
    ["early-help", "front-door", "assessment", "child-protection", "information-sharing", "supervision"];

/// Questions of the core that an audit asks, a theme at most.
const CORE_QUESTIONS: usize = 2;

/// Other themes that an audit looks at.
const FOCUS: usize = 5;

/// Share of questions that usually fall short.
const USUAL: f64 = 0.17;

/// The same in a planted cell.
const PLANTED: f64 = 0.52;

/// Cases of an audit.
const CASES: usize = 8;

/// All rows of the table.
pub fn rows(reference: &Reference, calendar: &Calendar, plan: &Plan) -> Vec<Row> {
    let mut chance = Chance::new(plan.truth.seed, "audits");
    let asked: Vec<&Topic> =
        reference.audit_questions.iter().filter(|q| q.extra.get("domain").is_none_or(|d| !d.is_empty())).collect();
    let mut others: Vec<&str> = asked.iter().map(|q| q.theme.as_str()).filter(|t| !CORE.contains(t)).collect();
    others.sort_unstable();
    others.dedup();
    let places = places(reference, calendar);
    let people = |p: &String| reference.population(p, 0, 17, calendar.as_of).map_or(1.0, |(_, n)| n);
    // Auditors choose some cases from every place, so that small places are seen more than their size alone gives.
    let weights: Vec<f64> = places.iter().map(|p| people(p).sqrt()).collect();
    let audits = (calendar.months.len() * 5).div_ceil(6);
    let mut deck: Vec<&str> = Vec::new();
    let mut team: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    for number in 0..audits {
        let month = calendar.months[number * calendar.months.len() / audits.max(1)];
        let audited_on = month.start() + chrono::Duration::days(chance.between(4, 24));
        let kind = match number % 10 {
            4 => "inspection",
            7 => "single-agency",
            _ => "multi-agency",
        };
        let focus = deal(&mut deck, &others, FOCUS, &mut chance);
        let agencies = deal(&mut team, &AUDITED, if kind == "single-agency" { 2 } else { 4 }, &mut chance);
        let questions = questions(&asked, &focus);
        for case in 1..=CASES {
            let place = &places[chance.weighted(&weights)];
            for agency in agencies.iter().filter(|a| !plan.silent(a)) {
                for question in &questions {
                    // Not every agency can answer every question of a case.
                    if chance.happens(if CORE.contains(&question.theme.as_str()) { 0.15 } else { 0.45 }) {
                        continue;
                    }
                    let worse = plan.worse_at(&question.theme, place) || plan.worse_in(&question.theme, agency);
                    let calm = plan.calm_at(&question.theme, place);
                    let adverse = if worse { PLANTED } else { USUAL * if calm { 0.6 } else { 1.0 } };
                    let grade = grade(&mut chance, adverse);
                    let mut row = Row::empty(Table::Audits, Provenance::default());
                    row.set(
                        "audit",
                        Value::Text(format!("MA{}-{:02}", month.start().format("%y%m"), number + 1).into()),
                    );
                    row.set("audited_on", Value::Date(audited_on));
                    row.set("kind", Value::Text(kind.into()));
                    row.set("agency", Value::Text((*agency).into()));
                    row.set("theme", Value::Text(question.theme.as_str().into()));
                    row.set("locality", Value::Text(place.as_str().into()));
                    row.set("case", Value::Text(format!("C{:02}{case:02}", number + 1).into()));
                    row.set("question", Value::Text(question.id.as_str().into()));
                    row.set("grade", Value::Text(grade.into()));
                    remarks(&mut row, grade, agency, audited_on, &mut chance);
                    rows.push(row);
                }
            }
        }
    }
    rows
}

/// So many from a shuffled deck, which is dealt to the end before it is shuffled again: everyone has a fair turn.
fn deal<'a>(deck: &mut Vec<&'a str>, all: &[&'a str], n: usize, chance: &mut Chance) -> Vec<&'a str> {
    let mut hand: Vec<&str> = Vec::new();
    while hand.len() < n.min(all.len()) {
        if deck.is_empty() {
            deck.extend(all);
            chance.shuffle(deck);
        }
        let Some(at) = deck.iter().rposition(|c| !hand.contains(c)) else {
            deck.clear();
            continue;
        };
        hand.push(deck.remove(at));
    }
    hand
}

/// The questions of an audit: some of each core theme, and all of its other themes.
fn questions<'a>(asked: &[&'a Topic], focus: &[&str]) -> Vec<&'a Topic> {
    let of = |theme: &str, n: usize| {
        let theme = theme.to_owned();
        asked.iter().copied().filter(move |q| q.theme == theme).take(n).collect::<Vec<_>>()
    };
    let core = CORE.iter().flat_map(|t| of(t, CORE_QUESTIONS));
    core.chain(focus.iter().flat_map(|t| of(t, usize::MAX))).collect()
}

fn grade(chance: &mut Chance, adverse: f64) -> &'static str {
    if chance.happens(0.02) {
        return GRADES[4];
    }
    match (chance.happens(adverse), chance.happens(0.2)) {
        (true, worst) => GRADES[2 + usize::from(worst)],
        (false, best) => GRADES[1 - usize::from(best)],
    }
}

/// A few words on some rows: what was good, what could be learnt, who will do what.
fn remarks(row: &mut Row, grade: &str, agency: &str, audited_on: chrono::NaiveDate, chance: &mut Chance) {
    let text = |t: &str| Value::Text(t.into());
    match grade {
        "outstanding" if chance.happens(0.3) => {
            row.set("good_practice", text("Clear and prompt record (invented example)"));
        }
        "inadequate" if chance.happens(0.5) => {
            row.set("learning", text("Management oversight was not recorded (invented example)"));
            row.set("action", text("Team briefing and repeat audit"));
            row.set("action_owner", text(agency));
            row.set("action_due", Value::Date(audited_on + chrono::Duration::days(90)));
        }
        _ => {}
    }
}
