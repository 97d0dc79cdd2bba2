//! A made-up board for the tests: 18 themes, 7 places, 16 agencies, every tier, every kind of nothing. Fixed seed.

use chrono::NaiveDate;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::disclose::{Audience, Publishable, Results, RunFacts, disclose};
use crate::model::calendar::Absent;
use crate::model::cell::{Facts, GrainSummary, IndicatorSignal, Light, OptimismGap, Part};
use crate::model::explanation::{Role, Sentence};
use crate::model::period::add_months;
use crate::model::prompt::{Mover, Prompt, PromptFigure, PromptKind, PromptPoint};
use crate::model::series::{Assurance, Figure, Variation};
use crate::model::submission::Submission;
use crate::model::{
    Board, Cause, Cell, CellId, Due, DueState, Explanation, Finding, Grain, Mind, Movement, Period, Point, Punctuality,
    Series, Severity, Signal, Status, Stream, Tier, Verdict,
};
use crate::report::{BoardView, names};
use crate::spec::Pipeline;
use crate::spec::pipeline::{DisclosureSettings, Expected, Method, Paths};
use crate::spec::portal::Portal;
use crate::spec::prompts::Prompts;
use crate::spec::reference::{
    Agency, Basis, Disclosure, Frequency, Indicator, Locality, Polarity, Reference, Theme, Unit, Validity,
};

/// Stands in every sentence of the fixture that speaks of a small count; no rendered byte may hold it.
pub const SECRET: &str = "SECRETCOUNT";
/// Figures that belong to withheld points and streams, as every format would write them.
pub const SECRET_FIGURES: [&str; 6] = ["7654321", "7,654,321", "0.00000039", "1.98765", "0.731234", "0.98123"];

const THEMES: [(&str, &str); 18] = [
    ("neglect", "Neglect"),
    ("cse", "Child sexual exploitation"),
    ("domestic-abuse", "Domestic abuse"),
    ("early-help", "Early help"),
    ("thresholds", "Thresholds and referrals"),
    ("assessment", "Assessment"),
    ("cp-plans", "Child protection plans"),
    ("looked-after", "Looked after children"),
    ("missing", "Missing children"),
    ("self-harm", "Self-harm"),
    ("supervision", "Supervision"),
    ("workforce", "Workforce and training"),
    ("information-sharing", "Information sharing"),
    ("voice", "Voice of the child"),
    ("private-fostering", "Private fostering"),
    ("substance-misuse", "Substance misuse"),
    ("unexpected-death", "Unexpected deaths"),
    ("lado", "Allegations against staff"),
];

const PLACES: [(&str, &str); 7] = [
    ("corby", "Corby"),
    ("daventry", "Daventry"),
    ("east-northants", "East Northamptonshire"),
    ("kettering", "Kettering"),
    ("northampton", "Northampton"),
    ("south-northants", "South Northamptonshire"),
    ("wellingborough", "Wellingborough"),
];

const AGENCIES: [(&str, &str); 16] = [
    ("childrens-services", "Children's services"),
    ("police", "Police"),
    ("acute-trust-a", "Acute trust, Northampton"),
    ("acute-trust-b", "Acute trust, Kettering"),
    ("community-health", "Community health"),
    ("camhs", "Child and adolescent mental health"),
    ("ccg", "Clinical commissioning group"),
    ("probation", "Probation service"),
    ("crc", "Community rehabilitation company"),
    ("youth-offending", "Youth offending service"),
    ("cafcass", "Cafcass"),
    ("education", "Education and schools"),
    ("early-years", "Early years"),
    ("housing", "Housing"),
    ("fire-rescue", "Fire and rescue"),
    ("voluntary", "Voluntary sector"),
];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn pipeline() -> Pipeline {
    Pipeline {
        file: "nightly.toml".into(),
        board: String::from("northamptonshire"),
        name: String::from("Northamptonshire"),
        as_of: None,
        synthetic: true,
        attribution: Vec::new(),
        quarantine_days: 30,
        paths: Paths::default(),
        expected: Expected::default(),
        method: Method::default(),
        disclosure: DisclosureSettings::default(),
        prompts: Prompts::default(),
        portal: Portal::default(),
    }
}

