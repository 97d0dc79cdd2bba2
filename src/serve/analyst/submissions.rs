//! Submissions with filters, one with its findings, and overrides.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::{audit, counted, date_of, day, problem, refuse, who};
use crate::ledger::OverrideLine;
use crate::model::{Severity, Upload, UploadState, Verdict};
use crate::pipeline::desk::moment_in_words;
use crate::pipeline::inbox::{self, Choices, Entry, Filter};
use crate::pipeline::overrides::{self, Giving, Possible};
use crate::report::verdict::{Group, groups};
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, encoded, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// How many submissions a page shows.
const A_PAGE: usize = 50;

/// What the address of the list says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    agency: String,
    #[serde(default, rename = "return")]
    return_id: String,
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    month: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "analyst/submissions.html", config = "src/serve/templates/askama.toml")]
struct List {
    frame: Frame,
    entries: Vec<Entry>,
    found: String,
    choices: Choices,
    asked: Asked,
    page: usize,
    pages: usize,
    query: String,
    waiting: Vec<Waiting>,
}

/// A file that the next run takes.
struct Waiting {
    href: String,
    name: String,
    agency: String,
    received: String,
    verdict: (&'static str, &'static str),
    queries: usize,
}

impl Waiting {
    fn of(portal: &Portal, upload: Upload) -> Self {
        let outcome = upload.outcome.as_ref().filter(|_| upload.state == UploadState::Judged);
        Self {
            href: format!("/agencies/{}/uploads/{}", upload.agency, upload.id),
            agency: portal.agency_name(&upload.agency),
            received: moment_in_words(&upload.received_at),
            verdict: match (outcome, upload.state) {
                (Some(outcome), _) => verdict(outcome.verdict),
                (None, UploadState::Stuck) => ("We failed on it", "red"),
                (None, _) => ("Being checked", "blue"),
            },
            queries: outcome.map_or(0, |o| o.queries),
            name: upload.name,
        }
    }
}

/// Colour and words of a verdict.
pub(super) fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Accepted => ("Accepted", "green"),
        Verdict::Rejected => ("Rejected", "orange"),
        Verdict::Quarantined => ("Set aside", "red"),
    }
}

/// Whose figures are in a file: a register of the board's office may hold those of twenty agencies, which fill a page.
fn agencies(entry: &Entry) -> String {
    match entry.submission.agency.split(';').filter(|a| !a.is_empty()).count() {
        0..=2 => entry.agency.clone(),
        n => format!("{n} agencies"),
    }
}

/// A period in words; as it is where it is none.
fn in_words(period: &str) -> String {
    crate::model::Period::parse(period).map_or_else(|| period.to_owned(), |p| p.words())
}

impl List {
    fn verdict(&self, entry: &Entry) -> (&'static str, &'static str) {
        verdict(entry.submission.verdict)
    }

    fn day(&self, entry: &Entry) -> String {
        day(entry.submission.received_on)
    }

    fn agency(&self, entry: &Entry) -> String {
        agencies(entry)
    }

    fn period(&self, period: &str) -> String {
        in_words(period)
    }
}

/// All submissions that fit the filters.
pub async fn all(
    visitor: Visitor,
    State(portal): State<Portal>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let number: usize = asked.page.parse().unwrap_or(1).clamp(1, 100_000);
    let filter = Filter {
        agency: asked.agency.clone(),
        return_id: asked.return_id.clone(),
        verdict: asked.verdict.clone(),
        month: asked.month.clone(),
        file: asked.file.trim().to_owned(),
    };
    // Without a filter the list begins with what no run has taken yet.
    let is_plain = number == 1 && filter == Filter::default();
    let found = portal.ask(move |portal, ledger| {
        let untaken = if is_plain { ledger.uploads_untaken(None)? } else { Vec::new() };
        let waiting: Vec<Waiting> = untaken.into_iter().map(|u| Waiting::of(portal, u)).collect();
        Ok((inbox::inbox(&portal.configuration(), ledger, portal.today(), &filter, (number, A_PAGE))?, waiting))
    });
    let (found, waiting) = found.await?;
    let pairs = [
        ("agency", &asked.agency),
        ("return", &asked.return_id),
        ("verdict", &asked.verdict),
        ("month", &asked.month),
        ("file", &asked.file),
    ];
    let query: String =
        pairs.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("{k}={}&", encoded(v))).collect();
    page(&List {
        frame: visitor.frame("Submissions"),
        pages: found.found.div_ceil(A_PAGE).max(1),
        found: counted(found.found, "submission", "submissions"),
        entries: found.entries,
        choices: found.choices,
        asked,
        page: number,
        query,
        waiting,
    })
}

#[derive(Template)]
#[template(path = "analyst/submission.html", config = "src/serve/templates/askama.toml")]
struct One {
    frame: Frame,
    entry: Entry,
    groups: Vec<Group>,
    asked: Vec<crate::ledger::Question>,
    received: String,
    due: String,
    can_override: bool,
    remaining: usize,
}

impl One {
    fn period(&self) -> String {
        in_words(&self.entry.submission.period)
    }

    fn verdict(&self) -> (&'static str, &'static str) {
        verdict(self.entry.submission.verdict)
    }

