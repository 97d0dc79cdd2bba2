//! What programs may read: the reports that the board was shown, their hot spots and figures. A number is a number, a withheld
//! one `"[c]"`, and none `null`; nothing is told here that a page of the board does not tell. A token that is bound to an agency
//! reads of that agency alone.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{current, shelf};
use crate::model::{CellId, Grain, Tier};
use crate::pipeline::board::facts::{ApiCell, ApiSeries};
use crate::pipeline::board::figures::Sought;
use crate::pipeline::board::{OpenBoard, releases as released};
use crate::serve::api::{Address, Asked};
use crate::serve::guard::Visitor;
use crate::serve::portal::Portal;
use crate::serve::problem::{ApiProblem, Problem};

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
), security(("token" = [])))]
pub async fn releases(State(portal): State<Portal>) -> Result<Json<Releases>, Problem> {
    let (all, current) =
        portal.ask(|_, ledger| Ok((released(ledger)?, ledger.current_release()?.map(|r| r.run)))).await?;
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
    (status = 404, description = "No such report has been released", body = ApiProblem),
), security(("token" = [])))]
pub async fn hotspots(
    visitor: Visitor,
    State(portal): State<Portal>,
    Asked(query): Asked<CellQuery>,
) -> Result<Json<ApiCells>, Problem> {
    let board = board(&portal, query.run.clone()).await?;
    let is = |asked: &Option<String>, is: &str| asked.as_deref().is_none_or(|a| a == is);
    let hotspots = board.cell_facts(|id: &CellId, tier: Tier| {
        may_read(&visitor, id)
            && is(&query.tier, tier.as_str())
            && is(&query.grain, id.grain.as_str())
            && is(&query.theme, &id.theme)
            && is(&query.place, &id.place)
    });
    Ok(Json(ApiCells { run: board.run.clone(), as_of: board.as_of(), synthetic: board.view.synthetic, hotspots }))
}

/// The agency that a token is bound to; none of one for the whole board.
fn bound(visitor: &Visitor) -> Option<&str> {
    visitor.holder().ok().and_then(|h| h.agency.as_deref())
}

/// Whether a cell may be read: of a token that is bound to an agency its own cells alone.
fn may_read(visitor: &Visitor, id: &CellId) -> bool {
    bound(visitor).is_none_or(|agency| id.grain == Grain::Agency && id.place == agency)
}

async fn one(visitor: &Visitor, portal: &Portal, id: String) -> Result<Json<ApiCell>, Problem> {
    let id = CellId::parse(&id).filter(|id| may_read(visitor, id)).ok_or(Problem::NotFound)?;
    let board = board(portal, None).await?;
    let found = board.cell_facts(|own, _| *own == id).pop();
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
    (status = 404, description = "No such cell", body = ApiProblem),
), security(("token" = [])))]
pub async fn hotspot_of_board(
    visitor: Visitor,
    State(portal): State<Portal>,
    Address((grain, theme)): Address<(String, String)>,
) -> Result<Json<ApiCell>, Problem> {
    one(&visitor, &portal, format!("{grain}/{theme}")).await
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
    (status = 404, description = "No such cell", body = ApiProblem),
), security(("token" = [])))]
pub async fn hotspot(
    visitor: Visitor,
    State(portal): State<Portal>,
    Address((grain, theme, place)): Address<(String, String, String)>,
) -> Result<Json<ApiCell>, Problem> {
    one(&visitor, &portal, format!("{grain}/{theme}/{place}")).await
}

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
    (status = 404, description = "No report has been released", body = ApiProblem),
), security(("token" = [])))]
pub async fn indicators(
    visitor: Visitor,
    State(portal): State<Portal>,
    Asked(query): Asked<IndicatorQuery>,
) -> Result<Json<ApiIndicators>, Problem> {
    let board = board(&portal, None).await?;
    let or = |text: Option<String>| text.unwrap_or_default();
    let sought = Sought {
        words: or(query.words),
        theme: or(query.theme),
        agency: bound(&visitor).map_or_else(|| or(query.agency), str::to_owned),
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
    (status = 404, description = "No such series", body = ApiProblem),
), security(("token" = [])))]
pub async fn series(
    visitor: Visitor,
    State(portal): State<Portal>,
    Address((indicator, sender, place)): Address<(String, String, String)>,
) -> Result<Json<ApiSeries>, Problem> {
    if bound(&visitor).is_some_and(|own| own != sender) {
        return Err(Problem::NotFound);
    }
    let board = board(&portal, None).await?;
    let found = board.series_facts(&indicator, &sender, &place);
    found.map(Json).ok_or(Problem::NotFound)
}
