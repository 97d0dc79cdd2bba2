//! Whole lattices: which cells there are, what is listed, and that nothing hangs on the order of rows.

use proptest::prelude::*;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::model::cell::{Facts, Light};
use crate::model::{Board, Cell, Grain, Period, Stream, Table, Tier};
use crate::spec::Reference;
use crate::spec::reference::{Basis, Frequency, Polarity, Unit};
use crate::triangulate::fixture::*;
use crate::triangulate::{sentence, signal_sentence};

const KINDS: [&str; 3] = ["scr", "practice-review", "learning"];
const PLACES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "county", ""];
const AGENCIES: [&str; 6] = ["p", "q", "r", "s", "t", "u"];
const THEMES: [&str; 2] = ["neglect", "other"];

/// A board with some of everything, by chance.
fn by_chance(seed: u64) -> Setup {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut setup = Setup::new();
    let mut pick = |from: &[&str]| from[random.random_range(0..from.len())].to_owned();
    let mut rows: Vec<(Table, Vec<(&str, String)>)> = Vec::new();
    for i in 0..400 {
        rows.push((
            Table::Audits,
            vec![
                ("audit", pick(&["audit1", "audit2", "audit3"])),
                ("audited_on", pick(&["2012-06-30", "2013-06-30", "2014-02-28", "2014-12-31", "2011-01-01"])),
                ("agency", pick(&AGENCIES)),
                ("theme", pick(&THEMES)),
                ("locality", pick(&PLACES)),
                ("case", format!("case{}", i / 3)),
                ("question", pick(&["q1", "q2"])),
                ("grade", pick(&crate::model::table::GRADES)),
            ],
        ));
    }
    for _ in 0..60 {
        let names = pick(&["poor-parenting", "housing", "poor-parenting;housing", ""]);
        rows.push((
            Table::ChildDeaths,
            vec![
                ("notified_on", pick(&["2014-08-15", "2012-01-01"])),
                ("locality", pick(&PLACES)),
                ("category", pick(&["1", "7"])),
                ("modifiable", pick(&["yes", "no", "insufficient"])),
                ("factors", names),
                ("reviewed_on", pick(&["2014-11-30", "2013-02-28", "2011-05-05"])),
            ],
        ));
        rows.push((
            Table::CaseReviews,
            vec![
                ("kind", pick(&KINDS)),
                ("considered_on", pick(&["2010-06-30", "2012-12-31", "2014-11-30"])),
                ("decision", pick(&["initiate", "not-met"])),
                ("decided_on", pick(&["2011-06-30", "2013-03-31", "2014-12-15"])),
                ("themes", pick(&["neglect", "other", "neglect;other", ""])),
                ("agencies", pick(&["p;q", "r", "s;t;u", ""])),
                ("localities", pick(&["a", "b;c", "d;e;f", "county", ""])),
            ],
        ));
    }
    for _ in 0..200 {
        let standard = pick(&["s1-1", "s1-2", "s1-3", "s1-4"]);
        let (own, moderated) = (pick(&["1", "2", "3", "4", "grey"]), pick(&["1", "3", "grey"]));
        let period = pick(&["2014", "2013/14", "2012/13"]);
        rows.push((
            Table::Section11,
            vec![
                ("agency", pick(&AGENCIES)),
                ("standard", standard),
                ("period", period),
                ("self_score", own),
                ("moderated_score", moderated),
            ],
        ));
        rows.push((
            Table::Intelligence,
            vec![
                ("agency", pick(&AGENCIES)),
                ("locality", pick(&PLACES)),
                ("theme", pick(&THEMES)),
                ("period", pick(&["2014-Q4", "2014-Q2", "2013-Q3", "2012-Q4"])),
                ("kind", pick(&["complaint", "feedback", "whistle-blowing"])),
                ("count", pick(&["0", "1", "4", "30"])),
            ],
        ));
    }
    for (i, (table, values)) in rows.into_iter().enumerate() {
        let values: Vec<(&str, &str)> = values.iter().map(|(c, v)| (*c, v.as_str())).collect();
        let row = row(table, i as u32, &values);
        match table {
            Table::Audits => setup.audits.push(row),
            Table::ChildDeaths => setup.child_deaths.push(row),
            Table::CaseReviews => setup.case_reviews.push(row),
            Table::Section11 => setup.section11.push(row),
            _ => setup.intelligence.push(row),
        }
    }
    add_series(&mut setup, &mut random);
    setup
}

