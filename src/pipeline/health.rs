//! How the service is: for the page of the administrator, for `/health` and `/ready`, and for whoever watches it.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::ledger::Ledger;
use crate::model::Error;

/// With less than this free, nothing is taken in safely: a run writes a report of some megabytes, an upload up to 50.
pub const LEAST_FREE: u64 = 512 * 1024 * 1024;

/// How the service is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// Version of the program.
    pub version: String,
    /// Bytes that are free where the data folder lies.
    pub disk_free: u64,
    /// Bytes that there are.
    pub disk_size: u64,
    /// Whether the ledger passes SQLite's own check.
    pub ledger_is_sound: bool,
    /// The last run that was published; none before the first.
    pub last_run: Option<String>,
    /// How many hours ago it was committed.
    pub last_run_hours: Option<i64>,
    /// Files that wait to be taken in.
    pub waiting: usize,
}

impl Health {
    /// Whether the service can do its work now.
    pub fn is_ready(&self) -> bool {
        self.ledger_is_sound && self.disk_free >= LEAST_FREE
    }
}

/// Whether the service can do its work now, as far as that is cheap to know: for whoever asks every few seconds.
///
/// # Errors
/// The ledger or the folder cannot be looked at.
pub fn is_ready(data: &Path, ledger: &Ledger) -> Result<bool, Error> {
    ledger.runs()?;
    Ok(disk(data)?.0 >= LEAST_FREE)
}

/// Bytes that are free where a folder lies, and bytes that there are.
fn disk(folder: &Path) -> Result<(u64, u64), Error> {
    let failed = |e: rustix::io::Errno| Error::io(folder, "its disk could not be looked at", e.into());
    let disk = rustix::fs::statvfs(folder).map_err(failed)?;
    Ok((disk.f_bavail.saturating_mul(disk.f_frsize), disk.f_blocks.saturating_mul(disk.f_frsize)))
}

/// Looks how the service is; `waiting` is the length of the queue, which the face knows.
///
/// # Errors
/// The ledger or the folder cannot be looked at.
pub fn health(data: &Path, ledger: &Ledger, waiting: usize, now: DateTime<Utc>) -> Result<Health, Error> {
    let (disk_free, disk_size) = disk(data)?;
    let last = ledger.runs()?.pop();
    let hours = |at: &str| {
        // SQLite writes `2015-01-31 02:00:00`, in UTC.
        let at = chrono::NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S").ok()?;
        Some((now - at.and_utc()).num_hours())
    };
    Ok(Health {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        disk_free,
        disk_size,
        ledger_is_sound: ledger.is_sound()?,
        last_run_hours: last.as_ref().and_then(|r| hours(&r.noted_at)),
        last_run: last.map(|r| r.run),
        waiting,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Run;

    #[test]
    fn a_service_is_looked_at_before_and_after_its_first_run() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        assert!(is_ready(folder.path(), &ledger).unwrap());
        let before = health(folder.path(), &ledger, 0, Utc::now()).unwrap();
        assert_eq!((before.last_run.as_deref(), before.last_run_hours, before.ledger_is_sound), (None, None, true));
        assert!(before.disk_size >= before.disk_free && before.disk_free > 0);
        let run = Run {
            run: "2015-01-31-0123456789ab".into(),
            as_of: "2015-01-31".parse().unwrap(),
            previous: None,
            inputs_sha256: String::new(),
            manifest_sha256: String::new(),
            hot_spots: 0,
            noted_at: String::new(),
        };
        ledger.commit_run(&run).unwrap();
        let after = health(folder.path(), &ledger, 3, Utc::now() + chrono::Duration::minutes(150)).unwrap();
        assert_eq!(
            (after.last_run.as_deref(), after.last_run_hours, after.waiting),
            (Some(run.run.as_str()), Some(2), 3)
        );
    }

    #[test]
    fn it_is_ready_with_a_sound_ledger_and_room() {
        let well = Health {
            version: String::new(),
            disk_free: LEAST_FREE,
            disk_size: LEAST_FREE,
            ledger_is_sound: true,
            last_run: None,
            last_run_hours: None,
            waiting: 1_000,
        };
        assert!(well.is_ready());
        assert!(!Health { disk_free: LEAST_FREE - 1, ..well.clone() }.is_ready());
        assert!(!Health { ledger_is_sound: false, ..well }.is_ready());
    }
}
