//! Signing in: password, then the second factor where there is one. What is wrong is said in the same words and at the same
//! cost whether the account is unknown, closed, never opened, locked or given a wrong password.

use chrono::{DateTime, Utc};

use super::seal::Seal;
use super::throttle::{self, Subject};
use super::{password, totp};
use crate::ledger::{AuditEntry, Ledger};
use crate::model::{Error, SecondFactor, User};

/// What is said of every sign-in that is refused.
pub const REFUSED: &str = "Email address or password is not right, or there were too many tries. Check both and try again; \
                           after ten tries that failed, wait five minutes";
/// What is said of every code that is refused.
pub const CODE_REFUSED: &str = "Code is not right, was used before, or there were too many tries. Wait for the next code and \
                                try again; after ten tries that failed, wait five minutes";

/// Where a sign-in stands after the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Say [`REFUSED`], and nothing else.
    Refused,
    /// The person is in.
    In(User),
    /// Ask for a code: nothing else is shown before [`code`] took one.
    Code(User),
    /// The person must set a second factor up: nothing else is shown before.
    SetUp(User),
}

/// Takes an address and a password.
///
/// # Errors
/// The ledger could not be read or written.
pub fn password(
    ledger: &Ledger,
    needs: SecondFactor,
    email: &str,
    typed: &str,
    from: &str,
    now: DateTime<Utc>,
) -> Result<Step, Error> {
    let email = email.trim();
    let Some(begun) = throttle::begin(ledger, &[Subject::Account(email), Subject::From(from)], now)? else {
        // Not at once either: whether an account is locked is told no better by the clock than by the words.
        password::is_right(typed, None);
        return refused(ledger, None, "sign in", "locked", from);
    };
    let user = ledger.user_by_email(email)?.filter(|u| u.is_active);
    let hash = match &user {
        Some(user) => ledger.secrets(user.id)?.password,
        None => None,
    };
    let right = password::is_right(typed, hash.as_deref());
    let Some(user) = user.filter(|_| right) else {
        let known = ledger.user_by_email(email)?;
        return refused(ledger, known.as_ref(), "sign in", "refused", from);
    };
    begun.passed(ledger)?;
    if user.has_totp {
        return Ok(Step::Code(user));
    }
    if needs.is_needed_by(&user) {
        return Ok(Step::SetUp(user));
    }
    signed_in(ledger, &user, from, now)?;
    Ok(Step::In(user))
}

/// Takes the code of a person whose password was right; gives whether they are in.
///
/// # Errors
/// The ledger could not be read or written.
pub fn code(
    ledger: &Ledger,
    seal: &Seal,
    user: &User,
    typed: &str,
    from: &str,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let Some(begun) = throttle::begin(ledger, &[Subject::Code(user.id), Subject::From(from)], now)? else {
        refused(ledger, Some(user), "second factor", "locked", from)?;
        return Ok(false);
    };
    // The account may have been closed since its password was taken.
    let still = ledger.user(user.id)?.is_some_and(|u| u.is_active && u.has_totp);
    if !still || !totp::take(ledger, seal, user, typed, now)? {
        refused(ledger, Some(user), "second factor", "refused", from)?;
        return Ok(false);
    }
    begun.passed(ledger)?;
    throttle::forget(ledger, Subject::Code(user.id))?;
    signed_in(ledger, user, from, now)?;
    Ok(true)
}

/// Sets the second factor of a person up by its first code, and gives the recovery codes; none for a wrong code. Whoever
/// had to set it up to sign in is in.
///
/// # Errors
/// The ledger could not be read or written.
pub fn set_up(
    ledger: &Ledger,
    seal: &Seal,
    user: &User,
    typed: &str,
    from: &str,
    now: DateTime<Utc>,
) -> Result<Option<Vec<String>>, Error> {
    let Some(begun) = throttle::begin(ledger, &[Subject::Code(user.id)], now)? else {
        refused(ledger, Some(user), "set up second factor", "locked", from)?;
        return Ok(None);
    };
    let Some(codes) = totp::confirm(ledger, seal, user, typed, now)? else {
        refused(ledger, Some(user), "set up second factor", "refused", from)?;
        return Ok(None);
    };
    begun.passed(ledger)?;
    record(ledger, Some(user), "set up second factor", "done", from)?;
    signed_in(ledger, user, from, now)?;
    Ok(Some(codes))
}

/// What became of a change of password by its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is changed, and every session ended: the caller begins a new one.
    Done,
    /// The present password is not right, or was tried too often.
    Refused,
    /// The new one is not good, in sentences for the form.
    Faults(Vec<String>),
}

