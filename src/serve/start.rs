//! Opens the service and closes it again in good order.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;

use super::portal::Portal;
use super::{log, routes};
use crate::model::Error;

/// Where and how the service listens.
#[derive(Debug, Clone)]
pub struct Listen {
    /// Address and port; port 0 takes a free one.
    pub address: SocketAddr,
    /// Certificate chain and key, both PEM: the service then speaks TLS by itself.
    pub tls: Option<(PathBuf, PathBuf)>,
}

/// How long requests that are under way may take once the service is asked to stop.
const GRACE: Duration = Duration::from_secs(30);

/// Serves until the process is asked to stop (SIGTERM, SIGINT). `ready` is told the address once it listens.
///
/// # Errors
/// The address is taken, or a certificate that cannot be used.
pub fn serve(portal: &Portal, listen: &Listen, ready: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    log::start();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Error::io("tokio", "the service could not be started", e))?;
    runtime.block_on(listening(portal, listen, ready))
}

async fn listening(portal: &Portal, listen: &Listen, ready: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    let taken = |e| Error::io(listen.address.to_string(), "the service cannot listen on this address", e);
    let listener = std::net::TcpListener::bind(listen.address).map_err(taken)?;
    listener.set_nonblocking(true).map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let service = routes::router(portal).into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    tokio::spawn(stop(handle.clone()));
    tokio::spawn(tidy(portal.clone()));
    tokio::spawn(super::operation::keep());
    tokio::spawn(super::analyst::watch(portal.clone()));
    let served = match &listen.tls {
        None => {
            let server = axum_server::from_tcp(listener).map_err(taken)?.handle(handle);
            ready(address);
            server.serve(service).await
        }
        Some((certificate, key)) => {
            // One provider of cryptography a process.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let unfit = |e| Error::io(certificate, "the certificate and its key cannot be used", e);
            let config = RustlsConfig::from_pem_file(certificate, key).await.map_err(unfit)?;
            let server = axum_server::from_tcp_rustls(listener, config).map_err(taken)?.handle(handle);
            ready(address);
            server.serve(service).await
        }
    };
    // A run is a child of this process and must not outlive it unheard; what was published before stands.
    let _ = tokio::task::spawn_blocking(crate::pipeline::jobs::stop).await;
    served.map_err(|e| Error::io(address.to_string(), "the service broke off", e))
}

/// Waits to be asked to stop, and lets what is under way end.
async fn stop(handle: Handle<SocketAddr>) {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        },
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
    tracing::info!("asked to stop: what is under way may end");
    handle.graceful_shutdown(Some(GRACE));
}

/// Forgets sessions that have ended, now and then.
async fn tidy(portal: Portal) {
    let mut hourly = tokio::time::interval(Duration::from_secs(3600));
    loop {
        hourly.tick().await;
        let now = chrono::Utc::now().timestamp();
        // What failed is in the log, and is tried again in an hour.
        let _ = portal.ask(move |_, ledger| ledger.forget_ended_sessions(now)).await;
    }
}
