//! The Redis that NetBox queues and caches in. Nothing of it is kept.

use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::netbox::daemon::Daemon;
use crate::{apt, command};

/// Starts Redis, installing it first where it is missing.
pub(crate) fn start(daemon: &Daemon, port: u16) -> Result<()> {
    if command::find("redis-server").is_none() {
        apt::install(&["redis-server"])?;
    }
    let mut redis = Command::new("redis-server");
    redis.args(["--bind", "127.0.0.1", "--port", &port.to_string()]);
    redis.args(["--save", "", "--appendonly", "no"]);
    daemon.start(&mut redis)?;
    daemon.wait_until(LIMIT, || TcpStream::connect(("127.0.0.1", port)).is_ok())
}

/// Makes NetBox read its stored configuration again.
pub(crate) fn forget_configuration(port: u16) -> Result<()> {
    // The keys of netbox/config/__init__.py, in the database that configuration.py gives the cache. The
    // rest of the cache holds for any database: the schema document above all, which takes long to make.
    let mut cli = Command::new("redis-cli");
    cli.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-n", "1"]);
    command::output(cli.args(["DEL", ":1:config", ":1:config_version"]))?;
    Ok(())
}

const LIMIT: Duration = Duration::from_secs(20);
