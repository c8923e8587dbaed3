//! Networks to start with, made through the sandbox's own interface.
//!
//! They use the sandbox like any client: what they make is what a NetBox would have made of the same
//! requests, change log and all.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::{Sandbox, Token};

mod campus;
mod walkthrough;

pub use campus::campus;
pub use walkthrough::walkthrough;

/// Why a sandbox could not be seeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedError {
    path: &'static str,
    answer: String,
}

impl std::fmt::Display for SeedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "failed to seed the sandbox: {} answered {}", self.path, self.answer)
    }
}

impl std::error::Error for SeedError {}

/// Adds two sites with six devices, their cabling, VLANs and addresses.
///
/// # Errors
///
/// The first answer that is no success: the sandbox is not empty, or its tokens only read.
pub fn small(sandbox: &Sandbox) -> Result<(), SeedError> {
    let seeder = Seeder { sandbox };
    for (path, rows) in rows() {
        let Value::Array(rows) = rows else { continue };
        // One request a row: the ids in later rows count on the order.
        for row in rows {
            seeder.send(Method::POST, path, &row)?;
        }
    }
    let primary = json!([
        {"id": 1, "primary_ip4": {"address": "10.0.10.1/24"}},
        {"id": 2, "primary_ip4": {"address": "10.0.10.2/24"}},
        {"id": 4, "primary_ip4": {"address": "10.0.20.1/24"}},
    ]);
    seeder.send(Method::PATCH, "dcim/devices", &primary).map(drop)
}

struct Seeder<'a> {
    sandbox: &'a Sandbox,
}

impl Seeder<'_> {
    /// Sends a request and returns what was made of it.
    fn send(&self, method: Method, path: &'static str, body: &Value) -> Result<Value, SeedError> {
        self.exchange(method, path, "", body)
    }

    fn exchange(
        &self,
        method: Method,
        path: &'static str,
        query: &str,
        body: &Value,
    ) -> Result<Value, SeedError> {
        let mut request = Request::new(Bytes::from(body.to_string()));
        *request.method_mut() = method;
        let failed = |answer: String| SeedError { path, answer };
        *request.uri_mut() =
            format!("/api/{path}/{query}").parse().map_err(|error| failed(format!("{error}")))?;
        if let Some(header) = self.sandbox.tokens().iter().find_map(Token::writing_header) {
            request.headers_mut().insert(http::header::AUTHORIZATION, header);
        }
        let response = self.sandbox.handle(request);
        let text = String::from_utf8_lossy(response.body());
        if response.status().is_success() {
            return serde_json::from_str(&text).map_err(|error| failed(error.to_string()));
        }
        Err(failed(format!("{} {text}", response.status().as_u16())))
    }

    /// Every object of a resource.
    fn list(&self, path: &'static str) -> Result<Vec<Value>, SeedError> {
        let mut page = self.exchange(Method::GET, path, "?limit=0", &Value::Null)?;
        Ok(match page["results"].take() {
            Value::Array(objects) => objects,
            _ => Vec::new(),
        })
    }
}

/// What is made, in order; references go by slug or name where they are unique.
fn rows() -> Vec<(&'static str, Value)> {
    [places(), kinds(), devices(), network(), cables()].concat()
}

fn places() -> Vec<(&'static str, Value)> {
    vec![
        ("extras/tags", json!([{"name": "Core", "slug": "core", "color": "2196f3"}])),
        ("tenancy/tenants", json!([{"name": "Harbour Logistics", "slug": "harbour-logistics"}])),
        (
            "dcim/regions",
            json!([{"name": "North", "slug": "north"}, {"name": "South", "slug": "south"}]),
        ),
        (
            "dcim/sites",
            json!([
                {
                    "name": "Hamburg", "slug": "hamburg", "region": {"slug": "north"},
                    "tenant": {"slug": "harbour-logistics"}, "time_zone": "Europe/Berlin",
                },
                {
                    "name": "Munich", "slug": "munich", "region": {"slug": "south"},
                    "status": "planned", "time_zone": "Europe/Berlin",
                },
            ]),
        ),
        (
            "dcim/locations",
            json!([{"name": "Hall 1", "slug": "hall-1", "site": {"slug": "hamburg"}}]),
        ),
        (
            "dcim/racks",
            json!([{
                "name": "H1-R1", "site": {"slug": "hamburg"}, "location": {"slug": "hall-1"},
                "u_height": 42,
            }]),
        ),
    ]
}

