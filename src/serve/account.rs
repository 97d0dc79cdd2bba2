//! Pages of whoever has an account: signing in and out, one's own password, second factor and sessions.

mod moment;
mod own;
mod pending;
mod second_factor;
mod sign_in;
mod welcome;

use axum::routing::{get, post};

use super::routes::{May, Route};

pub(super) use moment::{Moment, day, moment, moment_of};

/// The slice's routes.
pub static ROUTES: &[Route] = &[
    Route::get("/sign-in", May::Anyone, "sign in", || get(sign_in::form)),
    Route::post("/sign-in", May::Anyone, "sign in", || post(sign_in::posted)).recorded(),
    Route::get("/sign-in/code", May::Anyone, "second factor", || get(sign_in::code_form)),
    Route::post("/sign-in/code", May::Anyone, "second factor", || post(sign_in::code_posted)).recorded(),
    Route::get("/sign-in/set-up", May::Anyone, "set up second factor", || get(second_factor::forced_form)),
    Route::post("/sign-in/set-up", May::Anyone, "set up second factor", || post(second_factor::forced_posted))
        .recorded(),
    Route::get("/forgotten", May::Anyone, "a forgotten password", || get(sign_in::forgotten)),
    Route::get("/welcome/{secret}", May::Anyone, "set password by link", || get(welcome::form)),
    Route::post("/welcome/{secret}", May::Anyone, "set password by link", || post(welcome::posted)).recorded(),
    Route::post("/sign-out", May::Anyone, "sign out", || post(sign_in::out)).recorded(),
    Route::get("/account", May::SignedIn, "one's own account", || get(own::account)),
    Route::get("/account/password", May::SignedIn, "change password", || get(own::password_form)),
    Route::post("/account/password", May::SignedIn, "change password", || post(own::password_posted)).recorded(),
    Route::get("/account/second-factor", May::SignedIn, "set up second factor", || get(second_factor::form)),
    Route::post("/account/second-factor", May::SignedIn, "set up second factor", || post(second_factor::posted))
        .recorded(),
    Route::get("/account/recovery-codes", May::SignedIn, "new recovery codes", || get(second_factor::renew_form)),
    Route::post("/account/recovery-codes", May::SignedIn, "new recovery codes", || post(second_factor::renew_posted))
        .recorded(),
    Route::post("/account/sessions", May::SignedIn, "end one's other sessions", || post(own::end_others)),
    Route::post("/account/sessions/{session}", May::SignedIn, "end a session of one's own", || post(own::end_one)),
];
