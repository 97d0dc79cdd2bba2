//! The analyst's pages: a run started and followed, queries decided, errors overridden, a report published and held, lists
//! edited and put back, and the same runs by the API.

use std::time::{Duration, Instant};

use lscb::access::token::{self, Wanted};
use lscb::ledger::{AuditFilter, JobState};
use lscb::model::{Role, Scope, Who};
use lscb::pipeline::explanations::{self, Explaining};
use lscb::pipeline::jobs;
use lscb::pipeline::schedule::Schedule;

use super::portal_desk::settled;
use super::portal_support::{Client, House, Page};

const HEADER: &str = "agency,indicator,locality,period,breakdown,numerator,denominator,value";

/// Nine quiet months of a series and a tenth one out of all proportion.
fn months(last: u32) -> String {
    let mut text = format!("{HEADER}\n");
    for (month, n) in (1..).zip([20, 24, 25, 27, 23, 22, 28, 26, 24]) {
        text += &format!("police,missing-episodes,ash,2014-{month:02},,{n},,\n");
    }
    text + &format!("police,missing-episodes,ash,2014-10,,{last},,\n")
}

fn write(house: &House, name: &str, text: &str) {
    std::fs::write(house.path(name), text).expect("written");
}

/// A board whose police count missing episodes.
fn counting() -> House {
    let house = House::plain();
    let list =
        "indicator,name,theme,agency,unit,frequency\nmissing-episodes,Missing episodes,missing,police,count,monthly\n";
    write(&house, "reference/indicators.csv", list);
    house.portal.renew().expect("the lists hold");
    house
}

/// Starts a run and looks at its page until it has ended.
fn run(analyst: &Client) -> Page {
    let begun = analyst.post("/analyst/runs", &[]);
    assert_eq!(begun.status, 303, "{}", begun.text);
    let address = begun.location().to_owned();
    assert!(address.starts_with("/analyst/runs/"), "{address}");
    let until = Instant::now() + Duration::from_secs(120);
    loop {
        let page = analyst.get(&address);
        if !page.text.contains("data-refresh") {
            return page;
        }
        assert!(Instant::now() < until, "the run does not end: {}", page.text);
        std::thread::yield_now();
    }
}

/// The value of a hidden field.
fn hidden<'p>(page: &'p Page, name: &str) -> &'p str {
    let mark = format!("name=\"{name}\" value=\"");
    let from = page.text.find(&mark).unwrap_or_else(|| panic!("no `{name}`: {}", page.text)) + mark.len();
    page.text[from..].split('"').next().unwrap_or("")
}

#[test]
fn every_page_of_the_county_is_there() {
    let house = House::county();
    let analyst = house.person(Role::Analyst, None);
    analyst.get("/analyst").shows(&["What needs you", "waits to be published", "What the board sees"]);
    analyst.get("/analyst/submissions").shows(&["submissions.", "<caption", "Verdict"]);
    analyst.get("/analyst/submissions?verdict=rejected&agency=police&file=%3Cscript%3E").shows(&["0 submissions"]);
    analyst.get("/analyst/queries").shows(&["queries", "Not explained"]);
    analyst.get("/analyst/quality").shows(&["In 12 months", "By agency and return", "role=\"img\""]);
    analyst.get("/analyst/quality?agency=police&months=36").shows(&["In 36 months"]);
    analyst.get("/analyst/runs").shows(&["Run now", "None is set in the portal"]);
    analyst.get("/analyst/overrides").shows(&["There are none."]);
    analyst.get("/analyst/lists").shows(&["Targets", "Weights and thresholds"]);
    analyst.get("/analyst/lists/targets.csv").shows(&["Add a row", "A CSV file with all rows"]);
    analyst.get("/analyst/lists/settings").shows(&["Child deaths", "Usually 1; from 0 to 10"]);
    analyst.get("/analyst/lists/history").shows(&["Nothing was edited"]);
    let id = house.ledger().all_submissions().unwrap()[0].id.clone();
    analyst.get(&format!("/analyst/submissions/{id}")).shows(&["What was found", &id]);
    for gone in [
        "/analyst/submissions/0",
        "/analyst/queries/C006-00000000",
        "/analyst/runs/x",
        "/analyst/releases/none",
        "/analyst/lists/pipeline.toml",
        "/analyst/lists/secret.csv",
        "/analyst/lists/targets.csv/row?line=99999",
    ] {
        assert_eq!(analyst.get(gone).status, 404, "{gone}");
    }
}

