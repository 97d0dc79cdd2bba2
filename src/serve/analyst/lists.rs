//! Lists and settings: look, propose a row, a whole list or other weights, see what it would change, save, put back.

use askama::Template;
use axum::extract::{Multipart, Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::{audit, counted, problem, refuse, when, who};
use crate::pipeline::compare::TierChange;
use crate::pipeline::edits::{self, EditLine, Editable, Opened, Proposal, RowEdit, SETTINGS};
use crate::pipeline::list_text::{RowChange, TextRow};
use crate::pipeline::refusal::Refusal;
use crate::pipeline::settings::{self as numbers, SettingGroup};
use crate::serve::form::{Form, Posted};
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, again, download, encoded, page, see_other};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// How many rows of a list a page shows.
const A_PAGE: usize = 100;

#[derive(Template)]
#[template(path = "analyst/lists.html", config = "src/serve/templates/askama.toml")]
struct Lists {
    frame: Frame,
    files: Vec<Editable>,
}

/// The lists that can be edited.
pub async fn all(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let files = portal.ask(|portal, _| Ok(edits::files(&portal.configuration()))).await?;
    page(&Lists { frame: visitor.frame("Lists and settings"), files })
}

/// What the address of a list says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "analyst/list.html", config = "src/serve/templates/askama.toml")]
struct List {
    frame: Frame,
    form: Form,
    file: Editable,
    base: String,
    header: Vec<String>,
    rows: Vec<TextRow>,
    q: String,
    page: usize,
    pages: usize,
    found: String,
}

async fn opened(portal: &Portal, name: String) -> Result<Opened, Problem> {
    let opened = portal.ask(move |portal, _| Ok(edits::open(&portal.configuration(), &name))).await?;
    opened.map_err(|refusal| match refusal {
        Refusal::Gone(_) => Problem::NotFound,
        other => problem(other),
    })
}

fn showing(visitor: &Visitor, opened: Opened, asked: &Asked, form: Form) -> List {
    let wanted = asked.q.trim().to_lowercase();
    let fits = |row: &TextRow| wanted.is_empty() || row.cells.iter().any(|c| c.to_lowercase().contains(&wanted));
    let rows: Vec<TextRow> = opened.list.rows.into_iter().filter(fits).collect();
    let number: usize = asked.page.parse().unwrap_or(1).clamp(1, 100_000);
    let frame = visitor.frame(opened.file.title).trail("/analyst/lists", "Lists and settings").wrong(&form);
    List {
        frame,
        form,
        file: opened.file,
        base: opened.sha256,
        header: opened.list.header,
        pages: rows.len().div_ceil(A_PAGE).max(1),
        found: counted(rows.len(), "row", "rows"),
        rows: rows.into_iter().skip((number - 1) * A_PAGE).take(A_PAGE).collect(),
        q: asked.q.clone(),
        page: number,
    }
}

/// A list.
pub async fn one(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let opened = list_only(opened(&portal, name).await?)?;
    page(&showing(&visitor, opened, &asked, Form::default()))
}

/// The pipeline file has a form of its own.
fn list_only(opened: Opened) -> Result<Opened, Problem> {
    if opened.file.name == SETTINGS { Err(Problem::NotFound) } else { Ok(opened) }
}

/// A list as a file, to be edited in a spreadsheet program.
pub async fn file(State(portal): State<Portal>, Path(name): Path<String>) -> Result<Response, Problem> {
    let opened = list_only(opened(&portal, name).await?)?;
    Ok(download(opened.file.name, "text/csv; charset=utf-8", opened.list.text.into_bytes()))
}

/// Sends the analyst on to what was proposed.
fn to_check(proposal: &Proposal) -> Response {
    see_other(&format!("/analyst/lists/{}/check?base={}&draft={}", proposal.name, proposal.base, proposal.sha256))
}

