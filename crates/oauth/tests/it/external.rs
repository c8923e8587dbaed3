//! Tokens of authorization servers that others run.

mod introspected;
mod issuer;
mod jwt;

pub(crate) use issuer::{ISSUER, Issuer, key, sign_with};