/// Indicators of every unit and basis, with figures that are zero, large, missing and withheld.
fn add_series(setup: &mut Setup, random: &mut ChaCha8Rng) {
    let units = [Unit::Proportion, Unit::Rate, Unit::Count, Unit::Mean, Unit::Value, Unit::Rate];
    for (i, unit) in units.into_iter().cycle().take(16).enumerate() {
        let id = format!("i{i}");
        let mut made = indicator(&id, THEMES[i % 2], unit);
        made.basis = if i % 3 == 0 { Basis::Stock } else { Basis::Flow };
        made.polarity = [Polarity::LowIsGood, Polarity::HighIsGood, Polarity::Neutral][i % 3];
        made.frequency = if i % 4 == 0 { Frequency::Quarterly } else { Frequency::Monthly };
        made.agency = if i % 2 == 0 { "p".to_owned() } else { String::new() };
        setup.reference.indicators.push(made);
        if random.random_bool(0.5) {
            let value = [0.0, 0.2, 1.0, 25.0][random.random_range(0..4)];
            setup.reference.comparators.push(england(&id, "2013/14", value));
        }
        for agency in &AGENCIES[..random.random_range(1..=6)] {
            for place in PLACES {
                if random.random_bool(0.3) {
                    continue;
                }
                let last = if i % 4 == 0 { "2014-Q4" } else { "2014-12" };
                let counted = i % 6 != 1;
                let points =
                    back_from(last, random.random_range(1..40), |_, _| point(period("2014"), None, None, None));
                let start = points.len();
                let points = back_from(last, start, |_, p| p_of(p, unit, counted, random_figures(p, i as u64, place)));
                setup.series.push(series(agency, &id, place, points));
            }
        }
    }
}

/// Figures that hang on the period and place alone.
fn random_figures(p: Period, i: u64, place: &str) -> [f64; 3] {
    let seed = p.end().num_days_since_epoch() ^ i << 20 ^ place.bytes().fold(7, |s, b| s * 31 + u64::from(b)) << 32;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let n = [0.0, 1.0, 30.0, 400.0, 1e7][random.random_range(0..5)];
    [(n * random.random_range(0.0..1.0_f64)).floor(), n, random.random_range(0.0..1.0)]
}

trait SinceEpoch {
    fn num_days_since_epoch(&self) -> u64;
}

impl SinceEpoch for chrono::NaiveDate {
    fn num_days_since_epoch(&self) -> u64 {
        use chrono::Datelike;
        self.num_days_from_ce() as u64
    }
}

fn p_of(p: Period, unit: Unit, counted: bool, [x, n, chance]: [f64; 3]) -> crate::model::Point {
    match (unit, chance) {
        (_, c) if c < 0.02 => withheld(p),
        (_, c) if c < 0.05 => point(p, None, None, None),
        (Unit::Mean | Unit::Value, _) => valued(p, x - n / 2.0),
        (Unit::Count, _) => point(p, Some(x), None, None),
        (Unit::Rate, _) if !counted => point(p, Some(x), None, Some(n)),
        _ => point(p, Some(x), Some(n), Some(n)),
    }
}