/// Takes a whole list as a file.
pub async fn upload(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(name): Path<String>,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    let unreadable = |_| Problem::Unreadable("The file could not be read. Choose it again.");
    let (mut base, mut text, mut is_ours) = (String::new(), None, false);
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        match part.name().unwrap_or_default() {
            "csrf" => {
                visitor.check(&part.text().await.map_err(unreadable)?)?;
                is_ours = true;
            }
            _ if !is_ours => return Err(Problem::Forbidden),
            "base" => base = part.text().await.map_err(unreadable)?,
            "text" => text = Some(part.bytes().await.map_err(unreadable)?.to_vec()),
            _ => {}
        }
    }
    if !is_ours {
        return Err(Problem::Forbidden);
    }
    let mut form = Form::default();
    let key = name.clone();
    let proposed = match text.filter(|t| !t.is_empty()).map(String::from_utf8) {
        None => Err(Refusal::wrong("text", "Choose a CSV file")),
        Some(Err(_)) => Err(Refusal::wrong("text", "Save the list as CSV UTF-8 (in Excel: Save as, CSV UTF-8)")),
        Some(Ok(text)) => {
            let asked = move |portal: &Portal, ledger: &crate::ledger::Ledger| {
                Ok(edits::propose(ledger, &portal.configuration(), &key, &base, &text))
            };
            match portal.ask(asked).await? {
                Ok(proposal) if proposal.changes.is_empty() => {
                    Err(Refusal::wrong("text", "The file says the same as the list"))
                }
                other => other,
            }
        }
    };
    match proposed {
        Ok(proposal) => Ok(to_check(&proposal)),
        Err(refusal) => {
            refuse(&mut form, refusal)?;
            let opened = list_only(opened(&portal, name).await?)?;
            again(&showing(&visitor, opened, &Asked::default(), form))
        }
    }
}

/// Which row.
#[derive(Debug, Default, Deserialize)]
pub struct AskedRow {
    #[serde(default)]
    line: String,
}

#[derive(Template)]
#[template(path = "analyst/row.html", config = "src/serve/templates/askama.toml")]
struct Row {
    frame: Frame,
    form: Form,
    name: &'static str,
    base: String,
    line: String,
    fields: Vec<(String, String)>,
}

fn row_page(visitor: &Visitor, opened: &Opened, line: &str, form: Form) -> Row {
    let title = if line.is_empty() { "Add a row" } else { "Change a row" };
    let frame = visitor.frame(title).trail("/analyst/lists", "Lists and settings");
    let frame = frame.trail(format!("/analyst/lists/{}", opened.file.name), opened.file.title);
    let fields = opened.list.header.iter().enumerate().map(|(at, header)| (format!("cell-{at}"), header.clone()));
    Row {
        frame: frame.wrong(&form),
        fields: fields.collect(),
        name: opened.file.name,
        base: opened.sha256.clone(),
        line: line.to_owned(),
        form,
    }
}

/// A row to edit, or a new one.
pub async fn row(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(name): Path<String>,
    Query(asked): Query<AskedRow>,
) -> Result<Response, Problem> {
    let opened = list_only(opened(&portal, name).await?)?;
    if opened.list.header.is_empty() {
        return Err(Problem::NotFound);
    }
    let form = match asked.line.parse::<u64>() {
        Ok(line) => {
            let row = opened.list.row(line).ok_or(Problem::NotFound)?;
            let names: Vec<String> = (0..row.cells.len()).map(|at| format!("cell-{at}")).collect();
            Form::of(names.iter().map(String::as_str).zip(row.cells.iter().cloned()))
        }
        Err(_) => Form::default(),
    };
    page(&row_page(&visitor, &opened, &asked.line, form))
}

/// Proposes another row, a new one, or one fewer.
pub async fn edit(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(name): Path<String>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let opened = list_only(opened(&portal, name.clone()).await?)?;
    let (line, base) = (form.value("line").to_owned(), form.value("base").to_owned());
    let cells: Vec<String> =
        (0..opened.list.header.len()).map(|at| form.value(&format!("cell-{at}")).to_owned()).collect();
    let is_removal = form.is_chosen("what", "remove");
    let asked = move |portal: &Portal, ledger: &crate::ledger::Ledger| {
        let edit = match (line.parse::<u64>(), is_removal) {
            (Ok(line), true) => RowEdit::Remove(line),
            (Ok(line), false) => RowEdit::Change(line, &cells),
            (Err(_), _) => RowEdit::Add(&cells),
        };
        Ok(edits::propose_row(ledger, &portal.configuration(), &name, &base, edit))
    };
    match portal.ask(asked).await? {
        Ok(proposal) => Ok(to_check(&proposal)),
        Err(Refusal::Wrong(wrong)) => {
            // What does not hold is told with line and column; the form shows it at its first cell.
            wrong.into_iter().for_each(|w| form.refuse("cell-0", w.message));
            let line = form.value("line").to_owned();
            again(&row_page(&visitor, &opened, &line, form))
        }
        Err(other) => Err(problem(other)),
    }
}

