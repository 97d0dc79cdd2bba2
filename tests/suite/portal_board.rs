//! The board reader's pages on the sample county: what they show, what they never show, and the way of a question.

use std::collections::{BTreeMap, BTreeSet};

use lscb::condense::condense;
use lscb::lake::Lake;
use lscb::model::cell::{Facts, Light};
use lscb::model::{Board, CellId, Grain, Period, Point, Role, Series, Stream, Who};
use lscb::pipeline::run::PRIVATE_BOARD;
use lscb::spec::Reference;
use lscb::spec::reference::{Disclosure, Unit};
use rayon::prelude::*;

use super::portal_support::{Client, House};
use super::support::lscb;

/// The sample county with its run released.
fn county() -> (House, String) {
    let house = House::county();
    let run = release(&house);
    (house, run)
}

/// Releases the latest run of a house.
fn release(house: &House) -> String {
    let ledger = house.ledger();
    let run = ledger.runs().unwrap().pop().unwrap().run;
    ledger.decide_release(&run, true, &Who::person(1, "An Analyst"), "2015-02-02T09:00:00Z", "").unwrap();
    run
}

/// Every page that links lead to from the board's first page, with its text.
fn pages(client: &Client) -> BTreeMap<String, String> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut next: BTreeSet<String> = ["/board".to_owned()].into();
    while !next.is_empty() {
        let got: Vec<(String, String)> = next
            .into_par_iter()
            .map(|path| {
                let page = client.get(&path);
                assert_eq!(page.status, 200, "{path}: {}", page.text);
                (path, page.text)
            })
            .collect();
        next = BTreeSet::new();
        for (_, text) in &got {
            next.extend(links(text));
        }
        known.extend(got);
        next.retain(|path| !known.contains_key(path));
    }
    known
}

/// Links to other pages of the board; files to download are no pages.
fn links(text: &str) -> impl Iterator<Item = String> {
    text.split(" href=\"").skip(1).filter_map(|rest| {
        let address = rest.split('"').next()?;
        let path = address.split('#').next()?.replace("&amp;", "&");
        (path.starts_with("/board") && !path.starts_with("/board/downloads/")).then_some(path)
    })
}

/// What stands in the element that begins at `from`, without its tags.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The exact series of a run, from the lake itself.
struct Exact {
    series: Vec<Series>,
    board: Board,
    reference: Reference,
    whole: String,
}

impl Exact {
    fn of(house: &House, run: &str) -> Self {
        let file = house.portal.data().join("runs").join(run).join(PRIVATE_BOARD);
        let board: Board = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let configuration = house.portal.configuration();
        let reference = configuration.reference.clone();
        let lake = Lake::open(house.portal.data(), &configuration.pipeline.board).unwrap();
        let observations = lake.observations(board.as_of).unwrap();
        let series = condense(&observations, &reference, board.as_of).unwrap();
        let whole = reference.localities.iter().find(|l| l.parent.is_empty()).unwrap().locality.clone();
        Self { series, board, reference, whole }
    }

    /// Whether a point holds a count from 1 to 5 of a protected indicator, by the rule said anew: of children below the whole
    /// board the numerator, the denominator and (of a share) what is left; of a process the denominator.
    fn is_small(&self, series: &Series, point: &Point) -> bool {
        let small = |n: Option<f64>| n.is_some_and(|n| (1.0..=5.0).contains(&n));
        let Some(indicator) = self.reference.indicator(&series.indicator) else { return false };
        if indicator.disclosure == Disclosure::Process {
            return small(point.denominator.value);
        }
        let alone = self.series.iter().filter(|s| s.indicator == series.indicator && s.locality == series.locality);
        if series.locality == self.whole && alone.count() == 1 {
            return false;
        }
        let (x, n) = (point.numerator.value, point.denominator.value);
        let rest = x.zip(n).map(|(x, n)| n - x).filter(|_| indicator.unit == Unit::Proportion);
        small(x) || small(n) || small(rest) || indicator.unit == Unit::Count && small(point.value.value)
    }

