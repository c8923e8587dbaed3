//! The texts that stand for objects, where they are more than a field.

use serde_json::Value;

use crate::{
    python,
    render::View,
    state::Object,
    table::{self, Kind},
};

fn text(object: &Object, field: &str) -> String {
    match object.get(field) {
        Value::Null => String::new(),
        value => python::str(value),
    }
}

/// `main`, with `extra` in parentheses if there is one.
fn with_extra(object: &Object, main: &str, extra: &str) -> String {
    match text(object, extra).as_str() {
        "" => text(object, main),
        extra => format!("{} ({extra})", text(object, main)),
    }
}

fn named(view: &View<'_>, object: &Object, field: &str, path: &str) -> String {
    view.display(path, object.id_of(field))
}

/// The target of a generic reference.
fn attached(view: &View<'_>, object: &Object, type_field: &str, id_field: &str) -> String {
    let target = table::by_model(object.text(type_field));
    target.map(|target| view.display(target.path, object.id_of(id_field))).unwrap_or_default()
}

/// The label of a choice.
fn label(object: &Object, path: &str, field: &str) -> String {
    let value = text(object, field);
    match table::by_path(path).and_then(|resource| resource.field(field)).map(|field| field.kind) {
        Some(Kind::Choice(choices) | Kind::PlainChoice(choices)) => {
            let found = choices.iter().find(|(choice, _)| *choice == value);
            found.map_or(value, |(_, label)| (*label).to_owned())
        }
        _ => value,
    }
}

pub(crate) fn provider_accounts(_: &View<'_>, object: &Object) -> String {
    with_extra(object, "account", "name")
}

pub(crate) fn racks(_: &View<'_>, object: &Object) -> String {
    with_extra(object, "name", "facility_id")
}

pub(crate) fn vrfs(_: &View<'_>, object: &Object) -> String {
    with_extra(object, "name", "rd")
}

pub(crate) fn vlans(_: &View<'_>, object: &Object) -> String {
    with_extra(object, "name", "vid")
}

pub(crate) fn l2vpns(_: &View<'_>, object: &Object) -> String {
    with_extra(object, "name", "identifier")
}

pub(crate) fn circuit_terminations(view: &View<'_>, object: &Object) -> String {
    let circuit = named(view, object, "circuit", "circuits/circuits");
    format!("{circuit}: Termination {}", text(object, "term_side"))
}

pub(crate) fn circuit_group_assignments(view: &View<'_>, object: &Object) -> String {
    let group = named(view, object, "group", "circuits/circuit-groups");
    match label(object, "circuits/circuit-group-assignments", "priority").as_str() {
        "" => group,
        priority => format!("{group} ({priority})"),
    }
}

pub(crate) fn virtual_circuit_terminations(view: &View<'_>, object: &Object) -> String {
    let circuit = named(view, object, "virtual_circuit", "circuits/virtual-circuits");
    let role = label(object, "circuits/virtual-circuit-terminations", "role");
    format!("{circuit}: {role} termination")
}

pub(crate) fn rack_reservations(view: &View<'_>, object: &Object) -> String {
    format!("Reservation for rack {}", named(view, object, "rack", "dcim/racks"))
}

/// A device without a name is called by its type.
pub(crate) fn devices(view: &View<'_>, object: &Object) -> String {
    if !object.text("name").is_empty() {
        return object.text("name").to_owned();
    }
    let device_type = object.id_of("device_type");
    let found = device_type.and_then(|id| view.state.get("dcim/device-types", id));
    let manufacturer = found.and_then(|found| found.id_of("manufacturer"));
    let number = match object.text("asset_tag") {
        "" => object.id.to_string(),
        tag => tag.to_owned(),
    };
    format!(
        "{} {} ({number})",
        view.display("dcim/manufacturers", manufacturer),
        view.display("dcim/device-types", device_type),
    )
}

pub(crate) fn modules(view: &View<'_>, object: &Object) -> String {
    let bay = object.id_of("module_bay").and_then(|id| view.state.get("dcim/module-bays", id));
    let bay = bay.map(|bay| bay.text("name")).unwrap_or_default();
    format!("{bay}: {} ({})", named(view, object, "module_type", "dcim/module-types"), object.id)
}

