//! Pages for everybody.

use axum::extract::State;
use axum::response::Response;

use super::guard::Visitor;
use super::page::{Part, plain, see_other};
use super::portal::Portal;
use super::problem::Problem;
use super::routes;

/// The first page: where a person begins, or where one signs in.
pub async fn first(visitor: Visitor) -> Response {
    match visitor.anyone() {
        Some(user) => see_other(&routes::beginning(user)),
        None => see_other("/sign-in"),
    }
}

/// An address that leads nowhere.
pub async fn nowhere() -> Result<Response, Problem> {
    Err(Problem::NotFound)
}

fn part(heading: &'static str, lines: &[&str]) -> Part {
    Part { heading, lines: lines.iter().map(|l| (*l).to_owned()).collect() }
}

/// What to do when stuck.
pub async fn help(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let facts = portal.facts();
    let board = format!("{}'s office made your account, and gives you a new link if you cannot sign in.", facts.name);
    let parts = vec![
        Part { heading: "Signing in", lines: vec![board] },
        part(
            "Sending a return",
            &[
                "Your first page lists what is due. Choose a return, fill in its template or use a file of your own, and \
                 upload it. You are told at once what is wrong, cell by cell, and what to do.",
                "An error must be mended before the return counts. A query may be right: say why, and how far and until \
                 when the same is to be expected.",
                "Do not send names, dates of birth, postcodes, NHS numbers or other details of single people. A file that \
                 holds them is set aside, nothing of it is used, and it is destroyed.",
                "You can send a return again as often as you like, before and after its day. The later one counts; \
                 what you sent before is kept.",
            ],
        ),
        part(
            "Reading the board's pages",
            &[
                "A place is listed because independent kinds of evidence agree that it is worth a look. It is a prompt to \
                 ask, and no verdict on anybody.",
                "Counts from 1 to 5 are not shown; [c] stands in their place.",
            ],
        ),
    ];
    plain(visitor.frame("Help"), parts)
}

/// The accessibility statement.
pub async fn accessibility(visitor: Visitor) -> Result<Response, Problem> {
    let parts = vec![
        part(
            "",
            &[
                "Every page is made to work by keyboard, without script, at 400% zoom, and with a screen reader: each chart \
                 has a sentence and a table beside it, and no colour stands without a word.",
                "These pages and the board's report are checked automatically against WCAG 2.2 at level AA with each version \
                 of the program. An automatic check finds many faults, and not all.",
            ],
        ),
        part(
            "What is not accessible",
            &["Workbooks that come back annotated mark cells by colour and by a note in the cell; their first sheet \
               lists the same in words."],
        ),
        part("Tell us", &["If something does not work for you, tell the board's office which page it was."]),
    ];
    plain(visitor.frame("Accessibility"), parts)
}

/// What is kept of a visitor.
pub async fn privacy(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let ends = format!(
        "One cookie keeps you signed in. It ends after {} minutes without use, after {} hours in any case, and when you \
         sign out. There are no others, and nothing is loaded from other sites.",
        portal.idle_minutes(),
        portal.session_hours()
    );
    let parts = vec![
        Part { heading: "Cookies", lines: vec![ends] },
        part(
            "What is kept of you",
            &[
                "Your name, e-mail address, role and agency; when you signed in and from which address; and what you did \
                 here: what you sent, decided, asked or answered.",
                "It is kept in the board's own files on the board's own server and sent nowhere.",
            ],
        ),
        part(
            "What is kept of returns",
            &[
                "Returns hold figures, not people. Where a row is about one child it carries no name, and its reference \
               is replaced before anything is stored.",
            ],
        ),
    ];
    plain(visitor.frame("Privacy and cookies"), parts)
}
