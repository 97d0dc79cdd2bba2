//! `lscb user`: accounts of the portal, for whoever sits at the machine.

use std::process::ExitCode;

use chrono::Utc;

use super::arguments::{AddUser, LinkUser, ListUsers, TokenUser, User, UserAction};
use crate::access::link::Link;
use crate::access::token::{self, Wanted};
use crate::access::users::{Doer, Invited, Person, clear_second_factor, invite, new_link};
use crate::model::{Error, Scope};
use crate::pipeline::configuration::Configuration;

/// Runs the command.
pub fn run(arguments: &User) -> Result<ExitCode, Error> {
    match &arguments.action {
        UserAction::Add(arguments) => add(arguments),
        UserAction::Link(arguments) => link(arguments),
        UserAction::List(arguments) => list(arguments),
        UserAction::Token(arguments) => make_token(arguments),
    }
}

fn add(arguments: &AddUser) -> Result<ExitCode, Error> {
    let configuration = Configuration::read(&arguments.place.pipeline)?;
    let agencies: Vec<&str> = configuration.reference.agencies.iter().map(|a| a.agency.as_str()).collect();
    let person = Person {
        email: arguments.email.clone(),
        name: arguments.name.clone(),
        role: arguments.role.clone(),
        agency: arguments.agency.clone(),
    };
    let ledger = crate::access::open(&arguments.place.data()?)?;
    match invite(&ledger, &person, &agencies, &Doer::command_line(), Utc::now())? {
        Invited::Done(user, link) => {
            say!("{} may sign in as {} once a password is set:", user.name, user.role.as_str());
            tell(&link, configuration.pipeline.portal.base_url.as_deref());
            Ok(ExitCode::SUCCESS)
        }
        Invited::Known(user) => {
            let advice = format!("For a new password: lscb user link {}", user.email);
            Err(Error::configuration(user.email, "there is an account already", advice))
        }
        Invited::Faults(faults) => {
            let what: Vec<String> = faults.iter().map(|(field, words)| format!("--{field}: {words}")).collect();
            let advice = format!("Agencies: {}.", agencies.join(", "));
            Err(Error::configuration("lscb user add", what.join("\n  "), advice))
        }
    }
}

fn link(arguments: &LinkUser) -> Result<ExitCode, Error> {
    let configuration = Configuration::read(&arguments.place.pipeline)?;
    let ledger = crate::access::open(&arguments.place.data()?)?;
    let Some(user) = ledger.user_by_email(&arguments.email)? else {
        return Err(Error::configuration(&arguments.email, "there is no such account", "See `lscb user list`."));
    };
    if !user.is_active {
        let advice = "An administrator opens it again in the portal.";
        return Err(Error::configuration(user.email, "the account is closed", advice));
    }
    let by = Doer::command_line();
    if arguments.clear_second_factor {
        clear_second_factor(&ledger, &user, &by)?;
    }
    let link = new_link(&ledger, &user, &by, Utc::now())?;
    say!("{} sets a new password here:", user.name);
    tell(&link, configuration.pipeline.portal.base_url.as_deref());
    Ok(ExitCode::SUCCESS)
}

fn tell(link: &Link, base: Option<&str>) {
    say!("  {}", link.address(base.unwrap_or_default()));
    if base.is_none() {
        say!("Put the portal's address before it (`base_url` under [portal] of the pipeline file does so).");
    }
    say!("It works once, until {}.", link.expires_at.format("%Y-%m-%d %H:%M UTC"));
}

fn list(arguments: &ListUsers) -> Result<ExitCode, Error> {
    let users = crate::access::open(&arguments.place.data()?)?.users()?;
    if users.is_empty() {
        say!("There is no account yet. Begin with `lscb user add --role administrator`.");
    }
    for user in users {
        let state = if user.is_active { "open" } else { "closed" };
        let agency = user.agency.as_deref().unwrap_or("-");
        let last = user.signed_in_at.as_deref().unwrap_or("never signed in");
        say!("{:<13}  {:<20}  {:<6}  {}  {}  {last}", user.role.as_str(), agency, state, user.email, user.name);
    }
    Ok(ExitCode::SUCCESS)
}

fn make_token(arguments: &TokenUser) -> Result<ExitCode, Error> {
    let configuration = Configuration::read(&arguments.place.pipeline)?;
    let wrong = |what: String, advice: String| Error::configuration("lscb user token", what, advice);
    let agencies: Vec<&str> = configuration.reference.agencies.iter().map(|a| a.agency.as_str()).collect();
    let agency = arguments.agency.as_deref();
    if let Some(agency) = agency.filter(|a| !agencies.contains(a)) {
        let advice = format!("Agencies: {}.", agencies.join(", "));
        return Err(wrong(format!("--agency: the board has no agency `{agency}`"), advice));
    }
    let mut scopes = Vec::new();
    for word in &arguments.scope {
        let known = Scope::ALL.map(Scope::as_str).join(", ");
        let scope = Scope::of(word)
            .ok_or_else(|| wrong(format!("--scope: there is no `{word}`"), format!("There are: {known}.")))?;
        if scope.is_whole_boards() && agency.is_some() {
            let advice = "Leave --agency out, or choose upload or read.".to_owned();
            return Err(wrong(format!("--scope: `{word}` is for a token of the whole board"), advice));
        }
        scopes.push(scope);
    }
    let by = Doer::command_line();
    let wanted = Wanted { name: &arguments.name, scopes: &scopes, agency, days: arguments.days, made_by: &by.who };
    let ledger = crate::access::open(&arguments.place.data()?)?;
    let text = token::make(&ledger, &wanted, Utc::now())?;
    by.record(&ledger, "make token", &format!("token {}", text.split('_').nth(1).unwrap_or_default()), "done")?;
    say!("{text}");
    Ok(ExitCode::SUCCESS)
}
