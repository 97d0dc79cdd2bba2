//! Small boards for tests.

use chrono::NaiveDate;

use crate::model::number::Status;
use crate::model::row::Value;
use crate::model::series::{Assurance, Figure, Variation};
use crate::model::{Board, Cell, ColumnKind, Number, Period, Point, Provenance, Row, Series, Signal, Stream, Table};
use crate::spec::Reference;
use crate::spec::pipeline::{Expected, Method};
use crate::spec::reference::{
    Agency, Basis, Comparator, Disclosure, Extra, Frequency, Indicator, Locality, Polarity, Population, Theme, Topic,
    Unit, Validity,
};
use crate::triangulate::{Depth, World, triangulate};

/// A day of ISO text.
pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A period of its text.
pub(super) fn period(text: &str) -> Period {
    Period::parse(text).unwrap()
}

/// A place that always was.
pub(super) fn locality(id: &str, parent: &str) -> Locality {
    Locality {
        locality: id.to_owned(),
        name: id.to_uppercase(),
        gss_code: String::new(),
        parent: parent.to_owned(),
        valid: Validity::default(),
        extra: Extra::new(),
    }
}

/// An agency that always was.
pub(super) fn agency(id: &str) -> Agency {
    Agency {
        agency: id.to_owned(),
        name: id.to_uppercase(),
        kind: String::new(),
        valid: Validity::default(),
        extra: Extra::new(),
    }
}

/// A theme.
pub(super) fn theme(id: &str) -> Theme {
    Theme { theme: id.to_owned(), name: id.to_uppercase(), description: String::new(), extra: Extra::new() }
}

/// A standard, category or factor.
pub(super) fn topic(id: &str, theme: &str, parent: &str) -> Topic {
    Topic {
        id: id.to_owned(),
        name: id.to_uppercase(),
        theme: theme.to_owned(),
        parent: parent.to_owned(),
        extra: Extra::new(),
    }
}

/// A monthly flow that any agency may return; low is good.
pub(super) fn indicator(id: &str, theme: &str, unit: Unit) -> Indicator {
    Indicator {
        indicator: id.to_owned(),
        name: id.to_uppercase(),
        theme: theme.to_owned(),
        agency: String::new(),
        unit,
        numerator_label: String::new(),
        denominator_label: String::new(),
        multiplier: if unit == Unit::Rate { 10_000.0 } else { 1.0 },
        frequency: Frequency::Monthly,
        polarity: Polarity::LowIsGood,
        minimum: None,
        maximum: None,
        description: String::new(),
        basis: Basis::Flow,
        population_from: 0,
        population_to: 17,
        disclosure: Disclosure::Children,
        extra: Extra::new(),
    }
}

/// A figure of England.
pub(super) fn england(indicator: &str, at: &str, value: f64) -> Comparator {
    Comparator {
        indicator: indicator.to_owned(),
        comparator: "england".to_owned(),
        period: period(at),
        value,
        extra: Extra::new(),
    }
}

/// A point: numerator, counted denominator, and what it is divided by.
pub(super) fn point(at: Period, numerator: Option<f64>, denominator: Option<f64>, base: Option<f64>) -> Point {
    let figure = |v: Option<f64>| v.map_or(Figure::MISSING, Figure::of);
    Point {
        period: at,
        numerator: figure(numerator),
        denominator: figure(denominator),
        value: figure(numerator.zip(base).filter(|(_, b)| *b > 0.0).map(|(n, b)| n / b)),
        base,
        lower: None,
        upper: None,
        interval_method: "",
        mean: None,
        lower_limit: None,
        upper_limit: None,
        variation: Variation::CommonCause,
    }
}

/// A point that holds a value alone.
pub(super) fn valued(at: Period, value: f64) -> Point {
    Point { value: Figure::of(value), ..point(at, None, None, None) }
}

/// A point withheld by its sender.
pub(super) fn withheld(at: Period) -> Point {
    let figure = Figure { value: None, status: Status::Suppressed };
    Point { numerator: figure, value: figure, ..point(at, None, None, None) }
}

/// A series of points.
pub(super) fn series(agency: &str, indicator: &str, locality: &str, points: Vec<Point>) -> Series {
    Series {
        agency: agency.to_owned(),
        indicator: indicator.to_owned(),
        locality: locality.to_owned(),
        points,
        target: None,
        target_status: "",
        comparator: None,
        variation: None,
        assurance: Assurance::None,
        notes: Vec::new(),
        comparable_from: None,
    }
}

