//! The house keeps itself tidy: who may import whom, what must be registered, and what has no place in `src/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The rooms, and the rooms that each may import (architecture.md of the design, "Rooms of src/").
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("spec", &["model"]),
    ("stats", &[]),
    ("ingest", &["model", "spec"]),
    ("validate", &["model", "spec", "stats", "ingest"]),
    ("normalise", &["model", "spec", "validate"]),
    ("lake", &["model"]),
    ("condense", &["model", "spec", "stats", "lake"]),
    ("triangulate", &["model", "spec", "stats", "condense", "lake"]),
    ("disclose", &["model", "stats"]),
    ("report", &["model", "spec", "disclose", "validate"]),
    ("learning", &["model", "lake"]),
    ("ledger", &["model"]),
    ("access", &["model", "ledger"]),
    ("calc", &["stats", "disclose"]),
    ("sample", &["model", "spec"]),
    ("evaluate", &["model", "spec", "stats", "condense", "triangulate", "sample", "lake"]),
    (
        "pipeline",
        &[
            "model",
            "spec",
            "stats",
            "ingest",
            "validate",
            "normalise",
            "lake",
            "condense",
            "triangulate",
            "disclose",
            "report",
            "learning",
            "ledger",
        ],
    ),
    ("cli", &["pipeline", "calc", "sample", "evaluate", "report", "model", "ingest", "serve", "access"]),
    ("serve", &["pipeline", "calc", "sample", "evaluate", "report", "model", "access", "ledger"]),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// Foreign crates that have one home.
const HOMES: &[(&str, &[&str])] = &[
    ("calamine", &["ingest"]),
    ("parquet", &["lake"]),
    ("arrow", &["lake", "condense"]),
    ("polars", &["lake"]),
    ("rusqlite", &["ledger"]),
    ("clap", &["cli"]),
    ("plotters", &["report"]),
    ("askama", &["report", "serve"]),
    ("axum", &["serve"]),
    ("tokio", &["serve"]),
    ("argon2", &["access"]),
    ("totp_rs", &["access"]),
    ("qrcode", &["access"]),
    ("ring", &["access"]),
    ("statrs", &["stats"]),
];

/// A source file: its path below `src/`, its room, its text.
struct Source {
    path: String,
    room: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let source = |path: PathBuf| {
        let below = path.strip_prefix(&src).expect("below src").display().to_string();
        let room = below.split('/').next().unwrap_or("").trim_end_matches(".rs").to_owned();
        Source { path: below, room, text: std::fs::read_to_string(&path).expect("readable source") }
    };
    files(&src, "rs").into_iter().map(source).collect()
}

/// Every `crate::<room>` that the text names outside comments, with braces after `crate::` taken apart.
fn imports(text: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    let code: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    for piece in code.split("crate::").skip(1) {
        let names = match piece.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or("").to_owned(),
            None => piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect(),
        };
        rooms.extend(names.split(',').map(|n| n.split("::").next().unwrap_or("").trim().to_owned()));
    }
    rooms.retain(|r| !r.is_empty());
    rooms
}

/// What breaks the table of rooms, as lines for a person.
fn forbidden_arrows(sources: &[Source]) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources {
        let Some(may) = allowed.get(source.room.as_str()) else {
            wrong.push(format!("src/{}: the room `{}` is not in the table of rooms", source.path, source.room));
            continue;
        };
        for room in imports(&source.text) {
            let known = allowed.contains_key(room.as_str());
            if known && room != source.room && !may.contains(&room.as_str()) {
                wrong.push(format!("src/{}: `{}` may not import `{room}`", source.path, source.room));
            }
        }
    }
    wrong
}

