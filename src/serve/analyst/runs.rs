//! Runs: start one, see it as it goes, read the log of a night, compare two; and the same for programs.

use askama::Template;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::{audit, when, who};
use crate::ledger::{Job, JobState, Ledger, Run};
use crate::model::{Error, Who};
use crate::pipeline::compare::{Comparison, compare as of_two};
use crate::pipeline::jobs;
use crate::serve::api::Address;
use crate::serve::form::Posted;
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, page};
use crate::serve::portal::Portal;
use crate::serve::problem::{ApiProblem, Problem};

/// How many jobs the list shows.
const LATEST: usize = 30;

#[derive(Template)]
#[template(path = "analyst/runs.html", config = "src/serve/templates/askama.toml")]
struct List {
    frame: Frame,
    jobs: Vec<Job>,
    runs: Vec<Run>,
    at_work: Option<Job>,
    is_busy: bool,
    schedule: String,
    coming: Vec<String>,
}

fn tag(job: &Job) -> (&'static str, &'static str) {
    match job.state {
        JobState::Running => ("At work", "blue"),
        JobState::Done if job.is_new => ("New report", "green"),
        JobState::Done => ("Nothing new", "grey"),
        JobState::Failed => ("Failed", "red"),
        JobState::Interrupted => ("Interrupted", "orange"),
    }
}

impl List {
    fn tag(&self, job: &Job) -> (&'static str, &'static str) {
        tag(job)
    }

    fn when(&self, stamp: &str) -> String {
        when(stamp)
    }
}

/// All runs and jobs.
pub async fn all(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let found = portal.ask(|portal, ledger| {
        let at_work = jobs::at_work(ledger, portal.data())?;
        let is_busy = at_work.is_none() && jobs::is_busy(portal.data());
        let runs: Vec<Run> = ledger.runs()?.into_iter().rev().collect();
        Ok((at_work, is_busy, ledger.jobs(LATEST)?, runs))
    });
    let (at_work, is_busy, jobs, runs) = found.await?;
    let schedule = super::watch::schedule(&portal);
    let coming = schedule.as_ref().map(|s| s.coming(chrono::Utc::now(), 3)).unwrap_or_default();
    page(&List {
        frame: visitor.frame("Runs"),
        jobs,
        runs,
        at_work,
        is_busy,
        schedule: schedule.map(|s| s.in_words()).unwrap_or_default(),
        coming: coming.iter().map(super::moment).collect(),
    })
}

fn begin(portal: &Portal, by: &Who, full: bool) -> Result<Option<i64>, Error> {
    jobs::start(&super::watch::place(portal), by, full, None)
}

/// Starts a run.
pub async fn start(visitor: Visitor, State(portal): State<Portal>, Posted(form): Posted) -> Result<Response, Problem> {
    let (by, full) = (who(&visitor)?, form.is_chosen("full", "yes"));
    match portal.ask(move |portal, _| begin(portal, &by, full)).await? {
        Some(job) => {
            audit(&portal, &visitor, "start a run", &format!("job {job}")).await?;
            visitor.done(&format!("/analyst/runs/{job}"), "The run has begun.").await
        }
        None => visitor.done("/analyst/runs", "A run is at work already. This one was not started.").await,
    }
}

#[derive(Template)]
#[template(path = "analyst/run.html", config = "src/serve/templates/askama.toml")]
struct One {
    frame: Frame,
    job: Job,
}

impl One {
    fn tag(&self) -> (&'static str, &'static str) {
        tag(&self.job)
    }

    fn is_running(&self) -> bool {
        self.job.state == JobState::Running
    }

    fn when(&self, stamp: &str) -> String {
        when(stamp)
    }
}

fn find(portal: &Portal, ledger: &Ledger, job: &str) -> Result<Option<Job>, Error> {
    jobs::mend(ledger, portal.data())?;
    match job.parse() {
        Ok(job) => ledger.job(job),
        Err(_) => Ok(None),
    }
}

/// A run as it goes, or went.
pub async fn one(visitor: Visitor, State(portal): State<Portal>, Path(job): Path<String>) -> Result<Response, Problem> {
    let job = portal.ask(move |portal, ledger| find(portal, ledger, &job)).await?.ok_or(Problem::NotFound)?;
    let frame = visitor.frame(format!("Run of {}", when(&job.started_at))).trail("/analyst/runs", "Runs");
    let frame = if job.state == JobState::Running { frame.refresh(2) } else { frame };
    page(&One { frame, job })
}

