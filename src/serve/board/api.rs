//! What programs may read: the reports that the board was shown, their hot spots and figures. A number is a number, a withheld
//! one `"[c]"`, and none `null`; nothing is told here that a page of the board does not tell.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{current, shelf};
use crate::disclose::{Shown, ShownCell, ShownPoint, ShownSeries};
use crate::model::cell::Light;
use crate::model::{CellId, Tier};
use crate::pipeline::board::figures::Sought;
use crate::pipeline::board::{OpenBoard, releases as released};
use crate::serve::portal::Portal;
use crate::serve::problem::{ApiProblem, Problem};

/// A figure: a number, `"[c]"` where it is withheld because a count is small, `null` where there is none.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Figure {
    /// The number.
    Number(f64),
    /// Why there is none: `[c]`, `[z]`, `[x]`, `[low]`.
    Marker(String),
}

fn figure(shown: Shown) -> Option<Figure> {
    match (shown.number(), shown.marker()) {
        (Some(number), _) => Some(Figure::Number(number)),
        (None, "") => None,
        (None, marker) => Some(Figure::Marker(marker.to_owned())),
    }
}

/// A report that the board was shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Release {
    /// The run.
    #[schema(example = "2015-01-31-072bf2348bcf")]
    pub run: String,
    /// The day of the report.
    #[schema(value_type = String, format = Date)]
    pub as_of: chrono::NaiveDate,
    /// When it was released, RFC 3339 UTC.
    pub released_at: String,
    /// Whether it is the one that the board sees now.
    pub is_current: bool,
}

/// The reports that the board was shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Releases {
    /// The current one first, then the latest released.
    pub releases: Vec<Release>,
}

/// Lists the reports that the board was shown, the current one first.
///
/// # Errors
/// The ledger could not be read.
#[utoipa::path(get, path = "/api/v1/releases", tag = "board", responses(
    (status = 200, description = "The released reports", body = Releases),
    (status = 401, description = "No token that counts", body = ApiProblem),
    (status = 403, description = "The token has another scope", body = ApiProblem),
    (status = 500, description = "A failure of the service", body = ApiProblem)
), security(("token" = [])))]
pub async fn releases(State(portal): State<Portal>) -> Result<Json<Releases>, Problem> {
    let (all, current) = portal
        .ask(|_, ledger| Ok((released(ledger)?, ledger.current_release()?.map(|r| r.run))))
        .await?;
    let release = |r: crate::pipeline::board::Released| Release {
        is_current: current.as_ref() == Some(&r.run),
        run: r.run,
        as_of: r.as_of,
        released_at: r.released_at,
    };
    Ok(Json(Releases { releases: all.into_iter().map(release).collect() }))
}

/// Which cells are asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct CellQuery {
    /// `hot_spot`, `single_source`, `conflicting`, `mandatory`, `watch`, `blind_spot`, `quiet`; without it, all.
    #[param(required = false)]
    pub tier: Option<String>,
    /// `locality`, `agency`, `board`; without it, all.
    #[param(required = false)]
    pub grain: Option<String>,
    /// A theme's id; without it, all.
    #[param(required = false)]
    pub theme: Option<String>,
    /// A locality's or agency's id; without it, all.
    #[param(required = false)]
    pub place: Option<String>,
    /// A released run; without it, the current one.
    #[param(required = false)]
    pub run: Option<String>,
}

/// What one kind of evidence says of a cell.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiSignal {
    /// The kind: `performance`, `section11`, `audits`, `child_deaths`, `case_reviews`, `intelligence`.
    pub stream: &'static str,
    /// `concern`, `reassurance`, `neutral`, `silent`.
    pub light: &'static str,
    /// How far from usual; above 0 means concern.
    pub z: Option<Figure>,
    /// How much it counts.
    pub weight: Option<Figure>,
    /// On how many cases or indicators it rests.
    pub n: Option<Figure>,
    /// What it says, in words.
    pub sentence: String,
}