/// Files of a folder, folders in it left out, of which the registry's text does not speak.
fn unregistered(folder: &str, registry: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(registry)).unwrap_or_default();
    let own = root().join(folder);
    let names = files(&own, "rs").into_iter().filter(|p| p.parent() == Some(own.as_path()));
    let stems = names.filter_map(|p| p.file_stem().map(|s| s.to_string_lossy().into_owned()));
    stems
        .filter(|stem| !text.contains(&format!("{stem}::")))
        .map(|s| format!("{folder}/{s}.rs is not in {registry}"))
        .collect()
}

fn none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    none(forbidden_arrows(&sources()));
}

#[test]
fn the_import_check_finds_a_forbidden_arrow() {
    let source = |room: &str, text: &str| Source { path: format!("{room}.rs"), room: room.into(), text: text.into() };
    assert_eq!(forbidden_arrows(&[source("stats", "use crate::model::Period;")]).len(), 1);
    assert_eq!(forbidden_arrows(&[source("report", "use crate::{model, stats};")]).len(), 1);
    assert_eq!(forbidden_arrows(&[source("report", "let x = crate::stats::normal::cdf(0.0);")]).len(), 1);
    assert_eq!(forbidden_arrows(&[source("attic", "")]).len(), 1);
    assert!(forbidden_arrows(&[source("spec", "use crate::model::Period; // crate::report")]).len() <= 1);
    assert!(forbidden_arrows(&[source("spec", "use crate::model::Period;")]).is_empty());
}

#[test]
fn foreign_crates_have_one_home() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, homes) in HOMES {
            let used = source.text.lines().map(str::trim_start).any(|l| {
                !l.starts_with("//") && (l.contains(&format!("use {name}::")) || l.contains(&format!(" {name}::")))
            });
            if used && !homes.contains(&source.room.as_str()) {
                wrong.push(format!("src/{}: `{name}` lives in {homes:?}", source.path));
            }
        }
    }
    none(wrong);
}

#[test]
fn every_rule_stream_renderer_and_method_is_registered() {
    let mut wrong = unregistered("src/validate/rules", "src/validate/registry.rs");
    wrong.extend(unregistered("src/triangulate/streams", "src/triangulate/streams.rs"));
    wrong.extend(unregistered("src/report/renderers", "src/report/renderers.rs"));
    none(wrong);
}

/// That each method of `src/stats` is in the registry of `lscb calc` is told by the statistics tests.
#[test]
fn no_file_lies_dead() {
    let dead = sources().into_iter().filter(|s| s.path.contains('/')).filter(|s| {
        let (folder, name) = s.path.rsplit_once('/').expect("a folder");
        let parent = std::fs::read_to_string(root().join(format!("src/{folder}.rs"))).unwrap_or_default();
        !parent.contains(&format!("mod {};", name.trim_end_matches(".rs")))
    });
    none(dead.map(|s| format!("src/{}: no `mod` line names it", s.path)).collect());
}

#[test]
fn only_faces_print() {
    let wrong = sources().into_iter().filter(|s| s.room != "cli" && s.room != "main").flat_map(|s| {
        let path = s.path.clone();
        let lines: Vec<String> = s
            .text
            .lines()
            .enumerate()
            .filter(|(_, l)| !l.trim_start().starts_with("//"))
            .filter(|(_, l)| ["println!(", "eprintln!(", "print!(", "dbg!("].iter().any(|p| l.contains(p)))
            .map(|(i, _)| format!("src/{path}:{}: a stray print", i + 1))
            .collect();
        lines
    });
    none(wrong.collect());
}

#[test]
fn every_file_says_what_it_is() {
    let untitled = sources().into_iter().filter(|s| !s.text.starts_with("//!"));
    none(untitled.map(|s| format!("src/{}: no `//!` line at its top", s.path)).collect());
}