/// Fails on a number that is none, a light that its z does not bear out, and a cell that contradicts itself.
fn sound(board: &Board, reference: &Reference) {
    let finite = |v: Option<f64>, what: &str, c: &Cell| {
        assert!(v.is_none_or(f64::is_finite), "{what} of {} is {v:?}", c.id);
    };
    for c in &board.cells {
        finite(c.score, "score", c);
        finite(c.p_value, "p", c);
        finite(c.q_value, "q", c);
        finite(c.mean_z.map(|m| m.0 + m.1), "mean z", c);
        finite(c.expected_rank.map(|(e, l, h)| e + l + h), "expected rank", c);
        finite(c.optimism.map(|o| o.gap + o.self_z), "optimism", c);
        let voices = c.streams_available();
        assert_eq!((c.score.is_some(), c.p_value.is_some(), c.q_value.is_some()), (voices > 0, voices > 1, voices > 1));
        assert_eq!(c.signals.iter().map(|s| s.stream).collect::<Vec<_>>(), Stream::ALL);
        assert_eq!(c.rank.is_none(), c.tier == Tier::BlindSpot);
        for s in &c.signals {
            finite(s.z, "z", c);
            finite(s.n, "n", c);
            finite(s.age_months, "age", c);
            finite(Some(s.weight), "weight", c);
            assert_eq!(s.z.is_some(), s.light != Light::Silent, "{}", c.id);
            assert_eq!(s.weight > 0.0, s.light != Light::Silent, "{}", c.id);
            match &s.facts {
                Facts::Counts { adverse, n, usual, .. } => finite(Some(adverse + n + usual), "facts", c),
                Facts::Indicators(list) => {
                    for part in list.iter().flat_map(|i| i.level.iter().chain(&i.change)) {
                        finite(Some(part.z + part.observed + part.expected), "part", c);
                    }
                }
                Facts::None => assert_eq!(s.light, Light::Silent, "{}", c.id),
            }
            readable(&signal_sentence(s, c, reference));
        }
        readable(&sentence(c, board, reference));
    }
    for grain in Grain::ALL {
        let of_grain: Vec<&Cell> = board.cells.iter().filter(|c| c.id.grain == grain).collect();
        let ranks: Vec<usize> = of_grain.iter().filter_map(|c| c.rank).collect();
        assert_eq!(ranks, (1..=ranks.len()).collect::<Vec<_>>());
        assert!(of_grain.is_sorted_by_key(|c| c.tier));
    }
}

fn readable(text: &str) {
    assert!(text.ends_with('.') && !text.contains("NaN") && !text.contains("inf "), "{text}");
    assert!(!text.contains("..") && !text.contains("  ") && !text.to_lowercase().contains("failing"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_is_one(seed in any::<u64>(), without in 0..64_u32) {
        let mut setup = by_chance(seed);
        // Any of the six kinds may be absent.
        for (i, list) in [&mut setup.audits, &mut setup.child_deaths, &mut setup.case_reviews, &mut setup.section11,
            &mut setup.intelligence].into_iter().enumerate() {
            if without >> i & 1 == 1 { list.clear(); }
        }
        if without >> 5 == 1 { setup.series.clear(); }
        sound(&setup.board(), &setup.reference);
    }
}

#[test]
fn the_order_of_rows_and_the_number_of_threads_change_nothing() {
    let setup = by_chance(3);
    let board = setup.board();
    assert!(board.cells.iter().any(|c| c.score.is_some()));
    let mut shuffled = setup.clone();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    shuffled.series.shuffle(&mut random);
    shuffled.reference.localities.shuffle(&mut random);
    shuffled.reference.agencies.shuffle(&mut random);
    shuffled.reference.themes.shuffle(&mut random);
    shuffled.reference.indicators.shuffle(&mut random);
    shuffled.reference.populations.shuffle(&mut random);
    for rows in [
        &mut shuffled.audits,
        &mut shuffled.child_deaths,
        &mut shuffled.case_reviews,
        &mut shuffled.section11,
        &mut shuffled.intelligence,
    ] {
        rows.shuffle(&mut random);
    }
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let again = pool.install(|| shuffled.board());
        assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&board).unwrap(), "{threads} threads");
    }
}

#[test]
fn an_empty_world_is_all_blind_spots() {
    let setup = Setup::new();
    let board = setup.board();
    sound(&board, &setup.reference);
    // Two themes at six places, a theme with standards in six agencies, two themes on the board.
    assert_eq!(board.cells.len(), 12 + 6 + 2);
    assert!(board.cells.iter().all(|c| c.tier == Tier::BlindSpot && c.pattern == "silence"));
    let mut nothing = Setup::new();
    nothing.reference = Reference::default();
    assert_eq!(nothing.board().cells, []);
    assert_eq!(nothing.board().grains.len(), 3);
}