fn indicator(theme: &str, name: &str, number: usize) -> Indicator {
    let (unit, what, polarity, multiplier) = match number {
        0 => (Unit::Proportion, "seen within 15 days", Polarity::HighIsGood, 1.0),
        1 => (Unit::Rate, "per 10,000 children", Polarity::LowIsGood, 10_000.0),
        _ => (Unit::Count, "episodes", Polarity::Neutral, 1.0),
    };
    Indicator {
        indicator: format!("{theme}-{number}"),
        name: format!("{name}: {what}"),
        theme: theme.to_owned(),
        agency: String::new(),
        unit,
        numerator_label: String::from("children"),
        denominator_label: if unit == Unit::Proportion { String::from("due") } else { String::new() },
        multiplier,
        frequency: Frequency::Monthly,
        polarity,
        minimum: None,
        maximum: None,
        description: String::new(),
        basis: Basis::Flow,
        population_from: 0,
        population_to: 17,
        disclosure: Disclosure::Children,
        extra: if number == 2 && theme == "lado" {
            [(String::from("source"), String::from("to be confirmed"))].into()
        } else {
            std::collections::BTreeMap::new()
        },
    }
}

fn reference() -> Reference {
    let extra = std::collections::BTreeMap::new;
    let place = |id: &str, name: &str, parent: &str| Locality {
        locality: id.to_owned(),
        name: name.to_owned(),
        gss_code: String::new(),
        parent: parent.to_owned(),
        valid: Validity::default(),
        extra: extra(),
    };
    let mut localities = vec![place("county", "Northamptonshire", "")];
    localities.extend(PLACES.map(|(id, name)| place(id, name, "county")));
    Reference {
        agencies: AGENCIES
            .map(|(id, name)| Agency {
                agency: id.to_owned(),
                name: name.to_owned(),
                kind: String::new(),
                valid: Validity::default(),
                extra: extra(),
            })
            .to_vec(),
        localities,
        themes: THEMES
            .map(|(id, name)| Theme {
                theme: id.to_owned(),
                name: name.to_owned(),
                description: String::new(),
                extra: extra(),
            })
            .to_vec(),
        indicators: THEMES.iter().flat_map(|(id, name)| (0..3).map(|n| indicator(id, name, n))).collect(),
        ..Reference::default()
    }
}

/// A monthly series with lines; `level` is its usual count of `base` children.
fn series(rng: &mut ChaCha8Rng, indicator: &Indicator, agency: &str, place: &str, level: f64, worse: bool) -> Series {
    let base = 9_000.0;
    let mut period = Period::Month(2012, 2);
    let mut points = Vec::new();
    for month in 0..36 {
        let shift = if worse && month >= 28 { 1.45 } else { 1.0 };
        let x = (level * shift * rng.random_range(0.75..1.25)).round();
        let n = 60.0 + rng.random_range(0..20) as f64;
        let (numerator, denominator, value, of) = match indicator.unit {
            Unit::Proportion => {
                let missed = (n - (level / 60.0 * 22.0 * shift * rng.random_range(0.8..1.2))).round().clamp(0.0, n);
                (Figure::of(missed), Figure::of(n), Figure::of(missed / n), Some(n))
            }
            Unit::Rate => (Figure::of(x), Figure::MISSING, Figure::of(x / base * 10_000.0), Some(base)),
            _ => (Figure::of(x), Figure::MISSING, Figure::of(x), None),
        };
        if rng.random_bool(0.98) || month > 33 {
            points.push(Point {
                period,
                numerator,
                denominator,
                value,
                base: of,
                lower: value.value.map(|v| v * 0.8),
                upper: value.value.map(|v| v * 1.2),
                interval_method: "wilson",
                mean: None,
                lower_limit: None,
                upper_limit: None,
                variation: Variation::CommonCause,
            });
        }
        period = period.next();
    }
    let mut one = Series {
        agency: agency.to_owned(),
        indicator: indicator.indicator.clone(),
        locality: place.to_owned(),
        points,
        target: (indicator.unit == Unit::Proportion).then_some(0.75),
        target_status: if indicator.unit == Unit::Proportion { "missed" } else { "" },
        comparator: (indicator.unit == Unit::Rate)
            .then(|| (String::from("statistical-neighbours"), level / base * 9_500.0)),
        variation: Some(Variation::CommonCause),
        assurance: if indicator.unit == Unit::Proportion { Assurance::HitAndMiss } else { Assurance::None },
        notes: Vec::new(),
        comparable_from: None,
    };
    lines(&mut one, indicator.polarity);
    one
}

