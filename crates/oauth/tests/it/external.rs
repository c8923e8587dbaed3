//! Tokens of authorization servers that others run.

#[cfg(all(feature = "configuration", feature = "http-client"))]
mod configured;
mod introspected;
mod issuer;
mod jwt;

pub(crate) use issuer::{ISSUER, Issuer, key, public_key, sign_with};
