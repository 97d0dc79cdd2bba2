//! Signing in, one's own account and sessions, as a browser goes through them.

use chrono::Utc;
use lscb::access::audit::Filter;
use lscb::access::users::{Doer, Invited, Person, invite};
use lscb::access::{link, totp};
use lscb::model::{Role, User};

use super::portal_support::{Client, House, Page};

const PASSWORD: &str = "kettle-moss-ferry";

/// An account that was invited, and the secret of its link.
fn invited(house: &House, email: &str, role: &str, agency: &str) -> (User, String) {
    let person = Person { email: email.into(), name: "Ann Smith".into(), role: role.into(), agency: agency.into() };
    match invite(&house.ledger(), &person, &["police"], &Doer::command_line(), Utc::now()).expect("the ledger") {
        Invited::Done(user, link) => (user, link.secret),
        other => panic!("{other:?}"),
    }
}

/// An account with a password.
fn account(house: &House, email: &str, role: &str) -> User {
    let (user, secret) = invited(house, email, role, if role == "agency" { "police" } else { "" });
    let set = link::set_password(&house.ledger(), &secret, PASSWORD, "County", "192.0.2.1", Utc::now());
    assert!(matches!(set.expect("the ledger"), link::Set::Done(_)));
    user
}

/// Fills the form of the first step in.
fn sign_in(browser: &Client, email: &str, password: &str) -> (Client, Page) {
    let (browser, form) = browser.open("/sign-in");
    form.shows(&["<h1", "Email address", "autocomplete=\"current-password\""]);
    let answer = browser.post("/sign-in", &[("email", email), ("password", password), ("next", "")]);
    (browser.after(&answer), answer)
}

/// What stands between two marks of a page.
fn between<'a>(page: &'a Page, before: &str, after: &str) -> &'a str {
    page.text.split(before).nth(1).and_then(|t| t.split(after).next()).unwrap_or_else(|| panic!("{}", page.text))
}