#[test]
fn a_run_is_started_followed_and_published_and_held() {
    let house = House::plain();
    let analyst = house.person(Role::Analyst, None);
    write(&house, "inbox/care.csv", &format!("{HEADER}\ncare,visits-in-time,ash,2014-10,,30,40,\n"));
    let first = run(&analyst);
    first.shows(&["New report", "care.csv: accepted", "1 judged, 0 of them not accepted", "A analyst"]);
    run(&analyst).shows(&["Nothing new"]);
    let name = house.ledger().runs().unwrap()[0].run.clone();
    assert_eq!(house.ledger().current_release().unwrap(), None, "nobody has published it");
    let address = format!("/analyst/releases/{name}");
    analyst.get(&address).shows(&["Not published", "See it as the board would"]);

    let report = analyst.get(&format!("{address}/pack/index.html"));
    report.shows(&["Little County"]);
    assert!(report.header("content-security-policy").contains("sandbox"), "it runs nothing");
    for path in ["pack/../../data/ledger.sqlite", "pack/.hidden.html", "pack/none.html", "pack/manifest.toml"] {
        assert_eq!(analyst.get(&format!("{address}/{path}")).status, 404, "{path}");
    }

    assert_eq!(analyst.post(&address, &[]).status, 422, "nothing was chosen");
    let held = analyst.post(&address, &[("decision", "hold")]);
    assert_eq!(held.status, 422, "a hold needs a reason");
    assert!(held.text.contains("<title>Error: ") && held.text.contains("Enter why the run is held"), "{}", held.text);
    let told = analyst.post(&address, &[("decision", "hold"), ("note", "See NHS number 999 000 0158.")]);
    assert!(told.status == 422 && told.text.contains("an NHS number"), "{}", told.text);
    assert_eq!(analyst.post(&address, &[("decision", "release"), ("note", "For June.")]).status, 303);
    let current = house.ledger().current_release().unwrap().expect("published");
    assert_eq!((current.run.as_str(), current.released_by.name.as_str()), (name.as_str(), "A analyst"));
    analyst.get("/analyst/releases").shows(&["The board sees this", "For June.", "Published"]);
    assert_eq!(analyst.post(&address, &[("decision", "hold"), ("note", "A figure is wrong.")]).status, 303);
    assert_eq!(house.ledger().current_release().unwrap(), None);

    write(&house, "inbox/care-2.csv", &format!("{HEADER}\ncare,visits-in-time,ash,2014-10,,20,40,\n"));
    write(&house, "inbox/bad.csv", &format!("{HEADER}\ncare,visits-in-time,ash,2014-11,,thirty,40,\n"));
    run(&analyst).shows(&["New report", "bad.csv: rejected"]);
    let second = house.ledger().runs().unwrap()[1].run.clone();
    let compared = analyst.get(&format!("/analyst/runs/compare?before={name}&after={second}"));
    compared.shows(&["Two runs compared", "(rejected)"]);
    assert_eq!(analyst.get("/analyst/runs/compare?before=a&after=b").status, 404);
    analyst.get("/analyst").shows(&["1 rejected return not mended yet", &format!("Run {second} waits")]);
}

