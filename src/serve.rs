//! The portal: agencies upload, analysts steer, the board reads. A face: it reads requests, asks `pipeline` and `access`, and
//! writes pages; nothing is decided here but who may ask for what.
//!
//! # Conventions
//! - **Routes.** Every page is a [`Route`](routes::Route) in the list `ROUTES` of its slice (`serve/<slice>.rs`), which
//!   `routes::all` gathers: method, path, who may ([`May`](routes::May)), a name, and the handler. Nothing is reachable that
//!   is not in a list; the guard enforces `May` in one place, and `tests/suite/portal_access.rs` tries every route as everyone.
//!   `{agency}` in a path is always the agency's id, and a thing of an agency is always asked for by agency and id.
//! - **Handlers** take a [`Visitor`](guard::Visitor) (who asks: `visitor.user()`, flash messages, CSRF token), the
//!   [`Portal`](portal::Portal) as `State`, and give `Result<Response, Problem>`. All work that touches a file or the ledger
//!   goes through `portal.ask(|portal, ledger| ...)`, which runs it on a thread where it may block.
//! - **Pages** are askama templates in `serve/templates/<slice>/`, extend `layout.html`, hold a `frame: Frame`
//!   (`visitor.frame("Title")`, then `.tab("inbox")`, `.trail("/x", "Words")`, `.wrong(&form)`, `.refresh(2)`), and are given
//!   by [`page`](page::page). Components are the macros of `parts.html`.
//! - **Forms** come by [`Posted`](form::Posted), which holds the CSRF token against the session's before the handler sees
//!   anything, and gives a [`Form`](form::Form): `form.value("x")`, `form.refuse("x", "Enter ...")`. A form that is wrong is
//!   shown again with status 422 (`page::again`); one that was right ends in `visitor.done("...")` and a redirect (303).
//! - **Uploads** come by `axum::extract::Multipart`; the handler calls `visitor.check(token)` with the first field, `csrf`.
//! - **Problems**: [`Problem`](problem::Problem) is a page, or JSON below `/api/`; a failure of ours tells the reader nothing
//!   of the inside and goes to the log with a number that the page shows.
//! - **Assets** are compiled in: `serve/assets/`, listed in `assets::ASSETS`.

mod account;
mod admin;
mod agency;
mod analyst;
pub mod assets;
pub mod board;
pub mod demo;
pub mod form;
pub mod guard;
mod home;
mod log;
pub mod page;
pub mod portal;
pub mod problem;
pub mod routes;
mod security;
mod sessions;
mod start;

pub use portal::{Options, Portal};
pub use start::{Listen, serve};
