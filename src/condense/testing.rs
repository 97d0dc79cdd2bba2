//! Observations and reference lists for the room's own tests.

use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Float64Array, RecordBatch, UInt8Array};
use arrow::datatypes::Int32Type;

use crate::lake::observation_schema;
use crate::model::{Number, Period, Series, Status};
use crate::spec::Reference;
use crate::spec::reference::{
    Basis, Comparator, Disclosure, Frequency, Indicator, Locality, Polarity, Population, Target, Unit, Validity,
};

/// agency, indicator, locality, period, breakdown, then numerator, denominator and value.
pub type Row = ([&'static str; 5], [Number; 3]);

/// A number; a marker by its status.
pub trait Given {
    fn number(self) -> Number;
}

impl Given for f64 {
    fn number(self) -> Number {
        Number::of(self)
    }
}

impl Given for Status {
    fn number(self) -> Number {
        if self == Status::Missing { Number::missing() } else { Number::marked(self, "x") }
    }
}

/// A total of agency `a`.
pub fn row(
    indicator: &'static str,
    locality: &'static str,
    period: &'static str,
    numbers: (impl Given, impl Given, impl Given),
) -> Row {
    (["a", indicator, locality, period, ""], [numbers.0.number(), numbers.1.number(), numbers.2.number()])
}

/// Rows as one batch, in their order.
pub fn batch(rows: &[Row]) -> RecordBatch {
    let mut columns: Vec<ArrayRef> = Vec::new();
    for i in 0..5 {
        columns.push(Arc::new(rows.iter().map(|r| Some(r.0[i])).collect::<DictionaryArray<Int32Type>>()));
    }
    for i in 0..3 {
        columns.push(Arc::new(rows.iter().map(|r| r.1[i].value).collect::<Float64Array>()));
    }
    for i in 0..3 {
        columns.push(Arc::new(rows.iter().map(|r| r.1[i].status as u8).collect::<UInt8Array>()));
    }
    RecordBatch::try_new(observation_schema(), columns).unwrap()
}

/// The series of one indicator at one place.
pub fn series<'a>(all: &'a [Series], indicator: &str, locality: &str) -> &'a Series {
    all.iter().find(|s| s.indicator == indicator && s.locality == locality).unwrap()
}

fn indicator(id: &str, unit: Unit, polarity: Polarity) -> Indicator {
    Indicator {
        indicator: id.to_owned(),
        name: id.to_owned(),
        theme: "neglect".to_owned(),
        agency: String::new(),
        unit,
        numerator_label: String::new(),
        denominator_label: String::new(),
        multiplier: if unit == Unit::Rate { 10_000.0 } else { 1.0 },
        frequency: Frequency::Monthly,
        polarity,
        minimum: None,
        maximum: None,
        description: String::new(),
        basis: Basis::Flow,
        population_from: 0,
        population_to: 17,
        disclosure: Disclosure::Children,
        extra: Default::default(),
    }
}

fn locality(id: &str, parent: &str) -> Locality {
    Locality {
        locality: id.to_owned(),
        name: id.to_owned(),
        gss_code: String::new(),
        parent: parent.to_owned(),
        valid: Validity::default(),
        extra: Default::default(),
    }
}

/// A county of two districts, an indicator of each unit by the unit's name, a target, two comparators.
pub fn reference() -> Reference {
    let population = |locality: &str, year: i32, population: f64| Population {
        locality: locality.to_owned(),
        year,
        age_from: 0,
        age_to: 17,
        population,
        extra: Default::default(),
    };
    let comparator = |comparator: &str, period: &str, value: f64| Comparator {
        indicator: "rate".to_owned(),
        comparator: comparator.to_owned(),
        period: Period::parse(period).unwrap(),
        value,
        extra: Default::default(),
    };
    Reference {
        localities: vec![locality("county", ""), locality("corby", "county"), locality("kettering", "county")],
        populations: vec![
            population("corby", 2012, 15_000.0),
            population("corby", 2013, 16_000.0),
            population("kettering", 2012, 24_000.0),
            population("kettering", 2013, 25_000.0),
        ],
        indicators: vec![
            indicator("count", Unit::Count, Polarity::LowIsGood),
            indicator("proportion", Unit::Proportion, Polarity::HighIsGood),
            indicator("rate", Unit::Rate, Polarity::Neutral),
            indicator("mean", Unit::Mean, Polarity::LowIsGood),
            indicator("value", Unit::Value, Polarity::LowIsGood),
        ],
        targets: vec![Target {
            indicator: "proportion".to_owned(),
            valid: Validity { from: "2014-01-01".parse().ok(), to: None },
            target: 0.9,
            tolerance: 0.05,
            extra: Default::default(),
        }],
        comparators: vec![
            comparator("england", "2013/14", 500.0),
            comparator("statistical-neighbours", "2012/13", 450.0),
        ],
        ..Reference::default()
    }
}
