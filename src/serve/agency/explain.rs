//! Queries: what looks unusual and may be right. The agency says why, how far and until when the same is to be expected; an
//! analyst accepts that or sends it back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::form::{Form, Posted};
use super::super::guard::Visitor;
use super::super::page::{Frame, again, page};
use super::super::portal::Portal;
use super::super::problem::Problem;
use super::frame;
use crate::model::Who;
use crate::pipeline::desk::explaining::ToExplain;
use crate::pipeline::explanations::Explaining;
use crate::pipeline::refusal::Refusal;

#[derive(Template)]
#[template(path = "agency/queries.html", config = "src/serve/templates/askama.toml")]
struct Queries {
    frame: Frame,
    agency: String,
    queries: Vec<(ToExplain, String)>,
}

/// The queries of an agency.
pub async fn list(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(agency): Path<String>,
) -> Result<Response, Problem> {
    let of = agency.clone();
    let queries = portal.ask(move |portal, _| portal.desk().all_to_explain(&of)).await?;
    let about = |q: ToExplain| {
        let about = portal.about(&q.subject, &q.period);
        (q, about)
    };
    let queries = queries.into_iter().map(about).collect();
    let frame = frame(&visitor, &agency, "Queries on your figures").tab(&format!("/agencies/{agency}"));
    page(&Queries { frame, queries, agency })
}

#[derive(Template)]
#[template(path = "agency/query.html", config = "src/serve/templates/askama.toml")]
struct QueryPage {
    frame: Frame,
    action: String,
    back: String,
    query: ToExplain,
    about: String,
    figure: String,
    form: Form,
}

/// Where a query was opened from: it leads back there.
struct Place {
    agency: String,
    id: String,
    upload: Option<String>,
}

impl Place {
    fn back(&self) -> String {
        match &self.upload {
            Some(upload) => format!("/agencies/{}/uploads/{upload}", self.agency),
            None => format!("/agencies/{}/queries", self.agency),
        }
    }
}

/// A query.
pub async fn one(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let place = Place { agency, id, upload: None };
    page(&filled(&visitor, &portal, &place, Form::default()).await?)
}

/// A query of an upload.
pub async fn of_upload(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, upload, id)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let place = Place { agency, id, upload: Some(upload) };
    page(&filled(&visitor, &portal, &place, Form::default()).await?)
}

/// Keeps an explanation.
pub async fn explain(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, String)>,
    Posted(form): Posted,
) -> Result<Response, Problem> {
    keep(visitor, portal, Place { agency, id, upload: None }, form).await
}

/// Keeps an explanation of an upload's query.
pub async fn explain_upload(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, upload, id)): Path<(String, String, String)>,
    Posted(form): Posted,
) -> Result<Response, Problem> {
    keep(visitor, portal, Place { agency, id, upload: Some(upload) }, form).await
}

async fn filled(visitor: &Visitor, portal: &Portal, place: &Place, form: Form) -> Result<QueryPage, Problem> {
    let of = (place.agency.clone(), place.id.clone());
    let query = portal.ask(move |portal, _| portal.desk().query_to_explain(&of.0, &of.1)).await?;
    let query = query.ok_or(Problem::NotFound)?;
    let back = place.back();
    let words = if place.upload.is_some() { "Verdict" } else { "Queries" };
    let about = portal.about(&query.subject, &query.period);
    let figure = query.value.map(|value| value.to_string()).unwrap_or_default();
    Ok(QueryPage {
        frame: frame(visitor, &place.agency, "Explain a query")
            .trail(back.clone(), words)
            .tab(&format!("/agencies/{}", place.agency))
            .wrong(&form),
        action: format!("{}{}/{}", back, if place.upload.is_some() { "/queries" } else { "" }, place.id),
        back,
        about,
        figure,
        query,
        form,
    })
}

async fn keep(visitor: Visitor, portal: Portal, place: Place, mut form: Form) -> Result<Response, Problem> {
    let user = visitor.user()?;
    let by = Who::person(user.id, &user.name);
    let (explanation, expected) = (form.value("explanation").to_owned(), expected(&form));
    let until = form.value("until").to_owned();
    let day = until.parse().ok();
    if !until.is_empty() && day.is_none() {
        form.refuse("until", "Enter a real day, such as 31 12 2015");
        return again(&filled(&visitor, &portal, &place, form).await?);
    }
    let of = (place.agency.clone(), place.id.clone());
    let said = portal
        .ask(move |portal, _| {
            let form = Explaining { explanation: &explanation, expected: &expected, until: day };
            match portal.desk().explain(&of.0, &of.1, &form, &by) {
                Err(Refusal::Failed(error)) => Err(error),
                other => Ok(other),
            }
        })
        .await?;
    match said {
        Ok(_) => visitor.done(&place.back(), "Your explanation is kept. An analyst looks at it.").await,
        Err(Refusal::Wrong(wrong)) => {
            for one in wrong {
                // The extent is asked for at both its ends, which the command line writes as one.
                match &*one.field {
                    "expected" => form.refuse("low", "Enter numbers, such as 20 and 60, the lower first"),
                    field => form.refuse(field, one.message),
                }
            }
            again(&filled(&visitor, &portal, &place, form).await?)
        }
        Err(_) => Err(Problem::NotFound),
    }
}

/// Both ends as the command line writes an extent; empty where neither was given.
fn expected(form: &Form) -> String {
    match (form.value("low"), form.value("high")) {
        ("", "") => String::new(),
        (low, high) => format!("{low}..{high}"),
    }
}