fn kinds() -> Vec<(&'static str, Value)> {
    vec![
        (
            "dcim/manufacturers",
            json!([{"name": "Acme", "slug": "acme"}, {"name": "Globex", "slug": "globex"}]),
        ),
        (
            "dcim/platforms",
            json!([{"name": "AcmeOS", "slug": "acmeos", "manufacturer": {"slug": "acme"}}]),
        ),
        (
            "dcim/device-types",
            json!([
                {"manufacturer": {"slug": "acme"}, "model": "R100", "slug": "r100", "u_height": 2},
                {"manufacturer": {"slug": "acme"}, "model": "S24", "slug": "s24", "u_height": 1},
                {"manufacturer": {"slug": "globex"}, "model": "FW-1", "slug": "fw-1", "u_height": 1},
            ]),
        ),
        (
            "dcim/interface-templates",
            json!([
                {"device_type": {"slug": "r100"}, "name": "Gi0/0", "type": "1000base-t"},
                {"device_type": {"slug": "r100"}, "name": "Gi0/1", "type": "1000base-t"},
                {"device_type": {"slug": "s24"}, "name": "Gi1/1", "type": "1000base-t"},
                {"device_type": {"slug": "s24"}, "name": "Gi1/2", "type": "1000base-t"},
                {"device_type": {"slug": "s24"}, "name": "Vlan10", "type": "virtual"},
                {"device_type": {"slug": "fw-1"}, "name": "wan", "type": "1000base-t"},
                {"device_type": {"slug": "fw-1"}, "name": "lan", "type": "1000base-t"},
            ]),
        ),
        (
            "dcim/device-roles",
            json!([
                {"name": "Router", "slug": "router", "color": "2196f3"},
                {"name": "Switch", "slug": "switch", "color": "4caf50"},
                {"name": "Firewall", "slug": "firewall", "color": "f44336"},
            ]),
        ),
    ]
}

fn devices() -> Vec<(&'static str, Value)> {
    let device = |name: &str, of: (&str, &str, &str)| {
        json!({
            "name": name,
            "device_type": {"slug": of.0},
            "role": {"slug": of.1},
            "site": {"slug": of.2},
            "platform": if of.0 == "fw-1" { Value::Null } else { json!({"slug": "acmeos"}) },
        })
    };
    let mut devices = vec![
        device("ham-rtr-01", ("r100", "router", "hamburg")),
        device("ham-sw-01", ("s24", "switch", "hamburg")),
        device("ham-fw-01", ("fw-1", "firewall", "hamburg")),
        device("muc-rtr-01", ("r100", "router", "munich")),
        device("muc-sw-01", ("s24", "switch", "munich")),
        device("muc-fw-01", ("fw-1", "firewall", "munich")),
    ];
    for (device, position) in devices.iter_mut().take(3).zip([40, 39, 38]) {
        device["rack"] = json!({"name": "H1-R1"});
        device["location"] = json!({"slug": "hall-1"});
        device["position"] = json!(position);
        device["face"] = json!("front");
    }
    devices[0]["tags"] = json!([{"slug": "core"}]);
    vec![("dcim/devices", Value::Array(devices))]
}

fn network() -> Vec<(&'static str, Value)> {
    vec![
        ("ipam/vrfs", json!([{"name": "Production", "rd": "65000:1"}])),
        ("ipam/rirs", json!([{"name": "RFC 1918", "slug": "rfc-1918", "is_private": true}])),
        ("ipam/aggregates", json!([{"prefix": "10.0.0.0/8", "rir": {"slug": "rfc-1918"}}])),
        (
            "ipam/vlans",
            json!([
                {"vid": 10, "name": "Management", "site": {"slug": "hamburg"}},
                {"vid": 20, "name": "Office", "site": {"slug": "hamburg"}},
                {"vid": 10, "name": "Management", "site": {"slug": "munich"}},
            ]),
        ),
        (
            "ipam/prefixes",
            json!([
                {"prefix": "10.0.0.0/16", "status": "container"},
                {
                    "prefix": "10.0.10.0/24", "vlan": 1, "scope_type": "dcim.site", "scope_id": 1,
                    "description": "Management in Hamburg",
                },
                {
                    "prefix": "10.0.20.0/24", "vlan": 3, "scope_type": "dcim.site", "scope_id": 2,
                    "description": "Management in Munich",
                },
                {"prefix": "10.1.0.0/16", "vrf": {"name": "Production"}},
            ]),
        ),
        (
            "ipam/ip-addresses",
            json!([
                {
                    "address": "10.0.10.1/24", "dns_name": "ham-rtr-01.example.net",
                    "assigned_object_type": "dcim.interface", "assigned_object_id": 1,
                },
                {
                    "address": "10.0.10.2/24", "dns_name": "ham-sw-01.example.net",
                    "assigned_object_type": "dcim.interface", "assigned_object_id": 5,
                },
                {
                    "address": "10.0.20.1/24", "dns_name": "muc-rtr-01.example.net",
                    "assigned_object_type": "dcim.interface", "assigned_object_id": 8,
                },
            ]),
        ),
    ]
}

fn cables() -> Vec<(&'static str, Value)> {
    let end = |id: u64| json!([{"object_type": "dcim.interface", "object_id": id}]);
    let cable = |label: &str, a: u64, b: u64| {
        json!({
            "type": "cat6", "label": label,
            "a_terminations": end(a), "b_terminations": end(b),
        })
    };
    vec![(
        "dcim/cables",
        json!([
            cable("HAM-1", 1, 3),
            cable("HAM-2", 2, 6),
            cable("MUC-1", 8, 10),
            cable("MUC-2", 9, 13),
        ]),
    )]
}