    fn severity(&self, group: &Group) -> (&'static str, &'static str) {
        match group.severity {
            Severity::Error => ("Error", "red"),
            Severity::Query => ("Query", "yellow"),
            Severity::Note => ("Note", "grey"),
        }
    }
}

/// One submission with its findings.
pub async fn one(visitor: Visitor, State(portal): State<Portal>, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = portal.ask(move |portal, ledger| inbox::one(&portal.configuration(), ledger, portal.today(), &id));
    let (entry, asked) = found.await?.ok_or(Problem::NotFound)?;
    let submission = &entry.submission;
    // Many returns are called after their only agency.
    let title = match entry.return_name.starts_with(&entry.agency) {
        true => entry.return_name.clone(),
        false => format!("{}, {}", agencies(&entry), entry.return_name),
    };
    page(&One {
        frame: visitor.frame(title).trail("/analyst/submissions", "Submissions"),
        groups: groups(&submission.findings),
        received: day(submission.received_on),
        due: submission.due_on.map_or_else(|| "No deadline".to_owned(), day),
        can_override: !overrides::possible(submission).is_empty(),
        remaining: overrides::remaining(submission),
        asked,
        entry,
    })
}

#[derive(Template)]
#[template(path = "analyst/override.html", config = "src/serve/templates/askama.toml")]
struct Ask {
    frame: Frame,
    form: Form,
    id: String,
    agency: String,
    choices: Vec<(String, String)>,
    remaining: usize,
}

fn asking(visitor: &Visitor, form: Form, entry: &Entry) -> Result<Ask, Problem> {
    let possible = overrides::possible(&entry.submission);
    if possible.is_empty() {
        return Err(Problem::NotFound);
    }
    let title = crate::pipeline::rules::pages();
    let words = |p: &Possible| {
        let name = title.iter().find(|page| page.code == p.code).map_or("", |page| page.title);
        (p.code.clone(), format!("{}: {name} ({})", p.code, counted(p.errors, "error", "errors")))
    };
    let id = entry.submission.id.clone();
    let frame = visitor.frame("Take an error as it is");
    let frame = frame.trail("/analyst/submissions", "Submissions");
    Ok(Ask {
        frame: frame.trail(format!("/analyst/submissions/{id}"), entry.agency.clone()).wrong(&form),
        choices: possible.iter().map(words).collect(),
        agency: entry.agency.clone(),
        remaining: overrides::remaining(&entry.submission),
        form,
        id,
    })
}

/// The form of an override.
pub async fn ask(visitor: Visitor, State(portal): State<Portal>, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = portal.ask(move |portal, ledger| inbox::one(&portal.configuration(), ledger, portal.today(), &id));
    let (entry, _) = found.await?.ok_or(Problem::NotFound)?;
    let first = overrides::possible(&entry.submission).into_iter().next().ok_or(Problem::NotFound)?;
    let form = Form::of([("code", first.code), ("most", first.errors.to_string())]);
    page(&asking(&visitor, form, &entry)?)
}

/// Gives an override.
pub async fn give(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let by = who(&visitor)?;
    let given = form.clone();
    let answer = portal.ask(move |portal, ledger| {
        let giving = Giving {
            code: given.value("code"),
            most: given.value("most").parse().ok(),
            until: date_of(&given, "until"),
            reason: given.value("reason"),
        };
        let done = overrides::give(ledger, &portal.configuration(), portal.today(), &id, &giving, &by);
        Ok((done, inbox::one(&portal.configuration(), ledger, portal.today(), &id)?))
    });
    let (done, found) = answer.await?;
    match done {
        Ok(given) => {
            audit(&portal, &visitor, "give an override", &format!("{} of {}", given.code, given.agency)).await?;
            let words =
                format!("{} is taken as it is until {}. The next run judges by it.", given.code, day(given.until));
            visitor.done("/analyst/overrides", &words).await
        }
        Err(refusal) => {
            refuse(&mut form, refusal)?;
            let (entry, _) = found.ok_or(Problem::NotFound)?;
            again(&asking(&visitor, form, &entry)?)
        }
    }
}

#[derive(Template)]
#[template(path = "analyst/overrides.html", config = "src/serve/templates/askama.toml")]
struct Overrides {
    frame: Frame,
    lines: Vec<(OverrideLine, String, bool)>,
}

impl Overrides {
    fn day(&self, given: &chrono::NaiveDate) -> String {
        day(*given)
    }

    fn when(&self, stamp: &str) -> String {
        super::when(stamp)
    }
}

/// All overrides.
pub async fn overrides(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let found = portal.ask(|portal, ledger| {
        let today = portal.today();
        let line = |l: OverrideLine| {
            let (name, holds) = (portal.agency_name(&l.given.agency), overrides::is_in_force(&l, today));
            (l, name, holds)
        };
        Ok(overrides::all(ledger)?.into_iter().map(line).collect())
    });
    page(&Overrides { frame: visitor.frame("Overrides").tab("/analyst/submissions"), lines: found.await? })
}

/// Ends an override.
pub async fn end(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let id = id.parse::<i64>().map_err(|_| Problem::NotFound)?;
    let by = who(&visitor)?;
    portal.ask(move |_, ledger| Ok(overrides::end(ledger, id, &by))).await?.map_err(problem)?;
    audit(&portal, &visitor, "end an override", &format!("override {id}")).await?;
    visitor.done("/analyst/overrides", "The override has ended. The next run judges without it.").await
}
