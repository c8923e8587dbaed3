//! Streamable HTTP as a tower service (2026-07-28, Transports, "Streamable HTTP"; 2025-11-25,
//! Transports, "Streamable HTTP").
//!
//! [`McpService`] answers `POST` with JSON, or with an event stream once a tool reports progress or
//! takes so long that the connection has to be kept open.
//! It keeps no session: handshake-era clients are served statelessly on the same endpoint, which
//! the specification allows to a server that sends no requests. A handshake-era client that goes
//! away therefore cancels nothing, nor does its `notifications/cancelled`: without a session, ids
//! of different clients could not be told apart.
//!
//! Who listens for changes does so until the token ends that let them in, or the access layer, which
//! is asked again at each keep-alive ([`Standing`](crate::auth::Standing)), would not let them in any
//! more.
//! A call that is under way when its caller's access ends is finished and answered.
//!
//! Nobody keeps the others out: one caller who signed in has a few of the places of those who listen,
//! and half of those for calls; all who did not sign in have half of either.
//!
//! An access layer goes around the service, and lets `OPTIONS` through: preflights carry no token.
//!
//! What a client sees when something is wrong is fixed: errors of the transport have an HTTP
//! status of their own (400, 401, 403, 404, 405, 408, 413, 415, 503), errors of a method are JSON-RPC errors
//! under 200, errors of a tool are results.

mod accept;
mod answer;
mod body;
mod call;
mod cors;
mod end_of_access;
mod origin;
mod places;
mod read;
mod runtime;
mod serve;
mod service;
mod session_id;
mod settings;

pub use body::ResponseBody;
pub use origin::InvalidOrigin;
pub use runtime::Runtime;
#[cfg(feature = "runtime-tokio")]
pub use runtime::TokioRuntime;
pub use service::McpService;
