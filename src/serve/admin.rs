//! Pages of the administrator: people, sessions, tokens, the audit trail, backups, what is kept for a time, and how the
//! service is.

mod audit;
mod backups;
mod confirm;
mod health;
mod people;
mod retention;
mod sessions;
mod tokens;

use axum::routing::{get, post};

use super::routes::{May, Route};
use crate::model::Role;

const ADMIN: May = May::Roles(&[Role::Administrator]);

/// An analyst looks after those who send and those who read; which accounts these are, `people::user_of` holds to.
const PEOPLE: May = May::Roles(&[Role::Administrator, Role::Analyst]);

/// The slice's routes.
pub static ROUTES: &[Route] = &[
    Route::get("/admin/users", PEOPLE, "accounts", || get(people::list)),
    Route::get("/admin/users/invite", PEOPLE, "invite", || get(people::invite_form)),
    Route::post("/admin/users/invite", PEOPLE, "invite", || post(people::invite_posted)).recorded(),
    Route::get("/admin/users/{id}", PEOPLE, "an account", || get(people::one)),
    Route::get("/admin/users/{id}/change", PEOPLE, "change account", || get(people::change_form)),
    Route::post("/admin/users/{id}/change", PEOPLE, "change account", || post(people::change_posted)).recorded(),
    Route::get("/admin/users/{id}/{deed}", PEOPLE, "an account's link, sessions or end", || get(confirm::form)),
    Route::post("/admin/users/{id}/{deed}", PEOPLE, "an account's link, sessions or end", || post(confirm::posted))
        .recorded(),
    Route::get("/admin/agencies", PEOPLE, "agencies and their uploaders", || get(people::agencies)),
    Route::get("/admin/sessions", ADMIN, "sessions", || get(sessions::list)),
    Route::post("/admin/sessions/{session}", ADMIN, "end a session", || post(sessions::end)).recorded(),
    Route::get("/admin/tokens", ADMIN, "tokens", || get(tokens::list)),
    Route::get("/admin/tokens/new", ADMIN, "make a token", || get(tokens::form)),
    Route::post("/admin/tokens/new", ADMIN, "make a token", || post(tokens::posted)).recorded(),
    Route::get("/admin/tokens/{id}/revoke", ADMIN, "revoke a token", || get(tokens::revoke_form)),
    Route::post("/admin/tokens/{id}/revoke", ADMIN, "revoke a token", || post(tokens::revoke_posted)).recorded(),
    Route::get("/admin/audit", ADMIN, "audit trail", || get(audit::trail)),
    Route::get("/admin/audit/check", ADMIN, "check the audit trail", || get(audit::check)),
    Route::get("/admin/backups", ADMIN, "backups", || get(backups::list)),
    Route::post("/admin/backups", ADMIN, "make a backup", || post(backups::make)).recorded(),
    Route::get("/admin/retention", ADMIN, "retention", || get(retention::shown)),
    Route::get("/admin/health", ADMIN, "health", || get(health::shown)),
];