/// Place `a` is worse on neglect in three streams, and all else is alike.
fn planted() -> Setup {
    let mut setup = Setup::new();
    let places = ["a", "b", "c", "d", "e", "f"];
    for (k, place) in places.into_iter().enumerate() {
        for theme in THEMES {
            let bad = place == "a" && theme == "neglect";
            for case in 0..20 {
                let grade = if case < if bad { 14 } else { 4 } { "inadequate" } else { "good" };
                let name = format!("{place}{theme}{case}");
                let values = [
                    ("audit", "joint"),
                    ("audited_on", "2014-12-31"),
                    ("agency", "p"),
                    ("theme", theme),
                    ("locality", place),
                    ("case", name.as_str()),
                    ("question", "q"),
                    ("grade", grade),
                ];
                setup.audits.push(row(Table::Audits, case, &values));
            }
            let count = if bad { "30" } else { "10" };
            let values = [
                ("agency", "p"),
                ("locality", place),
                ("theme", theme),
                ("period", "2014-Q4"),
                ("kind", "complaint"),
                ("count", count),
            ];
            setup.intelligence.push(row(Table::Intelligence, k as u32, &values));
            let made = |i: usize, p: Period| {
                let x = if bad && i >= 24 { 18.0 } else { 10.0 };
                point(p, Some(x), Some(50.0), Some(50.0))
            };
            setup.series.push(series("p", theme, place, back_from("2014-12", 36, made)));
        }
    }
    setup.reference.indicators = THEMES.map(|t| indicator(t, t, Unit::Proportion)).to_vec();
    setup
}

#[test]
fn a_planted_hot_spot_heads_the_list() {
    let setup = planted();
    let board = setup.board();
    sound(&board, &setup.reference);
    let first = &board.cells[0];
    assert_eq!((first.id.to_string().as_str(), first.tier, first.rank), ("locality/neglect/a", Tier::HotSpot, Some(1)));
    assert_eq!((first.pattern.as_str(), first.streams_concerned(), first.fragile), ("convergence", 3, None));
    let (expected, low, high) = first.expected_rank.unwrap();
    assert!(low <= expected + 1.0 && (1.0..2.5).contains(&expected) && high < 6.0, "{expected} {low} {high}");
    let hot = board.cells.iter().filter(|c| c.id.grain == Grain::Locality && c.tier == Tier::HotSpot).count();
    assert_eq!(hot, 1);
    let said = sentence(first, &board, &setup.reference);
    assert_eq!(
        said,
        "NEGLECT, A. Three of five sources were available; nothing was heard from child death reviews and case reviews. \
         Performance figures, audits and soft intelligence point to a problem. Look here: together this is more than chance \
         explains. Performance figures say so by themselves too. Performance: the only indicator points to a problem; \
         \u{201c}NEGLECT\u{201d} is 36%, against 20% in the other places and 20% before. The evidence is recent. Without any one of these \
         sources it would still be listed. Of ten such items, expect about one to be a false alarm."
    );
    assert_eq!(
        signal_sentence(first.signal(Stream::Audits), first, &setup.reference),
        "Audits: 14 of 20 files fell short; about 4 would be usual."
    );
}

/// Two lights make the list, so that of two neither may go, however small q stays without it.
#[test]
fn a_hot_spot_of_two_voices_hangs_on_each() {
    let mut setup = planted();
    setup.audits.retain(|row| row.text("locality") != "a");
    let board = setup.board();
    let first = &board.cells[0];
    assert_eq!((first.id.to_string().as_str(), first.tier), ("locality/neglect/a", Tier::HotSpot));
    assert_eq!(first.streams_concerned(), 2);
    let fragile = first.fragile.expect("it hangs on one of the two");
    let said = sentence(first, &board, &setup.reference);
    assert!(
        said.contains(&format!(
            "Without the {} it would not be listed.",
            match fragile {
                Stream::Performance => "performance figures",
                _ => "soft intelligence",
            }
        )),
        "{said}"
    );
}

