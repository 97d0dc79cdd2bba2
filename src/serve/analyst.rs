//! The analyst's pages: what needs a decision today, submissions, queries, overrides, data quality, runs, what the board
//! sees, and the board's lists and settings.

mod home;
mod lists;
mod quality;
mod queries;
mod releases;
pub mod runs;
mod submissions;
mod watch;

use axum::http::StatusCode;
use axum::routing::{get, post};
use chrono::{DateTime, NaiveDate};
use chrono_tz::Europe::London;

use super::form::Form;
use super::guard::Visitor;
use super::portal::Portal;
use super::problem::Problem;
use super::routes::{May, Route};
use crate::access::audit::Entry;
use crate::model::{Role, Who};
use crate::pipeline::refusal::Refusal;
use crate::report::words;

pub use watch::watch;

const ANALYST: May = May::Roles(&[Role::Analyst]);

/// The analyst's routes.
pub static ROUTES: &[Route] = &[
    Route::get("/analyst", ANALYST, "what needs a decision today", || get(home::today)),
    Route::get("/analyst/submissions", ANALYST, "submissions", || get(submissions::all)),
    Route::get("/analyst/submissions/{id}", ANALYST, "a submission", || get(submissions::one)),
    Route::get("/analyst/submissions/{id}/override", ANALYST, "an override to give", || get(submissions::ask)),
    Route::post("/analyst/submissions/{id}/override", ANALYST, "give an override", || post(submissions::give))
        .recorded(),
    Route::get("/analyst/overrides", ANALYST, "overrides", || get(submissions::overrides)),
    Route::post("/analyst/overrides/{id}/end", ANALYST, "end an override", || post(submissions::end)).recorded(),
    Route::get("/analyst/queries", ANALYST, "queries", || get(queries::all)),
    Route::get("/analyst/queries/{id}", ANALYST, "a query", || get(queries::one)),
    Route::post("/analyst/queries/{id}/accept", ANALYST, "accept an explanation", || post(queries::accept)).recorded(),
    Route::post("/analyst/queries/{id}/send-back", ANALYST, "send an explanation back", || post(queries::send_back))
        .recorded(),
    Route::post("/analyst/queries/{id}/withdraw", ANALYST, "withdraw an answer", || post(queries::withdraw)).recorded(),
    Route::get("/analyst/quality", ANALYST, "data quality", || get(quality::quality)),
    Route::get("/analyst/runs", ANALYST, "runs", || get(runs::all)),
    Route::post("/analyst/runs", ANALYST, "start a run", || post(runs::start)).recorded(),
    Route::get("/analyst/runs/compare", ANALYST, "two runs compared", || get(runs::compare)),
    Route::get("/analyst/runs/{job}", ANALYST, "a run as it goes", || get(runs::one)),
    Route::get("/analyst/releases", ANALYST, "what the board sees", || get(releases::all)),
    Route::get("/analyst/releases/{run}", ANALYST, "a run to publish or hold", || get(releases::one)),
    Route::post("/analyst/releases/{run}", ANALYST, "publish or hold a run", || post(releases::decide)).recorded(),
    Route::get("/analyst/releases/{run}/pack/{*file}", ANALYST, "preview of a run", || get(releases::preview)),
    Route::get("/analyst/lists", ANALYST, "lists and settings", || get(lists::all)),
    Route::get("/analyst/lists/history", ANALYST, "history of edits", || get(lists::history)),
    Route::post("/analyst/lists/history/{edit}", ANALYST, "propose an earlier version", || post(lists::put_back)),
    Route::get("/analyst/lists/settings", ANALYST, "weights and thresholds", || get(lists::settings)),
    Route::post("/analyst/lists/settings", ANALYST, "propose weights and thresholds", || post(lists::set)),
    Route::get("/analyst/lists/{name}", ANALYST, "a list", || get(lists::one)),
    Route::post("/analyst/lists/{name}", ANALYST, "propose a whole list", || post(lists::upload)),
    Route::get("/analyst/lists/{name}/download", ANALYST, "a list as a file", || get(lists::file)),
    Route::get("/analyst/lists/{name}/row", ANALYST, "a row to edit", || get(lists::row)),
    Route::post("/analyst/lists/{name}/row", ANALYST, "propose a row", || post(lists::edit)),
    Route::get("/analyst/lists/{name}/check", ANALYST, "a proposed change", || get(lists::check)),
    Route::post("/analyst/lists/{name}/check", ANALYST, "save a change", || post(lists::save)).recorded(),
    Route::get("/api/v1/runs", May::Token(crate::model::Scope::Run), "runs", || get(runs::api_all)),
    Route::post("/api/v1/runs", May::Token(crate::model::Scope::Run), "start a run", || post(runs::api_start))
        .recorded(),
    Route::get("/api/v1/runs/{job}", May::Token(crate::model::Scope::Run), "a run", || get(runs::api_one)),
];

