//! The sample county, seeds 1 to 20, each written as messy returns and run as a whole: what was planted is found, little
//! else is listed, the silent agency is seen as silent, and the optimist is named.

use std::path::Path;

use lscb::sample::{HotspotLine, Outcome, Truth, check};
use rayon::prelude::*;

use super::support::lscb;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=20;

/// Writes and runs the county of a seed; gives its truth and its published list.
fn night(seed: u64, folder: &Path) -> (Truth, Vec<HotspotLine>) {
    let out = folder.display().to_string();
    let made = lscb(&["sample", "--out", &out, "--seed", &seed.to_string()]);
    assert_eq!(made.code, 0, "seed {seed}: {}", made.err);
    let run = lscb(&["run", &folder.join("pipeline.toml").display().to_string()]);
    assert_eq!(run.code, 0, "seed {seed}: every return of the county is accepted\n{}{}", run.out, run.err);
    let truth = std::fs::read_to_string(folder.join("truth.json")).expect("a truth");
    (serde_json::from_str(&truth).expect("it parses"), list(&folder.join("reports/latest/hotspots.csv")))
}

fn list(file: &Path) -> Vec<HotspotLine> {
    let mut reader = csv::Reader::from_path(file).expect("a list");
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|h| h == name).expect("a column");
    let (cell, tier, also) = (column("cell"), column("tier"), column("also"));
    let line = |record: csv::StringRecord| HotspotLine {
        cell: record[cell].to_owned(),
        tier: record[tier].to_owned(),
        also: record[also].to_owned(),
    };
    reader.records().map(|r| line(r.expect("a row"))).collect()
}

#[test]
fn planted_hot_spots_are_found_and_little_else_is_listed() {
    let judged: Vec<(Outcome, Truth, Vec<HotspotLine>)> = SEEDS
        .into_par_iter()
        .map(|seed| {
            let folder = tempfile::tempdir().expect("a folder");
            let (truth, lines) = night(seed, folder.path());
            (check(&truth, &lines), truth, lines)
        })
        .collect();
    for (outcome, truth, _) in &judged {
        assert!(
            outcome.silent_ok,
            "seed {}: {} is silent, and a cell of it is no blind spot",
            truth.seed, truth.silent_agency
        );
        assert!(
            outcome.optimist_named && outcome.optimists_listed <= 2,
            "seed {}: {} rates itself too well; {} agencies are named",
            truth.seed,
            truth.optimist.agency,
            outcome.optimists_listed
        );
    }
    let (_, truth, lines) = &judged[0];
    // A changed truth file must make the check fail, whichever part of it is changed.
    let mut elsewhere = truth.clone();
    elsewhere.planted.iter_mut().for_each(|p| p.cell.push_str("-elsewhere"));
    assert!(!check(&elsewhere, lines).passes(), "other cells are said to be planted");
    let mut speaking = truth.clone();
    speaking.silent_agency = "police".to_owned();
    assert!(!check(&speaking, lines).passes(), "an agency that speaks is said to be silent");

    let pooled = judged.into_iter().map(|(outcome, ..)| outcome).reduce(Outcome::with).expect("twenty boards");
    let (found, planted) = (pooled.found as f64, pooled.planted as f64);
    let (wrong, listed) = (pooled.false_listed as f64, pooled.listed as f64);
    assert!(planted >= 200.0, "{planted} planted");
    assert!(found >= 0.8 * planted, "{found} of {planted} found; missed: {:?}", pooled.missed);
    assert!(wrong <= 0.1 * listed, "{wrong} of {listed} listed are not planted: {:?}", pooled.unplanted);
    assert!(pooled.passes(), "{pooled:?}");
}