    fn path(series: &Series) -> String {
        let or = |id: &str| if id.is_empty() { "-".to_owned() } else { id.to_owned() };
        format!("/board/indicators/{}/{}/{}", series.indicator, or(&series.agency), or(&series.locality))
    }
}

#[test]
fn no_page_of_the_board_tells_a_small_count() {
    let (house, run) = county();
    let exact = Exact::of(&house, &run);
    let client = house.person(Role::Board, None);
    let pages = pages(&client);
    keep(&house, &pages);
    assert!(pages.len() > 2000, "{} pages", pages.len());

    // Each series has its page, and no row of its history tells a small count.
    let mut withheld = 0;
    let mut latest: BTreeMap<String, bool> = BTreeMap::new();
    for series in &exact.series {
        let path = Exact::path(series);
        let Some(page) = pages.get(&path) else { panic!("no link leads to {path}") };
        for point in &series.points {
            let row = row_of(page, point.period);
            if exact.is_small(series, point) {
                withheld += 1;
                // Where a series has no denominators at all, its history has no column of them.
                let told = row[..row.len() - 2].iter().all(|cell| cell == "[c]");
                assert!(told && row.len() >= 4, "{path} tells of {}: {row:?}", point.period);
            }
        }
        if let Some(last) = series.points.last() {
            latest.insert(path, exact.is_small(series, last));
        }
    }
    assert!(withheld > 300, "the county has {withheld} small counts");

    // Wherever a row of a table leads to a series, the row shows [c] where the latest figure is small.
    let mut rows = 0;
    for (path, text) in &pages {
        for row in text.split("<tr").skip(1) {
            let row = row.split("</tr>").next().unwrap_or("");
            for (series, small) in &latest {
                if *small && row.contains(&format!("href=\"{series}\"")) {
                    rows += 1;
                    assert!(row.contains("[c]"), "{path} tells the latest of {series}: {}", plain(row));
                }
            }
        }
    }
    assert!(rows > 100, "{rows} rows");

    // Of a kind of evidence that rests on a small count, a cell tells the light alone.
    let mut told = 0;
    for cell in &exact.board.cells {
        let page = &pages[&format!("/board/cells/{}", cell.id)];
        for signal in &cell.signals {
            if signal.light == Light::Silent || !rests_on_small(&cell.id, signal.stream, &signal.facts) {
                continue;
            }
            told += 1;
            let name = signal.stream.as_str();
            let section = page.split(&format!("<h3 class=\"govuk-heading-m\" id=\"{name}\">")).nth(1).unwrap();
            let said = plain(section.split("</h3>").nth(1).unwrap().split("</p>").next().unwrap());
            assert!(said.contains("its counts are small and are not shown"), "{} {name}: {said}", cell.id);
            let sentence = said.split("Evidence on average").next().unwrap();
            let digits: String = sentence.chars().filter(char::is_ascii_digit).collect();
            assert!(digits.is_empty() || name == "section11", "{} {name}: {said}", cell.id);
        }
    }
    assert!(told > 100, "{told} signals rest on small counts");
}

fn rests_on_small(id: &CellId, stream: Stream, facts: &Facts) -> bool {
    let small = |n: f64| (1.0..=5.0).contains(&n);
    match (stream, facts) {
        (Stream::Audits, Facts::Counts { n, .. }) => small(*n),
        (Stream::ChildDeaths, Facts::Counts { adverse, .. }) => small(*adverse),
        (Stream::CaseReviews, Facts::Counts { adverse, n, .. }) => small(*adverse) || small(*n),
        (Stream::Intelligence, Facts::Counts { adverse, .. }) => small(*adverse) && id.grain != Grain::Board,
        _ => false,
    }
}

/// Numerator, denominator, value and reading of a period in the history of a page.
fn row_of(page: &str, period: Period) -> Vec<String> {
    let head = format!("<th scope=\"row\" class=\"govuk-table__header\">{}</th>", period.words());
    let row = page.split(&head).nth(1).unwrap_or_else(|| panic!("no row of {period}"));
    let row = row.split("</tr>").next().unwrap_or("");
    row.split("</td>").map(plain).collect()
}

