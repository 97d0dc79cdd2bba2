//! Who may come in, and as whom: accounts, passwords, second factors, one-time links, failed tries, tokens, the audit trail.
//! What is kept is kept by `ledger`; what is shown is shown by `serve`. Every function takes the time as `now`, blocks, and
//! says by its type what a page shows: a refusal is a value, an error is a machine that could not do its work.
//!
//! Sessions belong to `serve`, but end here: a session carries the [`crate::ledger::Ledger::epoch`] of its account, and one
//! whose account has another epoch, or may no longer sign in, is over at its next request.
//!
//! What OWASP ASVS 5.0 asks of this room, at level 2, and the test that shows it:
//!
//! | ASVS | what is asked | test |
//! |---|---|---|
//! | 6.2.1, 6.2.9 | at least 12 characters, 15 advised, up to 128 | `access::password::tests::a_password_is_long_uncommon_and_not_about_the_account` |
//! | 6.2.2, 6.2.3 | changed by its owner, who gives the present one | `access::sign_in::tests::a_password_is_changed_by_whoever_knows_it` |
//! | 6.2.4, 6.2.12 | not a common one | `access::password::tests::a_password_is_long_uncommon_and_not_about_the_account` |
//! | 6.2.5 | no mixture of characters asked for | the same |
//! | 6.2.8 | taken exactly as typed | `access::password::tests::a_hash_is_argon2id_with_the_cost_that_was_settled_and_a_salt_of_its_own` |
//! | 6.2.11 | no words of account or board | `access::password::tests::a_password_is_long_uncommon_and_not_about_the_account` |
//! | 11.4.2 | Argon2id, 19 MiB, two passes | `access::password::tests::a_hash_is_argon2id_with_the_cost_that_was_settled_and_a_salt_of_its_own` |
//! | 6.3.1 | ten failed tries in five minutes, by account and address | `access::throttle::tests::the_eleventh_try_waits_until_the_first_is_five_minutes_old`, `access::sign_in::tests::an_account_is_locked_after_ten_failures_and_open_again_after_five_minutes` |
//! | 6.3.3 | a second factor for staff | `access::sign_in::tests::staff_set_a_second_factor_up_before_anything_else_and_need_it_ever_after` |
//! | 6.3.8 | unknown and known accounts alike, in words and work | `access::sign_in::tests::whatever_is_wrong_is_refused_in_the_same_way`, `access::password::tests::an_unknown_account_costs_the_work_of_a_known_one` |
//! | 6.4.1 | first passwords by a link that is random, ends and works once | `access::link::tests::a_link_works_once_and_only_in_its_time` |
//! | 6.4.3, 6.4.4 | a reset leaves the second factor; a lost one is taken away by an administrator | `access::users::tests::one_account_a_person_and_every_step_is_recorded` |
//! | 6.5.1 | a code is taken once | `access::totp::tests::a_second_factor_counts_from_its_first_code_and_no_code_counts_twice` |
//! | 6.5.2, 6.5.3 | recovery codes of 80 random bits, kept as hashes | `access::totp::tests::neither_secret_nor_recovery_code_lies_in_the_ledger_as_it_is` |
//! | 6.5.5 | a code lives no longer than its step and the leeway | `access::totp::tests::a_second_factor_counts_from_its_first_code_and_no_code_counts_twice` |
//! | 6.6.3 | no more tries at a code for a right password | `access::sign_in::tests::a_right_password_does_not_give_more_tries_at_the_code` |
//! | 7.4.2, 7.4.3 | sessions end with the account, a new password, another role | `ledger::users::tests::what_changes_an_account_ends_its_sessions` |
//! | 8.2.2, 8.4.1 | a token acts for its agency and scope alone | `access::token::tests::a_token_does_what_it_was_made_for_and_no_more` |
//! | 13.3.1 | secrets sealed, under a key of their own | `access::seal::tests::a_secret_opens_for_its_account_alone_and_unchanged` |
//! | 16.2.5, 16.3.1 | every try recorded, nothing that was typed repeated | `access::sign_in::tests::the_trail_tells_of_every_try_and_repeats_nothing_that_was_typed` |
//! | 16.4.2 | the trail cannot be changed unseen | `ledger::audit::tests::the_trail_refuses_to_change_or_lose_a_line`, `ledger::audit::tests::whoever_goes_around_the_table_is_seen_at_the_first_line` |

pub mod audit;
pub mod link;
pub mod password;
pub mod random;
pub mod seal;
pub mod sign_in;
pub mod throttle;
pub mod token;
pub mod totp;
pub mod users;

use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::ledger::Ledger;
use crate::model::Error;

/// Opens the ledger of a data folder, for a face that has none open.
///
/// # Errors
/// The ledger could not be opened.
pub fn open(data: &Path) -> Result<Ledger, Error> {
    Ledger::open(data)
}

/// A time as it is kept: RFC 3339 in UTC, to the second.
fn text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
