//! The devices and their kinds.

use serde_json::{Value, json};

use super::places::{coloured, named};

/// Manufacturers, device types with their interfaces, roles and platforms.
pub(super) fn kinds() -> Vec<(&'static str, Value)> {
    let device_type = |manufacturer: &str, model: &str, slug: &str| json!({ "manufacturer": {"slug": manufacturer}, "model": model, "slug": slug });
    vec![
        ("dcim/manufacturers", named(&["Acme", "Globex", "Initech"])),
        (
            "dcim/platforms",
            json!([
                {"name": "AcmeOS", "slug": "acmeos", "manufacturer": {"slug": "acme"}},
                {"name": "GlobOS", "slug": "globos", "manufacturer": {"slug": "globex"}},
                {"name": "Linux", "slug": "linux"},
            ]),
        ),
        (
            "dcim/device-roles",
            coloured(&["Leaf", "Spine", "Router", "Firewall", "Console Server", "Server"]),
        ),
        (
            "dcim/device-types",
            json!([
                device_type("acme", "L48", "l48"),
                device_type("acme", "S32", "s32"),
                device_type("acme", "R8", "r8"),
                device_type("globex", "FW-2", "fw-2"),
                device_type("globex", "C16", "c16"),
                device_type("initech", "X1", "x1"),
                device_type("acme", "L48-Bare", "l48-bare"),
            ]),
        ),
        ("dcim/interface-templates", interface_templates()),
    ]
}

fn interface_templates() -> Value {
    let spine: Vec<String> = (1..=8).map(|port| format!("Eth1/{port}")).collect();
    let spine = spine.iter().map(|name| ("s32", name.as_str(), "100gbase-x-qsfp28"));
    [
        ("l48", "mgmt0", "1000base-t"),
        ("l48", "Eth1/1", "25gbase-x-sfp28"),
        ("l48", "Eth1/2", "25gbase-x-sfp28"),
        ("l48", "Eth1/49", "100gbase-x-qsfp28"),
        ("l48", "Eth1/50", "100gbase-x-qsfp28"),
        ("s32", "mgmt0", "1000base-t"),
        ("r8", "mgmt0", "1000base-t"),
        ("r8", "xe-0", "10gbase-x-sfpp"),
        ("r8", "xe-1", "10gbase-x-sfpp"),
        ("fw-2", "mgmt0", "1000base-t"),
        ("fw-2", "wan", "10gbase-x-sfpp"),
        ("fw-2", "lan", "10gbase-x-sfpp"),
        ("c16", "mgmt0", "1000base-t"),
        ("x1", "eno1", "25gbase-x-sfp28"),
        ("x1", "eno2", "25gbase-x-sfp28"),
    ]
    .into_iter()
    .chain(spine)
    .map(|(device_type, name, kind)| {
        let mgmt_only = name == "mgmt0";
        json!({
            "device_type": {"slug": device_type}, "name": name, "type": kind,
            "mgmt_only": mgmt_only,
        })
    })
    .collect()
}

/// A device before it is made.
pub(super) struct Device {
    pub(super) name: String,
    pub(super) site: &'static str,
    /// Its place in the site's networks.
    pub(super) host: u32,
    role: &'static str,
    status: &'static str,
    number: u32,
}

/// All 84: 50 in Amsterdam, 23 in Berlin, 11 in Copenhagen.
pub(super) fn all() -> Vec<Device> {
    let mut devices = Vec::new();
    for (site, short, role, name, n_devices, first_host) in FLEET {
        for number in 1..=n_devices {
            let name = match role {
                "console-server" => format!("console-{number:02}"),
                _ => format!("{short}-{name}-{number:02}"),
            };
            let status = status(site, role, number);
            let host = first_host + number - 1;
            devices.push(Device { name, site, role, status, number, host });
        }
    }
    devices
}

