//! What can be asked of an object beyond reading and writing it.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{available, cabling, elevation};
use crate::{
    page,
    problem::Failure,
    render::{Shape, View},
    reply::Reply,
    request::Request,
    route,
    state::State,
    table::{self, Resource},
    write::Author,
};

/// Every action, and whether the sandbox has a rule for it.
pub(crate) const ACTIONS: &[(&str, &str, bool)] = &[
    ("circuits/circuit-terminations", "paths", false),
    ("circuits/virtual-circuit-terminations", "paths", false),
    ("core/data-sources", "sync", false),
    ("dcim/console-ports", "trace", true),
    ("dcim/console-server-ports", "trace", true),
    ("dcim/devices", "render-config", false),
    ("dcim/front-ports", "paths", false),
    ("dcim/interfaces", "trace", true),
    ("dcim/power-feeds", "trace", true),
    ("dcim/power-outlets", "trace", true),
    ("dcim/power-ports", "trace", true),
    ("dcim/racks", "elevation", true),
    ("dcim/rear-ports", "paths", false),
    ("extras/config-context-profiles", "sync", false),
    ("extras/config-contexts", "sync", false),
    ("extras/config-templates", "render", false),
    ("extras/config-templates", "sync", false),
    ("extras/custom-field-choice-sets", "choices", true),
    ("extras/export-templates", "sync", false),
    ("ipam/asn-ranges", "available-asns", true),
    ("ipam/ip-ranges", "available-ips", true),
    ("ipam/prefixes", "available-ips", true),
    ("ipam/prefixes", "available-prefixes", true),
    ("ipam/vlan-groups", "available-vlans", true),
    ("virtualization/virtual-machines", "render-config", false),
];

/// Answers `/api/<app>/<resource>/<id>/<name>/`.
///
/// # Errors
///
/// What the action complains about, or a 501 for one without a rule.
pub(crate) fn answer(
    state: &mut State,
    request: &Request,
    author: Author<'_>,
    (resource, id, name): (&'static Resource, u64, &str),
) -> Result<Reply, Failure> {
    let found = ACTIONS.iter().find(|(path, action, _)| *path == resource.path && *action == name);
    let Some((_, _, has_rule)) = found else { return Ok(Reply::no_such_path()) };
    let object = state.get(resource.path, id).cloned().ok_or_else(Failure::not_found)?;
    if name == "render-config" {
        return render_config(state, request, (resource, id));
    }
    if !has_rule {
        let what = format!("the action {name} of {}", resource.path);
        return Err(Failure::not_implemented(&what));
    }
    if name.starts_with("available-") {
        return available::answer(state, request, author, &object, name);
    }
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return Err(route::not_allowed(request));
    }
    let view = View { state, base: author.base };
    match name {
        "trace" if request.query.last("render") == Some("svg") => {
            Err(Failure::not_implemented("drawing a trace"))
        }
        "trace" => Ok(Reply::ok(cabling::trace(&view, resource, &object)?)),
        "elevation" => elevation::answer(&view, request, &object),
        _ => {
            let text = request.query.last("q").unwrap_or_default().to_lowercase();
            let pairs = object.get("extra_choices").as_array().cloned().unwrap_or_default();
            let shown: Vec<Value> = pairs
                .iter()
                .filter(|pair| {
                    let has = |part: &Value| {
                        part.as_str().is_some_and(|part| part.to_lowercase().contains(&text))
                    };
                    has(&pair[0]) || has(&pair[1])
                })
                .map(|pair| json!({"id": pair[0], "display": pair[1]}))
                .collect();
            let page = page::by_offset(request, &shown);
            Ok(Reply::ok(page.wrap(&page.items)))
        }
    }
}

/// Rendering takes Jinja, which the sandbox has not; that there is nothing to render it can tell.
fn render_config(
    state: &State,
    request: &Request,
    (resource, id): (&'static Resource, u64),
) -> Result<Reply, Failure> {
    if request.method != Method::POST {
        return Err(route::not_allowed(request));
    }
    let template = |path: &str, id: Option<u64>| {
        id.and_then(|id| state.get(path, id)).and_then(|holder| holder.id_of("config_template"))
    };
    let object = state.get(resource.path, id).ok_or_else(Failure::not_found)?;
    let found = template(resource.path, Some(id))
        .or_else(|| template("dcim/device-roles", object.id_of("role")))
        .or_else(|| template("dcim/platforms", object.id_of("platform")));
    if found.is_some() {
        return Err(Failure::not_implemented("rendering a config template"));
    }
    let error = format!("No config template found for this {}.", resource.verbose);
    Err(Failure::new(StatusCode::BAD_REQUEST, json!({"error": error})))
}

/// Paths that no resource of the table stands for, though NetBox has them: all but the last
/// without a rule.
pub(crate) const SINGLETONS: &[&str] = &[
    "core/background-queues",
    "core/background-tasks",
    "core/background-workers",
    "extras/dashboard",
    "users/config",
    CONNECTED_DEVICE,
];

const CONNECTED_DEVICE: &str = "dcim/connected-device";

/// Answers what is no collection, though its path looks like one.
///
/// # Errors
///
/// A 501 where there is no rule, and what `connected-device` complains about.
pub(crate) fn singleton(
    state: &State,
    request: &Request,
    author: Author<'_>,
    segments: &[&str],
) -> Result<Option<Reply>, Failure> {
    let path = segments.iter().take(2).copied().collect::<Vec<_>>().join("/");
    if !SINGLETONS.contains(&path.as_str()) {
        return Ok(None);
    }
    if path != CONNECTED_DEVICE {
        return Err(Failure::not_implemented(&format!("the resource {path}")));
    }
    if segments.len() > 2 {
        return Ok(Some(Reply::no_such_path()));
    }
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return Err(route::not_allowed(request));
    }
    let view = View { state, base: author.base };
    let (device, interface) =
        (request.query.last("peer_device"), request.query.last("peer_interface"));
    let id = cabling::connected_device(&view, device, interface)?;
    let devices = table::by_path("dcim/devices").ok_or_else(Failure::not_found)?;
    let object = state.get(devices.path, id).ok_or_else(Failure::not_found)?;
    Ok(Some(Reply::ok(view.show(devices, object, &Shape::All))))
}
