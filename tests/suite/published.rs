//! Published tables as they come from their publishers: excerpts of every one, in `tests/data/real/`, through specs of their
//! own. What is expected is counted in the excerpts themselves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::lscb;

/// File, pipeline, return, and how many rows it gives: authorities by years, by figures.
const FILES: [(&str, &str, &str, u64); 9] = [
    ("authority_measures.csv", "england", "authority-measures", 643),
    ("b1_children_in_need_2013_to_2025.csv", "england", "children-in-need", 108),
    (
        "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv",
        "england",
        "children-in-need-referrals",
        4 * 108,
    ),
    ("csww_indicators_2017_to_2025.csv", "england", "workforce", 67),
    ("d3_cpps_subsequent_plan_2013_to_2025.csv", "england", "second-plans", 108),
    // 118 inspections, 9 readings of three judgements.
    ("inspection_judgements_to_2021.csv", "england", "inspection-judgements", 118 * 9),
    ("ons_mid-year_population_estimates_2012_to_2024.csv", "published", "mid-year-populations", 115),
    ("New_Statistical_Neighbour_Groupings_April_2021.csv", "published", "statistical-neighbours", 12 * 10),
    // England and ten authorities, pupils by school and by home: 6 shares, 8, and 9.
    ("offending_and_social_care_by_authority.xlsx", "published", "offending-and-social-care", 11 * 2 * (6 + 8 + 9)),
];

/// A day on which all of it was published, whatever its lag.
const LATER: &str = "2027-12-31";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn pipeline(name: &str) -> String {
    root().join(format!("pipelines/{name}.toml")).display().to_string()
}

#[test]
fn every_published_table_is_mapped_by_a_spec_of_its_own() {
    for (file, board, return_id, rows) in FILES {
        let path = root().join("tests/data/real").join(file).display().to_string();
        let answer = lscb(&["validate", &path, "--pipeline", &pipeline(board), "--format", "json"]);
        assert_eq!(answer.code, 0, "{file}: {}{}", answer.out, answer.err);
        let verdict: Value = serde_json::from_str(&answer.out).unwrap();
        assert_eq!(verdict["return"], return_id, "{file}");
        assert_eq!(verdict["rows"], rows, "{file}");
        assert!(
            !pipeline_text(board).is_empty() && pipeline_text(board).contains("Open Government Licence"),
            "{board}"
        );
    }
}

fn pipeline_text(name: &str) -> String {
    std::fs::read_to_string(pipeline(name)).unwrap()
}

/// Every file of the folder is in the list, and none is forgotten.
#[test]
fn no_published_table_is_left_out() {
    let mut names: Vec<String> = std::fs::read_dir(root().join("tests/data/real"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n != "README.md")
        .collect();
    names.sort();
    let mut listed: Vec<&str> = FILES.iter().map(|f| f.0).collect();
    listed.sort_unstable();
    assert_eq!(names, listed);
}

/// The lake of both boards, from the excerpts.
fn lake(board: &str, folder: &Path) -> String {
    let data = folder.join(board);
    let inbox = folder.join(format!("{board}-inbox"));
    std::fs::create_dir_all(&inbox).unwrap();
    for (file, _, _, _) in FILES.iter().filter(|f| f.1 == board) {
        std::fs::copy(root().join("tests/data/real").join(file), inbox.join(file)).unwrap();
    }
    let (data, inbox, reports) =
        (data.display().to_string(), inbox.display().to_string(), folder.join("r").display().to_string());
    let answer =
        lscb(&["run", &pipeline(board), "--data", &data, "--inbox", &inbox, "--reports", &reports, "--as-of", LATER]);
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    data
}

fn query(board: &str, data: &str, sql: &str) -> Vec<Vec<String>> {
    let answer =
        lscb(&["query", sql, "--pipeline", &pipeline(board), "--data", data, "--format", "csv", "--as-of", LATER]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let mut lines = csv::Reader::from_reader(answer.out.as_bytes());
    lines.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn markers_are_kept_apart_from_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let data = lake("england", folder.path());
    // What the excerpt holds, counted by its own text.
    let text = std::fs::read_to_string(root().join("tests/data/real/authority_measures.csv")).unwrap();
    let mut sent: BTreeMap<&str, usize> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let value = line.rsplit(',').next().unwrap().trim();
        let kind = match value {
            "c" => "suppressed",
            "x" | "u" | "-" => "not-available",
            "z" => "not-applicable",
            "low" => "low",
            number if number.parse::<f64>().unwrap() == 0.0 => "zero",
            _ => "value",
        };
        *sent.entry(kind).or_default() += 1;
    }
    let sql = "SELECT value_status, count(*) AS n FROM performance WHERE source_file = 'authority_measures.csv' \
               GROUP BY value_status";
    let kept: BTreeMap<String, usize> =
        query("england", &data, sql).into_iter().map(|r| (r[0].clone(), r[1].parse().unwrap())).collect();
    let sent: BTreeMap<String, usize> = sent.into_iter().map(|(k, n)| (k.to_owned(), n)).collect();
    assert!(sent.len() >= 4, "the excerpt shows several kinds: {sent:?}");
    assert_eq!(kept, sent);
}

#[test]
fn figures_are_those_of_the_publishers() {
    let folder = tempfile::tempdir().unwrap();
    let data = lake("published", folder.path());
    let one = |sql: &str| query("published", &data, sql).into_iter().map(|r| r.join(" ")).collect::<Vec<_>>();
    let share = "SELECT value FROM performance WHERE indicator = 'ever-need-any' AND breakdown IS NULL AND locality = 'england'";
    assert_eq!(one(share), ["0.45"], "45 per cent of those with any offence were ever in need");
    let nearest = "SELECT value FROM performance WHERE indicator = 'statistical-neighbour' AND breakdown = 'neighbour=1' \
                   AND locality = 'west-northamptonshire'";
    assert_eq!(one(nearest), ["940.0"], "North Northamptonshire");
    let children = "SELECT count(*) AS n FROM performance WHERE indicator = 'children-0-to-17' AND numerator_status = 'not-available'";
    let text =
        std::fs::read_to_string(root().join("tests/data/real/ons_mid-year_population_estimates_2012_to_2024.csv"));
    let unknown = text.unwrap().lines().filter(|l| l.trim().ends_with(",x")).count();
    assert_eq!(one(children), [unknown.to_string()]);
}
