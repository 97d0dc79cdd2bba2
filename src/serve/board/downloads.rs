//! The released reports in every form that they have.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use std::io::Read;

use super::words;
use super::{board_or_nothing, nothing};
use crate::model::Error;
use crate::pipeline::board::downloads::{self, Download};
use crate::pipeline::board::{Released, releases};
use crate::report::words::date;
use crate::serve::guard::Visitor;
use crate::serve::page::{self, Frame, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// What the report may do when it is read as a page of its own: its style is within it, and it asks for nothing.
const REPORT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
                             form-action 'none'; frame-ancestors 'none'";

/// A released report with its files.
struct Release {
    release: Released,
    as_of: String,
    released: String,
    files: Vec<Download>,
    charts: Vec<Download>,
}

#[derive(Template)]
#[template(path = "board/downloads.html", config = "src/serve/templates/askama.toml")]
struct List {
    frame: Frame,
    releases: Vec<Release>,
}

/// Every released report with its files, the current one first.
pub async fn list(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let releases = portal
        .ask(|portal, ledger| {
            let mut all = Vec::new();
            for release in releases(ledger)? {
                let (files, charts) = downloads::list(portal.reports(), &release.run)?;
                let released = crate::pipeline::challenges::day_of(&release.released_at);
                all.push(Release { as_of: date(release.as_of), released, release, files, charts });
            }
            Ok(all)
        })
        .await?;
    if releases.is_empty() {
        return nothing(&visitor);
    }
    page(&List { frame: visitor.frame("Downloads"), releases })
}

/// A file at the top of a released report.
pub async fn file(
    State(portal): State<Portal>,
    Path((run, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    given(&portal, run, name).await
}

/// A chart of a released report.
pub async fn chart(
    State(portal): State<Portal>,
    Path((run, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    given(&portal, run, format!("charts/{name}")).await
}

async fn given(portal: &Portal, run: String, name: String) -> Result<Response, Problem> {
    let found = portal
        .ask(move |portal, ledger| {
            if !releases(ledger)?.iter().any(|r| r.run == run) {
                return Ok(None);
            }
            let Some(opened) = downloads::open(portal.reports(), &run, &name)? else { return Ok(None) };
            let mut bytes = Vec::new();
            let mut file = opened.file;
            file.read_to_end(&mut bytes).map_err(|e| Error::io(&name, "a file of the report could not be read", e))?;
            Ok(Some((opened.save_as, opened.media_type, bytes)))
        })
        .await?;
    let (name, kind, bytes) = found.ok_or(Problem::NotFound)?;
    Ok(page::download(&name, kind, bytes))
}

/// The current report as one page, as it is in its folder.
pub async fn report(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let board = board_or_nothing!(visitor, portal);
    let run = board.run.clone();
    let text = portal
        .ask(move |portal, _| {
            let Some(opened) = downloads::open(portal.reports(), &run, "index.html")? else { return Ok(None) };
            let mut bytes = Vec::new();
            let mut file = opened.file;
            file.read_to_end(&mut bytes).map_err(|e| Error::io("index.html", "the report could not be read", e))?;
            Ok(Some(bytes))
        })
        .await?;
    let mut response = Bytes::from(text.ok_or(Problem::NotFound)?).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(REPORT_POLICY));
    Ok(response)
}
