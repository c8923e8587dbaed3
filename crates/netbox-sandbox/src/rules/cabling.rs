//! Cables: what they connect, and what the connected see of each other.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    filter,
    problem::{Failure, Problems, WHOLE},
    render::{View, members},
    state::{Object, State},
    table::{self, Resource},
    write::Draft,
};

const CABLES: &str = "dcim/cables";
const TERMINATIONS: &str = "dcim/cable-terminations";

/// Which types of terminations a cable may connect.
const COMPATIBLE: &[(&str, &[&str])] = &[
    ("circuittermination", &["interface", "frontport", "rearport", "circuittermination"]),
    ("consoleport", &["consoleserverport", "frontport", "rearport"]),
    ("consoleserverport", &["consoleport", "frontport", "rearport"]),
    ("interface", &["interface", "circuittermination", "frontport", "rearport"]),
    ("frontport", PASS_THROUGH),
    ("powerfeed", &["powerport"]),
    ("poweroutlet", &["powerport"]),
    ("powerport", &["poweroutlet", "powerfeed"]),
    ("rearport", PASS_THROUGH),
];

const PASS_THROUGH: &[&str] = &[
    "consoleport",
    "consoleserverport",
    "interface",
    "frontport",
    "rearport",
    "circuittermination",
];

/// One end's terminations of a cable, as (resource, id).
fn ends(cable: &Object, side: &str) -> Vec<(&'static Resource, u64)> {
    let list = cable.get(side).as_array().into_iter().flatten();
    list.filter_map(|end| {
        let resource = table::by_model(end["object_type"].as_str()?)?;
        Some((resource, end["object_id"].as_u64()?))
    })
    .collect()
}

fn model_name(resource: &Resource) -> &'static str {
    resource.model.split_once('.').map_or(resource.model, |(_, name)| name)
}

/// NetBox's validation of a cable.
pub(crate) fn clean(draft: &mut Draft<'_>, problems: &mut Problems) {
    let cable = &draft.object;
    if !cable.get("length").is_null() && cable.text("length_unit").is_empty() {
        problems.add(WHOLE, "Must specify a unit when setting a cable length");
        return;
    }
    let (a, b) = (ends(cable, "a_terminations"), ends(cable, "b_terminations"));
    if draft.before.is_none() && (a.is_empty() || b.is_empty()) {
        problems.add(WHOLE, "Must define A and B terminations when creating a new cable.");
        return;
    }
    if let Some(message) = incompatible(&a, &b) {
        problems.add(WHOLE, message);
        return;
    }
    for (resource, id) in a.iter().chain(&b) {
        if let Some(message) = occupied_by_other(draft, resource, *id) {
            problems.add(WHOLE, message);
            return;
        }
    }
}

fn incompatible(a: &[(&'static Resource, u64)], b: &[(&'static Resource, u64)]) -> Option<String> {
    for side in [a, b] {
        if side.iter().any(|(resource, _)| resource.path != side[0].0.path) {
            return Some(
                "Cannot connect different termination types to same end of cable.".to_owned(),
            );
        }
    }
    let (Some((a_first, _)), Some((b_first, _))) = (a.first(), b.first()) else { return None };
    let (a_type, b_type) = (model_name(a_first), model_name(b_first));
    let known = COMPATIBLE.iter().find(|(name, _)| *name == a_type);
    if !known.is_some_and(|(_, others)| others.contains(&b_type)) {
        return Some(format!("Incompatible termination types: {a_type} and {b_type}"));
    }
    let shared = a.iter().any(|(one, id)| b.iter().any(|(two, n)| one.path == two.path && id == n));
    shared.then(|| "A and B terminations cannot connect to the same object.".to_owned())
}

fn occupied_by_other(draft: &Draft<'_>, resource: &'static Resource, id: u64) -> Option<String> {
    let object = draft.state.get(resource.path, id)?;
    if object.is_true("mark_connected") {
        let view = draft.view();
        let parent = view.display("dcim/devices", object.id_of("device"));
        let name = resource.display_of(&view, object);
        return Some(format!(
            "Cannot connect a cable to {parent} > {name} because it is marked as connected."
        ));
    }
    let cable = object.id_of("cable").filter(|cable| *cable != draft.object.id)?;
    Some(format!("Duplicate termination found for {} {id}: cable {cable}", resource.model))
}

/// Plugs a stored cable in.
pub(crate) fn connect(draft: &mut Draft<'_>, _new: bool) -> Result<(), Failure> {
    let cable = draft.object.clone();
    let (a, b) = (ends(&cable, "a_terminations"), ends(&cable, "b_terminations"));
    for (resource, id) in a.iter().chain(&b) {
        if draft.state.get(resource.path, *id).is_none() {
            // NetBox stumbles over this one, too.
            let error = format!("{} matching query does not exist.", resource.class);
            return Err(Failure::crash("DoesNotExist", &error));
        }
    }
    free(draft.state, &cable);
    for (side, ends) in [("A", a), ("B", b)] {
        for (resource, id) in ends {
            let row = members([
                ("cable", json!(cable.id)),
                ("cable_end", json!(side)),
                ("termination_type", json!(resource.model)),
                ("termination_id", json!(id)),
            ]);
            draft.state.make(TERMINATIONS, &row);
            plug(draft.state, resource, id, json!(cable.id), json!(side));
        }
    }
    Ok(())
}

