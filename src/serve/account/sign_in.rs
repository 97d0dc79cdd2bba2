//! Signing in and out: the password, then the code.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::Utc;
use serde::Deserialize;

use super::pending::{Pending, destination};
use crate::access::seal::Seal;
use crate::access::sign_in::{self, CODE_REFUSED, REFUSED, Step};
use crate::access::users::Doer;
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, Part, again, page, plain, see_other};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;
use crate::serve::routes;

/// Where a person wanted to go.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "account/sign_in.html", config = "src/serve/templates/askama.toml")]
struct SignInPage {
    frame: Frame,
    form: Form,
}

/// The form.
pub async fn form(visitor: Visitor, Query(next): Query<Next>) -> Result<Response, Problem> {
    if let Some(user) = visitor.anyone() {
        return Ok(see_other(&routes::beginning(user)));
    }
    page(&SignInPage { frame: visitor.frame("Sign in"), form: Form::of([("next", next.next)]) })
}

/// Address and password.
pub async fn posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    form.require("email", "Enter your email address");
    if form.exact("password").is_empty() {
        form.refuse("password", "Enter your password");
    }
    if form.is_wrong() {
        return again(&SignInPage { frame: visitor.frame("Sign in").wrong(&form), form });
    }
    let (email, typed) = (form.value("email").to_owned(), form.exact("password").to_owned());
    let from = visitor.address().to_owned();
    let asked = move |portal: &Portal, ledger: &crate::ledger::Ledger| {
        let needs = portal.configuration().pipeline.portal.totp;
        sign_in::password(ledger, needs, &email, &typed, &from, Utc::now())
    };
    let next = form.value("next").to_owned();
    match portal.ask(asked).await? {
        Step::Refused => {
            form.refuse("email", REFUSED);
            again(&SignInPage { frame: visitor.frame("Sign in").wrong(&form), form })
        }
        Step::In(user) => {
            visitor.sign_in(&user).await?;
            Ok(see_other(&destination(&next, &user)))
        }
        Step::Code(user) => {
            Pending::begin(&visitor, &user, &next).await?;
            Ok(see_other("/sign-in/code"))
        }
        Step::SetUp(user) => {
            Pending::begin(&visitor, &user, &next).await?;
            Ok(see_other("/sign-in/set-up"))
        }
    }
}

#[derive(Template)]
#[template(path = "account/code.html", config = "src/serve/templates/askama.toml")]
struct CodePage {
    frame: Frame,
    form: Form,
}

/// The form for the code.
pub async fn code_form(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    if Pending::of(&visitor, &portal).await?.is_none() {
        return Ok(see_other("/"));
    }
    page(&CodePage { frame: visitor.frame("Enter your code"), form: Form::default() })
}

/// The code.
pub async fn code_posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let Some((user, pending)) = Pending::of(&visitor, &portal).await? else { return Ok(see_other("/")) };
    form.require("code", "Enter the code from your authenticator app, or a recovery code");
    if !form.is_wrong() {
        let (typed, from, whose) = (form.value("code").to_owned(), visitor.address().to_owned(), user.clone());
        let asked = move |portal: &Portal, ledger: &crate::ledger::Ledger| {
            let seal = Seal::open(portal.data())?;
            sign_in::code(ledger, &seal, &whose, &typed, &from, Utc::now())
        };
        if portal.ask(asked).await? {
            visitor.sign_in(&user).await?;
            return Ok(see_other(&destination(&pending.next, &user)));
        }
        form.refuse("code", CODE_REFUSED);
    }
    again(&CodePage { frame: visitor.frame("Enter your code").wrong(&form), form })
}

/// What to do about a forgotten password.
pub async fn forgotten(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let board = portal.facts().name;
    let part = |heading, lines: &[String]| Part { heading, lines: lines.to_vec() };
    let parts = vec![
        part(
            "",
            &[format!("Ask {board}'s office for a new link. They know you, and give it to you by a way that they trust; it \
                       works once, for one hour.")],
        ),
        part(
            "Why no email comes",
            &["A link that comes by email opens the account to whoever reads the mailbox. This service sends no email at \
               all, so any that asks you for your password is not from us."
                .to_owned()],
        ),
        part(
            "If you have lost your phone",
            &["Sign in with one of your recovery codes. Without any left, the office takes the second factor away, and you \
               set it up again when you next sign in."
                .to_owned()],
        ),
    ];
    plain(visitor.frame("If you cannot sign in").trail("/sign-in", "Sign in"), parts)
}

/// Signs out.
pub async fn out(visitor: Visitor, State(portal): State<Portal>, Posted(_): Posted) -> Result<Response, Problem> {
    if let Some(user) = visitor.anyone() {
        let (by, object) = (Doer::person(user, visitor.address()), format!("user {}", user.id));
        portal.ask(move |_, ledger| by.record(ledger, "sign out", &object, "done")).await?;
    }
    visitor.sign_out().await?;
    Ok(see_other("/sign-in"))
}
