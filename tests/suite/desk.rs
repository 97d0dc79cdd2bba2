//! The desk as the portal uses it: what was received is never lost, everything gets its verdict, and the nightly run takes it.

use std::path::PathBuf;
use std::time::Duration;

use lscb::model::upload::Sender;
use lscb::model::{Period, Upload, UploadState, Verdict};
use lscb::pipeline::desk::agenda::Tag;
use lscb::pipeline::desk::figures::Noted;
use lscb::pipeline::desk::nil::Nil;
use lscb::pipeline::desk::{Desk, NewUpload};
use sha2::{Digest, Sha256};

use super::support::Board;

const HEADER: &str = "agency,indicator,locality,period,breakdown,numerator,denominator\n";
const PATIENCE: Duration = Duration::from_secs(600);

fn open(board: &Board, workers: usize) -> Desk {
    lscb::ingest::set_reader(env!("CARGO_BIN_EXE_lscb"));
    Desk::open(&board.path("pipeline.toml"), &board.path("data"), workers).expect("a desk")
}

/// Writes bytes where the portal streams them to, and receives them.
fn send_as(desk: &Desk, agency: &str, is_own: bool, name: &str, bytes: &[u8]) -> Upload {
    let file = desk.uploads().join(format!(".part-{}", name.len() + bytes.len()));
    std::fs::write(&file, bytes).expect("written");
    let sha256: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    let sender = Sender { user: 7, name: "A. Sender".into(), is_own };
    let (agency, name, size) = (agency.to_owned(), name.to_owned(), bytes.len() as u64);
    desk.receive(NewUpload { agency, sender, name, file, sha256, bytes: size }).expect("received")
}

fn send(desk: &Desk, name: &str, text: &str) -> Upload {
    send_as(desk, "care", true, name, text.as_bytes())
}

fn judged(desk: &Desk, upload: &Upload) -> Upload {
    desk.wait(&upload.agency, &upload.id, PATIENCE).expect("a ledger").expect("the upload")
}

fn verdict(upload: &Upload) -> Verdict {
    upload.outcome.as_ref().unwrap_or_else(|| panic!("no verdict: {upload:?}")).verdict
}

fn codes(desk: &Desk, upload: &Upload) -> Vec<String> {
    desk.findings(&upload.agency, &upload.id).unwrap().into_iter().map(|f| f.code).collect()
}

/// One figure of social care: visits made in time, of 80.
fn visits(place: &str, period: &str, number: u32) -> String {
    format!("{HEADER}care,visits-in-time,{place},{period},,{number},80\n")
}

fn files(board: &Board, folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(board.path(folder)).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|e| e.path()).filter(|p| p.is_file()).collect();
    found.sort();
    found
}

fn run(board: &Board, day: &str) {
    let answer = board.lscb(&["run", "PIPELINE", "--as-of", day]);
    assert!([0, 3].contains(&answer.code), "{}", answer.err);
}

