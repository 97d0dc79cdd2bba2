//! `lscb serve`.

use std::net::SocketAddr;
use std::process::ExitCode;

use super::arguments::Serve;
use super::screen;
use crate::model::Error;
use crate::serve::{self, Listen, Options, Portal, demo};

/// Opens the portal and serves until it is asked to stop.
pub fn run(arguments: &Serve) -> Result<ExitCode, Error> {
    let tls = arguments.tls_certificate.clone().zip(arguments.tls_key.clone());
    let is_secure = tls.is_some() || arguments.listen.ip().is_loopback() || arguments.behind_tls;
    let (pipeline, accounts) = match &arguments.demo {
        Some(folder) => demo::prepare(folder, &screen::Screen::new())?,
        None => (arguments.pipeline.clone(), Vec::new()),
    };
    let options = Options {
        pipeline,
        data: arguments.data.clone(),
        reports: arguments.reports.clone(),
        inbox: arguments.inbox.clone(),
        is_secure,
    };
    let portal = Portal::open(options)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let listen = Listen { address: arguments.listen, tls };
    serve::serve(&portal, &listen, |address: SocketAddr| {
        for account in &accounts {
            screen::tell(&format!("{:<14} {:<28} {}", account.role.as_str(), account.email, account.password));
        }
        if arguments.demo.is_some() && accounts.is_empty() {
            screen::tell(
                "The accounts were shown when the demonstration was made; `lscb user link` gives a new password.",
            );
        }
        screen::tell(&format!("The portal listens on {scheme}://{address}"));
    })?;
    Ok(ExitCode::SUCCESS)
}
