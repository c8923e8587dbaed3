//! The real NetBox that `cargo xtask test` brings up.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fs};

use serde::Deserialize;
use serde_json::Value;

/// How to reach the real NetBox.
#[derive(Deserialize)]
pub(crate) struct Access {
    /// Its URL.
    pub(crate) url: String,
    /// A superuser's token of version 1.
    pub(crate) admin_v1: String,
    /// A superuser's token of version 2.
    pub(crate) admin_v2: String,
    /// The token of a user who sees everything but users, and changes nothing.
    pub(crate) reader_v2: String,
    /// The folder of the instance.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
    #[serde(skip)]
    _used: Option<Used>,
}

impl Access {
    /// Waits until its worker has done what other tests left to it: NetBox makes a job for each object
    /// that is written.
    pub(crate) async fn calm(&self) {
        let started = Instant::now();
        loop {
            let queue = format!("{}/api/core/background-queues/default/", self.url);
            let token = format!("Token {}", self.admin_v1);
            let asked = reqwest::Client::new().get(queue).header("authorization", token).send();
            let queue: Value = asked.await.expect("NetBox answers").json().await.expect("JSON");
            if queue["workers"] == 0 || queue["jobs"] == 0 && queue["started_jobs"] == 0 {
                return;
            }
            assert!(started.elapsed() < BUSY, "NetBox is busy: {queue}");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// How long NetBox may be busy with what other tests wrote.
const BUSY: Duration = Duration::from_secs(900);

/// The real NetBox, where there is one, together with other tests.
pub(crate) fn access() -> Option<Access> {
    read(Used::together)
}

/// The real NetBox, where there is one, for a test that replaces its database: no other test uses it
/// until the answer is dropped.
pub(crate) fn alone() -> Option<Access> {
    read(Used::alone)
}

/// The program that keeps the NetBox, which `cargo test` builds with the workspace.
pub(crate) fn xtask() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let xtask = program.parent()?.parent()?.join("xtask");
    if !xtask.exists() {
        crate::skipped("the program xtask is not built: `cargo build --package xtask`");
        return None;
    }
    Some(xtask)
}

/// Another real NetBox, where there is one, for a test that runs it with plugins.
pub(crate) fn for_plugins() -> Option<Access> {
    named_by("MCP_DISPATCH_PLUGIN_NETBOX")
}

fn read(used: fn() -> Used) -> Option<Access> {
    let access = named_by("MCP_DISPATCH_NETBOX")?;
    Some(Access { _used: Some(used()), ..access })
}

/// What a variable names.
fn named_by(variable: &str) -> Option<Access> {
    let Some(path) = env::var_os(variable) else {
        crate::skipped(&format!("no NetBox: {variable} is not set"));
        return None;
    };
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{variable}: {error}"));
    let access: Access =
        serde_json::from_slice(&bytes).expect("an access file of `cargo xtask netbox`");
    let folder = Path::new(&path).parent().expect("a file has a folder").to_owned();
    Some(Access { folder, ..access })
}

impl Access {
    /// Runs `cargo xtask netbox`, and answers what it said.
    pub(crate) fn chore(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(xtask().ok_or("the program xtask is not built")?);
        command.arg("netbox").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
        command.env("MCP_DISPATCH_NETBOX_DIR", &self.folder);
        let output = command.output().map_err(|error| format!("xtask does not start: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(format!("netbox {arguments:?}: {said}"));
        }
        String::from_utf8(output.stdout).map_err(|error| error.to_string())
    }
}

/// That a test uses the NetBox, until it is dropped; tests of one program run side by side. It goes
/// from thread to thread with its test, which no guard of the standard library does.
struct Used {
    /// How many of the places it takes; whoever is alone takes all.
    n_places: usize,
}

impl Used {
    fn together() -> Self {
        Self::take(1)
    }

    fn alone() -> Self {
        Self::take(N_PLACES)
    }

    fn take(n_places: usize) -> Self {
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        let free = CHANGED.wait_while(free, |free| *free < n_places);
        *free.unwrap_or_else(PoisonError::into_inner) -= n_places;
        Self { n_places }
    }
}

impl Drop for Used {
    fn drop(&mut self) {
        *FREE.lock().unwrap_or_else(PoisonError::into_inner) += self.n_places;
        CHANGED.notify_all();
    }
}

/// More than there are tests.
const N_PLACES: usize = 1_000;
static FREE: Mutex<usize> = Mutex::new(N_PLACES);
static CHANGED: Condvar = Condvar::new();
