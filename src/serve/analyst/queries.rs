//! Queries: the list, one with what was said of it, and the analyst's decision.

use askama::Template;
use axum::extract::{Path, Query as InAddress, State};
use axum::response::Response;
use serde::Deserialize;

use super::{audit, counted, date_of, day, problem, refuse, when, who};
use crate::ledger::Given;
use crate::pipeline::explanations::{self, Accepting, Query, QueryState};
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, encoded, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// What the address of the list says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    agency: String,
    #[serde(default)]
    state: String,
}

/// The word of a state in the address of the list.
fn word(state: &QueryState) -> &'static str {
    match state {
        QueryState::Explained => "explained",
        QueryState::Asked | QueryState::AskedAgain => "asked",
        QueryState::SentBack(_) => "sent-back",
        QueryState::AcceptedUntil(_) => "accepted",
    }
}

fn colour(state: &QueryState) -> &'static str {
    match state {
        QueryState::Explained => "blue",
        QueryState::Asked => "yellow",
        QueryState::AskedAgain => "orange",
        QueryState::SentBack(_) => "purple",
        QueryState::AcceptedUntil(_) => "green",
    }
}

#[derive(Template)]
#[template(path = "analyst/queries.html", config = "src/serve/templates/askama.toml")]
struct List {
    frame: Frame,
    queries: Vec<(Query, String, String)>,
    found: String,
    agencies: Vec<(String, String)>,
    asked: Asked,
}

impl List {
    fn tag(&self, query: &Query) -> (String, &'static str) {
        (query.state.words(), colour(&query.state))
    }
}

/// All queries, those to decide first.
pub async fn all(
    visitor: Visitor,
    State(portal): State<Portal>,
    InAddress(asked): InAddress<Asked>,
) -> Result<Response, Problem> {
    let found = portal.ask(|portal, ledger| {
        let named = |q: Query| {
            let asked = &q.listed.question.asked;
            let names: Vec<String> = asked.agency.split(';').map(|a| portal.agency_name(a)).collect();
            let about = portal.about(&asked.subject, &asked.period);
            (q, names.join(", "), about)
        };
        Ok(explanations::all(ledger, None)?.into_iter().map(named).collect::<Vec<_>>())
    });
    let all = found.await?;
    let ids = all.iter().flat_map(|(q, ..)| q.listed.question.asked.agency.split(';')).filter(|a| !a.is_empty());
    let mut agencies: Vec<(String, String)> = ids.map(|a| (a.to_owned(), portal.agency_name(a))).collect();
    agencies.sort_by(|a, b| a.1.cmp(&b.1));
    agencies.dedup();
    let fits = |(q, ..): &(Query, String, String)| {
        (asked.agency.is_empty() || q.listed.question.asked.agency.split(';').any(|a| a == asked.agency))
            && (asked.state.is_empty() || word(&q.state) == asked.state)
    };
    let queries: Vec<(Query, String, String)> = all.into_iter().filter(fits).collect();
    let found = counted(queries.len(), "query", "queries");
    page(&List { frame: visitor.frame("Queries"), queries, found, agencies, asked })
}

#[derive(Template)]
#[template(path = "analyst/query.html", config = "src/serve/templates/askama.toml")]
struct One {
    frame: Frame,
    query: Query,
    agency: String,
    about: String,
    accepting: Form,
    returning: Form,
    received: String,
    both: Form,
}

impl One {
    fn tag(&self) -> (String, &'static str) {
        (self.query.state.words(), colour(&self.query.state))
    }

    fn when(&self, stamp: &str) -> String {
        when(stamp)
    }

    fn day(&self, given: &chrono::NaiveDate) -> String {
        day(*given)
    }

    fn extent(&self, given: &Given) -> String {
        extent(given)
    }
}

/// `from 20 to 60`; empty where nothing was expected.
fn extent(given: &Given) -> String {
    let text = |n: f64| n.to_string();
    match (given.low.map(text), given.high.map(text)) {
        (None, None) => String::new(),
        (Some(low), None) => format!("at least {low}"),
        (None, Some(high)) => format!("at most {high}"),
        (Some(low), Some(high)) => format!("from {low} to {high}"),
    }
}