pub(crate) fn cables(_: &View<'_>, object: &Object) -> String {
    match object.text("label") {
        "" => format!("#{}", object.id),
        label => label.to_owned(),
    }
}

pub(crate) fn cable_terminations(view: &View<'_>, object: &Object) -> String {
    let cable = named(view, object, "cable", "dcim/cables");
    format!("Cable {cable} to {}", attached(view, object, "termination_type", "termination_id"))
}

pub(crate) fn custom_fields(_: &View<'_>, object: &Object) -> String {
    if !object.text("label").is_empty() {
        return object.text("label").to_owned();
    }
    let name = object.text("name").replace('_', " ").to_lowercase();
    let mut chars = name.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

pub(crate) fn bookmarks(view: &View<'_>, object: &Object) -> String {
    attached(view, object, "object_type", "object_id")
}

pub(crate) fn subscriptions(view: &View<'_>, object: &Object) -> String {
    attached(view, object, "object_type", "object_id")
}

pub(crate) fn notifications(view: &View<'_>, object: &Object) -> String {
    attached(view, object, "object_type", "object_id")
}

pub(crate) fn journal_entries(_: &View<'_>, object: &Object) -> String {
    let created = object.text("created").replacen('T', " ", 1);
    let minute = created.get(..16).unwrap_or(&created);
    format!("{minute} ({})", label(object, "extras/journal-entries", "kind"))
}

/// `AS65000`, or `AS65536 (1.0)` past sixteen bits.
pub(crate) fn asns(_: &View<'_>, object: &Object) -> String {
    let number = object.get("asn").as_u64().unwrap_or_default();
    match number >> 16 {
        0 => format!("AS{number}"),
        high => format!("AS{number} ({high}.{})", number & 0xffff),
    }
}

pub(crate) fn asn_ranges(_: &View<'_>, object: &Object) -> String {
    format!("{} ({}-{})", text(object, "name"), text(object, "start"), text(object, "end"))
}

pub(crate) fn fhrp_groups(view: &View<'_>, object: &Object) -> String {
    let name = match object.text("name") {
        "" => String::new(),
        name => format!("{name} "),
    };
    let protocol = label(object, "ipam/fhrp-groups", "protocol");
    let fields = ("assigned_object_type", "assigned_object_id");
    let mut held = view.state.attached("ipam/ip-addresses", fields, "ipam.fhrpgroup", object.id);
    let address = held.next().map(|ip| format!(" ({})", ip.text("address"))).unwrap_or_default();
    format!("{name}{protocol}: {}{address}", text(object, "group_id"))
}

pub(crate) fn fhrp_group_assignments(view: &View<'_>, object: &Object) -> String {
    let interface = attached(view, object, "interface_type", "interface_id");
    let group = named(view, object, "group", "ipam/fhrp-groups");
    format!("{interface}: {group} ({})", text(object, "priority"))
}

pub(crate) fn ip_ranges(_: &View<'_>, object: &Object) -> String {
    super::ip_ranges::display(object)
}

pub(crate) fn vlan_translation_rules(view: &View<'_>, object: &Object) -> String {
    let policy = named(view, object, "policy", "ipam/vlan-translation-policies");
    format!("{} -> {} ({policy})", text(object, "local_vid"), text(object, "remote_vid"))
}

pub(crate) fn contact_assignments(view: &View<'_>, object: &Object) -> String {
    let contact = named(view, object, "contact", "tenancy/contacts");
    let target = attached(view, object, "object_type", "object_id");
    match label(object, "tenancy/contact-assignments", "priority").as_str() {
        "" => format!("{contact} -> {target}"),
        priority => format!("{contact} ({priority}) -> {target}"),
    }
}

pub(crate) fn tunnel_terminations(view: &View<'_>, object: &Object) -> String {
    format!("{}: Termination {}", named(view, object, "tunnel", "vpn/tunnels"), object.id)
}

pub(crate) fn l2vpn_terminations(view: &View<'_>, object: &Object) -> String {
    let target = attached(view, object, "assigned_object_type", "assigned_object_id");
    format!("{target} <> {}", named(view, object, "l2vpn", "vpn/l2vpns"))
}

pub(crate) fn wireless_links(_: &View<'_>, object: &Object) -> String {
    match object.text("ssid") {
        "" => format!("#{}", object.id),
        ssid => ssid.to_owned(),
    }
}
