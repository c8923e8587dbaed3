//! What users of this crate rely on, from the outside.

mod access_layer;
mod metadata;
#[cfg(feature = "conformance")]
mod stores;
mod verifiers;
