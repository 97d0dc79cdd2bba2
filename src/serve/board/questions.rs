//! What the board asks an agency, for the agency itself: the list, one question, and its answer. A question is always asked
//! for by agency and number.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::ask::{moment, now, who};
use super::challenges::said;
use super::{current, onto, shelf, words};
use crate::model::Role;
use crate::model::challenge::ReplyKind;
use crate::pipeline::challenges::{self, Shown};
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

#[derive(Template)]
#[template(path = "board/questions.html", config = "src/serve/templates/askama.toml")]
struct List {
    frame: Frame,
    agency: String,
    rows: Vec<Shown>,
}

/// The questions put to an agency.
pub async fn list(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(agency): Path<String>,
) -> Result<Response, Problem> {
    let own = agency.clone();
    let rows =
        portal.ask(move |portal, ledger| challenges::log(ledger, &shelf(portal), Some(&own), portal.today())).await?;
    page(&List { frame: visitor.frame("Questions from the board"), agency, rows })
}

#[derive(Template)]
#[template(path = "board/question.html", config = "src/serve/templates/askama.toml")]
struct One {
    frame: Frame,
    form: Form,
    agency: String,
    shown: Shown,
    can_answer: bool,
}

async fn find(portal: &Portal, agency: &str, id: i64) -> Result<Shown, Problem> {
    let own = agency.to_owned();
    let found = portal
        .ask(move |portal, ledger| challenges::one(ledger, &shelf(portal), Some(&own), id, portal.today()))
        .await?;
    found.ok_or(Problem::NotFound)
}

fn one_page(visitor: &Visitor, agency: String, shown: Shown, form: Form) -> One {
    let frame = visitor
        .frame(format!("Question {}: {}", shown.challenge.id, shown.challenge.question.title))
        .trail(format!("/agencies/{agency}/questions"), "Questions from the board")
        .wrong(&form);
    // Who looks in from the board's office reads, and leaves the answer to the agency.
    let is_own = visitor.anyone().is_some_and(|u| u.role == Role::Agency);
    let can_answer = is_own && shown.challenge.takes(ReplyKind::Answer);
    One { frame, form, agency, shown, can_answer }
}

/// One question, with the form for its answer.
pub async fn one(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, i64)>,
) -> Result<Response, Problem> {
    let shown = find(&portal, &agency, id).await?;
    page(&one_page(&visitor, agency, shown, Form::default()))
}

/// Answers it.
pub async fn answer(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, i64)>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let board = current(&portal).await?.ok_or(Problem::NotFound)?;
    let (by, said, own) = (who(&visitor)?, said(&form, "answer"), agency.clone());
    let done = portal
        .ask(move |portal, ledger| Ok(challenges::answer(ledger, &own, id, &said, &moment(portal, &board, by, &now()))))
        .await?;
    let Err(refusal) = done else {
        return visitor.done(&format!("/agencies/{agency}/questions/{id}"), "The board has your answer").await;
    };
    onto(&mut form, refusal)?;
    let shown = find(&portal, &agency, id).await?;
    again(&one_page(&visitor, agency, shown, form))
}
