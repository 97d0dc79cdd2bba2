//! Who asks, and whether they may: the one place where roles and the walls between agencies are enforced.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{ConnectInfo, FromRequestParts, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use std::net::SocketAddr;
use subtle::ConstantTimeEq;
use tower_sessions::Session;

use super::page::{Frame, Tab, see_other};
use super::portal::Portal;
use super::problem::Problem;
use super::routes::{self, May, Route};
use super::sessions;
use crate::model::{Role, User};

/// Who asks: a person with a session, a program with a token, or somebody unknown.
#[derive(Clone)]
pub struct Visitor {
    portal: Portal,
    session: Option<Session>,
    user: Option<User>,
    holder: Option<Holder>,
    csrf: String,
    flash: Option<String>,
    path: String,
    address: String,
}

/// A program that came with an API token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Number of the token.
    pub id: i64,
    /// What its owner called it.
    pub name: String,
    /// The agency that it is bound to; none for the whole board.
    pub agency: Option<String>,
}

impl Visitor {
    /// The person who is signed in.
    ///
    /// # Errors
    /// Nobody is; the guard lets no such request reach a page that needs one.
    pub fn user(&self) -> Result<&User, Problem> {
        self.user.as_ref().ok_or(Problem::SignIn)
    }

    /// The person, if there is one.
    pub fn anyone(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// The program, where a token was sent.
    ///
    /// # Errors
    /// None was; the guard lets no such request reach a handler of the API.
    pub fn holder(&self) -> Result<&Holder, Problem> {
        self.holder.as_ref().ok_or(Problem::Unauthorised)
    }

    /// Who did it, for the audit trail: the account or the token by number and name.
    pub fn who(&self) -> String {
        match (&self.user, &self.holder) {
            (Some(user), _) => format!("user {} ({})", user.id, user.name),
            (None, Some(holder)) => format!("token {} ({})", holder.id, holder.name),
            (None, None) => "nobody".to_owned(),
        }
    }

    /// The path that was asked for, with its query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where the request came from.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The digest of the visitor's session, by which the ledger knows it.
    pub fn session_digest(&self) -> Option<String> {
        self.session.as_ref().and_then(Session::id).map(|id| sessions::digest_of(&id))
    }

    /// Holds a form's token against the session's.
    ///
    /// # Errors
    /// It is another, or there is none.
    pub fn check(&self, token: &str) -> Result<(), Problem> {
        let same: bool = token.as_bytes().ct_eq(self.csrf.as_bytes()).into();
        if same && !self.csrf.is_empty() { Ok(()) } else { Err(Problem::Forbidden) }
    }

    /// Begins the session of a person who has proved who they are, under a new id.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub async fn sign_in(&self, user: &User) -> Result<(), Problem> {
        let session = self.session.as_ref().ok_or(Problem::Forbidden)?;
        session.clear().await;
        session.cycle_id().await.map_err(store)?;
        let id = user.id;
        let epoch = self.portal.ask(move |_, ledger| ledger.epoch(id)).await?;
        session.insert(sessions::USER, id).await.map_err(store)?;
        session.insert(sessions::EPOCH, epoch).await.map_err(store)?;
        session.insert(sessions::CSRF, token()).await.map_err(store)?;
        self.stamp(session, true).await
    }

