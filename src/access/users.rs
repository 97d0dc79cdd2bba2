//! Looking after accounts: invite, change, close and open them. Everything that is done is recorded with who did it.

use chrono::{DateTime, Utc};

use super::link::{self, Link};
use crate::ledger::{AuditEntry, Changed, Ledger};
use crate::model::{Error, Role, User};

/// Who does a thing, and from where, as the audit trail names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doer {
    /// Number and name of the account; `command line` for whoever sits at the machine.
    pub who: String,
    /// The address; empty for the machine itself.
    pub from: String,
}

impl Doer {
    /// A person who is signed in.
    pub fn person(user: &User, from: &str) -> Self {
        Self { who: AuditEntry::person(user.id, &user.name), from: from.to_owned() }
    }

    /// Whoever sits at the machine.
    pub fn command_line() -> Self {
        Self { who: "command line".to_owned(), from: String::new() }
    }

    /// Writes down what was done.
    ///
    /// # Errors
    /// The ledger could not be written.
    pub fn record(&self, ledger: &Ledger, what: &str, object: &str, outcome: &str) -> Result<(), Error> {
        ledger.record_audit(&AuditEntry {
            who: self.who.clone(),
            what: what.to_owned(),
            object: object.to_owned(),
            outcome: outcome.to_owned(),
            from: self.from.clone(),
        })
    }
}

/// A person as a form describes them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The address that they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The word of their role.
    pub role: String,
    /// The id of their agency; empty for every role but that of an uploader.
    pub agency: String,
}

/// A field of the form and what is wrong with it.
pub type Fault = (&'static str, &'static str);

impl Person {
    /// What is wrong with it, field by field; `agencies` are the ids that there are.
    pub fn faults(&self, agencies: &[&str]) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !is_address(self.email.trim()) {
            faults.push(("email", "Enter an email address in the correct format, like name@example.org"));
        }
        let name = self.name.trim();
        if name.is_empty() {
            faults.push(("name", "Enter a name"));
        } else if name.chars().count() > 100 || name.chars().any(char::is_control) {
            faults.push(("name", "Name must be 100 characters or fewer, on one line"));
        }
        match Role::of(&self.role) {
            None => faults.push(("role", "Select what the person is here for")),
            Some(Role::Agency) if !agencies.contains(&self.agency.as_str()) => {
                faults.push(("agency", "Select the agency whose returns the person sends"));
            }
            Some(_) => {}
        }
        faults
    }

    fn role_and_agency(&self) -> (Role, Option<&str>) {
        let role = Role::of(&self.role).unwrap_or(Role::Board);
        (role, (role == Role::Agency).then_some(self.agency.as_str()))
    }
}

/// An address with one `@`, something before it and a name with a dot after it, in at most 254 characters (RFC 5321).
fn is_address(text: &str) -> bool {
    let plain = text.is_ascii() && text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let good_host = |host: &str| {
        let labels: Vec<&str> = host.split('.').collect();
        let good = |l: &&str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        labels.len() > 1 && labels.iter().all(good)
    };
    let parts = text.split_once('@');
    plain && parts.is_some_and(|(name, host)| !name.is_empty() && !name.contains(['"', '<', '>']) && good_host(host))
}

/// What became of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invited {
    /// The account and the link to hand over.
    Done(User, Link),
    /// The address has an account already.
    Known(User),
    /// What is wrong with the form.
    Faults(Vec<Fault>),
}

/// Makes an account and its invitation.
///
/// # Errors
/// The ledger could not be written, or the system gives no randomness.
pub fn invite(
    ledger: &Ledger,
    person: &Person,
    agencies: &[&str],
    by: &Doer,
    now: DateTime<Utc>,
) -> Result<Invited, Error> {
    let faults = person.faults(agencies);
    if !faults.is_empty() {
        return Ok(Invited::Faults(faults));
    }
    let (email, name) = (person.email.trim(), person.name.trim());
    let (role, agency) = person.role_and_agency();
    if let Some(user) = ledger.add_user(email, name, role, agency, &super::text(now))? {
        let link = link::make(ledger, &user, &by.who, now)?;
        by.record(ledger, "invite", &format!("user {} as {}", user.id, role.as_str()), "done")?;
        return Ok(Invited::Done(user, link));
    }
    match ledger.user_by_email(email)? {
        Some(user) => Ok(Invited::Known(user)),
        None => Err(Error::state("accounts", "an account came and went at the same time", "Try again.")),
    }
}

/// Makes a new link for an account, and ends those before it.
///
/// # Errors
/// The ledger could not be written, or the system gives no randomness.
pub fn new_link(ledger: &Ledger, user: &User, by: &Doer, now: DateTime<Utc>) -> Result<Link, Error> {
    let link = link::make(ledger, user, &by.who, now)?;
    by.record(ledger, &format!("make {} link", link.purpose.as_str()), &format!("user {}", user.id), "done")?;
    Ok(link)
}

