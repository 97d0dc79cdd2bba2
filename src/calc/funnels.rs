//! Funnels: Fingertips', exact ones, and those that allow for overdispersion.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::keys::{Keys, missing, wrong};
use super::output::{maybe, maybes, number, numbers};
use super::{CalcError, Method};
use crate::stats::funnel::{self, FunnelLimits, GivenRate, Significance};
use crate::stats::funnel_od::{self, FunnelKind, FunnelPoint, FunnelSettings};
use crate::stats::{StatsError, funnel_exact, robust};

const PHE: &str = "PHEindicatormethods (UK Health Security Agency)";
const FUNNEL_PLOT_R: &str = "FunnelPlotR (NHS-R Community); Spiegelhalter 2005 and 2012";

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "phe_funnel_significance",
        summary: "where each area stands to the funnel round the average of all",
        parameters: &[
            ("obs, expected", "observed and expected counts (ratio)"),
            ("numerator, denominator", "cases and of how many (proportion)"),
            ("numerator, rate", "events and their rate per multiplier (rate)"),
            ("denominator", "populations, for crude rates without events (rate)"),
            ("statistic", "ratio, proportion or rate"),
            ("rate_type", "dsr or crude (rate)"),
            ("multiplier", "what the rates are per (rate)"),
        ],
        source: PHE,
        run: significance,
    },
    Method {
        name: "phe_funnel_limit_prop",
        summary: "the funnel's limits round a proportion at one size",
        parameters: &[
            ("population", "of how many"),
            ("average", "the proportion of all, 0 to 1"),
            ("multiplier", "per how many; default 100"),
        ],
        source: PHE,
        run: limit_prop,
    },
    Method {
        name: "phe_funnel_limit_poisson",
        summary: "the expected counts at which a count lies on a limit",
        parameters: &[("events", "the count")],
        source: PHE,
        run: limit_poisson,
    },
    Method {
        name: "funnel_od",
        summary: "a funnel whose limits allow for places differing by more than chance",
        parameters: &[
            ("numerator", "a value a place; places given twice are added up"),
            ("denominator", "above 0"),
            ("group", "the places' names"),
            ("data_type", "SR (default), PR or RC"),
            ("sr_method", "SHMI (default) or CQC, for SR"),
            ("trim_by", "the share winsorised or truncated at each end; default 0.1"),
            ("limit", "99 (default) or 95: which limits make an outlier"),
            ("multiplier", "default 1"),
        ],
        source: FUNNEL_PLOT_R,
        run: od,
    },
    Method {
        name: "funnel_exact_poisson_limits",
        summary: "exact Poisson limits of observed over expected",
        parameters: &[("expected", "expected counts"), ("data_type", "SR")],
        source: FUNNEL_PLOT_R,
        run: exact_poisson,
    },
    Method {
        name: "funnel_exact_binomial",
        summary: "interpolated exact binomial limits round a proportion",
        parameters: &[("theta0", "the proportion"), ("n", "of how many")],
        source: "Spiegelhalter 2005, appendix",
        run: exact_binomial,
    },
    Method {
        name: "tau2_winsorised",
        summary: "phi and tau squared from winsorised z's",
        parameters: &[
            ("z", "one a place"),
            ("s", "their standard errors"),
            ("trim_by", "default 0.1"),
            ("quantile_type", "7"),
        ],
        source: FUNNEL_PLOT_R,
        run: tau2_winsorised,
    },
    Method {
        name: "tau2_truncated",
        summary: "phi and tau squared without the extreme z's",
        parameters: &[("z", "one a place"), ("s", "their standard errors"), ("trim_by", "default 0.1")],
        source: FUNNEL_PLOT_R,
        run: tau2_truncated,
    },
];

