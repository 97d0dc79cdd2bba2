//! A run that is killed, at thirteen moments of it: what was published stands, and the next run gives what an undisturbed one gives.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::support::{Board, tree};

const HEADER: &str = "agency,indicator,locality,period,breakdown,numerator,denominator\n";

/// Two nights, the second of them with a return more and another theme, so that everything is judged again.
fn board() -> Board {
    let board = Board::plain();
    for place in ["ash", "beech", "cedar"] {
        let lines: String = (1..=12).map(|m| format!("care,visits-in-time,{place},2014-{m:02},,70,80\n")).collect();
        board.write(&format!("inbox/{place}.csv"), &format!("{HEADER}{lines}"));
    }
    assert_eq!(board.lscb(&["run", "PIPELINE"]).code, 0);
    board.write("inbox/elm.csv", &format!("{HEADER}care,visits-in-time,elm,2014-03,,75,80\n"));
    let themes = board.read("reference/themes.csv");
    board.write("reference/themes.csv", &format!("{themes}training,Training\n"));
    board
}

/// Published files of the newest run, by name within its folder.
fn latest(board: &Board) -> std::collections::BTreeMap<String, Vec<u8>> {
    tree(&std::fs::canonicalize(board.path("reports/latest")).expect("a report"))
}

#[test]
fn a_killed_run_is_made_good_by_the_next() {
    let undisturbed = board();
    assert_eq!(undisturbed.lscb(&["run", "PIPELINE"]).code, 0);
    let wanted = latest(&undisturbed);
    for milliseconds in [5, 20, 40, 60, 90, 120, 160, 200, 260, 330, 420, 540, 700] {
        let board = board();
        let before = latest(&board);
        let mut child = Command::new(env!("CARGO_BIN_EXE_lscb"))
            .args(["run", &board.path("pipeline.toml").display().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        std::thread::sleep(Duration::from_millis(milliseconds));
        let _ = child.kill();
        let _ = child.wait();
        let seen = latest(&board);
        assert!(
            seen == before || seen == wanted,
            "after {milliseconds} ms a reader sees neither the old report nor the new"
        );
        let again = board.lscb(&["run", "PIPELINE"]);
        assert_eq!(again.code, 0, "after {milliseconds} ms: {}", again.err);
        assert!(latest(&board) == wanted, "after {milliseconds} ms the report is not that of an undisturbed night");
        let left = tree(board.path("reports").as_path()).into_keys().chain(tree(&board.path("data")).into_keys());
        let left: Vec<String> =
            left.filter(|n| n.contains(".part/") || n.contains(".old") || n.contains(".rebuilding")).collect();
        assert!(left.is_empty(), "after {milliseconds} ms: {left:?}");
    }
}
