//! Tokens of programs: those that there are, a new one, which is shown once, and revoking one.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::Utc;

use super::confirm::ConfirmPage;
use super::people::agency_choices;
use crate::access::token::{self, Wanted};
use crate::access::users::Doer;
use crate::ledger::{KeptToken, Ledger};
use crate::model::Scope;
use crate::serve::account::{Moment, moment, moment_of};
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// How long a token may last, in days, and in words.
const LASTS: [(&str, &str); 4] = [("30", "30 days"), ("90", "90 days"), ("180", "180 days"), ("365", "One year")];

/// What each scope lets a program do.
fn scope_words(scope: Scope) -> &'static str {
    match scope {
        Scope::Upload => "Send returns and read their verdicts",
        Scope::Read => "Read what the board is shown",
        Scope::Run => "Start runs and read how they go",
        Scope::Watch => "Watch the service: its figures for Prometheus",
    }
}

/// A token in the list.
struct Line {
    id: i64,
    name: String,
    prefix: String,
    scopes: String,
    agency: String,
    expires: Moment,
    used: Moment,
    state: &'static str,
    colour: &'static str,
}

#[derive(Template)]
#[template(path = "admin/tokens.html", config = "src/serve/templates/askama.toml")]
struct TokensPage {
    frame: Frame,
    lines: Vec<Line>,
}

fn line(portal: &Portal, kept: KeptToken) -> Line {
    let (state, colour) = match (&kept.revoked_at, token::is_good(&kept, Utc::now())) {
        (Some(_), _) => ("Revoked", "grey"),
        (None, true) => ("Works", "green"),
        (None, false) => ("Over", "grey"),
    };
    Line {
        id: kept.id,
        name: kept.name,
        prefix: format!("lscb_{}", kept.prefix),
        scopes: kept.scopes.replace(' ', ", "),
        agency: kept.agency.map_or_else(|| "Whole board".to_owned(), |a| portal.agency_name(&a)),
        expires: moment(kept.expires_at),
        used: kept.used_at.as_deref().map(moment_of).unwrap_or_default(),
        state,
        colour,
    }
}

/// Every token.
pub async fn list(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let kept = portal.ask(|_, ledger| ledger.tokens()).await?;
    let lines = kept.into_iter().map(|t| line(&portal, t)).collect();
    page(&TokensPage { frame: visitor.frame("API tokens"), lines })
}

#[derive(Template)]
#[template(path = "admin/token.html", config = "src/serve/templates/askama.toml")]
struct TokenPage {
    frame: Frame,
    form: Form,
    scopes: Vec<(&'static str, &'static str)>,
    agencies: Vec<(String, String)>,
    lasts: [(&'static str, &'static str); 4],
}

fn shown(visitor: &Visitor, portal: &Portal, form: Form) -> TokenPage {
    TokenPage {
        frame: visitor.frame("Make an API token").trail("/admin/tokens", "API tokens").wrong(&form),
        form,
        scopes: Scope::ALL.into_iter().map(|s| (s.as_str(), scope_words(s))).collect(),
        agencies: agency_choices(portal, "The whole board"),
        lasts: LASTS,
    }
}

/// The form of a token.
pub async fn form(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    page(&shown(&visitor, &portal, Form::of([("days", "90".to_owned())])))
}

#[derive(Template)]
#[template(path = "admin/token_made.html", config = "src/serve/templates/askama.toml")]
struct MadePage {
    frame: Frame,
    name: String,
    token: String,
    until: Moment,
}

/// A new token.
pub async fn posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    form.require("name", "Enter what the token is for");
    if form.value("name").chars().count() > 60 || form.value("name").chars().any(char::is_control) {
        form.refuse("name", "What the token is for must be 60 characters or fewer, on one line");
    }
    let scopes: Vec<Scope> = form.values("scope").iter().filter_map(|word| Scope::of(word)).collect();
    if scopes.is_empty() {
        form.refuse("scope", "Select what the program may do");
    }
    if scopes.iter().any(|s| s.is_whole_boards()) && form.has("agency") {
        form.refuse(
            "agency",
            "Runs and the service's figures are the whole board's: choose the whole board, or do not let the program do this",
        );
    }
    if form.has("agency") && !portal.is_agency(form.value("agency")) {
        form.refuse("agency", "Select an agency from the list");
    }
    let days = LASTS.iter().find(|(days, _)| *days == form.value("days")).and_then(|(days, _)| days.parse().ok());
    if days.is_none() {
        form.refuse("days", "Select how long it is to work");
    }
    let Some(days) = days.filter(|_| !form.is_wrong()) else { return again(&shown(&visitor, &portal, form)) };
    let (name, agency) = (form.value("name").to_owned(), form.has("agency").then(|| form.value("agency").to_owned()));
    let (by, now) = (Doer::person(visitor.user()?, visitor.address()), Utc::now());
    let named = name.clone();
    let asked = move |_: &Portal, ledger: &Ledger| {
        let wanted = Wanted { name: &named, scopes: &scopes, agency: agency.as_deref(), days, made_by: &by.who };
        let text = token::make(ledger, &wanted, now)?;
        let prefix = text.split('_').nth(1).unwrap_or_default();
        by.record(ledger, "make token", &format!("token {prefix}"), "done")?;
        Ok(text)
    };
    let token = portal.ask(asked).await?;
    let until = moment((now + chrono::Duration::days(days)).timestamp());
    page(&MadePage { frame: visitor.frame("Keep this token").trail("/admin/tokens", "API tokens"), name, token, until })
}

async fn kept(portal: &Portal, id: &str) -> Result<KeptToken, Problem> {
    let id: i64 = id.parse().map_err(|_| Problem::NotFound)?;
    let tokens = portal.ask(|_, ledger| ledger.tokens()).await?;
    tokens.into_iter().find(|t| t.id == id && t.revoked_at.is_none()).ok_or(Problem::NotFound)
}

/// Asks before a token is revoked.
pub async fn revoke_form(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let kept = kept(&portal, &id).await?;
    page(&ConfirmPage {
        frame: visitor.frame(format!("Revoke the token {}", kept.name)).trail("/admin/tokens", "API tokens"),
        form: Form::default(),
        lines: vec!["Programs that use it are turned away at once. It cannot be brought back.".to_owned()],
        action: format!("/admin/tokens/{}/revoke", kept.id),
        back: "/admin/tokens".to_owned(),
        button: "Revoke the token",
        is_warning: true,
    })
}

/// Revokes a token.
pub async fn revoke_posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let kept = kept(&portal, &id).await?;
    let by = Doer::person(visitor.user()?, visitor.address());
    let (number, prefix) = (kept.id, kept.prefix);
    let asked = move |_: &Portal, ledger: &Ledger| {
        ledger.revoke_token(number, &Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true))?;
        by.record(ledger, "revoke token", &format!("token {prefix}"), "done")
    };
    portal.ask(asked).await?;
    visitor.done("/admin/tokens", &format!("The token {} is revoked.", kept.name)).await
}
