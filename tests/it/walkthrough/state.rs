//! The state of the real NetBox: brought back to nothing, kept and put back, and looked at past the
//! tools.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::netbox::{self, Access};

/// The real NetBox, alone, with nothing in it; what was in it before is put back in the end.
pub(super) struct NetBox {
    pub(super) access: Access,
    before: PathBuf,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl NetBox {
    /// The NetBox, where there is one, and the program that keeps it.
    pub(super) fn empty(access: Access) -> Option<Self> {
        netbox::xtask()?;
        let folder = tempfile::tempdir().expect("a folder");
        let before = folder.path().join("before.dump");
        // Where the database is replaced NetBox ends its workers, and with them kept connections.
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build();
        let http = http.expect("a client");
        let netbox = Self { access, before, http, _folder: folder };
        netbox.chore(&["dump", file(&netbox.before)]);
        netbox.chore(&["reset"]);
        Some(netbox)
    }

    /// Runs `cargo xtask netbox`, and answers what it said.
    pub(super) fn chore(&self, arguments: &[&str]) -> String {
        self.access.chore(arguments).unwrap_or_else(|failed| panic!("{failed}"))
    }

    /// Brings the database back to nothing.
    pub(super) fn reset(&self) {
        self.chore(&["reset"]);
    }

    /// Asks NetBox itself, past the tools.
    pub(super) async fn ask(&self, token: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let url = format!("{}{path}", self.access.url);
        let request = match body {
            None => self.http.get(url),
            Some(body) => self
                .http
                .post(url)
                .header("content-type", "application/json")
                .body(body.to_string()),
        };
        let request = request.header("authorization", format!("Bearer {token}"));
        let answer = request.header("accept", "application/json").send().await;
        let answer = answer.expect("NetBox answers");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a text");
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    async fn make(&self, path: &str, body: Value) -> Value {
        let (status, made) = self.ask(&self.access.admin_v2, path, Some(&body)).await;
        assert_eq!(status, 201, "{path}: {made}");
        made["id"].clone()
    }

    /// Makes users who may work on the network, and sees that they are in a group that says so.
    pub(super) async fn make_engineers(&self, names: &[&str]) {
        let group = self.make("/api/users/groups/", json!({ "name": ENGINEERS })).await;
        let permission = json!({
            "name": ENGINEERS, "groups": [group], "actions": ["view", "add", "change", "delete"],
            "object_types": OBJECT_TYPES,
        });
        self.make("/api/users/permissions/", permission).await;
        for name in names {
            let user = json!({ "username": name, "password": PASSWORD, "groups": [group] });
            self.make("/api/users/users/", user).await;
        }
    }

    /// Who created what, as NetBox's change log has it.
    pub(super) async fn changes(&self) -> Vec<Value> {
        let path = "/api/core/object-changes/?limit=1000&ordering=time";
        let (status, changes) = self.ask(&self.access.admin_v2, path, None).await;
        assert_eq!(status, 200, "{changes}");
        let results = changes["results"].as_array().expect("a list").clone();
        assert_eq!(changes["count"], results.len(), "there are more of them");
        results
    }
}

impl Drop for NetBox {
    fn drop(&mut self) {
        // The test may be failing already, which a panic in here would hide.
        if let Err(failed) = self.access.chore(&["restore", file(&self.before)]) {
            eprintln!(
                "failed to put back what NetBox held ({failed}); `cargo xtask netbox reset` \
                 empties it"
            );
        }
    }
}

/// A path as an argument.
pub(super) fn file(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// The group of those who may change the network.
pub(super) const ENGINEERS: &str = "network engineers";
/// The password of every user.
pub(super) const PASSWORD: &str = "Correct-Horse-Battery-9";
/// What they work on.
const OBJECT_TYPES: [&str; 15] = [
    "dcim.region",
    "dcim.site",
    "dcim.manufacturer",
    "dcim.devicetype",
    "dcim.platform",
    "dcim.devicerole",
    "dcim.device",
    "dcim.interface",
    "dcim.cable",
    "ipam.rir",
    "ipam.aggregate",
    "ipam.vrf",
    "ipam.prefix",
    "ipam.vlan",
    "ipam.ipaddress",
];
