//! Backup and restore, as whoever looks after the machine does it: while runs and uploads go on, and to the byte.

use std::sync::atomic::{AtomicBool, Ordering};

use lscb::access::audit::{Entry, verify};

use super::support::{Board, tree};

const HEADER: &str = "agency,indicator,locality,period,breakdown,numerator,denominator\n";

fn board() -> Board {
    let board = Board::plain();
    send(&board, "ash");
    assert_eq!(board.lscb(&["run", "PIPELINE"]).code, 0);
    board
}

fn send(board: &Board, place: &str) {
    let lines: String = (1..=12).map(|m| format!("care,visits-in-time,{place},2014-{m:02},,70,80\n")).collect();
    board.write(&format!("inbox/{place}.csv"), &format!("{HEADER}{lines}"));
}

fn backup(board: &Board, name: &str) {
    let answer = board.lscb(&["backup", &format!("@{name}"), "--pipeline", "PIPELINE"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
}

fn restore(board: &Board, name: &str, to: &str) {
    let answer = board.lscb(&["restore", &format!("@{name}"), "--to", &format!("@{to}")]);
    assert_eq!(answer.code, 0, "{}", answer.err);
}

/// Runs the board's night on what was restored.
fn run(board: &Board, to: &str) -> super::support::Answer {
    let (data, reports) = (format!("@{to}/data"), format!("@{to}/reports"));
    board.lscb(&["run", "PIPELINE", "--data", &data, "--reports", &reports])
}

fn latest(board: &Board, reports: &str) -> std::collections::BTreeMap<String, Vec<u8>> {
    tree(&std::fs::canonicalize(board.path(reports).join("latest")).expect("a report"))
}

#[test]
fn a_restored_board_is_the_board_and_has_nothing_new_to_publish() {
    let board = board();
    board.write("data/quarantine/x.csv", "waits to be destroyed").write("data/quarantine/certificates/y.json", "{}");
    backup(&board, "b.lscb.zip");
    restore(&board, "b.lscb.zip", "restored");
    for folder in ["originals", "lake", "runs", "quarantine/certificates"] {
        let (before, after) = (tree(&board.path("data").join(folder)), tree(&board.path("restored/data").join(folder)));
        assert!(!before.is_empty() && before == after, "{folder}");
    }
    assert!(tree(&board.path("reports")) == tree(&board.path("restored/reports")));
    assert!(!board.path("restored/data/quarantine/x.csv").exists(), "a backup would keep it longer");
    assert!(board.path("restored/configuration/pipeline.toml").exists());
    assert_eq!(board.read("restored/configuration/reference/agencies.csv"), board.read("reference/agencies.csv"));
    let answer = run(&board, "restored");
    assert!(answer.code == 0 && answer.out.contains("Nothing new to publish"), "{}{}", answer.out, answer.err);
}

#[test]
fn what_goes_on_meanwhile_is_in_a_backup_whole_or_not_at_all() {
    let board = board();
    let over = AtomicBool::new(false);
    let places = ["beech", "cedar", "elm", "fir"];
    let uploads = std::thread::scope(|scope| {
        let uploads = scope.spawn(|| {
            let ledger = lscb::access::open(&board.path("data")).expect("the ledger");
            let folder = board.path("data/uploads");
            std::fs::create_dir_all(&folder).expect("made");
            let mut sent = 0;
            while !over.load(Ordering::Relaxed) && sent < 2_000 {
                // As the portal does it: the file whole under its name, and then its line.
                std::fs::write(folder.join(".part"), format!("upload {sent}")).expect("written");
                std::fs::rename(folder.join(".part"), folder.join(format!("{sent}.csv"))).expect("renamed");
                let entry = Entry { what: "upload".into(), object: format!("{sent}.csv"), ..Entry::default() };
                ledger.record_audit(&entry).expect("recorded");
                sent += 1;
            }
            sent
        });
        let nights = scope.spawn(|| {
            for place in places {
                send(&board, place);
                let answer = board.lscb(&["run", "PIPELINE"]);
                assert_eq!(answer.code, 0, "a run never finds a backup in its way: {}", answer.err);
            }
        });
        for number in 0..places.len() {
            backup(&board, &format!("{number}.lscb.zip"));
        }
        let nights = nights.join();
        over.store(true, Ordering::Relaxed);
        nights.expect("the nights");
        uploads.join().expect("the uploads")
    });
    assert!(uploads > 0);
    let wanted = latest(&board, "reports");
    for number in 0..places.len() {
        let to = format!("restored-{number}");
        restore(&board, &format!("{number}.lscb.zip"), &to);
        let ledger = lscb::access::open(&board.path(&to).join("data")).expect("the ledger");
        let check = verify(&ledger).expect("checked");
        assert_eq!(check.broken, None);
        // Every upload that the ledger speaks of is there, as it was sent.
        for line in lscb::access::audit::page(&ledger, &Default::default(), None).expect("read").lines {
            let name = &line.entry.object;
            let text = board.read(&format!("{to}/data/uploads/{name}"));
            assert_eq!(Some(text.as_str()), name.strip_suffix(".csv").map(|n| format!("upload {n}")).as_deref());
        }
        drop(ledger);
        let originals = tree(&board.path("data/originals"));
        for (name, bytes) in tree(&board.path(&to).join("data/originals")) {
            assert!(originals.get(&name) == Some(&bytes), "{name}");
        }
        let answer = run(&board, &to);
        assert_eq!(answer.code, 0, "{}", answer.err);
        assert!(latest(&board, &format!("{to}/reports")) == wanted, "the night goes on from where the backup left it");
    }
    let left = tree(&board.path("data")).into_keys().chain(tree(&board.path("reports")).into_keys());
    let left: Vec<String> = left.filter(|n| n.contains(".backup-")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_backup_replaces_none_and_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let board = board();
    backup(&board, "b.lscb.zip");
    let file = board.path("b.lscb.zip");
    assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    let again = board.lscb(&["backup", "@b.lscb.zip", "--pipeline", "PIPELINE"]);
    assert!(again.code == 2 && again.err.contains("a backup replaces none"), "{}", again.err);
    restore(&board, "b.lscb.zip", "restored");
    let key = board.path("restored/data/pseudonym.key");
    assert!(!key.exists() || std::fs::metadata(&key).expect("there").permissions().mode() & 0o077 == 0);
    let over = board.lscb(&["restore", "@b.lscb.zip", "--to", "@restored"]);
    assert!(over.code == 2 && over.err.contains("not empty"), "{}", over.err);
}

#[test]
fn the_first_administrator_is_invited_on_the_command_line() {
    let board = Board::plain();
    let user = |rest: &[&str]| board.lscb(&[&["user"], rest, &["--pipeline", "PIPELINE"]].concat());
    let ann = ["add", "--role", "administrator", "--email", "ann@x.example", "--name", "Ann"];
    let answer = user(&ann);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let link = answer.out.lines().find_map(|l| l.trim().strip_prefix("/welcome/")).expect("a link");
    assert!(link.len() == 64 && link.bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(user(&ann).code, 2, "one account a person");
    let wrong = user(&["add", "--role", "agency", "--agency", "fire", "--email", "ben", "--name", "Ben"]);
    assert!(wrong.code == 2 && wrong.err.contains("--email") && wrong.err.contains("--agency"), "{}", wrong.err);
    let again = user(&["link", "ann@x.example", "--clear-second-factor"]);
    assert!(again.code == 0 && !again.out.contains(link), "{}", again.err);
    assert!(user(&["list"]).out.contains("administrator"));
    assert_eq!(user(&["link", "nobody@x.example"]).code, 2);
}

#[test]
fn a_token_is_made_on_the_command_line() {
    let board = Board::plain();
    let token =
        |rest: &[&str]| board.lscb(&[&["user", "token", "case system"], rest, &["--pipeline", "PIPELINE"]].concat());
    let made = token(&["--scope", "upload", "--agency", "police"]);
    assert!(
        made.code == 0 && made.out.starts_with("lscb_") && made.out.lines().count() == 1,
        "{} {}",
        made.out,
        made.err
    );
    for (wrong, why) in [
        (&["--scope", "fly"][..], "there is no `fly`"),
        (&["--scope", "upload", "--agency", "fire"], "no agency `fire`"),
        (&["--scope", "run", "--agency", "police"], "token of the whole board"),
        (&["--scope", "read", "--days", "366"], "lasts too long"),
    ] {
        let answer = token(wrong);
        assert!(answer.code == 2 && answer.err.contains(why) && answer.out.is_empty(), "{wrong:?}: {}", answer.err);
    }
}
