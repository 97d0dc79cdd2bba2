//! The door on the files of `tests/data/bad-returns` and `sample_data/broken`: the verdict that each must get.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::support::lscb;

fn root(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

/// File name to verdict and findings.
fn verdicts(folder: &str, pipeline: &str) -> BTreeMap<String, Value> {
    let cases: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(root(&format!("{folder}/cases.json"))).unwrap()).unwrap();
    let mut found = BTreeMap::new();
    for case in &cases {
        let name = case["file"].as_str().unwrap();
        let file = root(&format!("{folder}/{name}"));
        if !Path::new(&file).exists() {
            continue;
        }
        let answer = lscb(&["validate", &file, "--pipeline", &root(pipeline), "--format", "json"]);
        let mut verdict: Value =
            serde_json::from_str(&answer.out).unwrap_or_else(|e| panic!("{name}: {e}: {}", answer.err));
        let accepted = verdict["verdict"] == "accepted";
        assert_eq!(answer.code, if accepted { 0 } else { 3 }, "{name}");
        verdict["expected"] = case.clone();
        found.insert(name.to_owned(), verdict);
    }
    found
}

#[test]
fn bad_returns_get_what_they_must() {
    let verdicts = verdicts("tests/data/bad-returns", "tests/data/bad-returns/pipeline.toml");
    assert!(verdicts.len() >= 25, "{}", verdicts.len());
    for (name, verdict) in &verdicts {
        assert_eq!(verdict["verdict"], verdict["expected"]["verdict"], "{name}: {verdict}");
    }
    let cells = |name: &str| -> Vec<String> {
        let findings = verdicts[name]["findings"].as_array().unwrap().iter();
        findings.filter(|f| f["severity"] == "error").map(|f| f["cell"].as_str().unwrap().to_owned()).collect()
    };
    let has = |name: &str, wanted: &[&str]| {
        let found = cells(name);
        assert!(wanted.iter().all(|w| found.iter().any(|f| f == w)), "{name}: {found:?}");
    };
    has("far_cell_XFD1048576.xlsx", &["XFD1048576"]);
    has("sst_index_oob.xlsx", &["C2"]);
    has("formula_no_cache.xlsx", &["F2"]);
    has("values_nan_inf_1e309.xlsx", &["F2", "F3", "F4", "F5"]);
    has("date1904.xlsx", &["D2"]);
    has("homoglyph_header.xlsx", &["B1", "F1"]);
    let says =
        |name: &str, what: &str| assert!(verdicts[name].to_string().contains(what), "{name}: {}", verdicts[name]);
    says("date1904.xlsx", "2014-03-01");
    says("homoglyph_header.xlsx", "U+04");
    says("unknown_agency.csv", "police");
    says("csv_named.xlsx", "xlsx");
}

#[test]
fn broken_samples_are_rejected_for_their_reason() {
    let verdicts = verdicts("sample_data/broken", "pipelines/nightly.toml");
    assert!(verdicts.len() >= 10, "{}", verdicts.len());
    for (name, verdict) in &verdicts {
        assert_eq!(verdict["verdict"], verdict["expected"]["verdict"], "{name}: {verdict}");
        let codes: Vec<&Value> = verdict["expected"]["codes"].as_array().into_iter().flatten().collect();
        let errors = verdict["findings"].as_array().unwrap().iter().filter(|f| f["severity"] == "error");
        let told = errors.filter(|f| codes.contains(&&f["code"])).count();
        assert!(codes.is_empty() || told > 0, "{name} is not told one of {codes:?}: {verdict}");
    }
}
