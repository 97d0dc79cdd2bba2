//! The API of an agency's own systems: send a return, read its verdict, list what was sent. The same checks, codes and receipts
//! as on the pages.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::api::{Address, Asked};
use super::super::guard::Visitor;
use super::super::portal::Portal;
use super::super::problem::{ApiProblem, Problem};
use super::super::routes::{May, Route};
use super::send::Stream;
use crate::model::upload::Sender;
use crate::model::{Finding, Scope, Upload, Verdict};
use crate::pipeline::desk::versions::Version;
use crate::report::words::capital;

/// The most bytes of a return, and one that shows that there are more.
const RETURN_BYTES: usize = (50 << 20) + 1;

/// The longest name of a file, in characters.
const NAME_MAX: usize = 300;

/// The longest wait for a verdict, in seconds.
const WAIT_MAX: u64 = 30;

/// What programs of agencies may ask for.
pub static ROUTES: &[Route] = &[
    Route::post("/api/v1/agencies/{agency}/uploads", May::Token(Scope::Upload), "send a return by a program", upload),
    Route::get("/api/v1/agencies/{agency}/uploads", May::Token(Scope::Upload), "list uploads by a program", || {
        get(list)
    }),
    Route::get(
        "/api/v1/agencies/{agency}/uploads/{id}",
        May::Token(Scope::Upload),
        "read a verdict by a program",
        || get(verdict),
    ),
    Route::get(
        "/api/v1/agencies/{agency}/submissions",
        May::Token(Scope::Upload),
        "list submissions by a program",
        || get(submissions),
    ),
];

fn upload() -> MethodRouter<Portal> {
    axum::routing::post(send).layer(DefaultBodyLimit::max(RETURN_BYTES))
}

/// How a return is sent.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Named {
    /// The file's name with its ending, such as `police-2014-12.xlsx`.
    #[param(required = true, max_length = 300, pattern = r"\S")]
    name: Option<String>,
}

/// How long to wait for a verdict.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Patience {
    /// Seconds to wait until the verdict is there, 0 to 30.
    #[param(minimum = 0, maximum = 30)]
    wait: Option<u64>,
}

/// An upload and what came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadAnswer {
    /// Its receipt number.
    pub id: String,
    /// The agency for which it was sent.
    pub agency: String,
    /// The file's name.
    pub file: String,
    /// SHA-256 of what was received, lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// The day that counts, ISO 8601.
    pub received_on: String,
    /// The moment, RFC 3339 in UTC.
    pub received_at: String,
    /// `queued`, `judging`, `judged` or `stuck`.
    pub state: &'static str,
    /// `accepted`, `rejected` or `quarantined`; absent while there is none.
    pub verdict: Option<&'static str>,
    /// The return that it is; absent while that is not known.
    #[serde(rename = "return")]
    pub return_id: Option<String>,
    /// The newest period that it reports on.
    pub period: Option<String>,
    /// Rows that are used.
    pub rows: usize,
    /// Errors, each cell by itself.
    pub errors: usize,
    /// Queries.
    pub queries: usize,
    /// Notes.
    pub notes: usize,
    /// Whether its sender took it back.
    pub withdrawn: bool,
    /// The submission that a run made of it; absent before.
    pub submission: Option<String>,
    /// Every finding; empty in lists.
    pub findings: Vec<FindingAnswer>,
}

/// A problem at a place of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingAnswer {
    /// Letter and three digits.
    pub code: String,
    /// `error`, `query` or `note`.
    pub severity: &'static str,
    /// Sheet; empty for CSV.
    pub sheet: String,
    /// Cell such as `C17`; empty for CSV and for what concerns the whole file.
    pub cell: String,
    /// 1-based row.
    pub row: Option<u32>,
    /// The header as written.
    pub column: String,
    /// What was found and what was expected.
    pub message: String,
    /// What to do.
    pub fix: String,
}

/// A version of a return: an upload, or a file that came another way.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmissionAnswer {
    /// Its id; absent until a run has taken it.
    pub submission: Option<String>,
    /// The upload; absent for a file that came another way.
    pub upload: Option<String>,
    /// The file's name.
    pub file: String,
    /// The day of receipt, ISO 8601.
    pub received_on: String,
    /// `accepted`, `rejected` or `quarantined`; absent while there is none.
    pub verdict: Option<&'static str>,
    /// The newest period; empty where none.
    pub period: String,
    /// Rows that are used.
    pub rows: usize,
    /// In words, such as `Counts from the next run`.
    pub standing: &'static str,
}