/// What is missing from the documentation of a statistic, as lines for a person.
fn undocumented(path: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let head: Vec<&str> = text.lines().take_while(|l| l.starts_with("//!")).collect();
    if !head.iter().any(|l| l.trim_start_matches("//! ").starts_with("Source: ")) {
        wrong.push(format!("src/{path}: no `Source:` line in the module's documentation"));
    }
    let code = text.split("#[cfg(test)]").next().unwrap_or("");
    let mut documentation: Vec<&str> = Vec::new();
    let mut lines = code.lines().map(str::trim_start);
    while let Some(line) = lines.next() {
        if line.starts_with("///") {
            documentation.push(line);
        } else if let Some(rest) = line.strip_prefix("pub fn ") {
            let mut signature = rest.to_owned();
            while !signature.contains('{') {
                let Some(more) = lines.next() else { break };
                signature.push_str(more);
            }
            let name = rest.split(['(', '<']).next().unwrap_or("");
            if signature.contains("-> Result<") && !documentation.contains(&"/// # Errors") {
                wrong.push(format!("src/{path}: `{name}` can refuse, and does not say when (`# Errors`)"));
            }
            documentation.clear();
        } else if !line.starts_with("#[") {
            documentation.clear();
        }
    }
    wrong
}

#[test]
fn every_statistic_names_its_source_and_its_errors() {
    let stats = sources().into_iter().filter(|s| s.path.starts_with("stats/"));
    none(stats.flat_map(|s| undocumented(&s.path, &s.text)).collect());
}

#[test]
fn the_documentation_check_finds_what_is_missing() {
    let good = "//! A mean.\n//!\n//! Source: Gauss.\n\n/// It.\n///\n/// # Errors\n/// None given.\npub fn mean(\n    values: &[f64],\n) -> Result<f64, E> {";
    assert!(undocumented("stats/mean.rs", good).is_empty());
    assert_eq!(undocumented("stats/mean.rs", &good.replace("Source", "Sauce")).len(), 1);
    assert_eq!(undocumented("stats/mean.rs", &good.replace("# Errors", "Errors")).len(), 1);
    assert!(undocumented("stats/mean.rs", &good.replace("Result<f64, E>", "f64").replace("# Errors", "")).is_empty());
}

#[test]
fn unsafe_has_one_home() {
    let wrong = sources().into_iter().filter(|s| s.path != "lake/bridge.rs");
    let wrong = wrong.filter(|s| s.text.lines().any(|l| !l.trim_start().starts_with("//") && l.contains("unsafe {")));
    none(wrong.map(|s| format!("src/{}: unsafe", s.path)).collect());
}

/// The tests that a document names in backquotes as `module::...::name`, and that are not there.
fn missing_tests(document: &str, sources: &[(String, String)]) -> Vec<String> {
    let named = document.split('`').skip(1).step_by(2).filter(|name| name.contains("::"));
    let is_there = |name: &str| {
        let (module, function) = name.rsplit_once("::").expect("a path");
        let file = module.trim_end_matches("::tests").replace("::", "/");
        let is_its = |path: &str| [format!("{file}.rs"), format!("{file}/tests.rs")].contains(&path.to_owned());
        let test = format!("#[test]\n    fn {function}(");
        let plain = format!("#[test]\nfn {function}(");
        sources.iter().any(|(path, text)| is_its(path) && (text.contains(&test) || text.contains(&plain)))
    };
    named.filter(|name| !is_there(name)).map(str::to_owned).collect()
}

#[test]
fn every_item_of_asvs_points_to_a_test_that_is_there() {
    let mut all: Vec<(String, String)> = sources().into_iter().map(|s| (s.path, s.text)).collect();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite")).expect("the suite") {
        let path = entry.expect("a file").path();
        if !path.is_file() {
            continue;
        }
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        all.push((name, std::fs::read_to_string(&path).expect("readable")));
    }
    let document = include_str!("../../docs/asvs.md");
    none(missing_tests(document, &all));
    let lines = document.lines().filter(|l| l.starts_with("| ") && l.contains("::")).count();
    assert!(lines >= 30, "{lines} items");
    assert_eq!(missing_tests("`tidy::no_such_test`", &all), ["tidy::no_such_test"], "the check can fail");
}