/// Writes the pages into the folder that `LSCB_KEEP_PAGES` names, with their assets, for whoever wants to look at them.
fn keep(house: &House, pages: &BTreeMap<String, String>) {
    let Some(folder) = std::env::var_os("LSCB_KEEP_PAGES").map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    let nobody = house.nobody();
    for name in ["govuk.css", "portal.css", "board.css"] {
        let address = lscb::serve::assets::address(name);
        std::fs::write(folder.join(name), nobody.get(&address).bytes).unwrap();
    }
    for (path, text) in pages {
        let mut text = text.clone();
        for name in ["govuk.css", "portal.css", "board.css"] {
            text = text.replace(&lscb::serve::assets::address(name), name);
        }
        let name: String =
            path.trim_start_matches('/').chars().map(|c| if "/?=&".contains(c) { '_' } else { c }).collect();
        std::fs::write(folder.join(format!("{name}.html")), text).unwrap();
    }
}

#[test]
fn a_board_reader_walks_from_the_first_page_to_the_figures() {
    let (house, _) = county();
    let client = house.person(Role::Board, None);
    let first = client.get("/board");
    first.shows(&["Where to look first", "The data on these pages are made up", "places to look", "Agree", "Silent"]);
    let looks = first.text.matches("class=\"board-look board-look--").count();
    assert!((1..=10).contains(&looks), "{looks} places on the first page");
    let cell = links(&first.text).find(|l| l.starts_with("/board/cells/")).unwrap();
    let page = client.get(&cell);
    page.shows(&[
        "What each kind of evidence says",
        "Who agrees",
        "Who disagrees",
        "Who is silent",
        "Ask an agency about this",
    ]);
    let figure =
        links(&page.text).find(|l| l.matches('/').count() == 5 && l.starts_with("/board/indicators/")).unwrap();
    client.get(&figure).shows(&["Its history, the latest first", "role=\"img\"", "How to read the charts"]);
    let map = client.get("/board/map");
    map.shows(&["Themes by place", "Themes by agency", "Look here"]);
    let cells = map.text.matches("href=\"/board/cells/").count();
    assert!(cells > 400, "{cells} cells can be followed");
    let found = client.get("/board/indicators?words=missing+corby&theme=&agency=police&place=&reading=");
    found.shows(&["Indicators"]);
    let all = client.get("/board/indicators?words=missing");
    all.shows(&["found"]);
    assert!(client.get("/board/indicators?words=no+such+thing").text.contains("Nothing fits all of this"));
    for path in ["/board/more", "/board/silence", "/board/returns", "/board/to-ask", "/board/methods", "/board/moved"] {
        client.get(path).shows(&["<h1"]);
    }
    client.get("/board/moved").shows(&["Only one report has been released"]);
    for path in [
        "/board/cells/locality/neglect/nowhere",
        "/board/cells/place/neglect/corby",
        "/board/indicators/nothing",
        "/board/indicators/nothing/police/corby",
        "/board/challenges/99",
        "/board/moved?from=2015-01-31-000000000000",
    ] {
        assert_eq!(client.get(path).status, 404, "{path}");
    }
    house.person(Role::Analyst, None).get("/board").shows(&["Where to look first"]);
    assert_eq!(house.person(Role::Agency, Some("police")).get("/board").status, 403);
    assert_eq!(house.person(Role::Administrator, None).get("/board").status, 403);
}

#[test]
fn before_the_first_release_there_is_nothing_to_see() {
    let house = House::plain();
    let client = house.person(Role::Board, None);
    for path in ["/board", "/board/map", "/board/indicators", "/board/moved", "/board/downloads", "/board/report"] {
        client.get(path).shows(&["No report has been released yet"]);
    }
    client.get("/board/challenges").shows(&["No question has been asked yet"]);
}

