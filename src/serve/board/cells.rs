//! A cell taken apart.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::{board_or_nothing, words};
use crate::model::CellId;
use crate::model::challenge::{About, Standing};
use crate::pipeline::board::OpenBoard;
use crate::pipeline::board::cells::CellPage;
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

#[derive(Template)]
#[template(path = "board/cell.html", config = "src/serve/templates/askama.toml")]
struct Cell {
    frame: Frame,
    board: Arc<OpenBoard>,
    cell: CellPage,
    about: String,
    asked: Vec<(i64, String, Standing)>,
}

/// A cell of the whole board.
pub async fn of_board(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((grain, theme)): Path<(String, String)>,
) -> Result<Response, Problem> {
    cell(visitor, portal, format!("{grain}/{theme}")).await
}

/// A cell of a place or an agency.
pub async fn of_place(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((grain, theme, place)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    cell(visitor, portal, format!("{grain}/{theme}/{place}")).await
}

async fn cell(visitor: Visitor, portal: Portal, id: String) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    let id = CellId::parse(&id).ok_or(Problem::NotFound)?;
    let (own, about) = (board.clone(), About::Cell(id.clone()));
    let (found, asked) = portal
        .ask(move |portal, ledger| {
            let today = portal.today();
            let same = ledger.challenges(None)?.into_iter().filter(|c| c.question.about == about);
            let asked = same.map(|c| (c.id, c.question.text.clone(), c.standing(today))).collect();
            Ok((own.cell(&id)?, asked))
        })
        .await?;
    let cell = found.ok_or(Problem::NotFound)?;
    let frame = visitor.frame(cell.card.title.clone()).tab("/board").trail("/board", "Where to look first");
    let about = About::Cell(cell.id.clone()).to_string();
    page(&Cell { frame, board, cell, about, asked })
}
