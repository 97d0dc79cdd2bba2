//! A question to an agency about a cell or a figure.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::{board_or_nothing, onto};
use crate::model::Who;
use crate::model::challenge::About;
use crate::pipeline::board::OpenBoard;
use crate::pipeline::challenges::{self, Asked, Moment, usual_due};
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// What the question is about, from the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Of {
    about: String,
}

#[derive(Template)]
#[template(path = "board/ask.html", config = "src/serve/templates/askama.toml")]
struct AskPage {
    frame: Frame,
    form: Form,
    title: String,
    stands: String,
    about: String,
    agencies: Vec<(String, String)>,
}

fn form_page(visitor: &Visitor, board: &OpenBoard, about: &str, form: Form) -> Result<AskPage, Problem> {
    let of = About::parse(about).ok_or(Problem::NotFound)?;
    let (title, stands) = board.title_of(&of).zip(board.stands(&of)).ok_or(Problem::NotFound)?;
    let mut agencies = vec![(String::new(), String::from("Choose an agency"))];
    agencies.extend(challenges::agencies_to_ask(board, &of));
    let frame = visitor
        .frame("Ask an agency about this")
        .tab("/board/challenges")
        .trail(format!("/board/{of}"), title.clone())
        .wrong(&form);
    Ok(AskPage { frame, form, title, stands, about: of.to_string(), agencies })
}

/// The form.
pub async fn new(visitor: Visitor, State(portal): State<Portal>, Query(of): Query<Of>) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    let first = About::parse(&of.about).map(|about| challenges::agencies_to_ask(&board, &about)).unwrap_or_default();
    // Where it is one agency's own, that agency is the one to ask.
    let own = match About::parse(&of.about) {
        Some(About::Figure { agency, .. }) => agency,
        Some(About::Cell(id)) if id.grain == crate::model::Grain::Agency => id.place,
        _ => String::new(),
    };
    let own = if first.iter().any(|(id, _)| *id == own) { own } else { String::new() };
    let form = Form::of([("agency", own), ("due_on", usual_due(portal.today()).to_string())]);
    page(&form_page(&visitor, &board, &of.about, form)?)
}

/// Puts the question.
pub async fn ask(
    visitor: Visitor,
    State(portal): State<Portal>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    let asked = Asked {
        about: form.value("about").to_owned(),
        agency: form.value("agency").to_owned(),
        text: form.value("question").to_owned(),
        due_on: form.value("due_on").to_owned(),
    };
    let by = who(&visitor)?;
    let own = board.clone();
    let done = portal
        .ask(move |portal, ledger| Ok(challenges::ask(ledger, &asked, &moment(portal, &own, by, &now()))))
        .await?;
    match done {
        Ok(id) => visitor.done(&format!("/board/challenges/{id}"), "The agency has been asked").await,
        Err(refusal) => {
            onto(&mut form, refusal)?;
            let about = form.value("about").to_owned();
            again(&form_page(&visitor, &board, &about, form)?)
        }
    }
}

/// Who does it, as the ledger keeps it.
pub(super) fn who(visitor: &Visitor) -> Result<Who, Problem> {
    let user = visitor.user()?;
    Ok(Who::person(user.id, &user.name))
}

/// Now, RFC 3339 UTC.
pub(super) fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// The moment at which somebody does something.
pub(super) fn moment<'a>(portal: &Portal, board: &'a OpenBoard, by: Who, at: &str) -> Moment<'a> {
    Moment { by, at: at.to_owned(), today: portal.today(), configuration: portal.configuration(), board }
}
