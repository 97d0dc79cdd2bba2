//! Case audits: an audit of a case on a theme is an observation. Its grade is the middle of its graded questions, of two
//! middle grades the worse; requires-improvement and inadequate are adverse.

use std::collections::{HashMap, HashSet};

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
    /// Its audit, and number of its audit and case.
    audit: &'a str,
    case: usize,
    /// The place at each grain for which it counts.
    places: [Option<usize>; 3],
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
        let (agency, locality) = (row.text("agency"), row.text("locality"));
        let places = Grain::ALL.map(|grain| ground.place(grain, agency, locality));
        Some(Graded { row, theme, grade, day: row.date("audited_on")?, audit: row.text("audit"), case: 0, places })
    };
    let mut graded: Vec<Graded<'a>> = ground.world.audits.iter().filter_map(read).collect();
    number_cases(&mut graded);
    graded
}

/// Numbers the cases of all audits once, since each grain sorts by them.
fn number_cases(graded: &mut [Graded<'_>]) {
    let names: HashSet<(&str, &str)> = graded.iter().map(|g| (g.audit, g.row.text("case"))).collect();
    let mut names: Vec<(&str, &str)> = names.into_iter().collect();
    names.sort_unstable();
    let numbers: HashMap<(&str, &str), usize> = names.into_iter().enumerate().map(|(i, name)| (name, i)).collect();
    for g in graded {
        g.case = numbers.get(&(g.audit, g.row.text("case"))).copied().unwrap_or_default();
    }
}

fn read_grain(ground: &Ground<'_>, grain: Grain, graded: &[Graded<'_>], spans: &Spans) -> GrainReading {
    let world = ground.world;
    let mut reading = GrainReading::silent(ground.slots(grain));
    reading.expected.fill(true);
    let slot = |g: &Graded<'_>| g.places[grain as usize].map(|place| ground.slot(grain, g.theme, place));
    let mut seen: Vec<(usize, &Graded<'_>)> = graded.iter().filter_map(|g| Some((slot(g)?, g))).collect();
    // Not stable: what is alike in all three counts alike.
    seen.sort_unstable_by_key(|(slot, g)| (*slot, g.case, g.grade));
    let mut tallies = vec![Tallies::default(); reading.said.len()];
    for one in seen.chunk_by(|a, b| (a.0, a.1.case) == (b.0, b.1.case)) {
        let slot = one[0].0;
        // Sorted from outstanding to inadequate: of an even number this is the worse of the two in the middle.
        let grade = one[one.len() / 2].1.grade;
        let Some(day) = one.iter().map(|o| o.1.day).max() else { continue };
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
        for (slot, g) in seen {
            let past = counted[slot].is_some_and(|c| c.against == OWN_PAST);
            if spans.window.holds(g.day) || past && spans.earlier.holds(g.day) {
                let figures = [Some(f64::from(g.grade >= REQUIRES_IMPROVEMENT)), Some(1.0)];
                let (agency, locality) = (g.row.text("agency"), g.row.text("locality"));
                let evidence = evidence_of(g.row, agency, g.audit, locality, g.day.to_string(), figures);
                reading.evidence[slot].push(evidence);
            }
        }
    }
    reading
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Table;
    use crate::model::cell::Light;
    use crate::triangulate::fixture::{Setup, near, row};

    /// An audit of one case with one question.
    fn file(i: usize, agency: &str, locality: &str, day: &str, grade: &str) -> Row {
        question(i, agency, locality, day, &format!("case{i}"), "q1", grade)
    }

    fn question(i: usize, agency: &str, locality: &str, day: &str, case: &str, question: &str, grade: &str) -> Row {
        let values = [
            ("audit", "audit1"),
            ("audited_on", day),
            ("agency", agency),
            ("theme", "neglect"),
            ("locality", locality),
            ("case", case),
            ("question", question),
            ("grade", grade),
        ];
        row(Table::Audits, i as u32, &values)
    }

    /// `adverse` of `n` files of an agency, all on one day.
    fn files(setup: &mut Setup, agency: &str, locality: &str, day: &str, adverse: usize, n: usize) {
        for i in 0..n {
            let grade = if i < adverse { "inadequate" } else { "good" };
            let line = setup.audits.len();
            setup.audits.push(file(line, agency, locality, day, grade));
        }
    }

    fn five_agencies() -> Setup {
        let mut setup = Setup::new();
        for (agency, adverse, n) in [("p", 7, 20), ("q", 3, 20), ("r", 4, 20), ("s", 5, 25), ("t", 3, 10)] {
            files(&mut setup, agency, "a", "2014-10-31", adverse, n);
        }
        setup
    }

    /// 7 of 20 where the others have 15 of 75; z from scipy's binom and norm. Audited 92 days before.
    #[test]
    fn against_the_other_agencies() {
        let signal = five_agencies().signal("agency/neglect/p", Stream::Audits);
        near(signal.z, 1.559_681_455_329_525_5);
        near(signal.n, 20.0);
        // 20 files of a usual fifth: a doubling moves z by 1.24, which is 0.53 of a weight (numpy's log, sqrt and hypot).
        near(Some(signal.weight), 0.623_086_909_338_869_7 * 0.526_921_058_080_285_9);
        near(Some(signal.cap), 2.0 * 2.0_f64.ln() * 3.2_f64.sqrt());
        assert_eq!((signal.light, signal.evidence.len()), (Light::Concern, 20));
        assert!(signal.evidence.iter().all(|e| e.subject == "audit1"), "never the key of a case");
    }

    /// Only place `a` speaks, so it and the board take their own past: 3 of 5 against 4 of 15; z from scipy's hypergeom.
    #[test]
    fn alone_against_the_own_past() {
        let mut setup = Setup::new();
        files(&mut setup, "p", "a", "2014-02-01", 3, 5);
        files(&mut setup, "p", "a", "2014-01-31", 4, 15);
        files(&mut setup, "p", "a", "2012-01-31", 9, 9);
        for id in ["locality/neglect/a", "agency/neglect/p", "board/neglect"] {
            let signal = setup.signal(id, Stream::Audits);
            near(signal.z, 1.181_291_103_942_569);
            assert_eq!((signal.n, signal.evidence.len()), (Some(5.0), 20), "{id}");
        }
        assert_eq!(setup.signal("locality/neglect/b", Stream::Audits).light, Light::Silent);
    }

    #[test]
    fn a_files_grade_is_the_middle_of_its_questions() {
        for (grades, adverse, n) in [
            (&["good", "requires-improvement"][..], 1.0, 1.0),
            (&["outstanding", "good", "inadequate"], 0.0, 1.0),
            (&["inadequate", "not-applicable"], 1.0, 1.0),
            (&["not-applicable"], 0.0, 0.0),
        ] {
            let mut setup = five_agencies();
            for (i, grade) in grades.iter().enumerate() {
                // A sixth agency, so that what is counted is seen in the others' share.
                setup.audits.push(question(i, "u", "", "2014-10-31", "case", &format!("q{i}"), grade));
            }
            let signal = setup.signal("agency/neglect/p", Stream::Audits);
            let share = (15.0 + adverse) / (75.0 + n);
            let expected = crate::stats::midp::binomial(7.0, 20.0, share).unwrap().z;
            near(signal.z, expected);
        }
    }

    /// Two agencies on one case: one file in the place, two at agency grain; the middle is taken over both.
    #[test]
    fn a_case_of_two_agencies_is_one_file_of_the_place() {
        let mut setup = Setup::new();
        setup.audits.push(question(1, "p", "a", "2014-10-31", "shared", "q1", "inadequate"));
        setup.audits.push(question(2, "q", "a", "2014-10-31", "shared", "q1", "good"));
        files(&mut setup, "r", "a", "2013-10-31", 1, 2);
        let signal = setup.signal("locality/neglect/a", Stream::Audits);
        assert_eq!(signal.n, Some(1.0));
        near(signal.z, crate::stats::midp::hypergeometric(1.0, 1.0, 1.0, 2.0).unwrap().z);
    }
}
