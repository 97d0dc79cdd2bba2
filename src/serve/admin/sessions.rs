//! Who is signed in, and from where.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::Utc;

use crate::access::users::Doer;
use crate::ledger::Ledger;
use crate::serve::account::{Moment, moment};
use crate::serve::form::Posted;
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// A session as the page shows it.
struct Shown {
    id: String,
    user: i64,
    name: String,
    role: &'static str,
    address: String,
    started: Moment,
    seen: Moment,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "admin/sessions.html", config = "src/serve/templates/askama.toml")]
struct SessionsPage {
    frame: Frame,
    sessions: Vec<Shown>,
}

/// Everybody's sessions, the last used first.
pub async fn list(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let asked = |_: &Portal, ledger: &Ledger| Ok((ledger.sessions(None, Utc::now().timestamp())?, ledger.users()?));
    let (sessions, users) = portal.ask(asked).await?;
    let own = visitor.session_digest();
    let shown = sessions.into_iter().filter_map(|s| {
        let user = users.iter().find(|u| Some(u.id) == s.user)?;
        Some(Shown {
            is_this: own.as_deref() == Some(s.id_sha256.as_str()),
            id: s.id_sha256,
            user: user.id,
            name: user.name.clone(),
            role: user.role.title(),
            address: s.address,
            started: moment(s.started),
            seen: moment(s.seen),
        })
    });
    page(&SessionsPage { frame: visitor.frame("Sessions"), sessions: shown.collect() })
}

/// Ends a session.
pub async fn end(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(session): Path<String>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let by = Doer::person(visitor.user()?, visitor.address());
    let asked = move |_: &Portal, ledger: &Ledger| {
        let all = ledger.sessions(None, Utc::now().timestamp())?;
        let Some(found) = all.iter().find(|s| s.id_sha256 == session) else { return Ok(false) };
        ledger.end_session(&session)?;
        by.record(ledger, "end session", &format!("user {}", found.user.unwrap_or_default()), "done")?;
        Ok(true)
    };
    match portal.ask(asked).await? {
        true => visitor.done("/admin/sessions", "That session is over.").await,
        false => Err(Problem::NotFound),
    }
}
