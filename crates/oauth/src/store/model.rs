//! What a store keeps.
//!
//! ```text
//! Client ── asks ──> PendingAuthorization ── is approved ──> AuthorizationCode
//!                     (Session: who signed in)                     │ is taken
//!                                                                  v
//!                    IssuedAccessToken, IssuedRefreshToken <── Grant (the family)
//! ```
//!
//! A [`Grant`] is what a person gave a client, and the family of every token that came of it: what
//! revokes the grant revokes them all. Of codes, tokens and cookies only the SHA-256 is kept.
//!
//! Every type can be written as JSON; a store may keep a row as its keys and this text.

mod authorization;
mod client;
mod grant;
mod limit;
mod person;
mod scope_text;

pub use authorization::{AuthorizationCode, Consent, PendingAuthorization};
pub use client::{Client, ClientAuthentication, ClientId, ClientOrigin, GrantType, KeySource};
pub use grant::{Grant, GrantId, IssuedAccessToken, IssuedRefreshToken};
pub use limit::Limited;
pub use person::{LocalUser, SealedCredential, Session, Subject};