#[test]
fn every_form_of_the_report_can_be_downloaded_and_nothing_else() {
    let (house, run) = county();
    let client = house.person(Role::Board, None);
    let page = client.get("/board/downloads");
    page.shows(&["The board pack as a workbook", "Do not pass them on"]);
    let files: Vec<&str> = page
        .text
        .split("href=\"")
        .skip(1)
        .filter_map(|r| r.split('"').next())
        .filter(|l| l.starts_with("/board/downloads/"))
        .collect();
    assert!(files.len() > 20, "{files:?}");
    for (name, kind) in [
        ("index.html", "text/html; charset=utf-8"),
        ("board-pack.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("hotspots.csv", "text/csv; charset=utf-8"),
        ("hotspots.json", "application/json"),
        ("hotspots.parquet", "application/vnd.apache.parquet"),
        ("series.csv", "text/csv; charset=utf-8"),
        ("submissions.csv", "text/csv; charset=utf-8"),
        ("manifest.json", "application/json"),
    ] {
        let address = format!("/board/downloads/{run}/{name}");
        assert!(files.contains(&address.as_str()), "{name}");
        let file = client.get(&address);
        assert_eq!((file.status, file.header("content-type")), (200, kind), "{name}");
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"{run}-{name}\""));
        assert_eq!(file.bytes, std::fs::read(house.portal.reports().join(&run).join(name)).unwrap(), "{name}");
    }
    let chart = files.iter().find(|f| f.ends_with(".svg")).unwrap();
    assert_eq!(client.get(chart).header("content-type"), "image/svg+xml");
    for name in ["board.json", "shown.json", "..%2F..%2Fdata%2Fruns%2Flatest%2Fboard.json", "charts/..%2Fhotspots.csv"]
    {
        assert_eq!(client.get(&format!("/board/downloads/{run}/{name}")).status, 404, "{name}");
    }
    for run in ["latest", "..", "2015-01-31-000000000000"] {
        assert_eq!(client.get(&format!("/board/downloads/{run}/hotspots.csv")).status, 404, "{run}");
    }
    let report = client.get("/board/report");
    report.shows(&["Methods and settings"]);
    assert!(report.header("content-security-policy").starts_with("default-src 'none'; style-src 'unsafe-inline'"));
    house.ledger().decide_release(&run, false, &Who::person(1, "An Analyst"), "2015-02-03T09:00:00Z", "wrong").unwrap();
    assert_eq!(
        client.get(&format!("/board/downloads/{run}/hotspots.csv")).status,
        404,
        "what is held is not handed out"
    );
}

