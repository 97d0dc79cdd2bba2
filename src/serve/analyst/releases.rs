//! What the board sees: runs to publish or hold, a preview of each, and the ledger of decisions.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::{audit, day, refuse, when, who};
use crate::ledger::ReleaseDecision;
use crate::pipeline::compare::{Comparison, compare};
use crate::pipeline::releases::{self, RunLine, RunState};
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

fn colour(state: RunState) -> &'static str {
    match state {
        RunState::Waiting => "blue",
        RunState::Current => "green",
        RunState::Earlier => "grey",
        RunState::Held => "orange",
    }
}

#[derive(Template)]
#[template(path = "analyst/releases.html", config = "src/serve/templates/askama.toml")]
struct List {
    frame: Frame,
    lines: Vec<RunLine>,
    decisions: Vec<ReleaseDecision>,
    at_once: bool,
}

impl List {
    fn tag(&self, line: &RunLine) -> (&'static str, &'static str) {
        (line.state.words(), colour(line.state))
    }

    fn when(&self, stamp: &str) -> String {
        when(stamp)
    }

    fn day(&self, line: &RunLine) -> String {
        day(line.run.as_of)
    }
}

/// Every run and every decision.
pub async fn all(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let found =
        portal.ask(|portal, ledger| Ok((releases::lines(ledger, portal.reports())?, ledger.release_decisions()?)));
    let (lines, decisions) = found.await?;
    let at_once = portal.configuration().pipeline.portal.releases_at_once();
    page(&List { frame: visitor.frame("Publish"), lines, decisions, at_once })
}

#[derive(Template)]
#[template(path = "analyst/release.html", config = "src/serve/templates/askama.toml")]
struct One {
    frame: Frame,
    line: RunLine,
    form: Form,
    moved: Option<Comparison>,
    choices: Vec<(&'static str, &'static str)>,
}

impl One {
    fn tag(&self) -> (&'static str, &'static str) {
        (self.line.state.words(), colour(self.line.state))
    }

    fn when(&self, stamp: &str) -> String {
        when(stamp)
    }

    fn day(&self) -> String {
        day(self.line.run.as_of)
    }

    fn tier(&self, tier: &Option<crate::model::Tier>) -> String {
        super::runs::tier_words(tier.as_ref())
    }
}

/// A run, with what moved since the one that the board sees.
async fn find(portal: &Portal, run: String) -> Result<(RunLine, Option<Comparison>), Problem> {
    let found = portal.ask(move |portal, ledger| {
        let lines = releases::lines(ledger, portal.reports())?;
        let Some(line) = lines.into_iter().find(|l| l.run.run == run) else { return Ok(None) };
        let current = ledger.current_release()?.map(|r| r.run).or_else(|| line.run.previous.clone());
        let before = current.filter(|c| *c != line.run.run);
        // A run whose private results are gone can still be shown and released.
        let compared =
            |before: String| compare(portal.data(), ledger, &portal.configuration(), &before, &line.run.run).ok();
        let moved = before.and_then(compared);
        Ok(Some((line, moved)))
    });
    found.await?.ok_or(Problem::NotFound)
}

fn showing(visitor: &Visitor, line: RunLine, moved: Option<Comparison>, form: Form) -> One {
    let frame = visitor.frame(format!("Run {}", line.run.run)).trail("/analyst/releases", "Publish").wrong(&form);
    let choices = vec![("release", "Publish it: the board sees it"), ("hold", "Hold it: the board does not see it")];
    One { frame, line, form, moved, choices }
}

/// A run to publish or hold.
pub async fn one(visitor: Visitor, State(portal): State<Portal>, Path(run): Path<String>) -> Result<Response, Problem> {
    let (line, moved) = find(&portal, run).await?;
    page(&showing(&visitor, line, moved, Form::default()))
}

/// Publishes or holds a run.
pub async fn decide(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(run): Path<String>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let by = who(&visitor)?;
    let (name, what, note) = (run.clone(), form.value("decision").to_owned(), form.value("note").to_owned());
    let words = match what.as_str() {
        "release" => format!("The board sees run {run} now."),
        "hold" => format!("Run {run} is held."),
        _ => {
            form.refuse("decision", "Select what to do with the run");
            let (line, moved) = find(&portal, run).await?;
            return again(&showing(&visitor, line, moved, form));
        }
    };
    let decided = if what == "release" { "publish a run" } else { "hold a run" };
    let done = portal.ask(move |portal, ledger| {
        let board = (&*portal.configuration(), portal.today());
        Ok(match what.as_str() {
            "release" => releases::release(ledger, board, portal.reports(), &name, &note, &by).map(|_| ()),
            _ => releases::hold(ledger, board, &name, &note, &by),
        })
    });
    match done.await? {
        Ok(()) => {
            audit(&portal, &visitor, decided, &run).await?;
            visitor.done("/analyst/releases", &words).await
        }
        Err(refusal) => {
            refuse(&mut form, refusal)?;
            let (line, moved) = find(&portal, run).await?;
            again(&showing(&visitor, line, moved, form))
        }
    }
}

/// The kinds of files of a report, by ending.
const KINDS: [(&str, &str); 8] = [
    ("html", "text/html; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("csv", "text/csv; charset=utf-8"),
    ("json", "application/json"),
    ("md", "text/markdown; charset=utf-8"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("parquet", "application/vnd.apache.parquet"),
];

/// A file of a run's report. The report holds its style within itself and runs no script: it is shown in a box of its own.
const REPORT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline' 'self'; img-src 'self' data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-downloads";

/// A file of a run's report, seen as the board would.
pub async fn preview(
    State(portal): State<Portal>,
    Path((run, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let kind = file.rsplit_once('.').and_then(|(_, ending)| KINDS.iter().find(|(known, _)| *known == ending));
    let kind = kind.map(|(_, kind)| *kind).ok_or(Problem::NotFound)?;
    let bytes = portal.ask(move |portal, ledger| releases::file(ledger, portal.reports(), &run, &file));
    let bytes = bytes.await?.ok_or(Problem::NotFound)?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(REPORT_POLICY));
    Ok(response)
}