#[test]
fn an_explanation_is_sent_back_and_another_accepted() {
    let house = counting();
    let analyst = house.person(Role::Analyst, None);
    write(&house, "inbox/october.csv", &months(90));
    run(&analyst).shows(&["october.csv: accepted"]);
    let ledger = house.ledger();
    let all = explanations::all(&ledger, Some("police")).unwrap();
    let query = all.iter().find(|q| q.id().starts_with("C006")).expect("90 after 20 to 28 is asked about");
    let id = query.id().to_owned();
    let address = format!("/analyst/queries/{id}");
    let (configuration, today) = (house.portal.configuration(), house.portal.today());
    let explain = |text: &str, agency: &str| {
        let form = Explaining { explanation: text, expected: "60..99", until: None };
        let by = Who::person(9, "P. Officer");
        explanations::explain(&ledger, &configuration, today, (agency, &id), &form, &by, false)
    };
    assert!(explain("A new unit.", "care").is_err(), "another agency's query is not there");
    assert!(explain("See NHS number 999 000 0158.", "police").is_err(), "personal data is not kept");
    explain("A new unit counts repeat episodes.", "police").unwrap();
    analyst.get("/analyst").shows(&["1 explanation to decide"]);
    analyst.get(&address).shows(&["A new unit counts repeat episodes.", "P. Officer", "from 60 to 99"]);
    let empty = analyst.post(&format!("{address}/send-back"), &[("reason", " ")]);
    assert!(empty.status == 422 && empty.text.contains("Enter what the agency should explain"), "{}", empty.text);
    assert_eq!(analyst.post(&format!("{address}/send-back"), &[("reason", "Which unit?")]).status, 303);
    let state = |id: &str| explanations::one(&ledger, Some("police"), id).unwrap().state.words();
    assert_eq!(state(&id), "Sent back");
    assert_eq!(analyst.post(&format!("{address}/accept"), &[("until", "2015-06-30")]).status, 409, "nothing waits");

    explain("The missing team, since October.", "police").unwrap();
    let wrong = analyst.post(&format!("{address}/accept"), &[("until", "2014-01-01"), ("expected", "many")]);
    assert_eq!(wrong.status, 422);
    for words in ["must be today or later", "as a range"] {
        assert!(wrong.text.contains(words), "{}", wrong.text);
    }
    let fields = [("until", "2015-06-30"), ("expected", "60..99"), ("released", "yes")];
    assert_eq!(analyst.post(&format!("{address}/accept"), &fields).status, 303);
    assert_eq!(state(&id), "Accepted until 30 June 2015");
    let answer = ledger.answers().unwrap().pop().unwrap();
    assert!(answer.released && answer.by == "P. Officer" && answer.high == Some(99.0), "{answer:?}");
    assert_eq!(analyst.post(&format!("{address}/withdraw"), &[]).status, 303);
    assert!(ledger.answers().unwrap().is_empty());
    let audit = ledger.audit_page(&AuditFilter::default(), None, 500).unwrap();
    let audit: Vec<String> = audit.into_iter().map(|l| format!("{} {}", l.entry.what, l.entry.object)).collect();
    assert!(audit.iter().any(|l| *l == format!("accept an explanation {id}")), "{audit:?}");
    assert!(!audit.iter().any(|l| l.contains("unit") || l.contains("team")), "no words of a form: {audit:?}");
}

#[test]
fn an_explanation_is_decided_on_before_a_run_takes_the_file() {
    let house = counting();
    let (analyst, police) = (house.person(Role::Analyst, None), house.person(Role::Agency, Some("police")));
    let sent = police.upload("/agencies/police/uploads/new", &[], &[("files", "october.csv", months(90).as_bytes())]);
    let upload = sent.location().to_owned();
    let verdict = settled(&police, &upload);
    verdict.shows(&["1 query to explain", "Missing episodes", "October 2014"]);
    analyst.get("/analyst").shows(&["1 file has come since the last run", "1 query waits for its agency"]);
    analyst.get("/analyst/submissions").shows(&["Come since the last run", "october.csv"]);
    let at = verdict.text.find(&format!("{upload}/queries/")).expect("a query");
    let address = verdict.text[at..].split('"').next().unwrap().to_owned();
    let id = address.rsplit('/').next().unwrap();
    assert_eq!(police.post(&address, &[("explanation", "A new unit counts repeats.")]).status, 303);
    police.get(&upload).shows(&["You have explained all that was asked."]);
    analyst.get("/analyst").shows(&["1 explanation to decide"]);
    let address = format!("/analyst/queries/{id}");
    let page = analyst.get(&address);
    page.shows(&["A new unit counts repeats.", "which the next run takes"]);
    assert!(!page.text.contains("/analyst/submissions/"), "there is no submission yet to be seen");
    let fields = [("until", "2015-06-30"), ("expected", "60..99"), ("released", "yes")];
    assert_eq!(analyst.post(&format!("{address}/accept"), &fields).status, 303);
    run(&analyst).shows(&["october.csv: accepted"]);
    analyst.get(&address).shows(&["Accepted until 30 June 2015", "/analyst/submissions/"]);
    let all = explanations::all(&house.ledger(), Some("police")).unwrap();
    assert_eq!(all.iter().filter(|q| q.id() == id).count(), 1, "as an upload and as a submission it is one query");
}

