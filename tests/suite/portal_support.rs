//! The portal in process: the real router on a real board, asked as a browser asks, with nothing listening anywhere.

use std::path::Path;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use lscb::ledger::{Ledger, StoredSession};
use lscb::model::Role;
use lscb::serve::{Options, Portal, routes};
use tower::ServiceExt;

use super::support::{Board, lscb};

static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime"));

/// A board with its portal open.
pub struct House {
    folder: Folder,
    /// The portal.
    pub portal: Portal,
    router: Router,
}

enum Folder {
    Board(Board),
    County(tempfile::TempDir),
}

impl House {
    /// The little county of the harness: plain layout, nothing received, no run.
    pub fn plain() -> Self {
        Self::with("")
    }

    /// The same with more settings at the end of its pipeline file.
    pub fn with(settings: &str) -> Self {
        let board = Board::plain();
        let pipeline = board.path("pipeline.toml");
        board.write("pipeline.toml", &format!("{}\n{settings}", board.read("pipeline.toml")));
        Self::open(Folder::Board(board), &pipeline)
    }

    /// The sample county with its returns taken in and one run published.
    pub fn county() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(COUNTY.path(), folder.path());
        let pipeline = folder.path().join("pipeline.toml");
        Self::open(Folder::County(folder), &pipeline)
    }

    fn open(folder: Folder, pipeline: &Path) -> Self {
        lscb::ingest::set_reader(env!("CARGO_BIN_EXE_lscb"));
        let options = Options { pipeline: pipeline.to_owned(), is_secure: true, ..Options::default() };
        let portal = Portal::open(options).expect("the portal opens");
        let router = routes::router(&portal);
        Self { folder, portal, router }
    }

    /// A path in the board's folder.
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        match &self.folder {
            Folder::Board(board) => board.path(name),
            Folder::County(folder) => folder.path().join(name),
        }
    }

    /// A connection to its ledger.
    pub fn ledger(&self) -> Ledger {
        Ledger::reopen(self.portal.data()).expect("the ledger opens")
    }

    /// Somebody without an account.
    pub fn nobody(&self) -> Client {
        Client { router: self.router.clone(), cookie: None, csrf: String::new(), bearer: None }
    }

    /// A program with a token.
    pub fn program(&self, token: &str) -> Client {
        Client { bearer: Some(token.to_owned()), ..self.nobody() }
    }

    /// A person of a role who is signed in: an account of its own, made here, and a session.
    pub fn person(&self, role: Role, agency: Option<&str>) -> Client {
        let ledger = self.ledger();
        let email = format!("{}-{}@board.example", role.as_str(), agency.unwrap_or("x"));
        let made = ledger.add_user(&email, &format!("A {}", role.as_str()), role, agency, "2015-01-01T00:00:00Z");
        let id = match made.expect("the ledger") {
            Some(user) => user.id,
            None => ledger.user_by_email(&email).expect("the ledger").expect("the account").id,
        };
        // The id of a session is 128 bits in URL-safe base64: 22 characters, of which the last says four bits.
        let (cookie, csrf) = (format!("{id:0>21}A"), format!("token-of-{id}"));
        let now = chrono::Utc::now().timestamp();
        let session = StoredSession {
            id_sha256: lscb::pipeline::digest::of_bytes(cookie.as_bytes()),
            user: Some(id),
            address: "192.0.2.1".to_owned(),
            started: now,
            seen: now,
            expires: now + 3600,
            data: serde_json::json!({"user": id, "epoch": ledger.epoch(id).expect("the ledger"), "csrf": csrf, "started": now, "seen": now}).to_string(),
        };
        ledger.save_session(&session).expect("the ledger");
        Client { router: self.router.clone(), cookie: Some(cookie), csrf, bearer: None }
    }
}

/// Somebody at a browser, or a program.
#[derive(Clone)]
pub struct Client {
    router: Router,
    cookie: Option<String>,
    /// The token of the forms.
    pub csrf: String,
    bearer: Option<String>,
}