#[test]
fn an_upload_is_judged_at_once_and_taken_by_the_night() {
    let board = Board::plain();
    let desk = open(&board, 2);
    let upload = send(&desk, "figures.csv", &visits("ash", "2014-10", 70));
    assert_eq!((upload.id.len(), upload.file.as_str()), (32, "care/figures.csv"));
    let after = judged(&desk, &upload);
    assert_eq!((after.state, verdict(&after)), (UploadState::Judged, Verdict::Accepted));
    let outcome = after.outcome.clone().unwrap();
    assert_eq!((outcome.rows, outcome.changes.added, outcome.agencies.as_str()), (1, 1, "care"));
    assert!(desk.upload("police", &upload.id).unwrap().is_none(), "another agency's upload is not there");
    let said = desk.acknowledgement("care", &upload.id).unwrap().unwrap();
    assert_eq!((said.sha256.as_str(), said.checked.map(|r| r.rows)), (upload.sha256.as_str(), Some(1)));
    run(&board, "2015-01-31");
    let taken = desk.upload("care", &upload.id).unwrap().unwrap();
    assert!(taken.submission.starts_with("2015-01-31-"), "{taken:?}");
    assert!(files(&board, "data/uploads").is_empty(), "it lies with the originals now");
    assert_eq!(files(&board, "data/originals").len(), 1);
    assert!(board.read("reports/latest/submissions.csv").contains("care/figures.csv"));
    assert!(!desk.withdraw("care", &upload.id).unwrap(), "a run took it");
    // The agency's own chart, its note on it, and its versions.
    let own = desk.own_indicators("care").unwrap();
    assert_eq!((own.len(), own[0].name.as_str()), (1, "Visits in time"));
    let sender = Sender { user: 7, name: "A. Sender".into(), is_own: true };
    let of = ("visits-in-time", "ash", Period::parse("2014-10"));
    assert!(matches!(desk.note("care", of, "A new system.", &sender).unwrap(), Noted::Kept(_)));
    assert_eq!(desk.note("police", of, "Not theirs.", &sender).unwrap(), Noted::NoFigure);
    let charts = desk.own_charts("care", "visits-in-time").unwrap();
    assert!(charts.iter().any(|c| c.svg.contains("<svg") && c.notes.len() == 1), "{charts:?}");
    assert!(desk.own_charts("police", "visits-in-time").unwrap().is_empty());
    let versions = desk.versions("care", None).unwrap();
    assert_eq!((versions.len(), versions[0].standing), (1, "Counts in the report"));
    let effect = desk.effect("care", &taken.submission).unwrap().unwrap();
    assert_eq!((effect.added, effect.changed), (1, 0));
    assert!(desk.effect("police", &taken.submission).unwrap().is_none());
}

#[test]
fn of_two_uploads_of_a_day_the_later_counts_and_the_same_twice_is_said() {
    let board = Board::plain();
    let desk = open(&board, 2);
    let first = send(&desk, "zebra.csv", &visits("ash", "2014-10", 70));
    let second = send(&desk, "aardvark.csv", &visits("ash", "2014-10", 61));
    let third = send(&desk, "aardvark.csv", &visits("ash", "2014-10", 61));
    let gone = send(&desk, "gone.csv", &visits("beech", "2014-10", 5));
    for upload in [&first, &second, &third, &gone] {
        assert_eq!(verdict(&judged(&desk, upload)), Verdict::Accepted);
    }
    assert_eq!((second.same_as.as_str(), third.same_as.as_str()), ("", second.id.as_str()));
    assert!(second.file > first.file, "of two files of one day the one of the greater name is the later");
    assert!(desk.withdraw("care", &gone.id).unwrap());
    run(&board, "2015-01-31");
    let series = board.read("data/runs/latest/series.csv");
    assert!(series.contains(",61,80,") && !series.contains(",70,80,"), "{series}");
    assert!(!series.contains("beech"), "what was taken back is not taken");
    assert_eq!(desk.upload("care", &third.id).unwrap().unwrap().submission, {
        desk.upload("care", &second.id).unwrap().unwrap().submission
    });
    let corrected = send(&desk, "later.csv", &visits("ash", "2014-10", 62));
    assert_eq!(judged(&desk, &corrected).outcome.unwrap().changes.added, 1, "of the same day nothing is known yet");
    drop(desk);
    // Another day: the figure of the day before is known, and what changes is said.
    let pipeline = board.read("pipeline.toml").replace("2015-01-31", "2015-02-01");
    board.write("pipeline.toml", &pipeline);
    let desk = open(&board, 1);
    let next = send(&desk, "next.csv", &visits("ash", "2014-10", 63));
    let changes = judged(&desk, &next).outcome.unwrap().changes;
    assert_eq!((changes.changed, changes.listed[0].from.to_string().as_str()), (1, "61"));
}