/// Mean and limits by hand, and the one rule of a point beyond a limit: enough to draw.
fn lines(series: &mut Series, polarity: Polarity) {
    let values: Vec<f64> = series.points.iter().take(24).filter_map(|p| p.value.value).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let range = values.windows(2).map(|w| (w[1] - w[0]).abs()).sum::<f64>() / (values.len() - 1) as f64;
    for point in &mut series.points {
        let value = point.value.value.unwrap_or(mean);
        (point.mean, point.lower_limit, point.upper_limit) =
            (Some(mean), Some(mean - 2.66 * range), Some(mean + 2.66 * range));
        point.variation = match (value > mean + 2.66 * range, value < mean - 2.66 * range, polarity) {
            (true, _, Polarity::LowIsGood) => Variation::ConcernHigh,
            (true, _, Polarity::HighIsGood) => Variation::ImprovementHigh,
            (_, true, Polarity::LowIsGood) => Variation::ImprovementLow,
            (_, true, Polarity::HighIsGood) => Variation::ConcernLow,
            (true, _, Polarity::Neutral) => Variation::NeutralHigh,
            (_, true, Polarity::Neutral) => Variation::NeutralLow,
            _ => Variation::CommonCause,
        };
    }
    series.variation = series.points.last().map(|p| p.variation);
}

fn signal(rng: &mut ChaCha8Rng, stream: Stream, id: &CellId, lean: f64) -> Signal {
    let applies =
        !matches!((stream, id.grain), (Stream::Section11, Grain::Locality) | (Stream::ChildDeaths, Grain::Agency));
    if !applies || rng.random_bool(0.22) {
        return Signal::silent(stream, applies);
    }
    let z: f64 = lean + rng.random_range(-1.4..1.4);
    let n: f64 = rng.random_range(14..60).into();
    let adverse = (n * (0.3 + z * 0.07)).clamp(6.0, n - 6.0).round();
    let facts = if stream == Stream::Performance {
        let part = |z| Part { z, observed: 0.4, expected: 0.5, against: String::from("others") };
        let one = |k: usize| IndicatorSignal {
            indicator: format!("{}-{k}", id.theme),
            agency: String::from("childrens-services"),
            level: Some(part(z)),
            change: Some(part(z / 2.0)),
            z: (k != 2).then_some(z),
            latest: Period::parse("2014-12"),
        };
        Facts::Indicators((0..3).map(one).collect())
    } else {
        Facts::Counts { adverse, n, usual: n * 0.3, against: String::from("others"), before: None }
    };
    Signal {
        stream,
        light: if z >= 1.2816 {
            Light::Concern
        } else if z <= -1.2816 {
            Light::Reassurance
        } else {
            Light::Neutral
        },
        z: Some(z),
        weight: rng.random_range(0.2..0.9),
        cap: 3.0,
        n: Some(if stream == Stream::Performance { 2.0 } else { n }),
        age_months: Some(rng.random_range(1.0..26.0)),
        reliability: 0.8,
        expected: true,
        facts,
        evidence: Vec::new(),
    }
}

fn cell(rng: &mut ChaCha8Rng, grain: Grain, theme: &str, place: &str) -> Cell {
    let id = CellId { grain, theme: theme.to_owned(), place: place.to_owned() };
    let lean = if rng.random_bool(0.05) { 2.2 } else { 0.0 };
    let silent_agency = place == "fire-rescue";
    let signals: Vec<Signal> = Stream::ALL
        .into_iter()
        .map(|s| if silent_agency { Signal::silent(s, s != Stream::ChildDeaths) } else { signal(rng, s, &id, lean) })
        .collect();
    let speaking: Vec<f64> = signals.iter().filter_map(|s| s.z).collect();
    let concerns = signals.iter().filter(|s| s.light == Light::Concern).count();
    let eases = signals.iter().filter(|s| s.light == Light::Reassurance).count();
    let score = (!speaking.is_empty()).then(|| speaking.iter().sum::<f64>() / (speaking.len() as f64).sqrt());
    let (tier, pattern) = match (speaking.len(), concerns, eases) {
        (0 | 1, ..) => (Tier::BlindSpot, "silence"),
        (_, 2.., 0) if score > Some(2.9) => (Tier::HotSpot, "convergence"),
        (_, 1, 0) if speaking.iter().any(|z| *z > 1.9) => (Tier::SingleSource, "partial"),
        (_, 1.., 1..) if rng.random_bool(0.5) => (Tier::Conflicting, "dissonance"),
        (_, 2.., _) => (Tier::Watch, "convergence"),
        _ => (Tier::Quiet, "no_signal"),
    };
    let optimist = place == "camhs" && theme == "workforce";
    let previous = if rng.random_bool(0.9) { tier } else { Tier::Quiet };
    Cell {
        score,
        p_value: (speaking.len() > 1).then_some(0.013),
        q_value: (speaking.len() > 1).then_some(0.081),
        mean_z: None,
        pattern: pattern.to_owned(),
        tier,
        also: Vec::new(),
        rank: None,
        expected_rank: score.map(|_| (7.3, 2.0, 19.0)),
        optimism: optimist.then_some(OptimismGap { gap: 2.3, self_z: -1.1, listed: true }),
        fragile: (tier == Tier::HotSpot && rng.random_bool(0.4)).then_some(Stream::Audits),
        mandatory_because: Vec::new(),
        previous_tier: Some(previous),
        first_seen: Some(day("2014-11-30")),
        moved: Vec::new(),
        mind: Vec::new(),
        signals,
        id,
    }
}