/// What the portal answered.
#[derive(Debug)]
pub struct Page {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: axum::http::HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as bytes.
    pub bytes: Vec<u8>,
}

impl Page {
    /// A header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// Asserts that the page is well and holds all of these.
    #[track_caller]
    pub fn shows(&self, words: &[&str]) -> &Self {
        assert_eq!(self.status, 200, "{}", self.text);
        for word in words {
            assert!(self.text.contains(word), "`{word}` is not on the page:\n{}", self.text);
        }
        self
    }
}

impl Client {
    /// The same browser after an answer: with the cookie that it was given and the token of the page's forms.
    pub fn after(&self, page: &Page) -> Self {
        let until = |text: &str, end: char| text.split(end).next().unwrap_or("").to_owned();
        let given = page.header("set-cookie").strip_prefix("__Host-lscb=").map(|c| until(c, ';'));
        let cookie = given.map_or_else(|| self.cookie.clone(), |c| Some(c).filter(|c| !c.is_empty()));
        let csrf = page.text.split("name=\"csrf\" value=\"").nth(1).map(|t| until(t, '"'));
        Self { router: self.router.clone(), cookie, csrf: csrf.unwrap_or_else(|| self.csrf.clone()), bearer: None }
    }

    /// Opens a page as a browser does, whose forms can be sent from there.
    pub fn open(&self, path: &str) -> (Self, Page) {
        let page = self.get(path);
        (self.after(&page), page)
    }

    /// The cookie of the session.
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// Asks for a page.
    pub fn get(&self, path: &str) -> Page {
        self.send("GET", path, None, Vec::new())
    }

    /// Sends a form with its token.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut pairs = vec![("csrf", self.csrf.as_str())];
        pairs.extend_from_slice(fields);
        self.post_as_it_is(path, &pairs)
    }

    /// Sends a form as it is.
    pub fn post_as_it_is(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut body = String::new();
        for (name, value) in fields {
            if !body.is_empty() {
                body.push('&');
            }
            let encoded = |text: &str| lscb::serve::page::encoded(text).replace('/', "%2F");
            body.push_str(&format!("{}={}", encoded(name), encoded(value)));
        }
        self.send("POST", path, Some("application/x-www-form-urlencoded"), body.into_bytes())
    }

    /// Uploads files in a form, with its token first.
    pub fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Page {
        const BOUNDARY: &str = "----a-line-between-parts";
        let mut body = Vec::new();
        let csrf = [("csrf", self.csrf.as_str())];
        for (name, value) in csrf.iter().chain(fields) {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.bytes());
        }
        for (field, name, bytes) in files {
            let part = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend(part.bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").bytes());
        self.send("POST", path, Some(&format!("multipart/form-data; boundary={BOUNDARY}")), body)
    }

    /// Sends a request.
    pub fn send(&self, method: &str, path: &str, kind: Option<&str>, body: Vec<u8>) -> Page {
        self.send_with(method, path, &[], kind, body)
    }

    /// Sends a request with headers of its own.
    pub fn send_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        kind: Option<&str>,
        body: Vec<u8>,
    ) -> Page {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "portal.example");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, format!("__Host-lscb={cookie}"));
        }
        if let Some(token) = &self.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let router = self.router.clone();
        RUNTIME.block_on(async move {
            let response = router.oneshot(request).await.expect("never fails");
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, 200 << 20).await.expect("a body").to_vec();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Page { status: parts.status.as_u16(), headers: parts.headers, text, bytes }
        })
    }
}

/// The sample county after its night, made once; every test has a copy of its own.
static COUNTY: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().display().to_string();
    let made = lscb(&["sample", "--out", &out, "--seed", "1"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let run = lscb(&["run", &folder.path().join("pipeline.toml").display().to_string()]);
    assert_eq!(run.code, 0, "{}", run.err);
    folder
});

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        if path.is_symlink() {
            std::os::unix::fs::symlink(std::fs::read_link(&path).expect("a link"), &place).expect("a link");
        } else if path.is_dir() {
            copy(&path, &place);
        } else {
            std::fs::copy(&path, &place).expect("a copy");
        }
    }
}