#[test]
fn figures_of_another_agency_are_sent_back() {
    let board = Board::plain();
    let desk = open(&board, 2);
    let text = visits("ash", "2014-10", 70) + "police,missing-episodes,ash,2014-10,,3,\n";
    let upload = judged(&desk, &send(&desk, "both.csv", &text));
    assert_eq!((verdict(&upload), codes(&desk, &upload)), (Verdict::Rejected, vec!["F032".to_owned()]));
    let finding = desk.findings("care", &upload.id).unwrap().remove(0);
    assert_eq!((finding.row, finding.message.as_str()), (Some(3), "This row is of Police. You send for Social care."));
    let analyst = judged(&desk, &send_as(&desk, "care", false, "all.csv", format!("{text}\n").as_bytes()));
    assert_eq!(verdict(&analyst), Verdict::Accepted, "an analyst may send any");
    // A file with an error and another agency's rows says both.
    let broken = judged(&desk, &send(&desk, "c.csv", &text.replace("2014-10,,3", "2014-10,,three")));
    assert!(codes(&desk, &broken).contains(&"F032".to_owned()), "{:?}", codes(&desk, &broken));
    run(&board, "2015-01-31");
    assert_eq!(desk.upload("care", &upload.id).unwrap().unwrap().submission, "", "no run takes it");
    assert_eq!(desk.upload("care", &analyst.id).unwrap().unwrap().submission.len(), 23);
}

#[test]
fn personal_data_lies_apart_and_is_destroyed_after_its_days() {
    let board = Board::plain();
    let desk = open(&board, 2);
    // A number of the range that the NHS keeps for tests.
    let text = "agency,nhs number\ncare,9990000158\ncare,9990000166\ncare,9990000174\n";
    let upload = judged(&desk, &send(&desk, "list.csv", text));
    assert_eq!(verdict(&upload), Verdict::Quarantined);
    assert!(files(&board, "data/uploads").is_empty());
    let held = files(&board, "data/quarantine");
    assert_eq!(held.len(), 1);
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&held[0]).unwrap().permissions().mode() & 0o777, 0o600);
    let told = format!("{:?}", desk.findings("care", &upload.id).unwrap());
    assert!(told.contains("P00") && !told.contains("9990000158"), "{told}");
    // A name that gives a person away is written nowhere, and is not forgotten either.
    let named = judged(&desk, &send(&desk, "999 000 0158.csv", &visits("ash", "2014-10", 70)));
    assert!(!format!("{named:?}").contains("0158"), "{named:?}");
    assert_eq!(verdict(&named), Verdict::Quarantined);
    // Taken back or not, its days count.
    assert!(desk.withdraw("care", &upload.id).unwrap());
    run(&board, "2015-01-31");
    assert_eq!(files(&board, "data/quarantine").len(), 2);
    run(&board, "2015-03-03");
    assert!(files(&board, "data/quarantine").is_empty());
    assert_eq!(files(&board, "data/quarantine/certificates").len(), 2);
    let history = board.lscb(&["history", "--pipeline", "PIPELINE"]);
    assert!(!history.out.contains("0158") && history.out.contains("Destroyed"), "{}", history.out);
}

#[test]
fn a_thousand_waiting_uploads_outlast_the_end_of_the_program() {
    let board = Board::plain();
    let desk = open(&board, 0);
    let count: u32 = 1_000;
    let mut ids = Vec::new();
    for n in 0..count {
        let place = ["ash", "beech", "cedar", "elm", "fir", "oak"][n as usize % 6];
        ids.push(send(&desk, &format!("{n}.csv"), &visits(place, &format!("2014-{:02}", n % 12 + 1), n % 80)).id);
    }
    assert_eq!((desk.waiting(), desk.before(&ids[999])), (1_000, Some(999)));
    // The program ends: what the queue knew is gone, what the disk and the ledger know is not. A connection was cut too.
    std::fs::write(desk.uploads().join(".part-cut-off"), "half a f").unwrap();
    drop(desk);
    let desk = open(&board, 2);
    assert_eq!((desk.recovered().queued, desk.recovered().removed), (1_000, 1));
    let last = desk.wait("care", &ids[999], Duration::from_secs(500)).unwrap().unwrap();
    assert_eq!(verdict(&last), Verdict::Accepted);
    for upload in desk.uploads_of("care").unwrap() {
        let upload = judged(&desk, &upload);
        assert_eq!(verdict(&upload), Verdict::Accepted);
    }
    assert_eq!(desk.uploads_of("care").unwrap().len(), 1_000);
    assert_eq!(files(&board, "data/uploads").len(), 1_000, "each file is there");
}

