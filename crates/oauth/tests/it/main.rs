//! What users of this crate rely on, from the outside.

mod access_layer;
#[cfg(all(feature = "local-users", feature = "private-key-jwt"))]
mod authorization_server;
mod metadata;
#[cfg(feature = "conformance")]
mod stores;
mod verifiers;