#[derive(Template)]
#[template(path = "analyst/settings.html", config = "src/serve/templates/askama.toml")]
struct Settings {
    frame: Frame,
    form: Form,
    base: String,
    groups: Vec<SettingGroup>,
}

fn settings_page(visitor: &Visitor, portal: &Portal, base: String, form: Form) -> Settings {
    let frame = visitor.frame("Weights and thresholds").trail("/analyst/lists", "Lists and settings").wrong(&form);
    Settings { frame, form, base, groups: numbers::groups(&portal.configuration().pipeline) }
}

async fn settings_base(portal: &Portal) -> Result<String, Problem> {
    portal.ask(|portal, _| edits::settings_sha256(&portal.configuration())).await
}

/// The numbers of the method.
pub async fn settings(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    // What stands in the file counts, whoever changed it.
    portal.ask(|portal, _| portal.renew()).await?;
    let groups = numbers::groups(&portal.configuration().pipeline);
    let names: Vec<(String, String)> =
        groups.iter().flat_map(|g| &g.settings).map(|s| (s.name(), s.value.to_string())).collect();
    let form = Form::of(names.iter().map(|(name, value)| (name.as_str(), value.clone())));
    let base = settings_base(&portal).await?;
    page(&settings_page(&visitor, &portal, base, form))
}

/// Proposes other numbers.
pub async fn set(
    visitor: Visitor,
    State(portal): State<Portal>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let base = form.value("base").to_owned();
    let groups = numbers::groups(&portal.configuration().pipeline);
    let given: Vec<(String, String)> = groups
        .iter()
        .flat_map(|g| &g.settings)
        .filter(|s| form.has(&s.name()))
        .map(|s| (s.name(), form.value(&s.name()).to_owned()))
        .collect();
    let key = base.clone();
    let asked = move |portal: &Portal, ledger: &crate::ledger::Ledger| {
        Ok(edits::propose_settings(ledger, &portal.configuration(), &key, &given))
    };
    match portal.ask(asked).await? {
        Ok(proposal) => Ok(to_check(&proposal)),
        Err(refusal) => {
            refuse(&mut form, refusal)?;
            again(&settings_page(&visitor, &portal, base, form))
        }
    }
}

/// Which draft.
#[derive(Debug, Default, Deserialize)]
pub struct Draft {
    #[serde(default)]
    base: String,
    #[serde(default)]
    draft: String,
    #[serde(default)]
    look: String,
}

#[derive(Template)]
#[template(path = "analyst/check.html", config = "src/serve/templates/askama.toml")]
struct Check {
    frame: Frame,
    form: Form,
    proposal: Proposal,
    looked: Option<Vec<TierChange>>,
}

impl Check {
    fn tier(&self, tier: &Option<crate::model::Tier>) -> String {
        super::runs::tier_words(tier.as_ref())
    }

    fn is_settings(&self) -> bool {
        self.proposal.name == SETTINGS
    }
}

