//! Case audits: an audit of a case on a theme is an observation. Its grade is the middle of its graded questions, of two
//! middle grades the worse; requires-improvement and inadequate are adverse.

use chrono::NaiveDate;

use crate::model::row::Row;
use crate::model::table::GRADES;
use crate::model::{Grain, Stream};
use crate::triangulate::ground::Ground;
use crate::triangulate::streams::{GrainReading, Reading, Source, evidence_of, mean_age};
use crate::triangulate::tally::{OWN_PAST, Tallies, by_trials};
use crate::triangulate::when::Spans;

/// The stream.
pub(super) const SOURCE: Source = Source { stream: Stream::Audits, read };

/// Grades from this position in `GRADES` on are adverse.
const REQUIRES_IMPROVEMENT: usize = 2;
/// Grades from this position on are none.
const NOT_APPLICABLE: usize = 4;

/// A graded question.
#[derive(Clone, Copy)]
struct Graded<'a> {
    row: &'a Row,
    theme: usize,
    grade: usize,
    day: NaiveDate,
}

fn read(ground: &Ground<'_>) -> [GrainReading; 3] {
    let months = ground.months(ground.world.method.window_months.audits);
    // A third of the window against the two before, as 12 months against 24.
    let latest = (months / 3).max(1);
    let spans = Spans::new(ground.world.as_of, months, latest, months.saturating_sub(latest).max(1));
    let graded = graded(ground);
    Grain::ALL.map(|grain| read_grain(ground, grain, &graded, &spans))
}

fn graded<'a>(ground: &Ground<'a>) -> Vec<Graded<'a>> {
    let questions = &ground.world.reference.audit_questions;
    let of_question = |id: &str| questions.iter().find(|q| q.id == id).and_then(|q| ground.theme(&q.theme));
    let read = |row: &'a Row| {
        let grade = GRADES.iter().position(|g| *g == row.text("grade")).filter(|g| *g < NOT_APPLICABLE)?;
        let theme = ground.theme(row.text("theme")).or_else(|| of_question(row.text("question")))?;
        Some(Graded { row, theme, grade, day: row.date("audited_on")? })
    };
    ground.world.audits.iter().filter_map(read).collect()
}

fn read_grain(ground: &Ground<'_>, grain: Grain, graded: &[Graded<'_>], spans: &Spans) -> GrainReading {
    let world = ground.world;
    let mut reading = GrainReading::silent(ground.slots(grain));
    reading.expected.fill(true);
    let mut seen: Vec<(usize, &str, &str, &Graded<'_>)> = graded
        .iter()
        .filter_map(|g| {
            let place = ground.place(grain, g.row.text("agency"), g.row.text("locality"))?;
            Some((ground.slot(grain, g.theme, place), g.row.text("audit"), g.row.text("case"), g))
        })
        .collect();
    seen.sort_by_key(|(slot, audit, case, g)| (*slot, *audit, *case, g.grade));
    let mut tallies = vec![Tallies::default(); reading.said.len()];
    for one in seen.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)) {
        let slot = one[0].0;
        // Sorted from outstanding to inadequate: of an even number this is the worse of the two in the middle.
        let grade = one[one.len() / 2].3.grade;
        let Some(day) = one.iter().map(|o| o.3.day).max() else { continue };
        let adverse = f64::from(grade >= REQUIRES_IMPROVEMENT);
        tallies[slot].add(spans, world.as_of, day, adverse, 1.0, 1.0);
        reading.present[slot] |= spans.window.holds(day);
    }
    let width = ground.width(grain).max(1);
    let least = world.method.thresholds.others;
    let compared = tallies.chunks(width).flat_map(|cells| by_trials(grain, cells, least));
    let counted: Vec<_> = compared.collect();
    for (slot, compared) in counted.iter().enumerate() {
        let Some(compared) = compared else { continue };
        let of = if compared.against == OWN_PAST { &tallies[slot].latest } else { &tallies[slot].window };
        let age = mean_age(of.days, of.n);
        reading.said[slot] = age.map(|age| Reading::of(*compared, age, world.method.reliability.audits));
    }
    if ground.lists_evidence() {
        for (slot, audit, _, g) in seen {
            let past = counted[slot].is_some_and(|c| c.against == OWN_PAST);
            if spans.window.holds(g.day) || past && spans.earlier.holds(g.day) {
                let figures = [Some(f64::from(g.grade >= REQUIRES_IMPROVEMENT)), Some(1.0)];
                let (agency, locality) = (g.row.text("agency"), g.row.text("locality"));
                let evidence = evidence_of(g.row, agency, audit, locality, g.day.to_string(), figures);
                reading.evidence[slot].push(evidence);
            }
        }
    }
    reading
}
