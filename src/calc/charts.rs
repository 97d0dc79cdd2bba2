//! Shewhart's charts and runs.

use serde_json::{Value, json};

use super::keys::Keys;
use super::output::{maybe, maybes};
use super::{CalcError, Method};
use crate::stats::charts::{self, Chart, ChartKind, ChartSettings};
use crate::stats::run_chart::{self, Runs, RunsMethod};
use crate::stats::run_chart_ihi::{self, IhiSettings};
use crate::stats::{StatsError, runs_exact};

const SOURCE: &str = "qicharts2 (Anhoej)";

const KEYS: &[(&str, &str)] = &[
    ("y", "counts or values in order of time, null where missing"),
    ("n", "denominators, or null"),
    ("freeze", "only so many points set line and limits"),
    ("exclude", "points that count for nothing, from 1"),
    ("part", "the last point of each part but the last, from 1"),
    ("multiply", "what the result is multiplied by; default 1"),
    ("method", "which runs are a signal: anhoej (default), bestbox or cutbox"),
    ("cl", "a centre line from outside, before multiplying"),
    ("screened_mr", "leave out ranges beyond 3.267 mean ranges; default true"),
    ("never_narrower", "hold Laney's stretch of the limits at 1 at least (qic_pp, qic_up); default false"),
];

macro_rules! chart_method {
    ($name:literal, $kind:ident, $summary:literal) => {
        Method {
            name: $name,
            summary: $summary,
            parameters: KEYS,
            source: SOURCE,
            run: |inputs, params| chart(ChartKind::$kind, inputs, params),
        }
    };
}

pub(super) const METHODS: &[Method] = &[
    chart_method!("qic_run", Run, "a run chart: median and runs about it"),
    chart_method!("qic_i", I, "individual values, three-sigma limits from the mean moving range"),
    chart_method!("qic_mr", Mr, "moving ranges and their upper limit"),
    chart_method!("qic_ip", IPrime, "individual values of unequal exposure (I prime)"),
    chart_method!("qic_p", P, "proportions"),
    chart_method!("qic_pp", PPrime, "proportions with the variation between points allowed for (Laney)"),
    chart_method!("qic_u", U, "rates"),
    chart_method!("qic_up", UPrime, "rates with the variation between points allowed for (Laney)"),
    chart_method!("qic_c", C, "counts of equal exposure"),
    chart_method!("qic_g", G, "cases between rare events"),
    chart_method!("qic_t", T, "time between rare events"),
    Method {
        name: "anhoej_constants",
        summary: "the longest run and fewest crossings that are still chance",
        parameters: &[("n_useful", "numbers of points off the centre line")],
        source: "Anhoej; Schilling 2012; Chen 2010",
        run: anhoej_constants,
    },
    Method {
        name: "anhoej_signal",
        summary: "whether crossings and longest run are a signal, by three methods",
        parameters: &[
            ("n_useful", "points off the centre line"),
            ("crossings", "how often the series crosses it"),
            ("longest", "the longest run on one side"),
        ],
        source: SOURCE,
        run: anhoej_signal,
    },
    Method {
        name: "run_chart_ihi",
        summary: "a run chart read by the rules of quality improvement: shift, trend, too few or too many runs",
        parameters: &[
            ("y", "values in order of time, null where missing"),
            ("shift_length", "points in a row on one side of the median; default 6"),
            ("trend_length", "points in a row that go one way; default 5"),
            ("alpha_each_side", "chance at each end of the number of runs; default 0.025"),
        ],
        source: "Perla, Provost and Murray 2011; Swed and Eisenhart 1943",
        run: run_chart_ihi,
    },
    Method {
        name: "runs_exact_limits",
        summary: "too few or too many runs, by their exact distribution",
        parameters: &[
            ("useful", "points off the centre line"),
            ("n1", "points on one side; default half of useful, rounded down"),
            ("n2", "points on the other; default the rest"),
            ("alpha_each_side", "default 0.025"),
        ],
        source: "Swed and Eisenhart 1943",
        run: runs_exact_limits,
    },
];

fn chart(kind: ChartKind, inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let counts = inputs.maybe_numbers("y")?;
    let denominators = if inputs.has("n") { Some(inputs.maybe_numbers("n")?) } else { None };
    let settings = ChartSettings {
        freeze: params.maybe_whole("freeze")?,
        exclude: params.wholes("exclude")?,
        parts: params.wholes("part")?,
        multiply: params.number_or("multiply", 1.0)?,
        method: params.word_or(
            "method",
            RunsMethod::Anhoej,
            &[("anhoej", RunsMethod::Anhoej), ("bestbox", RunsMethod::BestBox), ("cutbox", RunsMethod::CutBox)],
            "anhoej, bestbox or cutbox",
        )?,
        centre: params.maybe_number("cl")?,
        screened: params.flag_or("screened_mr", true)?,
        never_narrower: params.flag_or("never_narrower", false)?,
    };
    Ok(as_json(&charts::chart(kind, &counts, denominators.as_deref(), &settings)?))
}

