//! What a reader of the board sees: the current report with its drill-down, every indicator, what moved, the challenge log,
//! and every form of the report for download. An analyst sees the same. All of it is what `disclose` made.

pub mod api;
mod ask;
mod cells;
mod challenges;
mod downloads;
mod figures;
mod moved;
mod pack;
mod questions;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use axum::routing::{get, post};

use super::form::Form;
use super::guard::Visitor;
use super::page::{Frame, page};
use super::portal::Portal;
use super::problem::Problem;
use super::routes::{May, Route};
use crate::model::{Role, Scope};
use crate::pipeline::board::{OpenBoard, Shelf};
use crate::pipeline::refusal::Refusal;

/// Who reads the board's pages.
const READERS: May = May::Roles(&[Role::Board, Role::Analyst]);

/// The pages of a board reader, those of an agency that is asked something, and what programs may read.
pub static ROUTES: &[Route] = &[
    Route::get("/board", READERS, "read where to look first", || get(pack::first)),
    Route::get("/board/more", READERS, "read the other places to look", || get(pack::more)),
    Route::get("/board/map", READERS, "read the heat maps", || get(pack::map)),
    Route::get("/board/silence", READERS, "read where the evidence is silent", || get(pack::silence)),
    Route::get("/board/returns", READERS, "read who returned", || get(pack::returns)),
    Route::get("/board/to-ask", READERS, "read which figures to ask about", || get(pack::to_ask)),
    Route::get("/board/methods", READERS, "read the methods in short", || get(pack::methods)),
    Route::get("/board/cells/{grain}/{theme}", READERS, "read a cell of the whole board", || get(cells::of_board)),
    Route::get("/board/cells/{grain}/{theme}/{place}", READERS, "read a cell", || get(cells::of_place)),
    Route::get("/board/indicators", READERS, "look for an indicator", || get(figures::list)),
    Route::get("/board/indicators/{indicator}", READERS, "read an indicator", || get(figures::indicator)),
    Route::get("/board/indicators/{indicator}/{sender}/{place}", READERS, "read a figure with its history", || {
        get(figures::series)
    }),
    Route::get("/board/moved", READERS, "read what moved between two reports", || get(moved::moved)),
    Route::get("/board/challenges", READERS, "read the challenge log", || get(challenges::log)),
    Route::post("/board/challenges", READERS, "ask an agency", || post(ask::ask)),
    Route::get("/board/challenges/new", READERS, "write a question to an agency", || get(ask::new)),
    Route::get("/board/challenges/{id}", READERS, "read a challenge", || get(challenges::one)),
    Route::get("/board/challenges/{id}/follow-up", READERS, "write a follow-up", || get(challenges::follow_up)),
    Route::post("/board/challenges/{id}/follow-up", READERS, "ask an agency again", || post(challenges::asked_on)),
    Route::get("/board/challenges/{id}/close", READERS, "choose what came of a challenge", || get(challenges::close)),
    Route::post("/board/challenges/{id}/close", READERS, "close a challenge", || post(challenges::closed)),
    Route::get("/board/downloads", READERS, "list the forms of the reports", || get(downloads::list)),
    Route::get("/board/downloads/{run}/{name}", READERS, "download a file of a report", || get(downloads::file)),
    Route::get("/board/downloads/{run}/charts/{name}", READERS, "download a chart of a report", || {
        get(downloads::chart)
    }),
    Route::get("/board/report", READERS, "read the whole report as one page", || get(downloads::report)),
    Route::get("/agencies/{agency}/questions", May::Agency(ANSWERED), "list what the board asks an agency", || {
        get(questions::list)
    }),
    Route::get(
        "/agencies/{agency}/questions/{id}",
        May::Agency(ANSWERED),
        "read what the board asks an agency",
        || get(questions::one),
    ),
    Route::post("/agencies/{agency}/questions/{id}", May::Agency(&[]), "answer the board", || post(questions::answer)),
    Route::get("/api/v1/releases", May::Token(Scope::Read), "list the reports", || get(api::releases)),
    Route::get("/api/v1/hotspots", May::Token(Scope::Read), "list the hot spots", || get(api::hotspots)),
    Route::get("/api/v1/hotspots/{grain}/{theme}", May::Token(Scope::Read), "read a cell of the whole board", || {
        get(api::hotspot_of_board)
    }),
    Route::get("/api/v1/hotspots/{grain}/{theme}/{place}", May::Token(Scope::Read), "read a cell", || {
        get(api::hotspot)
    }),
    Route::get("/api/v1/indicators", May::Token(Scope::Read), "list the indicators", || get(api::indicators)),
    Route::get("/api/v1/indicators/{indicator}/{sender}/{place}", May::Token(Scope::Read), "read a figure", || {
        get(api::series)
    }),
];

/// Who sees, beside the agency itself, what it was asked.
const ANSWERED: &[Role] = &[Role::Analyst];

/// The open runs of a portal.
fn shelf(portal: &Portal) -> Arc<Shelf> {
    Shelf::shared(portal.data(), portal.reports())
}

/// The report that the board sees now; none before the first release.
async fn current(portal: &Portal) -> Result<Option<Arc<OpenBoard>>, Problem> {
    portal.ask(|portal, ledger| shelf(portal).current(ledger)).await
}

#[derive(Template)]
#[template(path = "board/nothing.html", config = "src/serve/templates/askama.toml")]
struct Nothing {
    frame: Frame,
}

/// Where no report has been released.
fn nothing(visitor: &Visitor) -> Result<Response, Problem> {
    page(&Nothing { frame: visitor.frame("No report has been released yet") })
}

/// The current report, or the page that says that there is none.
macro_rules! board_or_nothing {
    ($visitor:expr, $portal:expr) => {
        match crate::serve::board::current(&$portal).await? {
            Some(board) => board,
            None => return crate::serve::board::nothing(&$visitor),
        }
    };
}
use board_or_nothing;

/// What stands against a form, on the form; what is not there or failed, as a problem.
fn onto(form: &mut Form, refusal: Refusal) -> Result<(), Problem> {
    match refusal {
        Refusal::Wrong(list) => {
            for wrong in list {
                form.refuse(&wrong.field, wrong.message);
            }
            Ok(())
        }
        Refusal::Gone(_) => Err(Problem::NotFound),
        Refusal::Failed(error) => Err(error.into()),
    }
}