/// Which two runs.
#[derive(Debug, Default, Deserialize)]
pub struct Two {
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "analyst/compare.html", config = "src/serve/templates/askama.toml")]
struct Compared {
    frame: Frame,
    comparison: Comparison,
}

/// How a tier is called in a comparison.
pub(super) fn tier_words(tier: Option<&crate::model::Tier>) -> String {
    tier.map_or_else(|| "not there".to_owned(), |t| crate::report::words::tier(*t).short.to_owned())
}

impl Compared {
    fn tier(&self, tier: &Option<crate::model::Tier>) -> String {
        tier_words(tier.as_ref())
    }

    fn number(&self, number: &f64) -> String {
        format!("{number:.2}")
    }
}

/// Two runs compared.
pub async fn compare(
    visitor: Visitor,
    State(portal): State<Portal>,
    Query(two): Query<Two>,
) -> Result<Response, Problem> {
    let frame = visitor.frame("Two runs compared").trail("/analyst/runs", "Runs");
    let found = portal.ask(move |portal, ledger| {
        if ledger.run(&two.before)?.is_none() || ledger.run(&two.after)?.is_none() {
            return Ok(None);
        }
        of_two(portal.data(), ledger, &portal.configuration(), &two.before, &two.after).map(Some)
    });
    let comparison = found.await?.ok_or(Problem::NotFound)?;
    page(&Compared { frame, comparison })
}

/// A run that was started, for programs.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ApiRun {
    /// Number of the job.
    pub id: i64,
    /// `running`, `done`, `failed`, `interrupted`.
    pub state: &'static str,
    /// When it was started, RFC 3339 UTC.
    pub started_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// The stage that it is at, or was at when it ended.
    pub stage: String,
    /// Steps of the stage that are done.
    pub done: usize,
    /// Steps that the stage takes; 0 where that is not known.
    pub of: usize,
    /// The run that stands after it.
    pub run: Option<String>,
    /// Whether that run is new.
    pub is_new: bool,
    /// Files judged.
    pub judged: usize,
    /// Of these, not accepted.
    pub refused: usize,
    /// Why it failed.
    pub error: Option<String>,
}

impl From<Job> for ApiRun {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            state: job.state.as_str(),
            started_at: job.started_at,
            ended_at: job.ended_at,
            stage: job.stage,
            done: job.done,
            of: job.total,
            run: job.run,
            is_new: job.is_new,
            judged: job.judged,
            refused: job.refused,
            error: job.error,
        }
    }
}

/// The latest runs that were started in the portal, the newest first.
#[utoipa::path(get, path = "/api/v1/runs", tag = "runs", security(("token" = ["run"])),
    responses((status = 200, description = "The latest runs", body = Vec<ApiRun>)))]
pub async fn api_all(State(portal): State<Portal>) -> Result<Json<Vec<ApiRun>>, Problem> {
    let jobs = portal.ask(|portal, ledger| {
        jobs::mend(ledger, portal.data())?;
        ledger.jobs(LATEST)
    });
    Ok(Json(jobs.await?.into_iter().map(ApiRun::from).collect()))
}

/// Starts a run.
#[utoipa::path(post, path = "/api/v1/runs", tag = "runs", security(("token" = ["run"])),
    responses((status = 202, description = "It has begun", body = ApiRun),
        (status = 409, description = "A run is at work already", body = ApiProblem)))]
pub async fn api_start(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let by = Who::program(&visitor.who());
    let begun = portal.ask(move |portal, ledger| match begin(portal, &by, false)? {
        Some(job) => ledger.job(job),
        None => Ok(None),
    });
    match begun.await? {
        Some(job) => {
            audit(&portal, &visitor, "start a run", &format!("job {}", job.id)).await?;
            Ok((StatusCode::ACCEPTED, Json(ApiRun::from(job))).into_response())
        }
        None => Err(Problem::Refused(StatusCode::CONFLICT, "A run is at work already.".to_owned())),
    }
}

/// A run by the number of its job.
#[utoipa::path(get, path = "/api/v1/runs/{job}", tag = "runs", security(("token" = ["run"])),
    params(("job" = String, Path, description = "Number of the job")),
    responses((status = 200, description = "The run", body = ApiRun),
        (status = 404, description = "There is no such run", body = ApiProblem)))]
pub async fn api_one(State(portal): State<Portal>, Address(job): Address<String>) -> Result<Json<ApiRun>, Problem> {
    let job = portal.ask(move |portal, ledger| find(portal, ledger, &job)).await?;
    job.map(|job| Json(ApiRun::from(job))).ok_or(Problem::NotFound)
}
