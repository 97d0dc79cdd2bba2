//! Figures to ask about, held against published ones of Northamptonshire (Department for Education, Open Government Licence
//! v3.0). Expected distances were worked out with Python's `statistics.median`, outside this program.

use super::*;
use crate::condense::testing;
use crate::model::series::{Assurance, Figure, Variation};

const AS_OF: &str = "2025-12-31";

/// First conferences within 15 days, per cent, of the years ending in March 2022 to 2025.
const CONFERENCES: [(&str, [f64; 4]); 12] = [
    ("west-northamptonshire", [83.2, 61.6, 25.6, 79.7]),
    ("north-northamptonshire", [80.2, 61.5, 29.3, 81.5]),
    ("central-bedfordshire", [87.2, 96.1, 78.9, 88.5]),
    ("kensington-and-chelsea", [56.3, 94.0, 80.0, 80.2]),
    ("kent", [85.8, 81.2, 87.5, 87.2]),
    ("essex", [85.2, 84.5, 91.8, 91.4]),
    ("derbyshire", [88.5, 84.1, 80.8, 75.7]),
    ("lancashire", [75.1, 77.3, 84.5, 70.7]),
    ("nottinghamshire", [92.0, 89.7, 94.3, 94.2]),
    ("staffordshire", [87.0, 79.4, 88.2, 91.9]),
    ("suffolk", [64.8, 68.6, 70.9, 72.8]),
    ("lincolnshire", [95.5, 93.5, 93.4, 96.7]),
];

/// Social worker vacancies, per cent, of 2016.
const VACANCIES: [(&str, f64); 12] = [
    ("northamptonshire", 54.8),
    ("kent", 16.8),
    ("essex", 18.4),
    ("derbyshire", 9.2),
    ("lancashire", 22.9),
    ("nottinghamshire", 4.2),
    ("staffordshire", 15.9),
    ("suffolk", 15.4),
    ("lincolnshire", 4.5),
    ("warwickshire", 8.6),
    ("cambridgeshire", 18.9),
    ("leicestershire", 6.1),
];

fn at(period: Period, value: f64, parts: (Option<f64>, Option<f64>)) -> Point {
    let figure = |n: Option<f64>| n.map_or(Figure::MISSING, Figure::of);
    Point {
        period,
        numerator: figure(parts.0),
        denominator: figure(parts.1),
        value: Figure::of(value),
        base: parts.1,
        lower: None,
        upper: None,
        interval_method: "",
        mean: None,
        lower_limit: None,
        upper_limit: None,
        variation: Variation::CommonCause,
    }
}

fn series(indicator: &str, locality: &str, points: Vec<Point>, note: &str) -> Series {
    Series {
        agency: "local-authorities".to_owned(),
        indicator: indicator.to_owned(),
        locality: locality.to_owned(),
        points,
        target: None,
        target_status: "",
        comparator: None,
        variation: None,
        assurance: Assurance::None,
        notes: vec![note.to_owned()],
        comparable_from: None,
    }
}

/// The years ending in March of `first` and those after.
fn years(first: i32, values: &[f64]) -> Vec<Point> {
    (first..).zip(values).map(|(y, v)| at(Period::FinancialYear(y - 1), *v, (None, None))).collect()
}

fn conferences() -> Vec<Series> {
    let one = |(place, values): &(&str, [f64; 4])| {
        series("high", place, years(2022, values), "four points: too short for limits")
    };
    CONFERENCES.iter().map(one).collect()
}

fn reference() -> Reference {
    let mut reference = testing::reference();
    let like = |id: &str, of: &str| {
        let found = reference.indicators.iter().find(|i| i.indicator == of).unwrap();
        Indicator { indicator: id.to_owned(), ..found.clone() }
    };
    let high = Indicator { polarity: Polarity::HighIsGood, ..like("high", "value") };
    let more = [high, like("referrals", "rate"), like("closed", "proportion"), like("in-need", "rate")];
    reference.indicators.extend(more);
    reference
}

