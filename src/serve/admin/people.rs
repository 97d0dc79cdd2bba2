//! Accounts: who there is, inviting, changing; agencies and who sends for them.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::Utc;

use crate::access::users::{self, Doer, Invited, Person};
use crate::ledger::{Changed, KeptLink, Ledger};
use crate::model::{Role, User};
use crate::serve::account::{Moment, moment, moment_of};
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// An account in the list.
struct Line {
    user: User,
    agency: String,
    signed_in: Moment,
    state: &'static str,
    colour: &'static str,
}

/// Where an account stands, in words and a colour.
fn state(user: &User, has_password: bool) -> (&'static str, &'static str) {
    match (user.is_active, has_password) {
        (false, _) => ("Closed", "grey"),
        (true, false) => ("Invited", "yellow"),
        (true, true) => ("Open", "green"),
    }
}

#[derive(Template)]
#[template(path = "admin/users.html", config = "src/serve/templates/askama.toml")]
struct UsersPage {
    frame: Frame,
    lines: Vec<Line>,
}

/// Every account.
pub async fn list(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let asked = |_: &Portal, ledger: &Ledger| {
        let users = ledger.users()?;
        users.into_iter().map(|u| Ok((ledger.secrets(u.id)?.password.is_some(), u))).collect::<Result<Vec<_>, _>>()
    };
    let mine = visitor.user()?.role.looks_after();
    let theirs = portal.ask(asked).await?.into_iter().filter(|(_, user)| mine.contains(&user.role));
    let lines = theirs.map(|(has_password, user)| {
        let (state, colour) = state(&user, has_password);
        let agency = user.agency.as_deref().map(|a| portal.agency_name(a)).unwrap_or_default();
        let signed_in = user.signed_in_at.as_deref().map(moment_of).unwrap_or_default();
        Line { user, agency, signed_in, state, colour }
    });
    page(&UsersPage { frame: visitor.frame("Users"), lines: lines.collect() })
}

/// The agencies of a form, nobody first, once each.
pub fn agency_choices(portal: &Portal, none: &str) -> Vec<(String, String)> {
    let mut choices = vec![(String::new(), none.to_owned())];
    for agency in &portal.configuration().reference.agencies {
        if !choices.iter().any(|(id, _)| *id == agency.agency) {
            choices.push((agency.agency.clone(), portal.agency_name(&agency.agency)));
        }
    }
    choices[1..].sort_by(|a, b| a.1.cmp(&b.1));
    choices
}

fn role_choices(visitor: &Visitor) -> Vec<(String, String)> {
    let words = |role: Role| match role {
        Role::Agency => "Send the returns of one agency (agency uploader)",
        Role::Analyst => "Check returns, run the night and publish (analyst)",
        Role::Board => "Read what is published (board reader)",
        Role::Administrator => "Look after people, tokens and backups (administrator)",
    };
    mine(visitor).iter().map(|r| (r.as_str().to_owned(), words(*r).to_owned())).collect()
}

/// The roles of those whom a visitor looks after.
fn mine(visitor: &Visitor) -> &'static [Role] {
    visitor.anyone().map_or(&[], |user| user.role.looks_after())
}

/// Refuses a role that is not the visitor's to give.
fn refuse_role(visitor: &Visitor, form: &mut Form) {
    if Role::of(form.value("role")).is_some_and(|role| !mine(visitor).contains(&role)) {
        form.refuse("role", "Only an administrator can give this role");
    }
}

#[derive(Template)]
#[template(path = "admin/person.html", config = "src/serve/templates/askama.toml")]
struct PersonPage {
    frame: Frame,
    form: Form,
    action: String,
    is_new: bool,
    roles: Vec<(String, String)>,
    agencies: Vec<(String, String)>,
    button: &'static str,
}

