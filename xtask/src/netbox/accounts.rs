//! The test accounts: fixed, worthless values that the database script and the tests share.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

/// The accounts of `xtask/netbox/accounts.json`.
#[derive(Deserialize)]
pub(crate) struct Accounts {
    password: String,
    tokens: BTreeMap<String, Token>,
}

/// A token as it is given to NetBox.
#[derive(Deserialize)]
struct Token {
    /// The public half, for a version 2 token.
    key: Option<String>,
    secret: String,
}

impl Accounts {
    /// Reads the accounts.
    pub(crate) fn load() -> Result<Self> {
        serde_json::from_str(FILE).context("failed to read xtask/netbox/accounts.json")
    }

    /// Returns the password that every user has.
    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    /// Returns the names of the tokens.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.tokens.keys().map(String::as_str).collect()
    }

    /// Returns a token as a client presents it.
    pub(crate) fn token(&self, name: &str) -> Result<String> {
        let token = self.tokens.get(name).with_context(|| {
            format!("there is no token `{name}`; there are {}", self.names().join(", "))
        })?;
        Ok(match &token.key {
            Some(key) => format!("nbt_{key}.{}", token.secret),
            None => token.secret.clone(),
        })
    }
}

/// The file itself, which the database script reads too.
pub(crate) const FILE: &str = include_str!("../../netbox/accounts.json");

#[cfg(test)]
mod tests {
    use super::Accounts;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        let accounts = Accounts::load().expect("the file is well-formed");
        assert_eq!(accounts.token(name).expect("there is such a token"), expected);
    }

    #[test]
    fn tokens_are_written_as_clients_present_them() {
        check("admin_v1", "0123456789abcdef0123456789abcdef01234567");
        check("admin_v2", "nbt_adminadmin01.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    }

    #[test]
    fn a_wrong_name_is_told_the_right_ones() {
        let accounts = Accounts::load().expect("the file is well-formed");
        let error = accounts.token("admin").expect_err("there is no such token").to_string();
        assert!(error.contains("`admin`") && error.contains("admin_v2"), "{error}");
    }
}