fn run(series: &[Series], as_of: &str, settings: &Prompts) -> Vec<Prompt> {
    prompts(series, &reference(), as_of.parse().unwrap(), settings)
}

fn focused(place: &str) -> Prompts {
    Prompts { focus: vec![place.to_owned()], ..Prompts::default() }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-3
}

#[test]
fn the_falls_of_west_and_north_from_2023_to_2024_are_the_two_largest() {
    for (place, rank, change, z) in
        [("west-northamptonshire", 1, -36.0, -4.0689), ("north-northamptonshire", 2, -32.2, -3.6521)]
    {
        let found = run(&conferences(), AS_OF, &focused(place));
        let falls = |p: &&Prompt| p.locality == place && p.kind == PromptKind::Move && p.to.to_string() == "2023/24";
        let fall = found.iter().find(falls).expect("the fall is told");
        assert_eq!((fall.rank, fall.of, fall.better, fall.focus), (rank, 12, Some(false), true), "{place}");
        assert!(near(fall.figures[0].change(), change) && near(fall.z.unwrap(), z), "{place}: {fall:?}");
        assert_eq!(fall.note, "four points: too short for limits");
        let movers: Vec<&str> = fall.movers.iter().map(|m| m.locality.as_str()).collect();
        assert_eq!(movers, ["west-northamptonshire", "north-northamptonshire", "central-bedfordshire"]);
        assert!(near(fall.movers[2].change, -17.2), "the next largest");
    }
}

#[test]
fn without_focus_only_the_newest_period_is_told() {
    let newest = run(&conferences(), AS_OF, &Prompts::default());
    assert!(newest.iter().all(|p| p.to.to_string() == "2024/25" && !p.focus), "{newest:?}");
    let west = newest.iter().find(|p| p.kind == PromptKind::Move).unwrap();
    assert_eq!((west.locality.as_str(), west.better), ("west-northamptonshire", Some(true)), "it rose again");
    // A day on which 2024/25 is not over sees the fall as the newest.
    let before = run(&conferences(), "2024-12-31", &Prompts::default());
    assert!(before.iter().any(|p| p.kind == PromptKind::Move && p.better == Some(false)), "{before:?}");
    let few = Prompts { moves: 1, outliers: 0, ..Prompts::default() };
    assert_eq!(run(&conferences(), AS_OF, &few).len(), 1, "as many as are asked for");
}

#[test]
fn the_vacancy_of_2016_is_a_level_far_from_the_others_and_no_move() {
    let all: Vec<Series> = VACANCIES.iter().map(|(place, v)| series("value", place, years(2016, &[*v]), "")).collect();
    let found = run(&all, AS_OF, &focused("northamptonshire"));
    assert_eq!(found.len(), 1, "{found:?}");
    let one = &found[0];
    assert_eq!((one.kind, one.rank, one.of, one.to.to_string().as_str()), (PromptKind::Outlier, 1, 12, "2015/16"));
    assert!(near(one.z.unwrap(), 3.9120) && near(one.usual.unwrap(), 15.65), "{one:?}");
    assert_eq!(one.figures[0].points[0].value, 54.8);
    assert!(run(&all[..9], AS_OF, &focused("northamptonshire")).is_empty(), "nine places are too few");
}

