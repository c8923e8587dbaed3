//! The session id of a server that keeps no sessions.
//!
//! A client of the handshake era may listen for changes without a session id, which a server need not
//! give (2025-11-25, Transports, "Session Management"). The SDKs for Python and Rust do so only with
//! one. So a server that tells of changes gives one: it stands for nothing, is not kept, and is not
//! looked at when it comes back, so that any replica takes any of them.
//!
//! It is another one for each client, since gateways tell clients apart by it, and no secret.

use std::hash::{BuildHasher as _, RandomState};

use http::{HeaderValue, Response};

/// Gives a client an id.
pub(super) fn with_one<B>(mut response: Response<B>) -> Response<B> {
    // The standard library's keys for hashes are the one source of chance that needs no argument.
    let half = || RandomState::new().hash_one(());
    let id = format!("stateless-{:016x}{:016x}", half(), half());
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert("mcp-session-id", id);
    }
    response
}