#[test]
fn an_override_takes_an_error_until_its_day_and_the_report_says_so() {
    let house = House::plain();
    let analyst = house.person(Role::Analyst, None);
    let list = "agency,name,kind,valid_from,valid_to\npolice,Police,police,,2014-06-30\ncare,Social care,social-care,,\n\
                health,Health,health,,\n";
    write(&house, "reference/agencies.csv", list);
    house.portal.renew().expect("the lists hold");
    write(&house, "inbox/july.csv", &format!("{HEADER}\npolice,missing-episodes,ash,2014-07,,12,,\n"));
    run(&analyst).shows(&["july.csv: rejected"]);
    let submission = house.ledger().all_submissions().unwrap().remove(0);
    let address = format!("/analyst/submissions/{}", submission.id);
    analyst.get(&address).shows(&["V009", "Take an error of this return as it is"]);
    let form = format!("{address}/override");
    analyst.get(&form).shows(&["V009: An agency that did not exist then (1 error)"]);
    let wrong = analyst.post(&form, &[("code", "V005"), ("most", "0"), ("until", "2020-01-01")]);
    assert_eq!(wrong.status, 422);
    for words in ["Select the error", "1 or more", "12 months from today", "Enter why"] {
        assert!(wrong.text.contains(words), "{words}: {}", wrong.text);
    }
    let fields = [("code", "V009"), ("most", "2"), ("until", "2015-02-28"), ("reason", "The list is late.")];
    assert_eq!(analyst.post(&form, &fields).status, 303);
    run(&analyst).shows(&["july.csv: accepted"]);
    let taken = house.ledger().all_submissions().unwrap().remove(0);
    let note = taken.findings.iter().find(|f| f.code == "V009").expect("it is still told");
    assert!(note.message.contains("Taken as it is until 2015-02-28: The list is late"), "{}", note.message);
    let run_name = house.ledger().runs().unwrap().last().unwrap().run.clone();
    let report = std::fs::read_to_string(house.path(&format!("reports/{run_name}/index.html"))).unwrap();
    assert!(report.contains("Police: 1 error is taken as it is"), "the report says so");
    let manifest = std::fs::read_to_string(house.path(&format!("reports/{run_name}/manifest.json"))).unwrap();
    assert!(manifest.contains("ledger/overrides"), "an override is an input of the run");
    analyst.get("/analyst/submissions").shows(&["With an override"]);
    assert_eq!(analyst.get(&form).status, 404, "nothing is left to override");

    let rows: String =
        ["ash", "beech", "cedar"].map(|p| format!("police,missing-episodes,{p},2014-08,,12,,\n")).concat();
    write(&house, "inbox/august.csv", &format!("{HEADER}\n{rows}"));
    run(&analyst).shows(&["august.csv: rejected"]);
    analyst.get("/analyst/overrides").shows(&["In force", "The list is late."]);
    assert_eq!(analyst.post("/analyst/overrides/1/end", &[]).status, 303);
    run(&analyst).shows(&["july.csv: rejected"]);
    analyst.get("/analyst/overrides").shows(&["Ended", "by A analyst"]);
}

