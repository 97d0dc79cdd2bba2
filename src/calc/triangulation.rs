//! The steps from evidence to a hot spot, one by one and in a row.

use serde_json::{Value, json};

use super::keys::{Keys, wrong};
use super::output::{maybe, maybes, number, numbers};
use super::{CalcError, Method};
use crate::stats::combine::{self, CombineSettings, Combined, StreamInput};
use crate::stats::rho::{self, RhoSettings};
use crate::stats::{StatsError, adjust, doubling, overdispersion, pool, rank, single_stream, weight};

const SOURCE: &str = "the crate's documentation of triangulation";

const COMBINE_KEYS: &[(&str, &str)] = &[
    ("streams", "the streams' names, for the reader"),
    ("z", "one a stream, positive for concern, null where silent"),
    ("weight", "one a stream"),
    ("rho", "the streams' correlation; default 0.2"),
    ("cap", "z is held within it; default 3"),
    ("silent_below", "the weight under which a stream is silent; default 0.1"),
    ("light_threshold", "the z of a light; default 1.2816"),
];

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "tri_weight",
        summary: "what a stream's evidence counts for",
        parameters: &[
            ("base", "the weight settled beforehand"),
            ("reliability", "0 to 1"),
            ("age_months", "the evidence's age"),
            ("specificity", "1, or less where it names several cells"),
            ("half_life_months", "the age at which it counts for half"),
            ("silent_below", "default 0.1"),
        ],
        source: "this board's own rule: the crate's documentation of triangulation",
        run: stream_weight,
    },
    Method {
        name: "tri_power",
        summary: "what is left of a weight, and the most that z counts for, where there are few cases",
        parameters: &[
            ("n", "trials; or give `expected`"),
            ("usual", "how many of them would usually be adverse"),
            ("expected", "the count that would be usual"),
            ("half", "by how much a doubling must move z for 0.71 of a weight; default 2, 0 for all of it"),
            ("doublings", "z counts for no more than so many give; default 2, 0 for no such cap"),
            ("cap", "nor for more than this; default 3"),
        ],
        source: "Zaykin 2011 (weights by the expected z); Agresti 2013, 1.3 (information of a count)",
        run: stream_power,
    },
    Method {
        name: "tri_pool_indicators",
        summary: "correlated z's of one theme as one z",
        parameters: &[("z", "one an indicator"), ("rho", "their correlation; default 0.3")],
        source: "Strube 1985 (Stouffer's sum for correlated sources)",
        run: pool_indicators,
    },
    Method {
        name: "tri_overdispersion",
        summary: "z's brought back to the spread that chance would give",
        parameters: &[
            ("z", "one a cell"),
            ("winsorise", "the share at each end; default 0.1"),
            ("quantile_type", "7"),
            ("min_cells", "under so many nothing is adjusted; default 10"),
            (
                "consistency",
                "a normal's mean square after winsorising: 0.679 in a batch; default 1, which leaves phi low",
            ),
        ],
        source: "Spiegelhalter 2005, overdispersion of performance indicators",
        run: adjusted,
    },
    Method {
        name: "tri_combine",
        summary: "the streams of a cell as one score, with pattern and lights",
        parameters: COMBINE_KEYS,
        source: "Strube 1985; O'Cathain, Murphy and Nicholl 2010 (the pattern)",
        run: combined,
    },
    Method {
        name: "tri_rho_hat",
        summary: "the streams' correlation, estimated from the cells",
        parameters: &[
            ("z", "a row a cell, a column a stream, null where silent"),
            ("floor", "default 0.2"),
            ("ceiling", "default 0.8"),
            ("min_pairs", "joint cells that a pair of streams needs; default 10"),
            ("min_cells", "cells with two streams that are needed; default 30"),
            ("default", "rho without an estimate; default 0.3"),
        ],
        source: "Spearman 1904; Pearson 1907 (2 sin(pi r/6))",
        run: rho_hat,
    },
    Method {
        name: "tri_expected_rank",
        summary: "cells' expected ranks, their uncertainty in the answer",
        parameters: &[("mean_z", "the scores"), ("se", "their standard errors, above 0")],
        source: "Laird and Louis 1989; DerSimonian and Laird 1986",
        run: expected_rank,
    },
    Method {
        name: "tri_single_stream_alert",
        summary: "single z's that stand out among all",
        parameters: &[
            ("z_uncapped", "one a stream-cell, null where silent"),
            ("q", "the share of false alerts; default 0.05"),
        ],
        source: "Benjamini and Hochberg 1995",
        run: single_stream_alert,
    },
    Method {
        name: "tri_pipeline",
        summary: "from z's to hot spots and ranks",
        parameters: &[
            ("z", "a row a cell, a column a stream, null where silent"),
            ("weight", "one a stream"),
            ("rho", "default 0.2"),
            ("cap", "default 3"),
            ("q_threshold", "default 0.1"),
            ("min_streams", "streams that a cell needs to be tested; default 2"),
            ("min_concern", "concerned streams that a hot spot needs; default 2"),
        ],
        source: SOURCE,
        run: pipeline,
    },
];

