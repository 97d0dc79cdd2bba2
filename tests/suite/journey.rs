//! The whole way, as an analyst goes it: returns in the plain layout, with no other configuration, to a report.

use std::fmt::Write;

use super::support::{Board, lscb, tree};

const PLACES: [&str; 6] = ["ash", "beech", "cedar", "elm", "fir", "oak"];

/// Three years of monthly figures and two years of audits; in Cedar visits come late and audits fall short.
fn returns(board: &Board) {
    let mut performance = String::from("agency,indicator,locality,period,breakdown,numerator,denominator,value\n");
    let mut audits = String::from("audit,audited_on,kind,agency,theme,locality,case,question,grade\n");
    for month in 0..36 {
        let period = format!("{}-{:02}", 2012 + month / 12, month % 12 + 1);
        for (place, name) in PLACES.iter().enumerate() {
            let late = *name == "cedar" && month >= 24;
            let in_time = if late { 48 } else { 72 + (month + place) % 3 };
            writeln!(performance, "care,visits-in-time,{name},{period},,{in_time},80,").unwrap();
            writeln!(performance, "police,missing-episodes,{name},{period},,{},,", 12 + (month * 7 + place * 3) % 5)
                .unwrap();
        }
    }
    for audit in 0..12 {
        for (place, name) in PLACES.iter().enumerate() {
            let grade = match (*name, (audit + place) % 6) {
                ("cedar", 0..=4) | (_, 0) => "inadequate",
                _ => "good",
            };
            let day = format!("2014-{:02}-15", audit + 1);
            writeln!(audits, "a{audit},{day},multi-agency,care,neglect,{name},case-{audit}-{place},plan,{grade}")
                .unwrap();
        }
    }
    board.write("inbox/performance.csv", &performance).write("inbox/audits.csv", &audits);
}

fn run(board: &Board, arguments: &[&str]) -> super::support::Answer {
    board.lscb(&[&["run", "PIPELINE"], arguments].concat())
}

#[test]
fn the_plain_layout_needs_no_other_configuration() {
    let board = Board::plain();
    returns(&board);
    let answer = run(&board, &[]);
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    assert!(answer.out.contains("index.html"), "{}", answer.out);
    let hotspots = board.read("reports/latest/hotspots.csv");
    let cedar = hotspots.lines().find(|l| l.contains(",locality/neglect/cedar,")).expect("the cell is there");
    assert!(cedar.contains(",hot_spot,"), "{cedar}");
    let others: Vec<&str> = hotspots.lines().filter(|l| l.contains(",hot_spot,") && l.contains("locality/")).collect();
    assert_eq!(others.len(), 1, "{others:?}");
    for file in [
        "index.html",
        "hotspots.json",
        "hotspots.parquet",
        "series.csv",
        "submissions.csv",
        "manifest.json",
        "board-pack.xlsx",
    ] {
        assert!(board.path("reports/latest").join(file).is_file(), "{file}");
    }
    assert!(
        board.path("data/runs/latest/hotspots.csv").is_file() && board.path("data/runs/latest/series.csv").is_file()
    );
}

#[test]
fn the_same_night_again_publishes_nothing_new_and_says_so() {
    let board = Board::plain();
    returns(&board);
    assert_eq!(run(&board, &[]).code, 0);
    let before = tree(&board.path("reports"));
    let again = run(&board, &[]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.contains("Nothing new to publish"), "{}", again.out);
    assert!(!again.err.contains("Triangulating"), "no stage is done again: {}", again.err);
    assert_eq!(before, tree(&board.path("reports")));
}

