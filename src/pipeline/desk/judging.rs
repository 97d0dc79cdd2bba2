//! The workers: one file after the other is read in its child, judged, and its verdict written down. A file on which the
//! program fails twice is set aside, and the others go on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::{Inner, changes, files, now};
use crate::ingest::{self, Limits};
use crate::lake::atomic;
use crate::model::upload::Outcome;
use crate::model::{Asked, Error, Finding, Severity, Upload, UploadState, Verdict};
use crate::pipeline::intake::original;
use crate::pipeline::judge::{Looked, look_sent};
use crate::pipeline::receipt::Receipt;
use crate::pipeline::sender::{Sent, is_foreign};

/// How much lower than the pages the workers and their children are, in the steps of `nice`.
const NICE: i32 = 10;

/// After so many failures a file is set aside.
const FAILURES_MAX: u32 = 2;

/// Findings that are kept of one file, each cell by itself: nobody mends more one by one.
const FINDINGS_MAX: usize = 10_000;

/// How long a worker waits after a fault that is not the file's.
const PAUSE: Duration = Duration::from_millis(500);

/// What the workers share: threads for the rules, as many as there are workers.
pub(super) struct Judging {
    pool: ThreadPool,
}

/// Why there is no verdict.
enum Failed {
    /// Whatever it is, it is not the file's fault: it waits.
    Ours,
    /// The program failed on the file.
    Here(String),
}

/// A verdict with what stands beside it.
struct Found {
    outcome: Outcome,
    findings: Vec<Finding>,
    asked: Vec<Asked>,
}

impl Judging {
    /// # Errors
    /// The threads could not be started.
    pub fn new(workers: usize) -> Result<Self, Error> {
        let pool = ThreadPoolBuilder::new().num_threads(workers.max(1)).start_handler(|_| lower()).build();
        let pool = pool.map_err(|e| {
            Error::state("the desk", format!("its workers could not be started: {e}"), "Free memory, and start again.")
        })?;
        Ok(Self { pool })
    }

    /// A worker's life.
    pub fn work(&self, inner: &Inner) {
        lower();
        while let Some(id) = inner.queue.take() {
            let again = self.one(inner, &id);
            inner.queue.done(&id, again);
        }
    }

    /// Looks at one upload; gives whether its turn is to come again.
    fn one(&self, inner: &Inner, id: &str) -> bool {
        let begun = {
            let ledger = inner.writer();
            let upload = ledger.upload_to_judge(id);
            upload.and_then(|u| ledger.begin_upload(id).and_then(|()| Ok((u, ledger.upload_named(id)?))))
        };
        let (upload, named) = match begun {
            Ok((Some(upload), named)) => (upload, named),
            Ok((None, _)) => return false,
            Err(_) => return !inner.queue.pause(PAUSE),
        };
        let looked = catch_unwind(AssertUnwindSafe(|| self.look(inner, &upload, named)));
        let looked = looked.unwrap_or_else(|_| Err(Failed::Here("a fault in the checks".to_owned())));
        let written = match looked {
            Ok(found) => finish(inner, &upload, &found).map(|()| false),
            Err(Failed::Ours) => {
                let back = inner.writer().requeue_upload(id);
                inner.queue.pause(PAUSE);
                back.map(|()| true)
            }
            Err(Failed::Here(trouble)) => {
                let is_over = upload.failures + 1 >= FAILURES_MAX;
                let state = if is_over { UploadState::Stuck } else { UploadState::Queued };
                inner.writer().fail_upload(id, &trouble, state).map(|()| !is_over)
            }
        };
        // What could not be written is tried again: the file and its receipt stand.
        written.unwrap_or_else(|_| !inner.queue.pause(PAUSE))
    }

    fn look(&self, inner: &Inner, upload: &Upload, named: Vec<Finding>) -> Result<Found, Failed> {
        let setting = inner.settings.of(upload.received_on, &inner.reader()).map_err(|_| Failed::Ours)?;
        let path = files::find(&inner.data, upload).ok_or_else(|| Failed::Here("the file is gone".to_owned()))?;
        let read = {
            let _turn = inner.children.enter();
            ingest::read(&path, &Limits::default()).map_err(|e| Failed::Here(name_of(&e)))?
        };
        if read.sha256 != upload.sha256 {
            return Err(Failed::Here("the file on the disk is not the one that was received".to_owned()));
        }
        let sent = Sent { agency: upload.agency.clone(), is_own: upload.sender.is_own, named };
        let (configuration, history) = (&setting.configuration, &setting.history);
        let judge = || look_sent(read, &upload.file, configuration, history, upload.received_on, Some(&sent));
        let looked = self.pool.install(judge);
        let receipt = Receipt::of(&looked, configuration, upload.received_on).text();
        let changes = looked.judged.accepted.as_ref().map(|a| changes::against(a.rows(), history));
        Ok(found(looked, receipt, changes.unwrap_or_default()))
    }
}

fn found(looked: Looked, receipt: String, changes: crate::model::upload::Changes) -> Found {
    let mut findings = looked.every;
    let count = |s: Severity| findings.iter().filter(|f| f.severity == s).count();
    let judged = looked.judged;
    let submission = judged.submission;
    let outcome = Outcome {
        verdict: submission.verdict,
        return_id: submission.return_id,
        agencies: submission.agency,
        period: submission.period,
        due_on: submission.due_on,
        rows: submission.rows,
        errors: count(Severity::Error),
        queries: count(Severity::Query),
        notes: count(Severity::Note),
        changes,
        contents: judged.contents.unwrap_or_default(),
        is_foreign: submission.verdict == Verdict::Rejected && is_foreign(&findings),
        judged_at: now(),
        receipt,
    };
    findings.truncate(FINDINGS_MAX);
    Found { outcome, findings, asked: judged.asked }
}

/// Writes a verdict down; a file that holds personal data is then put apart.
fn finish(inner: &Inner, upload: &Upload, found: &Found) -> Result<(), Error> {
    inner.writer().judge_upload(&upload.id, &found.outcome, &found.findings, &found.asked)?;
    let from = files::place(&inner.data, &upload.id, &upload.name);
    if found.outcome.verdict == Verdict::Quarantined && from.is_file() {
        // Where that fails, the nightly run does it.
        let _ = atomic::move_file(&from, &original(&inner.data, &upload.sha256, &upload.name, Verdict::Quarantined));
    }
    Ok(())
}

/// An error's name, without what it was about: a path or a message may repeat what nobody should read.
fn name_of(error: &Error) -> String {
    match error {
        Error::Io { what, source, .. } => format!("{what} ({})", source.kind()),
        Error::State { what, .. } | Error::Configuration { what, .. } => what.clone(),
    }
}

/// Lowers the priority of this thread, and of the children that it starts. Where the system does not allow it, they are as
/// high as the pages.
fn lower() {
    let _ = rustix::process::setpriority_process(None, NICE);
}
