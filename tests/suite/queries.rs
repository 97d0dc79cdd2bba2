//! Queries, answers, and the layout of the last return: the way of a figure that is asked about, of an explanation that
//! holds until it does not, and of a header that changes.

use serde_json::Value;

use super::support::{Answer, Board, tree};

const HEADER: &str = "agency,indicator,locality,period,breakdown,numerator,denominator,value";

/// Nine quiet months of a series and a tenth one.
fn months(last: &str, figure: u32) -> String {
    let mut text = format!("{HEADER}\n");
    for (month, n) in (1..).zip([20, 24, 25, 27, 23, 22, 28, 26, 24]) {
        text += &format!("police,missing-episodes,ash,2014-{month:02},,{n},,\n");
    }
    text + &format!("police,missing-episodes,ash,{last},,{figure},,\n")
}

fn one(period: &str, figure: u32) -> String {
    format!("{HEADER}\npolice,missing-episodes,ash,{period},,{figure},,\n")
}

/// A board whose police count missing episodes.
fn board() -> Board {
    let board = Board::plain();
    let list =
        "indicator,name,theme,agency,unit,frequency\nmissing-episodes,Missing episodes,missing,police,count,monthly\n";
    board.write("reference/indicators.csv", list);
    board
}

fn night(board: &Board, day: &str) -> Answer {
    board.lscb(&["run", "PIPELINE", "--as-of", day])
}

/// The latest submission of the ledger.
fn latest(board: &Board, file: &str) -> Value {
    let history = board.lscb(&["history", "--format", "json", "--pipeline", "PIPELINE"]);
    let lines = history.out.lines().filter_map(|l| serde_json::from_str::<Value>(l).ok());
    lines.into_iter().find(|v| v["file"] == file).unwrap_or_else(|| panic!("{file}: {}", history.out))
}

fn severity(submission: &Value, code: &str) -> String {
    let findings = submission["findings"].as_array().unwrap();
    let found = findings.iter().find(|f| f["code"] == code);
    found.map_or_else(String::new, |f| {
        format!("{}: {}", f["severity"].as_str().unwrap(), f["message"].as_str().unwrap())
    })
}

