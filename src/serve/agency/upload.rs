//! One upload: waiting for its verdict, then the verdict with all that is to be mended or explained, and what is given back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::form::Posted;
use super::super::guard::Visitor;
use super::super::page::{Frame, download, page};
use super::super::portal::Portal;
use super::super::problem::Problem;
use super::frame;
use super::history::{Changes, changes};
use super::returns::XLSX;
use crate::model::{Severity, UploadState, Verdict};
use crate::pipeline::desk::answers::{Group, headline};
use crate::pipeline::desk::explaining::ToExplain;
use crate::pipeline::desk::{day_in_words, moment_in_words};
use crate::report::verdict::{counted, in_short};

/// How often a page that waits looks again, in seconds.
const LOOK_AGAIN: u32 = 2;

#[derive(Template)]
#[template(path = "agency/waiting.html", config = "src/serve/templates/askama.toml")]
struct Waiting {
    frame: Frame,
    base: String,
    name: String,
    received: String,
    id: String,
    before: String,
    is_stuck: bool,
}

#[derive(Template)]
#[template(path = "agency/verdict.html", config = "src/serve/templates/askama.toml")]
struct VerdictPage {
    frame: Frame,
    base: String,
    agency: String,
    headline: String,
    lead: Vec<String>,
    is_accepted: bool,
    is_quarantined: bool,
    facts: Vec<(&'static str, String)>,
    errors: Vec<Group>,
    groups: Vec<Group>,
    queries: Vec<(ToExplain, String)>,
    has_drift: bool,
    changes: Option<Changes>,
    may_withdraw: bool,
    same_as: String,
}

/// The verdict, or the wait for it.
pub async fn one(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let of = (agency.clone(), id.clone());
    let found = portal.ask(move |portal, _| {
        let desk = portal.desk();
        let Some(upload) = desk.upload(&of.0, &of.1)? else { return Ok(None) };
        if upload.state.is_pending() || upload.outcome.is_none() {
            let before = desk.before(&of.1);
            return Ok(Some((upload, before, Vec::new(), Vec::new(), String::new())));
        }
        let groups = desk.groups(&of.0, &of.1)?;
        let queries = desk.to_explain(&upload)?;
        let return_id = upload.outcome.as_ref().map(|o| o.return_id.clone()).unwrap_or_default();
        let name = if return_id.is_empty() { String::new() } else { desk.name_of_return(&return_id)? };
        Ok(Some((upload, None, groups, queries, name)))
    });
    let (upload, before, groups, queries, return_name) = found.await?.ok_or(Problem::NotFound)?;
    let base = format!("/agencies/{agency}/uploads/{id}");
    let sent = format!("/agencies/{agency}/uploads");
    let framed = |title: String| frame(&visitor, &agency, title).trail(sent.clone(), "What you sent").tab(&sent);
    let Some(outcome) = upload.outcome.clone().filter(|_| !upload.state.is_pending()) else {
        let is_stuck = upload.state == UploadState::Stuck;
        let mut frame = framed(headline(&upload));
        if !is_stuck {
            frame = frame.refresh(LOOK_AGAIN);
        }
        let before = match before {
            None | Some(0) => "It is being checked now.".to_owned(),
            Some(n) => format!("{} before it.", counted(n, "file")),
        };
        let received = moment_in_words(&upload.received_at);
        return page(&Waiting { frame, base, name: upload.name, received, id, before, is_stuck });
    };
    let is_accepted = outcome.verdict == Verdict::Accepted;
    let title = format!("{}: {}", upload.name, word(outcome.verdict));
    let mut facts = vec![
        ("File", upload.name.clone()),
        ("Received", format!("{} from {}", moment_in_words(&upload.received_at), upload.sender.name)),
        ("Counts as received on", day_in_words(upload.received_on)),
    ];
    if !return_name.is_empty() {
        facts.push(("Return", return_name));
    }
    if let Some(period) = crate::model::Period::parse(&outcome.period) {
        facts.push(("Newest period", period.words()));
    }
    if is_accepted {
        facts.push(("Rows used", outcome.rows.to_string()));
    }
    facts.push(("Fingerprint (SHA-256)", upload.sha256.clone()));
    facts.push(("Standing", standing(&upload)));
    let open = queries.iter().filter(|q| q.is_open).count();
    let mut lead = lead(&upload, outcome.verdict, open);
    if outcome.is_foreign {
        lead.push("You can send figures of your own agency only.".to_owned());
    }
    let mut frame = framed(title);
    frame.has_errors = !is_accepted;
    page(&VerdictPage {
        frame,
        headline: said(&upload, queries.len(), open),
        lead,
        is_accepted,
        is_quarantined: outcome.verdict == Verdict::Quarantined,
        facts,
        errors: groups.iter().filter(|g| g.severity == Severity::Error).cloned().collect(),
        has_drift: groups.iter().any(|g| g.is_drift || g.code.starts_with("L00")),
        groups,
        queries: queries
            .into_iter()
            .map(|q| {
                let about = portal.about(&q.subject, &q.period);
                (q, about)
            })
            .collect(),
        changes: is_accepted.then(|| changes(&portal, &outcome.changes)),
        may_withdraw: upload.submission.is_empty() && upload.withdrawn_at.is_none(),
        same_as: match upload.same_as.as_str() {
            "" => String::new(),
            id => format!("/agencies/{agency}/uploads/{id}"),
        },
        agency,
        base,
    })
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Rejected => "not accepted",
        Verdict::Quarantined => "set aside",
    }
}