/// Changes a password by its owner, who gives the present one.
///
/// # Errors
/// The ledger could not be read or written.
pub fn change_password(
    ledger: &Ledger,
    user: &User,
    (present, new): (&str, &str),
    board: &str,
    from: &str,
    now: DateTime<Utc>,
) -> Result<Change, Error> {
    let subjects = [Subject::Account(&user.email), Subject::From(from)];
    let begun = throttle::begin(ledger, &subjects, now)?;
    let hash = ledger.secrets(user.id)?.password;
    let right = password::is_right(present, hash.as_deref());
    let Some(begun) = begun.filter(|_| right) else {
        refused(ledger, Some(user), "change password", "refused", from)?;
        return Ok(Change::Refused);
    };
    begun.passed(ledger)?;
    let faults = password::faults(new, &[&user.email, &user.name, board]);
    if !faults.is_empty() {
        return Ok(Change::Faults(faults));
    }
    ledger.set_password(user.id, &password::hash(new)?)?;
    record(ledger, Some(user), "change password", "done", from)?;
    Ok(Change::Done)
}

fn signed_in(ledger: &Ledger, user: &User, from: &str, now: DateTime<Utc>) -> Result<(), Error> {
    throttle::forget(ledger, Subject::Account(&user.email))?;
    ledger.note_sign_in(user.id, &super::text(now))?;
    record(ledger, Some(user), "sign in", "done", from)
}

fn refused(ledger: &Ledger, user: Option<&User>, what: &str, outcome: &str, from: &str) -> Result<Step, Error> {
    record(ledger, user, what, outcome, from)?;
    Ok(Step::Refused)
}

