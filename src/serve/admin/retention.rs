//! What is kept for a time only.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::ledger::Ledger;
use crate::pipeline::retention::{Retention, retention};
use crate::serve::account::day;
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// A file that waits to be destroyed.
struct Waiting {
    submission: String,
    agency: String,
    received: String,
    destroyed: String,
}

/// A certificate.
struct Destroyed {
    submission: String,
    sha256: String,
    received: String,
    destroyed: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "admin/retention.html", config = "src/serve/templates/askama.toml")]
struct RetentionPage {
    frame: Frame,
    days: u32,
    waiting: Vec<Waiting>,
    destroyed: Vec<Destroyed>,
}

/// Quarantined files, until when each is kept, and the certificates of those that are gone.
pub async fn shown(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let days = portal.configuration().pipeline.quarantine_days;
    let asked = move |portal: &Portal, ledger: &Ledger| retention(portal.data(), ledger, days);
    let Retention { waiting, destroyed } = portal.ask(asked).await?;
    let agency = |id: &str| if id.is_empty() { "Not known".to_owned() } else { portal.agency_name(id) };
    let waiting = waiting.into_iter().map(|w| Waiting {
        agency: agency(&w.agency),
        received: day(w.received_on),
        destroyed: day(w.destroyed_on),
        submission: w.submission,
    });
    let destroyed = destroyed.into_iter().map(|c| Destroyed {
        received: day(c.received_on),
        destroyed: day(c.destroyed_on),
        submission: c.submission,
        sha256: c.sha256,
        reason: c.reason,
    });
    page(&RetentionPage {
        frame: visitor.frame("Retention"),
        days,
        waiting: waiting.collect(),
        destroyed: destroyed.collect(),
    })
}