/// The verdict in a sentence, and what is still to be done. The panel of an accepted file says `Accepted` itself.
fn said(upload: &crate::model::Upload, queries: usize, open: usize) -> String {
    let is_accepted = upload.outcome.as_ref().is_some_and(|o| o.verdict == Verdict::Accepted);
    match (is_accepted, queries, open) {
        (false, ..) => headline(upload),
        (true, 0, _) => "You have nothing more to do.".to_owned(),
        (true, _, 0) => "You have explained all that was asked. An analyst looks at it.".to_owned(),
        (true, _, n) => format!("{} to explain.", counted(n, "query")),
    }
}

fn standing(upload: &crate::model::Upload) -> String {
    let accepted = upload.outcome.as_ref().is_some_and(|o| o.verdict == Verdict::Accepted);
    match (accepted, upload.submission.is_empty(), upload.withdrawn_at.is_some()) {
        (_, _, true) => "Withdrawn: no run takes it".to_owned(),
        (true, true, _) => "Counts from the next run, tonight".to_owned(),
        (true, false, _) => "Counts in the report".to_owned(),
        _ => "Nothing of it counts; what you sent before still stands".to_owned(),
    }
}

/// What to do next.
fn lead(upload: &crate::model::Upload, verdict: Verdict, queries: usize) -> Vec<String> {
    let steps: &[&str] = match verdict {
        Verdict::Accepted if queries == 0 => &[],
        Verdict::Accepted => &[
            "Your figures are used as they are. Look at each query: where a figure is wrong, mend it and send the file again; \
             where it is right, say why.",
        ],
        Verdict::Rejected => &[
            "Nothing of the file was used. What you sent before still stands.",
            "Mend each error in your own file, or in the annotated workbook below, and send it again. Queries and notes do \
             not stop it.",
        ],
        Verdict::Quarantined => &[
            "Nothing of the file was used, and nobody reads it. It is destroyed after its days.",
            "Take out of your own file what stands below, and send it again. It is then checked in full, and more may be \
             found.",
        ],
    };
    let mut lead: Vec<String> = steps.iter().map(|s| (*s).to_owned()).collect();
    if upload.withdrawn_at.is_some() {
        lead = vec!["You took this file back. No run takes it.".to_owned()];
    }
    if lead.is_empty() && verdict != Verdict::Accepted {
        lead.push(in_short(verdict).to_owned());
    }
    lead
}

/// The receipt as a file.
pub async fn receipt(
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = portal.ask(move |portal, _| portal.desk().acknowledgement(&agency, &id)).await?;
    let said = found.ok_or(Problem::NotFound)?;
    let name = format!("{}.receipt.json", said.file);
    let text = serde_json::to_vec_pretty(&said).unwrap_or_default();
    Ok(download(&name, "application/json", text))
}

/// The workbook with notes at its cells.
pub async fn annotated(
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = portal.ask(move |portal, _| portal.desk().annotated(&agency, &id)).await?;
    let (name, bytes) = found.ok_or(Problem::NotFound)?;
    Ok(download(&name, XLSX, bytes))
}

/// The verdict as a page that holds everything itself.
pub async fn verdict(
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = portal.ask(move |portal, _| portal.desk().page(&agency, &id)).await?;
    Ok(download("verdict.html", "text/html; charset=utf-8", found.ok_or(Problem::NotFound)?.into_bytes()))
}

/// Takes an upload back.
pub async fn withdraw(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, String)>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let address = format!("/agencies/{agency}/uploads/{id}");
    let done = portal.ask(move |portal, _| {
        let desk = portal.desk();
        Ok((desk.upload(&agency, &id)?.is_some(), desk.withdraw(&agency, &id)?))
    });
    match done.await? {
        (false, _) => Err(Problem::NotFound),
        (true, true) => visitor.done(&address, "You took this file back. Its receipt stays.").await,
        (true, false) => {
            let words =
                "A run has taken this file already. Send a corrected one: it then counts in the place of this one.";
            Err(Problem::Refused(axum::http::StatusCode::CONFLICT, words.to_owned()))
        }
    }
}

/// Checks an upload again.
pub async fn again(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, String)>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let address = format!("/agencies/{agency}/uploads/{id}");
    if portal.ask(move |portal, _| portal.desk().again(&agency, &id)).await? {
        return visitor.done(&address, "We are checking your file again.").await;
    }
    Err(Problem::NotFound)
}