impl UploadAnswer {
    fn of(upload: &Upload, findings: Vec<Finding>) -> Self {
        let outcome = upload.outcome.as_ref().filter(|_| !upload.state.is_pending());
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            id: upload.id.clone(),
            agency: upload.agency.clone(),
            file: upload.name.clone(),
            sha256: upload.sha256.clone(),
            bytes: upload.bytes,
            received_on: upload.received_on.to_string(),
            received_at: upload.received_at.clone(),
            state: upload.state.as_str(),
            verdict: outcome.map(|o| o.verdict.as_str()),
            return_id: outcome.and_then(|o| some(&o.return_id)),
            period: outcome.and_then(|o| some(&o.period)),
            rows: outcome.map_or(0, |o| o.rows),
            errors: outcome.map_or(0, |o| o.errors),
            queries: outcome.map_or(0, |o| o.queries),
            notes: outcome.map_or(0, |o| o.notes),
            withdrawn: upload.withdrawn_at.is_some(),
            submission: some(&upload.submission),
            findings: findings.into_iter().map(FindingAnswer::of).collect(),
        }
    }
}

impl FindingAnswer {
    fn of(finding: Finding) -> Self {
        Self {
            severity: crate::report::verdict::severity(finding.severity),
            code: finding.code,
            sheet: finding.sheet,
            cell: finding.cell,
            row: finding.row,
            column: finding.column,
            message: finding.message,
            fix: finding.fix,
        }
    }
}

impl SubmissionAnswer {
    fn of(version: &Version) -> Self {
        Self {
            submission: version.submission.as_ref().map(|s| s.id.clone()),
            upload: version.upload.as_ref().map(|u| u.id.clone()),
            file: version.file.clone(),
            received_on: version.received_on.to_string(),
            verdict: version.verdict.map(Verdict::as_str),
            period: version.period.clone(),
            rows: version.rows,
            standing: version.standing,
        }
    }
}

/// Sends a return.
///
/// The body is the file itself. The answer comes when the file is safely kept; its verdict is read with the receipt number.
#[utoipa::path(
    post,
    path = "/api/v1/agencies/{agency}/uploads",
    tag = "uploads",
    params(("agency" = String, Path, description = "Id of the agency"), Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file, up to 50 MiB or what the board allows"),
    responses(
        (status = 202, description = "Received and kept", body = UploadAnswer),
        (status = 400, description = "No name, no body, or the connection broke off", body = ApiProblem),
        (status = 404, description = "No such agency", body = ApiProblem),
        (status = 413, description = "The file is larger than 50 MiB or what the board allows", body = ApiProblem),
        (status = 429, description = "The token has sent as many files in 24 hours as the board allows", body = ApiProblem),
        (status = 503, description = "Too many files are being checked", body = ApiProblem),
    ),
    security(("token" = ["upload"]))
)]
pub async fn send(
    visitor: Visitor,
    State(portal): State<Portal>,
    Address(agency): Address<String>,
    Asked(named): Asked<Named>,
    body: Body,
) -> Result<Response, Problem> {
    is_agency(&portal, &agency)?;
    let holder = visitor.holder()?;
    let by =
        Sender { user: 0, name: format!("token {} ({})", holder.id, holder.name), is_own: holder.agency.is_some() };
    let name = named.name.filter(|n| !n.trim().is_empty() && n.chars().count() <= NAME_MAX);
    let wanted = "Give the file's name with its ending as `?name=`, of 300 characters at most.";
    let name = name.ok_or(Problem::Unreadable(wanted))?;
    super::send::has_room(&portal)?;
    if let Some(why) = super::send::spent(&portal, &by).await? {
        return Err(Problem::Refused(StatusCode::TOO_MANY_REQUESTS, capital(&why)));
    }
    let broken = || Problem::Unreadable("The upload broke off. Nothing of the file was kept: send it again.");
    let mut stream = Stream::begin(&portal).await?;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        if !stream.take(&portal, &piece.map_err(|_| broken())?).await? {
            return Err(large(&portal));
        }
    }
    if stream.is_empty() {
        return Err(Problem::Unreadable("Send the file itself as the body of the request."));
    }
    let received = stream.end(&portal, &agency, &by, &name).await?;
    let Some(received) = received else { return Err(large(&portal)) };
    Ok((StatusCode::ACCEPTED, Json(UploadAnswer::of(&received, Vec::new()))).into_response())
}

