//! Section 11 self-assessments of two years, with the panel's moderation in the newer.

use crate::model::row::{Provenance, Value};
use crate::model::{Number, Row, Table};
use crate::sample::calendar::Calendar;
use crate::sample::chance::Chance;
use crate::sample::partners::OFFICES;
use crate::sample::plan::{Plan, existed};
use crate::spec::Reference;
use crate::spec::reference::Topic;

/// Share of standards that an agency usually finds not met or partly met.
const USUAL: f64 = 0.06;

/// The same in a planted cell.
const PLANTED: f64 = 0.65;

/// All rows of the table.
pub fn rows(reference: &Reference, calendar: &Calendar, plan: &Plan) -> Vec<Row> {
    let mut chance = Chance::new(plan.truth.seed, "section11");
    let heads: Vec<&str> = reference.standards.iter().map(|s| s.parent.as_str()).collect();
    let scored: Vec<&Topic> = reference.standards.iter().filter(|s| !heads.contains(&s.id.as_str())).collect();
    let years = &calendar.years[calendar.years.len().saturating_sub(2)..];
    let mut rows = Vec::new();
    for (index, &year) in years.iter().enumerate() {
        let newest = index + 1 == years.len();
        let there = |agency: &str| existed(reference, agency, year.start(), year.end());
        for office in OFFICES.iter().filter(|o| o.section11 && !plan.silent(o.agency) && there(o.agency)) {
            // The first standard of a planted theme is always adverse: a theme may have a single one.
            let mut seen: Vec<&str> = Vec::new();
            for standard in &scored {
                let first = !seen.contains(&standard.theme.as_str());
                seen.push(&standard.theme);
                let worse = newest && plan.worse_in(&standard.theme, office.agency);
                let optimistic = plan.optimistic(&standard.theme, office.agency);
                let found = score(&mut chance, if worse { PLANTED } else { USUAL }, worse && first);
                let own = if optimistic { score(&mut chance, 0.0, false) } else { found };
                let mut row = Row::empty(Table::Section11, Provenance::default());
                row.set("agency", Value::Text(office.agency.into()));
                row.set("standard", Value::Text(standard.id.as_str().into()));
                row.set("period", Value::Period(year));
                row.set("self_score", Value::Number(Number::of(own)));
                if newest && office.moderated {
                    // A panel that sees no reason moves few scores, and no more down than up.
                    let moved = chance.happens(0.05) && found >= 3.0 && !worse;
                    let moderated = if moved { 7.0 - found } else { found };
                    row.set("moderated_score", Value::Number(Number::of(moderated)));
                }
                if own < 3.0 {
                    row.set("action", Value::Text(format!("Review how the standard is met: {}", standard.name).into()));
                    let due = crate::model::period::add_months(year.end(), 6 + chance.between(0, 6) as i32);
                    row.set("action_due", Value::Date(due));
                } else if chance.happens(0.1) {
                    row.set("evidence", Value::Text("Policy and minutes seen by the panel (invented)".into()));
                }
                rows.push(row);
            }
        }
    }
    rows
}

/// A score: 1 or 2 with this probability, else 3 or 4.
fn score(chance: &mut Chance, adverse: f64, surely: bool) -> f64 {
    let adverse = chance.happens(adverse) || surely;
    match (adverse, chance.happens(0.25)) {
        (true, worst) => 2.0 - f64::from(u8::from(worst)),
        (false, best) => 3.0 + f64::from(u8::from(best)),
    }
}