    /// Ends the session.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub async fn sign_out(&self) -> Result<(), Problem> {
        match &self.session {
            Some(session) => session.flush().await.map_err(store),
            None => Ok(()),
        }
    }

    /// Keeps a value in the session.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub async fn remember(&self, key: &str, value: impl serde::Serialize) -> Result<(), Problem> {
        let session = self.session.as_ref().ok_or(Problem::Forbidden)?;
        session.insert(key, value).await.map_err(store)
    }

    /// A value that the session keeps.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub async fn recall<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Problem> {
        let Some(session) = &self.session else { return Ok(None) };
        session.get(key).await.map_err(store)
    }

    /// Forgets a value of the session.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub async fn forget(&self, key: &str) -> Result<(), Problem> {
        let Some(session) = &self.session else { return Ok(()) };
        session.remove_value(key).await.map(|_| ()).map_err(store)
    }

    /// Says on the next page what was done, and leads there.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub async fn done(&self, address: &str, words: &str) -> Result<Response, Problem> {
        self.remember(sessions::FLASH, words).await?;
        Ok(see_other(address))
    }

    /// The frame of a page.
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        let facts = self.portal.facts();
        let agency = self.user.as_ref().and_then(|u| u.agency.as_deref());
        let mut tabs: Vec<Tab> = self.user.as_ref().map(routes::tabs).unwrap_or_default();
        let path = self.path.split('?').next().unwrap_or("");
        let fits = |tab: &Tab| {
            path == tab.href || path.strip_prefix(tab.href.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        let here = tabs.iter().enumerate().filter(|(_, t)| fits(t)).max_by_key(|(_, t)| t.href.len()).map(|(i, _)| i);
        if let Some(here) = here {
            tabs[here].is_here = true;
        }
        Frame {
            title: title.into(),
            board: facts.name.clone(),
            synthetic: facts.synthetic,
            who: self.user.clone(),
            agency_name: agency.map(|a| self.portal.agency_name(a)),
            csrf: self.csrf.clone(),
            flash: self.flash.clone(),
            tabs,
            trail: Vec::new(),
            has_errors: false,
            refresh: None,
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    async fn stamp(&self, session: &Session, begins: bool) -> Result<(), Problem> {
        let now = chrono::Utc::now().timestamp();
        if begins {
            session.insert(sessions::STARTED, now).await.map_err(store)?;
        }
        session.insert(sessions::SEEN, now).await.map_err(store)?;
        session.insert(sessions::ADDRESS, &self.address).await.map_err(store)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Visitor>().cloned().ok_or(Problem::Forbidden)
    }
}

fn store(error: tower_sessions::session::Error) -> Problem {
    let number = super::log::number();
    tracing::error!(number, error = %error, "the session could not be kept");
    Problem::Failed(number)
}

/// 128 random bits as text.
fn token() -> String {
    tower_sessions::session::Id::default().to_string()
}

/// What goes with a route through the guard.
#[derive(Clone)]
pub struct Post {
    /// The portal.
    pub portal: Portal,
    /// The route.
    pub route: &'static Route,
}

/// Stands before every route: finds out who asks, lets through or turns away, and makes a page of what went wrong.
pub async fn guard(
    State(post): State<Post>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = std::time::Instant::now();
    let (method, is_api) = (request.method().clone(), post.route.is_api());
    let headers = request.headers().clone();
    // The request itself may not be held while others work: its body belongs to one thread.
    let (unknown, session) = (unknown(&post, &request), sessions::of(request.extensions()));
    let visitor = match visitor_of(&post, unknown, session, &method).await {
        Ok(visitor) => visitor,
        Err((visitor, problem)) => return problem.answer(&visitor, is_api),
    };
    let Ok(params) = params else {
        return Problem::Unreadable("The address could not be read.").answer(&visitor, is_api);
    };
    let agency = params.iter().find(|(name, _)| *name == "agency").map(|(_, value)| value.to_owned());
    let mut is_problem = false;
    let response = match allowed(&post, &visitor, agency.as_deref(), &headers).await {
        Err(problem) => {
            is_problem = true;
            problem.answer(&visitor, is_api)
        }
        Ok(visitor) => {
            request.extensions_mut().insert(visitor.clone());
            let mut response = next.run(request).await;
            match response.extensions_mut().remove::<Problem>() {
                Some(problem) => {
                    is_problem = true;
                    problem.answer(&visitor, is_api)
                }
                None => response,
            }
        }
    };
    let status = response.status().as_u16();
    let user = visitor.user.as_ref().map_or(0, |u| u.id);
    let milliseconds = started.elapsed().as_millis() as u64;
    tracing::info!(route = post.route.path, method = %method, status, user, milliseconds, "request");
    metrics::counter!("lscb_requests_total", "route" => post.route.path, "status" => status.to_string()).increment(1);
    metrics::histogram!("lscb_request_seconds", "route" => post.route.path).record(started.elapsed().as_secs_f64());
    if method != Method::GET && (is_problem || !post.route.is_recorded) {
        post.portal.audit(&visitor, post.route, agency.as_deref(), status).await;
    }
    response
}

/// A visitor of whom nothing is known yet but the way.
fn unknown(post: &Post, request: &Request) -> Visitor {
    Visitor {
        portal: post.portal.clone(),
        session: None,
        user: None,
        holder: None,
        csrf: String::new(),
        flash: None,
        path: request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned(),
        address: address_of(request, &post.portal),
    }
}

/// The visitor with its session; the frame of an error page needs one even where the ledger fails.
async fn visitor_of(
    post: &Post,
    mut visitor: Visitor,
    session: Option<Session>,
    method: &Method,
) -> Result<Visitor, (Visitor, Problem)> {
    if post.route.is_api() || !post.route.has_session() {
        return Ok(visitor);
    }
    visitor.session = session;
    match fill_in(&mut visitor, method).await {
        Ok(()) => Ok(visitor),
        Err(problem) => Err((visitor, problem)),
    }
}

async fn fill_in(visitor: &mut Visitor, method: &Method) -> Result<(), Problem> {
    let Some(session) = visitor.session.clone() else { return Ok(()) };
    let now = chrono::Utc::now().timestamp();
    let started: i64 = session.get(sessions::STARTED).await.map_err(store)?.unwrap_or(now);
    if now - started > visitor.portal.session_hours() * 3600 {
        session.flush().await.map_err(store)?;
    }
    if let Some(id) = session.get::<i64>(sessions::USER).await.map_err(store)? {
        let epoch: i64 = session.get(sessions::EPOCH).await.map_err(store)?.unwrap_or(-1);
        let found = visitor.portal.ask(move |_, ledger| Ok((ledger.user(id)?, ledger.epoch(id)?))).await?;
        match found {
            (Some(user), now) if user.is_active && now == epoch => visitor.user = Some(user),
            _ => session.flush().await.map_err(store)?,
        }
    }
    match session.get::<String>(sessions::CSRF).await.map_err(store)? {
        Some(csrf) => visitor.csrf = csrf,
        None if method == Method::GET => {
            visitor.csrf = token();
            session.insert(sessions::CSRF, &visitor.csrf).await.map_err(store)?;
            visitor.stamp(&session, true).await?;
        }
        None => {}
    }
    let seen: i64 = session.get(sessions::SEEN).await.map_err(store)?.unwrap_or(now);
    if now - seen >= 60 {
        visitor.stamp(&session, false).await?;
    }
    if method == Method::GET {
        visitor.flash = session.remove(sessions::FLASH).await.map_err(store)?;
    }
    Ok(())
}

/// Whether the visitor may go on.
async fn allowed(
    post: &Post,
    visitor: &Visitor,
    agency: Option<&str>,
    headers: &HeaderMap,
) -> Result<Visitor, Problem> {
    let mut holder = None;
    let role = |roles: &[Role]| match &visitor.user {
        None => Err(Problem::SignIn),
        Some(user) if roles.contains(&user.role) => Ok(()),
        Some(_) => Err(Problem::Forbidden),
    };
    match post.route.may {
        May::Anyone => Ok(()),
        May::SignedIn => role(&Role::ALL),
        May::Roles(roles) => role(roles),
        May::Agency(roles) => match (&visitor.user, agency) {
            (None, _) => Err(Problem::SignIn),
            // Another agency's page is not there: whether it exists is none of this visitor's business.
            (Some(user), Some(agency)) if user.role == Role::Agency && user.agency.as_deref() != Some(agency) => {
                Err(Problem::NotFound)
            }
            (Some(user), Some(agency)) if user.role == Role::Agency || roles.contains(&user.role) => {
                if post.portal.is_agency(agency) { Ok(()) } else { Err(Problem::NotFound) }
            }
            _ => Err(Problem::Forbidden),
        },
        May::Token(scope) => {
            let secret = bearer(headers).ok_or(Problem::Unauthorised)?;
            holder = Some(post.portal.holder(secret, scope, agency).await?);
            Ok(())
        }
    }?;
    Ok(Visitor { holder, ..visitor.clone() })
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (kind, secret) = value.split_once(' ')?;
    kind.eq_ignore_ascii_case("bearer").then(|| secret.trim().to_owned())
}

/// Where a request came from. Behind a proxy that the board trusts it is the last address that the proxy added.
fn address_of(request: &Request, portal: &Portal) -> String {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let peer = peer.map_or_else(|| "unknown".to_owned(), |ip| ip.to_string());
    if !portal.trusts(&peer) {
        return peer;
    }
    let forwarded = request.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok());
    let last = forwarded.and_then(|f| f.rsplit(',').next()).map(str::trim).unwrap_or("");
    if last.parse::<std::net::IpAddr>().is_ok() { last.to_owned() } else { peer }
}