#[test]
fn sources_that_contradict_each_other_are_both_named() {
    let mut setup = planted();
    // The same files, good and bad changed about at the planted place.
    for row in setup.audits.iter_mut().filter(|r| r.text("locality") == "a" && r.text("theme") == "neglect") {
        row.set("grade", crate::model::row::Value::Text("good".into()));
    }
    for row in setup.audits.iter_mut().filter(|r| r.text("locality") != "a" && r.text("theme") == "neglect") {
        row.set("grade", crate::model::row::Value::Text("inadequate".into()));
    }
    let board = setup.board();
    let cell = board.cells.iter().find(|c| c.id.to_string() == "locality/neglect/a").unwrap();
    assert_eq!(cell.pattern, "dissonance");
    assert!(cell.tier == Tier::Conflicting || cell.also.contains(&Tier::Conflicting));
    let said = sentence(cell, &board, &setup.reference);
    assert!(said.contains("point to a problem; audits point the other way."), "{said}");
    assert!(said.contains("Audits: none of 20 files fell short;"), "{said}");
}

#[test]
fn deaths_of_category_1_and_initiated_reviews_are_mandatory() {
    let mut setup = Setup::new();
    for (notified, category) in [("2014-08-15", "1"), ("2014-01-31", "1"), ("2014-08-15", "7")] {
        let values = [
            ("notified_on", notified),
            ("locality", "b"),
            ("category", category),
            ("modifiable", "no"),
            ("factors", if notified == "2014-08-15" && category == "1" { "housing" } else { "" }),
        ];
        setup.child_deaths.push(row(Table::ChildDeaths, 1, &values));
    }
    for (kind, decision, decided) in [
        ("scr", "initiate", "2014-11-03"),
        ("practice-review", "not-met", "2014-11-03"),
        ("learning", "initiate", "2014-11-03"),
        ("scr", "initiate", "2014-01-31"),
    ] {
        let values = [
            ("kind", kind),
            ("decision", decision),
            ("decided_on", decided),
            ("themes", "other"),
            ("agencies", "q"),
            ("localities", "c"),
        ];
        setup.case_reviews.push(row(Table::CaseReviews, 2, &values));
    }
    let board = setup.board();
    sound(&board, &setup.reference);
    let listed: Vec<(String, &[String])> = board
        .cells
        .iter()
        .filter(|c| c.tier == Tier::Mandatory)
        .map(|c| (c.id.to_string(), c.mandatory_because.as_slice()))
        .collect();
    let death = "a child death of category 1 notified in August 2014".to_owned();
    let review = "a serious case review initiated on 2014-11-03".to_owned();
    assert_eq!(
        listed,
        [
            ("locality/neglect/b".to_owned(), [death.clone()].as_slice()),
            ("locality/other/b".to_owned(), [death.clone()].as_slice()),
            ("locality/other/c".to_owned(), [review.clone()].as_slice()),
            ("agency/other/q".to_owned(), [review.clone()].as_slice()),
            ("board/neglect".to_owned(), [death.clone()].as_slice()),
            ("board/other".to_owned(), [death, review].as_slice()),
        ]
    );
}

#[test]
fn a_hot_spot_that_hangs_on_one_stream_names_it() {
    let mut setup = planted();
    setup.series.clear();
    let cell = setup.cell("locality/neglect/a");
    assert_eq!((cell.tier, cell.streams_available()), (Tier::HotSpot, 2));
    assert!(cell.fragile.is_some(), "one voice alone has no place on the list");
}

#[test]
fn a_weight_under_a_tenth_is_silence() {
    let mut setup = planted();
    setup.method.weights.audits = 0.1;
    let signal = setup.signal("locality/neglect/a", Stream::Audits);
    assert_eq!((signal.light, signal.z, signal.weight), (Light::Silent, None, 0.0));
}

