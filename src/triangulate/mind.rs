//! What would change our mind: of each stream that points to a problem at a listed cell, which figures to come would put out
//! its light, and which would make it a voice that is listed by itself.
//!
//! All else stays as it is: the others' figures, overdispersion, the weights. Performance is read again by its own code with
//! one more period at the loudest indicator; counts by the very tests of their streams. Where the answer does not reproduce
//! what the cell says today, nothing is said.

use std::collections::HashMap;

use crate::model::cell::{Facts, GrainSummary, Light};
use crate::model::{Cell, Grain, Mind, Series, Signal, Stream, Tier};
use crate::spec::reference::Comparator;
use crate::stats::{midp, normal};
use crate::triangulate::ground::Ground;
use crate::triangulate::tally::OWN_PAST;
use crate::triangulate::words::turning::{self, Turning};

mod period;

/// How many files or reviews to come are asked about: the first of these at which a clear run puts out the light.
const NEXT_FILES: [f64; 5] = [10.0, 20.0, 30.0, 50.0, 100.0];
const NEXT_REVIEWS: [f64; 5] = [1.0, 2.0, 3.0, 5.0, 10.0];
/// No count to come is looked for beyond so many times what would be usual, and as many more.
const MOST: f64 = 20.0;

/// Where a light goes out, and from where a stream is listed by itself. Of z before the cap.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    /// Below it there is no light.
    pub light: f64,
    /// From it on the stream alone is beyond chance.
    pub alone: f64,
}

/// Sets `mind` of a grain's listed cells.
pub(super) fn fill(ground: &Ground<'_>, grain: Grain, cells: &mut [Cell], summary: &GrainSummary) {
    let context = Context { ground, grain, summary, sources: Sources::of(ground), voices: voices(cells) };
    let listed = |c: &&mut Cell| matches!(c.tier, Tier::HotSpot | Tier::SingleSource | Tier::Conflicting | Tier::Watch);
    for cell in cells.iter_mut().filter(listed) {
        let minds = context.minds(cell);
        cell.mind = minds;
    }
}

/// What is the same for all cells of a grain.
struct Context<'g, 'a> {
    ground: &'g Ground<'a>,
    grain: Grain,
    summary: &'g GrainSummary,
    sources: Sources<'a>,
    voices: Vec<f64>,
}

impl Context<'_, '_> {
    /// Of every stream that points to a problem, the loudest first.
    fn minds(&self, cell: &Cell) -> Vec<Mind> {
        let loudness = |s: &Signal| s.z.unwrap_or(0.0) * s.weight;
        let mut loud: Vec<&Signal> = cell.signals.iter().filter(|s| s.light == Light::Concern).collect();
        loud.sort_by(|a, b| loudness(b).total_cmp(&loudness(a)).then(a.stream.cmp(&b.stream)));
        loud.into_iter().filter_map(|signal| self.mind(cell, signal)).collect()
    }

    fn mind(&self, cell: &Cell, signal: &Signal) -> Option<Mind> {
        let z = signal.z?;
        let thresholds = &self.ground.world.method.thresholds;
        let marks = Marks { light: thresholds.light, alone: alone_from(&self.voices, z, thresholds.q_single_source) };
        let turning = match &signal.facts {
            Facts::Indicators(list) => {
                period::of(self.ground, self.grain, cell, list, self.summary, &self.sources, marks)
            }
            facts => of_counts(self.ground, signal.stream, facts, z, self.summary, marks),
        }?;
        let sentence = turning::sentence(signal.stream, &turning, z >= marks.alone);
        (!sentence.is_empty()).then_some(Mind { stream: signal.stream, sentence })
    }
}

/// Series and comparators by indicator, so that each cell need not look for its own.
pub(super) struct Sources<'a> {
    series: HashMap<&'a str, Vec<&'a Series>>,
    comparators: HashMap<&'a str, Vec<&'a Comparator>>,
}

