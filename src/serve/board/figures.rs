//! Indicators: the list with its search, one at all its places, one series with its chart and history.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::board_or_nothing;
use super::words;
use crate::model::challenge::{About, Standing};
use crate::pipeline::board::OpenBoard;
use crate::pipeline::board::figures::{Choices, IndicatorPage, IndicatorRow, SeriesPage, Sought};
use crate::serve::form::Form;
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// What the address of the list says; what is not there limits nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Limits {
    words: String,
    theme: String,
    agency: String,
    place: String,
    reading: String,
}

#[derive(Template)]
#[template(path = "board/indicators.html", config = "src/serve/templates/askama.toml")]
struct List {
    frame: Frame,
    board: Arc<OpenBoard>,
    form: Form,
    choices: Choices,
    rows: Vec<IndicatorRow>,
    limited: bool,
}

/// The readings by which the list can be limited.
const READINGS: [(&str, &str); 4] = [
    ("", "All"),
    ("worse", "For the worse, more than chance explains"),
    ("better", "For the better, more than chance explains"),
    ("missed", "Target not met"),
];

impl List {
    fn themes(&self) -> Vec<(String, String)> {
        with_all("All themes", &self.choices.themes)
    }

    fn agencies(&self) -> Vec<(String, String)> {
        with_all("All agencies", &self.choices.agencies)
    }

    fn places(&self) -> Vec<(String, String)> {
        with_all("All places", &self.choices.places)
    }

    fn readings(&self) -> Vec<(String, String)> {
        READINGS.map(|(value, words)| (value.to_owned(), words.to_owned())).to_vec()
    }
}

fn with_all(words: &str, list: &[(String, String)]) -> Vec<(String, String)> {
    std::iter::once((String::new(), words.to_owned())).chain(list.iter().cloned()).collect()
}

/// The list of indicators.
pub async fn list(
    visitor: Visitor,
    State(portal): State<Portal>,
    Query(limits): Query<Limits>,
) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    let Limits { words, theme, agency, place, reading } = limits;
    let form = Form::of([
        ("words", words.clone()),
        ("theme", theme.clone()),
        ("agency", agency.clone()),
        ("place", place.clone()),
        ("reading", reading.clone()),
    ]);
    let sought = Sought { words, theme, agency, place, reading };
    let limited = sought != Sought::default();
    let rows = board.indicators(&sought);
    let frame = visitor.frame("Indicators");
    page(&List { frame, choices: board.choices(), board, form, rows, limited })
}

#[derive(Template)]
#[template(path = "board/indicator.html", config = "src/serve/templates/askama.toml")]
struct One {
    frame: Frame,
    board: Arc<OpenBoard>,
    indicator: IndicatorPage,
}

/// One indicator at all its places.
pub async fn indicator(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    let indicator = board.indicator(&id).ok_or(Problem::NotFound)?;
    let frame = visitor.frame(indicator.name.clone()).trail("/board/indicators", "Indicators");
    page(&One { frame, board, indicator })
}

#[derive(Template)]
#[template(path = "board/series.html", config = "src/serve/templates/askama.toml")]
struct Series {
    frame: Frame,
    board: Arc<OpenBoard>,
    series: SeriesPage,
    about: String,
    asked: Vec<(i64, String, Standing)>,
}

/// One series with its chart and whole history.
pub async fn series(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((indicator, sender, place)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    let own = board.clone();
    let about = About::Figure { indicator: indicator.clone(), agency: sender.clone(), place: place.clone() };
    let asked_of = about.clone();
    let (found, asked) = portal
        .ask(move |portal, ledger| {
            let today = portal.today();
            let same = ledger.challenges(None)?.into_iter().filter(|c| c.question.about == asked_of);
            let asked = same.map(|c| (c.id, c.question.text.clone(), c.standing(today))).collect();
            Ok((own.series_page(&indicator, &sender, &place)?, asked))
        })
        .await?;
    let series = found.ok_or(Problem::NotFound)?;
    let frame = visitor
        .frame(series.row.indicator_name.clone())
        .trail("/board/indicators", "Indicators")
        .trail(format!("/board/indicators/{}", series.row.indicator), series.row.indicator_name.clone());
    page(&Series { frame, board, series, about: about.to_string(), asked })
}