/// The problem of a file that is too large.
fn large(portal: &Portal) -> Problem {
    Problem::Refused(StatusCode::PAYLOAD_TOO_LARGE, capital(&super::send::too_large(portal)))
}

/// Lists what an agency sent, the latest first.
#[utoipa::path(
    get,
    path = "/api/v1/agencies/{agency}/uploads",
    tag = "uploads",
    params(("agency" = String, Path, description = "Id of the agency")),
    responses(
        (status = 200, description = "Uploads without their findings", body = Vec<UploadAnswer>),
        (status = 404, description = "No such agency", body = ApiProblem),
    ),
    security(("token" = ["upload"]))
)]
pub async fn list(
    State(portal): State<Portal>,
    Address(agency): Address<String>,
) -> Result<Json<Vec<UploadAnswer>>, Problem> {
    is_agency(&portal, &agency)?;
    let uploads = portal.ask(move |portal, _| portal.desk().uploads_of(&agency)).await?;
    Ok(Json(uploads.iter().map(|u| UploadAnswer::of(u, Vec::new())).collect()))
}

/// Reads the verdict on an upload, with every finding.
#[utoipa::path(
    get,
    path = "/api/v1/agencies/{agency}/uploads/{id}",
    tag = "uploads",
    params(
        ("agency" = String, Path, description = "Id of the agency"),
        ("id" = String, Path, description = "The receipt number"),
        Patience
    ),
    responses(
        (status = 200, description = "As it stands now", body = UploadAnswer),
        (status = 400, description = "`wait` is no number from 0 to 30", body = ApiProblem),
        (status = 404, description = "The agency has no such upload", body = ApiProblem),
    ),
    security(("token" = ["upload"]))
)]
pub async fn verdict(
    State(portal): State<Portal>,
    Address((agency, id)): Address<(String, String)>,
    Asked(patience): Asked<Patience>,
) -> Result<Json<UploadAnswer>, Problem> {
    let wait = patience.wait.unwrap_or(0);
    if wait > WAIT_MAX {
        return Err(Problem::Unreadable("Wait for 30 seconds at most, and ask again."));
    }
    let wait = Duration::from_secs(wait);
    let read = async || {
        let of = (agency.clone(), id.clone());
        let found = portal.ask(move |portal, _| {
            let desk = portal.desk();
            let Some(upload) = desk.upload(&of.0, &of.1)? else { return Ok(None) };
            let is_ready = !upload.state.is_pending();
            let findings = if is_ready { desk.findings(&of.0, &of.1)? } else { Vec::new() };
            Ok(Some((upload, findings)))
        });
        found.await?.ok_or(Problem::NotFound)
    };
    let (upload, findings) = read().await?;
    if !upload.state.is_pending() || wait.is_zero() {
        return Ok(Json(UploadAnswer::of(&upload, findings)));
    }
    // Whoever waits holds no thread and asks no ledger: the queue is looked at a few times a second.
    let until = tokio::time::Instant::now() + wait;
    while portal.desk().before(&upload.id).is_some() && tokio::time::Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (upload, findings) = read().await?;
    Ok(Json(UploadAnswer::of(&upload, findings)))
}

/// Lists every version of an agency's returns, however it came, the latest first.
#[utoipa::path(
    get,
    path = "/api/v1/agencies/{agency}/submissions",
    tag = "uploads",
    params(("agency" = String, Path, description = "Id of the agency")),
    responses(
        (status = 200, description = "Versions", body = Vec<SubmissionAnswer>),
        (status = 404, description = "No such agency", body = ApiProblem),
    ),
    security(("token" = ["upload"]))
)]
pub async fn submissions(
    State(portal): State<Portal>,
    Address(agency): Address<String>,
) -> Result<Json<Vec<SubmissionAnswer>>, Problem> {
    is_agency(&portal, &agency)?;
    let versions = portal.ask(move |portal, _| portal.desk().versions(&agency, None)).await?;
    Ok(Json(versions.iter().map(SubmissionAnswer::of).collect()))
}

/// An agency that the board does not have is not there, for a token of the whole board too.
fn is_agency(portal: &Portal, agency: &str) -> Result<(), Problem> {
    if portal.is_agency(agency) { Ok(()) } else { Err(Problem::NotFound) }
}