fn invite_page(visitor: &Visitor, portal: &Portal, form: Form) -> PersonPage {
    PersonPage {
        frame: visitor.frame("Invite a person").trail("/admin/users", "Users").wrong(&form),
        form,
        action: "/admin/users/invite".to_owned(),
        is_new: true,
        roles: role_choices(visitor),
        agencies: agency_choices(portal, "Choose an agency"),
        button: "Make an invitation",
    }
}

/// The form of an invitation.
pub async fn invite_form(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    page(&invite_page(&visitor, &portal, Form::default()))
}

fn person_of(form: &Form) -> Person {
    let text = |name| form.value(name).to_owned();
    Person { email: text("email"), name: text("name"), role: text("role"), agency: text("agency") }
}

fn agency_ids(portal: &Portal) -> Vec<String> {
    portal.configuration().reference.agencies.iter().map(|a| a.agency.clone()).collect()
}

/// A link that is shown once.
#[derive(Template)]
#[template(path = "admin/link.html", config = "src/serve/templates/askama.toml")]
pub(super) struct LinkPage {
    pub frame: Frame,
    pub user: User,
    pub address: String,
    pub until: Moment,
    pub is_relative: bool,
}

impl LinkPage {
    /// The page of a link that was just made.
    pub fn of(visitor: &Visitor, portal: &Portal, user: User, link: &crate::access::link::Link) -> Self {
        let base = portal.origin();
        Self {
            frame: visitor.frame("Hand this link over").trail("/admin/users", "Users"),
            address: link.address(base.as_deref().unwrap_or_default()),
            until: moment(link.expires_at.timestamp()),
            is_relative: base.is_none(),
            user,
        }
    }
}

/// An invitation.
pub async fn invite_posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    refuse_role(&visitor, &mut form);
    if form.is_wrong() {
        return again(&invite_page(&visitor, &portal, form));
    }
    let (person, by) = (person_of(&form), Doer::person(visitor.user()?, visitor.address()));
    let asked = move |portal: &Portal, ledger: &Ledger| {
        let ids = agency_ids(portal);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        users::invite(ledger, &person, &ids, &by, Utc::now())
    };
    match portal.ask(asked).await? {
        Invited::Done(user, link) => return page(&LinkPage::of(&visitor, &portal, user, &link)),
        Invited::Known(user) => {
            form.refuse("email", format!("{} has an account with this address already", user.name));
        }
        Invited::Faults(faults) => faults.into_iter().for_each(|(field, words)| form.refuse(field, words)),
    }
    again(&invite_page(&visitor, &portal, form))
}

/// An account that the visitor looks after, by the number in an address. Another's is not there.
pub(super) async fn user_of(visitor: &Visitor, portal: &Portal, id: &str) -> Result<User, Problem> {
    let id: i64 = id.parse().map_err(|_| Problem::NotFound)?;
    let user = portal.ask(move |_, ledger| ledger.user(id)).await?;
    user.filter(|user| mine(visitor).contains(&user.role)).ok_or(Problem::NotFound)
}

#[derive(Template)]
#[template(path = "admin/user.html", config = "src/serve/templates/askama.toml")]
struct UserPage {
    frame: Frame,
    user: User,
    agency: Option<String>,
    state: &'static str,
    colour: &'static str,
    created: Moment,
    signed_in: Moment,
    link: Option<(String, Moment)>,
    codes_left: usize,
    sessions: usize,
    has_password: bool,
    is_self: bool,
    sees_trail: bool,
}

