//! An agency's own figures: charts with target and comparator, a table behind each, and notes that the agency writes.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::form::{Form, Posted};
use super::super::guard::Visitor;
use super::super::page::{Frame, again, page};
use super::super::portal::Portal;
use super::super::problem::Problem;
use super::{frame, sender};
use crate::model::Period;
use crate::pipeline::desk::figures::{Noted, OwnChart, OwnIndicator};
use crate::pipeline::desk::moment_in_words;

#[derive(Template)]
#[template(path = "agency/figures.html", config = "src/serve/templates/askama.toml")]
struct Figures {
    frame: Frame,
    agency: String,
    indicators: Vec<OwnIndicator>,
}

/// The figures of an agency.
pub async fn list(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(agency): Path<String>,
) -> Result<Response, Problem> {
    let of = agency.clone();
    let indicators = portal.ask(move |portal, _| portal.desk().own_indicators(&of)).await?;
    page(&Figures { frame: frame(&visitor, &agency, "Your figures"), indicators, agency })
}

#[derive(Template)]
#[template(path = "agency/figure.html", config = "src/serve/templates/askama.toml")]
struct Figure {
    frame: Frame,
    base: String,
    charts: Vec<OwnChart>,
    notes: Vec<NoteRow>,
    places: Vec<(String, String)>,
    periods: Vec<(String, String)>,
    form: Form,
}

/// A note of the page.
struct NoteRow {
    id: i64,
    about: String,
    text: String,
    by: String,
}

/// The charts of an indicator.
pub async fn one(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, indicator)): Path<(String, String)>,
) -> Result<Response, Problem> {
    page(&filled(&visitor, &portal, &agency, &indicator, Form::default()).await?)
}

async fn filled(
    visitor: &Visitor,
    portal: &Portal,
    agency: &str,
    indicator: &str,
    form: Form,
) -> Result<Figure, Problem> {
    let of = (agency.to_owned(), indicator.to_owned());
    let found = portal.ask(move |portal, _| {
        let desk = portal.desk();
        Ok((desk.own_charts(&of.0, &of.1)?, desk.notes(Some(&of.0))?))
    });
    let (charts, notes) = found.await?;
    if charts.is_empty() {
        return Err(Problem::NotFound);
    }
    let configuration = portal.configuration();
    let name = configuration.reference.indicator(indicator).map_or(indicator, |i| i.name.as_str()).to_owned();
    let base = format!("/agencies/{agency}/figures");
    let place = |id: &str| charts.iter().find(|c| c.locality == id).map_or("every place", |c| c.place.as_str());
    let rows = notes.iter().filter(|n| n.indicator == indicator).map(|n| NoteRow {
        id: n.id,
        about: match Period::parse(&n.period) {
            Some(period) => format!("{}, {}", place(&n.locality), period.words()),
            None => place(&n.locality).to_owned(),
        },
        text: n.text.clone(),
        by: format!("{}, {}", n.by, moment_in_words(&n.noted_at)),
    });
    let mut places = vec![(String::new(), "Every place".to_owned())];
    places.extend(charts.iter().map(|c| (c.locality.clone(), c.place.clone())));
    let all = charts.iter().max_by_key(|c| c.view.points.len());
    let mut periods = vec![(String::new(), "Every period".to_owned())];
    periods.extend(all.into_iter().flat_map(|c| c.periods.iter().rev().map(|p| (p.to_string(), p.words()))));
    Ok(Figure {
        frame: frame(visitor, agency, name).trail(base.clone(), "Your figures").tab(&base).wrong(&form),
        base: format!("{base}/{indicator}"),
        notes: rows.collect(),
        places,
        periods,
        charts,
        form,
    })
}

/// Keeps a note.
pub async fn note(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, indicator)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let by = sender(&visitor)?;
    form.require("text", "Enter what is to be known");
    let text = form.value("text").to_owned();
    let (configuration, today) = (portal.configuration(), portal.today());
    for reason in crate::pipeline::freetext::check(&configuration, &text, today).err().unwrap_or_default() {
        form.refuse("text", reason);
    }
    if form.is_wrong() {
        return again(&filled(&visitor, &portal, &agency, &indicator, form).await?);
    }
    let (locality, period) = (form.value("locality").to_owned(), Period::parse(form.value("period")));
    let of = (agency.clone(), indicator.clone());
    let noted = portal.ask(move |portal, _| portal.desk().note(&of.0, (&of.1, &locality, period), &text, &by)).await?;
    match noted {
        Noted::Kept(_) => visitor.done(&format!("/agencies/{agency}/figures/{indicator}"), "Your note is kept.").await,
        Noted::Empty | Noted::NoFigure => {
            form.refuse("period", "There is no figure for that place and period");
            again(&filled(&visitor, &portal, &agency, &indicator, form).await?)
        }
    }
}

/// Takes a note back.
pub async fn withdraw_note(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, indicator, note)): Path<(String, String, i64)>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let address = format!("/agencies/{agency}/figures/{indicator}");
    if portal.ask(move |portal, _| portal.desk().withdraw_note(&agency, note)).await? {
        return visitor.done(&address, "The note is taken back.").await;
    }
    Err(Problem::NotFound)
}