fn submissions() -> Vec<Submission> {
    let one = |i: usize, agency: &str, received: &str, rows: usize, verdict: Verdict| Submission {
        id: format!("{received}-{i:012x}"),
        return_id: String::from("quarterly-dataset"),
        agency: agency.to_owned(),
        period: String::from("2014-Q4"),
        file: format!("{agency} Q3 return v{i}.xlsx"),
        sha256: String::new(),
        received_on: day(received),
        due_on: Some(day("2015-01-20")),
        verdict,
        rows,
        findings: if verdict == Verdict::Accepted {
            vec![Finding::file("C003", Severity::Query, "a jump", "explain it")]
        } else {
            vec![Finding::file("F001", Severity::Error, "unreadable", "save it again")]
        },
    };
    let mut all = Vec::new();
    for (i, (agency, _)) in AGENCIES.iter().enumerate() {
        match i {
            14 => {}
            9 => all.push(one(i, agency, "2015-01-12", 0, Verdict::Accepted)),
            11 => all.push(one(i, agency, "2015-01-18", 0, Verdict::Rejected)),
            _ => all.push(one(i, agency, if i % 4 == 1 { "2015-01-26" } else { "2015-01-15" }, 340, Verdict::Accepted)),
        }
    }
    all.push(one(99, "=HYPERLINK(1)", "2015-01-19", 3, Verdict::Accepted));
    all
}

/// A return of each kind: whole, late, in part, empty, missing, not yet due.
fn calendar() -> Vec<Due> {
    let one = |agency: &str, period: &str, state: DueState, punctuality: Punctuality| Due {
        return_id: String::from("quarterly-dataset"),
        name: String::from("Quarterly dataset"),
        agency: agency.to_owned(),
        period: Period::parse(period).unwrap(),
        due_on: Some(add_months(Period::parse(period).unwrap().end(), 1)),
        state,
        punctuality,
        received_on: None,
        submission: String::new(),
        expected: 14,
        absent: match state {
            DueState::Partial => vec![Absent {
                subject: String::from("neglect-0"),
                periods: vec![Period::parse(period).unwrap()],
                places: vec![String::from("corby"), String::from("daventry")],
            }],
            _ => Vec::new(),
        },
        themes: [String::from("neglect")].into(),
        last_heard: Period::parse("2014-Q2"),
    };
    vec![
        one("police", "2014-Q3", DueState::Whole, Punctuality::Late),
        one("police", "2014-Q4", DueState::Whole, Punctuality::OnTime),
        one("police", "2015-Q1", DueState::NotYetDue, Punctuality::NothingCame),
        one("camhs", "2014-Q4", DueState::Partial, Punctuality::OnTime),
        one("youth-offending", "2014-Q4", DueState::Empty, Punctuality::OnTime),
        one("probation", "2014-Q4", DueState::Missing, Punctuality::NothingCame),
    ]
}

/// The fixture before disclosure.
pub struct Fixture {
    pub pipeline: Pipeline,
    pub reference: Reference,
    board: Board,
    series: Vec<Series>,
    submissions: Vec<Submission>,
    calendar: Vec<Due>,
    titles: Vec<String>,
    sentences: Vec<Explanation>,
    signal_sentences: Vec<[String; 6]>,
}

