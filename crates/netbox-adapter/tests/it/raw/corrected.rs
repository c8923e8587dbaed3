//! What an operation takes on a running NetBox: what the document says, and by hand what it leaves
//! out or has wrong.
//!
//! Each correction was seen on NetBox 4.7.3; the numbers are those of the list that they were
//! written down in. This is written for 4.7 and reads no policy.

use serde_json::{Map, Value, json};

use super::{Raw, RawOperation};

/// What an operation takes.
#[derive(Debug)]
pub(crate) struct Corrected<'a> {
    /// The parameters in the path.
    pub(crate) path: Vec<(&'a str, &'a Value)>,
    /// The parameters in the query.
    pub(crate) query: Vec<(String, Value)>,
    /// The names of those that a request must have.
    pub(crate) required: Vec<&'a str>,
    /// Whether custom fields can be filtered by.
    pub(crate) custom_field_filters: bool,
    /// Whether `If-Match` is looked at.
    pub(crate) if_match: bool,
    /// The body.
    pub(crate) body: Option<Body>,
}

/// A body: one object, a list of objects, or either.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) required: bool,
    /// Whether it has a file that it must have, which JSON cannot carry.
    pub(crate) needs_file: bool,
    /// The schema of one object.
    pub(crate) one: Option<Value>,
    /// The schema of one object of a list.
    pub(crate) many: Option<Value>,
}

/// Reads an operation and corrects it.
pub(crate) fn corrected<'a>(raw: &'a Raw, operation: RawOperation<'a>) -> Corrected<'a> {
    let method = operation.method();
    let mut body = documented(raw, operation);
    let is_list = body.as_ref().is_some_and(|body| body.many.is_some());
    if method == "DELETE" && (is_list || operation.is_about_one()) {
        body = Some(deletion(operation));
    }
    if let Some(body) = &mut body {
        change_log(operation, body);
        tags(operation, body);
        allocation(raw, operation, body);
        images(operation, body);
    }
    if takes_no_body(operation) {
        body = None;
    }
    let takes_list = body.as_ref().is_some_and(|body| body.many.is_some());
    let mut query: Vec<(String, Value)> = operation
        .parameters("query")
        .into_iter()
        // 12: an answer in another format is asked for by a header; the parameter is a 406.
        .filter(|(name, _)| !(method == "POST" && *name == "format"))
        // What an answer shows is decided here, and `brief=false` would still mean brief.
        .filter(|(name, _)| !(method == "GET" && ["brief", "fields", "omit"].contains(name)))
        // What an answer shows is chosen here; `brief=false` would still mean brief.
        .filter(|(name, _)| !(method == "GET" && ["brief", "fields", "omit"].contains(name)))
        // 14: an elevation fails by it.
        .filter(|(name, _)| !(operation.path.ends_with("/elevation/") && *name == "start"))
        // A filter on a secret tells it.
        .filter(|(name, _)| !is_filter_on_secret(operation.path, name))
        .map(|(name, schema)| (name.to_owned(), schema.clone()))
        .collect();
    // 7: the lists of what is available take a limit.
    if method == "GET" && operation.path.contains("/available-") {
        query.push(("limit".to_owned(), json!({"type": "integer", "minimum": 1})));
    }
    // 9: writes of a list may run in the background, but not what is secret.
    let is_secret = operation.path.starts_with("/api/users/");
    if takes_list && !operation.is_about_one() && !is_secret {
        query.push(("background".to_owned(), json!({"type": "boolean"})));
    }
    let on_object = operation.path.ends_with("/{id}/") && parts(operation.path) == 4;
    Corrected {
        path: operation.parameters("path"),
        query,
        required: operation.required_parameters(),
        // 10: the document cannot know the custom fields.
        custom_field_filters: method == "GET"
            && !operation.is_about_one()
            && operation.answers_field("custom_fields"),
        // 8: a write of one object is refused if it changed in between.
        if_match: on_object && ["PUT", "PATCH", "DELETE"].contains(&method.as_str()),
        body,
    }
}

/// How many parts a path has.
fn parts(path: &str) -> usize {
    path.split('/').filter(|part| !part.is_empty()).count()
}

/// The body as the document has it.
fn documented(raw: &Raw, operation: RawOperation<'_>) -> Option<Body> {
    let (schema, required) = operation.body()?;
    let schema = raw.resolved(schema);
    let list = |schema: &Value| schema.get("items").cloned();
    let (one, many) = match schema["oneOf"].as_array() {
        Some(variants) => {
            let lists = variants.iter().find_map(|variant| list(raw.resolved(variant)));
            let ones = variants.iter().find(|variant| list(raw.resolved(variant)).is_none());
            (ones.cloned(), lists)
        }
        None => match list(schema) {
            Some(items) => (None, Some(items)),
            None => (Some(schema.clone()), None),
        },
    };
    let resolved = |schema: Option<Value>| schema.map(|schema| raw.resolved(&schema).clone());
    let (one, many) = (resolved(one), resolved(many));
    let needs_file = one.iter().any(has_required_file);
    Some(Body { required, needs_file, one, many })
}

