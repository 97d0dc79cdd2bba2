//! Sessions: kept in the ledger under the digest of their id, ended by themselves after some minutes without use and after
//! some hours in any case.

use std::collections::HashMap;

use async_trait::async_trait;
use axum::http::Extensions;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error as StoreError, Result as Stored};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};

use super::portal::Portal;
use crate::ledger::StoredSession;
use crate::pipeline::digest;

/// Keys of what a session holds.
pub const USER: &str = "user";
/// The epoch of the account when it signed in: with another one the session is over.
pub const EPOCH: &str = "epoch";
/// When it began, seconds since 1970.
pub const STARTED: &str = "started";
/// When it was last used, to the minute.
pub const SEEN: &str = "seen";
/// The token of its forms.
pub const CSRF: &str = "csrf";
/// What was just done, for the next page.
pub const FLASH: &str = "flash";
/// Where it was last used from.
pub const ADDRESS: &str = "address";

/// The digest under which a session is kept.
pub fn digest_of(id: &Id) -> String {
    digest::of_bytes(id.to_string().as_bytes())
}

/// The ledger as a store of sessions.
#[derive(Clone)]
pub struct Store(pub Portal);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

fn backend(error: impl std::fmt::Display) -> StoreError {
    StoreError::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Stored<()> {
        // 128 random bits: two of the same do not happen.
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Stored<()> {
        let number = |key: &str| record.data.get(key).and_then(serde_json::Value::as_i64);
        let session = StoredSession {
            id_sha256: digest_of(&record.id),
            user: number(USER),
            address: record.data.get(ADDRESS).and_then(|v| v.as_str()).unwrap_or("").to_owned(),
            started: number(STARTED).unwrap_or(0),
            seen: number(SEEN).unwrap_or(0),
            expires: record.expiry_date.unix_timestamp(),
            data: serde_json::to_string(&record.data).map_err(|e| StoreError::Encode(e.to_string()))?,
        };
        self.0.ask(move |_, ledger| ledger.save_session(&session)).await.map_err(|_| backend("not saved"))
    }

    async fn load(&self, id: &Id) -> Stored<Option<Record>> {
        let (key, now) = (digest_of(id), OffsetDateTime::now_utc().unix_timestamp());
        let found = self.0.ask(move |_, ledger| ledger.session(&key, now)).await.map_err(|_| backend("not read"))?;
        let Some(found) = found else { return Ok(None) };
        let data: HashMap<String, serde_json::Value> =
            serde_json::from_str(&found.data).map_err(|e| StoreError::Decode(e.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(found.expires).map_err(backend)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Stored<()> {
        let key = digest_of(id);
        self.0.ask(move |_, ledger| ledger.end_session(&key)).await.map_err(|_| backend("not ended"))
    }
}

/// The layer that gives each request its session. The cookie is one that only this very host may set and read; where the
/// service is reached without TLS from elsewhere, which only a test does, it is an ordinary one.
pub fn layer(portal: &Portal) -> SessionManagerLayer<Store> {
    let name = if portal.is_secure() { "__Host-lscb" } else { "lscb" };
    SessionManagerLayer::new(Store(portal.clone()))
        .with_name(name)
        .with_secure(portal.is_secure())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::minutes(portal.idle_minutes())))
}

/// The session of a request.
pub fn of(extensions: &Extensions) -> Option<tower_sessions::Session> {
    extensions.get::<tower_sessions::Session>().cloned()
}
