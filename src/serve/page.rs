//! Pages: the frame around each, and how one is given.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::assets;
use super::form::Form;
use super::guard::Visitor;
use super::problem::Problem;
use crate::model::{Role, User};

/// A link with words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub words: String,
}

/// A main part of the portal in the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub words: &'static str,
    /// Whether this page lies below it.
    pub is_here: bool,
}

/// What stands around a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Title of the page, also its first heading.
    pub title: String,
    /// The board's name.
    pub board: String,
    /// Whether the data are made up.
    pub synthetic: bool,
    /// Who is signed in.
    pub who: Option<User>,
    /// The name of the agency that it sends for.
    pub agency_name: Option<String>,
    /// The token that its forms carry.
    pub csrf: String,
    /// What was just done.
    pub flash: Option<String>,
    /// The menu.
    pub tabs: Vec<Tab>,
    /// Breadcrumbs, from the first page on.
    pub trail: Vec<Step>,
    /// Whether the page shows a form that is wrong.
    pub has_errors: bool,
    /// Look again after so many seconds: the page waits for something.
    pub refresh: Option<u32>,
    /// Version of the program.
    pub version: &'static str,
}

impl Frame {
    /// Adds a step to the breadcrumbs.
    pub fn trail(mut self, href: impl Into<String>, words: impl Into<String>) -> Self {
        self.trail.push(Step { href: href.into(), words: words.into() });
        self
    }

    /// Says in the title that the form is wrong, if it is.
    pub fn wrong(mut self, form: &Form) -> Self {
        self.has_errors = form.is_wrong();
        self
    }

    /// The page is loaded again after so many seconds; with script only the part with `data-refresh` is.
    pub fn refresh(mut self, seconds: u32) -> Self {
        self.refresh = Some(seconds);
        self
    }

    /// Marks the menu's entry below which this page lies, where the longest address that fits is not the right one.
    pub fn tab(mut self, href: &str) -> Self {
        for tab in &mut self.tabs {
            tab.is_here = tab.href == href;
        }
        self
    }

    /// The address of an asset, with its digest, so that a browser may keep it.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// The words for the visitor's role.
    pub fn role_name(&self) -> &'static str {
        self.who.as_ref().map_or("", |user| role_name(user.role))
    }
}

/// The words for a role.
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Agency => "agency",
        Role::Analyst => "performance analyst",
        Role::Board => "board member",
        Role::Administrator => "administrator",
    }
}

/// Gives a page.
///
/// # Errors
/// The template could not be filled in, which is a mistake of ours.
pub fn page(template: &impl Template) -> Result<Response, Problem> {
    with(StatusCode::OK, template)
}

/// Gives a page whose form is wrong: status 422.
///
/// # Errors
/// As [`page`].
pub fn again(template: &impl Template) -> Result<Response, Problem> {
    with(StatusCode::UNPROCESSABLE_ENTITY, template)
}

fn with(status: StatusCode, template: &impl Template) -> Result<Response, Problem> {
    match template.render() {
        Ok(text) => Ok((status, Html(text)).into_response()),
        Err(error) => {
            let number = super::log::number();
            tracing::error!(number, error = %error, "a page could not be written");
            Err(Problem::Failed(number))
        }
    }
}

/// Sends the browser on, so that loading again does not send a form again.
pub fn see_other(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let place = HeaderValue::from_str(address).unwrap_or_else(|_| HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, place);
    response
}

/// A file to keep, under a name of ours.
pub fn download(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '-' }).collect();
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\""));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment")));
    response
}

/// A text as part of an address.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(byte as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[derive(Template)]
#[template(path = "problem.html", config = "src/serve/templates/askama.toml")]
struct ProblemPage {
    frame: Frame,
    lines: Vec<String>,
}

/// A page that tells of a problem.
pub(super) fn problem(visitor: &Visitor, title: &str, lines: Vec<String>, status: StatusCode) -> Response {
    let page = ProblemPage { frame: visitor.frame(title), lines };
    with(status, &page).unwrap_or_else(|_| status.into_response())
}

/// A heading and its paragraphs.
#[derive(Debug, Clone)]
pub struct Part {
    /// The heading; empty for none.
    pub heading: &'static str,
    /// Its paragraphs.
    pub lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "plain.html", config = "src/serve/templates/askama.toml")]
struct PlainPage {
    frame: Frame,
    parts: Vec<Part>,
}

/// A page of headings and paragraphs.
///
/// # Errors
/// As [`page`].
pub fn plain(frame: Frame, parts: Vec<Part>) -> Result<Response, Problem> {
    page(&PlainPage { frame, parts })
}

/// A number of bytes in words.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_downloads_hold_nothing_that_ends_the_header() {
        let response = download("a\"b\r\nX: y.csv", "text/csv; charset=utf-8", Vec::new());
        assert_eq!(response.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"a-b--X- y.csv\"");
    }

    #[test]
    fn an_address_as_part_of_an_address() {
        assert_eq!(encoded("/a b?c=d&e"), "/a%20b%3Fc%3Dd%26e");
    }
}