fn stream_weight(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let weight = weight::weight(
        inputs.number_or("base", 1.0)?,
        inputs.number("reliability")?,
        inputs.number("age_months")?,
        params.number("half_life_months")?,
        inputs.number_or("specificity", 1.0)?,
    );
    Ok(json!({ "weight": number(weight), "silent": weight < params.number_or("silent_below", 0.1)? }))
}

fn stream_power(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let moved = if inputs.has("expected") {
        doubling::of_count(inputs.number("expected")?)
    } else {
        doubling::of_trials(inputs.number("n")?, inputs.number("usual")?)
    };
    let (doublings, cap) = (params.number_or("doublings", 2.0)?, params.number_or("cap", 3.0)?);
    Ok(json!({
        "moved": number(moved),
        "power": number(doubling::power(moved, params.number_or("half", 2.0)?)),
        "cap": number(doubling::cap(moved, doublings, cap)),
    }))
}

fn pool_indicators(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let z = Keys::inputs(inputs)?.numbers("z")?;
    Ok(json!({ "z_stream": maybe(pool::pool(&z, Keys::params(params)?.number_or("rho", 0.3)?)) }))
}

fn adjusted(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let params = Keys::params(params)?;
    if params.number_or("quantile_type", 7.0)? != 7.0 {
        return Err(wrong("quantile_type", "7"));
    }
    let z = Keys::inputs(inputs)?.numbers("z")?;
    let enough = z.len() >= params.maybe_whole("min_cells")?.unwrap_or(10);
    let (winsorise, consistency) = (params.number_or("winsorise", 0.1)?, params.number_or("consistency", 1.0)?);
    if !(consistency > 0.0 && consistency <= 1.0) {
        return Err(wrong("consistency", "above 0, and at most 1"));
    }
    let phi = if enough { overdispersion::consistent_phi(&z, winsorise, consistency) } else { 1.0 };
    Ok(json!({ "phi": number(phi), "z_adj": numbers(z.iter().map(|z| z / phi.sqrt())) }))
}

fn combine_settings(params: &Keys) -> Result<CombineSettings, CalcError> {
    let default = CombineSettings::default();
    Ok(CombineSettings {
        rho: params.number_or("rho", default.rho)?,
        cap: params.number_or("cap", default.cap)?,
        silent_below: params.number_or("silent_below", default.silent_below)?,
        light_threshold: params.number_or("light_threshold", default.light_threshold)?,
    })
}

fn stream_inputs(z: &[Option<f64>], weight: &[f64]) -> Result<Vec<StreamInput>, CalcError> {
    if z.len() != weight.len() {
        return Err(StatsError::LengthsDiffer.into());
    }
    Ok(z.iter().zip(weight).map(|(z, weight)| StreamInput { z: *z, weight: *weight, cap: f64::INFINITY }).collect())
}

fn combined(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let streams = stream_inputs(&inputs.maybe_numbers("z")?, &inputs.numbers("weight")?)?;
    let found = combine::combine(&streams, &combine_settings(&Keys::params(params)?)?);
    let without_each = found.leave_one_out.iter().copied().flatten();
    Ok(json!({
        "n_streams": found.n_streams,
        "Z": maybe(found.z_total),
        "p": maybe(found.p),
        "mean_z": maybe(found.mean_z),
        "se": maybe(found.se),
        "n_eff": maybe(found.n_eff),
        "lights": found.lights.iter().map(|l| l.as_str()).collect::<Vec<_>>(),
        "Q": maybe(found.q),
        "Q_df": found.q_df,
        "Q_p": maybe(found.q_p),
        "I2": maybe(found.i2),
        "gap": maybe(found.gap),
        "pattern": found.pattern.as_str(),
        "leave_one_out_Z": if found.n_streams < 2 { Value::Null } else { numbers(without_each) },
    }))
}