/// Changes name, role and agency of an account; its address stays what it is.
///
/// # Errors
/// The ledger could not be written.
pub fn change(ledger: &Ledger, user: &User, person: &Person, by: &Doer) -> Result<Changed, Error> {
    let (role, agency) = person.role_and_agency();
    let changed = ledger.change_role(user.id, person.name.trim(), role, agency)?;
    let object = format!("user {} to {} {}", user.id, role.as_str(), agency.unwrap_or_default());
    by.record(ledger, "change account", object.trim_end(), outcome(changed))?;
    Ok(changed)
}

/// Lets an account sign in, or no longer; its sessions end at once.
///
/// # Errors
/// The ledger could not be written.
pub fn set_active(ledger: &Ledger, user: &User, is_active: bool, by: &Doer) -> Result<Changed, Error> {
    let changed = ledger.set_active(user.id, is_active)?;
    let what = if is_active { "open account" } else { "close account" };
    by.record(ledger, what, &format!("user {}", user.id), outcome(changed))?;
    Ok(changed)
}

/// Takes the second factor of an account away, for a telephone that is lost.
///
/// # Errors
/// The ledger could not be written.
pub fn clear_second_factor(ledger: &Ledger, user: &User, by: &Doer) -> Result<(), Error> {
    ledger.clear_totp(user.id)?;
    by.record(ledger, "take second factor away", &format!("user {}", user.id), "done")
}

/// Ends every session of an account.
///
/// # Errors
/// The ledger could not be written.
pub fn end_sessions(ledger: &Ledger, user: &User, by: &Doer) -> Result<(), Error> {
    ledger.end_sessions(user.id)?;
    by.record(ledger, "end sessions", &format!("user {}", user.id), "done")
}

fn outcome(changed: Changed) -> &'static str {
    match changed {
        Changed::Yes => "done",
        Changed::NoSuchUser | Changed::LastAdministrator => "refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::password;

    fn person(email: &str, name: &str, role: &str, agency: &str) -> Person {
        Person { email: email.into(), name: name.into(), role: role.into(), agency: agency.into() }
    }

    #[test]
    fn a_form_is_told_all_that_is_wrong_field_by_field() {
        for (person, fields, why) in [
            (person("a@x.example", "A", "agency", "police"), vec![], "an uploader"),
            (person("a@x.example", "A", "board", "police"), vec![], "an agency that stays unused"),
            (person("", "", "", ""), vec!["email", "name", "role"], "an empty form"),
            (person("a@x.example", "A", "agency", "fire"), vec!["agency"], "no such agency"),
            (person("a@x.example", "A", "agency", ""), vec!["agency"], "no agency"),
            (person("a@x.example", "A", "owner", ""), vec!["role"], "no such role"),
            (person("a@x.example", "A\nB", "board", ""), vec!["name"], "two lines"),
        ] {
            let found: Vec<&str> = person.faults(&["police"]).into_iter().map(|(field, _)| field).collect();
            assert_eq!(found, fields, "{why}");
        }
        for wrong in [
            "a",
            "a@",
            "@x.example",
            "a@x",
            "a@x..example",
            "a b@x.example",
            "a@x.example\n",
            "<a@x.example>",
            "a@b@x.example",
        ] {
            assert!(!is_address(wrong), "{wrong}");
        }
        assert!(
            is_address("ann.o'hara+board@police.example") && !is_address(&format!("{}@x.example", "a".repeat(250)))
        );
    }

    #[test]
    fn one_account_a_person_and_every_step_is_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let now = DateTime::from_timestamp(1_420_000_000, 0).unwrap();
        let by = Doer::command_line();
        let invited = |p: &Person| invite(&ledger, p, &["police"], &by, now).unwrap();
        let Invited::Done(user, link) = invited(&person(" ann@x.example ", "Ann", "administrator", "")) else {
            panic!()
        };
        assert_eq!((user.email.as_str(), user.role, link.secret.len()), ("ann@x.example", Role::Administrator, 64));
        assert!(
            matches!(invited(&person("ANN@x.example", "Other", "board", "")), Invited::Known(known) if known.id == user.id)
        );
        assert!(matches!(invited(&person("ben", "", "board", "")), Invited::Faults(f) if f.len() == 2));
        ledger.set_password(user.id, &password::hash("kettle-moss-ferry").unwrap()).unwrap();
        assert_eq!(set_active(&ledger, &user, false, &by).unwrap(), Changed::LastAdministrator);
        assert_eq!(change(&ledger, &user, &person("", "Ann B", "board", ""), &by).unwrap(), Changed::LastAdministrator);
        new_link(&ledger, &user, &by, now).unwrap();
        clear_second_factor(&ledger, &user, &by).unwrap();
        end_sessions(&ledger, &user, &by).unwrap();
        let lines = ledger.audit_page(&crate::ledger::AuditFilter::default(), None, 100).unwrap();
        let told: Vec<String> = lines.iter().rev().map(|l| format!("{}: {}", l.entry.what, l.entry.outcome)).collect();
        assert_eq!(
            told,
            [
                "invite: done",
                "close account: refused",
                "change account: refused",
                "make reset link: done",
                "take second factor away: done",
                "end sessions: done"
            ]
        );
        assert!(lines.iter().all(|l| l.entry.who == "command line" && !format!("{l:?}").contains(&link.secret)));
    }
}
