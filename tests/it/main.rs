//! Tests of the whole: how the crates are cut, and what they do together.

mod access;
mod another_api;
mod background;
mod batch;
mod client;
mod clients;
mod fake_netbox;
mod flows;
mod guides;
mod layering;
mod locks;
mod names;
mod netbox;
mod plugin;
mod progress;
mod readme;
mod rehearsals;
mod reload;
#[cfg(unix)]
mod road;
mod scenario;
mod server;
mod several;
mod stdio;
mod walkthrough;
mod words;

use std::io::{self, Write as _};

/// Says that a test did not run for want of something; `cargo xtask test` brings everything, and
/// there it is a failure.
fn skipped(why: &str) {
    assert!(std::env::var_os("MCP_DISPATCH_REQUIRE").is_none(), "would have skipped: {why}");
    // To the stream itself: what a passing test prints is not shown.
    let _ = writeln!(io::stderr(), "SKIPPED: {why}");
}
