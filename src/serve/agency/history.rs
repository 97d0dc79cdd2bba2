//! What an agency sent, and what each file changed.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::guard::Visitor;
use super::super::page::{Frame, page};
use super::super::portal::Portal;
use super::super::problem::Problem;
use super::frame;
use crate::model::{Period, Verdict};
use crate::pipeline::desk::versions::Version;
use crate::pipeline::desk::{day_in_words, moment_in_words};
use crate::pipeline::naming;

/// A file of a table.
pub(super) struct Row {
    pub href: String,
    pub name: String,
    pub received: String,
    pub period: String,
    pub verdict: &'static str,
    pub colour: &'static str,
    pub standing: &'static str,
    pub effect: String,
}

/// A version as a line of a table.
pub(super) fn row(agency: &str, version: &Version) -> Row {
    let upload = version.upload.as_ref();
    let (verdict, colour) = match version.verdict {
        Some(Verdict::Accepted) => ("Accepted", "green"),
        Some(Verdict::Rejected) => ("Not accepted", "red"),
        Some(Verdict::Quarantined) => ("Set aside", "red"),
        None => ("No verdict yet", "grey"),
    };
    let submission = version.submission.as_ref().filter(|s| s.verdict == Verdict::Accepted);
    Row {
        href: upload.map(|u| format!("/agencies/{agency}/uploads/{}", u.id)).unwrap_or_default(),
        name: version.file.clone(),
        received: upload.map_or_else(|| day_in_words(version.received_on), |u| moment_in_words(&u.received_at)),
        period: Period::parse(&version.period).map(Period::words).unwrap_or_default(),
        verdict,
        colour,
        standing: version.standing,
        effect: submission.map(|s| format!("/agencies/{agency}/submissions/{}", s.id)).unwrap_or_default(),
    }
}

#[derive(Template)]
#[template(path = "agency/sent.html", config = "src/serve/templates/askama.toml")]
struct Sent {
    frame: Frame,
    agency: String,
    versions: Vec<Row>,
    checking: usize,
}

/// Everything that an agency sent.
pub async fn sent(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(agency): Path<String>,
) -> Result<Response, Problem> {
    let of = agency.clone();
    let versions = portal.ask(move |portal, _| portal.desk().versions(&of, None)).await?;
    let pending = |v: &&Version| v.upload.as_ref().is_some_and(|u| u.state.is_pending());
    let checking = versions.iter().filter(pending).count();
    let mut frame = frame(&visitor, &agency, "What you sent");
    if checking > 0 {
        frame = frame.refresh(2);
    }
    page(&Sent { frame, versions: versions.iter().map(|v| row(&agency, v)).collect(), checking, agency })
}

#[derive(Template)]
#[template(path = "agency/effect.html", config = "src/serve/templates/askama.toml")]
struct Effect {
    frame: Frame,
    changes: Changes,
}

/// What a file changed, ready to be shown.
pub(super) struct Changes {
    pub counts: Vec<(&'static str, usize)>,
    pub rows: Vec<[String; 6]>,
    pub more: usize,
}

/// What was changed, with the names of what it is about.
pub(super) fn changes(portal: &Portal, of: &crate::model::upload::Changes) -> Changes {
    const SHOWN: usize = 50;
    let configuration = portal.configuration();
    let reference = &configuration.reference;
    let one = |c: &crate::model::upload::Change| {
        let what = match c.breakdown.as_str() {
            "" => naming::subject(reference, &c.subject),
            breakdown => format!("{} ({breakdown})", naming::subject(reference, &c.subject)),
        };
        let to = c.to.map_or_else(|| "not in this file; still counts".to_owned(), |to| to.to_string());
        [what, naming::place(reference, &c.locality), c.period.words(), column(&c.column), c.from.to_string(), to]
    };
    let told = of.changed + of.left_out;
    let rows: Vec<[String; 6]> = of.listed.iter().take(SHOWN).map(one).collect();
    Changes {
        counts: vec![
            ("New figures", of.added),
            ("Changed figures", of.changed),
            ("The same as before", of.same),
            ("Left out of this file, and still counting", of.left_out),
        ],
        more: told.saturating_sub(rows.len()),
        rows,
    }
}

/// The words for a column of figures.
fn column(name: &str) -> String {
    match name {
        "numerator" => "Number".to_owned(),
        "denominator" => "Out of".to_owned(),
        "value" => "Value".to_owned(),
        other => other.replace('_', " "),
    }
}

/// What a submission changed in its agency's figures.
pub async fn effect(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, submission)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let of = agency.clone();
    let found = portal.ask(move |portal, _| Ok(portal.desk().effect(&of, &submission)?.map(|c| changes(portal, &c))));
    let changes = found.await?.ok_or(Problem::NotFound)?;
    let sent = format!("/agencies/{agency}/uploads");
    let frame = frame(&visitor, &agency, "What this file changed").trail(sent.clone(), "What you sent").tab(&sent);
    page(&Effect { frame, changes })
}
