//! What describes other objects: custom fields and journal entries.

use serde_json::{Value, json};

use crate::{problem::Problems, render::View, state::Object, write::Draft};

/// What type of value a custom field has, in JSON Schema's words or NetBox's.
pub(crate) fn data_type(_: &View<'_>, definition: &Object) -> Value {
    json!(match definition.text("type") {
        "integer" => "integer",
        "decimal" => "decimal",
        "boolean" => "boolean",
        "json" | "object" => "object",
        "multiselect" | "multiobject" => "array",
        _ => "string",
    })
}

/// A journal entry is signed by who makes it.
pub(crate) fn sign_entry(draft: &mut Draft<'_>, _: &mut Problems) {
    if draft.before.is_some() || draft.body.contains_key("created_by") {
        return;
    }
    let name = draft.author.user;
    let user = draft.state.all("users/users").find(|user| user.text("username") == name);
    let user = user.map(|user| user.id);
    draft.object.set("created_by", json!(user));
}
