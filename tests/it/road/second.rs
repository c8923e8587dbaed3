//! A second server of the real NetBox, with the same database, which a test may end.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::access::real::NetBox;
use crate::netbox;
use crate::server::lasting_address;

/// The second server, which is down at first, and when it is dropped.
pub(super) struct Second {
    netbox: NetBox,
    xtask: PathBuf,
    address: String,
    running: Option<Child>,
}

impl Second {
    /// A place for it, where there is a NetBox that can have one.
    pub(super) fn new(netbox: &NetBox) -> Option<Self> {
        let (netbox, xtask) = (netbox.clone(), netbox::xtask()?);
        Some(Self { netbox, xtask, address: lasting_address(), running: None })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts it, and waits until it answers.
    pub(super) async fn start(&mut self) {
        let port = self.address.rsplit(':').next().expect("a port");
        let child = Command::new(&self.xtask)
            .args(["netbox", "serve", port])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("MCP_DISPATCH_NETBOX_DIR", self.netbox.folder())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.running = Some(child.expect("xtask starts"));
        let started = Instant::now();
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let url = format!("{}/api/status/", self.url());
        loop {
            let asked = http.get(&url).bearer_auth(self.netbox.admin());
            if asked.send().await.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            let running = self.running.as_mut().expect("it was started");
            let ended = running.try_wait().expect("it can be waited for");
            assert!(ended.is_none(), "NetBox ended: {ended:?}");
            assert!(started.elapsed() < LIMIT, "NetBox does not answer");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Ends it at once, with all of its processes, in whatever they do.
    pub(super) fn kill(&mut self) {
        self.signal("KILL");
        if let Some(mut ended) = self.running.take() {
            ended.wait().expect("it can be waited for");
        }
    }

    /// Makes it hang: it takes connections and answers nothing.
    pub(super) fn hang(&self) {
        self.signal("STOP");
    }

    /// Makes it go on.
    pub(super) fn go_on(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let Some(running) = &self.running else { return };
        let kill = format!("kill -s {name} -- -{}", running.id());
        let sent = Command::new("sh").args(["-c", &kill]).status().expect("sh runs");
        assert!(sent.success(), "the signal was not sent");
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.kill();
        }
    }
}

/// How long NetBox may take to start on a busy machine.
const LIMIT: Duration = Duration::from_secs(300);
