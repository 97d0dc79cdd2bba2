//! What the sender of an upload gets back: its findings in groups, the receipt, the verdict as a page of its own, the workbook
//! with notes at its cells, and its headers where they are to be confirmed. Nothing here keeps a cell: what shows cells reads
//! the file once more, in its child.

use std::path::Path;

use serde::Serialize;

use super::{Desk, files};
use crate::ingest::{self, Limits};
use crate::ledger::Mapping;
use crate::model::{Error, Severity, Upload, Verdict};
use crate::pipeline::answer::{self, Copy};
use crate::pipeline::judge::{Looked, look_sent};
use crate::pipeline::mapping::{self, Confirm, Look};
use crate::pipeline::receipt::Receipt;
use crate::pipeline::sender::Sent;
use crate::pipeline::template::{Wanted, template};
use crate::report::verdict::{self, WORDINGS, quoted};

/// A group of findings, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// A name for links within the page, such as `finding-1`.
    pub anchor: String,
    /// Error, query or note.
    pub severity: Severity,
    /// `Error`, `Query` or `Note`.
    pub word: &'static str,
    /// Letter and three digits.
    pub code: String,
    /// What the code means, in a few words.
    pub title: String,
    /// Where: `Q3!C5:C17, C20 (grade)`; empty for the file as a whole.
    pub place: String,
    /// How many cells.
    pub count: usize,
    /// Each wording with its own places, which are empty where there is only one wording.
    pub causes: Vec<(String, String)>,
    /// Wordings that are not told.
    pub more: usize,
    /// What to do.
    pub fix: String,
    /// What the check looks for.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// An example.
    pub example: String,
    /// Whether it tells what changed in the layout since the last return.
    pub is_drift: bool,
}

/// What a sender keeps: that a file was received, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acknowledgement {
    /// The upload.
    pub upload: String,
    /// For whom it was sent.
    pub agency: String,
    /// Who sent it.
    pub sent_by: String,
    /// The file's name.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The day that counts.
    pub received_on: String,
    /// The moment.
    pub received_at: String,
    /// Where it stands: `queued`, `judging`, `judged` or `stuck`.
    pub state: &'static str,
    /// What was checked and what came of it; none before.
    pub checked: Option<Receipt>,
}