async fn check_page(
    visitor: &Visitor,
    portal: &Portal,
    (name, draft): (String, Draft),
    form: Form,
) -> Result<Check, Problem> {
    let asked = move |portal: &Portal, ledger: &crate::ledger::Ledger| {
        let configuration = portal.configuration();
        let proposal = match edits::propose_draft(ledger, &configuration, &name, &draft.base, &draft.draft) {
            Ok(proposal) => proposal,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if draft.look.is_empty() {
            return Ok(Ok((proposal, None)));
        }
        let looked =
            edits::look(ledger, &configuration, portal.data(), portal.today(), (proposal.name, &proposal.sha256));
        Ok(looked.map(|tiers| (proposal, Some(tiers))))
    };
    let (proposal, looked) = portal.ask(asked).await?.map_err(problem)?;
    let frame = visitor.frame("Check your change").trail("/analyst/lists", "Lists and settings");
    let href = if proposal.name == SETTINGS { "settings" } else { proposal.name };
    let frame = frame.trail(format!("/analyst/lists/{href}"), proposal.title).wrong(&form);
    Ok(Check { frame, form, proposal, looked })
}

/// What was proposed, before it is saved.
pub async fn check(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(name): Path<String>,
    Query(draft): Query<Draft>,
) -> Result<Response, Problem> {
    page(&check_page(&visitor, &portal, (name, draft), Form::default()).await?)
}

/// Saves what was proposed.
pub async fn save(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(name): Path<String>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let by = who(&visitor)?;
    let (base, draft, note) =
        (form.value("base").to_owned(), form.value("draft").to_owned(), form.value("note").to_owned());
    let key = (name.clone(), base.clone(), draft.clone());
    let asked = move |portal: &Portal, ledger: &crate::ledger::Ledger| {
        let (name, base, draft) = (&key.0, &key.1, &key.2);
        let done = edits::apply(ledger, &portal.configuration(), portal.today(), (name, base, draft), &note, &by);
        if done.is_ok() {
            portal.renew()?;
        }
        Ok(done)
    };
    match portal.ask(asked).await? {
        Ok(_) => {
            audit(&portal, &visitor, "save a change", &name).await?;
            let words = "The change is saved. The next run takes it into account.";
            visitor.done(&format!("/analyst/lists/history?name={}", encoded(&name)), words).await
        }
        Err(refusal) => {
            refuse(&mut form, refusal)?;
            let draft = Draft { base, draft, look: String::new() };
            again(&check_page(&visitor, &portal, (name, draft), form).await?)
        }
    }
}

/// Of which file.
#[derive(Debug, Default, Deserialize)]
pub struct Of {
    #[serde(default)]
    name: String,
}

#[derive(Template)]
#[template(path = "analyst/history.html", config = "src/serve/templates/askama.toml")]
struct History {
    frame: Frame,
    lines: Vec<EditLine>,
}

impl History {
    fn when(&self, stamp: &str) -> String {
        when(stamp)
    }
}

/// The history of edits.
pub async fn history(
    visitor: Visitor,
    State(portal): State<Portal>,
    Query(of): Query<Of>,
) -> Result<Response, Problem> {
    let lines = portal.ask(move |portal, ledger| {
        let name = (!of.name.is_empty()).then_some(of.name.as_str());
        edits::history(ledger, &portal.configuration(), name)
    });
    let frame = visitor.frame("History of edits").trail("/analyst/lists", "Lists and settings");
    page(&History { frame, lines: lines.await? })
}

/// Proposes the version before an edit again.
pub async fn put_back(
    State(portal): State<Portal>,
    Path(edit): Path<String>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let edit = edit.parse::<i64>().map_err(|_| Problem::NotFound)?;
    let proposed = portal.ask(move |portal, ledger| Ok(edits::propose_before(ledger, &portal.configuration(), edit)));
    Ok(to_check(&proposed.await?.map_err(problem)?))
}

/// A changed row, cell by cell: what it was, what it is, and whether the two differ.
fn cells(change: &RowChange) -> Vec<(String, String, bool)> {
    let (from, to): (&[String], &[String]) = match change {
        RowChange::Added(to) => (&[], to),
        RowChange::Removed(from) => (from, &[]),
        RowChange::Changed { from, to } => (from, to),
    };
    let cell = |row: &[String], at: usize| row.get(at).cloned().unwrap_or_default();
    (0..from.len().max(to.len())).map(|at| (cell(from, at), cell(to, at), cell(from, at) != cell(to, at))).collect()
}

impl Check {
    fn kind(&self, change: &RowChange) -> (&'static str, &'static str) {
        match change {
            RowChange::Added(_) => ("Added", "green"),
            RowChange::Removed(_) => ("Removed", "orange"),
            RowChange::Changed { .. } => ("Changed", "blue"),
        }
    }

    fn cells(&self, change: &RowChange) -> Vec<(String, String, bool)> {
        cells(change)
    }
}
