//! Setting the second factor up, and new recovery codes. What is shown once is shown by the answer to the form itself.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::Utc;

use super::pending::{Pending, destination};
use crate::access::seal::Seal;
use crate::access::sign_in::{self, CODE_REFUSED};
use crate::access::totp::{self, Setup};
use crate::ledger::Ledger;
use crate::model::{Error, User};
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, page, see_other};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

#[derive(Template)]
#[template(path = "account/set_up.html", config = "src/serve/templates/askama.toml")]
struct SetUpPage {
    frame: Frame,
    form: Form,
    setup: Setup,
    action: &'static str,
    is_forced: bool,
}

#[derive(Template)]
#[template(path = "account/recovery_codes.html", config = "src/serve/templates/askama.toml")]
struct CodesPage {
    frame: Frame,
    codes: Vec<String>,
    next: String,
}

#[derive(Template)]
#[template(path = "account/renew.html", config = "src/serve/templates/askama.toml")]
struct RenewPage {
    frame: Frame,
    form: Form,
}

/// What was begun for a person, or a new beginning; none where a second factor is in force.
async fn setup(portal: &Portal, user: &User) -> Result<Option<Setup>, Problem> {
    let user = user.clone();
    let asked = move |portal: &Portal, ledger: &Ledger| -> Result<Option<Setup>, Error> {
        let (seal, board) = (Seal::open(portal.data())?, portal.facts().name);
        match totp::begun(ledger, &seal, &user, &board)? {
            Some(setup) => Ok(Some(setup)),
            None => totp::begin(ledger, &seal, &user, &board),
        }
    };
    portal.ask(asked).await
}

/// Takes the first code; gives the recovery codes, or notes in the form what is wrong.
async fn confirm(
    visitor: &Visitor,
    portal: &Portal,
    user: &User,
    form: &mut Form,
) -> Result<Option<Vec<String>>, Problem> {
    form.require("code", "Enter the code that your authenticator app shows");
    if form.is_wrong() {
        return Ok(None);
    }
    let (typed, from, user) = (form.value("code").to_owned(), visitor.address().to_owned(), user.clone());
    let asked = move |portal: &Portal, ledger: &Ledger| {
        sign_in::set_up(ledger, &Seal::open(portal.data())?, &user, &typed, &from, Utc::now())
    };
    let codes = portal.ask(asked).await?;
    if codes.is_none() {
        form.refuse("code", CODE_REFUSED);
    }
    Ok(codes)
}

const TITLE: &str = "Set up two-step sign-in";

/// The form for one who cannot go on without.
pub async fn forced_form(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let Some((user, _)) = Pending::of(&visitor, &portal).await? else { return Ok(see_other("/")) };
    let Some(setup) = setup(&portal, &user).await? else { return Ok(see_other("/sign-in/code")) };
    let frame = visitor.frame(TITLE);
    page(&SetUpPage { frame, form: Form::default(), setup, action: "/sign-in/set-up", is_forced: true })
}

/// The first code of one who cannot go on without.
pub async fn forced_posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let Some((user, pending)) = Pending::of(&visitor, &portal).await? else { return Ok(see_other("/")) };
    match confirm(&visitor, &portal, &user, &mut form).await? {
        Some(codes) => {
            visitor.sign_in(&user).await?;
            let next = destination(&pending.next, &user);
            page(&CodesPage { frame: visitor.frame("Keep your recovery codes"), codes, next })
        }
        None => {
            let Some(setup) = setup(&portal, &user).await? else { return Ok(see_other("/sign-in/code")) };
            let frame = visitor.frame(TITLE).wrong(&form);
            again(&SetUpPage { frame, form, setup, action: "/sign-in/set-up", is_forced: true })
        }
    }
}

fn below_account(visitor: &Visitor, title: &str) -> Frame {
    visitor.frame(title).trail("/account", "Your account")
}

/// The form for one who is signed in and wants it.
pub async fn form(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    match setup(&portal, visitor.user()?).await? {
        None => visitor.done("/account", "Two-step sign-in is set up already.").await,
        Some(setup) => {
            let frame = below_account(&visitor, TITLE);
            let action = "/account/second-factor";
            page(&SetUpPage { frame, form: Form::default(), setup, action, is_forced: false })
        }
    }
}

/// The first code of one who is signed in.
pub async fn posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let user = visitor.user()?.clone();
    if let Some(codes) = confirm(&visitor, &portal, &user, &mut form).await? {
        let frame = below_account(&visitor, "Keep your recovery codes");
        return page(&CodesPage { frame, codes, next: "/account".to_owned() });
    }
    match setup(&portal, &user).await? {
        None => visitor.done("/account", "Two-step sign-in is set up already.").await,
        Some(setup) => {
            let frame = below_account(&visitor, TITLE).wrong(&form);
            again(&SetUpPage { frame, form, setup, action: "/account/second-factor", is_forced: false })
        }
    }
}

/// The form for new recovery codes.
pub async fn renew_form(visitor: Visitor) -> Result<Response, Problem> {
    if !visitor.user()?.has_totp {
        return Err(Problem::NotFound);
    }
    page(&RenewPage { frame: below_account(&visitor, "Get new recovery codes"), form: Form::default() })
}

/// New recovery codes, for a code of the second factor.
pub async fn renew_posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let user = visitor.user()?.clone();
    form.require("code", "Enter the code that your authenticator app shows");
    if !form.is_wrong() {
        let (typed, from) = (form.value("code").to_owned(), visitor.address().to_owned());
        let asked = move |portal: &Portal, ledger: &Ledger| {
            sign_in::renew_recovery(ledger, &Seal::open(portal.data())?, &user, &typed, &from, Utc::now())
        };
        if let Some(codes) = portal.ask(asked).await? {
            let frame = below_account(&visitor, "Keep your recovery codes");
            return page(&CodesPage { frame, codes, next: "/account".to_owned() });
        }
        form.refuse("code", CODE_REFUSED);
    }
    again(&RenewPage { frame: below_account(&visitor, "Get new recovery codes").wrong(&form), form })
}
