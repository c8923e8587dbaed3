//! Circuits.

use serde_json::Value;

use crate::{render::View, state::Object};

/// The fields of a termination that its circuit shows.
const FIELDS: &[&str] = &[
    "id",
    "url",
    "display_url",
    "display",
    "termination_type",
    "termination_id",
    "termination",
    "port_speed",
    "upstream_speed",
    "xconnect_id",
    "description",
];

/// One end of a circuit.
pub(crate) fn termination(view: &View<'_>, circuit: &Object, side: &str) -> Value {
    let path = "circuits/circuit-terminations";
    let mut found = view.state.referring(path, "circuit", circuit.id);
    let found = found.find(|termination| termination.text("term_side") == side);
    view.nested(path, found.map(|termination| termination.id), Some(FIELDS))
}
