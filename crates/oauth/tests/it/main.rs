//! What users of this crate rely on, from the outside.

mod access_layer;
#[cfg(all(
    feature = "external-issuers",
    feature = "local-users",
    feature = "private-key-jwt",
    feature = "sealing"
))]
mod authorization_server;
#[cfg(feature = "external-issuers")]
mod external;
#[cfg(feature = "http-client")]
mod http_client;
#[cfg(all(feature = "external-issuers", feature = "http-client"))]
mod interop;
mod metadata;
#[cfg(feature = "sealing")]
mod sealing;
#[cfg(feature = "authorization-server")]
mod stored_static_tokens;
#[cfg(feature = "conformance")]
mod stores;
mod threat_model;
#[cfg(feature = "http-client")]
mod tls;
mod verifiers;