#[test]
fn a_new_folder_and_a_full_run_give_the_same_bytes() {
    let board = Board::plain();
    returns(&board);
    run(&board, &[]);
    let elsewhere = run(&board, &["--full", "--data", "@data2", "--reports", "@reports2"]);
    assert_eq!(elsewhere.code, 0, "{}", elsewhere.err);
    let again = run(&board, &["--full", "--data", "@data2", "--reports", "@reports2"]);
    assert_eq!(again.code, 0, "{}", again.err);
    let (first, second) = (tree(&board.path("reports")), tree(&board.path("reports2")));
    let differing: Vec<&String> = first.keys().filter(|k| first.get(*k) != second.get(*k)).collect();
    assert!(differing.is_empty() && first.len() == second.len(), "{differing:?}");
}

#[test]
fn nothing_published_or_kept_names_a_case() {
    let board = Board::plain();
    returns(&board);
    run(&board, &[]);
    for (name, bytes) in tree(&board.path("reports")).into_iter().chain(tree(&board.path("data/lake"))) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("case-3-2"), "{name} holds a case key");
    }
}

#[test]
fn a_hot_spot_walks_back_to_its_cells() {
    let board = Board::plain();
    returns(&board);
    run(&board, &[]);
    let answer = board.lscb(&["explain", "locality/neglect/cedar", "--pipeline", "PIPELINE"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let json = board.lscb(&["explain", "locality/neglect/cedar", "--pipeline", "PIPELINE", "--format", "json"]);
    let explained: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let sent: Vec<String> = board.read("inbox/performance.csv").lines().map(str::to_owned).collect();
    let sources = explained["streams"][0]["sources"].as_array().expect("sources");
    assert!(!sources.is_empty());
    for source in sources {
        let line = &sent[source["row"].as_u64().expect("a row") as usize - 1];
        let want = format!("care,visits-in-time,cedar,{},,{},", source["when"].as_str().unwrap(), source["adverse"]);
        assert!(line.starts_with(want.trim_end_matches(".0,")), "{line} against {source}");
    }
    let slip = board.lscb(&["explain", "locality/neglect/ceder", "--pipeline", "PIPELINE"]);
    assert_eq!(slip.code, 2);
    assert!(slip.err.contains("locality/neglect/cedar"), "{}", slip.err);
}

#[test]
fn a_return_that_is_not_accepted_gives_code_3_and_the_rest_is_published() {
    let board = Board::plain();
    returns(&board);
    board.write(
        "inbox/broken.csv",
        "agency,indicator,locality,period,breakdown,numerator\npolise,missing-episodes,ash,2014-03,,4\n",
    );
    let answer = run(&board, &[]);
    assert_eq!(answer.code, 3, "{}{}", answer.out, answer.err);
    assert!(board.read("reports/latest/submissions.csv").contains("rejected"));
    let history = board.lscb(&["history", "--pipeline", "PIPELINE"]);
    assert!(history.out.contains("broken.csv") && history.out.contains("rejected"), "{}", history.out);
}

/// 943 476 5919 is the example number of the NHS data dictionary.
#[test]
fn personal_data_is_kept_apart_leaves_no_trace_and_is_destroyed_after_its_days() {
    let board = Board::plain();
    let header = "agency,indicator,locality,period,breakdown,numerator,denominator,NHS number\n";
    board.write("inbox/care.csv", &format!("{header}care,visits-in-time,ash,2014-03,,70,80,9434765919\n"));
    let first = run(&board, &[]);
    assert_eq!(first.code, 3, "{}", first.err);
    let held = || {
        let kept = tree(&board.path("data")).into_keys().filter(|n| n.starts_with("quarantine/"));
        kept.filter(|n| !n.starts_with("quarantine/certificates/")).count()
    };
    assert_eq!(held(), 1);
    for (name, bytes) in tree(&board.path("reports")).into_iter().chain(tree(&board.path("data"))) {
        let trace = String::from_utf8_lossy(&bytes).contains("9434765919");
        assert_eq!(trace, name.starts_with("quarantine/"), "{name}");
    }
    assert!(!first.err.contains("9434765919") && !first.out.contains("9434765919"));
    std::fs::remove_file(board.path("inbox/care.csv")).unwrap();
    run(&board, &["--as-of", "2015-03-01"]);
    assert_eq!(held(), 1, "the days are not over");
    run(&board, &["--as-of", "2015-03-02"]);
    assert_eq!(held(), 0);
    assert_eq!(run(&board, &["--as-of", "2015-03-03", "--full"]).code, 0, "its verdict stands without the file");
    let history = board.lscb(&["history", "--pipeline", "PIPELINE", "--format", "json"]).out;
    let certificates: Vec<&str> = history.lines().filter(|l| l.starts_with("{\"certificate\"")).collect();
    assert_eq!(certificates.len(), 1, "{history}");
    assert!(
        certificates[0].contains("\"destroyed_on\":\"2015-03-02\"")
            && certificates[0].contains("\"received_on\":\"2015-01-31\"")
    );
    assert!(board.lscb(&["history", "--pipeline", "PIPELINE"]).out.contains("Destroyed after quarantine"));
}

#[test]
fn a_later_return_supersedes_and_an_earlier_day_still_sees_the_earlier_one() {
    let board = Board::plain();
    let header = "agency,indicator,locality,period,breakdown,numerator,denominator\n";
    board.write("inbox/first.csv", &format!("{header}care,visits-in-time,ash,2014-03,,70,80\n"));
    assert_eq!(run(&board, &["--as-of", "2015-01-31"]).code, 0);
    board.write("inbox/second.csv", &format!("{header}care,visits-in-time,ash,2014-03,,75,80\n"));
    assert_eq!(run(&board, &["--as-of", "2015-02-28"]).code, 0);
    let count = |day: &str| {
        let sql = "SELECT numerator FROM performance";
        board.lscb(&["query", sql, "--pipeline", "PIPELINE", "--as-of", day, "--format", "csv"]).out
    };
    assert!(count("2015-02-28").contains("75") && !count("2015-02-28").contains("70"), "{}", count("2015-02-28"));
    assert!(count("2015-01-31").contains("70") && !count("2015-01-31").contains("75"), "{}", count("2015-01-31"));
    assert!(board.path("data/lake-history").is_dir());
}

#[test]
fn wrong_configuration_stops_before_anything_is_read() {
    let board = Board::plain();
    for (file, text, say) in [
        ("reference/themes.csv", "theme,name\nneglect,Neglect\nneglect,Again\nmissing,Missing\n", "neglect"),
        ("reference/indicators.csv", "indicator,name,theme,unit\nx,X,neglct,count\n", "Did you mean `neglect`?"),
        ("pipeline.toml", "board = \"b\"\nname = \"B\"\n[pathes]\n", "pathes"),
    ] {
        let before = board.read(file);
        board.write(file, text);
        let answer = run(&board, &[]);
        assert_eq!(answer.code, 2, "{file}: {}", answer.err);
        assert!(answer.err.contains(say) && answer.err.contains(file.rsplit('/').next().unwrap()), "{}", answer.err);
        board.write(file, &before);
    }
    assert!(!board.path("data").exists(), "nothing was begun");
    let gone = lscb(&["run", "no-such-file.toml"]);
    assert_eq!(gone.code, 2);
    assert!(gone.err.contains("no-such-file.toml"), "{}", gone.err);
}

#[test]
fn an_empty_inbox_is_a_board_of_blind_spots() {
    let board = Board::plain();
    let answer = run(&board, &[]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let hotspots = board.read("reports/latest/hotspots.csv");
    assert!(hotspots.lines().skip(1).all(|l| l.contains(",blind_spot,")), "{hotspots}");
}

#[test]
fn the_help_has_examples_and_completions_are_written() {
    let help = lscb(&["--help"]);
    assert!(help.out.contains("Examples:") && help.out.contains("Exit codes"));
    for shell in ["bash", "zsh", "fish"] {
        assert!(lscb(&["completions", shell]).out.contains("lscb"), "{shell}");
    }
    assert_eq!(lscb(&["no-such-command"]).code, 2);
}
