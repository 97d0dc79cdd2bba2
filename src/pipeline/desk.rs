//! The desk at which agencies hand in their returns: it takes a file, gives a receipt for it at once, and says what is wrong
//! with it soon after. What it has given a receipt for is never lost, whatever ends the program: the file lies on the disk
//! and its row in the ledger before the receipt is given, and whatever had no verdict yet is taken up again at the next start.
//!
//! The desk lives as long as the program. Its workers judge with the very checks of the batch, a few files at a time and at a
//! lower priority than the pages. The nightly run takes what the desk received and judges it anew.

pub mod agenda;
pub mod answers;
mod changes;
pub mod explaining;
pub mod figures;
pub(in crate::pipeline) mod files;
pub mod incoming;
mod judging;
pub mod nil;
mod queue;
mod settings;
pub mod versions;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use self::judging::Judging;
use self::queue::{Gate, Queue};
use self::settings::Settings;
use super::configuration::Configuration;
use super::judge;
use crate::ledger::Ledger;
use crate::model::upload::Sender;
use crate::model::{Asked, Error, Finding, Upload, UploadState};
use crate::validate;

/// How often the program may end while it looks at one file. The file itself is read in a child and can end nothing of ours:
/// this many ends are far more likely a plug that was pulled than a fault of the file.
const DEATHS_MAX: u32 = 3;

/// Connections that only read, for pages.
const READERS: usize = 3;

/// A file that was streamed to the disk.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// The agency for which it is sent.
    pub agency: String,
    /// Who sends it.
    pub sender: Sender,
    /// The name that the sender gave.
    pub name: String,
    /// Where it lies, in [`Desk::uploads`]: it is moved from there.
    pub file: PathBuf,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// How many bytes.
    pub bytes: u64,
}

/// What a start found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Uploads that were waiting, or being looked at, when the program last ended.
    pub queued: usize,
    /// Files without a row, which were removed.
    pub removed: usize,
    /// Ids of uploads whose file is gone.
    pub lost: Vec<String>,
}

/// The desk of a board.
pub struct Desk {
    inner: Arc<Inner>,
    workers: Mutex<Vec<JoinHandle<()>>>,
    recovered: Recovered,
}

/// What the desk and its workers share.
struct Inner {
    pipeline: PathBuf,
    data: PathBuf,
    writer: Mutex<Ledger>,
    readers: Vec<Mutex<Ledger>>,
    queue: Queue,
    settings: Settings,
    agenda: agenda::Kept,
    figures: figures::Kept,
    children: Gate,
}

impl Desk {
    /// Opens the desk of a board and takes up what was left undone. `workers` is how many files are looked at at a time; each
    /// has one child at most.
    ///
    /// # Errors
    /// The configuration does not hold; the data folder or the ledger could not be read or written.
    pub fn open(pipeline: &Path, data: &Path, workers: usize) -> Result<Self, Error> {
        std::fs::create_dir_all(data).map_err(|e| Error::io(data, "the data folder could not be made", e))?;
        let writer = Ledger::open(data)?;
        let readers = (0..READERS).map(|_| Ledger::reopen(data).map(Mutex::new)).collect::<Result<Vec<_>, _>>()?;
        let settings = Settings::new(pipeline, data);
        settings.configuration(&writer)?;
        let inner = Inner {
            pipeline: pipeline.to_owned(),
            data: data.to_owned(),
            writer: Mutex::new(writer),
            readers,
            queue: Queue::default(),
            settings,
            agenda: agenda::Kept::default(),
            figures: figures::Kept::default(),
            children: Gate::new(workers),
        };
        let recovered = inner.recover()?;
        let inner = Arc::new(inner);
        let judging = Arc::new(Judging::new(workers)?);
        let workers = (0..workers)
            .map(|n| {
                let (inner, judging) = (inner.clone(), judging.clone());
                let name = format!("desk-{}", n + 1);
                let worker = std::thread::Builder::new().name(name).spawn(move || judging.work(&inner));
                worker.map_err(|e| Error::io(data, "a worker of the desk could not be started", e))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { inner, workers: Mutex::new(workers), recovered })
    }

    /// What the start found.
    pub fn recovered(&self) -> &Recovered {
        &self.recovered
    }

    /// The folder into which files are streamed before they are received: on the same disk, for its owner's eyes only.
    pub fn uploads(&self) -> PathBuf {
        files::folder(&self.inner.data)
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.inner.data
    }

    /// The pipeline file.
    pub fn pipeline(&self) -> &Path {
        &self.inner.pipeline
    }

    /// The board's configuration as it stands now, with what people decided.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn configuration(&self) -> Result<Arc<Configuration>, Error> {
        self.inner.settings.configuration(&self.inner.reader())
    }