/// Unplugs a cable that is about to go.
pub(crate) fn disconnect(draft: &mut Draft<'_>) {
    free(draft.state, &draft.object);
}

/// Frees all that a cable is plugged into.
fn free(state: &mut State, cable: &Object) {
    for side in ["a_terminations", "b_terminations"] {
        for (resource, id) in ends(cable, side) {
            let own = state.get(resource.path, id).and_then(|object| object.id_of("cable"));
            if own == Some(cable.id) {
                plug(state, resource, id, Value::Null, Value::Null);
            }
        }
    }
    let rows: Vec<Arc<Object>> =
        state.referring(TERMINATIONS, "cable", cable.id).cloned().collect();
    for row in rows {
        if let Some(resource) = table::by_model(row.text("termination_type"))
            && let Some(id) = row.id_of("termination_id")
        {
            plug(state, resource, id, Value::Null, Value::Null);
        }
        state.remove(TERMINATIONS, row.id);
    }
}

fn plug(state: &mut State, resource: &'static Resource, id: u64, cable: Value, side: Value) {
    if let Some(object) = state.get(resource.path, id) {
        let mut object = object.as_ref().clone();
        object.set("cable", cable);
        object.set("cable_end", side);
        state.put(resource.path, object);
    }
}

/// Takes a termination that is about to go out of its cable.
pub(crate) fn unplug(draft: &mut Draft<'_>) {
    let Some(cable) = draft.object.id_of("cable").and_then(|id| draft.state.get(CABLES, id)) else {
        return;
    };
    let mut cable = cable.as_ref().clone();
    for side in ["a_terminations", "b_terminations"] {
        let rest: Vec<Value> = cable
            .get(side)
            .as_array()
            .into_iter()
            .flatten()
            .filter(|end| {
                end["object_type"] != draft.resource.model || end["object_id"] != draft.object.id
            })
            .cloned()
            .collect();
        cable.set(side, rest);
    }
    draft.state.put(CABLES, cable);
}

/// The terminations at the other end of an object's cable.
fn peers(state: &State, object: &Object) -> Vec<(&'static Resource, u64)> {
    let Some(cable) = object.id_of("cable").and_then(|id| state.get(CABLES, id)) else {
        return Vec::new();
    };
    let far = if object.text("cable_end") == "A" { "b_terminations" } else { "a_terminations" };
    ends(cable, far)
}

pub(crate) fn link_peers(view: &View<'_>, object: &Object) -> Value {
    let peers = peers(view.state, object).into_iter();
    peers.map(|(resource, id)| view.nested(resource.path, Some(id), None)).collect()
}

pub(crate) fn link_peers_type(view: &View<'_>, object: &Object) -> Value {
    peers(view.state, object).first().map_or(Value::Null, |(resource, _)| json!(resource.model))
}

pub(crate) fn occupied(_: &View<'_>, object: &Object) -> Value {
    json!(is_in_use(object))
}

fn is_in_use(object: &Object) -> bool {
    object.id_of("cable").is_some() || object.is_true("mark_connected")
}

/// `?occupied=`
pub(crate) fn is_occupied(_: &View<'_>, object: &Object, text: &str) -> bool {
    filter::boolean(text).is_none_or(|wanted| wanted == is_in_use(object))
}

/// Whether a path can end at a termination, rather than pass through it.
fn is_endpoint(resource: &Resource) -> bool {
    !matches!(model_name(resource), "frontport" | "rearport" | "circuittermination")
}

/// The endpoints at the far end of an object's path. The sandbox follows one cable: it has no
/// rule for what passes through front and rear ports.
fn endpoints(view: &View<'_>, object: &Object) -> Option<Vec<(&'static Resource, u64)>> {
    let peers = peers(view.state, object);
    (!peers.is_empty() && peers.iter().all(|(resource, _)| is_endpoint(resource))).then_some(peers)
}

pub(crate) fn connected_endpoints(view: &View<'_>, object: &Object) -> Value {
    endpoints(view, object).map_or(Value::Null, |found| {
        found.into_iter().map(|(resource, id)| view.nested(resource.path, Some(id), None)).collect()
    })
}

pub(crate) fn connected_endpoints_type(view: &View<'_>, object: &Object) -> Value {
    let first = endpoints(view, object).and_then(|found| found.first().copied());
    first.map_or(Value::Null, |(resource, _)| json!(resource.model))
}