/// Northamptonshire's referrals, the share closed with no further action, and children in need at 31 March, 2013 to 2016.
fn northamptonshire() -> Vec<Series> {
    let counts = |indicator: &str, counts: [f64; 4]| {
        // Rates per 10,000 of the county's children in mid-2012 to mid-2015.
        let children = [157_833.0, 159_260.0, 160_769.0, 162_611.0];
        let points = (2012..).zip(counts.iter().zip(children));
        let points = points.map(|(y, (n, of))| at(Period::FinancialYear(y), n / of * 10_000.0, (Some(*n), None)));
        series(indicator, "northamptonshire", points.collect(), "")
    };
    let closed = [(4319.0, 11_250.0), (3814.0, 13_273.0), (7602.0, 17_019.0), (6688.0, 16_687.0)];
    let closed = (2012..).zip(closed).map(|(y, (x, n))| at(Period::FinancialYear(y), x / n, (Some(x), Some(n))));
    vec![
        counts("referrals", [11_250.0, 13_273.0, 17_019.0, 16_687.0]),
        series("closed", "northamptonshire", closed.collect(), ""),
        counts("in-need", [5991.0, 4766.0, 4161.0, 5519.0]),
    ]
}

fn definition() -> Break {
    Break {
        name: "definition change?".to_owned(),
        rising: vec!["referrals".to_owned(), "closed".to_owned()],
        falling: vec!["in-need".to_owned()],
        years: 2,
        least: 0.15,
        question: "Are contacts counted as referrals?".to_owned(),
    }
}

#[test]
fn referrals_of_2013_to_2015_ask_for_a_definition_change() {
    let settings = Prompts { breaks: vec![definition()], ..focused("northamptonshire") };
    let found = run(&northamptonshire(), AS_OF, &settings);
    assert_eq!(found.len(), 1, "2014 to 2016 is none, since children in need rose again: {found:?}");
    let one = &found[0];
    let told = (one.kind, one.from.to_string(), one.to.to_string());
    assert_eq!(told, (PromptKind::Break, "2012/13".to_owned(), "2014/15".to_owned()));
    let counts: Vec<Option<f64>> = one.figures[0].points.iter().map(|p| p.count).collect();
    assert_eq!(counts, [Some(11_250.0), Some(13_273.0), Some(17_019.0)]);
    let shares: Vec<f64> = one.figures[1].points.iter().map(|p| p.value).collect();
    assert!(near(shares[1], 0.287) && near(shares[2], 0.447), "28.7% to 44.7%: {shares:?}");
    assert!(one.figures[2].change() < 0.0);
    let elsewhere = Prompts { breaks: vec![definition()], ..Prompts::default() };
    assert!(run(&northamptonshire(), AS_OF, &elsewhere).is_empty(), "outside the focus an old break is not told");
    assert_eq!(run(&northamptonshire(), "2015-12-31", &elsewhere).len(), 1, "it was when it was new");
    let strict = Break { least: 0.2, ..definition() };
    let strict = Prompts { breaks: vec![strict], ..focused("northamptonshire") };
    assert!(run(&northamptonshire(), AS_OF, &strict).is_empty(), "the share rose by 16.4% of itself");
}

#[test]
fn small_denominators_counts_and_left_out_indicators_ask_nothing() {
    let of = |n: f64| -> Vec<Series> {
        let mut all = conferences();
        for point in all.iter_mut().flat_map(|s| &mut s.points) {
            point.denominator = Figure::of(n);
        }
        all
    };
    let settings = focused("west-northamptonshire");
    assert!(!run(&of(20.0), AS_OF, &settings).is_empty());
    assert!(run(&of(19.0), AS_OF, &settings).is_empty(), "of 19 conferences one is five points");
    let left_out = Prompts { leave_out: vec!["high".to_owned()], ..settings.clone() };
    assert!(run(&conferences(), AS_OF, &left_out).is_empty());
    let counts: Vec<Series> =
        conferences().into_iter().map(|s| Series { indicator: "count".to_owned(), ..s }).collect();
    assert!(run(&counts, AS_OF, &settings).is_empty(), "the largest place would always stand first");
    let alike: Vec<Series> =
        CONFERENCES.iter().map(|(place, _)| series("high", place, years(2022, &[50.0, 60.0]), "")).collect();
    assert!(run(&alike, AS_OF, &settings).is_empty(), "no spread to measure by");
}