fn queries(board: &Board) -> Vec<Value> {
    let listed = board.lscb(&["queries", "--format", "json", "--pipeline", "PIPELINE", "--agency", "police"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    listed.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn a_query_is_answered_holds_within_its_extent_and_is_asked_again_beyond_it() {
    let board = board();
    board.write("inbox/october.csv", &months("2014-10", 90));
    assert_eq!(night(&board, "2014-11-15").code, 0);
    let open = queries(&board);
    let query = open.iter().find(|q| q["code"] == "C006").expect("90 after 20 to 28 is asked about");
    assert_eq!((query["standing"].as_str(), query["value"].as_f64()), (Some("open"), Some(90.0)));
    assert_eq!(query["subject"], "performance missing-episodes ash");
    let id = query["id"].as_str().unwrap();

    let answer = |explanation: &str, expected: &[&str]| {
        let mut arguments = vec!["queries", "answer", id, "--by", "A. Analyst", "--until", "2015-06-30"];
        arguments.extend(["--explanation", explanation, "--pipeline", "PIPELINE"]);
        arguments.extend(expected);
        board.lscb(&arguments)
    };
    let refused = answer("See NHS number 999 000 0158.", &["--expected", "60..99"]);
    assert_eq!(refused.code, 2, "personal data is not kept");
    assert!(!refused.err.contains("0158"), "{}", refused.err);
    assert_eq!(answer("A new unit counts repeat episodes.", &[]).code, 2, "a figure needs an extent");
    let kept = answer("A new unit counts repeat episodes.", &["--expected", "60..99"]);
    assert_eq!(kept.code, 0, "{}", kept.err);
    assert_eq!(queries(&board).iter().find(|q| q["id"] == id).unwrap()["standing"], "answered");

    board.write("inbox/november.csv", &one("2014-11", 95));
    assert_eq!(night(&board, "2014-12-15").code, 0);
    let within = severity(&latest(&board, "november.csv"), "C006");
    assert!(within.starts_with("note: ") && within.contains("A new unit counts repeat episodes"), "{within}");
    let first = severity(&latest(&board, "october.csv"), "C006");
    assert!(first.starts_with("query: ") && !first.contains("unit"), "the return that asked keeps its query: {first}");

    board.write("inbox/december.csv", &one("2014-12", 140));
    assert_eq!(night(&board, "2015-01-15").code, 0);
    let beyond = severity(&latest(&board, "december.csv"), "C006");
    assert!(beyond.starts_with("query: ") && beyond.contains("140, expected from 60 to 99"), "{beyond}");
    assert_eq!(queries(&board).iter().find(|q| q["id"] == id).unwrap()["standing"], "asked again");

    let manifest: Value = serde_json::from_str(&board.read("reports/latest/manifest.json")).unwrap();
    let inputs = manifest["configuration"].as_array().unwrap();
    assert!(inputs.iter().any(|f| f["name"] == "ledger/answers"), "an answer is an input of the run");
    let said = |name: &str, bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("repeat episodes"), "{name}: an explanation that nobody released is in no report");
    };
    tree(&board.path("reports")).iter().for_each(|(name, bytes)| said(name, bytes));

    let before = [latest(&board, "october.csv"), latest(&board, "november.csv"), latest(&board, "december.csv")];
    assert_eq!(board.lscb(&["run", "PIPELINE", "--as-of", "2015-01-15", "--full"]).code, 0);
    let after = [latest(&board, "october.csv"), latest(&board, "november.csv"), latest(&board, "december.csv")];
    assert_eq!(before, after, "judged again, each gets what it got");

    assert_eq!(board.lscb(&["queries", "withdraw", id, "--pipeline", "PIPELINE"]).code, 0);
    assert_eq!(queries(&board).iter().find(|q| q["id"] == id).unwrap()["standing"], "open");
}

#[test]
fn what_changed_in_the_layout_is_said_first_and_a_confirmed_header_is_known() {
    let board = board();
    board.write("inbox/october.csv", &one("2014-10", 20));
    assert_eq!(night(&board, "2014-11-15").code, 0);

    let moved = "agency,indicator,locality,period,breakdown,denominator,numerator,value,remark\n\
                 police,missing-episodes,ash,2014-11,,,24,,\n";
    board.write("inbox/november.csv", moved);
    assert_eq!(night(&board, "2014-12-15").code, 0);
    let submission = latest(&board, "november.csv");
    let codes: Vec<&str> =
        submission["findings"].as_array().unwrap().iter().map(|f| f["code"].as_str().unwrap()).collect();
    assert_eq!(codes[..2], ["L030", "L031"], "first what changed: {codes:?}");
    let said = severity(&submission, "L030");
    assert!(said.contains("Columns F and G changed places"), "{said}");

    let slip = "agency,indicator,locality,period,breakdown,Numeratr,denominator,value,remark\n\
                police,missing-episodes,ash,2014-12,,26,,,\n";
    board.write("inbox/december.csv", slip);
    assert_eq!(night(&board, "2015-01-15").code, 3, "a near miss is suggested, never taken");
    assert_eq!(latest(&board, "december.csv")["verdict"], "rejected");
    let look = board.lscb(&["map", "@inbox/december.csv", "--pipeline", "PIPELINE"]);
    assert!(look.out.contains("did they mean numerator?"), "{}{}", look.out, look.err);
    assert!(look.out.contains("--return plain --by NAME 'Numeratr=numerator'"), "{}", look.out);

    let confirm = |pair: &str| {
        let fixed = ["map", "@inbox/december.csv", "--agency", "police", "--return", "plain", "--by", "A. Analyst"];
        board.lscb(&[&fixed[..], &["--pipeline", "PIPELINE", pair]].concat())
    };
    assert_eq!(confirm("Numeratr=numerater").code, 2, "no such column");
    assert_eq!(confirm("Nonesuch=numerator").code, 2, "no such header");
    let kept = confirm("Numeratr=numerator");
    assert_eq!(kept.code, 0, "{}", kept.err);
    let listed = board.lscb(&["map", "--list", "--pipeline", "PIPELINE"]);
    assert!(listed.out.contains("`Numeratr` is numerator  (A. Analyst"), "{}", listed.out);

    assert_eq!(night(&board, "2015-01-15").code, 0, "the same file is judged again by it");
    let mended = latest(&board, "december.csv");
    assert_eq!(mended["verdict"], "accepted", "{mended}");
    let renamed = severity(&mended, "L033");
    assert!(renamed.contains("`numerator` of the last return is now `Numeratr`"), "{renamed}");

    board.write("other.csv", &slip.replace("police,", "care,"));
    let other = board.lscb(&["validate", "@other.csv", "--pipeline", "PIPELINE", "--data", "@data"]);
    assert_eq!(other.code, 3, "another agency's header is not known by it: {}", other.out);
    let own = board.lscb(&["validate", "@inbox/december.csv", "--pipeline", "PIPELINE", "--data", "@data"]);
    assert_eq!(own.code, 0, "{}", own.out);

    let forget = ["map", "--forget", "Numeratr", "--agency", "police", "--return", "plain", "--pipeline", "PIPELINE"];
    assert_eq!(board.lscb(&forget).code, 0);
    assert_eq!(night(&board, "2015-01-15").code, 3, "forgotten, it is not known");
}
