//! The API as a whole: the document that describes it, and how its handlers take what stands in an address.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::routing::get;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::problem::{ApiProblem, Problem};
use super::routes::{May, Route};
use super::{agency, analyst, board};

/// The document of the API.
pub static ROUTES: &[Route] = &[Route::get(DOCUMENT, May::Anyone, "the description of the API", || get(document))];

/// Where the document lies.
pub const DOCUMENT: &str = "/api/v1/openapi.json";

/// What programs may ask of the portal (OpenAPI 3.1).
#[derive(OpenApi)]
#[openapi(
    info(
        title = "lscb",
        description = "Returns in, hot spots out. The same checks, codes and limits as on the pages. A token is made by an administrator, has scopes, and may be bound to one agency."
    ),
    paths(
        agency::api::send,
        agency::api::list,
        agency::api::verdict,
        agency::api::submissions,
        board::api::releases,
        board::api::hotspots,
        board::api::hotspot_of_board,
        board::api::hotspot,
        board::api::indicators,
        board::api::series,
        analyst::runs::api_all,
        analyst::runs::api_start,
        analyst::runs::api_one,
    ),
    components(schemas(ApiProblem)),
    modifiers(&Common),
    tags(
        (name = "uploads", description = "Send a return and read its verdict"),
        (name = "board", description = "What the board was shown"),
        (name = "runs", description = "Start the nightly run and read how it goes"),
    )
)]
pub struct Api;

/// What holds for every call: the token, and what the guard or a failure may answer.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("`Authorization: Bearer lscb_...`, made by an administrator of the portal."))
            .build();
        document
            .components
            .get_or_insert_with(utoipa::openapi::Components::default)
            .add_security_scheme("token", SecurityScheme::Http(bearer));
        let problem = |words: &str| {
            let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ApiProblem"))).build();
            RefOr::T(ResponseBuilder::new().description(words).content("application/json", body).build())
        };
        for path in document.paths.paths.values_mut() {
            for operation in [&mut path.get, &mut path.post].into_iter().flatten() {
                for (status, words) in [
                    ("400", "The address could not be read"),
                    ("401", "No token that counts"),
                    ("403", "The token may not do this"),
                    ("500", "A failure of the service; its number stands in the log"),
                ] {
                    operation.responses.responses.entry(status.to_owned()).or_insert_with(|| problem(words));
                }
            }
        }
    }
}

/// Gives the document.
async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}

/// The parts of an address, `{names}`; what cannot be read is a problem in words.
#[derive(Debug, Clone)]
pub struct Address<T>(pub T);

/// What follows the question mark of an address; what cannot be read is a problem in words.
#[derive(Debug, Clone)]
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned + Send> FromRequestParts<S> for Address<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read: Result<Path<T>, PathRejection> = Path::from_request_parts(parts, state).await;
        read.map(|Path(read)| Self(read)).map_err(|_| Problem::Unreadable("The address could not be read."))
    }
}

impl<S: Send + Sync, T: serde::de::DeserializeOwned + Send> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        read.map(|Query(read)| Self(read)).map_err(|_| Problem::Unreadable("The query could not be read."))
    }
}
