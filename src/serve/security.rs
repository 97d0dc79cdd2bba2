//! What holds for every answer: headers that tell the browser to be careful, limits, and no request from another site.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use super::portal::Portal;

/// The most bytes of a form. Uploads have limits of their own.
const FORM_BYTES: usize = 256 * 1024;

/// How long a request may take. An upload over a slow line takes minutes.
const LONGEST: Duration = Duration::from_secs(600);

/// Headers of every answer that does not say otherwise (ASVS 5.0, 3.4).
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    (header::CACHE_CONTROL, "no-store"),
];

/// Puts the service behind what holds for all of it.
pub fn around(router: Router, portal: &Portal) -> Router {
    let is_secure = portal.is_secure();
    let headers = move |request: Request, next: Next| async move {
        let mut response: Response = next.run(request).await;
        for (name, value) in HEADERS {
            if !response.headers().contains_key(&name) {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
        }
        if is_secure {
            let always = HeaderValue::from_static("max-age=31536000; includeSubDomains");
            response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, always);
        }
        response
    };
    let mut csrf = CsrfLayer::new();
    if let Some(origin) = portal.origin() {
        csrf = csrf.add_trusted_origin(origin).unwrap_or_else(|_| CsrfLayer::new());
    }
    router
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(csrf)
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(headers))
        .layer(CompressionLayer::new())
}

/// A panic is a mistake of ours: the visitor is told so, and the service goes on.
fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::http::Response<axum::body::Body> {
    let number = super::log::number();
    tracing::error!(number, "a handler panicked");
    let words = format!("Sorry, there is a problem with the service. Tell the board's office this number: {number}\n");
    (StatusCode::INTERNAL_SERVER_ERROR, words).into_response()
}
