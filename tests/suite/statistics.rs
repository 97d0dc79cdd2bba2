//! The statistics against the worked cases of `tests/expected`, and guards of the room they live in.

mod oddities;
mod withheld;

use std::collections::BTreeSet;
use std::path::Path;

use lscb::calc;
use serde_json::Value;

const VECTORS: &str = include_str!("../expected/vectors.jsonl");

/// Cases that the program does not follow, each with the proof that they are wrong. There are none.
const EXCLUDED: &[(&str, &str)] = &[];

fn cases() -> Vec<Value> {
    VECTORS.lines().map(|line| serde_json::from_str(line).expect("a case is JSON")).collect()
}

#[test]
fn every_worked_case_is_met() {
    let cases = cases();
    assert_eq!(cases.len(), 260);
    let failures: Vec<String> = cases.iter().filter_map(failure).collect();
    println!("{} of {}", cases.len() - failures.len(), cases.len());
    assert!(failures.is_empty(), "{} of 260 fail:\n{}", failures.len(), failures.join("\n"));
}

/// What is wrong with the answer to a case, if anything.
fn failure(case: &Value) -> Option<String> {
    let id = case["id"].as_str().expect("a case has an id");
    if EXCLUDED.iter().any(|(excluded, _)| *excluded == id) {
        return None;
    }
    let method = case["method"].as_str().expect("a case has a method");
    let expected = &case["expected"];
    let must_be_refused = expected["error"] == Value::Bool(true);
    match calc::run_one(method, &case["inputs"], &case["params"]) {
        Err(_) if must_be_refused => None,
        Err(error) => Some(format!("{id}: refused: {error}")),
        Ok(answer) if must_be_refused => Some(format!("{id}: not refused, but {answer}")),
        Ok(answer) => {
            let tolerance = Tolerance::parse(case["tolerance"].as_str().expect("a case has a tolerance"));
            difference(expected, &answer, &tolerance, "").map(|what| format!("{id}: {what}"))
        }
    }
}

/// How far a figure may be off.
struct Tolerance {
    relative: f64,
    absolute: f64,
}

impl Tolerance {
    /// `exact`, or `rel X` and `abs X` with a comma between.
    fn parse(text: &str) -> Self {
        let mut tolerance = Tolerance { relative: 0.0, absolute: 0.0 };
        for part in text.split(", ").filter(|part| *part != "exact") {
            let (kind, size) = part.split_once(' ').expect("a kind and a size");
            let size = size.parse().expect("a number");
            match kind {
                "rel" => tolerance.relative = size,
                "abs" => tolerance.absolute = size,
                other => panic!("unknown tolerance {other}"),
            }
        }
        tolerance
    }

    fn holds(&self, expected: f64, answer: f64) -> bool {
        (expected - answer).abs() <= self.absolute.max(self.relative * expected.abs())
    }
}

/// Where the answer departs from what is expected; keys that are not expected are free.
fn difference(expected: &Value, answer: &Value, tolerance: &Tolerance, path: &str) -> Option<String> {
    match (expected, answer) {
        (Value::Number(e), Value::Number(a)) => {
            let (e, a) = (e.as_f64().unwrap_or(f64::NAN), a.as_f64().unwrap_or(f64::NAN));
            (!tolerance.holds(e, a)).then(|| format!("{path}: expected {e}, got {a}"))
        }
        (Value::Array(e), Value::Array(a)) if e.len() == a.len() => {
            e.iter().zip(a).enumerate().find_map(|(i, (e, a))| difference(e, a, tolerance, &format!("{path}[{i}]")))
        }
        (Value::Object(e), Value::Object(a)) => e
            .iter()
            .find_map(|(key, e)| {
                let a = a.get(key)?;
                difference(e, a, tolerance, &format!("{path}.{key}"))
            })
            .or_else(|| e.keys().find(|key| !a.contains_key(*key)).map(|key| format!("{path}.{key} is missing"))),
        _ if expected == answer => None,
        _ => Some(format!("{path}: expected {expected}, got {answer}")),
    }
}