#[test]
fn a_question_is_asked_answered_followed_up_and_closed() {
    let (house, _) = county();
    let (board, police) = (house.person(Role::Board, None), house.person(Role::Agency, Some("police")));
    let about = "cells/agency/child-protection/police";
    let form = board.get(&format!("/board/challenges/new?about={about}"));
    form.shows(&["Ask an agency about this", "stands at", "<option value=\"police\" selected>"]);
    assert_eq!(board.get("/board/challenges/new?about=cells/board/nothing").status, 404);
    let empty =
        board.post("/board/challenges", &[("about", about), ("agency", ""), ("question", ""), ("due_on", "soon")]);
    assert_eq!(empty.status, 422);
    for words in ["Choose the agency", "Enter the question", "Enter the day"] {
        assert!(empty.text.contains(words), "{words}");
    }
    let personal =
        [("about", about), ("agency", "police"), ("question", "Is it 999 000 0158?"), ("due_on", "2015-02-20")];
    let refused = board.post("/board/challenges", &personal);
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("personal data") && house.ledger().challenges(None).unwrap().is_empty());
    let question = "What changed in the autumn?";
    let asked = [("about", about), ("agency", "police"), ("question", question), ("due_on", "2015-02-20")];
    let done = board.post("/board/challenges", &asked);
    assert_eq!((done.status, done.location()), (303, "/board/challenges/1"));
    board.get("/board/challenges/1").shows(&[question, "Waiting for an answer", "the next one will show"]);
    board.get(&format!("/board/{about}")).shows(&[question]);
    board.get("/board").shows(&["1 question is open"]);

    police.get("/agencies/police/questions").shows(&[question, "20 February 2015"]);
    police.get("/agencies/police/questions/1").shows(&["Send your answer"]);
    let schools = house.person(Role::Agency, Some("schools"));
    assert_eq!(schools.get("/agencies/police/questions/1").status, 404);
    assert_eq!(schools.get("/agencies/schools/questions/1").status, 404, "it was put to another");
    let answer = [("after", "0"), ("answer", "A new team began in October.")];
    assert_eq!(schools.post("/agencies/schools/questions/1", &answer).status, 404);
    let analyst = house.person(Role::Analyst, None);
    assert!(!analyst.get("/agencies/police/questions/1").text.contains("Send your answer"));
    assert_eq!(analyst.post("/agencies/police/questions/1", &answer).status, 403, "the answer is the agency's");
    let answered = police.post("/agencies/police/questions/1", &answer);
    assert_eq!(answered.status, 303);
    assert_eq!(police.post("/agencies/police/questions/1", &answer).status, 422, "it was answered");
    board.get("/board/challenges/1").shows(&["A new team began in October.", "Answered"]);
    let more = [("after", "1"), ("question", "And since?"), ("due_on", "31/3/2015")];
    assert_eq!(board.post("/board/challenges/1/follow-up", &more).status, 303);
    board.get("/board/challenges/1").shows(&["And since?", "31 March 2015", "Waiting for an answer"]);
    assert_eq!(police.post("/agencies/police/questions/1", &[("after", "2"), ("answer", "Fewer.")]).status, 303);
    assert_eq!(board.post("/board/challenges/1/close", &[("after", "3"), ("words", "Thank you.")]).status, 422);
    let close = [("after", "3"), ("outcome", "explained"), ("words", "Thank you.")];
    assert_eq!(board.post("/board/challenges/1/close", &close).status, 303);
    let closed = board.get("/board/challenges/1");
    closed.shows(&["Closed", "Explained", "Thank you."]);
    assert!(!closed.text.contains("Ask a further question"), "what is closed stays closed");
    assert_eq!(board.get("/board/challenges/1/close").status, 404);
    board.get("/board/challenges?standing=closed").shows(&[question]);
    let seen = ["/board/challenges", "/board/challenges/1"].map(|path| (path.to_owned(), board.get(path).text));
    let form_again = ("/board/challenges/new".to_owned(), empty.text);
    keep(&house, &seen.into_iter().chain([form_again]).collect());
    assert_eq!(board.post_as_it_is("/board/challenges", &asked).status, 403, "without the token of the session");
}

#[test]
fn what_moved_is_told_between_any_two_releases() {
    let (house, first) = county();
    let pipeline = house.path("pipeline.toml").display().to_string();
    let night = lscb(&["run", &pipeline, "--as-of", "2015-12-31"]);
    assert_eq!(night.code, 0, "{}", night.err);
    let second = release(&house);
    assert_ne!(first, second);
    let client = house.person(Role::Board, None);
    let page = client.get("/board/moved");
    page.shows(&["Newly listed", "No longer listed", "Figures whose reading turned", "The evidence grew older"]);
    keep(&house, &[("/board/moved-two".to_owned(), page.text.clone())].into());
    let back = client.get(&format!("/board/moved?from={second}&to={first}"));
    back.shows(&["Newly listed"]);
    assert_eq!(plain(&back.text), plain(&page.text), "whichever is chosen first, the earlier day is then");
    client.get(&format!("/board/moved?from={first}&to={first}")).shows(&["Choose two different reports"]);
    client.get("/board/downloads").shows(&["(current)", &first, &second]);
    // Asked of the first report, a question is held against the second.
    let ledger = house.ledger();
    let about = lscb::model::challenge::About::parse("cells/agency/child-protection/police").unwrap();
    let question = lscb::model::challenge::Question {
        agency: "police".into(),
        about,
        title: "Child protection, police".into(),
        text: "Why?".into(),
        due_on: "2015-02-20".parse().unwrap(),
        by: Who::person(1, "A Member"),
        at: "2015-02-01T09:00:00Z".into(),
        run: first,
        stood: "\u{201c}Look here\u{201d}".into(),
    };
    let id = ledger.ask(&question).unwrap();
    let shown = client.get(&format!("/board/challenges/{id}"));
    assert!(
        shown.text.contains("It has moved: from") || shown.text.contains("It has not moved"),
        "{}",
        plain(&shown.text)
    );
}

