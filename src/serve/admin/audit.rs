//! The audit trail: what was done, a page at a time, and whether it is whole.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::access::audit::{self, Check, Filter, Line};
use crate::serve::account::{Moment, moment_of};
use crate::serve::form::Form;
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, encoded, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    who: String,
    what: String,
    from: String,
    to: String,
    before: String,
}

/// A line as the page shows it.
struct Shown {
    line: Line,
    at: Moment,
}

#[derive(Template)]
#[template(path = "admin/audit.html", config = "src/serve/templates/askama.toml")]
struct AuditPage {
    frame: Frame,
    form: Form,
    lines: Vec<Shown>,
    older: Option<String>,
    newest: Option<String>,
    is_filtered: bool,
}

/// Lines of the trail, the newest first.
pub async fn trail(
    visitor: Visitor,
    State(portal): State<Portal>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let text = |t: &str| t.trim().to_owned();
    let mut form = Form::of([
        ("who", text(&wanted.who)),
        ("what", text(&wanted.what)),
        ("from", text(&wanted.from)),
        ("to", text(&wanted.to)),
    ]);
    let day = |form: &mut Form, name: &str, words: &str| {
        let given = form.value(name).to_owned();
        match given.is_empty() || given.parse::<chrono::NaiveDate>().is_ok() {
            true => given,
            false => {
                form.refuse(name, words);
                String::new()
            }
        }
    };
    let filter = Filter {
        who: text(&wanted.who),
        what: text(&wanted.what),
        from_day: day(&mut form, "from", "First day must be a real date, like 2015-01-31"),
        to_day: day(&mut form, "to", "Last day must be a real date, like 2015-01-31"),
    };
    let before: Option<i64> = wanted.before.parse().ok();
    let pairs: Vec<String> = ["who", "what", "from", "to"]
        .into_iter()
        .filter(|n| form.has(n))
        .map(|n| format!("{n}={}", encoded(form.value(n)).replace('/', "%2F")))
        .collect();
    let address = |more: Option<i64>| {
        let all: Vec<String> = pairs.iter().cloned().chain(more.map(|m| format!("before={m}"))).collect();
        format!("/admin/audit?{}", all.join("&"))
    };
    let found = portal.ask(move |_, ledger| audit::page(ledger, &filter, before)).await?;
    let older = found.older.map(|m| address(Some(m)));
    let newest = before.map(|_| address(None));
    let shown = |line: Line| Shown { at: moment_of(&line.at), line };
    page(&AuditPage {
        frame: visitor.frame("Audit trail").wrong(&form),
        lines: found.lines.into_iter().map(shown).collect(),
        older,
        newest,
        is_filtered: !pairs.is_empty(),
        form,
    })
}

#[derive(Template)]
#[template(path = "admin/audit_check.html", config = "src/serve/templates/askama.toml")]
struct CheckPage {
    frame: Frame,
    check: Check,
}

/// Checks the whole trail.
pub async fn check(visitor: Visitor, State(portal): State<Portal>) -> Result<Response, Problem> {
    let check = portal.ask(|_, ledger| audit::verify(ledger)).await?;
    page(&CheckPage { frame: visitor.frame("Is the audit trail whole?").trail("/admin/audit", "Audit trail"), check })
}
