//! One's own account: what it is, its password, its sessions.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::Utc;

use super::welcome::{check_twice, rules};
use super::{Moment, moment, moment_of};
use crate::access::sign_in::{self, Change};
use crate::ledger::{Ledger, StoredSession};
use crate::model::User;
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// A session as a page shows it.
pub(super) struct Shown {
    id: String,
    address: String,
    started: Moment,
    seen: Moment,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "account/account.html", config = "src/serve/templates/askama.toml")]
struct AccountPage {
    frame: Frame,
    user: User,
    agency: Option<String>,
    signed_in: Moment,
    needs_second: bool,
    codes_left: usize,
    sessions: Vec<Shown>,
}

/// What the account is.
pub async fn account(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let user = visitor.user()?.clone();
    let id = user.id;
    let asked = move |_: &Portal, ledger: &Ledger| {
        Ok((ledger.recovery_codes_left(id)?, ledger.sessions(Some(id), Utc::now().timestamp())?))
    };
    let (codes_left, sessions) = portal.ask(asked).await?;
    let own = visitor.session_digest();
    let shown = |s: StoredSession| Shown {
        is_this: own.as_deref() == Some(s.id_sha256.as_str()),
        id: s.id_sha256,
        address: s.address,
        started: moment(s.started),
        seen: moment(s.seen),
    };
    let needs_second = portal.configuration().pipeline.portal.totp.is_needed_by(&user);
    page(&AccountPage {
        frame: visitor.frame("Your account"),
        agency: user.agency.as_deref().map(|a| portal.agency_name(a)),
        signed_in: user.signed_in_at.as_deref().map(moment_of).unwrap_or_default(),
        needs_second,
        codes_left,
        sessions: sessions.into_iter().map(shown).collect(),
        user,
    })
}

#[derive(Template)]
#[template(path = "account/password.html", config = "src/serve/templates/askama.toml")]
struct PasswordPage {
    frame: Frame,
    form: Form,
    rules: String,
}

fn password_page(visitor: &Visitor, form: Form) -> PasswordPage {
    let frame = visitor.frame("Change your password").trail("/account", "Your account").wrong(&form);
    PasswordPage { frame, form, rules: rules() }
}

/// The form for a new password.
pub async fn password_form(visitor: Visitor) -> Result<Response, Problem> {
    page(&password_page(&visitor, Form::default()))
}

/// The new password.
pub async fn password_posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let user = visitor.user()?.clone();
    if form.exact("present").is_empty() {
        form.refuse("present", "Enter your present password");
    }
    check_twice(&mut form);
    if !form.is_wrong() {
        let (present, new) = (form.exact("present").to_owned(), form.exact("password").to_owned());
        let (from, whose) = (visitor.address().to_owned(), user.clone());
        let asked = move |portal: &Portal, ledger: &Ledger| {
            let board = portal.facts().name;
            sign_in::change_password(ledger, &whose, (&present, &new), &board, &from, Utc::now())
        };
        match portal.ask(asked).await? {
            Change::Done => {
                visitor.sign_in(&user).await?;
                let words = "Your password is changed. Wherever else you were signed in, you are signed out.";
                return visitor.done("/account", words).await;
            }
            Change::Refused => form.refuse("present", "Present password is not right, or there were too many tries"),
            Change::Faults(faults) => faults.into_iter().for_each(|f| form.refuse("password", f)),
        }
    }
    again(&password_page(&visitor, form))
}

/// Ends every session of one's own but this.
pub async fn end_others(
    visitor: Visitor,
    State(portal): State<Portal>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let (id, own) = (visitor.user()?.id, visitor.session_digest());
    let ended = portal.ask(move |_, ledger| ledger.end_sessions_of(id, own.as_deref())).await?;
    let words = match ended {
        0 => "You were signed in nowhere else.".to_owned(),
        1 => "You are signed out in the one other place.".to_owned(),
        n => format!("You are signed out in {n} other places."),
    };
    visitor.done("/account", &words).await
}

/// Ends one session of one's own.
pub async fn end_one(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(session): Path<String>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let id = visitor.user()?.id;
    let asked = move |_: &Portal, ledger: &Ledger| {
        // One's own alone: another's is not found.
        let own = ledger.sessions(Some(id), Utc::now().timestamp())?.into_iter().any(|s| s.id_sha256 == session);
        if own {
            ledger.end_session(&session)?;
        }
        Ok(own)
    };
    match portal.ask(asked).await? {
        true => visitor.done("/account", "That session is over.").await,
        false => Err(Problem::NotFound),
    }
}