#[test]
fn programs_read_what_the_board_is_shown_and_an_agency_its_own() {
    use lscb::access::token::{Wanted, make};
    use lscb::model::Scope;
    let (house, run) = county();
    let exact = Exact::of(&house, &run);
    let token = |scopes: &[Scope], agency| {
        let wanted = Wanted { name: "a system", scopes, agency, days: 30, made_by: "A test" };
        house.program(&make(&house.ledger(), &wanted, chrono::Utc::now()).unwrap())
    };
    let board = token(&[Scope::Read], None);
    let json = |client: &Client, path: &str| -> serde_json::Value {
        let page = client.get(path);
        assert_eq!((page.status, page.header("content-type")), (200, "application/json"), "{path}: {}", page.text);
        serde_json::from_str(&page.text).unwrap()
    };
    let releases = json(&board, "/api/v1/releases");
    assert_eq!((&releases["releases"][0]["run"], &releases["releases"][0]["is_current"]), (&run.into(), &true.into()));
    let all = json(&board, "/api/v1/hotspots");
    assert_eq!(all["hotspots"].as_array().unwrap().len(), exact.board.cells.len());
    let hot = json(&board, "/api/v1/hotspots?tier=hot_spot");
    assert!(hot["hotspots"].as_array().unwrap().iter().all(|c| c["tier"] == "hot_spot"));
    let cell = hot["hotspots"][0]["cell"].as_str().unwrap();
    assert_eq!(json(&board, &format!("/api/v1/hotspots/{cell}"))["cell"], cell);
    let listed = json(&board, "/api/v1/indicators");
    let paths: Vec<String> = listed["indicators"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|i| i["series"].as_array().unwrap())
        .map(|s| s["path"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(paths.len(), exact.series.len());
    let mut withheld = 0;
    for series in &exact.series {
        let told = json(&board, &Exact::path(series).replace("/board/", "/api/v1/"));
        for (point, told) in series.points.iter().zip(told["points"].as_array().unwrap()) {
            if exact.is_small(series, point) {
                withheld += 1;
                assert_eq!(["numerator", "denominator", "value"].map(|f| told[f].as_str()), [Some("[c]"); 3]);
            }
        }
    }
    assert!(withheld > 300, "{withheld}");

    let police = token(&[Scope::Read], Some("police"));
    let own = json(&police, "/api/v1/hotspots");
    assert!(own["hotspots"].as_array().unwrap().iter().all(|c| c["grain"] == "agency" && c["place"] == "police"));
    let own = json(&police, "/api/v1/indicators?agency=schools");
    let senders: BTreeSet<&str> = own["indicators"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|i| i["series"].as_array().unwrap())
        .map(|s| s["agency"].as_str().unwrap())
        .collect();
    assert_eq!(senders, ["police"].into());
    let of_schools = paths.iter().find(|p| p.contains("/schools/")).unwrap();
    for path in ["/api/v1/hotspots/agency/neglect/schools", &format!("/api/v1/indicators/{of_schools}")] {
        assert_eq!(police.get(path).status, 404, "{path}");
    }
    for (client, status, why) in [
        (house.nobody(), 401, "no token"),
        (house.program("lscb_nothing_at_all"), 401, "a token that nobody made"),
        (token(&[Scope::Upload], None), 403, "another scope"),
    ] {
        let page = client.get("/api/v1/hotspots");
        assert_eq!(page.status, status, "{why}");
        assert!(page.text.contains("\"error\""), "{why}: {}", page.text);
    }
    for path in
        ["/api/v1/hotspots/nothing/at/all", "/api/v1/hotspots?run=2015-01-31-000000000000", "/api/v1/indicators/a/b/c"]
    {
        assert_eq!(board.get(path).status, 404, "{path}");
    }
}
