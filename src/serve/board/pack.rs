//! The current report in pages: where to look first, the maps, what is silent, who returned, what to ask about, and how it is
//! made.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::board_or_nothing;
use super::words;
use crate::model::challenge::Standing;
use crate::pipeline::board::OpenBoard;
use crate::report::view::BoardView;
use crate::report::view::methods::{CHART_RULES, STREAM_HEADINGS};
use crate::report::view::prompts::PromptRow;
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

#[derive(Template)]
#[template(path = "board/pack.html", config = "src/serve/templates/askama.toml")]
struct Pack {
    frame: Frame,
    board: Arc<OpenBoard>,
    open_questions: usize,
    overdue: usize,
}

impl Pack {
    fn v(&self) -> &BoardView {
        &self.board.view
    }

    fn beyond(&self) -> usize {
        self.v().more.len() + self.v().more_names.len()
    }
}

/// Where to look first.
pub async fn first(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    let standings = portal
        .ask(|portal, ledger| {
            let today = portal.today();
            Ok(ledger.challenges(None)?.iter().map(|c| c.standing(today)).collect::<Vec<_>>())
        })
        .await?;
    let open_questions = standings.iter().filter(|s| **s != Standing::Closed).count();
    let overdue = standings.iter().filter(|s| **s == Standing::Overdue).count();
    page(&Pack { frame: visitor.frame("Where to look first").tab("/board"), board, open_questions, overdue })
}

#[derive(Template)]
#[template(path = "board/more.html", config = "src/serve/templates/askama.toml")]
struct More {
    frame: Frame,
    board: Arc<OpenBoard>,
}

/// The places beyond the first ten, and the watch list.
pub async fn more(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    page(&More { frame: below(&visitor, "More places to look"), board })
}

#[derive(Template)]
#[template(path = "board/map.html", config = "src/serve/templates/askama.toml")]
struct Map {
    frame: Frame,
    board: Arc<OpenBoard>,
}

/// The heat maps.
pub async fn map(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    page(&Map { frame: visitor.frame("Heat maps"), board })
}

#[derive(Template)]
#[template(path = "board/silence.html", config = "src/serve/templates/askama.toml")]
struct Silences {
    frame: Frame,
    board: Arc<OpenBoard>,
}

/// Where the evidence is silent, and where an agency rates itself better than others find it.
pub async fn silence(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    page(&Silences { frame: below(&visitor, "Where the evidence is silent"), board })
}

#[derive(Template)]
#[template(path = "board/returns.html", config = "src/serve/templates/askama.toml")]
struct Returns {
    frame: Frame,
    board: Arc<OpenBoard>,
}

/// Who returned and who did not.
pub async fn returns(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    page(&Returns { frame: below(&visitor, "Who returned and who did not"), board })
}

#[derive(Template)]
#[template(path = "board/to_ask.html", config = "src/serve/templates/askama.toml")]
struct ToAsk {
    frame: Frame,
    board: Arc<OpenBoard>,
}

impl ToAsk {
    /// The two lists: heading, caption, rows.
    fn lists(&self) -> [(&'static str, &'static str, &[PromptRow]); 2] {
        let prompts = &self.board.view.prompts;
        [
            ("Asked about by this board", "Any period that can be seen; the newest first", &prompts.focus),
            (
                "The largest moves and the levels furthest from the others",
                "Of the newest period of each figure",
                &prompts.others,
            ),
        ]
    }
}

/// Single figures that stand far from the others.
pub async fn to_ask(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    page(&ToAsk { frame: below(&visitor, "Figures to ask about"), board })
}

#[derive(Template)]
#[template(path = "board/methods.html", config = "src/serve/templates/askama.toml")]
struct MethodsPage {
    frame: Frame,
    board: Arc<OpenBoard>,
    headings: [&'static str; 5],
    rules: [&'static str; 5],
}

/// How the list is made, in short.
pub async fn methods(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    let frame = below(&visitor, "How the list is made");
    page(&MethodsPage { frame, board, headings: STREAM_HEADINGS, rules: CHART_RULES })
}

/// A page below the first.
fn below(visitor: &Visitor, title: &str) -> Frame {
    visitor.frame(title).tab("/board").trail("/board", "Where to look first")
}
