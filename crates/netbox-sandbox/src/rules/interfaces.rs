//! Interfaces of devices and of virtual machines.

use serde_json::{Value, json};

use crate::{problem::Problems, render::View, state::Object, table, write::Draft};

const INTERFACES: &str = "dcim/interfaces";

/// Types that no cable can be plugged into, for being virtual.
const VIRTUAL_TYPES: &[&str] = &["virtual", "bridge", "lag"];

const WIRELESS_PREFIXES: &[&str] = &["ieee802.11", "ieee802.15", "other-wireless"];

/// The model of an interface, told by what it belongs to.
fn model(object: &Object) -> &'static str {
    if object.id_of("virtual_machine").is_some() {
        "virtualization.vminterface"
    } else {
        "dcim.interface"
    }
}

pub(crate) fn mac_address(view: &View<'_>, object: &Object) -> Value {
    let primary = object.id_of("primary_mac_address");
    let found = primary.and_then(|id| view.state.get("dcim/mac-addresses", id));
    found.map_or(Value::Null, |mac| mac.get("mac_address").clone())
}

/// Whether a MAC address is the primary one of what it is assigned to.
pub(crate) fn is_primary_mac(view: &View<'_>, mac: &Object) -> Value {
    let owner = table::by_model(mac.text("assigned_object_type"))
        .zip(mac.id_of("assigned_object_id"))
        .and_then(|(resource, id)| view.state.get(resource.path, id));
    json!(owner.is_some_and(|owner| owner.id_of("primary_mac_address") == Some(mac.id)))
}

pub(crate) fn count_ipaddresses(view: &View<'_>, object: &Object) -> Value {
    let fields = ("assigned_object_type", "assigned_object_id");
    json!(view.state.attached("ipam/ip-addresses", fields, model(object), object.id).count())
}

pub(crate) fn count_fhrp_groups(view: &View<'_>, object: &Object) -> Value {
    let fields = ("interface_type", "interface_id");
    let path = "ipam/fhrp-group-assignments";
    json!(view.state.attached(path, fields, model(object), object.id).count())
}

/// The L2VPN that an interface or VLAN terminates.
pub(crate) fn l2vpn_termination(view: &View<'_>, object: &Object) -> Value {
    let model = if object.get("vid").is_null() { model(object) } else { "ipam.vlan" };
    let fields = ("assigned_object_type", "assigned_object_id");
    let path = "vpn/l2vpn-terminations";
    let mut found = view.state.attached(path, fields, model, object.id);
    view.nested(path, found.next().map(|termination| termination.id), None)
}

/// `?kind=` of interfaces.
pub(crate) fn is_of_kind(_: &View<'_>, object: &Object, text: &str) -> bool {
    let kind = object.text("type");
    let wireless = WIRELESS_PREFIXES.iter().any(|prefix| kind.starts_with(prefix));
    match text {
        "physical" => !wireless && !VIRTUAL_TYPES.contains(&kind),
        "virtual" => VIRTUAL_TYPES.contains(&kind),
        "wireless" => wireless,
        _ => false,
    }
}

/// NetBox's validation of a device's interface, which stops at the first complaint.
pub(crate) fn clean(draft: &mut Draft<'_>, problems: &mut Problems) {
    let interface = &draft.object;
    let kind = interface.text("type");
    let is_virtual = VIRTUAL_TYPES.contains(&kind);
    let label = type_label(kind);
    if is_virtual && interface.id_of("cable").is_some() {
        problems.add("type", format!("{label} interfaces cannot have a cable attached."));
    } else if is_virtual && interface.is_true("mark_connected") {
        problems
            .add("mark_connected", format!("{label} interfaces cannot be marked as connected."));
    } else if let Some((field, message)) = own_reference(interface) {
        problems.add(field, message);
    } else if kind == "virtual" && interface.id_of("lag").is_some() {
        problems.add("lag", "Virtual interfaces cannot have a parent LAG interface.");
    } else if let Some((field, message)) = foreign_reference(draft) {
        problems.add(field, message);
    } else {
        clean_radio(draft, problems);
        clean_vlans(draft, "device", problems);
    }
}

fn type_label(kind: &str) -> &str {
    let choices = table::by_path(INTERFACES).and_then(|resource| resource.field("type"));
    match choices.map(|field| field.kind) {
        Some(table::Kind::Choice(choices)) => {
            choices.iter().find(|(value, _)| *value == kind).map_or(kind, |(_, label)| label)
        }
        _ => kind,
    }
}