#[test]
fn a_file_on_which_the_program_fails_is_set_aside_and_the_others_go_on() {
    let board = Board::plain();
    let desk = open(&board, 0);
    let before = send(&desk, "before.csv", &visits("ash", "2014-10", 70));
    let poison = send(&desk, "poison.csv", &visits("beech", "2014-10", 70));
    let lost = send(&desk, "lost.csv", &visits("elm", "2014-10", 70));
    let after = send(&desk, "after.csv", &visits("cedar", "2014-10", 70));
    drop(desk);
    let file = |upload: &Upload| board.path(&format!("data/uploads/{}.csv", upload.id));
    std::fs::write(file(&poison), "another file").unwrap();
    std::fs::remove_file(file(&lost)).unwrap();
    let desk = open(&board, 2);
    assert_eq!((desk.recovered().queued, &desk.recovered().lost), (3, &vec![lost.id.clone()]));
    for upload in [&before, &after] {
        assert_eq!(verdict(&judged(&desk, upload)), Verdict::Accepted);
    }
    let stuck = judged(&desk, &poison);
    assert_eq!((stuck.state, stuck.failures), (UploadState::Stuck, 2), "{stuck:?}");
    assert!(stuck.trouble.contains("not the one that was received"), "{}", stuck.trouble);
    assert_eq!(desk.upload("care", &lost.id).unwrap().unwrap().trouble, "the file is gone");
    // Set right, it is looked at again.
    std::fs::write(file(&poison), visits("beech", "2014-10", 70)).unwrap();
    assert!(desk.again("care", &poison.id).unwrap());
    assert_eq!(verdict(&judged(&desk, &poison)), Verdict::Accepted);
    assert!(!desk.again("police", &poison.id).unwrap());
    run(&board, "2015-01-31");
    assert_eq!(files(&board, "data/originals").len(), 3);
}