/// One account.
pub async fn one(visitor: Visitor, State(portal): State<Portal>, Path(id): Path<String>) -> Result<Response, Problem> {
    let user = user_of(&visitor, &portal, &id).await?;
    let number = user.id;
    let asked = move |_: &Portal, ledger: &Ledger| {
        let now = Utc::now().timestamp();
        let has_password = ledger.secrets(number)?.password.is_some();
        let sessions = ledger.sessions(Some(number), now)?.len();
        Ok((has_password, ledger.open_link(number, now)?, ledger.recovery_codes_left(number)?, sessions))
    };
    let (has_password, link, codes_left, sessions) = portal.ask(asked).await?;
    let (state, colour) = state(&user, has_password);
    page(&UserPage {
        frame: visitor.frame(&user.name).trail("/admin/users", "Users"),
        agency: user.agency.as_deref().map(|a| portal.agency_name(a)),
        state,
        colour,
        created: moment_of(&user.created_at),
        signed_in: user.signed_in_at.as_deref().map(moment_of).unwrap_or_default(),
        link: link.map(|l: KeptLink| (l.purpose, moment(l.expires_at))),
        codes_left,
        sessions,
        has_password,
        is_self: visitor.user()?.id == user.id,
        sees_trail: visitor.user()?.role == Role::Administrator,
        user,
    })
}

fn change_page(visitor: &Visitor, portal: &Portal, user: &User, form: Form) -> PersonPage {
    let frame = visitor.frame("Change an account").trail("/admin/users", "Users");
    PersonPage {
        frame: frame.trail(format!("/admin/users/{}", user.id), &user.name).wrong(&form),
        form,
        action: format!("/admin/users/{}/change", user.id),
        is_new: false,
        roles: role_choices(visitor),
        agencies: agency_choices(portal, "Choose an agency"),
        button: "Save",
    }
}

/// The form of a change.
pub async fn change_form(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let user = user_of(&visitor, &portal, &id).await?;
    let form = Form::of([
        ("name", user.name.clone()),
        ("role", user.role.as_str().to_owned()),
        ("agency", user.agency.clone().unwrap_or_default()),
    ]);
    page(&change_page(&visitor, &portal, &user, form))
}

/// A change.
pub async fn change_posted(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let user = user_of(&visitor, &portal, &id).await?;
    refuse_role(&visitor, &mut form);
    let person = Person { email: user.email.clone(), ..person_of(&form) };
    let ids = agency_ids(&portal);
    for (field, words) in person.faults(&ids.iter().map(String::as_str).collect::<Vec<_>>()) {
        form.refuse(field, words);
    }
    if !form.is_wrong() {
        let (by, whose) = (Doer::person(visitor.user()?, visitor.address()), user.clone());
        match portal.ask(move |_, ledger| users::change(ledger, &whose, &person, &by)).await? {
            Changed::Yes => {
                let words = format!("{}'s account is changed. They sign in again to go on.", form.value("name"));
                return visitor.done(&format!("/admin/users/{}", user.id), &words).await;
            }
            Changed::NoSuchUser => return Err(Problem::NotFound),
            Changed::LastAdministrator => form.refuse("role", LAST),
        }
    }
    again(&change_page(&visitor, &portal, &user, form))
}

/// Why the last administrator stays.
pub(super) const LAST: &str = "This is the only administrator who can sign in. Make another one first";

/// An agency and those who send for it.
struct AgencyLine {
    id: String,
    name: String,
    kind: String,
    people: Vec<User>,
}

#[derive(Template)]
#[template(path = "admin/agencies.html", config = "src/serve/templates/askama.toml")]
struct AgenciesPage {
    frame: Frame,
    lines: Vec<AgencyLine>,
}

/// Every agency of the reference list, and who sends for it.
pub async fn agencies(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let users = portal.ask(|_, ledger| ledger.users()).await?;
    let configuration = portal.configuration();
    let lines = agency_choices(&portal, "").into_iter().skip(1).map(|(id, name)| {
        let kind = configuration.reference.agencies.iter().rev().find(|a| a.agency == id).map(|a| a.kind.clone());
        let people = users.iter().filter(|u| u.is_active && u.agency.as_deref() == Some(id.as_str()));
        AgencyLine { people: people.cloned().collect(), kind: kind.unwrap_or_default(), id, name }
    });
    page(&AgenciesPage {
        frame: visitor.frame("Agencies").trail("/admin/users", "Users").tab("/admin/users"),
        lines: lines.collect(),
    })
}