fn significance(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    if !params.has("statistic") {
        return Err(missing("statistic"));
    }
    #[derive(Clone, Copy)]
    enum Statistic {
        Ratio,
        Proportion,
        Rate,
    }
    let words = [("ratio", Statistic::Ratio), ("proportion", Statistic::Proportion), ("rate", Statistic::Rate)];
    let found = match params.word_or("statistic", Statistic::Ratio, &words, "ratio, proportion or rate")? {
        Statistic::Ratio => funnel::ratio_significance(&inputs.numbers("obs")?, &inputs.numbers("expected")?)?,
        Statistic::Proportion => {
            funnel::proportion_significance(&inputs.numbers("numerator")?, &inputs.numbers("denominator")?)?
        }
        Statistic::Rate => rate_significance(&inputs, &params)?,
    };
    Ok(json!({ "significance": found.into_iter().map(Significance::as_str).collect::<Vec<_>>() }))
}

fn rate_significance(inputs: &Keys, params: &Keys) -> Result<Vec<Significance>, CalcError> {
    let (events, rates) = (inputs.numbers("numerator")?, inputs.numbers("rate")?);
    let populations =
        if inputs.has("denominator") { inputs.maybe_numbers("denominator")? } else { vec![None; events.len()] };
    if events.len() != rates.len() || events.len() != populations.len() {
        return Err(StatsError::LengthsDiffer.into());
    }
    if !params.has("rate_type") {
        return Err(missing("rate_type"));
    }
    let standardised = params.word_or("rate_type", true, &[("dsr", true), ("crude", false)], "dsr or crude")?;
    let given: Vec<GivenRate> = events
        .into_iter()
        .zip(rates)
        .zip(populations)
        .map(|((events, rate), population)| GivenRate { events, rate, population })
        .collect();
    Ok(funnel::rate_significance(&given, params.number("multiplier")?, standardised)?)
}

fn limit_prop(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let multiplier = Keys::params(params)?.number_or("multiplier", 100.0)?;
    let limits = funnel::proportion_limits(inputs.number("population")?, inputs.number("average")?, multiplier)?;
    Ok(limits_json(&limits))
}

fn limit_poisson(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let limits = funnel::poisson_plotting_limits(Keys::inputs(inputs)?.number("events")?)?;
    Ok(json!({
        "exp_for_lower95": number(limits.low95),
        "exp_for_upper95": number(limits.high95),
        "exp_for_lower998": number(limits.low998),
        "exp_for_upper998": number(limits.high998),
    }))
}

fn exact_binomial(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    Ok(limits_json(&funnel_exact::binomial_limits(inputs.number("theta0")?, inputs.number("n")?)?))
}

fn exact_poisson(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let limits: Vec<FunnelLimits> = Keys::inputs(inputs)?
        .numbers("expected")?
        .into_iter()
        .map(funnel_exact::poisson_ratio_limits)
        .collect::<Result<_, _>>()?;
    Ok(json!({
        "ll95": numbers(limits.iter().map(|l| l.low95)),
        "ul95": numbers(limits.iter().map(|l| l.high95)),
        "ll998": numbers(limits.iter().map(|l| l.low998)),
        "ul998": numbers(limits.iter().map(|l| l.high998)),
    }))
}

fn limits_json(limits: &FunnelLimits) -> Value {
    json!({
        "lo95": number(limits.low95),
        "hi95": number(limits.high95),
        "lo998": number(limits.low998),
        "hi998": number(limits.high998),
    })
}

