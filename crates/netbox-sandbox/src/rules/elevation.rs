//! The units of a rack, from top to bottom.

use http::StatusCode;
use serde_json::{Value, json};

use super::devices::{plain, rack_bounds};
use crate::{
    page,
    problem::{Failure, Problems},
    render::{View, labelled},
    reply::Reply,
    request::Request,
    state::Object,
    table::Choices,
};

const FACES: Choices = &[("front", "Front"), ("rear", "Rear")];

/// Answers `GET /api/dcim/racks/<id>/elevation/`.
///
/// # Errors
///
/// A complaint about the face; a 501 for the drawing.
pub(crate) fn answer(view: &View<'_>, request: &Request, rack: &Object) -> Result<Reply, Failure> {
    let face = request.query.last("face").unwrap_or("front");
    if !FACES.iter().any(|(value, _)| *value == face) {
        let message = format!("\"{face}\" is not a valid choice.");
        return Err(Problems::of("face", message).into());
    }
    match request.query.last("render") {
        None | Some("json") => {}
        Some("svg") => return Err(Failure::not_implemented("drawing a rack")),
        Some(other) => {
            let message = format!("\"{other}\" is not a valid choice.");
            return Err(Problems::of("render", message).into());
        }
    }
    let exclude = request.query.last("exclude").map(str::parse::<u64>).transpose();
    let exclude = exclude.map_err(|_| {
        Failure::new(StatusCode::BAD_REQUEST, json!({"exclude": ["A valid integer is required."]}))
    })?;
    let expand = request.query.last("expand_devices").is_none_or(|text| {
        !matches!(text.to_lowercase().as_str(), "false" | "0" | "no" | "off" | "f" | "n")
    });
    let mut units = units(view, rack, (face, exclude, expand));
    if let Some(text) = request.query.last("q").map(str::to_lowercase) {
        units.retain(|unit| {
            let name = unit["name"].as_str().unwrap_or_default().to_lowercase();
            unit["id"].to_string().contains(&text) || name.contains(&text)
        });
    }
    let page = page::by_offset(request, &units);
    Ok(Reply::ok(page.wrap(&page.items)))
}

fn units(
    view: &View<'_>,
    rack: &Object,
    (face, exclude, expand): (&str, Option<u64>, bool),
) -> Vec<Value> {
    let (first, end) = rack_bounds(view.state, rack);
    let mounted = view.state.referring("dcim/devices", "rack", rack.id);
    let mounted: Vec<(f64, f64, u64)> = mounted
        .filter(|device| Some(device.id) != exclude)
        .filter_map(|device| {
            let position = device.get("position").as_f64()?;
            let device_type = view.state.get("dcim/device-types", device.id_of("device_type")?)?;
            let here = device.text("face") == face || device_type.is_true("is_full_depth");
            let height = device_type.get("u_height").as_f64().filter(|height| *height > 0.0)?;
            here.then_some((position, position + height, device.id))
        })
        .collect();
    let n_halves = ((end - first) * 2.0).round().max(0.0) as u32;
    let mut heights: Vec<f64> = (0..n_halves).map(|n| first + f64::from(n) / 2.0).collect();
    if !rack.is_true("desc_units") {
        heights.reverse();
    }
    let unit = |at: f64| {
        let device = mounted
            .iter()
            .find(|(from, to, _)| if expand { *from <= at && at < *to } else { *from == at });
        let device = device.map(|(_, _, id)| *id);
        let name = format!("U{}", plain(at));
        json!({
            "id": at,
            "name": name,
            "face": labelled(FACES, &json!(face)),
            "device": view.nested("dcim/devices", device, None),
            "occupied": device.is_some(),
            "display": name,
            "description": device.map(|id| view.display("dcim/devices", Some(id))),
        })
    };
    heights.into_iter().map(unit).collect()
}
