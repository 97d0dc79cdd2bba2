//! At most ten failed tries in five minutes, for an account and for an address; what comes after is refused in the same
//! words until the oldest of them is five minutes old. Accounts that do not exist are counted as those that do.

use chrono::{DateTime, Utc};

use super::random;
use crate::ledger::Ledger;
use crate::model::Error;

/// Failed tries that are let through (Cyber Essentials).
pub const MOST: usize = 10;
/// In how many seconds.
pub const SECONDS: i64 = 5 * 60;

/// What a try is made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// An account, by the address that was typed.
    Account(&'a str),
    /// The second factor of an account, which a right password does not clear.
    Code(i64),
    /// Where the try comes from.
    From(&'a str),
    /// A link that sets a password.
    Link(&'a str),
}

impl Subject<'_> {
    fn key(self) -> String {
        match self {
            Self::Account(email) => format!("account {}", random::sha256(&email.trim().to_lowercase())),
            Self::Code(id) => format!("code {id}"),
            Self::From(address) => format!("from {address}"),
            Self::Link(address) => format!("link {address}"),
        }
    }
}

/// A try that was let through and counts as failed until it is known to be none.
#[derive(Debug)]
pub struct Try {
    numbers: Vec<i64>,
}

/// Lets a try through, or not.
///
/// # Errors
/// The ledger could not be written.
pub fn begin(ledger: &Ledger, subjects: &[Subject<'_>], now: DateTime<Utc>) -> Result<Option<Try>, Error> {
    let keys: Vec<String> = subjects.iter().map(|s| s.key()).collect();
    let begun = ledger.begin_try(&keys, now.timestamp(), now.timestamp() - SECONDS, MOST)?;
    Ok(begun.map(|numbers| Try { numbers }))
}

impl Try {
    /// The try did not fail: it does not count.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn passed(self, ledger: &Ledger) -> Result<(), Error> {
        ledger.end_try(&self.numbers)
    }
}

/// Forgets the failed tries of a subject, whose owner has signed in.
///
/// # Errors
/// The ledger could not be written.
pub fn forget(ledger: &Ledger, subject: Subject<'_>) -> Result<(), Error> {
    ledger.forget_tries(&subject.key())
}

/// How many tries of a subject failed within the time.
///
/// # Errors
/// The ledger could not be read.
pub fn failed(ledger: &Ledger, subject: Subject<'_>, now: DateTime<Utc>) -> Result<usize, Error> {
    ledger.tries(&subject.key(), now.timestamp() - SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_420_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn the_eleventh_try_waits_until_the_first_is_five_minutes_old() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let lets = |email: &str, from: &str, seconds: i64| {
            begin(&ledger, &[Subject::Account(email), Subject::From(from)], at(seconds)).unwrap().is_some()
        };
        for i in 0..10 {
            assert!(lets("a@x.example", &format!("192.0.2.{i}"), i), "try {i}");
        }
        assert!(!lets("a@x.example", "192.0.2.99", 10), "the account, from wherever");
        assert!(!lets(" A@X.example", "192.0.2.99", 10), "however it is typed");
        assert!(lets("b@x.example", "192.0.2.99", 10), "another account");
        assert!(!lets("a@x.example", "192.0.2.99", 299), "not yet");
        assert!(lets("a@x.example", "192.0.2.99", 300), "the first of the ten is over");
        assert!(!lets("a@x.example", "192.0.2.99", 300), "and no more than the first");
    }

    #[test]
    fn an_address_that_tries_many_accounts_is_refused_too() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        for i in 0..10 {
            let email = format!("nobody-{i}@x.example");
            assert!(begin(&ledger, &[Subject::Account(&email), Subject::From("192.0.2.1")], at(0)).unwrap().is_some());
        }
        assert!(
            begin(&ledger, &[Subject::Account("c@x.example"), Subject::From("192.0.2.1")], at(0)).unwrap().is_none()
        );
        assert_eq!(
            failed(&ledger, Subject::Account("c@x.example"), at(0)).unwrap(),
            0,
            "what is refused is not counted"
        );
        assert!(
            begin(&ledger, &[Subject::Account("c@x.example"), Subject::From("192.0.2.2")], at(0)).unwrap().is_some()
        );
    }

    #[test]
    fn what_passes_does_not_count_and_signing_in_forgets() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let subject = Subject::Account("a@x.example");
        for _ in 0..30 {
            begin(&ledger, &[subject], at(0)).unwrap().unwrap().passed(&ledger).unwrap();
        }
        for _ in 0..9 {
            begin(&ledger, &[subject], at(0)).unwrap().unwrap();
        }
        assert_eq!(failed(&ledger, subject, at(0)).unwrap(), 9);
        forget(&ledger, subject).unwrap();
        assert_eq!(failed(&ledger, subject, at(0)).unwrap(), 0);
    }

    #[test]
    fn many_at_once_are_no_more_than_ten() {
        let folder = tempfile::tempdir().unwrap();
        Ledger::open(folder.path()).unwrap();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let path = folder.path().to_owned();
                std::thread::spawn(move || {
                    let ledger = Ledger::open(&path).unwrap();
                    let tried =
                        |_: &usize| begin(&ledger, &[Subject::Account("a@x.example")], at(0)).unwrap().is_some();
                    (0..5).filter(tried).count()
                })
            })
            .collect();
        let through: usize = threads.into_iter().map(|t| t.join().unwrap()).sum();
        assert_eq!(through, MOST, "of twenty");
    }
}