fn own_reference(interface: &Object) -> Option<(&'static str, &'static str)> {
    let is_own = |field: &str| interface.id != 0 && interface.id_of(field) == Some(interface.id);
    if is_own("parent") {
        return Some(("parent", "An interface cannot be its own parent."));
    }
    if is_own("bridge") {
        return Some(("bridge", "An interface cannot be bridged to itself."));
    }
    is_own("lag").then_some(("lag", "A LAG interface cannot be its own parent."))
}

/// A parent, bridge or LAG that is of another device, and not of the same chassis.
fn foreign_reference(draft: &Draft<'_>) -> Option<(&'static str, String)> {
    let device = draft.target("device")?;
    let chassis = device.id_of("virtual_chassis");
    for (field, word) in [("parent", "parent"), ("bridge", "bridge"), ("lag", "LAG")] {
        let Some(other) = draft.target(field) else { continue };
        let owner = other.id_of("device");
        if owner == Some(device.id) {
            continue;
        }
        let view = draft.view();
        let name = view.display(INTERFACES, Some(other.id));
        let owner_name = view.display("dcim/devices", owner);
        let full_stop = if field == "parent" { "" } else { "." };
        let owner = owner.and_then(|id| draft.state.get("dcim/devices", id));
        return match chassis {
            None => Some((
                field,
                format!(
                    "The selected {word} interface ({name}) belongs to a different device \
                     ({owner_name}){full_stop}"
                ),
            )),
            Some(_) if owner.is_some_and(|owner| owner.id_of("virtual_chassis") == chassis) => {
                continue;
            }
            Some(_) => Some((
                field,
                format!(
                    "The selected {word} interface ({name}) belongs to {owner_name}, which is not \
                     part of virtual chassis {}.",
                    view.display("dcim/virtual-chassis", chassis)
                ),
            )),
        };
    }
    None
}

fn clean_radio(draft: &Draft<'_>, problems: &mut Problems) {
    let interface = &draft.object;
    let kind = interface.text("type");
    let wireless = WIRELESS_PREFIXES.iter().any(|prefix| kind.starts_with(prefix));
    if wireless {
        return;
    }
    if !interface.text("rf_channel").is_empty() {
        problems.add("rf_channel", "Channel may be set only on wireless interfaces.");
    } else if !interface.get("rf_channel_frequency").is_null() {
        problems.add(
            "rf_channel_frequency",
            "Channel frequency may be set only on wireless interfaces.",
        );
    } else if !interface.get("rf_channel_width").is_null() {
        problems.add("rf_channel_width", "Channel width may be set only on wireless interfaces.");
    }
}

fn clean_vlans(draft: &Draft<'_>, owner: &str, problems: &mut Problems) {
    let interface = &draft.object;
    if !problems.is_empty() {
        return;
    }
    if interface.text("mode") != "tagged" && !interface.ids_of("tagged_vlans").is_empty() {
        problems.add("tagged_vlans", "Interface mode does not support tagged vlans");
        return;
    }
    let Some(vlan) = draft.target("untagged_vlan") else { return };
    if interface.text("mode").is_empty() {
        problems.add("untagged_vlan", "Interface mode does not support an untagged vlan.");
        return;
    }
    let site = draft.target(owner).and_then(|owner| owner.id_of("site"));
    if vlan.id_of("site").is_some() && vlan.id_of("site") != site {
        let name = draft.view().display("ipam/vlans", Some(vlan.id));
        let owner = if owner == "device" { "device" } else { "virtual machine" };
        problems.add(
            "untagged_vlan",
            format!(
                "The untagged VLAN ({name}) must belong to the same site as the interface's parent \
                 {owner}, or it must be global."
            ),
        );
    }
}

/// NetBox's validation of a virtual machine's interface.
pub(crate) fn clean_vm(draft: &mut Draft<'_>, problems: &mut Problems) {
    if let Some((field, message)) = own_reference(&draft.object) {
        problems.add(field, message);
        return;
    }
    let machine = draft.object.id_of("virtual_machine");
    for field in ["parent", "bridge"] {
        let Some(other) = draft.target(field) else { continue };
        let owner = other.id_of("virtual_machine");
        if owner != machine {
            let owner = draft.view().display("virtualization/virtual-machines", owner);
            problems.add(
                field,
                format!(
                    "The selected {field} interface ({}) belongs to a different virtual machine \
                     ({owner}).",
                    other.text("name")
                ),
            );
            return;
        }
    }
    clean_vlans(draft, "virtual_machine", problems);
}