fn rho_hat(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let params = Keys::params(params)?;
    let default = RhoSettings::default();
    let settings = RhoSettings {
        floor: params.number_or("floor", default.floor)?,
        ceiling: params.number_or("ceiling", default.ceiling)?,
        min_pairs: params.maybe_whole("min_pairs")?.unwrap_or(default.min_pairs),
        min_cells: params.maybe_whole("min_cells")?.unwrap_or(default.min_cells),
        default: params.number_or("default", default.default)?,
    };
    let hat = rho::estimate(&Keys::inputs(inputs)?.rows("z")?, &settings);
    Ok(json!({
        "rho": number(hat.rho),
        "source": hat.source.as_str(),
        "pairs_used": hat.pairs_used,
        "mean_spearman": maybe(hat.mean_spearman),
        "raw": maybe(hat.raw),
    }))
}

fn expected_rank(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let (mean, se) = (inputs.numbers("mean_z")?, inputs.numbers("se")?);
    if mean.len() != se.len() {
        return Err(StatsError::LengthsDiffer.into());
    }
    if se.iter().any(|se| *se <= 0.0) {
        return Err(wrong("se", "above 0"));
    }
    let ranked = rank::expected_rank(&mean, &se);
    Ok(json!({
        "tau2": number(ranked.tau2),
        "post_mean": numbers(ranked.post_mean),
        "post_var": numbers(ranked.post_var),
        "expected_rank": numbers(ranked.expected_rank),
    }))
}

fn single_stream_alert(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let z = Keys::inputs(inputs)?.maybe_numbers("z_uncapped")?;
    let alerts = single_stream::alerts(&z, Keys::params(params)?.number_or("q", 0.05)?);
    Ok(json!({
        "q_BH": maybes(alerts.iter().map(|a| a.q)),
        "alert": alerts.iter().map(|a| a.is_alert).collect::<Vec<_>>(),
    }))
}

fn pipeline(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let weight = inputs.numbers("weight")?;
    let settings = combine_settings(&params)?;
    let min_streams = params.maybe_whole("min_streams")?.unwrap_or(2);
    let min_concern = params.maybe_whole("min_concern")?.unwrap_or(2);
    let threshold = params.number_or("q_threshold", 0.1)?;
    let cells: Vec<Combined> = inputs
        .rows("z")?
        .iter()
        .map(|z| Ok(combine::combine(&stream_inputs(z, &weight)?, &settings)))
        .collect::<Result<_, CalcError>>()?;
    let is_tested = |cell: &Combined| cell.n_streams >= min_streams;
    let tested: Vec<Option<f64>> = cells.iter().map(|c| c.p.filter(|_| is_tested(c))).collect();
    let q = adjust::benjamini_hochberg(&tested);
    let (means, errors): (Vec<f64>, Vec<f64>) =
        cells.iter().filter(|c| is_tested(c)).filter_map(|c| c.mean_z.zip(c.se)).unzip();
    let mut ranks = rank::expected_rank(&means, &errors).expected_rank.into_iter();
    let rank_of = |cell: &Combined| if is_tested(cell) && cell.mean_z.is_some() { ranks.next() } else { None };
    let is_hot = |(cell, q): (&Combined, &Option<f64>)| {
        let concerned = cell.lights.iter().filter(|l| **l == combine::Light::Concern).count();
        q.is_some_and(|q| q <= threshold) && concerned >= min_concern
    };
    Ok(json!({
        "Z": maybes(cells.iter().map(|c| c.z_total)),
        "p": maybes(cells.iter().map(|c| c.p)),
        "q_BH": maybes(q.iter().copied()),
        "q_BY": maybes(adjust::benjamini_yekutieli(&tested)),
        "pattern": cells.iter().map(|c| c.pattern.as_str()).collect::<Vec<_>>(),
        "hot_spot": cells.iter().zip(&q).map(is_hot).collect::<Vec<_>>(),
        "expected_rank": maybes(cells.iter().map(rank_of)),
    }))
}
