//! Objects as NetBox shows them.

use serde_json::{Map, Value, json};

use crate::{
    custom_fields, filter,
    net::Net,
    rules::scope,
    state::{Object, State},
    table::{self, Field, Kind, Resource},
};

/// The fields of a tag, wherever it is shown.
const TAG_FIELDS: &[&str] = &["id", "url", "display_url", "display", "name", "slug", "color"];

/// The fields of a device in NetBox's older nested form.
const OLDER_FIELDS: &[&str] = &["id", "url", "display_url", "display", "name"];

/// What is needed to show an object: the others, and where the API is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) state: &'a State,
    /// Scheme and host, without a slash at the end.
    pub(crate) base: &'a str,
}

/// Which fields of an object are shown, or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    All,
    Brief,
    Only(Vec<String>),
    Without(Vec<String>),
}

impl Shape {
    pub(crate) fn includes(&self, resource: &Resource, field: &str) -> bool {
        match self {
            Self::All => true,
            Self::Brief => resource.brief.contains(&field),
            Self::Only(names) => names.iter().any(|name| name == field),
            Self::Without(names) => !names.iter().any(|name| name == field),
        }
    }
}

impl View<'_> {
    /// The object as an answer of its own.
    pub(crate) fn show(
        &self,
        resource: &'static Resource,
        object: &Object,
        shape: &Shape,
    ) -> Value {
        let fields = resource
            .fields
            .iter()
            .filter(|field| !field.write_only && shape.includes(resource, field.name));
        let members =
            fields.map(|field| (field.name.to_owned(), self.value(resource, field, object, false)));
        Value::Object(members.collect())
    }

    /// The object inside another one. NetBox drops counts there.
    pub(crate) fn nested(&self, path: &str, id: Option<u64>, only: Option<&[&str]>) -> Value {
        let found = table::by_path(path).zip(id.and_then(|id| self.state.get(path, id)));
        let Some((resource, object)) = found else { return Value::Null };
        let names = only.unwrap_or(resource.brief);
        let fields = resource.fields.iter().filter(|field| {
            names.contains(&field.name)
                && match field.kind {
                    Kind::Count(..) | Kind::ScopeCount(..) => false,
                    Kind::TreeCount(..) => only.is_none(),
                    _ => !field.write_only,
                }
        });
        // NetBox's older nested form is told by its `display_url`; what it holds has that form, too.
        let older = names.contains(&"display_url") && !names.contains(&"created");
        let members = fields.map(|field| {
            let value = match (field.name, field.kind) {
                ("cable", _) if older => object.get("cable").clone(),
                ("family", _) if older => {
                    self.value(resource, field, object, true)["value"].clone()
                }
                ("device" | "virtual_machine", Kind::Reference(target)) if older => {
                    self.nested(target, object.id_of(field.name), Some(OLDER_FIELDS))
                }
                _ => self.value(resource, field, object, true),
            };
            (field.name.to_owned(), value)
        });
        Value::Object(members.collect())
    }

    /// The target of a generic reference.
    pub(crate) fn generic(&self, model: &str, id: Option<u64>) -> Value {
        table::by_model(model).map_or(Value::Null, |target| self.nested(target.path, id, None))
    }

    /// The text that stands for an object, empty if there is none.
    pub(crate) fn display(&self, path: &str, id: Option<u64>) -> String {
        table::by_path(path)
            .zip(id.and_then(|id| self.state.get(path, id)))
            .map(|(resource, object)| resource.display_of(self, object))
            .unwrap_or_default()
    }

    /// The address of an object in the API.
    pub(crate) fn url(&self, path: &str, id: u64) -> String {
        format!("{}/api/{path}/{id}/", self.base)
    }

    fn value(
        &self,
        resource: &'static Resource,
        field: &Field,
        object: &Object,
        nested: bool,
    ) -> Value {
        let stored = object.get(field.name);
        match field.kind {
            Kind::Id => json!(object.id),
            Kind::Url => json!(self.url(resource.path, object.id)),
            Kind::DisplayUrl => {
                json!(format!("{}/{}/{}/", self.base, page_path(resource.path), object.id))
            }
            Kind::Display => json!(resource.display_of(self, object)),
            Kind::Tags => self.list("extras/tags", &object.ids_of("tags"), Some(TAG_FIELDS)),
            Kind::CustomFields => custom_fields::show(self, resource, object),
            Kind::Choice(choices) => labelled(choices, stored),
            Kind::Reference(target) => self.nested(target, stored.as_u64(), field.nested),
            Kind::References(target) => self.list(target, &object.ids_of(field.name), field.nested),
            Kind::Object(type_field, id_field) => {
                self.generic(object.text(type_field), object.id_of(id_field))
            }
            Kind::Holders(of, by) => {
                let found = filter::holders(self, of, by, resource, object);
                let ids: Vec<_> = found.iter().map(|object| object.id).collect();
                self.list(of, &ids, field.nested)
            }
            Kind::Terminations => self.terminations(stored),
            Kind::Count(of, by) => json!(self.state.referring(of, by, object.id).count()),
            Kind::LiveCount(of, by) => json!(self.state.referring(of, by, object.id).count()),
            Kind::ScopeCount(of, by) => json!(scope::count(self, resource, object.id, of, by)),
            Kind::TreeCount(..) if nested => json!(0),
            Kind::TreeCount(of, by) => json!(self.count_below(resource, of, by, object.id)),
            Kind::Computed(make) => make(self, object),
            Kind::Unruled(shown) => {
                shown.map_or(Value::Null, |text| serde_json::from_str(text).unwrap_or(Value::Null))
            }
            _ => stored.clone(),
        }
    }

    fn list(&self, path: &str, ids: &[u64], only: Option<&[&str]>) -> Value {
        let mut ids = ids.to_vec();
        if let Some(resource) = table::by_path(path) {
            crate::order::by_default(self, resource, &mut ids);
        }
        ids.into_iter().map(|id| self.nested(path, Some(id), only)).collect()
    }

    fn terminations(&self, stored: &Value) -> Value {
        let ends = stored.as_array().into_iter().flatten();
        ends.map(|end| {
            let model = end["object_type"].as_str().unwrap_or_default();
            json!({
                "object_type": model,
                "object_id": end["object_id"],
                "object": self.generic(model, end["object_id"].as_u64()),
            })
        })
        .collect()
    }

    fn count_below(&self, resource: &Resource, of: &str, by: &str, id: u64) -> usize {
        let below = descendants(self.state, resource, id);
        below.iter().map(|id| self.state.referring(of, by, *id).count()).sum()
    }
}