/// The comparison itself must be able to fail.
#[test]
fn the_comparison_sees_differences() {
    let tolerance = Tolerance::parse("rel 1e-9, abs 1e-12");
    let differs = |e: &str, a: &str| {
        let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        difference(&read(e), &read(a), &tolerance, "").is_some()
    };
    for (expected, answer, seen) in [
        (r#"{"a": [1.0, null]}"#, r#"{"a": [1.0000000001, null], "b": 2}"#, false),
        (r#"{"a": 1.0}"#, r#"{"a": 1.00000001}"#, true),
        (r#"{"a": 1.0}"#, r#"{"b": 1.0}"#, true),
        (r#"{"a": null}"#, r#"{"a": 0}"#, true),
        (r#"{"a": [1]}"#, r#"{"a": [1, 2]}"#, true),
        (r#"{"a": true}"#, r#"{"a": 1}"#, true),
    ] {
        assert_eq!(differs(expected, answer), seen, "{expected} {answer}");
    }
    assert!(!Tolerance::parse("exact").holds(1.0, 1.0 + 1e-15));
}

/// A line of a batch answers with its id and no error, or with its id and nothing else but an error.
#[test]
fn the_batch_answers_every_case() {
    for line in VECTORS.lines() {
        let case: Value = serde_json::from_str(line).expect("a case is JSON");
        let answer = calc::run_line(line);
        assert_eq!(answer["id"], case["id"]);
        let refused = case["expected"]["error"] == Value::Bool(true);
        assert_eq!(answer.get("error").is_some(), refused, "{}", case["id"]);
        if refused {
            assert_eq!(answer.as_object().map(|o| o.len()), Some(2), "{}", case["id"]);
        }
    }
}

/// Every method of the worked cases is in the registry, and every method of the registry has one, or a reason.
#[test]
fn methods_and_cases_cover_each_other() {
    const WITHOUT_A_CASE: &[(&str, &str)] = &[
        ("xmr", "the batch's chart: held against the cases of xmr_ptd below"),
        ("qic_ip", "no stored result of the package; compared with the individuals chart beside it"),
        ("dsr_repeated", "the package's formula with scipy's quantiles beside it"),
        ("mann_kendall_seasonal", "compared with pymannkendall beside it"),
        ("run_chart_ihi", "rules of a paper, worked by hand beside it"),
        ("disclosure_suppress", "its cases are families of tables, held in `withheld`"),
        ("auc", "scikit-learn's areas beside it"),
        ("tri_power", "statsmodels' standard errors beside it"),
        ("tri_midp_hypergeometric", "compared with scipy beside it"),
        ("tri_midp_share", "compared with scipy beside it"),
    ];
    let cases = cases();
    let with_case: BTreeSet<&str> = cases.iter().filter_map(|c| c["method"].as_str()).collect();
    let registered: BTreeSet<&str> = calc::methods().iter().map(|m| m.name).collect();
    let missing: Vec<_> = with_case.difference(&registered).collect();
    assert!(missing.is_empty(), "not in the registry: {missing:?}");
    let without: BTreeSet<&str> = registered.difference(&with_case).copied().collect();
    let allowed: BTreeSet<&str> = WITHOUT_A_CASE.iter().map(|(name, _)| *name).collect();
    assert_eq!(without, allowed);
}

/// The batch's chart is the package's wherever the package has an answer of its own: all but constant series and missing points.
#[test]
fn the_batch_chart_is_the_package_chart() {
    let mut compared = 0;
    for case in cases().iter().filter(|c| c["method"] == "xmr_ptd") {
        let expected = &case["expected"];
        let has_limits = expected["lpl"].as_array().is_some_and(|limits| limits.iter().all(Value::is_number));
        if !has_limits {
            continue;
        }
        let answer = calc::run_one("xmr", &case["inputs"], &case["params"]).expect("values are finite");
        let tolerance = Tolerance::parse("rel 1e-9, abs 1e-12");
        for (key, value) in answer.as_object().expect("an object") {
            if let Some(expected) = expected.get(key) {
                assert_eq!(difference(expected, value, &tolerance, key), None, "{}", case["id"]);
            }
        }
        compared += 1;
    }
    assert_eq!(compared, 28, "31 cases, two of them constant, one with a missing point");
}

/// Every file of `src/stats` is run by a method of the registry, or serves those that are.
#[test]
fn every_file_of_the_room_has_a_method() {
    const FILES: &[(&str, &str)] = &[
        ("adjust.rs", "p_adjust"),
        ("auc.rs", "auc"),
        ("autocorrelation.rs", "acf_lag1"),
        ("charts.rs", "qic_p"),
        ("charts/counts.rs", "qic_up"),
        ("charts/individuals.rs", "qic_i"),
        ("charts/rare.rs", "qic_t"),
        ("cochran_armitage.rs", "cochran_armitage"),
        ("combine.rs", "tri_combine"),
        ("combine_p.rs", "combine_p"),
        ("doubling.rs", "tri_power"),
        ("dsr.rs", "dsr_dobson"),
        ("dsr_repeated.rs", "dsr_repeated"),
        ("empirical_bayes.rs", "empirical_bayes"),
        ("funnel.rs", "phe_funnel_significance"),
        ("funnel_exact.rs", "funnel_exact_binomial"),
        ("funnel_od.rs", "funnel_od"),
        ("gamma_poisson.rs", "gamma_poisson_posterior"),
        ("harmonic_p.rs", "combine_p"),
        ("interval.rs", "rate_byar_exact"),
        ("mann_kendall.rs", "mann_kendall"),
        ("mann_kendall_seasonal.rs", "mann_kendall_seasonal"),
        ("meta.rs", "heterogeneity"),
        ("midp.rs", "tri_midp_binomial"),
        ("overdispersion.rs", "tri_overdispersion"),
        ("poisson_trend.rs", "poisson_trend"),
        ("pool.rs", "tri_pool_indicators"),
        ("rank.rs", "tri_expected_rank"),
        ("rho.rs", "tri_rho_hat"),
        ("run_chart.rs", "qic_run"),
        ("run_chart_ihi.rs", "run_chart_ihi"),
        ("runs_exact.rs", "runs_exact_limits"),
        ("single_stream.rs", "tri_single_stream_alert"),
        ("two_rates.rs", "two_rate_exact"),
        ("weight.rs", "tri_weight"),
        ("xmr.rs", "xmr"),
        ("xmr_ptd.rs", "xmr_ptd"),
        ("xmr_rules.rs", "xmr_rule_unit"),
    ];
    const SERVING: &[(&str, &str)] = &[
        ("discrete.rs", "point probabilities under midp, special and two_rates"),
        ("error.rs", "why a statistic refuses its input"),
        ("moving_range.rs", "under every chart of individual values"),
        ("normal.rs", "the scale of every z"),
        ("robust.rs", "quantiles under overdispersion and funnels"),
        ("xmr_limits.rs", "mean and limits under xmr"),
        ("special.rs", "the tails under intervals, tests and posteriors"),
    ];
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stats");
    let mut found = BTreeSet::new();
    collect(&room, &room, &mut found);
    let listed: BTreeSet<String> = FILES.iter().chain(SERVING).map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(found, listed, "a file without a method or a reason, or a reason without a file");
    for (file, method) in FILES {
        assert!(calc::methods().iter().any(|m| m.name == *method), "{file}: no method {method}");
    }
}

fn collect(folder: &Path, room: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the room is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, room, found);
        } else {
            let relative = path.strip_prefix(room).expect("within the room");
            found.insert(relative.to_string_lossy().replace('\\', "/"));
        }
    }
}
