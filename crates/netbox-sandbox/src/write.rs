//! Creating and changing objects.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    change::{self, Action},
    custom_fields,
    input::Reading,
    problem::{Failure, Problems, WHOLE},
    python,
    render::{Shape, View},
    state::{Object, State},
    table::{Field, Kind, Resource},
    unique,
};

/// Who writes, in answer to which request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Author<'a> {
    pub(crate) user: &'a str,
    pub(crate) request_id: &'a str,
    /// Scheme and host of the API.
    pub(crate) base: &'a str,
}

/// An object on its way into the store, as the rules of its resource see it.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) author: Author<'a>,
    pub(crate) resource: &'static Resource,
    pub(crate) object: Object,
    /// The object as it was, on an update or delete.
    pub(crate) before: Option<Arc<Object>>,
    /// What the client sent.
    pub(crate) body: &'a Map<String, Value>,
}

impl Draft<'_> {
    pub(crate) const fn view(&self) -> View<'_> {
        View { state: self.state, base: self.author.base }
    }

    /// The object that a reference field names.
    pub(crate) fn target(&self, field: &str) -> Option<&Arc<Object>> {
        let path = self.resource.field(field)?.target()?;
        self.state.get(path, self.object.id_of(field)?)
    }

    /// Whether the write gives a field another value than it had.
    pub(crate) fn changes(&self, field: &str) -> bool {
        self.before.as_ref().is_none_or(|before| before.get(field) != self.object.get(field))
    }

    /// Stores the object as it now is.
    pub(crate) fn store(&mut self) {
        self.state.put(self.resource.path, self.object.clone());
    }
}

/// How complete the body of a write is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// PUT: required fields must be there.
    Whole,
    /// PATCH.
    Partial,
}

/// Creates one object.
///
/// # Errors
///
/// NetBox's complaints about the body; nothing is stored then.
pub(crate) fn create(
    state: &mut State,
    author: Author<'_>,
    resource: &'static Resource,
    body: &Value,
    shape: &Shape,
) -> Result<u64, Failure> {
    let body = members(body)?;
    let mut problems = Problems::default();
    let mut object = state.blank(resource);
    let reading = Reading { state, resource, before: None };
    let given = read(reading, body, shape, Extent::Whole, &mut problems)?;
    for field in resource.fields.iter().filter(|field| matches!(field.kind, Kind::CustomFields)) {
        object.set(field.name, custom_fields::presets(state, resource));
    }
    apply(&mut object, given);
    read_tag_changes(state, body, None, &mut object, &mut problems)?;
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let mut draft = Draft { state, author, resource, object, before: None, body };
    check(&mut draft, &mut problems, shape);
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let id = draft.state.insert(resource.path, draft.object.clone());
    draft.object.id = id;
    for rule in resource.rules.saved {
        rule(&mut draft, true)?;
    }
    // As in NetBox, a message that is too long fails only now, when the id is spent.
    let message = change_message(body)?;
    change::record(
        draft.state,
        author,
        resource,
        Action::Create,
        (None, Some(&draft.object)),
        &message,
    );
    Ok(id)
}

/// Changes one object.
///
/// # Errors
///
/// NetBox's complaints about the body; nothing is stored then.
pub(crate) fn update(
    state: &mut State,
    author: Author<'_>,
    resource: &'static Resource,
    before: &Arc<Object>,
    body: &Value,
    (extent, shape): (Extent, &Shape),
) -> Result<(), Failure> {
    let body = members(body)?;
    let mut problems = Problems::default();
    let mut object = before.as_ref().clone();
    let reading = Reading { state, resource, before: Some(before) };
    apply(&mut object, read(reading, body, shape, extent, &mut problems)?);
    read_tag_changes(state, body, Some(before), &mut object, &mut problems)?;
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let message = change_message(body)?;
    let before = Some(Arc::clone(before));
    let mut draft = Draft { state, author, resource, object, before, body };
    check(&mut draft, &mut problems, &Shape::All);
    if !problems.is_empty() {
        return Err(problems.into());
    }
    if resource.field("last_updated").is_some() {
        let stamp = draft.state.stamp();
        draft.object.set("last_updated", stamp);
    }
    draft.store();
    for rule in resource.rules.saved {
        rule(&mut draft, false)?;
    }
    let pair = (draft.before.as_deref(), Some(&draft.object));
    change::record(draft.state, author, resource, Action::Update, pair, &message);
    Ok(())
}