    /// The day that counts as today.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn today(&self) -> Result<NaiveDate, Error> {
        Ok(super::run::today(&self.configuration()?.pipeline))
    }

    /// Why the configuration as it lies on the disk does not hold; none where it does. Until it does, the one before goes on.
    pub fn trouble(&self) -> Option<String> {
        self.inner.settings.trouble()
    }

    /// Receives a file: when this returns, it and its receipt outlast whatever may happen.
    ///
    /// # Errors
    /// The file or the ledger could not be written; then nothing was received, and the sender is to be told so.
    pub fn receive(&self, new: NewUpload) -> Result<Upload, Error> {
        let received = self.inner.receive(new)?;
        self.inner.queue.push(&received.id);
        Ok(received)
    }

    /// Waits until an upload has its verdict, or the time is over; gives it as it then stands, none where the agency has no
    /// such upload.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn wait(&self, agency: &str, id: &str, timeout: Duration) -> Result<Option<Upload>, Error> {
        if self.upload(agency, id)?.is_none_or(|u| !u.state.is_pending()) {
            return self.upload(agency, id);
        }
        self.inner.queue.wait(id, timeout);
        self.upload(agency, id)
    }

    /// How many uploads are looked at before this one; none where its turn is over.
    pub fn before(&self, id: &str) -> Option<usize> {
        self.inner.queue.before(id)
    }

    /// How many uploads wait or are being looked at.
    pub fn waiting(&self) -> usize {
        self.inner.queue.len()
    }

    /// An agency's upload.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn upload(&self, agency: &str, id: &str) -> Result<Option<Upload>, Error> {
        self.inner.reader().upload(agency, id)
    }

    /// An agency's uploads, the latest first.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn uploads_of(&self, agency: &str) -> Result<Vec<Upload>, Error> {
        self.inner.reader().uploads(agency)
    }

    /// Every finding on an agency's upload, each cell by itself, the first ten thousand.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn findings(&self, agency: &str, id: &str) -> Result<Vec<Finding>, Error> {
        self.inner.reader().upload_findings(agency, id)
    }

    /// What an agency's upload asks.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn asked(&self, agency: &str, id: &str) -> Result<Vec<Asked>, Error> {
        self.inner.reader().upload_asked(agency, id)
    }

    /// Takes an upload back, so that no run takes it; its receipt and its file stay. Gives whether that was still possible.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn withdraw(&self, agency: &str, id: &str) -> Result<bool, Error> {
        self.inner.writer().withdraw_upload(agency, id, &now())
    }

    /// Looks at an upload again, as after a header was confirmed, or where the program had failed on it. Gives whether the
    /// agency has such an upload, with its file, in no run yet.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn again(&self, agency: &str, id: &str) -> Result<bool, Error> {
        let Some(upload) = self.upload(agency, id)? else { return Ok(false) };
        let may = !upload.state.is_pending() && upload.submission.is_empty();
        if !may || files::find(&self.inner.data, &upload).is_none() {
            return Ok(false);
        }
        self.inner.writer().requeue_upload(id)?;
        self.inner.queue.push(id);
        Ok(true)
    }

    /// Ends the workers after the files that they are looking at; what still waits is taken up at the next start.
    pub fn stop(&self) {
        self.inner.queue.close();
        let workers = std::mem::take(&mut *self.workers.lock().unwrap_or_else(PoisonError::into_inner));
        for worker in workers {
            // A worker that panicked has nothing to say that the ledger does not know.
            let _ = worker.join();
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Inner {
    fn writer(&self) -> MutexGuard<'_, Ledger> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that nobody uses, else the first one that is free again.
    fn reader(&self) -> MutexGuard<'_, Ledger> {
        for reader in &self.readers {
            match reader.try_lock() {
                Ok(free) => return free,
                Err(TryLockError::Poisoned(free)) => return free.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        self.readers[0].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was being looked at or waited is queued again, what has no row is removed, what has no file is named.
    fn recover(&self) -> Result<Recovered, Error> {
        files::make_folder(&self.data)?;
        let ledger = self.writer();
        ledger.recover_uploads(DEATHS_MAX)?;
        let known = ledger.upload_ids()?;
        let mut recovered =
            Recovered { removed: files::remove_unknown(&self.data, |id| known.contains(id))?, ..Recovered::default() };
        for upload in ledger.uploads_in(UploadState::Queued)? {
            if files::find(&self.data, &upload).is_none() {
                ledger.fail_upload(&upload.id, "the file is gone", UploadState::Stuck)?;
                recovered.lost.push(upload.id);
                continue;
            }
            recovered.queued += 1;
            match upload.deaths {
                0 => self.queue.push(&upload.id),
                _ => self.queue.push_suspect(&upload.id),
            }
        }
        Ok(recovered)
    }

    fn receive(&self, new: NewUpload) -> Result<Upload, Error> {
        let configuration = self.settings.configuration(&self.reader())?;
        let received_on = super::run::today(&configuration.pipeline);
        let words = validate::Words::of(&configuration.reference);
        let given = files::plain_name(&new.name);
        // A name that gives a child away is written nowhere; what it gives away is.
        let named = validate::scan_names(&given, None, &words);
        let name = if named.is_empty() { given } else { judge::anonymous(&given, &new.sha256) };
        let id = random_id()?;
        files::keep(&new.file, &files::place(&self.data, &id, &name))?;
        let ledger = self.writer();
        let (before, greatest) = ledger.uploads_on(&new.agency, received_on)?;
        let same = ledger.uploads_of_file(&new.sha256)?.into_iter().find(|u| u.agency == new.agency);
        let upload = Upload {
            id,
            file: files::name_of_run(&new.agency, &name, before, &greatest),
            agency: new.agency,
            sender: new.sender,
            name,
            sha256: new.sha256,
            bytes: new.bytes,
            received_on,
            received_at: now(),
            state: UploadState::Queued,
            failures: 0,
            deaths: 0,
            trouble: String::new(),
            submission: String::new(),
            withdrawn_at: None,
            same_as: same.map(|u| u.id).unwrap_or_default(),
            outcome: None,
        };
        ledger.receive_upload(&upload, &named)?;
        Ok(upload)
    }
}

/// A moment, RFC 3339, as a reader in England says it: `25 November 2014 at 10:46`.
pub fn moment_in_words(at: &str) -> String {
    let Ok(moment) = chrono::DateTime::parse_from_rfc3339(at) else { return at.to_owned() };
    moment.with_timezone(&chrono_tz::Europe::London).format("%-d %B %Y at %H:%M").to_string()
}

/// A day as a reader says it: `25 November 2014`.
pub fn day_in_words(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// This moment, RFC 3339 in UTC.
fn now() -> String {
    text(Utc::now())
}

/// A moment as the ledger keeps it.
fn text(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// 128 bits from the system's randomness, in hexadecimal.
fn random_id() -> Result<String, Error> {
    use std::io::Read as _;
    let mut bytes = [0_u8; 16];
    let source = Path::new("/dev/urandom");
    let read = std::fs::File::open(source).and_then(|mut f| f.read_exact(&mut bytes));
    read.map_err(|e| Error::io(source, "no random number could be had", e))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}
