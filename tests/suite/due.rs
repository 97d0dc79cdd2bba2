//! The calendar of returns: a small county whose agencies send in time, late, in part, empty, wrongly or not at all.

use serde_json::Value;

use super::support::Board;

const SPEC: &str = r#"id = "county-monthly"
name = "Monthly figures"
agencies = ["police", "care", "health"]
frequency = "monthly"
due_day = 20
owed_from = "2014-10-01"

[recognise]
file = ["*monthly*"]
words = ["Monthly figures"]

[[table]]
feeds = "performance"
layout = "long"
columns = [
    { to = "agency", headers = ["Agency"], required = true },
    { to = "indicator", headers = ["Measure"], required = true },
    { to = "locality", headers = ["Place"], required = true },
    { to = "period", headers = ["Month"], required = true },
    { to = "numerator", headers = ["Number"], required = true },
    { to = "denominator", headers = ["Out of"] },
]
"#;

const PLACES: [&str; 6] = ["ash", "beech", "cedar", "elm", "fir", "oak"];

/// A return of one agency and month; `number` gives the cell of a place, none for a row that is left out.
fn sheet(agency: &str, measure: &str, month: &str, number: impl Fn(&str) -> Option<&'static str>) -> String {
    let of = if measure == "visits-in-time" { "90" } else { "" };
    let rows = PLACES.iter().filter_map(|p| Some(format!("{agency},{measure},{p},{month},{},{of}\n", number(p)?)));
    format!("Monthly figures,,,,,\nAgency,Measure,Place,Month,Number,Out of\n{}", rows.collect::<String>())
}

/// A county with this return and nothing sent yet.
fn county() -> Board {
    let board = Board::plain();
    let pipeline = board.read("pipeline.toml").replace("inbox =", "returns = \"returns\"\ninbox =");
    board.write("pipeline.toml", &pipeline).write("returns/county-monthly.toml", SPEC);
    board
}

fn run(board: &Board, day: &str) -> String {
    let answer = board.lscb(&["run", "PIPELINE", "--as-of", day]);
    assert!([0, 3].contains(&answer.code), "{}{}", answer.out, answer.err);
    answer.err
}

