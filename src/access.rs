//! Who may come in, and as whom: accounts, passwords, second factors, one-time links, failed tries, tokens, the audit trail.
//! What is kept is kept by `ledger`; what is shown is shown by `serve`. Every function takes the time as `now`, blocks, and
//! says by its type what a page shows: a refusal is a value, an error is a machine that could not do its work.
//!
//! Sessions belong to `serve`, and end here: whatever changes what an account may do or signs in with raises its
//! [`crate::ledger::Ledger::epoch`], and the ledger then forgets its sessions in the same transaction.
//!
//! What OWASP ASVS 5.0 asks of this room, and the tests that show it: `docs/asvs.md`.

pub mod audit;
pub mod link;
pub mod password;
pub mod random;
pub mod seal;
pub mod sign_in;
pub mod throttle;
pub mod token;
pub mod totp;
pub mod users;

use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::ledger::Ledger;
use crate::model::Error;

/// Opens the ledger of a data folder, for a face that has none open.
///
/// # Errors
/// The ledger could not be opened.
pub fn open(data: &Path) -> Result<Ledger, Error> {
    Ledger::open(data)
}

/// A time as it is kept: RFC 3339 in UTC, to the second.
fn text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