#[test]
fn a_nil_return_counts_as_an_answer_and_is_an_input_of_the_run() {
    let board = Board::plain();
    let pipeline = board.read("pipeline.toml").replace("inbox =", "returns = \"returns\"\ninbox =");
    board.write("pipeline.toml", &pipeline);
    board.write(
        "returns/monthly.toml",
        "id = \"monthly\"\nname = \"Monthly figures\"\nagencies = [\"police\", \"care\"]\nfrequency = \"monthly\"\n\
         due_day = 20\nowed_from = \"2014-10-01\"\n[recognise]\nfile = [\"*monthly*\"]\nwords = [\"Monthly figures\"]\n\
         [[table]]\nfeeds = \"performance\"\nlayout = \"long\"\ncolumns = [\n\
         { to = \"agency\", headers = [\"Agency\"], required = true },\n\
         { to = \"indicator\", headers = [\"Measure\"], required = true },\n\
         { to = \"locality\", headers = [\"Place\"], required = true },\n\
         { to = \"period\", headers = [\"Month\"], required = true },\n\
         { to = \"numerator\", headers = [\"Number\"], required = true },\n\
         { to = \"denominator\", headers = [\"Out of\"] },\n]\n",
    );
    let desk = open(&board, 2);
    run(&board, "2015-01-31");
    let before = board.read("reports/latest/manifest.json");
    let tag = |period: &str| {
        let of = desk.of_return("care", "monthly").unwrap().unwrap();
        of.items.iter().find(|i| i.due.period.to_string() == period).map(|i| i.tag)
    };
    assert_eq!((tag("2014-10"), tag("2014-12")), (Some(Tag::Overdue), Some(Tag::Overdue)));
    let sender = Sender { user: 7, name: "A. Sender".into(), is_own: true };
    let period = |text: &str| Period::parse(text).unwrap();
    assert!(matches!(desk.nil("care", "monthly", period("2014-10"), &sender).unwrap(), Nil::Kept(_)));
    assert_eq!(desk.nil("care", "monthly", period("2014-10"), &sender).unwrap(), Nil::Before);
    assert_eq!(desk.nil("health", "monthly", period("2014-10"), &sender).unwrap(), Nil::NotOwed);
    assert_eq!(desk.nil("care", "monthly", period("2009-10"), &sender).unwrap(), Nil::NotOwed);
    assert_eq!(tag("2014-10"), Some(Tag::NothingToReport));
    // What is accepted at the desk counts at once.
    let text =
        "Monthly figures,,,,,\nAgency,Measure,Place,Month,Number,Out of\ncare,visits-in-time,ash,2014-12,70,80\n";
    let upload = judged(&desk, &send(&desk, "monthly.csv", text));
    assert_eq!(verdict(&upload), Verdict::Accepted, "{:?}", desk.findings("care", &upload.id));
    assert_eq!(tag("2014-12"), Some(Tag::Received), "the board's first load is neither on time nor late");
    assert_eq!(desk.nil("care", "monthly", period("2014-12"), &sender).unwrap(), Nil::HasFigures);
    let agenda = desk.agenda("care").unwrap();
    assert_eq!((agenda.name.as_str(), agenda.pending.len()), ("Social care", 0));
    run(&board, "2015-01-31");
    let after = board.read("reports/latest/manifest.json");
    assert!(!before.contains("ledger/nil-returns") && after.contains("ledger/nil-returns"));
    let due = board.lscb(&["due", "--pipeline", "PIPELINE", "--as-of", "2015-01-31", "--all"]);
    assert!(due.out.contains("1 nothing to report, 1 whole"), "{}", due.out);
}

#[test]
fn an_upload_comes_back_annotated_and_its_headers_are_confirmed() {
    let board = Board::plain();
    let desk = open(&board, 2);
    let text = visits("ash", "2014-10", 70).replace("denominator", "Out of how many?");
    let upload = judged(&desk, &send(&desk, "odd.csv", &text));
    let look = desk.headers("care", &upload.id).unwrap().unwrap();
    assert!(look.headers.iter().any(|h| h.text == "Out of how many?" && h.to.is_empty()), "{look:?}");
    let pairs = vec!["Out of how many?=denominator".to_owned()];
    assert_eq!(desk.confirm("care", &upload.id, &pairs, "A. Sender").unwrap().unwrap().len(), 1);
    let again = judged(&desk, &upload);
    assert_eq!(verdict(&again), Verdict::Accepted);
    assert!(!format!("{:?}", desk.findings("care", &upload.id)).contains("Out of how many?"));
    let broken = judged(&desk, &send(&desk, "broken.csv", &visits("nowhere", "2014-10", 70)));
    assert_eq!(verdict(&broken), Verdict::Rejected);
    let groups = desk.groups("care", &broken.id).unwrap();
    assert!(groups[0].word == "Error" && !groups[0].title.is_empty() && !groups[0].fix.is_empty(), "{groups:?}");
    let copy = board.path("copy.xlsx");
    assert!(desk.annotate("care", &broken.id, &copy).unwrap().is_some());
    assert!(std::fs::read(&copy).unwrap().starts_with(b"PK"));
    assert!(desk.annotate("police", &broken.id, &copy).unwrap().is_none());
    let page = desk.page("care", &broken.id).unwrap().unwrap();
    assert!(page.contains("broken.csv") && page.contains("nowhere"));
}