impl<'a> Sources<'a> {
    fn of(ground: &Ground<'a>) -> Self {
        let mut found = Self { series: HashMap::new(), comparators: HashMap::new() };
        for series in ground.world.series {
            found.series.entry(series.indicator.as_str()).or_default().push(series);
        }
        for comparator in &ground.world.reference.comparators {
            found.comparators.entry(comparator.indicator.as_str()).or_default().push(comparator);
        }
        found
    }
}

/// The one-sided p of every stream-cell of a grain, from the smallest.
fn voices(cells: &[Cell]) -> Vec<f64> {
    let mut p: Vec<f64> = cells.iter().flat_map(|c| &c.signals).filter_map(|s| s.z).map(normal::sf).collect();
    p.sort_by(f64::total_cmp);
    p
}

/// The z from which a stream, which today has `z`, is beyond chance by itself: Benjamini-Hochberg over all voices, turned
/// round. With the other p's in order, the k-th of them passes below the one asked about where p <= q (k + 1)/m; the last that
/// does carries the one asked about up to the same bound.
fn alone_from(p: &[f64], z: f64, q: f64) -> f64 {
    let own = normal::sf(z);
    let at = p.partition_point(|other| *other < own);
    let m = p.len().max(1) as f64;
    let others = p.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, p)| *p);
    let last = others.enumerate().filter(|(k, p)| *p <= q * (*k as f64 + 2.0) / m).map(|(k, _)| k + 1).last();
    -normal::quantile(q * (last.unwrap_or(0) as f64 + 1.0) / m)
}

fn of_counts(
    ground: &Ground<'_>,
    stream: Stream,
    facts: &Facts,
    z: f64,
    summary: &GrainSummary,
    marks: Marks,
) -> Option<Turning> {
    let Facts::Counts { adverse: x, n, usual, against, before } = facts else { return None };
    let steady = summary.phi[stream.index()].sqrt();
    let test = Test::of(stream, (*x, *n, *usual), against == OWN_PAST, *before)?;
    // The figures must say today what the cell says today.
    if (test.z(*x, *n)? / steady - z).abs() > 1e-6 {
        return None;
    }
    let says = |x: f64, n: f64| test.z(x, n).map(|z| z / steady);
    let window = &ground.world.method.window_months;
    match stream {
        Stream::Audits => next_of(&NEXT_FILES, (*x, *n), says, marks),
        Stream::CaseReviews => next_of(&NEXT_REVIEWS, (*x, *n), says, marks),
        Stream::Section11 => Some(again_of(*n, &test.next_period(*x, *n), steady, marks)),
        Stream::Intelligence => Some(within(window.intelligence, *usual, *n, says, marks)),
        Stream::ChildDeaths => Some(within(window.child_deaths, *usual, *n, says, marks)),
        Stream::Performance => None,
    }
}

/// The test by which a stream compares its counts.
#[derive(Debug, Clone, Copy)]
enum Test {
    /// Binomial with the others' share.
    Share(f64),
    /// Hypergeometric with the earlier count and its trials.
    Trials([f64; 2]),
    /// Poisson with the expected count.
    Expected(f64),
    /// Two counts in two exposures: the later exposure, the earlier count and exposure.
    Exposures(f64, [f64; 2]),
}

impl Test {
    fn of(stream: Stream, (x, n, usual): (f64, f64, f64), past: bool, before: Option<[f64; 2]>) -> Option<Self> {
        let trials = matches!(stream, Stream::Audits | Stream::CaseReviews | Stream::Section11);
        match (trials, past) {
            (true, false) => Some(Self::Share(usual / n)),
            (true, true) => before.map(Self::Trials),
            (false, false) => Some(Self::Expected(usual)),
            (false, true) => {
                // n is the expected count given both: (x + x0) t1/(t1 + t0).
                let [x0, t0] = before?;
                let t1 = n * t0 / (x + x0 - n);
                (t1.is_finite() && t1 > 0.0).then_some(Self::Exposures(t1, [x0, t0]))
            }
        }
    }

