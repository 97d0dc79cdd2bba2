//! For whoever watches the service: whether it is alive, whether it can do its work, and its figures for Prometheus.

use std::sync::OnceLock;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::Utc;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::portal::Portal;
use super::problem::Problem;
use super::routes::{May, Route};
use crate::model::Scope;
use crate::pipeline::health::{health, is_ready};

/// What watches the service may ask. The figures need a token: how busy a board is concerns nobody else.
pub static ROUTES: &[Route] = &[
    Route::get("/health", May::Anyone, "whether the service is alive", || get(alive)),
    Route::get("/ready", May::Anyone, "whether the service can do its work", || get(ready)),
    Route::get("/metrics", May::Token(Scope::Watch), "figures for Prometheus", || get(figures)),
];

/// Upper ends of the classes of answer times, in seconds.
const CLASSES: [f64; 8] = [0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// How often the figures are drawn together, so that they do not grow where nobody asks for them.
const UPKEEP: Duration = Duration::from_secs(30);

/// The one recorder of the process; none where another program of the process has its own.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let install = || PrometheusBuilder::new().set_buckets(&CLASSES).and_then(PrometheusBuilder::install_recorder).ok();
    RECORDER.get_or_init(install).as_ref()
}

/// Begins to count, and keeps the figures small as long as the service runs.
pub async fn keep() {
    let Some(recorder) = recorder() else { return };
    let mut again = tokio::time::interval(UPKEEP);
    loop {
        again.tick().await;
        recorder.run_upkeep();
    }
}

async fn alive() -> Response {
    Json(serde_json::json!({ "status": "alive" })).into_response()
}

/// No more than yes or no: the rest is for the administrator.
async fn ready(State(portal): State<Portal>) -> Response {
    let is_ready = portal.ask(|portal, ledger| is_ready(portal.data(), ledger)).await.unwrap_or(false);
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(serde_json::json!({ "ready": is_ready }))).into_response()
}

/// Figures in the text format of Prometheus.
async fn figures(State(portal): State<Portal>) -> Result<Response, Problem> {
    let recorder = recorder().ok_or_else(|| Problem::Failed(super::log::number()))?;
    let waiting = portal.desk().waiting();
    let health = portal.ask(move |portal, ledger| health(portal.data(), ledger, waiting, Utc::now())).await?;
    metrics::gauge!("lscb_ready").set(if health.is_ready() { 1.0 } else { 0.0 });
    metrics::gauge!("lscb_uploads_waiting").set(waiting as f64);
    metrics::gauge!("lscb_disk_free_bytes").set(health.disk_free as f64);
    if let Some(hours) = health.last_run_hours {
        metrics::gauge!("lscb_last_run_age_hours").set(hours as f64);
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], recorder.render()).into_response())
}
