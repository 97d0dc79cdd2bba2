//! What is done to an account at a stroke, each after a page that says what follows.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::Utc;

use super::people::{LAST, LinkPage, user_of};
use crate::access::users::{self, Doer};
use crate::ledger::Changed;
use crate::model::User;
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// A page that asks before something is done.
#[derive(Template)]
#[template(path = "admin/confirm.html", config = "src/serve/templates/askama.toml")]
pub(super) struct ConfirmPage {
    pub frame: Frame,
    pub form: Form,
    pub lines: Vec<String>,
    pub action: String,
    pub back: String,
    pub button: &'static str,
    pub is_warning: bool,
}

/// What can be done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Link,
    Close,
    Open,
    SecondFactor,
    Sessions,
}

impl Deed {
    /// The deed of a word in an address, where it makes sense for the account.
    fn of(word: &str, user: &User) -> Result<Self, Problem> {
        match (word, user.is_active) {
            ("link", true) => Ok(Self::Link),
            ("close", true) => Ok(Self::Close),
            ("open", false) => Ok(Self::Open),
            ("second-factor", _) if user.has_totp => Ok(Self::SecondFactor),
            ("sessions", true) => Ok(Self::Sessions),
            _ => Err(Problem::NotFound),
        }
    }

    fn button(self) -> &'static str {
        match self {
            Self::Link => "Make a new link",
            Self::Close => "Close the account",
            Self::Open => "Open the account again",
            Self::SecondFactor => "Take two-step sign-in away",
            Self::Sessions => "Sign them out everywhere",
        }
    }

    /// What is said when it is done.
    fn done(self, name: &str) -> String {
        match self {
            Self::Link => format!("{name} has a new link."),
            Self::Close => format!("{name}'s account is closed."),
            Self::Open => format!("{name}'s account is open again."),
            Self::SecondFactor => format!("Two-step sign-in is taken away from {name}'s account."),
            Self::Sessions => format!("{name} is signed out everywhere."),
        }
    }

    fn lines(self, user: &User) -> Vec<String> {
        let name = &user.name;
        let lines: &[String] = match self {
            Self::Link => &[
                format!(
                    "{name} sets a new password by it. Their present password works until then, and so does two-step \
                         sign-in after."
                ),
                "Be sure who asks for it: hand it over yourself, or by a way that you trust.".to_owned(),
            ],
            Self::Close => &[
                format!("{name} is signed out at once and cannot sign in any more. Links that they have do not work."),
                "What they did stays in the audit trail. The account can be opened again.".to_owned(),
            ],
            Self::Open => &[format!("{name} can sign in again with their former password.")],
            Self::SecondFactor => &[
                format!(
                    "For a phone that is lost. {name} is signed out, and signs in with the password alone until two-step \
                         sign-in is set up again; where the role needs it, that is the first thing they are asked."
                ),
                "Be sure who asks for it.".to_owned(),
            ],
            Self::Sessions => &[format!("{name} has to sign in again wherever they are signed in.")],
        };
        lines.to_vec()
    }
}

fn shown(visitor: &Visitor, user: &User, word: &str, deed: Deed, form: Form) -> ConfirmPage {
    let own = format!("/admin/users/{}", user.id);
    let title = format!("{}: {}", user.name, deed.button().to_lowercase());
    ConfirmPage {
        frame: visitor.frame(title).trail("/admin/users", "Users").trail(&own, &user.name).wrong(&form),
        form,
        lines: deed.lines(user),
        action: format!("{own}/{word}"),
        back: own,
        button: deed.button(),
        is_warning: matches!(deed, Deed::Close | Deed::SecondFactor),
    }
}

/// Asks first.
pub async fn form(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((id, word)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let user = user_of(&visitor, &portal, &id).await?;
    let deed = Deed::of(&word, &user)?;
    page(&shown(&visitor, &user, &word, deed, Form::default()))
}

/// Does it.
pub async fn posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((id, word)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let user = user_of(&visitor, &portal, &id).await?;
    let deed = Deed::of(&word, &user)?;
    let (by, whose) = (Doer::person(visitor.user()?, visitor.address()), user.clone());
    if deed == Deed::Link {
        let link = portal.ask(move |_, ledger| users::new_link(ledger, &whose, &by, Utc::now())).await?;
        return page(&LinkPage::of(&visitor, &portal, user, &link));
    }
    let done = move |_: &Portal, ledger: &crate::ledger::Ledger| match deed {
        Deed::Close => users::set_active(ledger, &whose, false, &by),
        Deed::Open => users::set_active(ledger, &whose, true, &by),
        Deed::SecondFactor => users::clear_second_factor(ledger, &whose, &by).map(|()| Changed::Yes),
        Deed::Link | Deed::Sessions => users::end_sessions(ledger, &whose, &by).map(|()| Changed::Yes),
    };
    match portal.ask(done).await? {
        Changed::Yes if visitor.user()?.id == user.id => Ok(crate::serve::page::see_other("/sign-in")),
        Changed::Yes => visitor.done(&format!("/admin/users/{}", user.id), &deed.done(&user.name)).await,
        Changed::NoSuchUser => Err(Problem::NotFound),
        Changed::LastAdministrator => {
            form.refuse("", LAST);
            again(&shown(&visitor, &user, &word, deed, form))
        }
    }
}