    fn z(&self, x: f64, n: f64) -> Option<f64> {
        let found = match *self {
            Self::Share(p0) => midp::binomial(x, n, p0),
            Self::Trials([x0, n0]) => midp::hypergeometric(x, n, x0, n0),
            Self::Expected(expected) => midp::poisson(x, expected),
            Self::Exposures(t1, [x0, t0]) => midp::share(x, t1, x0, t0),
        };
        found.map(|p| p.z)
    }

    /// A sheet to come is held against the others as today's is; against its own past today's becomes the past.
    fn next_period(&self, x: f64, n: f64) -> Self {
        if let Self::Trials(_) = self { Self::Trials([x, n]) } else { *self }
    }
}

/// Of the next files or reviews: at most how many may fall short, and from how many on.
fn next_of(sizes: &[f64], (x, n): (f64, f64), says: impl Fn(f64, f64) -> Option<f64>, marks: Marks) -> Option<Turning> {
    let says = |short: f64, of: f64| says(x + short, n + of);
    let Some(of) = sizes.iter().copied().find(|of| says(0.0, *of).is_some_and(|z| z < marks.light)) else {
        return sizes.last().map(|of| Turning::NotByTrials { of: *of });
    };
    let (clear, confirm) = turns(of, |short| says(short, of), marks);
    Some(Turning::Trials { of, clear, confirm })
}

/// The same number of standards, scored again.
fn again_of(n: f64, test: &Test, steady: f64, marks: Marks) -> Turning {
    let (clear, confirm) = turns(n.round(), |short| test.z(short, n).map(|z| z / steady), marks);
    Turning::Again { of: n.round(), clear, confirm }
}

/// A count in a window as long as today's.
fn within(months: f64, usual: f64, n: f64, says: impl Fn(f64, f64) -> Option<f64>, marks: Marks) -> Turning {
    let (clear, confirm) = turns((usual * MOST + MOST).ceil(), |count| says(count, n), marks);
    Turning::Count { months, clear, confirm }
}

/// Of the counts from 0 to `most`, of which each says at least as much as the one before: the last that puts out the light, and
/// the first that is listed by itself.
fn turns(most: f64, says: impl Fn(f64) -> Option<f64>, marks: Marks) -> (Option<f64>, Option<f64>) {
    let clear = last_before(most, |count| says(count).is_some_and(|z| z >= marks.light));
    let quiet = last_before(most, |count| says(count).is_some_and(|z| z >= marks.alone));
    let confirm = quiet.map_or(0.0, |count| count + 1.0);
    (clear, (confirm <= most).then_some(confirm))
}

