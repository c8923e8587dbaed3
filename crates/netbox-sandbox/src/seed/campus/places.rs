//! Sites, racks, tenants, and what else stands before there are devices.

use serde_json::{Value, json};

pub(super) fn rows() -> Vec<(&'static str, Value)> {
    vec![
        ("extras/tags", named(&["Core", "Edge", "Legacy"])),
        ("tenancy/tenants", named(&["Harbour Logistics", "Nordic Foods", "Blue Ferry"])),
        ("dcim/regions", named(&["Europe"])),
        (
            "dcim/regions",
            json!([
                {"name": "Netherlands", "slug": "netherlands", "parent": {"slug": "europe"}},
                {"name": "Germany", "slug": "germany", "parent": {"slug": "europe"}},
                {"name": "Denmark", "slug": "denmark", "parent": {"slug": "europe"}},
            ]),
        ),
        (
            "dcim/sites",
            json!([
                site("Amsterdam", "netherlands", "harbour-logistics", "active", "AMS-01"),
                site("Berlin", "germany", "harbour-logistics", "active", "BER-02"),
                site("Copenhagen", "denmark", "nordic-foods", "planned", "CPH-01"),
            ]),
        ),
        (
            "dcim/locations",
            json!([
                {"name": "Hall A", "slug": "hall-a", "site": {"slug": "amsterdam"}},
                {"name": "Hall B", "slug": "hall-b", "site": {"slug": "amsterdam"}},
                {"name": "Hall A", "slug": "hall-a", "site": {"slug": "berlin"}},
            ]),
        ),
        ("dcim/rack-roles", coloured(&["Compute", "Network"])),
        ("dcim/racks", racks()),
        (
            "extras/custom-field-choice-sets",
            json!([{
                "name": "Criticality",
                "extra_choices": [["low", "Low"], ["medium", "Medium"], ["high", "High"]],
            }]),
        ),
        (
            "extras/custom-fields",
            json!([
                {"name": "support_until", "type": "date", "object_types": ["dcim.device"]},
                {
                    "name": "criticality", "type": "select", "object_types": ["dcim.device"],
                    "choice_set": {"name": "Criticality"},
                },
            ]),
        ),
        ("circuits/providers", named(&["Northfibre", "Baltic Transit"])),
        ("circuits/circuit-types", named(&["Internet", "Dark Fibre"])),
        (
            "circuits/circuits",
            json!([
                circuit("NF-1001", "northfibre", "internet", "active", 1_000_000),
                circuit("NF-1002", "northfibre", "dark-fibre", "active", 10_000_000),
                circuit("BT-77", "baltic-transit", "internet", "active", 500_000),
                circuit("BT-78", "baltic-transit", "internet", "planned", 500_000),
            ]),
        ),
        (
            "circuits/circuit-terminations",
            json!([
                termination("NF-1001", "A", 1),
                termination("NF-1002", "A", 1),
                termination("NF-1002", "Z", 2),
                termination("BT-77", "A", 2),
                termination("BT-78", "A", 3),
            ]),
        ),
        ("virtualization/cluster-types", named(&["KVM"])),
        (
            "virtualization/clusters",
            json!([
                {
                    "name": "ams-kvm", "type": {"slug": "kvm"}, "scope_type": "dcim.site",
                    "scope_id": 1,
                },
                {
                    "name": "ber-kvm", "type": {"slug": "kvm"}, "scope_type": "dcim.site",
                    "scope_id": 2,
                },
            ]),
        ),
        ("virtualization/virtual-machines", machines()),
    ]
}

/// Objects of which nothing but a name is known.
pub(super) fn named(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "name": name, "slug": slug(name) })).collect()
}

/// The same for what has a colour.
pub(super) fn coloured(names: &[&str]) -> Value {
    let object = |name: &&str| json!({ "name": name, "slug": slug(name), "color": "607d8b" });
    names.iter().map(object).collect()
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

fn site(name: &str, region: &str, tenant: &str, status: &str, facility: &str) -> Value {
    json!({
        "name": name, "slug": slug(name), "status": status, "facility": facility,
        "region": {"slug": region}, "tenant": {"slug": tenant},
    })
}

/// Twelve racks in Amsterdam, four in Berlin, two in Copenhagen, all numbered from R01.
fn racks() -> Value {
    let rack = |site: &str, number: u32, hall: Option<&str>| {
        let role = if number > 8 { "network" } else { "compute" };
        let location = hall.map(|hall| json!({ "slug": hall, "site": { "slug": site } }));
        json!({
            "name": format!("R{number:02}"), "site": {"slug": site}, "location": location,
            "role": {"slug": role}, "u_height": 42,
        })
    };
    let amsterdam = (1..=12).map(|number| {
        rack("amsterdam", number, Some(if number > 8 { "hall-b" } else { "hall-a" }))
    });
    let berlin = (1..=4).map(|number| rack("berlin", number, Some("hall-a")));
    let copenhagen = (1..=2).map(|number| rack("copenhagen", number, None));
    amsterdam.chain(berlin).chain(copenhagen).collect()
}

fn circuit(cid: &str, provider: &str, kind: &str, status: &str, commit_rate: u64) -> Value {
    json!({
        "cid": cid, "provider": {"slug": provider}, "type": {"slug": kind}, "status": status,
        "commit_rate": commit_rate,
    })
}

fn termination(cid: &str, side: &str, site: u64) -> Value {
    json!({
        "circuit": {"cid": cid}, "term_side": side,
        "termination_type": "dcim.site", "termination_id": site,
    })
}

fn machines() -> Value {
    let machine = |name: &str, cluster: &str, vcpus: u32, memory: u32, status: &str| {
        json!({
            "name": name, "cluster": {"name": cluster}, "vcpus": vcpus, "memory": memory,
            "status": status,
        })
    };
    json!([
        machine("ams-vm-01", "ams-kvm", 4, 8192, "active"),
        machine("ams-vm-02", "ams-kvm", 8, 16384, "active"),
        machine("ams-vm-03", "ams-kvm", 2, 4096, "active"),
        machine("ams-vm-04", "ams-kvm", 4, 8192, "active"),
        machine("ams-vm-05", "ams-kvm", 16, 65536, "offline"),
        machine("ams-vm-06", "ams-kvm", 8, 32768, "active"),
        machine("ber-vm-01", "ber-kvm", 2, 4096, "active"),
        machine("ber-vm-02", "ber-kvm", 2, 4096, "active"),
        machine("ber-vm-03", "ber-kvm", 6, 12288, "staged"),
    ])
}