#[test]
fn scores_alone_are_the_same_scores() {
    let full = planted();
    let mut quick = planted();
    quick.depth = crate::triangulate::Depth::Scores;
    for (a, b) in full.board().cells.iter().zip(quick.board().cells) {
        assert_eq!((&a.id, a.score, a.q_value, a.tier, a.rank), (&b.id, b.score, b.q_value, b.tier, b.rank));
        assert!(b.expected_rank.is_none() && b.signals.iter().all(|s| s.evidence.is_empty()));
    }
}

/// Agencies of which the first alone says that all is well; of 20 files in each so many fall short in the first, 3 elsewhere.
fn own_views(short_of_first: u32) -> Setup {
    let mut setup = Setup::new();
    for (k, agency) in AGENCIES.into_iter().enumerate() {
        for standard in ["s1-1", "s1-2", "s1-3", "s1-4"] {
            let score = if agency == "p" || standard == "s1-4" { "3" } else { "2" };
            let values = [("agency", agency), ("standard", standard), ("period", "2014"), ("self_score", score)];
            setup.section11.push(row(Table::Section11, k as u32, &values));
        }
        for case in 0..20 {
            let grade = if case < if agency == "p" { short_of_first } else { 3 } { "inadequate" } else { "good" };
            let name = format!("case{case}");
            let values = [
                ("audit", "joint"),
                ("audited_on", "2013-01-31"),
                ("agency", agency),
                ("theme", "neglect"),
                ("case", name.as_str()),
                ("question", "q"),
                ("grade", grade),
            ];
            setup.audits.push(row(Table::Audits, case, &values));
        }
    }
    setup
}

#[test]
fn an_agency_that_rates_itself_well_and_is_found_well_is_no_optimist() {
    let found_well = own_views(0).cell("agency/neglect/p");
    assert!(found_well.optimism.is_some_and(|o| o.self_z < 0.0 && !o.listed), "{:?}", found_well.optimism);
    let critical = own_views(12).cell("agency/neglect/q");
    assert!(critical.optimism.is_none_or(|o| !o.listed), "nor one that rates itself as the others do");
}

/// One voice gets no p, and so is no hot spot however loud; it is listed for itself, and that nothing else speaks is said too.
#[test]
fn one_loud_voice_alone_is_listed_and_a_blind_spot_beside() {
    let mut setup = own_views(15);
    setup.section11.clear();
    let cell = setup.cell("agency/neglect/p");
    assert_eq!(
        (cell.tier, cell.also.as_slice(), cell.rank),
        (Tier::SingleSource, [Tier::BlindSpot].as_slice(), Some(1))
    );
    assert_eq!((cell.p_value, cell.q_value), (None, None));
    let silent = setup.cell("locality/neglect/a");
    assert_eq!((silent.tier, silent.rank, silent.score), (Tier::BlindSpot, None, None));
}

#[test]
fn an_agencys_own_view_is_named_as_its_own() {
    let setup = own_views(12);
    let board = setup.board();
    sound(&board, &setup.reference);
    let cell = board.cells.iter().find(|c| c.id.to_string() == "agency/neglect/p").unwrap();
    assert!(cell.optimism.unwrap().listed);
    assert_eq!(
        sentence(cell, &board, &setup.reference),
        "NEGLECT, P. Two of four sources were available; nothing was heard from case reviews and soft intelligence. Audits \
         point to a problem; the agency's own Section 11 says that all is well. Audits alone say more than chance explains. \
         The sources contradict each other, and neither side is set aside. The agency rates itself better than others find it. \
         Audits: 12 of 20 files fell short; about 3 would be usual. Section 11: none of 4 standards falls short; about 3 would \
         be usual. The evidence is recent, except the audits (24 months)."
    );
    let silent = board.cells.iter().find(|c| c.id.to_string() == "locality/neglect/a").unwrap();
    assert_eq!(
        sentence(silent, &board, &setup.reference),
        "NEGLECT, A. None of four sources was available. Too few sources speak to judge."
    );
}
