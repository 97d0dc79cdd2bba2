//! The API's document, and what watches the service.

use std::collections::BTreeSet;

use lscb::access::token::{self, Wanted};
use lscb::model::Scope;
use lscb::serve::api::DOCUMENT;
use lscb::serve::routes;
use serde_json::Value;

use super::portal_support::{Client, House};

fn program(house: &House, scopes: &[Scope], agency: Option<&str>) -> Client {
    let wanted = Wanted { name: "a system", scopes, agency, days: 1, made_by: "a test" };
    house.program(&token::make(&house.ledger(), &wanted, chrono::Utc::now()).expect("the ledger"))
}

#[test]
fn the_document_describes_every_call_and_no_other() {
    let house = House::plain();
    let document: Value = serde_json::from_str(&house.nobody().get(DOCUMENT).shows(&[]).text).expect("JSON");
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            described.insert(format!("{} {path}", method.to_uppercase()));
            assert!(operation["security"][0]["token"].is_array(), "{method} {path} needs a token");
            assert!(operation["summary"].is_string(), "{method} {path} says what it does");
            for status in ["400", "401", "403", "500"] {
                assert!(operation["responses"][status].is_object(), "{method} {path} says what {status} is");
            }
        }
    }
    let calls = routes::all().filter(|r| r.path.starts_with("/api/") && r.path != DOCUMENT);
    let there: BTreeSet<String> = calls.map(|r| format!("{} {}", r.method, r.path)).collect();
    assert_eq!(described, there);
}

#[test]
fn what_an_address_holds_wrongly_is_a_problem_in_json() {
    let house = House::plain();
    let program = program(&house, &[Scope::Upload, Scope::Read], None);
    for path in [
        "/api/v1/agencies/police/uploads/x?wait=soon",
        "/api/v1/agencies/police/uploads/x?wait=31",
        "/api/v1/agencies/police/uploads/x?wait=1&wait=2",
        "/api/v1/hotspots?run=a&run=b",
        "/api/v1/indicators/%FF/police/county",
    ] {
        let page = program.get(path);
        let said: Value = serde_json::from_str(&page.text).unwrap_or_else(|_| panic!("{path}: {}", page.text));
        assert_eq!((page.status, said["error"].as_str()), (400, Some("unreadable")), "{path}");
    }
}

#[test]
fn whoever_watches_learns_whether_it_is_alive_and_ready() {
    let house = House::plain();
    house.nobody().get("/health").shows(&["alive"]);
    house.nobody().get("/ready").shows(&["{\"ready\":true}"]);
}

#[test]
fn the_figures_of_the_service_are_for_a_token_of_the_whole_board() {
    let house = House::plain();
    assert_eq!(house.nobody().get("/metrics").status, 401);
    assert_eq!(program(&house, &[Scope::Read], None).get("/metrics").status, 403, "another scope");
    assert_eq!(program(&house, &[Scope::Watch], Some("police")).get("/metrics").status, 403, "of one agency");
    let watch = program(&house, &[Scope::Watch], None);
    watch.get("/metrics").shows(&["lscb_uploads_waiting 0", "lscb_ready 1", "lscb_disk_free_bytes "]);
    let page = watch.get("/metrics");
    let counted = page.text.lines().any(|l| l.starts_with("lscb_requests_total{") && l.contains("route=\"/metrics\""));
    assert!(counted, "{}", page.text);
    assert!(page.text.contains("lscb_request_seconds_bucket{"), "answer times in classes: {}", page.text);
    assert_eq!(page.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
}
