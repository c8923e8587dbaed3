//! Every documented way to write a call, and what it answers.

use serde_json::{Map, Value, json};

/// One call.
pub(crate) struct Form {
    /// The tool.
    pub(crate) tool: &'static str,
    /// Its arguments.
    pub(crate) arguments: Value,
    /// What the answer says, among other things.
    pub(crate) says: String,
    /// Whether the answer is an error.
    pub(crate) is_error: bool,
}

/// All forms, in an order in which each can succeed. Names carry a suffix, so that several clients
/// can send them to one server.
pub(crate) fn forms(suffix: &str) -> Vec<Form> {
    let named = |what: &str| {
        let name = format!("{what}-{suffix}");
        json!({ "name": name, "slug": name })
    };
    let created = |what: &str| format!("{what}-{suffix}");
    let text = |value: Value| Value::String(value.to_string());
    let create =
        |params: Value| json!({ "resource": "region", "action": "create", "params": params });
    let bulk =
        |params: Value| json!({ "resource": "region", "action": "bulk_create", "params": params });
    let list = |more: Value| {
        let mut arguments = json!({ "resource": "region", "action": "list" });
        let more = more.as_object().expect("an object").clone();
        arguments.as_object_mut().expect("an object").extend(more);
        arguments
    };
    let two = |what: &str| json!([named(&format!("{what}-1")), named(&format!("{what}-2"))]);
    let mut beside = named("beside");
    beside["resource"] = json!("region");
    beside["action"] = json!("create");
    let mut site = named("site");
    site["region"] = json!({ "slug": created("object") });
    let only_name = json!({ "fields": ["name"], "limit": 1 });
    let in_params = json!({ "name": created("object") });

    let dcim = |arguments, says: &str, is_error| Form {
        tool: "dcim",
        arguments,
        says: says.to_owned(),
        is_error,
    };
    let done = |arguments, says: &str| dcim(arguments, says, false);
    let refused = |arguments, says: &str| dcim(arguments, says, true);
    vec![
        done(json!({ "resource": "region" }), "name!"),
        done(json!({ "resource": "region", "action": "help" }), "name!"),
        done(json!({ "resource": "region,site", "action": "help" }), "name!"),
        done(json!({ "resource": "region.create", "action": "help" }), "name!"),
        done(json!({ "resource": "site.status", "action": "help" }), "planned"),
        done(json!({ "resource": "dcim", "action": "help" }), "region"),
        done(create(named("object")), &created("object")),
        done(create(text(named("text"))), &created("text")),
        done(beside, &created("beside")),
        done(json!({ "resource": "site", "action": "create", "params": site }), &created("site")),
        done(bulk(json!({ "items": two("items") })), "created 2"),
        done(bulk(text(json!({ "items": two("items-text") }))), "created 2"),
        done(bulk(two("array")), "created 2"),
        done(bulk(text(two("array-text"))), "created 2"),
        done(list(json!({ "params": in_params })), &created("object")),
        done(list(json!({ "params": in_params, "options": only_name })), &created("object")),
        done(
            list(json!({ "params": in_params, "options": text(only_name.clone()) })),
            &created("object"),
        ),
        done(
            list(json!({ "params": in_params, "fields": ["name"], "limit": 1 })),
            &created("object"),
        ),
        done(list(json!({ "options": { "limit": 1 } })), "cursor"),
        done(list(json!({ "params": {}, "options": {} })), &created("object")),
        done(list(json!({ "params": null, "options": null })), &created("object")),
        done(list(json!({ "params": "", "options": "" })), &created("object")),
        refused(list(json!({ "params": { "slugg": "x" } })), "slug"),
        refused(json!({ "resource": "regoin", "action": "list" }), "region"),
        refused(json!({ "resource": "region", "action": "lst" }), "list"),
        refused(create(text(json!([1]))), "items[0]"),
        refused(create(json!("{")), "params"),
        refused(create(named("object")), "already exists"),
    ]
}

/// The same call as a model has to write it for which every published argument is required, and
/// which can write text but no object of its own making. Answers nothing for one that stands on
/// arguments that are not published.
pub(crate) fn as_text(arguments: &Value, schema: &Value) -> Option<Value> {
    let given = arguments.as_object().expect("arguments are an object");
    let published = schema["properties"].as_object().expect("properties");
    if given.keys().any(|name| !published.contains_key(name)) {
        return None;
    }
    let written = published.iter().map(|(name, schema)| {
        let value = match given.get(name) {
            // What may be left out has a first value that says so.
            None | Some(Value::Null) => schema["enum"].get(0).cloned().unwrap_or(json!("")),
            Some(Value::String(text)) => json!(text),
            Some(value) => json!(value.to_string()),
        };
        (name.clone(), value)
    });
    Some(Value::Object(written.collect::<Map<_, _>>()))
}
