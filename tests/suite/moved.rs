//! From one report to the next: what moved a cell is named, each of the four reasons by a night in which nothing else happened.

use std::fmt::Write;

use super::support::{Board, tree};

const PLACES: [&str; 6] = ["ash", "beech", "cedar", "elm", "fir", "oak"];
const CEDAR: &str = "locality/neglect/cedar";

/// Three years of monthly visits, `late` of 80 in time in Cedar's last year and 72 to 74 elsewhere.
fn visits(late: usize) -> String {
    let mut text = String::from("agency,indicator,locality,period,breakdown,numerator,denominator\n");
    for month in 0..36 {
        for (place, name) in PLACES.iter().enumerate() {
            let in_time = if *name == "cedar" && month >= 24 { late } else { 72 + (month + place) % 3 };
            writeln!(text, "care,visits-in-time,{name},{}-{:02},,{in_time},80", 2012 + month / 12, month % 12 + 1)
                .unwrap();
        }
    }
    text
}

/// A year of monthly audits of a case in each place; in Cedar all but a sixth fall short, elsewhere a sixth do.
fn audits(year: i32, bad: &str) -> String {
    let mut text = String::from("audit,audited_on,kind,agency,theme,locality,case,question,grade\n");
    for audit in 0..12 {
        for (place, name) in PLACES.iter().enumerate() {
            let short = (*name == bad) != ((audit + place) % 6 == 0);
            let (day, grade) = (audit + 1, if short { "inadequate" } else { "good" });
            writeln!(
                text,
                "a{year}-{audit},{year}-{day:02}-15,multi-agency,care,neglect,{name},case-{year}-{audit}-{place},plan,{grade}"
            )
            .unwrap();
        }
    }
    text
}

/// A board after its first report: Cedar is a hot spot by visits and audits.
fn first_report() -> Board {
    let board = Board::plain();
    board.write("inbox/visits.csv", &visits(48)).write("inbox/audits.csv", &audits(2014, "cedar"));
    assert_eq!(night(&board, "2015-01-31").1[CEDAR]["tier"], "hot_spot");
    board
}

/// Runs a night; gives its page and its cells by id.
fn night(board: &Board, as_of: &str) -> (String, serde_json::Map<String, serde_json::Value>) {
    let answer = board.lscb(&["run", "PIPELINE", "--as-of", as_of]);
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    let list: serde_json::Value = serde_json::from_str(&board.read("reports/latest/hotspots.json")).expect("JSON");
    let cells = list["hotspots"].as_array().expect("cells").iter();
    (
        board.read("reports/latest/index.html"),
        cells.map(|c| (c["cell"].as_str().expect("an id").to_owned(), c.clone())).collect(),
    )
}

fn causes(cell: &serde_json::Value) -> Vec<&str> {
    cell["moved"].as_array().expect("a list").iter().map(|m| m["cause"].as_str().expect("a word")).collect()
}

#[test]
fn new_evidence() {
    let board = first_report();
    // A year later Ash stands as Cedar did.
    board.write("inbox/audits-2015.csv", &audits(2015, "ash"));
    let mut visits = String::from("agency,indicator,locality,period,breakdown,numerator,denominator\n");
    for month in 1..=12 {
        for name in PLACES {
            writeln!(visits, "care,visits-in-time,{name},2015-{month:02},,{},80", if name == "ash" { 44 } else { 73 })
                .unwrap();
        }
    }
    board.write("inbox/visits-2015.csv", &visits);
    let (page, cells) = night(&board, "2016-01-31");
    let ash = &cells["locality/neglect/ash"];
    assert_eq!(ash["tier"], "hot_spot");
    assert_eq!(causes(ash), ["new-evidence"], "{ash}");
    assert_eq!(ash["moved"][0]["streams"], serde_json::json!(["performance", "audits"]));
    assert!(
        page.contains("Neglect, Ash: new evidence came in (Performance, Audits)."),
        "the list of what changed says why"
    );
    let explained = board.lscb(&["explain", "locality/neglect/ash", "--pipeline", "PIPELINE"]);
    assert!(explained.out.contains("what moved it: new evidence came in (Performance, Audits)."), "{}", explained.out);
}

#[test]
fn aged_evidence() {
    let board = first_report();
    let (page, cells) = night(&board, "2018-06-30");
    assert_ne!(cells[CEDAR]["tier"], "hot_spot", "three and a half years later nothing speaks of it");
    assert_eq!(causes(&cells[CEDAR]), ["aged-evidence"]);
    assert!(page.contains("Neglect, Cedar: the evidence grew older"), "under what is no longer listed");
}

#[test]
fn restated_figures() {
    let board = first_report();
    board.write("inbox/visits-again.csv", &visits(73));
    let (_, cells) = night(&board, "2015-02-01");
    assert_ne!(cells[CEDAR]["tier"], "hot_spot");
    assert_eq!(causes(&cells[CEDAR]), ["restated-figures"], "{}", cells[CEDAR]);
    assert_eq!(cells[CEDAR]["moved"][0]["streams"], serde_json::json!(["performance"]));
}

#[test]
fn changed_configuration() {
    let board = first_report();
    let settings = format!("{}\n[thresholds]\nlight = 30.0\n", board.read("pipeline.toml"));
    board.write("pipeline.toml", &settings);
    let (_, cells) = night(&board, "2015-02-01");
    assert_ne!(cells[CEDAR]["tier"], "hot_spot");
    assert_eq!(causes(&cells[CEDAR]), ["changed-configuration"], "{}", cells[CEDAR]);
}

#[test]
fn a_place_that_has_ended_does_not_leave_the_list_in_silence() {
    let board = first_report();
    let places = board.read("reference/localities.csv");
    let end = |line: &str| match line.split(',').next() {
        Some("locality") => format!("{line},valid_to\n"),
        Some("cedar") => format!("{line},2015-03-31\n"),
        _ => format!("{line},\n"),
    };
    board.write("reference/localities.csv", &places.lines().map(end).collect::<String>());
    let (page, cells) = night(&board, "2015-04-30");
    assert!(!cells.contains_key(CEDAR));
    assert!(page.contains("Neglect, Cedar: it is no longer compared"), "under what is no longer listed");
}

#[test]
fn a_second_night_has_the_same_bytes_anywhere_and_a_quiet_one_moves_nothing() {
    let board = first_report();
    board.write("inbox/visits-again.csv", &visits(73));
    night(&board, "2015-02-01");
    let before = tree(&board.path("reports"));
    let again = board.lscb(&["run", "PIPELINE", "--as-of", "2015-02-01", "--full"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(before, tree(&board.path("reports")));
    let (_, cells) = night(&board, "2015-02-02");
    assert!(cells.values().all(|c| causes(c).is_empty()), "nothing came and a day is too short to age");
}
