//! Devices, and where they may be.

use serde_json::{Value, json};

use super::addresses;
use crate::{
    problem::{Failure, Problems, WHOLE},
    render::View,
    state::{Object, State},
    write::Draft,
};

const DEVICES: &str = "dcim/devices";

fn named(draft: &Draft<'_>, field: &str) -> String {
    let target = draft.resource.field(field).and_then(|field| field.target()).unwrap_or_default();
    draft.view().display(target, draft.object.id_of(field))
}

/// NetBox's validation of a device, which stops at the first complaint.
pub(crate) fn clean(draft: &mut Draft<'_>, problems: &mut Problems) {
    let rules: &[fn(&Draft<'_>, &mut Problems)] = &[
        clean_context,
        clean_place,
        clean_position,
        clean_addresses,
        clean_platform,
        clean_membership,
    ];
    for rule in rules {
        if problems.is_empty() {
            rule(draft, problems);
        }
    }
}

/// Local context data is an object.
pub(crate) fn clean_context(draft: &Draft<'_>, problems: &mut Problems) {
    if !matches!(draft.object.get("local_context_data"), Value::Null | Value::Object(_)) {
        let message = "JSON data must be in object form. Example: {\"foo\": 123}";
        problems.add("local_context_data", message);
    }
}

fn clean_place(draft: &Draft<'_>, problems: &mut Problems) {
    let device = &draft.object;
    let site = device.id_of("site");
    let (rack, location) = (draft.target("rack"), draft.target("location"));
    if rack.is_some_and(|rack| rack.id_of("site") != site) {
        let (rack, site) = (named(draft, "rack"), named(draft, "site"));
        problems.add("rack", format!("Rack {rack} does not belong to site {site}."));
    } else if location.is_some_and(|location| location.id_of("site") != site) {
        let (location, site) = (named(draft, "location"), named(draft, "site"));
        problems.add("location", format!("Location {location} does not belong to site {site}."));
    } else if let (Some(rack), Some(location)) = (rack, location)
        && rack.id_of("location") != Some(location.id)
    {
        let (rack, location) = (named(draft, "rack"), named(draft, "location"));
        problems.add("rack", format!("Rack {rack} does not belong to location {location}."));
    } else if rack.is_none() && !device.text("face").is_empty() {
        problems.add("face", "Cannot select a rack face without assigning a rack.");
    } else if rack.is_none() && !device.get("position").is_null() {
        problems.add("position", "Cannot select a rack position without assigning a rack.");
    }
}

fn clean_position(draft: &Draft<'_>, problems: &mut Problems) {
    let Some(position) = draft.object.get("position").as_f64() else { return };
    let Some(device_type) = draft.target("device_type") else { return };
    let height = device_type.get("u_height").as_f64().unwrap_or_default();
    if (position * 2.0).fract() != 0.0 {
        problems.add("position", "Position must be in increments of 0.5 rack units.");
    } else if draft.object.text("face").is_empty() {
        problems.add("face", "Must specify rack face when defining rack position.");
    } else if height == 0.0 {
        let name = named(draft, "device_type");
        problems.add(
            "position",
            format!("A 0U device type ({name}) cannot be assigned to a rack position."),
        );
    } else if let Some(rack) = draft.target("rack") {
        let face = (!device_type.is_true("is_full_depth")).then(|| draft.object.text("face"));
        let taken = taken_units(draft.state, rack.id, face, draft.object.id);
        let top = rack_bounds(draft.state, rack);
        let fits = position >= top.0
            && position + height <= top.1
            && !taken.iter().any(|(from, to)| position < *to && *from < position + height);
        if !fits {
            let name = named(draft, "device_type");
            problems.add(
                "position",
                format!(
                    "U{position:.1} is already occupied or does not have sufficient space to \
                     accommodate this device type: {name} ({height:.1}U)"
                ),
            );
        }
    }
}

/// A number of rack units, without a needless fraction.
pub(crate) fn plain(number: f64) -> String {
    if number.fract() == 0.0 { format!("{number:.0}") } else { format!("{number}") }
}

/// The lowest unit of a rack, and the end of the highest.
pub(crate) fn rack_bounds(state: &State, rack: &Object) -> (f64, f64) {
    let rack_type = rack.id_of("rack_type").and_then(|id| state.get("dcim/rack-types", id));
    let source: &Object = rack_type.map_or(rack, AsRef::as_ref);
    let number = |name: &str, or: f64| source.get(name).as_f64().unwrap_or(or);
    let first = number("starting_unit", 1.0);
    (first, first + number("u_height", 42.0))
}

/// What devices take up in a rack, on a face or on any.
pub(crate) fn taken_units(
    state: &State,
    rack: u64,
    face: Option<&str>,
    except: u64,
) -> Vec<(f64, f64)> {
    let mounted = state.referring(DEVICES, "rack", rack).filter(|device| device.id != except);
    let taken = mounted.filter_map(|device| {
        let position = device.get("position").as_f64()?;
        let device_type = state.get("dcim/device-types", device.id_of("device_type")?)?;
        let deep = device_type.is_true("is_full_depth");
        let here = deep || face.is_none_or(|face| device.text("face") == face);
        let height = device_type.get("u_height").as_f64()?;
        here.then_some((position, position + height))
    });
    taken.collect()
}

fn clean_addresses(draft: &Draft<'_>, problems: &mut Problems) {
    for (field, family) in [("primary_ip4", 4), ("primary_ip6", 6), ("oob_ip", 0)] {
        if problems.is_empty() {
            addresses::clean_primary(draft, field, family, problems);
        }
    }
}

/// A platform may be limited to one manufacturer's device types.
fn clean_platform(draft: &Draft<'_>, problems: &mut Problems) {
    let (Some(platform), Some(device_type)) =
        (draft.target("platform"), draft.target("device_type"))
    else {
        return;
    };
    let (limit, own) = (platform.id_of("manufacturer"), device_type.id_of("manufacturer"));
    if limit.is_none() || limit == own {
        return;
    }
    let view = draft.view();
    let limit = view.display("dcim/manufacturers", limit);
    let own = view.display("dcim/manufacturers", own);
    problems.add(
        "platform",
        format!(
            "The assigned platform is limited to {limit} device types, but this device's type \
             belongs to {own}."
        ),
    );
}

fn clean_membership(draft: &Draft<'_>, problems: &mut Problems) {
    if let Some(cluster) = draft.target("cluster")
        && cluster.text("scope_type") == "dcim.site"
        && cluster.id_of("scope_id") != draft.object.id_of("site")
    {
        let site = draft.view().display("dcim/sites", cluster.id_of("scope_id"));
        problems
            .add("cluster", format!("The assigned cluster belongs to a different site ({site})"));
        return;
    }
    let chassis = draft.object.id_of("virtual_chassis");
    if chassis.is_some() && draft.object.get("vc_position").is_null() {
        problems.add(
            "vc_position",
            "A device assigned to a virtual chassis must have its position defined.",
        );
        return;
    }
    let mut led = draft.state.referring("dcim/virtual-chassis", "master", draft.object.id);
    if let Some(led) = led.next().filter(|led| Some(led.id) != chassis && draft.object.id != 0) {
        problems.add(
            "virtual_chassis",
            format!(
                "Device cannot be removed from virtual chassis {} because it is currently \
                 designated as its master.",
                led.text("name")
            ),
        );
    }
}

/// The device whose bay this one is installed in.
pub(crate) fn parent_device(view: &View<'_>, device: &Object) -> Value {
    let mut bays = view.state.referring("dcim/device-bays", "installed_device", device.id);
    let Some(bay) = bays.next() else { return Value::Null };
    let mut parent = view.nested(
        DEVICES,
        bay.id_of("device"),
        Some(&["id", "url", "display_url", "display", "name"]),
    );
    let shown = view.nested(
        "dcim/device-bays",
        Some(bay.id),
        Some(&["id", "url", "display_url", "display", "device", "name"]),
    );
    if let Value::Object(members) = &mut parent {
        members.insert("device_bay".to_owned(), shown);
    }
    parent
}

/// A device in a rack of a location is in that location.
pub(crate) fn follow_rack(draft: &mut Draft<'_>, _new: bool) -> Result<(), Failure> {
    let rack_location = draft.target("rack").and_then(|rack| rack.id_of("location"));
    if draft.object.id_of("location").is_none() && rack_location.is_some() {
        draft.object.set("location", json!(rack_location));
        draft.store();
    }
    Ok(())
}

/// NetBox's validation of a location.
pub(crate) fn clean_location(draft: &mut Draft<'_>, problems: &mut Problems) {
    let site = draft.object.id_of("site");
    if draft.target("parent").is_some_and(|parent| parent.id_of("site") != site) {
        let (parent, site) = (named(draft, "parent"), named(draft, "site"));
        problems.add(
            WHOLE,
            format!("Parent location ({parent}) must belong to the same site ({site})."),
        );
    }
}

/// NetBox's validation of a rack.
pub(crate) fn clean_rack(draft: &mut Draft<'_>, problems: &mut Problems) {
    let rack = &draft.object;
    let site = rack.id_of("site");
    let set = |name: &str| !rack.get(name).is_null();
    if draft.target("location").is_some_and(|location| location.id_of("site") != site) {
        let site = named(draft, "site");
        problems.add(WHOLE, format!("Assigned location must belong to parent site ({site})."));
        return;
    }
    let outer = ["outer_width", "outer_depth", "outer_height"].into_iter().any(set);
    if outer && rack.text("outer_unit").is_empty() {
        problems.add(WHOLE, "Must specify a unit when setting an outer dimension");
        return;
    }
    if set("max_weight") && rack.text("weight_unit").is_empty() {
        problems.add(WHOLE, "Must specify a unit when setting a maximum weight");
        return;
    }
    if draft.before.is_none() {
        return;
    }
    let (first, end) = rack_bounds(draft.state, rack);
    let taken = taken_units(draft.state, rack.id, None, 0);
    let typed = rack.id_of("rack_type").is_some();
    if let Some(top) = taken.iter().map(|(_, to)| *to).reduce(f64::max)
        && end < top
    {
        let field = if typed { "rack_type" } else { "u_height" };
        problems.add(
            field,
            format!(
                "Rack must be at least {:.1}U tall to house currently installed devices.",
                top - first
            ),
        );
    } else if let Some(lowest) = taken.iter().map(|(from, _)| *from).reduce(f64::min)
        && first > lowest
    {
        let field = if typed { "rack_type" } else { "starting_unit" };
        problems.add(
            field,
            format!(
                "Rack unit numbering must begin at {lowest:.1} or less to house currently \
                 installed devices."
            ),
        );
    }
}

/// What a rack takes over from its type.
const FROM_RACK_TYPE: &[&str] = &[
    "form_factor",
    "width",
    "u_height",
    "starting_unit",
    "desc_units",
    "outer_width",
    "outer_height",
    "outer_depth",
    "outer_unit",
    "mounting_depth",
    "weight",
    "weight_unit",
    "max_weight",
    "cooling_capability",
    "cooling_capacity",
];

/// A rack of a type has the type's measures.
pub(crate) fn copy_rack_type(draft: &mut Draft<'_>, _: &mut Problems) {
    let Some(rack_type) = draft.target("rack_type").cloned() else { return };
    for name in FROM_RACK_TYPE {
        draft.object.set(name, rack_type.get(name).clone());
    }
}

/// How many units a reservation holds.
pub(crate) fn unit_count(_: &View<'_>, reservation: &Object) -> Value {
    json!(reservation.get("units").as_array().map_or(0, Vec::len))
}

/// NetBox's validation of a reservation.
pub(crate) fn clean_reservation(draft: &mut Draft<'_>, problems: &mut Problems) {
    let Some(rack) = draft.target("rack") else { return };
    let units = |object: &Object| -> Vec<i64> {
        object.get("units").as_array().into_iter().flatten().filter_map(Value::as_i64).collect()
    };
    let join =
        |units: Vec<&i64>| units.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let own = units(&draft.object);
    let (first, end) = rack_bounds(draft.state, rack);
    let inside = |unit: &&i64| (first..end).contains(&(**unit as f64));
    let outside: Vec<_> = own.iter().filter(|unit| !inside(unit)).collect();
    if !outside.is_empty() {
        let height = rack.get("u_height");
        problems.add("units", format!("Invalid unit(s) for {height}U rack: {}", join(outside)));
        return;
    }
    let others = draft.state.referring("dcim/rack-reservations", "rack", rack.id);
    let reserved: Vec<i64> =
        others.filter(|other| other.id != draft.object.id).flat_map(|other| units(other)).collect();
    let conflicting: Vec<_> = own.iter().filter(|unit| reserved.contains(unit)).collect();
    if !conflicting.is_empty() {
        problems.add(
            "units",
            format!("The following units have already been reserved: {}", join(conflicting)),
        );
    }
}

/// NetBox's validation of a device bay.
pub(crate) fn clean_bay(draft: &mut Draft<'_>, problems: &mut Problems) {
    let Some(device) = draft.target("device") else { return };
    let device_type = device.id_of("device_type");
    let kind = device_type.and_then(|id| draft.state.get("dcim/device-types", id));
    if kind.is_none_or(|kind| kind.text("subdevice_role") != "parent") {
        let name = draft.view().display("dcim/device-types", device_type);
        problems.add(WHOLE, format!("This type of device ({name}) does not support device bays."));
        return;
    }
    let Some(installed) = draft.object.id_of("installed_device") else { return };
    if installed == device.id {
        problems.add(WHOLE, "Cannot install a device into itself.");
        return;
    }
    let mut bays = draft.state.referring("dcim/device-bays", "installed_device", installed);
    if let Some(bay) = bays.find(|bay| bay.id != draft.object.id) {
        let bay = draft.view().display("dcim/device-bays", Some(bay.id));
        problems.add(
            "installed_device",
            format!("Cannot install the specified device; device is already installed in {bay}."),
        );
    }
}

/// NetBox's validation of a device type.
pub(crate) fn clean_type(draft: &mut Draft<'_>, problems: &mut Problems) {
    let height = draft.object.get("u_height").as_f64().unwrap_or_default();
    let role = draft.object.text("subdevice_role");
    if (height * 2.0).fract() != 0.0 {
        problems.add("u_height", "U height must be in increments of 0.5 rack units.");
    } else if draft.object.id != 0
        && role != "parent"
        && draft
            .state
            .referring("dcim/device-bay-templates", "device_type", draft.object.id)
            .next()
            .is_some()
    {
        problems.add(
            "subdevice_role",
            "Must delete all device bay templates associated with this device before declassifying \
             it as a parent device.",
        );
    } else if height != 0.0 && role == "child" {
        problems.add("u_height", "Child device types must be 0U.");
    }
}

/// NetBox's validation of a virtual chassis.
pub(crate) fn clean_chassis(draft: &mut Draft<'_>, problems: &mut Problems) {
    let Some(master) = draft.target("master").filter(|_| draft.before.is_some()) else { return };
    if master.id_of("virtual_chassis") != Some(draft.object.id) {
        let name = named(draft, "master");
        problems.add(
            "master",
            format!("The selected master ({name}) is not assigned to this virtual chassis."),
        );
    }
}

/// The master of a new chassis becomes its first member.
pub(crate) fn join_chassis(draft: &mut Draft<'_>, new: bool) -> Result<(), Failure> {
    let master = draft.object.id_of("master");
    let mut led =
        draft.state.referring("dcim/virtual-chassis", "master", master.unwrap_or_default());
    let taken = led.any(|other| other.id != draft.object.id);
    drop(led);
    if master.is_some() && taken {
        // NetBox leaves this one to its database.
        let error = "duplicate key value violates unique constraint \
                     \"dcim_virtualchassis_master_id_key\"";
        return Err(Failure::crash("IntegrityError", error));
    }
    if new && let Some(master) = draft.target("master") {
        let mut master = master.as_ref().clone();
        master.set("virtual_chassis", json!(draft.object.id));
        if master.get("vc_position").is_null() {
            master.set("vc_position", json!(1));
        }
        draft.state.put(DEVICES, master);
    }
    Ok(())
}
