//! Backups: those that there are, making one, and how to restore.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::Utc;

use crate::access::users::Doer;
use crate::ledger::Ledger;
use crate::pipeline::backup::{self, Listed, Options};
use crate::serve::account::{Moment, moment_of};
use crate::serve::form::Posted;
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, page, size};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// A backup as the page shows it.
struct Shown {
    name: String,
    size: String,
    made: Moment,
}

#[derive(Template)]
#[template(path = "admin/backups.html", config = "src/serve/templates/askama.toml")]
struct BackupsPage {
    frame: Frame,
    folder: String,
    backups: Vec<Shown>,
    example: String,
    pipeline: String,
}

/// The backups that the portal made.
pub async fn list(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let found = portal.ask(|portal, _| backup::list(portal.data())).await?;
    let shown = |b: Listed| Shown { name: b.name, size: size(b.bytes), made: moment_of(&b.made_at) };
    let backups: Vec<Shown> = found.into_iter().map(shown).collect();
    let folder = portal.data().join(backup::FOLDER).display().to_string();
    page(&BackupsPage {
        frame: visitor.frame("Backups"),
        example: backups.first().map_or_else(|| "BACKUP.lscb.zip".to_owned(), |b| format!("{folder}/{}", b.name)),
        folder,
        backups,
        pipeline: portal.pipeline().display().to_string(),
    })
}

/// Makes a backup.
pub async fn make(visitor: Visitor, State(portal): State<Portal>, Posted(_): Posted) -> Result<Response, Problem> {
    let by = Doer::person(visitor.user()?, visitor.address());
    let asked = move |portal: &Portal, ledger: &Ledger| {
        let options = Options {
            pipeline: portal.pipeline().to_owned(),
            data: Some(portal.data().to_owned()),
            reports: Some(portal.reports().to_owned()),
            with_quarantine: false,
        };
        let made = backup::backup_here(&options, Utc::now())?;
        let name = made.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        by.record(ledger, "make backup", &name, "done")?;
        Ok((name, made))
    };
    let (name, made) = portal.ask(asked).await?;
    let words = format!("The backup {name} is made: {} files, {}.", made.files, size(made.bytes));
    visitor.done("/admin/backups", &words).await
}
