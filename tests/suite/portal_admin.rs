//! What the administrator does: people, sessions, tokens, the audit trail, backups, retention, health.

use lscb::access::token;
use lscb::model::{Role, Scope};

use super::portal_support::{House, Page};

/// What stands between two marks of a page.
fn between<'a>(page: &'a Page, before: &str, after: &str) -> &'a str {
    page.text.split(before).nth(1).and_then(|t| t.split(after).next()).unwrap_or_else(|| panic!("{}", page.text))
}

#[test]
fn every_page_has_one_heading_and_names_its_fields() {
    let house = House::plain();
    let admin = house.person(Role::Administrator, None);
    for (path, words) in [
        ("/admin/users", "Invite a person"),
        ("/admin/users/invite", "What is the person here for?"),
        ("/admin/users/1", "What you can do"),
        ("/admin/users/1/change", "Save"),
        ("/admin/users/1/link", "Be sure who asks"),
        ("/admin/users/1/close", "cannot sign in any more"),
        ("/admin/users/1/sessions", "sign in again"),
        ("/admin/agencies", "Social care"),
        ("/admin/sessions", "This one is yours"),
        ("/admin/tokens", "There is none."),
        ("/admin/tokens/new", "What may the program do?"),
        ("/admin/audit", "Audit trail"),
        ("/admin/audit/check", "Hash of the last line"),
        ("/admin/backups", "To restore"),
        ("/admin/retention", "Files in quarantine"),
        ("/admin/health", "Sound, by its own check"),
    ] {
        let page = admin.get(path);
        page.shows(&[words]);
        assert_eq!(page.text.matches("<h1").count(), 1, "{path}");
        for field in page.text.split("<input").skip(1).chain(page.text.split("<select").skip(1)) {
            let field = field.split('>').next().unwrap_or("");
            let id = field.split("id=\"").nth(1).and_then(|t| t.split('"').next());
            let is_labelled = id.is_some_and(|id| page.text.contains(&format!("for=\"{id}\"")));
            assert!(field.contains("type=\"hidden\"") || is_labelled, "{path}: {field}");
        }
        assert!(!page.text.contains("<script>") && !page.text.contains(" style=\""), "{path}: inline");
    }
    for path in
        ["/admin/users/99", "/admin/users/x", "/admin/users/1/open", "/admin/users/1/second-factor", "/admin/users/1/x"]
    {
        assert_eq!(admin.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_person_is_invited_by_a_link_that_is_shown_once() {
    let house = House::plain();
    let admin = house.person(Role::Administrator, None);
    let path = "/admin/users/invite";
    let wrong = admin.post(path, &[("email", "ben"), ("name", ""), ("role", "agency"), ("agency", "fire")]);
    assert_eq!(wrong.status, 422);
    for words in ["correct format", "Enter a name", "Select the agency", "href=\"#email\"", "value=\"ben\""] {
        assert!(wrong.text.contains(words), "{words}: {}", wrong.text);
    }
    let fields = [("email", "ben@x.example"), ("name", "Ben <b>Jones</b>"), ("role", "agency"), ("agency", "police")];
    let made = admin.post(path, &fields);
    made.shows(&["Hand this link over", "Ben &#60;b&#62;Jones"]);
    let link = between(&made, "id=\"link\">", "<").to_owned();
    assert!(link.starts_with("/welcome/") && link.len() == 9 + 64, "{link}");
    house.nobody().get(&link).shows(&["ben@x.example"]);
    let again = admin.post(path, &fields);
    assert!(again.status == 422 && again.text.contains("has an account with this address already"));
    let list = admin.get("/admin/users");
    list.shows(&["ben@x.example", "Invited", "Agency uploader, Police"]);
    admin.get("/admin/agencies").shows(&["Ben &#60;b&#62;Jones"]);
    for page in ["/admin/users", "/admin/audit", "/admin/users/2"] {
        assert!(!admin.get(page).text.contains(&link[9..]), "{page}");
    }
}

#[test]
fn closing_an_account_ends_its_sessions_at_once_and_the_last_administrator_stays() {
    let house = House::plain();
    let admin = house.person(Role::Administrator, None);
    let analyst = house.person(Role::Analyst, None);
    assert_eq!(analyst.get("/account").status, 200);
    assert_eq!(admin.post("/admin/users/2/close", &[]).location(), "/admin/users/2");
    assert_eq!(analyst.get("/account").status, 303);
    admin.get("/admin/users/2").shows(&["Closed", "Open the account again"]);
    assert_eq!(admin.post("/admin/users/2/open", &[]).status, 303);
    house.ledger().set_password(1, "a hash").expect("the ledger");
    let admin = house.person(Role::Administrator, None);
    for (path, fields) in [
        ("/admin/users/1/close", vec![]),
        ("/admin/users/1/change", vec![("name", "Ann"), ("role", "board"), ("agency", "")]),
    ] {
        let refused = admin.post(path, &fields);
        assert!(refused.status == 422 && refused.text.contains("only administrator"), "{path}: {}", refused.text);
    }
    assert_eq!(admin.get("/admin/users").status, 200);
}

#[test]
fn a_change_of_role_takes_the_former_pages_away() {
    let house = House::plain();
    let admin = house.person(Role::Administrator, None);
    let person = house.person(Role::Agency, Some("police"));
    assert_eq!(person.get("/account").status, 200);
    let fields = [("name", "Ann"), ("role", "agency"), ("agency", "care")];
    assert_eq!(admin.post("/admin/users/2/change", &fields).location(), "/admin/users/2");
    assert_eq!(person.get("/account").status, 303, "the session of the former agency is over");
    let user = house.ledger().user(2).expect("the ledger").expect("the account");
    assert_eq!(user.agency.as_deref(), Some("care"));
}

#[test]
fn an_administrator_ends_any_session() {
    let house = House::plain();
    let admin = house.person(Role::Administrator, None);
    let analyst = house.person(Role::Analyst, None);
    let page = admin.get("/admin/sessions");
    page.shows(&["This one is yours", "An analyst".trim_start_matches("An ")]);
    let digest = between(&page, "action=\"/admin/sessions/", "\"").to_owned();
    assert_eq!(admin.post(&format!("/admin/sessions/{digest}"), &[]).location(), "/admin/sessions");
    assert_eq!(analyst.get("/account").status, 303);
    assert_eq!(admin.post(&format!("/admin/sessions/{digest}"), &[]).status, 404);
}

#[test]
fn a_token_is_shown_once_works_and_is_revoked() {
    let house = House::plain();
    let admin = house.person(Role::Administrator, None);
    let path = "/admin/tokens/new";
    let wrong = admin.post(path, &[("name", ""), ("agency", "fire"), ("days", "1000")]);
    assert_eq!(wrong.status, 422);
    for words in ["what the token is for", "Select what the program may do", "agency from the list", "how long"] {
        assert!(wrong.text.contains(words), "{words}: {}", wrong.text);
    }
    let runs = [("name", "n"), ("scope", "run"), ("agency", "police"), ("days", "30")];
    assert_eq!(admin.post(path, &runs).status, 422, "runs are the whole board's");
    let fields = [("name", "warehouse"), ("scope", "upload"), ("scope", "read"), ("agency", "police"), ("days", "30")];
    let made = admin.post(path, &fields);
    made.shows(&["Keep this token", "warehouse"]);
    let text = between(&made, "id=\"token\">", "<").to_owned();
    let good = || token::check(&house.ledger(), &text, chrono::Utc::now()).expect("the ledger");
    let kept = good().expect("it works");
    assert!(kept.may_for(Scope::Upload, "police") && !kept.may_for(Scope::Upload, "care"));
    let list = admin.get("/admin/tokens");
    list.shows(&["warehouse", &text[..13], "upload, read", "Works"]);
    assert!(!list.text.contains(&text) && !admin.get("/admin/audit").text.contains(&text));
    admin.get("/admin/tokens/1/revoke").shows(&["turned away at once"]);
    assert_eq!(admin.post("/admin/tokens/1/revoke", &[]).location(), "/admin/tokens");
    assert!(good().is_none());
    assert_eq!(admin.post("/admin/tokens/1/revoke", &[]).status, 404);
}

#[test]
fn the_audit_trail_is_found_through_and_checked() {
    let house = House::plain();
    let admin = house.person(Role::Administrator, None);
    let ledger = house.ledger();
    for n in 0..60 {
        let entry =
            lscb::access::audit::Entry { who: "user 7 (Ben)".into(), what: format!("deed {n}"), ..Default::default() };
        ledger.record_audit(&entry).expect("recorded");
    }
    let first = admin.get("/admin/audit?who=ben");
    first.shows(&["deed 59", "Older", "Show everything"]);
    assert!(!first.text.contains(">deed 0<"));
    let older = between(&first, "govuk-pagination__link\" href=\"", "\"").replace("&#38;", "&");
    admin.get(&older).shows(&[">deed 0<", "Newest"]);
    admin.get("/admin/audit?what=deed+42").shows(&["deed 42"]);
    admin.get("/admin/audit?from=2999-01-01").shows(&["Nothing was found"]);
    let wrong = admin.get("/admin/audit?from=yesterday&before=x");
    wrong.shows(&["must be a real date"]);
    admin.get("/admin/audit?who=%3Cscript%3E").shows(&["&#60;script&#62;"]);
    let check = admin.get("/admin/audit/check");
    check.shows(&["Yes", "60 lines are as written"]);
}

#[test]
fn a_backup_is_made_and_listed_and_can_be_restored() {
    let house = House::plain();
    let admin = house.person(Role::Administrator, None);
    let answer = admin.post("/admin/backups", &[]);
    assert_eq!(answer.location(), "/admin/backups");
    let page = admin.get("/admin/backups");
    page.shows(&["is made", "lscb restore", "little-county-"]);
    let made = lscb::pipeline::backup::list(house.portal.data()).expect("the folder");
    assert_eq!(made.len(), 1);
    let restored = lscb::pipeline::backup::restore(&made[0].path, &house.path("restored")).expect("restored");
    let names: Vec<&str> = restored.manifest.files.iter().map(|e| e.name.as_str()).collect();
    assert!(names.contains(&"data/ledger.sqlite") && names.contains(&"configuration/pipeline.toml"), "{names:?}");
    assert!(!names.iter().any(|n| n.contains("backups/")), "no backup in a backup: {names:?}");
    let ledger = lscb::access::open(&house.path("restored/data")).expect("the ledger");
    assert_eq!(ledger.users().expect("read").len(), 1);
    let now = chrono::Utc::now().timestamp();
    assert!(ledger.sessions(None, now).expect("read").is_empty(), "a backup lets nobody in");
}

#[test]
fn an_analyst_looks_after_those_who_send_and_read_and_nobody_of_the_office() {
    let house = House::plain();
    let analyst = house.person(Role::Analyst, None);
    house.person(Role::Administrator, None);
    house.person(Role::Agency, Some("police"));
    let ledger = house.ledger();
    let number = |role: &str| ledger.users().unwrap().into_iter().find(|u| u.role.as_str() == role).unwrap().id;
    let list = analyst.get("/admin/users");
    list.shows(&["A agency", "Invite a person"]);
    assert!(!list.text.contains("A administrator"), "{}", list.text);
    let form = analyst.get("/admin/users/invite");
    assert!(!form.text.contains("value=\"administrator\"") && form.text.contains("value=\"board\""), "{}", form.text);
    let person = |role| [("name", "Ben"), ("email", "ben@x.example"), ("role", role), ("agency", "police")];
    for role in ["administrator", "analyst"] {
        let page = analyst.post("/admin/users/invite", &person(role));
        assert!(page.status == 422 && page.text.contains("Only an administrator"), "{}", page.text);
        assert!(ledger.user_by_email("ben@x.example").unwrap().is_none());
        let deeds = ["", "/change", "/link", "/close", "/sessions"];
        for deed in deeds {
            assert_eq!(analyst.get(&format!("/admin/users/{}{deed}", number(role))).status, 404, "{role}{deed}");
        }
        for deed in &deeds[1..] {
            let page = analyst.post(&format!("/admin/users/{}{deed}", number(role)), &person("board"));
            assert_eq!(page.status, 404, "{role}{deed}");
        }
    }
    analyst.post("/admin/users/invite", &person("agency")).shows(&["Hand this link over"]);
    let theirs = format!("/admin/users/{}", number("agency"));
    let one = analyst.get(&theirs);
    one.shows(&["Close the account"]);
    assert!(!one.text.contains("/admin/audit"), "the trail is the administrator's");
    assert_eq!(analyst.post(&format!("{theirs}/change"), &person("administrator")).status, 422, "no way up");
    assert_eq!(ledger.user(number("agency")).unwrap().unwrap().role, Role::Agency);
}
