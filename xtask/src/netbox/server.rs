//! The NetBox server itself, and its background worker.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::netbox::daemon::Daemon;
use crate::netbox::site::Site;

/// Starts the server and waits until the API answers.
pub(crate) fn start(site: &Site, daemon: &Daemon, port: u16, token: &str) -> Result<()> {
    daemon.start(&mut command(site, port))?;
    daemon.wait_until(LIMIT, || answers(port, token))
}

/// The command that serves NetBox at a port, until it is ended.
pub(crate) fn command(site: &Site, port: u16) -> Command {
    let mut gunicorn = site.program("gunicorn");
    gunicorn.args(["netbox.wsgi", "--preload", "--bind", &format!("127.0.0.1:{port}")]);
    gunicorn.args([
        "--workers",
        "2",
        "--threads",
        "4",
        "--timeout",
        "180",
        "--graceful-timeout",
        "5",
        "--no-control-socket",
    ]);
    gunicorn
}

/// Starts the worker for background jobs and waits until the server knows of it.
pub(crate) fn start_worker(site: &Site, daemon: &Daemon, port: u16, token: &str) -> Result<()> {
    daemon.start(site.program("netbox").args(["rqworker", "high", "default", "low"]))?;
    daemon
        .wait_until(LIMIT, || status(port, token).is_some_and(|status| !status.contains(NO_WORKER)))
}

/// Returns whether the API answers a request for its status.
pub(crate) fn answers(port: u16, token: &str) -> bool {
    status(port, token).is_some()
}

fn status(port: u16, token: &str) -> Option<String> {
    let request = format!(
        "GET /api/status/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\
         Accept: application/json\r\nConnection: close\r\n\r\n"
    );
    exchange(port, &request).ok().filter(|answer| answer.starts_with("HTTP/1.1 200 "))
}

fn exchange(port: u16, request: &str) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).context("failed to connect")?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// How long NetBox may take to start: a busy machine takes more than a minute.
pub(crate) const LIMIT: Duration = Duration::from_secs(300);
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
const NO_WORKER: &str = r#""rq-workers-running":0"#;
