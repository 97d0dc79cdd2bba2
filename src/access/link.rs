//! One-time links, by which a person sets a password: an invitation (seven days) or a reset (one hour). A link holds 256
//! random bits, of which only the SHA-256 is kept; it works once, and a newer one ends it. Nothing is sent by e-mail: an
//! administrator hands the link over, and so knows to whom.

use chrono::{DateTime, Duration, Utc};

use super::throttle::{self, Subject};
use super::{password, random};
use crate::ledger::{AuditEntry, KeptLink, Ledger};
use crate::model::{Error, User};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first password of an account.
    Invitation,
    /// A new password for one that was forgotten.
    Reset,
}

impl Purpose {
    /// In a word, as it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    fn lasts(self) -> Duration {
        match self {
            Self::Invitation => Duration::days(7),
            Self::Reset => Duration::hours(1),
        }
    }
}

/// A link that was just made: it is shown this once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the address ends with: `/welcome/<secret>`.
    pub secret: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

impl Link {
    /// The address to hand over.
    pub fn address(&self, base: &str) -> String {
        format!("{}{PLACE}{}", base.trim_end_matches('/'), self.secret)
    }
}

/// Where links lead to, before the secret.
pub const PLACE: &str = "/welcome/";

/// Makes a link for an account. It is an invitation until a first password was set.
///
/// # Errors
/// The ledger could not be written, or the system gives no randomness.
pub fn make(ledger: &Ledger, user: &User, made_by: &str, now: DateTime<Utc>) -> Result<Link, Error> {
    let purpose = match ledger.secrets(user.id)?.password {
        None => Purpose::Invitation,
        Some(_) => Purpose::Reset,
    };
    let link = Link { secret: random::text::<32>()?, purpose, expires_at: now + purpose.lasts() };
    let kept =
        KeptLink { user: user.id, purpose: purpose.as_str().to_owned(), expires_at: link.expires_at.timestamp() };
    ledger.add_link(&random::sha256(&link.secret), &kept, made_by, &super::text(now))?;
    Ok(link)
}

/// Whose password a link sets, while it is good. Guessing is counted by address.
///
/// # Errors
/// The ledger could not be read or written.
pub fn owner(ledger: &Ledger, secret: &str, from: &str, now: DateTime<Utc>) -> Result<Option<User>, Error> {
    let Some(begun) = throttle::begin(ledger, &[Subject::Link(from)], now)? else { return Ok(None) };
    let Some(link) = ledger.link(&random::sha256(secret), now.timestamp())? else { return Ok(None) };
    begun.passed(ledger)?;
    ledger.user(link.user)
}

/// What became of a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Set {
    /// It is set; the person signs in with it.
    Done(User),
    /// The link is not good, or no longer.
    NoLink,
    /// The password is not good, in sentences for the form.
    Faults(Vec<String>),
}