/// Where NetBox's web interface shows a resource, which differs from the API's path at times.
fn page_path(path: &str) -> &str {
    match path {
        "extras/custom-field-choice-sets" => "extras/custom-field-choices",
        "core/object-changes" => "core/changelog",
        path => path,
    }
}

/// An object and all below it.
pub(crate) fn descendants(state: &State, resource: &Resource, id: u64) -> Vec<u64> {
    let mut found = vec![id];
    let Some(parent) = resource.parent else { return found };
    let mut next = 0;
    while let Some(&id) = found.get(next) {
        let children = state.referring(resource.path, parent, id).map(|child| child.id);
        let new: Vec<_> = children.filter(|id| !found.contains(id)).collect();
        found.extend(new);
        next += 1;
    }
    found
}

/// An object's ancestors, from its parent up.
pub(crate) fn ancestors(state: &State, resource: &Resource, object: &Object) -> Vec<u64> {
    let mut found = Vec::new();
    let Some(parent) = resource.parent else { return found };
    let mut above = object.id_of(parent);
    while let Some(id) = above.filter(|id| !found.contains(id)) {
        found.push(id);
        above = state.get(resource.path, id).and_then(|object| object.id_of(parent));
    }
    found
}

/// How deep an object lies in its tree, as `_depth` shows it.
pub(crate) fn depth(view: &View<'_>, path: &str, object: &Object) -> Value {
    table::by_path(path)
        .map_or(Value::Null, |resource| json!(ancestors(view.state, resource, object).len()))
}

/// `{value, label}`, or null for a choice not made.
pub(crate) fn labelled(choices: table::Choices, stored: &Value) -> Value {
    let text = match stored {
        Value::Null => return Value::Null,
        Value::String(text) if text.is_empty() => return Value::Null,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let label = choices.iter().find(|(value, _)| *value == text).map_or("", |(_, label)| label);
    json!({"value": stored, "label": label})
}

/// `{value, label}` of the family of the address in a field.
pub(crate) fn family(object: &Object, field: &str) -> Value {
    Net::parse(object.text(field)).map_or(
        Value::Null,
        |net| json!({"value": net.family(), "label": format!("IPv{}", net.family())}),
    )
}

/// A map from pairs, for values made by rules.
pub(crate) fn members<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
