//! What a board member reads: the ten cards of the sample county, and the sentences of every cell that is listed, as a reviewer
//! read them aloud. A change of method or of words shows here, and is to be read again before it is accepted.

use std::fmt::Write;

use super::support::lscb;

/// The report of the sample county, seed 1: its page and its list.
fn county() -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().display().to_string();
    assert_eq!(lscb(&["sample", "--out", &out, "--seed", "1"]).code, 0);
    let run = lscb(&["run", &folder.path().join("pipeline.toml").display().to_string()]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let read = |name: &str| std::fs::read_to_string(folder.path().join("reports/latest").join(name)).expect("readable");
    (read("index.html"), read("hotspots.json"))
}

/// The words of a piece of a page, a line for each element that holds some; marks for the eye alone are left out.
fn words(html: &str) -> String {
    let mut text = String::new();
    let mut hidden = false;
    for piece in html.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').unwrap_or((piece, ""));
        hidden = if tag.starts_with("span") { tag.contains("aria-hidden") } else { hidden && tag != "/span" };
        let rest = rest.trim();
        if !hidden && !rest.is_empty() {
            let end = if tag.starts_with("dt") || tag.starts_with('b') { ": " } else { "\n" };
            let _ = write!(text, "{rest}{end}");
        }
    }
    for (entity, letter) in [("&#39;", "'"), ("&#34;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
        text = text.replace(entity, letter);
    }
    text
}

#[test]
fn the_countys_cards_and_sentences_read_as_reviewed() {
    let (page, list) = county();
    let cards: Vec<String> = page
        .split("<article ")
        .skip(1)
        .take(10)
        .map(|card| words(&format!("<{}", card.split("<details>").next().unwrap_or(card))))
        .collect();
    assert_eq!(cards.len(), 10, "the first page names ten places");
    insta::assert_snapshot!("cards", cards.join("\n"));

    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    let mut sentences = String::new();
    for cell in list["hotspots"].as_array().expect("cells") {
        if ["hot_spot", "single_source", "conflicting"].contains(&cell["tier"].as_str().expect("a tier")) {
            let text = |column: &str| cell[column].as_str().unwrap_or("");
            writeln!(sentences, "{}: {}", text("cell"), text("explanation")).expect("written");
            writeln!(sentences, "    {}", text("would_change_our_mind")).expect("written");
        }
    }
    insta::assert_snapshot!("sentences", sentences);
}