/// The `n` periods that end with `last`, each made into a point by its position.
pub(super) fn back_from(last: &str, n: usize, make: impl Fn(usize, Period) -> Point) -> Vec<Point> {
    let last = period(last);
    let first = match last {
        Period::Month(y, m) => {
            let month = y * 12 + m as i32 - n as i32;
            Period::Month(month.div_euclid(12), month.rem_euclid(12) as u32 + 1)
        }
        Period::Quarter(y, q) => {
            let quarter = y * 4 + q as i32 - n as i32;
            Period::Quarter(quarter.div_euclid(4), quarter.rem_euclid(4) as u32 + 1)
        }
        Period::FinancialYear(y) => Period::FinancialYear(y + 1 - n as i32),
        Period::Year(y) => Period::Year(y + 1 - n as i32),
    };
    std::iter::successors(Some(first), |p| Some(p.next())).take(n).enumerate().map(|(i, p)| make(i, p)).collect()
}

/// A row of `column=value` pairs, read by the kinds of the columns. Its provenance is numbered by what it says.
pub(super) fn row(table: Table, line: u32, values: &[(&str, &str)]) -> Row {
    let mut row = Row::empty(table, Provenance { source_row: line, ..Provenance::default() });
    for (column, text) in values {
        let kind = table.columns()[table.position(column).unwrap()].kind;
        let value = match kind {
            ColumnKind::Ids(_) => Value::Ids(text.split(';').filter(|t| !t.is_empty()).map(str::to_owned).collect()),
            ColumnKind::Period => Value::Period(period(text)),
            ColumnKind::Date => Value::Date(day(text)),
            ColumnKind::Number if *text == "grey" => Value::Number(Number::marked(Status::NotApplicable, *text)),
            ColumnKind::Number => Value::Number(Number::of(text.parse().unwrap())),
            _ => Value::Text((*text).into()),
        };
        row.set(column, value);
    }
    row
}

/// A board and its evidence, to be changed before it is triangulated.
#[derive(Clone)]
pub(super) struct Setup {
    pub reference: Reference,
    pub method: Method,
    pub expected: Expected,
    pub as_of: NaiveDate,
    pub series: Vec<Series>,
    pub section11: Vec<Row>,
    pub audits: Vec<Row>,
    pub child_deaths: Vec<Row>,
    pub case_reviews: Vec<Row>,
    pub intelligence: Vec<Row>,
    pub depth: Depth,
}

impl Setup {
    /// Six places `a` to `f` of 10,000 children each in a county, six agencies `p` to `u`, the themes `neglect` and `other`, on
    /// 31 January 2015; no evidence.
    pub fn new() -> Self {
        let mut localities = vec![locality("county", "")];
        localities.extend(["a", "b", "c", "d", "e", "f"].map(|id| locality(id, "county")));
        let people = |l: &Locality| Population {
            locality: l.locality.clone(),
            year: 2014,
            age_from: 0,
            age_to: 17,
            population: if l.locality == "county" { 60_000.0 } else { 10_000.0 },
            extra: Extra::new(),
        };
        let reference = Reference {
            agencies: ["p", "q", "r", "s", "t", "u"].map(agency).to_vec(),
            populations: localities.iter().map(people).collect(),
            localities,
            themes: vec![theme("neglect"), theme("other")],
            standards: vec![
                topic("s1", "", ""),
                topic("s1-1", "neglect", "s1"),
                topic("s1-2", "neglect", "s1"),
                topic("s1-3", "neglect", "s1"),
                topic("s1-4", "neglect", "s1"),
            ],
            death_categories: vec![topic("1", "neglect", ""), topic("7", "other", "")],
            death_factors: vec![topic("poor-parenting", "neglect", "care"), topic("housing", "other", "home")],
            ..Reference::default()
        };
        Self {
            reference,
            method: Method::default(),
            expected: Expected::default(),
            as_of: day("2015-01-31"),
            series: Vec::new(),
            section11: Vec::new(),
            audits: Vec::new(),
            child_deaths: Vec::new(),
            case_reviews: Vec::new(),
            intelligence: Vec::new(),
            depth: Depth::Full { seed: 7 },
        }
    }

    /// The lattice.
    pub fn board(&self) -> Board {
        triangulate(&World {
            reference: &self.reference,
            method: &self.method,
            expected: &self.expected,
            as_of: self.as_of,
            series: &self.series,
            section11: &self.section11,
            audits: &self.audits,
            child_deaths: &self.child_deaths,
            case_reviews: &self.case_reviews,
            intelligence: &self.intelligence,
            depth: self.depth,
        })
    }

    /// A cell of it, by id.
    pub fn cell(&self, id: &str) -> Cell {
        self.board().cells.into_iter().find(|c| c.id.to_string() == id).unwrap_or_else(|| panic!("no cell {id}"))
    }

    /// A signal of a cell.
    pub fn signal(&self, id: &str, stream: Stream) -> Signal {
        self.cell(id).signal(stream).clone()
    }
}

/// Fails where `found` is not `expected` to nine places.
pub(super) fn near(found: Option<f64>, expected: f64) {
    let found = found.expect("the stream is silent");
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}