fn showing(visitor: &Visitor, portal: &Portal, query: Query, accepting: Form, returning: Form) -> One {
    let asked = &query.listed.question.asked;
    let names: Vec<String> = asked.agency.split(';').map(|a| portal.agency_name(a)).collect();
    let both = if accepting.is_wrong() { accepting.clone() } else { returning.clone() };
    One {
        frame: visitor.frame("Decide on a query").trail("/analyst/queries", "Queries").wrong(&both),
        agency: names.join(", "),
        about: portal.about(&asked.subject, &asked.period),
        received: day(query.listed.question.received_on),
        query,
        accepting,
        returning,
        both,
    }
}

/// What the form of acceptance holds at first.
fn first(query: &Query, today: chrono::NaiveDate) -> Form {
    let waiting = query.waiting();
    let until = waiting.and_then(|w| w.until).unwrap_or_else(|| explanations::usual_until(today));
    let expected = waiting.map(extent).unwrap_or_default();
    Form::of([("until", until.to_string()), ("expected", expected)])
}

async fn find(portal: &Portal, id: String) -> Result<Query, Problem> {
    let found = portal.ask(move |_, ledger| Ok(explanations::all(ledger, None)?.into_iter().find(|q| q.id() == id)));
    found.await?.ok_or(Problem::NotFound)
}

/// One query with what was said of it.
pub async fn one(visitor: Visitor, State(portal): State<Portal>, Path(id): Path<String>) -> Result<Response, Problem> {
    let query = find(&portal, id).await?;
    let accepting = first(&query, portal.today());
    page(&showing(&visitor, &portal, query, accepting, Form::default()))
}

/// Accepts the explanation.
pub async fn accept(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let by = who(&visitor)?;
    let (given, key) = (form.clone(), id.clone());
    let done = portal.ask(move |portal, ledger| {
        let accepting = Accepting {
            until: date_of(&given, "until"),
            expected: given.value("expected"),
            released: given.is_chosen("released", "yes"),
        };
        Ok(explanations::accept(ledger, portal.today(), &key, &accepting, &by))
    });
    match done.await? {
        Ok(answer) => {
            audit(&portal, &visitor, "accept an explanation", &answer.id).await?;
            let words = format!(
                "{} is answered until {}. It holds for returns received from now on.",
                answer.id,
                day(answer.until)
            );
            visitor.done("/analyst/queries", &words).await
        }
        Err(refusal) => {
            refuse(&mut form, refusal)?;
            let query = find(&portal, id).await?;
            again(&showing(&visitor, &portal, query, form, Form::default()))
        }
    }
}

/// Sends the explanation back.
pub async fn send_back(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let by = who(&visitor)?;
    let (reason, key) = (form.value("reason").to_owned(), id.clone());
    let done = portal.ask(move |portal, ledger| {
        Ok(explanations::send_back(ledger, &portal.configuration(), portal.today(), &key, &reason, &by))
    });
    match done.await? {
        Ok(()) => {
            audit(&portal, &visitor, "send an explanation back", &id).await?;
            visitor.done("/analyst/queries", &format!("{id} was sent back with your reason.")).await
        }
        Err(refusal) => {
            refuse(&mut form, refusal)?;
            let query = find(&portal, id).await?;
            let accepting = first(&query, portal.today());
            again(&showing(&visitor, &portal, query, accepting, form))
        }
    }
}

/// Takes the answer back.
pub async fn withdraw(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let key = id.clone();
    portal.ask(move |_, ledger| Ok(explanations::withdraw(ledger, &key))).await?.map_err(problem)?;
    audit(&portal, &visitor, "withdraw an answer", &id).await?;
    let address = format!("/analyst/queries/{}", encoded(&id));
    visitor.done(&address, "The answer is withdrawn. The query is open again from the next run on.").await
}