#[test]
fn an_invited_person_chooses_a_password_and_signs_in() {
    let house = House::plain();
    let (_, secret) = invited(&house, "ann@x.example", "agency", "police");
    let path = format!("/welcome/{secret}");
    let (browser, form) = house.nobody().open(&path);
    form.shows(&["ann@x.example", "Choose your password", "12 to 128 characters"]);
    for (password, again, says) in [
        ("", "", "Enter a password"),
        ("short", "short", "must be 12 characters or more"),
        (PASSWORD, "other", "must be the same"),
        ("ann-smith-x-ann", "ann-smith-x-ann", "must not contain your email address"),
    ] {
        let answer = browser.post(&path, &[("password", password), ("again", again)]);
        assert!(answer.status == 422 && answer.text.contains(says), "{says}: {}", answer.text);
        assert!(answer.text.contains("There is a problem") && answer.text.contains("<title>Error:"));
    }
    let answer = browser.post(&path, &[("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!((answer.status, answer.location()), (303, "/sign-in"));
    assert_eq!(browser.get(&path).status, 404, "a link works once");
    let (browser, answer) = sign_in(&browser, "Ann@X.example", PASSWORD);
    assert_eq!((answer.status, answer.location()), (303, "/agencies/police"));
    browser.get("/account").shows(&["Ann Smith", "Agency uploader for Police", "This one"]);
}

#[test]
fn a_session_is_a_new_one_after_signing_in_and_gone_after_signing_out() {
    let house = House::plain();
    account(&house, "ann@x.example", "board");
    let (before, _) = house.nobody().open("/sign-in");
    let (inside, answer) = sign_in(&before, "ann@x.example", PASSWORD);
    assert_eq!(answer.status, 303);
    assert_ne!(before.cookie(), inside.cookie(), "nobody knows it beforehand");
    let cookie = answer.header("set-cookie");
    for flag in ["__Host-", "Secure", "HttpOnly", "SameSite=", "Path=/"] {
        assert!(cookie.contains(flag), "{flag}: {cookie}");
    }
    assert_eq!(before.get("/account").location(), "/sign-in?next=/account", "the former id opens nothing");
    let (inside, _) = inside.open("/account");
    assert_eq!(inside.post_as_it_is("/sign-out", &[("csrf", "another")]).status, 403);
    assert_eq!(inside.post("/sign-out", &[]).location(), "/sign-in");
    assert_eq!(inside.get("/account").status, 303, "the session is over, whoever still has its cookie");
}

#[test]
fn whatever_is_wrong_reads_the_same_and_after_ten_tries_too() {
    let house = House::plain();
    account(&house, "ann@x.example", "board");
    let mut pages = Vec::new();
    for (email, password) in [("ann@x.example", "wrong-password"), ("nobody@x.example", PASSWORD)] {
        let (_, answer) = sign_in(&house.nobody(), email, password);
        assert_eq!(answer.status, 422);
        let csrf = between(&answer, "name=\"csrf\" value=\"", "\"").to_owned();
        pages.push(answer.text.replace(email, "EMAIL").replace(&csrf, "TOKEN"));
    }
    assert_eq!(pages[0], pages[1]);
    for _ in 0..9 {
        sign_in(&house.nobody(), "ann@x.example", "wrong-password");
    }
    let (_, answer) = sign_in(&house.nobody(), "ann@x.example", PASSWORD);
    let csrf = between(&answer, "name=\"csrf\" value=\"", "\"").to_owned();
    assert_eq!(
        answer.text.replace("ann@x.example", "EMAIL").replace(&csrf, "TOKEN"),
        pages[0],
        "locked, in the same words"
    );
    assert!(!answer.text.contains(PASSWORD) && !answer.text.contains("wrong-password"), "no password comes back");
}

#[test]
fn staff_need_a_second_step_and_nothing_is_shown_before_it() {
    let house = House::plain();
    let user = account(&house, "ann@x.example", "analyst");
    let (browser, answer) = sign_in(&house.nobody(), "ann@x.example", PASSWORD);
    assert_eq!(answer.location(), "/sign-in/set-up");
    assert_eq!(browser.get("/account").status, 303, "a password alone opens nothing");
    let (browser, page) = browser.open("/sign-in/set-up");
    page.shows(&["<svg", "Your role needs a second step", "one-time-code"]);
    let secret = between(&page, "portal-mono\">", "<").to_owned();
    assert!(browser.get("/sign-in/set-up").text.contains(&secret), "loaded again it is the same");
    let wrong = browser.post("/sign-in/set-up", &[("code", "12345")]);
    assert!(wrong.status == 422 && wrong.text.contains(&secret));
    let code = totp::code_at(&secret, Utc::now()).expect("a code");
    let codes = browser.post("/sign-in/set-up", &[("code", &code)]);
    codes.shows(&["Keep your recovery codes", "href=\"/analyst\""]);
    let recovery = between(&codes, "<li>", "</li>").to_owned();
    let browser = browser.after(&codes);
    browser.get("/account").shows(&["Two-step sign-in", "10 recovery codes are"]);
    assert!(!browser.get("/account").text.contains(&secret), "never shown again");

    // The next time a code is asked for; the one above is used up, so a recovery code comes in.
    let (second, answer) = sign_in(&house.nobody(), "ann@x.example", PASSWORD);
    assert_eq!(answer.location(), "/sign-in/code");
    assert_eq!(second.get("/account").status, 303);
    assert_eq!(second.get("/sign-in/set-up").status, 303, "one in force is not set up anew by a password alone");
    let (second, _) = second.open("/sign-in/code");
    assert_eq!(second.post("/sign-in/code", &[("code", &code)]).status, 422, "no code twice");
    let answer = second.post("/sign-in/code", &[("code", &recovery)]);
    assert_eq!((answer.status, answer.location()), (303, "/analyst"));
    second.after(&answer).get("/account").shows(&["9 recovery codes are"]);
    let ledger = house.ledger();
    let lines = ledger.audit_page(&Filter { who: format!("user {} ", user.id), ..Filter::default() }, None, 100);
    let told: Vec<String> = lines.expect("the ledger").iter().map(|l| l.entry.what.clone()).collect();
    for what in ["set up second factor", "second factor", "sign in"] {
        assert!(told.iter().any(|t| t == what), "{what}: {told:?}");
    }
}

#[test]
fn nobody_gets_to_the_second_step_without_the_first() {
    let house = House::plain();
    for path in ["/sign-in/code", "/sign-in/set-up"] {
        let (browser, answer) = house.nobody().open(path);
        assert_eq!((answer.status, answer.location()), (303, "/"), "{path}");
        let (browser, _) = browser.open("/sign-in");
        assert_eq!(browser.post(path, &[("code", "123456")]).status, 303, "{path}");
    }
}

#[test]
fn a_new_password_ends_every_other_session() {
    let house = House::plain();
    account(&house, "ann@x.example", "board");
    let (one, _) = sign_in(&house.nobody(), "ann@x.example", PASSWORD);
    let (two, _) = sign_in(&house.nobody(), "ann@x.example", PASSWORD);
    let (one, _) = one.open("/account/password");
    let send = |present: &str, new: &str| {
        one.post("/account/password", &[("present", present), ("password", new), ("again", new)])
    };
    assert!(send("wrong-password", "lantern-otter-quay").text.contains("Present password is not right"));
    assert!(send(PASSWORD, "password1234").text.contains("easy to guess"));
    assert_eq!(two.get("/account").status, 200);
    let answer = send(PASSWORD, "lantern-otter-quay");
    assert_eq!(answer.location(), "/account");
    one.after(&answer).get("/account").shows(&["Your password is changed"]);
    assert_eq!(two.get("/account").status, 303, "signed out");
    assert_eq!(sign_in(&house.nobody(), "ann@x.example", PASSWORD).1.status, 422, "the former password is void");
}

#[test]
fn one_ends_ones_own_sessions_and_no_others() {
    let house = House::plain();
    account(&house, "ann@x.example", "board");
    let (one, _) = sign_in(&house.nobody(), "ann@x.example", PASSWORD);
    let (two, _) = sign_in(&house.nobody(), "ann@x.example", PASSWORD);
    let other = house.person(Role::Board, None);
    assert_eq!(other.get("/account").status, 200);
    let (one, page) = one.open("/account");
    page.shows(&["This one", "Sign out everywhere else"]);
    let digest = between(&page, "action=\"/account/sessions/", "\"").to_owned();
    let theirs = lscb::pipeline::digest::of_bytes(other.cookie().expect("a cookie").as_bytes());
    assert_eq!(one.post(&format!("/account/sessions/{theirs}"), &[]).status, 404, "another person's is not there");
    assert_eq!(other.get("/account").status, 200);
    assert_eq!(one.post(&format!("/account/sessions/{digest}"), &[]).location(), "/account");
    assert_eq!(two.get("/account").status, 303);
    let (three, _) = sign_in(&house.nobody(), "ann@x.example", PASSWORD);
    one.post("/account/sessions", &[]);
    assert_eq!((one.get("/account").status, three.get("/account").status), (200, 303));
}

#[test]
fn a_person_goes_on_to_where_they_wanted_and_never_to_another_site() {
    let house = House::plain();
    account(&house, "ann@x.example", "board");
    for (next, to) in
        [("/account/password", "/account/password"), ("//evil.example/", "/board"), ("https://evil.example", "/board")]
    {
        let (browser, page) = house.nobody().open(&format!("/sign-in?next={}", lscb::serve::page::encoded(next)));
        page.shows(&[next]);
        let answer = browser.post("/sign-in", &[("email", "ann@x.example"), ("password", PASSWORD), ("next", next)]);
        assert_eq!((answer.status, answer.location()), (303, to), "{next}");
    }
}

#[test]
fn whoever_cannot_sign_in_is_told_what_to_do() {
    House::plain().nobody().get("/forgotten").shows(&["new link", "sends no email", "recovery codes"]);
}

#[test]
fn a_session_ends_unused_and_after_its_hours_in_any_case() {
    let house = House::with("[portal]\nidle_minutes = 30\nabsolute_hours = 12\n");
    let ledger = house.ledger();
    // As the session was kept: its last use and its beginning are moved back.
    let aged = |client: &Client, seen: i64, started: i64| {
        let digest = lscb::pipeline::digest::of_bytes(client.cookie().expect("a cookie").as_bytes());
        let now = chrono::Utc::now().timestamp();
        let mut session = ledger.session(&digest, now).expect("the ledger").expect("the session");
        let mut data: serde_json::Value = serde_json::from_str(&session.data).expect("JSON");
        data["started"] = (now - started).into();
        (session.started, session.seen, session.expires) = (now - started, now - seen, now - seen + 30 * 60);
        session.data = data.to_string();
        ledger.save_session(&session).expect("the ledger");
        client.get("/account").status
    };
    let hour = 3600;
    let person = || house.person(Role::Board, None);
    assert_eq!(aged(&person(), 29 * 60, hour), 200, "used half an hour ago");
    assert_eq!(aged(&person(), 31 * 60, hour), 303, "not used for longer");
    assert_eq!(aged(&person(), 60, 12 * hour - 60), 200, "nearly twelve hours old");
    assert_eq!(aged(&person(), 60, 12 * hour + 60), 303, "older, though it is in use");
}

#[test]
fn what_is_done_or_refused_stands_in_the_trail_once() {
    let house = House::plain();
    account(&house, "ann@x.example", "board");
    let (before, _) = house.nobody().open("/sign-in");
    let (inside, _) = sign_in(&before, "ann@x.example", PASSWORD);
    let (inside, _) = inside.open("/account");
    assert_eq!(inside.post_as_it_is("/sign-out", &[("csrf", "another")]).status, 403);
    assert_eq!(inside.post("/account/sessions", &[]).status, 303);
    assert_eq!(inside.post("/admin/backups", &[]).status, 403);
    assert_eq!(inside.post("/sign-out", &[]).status, 303);
    let lines = house.ledger().audit_page(&Filter::default(), None, 100).expect("the ledger");
    let told: Vec<(String, String)> = lines.into_iter().map(|l| (l.entry.what, l.entry.outcome)).collect();
    let times = |what: &str, outcome: &str| told.iter().filter(|(w, o)| w == what && o == outcome).count();
    for (what, outcome) in [
        ("sign in", "done"),
        ("sign out", "403"),
        ("end one's other sessions", "303"),
        ("make a backup", "403"),
        ("sign out", "done"),
    ] {
        assert_eq!(times(what, outcome), 1, "{what}, {outcome}: {told:?}");
    }
    assert!(!told.contains(&("sign in".to_owned(), "303".to_owned())), "not a second time by the guard: {told:?}");
}
