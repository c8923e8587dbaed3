//! The real NetBox that `cargo xtask test` brings up.

use std::{env, fs};

use serde::Deserialize;

/// How to reach the real NetBox.
#[derive(Deserialize)]
pub(crate) struct Access {
    /// Its URL.
    pub(crate) url: String,
    /// A superuser's token of version 1.
    pub(crate) admin_v1: String,
    /// A superuser's token of version 2.
    pub(crate) admin_v2: String,
}

/// The real NetBox, where there is one.
pub(crate) fn access() -> Option<Access> {
    let Some(path) = env::var_os("MCP_DISPATCH_NETBOX") else {
        crate::skipped("no NetBox: MCP_DISPATCH_NETBOX is not set");
        return None;
    };
    let bytes = fs::read(path).expect("the file that MCP_DISPATCH_NETBOX names");
    Some(serde_json::from_slice(&bytes).expect("an access file of `cargo xtask netbox`"))
}