/// A cell: a theme at a place, in an agency, or on the whole board.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiCell {
    /// Its id.
    #[schema(example = "locality/neglect/corby")]
    pub cell: String,
    /// What it is called.
    pub title: String,
    /// Its theme's id.
    pub theme: String,
    /// `locality`, `agency`, `board`.
    pub grain: &'static str,
    /// Id of the locality or agency; empty on the whole board.
    pub place: String,
    /// Why it is listed, or `quiet`.
    pub tier: &'static str,
    /// Its rank among the cells of its grain; none of a blind spot.
    pub rank: Option<usize>,
    /// The score of all kinds of evidence together; to 0.5 where one is withheld.
    pub score: Option<f64>,
    /// p, or the bound that it does not exceed where one is withheld.
    pub p_value: Option<f64>,
    /// q, or the bound that it does not exceed where one is withheld.
    pub q_value: Option<f64>,
    /// Kinds of evidence that speak.
    pub streams_available: usize,
    /// Kinds of evidence that point to a problem.
    pub streams_concerned: usize,
    /// Its tier in the report before.
    pub previous_tier: Option<&'static str>,
    /// Since when it has this tier.
    #[schema(value_type = Option<String>, format = Date)]
    pub first_seen: Option<chrono::NaiveDate>,
    /// All of it in words.
    pub explanation: String,
    /// The six kinds of evidence.
    pub signals: Vec<ApiSignal>,
}

/// The cells of a report.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiCells {
    /// The report.
    pub run: String,
    /// Its day.
    #[schema(value_type = String, format = Date)]
    pub as_of: chrono::NaiveDate,
    /// Whether the data are made up.
    pub synthetic: bool,
    /// Cells, those to look at first before the others.
    pub hotspots: Vec<ApiCell>,
}

fn cell(cell: &ShownCell) -> ApiCell {
    let signal = |s: &crate::disclose::ShownSignal| ApiSignal {
        stream: s.stream.as_str(),
        light: s.light.as_str(),
        z: if s.light == Light::Silent { None } else { figure(s.z) },
        weight: figure(s.weight),
        n: figure(s.n),
        sentence: s.sentence.clone(),
    };
    ApiCell {
        cell: cell.id.to_string(),
        title: cell.title.clone(),
        theme: cell.id.theme.clone(),
        grain: cell.id.grain.as_str(),
        place: cell.id.place.clone(),
        tier: cell.tier.as_str(),
        rank: cell.rank,
        score: cell.score,
        p_value: cell.p_value,
        q_value: cell.q_value,
        streams_available: cell.streams_available,
        streams_concerned: cell.streams_concerned,
        previous_tier: cell.previous_tier.map(Tier::as_str),
        first_seen: cell.first_seen,
        explanation: cell.explanation.clone(),
        signals: cell.signals.iter().map(signal).collect(),
    }
}

/// The report that is asked for: the current one, or a released one by its name.
async fn board(portal: &Portal, run: Option<String>) -> Result<std::sync::Arc<OpenBoard>, Problem> {
    let found = match run {
        None => current(portal).await?,
        Some(run) => portal.ask(move |portal, ledger| shelf(portal).released(ledger, &run)).await?,
    };
    found.ok_or(Problem::NotFound)
}

/// Lists the cells of a report, those to look at first before the others.
///
/// # Errors
/// No such report, or a failure of ours.
#[utoipa::path(get, path = "/api/v1/hotspots", tag = "board", params(CellQuery), responses(
    (status = 200, description = "The cells", body = ApiCells),
    (status = 400, description = "The query could not be read", body = ApiProblem),
    (status = 401, description = "No token that counts", body = ApiProblem),
    (status = 403, description = "The token has another scope", body = ApiProblem),
    (status = 404, description = "No such report has been released", body = ApiProblem),
    (status = 500, description = "A failure of the service", body = ApiProblem)
), security(("token" = [])))]
pub async fn hotspots(
    State(portal): State<Portal>,
    query: Result<Query<CellQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<ApiCells>, Problem> {
    let Query(query) = query.map_err(|_| Problem::Unreadable("The query could not be read."))?;
    let board = board(&portal, query.run.clone()).await?;
    let is = |asked: &Option<String>, is: &str| asked.as_deref().is_none_or(|a| a == is);
    let wanted = |c: &&ShownCell| {
        is(&query.tier, c.tier.as_str())
            && is(&query.grain, c.id.grain.as_str())
            && is(&query.theme, &c.id.theme)
            && is(&query.place, &c.id.place)
    };
    let hotspots = board.shown().cells().iter().filter(wanted).map(cell).collect();
    Ok(Json(ApiCells { run: board.run.clone(), as_of: board.as_of(), synthetic: board.view.synthetic, hotspots }))
}

async fn one(portal: &Portal, id: String) -> Result<Json<ApiCell>, Problem> {
    let id = CellId::parse(&id).ok_or(Problem::NotFound)?;
    let board = board(portal, None).await?;
    let found = board.shown().cells().iter().find(|c| c.id == id).map(cell);
    found.map(Json).ok_or(Problem::NotFound)
}

/// Gives one cell of the whole board.
///
/// # Errors
/// No such cell, or a failure of ours.
#[utoipa::path(get, path = "/api/v1/hotspots/{grain}/{theme}", tag = "board", params(
    ("grain" = String, Path, description = "`board`"), ("theme" = String, Path, description = "A theme's id")
), responses(
    (status = 200, description = "The cell in the current report", body = ApiCell),
    (status = 400, description = "The address could not be read", body = ApiProblem),
    (status = 401, description = "No token that counts", body = ApiProblem),
    (status = 403, description = "The token has another scope", body = ApiProblem),
    (status = 404, description = "No such cell", body = ApiProblem),
    (status = 500, description = "A failure of the service", body = ApiProblem)
), security(("token" = [])))]
pub async fn hotspot_of_board(
    State(portal): State<Portal>,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
) -> Result<Json<ApiCell>, Problem> {
    let Path((grain, theme)) = path.map_err(|_| UNREADABLE)?;
    one(&portal, format!("{grain}/{theme}")).await
}

