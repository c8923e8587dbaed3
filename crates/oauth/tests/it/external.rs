//! Tokens of authorization servers that others run.

mod introspected;
mod issuer;
mod jwt;

pub(crate) use issuer::{ISSUER, Issuer, key, public_key, sign_with};