fn as_json(chart: &Chart) -> Value {
    let points = &chart.points;
    json!({
        "y": maybes(points.iter().map(|p| p.value)),
        "cl": maybes(points.iter().map(|p| p.centre)),
        "lcl": maybes(points.iter().map(|p| p.lower)),
        "ucl": maybes(points.iter().map(|p| p.upper)),
        "sigma_signal": points.iter().map(|p| p.signal).collect::<Vec<_>>(),
        "runs": chart.runs.iter().map(runs_json).collect::<Vec<_>>(),
    })
}

fn runs_json(runs: &Runs) -> Value {
    json!({
        "n_obs": runs.n_obs,
        "n_useful": runs.n_useful,
        "longest_run": runs.longest_run,
        "longest_run_max": runs.longest_run_max,
        "n_crossings": runs.n_crossings,
        "n_crossings_min": runs.n_crossings_min,
        "runs_signal": runs.signal,
    })
}

fn anhoej_constants(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    if !inputs.has("n_useful") {
        return Err(super::keys::missing("n_useful"));
    }
    let numbers = inputs.wholes("n_useful")?;
    Ok(json!({
        "longest_run_max": numbers.iter().map(|n| run_chart::longest_run_max(*n)).collect::<Vec<_>>(),
        "n_crossings_min": numbers.iter().map(|n| run_chart::n_crossings_min(*n)).collect::<Vec<_>>(),
    }))
}

fn anhoej_signal(inputs: &Value, _: &Value) -> Result<Value, CalcError> {
    let inputs = Keys::inputs(inputs)?;
    let (n, crossings, longest) = (inputs.whole("n_useful")?, inputs.whole("crossings")?, inputs.whole("longest")?);
    let signal = |method| run_chart::signal(n, crossings, longest, method);
    Ok(json!({
        "anhoej": signal(RunsMethod::Anhoej),
        "bestbox": signal(RunsMethod::BestBox),
        "cutbox": signal(RunsMethod::CutBox),
    }))
}

fn run_chart_ihi(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    // The runs' distribution is worked out term by term.
    const MOST_POINTS: usize = 100_000;
    let (inputs, params) = (Keys::inputs(inputs)?, Keys::params(params)?);
    let values = inputs.maybe_numbers("y")?;
    if values.len() > MOST_POINTS {
        return Err(super::keys::wrong("y", "a list of at most 100000"));
    }
    let usual = IhiSettings::default();
    let settings = IhiSettings {
        shift_length: params.maybe_whole("shift_length")?.unwrap_or(usual.shift_length),
        trend_length: params.maybe_whole("trend_length")?.unwrap_or(usual.trend_length),
        alpha: params.number_or("alpha_each_side", usual.alpha)?,
    };
    let found = run_chart_ihi::rules(&values, &settings);
    Ok(json!({
        "median": maybe(found.median),
        "n_useful": found.n_useful,
        "n_runs": found.n_runs,
        "too_few_if_le": found.too_few_if_le,
        "too_many_if_ge": found.too_many_if_ge,
        "too_few_runs": found.has_too_few_runs(),
        "too_many_runs": found.has_too_many_runs(),
        "shift": found.shift,
        "trend": found.trend,
        "signal": found.is_signal(),
    }))
}

fn runs_exact_limits(inputs: &Value, params: &Value) -> Result<Value, CalcError> {
    // The distribution is worked out term by term.
    const MOST_POINTS: usize = 100_000;
    let inputs = Keys::inputs(inputs)?;
    let useful = inputs.whole("useful")?;
    let n1 = inputs.maybe_whole("n1")?.unwrap_or(useful / 2);
    let n2 = inputs.maybe_whole("n2")?.unwrap_or(useful.saturating_sub(n1));
    if n1 + n2 != useful {
        return Err(StatsError::LengthsDiffer.into());
    }
    if useful > MOST_POINTS {
        return Err(super::keys::wrong("useful", "at most 100000"));
    }
    let alpha = Keys::params(params)?.number_or("alpha_each_side", 0.025)?;
    let limits = runs_exact::limits(n1, n2, alpha)?;
    Ok(json!({
        "too_few_if_le": limits.too_few_if_le,
        "too_many_if_ge": limits.too_many_if_ge,
        "expected": limits.expected,
    }))
}
