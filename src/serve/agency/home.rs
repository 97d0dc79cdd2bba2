//! An agency's first page: what is due, when, and how it stands, as a task list.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::guard::Visitor;
use super::super::page::{Frame, page};
use super::super::portal::Portal;
use super::super::problem::Problem;
use crate::pipeline::desk::agenda::{Agenda, Item, period_in_path};
use crate::pipeline::desk::day_in_words;
use crate::report::verdict::counted;

#[derive(Template)]
#[template(path = "agency/home.html", config = "src/serve/templates/askama.toml")]
struct Home {
    frame: Frame,
    agency: String,
    lead: String,
    lists: Vec<(&'static str, Vec<Task>)>,
    pending: Vec<(String, String)>,
}

/// A line of the task list.
struct Task {
    href: String,
    name: String,
    hint: String,
    word: &'static str,
    colour: &'static str,
}

/// What an agency has to send.
pub async fn home(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(agency): Path<String>,
) -> Result<Response, Problem> {
    let of = agency.clone();
    let agenda = portal.ask(move |portal, _| portal.desk().agenda(&of)).await?;
    let to_do = agenda.items.iter().filter(|i| i.tag.is_to_do()).count();
    let lead = match to_do {
        0 => "You have nothing to do now.".to_owned(),
        1 => "1 return needs something from you.".to_owned(),
        n => format!("{n} returns need something from you."),
    };
    let of = |is_to_do: bool| agenda.items.iter().filter(move |i| i.tag.is_to_do() == is_to_do);
    let tasks = |is_to_do| of(is_to_do).map(|i| task(&agenda, i)).collect::<Vec<_>>();
    let mut lists = vec![("To do", tasks(true)), ("Received, or not yet due", tasks(false))];
    lists.retain(|(_, tasks)| !tasks.is_empty());
    let pending = agenda.pending.iter().map(|u| (format!("/agencies/{agency}/uploads/{}", u.id), u.name.clone()));
    page(&Home {
        frame: visitor.frame(format!("{}: returns due", agenda.name)),
        lead,
        lists,
        pending: pending.collect(),
        agency,
    })
}

fn task(agenda: &Agenda, item: &Item) -> Task {
    let due = &item.due;
    let mut hint = match due.due_on {
        Some(day) if item.tag.is_to_do() && day < agenda.as_of => format!("It was due by {}.", day_in_words(day)),
        Some(day) => format!("Due by {}.", day_in_words(day)),
        None => "No day is set.".to_owned(),
    };
    if let Some(day) = due.received_on {
        hint += &format!(" Received on {}.", day_in_words(day));
    }
    if item.queries > 0 {
        hint += &format!(" {} to explain.", counted(item.queries, "query"));
    }
    if !item.lacks.is_empty() {
        hint += &format!(" {}", item.lacks);
    }
    Task {
        href: format!("/agencies/{}/returns/{}#period-{}", agenda.agency, due.return_id, period_in_path(due.period)),
        name: format!("{}: {}", due.name, due.period.words()),
        hint,
        word: item.tag.as_str(),
        colour: item.tag.colour(),
    }
}