impl Fixture {
    pub fn new() -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(20_150_131);
        let reference = reference();
        let mut cells = Vec::new();
        for (theme, _) in THEMES {
            cells.extend(PLACES.map(|(place, _)| cell(&mut rng, Grain::Locality, theme, place)));
        }
        for (i, (theme, _)) in THEMES.iter().enumerate() {
            for (j, (agency, _)) in AGENCIES.iter().enumerate() {
                if (i + j) % 3 != 0 {
                    cells.push(cell(&mut rng, Grain::Agency, theme, agency));
                }
            }
        }
        cells.extend(THEMES.map(|(theme, _)| cell(&mut rng, Grain::Board, theme, "")));
        plant(&mut cells);
        let mut all = Vec::new();
        for indicator in &reference.indicators {
            for (i, (place, _)) in PLACES.iter().enumerate() {
                let level = if i == 1 { 12.0 } else { 48.0 };
                all.push(series(&mut rng, indicator, "childrens-services", place, level, i % 3 == 0));
            }
        }
        // One withheld point with figures that nothing else has.
        let secret = all.iter_mut().find(|s| s.indicator == "neglect-0" && s.locality == "corby").unwrap();
        let point = &mut secret.points[5];
        (point.numerator, point.denominator) = (Figure::of(3.0), Figure::of(7_654_321.0));
        point.value = Figure::of(3.0 / 7_654_321.0);
        secret.points[9].value = Figure { value: None, status: Status::NotAvailable };
        let board = Board {
            as_of: day("2015-01-31"),
            cells,
            grains: Grain::ALL
                .map(|grain| GrainSummary {
                    grain,
                    rho: 0.31,
                    rho_source: String::from("estimated"),
                    phi: [1.34, 1.0, 1.0, 1.0, 1.0, 1.12],
                    rho_indicators: 0.18,
                    level_and_change: 0.4,
                    cells: 126,
                    tested: 98,
                })
                .to_vec(),
            gone: vec![(CellId::parse("locality/neglect/oldtown").unwrap(), Tier::HotSpot)],
            not_heard: Vec::new(),
        };
        let titles = names::titles(&board, &reference);
        let signal_sentences = board.cells.iter().map(sentences).collect();
        let sentences = board.cells.iter().zip(&titles).map(|(c, t)| explanation(c, t)).collect();
        Self {
            pipeline: pipeline(),
            reference,
            board,
            series: all,
            submissions: submissions(),
            calendar: calendar(),
            titles,
            sentences,
            signal_sentences,
        }
    }

    pub fn publishable(&self) -> Publishable {
        let protection = names::protection(&self.pipeline, &self.reference);
        let facts = RunFacts {
            run: String::from("2015-01-31-0123456789ab"),
            previous_run: Some(String::from("2014-12-31-ba9876543210")),
            version: String::from("0.1.0"),
            attribution: vec![String::from(
                "Population estimates: Office for National Statistics, Open Government Licence v3.0.",
            )],
        };
        let results = Results {
            board: &self.board,
            series: &self.series,
            prompts: &prompts(),
            submissions: &self.submissions,
            calendar: &self.calendar,
            titles: &self.titles,
            sentences: &self.sentences,
            signal_sentences: &self.signal_sentences,
            protection: &protection,
            facts: &facts,
        };
        disclose(&results, Audience::Board)
    }

    pub fn view(&self) -> BoardView {
        BoardView::new(&self.publishable(), &self.pipeline, &self.reference)
    }
}

/// One prompt of each kind.
fn prompts() -> Vec<Prompt> {
    let period = |text: &str| Period::parse(text).unwrap();
    let figure = |indicator: &str, points: &[(&str, f64, Option<f64>)]| PromptFigure {
        agency: String::from("childrens-services"),
        indicator: indicator.to_owned(),
        points: points
            .iter()
            .map(|(p, value, count)| PromptPoint { period: period(p), value: *value, count: *count })
            .collect(),
    };
    let mover = |place: &str, change| Mover { locality: place.to_owned(), change };
    let base = Prompt {
        kind: PromptKind::Move,
        locality: String::from("corby"),
        focus: false,
        from: period("2014-11"),
        to: period("2014-12"),
        figures: vec![figure("supervision-0", &[("2014-11", 0.616, None), ("2014-12", 0.256, None)])],
        z: Some(-4.6),
        usual: None,
        rank: 1,
        of: 12,
        movers: vec![mover("corby", -0.36), mover("kettering", -0.172)],
        better: Some(false),
        name: String::new(),
        question: String::new(),
        note: String::from("four points: too short for limits"),
    };
    vec![
        Prompt {
            kind: PromptKind::Break,
            focus: true,
            from: period("2014-01"),
            figures: vec![
                figure("neglect-1", &[("2014-01", 44.4, Some(40.0)), ("2014-12", 67.8, Some(61.0))]),
                figure("cse-1", &[("2014-01", 66.7, Some(60.0)), ("2014-12", 45.6, Some(41.0))]),
            ],
            z: None,
            rank: 0,
            of: 0,
            movers: Vec::new(),
            better: None,
            name: String::from("Definition change?"),
            question: String::from("Are contacts counted as referrals?"),
            note: String::new(),
            ..base.clone()
        },
        base.clone(),
        Prompt {
            kind: PromptKind::Outlier,
            from: period("2014-12"),
            figures: vec![figure("workforce-1", &[("2014-12", 54.8, None)])],
            z: Some(3.7),
            usual: Some(15.0),
            movers: Vec::new(),
            better: None,
            note: String::new(),
            ..base
        },
    ]
}

