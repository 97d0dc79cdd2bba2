//! Uploading: several files in one form, streamed to the disk as they come. With script each file goes by itself and shows its
//! progress; without, the form is sent as it is.

use askama::Template;
use axum::Json;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use serde::{Deserialize, Serialize};

use super::super::form::Form;
use super::super::guard::Visitor;
use super::super::page::{Frame, again, page, size};
use super::super::portal::Portal;
use super::super::problem::{ApiProblem, Problem};
use super::{frame, sender};
use crate::model::Upload;
use crate::model::upload::Sender;
use crate::pipeline::desk::incoming::{Incoming, largest};

/// The most bytes of one form: twenty files of the greatest size that is read, and what stands between them.
const FORM_BYTES: usize = 1_001 << 20;

/// Pieces are written to the disk when so much has come.
const PIECE: usize = 256 << 10;

/// So many files of one agency may wait for their verdict: more is a program that runs wild.
const WAITING_MAX: usize = 2_000;

/// The handler of an upload, with the limit of its own.
pub fn post() -> MethodRouter<Portal> {
    axum::routing::post(receive).layer(DefaultBodyLimit::max(FORM_BYTES))
}

#[derive(Template)]
#[template(path = "agency/send.html", config = "src/serve/templates/askama.toml")]
struct Send {
    frame: Frame,
    agency: String,
    agency_name: String,
    return_name: String,
    largest: String,
    form: Form,
}

/// For which return the form was opened.
#[derive(Debug, Default, Deserialize)]
pub struct For {
    /// Its id.
    #[serde(default)]
    r#return: String,
}

/// The form.
pub async fn form(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(agency): Path<String>,
    Query(of): Query<For>,
) -> Result<Response, Problem> {
    page(&filled(&visitor, &portal, agency, &of, Form::default()))
}

fn filled(visitor: &Visitor, portal: &Portal, agency: String, of: &For, form: Form) -> Send {
    let configuration = portal.configuration();
    let spec = configuration.spec(&of.r#return);
    let frame = frame(visitor, &agency, "Upload returns").wrong(&form);
    Send {
        frame: frame.tab(&format!("/agencies/{agency}/uploads")),
        agency_name: portal.agency_name(&agency),
        return_name: spec.map(|s| s.name.clone()).unwrap_or_default(),
        largest: largest_words(portal),
        agency,
        form,
    }
}

/// What the script is told of a file that was received.
#[derive(Debug, Serialize)]
struct Received {
    name: String,
    href: String,
}

/// Whether more files may wait.
///
/// # Errors
/// So many do that more would only wait longer.
pub(super) fn has_room(portal: &Portal) -> Result<(), Problem> {
    if portal.desk().waiting() <= WAITING_MAX {
        return Ok(());
    }
    let words = "So many files are being checked that no more are taken just now. Send this one in a few minutes.";
    Err(Problem::Refused(StatusCode::SERVICE_UNAVAILABLE, words.to_owned()))
}

/// Receives files.
pub async fn receive(
    visitor: Visitor,
    State(portal): State<Portal>,
    Path(agency): Path<String>,
    headers: HeaderMap,
    mut body: Multipart,
) -> Result<Response, Problem> {
    let by = sender(&visitor)?;
    has_room(&portal)?;
    let is_script = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("json"));
    let mut received: Vec<Upload> = Vec::new();
    let mut form = Form::default();
    let mut is_checked = false;
    while let Some(field) = body.next_field().await.map_err(|_| broken())? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "csrf" && !is_checked {
            visitor.check(&field.text().await.map_err(|_| broken())?)?;
            is_checked = true;
            continue;
        }
        // Nothing is written before the form has shown that it is ours.
        if !is_checked {
            return Err(Problem::Forbidden);
        }
        let Some(file_name) = field.file_name().map(str::to_owned).filter(|_| name == "files") else { continue };
        match stream(&portal, field, &agency, &by, &file_name).await? {
            Taken::Received(upload) => received.push(*upload),
            Taken::Nothing => {}
            Taken::Refused(why) => {
                if is_script {
                    let answer = ApiProblem { error: "refused", message: why };
                    return Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(answer)).into_response());
                }
                let shown = crate::report::verdict::quoted(&format!("`{}`", short(&file_name)));
                form.refuse("files", format!("{shown}: {why}"));
            }
        }
    }
    if received.is_empty() && !form.is_wrong() {
        form.refuse("files", "Select a file");
    }
    if is_script && !received.is_empty() {
        let href = |u: &Upload| format!("/agencies/{agency}/uploads/{}", u.id);
        let told: Vec<Received> = received.iter().map(|u| Received { name: u.name.clone(), href: href(u) }).collect();
        return Ok(Json(told).into_response());
    }
    if form.is_wrong() {
        if !received.is_empty() {
            let names: Vec<&str> = received.iter().map(|u| u.name.as_str()).collect();
            form.refuse("", format!("The other files were received: {}.", names.join(", ")));
        }
        return again(&filled(&visitor, &portal, agency, &For::default(), form));
    }
    match &received[..] {
        [one] => visitor.done(&format!("/agencies/{agency}/uploads/{}", one.id), "We have your file.").await,
        many => {
            let words = format!("We have your {} files.", many.len());
            visitor.done(&format!("/agencies/{agency}/uploads"), &words).await
        }
    }
}

