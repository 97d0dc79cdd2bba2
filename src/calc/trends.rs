//! Drift over time, and two rates compared.

use serde_json::{Value, json};

use super::keys::Keys;
use super::output::{maybe, number};
use super::{CalcError, Method};
use crate::stats::mann_kendall::MannKendall;
use crate::stats::{
    StatsError, autocorrelation, cochran_armitage, mann_kendall, mann_kendall_seasonal, poisson_trend, two_rates,
};

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "mann_kendall",
        summary: "whether a series drifts, and Sen's slope",
        parameters: &[
            ("y", "values in order of time, null where missing"),
            ("sen_time_index", "the places, gaps kept"),
        ],
        source: "Kendall 1975; Gilbert 1987; pymannkendall",
        run: mann_kendall,
    },
    Method {
        name: "mann_kendall_seasonal",
        summary: "whether a series with seasons drifts, each season compared with itself",
        parameters: &[
            ("y", "values in order of time, null where missing"),
            ("period", "how many places make a cycle: 12 for months (default), 4 for quarters"),
        ],
        source: "Hirsch, Slack and Smith 1982; pymannkendall, seasonal_test",
        run: mann_kendall_seasonal,
    },
    Method {
        name: "cochran_armitage",
        summary: "whether proportions rise or fall along a score",
        parameters: &[("x", "cases of each group"), ("n", "of how many"), ("score", "the groups' scores")],
        source: "R, stats::prop.trend.test",
        run: cochran_armitage,
    },
    Method {
        name: "poisson_trend",
        summary: "whether a rate rises or falls over time",
        parameters: &[("y", "counts in order of time"), ("denominator", "exposures, above 0")],
        source: "R, stats::glm (poisson, quasipoisson)",
        run: poisson_trend,
    },
    Method {
        name: "acf_lag1",
        summary: "how much a series remembers from one point to the next",
        parameters: &[("y", "values in order of time")],
        source: "R, stats::acf",
        run: acf_lag1,
    },
    Method {
        name: "two_rate_exact",
        summary: "two rates compared exactly",
        parameters: &[
            ("x1, t1", "events and exposure of the first"),
            ("x2, t2", "events and exposure of the second"),
            ("confidence", "default 0.95"),
        ],
        source: "R, stats::poisson.test",
        run: two_rate_exact,
    },
];

/// Every pair is looked at.
const MOST_VALUES: usize = 10_000;

/// Fewer points are reported, and nothing is claimed of them.
const FEWEST_POINTS: usize = 8;

/// A series that remembers more than this (lag 1) breaks the test's assumption: warn, or use the seasonal one.
const MOST_MEMORY: f64 = 0.3;

fn mann_kendall(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let values = series(inputs)?;
    let mut answer = drift(&mann_kendall::mann_kendall(&values));
    let known: Vec<f64> = values.into_iter().flatten().collect();
    let memory = autocorrelation::lag1(&known);
    answer["r1"] = maybe(memory);
    answer["autocorrelated"] = memory.is_some_and(|r| r.abs() > MOST_MEMORY).into();
    answer["too_few_to_claim"] = (known.len() < FEWEST_POINTS).into();
    Ok(answer)
}

fn mann_kendall_seasonal(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let values = series(inputs)?;
    let period = Keys::params(params)?.maybe_whole("period")?.unwrap_or(12);
    Ok(drift(&mann_kendall_seasonal::mann_kendall_seasonal(&values, period)?))
}

fn series(inputs: &Value) -> Result<Vec<Option<f64>>, CalcError> {
    let values = Keys::inputs(inputs)?.maybe_numbers("y")?;
    if values.len() > MOST_VALUES {
        return Err(super::keys::wrong("y", "a list of at most 10000"));
    }
    Ok(values)
}

fn drift(found: &MannKendall) -> Value {
    json!({
        "n": found.n,
        "S": number(found.s),
        "var_S": number(found.var_s),
        "z": number(found.z),
        "p_two_sided": number(found.p),
        "sen_slope": maybe(found.sen_slope),
    })
}

fn cochran_armitage(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let found =
        cochran_armitage::cochran_armitage(&inputs.numbers("x")?, &inputs.numbers("n")?, &inputs.numbers("score")?)?;
    Ok(json!({ "chisq": maybe(found.chi_squared), "p": maybe(found.p) }))
}

fn poisson_trend(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let trend = poisson_trend::poisson_trend(&inputs.numbers("y")?, &inputs.numbers("denominator")?)?;
    Ok(json!({
        "intercept": number(trend.intercept),
        "slope": number(trend.slope),
        "se_slope": number(trend.se_slope),
        "z": number(trend.z),
        "p": number(trend.p),
        "rate_ratio_per_period": number(trend.rate_ratio),
        "deviance": number(trend.deviance),
        "pearson_dispersion": number(trend.dispersion),
        "quasi_se_slope": number(trend.quasi_se_slope),
    }))
}

fn acf_lag1(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let values = Keys::inputs(inputs)?.numbers("y")?;
    if values.len() < 2 {
        return Err(StatsError::TooFew { needed: 2 }.into());
    }
    Ok(json!({ "r1": maybe(autocorrelation::lag1(&values)) }))
}

fn two_rate_exact(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let found = two_rates::two_rates(
        inputs.number("x1")?,
        inputs.number("t1")?,
        inputs.number("x2")?,
        inputs.number("t2")?,
        Keys::params(params)?.number_or("confidence", 0.95)?,
    )?;
    Ok(json!({
        "rate_ratio": maybe(found.ratio),
        "p": number(found.p),
        "ci_lower": maybe(found.lower),
        "ci_upper": maybe(found.upper),
    }))
}