#[test]
fn a_list_is_edited_row_by_row_and_whole_and_put_back() {
    let house = House::plain();
    let analyst = house.person(Role::Analyst, None);
    write(&house, "reference/targets.csv", "indicator,from,target\nvisits-in-time,2012-04-01,0.9\n");
    house.portal.renew().expect("the lists hold");
    let read = || std::fs::read_to_string(house.path("reference/targets.csv")).unwrap();
    let form = analyst.get("/analyst/lists/targets.csv/row?line=2");
    form.shows(&["0.9", "Take the row out"]);
    let base = hidden(&form, "base").to_owned();
    let row = |cells: [&'static str; 3], base: &str, line: &str| {
        let [a, b, c] = cells;
        let fields = [("base", base), ("line", line), ("cell-0", a), ("cell-1", b), ("cell-2", c)];
        analyst.post("/analyst/lists/targets.csv/row", &fields)
    };
    let wrong = row(["visits", "2012-04-01", "0.9"], &base, "2");
    assert!(wrong.status == 422 && wrong.text.contains("targets.csv, line 2"), "{}", wrong.text);
    let proposed = row(["visits-in-time", "2012-04-01", "0.95"], &base, "2");
    assert_eq!(proposed.status, 303, "{}", proposed.text);
    let check = analyst.get(proposed.location());
    check.shows(&["<del>", "0.9</del>", "0.95</ins>", "Nothing is saved yet", "Work it out"]);
    analyst.get(&format!("{}&look=1", proposed.location())).shows(&["no tier would change"]);
    let (base, draft) = (hidden(&check, "base").to_owned(), hidden(&check, "draft").to_owned());
    let save = |note: &str| {
        let fields = [("base", base.as_str()), ("draft", draft.as_str()), ("note", note)];
        analyst.post("/analyst/lists/targets.csv/check", &fields)
    };
    assert_eq!(save("").status, 422, "a change needs a reason");
    assert!(read().contains("0.9\n"), "nothing is written yet");
    assert_eq!(save("Agreed in May.").status, 303);
    assert!(read().contains("0.95\n"));
    assert_eq!(house.portal.configuration().reference.targets[0].target, 0.95, "the portal knows it");
    assert_eq!(save("Again.").status, 409, "it was changed since");

    let stale = analyst.get("/analyst/lists/targets.csv");
    write(&house, "reference/targets.csv", "indicator,from,target\nvisits-in-time,2012-04-01,0.8\n");
    let whole = "indicator,from,target\nvisits-in-time,2012-04-01,0.7\nmissing-episodes,2012-04-01,3\n";
    let send = |base: &str| {
        analyst.upload("/analyst/lists/targets.csv", &[("base", base)], &[("text", "targets.csv", whole.as_bytes())])
    };
    assert_eq!(send(hidden(&stale, "base")).status, 409, "by hand, on the disk");
    let fresh = analyst.get("/analyst/lists/targets.csv");
    let proposed = send(hidden(&fresh, "base"));
    assert_eq!(proposed.status, 303, "{}", proposed.text);
    let check = analyst.get(proposed.location());
    check.shows(&["2 changes", "Added", "Changed"]);
    let fields = [("base", hidden(&check, "base")), ("draft", hidden(&check, "draft")), ("note", "From the office.")];
    assert_eq!(analyst.post("/analyst/lists/targets.csv/check", &fields).status, 303);
    assert_eq!(read(), whole);
    let history = analyst.get("/analyst/lists/history?name=targets.csv");
    history.shows(&["From the office.", "In the file now", "changed on the disk"]);
    let back = analyst.post("/analyst/lists/history/1", &[]);
    assert_eq!(back.status, 303, "{}", back.text);
    let check = analyst.get(back.location());
    let fields = [("base", hidden(&check, "base")), ("draft", hidden(&check, "draft")), ("note", "Too soon.")];
    assert_eq!(analyst.post("/analyst/lists/targets.csv/check", &fields).status, 303);
    assert!(read().contains(",0.9\n"));

    let form = analyst.get("/analyst/lists/settings");
    let base = hidden(&form, "base").to_owned();
    let wrong = analyst.post("/analyst/lists/settings", &[("base", &base), ("weights.audits", "eleven")]);
    assert!(wrong.status == 422 && wrong.text.contains("Audits: enter a number from 0 to 10"), "{}", wrong.text);
    let proposed = analyst.post("/analyst/lists/settings", &[("base", &base), ("weights.audits", "2")]);
    let check = analyst.get(proposed.location());
    check.shows(&["audits = 2"]);
    let fields = [("base", hidden(&check, "base")), ("draft", hidden(&check, "draft")), ("note", "Agreed.")];
    assert_eq!(analyst.post("/analyst/lists/pipeline.toml/check", &fields).status, 303);
    let text = std::fs::read_to_string(house.path("pipeline.toml")).unwrap();
    assert!(text.ends_with("[weights]\naudits = 2\n"), "{text}");
}

