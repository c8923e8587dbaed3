//! IP addresses: what they are assigned to, and what they refuse.

use serde_json::Value;

use super::ip_ranges;
use crate::{
    filter,
    net::Net,
    problem::{Problems, WHOLE},
    render::View,
    state::{Object, State},
    table,
    write::Draft,
};

const ADDRESSES: &str = "ipam/ip-addresses";

/// Roles that several addresses may share.
const SHARED_ROLES: &[&str] = &["anycast", "vip", "vrrp", "hsrp", "glbp", "carp"];

/// The fields shown of a primary address.
const PRIMARY_FIELDS: &[&str] = &[
    "id",
    "url",
    "display",
    "family",
    "address",
    "nat_inside",
    "nat_outside",
    "dns_name",
    "description",
];

fn net(object: &Object) -> Option<Net> {
    Net::parse(object.text("address"))
}

/// The model and id of the device or virtual machine that an address belongs to.
pub(crate) fn parent(state: &State, address: &Object) -> Option<(&'static str, u64)> {
    let id = address.id_of("assigned_object_id")?;
    match address.text("assigned_object_type") {
        "dcim.interface" => {
            Some(("dcim/devices", state.get("dcim/interfaces", id)?.id_of("device")?))
        }
        "virtualization.vminterface" => {
            let interface = state.get("virtualization/interfaces", id)?;
            Some(("virtualization/virtual-machines", interface.id_of("virtual_machine")?))
        }
        _ => None,
    }
}

/// The primary address of a device: by default the IPv6 one.
pub(crate) fn primary(view: &View<'_>, object: &Object) -> Value {
    let id = object.id_of("primary_ip6").or_else(|| object.id_of("primary_ip4"));
    view.nested(ADDRESSES, id, Some(PRIMARY_FIELDS))
}

/// `?has_primary_ip=`
pub(crate) fn has_primary(_: &View<'_>, object: &Object, text: &str) -> bool {
    let has = object.id_of("primary_ip4").or_else(|| object.id_of("primary_ip6")).is_some();
    filter::boolean(text).is_none_or(|wanted| wanted == has)
}

/// `?parent=`: inside this network.
pub(crate) fn has_parent(_: &View<'_>, object: &Object, text: &str) -> bool {
    net(object)
        .zip(Net::parse(text))
        .is_some_and(|(own, around)| around.contains(own.with_length(own.full_length())))
}

/// `?address=`: with a mask exactly, without one by the host.
pub(crate) fn is_address(_: &View<'_>, object: &Object, text: &str) -> bool {
    net(object).zip(Net::parse(text)).is_some_and(|(own, wanted)| {
        if text.contains('/') {
            own == wanted
        } else {
            own.v6 == wanted.v6 && own.host() == wanted.host()
        }
    })
}

fn belongs(view: &View<'_>, object: &Object, path: &str, is: impl Fn(&Object) -> bool) -> bool {
    parent(view.state, object)
        .filter(|(owner, _)| *owner == path)
        .and_then(|(owner, id)| view.state.get(owner, id))
        .is_some_and(|owner| is(owner))
}

/// `?device=`
pub(crate) fn has_device(view: &View<'_>, object: &Object, text: &str) -> bool {
    belongs(view, object, "dcim/devices", |device| device.text("name") == text)
}

/// `?device_id=`
pub(crate) fn has_device_id(view: &View<'_>, object: &Object, text: &str) -> bool {
    belongs(view, object, "dcim/devices", |device| device.id.to_string() == text)
}

/// `?virtual_machine=`
pub(crate) fn has_virtual_machine(view: &View<'_>, object: &Object, text: &str) -> bool {
    belongs(view, object, "virtualization/virtual-machines", |vm| vm.text("name") == text)
}

/// `?virtual_machine_id=`
pub(crate) fn has_virtual_machine_id(view: &View<'_>, object: &Object, text: &str) -> bool {
    belongs(view, object, "virtualization/virtual-machines", |vm| vm.id.to_string() == text)
}

/// NetBox's validation of an address.
pub(crate) fn clean(draft: &mut Draft<'_>, problems: &mut Problems) {
    let Some(own) = net(&draft.object) else { return };
    if !is_dns_name(draft.object.text("dns_name")) {
        problems.add(
            "dns_name",
            "Only alphanumeric characters, asterisks, hyphens, periods, and underscores are allowed \
             in DNS names",
        );
    } else if own.length == 0 {
        problems.add("address", "Cannot create IP address with /0 mask.");
    } else if let Some(message) = unassignable(&draft.object, own) {
        problems.add(WHOLE, message);
    } else if let Some(message) = duplicate(draft, own) {
        problems.add("address", message);
    } else if let Some(range) = populated_range(draft, own) {
        problems.add("address", format!("Cannot create IP address {own} inside range {range}."));
    } else if let Some(word) = taken_away_as(draft) {
        problems.add(
            WHOLE,
            format!(
                "Cannot reassign IP address while it is designated as the {word} IP for the parent \
                 object"
            ),
        );
    } else if draft.object.text("status") == "slaac" && !own.v6 {
        problems.add("status", "Only IPv6 addresses can be assigned SLAAC status");
    }
}

