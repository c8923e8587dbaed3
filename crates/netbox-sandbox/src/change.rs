//! The change log, `core/object-changes`.

use serde_json::{Value, json};

use crate::{
    render::{View, members},
    state::{Object, State},
    table::{self, Kind, Resource},
    write::Author,
};

const CHANGES: &str = "core/object-changes";

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    Update,
    Delete,
}

/// What NetBox keeps no record of.
const UNRECORDED: &[&str] =
    &[CHANGES, "core/jobs", "dcim/cable-terminations", "extras/bookmarks", "extras/subscriptions"];

/// Records a change.
pub(crate) fn record(
    state: &mut State,
    author: Author<'_>,
    resource: &'static Resource,
    action: Action,
    (before, after): (Option<&Object>, Option<&Object>),
    message: &str,
) {
    if UNRECORDED.contains(&resource.path) {
        return;
    }
    let Some(object) = after.or(before) else { return };
    let view = View { state, base: author.base };
    let repr = resource.display_of(&view, object);
    let data = |object: Option<&Object>| {
        object.map_or_else(|| json!({}), |object| serialized(state, resource, object))
    };
    let action = match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Delete => "delete",
    };
    let user = state.all("users/users").find(|user| user.text("username") == author.user);
    let mut values = members([
        ("user", user.map_or(Value::Null, |user| json!(user.id))),
        ("user_name", json!(author.user)),
        ("request_id", json!(author.request_id)),
        ("action", json!(action)),
        ("changed_object_type", json!(resource.model)),
        ("changed_object_id", json!(object.id)),
        ("object_repr", json!(repr.chars().take(200).collect::<String>())),
        ("message", json!(message)),
        ("prechange_data", data(before)),
        ("postchange_data", data(after)),
    ]);
    values.insert("time".to_owned(), json!(state.stamp()));
    state.make(CHANGES, &values);
}

/// The stored values of an object, with its tags by name, as the change log keeps them.
fn serialized(state: &State, resource: &Resource, object: &Object) -> Value {
    let stored = resource.fields.iter().filter(|field| {
        field.is_stored() && !matches!(field.kind, Kind::Created | Kind::LastUpdated)
    });
    let values = stored.map(|field| {
        let value = match field.kind {
            Kind::Tags => {
                let tags = object.ids_of("tags");
                let names = tags.iter().filter_map(|id| state.get("extras/tags", *id));
                let mut names: Vec<_> = names.map(|tag| tag.text("name").to_owned()).collect();
                names.sort();
                json!(names)
            }
            _ => object.get(field.name).clone(),
        };
        (field.name.to_owned(), value)
    });
    Value::Object(values.collect())
}

/// The text of a change: `DCIM | region CL deleted by admin`.
pub(crate) fn display(_: &View<'_>, change: &Object) -> String {
    let model = change.text("changed_object_type");
    let named = table::by_model(model);
    let app = named.map_or("", |resource| resource.app());
    let app = match app {
        "dcim" | "ipam" | "vpn" => app.to_uppercase(),
        app => {
            app.chars().take(1).flat_map(char::to_uppercase).chain(app.chars().skip(1)).collect()
        }
    };
    let verbose = named.map_or(model, |resource| resource.verbose);
    let done = match change.text("action") {
        "create" => "created",
        "update" => "updated",
        _ => "deleted",
    };
    let (repr, user) = (change.text("object_repr"), change.text("user_name"));
    format!("{app} | {verbose} {repr} {done} by {user}")
}

/// The object that a change is about, if it still exists.
pub(crate) fn changed_object(view: &View<'_>, change: &Object) -> Value {
    view.generic(change.text("changed_object_type"), change.id_of("changed_object_id"))
}