/// The last whole number from 0 to `most` before `from` holds, which from some number on holds for all; none where it holds
/// for 0.
fn last_before(most: f64, from: impl Fn(f64) -> bool) -> Option<f64> {
    if from(0.0) {
        return None;
    }
    if !from(most) {
        return Some(most);
    }
    let (mut before, mut holds) = (0.0, most);
    while holds - before > 1.0 {
        let middle = ((before + holds) / 2.0_f64).floor();
        // Beyond 2^53 neighbours cannot be told apart, and halving comes to an end.
        if middle <= before || middle >= holds {
            break;
        }
        if from(middle) { holds = middle } else { before = middle }
    }
    Some(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Period, Row, Table};
    use crate::spec::reference::{Frequency, Polarity, Unit};
    use crate::stats::adjust;
    use crate::triangulate::fixture::{Setup, back_from, day, england, indicator, point, row, series};

    fn mind(setup: &Setup, id: &str, stream: Stream) -> String {
        let cell = setup.cell(id);
        let found = cell.mind.iter().find(|m| m.stream == stream);
        found.unwrap_or_else(|| panic!("nothing on {stream:?}: {:?} {:?}", cell.tier, cell.mind)).sentence.clone()
    }

    fn lit(setup: &Setup, id: &str, stream: Stream) -> bool {
        setup.signal(id, stream).light == Light::Concern
    }

    fn alone(setup: &Setup, id: &str) -> bool {
        let cell = setup.cell(id);
        cell.tier == Tier::SingleSource || cell.also.contains(&Tier::SingleSource)
    }

    #[test]
    fn from_where_a_voice_is_listed_by_itself_is_benjamini_hochberg_turned_round() {
        for (others, why) in [
            (vec![], "alone"),
            (vec![0.9, 0.4, 0.2], "no other passes"),
            (vec![0.001, 0.004, 0.013, 0.2, 0.6, 0.9], "others pass and lift the bound"),
            (vec![0.02; 6], "ties"),
        ] {
            let q_of = |own: f64| {
                let p: Vec<Option<f64>> = others.iter().copied().chain([own]).map(Some).collect();
                adjust::benjamini_hochberg(&p)[others.len()].unwrap()
            };
            let own = 0.3;
            let mut p: Vec<f64> = others.iter().copied().chain([own]).collect();
            p.sort_by(f64::total_cmp);
            let bound = normal::sf(alone_from(&p, -normal::quantile(own), 0.05));
            assert!(q_of(bound * 0.999) <= 0.05 && q_of(bound * 1.001) > 0.05, "{why}: {bound}");
        }
    }

    /// A year's figure of 100, compared with 80% in England and the years before.
    fn yearly(latest: f64, next: Option<f64>) -> Setup {
        let mut setup = Setup::new();
        let mut yearly = indicator("i1", "neglect", Unit::Proportion);
        (yearly.frequency, yearly.polarity) = (Frequency::Annual, Polarity::HighIsGood);
        setup.reference.indicators = vec![yearly];
        setup.reference.comparators = vec![england("i1", "2011/12", 0.8)];
        let figures = [Some(78.0), Some(77.0), Some(latest), next];
        let points = back_from("2014/15", 4, |i, p| point(p, figures[i], Some(100.0), Some(100.0)));
        setup.series =
            vec![series("p", "i1", "a", points.into_iter().filter(|p| p.numerator.value.is_some()).collect())];
        setup.as_of = day("2015-04-30");
        setup
    }

    #[test]
    fn the_next_figure_of_an_indicator() {
        let id = "locality/neglect/a";
        let performance = Stream::Performance;
        let said = mind(&yearly(66.0, None), id, performance);
        assert_eq!(said, NEXT_YEAR);
        assert!(!lit(&yearly(66.0, Some(71.0)), id, performance) && lit(&yearly(66.0, Some(70.0)), id, performance));
        assert!(alone(&yearly(66.0, Some(68.0)), id) && !alone(&yearly(66.0, Some(69.0)), id));
    }
    const NEXT_YEAR: &str = "If the next yearly figure for \u{201c}I1\u{201d} is 71% or more, performance figures would no \
        longer point to a problem; at 68% or less, that alone would still be more than chance explains.";

    /// Monthly figures of 25, of which one can not turn a year.
    #[test]
    fn several_months_where_one_does_not_do() {
        let id = "locality/neglect/a";
        let setup = |more: usize| {
            let mut setup = Setup::new();
            let mut monthly = indicator("i1", "neglect", Unit::Proportion);
            monthly.polarity = Polarity::HighIsGood;
            setup.reference.indicators = vec![monthly];
            setup.reference.comparators = vec![england("i1", "2011/12", 0.8)];
            let last = (0..more).fold(Period::Month(2014, 12), |p, _| p.next()).to_string();
            let share = |i: usize| if (24..36).contains(&i) { 16.0 } else { 20.0 };
            setup.series = vec![series(
                "p",
                "i1",
                "a",
                back_from(&last, 36 + more, |i, p| point(p, Some(share(i)), Some(25.0), Some(25.0))),
            )];
            setup.as_of = day("2016-06-30");
            setup
        };
        let said = mind(&setup(0), id, Stream::Performance);
        assert_eq!(said, MONTHS);
        assert!(lit(&setup(7), id, Stream::Performance) && !lit(&setup(8), id, Stream::Performance));
    }
    const MONTHS: &str = "No single month can clear it; after eight months in a row with \u{201c}I1\u{201d} at about 80%, which \
        is usual, performance figures would no longer point to a problem.";

    fn file(line: usize, agency: &str, on: &str, short: bool) -> Row {
        let case = format!("case{line}");
        let grade = if short { "inadequate" } else { "good" };
        let values = [
            ("audit", "audit1"),
            ("audited_on", on),
            ("agency", agency),
            ("theme", "neglect"),
            ("locality", "a"),
            ("case", case.as_str()),
            ("question", "q1"),
            ("grade", grade),
        ];
        row(Table::Audits, line as u32, &values)
    }

    /// Five agencies' files, and `more` of the first one's, of which `short` fall short.
    fn files(more: usize, short: usize) -> Setup {
        let mut setup = Setup::new();
        let mut add = |agency: &str, short: usize, of: usize, on: &str| {
            for i in 0..of {
                let line = setup.audits.len();
                setup.audits.push(file(line, agency, on, i < short));
            }
        };
        for (agency, short, of) in [("p", 11, 20), ("q", 3, 20), ("r", 4, 20), ("s", 5, 25), ("t", 3, 10)] {
            add(agency, short, of, "2014-10-31");
        }
        add("p", short, more, "2014-12-31");
        setup
    }

    #[test]
    fn the_next_files() {
        let id = "agency/neglect/p";
        assert_eq!(mind(&files(0, 0), id, Stream::Audits), FILES);
        assert!(!lit(&files(20, 0), id, Stream::Audits) && lit(&files(20, 1), id, Stream::Audits));
        assert!(alone(&files(20, 4), id) && !alone(&files(20, 3), id));
    }
    const FILES: &str = "If none of the next 20 files falls short, audits would no longer point to a problem; if 4 or more do, \
        that alone would still be more than chance explains.";

    /// One place alone, held against its own past: 8 of 10 against 6 of 40.
    #[test]
    fn the_next_files_against_the_own_past() {
        let setup = |more: usize, short: usize| {
            let mut setup = Setup::new();
            for (i, (short, on)) in std::iter::empty()
                .chain((0..10).map(|i| (i < 8, "2014-10-31")))
                .chain((0..40).map(|i| (i < 6, "2013-06-30")))
                .chain((0..more).map(|i| (i < short, "2014-12-31")))
                .enumerate()
            {
                setup.audits.push(file(i, "p", on, short));
            }
            setup
        };
        let id = "locality/neglect/a";
        assert_eq!(mind(&setup(0, 0), id, Stream::Audits), OWN_PAST_FILES);
        assert!(!lit(&setup(20, 0), id, Stream::Audits) && lit(&setup(20, 1), id, Stream::Audits));
        assert!(alone(&setup(20, 2), id) && !alone(&setup(20, 1), id));
    }
    const OWN_PAST_FILES: &str = "If none of the next 20 files falls short, audits would no longer point to a problem; if 2 or more \
        do, that alone would still be more than chance explains.";

    /// Reports in a place: 12 of 30 where 3 would be usual; the number of all its reports stays.
    #[test]
    fn reports_in_a_year() {
        let setup = |count: u32| {
            let mut setup = Setup::new();
            let mut report = |place: &str, theme: &str, count: u32| {
                let (line, count) = (setup.intelligence.len() as u32, count.to_string());
                let values = [
                    ("agency", "p"),
                    ("locality", place),
                    ("theme", theme),
                    ("period", "2014-Q4"),
                    ("kind", "complaint"),
                    ("count", count.as_str()),
                ];
                setup.intelligence.push(row(Table::Intelligence, line, &values));
            };
            report("a", "neglect", count);
            report("a", "other", 30 - count);
            for place in ["b", "c", "d", "e", "f"] {
                report(place, "neglect", 2);
                report(place, "other", 18);
            }
            setup
        };
        let id = "locality/neglect/a";
        assert_eq!(mind(&setup(12), id, Stream::Intelligence), REPORTS);
        assert!(!lit(&setup(5), id, Stream::Intelligence) && lit(&setup(6), id, Stream::Intelligence));
        assert!(alone(&setup(9), id) && !alone(&setup(8), id));
    }
    const REPORTS: &str = "With at most 5 reports in 12 months, soft intelligence would no longer point to a problem; with 9 or \
        more, that alone would still be more than chance explains.";
}
