//! The challenge log, and what the board says on: a follow-up, or what came of it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::ask::{moment, now, who};
use super::{board_or_nothing, onto, shelf, words};
use crate::model::challenge::{Outcome, ReplyKind, Standing};
use crate::pipeline::challenges::{self, Said, Shown, usual_due};
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// Which part of the log the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    standing: String,
}

/// A choice above the log: its word, its words, how many there are, whether it is chosen.
type Choice = (String, String, usize, bool);

#[derive(Template)]
#[template(path = "board/challenges.html", config = "src/serve/templates/askama.toml")]
struct Log {
    frame: Frame,
    choices: Vec<Choice>,
    rows: Vec<Shown>,
    total: usize,
}

/// The log.
pub async fn log(
    visitor: Visitor,
    State(portal): State<Portal>,
    Query(part): Query<Part>,
) -> Result<Response, Problem> {
    let all = portal.ask(|portal, ledger| challenges::log(ledger, &shelf(portal), None, portal.today())).await?;
    let count = |standing| all.iter().filter(|s| s.standing == standing).count();
    let total = all.len();
    let mut choices = vec![(String::new(), String::from("All"), total, part.standing.is_empty())];
    choices.extend(
        Standing::ALL.map(|s| (s.as_str().to_owned(), s.words().to_owned(), count(s), part.standing == s.as_str())),
    );
    let rows = all.into_iter().filter(|s| part.standing.is_empty() || s.standing.as_str() == part.standing).collect();
    page(&Log { frame: visitor.frame("Challenge log"), choices, rows, total })
}

#[derive(Template)]
#[template(path = "board/challenge.html", config = "src/serve/templates/askama.toml")]
struct One {
    frame: Frame,
    shown: Shown,
    can_ask_on: bool,
    can_close: bool,
}

async fn find(portal: &Portal, id: i64) -> Result<Shown, Problem> {
    let found =
        portal.ask(move |portal, ledger| challenges::one(ledger, &shelf(portal), None, id, portal.today())).await?;
    found.ok_or(Problem::NotFound)
}

/// One challenge with all that was said.
pub async fn one(visitor: Visitor, State(portal): State<Portal>, Path(id): Path<i64>) -> Result<Response, Problem> {
    let shown = find(&portal, id).await?;
    let frame = visitor
        .frame(format!("Question {id}: {}", shown.challenge.question.title))
        .trail("/board/challenges", "Challenge log");
    let (can_ask_on, can_close) =
        (shown.challenge.takes(ReplyKind::FollowUp), shown.challenge.takes(ReplyKind::Closed));
    page(&One { frame, shown, can_ask_on, can_close })
}

#[derive(Template)]
#[template(path = "board/follow_up.html", config = "src/serve/templates/askama.toml")]
struct FollowUp {
    frame: Frame,
    form: Form,
    shown: Shown,
}

#[derive(Template)]
#[template(path = "board/close.html", config = "src/serve/templates/askama.toml")]
struct Close {
    frame: Frame,
    form: Form,
    shown: Shown,
    outcomes: Vec<(&'static str, String)>,
}

fn frame(visitor: &Visitor, shown: &Shown, title: &str, form: &Form) -> Frame {
    let id = shown.challenge.id;
    visitor
        .frame(title)
        .trail("/board/challenges", "Challenge log")
        .trail(format!("/board/challenges/{id}"), format!("Question {id}"))
        .wrong(form)
}

fn follow_up_page(visitor: &Visitor, shown: Shown, form: Form) -> FollowUp {
    FollowUp { frame: frame(visitor, &shown, "Ask a further question", &form), form, shown }
}

fn close_page(visitor: &Visitor, shown: Shown, form: Form) -> Close {
    let outcomes = Outcome::ALL.map(|o| (o.as_str(), format!("{}. {}", o.words(), o.meaning()))).to_vec();
    Close { frame: frame(visitor, &shown, "Close this question", &form), form, shown, outcomes }
}

/// The form of a follow-up.
pub async fn follow_up(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let shown = find(&portal, id).await?;
    if !shown.challenge.takes(ReplyKind::FollowUp) {
        return Err(Problem::NotFound);
    }
    let form = Form::of([("due_on", usual_due(portal.today()).to_string())]);
    page(&follow_up_page(&visitor, shown, form))
}

/// The form of a closing.
pub async fn close(visitor: Visitor, State(portal): State<Portal>, Path(id): Path<i64>) -> Result<Response, Problem> {
    let shown = find(&portal, id).await?;
    if !shown.challenge.takes(ReplyKind::Closed) {
        return Err(Problem::NotFound);
    }
    page(&close_page(&visitor, shown, Form::default()))
}

/// What was typed, with how much its writer had read; a number that does not read has read nothing.
pub(super) fn said(form: &Form, text: &str) -> Said {
    Said {
        after: form.value("after").parse().unwrap_or(usize::MAX),
        text: form.value(text).to_owned(),
        due_on: form.value("due_on").to_owned(),
        outcome: form.value("outcome").to_owned(),
    }
}

/// Asks on.
pub async fn asked_on(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<i64>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    let (by, said) = (who(&visitor)?, said(&form, "question"));
    let done = portal
        .ask(move |portal, ledger| Ok(challenges::follow_up(ledger, id, &said, &moment(portal, &board, by, &now()))))
        .await?;
    let Err(refusal) = done else {
        return visitor.done(&format!("/board/challenges/{id}"), "The agency has been asked again").await;
    };
    onto(&mut form, refusal)?;
    again(&follow_up_page(&visitor, find(&portal, id).await?, form))
}

/// Closes it.
pub async fn closed(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<i64>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    let (by, said) = (who(&visitor)?, said(&form, "words"));
    let done = portal
        .ask(move |portal, ledger| Ok(challenges::close(ledger, id, &said, &moment(portal, &board, by, &now()))))
        .await?;
    let Err(refusal) = done else {
        return visitor.done(&format!("/board/challenges/{id}"), "The question is closed").await;
    };
    onto(&mut form, refusal)?;
    again(&close_page(&visitor, find(&portal, id).await?, form))
}