fn members(body: &Value) -> Result<&Map<String, Value>, Failure> {
    match body {
        Value::Object(members) => Ok(members),
        Value::Null => Err(Problems::of(WHOLE, "No data provided").into()),
        other => {
            let found = python::type_name(other);
            let message = format!("Invalid data. Expected a dictionary, but got {found}.");
            Err(Problems::of(WHOLE, message).into())
        }
    }
}

fn apply(object: &mut Object, given: Vec<(&'static str, Value)>) {
    for (name, value) in given {
        object.set(name, value);
    }
}

/// Reads the fields of a body. What no field is called is ignored, as NetBox does.
fn read(
    reading: Reading<'_>,
    body: &Map<String, Value>,
    shape: &Shape,
    extent: Extent,
    problems: &mut Problems,
) -> Result<Vec<(&'static str, Value)>, Failure> {
    let mut given = Vec::new();
    let resource = reading.resource;
    for field in resource.fields {
        if field.read_only || !shape.includes(resource, field.name) {
            continue;
        }
        let Some(value) = body.get(field.name) else {
            if field.required && extent == Extent::Whole {
                problems.add(field.name, "This field is required.");
            } else if field.resets && extent == Extent::Whole && reading.before.is_some() {
                given.push((field.name, field.preset_value()));
            }
            continue;
        };
        if field.refused || matches!(field.kind, Kind::Unruled(_)) {
            check_unruled(resource, field, value)?;
            continue;
        }
        let read = reading.read(field, value).and_then(|value| {
            let own_id = reading.before.map_or(0, |before| before.id);
            let taken = field
                .unique
                .then(|| unique::field_taken(reading.state, resource, field, &value, own_id));
            taken.flatten().map_or(Ok(value), |message| Err(json!([message])))
        });
        match read {
            Ok(_) if field.write_only => {}
            Ok(value) => given.push((field.name, value)),
            Err(complaint) => problems.set(field.name, complaint),
        }
    }
    Ok(given)
}

/// A field without a rule may be given what it is anyway.
fn check_unruled(resource: &Resource, field: &Field, value: &Value) -> Result<(), Failure> {
    let empty = match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    if empty {
        return Ok(());
    }
    Err(Failure::not_implemented(&format!("writing {} of {}", field.name, resource.path)))
}

/// `add_tags` and `remove_tags`.
fn read_tag_changes(
    state: &State,
    body: &Map<String, Value>,
    before: Option<&Object>,
    object: &mut Object,
    problems: &mut Problems,
) -> Result<(), Failure> {
    let list = |name: &str| match body.get(name) {
        None => Ok(None),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| crate::reference::resolve(state, "extras/tags", item))
            .collect::<Result<Vec<_>, _>>()
            .map(Some)
            .map_err(|message| Failure::from(Problems::of(name, message))),
        Some(other) => {
            let found = python::type_name(other);
            let message = format!("Expected a list of items but got type \"{found}\".");
            Err(Problems::of(name, message).into())
        }
    };
    let (add, remove) = (list("add_tags")?, list("remove_tags")?);
    let non_empty = |ids: &Option<Vec<u64>>| ids.as_ref().is_some_and(|ids| !ids.is_empty());
    let tags_given =
        body.get("tags").and_then(Value::as_array).is_some_and(|tags| !tags.is_empty());
    if tags_given && (non_empty(&add) || non_empty(&remove)) {
        problems
            .add("tags", "Cannot specify \"tags\" together with \"add_tags\" or \"remove_tags\".");
        return Ok(());
    }
    if before.is_none() && non_empty(&remove) {
        problems.add("remove_tags", "Cannot use \"remove_tags\" when creating a new object.");
        return Ok(());
    }
    let (add, remove) = (add.unwrap_or_default(), remove.unwrap_or_default());
    if add.is_empty() && remove.is_empty() {
        return Ok(());
    }
    let both: Vec<_> = add.iter().filter(|id| remove.contains(id)).collect();
    if !both.is_empty() {
        let names = both.iter().filter_map(|id| state.get("extras/tags", **id));
        let names: Vec<_> = names.map(|tag| tag.text("name")).collect();
        problems.add(
            "remove_tags",
            format!(
                "Tags may not be present in both \"add_tags\" and \"remove_tags\": {}",
                names.join(", ")
            ),
        );
        return Ok(());
    }
    let mut tags = object.ids_of("tags");
    tags.extend(add.iter().filter(|id| !object.ids_of("tags").contains(id)));
    tags.retain(|id| !remove.contains(id));
    object.set("tags", tags);
    Ok(())
}

