//! Rates, proportions and their intervals.

use serde_json::{Map, Value, json};

use super::keys::{Keys, wrong};
use super::output::{maybe, number};
use super::{CalcError, Method};
use crate::stats::dsr::Dsr;
use crate::stats::dsr_repeated::{self, Frequency};
use crate::stats::{StatsError, dsr, interval};

const PHE: &str = "PHEindicatormethods (UK Health Security Agency)";

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "rate_byar_exact",
        summary: "a rate with its interval: exact under a count of 10, Byar's from 10",
        parameters: &[
            ("count", "events; null gives nulls"),
            ("denominator", "exposure, above 0"),
            ("multiplier", "per how many; default 100000"),
            ("confidence", "0.9 to 1 or 90 to 100, default 0.95; [0.95, 0.998] gives both"),
        ],
        source: PHE,
        run: rate_byar_exact,
    },
    Method {
        name: "byars_raw",
        summary: "Byar's limits of a count, missing where the approximation fails",
        parameters: &[("count", "events"), ("confidence", "default 0.95")],
        source: PHE,
        run: byars_raw,
    },
    Method {
        name: "exact_poisson",
        summary: "Garwood's exact limits of a count",
        parameters: &[("count", "events"), ("confidence", "default 0.95")],
        source: "R, stats::poisson.test",
        run: exact_poisson,
    },
    Method {
        name: "proportion_wilson",
        summary: "a proportion with Wilson's interval",
        parameters: &[
            ("count", "cases; null gives nulls"),
            ("denominator", "of how many, above 0"),
            ("multiplier", "per how many; default 1"),
            ("confidence", "as for rate_byar_exact"),
        ],
        source: PHE,
        run: proportion_wilson,
    },
    Method {
        name: "dsr_dobson",
        summary: "a directly standardised rate with Dobson's interval; withheld under 10 events",
        parameters: &[
            ("count", "events of each band; null is 0"),
            ("pop", "people of each band, above 0"),
            ("stdpop", "the standard population's weight of each band"),
            ("multiplier", "per how many; default 100000"),
            ("confidence", "as for rate_byar_exact"),
        ],
        source: PHE,
        run: dsr_dobson,
    },
    Method {
        name: "dsr_repeated",
        summary: "a directly standardised rate of events that one person can have more than once",
        parameters: &[
            ("events", "how many events each person had, a number a frequency"),
            ("people", "so many people in each band, a list a frequency; null is 0"),
            ("pop", "people of each band, above 0"),
            ("stdpop", "the standard population's weight of each band"),
            ("multiplier", "per how many; default 100000"),
            ("confidence", "as for rate_byar_exact"),
        ],
        source: "PHEindicatormethods, calculate_dsr with independent_events = FALSE",
        run: dsr_repeated,
    },
];

fn rate_byar_exact(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let figures = inputs.maybe_number("count")?.zip(inputs.maybe_number("denominator")?);
    let multiplier = params.number_or("multiplier", 100_000.0)?;
    let mut result = Map::new();
    let (mut value, mut method) = (None, Value::Null);
    let limits = at_levels(&params, |confidence| {
        interval::tail(confidence)?;
        let Some((count, denominator)) = figures else { return Ok(None) };
        let (rate, limits) = interval::poisson_rate(count, denominator, multiplier, confidence)?;
        value = Some(rate);
        method = Value::from(limits.method);
        Ok(Some((limits.lower, limits.upper)))
    })?;
    result.insert("value".to_owned(), maybe(value));
    result.extend(limits);
    result.insert("method".to_owned(), method);
    Ok(Value::Object(result))
}

