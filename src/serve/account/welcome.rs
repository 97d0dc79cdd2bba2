//! Setting a password by a one-time link.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;

use crate::access::link::{self, Set};
use crate::access::password::{ADVISED, LONGEST, SHORTEST};
use crate::model::User;
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

#[derive(Template)]
#[template(path = "account/welcome.html", config = "src/serve/templates/askama.toml")]
struct WelcomePage {
    frame: Frame,
    form: Form,
    user: User,
    secret: String,
    rules: String,
}

/// What a password must be, for the hint beside it.
pub fn rules() -> String {
    format!(
        "{SHORTEST} to {LONGEST} characters; we advise {ADVISED} or more. Three or four words that do not go together are \
         good. Any characters will do."
    )
}

fn no_link() -> Problem {
    let words = "This link does not work, or no longer. A link works once and ends after a time, and a newer one ends it. Ask \
                 the board's office for another.";
    Problem::Refused(StatusCode::NOT_FOUND, words.to_owned())
}

fn shown(visitor: &Visitor, form: Form, user: User, secret: String) -> WelcomePage {
    WelcomePage { frame: visitor.frame("Choose your password").wrong(&form), form, user, secret, rules: rules() }
}

/// The form.
pub async fn form(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    let (asked, from) = (secret.clone(), visitor.address().to_owned());
    let owner = portal.ask(move |_, ledger| link::owner(ledger, &asked, &from, Utc::now())).await?;
    page(&shown(&visitor, Form::default(), owner.ok_or_else(no_link)?, secret))
}

/// Checks that a new password was typed twice the same.
pub fn check_twice(form: &mut Form) {
    if form.exact("password").is_empty() {
        form.refuse("password", "Enter a password");
    } else if form.exact("password") != form.exact("again") {
        form.refuse("again", "Both passwords must be the same");
    }
}

/// The new password.
pub async fn posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(secret): Path<String>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let (asked, from) = (secret.clone(), visitor.address().to_owned());
    let owner = portal.ask(move |_, ledger| link::owner(ledger, &asked, &from, Utc::now())).await?;
    let owner = owner.ok_or_else(no_link)?;
    check_twice(&mut form);
    if !form.is_wrong() {
        let (asked, from, new) = (secret.clone(), visitor.address().to_owned(), form.exact("password").to_owned());
        let set = move |portal: &Portal, ledger: &crate::ledger::Ledger| {
            link::set_password(ledger, &asked, &new, &portal.facts().name, &from, Utc::now())
        };
        match portal.ask(set).await? {
            Set::Done(_) => return visitor.done("/sign-in", "Your password is set. Sign in with it.").await,
            Set::NoLink => return Err(no_link()),
            Set::Faults(faults) => faults.into_iter().for_each(|f| form.refuse("password", f)),
        }
    }
    again(&shown(&visitor, form, owner, secret))
}
