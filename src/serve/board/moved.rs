//! What moved between two released reports.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::{nothing, shelf, words};
use crate::pipeline::board::moved::{MovedCell, MovedFigure, MovedPage, Pair, moved as compare, usual_pair};
use crate::pipeline::board::{Released, releases};
use crate::report::words::date;
use crate::serve::form::Form;
use crate::serve::guard::Visitor;
use crate::serve::page::{Frame, page};
use crate::serve::portal::Portal;
use crate::serve::problem::Problem;

/// Which reports the address names.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    from: String,
    to: String,
}

#[derive(Template)]
#[template(path = "board/moved.html", config = "src/serve/templates/askama.toml")]
struct Moved {
    frame: Frame,
    form: Form,
    choices: Vec<(String, String)>,
    moved: Option<MovedPage>,
}

impl Moved {
    fn lists<'a>(&self, moved: &'a MovedPage) -> [(&'static str, &'static str, &'a [MovedCell]); 3] {
        [
            ("came", "Newly listed", &moved.came),
            ("left", "No longer listed", &moved.left),
            ("otherwise", "Standing otherwise, and not on the list", &moved.otherwise),
        ]
    }

    fn figures<'a>(&self, moved: &'a MovedPage) -> [(&'static str, &'static str, &'a [MovedFigure]); 3] {
        [
            ("worse", "Now for the worse", &moved.worse),
            ("better", "Now for the better", &moved.better),
            ("settled", "Now within what chance explains", &moved.settled),
        ]
    }
}

/// How a release is named in a list: its day, and when it was released where two have one.
fn names(releases: &[Released]) -> Vec<(String, String)> {
    let twice = |r: &Released| releases.iter().filter(|o| o.as_of == r.as_of).count() > 1;
    let name = |r: &Released| {
        let on = crate::pipeline::challenges::day_of(&r.released_at);
        let beside = if twice(r) { format!(", released on {on} ({})", r.run) } else { String::new() };
        (r.run.clone(), format!("Report as of {}{beside}", date(r.as_of)))
    };
    releases.iter().map(name).collect()
}

/// What moved; without a choice, since the report before the current one.
pub async fn moved(
    visitor: Visitor,
    State(portal): State<Portal>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Problem> {
    let releases = portal.ask(|_, ledger| releases(ledger)).await?;
    let Some(newest) = releases.first() else { return nothing(&visitor) };
    let usual = usual_pair(&releases).map(|(then, now)| (then.run.clone(), now.run.clone()));
    let known = |run: &str| releases.iter().any(|r| r.run == run);
    if [&chosen.from, &chosen.to].iter().any(|run| !run.is_empty() && !known(run)) {
        return Err(Problem::NotFound);
    }
    let or = |given: &str, usual: Option<&String>| match given {
        "" => usual.unwrap_or(&newest.run).clone(),
        given => given.to_owned(),
    };
    let from = or(&chosen.from, usual.as_ref().map(|u| &u.0));
    let to = or(&chosen.to, usual.as_ref().map(|u| &u.1));
    let form = Form::of([("from", from.clone()), ("to", to.clone())]);
    let moved = if from == to {
        None
    } else {
        let both = move |portal: &Portal, ledger: &crate::ledger::Ledger| {
            let shelf = shelf(portal);
            let (Some(then), Some(now)) = (shelf.released(ledger, &from)?, shelf.released(ledger, &to)?) else {
                return Ok(None);
            };
            // Whichever is chosen first, the earlier day is then.
            let (then, now) = if then.as_of() <= now.as_of() { (then, now) } else { (now, then) };
            Ok(Some(compare(&Pair { then: &then, now: &now })))
        };
        portal.ask(both).await?
    };
    page(&Moved { frame: visitor.frame("What has moved"), form, choices: names(&releases), moved })
}