/// Whether an object is not whole without a file.
pub(crate) fn has_required_file(schema: &Value) -> bool {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    required.into_iter().any(|name| schema["properties"][name]["format"] == "binary")
}

/// 1 and 2: a delete takes ids, or nothing; both with a message for the change log.
fn deletion(operation: RawOperation<'_>) -> Body {
    let message = json!({"type": "string", "maxLength": 200});
    if operation.is_about_one() {
        let one = json!({"type": "object", "properties": {"changelog_message": message}});
        return Body { required: false, needs_file: false, one: Some(one), many: None };
    }
    let many = json!({
        "type": "object",
        "properties": {"id": {"type": "integer"}, "changelog_message": message},
        "required": ["id"],
    });
    Body { required: true, needs_file: false, one: None, many: Some(many) }
}

/// 3: what is in the change log takes a message for it.
fn change_log(operation: RawOperation<'_>, body: &mut Body) {
    let is_write = ["POST", "PUT", "PATCH"].contains(&operation.method().as_str());
    let is_crud = match parts(operation.path) {
        3 => true,
        4 => operation.path.ends_with("/{id}/") && operation.method() != "POST",
        _ => false,
    };
    if is_write && is_crud && operation.answers_field("last_updated") {
        body.add("changelog_message", &json!({"type": "string", "maxLength": 200}));
    }
}

/// 3: a change of some fields may add some tags and remove others.
fn tags(operation: RawOperation<'_>, body: &mut Body) {
    let has_tags = |schema: &Value| schema["properties"]["tags"].is_object();
    let patched = operation.method() == "PATCH" && matches!(parts(operation.path), 3 | 4);
    if patched && body.one.iter().chain(&body.many).any(has_tags) {
        let tags = json!({
            "type": "array",
            "items": {"$ref": "#/components/schemas/NestedTagRequest"},
        });
        body.add("add_tags", &tags);
        body.add("remove_tags", &tags);
    }
}

/// 13: a change of an attached image has to say what it is attached to.
fn images(operation: RawOperation<'_>, body: &mut Body) {
    if operation.method() == "PATCH" && operation.path.starts_with("/api/extras/image-attachments/")
    {
        for form in [&mut body.one, &mut body.many].into_iter().flatten() {
            let required = form["required"].as_array().cloned().unwrap_or_default();
            let known = required.into_iter().chain([json!("object_type"), json!("object_id")]);
            form["required"] = known.collect();
        }
    }
}

/// 6: what is allocated takes one object or several, with the fields of what is made.
fn allocation(raw: &Raw, operation: RawOperation<'_>, body: &mut Body) {
    let Some((_, what)) = operation.path.split_once("/available-") else { return };
    let item = body.many.take().or(body.one.take()).expect("a list");
    let of_create = |path: &str, number: &str| {
        let created = documented(raw, raw.operation("POST", path)).expect("a body");
        let mut fields = created.one.expect("an object")["properties"].clone();
        remove(&mut fields, number);
        fields
    };
    let mut item = item;
    match what {
        "ips/" => {
            merge(&mut item, of_create("/api/ipam/ip-addresses/", "address"));
            remove(&mut item["properties"], "address");
            body.required = false;
        }
        "prefixes/" => merge(&mut item, of_create("/api/ipam/prefixes/", "prefix")),
        "asns/" => {
            remove(&mut item["properties"], "asn");
            let required = item["required"].as_array_mut().expect("required fields");
            required.retain(|name| name != "asn" && name != "rir");
            remove(&mut item["properties"], "rir");
            body.required = false;
        }
        _ => {}
    }
    body.one = Some(item.clone());
    body.many = Some(item);
}

fn remove(fields: &mut Value, name: &str) {
    fields.as_object_mut().expect("fields").shift_remove(name);
}

/// Adds fields that an object does not have yet.
fn merge(item: &mut Value, fields: Value) {
    let Value::Object(fields) = fields else { panic!("fields") };
    let known: &mut Map<String, Value> = item["properties"].as_object_mut().expect("fields");
    for (name, field) in fields {
        known.entry(name).or_insert(field);
    }
}

/// Actions that NetBox looks at no body of.
fn takes_no_body(operation: RawOperation<'_>) -> bool {
    let is_sync = operation.path.ends_with("/{id}/sync/") && parts(operation.path) == 5;
    let is_task = operation.path.starts_with("/api/core/background-tasks/{id}/");
    operation.method() == "POST" && (is_sync || is_task)
}

fn is_filter_on_secret(path: &str, name: &str) -> bool {
    let field = name.split("__").next().unwrap_or_default();
    ["preshared_key", "auth_key", "auth_psk", "secret", "payload_url", "source_url"]
        .contains(&field)
        || (path == "/api/users/tokens/" && field == "key")
        || (path == "/api/extras/webhooks/" && field == "q")
}

impl Body {
    /// Adds a field to both forms.
    fn add(&mut self, name: &str, schema: &Value) {
        for form in [&mut self.one, &mut self.many].into_iter().flatten() {
            form["properties"][name] = schema.clone();
        }
    }
}