/// Gives one cell of a place or an agency.
///
/// # Errors
/// No such cell, or a failure of ours.
#[utoipa::path(get, path = "/api/v1/hotspots/{grain}/{theme}/{place}", tag = "board", params(
    ("grain" = String, Path, description = "`locality` or `agency`"),
    ("theme" = String, Path, description = "A theme's id"),
    ("place" = String, Path, description = "A locality's or an agency's id")
), responses(
    (status = 200, description = "The cell in the current report", body = ApiCell),
    (status = 400, description = "The address could not be read", body = ApiProblem),
    (status = 401, description = "No token that counts", body = ApiProblem),
    (status = 403, description = "The token has another scope", body = ApiProblem),
    (status = 404, description = "No such cell", body = ApiProblem),
    (status = 500, description = "A failure of the service", body = ApiProblem)
), security(("token" = [])))]
pub async fn hotspot(
    State(portal): State<Portal>,
    path: Result<Path<(String, String, String)>, axum::extract::rejection::PathRejection>,
) -> Result<Json<ApiCell>, Problem> {
    let Path((grain, theme, place)) = path.map_err(|_| UNREADABLE)?;
    one(&portal, format!("{grain}/{theme}/{place}")).await
}

const UNREADABLE: Problem = Problem::Unreadable("The address could not be read.");

/// Which indicators are asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct IndicatorQuery {
    /// Words that all stand in its name, description or theme.
    #[param(required = false)]
    pub words: Option<String>,
    /// A theme's id.
    #[param(required = false)]
    pub theme: Option<String>,
    /// Id of an agency that returns it.
    #[param(required = false)]
    pub agency: Option<String>,
    /// Id of a place with a figure.
    #[param(required = false)]
    pub place: Option<String>,
}

/// A series of an indicator, without its points.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SeriesOf {
    /// Id of the agency that returns it.
    pub agency: String,
    /// Id of the place.
    pub place: String,
    /// Its address below `/api/v1/indicators/`.
    pub path: String,
}

/// An indicator with its series.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiIndicator {
    /// Its id.
    pub indicator: String,
    /// Its name.
    pub name: String,
    /// Its theme's id.
    pub theme: String,
    /// Its series.
    pub series: Vec<SeriesOf>,
}

/// The indicators of the current report.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiIndicators {
    /// The report.
    pub run: String,
    /// In the order of the board's list.
    pub indicators: Vec<ApiIndicator>,
}

