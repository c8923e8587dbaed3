//! What every store must do, as a suite that every store runs.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use oauth::store::{MemoryStore, conformance};
//!
//! conformance::run(|| async { MemoryStore::new() }).await;
//! # }
//! ```

mod at_once;
mod authorization;
mod clients;
mod housekeeping;
mod operator;
mod people;
mod reopening;
mod sample;
mod tokens;

use super::Store;

/// Runs the suite. `make_store` makes an empty store every time it is called.
///
/// # Panics
///
/// Panics where the store does not do what [`Store`] says, or fails.
pub async fn run<S, M, F>(make_store: M)
where
    S: Store,
    M: Fn() -> F,
    F: Future<Output = S>,
{
    clients::are_kept(&make_store().await).await;
    clients::are_removed_with_all_they_hold(&make_store().await).await;
    clients::register_up_to_a_number(&make_store().await).await;
    authorization::waits_for_one_browser(&make_store().await).await;
    authorization::is_answered_once(&make_store().await).await;
    authorization::keeps_only_so_many(&make_store().await).await;
    authorization::follows_its_browser_through_sign_in(&make_store().await).await;
    authorization::consents_are_remembered(&make_store().await).await;
    tokens::a_code_is_taken_once(&make_store().await).await;
    tokens::a_code_expires(&make_store().await).await;
    tokens::a_replay_revokes_what_the_code_minted(&make_store().await).await;
    tokens::a_replay_stops_tokens_that_are_not_issued_yet(&make_store().await).await;
    tokens::a_refresh_token_rotates(&make_store().await).await;
    tokens::reuse_revokes_the_family(&make_store().await).await;
    tokens::a_dead_refresh_token_gives_nothing(&make_store().await).await;
    tokens::revoking_one_token_spares_its_family(&make_store().await).await;
    tokens::a_client_has_tokens_of_its_own(&make_store().await).await;
    people::sessions_end(&make_store().await).await;
    people::users_are_kept(&make_store().await).await;
    people::credentials_are_kept(&make_store().await).await;
    people::who_holds_nothing_is_idle(&make_store().await).await;
    people::idle_people_come_one_after_another(&make_store().await).await;
    people::see_and_revoke_their_grants(&make_store().await).await;
    operator::limits_are_kept(&make_store().await).await;
    operator::static_tokens_are_kept(&make_store().await).await;
    operator::static_tokens_change(&make_store().await).await;
    housekeeping::once_is_once(&make_store().await).await;
    housekeeping::events_are_counted(&make_store().await).await;
    housekeeping::what_is_over_is_purged(&make_store().await).await;
    at_once::one_of_many_takes_a_code(&make_store().await).await;
    at_once::one_of_many_answers_a_request(&make_store().await).await;
    at_once::registrations_stay_below_the_number(&make_store().await).await;
    at_once::all_events_are_counted(&make_store().await).await;
    at_once::one_of_many_is_the_first(&make_store().await).await;
    at_once::each_credential_is_replaced_once(&make_store().await).await;
    at_once::a_refresh_token_is_first_used_once(&make_store().await).await;
    at_once::changes_of_a_token_are_all_made(&make_store().await).await;
}

/// Checks that what a store answered is still there when it is opened again. `open` opens the same
/// store every time, which is empty at first.
///
/// # Panics
///
/// Panics where something is not as it was, or the store fails.
pub async fn run_reopened<S, M, F>(open: M)
where
    S: Store,
    M: Fn() -> F,
    F: Future<Output = S>,
{
    reopening::fill(&open().await).await;
    reopening::check(&open().await).await;
}