#[test]
fn programs_start_runs_and_read_how_they_go() {
    let house = House::plain();
    let ledger = house.ledger();
    let token = |scopes: &[Scope], agency: Option<&str>| {
        let wanted = Wanted { name: "a timer", scopes, agency, days: 1, made_by: "a test" };
        house.program(&token::make(&ledger, &wanted, chrono::Utc::now()).unwrap())
    };
    let start = |client: &Client| client.send("POST", "/api/v1/runs", Some("application/json"), Vec::new());
    assert_eq!(start(&house.nobody()).status, 401);
    assert_eq!(start(&token(&[Scope::Read], None)).status, 403, "another scope");
    assert_eq!(start(&token(&[Scope::Run], Some("police"))).status, 403, "the token of one agency");
    let program = token(&[Scope::Run], None);
    let begun = start(&program);
    assert_eq!(begun.status, 202, "{}", begun.text);
    let id = serde_json::from_str::<serde_json::Value>(&begun.text).unwrap()["id"].as_i64().unwrap();
    let until = Instant::now() + Duration::from_secs(120);
    let ended = loop {
        let page = program.get(&format!("/api/v1/runs/{id}"));
        let job: serde_json::Value = serde_json::from_str(&page.text).unwrap();
        if job["state"] != "running" {
            break job;
        }
        assert!(Instant::now() < until, "{job}");
        std::thread::yield_now();
    };
    assert_eq!((ended["state"].as_str(), ended["is_new"].as_bool()), (Some("done"), Some(true)), "{ended}");
    assert_eq!(program.get("/api/v1/runs/none").status, 404);
    let all: serde_json::Value = serde_json::from_str(&program.get("/api/v1/runs").text).unwrap();
    assert_eq!(all[0]["id"].as_i64(), Some(id));
}

#[test]
fn a_run_that_cannot_go_on_says_why_and_what_was_published_stands() {
    let house = House::plain();
    let analyst = house.person(Role::Analyst, None);
    run(&analyst).shows(&["New report"]);
    let theme = std::fs::read_to_string(house.path("reference/themes.csv")).unwrap();
    write(&house, "reference/themes.csv", "theme,name\nneglect,Neglect\n");
    run(&analyst).shows(&["Failed", "indicators.csv", "Run of"]);
    analyst.get("/analyst").shows(&["The last run did not end well"]);
    write(&house, "reference/themes.csv", &theme);
    assert!(house.path("reports/latest/index.html").exists());
    let lock = std::fs::File::create(house.path("data/lock")).unwrap();
    lock.try_lock().unwrap();
    let refused = analyst.post("/analyst/runs", &[]);
    assert_eq!((refused.status, refused.location()), (303, "/analyst/runs"), "one at a time");
    analyst.get("/analyst/runs").shows(&["A run that was started on the command line is at work"]);
}

#[test]
fn the_schedule_starts_what_was_missed_once() {
    let house = House::plain();
    let place = jobs::Place {
        pipeline: house.portal.pipeline().to_owned(),
        data: house.portal.data().to_owned(),
        inbox: None,
        reports: None,
    };
    let schedule = Schedule::parse("02:00 Europe/London").unwrap();
    let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().to_utc();
    let tick = |text: &str| jobs::tick(&place, &schedule, at(text)).unwrap();
    assert_eq!(tick("2026-01-01T12:00:00Z"), None, "nothing was promised before");
    assert_eq!(tick("2026-01-02T01:59:00Z"), None, "not yet");
    let job = tick("2026-01-05T09:00:00Z").expect("the portal stood still for three nights");
    let until = Instant::now() + Duration::from_secs(120);
    while house.ledger().job(job).unwrap().unwrap().ended_at.is_none() {
        assert!(Instant::now() < until, "the run does not end");
        std::thread::yield_now();
    }
    let ended = house.ledger().job(job).unwrap().unwrap();
    assert_eq!(ended.scheduled_for.as_deref(), Some("2026-01-05T02:00:00Z"), "the last of the three");
    assert_eq!((ended.state, ended.started_by.name.as_str()), (JobState::Done, "the schedule"));
    assert_eq!(tick("2026-01-05T09:00:20Z"), None, "and once");
}

#[test]
fn a_schedule_that_is_none_is_refused_before_anything_listens() {
    let board = super::support::Board::plain();
    board.write("pipeline.toml", &format!("{}\n[portal]\nschedule = \"at night\"\n", board.read("pipeline.toml")));
    let options = lscb::serve::Options { pipeline: board.path("pipeline.toml"), ..Default::default() };
    let refused = lscb::serve::Portal::open(options).err().expect("refused").to_string();
    assert!(refused.contains("`at night` is no schedule") && refused.contains("pipeline.toml"), "{refused}");
}