/// Who decides.
fn who(visitor: &Visitor) -> Result<Who, Problem> {
    let user = visitor.user()?;
    Ok(Who::person(user.id, &user.name))
}

/// Writes down what was decided and on what: a run, a query, a submission, a list by its name; never what stands in them.
/// The guard leaves such a route to its handler (`Route::recorded`), but for what it refuses.
async fn audit(portal: &Portal, visitor: &Visitor, what: &str, object: &str) -> Result<(), Problem> {
    let entry = Entry {
        who: visitor.who(),
        what: what.to_owned(),
        object: object.to_owned(),
        outcome: "done".to_owned(),
        from: visitor.address().to_owned(),
    };
    portal.ask(move |_, ledger| ledger.record_audit(&entry)).await
}

/// Puts what is wrong to the fields of a form. What cannot be mended in the form is a problem of its own.
fn refuse(form: &mut Form, refusal: Refusal) -> Result<(), Problem> {
    match refusal {
        Refusal::Wrong(wrong) => {
            wrong.into_iter().for_each(|w| form.refuse(&w.field, w.message));
            Ok(())
        }
        Refusal::Gone(what) => Err(Problem::Refused(StatusCode::CONFLICT, what)),
        Refusal::Failed(error) => Err(Problem::from(error)),
    }
}

/// A refusal where there is no form to show it on.
fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Wrong(_) => Problem::Refused(StatusCode::UNPROCESSABLE_ENTITY, refusal.to_string()),
        Refusal::Gone(what) => Problem::Refused(StatusCode::CONFLICT, what),
        Refusal::Failed(error) => Problem::from(error),
    }
}

/// A day as people write it.
fn day(day: NaiveDate) -> String {
    words::date(day)
}

/// A moment of the ledger as people in London write it: `25 November 2026, 10:50`.
fn when(stamp: &str) -> String {
    let known = DateTime::parse_from_rfc3339(stamp).map(|t| t.to_utc());
    let known =
        known.or_else(|_| chrono::NaiveDateTime::parse_from_str(stamp, "%Y-%m-%d %H:%M:%S").map(|t| t.and_utc()));
    known.map_or_else(|_| stamp.to_owned(), |t| moment(&t.with_timezone(&London)))
}

fn moment<T: chrono::TimeZone>(moment: &DateTime<T>) -> String
where
    T::Offset: std::fmt::Display,
{
    format!("{}, {}", words::date(moment.date_naive()), moment.format("%H:%M"))
}

/// A number of things: `1 error`, `3 errors`.
fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// A date of a form's field; none where it is empty or no date.
fn date_of(form: &Form, field: &str) -> Option<NaiveDate> {
    form.value(field).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_in_london() {
        assert_eq!(when("2026-07-01T23:30:00Z"), "2 July 2026, 00:30");
        assert_eq!(when("2026-01-01 08:05:00"), "1 January 2026, 08:05");
        assert_eq!(when("long ago"), "long ago");
        assert_eq!(
            (counted(1, "error", "errors"), counted(0, "error", "errors")),
            ("1 error".into(), "0 errors".into())
        );
    }
}