pub(crate) fn connected_endpoints_reachable(view: &View<'_>, object: &Object) -> Value {
    let cable = object.id_of("cable").and_then(|id| view.state.get(CABLES, id));
    let connected = cable.is_some_and(|cable| cable.text("status") == "connected");
    json!(connected && endpoints(view, object).is_some())
}

/// The trace of an object: triples of near terminations, cable and far terminations.
///
/// # Errors
///
/// A 501 where the path would go on through a front or rear port, or a circuit.
pub(crate) fn trace(
    view: &View<'_>,
    resource: &'static Resource,
    object: &Object,
) -> Result<Value, Failure> {
    let Some(cable) = object.id_of("cable").and_then(|id| view.state.get(CABLES, id)) else {
        return Ok(json!([]));
    };
    let far = peers(view.state, object);
    if far.iter().any(|(resource, _)| !is_endpoint(resource)) {
        return Err(Failure::not_implemented("tracing through front and rear ports or circuits"));
    }
    let near = if object.text("cable_end") == "A" { "a_terminations" } else { "b_terminations" };
    let near: Vec<_> = ends(cable, near)
        .into_iter()
        .filter(|(end, _)| end.path == resource.path)
        .map(|(resource, id)| view.nested(resource.path, Some(id), None))
        .collect();
    let far: Vec<_> =
        far.into_iter().map(|(resource, id)| view.nested(resource.path, Some(id), None)).collect();
    let cables = table::by_path(CABLES).ok_or_else(Failure::not_found)?;
    let mut shown = members([]);
    let fields = [
        "id",
        "url",
        "display_url",
        "type",
        "status",
        "label",
        "color",
        "length",
        "length_unit",
        "description",
    ];
    let whole = view.show(cables, cable, &crate::render::Shape::All);
    for field in fields {
        let value = match field {
            "status" => json!(cable.text("status")),
            "length_unit" => cable.get("length_unit").clone(),
            field => whole[field].clone(),
        };
        shown.insert(field.to_owned(), value);
    }
    Ok(json!([[near, shown, far]]))
}

/// `GET /api/dcim/connected-device/`: the device at the other end of an interface's cable.
///
/// # Errors
///
/// 400 without both parameters, 404 where nothing is connected.
pub(crate) fn connected_device(
    view: &View<'_>,
    device: Option<&str>,
    interface: Option<&str>,
) -> Result<u64, Failure> {
    let (Some(device), Some(interface)) = (device, interface) else {
        return Err(Failure::detail(
            StatusCode::BAD_REQUEST,
            "Request must include \"peer_device\" and \"peer_interface\" filters.",
        ));
    };
    let nothing =
        || Failure::detail(StatusCode::NOT_FOUND, "No Interface matches the given query.");
    let state = view.state;
    let mut found = state.all("dcim/interfaces").filter(|one| {
        one.text("name") == interface
            && one
                .id_of("device")
                .and_then(|id| state.get("dcim/devices", id))
                .is_some_and(|owner| owner.text("name") == device)
    });
    let near = found.next().ok_or_else(nothing)?;
    let far = endpoints(view, near).and_then(|found| found.first().copied());
    let (resource, id) = far.ok_or_else(Failure::not_found)?;
    let far = state.get(resource.path, id).and_then(|object| object.id_of("device"));
    far.ok_or_else(Failure::not_found)
}

fn is_at(view: &View<'_>, cable: &Object, path: &str, text: &str) -> bool {
    ["a_terminations", "b_terminations"].iter().any(|side| {
        ends(cable, side).into_iter().any(|(resource, id)| {
            view.state.get(resource.path, id).is_some_and(|object| {
                filter::walk(view, resource, object, path)
                    .iter()
                    .any(|value| !value.is_null() && crate::python::str(value) == text)
            })
        })
    })
}

/// `?device_id=` of cables.
pub(crate) fn cable_at_device_id(view: &View<'_>, cable: &Object, text: &str) -> bool {
    is_at(view, cable, "device", text)
}

/// `?device=` of cables.
pub(crate) fn cable_at_device(view: &View<'_>, cable: &Object, text: &str) -> bool {
    is_at(view, cable, "device.name", text)
}

/// `?rack_id=` of cables.
pub(crate) fn cable_at_rack_id(view: &View<'_>, cable: &Object, text: &str) -> bool {
    is_at(view, cable, "device.rack", text)
}

/// `?location_id=` of cables.
pub(crate) fn cable_at_location_id(view: &View<'_>, cable: &Object, text: &str) -> bool {
    is_at(view, cable, "device.location", text)
}

/// `?site_id=` of cables.
pub(crate) fn cable_at_site_id(view: &View<'_>, cable: &Object, text: &str) -> bool {
    is_at(view, cable, "device.site", text)
}

/// `?site=` of cables.
pub(crate) fn cable_at_site(view: &View<'_>, cable: &Object, text: &str) -> bool {
    is_at(view, cable, "device.site.slug", text)
}
