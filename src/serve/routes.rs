//! Every route of the portal, and who may take it.

use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;

use super::guard::{Post, guard};
use super::page::Tab;
use super::portal::Portal;
use super::{account, admin, agency, analyst, api, assets, board, home, operation, security, sessions};
use crate::model::{Role, Scope, User};

/// Who may take a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// Everybody, signed in or not.
    Anyone,
    /// Everybody who is signed in.
    SignedIn,
    /// Those of these roles.
    Roles(&'static [Role]),
    /// The path has `{agency}`: those who send for that agency, and those of these roles for any.
    Agency(&'static [Role]),
    /// Programs with a token of this scope; where the path has `{agency}`, one of that agency or of the board.
    Token(Scope),
}

/// A route.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, with `{names}`.
    pub path: &'static str,
    /// Who may take it.
    pub may: May,
    /// What one does there, for the audit trail and the table of rights: `upload a return`.
    pub what: &'static str,
    /// Makes its handler.
    pub handler: fn() -> MethodRouter<Portal>,
    /// Whether its handler writes into the audit trail by itself what was done, more closely than the guard could.
    pub is_recorded: bool,
}

impl Route {
    /// A route that shows something.
    pub const fn get(path: &'static str, may: May, what: &'static str, handler: fn() -> MethodRouter<Portal>) -> Self {
        Self { method: Method::GET, path, may, what, handler, is_recorded: false }
    }

    /// A route that does something.
    pub const fn post(path: &'static str, may: May, what: &'static str, handler: fn() -> MethodRouter<Portal>) -> Self {
        Self { method: Method::POST, path, may, what, handler, is_recorded: false }
    }

    /// The same route, whose handler writes the audit trail.
    pub const fn recorded(mut self) -> Self {
        self.is_recorded = true;
        self
    }

    /// Whether it answers programs, what watches the service among them.
    pub fn is_api(&self) -> bool {
        ["/api/", "/health", "/ready", "/metrics"].iter().any(|p| self.path.starts_with(p))
    }

    /// Whether its visitors have sessions; programs and assets have none.
    pub fn has_session(&self) -> bool {
        !self.is_api() && !self.path.starts_with("/assets/")
    }
}

/// What every visitor finds.
pub static ROUTES: &[Route] = &[
    Route::get("/", May::Anyone, "the first page", || axum::routing::get(home::first)),
    Route::get("/help", May::Anyone, "help", || axum::routing::get(home::help)),
    Route::get("/accessibility", May::Anyone, "accessibility statement", || axum::routing::get(home::accessibility)),
    Route::get("/privacy", May::Anyone, "privacy and cookies", || axum::routing::get(home::privacy)),
    Route::get("/assets/{digest}/{name}", May::Anyone, "an asset", || axum::routing::get(assets::get)),
    Route::get("/{*path}", May::Anyone, "what there is not", || axum::routing::get(home::nowhere)),
];

/// The lists of all slices.
pub const LISTS: &[&[Route]] = &[
    ROUTES,
    account::ROUTES,
    admin::ROUTES,
    analyst::ROUTES,
    board::ROUTES,
    agency::ROUTES,
    agency::api::ROUTES,
    api::ROUTES,
    operation::ROUTES,
];

/// Every route.
pub fn all() -> impl Iterator<Item = &'static Route> {
    LISTS.iter().flat_map(|list| list.iter())
}

/// The menu of a person.
pub fn tabs(user: &User) -> Vec<Tab> {
    let tab = |href: &str, words| Tab { href: href.to_owned(), words, is_here: false };
    let board = [
        tab("/board", "Where to look first"),
        tab("/board/map", "Heat maps"),
        tab("/board/indicators", "Indicators"),
        tab("/board/moved", "What has moved"),
        tab("/board/challenges", "Challenge log"),
        tab("/board/downloads", "Downloads"),
    ];
    match (user.role, user.agency.as_deref()) {
        (Role::Agency, Some(agency)) => vec![
            tab(&format!("/agencies/{agency}"), "Returns due"),
            tab(&format!("/agencies/{agency}/uploads"), "What you sent"),
            tab(&format!("/agencies/{agency}/figures"), "Your figures"),
            tab(&format!("/agencies/{agency}/questions"), "Questions from the board"),
        ],
        (Role::Agency, None) => Vec::new(),
        (Role::Board, _) => board.into(),
        (Role::Analyst, _) => vec![
            tab("/analyst", "Today"),
            tab("/analyst/submissions", "Submissions"),
            tab("/analyst/queries", "Queries"),
            tab("/analyst/quality", "Data quality"),
            tab("/analyst/runs", "Runs"),
            tab("/analyst/releases", "Publish"),
            tab("/analyst/lists", "Lists and settings"),
            tab("/admin/users", "Users"),
            tab("/board", "Board"),
        ],
        (Role::Administrator, _) => vec![
            tab("/admin/users", "Users"),
            tab("/admin/sessions", "Sessions"),
            tab("/admin/tokens", "API tokens"),
            tab("/admin/audit", "Audit trail"),
            tab("/admin/backups", "Backups"),
            tab("/admin/retention", "Retention"),
            tab("/admin/health", "Health"),
        ],
    }
}

/// Where a person begins.
pub fn beginning(user: &User) -> String {
    match user.role {
        Role::Board => "/board".to_owned(),
        _ => tabs(user).first().map_or_else(|| "/account".to_owned(), |tab| tab.href.clone()),
    }
}

/// The service: every route behind the guard, and what holds for all of them.
pub fn router(portal: &Portal) -> Router {
    let mut router: Router<Portal> = Router::new();
    for route in all() {
        let post = Post { portal: portal.clone(), route };
        router = router.route(route.path, (route.handler)().layer(from_fn_with_state(post, guard)));
    }
    let router = router.with_state(portal.clone());
    security::around(router.layer(sessions::layer(portal)), portal)
}
