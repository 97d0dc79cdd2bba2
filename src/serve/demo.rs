//! `lscb serve --demo`: the sample county with its report released, and one account a role.

use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate, Utc};

use crate::access::link::Set;
use crate::access::users::{Doer, Invited, Person, invite};
use crate::access::{self, link, random};
use crate::model::{Error, Role, Who};
use crate::pipeline::configuration::Configuration;
use crate::pipeline::progress::Progress;
use crate::pipeline::{releases, run};
use crate::sample;

/// The agency whose uploader the demonstration has.
const AGENCY: &str = "police";

/// The day that it is in the demonstration, after the day on which all its returns came: what comes now is then held
/// against what came before, and a new run has a report to be compared with.
const DAYS_AFTER: u64 = 5;

/// An account of the demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its role.
    pub role: Role,
    /// What it signs in with.
    pub email: String,
    /// Its password, shown once.
    pub password: String,
}

/// Makes the demonstration in a folder that has none yet; gives its pipeline file, and the accounts if they are new.
///
/// # Errors
/// A folder that cannot be written, or holds something else.
pub fn prepare(folder: &Path, progress: &dyn Progress) -> Result<(PathBuf, Vec<Account>), Error> {
    let pipeline = folder.join("pipeline.toml");
    if !pipeline.exists() {
        if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
            let advice = "Name another folder with --demo DIR, or empty this one.";
            return Err(Error::configuration(folder.display().to_string(), "the folder is not empty", advice));
        }
        sample::write(folder, sample::Settings::default())?;
        let failed = |e| Error::io(&pipeline, "the demonstration's settings could not be written", e);
        let text = std::fs::read_to_string(&pipeline).map_err(failed)?;
        // Whoever tries it out has no second factor at hand.
        let (first, then) = days(&pipeline)?;
        let text = text.replace(&format!("as_of = \"{first}\""), &format!("as_of = \"{then}\""));
        let text = format!("{text}\n# Only in a demonstration.\n[portal]\ntotp = \"off\"\n");
        std::fs::write(&pipeline, text).map_err(failed)?;
    }
    let configuration = Configuration::read(&pipeline)?;
    let data = run::required(&configuration.pipeline, "data", configuration.pipeline.paths.data.clone())?;
    let reports = run::required(&configuration.pipeline, "reports", configuration.pipeline.paths.reports.clone())?;
    let ledger = access::open(&data)?;
    if ledger.current_release()?.is_none() {
        let as_of = configuration.pipeline.as_of.and_then(|day| day.checked_sub_days(Days::new(DAYS_AFTER)));
        let options = run::Options { pipeline: pipeline.clone(), as_of, ..run::Options::default() };
        let outcome = run::run(&options, progress)?;
        let by = Who { id: None, name: "the demonstration".to_owned() };
        let today = run::today(&configuration.pipeline);
        let released = releases::release(&ledger, (&configuration, today), &reports, &outcome.run, "", &by);
        released.map_err(|e| Error::state(&outcome.run, format!("{e:?}"), "Empty the folder and begin anew."))?;
    }
    let mut accounts = Vec::new();
    if ledger.users()?.is_empty() {
        for role in Role::ALL {
            accounts.push(account(&ledger, &configuration, role)?);
        }
    }
    Ok((pipeline, accounts))
}

/// The day on which the returns of the sample came, and the day that it is in the demonstration.
fn days(pipeline: &Path) -> Result<(NaiveDate, NaiveDate), Error> {
    let as_of = Configuration::read(pipeline)?.pipeline.as_of;
    let then = as_of.and_then(|first| Some((first, first.checked_add_days(Days::new(DAYS_AFTER))?)));
    then.ok_or_else(|| {
        Error::configuration(pipeline.display().to_string(), "the sample has no `as_of`", "Report this.")
    })
}

fn account(ledger: &crate::ledger::Ledger, configuration: &Configuration, role: Role) -> Result<Account, Error> {
    let agencies: Vec<&str> = configuration.reference.agencies.iter().map(|a| a.agency.as_str()).collect();
    let person = Person {
        email: format!("{}@demo.example", role.as_str()),
        name: format!("Demo {}", role.as_str()),
        role: role.as_str().to_owned(),
        agency: if role == Role::Agency { AGENCY.to_owned() } else { String::new() },
    };
    let unmade = |why: &str| Error::state("accounts", why, "Empty the folder of the demonstration and begin anew.");
    let Invited::Done(_, invitation) = invite(ledger, &person, &agencies, &Doer::command_line(), Utc::now())? else {
        return Err(unmade("an account of the demonstration could not be made"));
    };
    let password = random::text::<12>()?;
    let board = &configuration.pipeline.name;
    match link::set_password(ledger, &invitation.secret, &password, board, "demonstration", Utc::now())? {
        Set::Done(_) => Ok(Account { role, email: person.email, password }),
        _ => Err(unmade("the password of an account of the demonstration was not taken")),
    }
}