fn short(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}

fn broken() -> Problem {
    Problem::Unreadable("The upload broke off. Nothing of the file that was under way was kept: send it again.")
}

/// What became of one file of a form.
enum Taken {
    Received(Box<Upload>),
    /// None was chosen.
    Nothing,
    /// It was not taken, and why.
    Refused(String),
}

/// The largest file in words, counted as desktops count: a megabyte of 1,024 times 1,024 bytes.
fn largest_words(portal: &Portal) -> String {
    let largest = largest(&portal.configuration());
    if largest < 1 << 20 { size(largest) } else { format!("{} MB", largest >> 20) }
}

/// Why a file that is too large was not taken.
pub(super) fn too_large(portal: &Portal) -> String {
    format!("it is larger than {}. Send only the sheets of the return.", largest_words(portal))
}

/// Why no more files of a sender are taken; none while they are.
pub(super) async fn spent(portal: &Portal, by: &Sender) -> Result<Option<String>, Problem> {
    let by = by.clone();
    let left = portal.ask(move |portal, _| portal.desk().left_today(&by)).await?;
    let words = "you have sent as many files in 24 hours as the board allows. Send this one tomorrow, or ask the board's office.";
    Ok((left == 0).then(|| words.to_owned()))
}

/// Streams one file to the disk and receives it.
async fn stream(
    portal: &Portal,
    mut field: Field<'_>,
    agency: &str,
    by: &Sender,
    name: &str,
) -> Result<Taken, Problem> {
    if let Some(why) = spent(portal, by).await? {
        return Ok(Taken::Refused(why));
    }
    let mut stream = Stream::begin(portal).await?;
    while let Some(piece) = field.chunk().await.map_err(|_| broken())? {
        if !stream.take(portal, &piece).await? {
            return Ok(Taken::Refused(too_large(portal)));
        }
    }
    if name.is_empty() && stream.is_empty() {
        return Ok(Taken::Nothing);
    }
    match stream.end(portal, agency, by, name).await? {
        Some(upload) => Ok(Taken::Received(Box::new(upload))),
        None => Ok(Taken::Refused(too_large(portal))),
    }
}

/// A file on its way to the disk: gathered into pieces, which are written on a thread that may block.
pub(super) struct Stream {
    incoming: Option<Incoming>,
    piece: Vec<u8>,
    bytes: u64,
}

impl Stream {
    /// Begins a file.
    pub async fn begin(portal: &Portal) -> Result<Self, Problem> {
        let incoming = portal.ask(|portal, _| portal.desk().incoming()).await?;
        Ok(Self { incoming: Some(incoming), piece: Vec::new(), bytes: 0 })
    }

    /// Whether nothing has come.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Takes what has come; gives whether the file is still no larger than a return may be.
    pub async fn take(&mut self, portal: &Portal, bytes: &[u8]) -> Result<bool, Problem> {
        self.bytes += bytes.len() as u64;
        self.piece.extend_from_slice(bytes);
        if self.piece.len() < PIECE { Ok(true) } else { self.write(portal).await }
    }

    async fn write(&mut self, portal: &Portal) -> Result<bool, Problem> {
        let Some(mut incoming) = self.incoming.take() else { return Ok(false) };
        let piece = std::mem::take(&mut self.piece);
        let (incoming, fits) = portal
            .ask(move |_, _| {
                let fits = incoming.write(&piece)?;
                Ok((incoming, fits))
            })
            .await?;
        self.incoming = Some(incoming);
        Ok(fits)
    }

    /// Receives the file; none where it is too large.
    pub async fn end(
        mut self,
        portal: &Portal,
        agency: &str,
        by: &Sender,
        name: &str,
    ) -> Result<Option<Upload>, Problem> {
        let Some(mut incoming) = self.incoming.take() else { return Ok(None) };
        let piece = std::mem::take(&mut self.piece);
        let (agency, by, name) = (agency.to_owned(), by.clone(), name.to_owned());
        portal
            .ask(move |portal, _| {
                if !incoming.write(&piece)? {
                    return Ok(None);
                }
                portal.desk().hand_over(incoming, &agency, &by, &name).map(Some)
            })
            .await
    }
}