/// Lists the indicators of the current report with their series.
///
/// # Errors
/// No report has been released, or a failure of ours.
#[utoipa::path(get, path = "/api/v1/indicators", tag = "board", params(IndicatorQuery), responses(
    (status = 200, description = "The indicators", body = ApiIndicators),
    (status = 400, description = "The query could not be read", body = ApiProblem),
    (status = 401, description = "No token that counts", body = ApiProblem),
    (status = 403, description = "The token has another scope", body = ApiProblem),
    (status = 404, description = "No report has been released", body = ApiProblem),
    (status = 500, description = "A failure of the service", body = ApiProblem)
), security(("token" = [])))]
pub async fn indicators(
    State(portal): State<Portal>,
    query: Result<Query<IndicatorQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<ApiIndicators>, Problem> {
    let Query(query) = query.map_err(|_| Problem::Unreadable("The query could not be read."))?;
    let board = board(&portal, None).await?;
    let or = |text: Option<String>| text.unwrap_or_default();
    let sought = Sought {
        words: or(query.words),
        theme: or(query.theme),
        agency: or(query.agency),
        place: or(query.place),
        reading: String::new(),
    };
    let fits = |s: &crate::pipeline::board::figures::SeriesRow| {
        (sought.agency.is_empty() || s.agency == sought.agency) && (sought.place.is_empty() || s.place == sought.place)
    };
    let series = |id: &str| {
        let rows = board.indicator(id).map(|page| page.rows).unwrap_or_default();
        rows.into_iter().filter(|r| fits(r)).map(|r| SeriesOf { agency: r.agency, place: r.place, path: r.path })
    };
    let rows = board.indicators(&sought).into_iter();
    let indicators =
        rows.map(|r| ApiIndicator { series: series(&r.id).collect(), indicator: r.id, name: r.name, theme: r.theme });
    Ok(Json(ApiIndicators { run: board.run.clone(), indicators: indicators.collect() }))
}

/// A period of a series.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiPoint {
    /// `2014-03`, `2014-Q1`, `2013/14`, `2014`.
    pub period: String,
    /// Numerator.
    pub numerator: Option<Figure>,
    /// Denominator.
    pub denominator: Option<Figure>,
    /// Value in the indicator's unit: a proportion as a fraction, a rate per its multiplier.
    pub value: Option<Figure>,
    /// Centre line.
    pub mean: Option<Figure>,
    /// Lower process limit.
    pub lower_limit: Option<Figure>,
    /// Upper process limit.
    pub upper_limit: Option<Figure>,
    /// Special cause: `common-cause`, `concern-high`, ...; none where it is withheld.
    pub variation: Option<&'static str>,
}

/// One indicator of an agency at a place.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiSeries {
    /// The report.
    pub run: String,
    /// Indicator id.
    pub indicator: String,
    /// Agency id.
    pub agency: String,
    /// Locality id.
    pub place: String,
    /// The target in force.
    pub target: Option<f64>,
    /// `met`, `near`, `missed`; `[c]` where the latest value is withheld; empty without target.
    pub target_status: String,
    /// Notes for its reader, explanations that were released among them.
    pub notes: Vec<String>,
    /// Its periods in order.
    pub points: Vec<ApiPoint>,
}

fn series_of(board: &OpenBoard, series: &ShownSeries) -> ApiSeries {
    let point = |p: &ShownPoint| ApiPoint {
        period: p.period.to_string(),
        numerator: figure(p.numerator),
        denominator: figure(p.denominator),
        value: figure(p.value),
        mean: figure(p.mean),
        lower_limit: figure(p.lower_limit),
        upper_limit: figure(p.upper_limit),
        variation: p.variation.map(|v| v.as_str()),
    };
    ApiSeries {
        run: board.run.clone(),
        indicator: series.indicator.clone(),
        agency: series.agency.clone(),
        place: series.locality.clone(),
        target: series.target,
        target_status: series.target_status.to_owned(),
        notes: series.notes.clone(),
        points: series.points.iter().map(point).collect(),
    }
}

/// Gives one indicator of an agency at a place with its whole history.
///
/// # Errors
/// No such series, or a failure of ours.
#[utoipa::path(get, path = "/api/v1/indicators/{indicator}/{sender}/{place}", tag = "board", params(
    ("indicator" = String, Path, description = "An indicator's id"),
    ("sender" = String, Path, description = "Id of the agency that returns it"),
    ("place" = String, Path, description = "A locality's id")
), responses(
    (status = 200, description = "The series in the current report", body = ApiSeries),
    (status = 400, description = "The address could not be read", body = ApiProblem),
    (status = 401, description = "No token that counts", body = ApiProblem),
    (status = 403, description = "The token has another scope", body = ApiProblem),
    (status = 404, description = "No such series", body = ApiProblem),
    (status = 500, description = "A failure of the service", body = ApiProblem)
), security(("token" = [])))]
pub async fn series(
    State(portal): State<Portal>,
    path: Result<Path<(String, String, String)>, axum::extract::rejection::PathRejection>,
) -> Result<Json<ApiSeries>, Problem> {
    let Path((indicator, sender, place)) = path.map_err(|_| UNREADABLE)?;
    let board = board(&portal, None).await?;
    let found = board.series(&indicator, &sender, &place).map(|s| series_of(&board, s));
    found.map(Json).ok_or(Problem::NotFound)
}
