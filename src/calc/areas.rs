//! Small areas' ratios, and what is known of one.

use serde_json::{Value, json};

use super::keys::Keys;
use super::output::{maybe, number, numbers};
use super::{CalcError, Method};
use crate::stats::{StatsError, empirical_bayes, gamma_poisson};

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "empirical_bayes",
        summary: "areas' ratios drawn together by as much as chance deserves",
        parameters: &[("observed", "counts"), ("expected", "expected counts, above 0")],
        source: "spdep EBest (Marshall 1991); DCluster empbaysmooth (Clayton and Kaldor 1987)",
        run: empirical_bayes,
    },
    Method {
        name: "gamma_poisson_posterior",
        summary: "what is known of a ratio after a count, given a gamma prior",
        parameters: &[
            ("observed", "the count"),
            ("expected", "the expected count"),
            ("nu", "the prior's shape"),
            ("alpha", "the prior's rate"),
        ],
        source: "conjugate formula; R, stats::qgamma and pgamma",
        run: posterior,
    },
];

fn empirical_bayes(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let (observed, expected) = (inputs.numbers("observed")?, inputs.numbers("expected")?);
    let marshall = empirical_bayes::marshall(&observed, &expected)?;
    let prior = match empirical_bayes::gamma_prior(&observed, &expected) {
        // One area has a ratio of its own, and no prior.
        Err(StatsError::TooFew { .. }) => None,
        other => other?,
    };
    Ok(json!({
        "marshall_b": number(marshall.b),
        "marshall_a": number(marshall.a),
        "marshall_est": numbers(marshall.estimates),
        "gamma_shape_nu": maybe(prior.as_ref().map(|p| p.nu)),
        "gamma_rate_alpha": maybe(prior.as_ref().map(|p| p.alpha)),
        "ck_smoothed_rr": prior.map_or(Value::Null, |p| numbers(p.smoothed)),
    }))
}

fn posterior(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let found = gamma_poisson::posterior(
        inputs.number("observed")?,
        inputs.number("expected")?,
        inputs.number("nu")?,
        inputs.number("alpha")?,
    )?;
    Ok(json!({
        "mean": number(found.mean),
        "q025": number(found.q025),
        "q975": number(found.q975),
        "prob_rr_gt_1": number(found.chance_above(1.0)),
        "prob_rr_gt_1_5": number(found.chance_above(1.5)),
    }))
}