/// Labels of letters, digits, hyphens and underscores, the first of which may be an asterisk.
fn is_dns_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    let mut labels = text.strip_suffix('.').unwrap_or(text).split('.');
    text.is_empty()
        || (labels.next().is_some_and(|first| first == "*" || label(first)) && labels.all(label))
}

/// Network and broadcast addresses belong to no interface.
fn unassignable(object: &Object, own: Net) -> Option<String> {
    object.id_of("assigned_object_id")?;
    if own.full_length() - own.length <= 1 {
        return None;
    }
    let ip = own.host_text();
    if own.is_network() {
        return Some(format!("{ip} is a network ID, which may not be assigned to an interface."));
    }
    let broadcast = !own.v6 && own.host() == own.last();
    broadcast
        .then(|| format!("{ip} is a broadcast address, which may not be assigned to an interface."))
}

fn duplicate(draft: &Draft<'_>, own: Net) -> Option<String> {
    let vrf = draft.target("vrf");
    if vrf.is_some_and(|vrf| !vrf.is_true("enforce_unique")) {
        return None;
    }
    let object = &draft.object;
    let duplicates: Vec<_> = draft
        .state
        .all(ADDRESSES)
        .filter(|other| {
            other.id != object.id
                && other.get("vrf") == object.get("vrf")
                && net(other).is_some_and(|net| net.v6 == own.v6 && net.host() == own.host())
        })
        .collect();
    let first = duplicates.first()?;
    let shared = |object: &Object| SHARED_ROLES.contains(&object.text("role"));
    if shared(object) && duplicates.iter().all(|other| shared(other)) {
        return None;
    }
    let table = object.id_of("vrf").map_or_else(
        || "global table".to_owned(),
        |id| format!("VRF {}", draft.view().display("ipam/vrfs", Some(id))),
    );
    Some(format!("Duplicate IP address found in {table}: {}", first.text("address")))
}

fn populated_range(draft: &Draft<'_>, own: Net) -> Option<String> {
    if draft.before.is_some() {
        return None;
    }
    let view = draft.view();
    let found = draft.state.all("ipam/ip-ranges").find(|range| {
        range.is_true("mark_populated")
            && range.get("vrf") == draft.object.get("vrf")
            && ip_ranges::does_contain(&view, range, &own.host_text())
    });
    found.map(|range| ip_ranges::display(range))
}

/// What an address that leaves its device is to it, if that keeps it from leaving.
fn taken_away_as(draft: &Draft<'_>) -> Option<&'static str> {
    let before = draft.before.as_ref()?;
    let old = parent(draft.state, before)?;
    if parent(draft.state, &draft.object) == Some(old) {
        return None;
    }
    let owner = draft.state.get(old.0, old.1)?;
    let roles = [("primary_ip4", "primary"), ("primary_ip6", "primary"), ("oob_ip", "OOB")];
    let role = roles.iter().find(|(field, _)| owner.id_of(field) == Some(before.id));
    role.map(|(_, word)| *word)
}

/// Checks that a primary address is of the right family and belongs to its holder.
pub(crate) fn clean_primary(
    draft: &Draft<'_>,
    field: &'static str,
    family: u8,
    problems: &mut Problems,
) {
    let Some(address) = draft.target(field) else { return };
    let text = address.text("address");
    let machine = draft.resource.path == "virtualization/virtual-machines";
    let version = net(address).map_or(0, Net::family);
    if version != family && family != 0 {
        problems.add(
            field,
            if machine {
                format!("Must be an IPv{family} address. ({text} is an IPv{version} address.)")
            } else {
                format!("{text} is not an IPv{family} address.")
            },
        );
        return;
    }
    let own = Some((draft.resource.path, draft.object.id));
    let inside = address.id_of("nat_inside").and_then(|id| draft.state.get(ADDRESSES, id));
    let owned = |address: &Object| {
        let owner = parent(draft.state, address);
        owner == own || shares_chassis(draft, owner)
    };
    if owned(address) || inside.is_some_and(|inside| owned(inside)) {
        return;
    }
    let holder = if machine { "VM" } else { "device" };
    problems
        .add(field, format!("The specified IP address ({text}) is not assigned to this {holder}."));
}

/// Whether the other device is a member of the chassis that this one is master of.
fn shares_chassis(draft: &Draft<'_>, owner: Option<(&'static str, u64)>) -> bool {
    let Some((path, id)) = owner else { return false };
    let chassis = draft.object.id_of("virtual_chassis");
    path == draft.resource.path
        && table::by_path(path).is_some()
        && chassis.is_some()
        && draft.state.get(path, id).is_some_and(|other| other.id_of("virtual_chassis") == chassis)
}