fn proportion_wilson(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let figures = inputs.maybe_number("count")?.zip(inputs.maybe_number("denominator")?);
    let multiplier = params.number_or("multiplier", 1.0)?;
    let limits = at_levels(&params, |confidence| {
        interval::tail(confidence)?;
        let Some((count, denominator)) = figures else { return Ok(None) };
        let limits = interval::wilson(count, denominator, confidence)?;
        Ok(Some((limits.lower * multiplier, limits.upper * multiplier)))
    })?;
    let mut result = Map::new();
    result.insert("value".to_owned(), maybe(figures.map(|(count, denominator)| count / denominator * multiplier)));
    result.extend(limits);
    Ok(Value::Object(result))
}

fn byars_raw(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let count = Keys::inputs(inputs)?.number("count")?;
    let limits = interval::byar(count, Keys::params(params)?.number_or("confidence", 0.95)?)?;
    Ok(json!({ "lower": maybe(limits.lower), "upper": number(limits.upper) }))
}

fn exact_poisson(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let count = Keys::inputs(inputs)?.number("count")?;
    let limits = interval::exact_poisson(count, Keys::params(params)?.number_or("confidence", 0.95)?)?;
    Ok(json!({ "lower": number(limits.lower), "upper": number(limits.upper) }))
}

fn dsr_dobson(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let counts = inputs.maybe_numbers("count")?;
    let populations = inputs.maybe_numbers("pop")?;
    let standard = inputs.numbers("stdpop")?;
    let multiplier = params.number_or("multiplier", 100_000.0)?;
    standardised(&params, |confidence| dsr::dsr(&counts, &populations, &standard, multiplier, confidence))
}

fn dsr_repeated(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let (events, people) = (inputs.numbers("events")?, inputs.rows("people")?);
    if events.len() != people.len() {
        return Err(StatsError::LengthsDiffer.into());
    }
    let frequencies: Vec<Frequency> =
        events.into_iter().zip(people).map(|(events, people)| Frequency { events, people }).collect();
    let populations = inputs.maybe_numbers("pop")?;
    let standard = inputs.numbers("stdpop")?;
    let multiplier = params.number_or("multiplier", 100_000.0)?;
    standardised(&params, |confidence| {
        dsr_repeated::dsr_repeated(&frequencies, &populations, &standard, multiplier, confidence)
    })
}

/// A standardised rate at the confidence asked for.
fn standardised(params: &Keys, rate: impl Fn(f64) -> Result<Dsr, StatsError>) -> Result<Value, CalcError> {
    let mut totals = (0.0, 0.0);
    let mut value = None;
    let limits = at_levels(params, |confidence| {
        let found = rate(confidence)?;
        totals = (found.total_count, found.total_population);
        value = found.rate.map(|rate| rate.value);
        Ok(found.rate.map(|rate| (rate.lower, rate.upper)))
    })?;
    let mut result = Map::new();
    result.insert("total_count".to_owned(), number(totals.0));
    result.insert("total_pop".to_owned(), number(totals.1));
    result.insert("value".to_owned(), maybe(value));
    result.extend(limits);
    Ok(Value::Object(result))
}

/// The limits at the confidence asked for: `lower` and `upper`, or both pairs of the two customary levels.
fn at_levels(
    params: &Keys,
    mut limits: impl FnMut(f64) -> Result<Option<(f64, f64)>, CalcError>,
) -> Result<Map<String, Value>, CalcError> {
    let levels = if params.has("confidence") { params.numbers("confidence")? } else { vec![0.95] };
    let suffixes: &[&str] = match levels[..] {
        [_] => &[""],
        [two, three] if [two, three] == [0.95, 0.998] || [two, three] == [95.0, 99.8] => &["95", "998"],
        _ => return Err(wrong("confidence", "one level, or [0.95, 0.998]")),
    };
    let mut found = Map::new();
    for (level, suffix) in levels.iter().zip(suffixes) {
        let pair = limits(*level)?;
        found.insert(format!("lower{suffix}"), maybe(pair.map(|(lower, _)| lower)));
        found.insert(format!("upper{suffix}"), maybe(pair.map(|(_, upper)| upper)));
    }
    Ok(found)
}
