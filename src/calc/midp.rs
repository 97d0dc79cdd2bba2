//! One figure against what was expected, as p and z.

use serde_json::{Value, json};

use super::keys::Keys;
use super::output::maybe;
use super::{CalcError, Method};
use crate::stats::StatsError;
use crate::stats::midp::{self, MidP};

const SOURCE: &str = "Lancaster 1961 (mid-P); scipy.stats";

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "tri_midp_binomial",
        summary: "a share of cases against a proportion, as p and z",
        parameters: &[
            ("adverse", "adverse cases"),
            ("n", "of how many; 0 is silence"),
            ("p0", "the proportion expected"),
            ("cap", "default 3"),
        ],
        source: SOURCE,
        run: midp_binomial,
    },
    Method {
        name: "tri_midp_poisson",
        summary: "a count against an expected one, as p and z",
        parameters: &[("observed", "the count"), ("expected", "0 is silence"), ("cap", "default 3")],
        source: SOURCE,
        run: midp_poisson,
    },
    Method {
        name: "tri_midp_hypergeometric",
        summary: "a proportion against an earlier one, all margins given",
        parameters: &[
            ("x1, n1", "cases of the later sample, and its size"),
            ("x0, n0", "cases of the earlier, and its size"),
            ("cap", "default 3"),
        ],
        source: SOURCE,
        run: midp_hypergeometric,
    },
    Method {
        name: "tri_midp_share",
        summary: "a rate against an earlier one, given the sum of counts",
        parameters: &[
            ("x1, t1", "events of the later period, and its exposure"),
            ("x0, t0", "events of the earlier, and its exposure"),
            ("cap", "default 3"),
        ],
        source: SOURCE,
        run: midp_share,
    },
];

fn midp_json(found: Option<MidP>, params: &Value) -> Result<Value, CalcError> {
    let cap = Keys::params(params)?.number_or("cap", 3.0)?.abs();
    Ok(json!({
        "silent": found.is_none(),
        "p_mid": maybe(found.map(|m| m.p)),
        "z": maybe(found.map(|m| m.z)),
        "z_capped": maybe(found.map(|m| m.z.min(cap).max(-cap))),
    }))
}

fn midp_binomial(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let (adverse, n, p0) = (inputs.number("adverse")?, inputs.number("n")?, inputs.number("p0")?);
    if adverse < 0.0 {
        return Err(StatsError::NegativeCount.into());
    }
    if adverse > n {
        return Err(StatsError::CountAboveDenominator.into());
    }
    if !(0.0..=1.0).contains(&p0) {
        return Err(StatsError::ProbabilityOutOfRange.into());
    }
    midp_json(midp::binomial(adverse, n, p0), params)
}

fn midp_poisson(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let (observed, expected) = (inputs.number("observed")?, inputs.number("expected")?);
    if observed < 0.0 || expected < 0.0 {
        return Err(StatsError::NegativeCount.into());
    }
    midp_json(midp::poisson(observed, expected), params)
}

fn midp_hypergeometric(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let [x1, n1, x0, n0] = four(&inputs, ["x1", "n1", "x0", "n0"])?;
    if x1 > n1 || x0 > n0 {
        return Err(StatsError::CountAboveDenominator.into());
    }
    midp_json(midp::hypergeometric(x1, n1, x0, n0), params)
}

fn midp_share(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let [x1, t1, x0, t0] = four(&inputs, ["x1", "t1", "x0", "t0"])?;
    midp_json(midp::share(x1, t1, x0, t0), params)
}

/// Four counts, none of them negative.
fn four(inputs: &Keys, keys: [&str; 4]) -> Result<[f64; 4], CalcError> {
    let mut values = [0.0; 4];
    for (value, key) in values.iter_mut().zip(keys) {
        *value = inputs.number(key)?;
        if *value < 0.0 {
            return Err(StatsError::NegativeCount.into());
        }
    }
    Ok(values)
}