fn od(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let numerators = inputs.numbers("numerator")?;
    let denominators = inputs.numbers("denominator")?;
    let groups = inputs.texts("group")?;
    if numerators.len() != denominators.len() || numerators.len() != groups.len() {
        return Err(StatsError::LengthsDiffer.into());
    }
    if numerators == denominators {
        // Before adding up, as the package has it.
        return Err(StatsError::NumeratorsAreDenominators.into());
    }
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for ((group, numerator), denominator) in groups.iter().zip(&numerators).zip(&denominators) {
        let sum = sums.entry(group).or_default();
        sum.0 += numerator;
        sum.1 += denominator;
    }
    let (numerators, denominators): (Vec<f64>, Vec<f64>) = sums.values().copied().unzip();
    let settings = od_settings(&params)?;
    let funnel = funnel_od::funnel_od(&numerators, &denominators, &settings)?;
    let column = |value: fn(&FunnelPoint) -> f64| numbers(funnel.points.iter().map(value));
    Ok(json!({
        "group_sorted": sums.keys().collect::<Vec<_>>(),
        "rr": column(|p| p.ratio),
        "z_unadjusted": column(|p| p.z),
        "z_trimmed": maybes(funnel.points.iter().map(|p| p.z_trimmed)),
        "phi": number(funnel.phi),
        "tau2": number(funnel.tau2),
        "used_adjusted_limits": funnel.used_adjusted,
        "lcl95": column(|p| p.unadjusted.low95),
        "ucl95": column(|p| p.unadjusted.high95),
        "lcl998": column(|p| p.unadjusted.low998),
        "ucl998": column(|p| p.unadjusted.high998),
        "od_lcl95": column(|p| p.adjusted.low95),
        "od_ucl95": column(|p| p.adjusted.high95),
        "od_lcl998": column(|p| p.adjusted.low998),
        "od_ucl998": column(|p| p.adjusted.high998),
        "outlier": funnel.points.iter().map(|p| u8::from(p.outlier)).collect::<Vec<_>>(),
    }))
}

fn od_settings(params: &Keys) -> Result<FunnelSettings, CalcError> {
    let standardised = params.word_or(
        "sr_method",
        FunnelKind::RatioShmi,
        &[("SHMI", FunnelKind::RatioShmi), ("CQC", FunnelKind::RatioCqc)],
        "SHMI or CQC",
    )?;
    let kind = params.word_or(
        "data_type",
        standardised,
        &[("SR", standardised), ("PR", FunnelKind::Proportion), ("RC", FunnelKind::RatioOfCounts)],
        "SR, PR or RC",
    )?;
    let limit = params.number_or("limit", 99.0)?;
    if limit != 99.0 && limit != 95.0 {
        return Err(wrong("limit", "95 or 99"));
    }
    Ok(FunnelSettings {
        kind,
        trim_by: trim_by(params)?,
        judge_by_95: limit == 95.0,
        multiplier: params.number_or("multiplier", 1.0)?,
    })
}

fn trim_by(params: &Keys) -> Result<f64, CalcError> {
    let share = params.number_or("trim_by", 0.1)?;
    if share > 0.0 && share < 0.5 { Ok(share) } else { Err(wrong("trim_by", "above 0 and below 0.5")) }
}

fn z_and_s(inputs: &Keys) -> Result<(Vec<f64>, Vec<f64>), CalcError> {
    let (z, s) = (inputs.numbers("z")?, inputs.numbers("s")?);
    if z.len() != s.len() {
        return Err(StatsError::LengthsDiffer.into());
    }
    Ok((z, s))
}

fn tau2_winsorised(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let params = Keys::params(params)?;
    if params.number_or("quantile_type", 7.0)? != 7.0 {
        return Err(wrong("quantile_type", "7"));
    }
    let (z, s) = z_and_s(&Keys::inputs(inputs)?)?;
    let held = robust::winsorise(&z, trim_by(&params)?);
    let (phi, tau2) = funnel_od::dispersion(&held, &s);
    Ok(json!({ "winsorised": numbers(held), "phi": number(phi), "tau2": number(tau2) }))
}

fn tau2_truncated(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let params = Keys::params(params)?;
    let (z, s) = z_and_s(&Keys::inputs(inputs)?)?;
    let kept = funnel_od::truncated(&z, trim_by(&params)?);
    let (kept_z, kept_s): (Vec<f64>, Vec<f64>) = kept.iter().zip(&s).filter_map(|(z, s)| z.map(|z| (z, *s))).unzip();
    let (phi, tau2) = funnel_od::dispersion(&kept_z, &kept_s);
    Ok(json!({
        "kept": kept.iter().map(Option::is_some).collect::<Vec<_>>(),
        "phi": maybe(Some(phi)),
        "tau2": number(tau2),
    }))
}
