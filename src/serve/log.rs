//! The service's own log: a line of JSON a request on standard error. It holds who (the account's number), which route, what
//! came of it and how long it took; never an address with its query, a form, a name or a value.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A number by which a reader's trouble is found in the log.
pub fn number() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as u64);
    format!("{:x}-{:x}", now, COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Sends what is logged to standard error as JSON lines; once a process.
pub fn start() {
    let lines = tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_max_level(tracing::Level::INFO);
    // Another test of this process may have started it.
    let _ = lines.try_init();
}
