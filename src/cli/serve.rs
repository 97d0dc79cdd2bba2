//! `lscb serve`.

use std::net::SocketAddr;
use std::process::ExitCode;

use super::arguments::Serve;
use super::screen;
use crate::model::Error;
use crate::serve::{self, Listen, Options, Portal};

/// Opens the portal and serves until it is asked to stop.
pub fn run(arguments: &Serve) -> Result<ExitCode, Error> {
    let tls = arguments.tls_certificate.clone().zip(arguments.tls_key.clone());
    let is_secure = tls.is_some() || arguments.listen.ip().is_loopback() || arguments.behind_tls;
    let options = Options {
        pipeline: arguments.pipeline.clone(),
        data: arguments.data.clone(),
        reports: arguments.reports.clone(),
        inbox: arguments.inbox.clone(),
        is_secure,
    };
    let portal = Portal::open(options)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let listen = Listen { address: arguments.listen, tls };
    serve::serve(&portal, &listen, |address: SocketAddr| {
        screen::tell(&format!("The portal listens on {scheme}://{address}"));
    })?;
    Ok(ExitCode::SUCCESS)
}
