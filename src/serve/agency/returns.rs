//! One return of an agency: its periods, its template, its versions; and saying that there is nothing to report.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::form::Posted;
use super::super::guard::Visitor;
use super::super::page::{Frame, download, page};
use super::super::portal::Portal;
use super::super::problem::Problem;
use super::history::{Row, row};
use super::{frame, sender};
use crate::model::{DueState, Period};
use crate::pipeline::desk::agenda::{Item, period_in_path, period_of_path};
use crate::pipeline::desk::day_in_words;
use crate::pipeline::desk::nil::Nil;

/// So many periods are shown: three years of months.
const PERIODS: usize = 36;

/// What workbooks are called when they are sent.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Template)]
#[template(path = "agency/return.html", config = "src/serve/templates/askama.toml")]
struct OneReturn {
    frame: Frame,
    agency: String,
    return_id: String,
    periods: Vec<PeriodRow>,
    versions: Vec<Row>,
}

/// A period of the table.
struct PeriodRow {
    anchor: String,
    period: String,
    due: String,
    word: &'static str,
    colour: &'static str,
    words: String,
    lacks: String,
    /// Where one says that there is nothing to report; empty where that cannot be said.
    nil: String,
    /// Where one takes that back; empty where it was not said.
    unnil: String,
}

/// A return with all its periods.
pub async fn one(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, return_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let of = (agency.clone(), return_id.clone());
    let found = portal.ask(move |portal, _| {
        let desk = portal.desk();
        Ok((desk.of_return(&of.0, &of.1)?, desk.versions(&of.0, Some(&of.1))?, desk.today()?))
    });
    let (Some(of), versions, today) = found.await? else { return Err(Problem::NotFound) };
    let base = format!("/agencies/{agency}/returns/{return_id}");
    let periods = of.items.iter().take(PERIODS).map(|item| period_row(&base, item, today)).collect();
    page(&OneReturn {
        frame: frame(&visitor, &agency, of.name).tab(&format!("/agencies/{agency}")),
        periods,
        versions: versions.iter().map(|v| row(&agency, v)).collect(),
        agency,
        return_id,
    })
}

fn period_row(base: &str, item: &Item, today: chrono::NaiveDate) -> PeriodRow {
    let due = &item.due;
    let path = period_in_path(due.period);
    let is_open = !matches!(due.state, DueState::Whole | DueState::Partial | DueState::Nil);
    let address = format!("{base}/nil/{path}");
    PeriodRow {
        anchor: format!("period-{path}"),
        period: due.period.words(),
        due: due.due_on.map(day_in_words).unwrap_or_default(),
        word: item.tag.as_str(),
        colour: item.tag.colour(),
        words: item.words.clone(),
        lacks: item.lacks.clone(),
        nil: if is_open && due.period.end() <= today { address.clone() } else { String::new() },
        unnil: if due.state == DueState::Nil { format!("{address}/withdraw") } else { String::new() },
    }
}

/// An agency's blank return.
pub async fn template(
    State(portal): State<Portal>,
    Path((agency, return_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let name = format!("{return_id} {agency}.xlsx");
    let blank = portal.ask(move |portal, _| portal.desk().blank(&agency, &return_id)).await?;
    Ok(download(&name, XLSX, blank.ok_or(Problem::NotFound)?))
}

#[derive(Template)]
#[template(path = "agency/nil.html", config = "src/serve/templates/askama.toml")]
struct NilPage {
    frame: Frame,
    agency_name: String,
    name: String,
    period: String,
    back: String,
    address: String,
}

/// Asks once more before there is nothing to report.
pub async fn nil_page(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, return_id, period)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let period = period_of_path(&period).ok_or(Problem::NotFound)?;
    let of = (agency.clone(), return_id.clone());
    let found = portal.ask(move |portal, _| portal.desk().of_return(&of.0, &of.1)).await?;
    let found = found.filter(|of| of.items.iter().any(|i| i.due.period == period)).ok_or(Problem::NotFound)?;
    let back = format!("/agencies/{agency}/returns/{return_id}");
    page(&NilPage {
        frame: frame(&visitor, &agency, "Check before you say that there is nothing to report")
            .tab(&format!("/agencies/{agency}"))
            .trail(back.clone(), found.name.clone()),
        agency_name: portal.agency_name(&agency),
        name: found.name,
        period: period.words(),
        address: format!("{back}/nil/{}", period_in_path(period)),
        back,
    })
}

/// Keeps that there is nothing to report.
pub async fn nil(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, return_id, period)): Path<(String, String, String)>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let period = period_of_path(&period).ok_or(Problem::NotFound)?;
    let by = sender(&visitor)?;
    let back = format!("/agencies/{agency}/returns/{return_id}");
    let said = portal.ask(move |portal, _| portal.desk().nil(&agency, &return_id, period, &by)).await?;
    let words = match said {
        Nil::Kept(nil) => format!("You have nothing to report for {}.", nil.period.words()),
        Nil::Before => "You had said before that there is nothing to report.".to_owned(),
        Nil::NotOwed => return Err(Problem::NotFound),
        Nil::Running => return Err(refused("The period is not over yet.")),
        Nil::HasFigures => {
            return Err(refused("Figures for this period were received. Send a corrected return instead."));
        }
    };
    visitor.done(&back, &words).await
}

/// Takes that back.
pub async fn withdraw_nil(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, return_id, period)): Path<(String, String, String)>,
    Posted(_): Posted,
) -> Result<Response, Problem> {
    let period: Period = period_of_path(&period).ok_or(Problem::NotFound)?;
    let back = format!("/agencies/{agency}/returns/{return_id}");
    let done = portal.ask(move |portal, _| portal.desk().withdraw_nil(&agency, &return_id, period)).await?;
    if !done {
        return Err(Problem::NotFound);
    }
    visitor.done(&back, &format!("{} is open again.", period.words())).await
}

fn refused(words: &str) -> Problem {
    Problem::Refused(axum::http::StatusCode::CONFLICT, words.to_owned())
}
