//! What describes other objects: custom fields and journal entries.

use serde_json::{Value, json};

use crate::{
    problem::{Failure, Problems},
    render::View,
    state::Object,
    table,
    write::Draft,
};

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

/// How many choices a set has.
pub(crate) fn choices_count(_: &View<'_>, set: &Object) -> Value {
    json!(set.get("extra_choices").as_array().map_or(0, Vec::len))
}

/// The objects that a new custom field is for are given its default.
pub(crate) fn spread(draft: &mut Draft<'_>, new: bool) -> Result<(), Failure> {
    let default = draft.object.get("default").clone();
    if new && !default.is_null() {
        let name = draft.object.text("name").to_owned();
        rewrite(draft, |values| {
            values[name.as_str()] = default.clone();
        });
    }
    Ok(())
}

/// The values of a custom field go with it.
pub(crate) fn withdraw(draft: &mut Draft<'_>) {
    let name = draft.object.text("name").to_owned();
    rewrite(draft, |values| {
        if let Value::Object(members) = values {
            members.remove(&name);
        }
    });
}

/// Rewrites the custom fields of all objects that a definition is for.
fn rewrite(draft: &mut Draft<'_>, change: impl Fn(&mut Value)) {
    let models = draft.object.get("object_types").as_array().cloned().unwrap_or_default();
    for resource in models.iter().filter_map(|model| table::by_model(model.as_str()?)) {
        let objects: Vec<_> = draft.state.all(resource.path).cloned().collect();
        for object in objects {
            let mut object = object.as_ref().clone();
            let mut values = object.get("custom_fields").clone();
            change(&mut values);
            object.set("custom_fields", values);
            draft.state.put(resource.path, object);
        }
    }
}
