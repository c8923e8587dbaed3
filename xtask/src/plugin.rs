//! A plugin from PyPI, added to a real NetBox under the running server.
//!
//! It takes some minutes, and a NetBox of its own, so that it is no part of `test`: what the plugin
//! says of itself is in a fixture there.

use anyhow::Result;

use crate::netbox::{Instance, UpOptions};
use crate::{command, workspace};

/// Brings a NetBox without plugins, and lets the test add one to it.
pub(crate) fn run() -> Result<()> {
    let folder = workspace::target().join("netbox-plugin");
    let access_file = {
        let netbox = Instance::open_in(folder.clone())?;
        netbox.up(&UpOptions { port: None, worker: false })?;
        netbox.use_plugins(&[])?;
        netbox.access_file()
    };
    command::run(
        command::cargo()
            .args(["build", "--package", "examples", "--all-features"])
            .args(["--example", "netbox_server"]),
    )?;
    let mut test = command::cargo();
    test.args(["test", "--package", "mcp-dispatch", "--all-features", "--test", "it", "--"]);
    test.args(["--ignored", "--nocapture", "plugin::"]);
    test.env("MCP_DISPATCH_NETBOX", access_file);
    test.env("MCP_DISPATCH_NETBOX_DIR", &folder);
    let outcome = command::run(&mut test);
    let netbox = Instance::open_in(folder)?;
    netbox.use_plugins(&[])?;
    netbox.down()?;
    outcome
}