/// Sets a password by a link and ends the link and every session of the account.
///
/// # Errors
/// The ledger could not be written.
pub fn set_password(
    ledger: &Ledger,
    secret: &str,
    new: &str,
    board: &str,
    from: &str,
    now: DateTime<Utc>,
) -> Result<Set, Error> {
    let Some(user) = owner(ledger, secret, from, now)? else { return Ok(Set::NoLink) };
    let faults = password::faults(new, &[&user.email, &user.name, board]);
    if !faults.is_empty() {
        return Ok(Set::Faults(faults));
    }
    let hash = password::hash(new)?;
    if !ledger.use_link(&random::sha256(secret), &hash, now.timestamp(), &super::text(now))? {
        return Ok(Set::NoLink);
    }
    throttle::forget(ledger, Subject::Account(&user.email))?;
    ledger.record_audit(&AuditEntry {
        who: AuditEntry::person(user.id, &user.name),
        what: "set password by link".to_owned(),
        object: format!("user {}", user.id),
        outcome: "done".to_owned(),
        from: from.to_owned(),
    })?;
    Ok(Set::Done(user))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Role;

    const PASSWORD: &str = "kettle-moss-ferry";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_420_000_000 + seconds, 0).unwrap()
    }

    fn desk() -> (tempfile::TempDir, Ledger, User) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let user = ledger.add_user("ann@x.example", "Ann", Role::Board, None, "2015-01-31T09:00:00Z").unwrap().unwrap();
        (folder, ledger, user)
    }

    fn set(ledger: &Ledger, link: &Link, seconds: i64) -> Set {
        set_password(ledger, &link.secret, PASSWORD, "County", "192.0.2.1", at(seconds)).unwrap()
    }

    #[test]
    fn a_link_works_once_and_only_in_its_time() {
        let (_folder, ledger, user) = desk();
        let week = 7 * 24 * 3600;
        let link = make(&ledger, &user, "1 Admin", at(0)).unwrap();
        assert_eq!((link.purpose, link.secret.len()), (Purpose::Invitation, 64));
        assert_eq!(set(&ledger, &link, week), Set::NoLink, "an invitation ends after seven days");
        assert_eq!(set(&ledger, &link, week - 1), Set::Done(user.clone()));
        assert_eq!(set(&ledger, &link, week - 1), Set::NoLink, "used");
        let link = make(&ledger, &user, "1 Admin", at(week)).unwrap();
        assert_eq!(link.purpose, Purpose::Reset);
        assert_eq!(set(&ledger, &link, week + 3600), Set::NoLink, "a reset ends after an hour");
        assert_eq!(set(&ledger, &link, week + 3599), Set::Done(user));
    }

    #[test]
    fn a_newer_link_ends_an_older_one() {
        let (_folder, ledger, user) = desk();
        let older = make(&ledger, &user, "1 Admin", at(0)).unwrap();
        let newer = make(&ledger, &user, "1 Admin", at(1)).unwrap();
        assert_eq!(set(&ledger, &older, 2), Set::NoLink);
        assert_eq!(ledger.open_link(user.id, at(2).timestamp()).unwrap().unwrap().purpose, "invitation");
        assert!(matches!(set(&ledger, &newer, 2), Set::Done(_)));
        assert_eq!(ledger.open_link(user.id, at(2).timestamp()).unwrap(), None);
    }

    #[test]
    fn a_bad_password_leaves_the_link_good_and_a_used_one_ends_sessions() {
        let (_folder, ledger, user) = desk();
        let link = make(&ledger, &user, "1 Admin", at(0)).unwrap();
        let bad = set_password(&ledger, &link.secret, "short", "County", "192.0.2.1", at(1)).unwrap();
        assert!(matches!(bad, Set::Faults(_)));
        let before = ledger.epoch(user.id).unwrap();
        assert!(matches!(set(&ledger, &link, 2), Set::Done(_)));
        assert!(ledger.epoch(user.id).unwrap() > before);
    }

    #[test]
    fn no_link_opens_an_account_that_was_closed() {
        let (_folder, ledger, user) = desk();
        let link = make(&ledger, &user, "1 Admin", at(0)).unwrap();
        ledger.set_active(user.id, false).unwrap();
        assert_eq!(set(&ledger, &link, 1), Set::NoLink);
    }

    #[test]
    fn guessing_is_counted_and_only_a_hash_is_kept() {
        let (folder, ledger, user) = desk();
        let link = make(&ledger, &user, "1 Admin", at(0)).unwrap();
        for _ in 0..throttle::MOST {
            assert_eq!(owner(&ledger, "guess", "192.0.2.9", at(1)).unwrap(), None);
        }
        assert_eq!(owner(&ledger, &link.secret, "192.0.2.9", at(1)).unwrap(), None, "ten guesses and no more");
        assert!(owner(&ledger, &link.secret, "192.0.2.1", at(1)).unwrap().is_some(), "from elsewhere it is good");
        drop(ledger);
        let bytes = std::fs::read(folder.path().join("ledger.sqlite")).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
        assert!(!holds(&link.secret) && holds(&random::sha256(&link.secret)));
    }
}