fn record(ledger: &Ledger, user: Option<&User>, what: &str, outcome: &str, from: &str) -> Result<(), Error> {
    ledger.record_audit(&AuditEntry {
        who: user.map(|u| AuditEntry::person(u.id, &u.name)).unwrap_or_default(),
        what: what.to_owned(),
        object: user.map(|u| format!("user {}", u.id)).unwrap_or_default(),
        outcome: outcome.to_owned(),
        from: from.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::AuditFilter;
    use crate::model::Role;

    const PASSWORD: &str = "kettle-moss-ferry";
    const HERE: &str = "192.0.2.1";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_420_000_000 + seconds, 0).unwrap()
    }

    struct Desk {
        _folder: tempfile::TempDir,
        ledger: Ledger,
        seal: Seal,
    }

    impl Desk {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let (ledger, seal) = (Ledger::open(folder.path()).unwrap(), Seal::open(folder.path()).unwrap());
            Self { _folder: folder, ledger, seal }
        }

        fn person(&self, email: &str, role: Role) -> User {
            let user = self.ledger.add_user(email, "A. Person", role, None, "2015-01-31T09:00:00Z").unwrap().unwrap();
            self.ledger.set_password(user.id, &password::hash(PASSWORD).unwrap()).unwrap();
            user
        }

        fn try_in(&self, email: &str, typed: &str, seconds: i64) -> Step {
            password(&self.ledger, SecondFactor::Staff, email, typed, HERE, at(seconds)).unwrap()
        }

        fn outcomes(&self) -> Vec<(String, String)> {
            let lines = self.ledger.audit_page(&AuditFilter::default(), None, 100).unwrap();
            lines.into_iter().rev().map(|l| (l.entry.what, l.entry.outcome)).collect()
        }
    }

    #[test]
    fn whatever_is_wrong_is_refused_in_the_same_way() {
        let desk = Desk::new();
        let user = desk.person("ann@x.example", Role::Board);
        desk.ledger.add_user("invited@x.example", "I", Role::Board, None, "2015-01-31T09:00:00Z").unwrap();
        let closed = desk.person("closed@x.example", Role::Board);
        desk.ledger.set_active(closed.id, false).unwrap();
        for (email, typed, why) in [
            ("ann@x.example", "wrong-password", "wrong password"),
            ("nobody@x.example", PASSWORD, "no such account"),
            ("invited@x.example", "", "no password yet"),
            ("closed@x.example", PASSWORD, "closed"),
            ("", "", "nothing"),
        ] {
            assert_eq!(desk.try_in(email, typed, 0), Step::Refused, "{why}");
        }
        let Step::In(signed) = desk.try_in(" ANN@x.example ", PASSWORD, 0) else { panic!("the right one") };
        assert_eq!(signed.id, user.id);
    }

    #[test]
    fn an_account_is_locked_after_ten_failures_and_open_again_after_five_minutes() {
        let desk = Desk::new();
        desk.person("ann@x.example", Role::Board);
        for _ in 0..10 {
            assert_eq!(desk.try_in("ann@x.example", "wrong-password", 0), Step::Refused);
        }
        assert_eq!(desk.try_in("ann@x.example", PASSWORD, 1), Step::Refused, "the right password, in the same words");
        assert_eq!(desk.outcomes().last().unwrap(), &("sign in".to_owned(), "locked".to_owned()), "recorded");
        assert!(matches!(desk.try_in("ann@x.example", PASSWORD, 300), Step::In(_)));
    }

    #[test]
    fn staff_set_a_second_factor_up_before_anything_else_and_need_it_ever_after() {
        let desk = Desk::new();
        let user = desk.person("ann@x.example", Role::Administrator);
        assert!(matches!(desk.try_in("ann@x.example", PASSWORD, 0), Step::SetUp(_)));
        assert_eq!(desk.ledger.user(user.id).unwrap().unwrap().signed_in_at, None, "not in yet");
        let setup = totp::begin(&desk.ledger, &desk.seal, &user, "County").unwrap().unwrap();
        let code_of = |seconds| totp::code_at(&setup.secret, at(seconds)).unwrap();
        assert!(set_up(&desk.ledger, &desk.seal, &user, "no code", HERE, at(0)).unwrap().is_none());
        let recovery = set_up(&desk.ledger, &desk.seal, &user, &code_of(0), HERE, at(0)).unwrap().unwrap();
        let Step::Code(user) = desk.try_in("ann@x.example", PASSWORD, 60) else { panic!("a code is asked for") };
        let give = |typed: &str, seconds| code(&desk.ledger, &desk.seal, &user, typed, HERE, at(seconds)).unwrap();
        assert!(!give("123", 60) && give(&code_of(60), 60) && !give(&code_of(60), 60) && give(&recovery[0], 60));
        let off = password(&desk.ledger, SecondFactor::Off, "ann@x.example", PASSWORD, HERE, at(90)).unwrap();
        assert!(matches!(off, Step::Code(_)), "whoever has one is asked for it");
    }

    #[test]
    fn a_right_password_does_not_give_more_tries_at_the_code() {
        let desk = Desk::new();
        let user = desk.person("ann@x.example", Role::Administrator);
        let setup = totp::begin(&desk.ledger, &desk.seal, &user, "County").unwrap().unwrap();
        let code_of = |seconds| totp::code_at(&setup.secret, at(seconds)).unwrap();
        totp::confirm(&desk.ledger, &desk.seal, &user, &code_of(0), at(0)).unwrap().unwrap();
        let user = desk.ledger.user(user.id).unwrap().unwrap();
        for i in 0..12 {
            let from = format!("198.51.100.{i}");
            password(&desk.ledger, SecondFactor::Staff, "ann@x.example", PASSWORD, &from, at(60)).unwrap();
            assert!(!code(&desk.ledger, &desk.seal, &user, "no code", &from, at(60)).unwrap());
        }
        assert!(!code(&desk.ledger, &desk.seal, &user, &code_of(60), HERE, at(60)).unwrap(), "locked");
        assert!(code(&desk.ledger, &desk.seal, &user, &code_of(390), HERE, at(390)).unwrap(), "and open again");
    }

    #[test]
    fn a_closed_account_goes_no_further_than_its_password() {
        let desk = Desk::new();
        let user = desk.person("ann@x.example", Role::Analyst);
        let setup = totp::begin(&desk.ledger, &desk.seal, &user, "County").unwrap().unwrap();
        let code_of = |seconds| totp::code_at(&setup.secret, at(seconds)).unwrap();
        totp::confirm(&desk.ledger, &desk.seal, &user, &code_of(0), at(0)).unwrap().unwrap();
        let Step::Code(user) = desk.try_in("ann@x.example", PASSWORD, 60) else { panic!("a code is asked for") };
        desk.ledger.set_active(user.id, false).unwrap();
        assert!(!code(&desk.ledger, &desk.seal, &user, &code_of(60), HERE, at(60)).unwrap());
    }

    #[test]
    fn a_password_is_changed_by_whoever_knows_it() {
        let desk = Desk::new();
        let user = desk.person("ann@x.example", Role::Board);
        let change = |present: &str, new: &str| {
            change_password(&desk.ledger, &user, (present, new), "County", HERE, at(0)).unwrap()
        };
        let before = desk.ledger.epoch(user.id).unwrap();
        assert_eq!(change("wrong-password", "lantern-otter-quay"), Change::Refused);
        assert!(matches!(change(PASSWORD, "short"), Change::Faults(_)));
        assert_eq!(desk.ledger.epoch(user.id).unwrap(), before);
        assert_eq!(change(PASSWORD, "lantern-otter-quay"), Change::Done);
        assert!(desk.ledger.epoch(user.id).unwrap() > before, "every session is over");
        assert_eq!(desk.try_in("ann@x.example", PASSWORD, 1), Step::Refused);
        assert!(matches!(desk.try_in("ann@x.example", "lantern-otter-quay", 1), Step::In(_)));
    }

    #[test]
    fn the_trail_tells_of_every_try_and_repeats_nothing_that_was_typed() {
        let desk = Desk::new();
        desk.person("ann@x.example", Role::Board);
        desk.try_in("my-password-in-the-wrong-field", "secret-one", 0);
        desk.try_in("ann@x.example", "secret-two", 0);
        desk.try_in("ann@x.example", PASSWORD, 0);
        let lines = desk.ledger.audit_page(&AuditFilter::default(), None, 100).unwrap();
        let outcomes: Vec<&str> = lines.iter().rev().map(|l| l.entry.outcome.as_str()).collect();
        assert_eq!(outcomes, ["refused", "refused", "done"]);
        let text = format!("{lines:?}");
        for typed in ["wrong-field", "secret-one", "secret-two", PASSWORD] {
            assert!(!text.contains(typed), "{typed}");
        }
    }
}
