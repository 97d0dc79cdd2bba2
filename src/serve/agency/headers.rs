//! Headers of an upload: what each is taken for, and what the sender says that it means. Confirmed once, it is known from then
//! on for this agency and return.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::form::{Form, Posted};
use super::super::guard::Visitor;
use super::super::page::{Frame, again, page};
use super::super::portal::Portal;
use super::super::problem::Problem;
use super::frame;
use crate::model::Error;
use crate::pipeline::mapping::Look;

#[derive(Template)]
#[template(path = "agency/headers.html", config = "src/serve/templates/askama.toml")]
struct Headers {
    frame: Frame,
    base: String,
    return_name: String,
    known: Vec<(String, String, String)>,
    unknown: Vec<Unknown>,
    form: Form,
}

/// A header that is not known.
struct Unknown {
    field: String,
    text: String,
    place: String,
    near: String,
    targets: Vec<(String, String)>,
}

/// What each header is taken for.
pub async fn form(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let look = look(&portal, &agency, &id).await?;
    let form = Form::of([]);
    page(&filled(&visitor, &portal, &agency, &id, &look, form).await?)
}

/// A file of which no headers can be shown is none of ours to fail on.
async fn look(portal: &Portal, agency: &str, id: &str) -> Result<Look, Problem> {
    let (agency, id) = (agency.to_owned(), id.to_owned());
    let found = portal.ask(move |portal, _| match portal.desk().headers(&agency, &id) {
        Err(Error::State { what, .. }) => Ok(Err(what)),
        other => other.map(Ok),
    });
    match found.await? {
        Ok(found) => found.ok_or(Problem::NotFound),
        Err(what) => {
            let words = format!("Its headers cannot be confirmed: {what}.");
            Err(Problem::Refused(axum::http::StatusCode::CONFLICT, words))
        }
    }
}

async fn filled(
    visitor: &Visitor,
    portal: &Portal,
    agency: &str,
    id: &str,
    look: &Look,
    form: Form,
) -> Result<Headers, Problem> {
    let base = format!("/agencies/{agency}/uploads/{id}");
    let return_id = look.return_id.clone();
    let return_name = portal.ask(move |portal, _| portal.desk().name_of_return(&return_id)).await?;
    let (unknown, known): (Vec<_>, Vec<_>) = look.headers.iter().partition(|h| h.to.is_empty());
    let targets: Vec<(String, String)> = [(String::new(), "Leave it out".to_owned())]
        .into_iter()
        .chain(look.targets.iter().map(|t| (t.clone(), t.replace('_', " "))))
        .collect();
    let unknown = unknown.into_iter().enumerate().map(|(n, header)| Unknown {
        field: format!("header-{}", n + 1),
        text: header.text.clone(),
        place: header.place.clone(),
        near: header.near.clone().unwrap_or_default(),
        targets: targets.clone(),
    });
    Ok(Headers {
        frame: frame(visitor, agency, "What your headers mean")
            .trail(format!("/agencies/{agency}/uploads"), "What you sent")
            .trail(base.clone(), "Verdict")
            .tab(&format!("/agencies/{agency}/uploads"))
            .wrong(&form),
        base,
        return_name,
        known: known.into_iter().map(|h| (h.place.clone(), h.text.clone(), h.to.replace('_', " "))).collect(),
        unknown: unknown.collect(),
        form,
    })
}

/// Keeps what the sender says.
pub async fn confirm(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path((agency, id)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Result<Response, Problem> {
    let look = look(&portal, &agency, &id).await?;
    let unknown = look.headers.iter().filter(|h| h.to.is_empty());
    let chosen = unknown.enumerate().map(|(n, h)| (h, form.value(&format!("header-{}", n + 1)).to_owned()));
    let pairs: Vec<String> =
        chosen.filter(|(_, to)| !to.is_empty()).map(|(h, to)| format!("{}={to}", h.text)).collect();
    if pairs.is_empty() {
        form.refuse("header-1", "Choose what at least one header means");
        return again(&filled(&visitor, &portal, &agency, &id, &look, form).await?);
    }
    let by = visitor.user()?.name.clone();
    let of = (agency.clone(), id.clone());
    let done = portal.ask(move |portal, _| match portal.desk().confirm(&of.0, &of.1, &pairs, &by) {
        Err(Error::Configuration { what, .. }) => Ok(Err(what)),
        other => other.map(Ok),
    });
    match done.await? {
        Ok(Some(mappings)) => {
            let n = crate::report::verdict::counted(mappings.len(), "header");
            visitor
                .done(
                    &format!("/agencies/{agency}/uploads/{id}"),
                    &format!("{n} confirmed. We are checking your file again."),
                )
                .await
        }
        Ok(None) => Err(Problem::NotFound),
        Err(what) => {
            form.refuse("header-1", what);
            again(&filled(&visitor, &portal, &agency, &id, &look, form).await?)
        }
    }
}