/// Site, its short name, role, its short name, how many there are, and the host of the first.
const FLEET: [(&str, &str, &str, &str, u32, u32); 17] = [
    ("Amsterdam", "ams", "leaf", "leaf", 28, 11),
    ("Amsterdam", "ams", "spine", "spine", 4, 51),
    ("Amsterdam", "ams", "router", "rtr", 2, 1),
    ("Amsterdam", "ams", "firewall", "fw", 2, 61),
    ("Amsterdam", "ams", "console-server", "con", 2, 71),
    ("Amsterdam", "ams", "server", "srv", 12, 11),
    ("Berlin", "ber", "leaf", "leaf", 12, 11),
    ("Berlin", "ber", "spine", "spine", 2, 51),
    ("Berlin", "ber", "router", "rtr", 1, 1),
    ("Berlin", "ber", "firewall", "fw", 1, 61),
    ("Berlin", "ber", "console-server", "con", 1, 71),
    ("Berlin", "ber", "server", "srv", 6, 11),
    ("Copenhagen", "cph", "leaf", "leaf", 6, 11),
    ("Copenhagen", "cph", "spine", "spine", 2, 51),
    ("Copenhagen", "cph", "router", "rtr", 1, 1),
    ("Copenhagen", "cph", "console-server", "con", 1, 71),
    ("Copenhagen", "cph", "server", "srv", 1, 11),
];

fn status(site: &str, role: &str, number: u32) -> &'static str {
    match (site, role, number) {
        ("Copenhagen", _, _)
        | ("Amsterdam", "leaf", 21..=24)
        | ("Amsterdam", "firewall", 2)
        | ("Amsterdam", "server", 8..=9) => "planned",
        ("Amsterdam", "leaf", 25..=26)
        | ("Amsterdam", "server", 10..=12)
        | ("Berlin", "server", 5..=6) => "staged",
        ("Amsterdam", "leaf", 27) | ("Berlin", "leaf", 9) => "failed",
        ("Amsterdam", "leaf", 28) => "offline",
        ("Berlin", "leaf", 10..=12) => "decommissioning",
        _ => "active",
    }
}

impl Device {
    /// Whether it exists, and so has an address.
    pub(super) fn is_built(&self) -> bool {
        self.status != "planned"
    }

    pub(super) fn is_server(&self) -> bool {
        self.role == "server"
    }

    pub(super) fn body(&self) -> Value {
        let (device_type, platform) = match self.role {
            "leaf" => ("l48", "acmeos"),
            "spine" => ("s32", "acmeos"),
            "router" => ("r8", "acmeos"),
            "firewall" => ("fw-2", "globos"),
            "console-server" => ("c16", "globos"),
            _ => ("x1", "linux"),
        };
        let site = self.site.to_lowercase();
        let mut body = json!({
            "name": self.name,
            "device_type": {"slug": device_type},
            "role": {"slug": self.role},
            "site": {"slug": site},
            "platform": {"slug": platform},
            "status": self.status,
            "serial": self.serial(),
        });
        if let Some((rack, position)) = self.rack() {
            body["rack"] = json!({ "name": rack, "site": { "slug": site } });
            body["position"] = json!(position);
            body["face"] = json!("front");
        }
        if self.is_server() {
            body["asset_tag"] = json!(format!("A-{}{:02}", &self.serial()[..1], self.number + 20));
            body["tenant"] = json!({ "slug": self.tenant() });
        }
        if matches!(self.name.as_str(), "ams-srv-01" | "ams-srv-02" | "ams-rtr-01") {
            body["custom_fields"] = json!({ "criticality": "high", "support_until": "2027-03-31" });
        }
        if matches!(self.role, "spine" | "router") {
            body["tags"] = json!([{ "slug": "core" }]);
        }
        body
    }

    fn serial(&self) -> String {
        let site = &self.site[..1];
        let role = &self.role[..2].to_uppercase();
        format!("{site}{role}{}", 7300 + self.number * 7)
    }

    fn tenant(&self) -> &'static str {
        match self.site {
            "Amsterdam" if self.number <= 6 => "harbour-logistics",
            "Berlin" => "blue-ferry",
            _ => "nordic-foods",
        }
    }

    /// The rack and the unit, for some in Amsterdam.
    fn rack(&self) -> Option<(String, u32)> {
        if self.site != "Amsterdam" {
            return None;
        }
        match (self.role, self.number) {
            ("leaf", number @ 1..=8) => Some((format!("R{number:02}"), 42)),
            ("server", number) => Some(("R03".to_owned(), 9 + number)),
            ("spine", number) => Some(("R09".to_owned(), 37 + number)),
            ("router", number) => Some(("R10".to_owned(), 39 + number)),
            ("firewall", number) => Some(("R10".to_owned(), 29 + number)),
            _ => None,
        }
    }
}