fn due(board: &Board, day: &str) -> Vec<Value> {
    let answer = board.lscb(&["due", "--pipeline", "PIPELINE", "--as-of", day, "--format", "json"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    answer.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn state(dues: &[Value], agency: &str, month: &str) -> String {
    let found = dues.iter().find(|d| d["agency"] == agency && d["period"] == month);
    let found = found.unwrap_or_else(|| panic!("{agency} {month} is not owed: {dues:#?}"));
    format!("{} {}", found["state"].as_str().unwrap(), found["punctuality"].as_str().unwrap())
}

/// Sends three months, each on its day.
pub fn told() -> Board {
    let board = county();
    let police = |month: &str| sheet("police", "missing-episodes", month, |_| Some("12"));
    // The first load: October, long after its day.
    board.write("inbox/monthly-police-2014-10.csv", &police("2014-10"));
    board.write("inbox/monthly-care-2014-10.csv", &sheet("care", "visits-in-time", "2014-10", |_| Some("80")));
    run(&board, "2014-12-01");
    // November: the police in time; the care of one place missing; health not at all.
    board.write("inbox/monthly-police-2014-11.csv", &police("2014-11"));
    let but_oak = |place: &str| (place != "oak").then_some("81");
    board.write("inbox/monthly-care-2014-11.csv", &sheet("care", "visits-in-time", "2014-11", but_oak));
    run(&board, "2014-12-20");
    // December: the police late; care with nothing but blanks.
    board.write("inbox/monthly-police-2014-12.csv", &police("2014-12"));
    let blank =
        sheet("care", "visits-in-time", "2014-12", |_| Some("not recorded")).replace(",90\n", ",not recorded\n");
    board.write("inbox/monthly-care-2014-12.csv", &blank);
    run(&board, "2015-01-25");
    board
}

#[test]
fn what_came_is_judged_by_its_content() {
    let board = told();
    let dues = due(&board, "2015-01-25");
    for (agency, month, expected) in [
        ("police", "2014-10", "whole not-known"),
        ("police", "2014-11", "whole on-time"),
        ("police", "2014-12", "whole late"),
        ("care", "2014-10", "whole not-known"),
        ("care", "2014-11", "partial on-time"),
        ("care", "2014-12", "empty late"),
        ("health", "2014-11", "missing nothing-came"),
        ("police", "2015-01", "not-yet-due nothing-came"),
    ] {
        assert_eq!(state(&dues, agency, month), expected, "{agency} {month}");
    }
    let partial = dues.iter().find(|d| d["agency"] == "care" && d["period"] == "2014-11").unwrap();
    assert_eq!(partial["absent"][0]["subject"], "visits-in-time");
    assert_eq!(partial["absent"][0]["places"], serde_json::json!(["oak"]));
    // What was not yet there on a day is not seen on it.
    assert_eq!(state(&due(&board, "2014-12-20"), "police", "2014-12"), "not-yet-due nothing-came");
    assert_eq!(state(&due(&board, "2015-01-21"), "police", "2014-12"), "missing nothing-came");
}

#[test]
fn a_return_that_is_not_taken_is_told_by_whose_it_is() {
    let board = told();
    board.write("inbox/monthly-police-2015-01.csv", "Monthly figures,,\nAgency,Month,Number\npolice,2015-01,3\n");
    let wrong = sheet("care", "visits-in-time", "2015-01", |_| Some("99"));
    board.write("inbox/monthly-care-2015-01.csv", &wrong);
    run(&board, "2015-02-15");
    let dues = due(&board, "2015-02-28");
    assert_eq!(state(&dues, "police", "2015-01"), "rejected nothing-came", "its header lacks the measure");
    assert_eq!(state(&dues, "care", "2015-01"), "rejected nothing-came", "99 of 90");
    let submissions = board.read("reports/latest/submissions.csv");
    for (file, agency) in [("monthly-police-2015-01.csv", "police"), ("monthly-care-2015-01.csv", "care")] {
        let line = submissions.lines().find(|l| l.contains(file)).expect(file);
        assert!(line.contains(&format!(",{agency},2015-01,")), "{line}");
        assert!(line.contains("not taken"), "{line}");
    }
}

#[test]
fn who_is_silent_is_named_and_is_no_good_news() {
    let board = told();
    let hotspots = board.read("reports/latest/hotspots.csv");
    let mut lines = csv::Reader::from_reader(hotspots.as_bytes());
    let headers = lines.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|h| h == name).unwrap();
    let rows: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    let cell = |id: &str| rows.iter().find(|r| &r[at("cell")] == id).unwrap_or_else(|| panic!("{id}: {hotspots}"));
    let care = cell("agency/neglect/care");
    assert!(
        care[at("explanation")].contains(
            "Missing: \u{201c}Monthly figures\u{201d} from Social care (none with figures since November 2014)."
        ),
        "{care:?}"
    );
    assert!(!cell("agency/missing/police")[at("explanation")].contains("Missing: "), "the police sent theirs");
    let page = board.read("reports/latest/index.html");
    for words in ["To ask for now", "Empty, late", "Missing", "With the first load", "The calendar of returns"] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn an_agency_that_sends_blanks_alone_is_silent_and_not_reassured() {
    let board = county();
    board.write("inbox/monthly-police-2014-12.csv", &sheet("police", "missing-episodes", "2014-12", |_| Some("12")));
    let blank =
        sheet("care", "visits-in-time", "2014-12", |_| Some("not recorded")).replace(",90\n", ",not recorded\n");
    board.write("inbox/monthly-care-2014-12.csv", &blank);
    run(&board, "2015-01-25");
    let hotspots = board.read("reports/latest/hotspots.csv");
    let mut lines = csv::Reader::from_reader(hotspots.as_bytes());
    let headers = lines.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|h| h == name).unwrap();
    let care = lines.records().map(Result::unwrap).find(|r| &r[at("cell")] == "agency/neglect/care").expect(&hotspots);
    assert_eq!(&care[at("performance_light")], "silent");
    assert_eq!(&care[at("streams_available")], "0");
    assert_eq!(&care[at("tier")], "blind_spot");
}

#[test]
fn what_is_passed_over_is_said() {
    let board = county();
    let text = sheet("police", "missing-episodes", "2014-12", |_| Some("12"));
    board.write("inbox/monthly-police-2014-12.csv", &text).write("inbox/z-copy.csv", &text);
    std::os::unix::fs::symlink(board.path("pipeline.toml"), board.path("inbox/link.csv")).unwrap();
    let told = run(&board, "2015-01-25");
    assert!(told.contains("z-copy.csv: passed over, byte for byte the same as monthly-police-2014-12.csv"), "{told}");
    assert!(told.contains("link.csv: passed over, for it is a link"), "{told}");
    std::fs::rename(board.path("inbox/monthly-police-2014-12.csv"), board.path("inbox/again.csv")).unwrap();
    std::fs::remove_file(board.path("inbox/z-copy.csv")).unwrap();
    let told = run(&board, "2015-01-26");
    assert!(told.contains("again.csv: passed over, byte for byte what came on 2015-01-25 as monthly-police"), "{told}");
    std::fs::remove_dir_all(board.path("inbox")).unwrap();
    let answer = board.lscb(&["run", "PIPELINE"]);
    assert_eq!(answer.code, 1);
    assert!(answer.err.contains("there is no such inbox") && answer.err.contains("--inbox DIR"), "{}", answer.err);
}

const SOFT: &str = r#"id = "soft"
name = "Soft intelligence"
owed_by = ["care", "health"]
owed_from = "2014-07-01"
frequency = "quarterly"
due_days = 30

[recognise]
file = ["*soft*"]
words = ["Soft intelligence"]

[[table]]
feeds = "intelligence"
layout = "long"
columns = [
    { to = "agency", headers = ["Provider"], required = true },
    { to = "locality", headers = ["Place"], required = true },
    { to = "theme", headers = ["Theme"], required = true },
    { to = "kind", headers = ["Kind"], required = true, values = { "Complaints" = "complaint" } },
    { to = "period", headers = ["Quarter"], required = true },
    { to = "count", headers = ["Number"], required = true },
]
"#;

#[test]
fn who_sends_about_others_is_known_by_the_files_name() {
    let board = county();
    board.write("returns/soft.toml", SOFT);
    let heard =
        "Soft intelligence,,,,,\nProvider,Place,Theme,Kind,Quarter,Number\npolice,ash,missing,Complaints,2014-Q4,2\n";
    board.write("inbox/soft-health-2014.csv", heard);
    run(&board, "2015-01-20");
    let dues = due(&board, "2015-01-31");
    assert_eq!(state(&dues, "health", "2014-Q4"), "whole on-time", "its name says whose it is, and no row does");
    assert_eq!(state(&dues, "care", "2014-Q4"), "missing nothing-came");
    assert_eq!(state(&dues, "health", "2014-Q3"), "missing nothing-came", "what is owed since July");
    let answer = board.lscb(&["due", "--pipeline", "PIPELINE", "--as-of", "2015-01-31", "--agency", "care"]);
    assert!(answer.out.contains("Soft intelligence, 2014-Q4, due 2015-01-30"), "{}", answer.out);
    assert!(!answer.out.contains("Health"), "{}", answer.out);
}

#[test]
fn who_did_not_exist_owes_nothing_and_a_place_that_ended_is_not_missed() {
    let board = county();
    board.write(
        "reference/agencies.csv",
        "agency,name,kind,valid_from\npolice,Police,police,\ncare,Social care,social-care,\nhealth,Health,health,2014-11-10\n",
    );
    let places = board.read("reference/localities.csv").replace("name,parent\n", "name,parent,valid_to\n");
    let places: String = places
        .lines()
        .map(|l| match l.split(',').next() {
            Some("locality") => format!("{l}\n"),
            Some("oak") => format!("{l},2014-11-15\n"),
            _ => format!("{l},\n"),
        })
        .collect();
    board.write("reference/localities.csv", &places);
    board.write("inbox/monthly-care-2014-10.csv", &sheet("care", "visits-in-time", "2014-10", |_| Some("80")));
    let but_oak = |place: &str| (place != "oak").then_some("81");
    board.write("inbox/monthly-care-2014-11.csv", &sheet("care", "visits-in-time", "2014-11", but_oak));
    run(&board, "2014-12-10");
    let dues = due(&board, "2014-12-31");
    assert_eq!(state(&dues, "care", "2014-11"), "whole on-time", "Oak ended in November");
    assert_eq!(state(&dues, "health", "2014-11"), "missing nothing-came");
    assert!(!dues.iter().any(|d| d["agency"] == "health" && d["period"] == "2014-10"), "it was not there yet");
}
