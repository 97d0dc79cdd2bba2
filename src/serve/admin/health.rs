//! How the service is, for the administrator.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::Utc;

use crate::ledger::Ledger;
use crate::pipeline::health::{Health, LEAST_FREE, health};
use crate::serve::guard::Visitor;
use crate::serve::page::size;
use crate::serve::page::{Frame, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

#[derive(Template)]
#[template(path = "admin/health.html", config = "src/serve/templates/askama.toml")]
struct HealthPage {
    frame: Frame,
    health: Health,
    free: String,
    size: String,
    least: String,
}

/// How the service is.
pub async fn shown(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let asked = |portal: &Portal, ledger: &Ledger| health(portal.data(), ledger, portal.desk().waiting(), Utc::now());
    let health = portal.ask(asked).await?;
    page(&HealthPage {
        frame: visitor.frame("Health"),
        free: size(health.disk_free),
        size: size(health.disk_size),
        least: size(LEAST_FREE),
        health,
    })
}
