//! What goes wrong on the way to a page, as a page, or as JSON below `/api/`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::guard::Visitor;
use super::page;
use crate::model::Error;

/// Why a request gets no page of its own.
#[derive(Debug, Clone)]
pub enum Problem {
    /// There is no such page, or nothing that this visitor may know of.
    NotFound,
    /// The visitor may not do this.
    Forbidden,
    /// The visitor must sign in first; then it goes on to where it wanted to go.
    SignIn,
    /// No token, or none that counts (API).
    Unauthorised,
    /// The request is not as a form or an upload must be; the words say what to do.
    Unreadable(&'static str),
    /// The same for one of many reasons, in words for the reader.
    Refused(StatusCode, String),
    /// We could not do our work. What happened stands in the log under this number.
    Failed(String),
}

/// What the API answers instead of what was asked.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ApiProblem {
    /// A word for programs: `not-found`, `forbidden`, `unauthorised`, `unreadable`, `refused`, `failed`.
    pub error: &'static str,
    /// What happened and what to do, for people.
    pub message: String,
}

impl Problem {
    /// Its HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::SignIn => StatusCode::SEE_OTHER,
            Self::Unauthorised => StatusCode::UNAUTHORIZED,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Refused(status, _) => *status,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Forbidden => "forbidden",
            Self::SignIn | Self::Unauthorised => "unauthorised",
            Self::Unreadable(_) => "unreadable",
            Self::Refused(..) => "refused",
            Self::Failed(_) => "failed",
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::NotFound => "Page not found",
            Self::Forbidden => "You cannot see this page",
            Self::SignIn | Self::Unauthorised => "Sign in to see this page",
            Self::Unreadable(_) | Self::Refused(..) => "This could not be done",
            Self::Failed(_) => "Sorry, there is a problem with the service",
        }
    }

    fn lines(&self) -> Vec<String> {
        match self {
            Self::NotFound => vec![
                "If you typed the address, check that it is right.".to_owned(),
                "If you followed a link, what it led to may have been moved, or it may not be yours to see.".to_owned(),
            ],
            Self::Forbidden => vec![
                "Your account may not do this, or the page was open for so long that your session has ended."
                    .to_owned(),
                "Go back, load the page again, and try once more. If it still does not work, ask the board's office."
                    .to_owned(),
            ],
            Self::SignIn => vec!["Sign in and try again.".to_owned()],
            Self::Unauthorised => vec!["Send a token that counts as `Authorization: Bearer ...`.".to_owned()],
            Self::Unreadable(words) => vec![(*words).to_owned()],
            Self::Refused(_, words) => vec![words.clone()],
            Self::Failed(number) => vec![
                "Nothing that you sent is lost. Try again in a few minutes.".to_owned(),
                format!("If it happens again, tell the board's office this number: {number}"),
            ],
        }
    }

    /// The answer, for a page of the visitor or for a program.
    pub(super) fn answer(&self, visitor: &Visitor, is_api: bool) -> Response {
        if is_api {
            let body = ApiProblem { error: self.word(), message: self.lines().join(" ") };
            let status = if matches!(self, Self::SignIn) { StatusCode::UNAUTHORIZED } else { self.status() };
            let mut response = (status, axum::Json(body)).into_response();
            if status == StatusCode::UNAUTHORIZED {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            return response;
        }
        if matches!(self, Self::SignIn) {
            return page::see_other(&format!("/sign-in?next={}", page::encoded(visitor.path())));
        }
        page::problem(visitor, self.title(), self.lines(), self.status())
    }
}

impl From<Error> for Problem {
    /// A failure of ours: the reader gets a number, the log gets the rest.
    fn from(error: Error) -> Self {
        let number = super::log::number();
        tracing::error!(number, error = %error, "failed");
        Self::Failed(number)
    }
}

impl IntoResponse for Problem {
    /// The guard, which knows who asks and where, makes the answer of it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_tells_a_number_and_nothing_of_the_inside() {
        let broken = std::io::Error::other("disk quota of lscb exceeded");
        let problem = Problem::from(Error::io("/var/lib/lscb/ledger.sqlite", "could not be written", broken));
        let Problem::Failed(number) = &problem else { panic!("{problem:?}") };
        let told = problem.lines().join(" ");
        assert!(told.contains(number) && problem.status() == StatusCode::INTERNAL_SERVER_ERROR, "{told}");
        for inside in ["/var", "ledger", "sqlite", "quota", "could not"] {
            assert!(!told.contains(inside), "{told}");
        }
    }
}
