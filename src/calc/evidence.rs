//! Many p-values: adjusted for their number, combined, and estimates that may differ.

use serde_json::{Value, json};

use super::keys::{Keys, wrong};
use super::output::{maybe, maybes, number};
use super::{CalcError, Method};
use crate::stats::{StatsError, adjust, auc, combine_p, harmonic_p, meta};

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "p_adjust",
        summary: "p-values adjusted for how many there are, in four ways",
        parameters: &[("p", "p-values, null where there is none")],
        source: "R, stats::p.adjust",
        run: p_adjust,
    },
    Method {
        name: "combine_p",
        summary: "one-sided p-values of one question combined, in eight ways",
        parameters: &[("p", "p-values"), ("weights", "one above 0 each; null is equal")],
        source: "metap; ACAT; harmonicmeanp",
        run: combined,
    },
    Method {
        name: "heterogeneity",
        summary: "whether estimates differ by more than chance, and their means",
        parameters: &[("yi", "estimates"), ("vi", "their variances")],
        source: "metafor rma, methods FE and DL",
        run: heterogeneity,
    },
    Method {
        name: "auc",
        summary: "the chance that one that is worse scores above one that is not, with its limits",
        parameters: &[
            ("score", "one a case, higher for worse"),
            ("positive", "1 where the case is worse, 0 where it is not"),
            ("draws", "resamples of the bootstrap; default 2000"),
            ("seed", "of the resamples; default 1"),
        ],
        source: "Hanley and McNeil 1982; percentile bootstrap, Efron and Tibshirani 1993",
        run: area,
    },
];

fn area(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let (scores, positive) = (inputs.numbers("score")?, inputs.numbers("positive")?);
    if scores.len() != positive.len() {
        return Err(StatsError::LengthsDiffer.into());
    }
    if positive.iter().any(|p| *p != 0.0 && *p != 1.0) {
        return Err(wrong("positive", "1 or 0 a case"));
    }
    let positive: Vec<bool> = positive.iter().map(|p| *p == 1.0).collect();
    let draws = params.maybe_whole("draws")?.unwrap_or(2000).clamp(1, 100_000);
    let seed = params.maybe_whole("seed")?.unwrap_or(1) as u64;
    let limits = auc::auc_interval(&scores, &positive, draws, seed);
    Ok(json!({
        "auc": maybe(auc::auc(&scores, &positive)),
        "lower": maybe(limits.map(|l| l[0])),
        "upper": maybe(limits.map(|l| l[1])),
    }))
}

fn p_adjust(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let p = Keys::inputs(inputs)?.maybe_numbers("p")?;
    if p.iter().flatten().any(|p| !(0.0..=1.0).contains(p)) {
        return Err(StatsError::ProbabilityOutOfRange.into());
    }
    Ok(json!({
        "BH": maybes(adjust::benjamini_hochberg(&p)),
        "BY": maybes(adjust::benjamini_yekutieli(&p)),
        "holm": maybes(adjust::holm(&p)),
        "bonferroni": maybes(adjust::bonferroni(&p)),
    }))
}

fn combined(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let weights = if inputs.has("weights") { Some(inputs.numbers("weights")?) } else { None };
    let p = inputs.numbers("p")?;
    let found = combine_p::combine_p(&p, weights.as_deref())?;
    // The calibration is one of equal weights.
    let equal = weights.is_none_or(|w| w.iter().all(|other| *other == w[0]));
    let harmonic = if equal { harmonic_p::calibrated(found.harmonic_mean, p.len()).ok() } else { None };
    Ok(json!({
        "fisher_chisq": number(found.fisher_chi_squared),
        "fisher_df": found.fisher_df,
        "fisher_p": number(found.fisher_p),
        "stouffer_z": number(found.stouffer_z),
        "stouffer_p": number(found.stouffer_p),
        "cauchy_p": number(found.cauchy_p),
        "hmp_stat": number(found.harmonic_mean),
        "hmp_p": maybe(harmonic),
        "tippett_p": number(found.tippett_p),
        "simes_p": number(found.simes_p),
    }))
}

fn heterogeneity(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let found = meta::heterogeneity(&inputs.numbers("yi")?, &inputs.numbers("vi")?)?;
    Ok(json!({
        "fe_est": number(found.fixed_mean),
        "fe_se": number(found.fixed_se),
        "Q": number(found.q),
        "Q_df": found.q_df,
        "Q_p": number(found.q_p),
        "I2": number(found.i2_percent),
        "tau2_DL": number(found.tau2),
        "re_est": number(found.random_mean),
        "re_se": number(found.random_se),
    }))
}
