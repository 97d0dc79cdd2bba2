//! `lscb rules`, and what the rules find in the sample county.

use std::path::Path;

use serde_json::Value;

use super::support::lscb;

fn root(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

/// The files of a folder, by name.
fn files(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root(folder)).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.extension().is_some());
    let mut files: Vec<String> = paths.map(|path| path.display().to_string()).collect();
    files.sort();
    files
}

/// All findings in the files of a folder, each with the name of its file.
fn findings(folder: &str) -> Vec<(String, Value)> {
    let (files, pipeline) = (files(folder), root("pipelines/nightly.toml"));
    let mut arguments = vec!["validate", "--format", "json", "--pipeline", &pipeline];
    arguments.extend(files.iter().map(String::as_str));
    let mut found = Vec::new();
    for line in lscb(&arguments).out.lines() {
        let verdict: Value = serde_json::from_str(line).expect("a line of JSON");
        let path = verdict["file"].as_str().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        found.extend(verdict["findings"].as_array().into_iter().flatten().map(|f| (name.clone(), f.clone())));
    }
    found
}

#[test]
fn every_rule_has_its_cases_and_its_page() {
    let check = lscb(&["rules", "--check"]);
    assert_eq!(check.code, 0, "{}", check.out);
    let lines = lscb(&["rules"]).out.lines().count();
    assert_eq!(
        check.out.trim(),
        format!("{lines} of {lines} rules have a case that passes, a case that fails, and a page.")
    );
}

#[test]
fn a_code_is_told_in_full_and_a_wrong_one_is_mended() {
    let told = lscb(&["rules", "v004"]);
    for heading in ["What it checks", "Why it matters", "Example", "What to do"] {
        assert!(told.out.contains(heading), "{}", told.out);
    }
    let wrong = lscb(&["rules", "V0O4"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("Did you mean `V004`?"), "{}", wrong.err);
}

#[test]
fn whatever_a_verdict_says_can_be_looked_up() {
    let pages = lscb(&["rules", "--format", "json"]).out;
    let pages: Vec<Value> = pages.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for (file, finding) in findings("sample_data/broken") {
        assert!(pages.iter().any(|page| page["code"] == finding["code"]), "{file}: {finding}");
    }
}

/// Each is true of the made-up county: see its cell. What else is asked about is a false alarm.
#[test]
fn the_sample_county_is_asked_what_it_must_be_and_no_more() {
    let asked = findings("sample_data/inbox").into_iter().filter(|(_, finding)| finding["severity"] != "note");
    let mut asked: Vec<String> = asked.map(|(file, f)| format!("{file} {} {}", f["code"], f["cell"])).collect();
    asked.sort();
    let place = |text: &str| text.replace('\'', "\"");
    let expected = [
        "ambulance-performance.csv 'C016' ''",
        "case-review-register.xlsx 'C018' 'I15'",
        "csc-performance-2013.xlsx 'C006' 'K41'",
        "nhft-2012.ods 'C006' 'AE31'",
        "ngh-activity-2012.xlsx 'C006' 'D71'",
        "ngh-activity-2012.xlsx 'C006' 'D83'",
        "northampton-general-performance.csv 'C016' ''",
        "youth-offending-performance.csv 'C016' ''",
    ];
    let mut expected = expected.map(place);
    expected.sort();
    assert_eq!(asked, expected);
}
