//! Where an analyst begins: what needs a decision, and how the last night went.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{counted, moment, when};
use crate::ledger::JobState;
use crate::pipeline::naming;
use crate::pipeline::today::{Today, today as of_today};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// One thing to do.
struct Task {
    href: &'static str,
    words: String,
    hint: &'static str,
    tag: String,
    colour: &'static str,
}

#[derive(Template)]
#[template(path = "analyst/home.html", config = "src/serve/templates/askama.toml")]
struct Home {
    frame: Frame,
    tasks: Vec<Task>,
    day: String,
    sees: String,
    last: String,
    last_href: String,
    next: String,
    is_at_work: bool,
    notes: Vec<Note>,
}

/// What an agency wrote beside a figure of its own.
struct Note {
    href: String,
    agency: String,
    figure: String,
    text: String,
    at: String,
}

/// So many of the latest notes are shown.
const NOTES: usize = 5;

fn note(portal: &Portal, note: &crate::ledger::Note) -> Note {
    let reference = &portal.configuration().reference;
    Note {
        href: format!("/agencies/{}/figures/{}#notes", note.agency, note.indicator),
        agency: portal.agency_name(&note.agency),
        figure: naming::subject(reference, &note.indicator),
        text: note.text.clone(),
        at: when(&note.noted_at),
    }
}

/// What needs a decision today.
pub async fn today(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let found = portal.ask(|portal, ledger| {
        let schedule = super::watch::schedule(portal);
        let folders = (portal.data(), portal.reports());
        let found = of_today(&portal.configuration(), ledger, folders, portal.today(), schedule.as_ref())?;
        Ok((found, portal.desk().notes(None)?))
    });
    let (found, written) = found.await?;
    let sees = match &found.current {
        Some(release) => {
            format!("{}, published by {} on {}.", release.run, release.released_by.name, when(&release.released_at))
        }
        None => "Nothing yet. Publish a run when it is ready.".to_owned(),
    };
    let (last, last_href) = match &found.last {
        None => ("No run was started here yet.".to_owned(), String::new()),
        Some(job) => {
            let how = match job.state {
                JobState::Done if job.is_new => "made a new report",
                JobState::Done => "found nothing new",
                JobState::Failed => "failed",
                _ => "was interrupted",
            };
            let ended = when(job.ended_at.as_deref().unwrap_or(&job.started_at));
            (format!("The last run {how} on {ended}."), format!("/analyst/runs/{}", job.id))
        }
    };
    let next = found.next.as_ref().map_or_else(
        || "No schedule is set inside the portal. Start a run here, or by a timer of the machine.".to_owned(),
        |next| format!("The next run begins on {}.", moment(next)),
    );
    page(&Home {
        frame: visitor.frame("Today"),
        tasks: tasks(&found),
        day: super::day(portal.today()),
        sees,
        last,
        last_href,
        next,
        is_at_work: found.at_work.is_some(),
        notes: written.iter().take(NOTES).map(|n| note(&portal, n)).collect(),
    })
}

fn tasks(today: &Today) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut add = |n: usize, href, one: &str, many: &str, hint, colour| {
        if n > 0 {
            tasks.push(Task { href, words: counted(n, one, many), hint, tag: "To do".to_owned(), colour });
        }
    };
    add(
        today.explained,
        "/analyst/queries?state=explained",
        "explanation to decide",
        "explanations to decide",
        "An agency has explained a figure that was asked about.",
        "blue",
    );
    add(
        today.quarantined,
        "/analyst/submissions?verdict=quarantined",
        "return set aside for personal data",
        "returns set aside for personal data",
        "Ask the agency for a file without it. What was held is destroyed after its days.",
        "red",
    );
    add(
        today.rejected,
        "/analyst/submissions?verdict=rejected",
        "rejected return not mended yet",
        "rejected returns not mended yet",
        "The agency was told what to do. An override takes some errors as they are.",
        "orange",
    );
    add(
        today.missing,
        "/analyst/quality",
        "return is missing",
        "returns are missing",
        "Their day is over and nothing came.",
        "orange",
    );
    add(
        today.overrides_ending,
        "/analyst/overrides",
        "override ends within two weeks",
        "overrides end within two weeks",
        "After its day the same error is an error again.",
        "yellow",
    );
    if today.has_failed() {
        tasks.push(Task {
            href: "/analyst/runs",
            words: "The last run did not end well".to_owned(),
            hint: "What was published before stands.",
            tag: "To do".to_owned(),
            colour: "red",
        });
    }
    if let Some(run) = &today.undecided {
        tasks.push(Task {
            href: "/analyst/releases",
            words: format!("Run {run} waits to be published"),
            hint: "The board does not see it yet.",
            tag: "To do".to_owned(),
            colour: "blue",
        });
    }
    if today.untaken > 0 {
        tasks.push(Task {
            href: "/analyst/submissions#waiting",
            words: counted(today.untaken, "file has come since the last run", "files have come since the last run"),
            hint: "The next run takes them. You can start one now.",
            tag: "Waiting".to_owned(),
            colour: "grey",
        });
    }
    if today.asked > 0 {
        tasks.push(Task {
            href: "/analyst/queries?state=asked",
            words: counted(today.asked, "query waits for its agency", "queries wait for their agencies"),
            hint: "Nothing to do here until they explain.",
            tag: "Waiting".to_owned(),
            colour: "grey",
        });
    }
    tasks
}
