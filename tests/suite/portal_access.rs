//! Every route of the portal as everyone: nobody, each role, the own and another agency, with a token and without.

use lscb::model::Role;
use lscb::serve::routes::{self, May, Route};

use super::portal_support::{Client, House, Page};

/// Who may take which route, said a second time: a route that is missing here, or is opened to others, fails the test.
const RIGHTS: &str = include_str!("portal_rights.txt");

/// A route and its rights as a line of the table.
fn line(route: &Route) -> String {
    let names = |roles: &[Role]| roles.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(" ");
    let may = match route.may {
        May::Anyone => "anyone".to_owned(),
        May::SignedIn => "signed in".to_owned(),
        May::Roles(roles) => names(roles),
        May::Agency(roles) => format!("own agency; {}", names(roles)).trim_end_matches("; ").to_owned(),
        May::Token(scope) => format!("token {}", scope.as_str()),
    };
    format!("{} {} : {may}", route.method, route.path)
}

#[test]
fn every_route_is_in_the_table_of_rights_and_no_other() {
    let mut routes: Vec<String> = routes::all().map(line).collect();
    routes.sort();
    let listed: Vec<&str> = RIGHTS.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    if std::env::var_os("LSCB_WRITE_RIGHTS").is_some() {
        let head: String = RIGHTS.lines().filter(|l| l.starts_with('#')).map(|l| format!("{l}\n")).collect();
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/portal_rights.txt");
        std::fs::write(file, format!("{head}{}\n", routes.join("\n"))).expect("written");
        return;
    }
    let missing: Vec<&String> = routes.iter().filter(|r| !listed.contains(&r.as_str())).collect();
    let gone: Vec<&&str> = listed.iter().filter(|l| !routes.iter().any(|r| r == **l)).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not in the table: {missing:#?}\nonly in the table: {gone:#?}");
}

/// A path with something in the place of its names.
fn path(route: &Route, agency: &str) -> String {
    let fill = |part: &str| match part {
        "{agency}" => agency.to_owned(),
        part if part.starts_with("{*") => "no/such/thing".to_owned(),
        part if part.starts_with('{') => "0".to_owned(),
        part => part.to_owned(),
    };
    route.path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

fn ask(client: &Client, route: &Route, agency: &str) -> Page {
    match route.method.as_str() {
        "GET" => client.get(&path(route, agency)),
        _ => client.post(&path(route, agency), &[]),
    }
}

fn is_turned_away(page: &Page) -> bool {
    match page.status {
        401 | 403 | 404 => true,
        303 => page.location().starts_with("/sign-in"),
        _ => false,
    }
}

/// Turned away by the guard as such, which a page that does not find a thing is not.
fn is_refused(page: &Page) -> bool {
    is_turned_away(page) && page.status != 404
}

#[test]
fn every_route_turns_away_whom_it_must() {
    let house = House::plain();
    let people: Vec<(&str, Option<Role>, Option<&str>, Client)> = vec![
        ("nobody", None, None, house.nobody()),
        ("police", Some(Role::Agency), Some("police"), house.person(Role::Agency, Some("police"))),
        ("health", Some(Role::Agency), Some("health"), house.person(Role::Agency, Some("health"))),
        ("analyst", Some(Role::Analyst), None, house.person(Role::Analyst, None)),
        ("board", Some(Role::Board), None, house.person(Role::Board, None)),
        ("administrator", Some(Role::Administrator), None, house.person(Role::Administrator, None)),
    ];
    let mut wrong = Vec::new();
    // Signing out ends a session that the others still need.
    for route in routes::all().filter(|r| !r.path.starts_with("/sign-out")) {
        for (name, role, own, client) in &people {
            let page = ask(client, route, "police");
            let may = match route.may {
                May::Anyone => true,
                May::SignedIn => role.is_some(),
                May::Roles(roles) => role.is_some_and(|r| roles.contains(&r)),
                May::Agency(roles) => {
                    *own == Some("police") || role.is_some_and(|r| r != Role::Agency && roles.contains(&r))
                }
                May::Token(_) => false,
            };
            let well = if may { !is_refused(&page) || route.path == "/" } else { is_turned_away(&page) };
            if !well {
                wrong.push(format!("{} {} as {name}: {}", route.method, route.path, page.status));
            }
            if page.status >= 500 {
                wrong.push(format!("{} {} as {name}: {}", route.method, route.path, page.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_form_is_taken_without_the_token_of_its_session() {
    let house = House::plain();
    for role in Role::ALL {
        let agency = (role == Role::Agency).then_some("police");
        let client = house.person(role, agency);
        for route in routes::all().filter(|r| r.method == "POST" && !r.is_api()) {
            for token in ["", "token-of-somebody-else"] {
                let page = client.post_as_it_is(&path(route, "police"), &[("csrf", token)]);
                // An upload is read as such, and a form in its place is unreadable.
                assert!(
                    [303, 400, 403, 404, 415].contains(&page.status),
                    "{} as {role:?}: {}",
                    route.path,
                    page.status
                );
                assert!(page.status != 303 || page.location().starts_with("/sign-in"), "{} as {role:?}", route.path);
            }
        }
    }
}

#[test]
fn a_request_from_another_site_is_refused() {
    let house = House::plain();
    let client = house.person(Role::Analyst, None);
    for (header, value, status) in [("sec-fetch-site", "cross-site", 403), ("origin", "https://evil.example", 403)] {
        let page = client.send_with(
            "POST",
            "/sign-out",
            &[(header, value)],
            Some("application/x-www-form-urlencoded"),
            Vec::new(),
        );
        assert_eq!(page.status, status, "{header}");
    }
}

#[test]
fn every_answer_carries_the_headers_that_make_browsers_careful() {
    let house = House::plain();
    for (client, path) in [
        (house.nobody(), "/help"),
        (house.nobody(), "/no/such/page"),
        (house.person(Role::Board, None), "/privacy"),
        (house.nobody(), "/api/v1/no-such"),
    ] {
        let page = client.get(path);
        for (name, part) in [
            ("content-security-policy", "default-src 'none'"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert!(page.header(name).contains(part), "{path}: {name}: {}", page.header(name));
        }
        assert!(!page.text.contains("<script>") && !page.text.contains(" style="), "{path}: nothing inline");
    }
    let cookie = house.nobody().get("/help");
    let cookie = cookie.header("set-cookie");
    for part in ["__Host-lscb=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}