/// The message that the client wants recorded with the change.
///
/// # Errors
///
/// A complaint, or the crash that NetBox answers to a message of more than 200 characters.
pub(crate) fn change_message(body: &Map<String, Value>) -> Result<String, Failure> {
    const MAX: usize = 200;
    match body.get("changelog_message") {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) if text.chars().count() > MAX => {
            Err(Failure::crash("DataError", "value too long for type character varying(200)"))
        }
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(Problems::of("changelog_message", "Not a valid string.").into()),
    }
}

/// The checks of Django's model validation.
fn check(draft: &mut Draft<'_>, problems: &mut Problems, shape: &Shape) {
    for field in draft.resource.fields {
        if !field.required || shape.includes(draft.resource, field.name) {
            continue;
        }
        // `?fields=` on a write left out a field that the model requires.
        match draft.object.get(field.name) {
            Value::Null => problems.add(field.name, "This field cannot be null."),
            Value::String(text) if text.is_empty() => {
                problems.add(field.name, "This field cannot be blank.");
            }
            _ => {}
        }
    }
    check_generic_references(draft, problems);
    // NetBox's validation builds on this one, and does not run if it complains.
    if problems.is_empty() {
        for rule in draft.resource.rules.clean {
            rule(draft, problems);
        }
    }
    if draft.resource.field("custom_fields").is_some() {
        custom_fields::clean(draft.state, draft.resource, &draft.object, problems);
    }
    if let Some(parent) = draft.resource.parent {
        check_parent(draft, parent, problems);
    }
    unique::check(draft.state, draft.resource, &draft.object, problems);
}

/// Both halves of a generic reference are set, or none.
fn check_generic_references(draft: &mut Draft<'_>, problems: &mut Problems) {
    for field in draft.resource.fields {
        let Kind::Object(type_field, id_field) = field.kind else { continue };
        let model = draft.object.text(type_field).to_owned();
        match (model.as_str(), draft.object.id_of(id_field)) {
            ("", None) => {}
            ("", Some(_)) => problems.add(type_field, "This field cannot be null."),
            (_, None) => problems.add(id_field, "This field cannot be null."),
            (model, Some(id)) => {
                let target = crate::table::by_model(model);
                let found = target.is_some_and(|target| draft.state.get(target.path, id).is_some());
                if !found {
                    problems.add(
                        id_field,
                        format!("Related object not found using the provided value: {id}."),
                    );
                }
            }
        }
    }
}

fn check_parent(draft: &Draft<'_>, parent: &str, problems: &mut Problems) {
    let Some(above) = draft.object.id_of(parent) else { return };
    let below = crate::render::descendants(draft.state, draft.resource, draft.object.id);
    if draft.before.is_some() && below.contains(&above) {
        problems.add(parent, "Cannot assign self or a descendant as parent.");
    }
}

/// The ETag of an object.
pub(crate) fn etag(object: &Object) -> Option<String> {
    let stamp = match object.text("last_updated") {
        "" => object.text("created"),
        stamp => stamp,
    };
    let stamp = stamp.strip_suffix('Z')?;
    Some(format!("W/\"{stamp}+00:00\""))
}

/// Refuses a write whose `If-Match` names another state of the object.
///
/// # Errors
///
/// 412, with the current ETag.
pub(crate) fn check_precondition(if_match: Option<&str>, object: &Object) -> Result<(), Failure> {
    let (Some(wanted), Some(etag)) = (if_match, etag(object)) else { return Ok(()) };
    if wanted == "*" || wanted.is_empty() || wanted.split(',').any(|one| one.trim() == etag) {
        return Ok(());
    }
    let mut failure = Failure::detail(StatusCode::PRECONDITION_FAILED, "Precondition failed.");
    failure.etag = Some(etag);
    Err(failure)
}
