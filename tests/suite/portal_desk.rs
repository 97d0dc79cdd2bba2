//! The agency's pages: upload, read, mend, send again, explain, look at one's figures; and the same for programs.

use std::time::{Duration, Instant};

use lscb::access::token::{self, Wanted};
use lscb::model::{Role, Scope};

use super::portal_support::{Client, House, Page};

const HEADER: &str = "agency,indicator,locality,period,breakdown,numerator,denominator\n";

fn visits(place: &str, period: &str, number: u32) -> String {
    format!("{HEADER}care,visits-in-time,{place},{period},,{number},80\n")
}

/// Sends a file and waits for its verdict, as a browser without script does.
fn send(client: &Client, agency: &str, name: &str, text: &str) -> (String, Page) {
    let files = [("files", name, text.as_bytes())];
    let sent = client.upload(&format!("/agencies/{agency}/uploads/new"), &[], &files);
    assert_eq!(sent.status, 303, "{}", sent.text);
    let address = sent.location().to_owned();
    (address.clone(), settled(client, &address))
}

pub(super) fn settled(client: &Client, address: &str) -> Page {
    let until = Instant::now() + Duration::from_secs(120);
    loop {
        let page = client.get(address);
        if !page.text.contains("data-refresh") || Instant::now() > until {
            return page;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_broken_return_is_read_mended_and_sent_again() {
    let house = House::plain();
    let care = house.person(Role::Agency, Some("care"));
    care.get("/agencies/care").shows(&["Social care: returns due", "Upload returns"]);
    care.get("/agencies/care/uploads/new").shows(&["type=\"file\"", "multiple", "multipart/form-data"]);
    let (address, page) = send(&care, "care", "figures.csv", &visits("nowhere", "2014-10", 70));
    page.shows(&["There is a problem", "#finding-1", "id=\"finding-1\"", "What to do:", "figures.csv: not accepted"]);
    assert_eq!(page.text.matches("<h1").count(), 1);
    let receipt = care.get(&format!("{address}/receipt"));
    assert!(receipt.header("content-disposition").contains("figures.csv.receipt.json"));
    assert!(receipt.text.contains("\"state\": \"judged\""), "{}", receipt.text);
    assert!(care.get(&format!("{address}/annotated")).bytes.starts_with(b"PK"));
    care.get(&format!("{address}/verdict")).shows(&["nowhere", "figures.csv"]);
    let (mended, page) = send(&care, "care", "figures.csv", &visits("ash", "2014-10", 70));
    page.shows(&["Accepted", "Counts from the next run", "New figures"]);
    let (_, page) = send(&care, "care", "again.csv", &visits("ash", "2014-10", 70));
    page.shows(&["byte for byte", &mended]);
    let analyst = house.person(Role::Analyst, None);
    analyst.get("/analyst").shows(&["3 files have come since the last run"]);
    analyst.get("/analyst/submissions").shows(&["Come since the last run", "again.csv", &mended, "Rejected"]);
    let taken_back = care.post(&format!("{mended}/withdraw"), &[]);
    assert_eq!(taken_back.status, 303, "{}", taken_back.text);
    care.get(&mended).shows(&["You took this file back"]);
    assert_eq!(care.post(&format!("{mended}/withdraw"), &[]).status, 409);
    care.get("/agencies/care/uploads").shows(&["figures.csv", "again.csv", "Withdrawn", "Not accepted"]);
}

#[test]
fn nobody_reaches_another_agencys_uploads() {
    let house = House::plain();
    let care = house.person(Role::Agency, Some("care"));
    let police = house.person(Role::Agency, Some("police"));
    let (address, _) = send(&care, "care", "figures.csv", &visits("ash", "2014-10", 70));
    let elsewhere = address.replace("/care/", "/police/");
    for path in ["", "/receipt", "/annotated", "/verdict", "/headers"] {
        assert_eq!(police.get(&format!("{address}{path}")).status, 404, "{path}: another agency's");
        assert_eq!(police.get(&format!("{elsewhere}{path}")).status, 404, "{path}: by the id alone");
    }
    for path in ["/withdraw", "/again", "/headers"] {
        assert_eq!(police.post(&format!("{elsewhere}{path}"), &[]).status, 404, "{path}");
    }
    assert_eq!(house.person(Role::Board, None).get(&address).status, 403);
    house.person(Role::Analyst, None).get(&address).shows(&["figures.csv"]);
    let forged = care.send("POST", "/agencies/care/uploads/new", Some("multipart/form-data; boundary=x"), {
        let part = "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\na\r\n--x--\r\n";
        part.as_bytes().to_vec()
    });
    assert_eq!(forged.status, 403, "without the session's token");
    let (_, page) = send(&police, "police", "wrong.csv", &visits("ash", "2014-10", 70));
    page.shows(&["F032", "You send for Police", "You can send figures of your own agency only."]);
}

#[test]
fn a_form_without_a_file_says_so_and_several_files_go_together() {
    let house = House::plain();
    let care = house.person(Role::Agency, Some("care"));
    let none = care.upload("/agencies/care/uploads/new", &[], &[("files", "", b"")]);
    assert_eq!(none.status, 422);
    assert!(none.text.contains("Select a file") && none.text.contains("<title>Error: "), "{}", none.text);
    let (one, two) = (visits("ash", "2014-10", 70), visits("beech", "2014-10", 71));
    let files = [("files", "one.csv", one.as_bytes()), ("files", "two.csv", two.as_bytes())];
    let both = care.upload("/agencies/care/uploads/new", &[], &files);
    assert_eq!((both.status, both.location()), (303, "/agencies/care/uploads"));
    care.get("/agencies/care/uploads").shows(&["one.csv", "two.csv", "We have your 2 files."]);
    settled(&care, "/agencies/care/uploads").shows(&["one.csv", "two.csv", "Accepted"]);
    let headers = [("accept", "application/json")];
    let boundary = "x";
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--x\r\nContent-Disposition: form-data; \
         name=\"files\"; filename=\"three.csv\"\r\n\r\n{one}\n\r\n--x--\r\n",
        care.csrf
    );
    let kind = format!("multipart/form-data; boundary={boundary}");
    let by_script = care.send_with("POST", "/agencies/care/uploads/new", &headers, Some(&kind), body.into_bytes());
    assert!(by_script.status == 200 && by_script.text.contains("\"href\":\"/agencies/care/uploads/"), "{by_script:?}");
    // The connection is cut in the middle: nothing of the file is kept.
    let cut =
        "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nCSRF\r\n--x\r\nContent-Disposition: form-data; \
               name=\"files\"; filename=\"cut.csv\"\r\n\r\nagency,indic"
            .replace("CSRF", &care.csrf);
    assert_eq!(care.send("POST", "/agencies/care/uploads/new", Some(&kind), cut.into_bytes()).status, 400);
    let left = std::fs::read_dir(house.path("data/uploads")).unwrap().flatten();
    let names: Vec<String> = left.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    assert!(names.len() == 3 && names.iter().all(|n| !n.starts_with(".part")), "{names:?}");
}

#[test]
fn a_return_has_a_template_its_periods_and_a_way_to_say_that_there_is_nothing() {
    let house = House::plain();
    let care = house.person(Role::Agency, Some("care"));
    let page = care.get("/agencies/care/returns/plain");
    page.shows(&["Download a blank workbook", "Nothing to report", "January 2015"]);
    assert!(care.get("/agencies/care/returns/plain/template").bytes.starts_with(b"PK"));
    assert_eq!(care.get("/agencies/care/returns/no-such").status, 404);
    assert_eq!(care.get("/agencies/care/returns/no-such/template").status, 404);
    let nil = "/agencies/care/returns/plain/nil/2015-01";
    care.get(nil).shows(&["Check before you say", "January 2015"]);
    assert_eq!(care.get("/agencies/care/returns/plain/nil/1999-12").status, 404);
    assert_eq!(care.post(nil, &[]).status, 303);
    care.get("/agencies/care/returns/plain").shows(&["Nothing to report", "Take that back"]);
    assert_eq!(care.post(&format!("{nil}/withdraw"), &[]).status, 303);
    assert_eq!(care.post(&format!("{nil}/withdraw"), &[]).status, 404);
}

#[test]
fn headers_are_confirmed_once() {
    let house = House::plain();
    let care = house.person(Role::Agency, Some("care"));
    let text = visits("ash", "2014-10", 70).replace("denominator", "Out of how many?");
    let (address, _) = send(&care, "care", "odd.csv", &text);
    care.get(&format!("{address}/headers")).shows(&["Out of how many?", "We do not know these headers"]);
    let none = care.post(&format!("{address}/headers"), &[]);
    assert_eq!(none.status, 422, "{}", none.text);
    let done = care.post(&format!("{address}/headers"), &[("header-1", "denominator")]);
    assert_eq!(done.status, 303, "{}", done.text);
    let page = settled(&care, &address);
    assert!(!page.text.contains("Out of how many?"), "{}", page.text);
    let (_, next) = send(&care, "care", "next.csv", &text.replace("2014-10", "2014-11"));
    next.shows(&["Accepted"]);
    assert!(!next.text.contains("Out of how many?"), "it is known from now on");
}

#[test]
fn queries_are_explained_and_figures_noted() {
    let house = House::county();
    let office = house.person(Role::Analyst, None);
    let agencies = ["police", "childrens-services", "camhs", "youth-offending", "ambulance", "probation", "cafcass"];
    let with_query = agencies.iter().find_map(|agency| {
        let page = office.get(&format!("/agencies/{agency}/queries"));
        let at = page.text.find(&format!("/agencies/{agency}/queries/"))?;
        Some((*agency, page.text[at..].split('"').next()?.to_owned()))
    });
    let (agency, address) = with_query.expect("a query of the sample county");
    let sender = house.person(Role::Agency, Some(agency));
    sender.get(&address).shows(&["Explain a query", "What was found"]);
    let empty = sender.post(&address, &[]);
    assert!(empty.status == 422 && empty.text.contains("Enter an explanation"), "{}", empty.text);
    let personal = sender.post(&address, &[("explanation", "It is the child with NHS number 999 000 0158.")]);
    assert!(personal.status == 422 && !personal.text.contains("There is no problem"), "{}", personal.text);
    let said = sender.post(&address, &[("explanation", "A new recording system counts repeats."), ("low", "1")]);
    assert_eq!(said.status, 303, "{}", said.text);
    sender.get(&address).shows(&["A new recording system counts repeats.", "Explained"]);
    let list = sender.get(&format!("/agencies/{agency}/figures"));
    list.shows(&["Your figures"]);
    let at = list.text.find(&format!("/agencies/{agency}/figures/")).expect("a figure");
    let figure = list.text[at..].split('"').next().unwrap().to_owned();
    sender.get(&figure).shows(&["<svg", "The figures as a table", "Write a note"]);
    let figures = list.text.split('"').filter(|part| part.starts_with(&format!("/agencies/{agency}/figures/")));
    let beside = |path: &str| sender.get(path).text.contains("For the whole board it was ");
    assert!(figures.take(12).any(beside), "a place is told beside the whole board");
    assert_eq!(sender.post(&figure, &[("text", "")]).status, 422);
    assert_eq!(sender.post(&figure, &[("text", "Ask Mrs Testcase about it.")]).status, 422);
    assert_eq!(sender.post(&figure, &[("text", "A new system since April.")]).status, 303);
    let page = sender.get(&figure);
    page.shows(&["A new system since April."]);
    office.get("/analyst").shows(&["What agencies wrote beside their figures", "A new system since April.", &figure]);
    let at = page.text.find(&format!("{figure}/notes/")).expect("a note");
    let back = page.text[at..].split('"').next().unwrap().to_owned();
    let other = house.person(Role::Agency, Some(if agency == "police" { "camhs" } else { "police" }));
    assert_eq!(other.post(&back, &[]).status, 404);
    assert_eq!(sender.post(&back, &[]).status, 303);
    let sent = sender.get(&format!("/agencies/{agency}/uploads"));
    let at = sent.text.find(&format!("/agencies/{agency}/submissions/")).expect("a submission that was accepted");
    sender.get(sent.text[at..].split('"').next().unwrap()).shows(&["What this file changed", "New figures"]);
}

#[test]
fn a_program_sends_and_reads_with_its_token() {
    let house = House::plain();
    let wanted =
        Wanted { name: "care's system", scopes: &[Scope::Upload], agency: Some("care"), days: 30, made_by: "a test" };
    let token = token::make(&house.ledger(), &wanted, chrono::Utc::now()).expect("a token");
    let program = house.program(&token);
    let text = visits("ash", "2014-10", 70);
    let send = |name: &str, body: &str| {
        let path = format!("/api/v1/agencies/care/uploads?name={name}");
        program.send("POST", &path, Some("application/octet-stream"), body.as_bytes().to_vec())
    };
    let sent = send("figures.csv", &text);
    assert_eq!(sent.status, 202, "{}", sent.text);
    let answer: serde_json::Value = serde_json::from_str(&sent.text).unwrap();
    assert_eq!((answer["state"].as_str(), answer["verdict"].as_str()), (Some("queued"), None));
    let id = answer["id"].as_str().unwrap();
    let read = program.get(&format!("/api/v1/agencies/care/uploads/{id}?wait=30"));
    let verdict: serde_json::Value = serde_json::from_str(&read.text).unwrap();
    assert_eq!((verdict["verdict"].as_str(), verdict["rows"].as_u64()), (Some("accepted"), Some(1)), "{}", read.text);
    assert_eq!(send("", &text).status, 400, "no name");
    assert_eq!(send("empty.csv", "").status, 400, "no body");
    let foreign = send("foreign.csv", &text.replace("care,", "health,"));
    let id = serde_json::from_str::<serde_json::Value>(&foreign.text).unwrap()["id"].as_str().unwrap().to_owned();
    let read = program.get(&format!("/api/v1/agencies/care/uploads/{id}?wait=30"));
    assert!(read.text.contains("\"F032\""), "{}", read.text);
    for path in ["uploads", "submissions"] {
        let list = program.get(&format!("/api/v1/agencies/care/{path}"));
        assert!(list.status == 200 && list.text.contains("figures.csv"), "{}", list.text);
        assert!([403, 404].contains(&program.get(&format!("/api/v1/agencies/police/{path}")).status));
    }
    assert_eq!(program.get("/api/v1/agencies/care/uploads/0").status, 404);
    assert_eq!(house.nobody().get("/api/v1/agencies/care/uploads").status, 401);
}

#[test]
fn a_file_that_is_too_large_or_one_too_many_is_not_taken() {
    let house = House::with("[portal]\nupload_bytes = 2_000_000\nuploads_a_day = 2\n");
    let care = house.person(Role::Agency, Some("care"));
    let path = "/agencies/care/uploads/new";
    care.get(path).shows(&["up to 1 MB each"]);
    let large = vec![b'1'; 2_000_001];
    let page = care.upload(path, &[], &[("files", "large.csv", &large)]);
    assert!(page.status == 422 && page.text.contains("it is larger than 1 MB"), "{}", page.text);
    for name in ["one.csv", "two.csv"] {
        send(&care, "care", name, &visits("ash", "2014-10", 70));
    }
    let page = care.upload(path, &[], &[("files", "three.csv", b"x")]);
    assert!(page.status == 422 && page.text.contains("as many files in 24 hours"), "{}", page.text);
    let wanted =
        Wanted { name: "a system", scopes: &[Scope::Upload], agency: Some("care"), days: 1, made_by: "a test" };
    let program = house.program(&token::make(&house.ledger(), &wanted, chrono::Utc::now()).expect("a token"));
    let send = |body: &[u8]| {
        let kind = Some("application/octet-stream");
        program.send("POST", "/api/v1/agencies/care/uploads?name=a.csv", kind, body.to_vec()).status
    };
    assert_eq!([send(&large), send(b"a"), send(b"b"), send(b"c")], [413, 202, 202, 429], "a sender of its own");
}
