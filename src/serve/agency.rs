//! The agency's pages: what is due, sending it, what was found, and what became of it; its own figures; and the board's
//! questions. An agency's people see them for their agency, analysts for any.

pub mod api;
mod explain;
mod figures;
mod headers;
mod history;
mod home;
mod returns;
mod send;
mod upload;

use axum::routing::{get, post};

use super::guard::Visitor;
use super::page::Frame;
use super::routes::{May, Route};
use crate::model::Role;
use crate::model::upload::Sender;

/// Those who may see every agency's pages.
const OFFICE: May = May::Agency(&[Role::Analyst]);

/// What an agency finds.
pub static ROUTES: &[Route] = &[
    Route::get("/agencies/{agency}", OFFICE, "what an agency has to send", || get(home::home)),
    Route::get("/agencies/{agency}/returns/{return_id}", OFFICE, "a return", || get(returns::one)),
    Route::get("/agencies/{agency}/returns/{return_id}/template", OFFICE, "a blank return", || get(returns::template)),
    Route::get(
        "/agencies/{agency}/returns/{return_id}/nil/{period}",
        OFFICE,
        "nothing to report, to be checked",
        || get(returns::nil_page),
    ),
    Route::post(
        "/agencies/{agency}/returns/{return_id}/nil/{period}",
        OFFICE,
        "say that there is nothing to report",
        || post(returns::nil),
    ),
    Route::post(
        "/agencies/{agency}/returns/{return_id}/nil/{period}/withdraw",
        OFFICE,
        "take back that there is nothing to report",
        || post(returns::withdraw_nil),
    ),
    Route::get("/agencies/{agency}/uploads", OFFICE, "what an agency sent", || get(history::sent)),
    Route::get("/agencies/{agency}/uploads/new", OFFICE, "the form to upload returns", || get(send::form)),
    Route::post("/agencies/{agency}/uploads/new", OFFICE, "upload returns", send::post),
    Route::get("/agencies/{agency}/uploads/{id}", OFFICE, "the verdict on an upload", || get(upload::one)),
    Route::get("/agencies/{agency}/uploads/{id}/receipt", OFFICE, "a receipt", || get(upload::receipt)),
    Route::get("/agencies/{agency}/uploads/{id}/annotated", OFFICE, "an annotated workbook", || get(upload::annotated)),
    Route::get("/agencies/{agency}/uploads/{id}/verdict", OFFICE, "a verdict as a file", || get(upload::verdict)),
    Route::post("/agencies/{agency}/uploads/{id}/withdraw", OFFICE, "take an upload back", || post(upload::withdraw)),
    Route::post("/agencies/{agency}/uploads/{id}/again", OFFICE, "check an upload again", || post(upload::again)),
    Route::get("/agencies/{agency}/uploads/{id}/headers", OFFICE, "the headers of an upload", || get(headers::form)),
    Route::post("/agencies/{agency}/uploads/{id}/headers", OFFICE, "confirm headers", || post(headers::confirm)),
    Route::get("/agencies/{agency}/uploads/{id}/queries/{query}", OFFICE, "a query of an upload", || {
        get(explain::of_upload)
    }),
    Route::post("/agencies/{agency}/uploads/{id}/queries/{query}", OFFICE, "explain a query of an upload", || {
        post(explain::explain_upload)
    }),
    Route::get("/agencies/{agency}/queries", OFFICE, "the queries of an agency", || get(explain::list)),
    Route::get("/agencies/{agency}/queries/{query}", OFFICE, "a query", || get(explain::one)),
    Route::post("/agencies/{agency}/queries/{query}", OFFICE, "explain a query", || post(explain::explain)),
    Route::get("/agencies/{agency}/submissions/{submission}", OFFICE, "what a submission changed", || {
        get(history::effect)
    }),
    Route::get("/agencies/{agency}/figures", OFFICE, "the figures of an agency", || get(figures::list)),
    Route::get("/agencies/{agency}/figures/{indicator}", OFFICE, "the charts of a figure", || get(figures::one)),
    Route::post("/agencies/{agency}/figures/{indicator}", OFFICE, "write a note on a figure", || post(figures::note)),
    Route::post("/agencies/{agency}/figures/{indicator}/notes/{note}/withdraw", OFFICE, "take a note back", || {
        post(figures::withdraw_note)
    }),
];

/// The frame of a page below the agency's first.
fn frame(visitor: &Visitor, agency: &str, title: impl Into<String>) -> Frame {
    visitor.frame(title).trail(format!("/agencies/{agency}"), "Returns due")
}

/// Who sends: one who belongs to the agency sends its own figures alone, an analyst any.
fn sender(visitor: &Visitor) -> Result<Sender, super::problem::Problem> {
    let user = visitor.user()?;
    Ok(Sender { user: user.id, name: user.name.clone(), is_own: user.role == Role::Agency })
}
