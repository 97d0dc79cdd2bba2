//! The board's register of actions: what audits, self-assessments and reviews led to.

use crate::model::row::{Provenance, Value};
use crate::model::{Row, Table};
use crate::sample::calendar::Calendar;
use crate::sample::chance::Chance;
use crate::sample::plan::Plan;

/// Actions in the register.
const ACTIONS: usize = 60;

/// All rows of the table: a share of the adverse rows of the other tables, in order.
pub fn rows(evidence: &[Row], calendar: &Calendar, plan: &Plan) -> Vec<Row> {
    let mut chance = Chance::new(plan.truth.seed, "actions");
    let from_audit = |r: &&Row| r.table == Table::Audits && !r.text("action").is_empty();
    let from_review = |r: &&Row| r.table == Table::CaseReviews && r.date("completed_on").is_some();
    let mut sources: Vec<&Row> = evidence.iter().filter(from_audit).collect();
    chance.shuffle(&mut sources);
    sources.truncate(ACTIONS * 2 / 3);
    sources.extend(evidence.iter().filter(from_review).take(ACTIONS / 3));
    let mut rows = Vec::new();
    for (number, source) in sources.into_iter().enumerate() {
        let audit = source.table == Table::Audits;
        let from = source.date(if audit { "audited_on" } else { "completed_on" }).unwrap_or(calendar.as_of);
        let due = from + chrono::Duration::days(chance.between(60, 200));
        let done = due + chrono::Duration::days(chance.between(-40, 60));
        let first = |column: &str| source.ids(column).first().cloned().unwrap_or_default();
        let mut row = Row::empty(Table::Actions, Provenance::default());
        let text = |text: String| Value::Text(text.into());
        row.set("action", text(format!("A{:03}", number + 1)));
        row.set("source", text(if audit { "audit" } else { "case-review" }.to_owned()));
        // An action names its audit, never a child's case or review.
        row.set("source_ref", text(source.text("audit").to_owned()));
        row.set("agency", text(if audit { source.text("agency").to_owned() } else { first("agencies") }));
        row.set("theme", text(if audit { source.text("theme").to_owned() } else { first("themes") }));
        row.set("recommendation", text("Brief staff, change the form, look again (invented example)".to_owned()));
        row.set("due", Value::Date(due));
        if done < calendar.as_of && chance.happens(0.85) {
            row.set("completed_on", Value::Date(done));
            if chance.happens(0.5) {
                row.set("evidence_of_impact", text("Repeat audit better (invented example)".to_owned()));
            }
        }
        rows.push(row);
    }
    rows
}