impl Desk {
    /// The findings on an agency's upload in groups: what changed in the layout first, then the worst.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn groups(&self, agency: &str, id: &str) -> Result<Vec<Group>, Error> {
        let findings = self.findings(agency, id)?;
        let handbook = answer::handbook();
        let group = |(n, group): (usize, verdict::Group)| {
            let page = handbook.get(group.code.as_str());
            let said = |of: fn(&crate::model::RulePage) -> &str| quoted(page.map(of).unwrap_or_default());
            let is_one = group.causes.len() == 1;
            let causes = group.causes.iter().take(WORDINGS).map(|c| {
                let places = if is_one { String::new() } else { c.places.clone() };
                (places, quoted(&c.message))
            });
            Group {
                anchor: format!("finding-{}", n + 1),
                severity: group.severity,
                word: match group.severity {
                    Severity::Error => "Error",
                    Severity::Query => "Query",
                    Severity::Note => "Note",
                },
                title: said(|p| p.title),
                place: group.place(),
                count: group.count,
                causes: causes.collect(),
                more: group.causes.len().saturating_sub(WORDINGS),
                fix: if group.fix().is_empty() { said(|p| &p.action) } else { quoted(group.fix()) },
                what: said(|p| &p.what),
                why: said(|p| &p.why),
                example: said(|p| &p.example),
                is_drift: group.code.starts_with("L03"),
                code: group.code,
            }
        };
        Ok(verdict::groups(&findings).into_iter().enumerate().map(group).collect())
    }

    /// The acknowledgement of an agency's upload; none where it has no such upload.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn acknowledgement(&self, agency: &str, id: &str) -> Result<Option<Acknowledgement>, Error> {
        let Some(upload) = self.upload(agency, id)? else { return Ok(None) };
        let checked = upload.outcome.as_ref().and_then(|o| serde_json::from_str(&o.receipt).ok());
        Ok(Some(Acknowledgement {
            upload: upload.id,
            agency: upload.agency,
            sent_by: upload.sender.name,
            file: upload.name,
            sha256: upload.sha256,
            bytes: upload.bytes,
            received_on: upload.received_on.to_string(),
            received_at: upload.received_at,
            state: upload.state.as_str(),
            checked,
        }))
    }

    /// The verdict on an agency's upload as a page that holds everything itself, with the cells around each fault; none where
    /// it has no such upload with its file.
    ///
    /// # Errors
    /// The file could not be read again.
    pub fn page(&self, agency: &str, id: &str) -> Result<Option<String>, Error> {
        let Some((upload, looked)) = self.look_again(agency, id)? else { return Ok(None) };
        let configuration = self.configuration()?;
        let pipeline = &configuration.pipeline;
        let of = verdict::page::Answer {
            file: upload.name.clone(),
            submission: &looked.judged.submission,
            every: &looked.every,
            raw: looked.raw.as_ref(),
            receipt: Receipt::of(&looked, &configuration, upload.received_on).line(),
        };
        verdict::page::page(&pipeline.name, pipeline.synthetic, &[of], &answer::handbook()).map(Some)
    }

    /// Writes an agency's upload with notes at its cells; says what kind of copy was made, and none where there is no such
    /// upload with its file.
    ///
    /// # Errors
    /// The file could not be read again, or the copy not be written.
    pub fn annotate(&self, agency: &str, id: &str, output: &Path) -> Result<Option<Copy>, Error> {
        let Some((upload, looked)) = self.look_again(agency, id)? else { return Ok(None) };
        let Some(path) = files::find(self.data(), &upload) else { return Ok(None) };
        // The copy is read back in a child of its own.
        let _turn = self.inner.children.enter();
        answer::annotate_as(&path, &upload.name, &looked, output).map(Some)
    }

    /// The annotated workbook of an agency's upload under the name that it has for its sender; none where no copy may be
    /// made: of personal data, or of a file that is gone.
    ///
    /// # Errors
    /// As for [`Desk::annotate`].
    pub fn annotated(&self, agency: &str, id: &str) -> Result<Option<(String, Vec<u8>)>, Error> {
        let Some(upload) = self.upload(agency, id)? else { return Ok(None) };
        let folder = tempfile::tempdir().map_err(|e| Error::io("a temporary folder", "could not be made", e))?;
        let copy = folder.path().join("copy.xlsx");
        match self.annotate(agency, id, &copy)? {
            None | Some(Copy::Withheld) => Ok(None),
            Some(_) => {
                let stem = Path::new(&upload.name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let bytes = std::fs::read(&copy).map_err(|e| Error::io(&copy, "could not be read", e))?;
                Ok(Some((format!("{stem} annotated.xlsx"), bytes)))
            }
        }
    }

    /// An agency's blank return; none where there is no such return, or the agency does not send it.
    ///
    /// # Errors
    /// The workbook could not be written.
    pub fn blank(&self, agency: &str, return_id: &str) -> Result<Option<Vec<u8>>, Error> {
        if self.of_return(agency, return_id)?.is_none() {
            return Ok(None);
        }
        let folder = tempfile::tempdir().map_err(|e| Error::io("a temporary folder", "could not be made", e))?;
        let output = folder.path().join("blank.xlsx");
        let wanted = Wanted {
            // What is owed in the board's own columns is figures.
            return_id: if return_id == "plain" { "plain:performance".to_owned() } else { return_id.to_owned() },
            agency: Some(agency.to_owned()),
            period: None,
            data: Some(self.data().to_owned()),
        };
        template(self.pipeline(), &wanted, &output)?;
        std::fs::read(&output).map(Some).map_err(|e| Error::io(&output, "could not be read", e))
    }

    /// The headers of an agency's upload and what each is taken for; none where there is no such upload with its file.
    ///
    /// # Errors
    /// The file holds personal data, or is no return whose headers could be mapped.
    pub fn headers(&self, agency: &str, id: &str) -> Result<Option<Look>, Error> {
        let Some((upload, looked)) = self.look_again(agency, id)? else { return Ok(None) };
        mapping::headers(&upload.name, looked, &*self.configuration()?).map(Some)
    }

    /// Keeps headers that the sender confirms, as `HEADER=COLUMN`, and looks at the upload again with them; none where there is
    /// no such upload with its file.
    ///
    /// # Errors
    /// As for [`mapping::confirm`].
    pub fn confirm(&self, agency: &str, id: &str, pairs: &[String], by: &str) -> Result<Option<Vec<Mapping>>, Error> {
        let Some(look) = self.headers(agency, id)? else { return Ok(None) };
        let configuration = self.configuration()?;
        let return_id = look.return_id.clone();
        let confirm = Confirm { agency, return_id: &return_id, pairs, by };
        let mappings = mapping::confirmed(&look, &confirm, &configuration)?;
        self.inner.writer().map(&mappings)?;
        self.again(agency, id)?;
        Ok(Some(mappings))
    }

    /// Reads and judges an upload once more, as it would be judged now.
    fn look_again(&self, agency: &str, id: &str) -> Result<Option<(Upload, Looked)>, Error> {
        let Some(upload) = self.upload(agency, id)? else { return Ok(None) };
        let Some(path) = files::find(self.data(), &upload) else { return Ok(None) };
        let (setting, named) = {
            let ledger = self.inner.reader();
            (self.inner.settings.of(upload.received_on, &ledger)?, ledger.upload_named(id)?)
        };
        let read = {
            let _turn = self.inner.children.enter();
            ingest::read(&path, &Limits::default())?
        };
        let sent = Sent { agency: upload.agency.clone(), is_own: upload.sender.is_own, named };
        let (by, history) = (&setting.configuration, &setting.history);
        let looked = look_sent(read, &upload.file, by, history, upload.received_on, Some(&sent));
        Ok(Some((upload, looked)))
    }
}

/// What a page says at its top of an upload that has its verdict.
pub fn headline(upload: &Upload) -> String {
    let Some(outcome) = &upload.outcome else {
        return match upload.state {
            crate::model::UploadState::Stuck => "We could not check this file.".to_owned(),
            _ => "We have your file and are checking it.".to_owned(),
        };
    };
    match (outcome.verdict, outcome.queries) {
        (Verdict::Accepted, 0) => "Accepted. You have nothing more to do.".to_owned(),
        (Verdict::Accepted, n) => format!("Accepted. {} to explain.", verdict::counted(n, "query")),
        (Verdict::Rejected, _) => format!("Not accepted. {} to correct.", verdict::counted(outcome.errors, "error")),
        (Verdict::Quarantined, _) => "Set aside: it holds what looks like personal data.".to_owned(),
    }
}