/// Cells that the tests know: a hot spot with a small count of deaths, and a review.
fn plant(cells: &mut [Cell]) {
    let loud = cells.iter_mut().find(|c| c.tier == Tier::Watch).unwrap();
    loud.tier = Tier::SingleSource;
    let find = |cells: &[Cell], id: &str| cells.iter().position(|c| c.id.to_string() == id).unwrap();
    let hot = find(cells, "locality/neglect/corby");
    let mut deaths = Signal::silent(Stream::ChildDeaths, true);
    (deaths.light, deaths.z, deaths.weight, deaths.n) = (Light::Concern, Some(1.98765), 0.731_234, Some(0.98123));
    deaths.age_months = Some(7.3);
    deaths.facts =
        Facts::Counts { adverse: 3.0, n: 0.98123, usual: 0.98123, against: String::from("others"), before: None };
    let mut audits = Signal::silent(Stream::Audits, true);
    (audits.light, audits.z, audits.weight, audits.n, audits.age_months) =
        (Light::Concern, Some(2.1), 0.55, Some(20.0), Some(4.0));
    audits.facts = Facts::Counts { adverse: 7.0, n: 20.0, usual: 4.0, against: String::from("others"), before: None };
    let cell = &mut cells[hot];
    cell.signals[Stream::ChildDeaths.index()] = deaths;
    cell.signals[Stream::Audits.index()] = audits;
    (cell.tier, cell.score, cell.fragile) = (Tier::HotSpot, Some(9.7), None);
    cell.pattern = String::from("convergence");
    cell.moved = vec![Movement { cause: Cause::NewEvidence, streams: vec![Stream::Audits] }];
    // Of the loudest stream it must not be told.
    cell.mind =
        [(Stream::ChildDeaths, SECRET), (Stream::Audits, "If none of the next 10 files falls short, all is well.")]
            .map(|(stream, sentence)| Mind { stream, sentence: sentence.to_owned() })
            .to_vec();
    cell.expected_rank = Some((1.4, 1.0, 4.0));
    for id in ["board/neglect", "locality/neglect/corby", "agency/neglect/police"] {
        let cell = &mut cells[find(cells, id)];
        cell.mandatory_because.push(String::from("a serious case review initiated on 2014-11-03"));
        if cell.tier == Tier::Quiet || cell.tier == Tier::Watch || cell.tier == Tier::BlindSpot {
            cell.tier = Tier::Mandatory;
        } else {
            cell.also.push(Tier::Mandatory);
        }
    }
}

fn sentences(cell: &Cell) -> [String; 6] {
    Stream::ALL.map(|stream| match &cell.signal(stream).facts {
        Facts::None => String::new(),
        Facts::Counts { adverse, n, usual, .. } if *adverse < 6.0 => {
            format!("{SECRET}: {adverse} of {n}, {usual} usual.")
        }
        Facts::Counts { adverse, n, usual, .. } => {
            format!("{}: {adverse} of {n} fell short; about {usual:.0} would be usual.", stream.name())
        }
        Facts::Indicators(i) => format!("{}: {} indicators, the loudest is high and rising.", stream.name(), i.len()),
    })
}

fn explanation(cell: &Cell, title: &str) -> Explanation {
    let secret = |c: &&Signal| matches!(c.facts, Facts::Counts { adverse, .. } if adverse < 6.0);
    let secrets: Vec<Stream> = cell.signals.iter().filter(secret).map(|s| s.stream).collect();
    let speak = format!(
        "{} of six kinds of evidence speak, {} point to a problem.",
        cell.streams_available(),
        cell.streams_concerned()
    );
    let mut said = vec![Sentence::plain(Role::Title, format!("{title}.")), Sentence::plain(Role::Who, speak)];
    if !secrets.is_empty() {
        said.push(Sentence::telling(Role::Sure, SECRET, &secrets, "Some of it is old."));
    }
    Explanation(said)
}
