//! Every documented way to write a call, and what it answers.

use serde_json::{Map, Value, json};

use super::batches::batches;

/// One call.
pub(crate) struct Form {
    /// The tool.
    pub(crate) tool: String,
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
    let mut forms = group_forms(suffix);
    forms.extend(batches(suffix));
    forms
}

fn group_forms(suffix: &str) -> Vec<Form> {
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

    let id = json!({ "id": created("text") });
    let delete = json!({ "resource": "region", "action": "delete", "params": id });

    let dcim = |arguments, says: &str, is_error| Form {
        tool: "dcim".to_owned(),
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
        done(delete, "deleted"),
    ]
}

impl Form {
    /// The same call where writing is split from reading: through the tool that is for it.
    pub(crate) fn split(self) -> Self {
        let step_of = |step: &Value| match step {
            Value::String(text) => serde_json::from_str(text).expect("a step in a text"),
            step => step.clone(),
        };
        let steps: Vec<Value> = match &self.arguments["steps"] {
            Value::Array(steps) => steps.iter().map(step_of).collect(),
            Value::String(text) => serde_json::from_str(text).expect("steps in a text"),
            _ => vec![self.arguments.clone()],
        };
        let has = |actions: &[&str]| {
            steps.iter().any(|step| step["action"].as_str().is_some_and(|it| actions.contains(&it)))
        };
        let tool = if has(&["delete"]) {
            "delete".to_owned()
        } else if has(&["create", "bulk_create", "update", "ensure"]) {
            "write".to_owned()
        } else {
            self.tool
        };
        Self { tool, ..self }
    }

    /// The same call where one tool is for everything, in which finding is an action, and which
    /// explains itself where it is given nothing to do.
    pub(crate) fn through(mut self, tool: &str) -> Self {
        if self.arguments["steps"] == json!([]) {
            self.says = "region".to_owned();
            self.is_error = false;
        }
        if let Some(words) = self.arguments.get("words").filter(|_| self.tool == "find") {
            self.arguments = json!({ "action": "find", "resource": words });
        }
        Self { tool: tool.to_owned(), ..self }
    }
}

/// The same call as a model has to write it for which every published argument is required, and
/// which can write text but no object of its own making. Answers nothing for one that stands on
/// arguments that are not published, or are not written as they are published.
pub(crate) fn as_text(arguments: &Value, schema: &Value) -> Option<Value> {
    let given = arguments.as_object().expect("arguments are an object");
    let published = schema["properties"].as_object().expect("properties");
    if given.keys().any(|name| !published.contains_key(name)) {
        return None;
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let written = published.iter().map(|(name, schema)| {
        let given = given.get(name).unwrap_or(&Value::Null);
        let value = match (schema["type"].as_str(), given) {
            (Some("array"), Value::Null) => json!([]),
            (Some("array"), Value::Array(items)) => items.iter().map(text).collect(),
            (Some("array"), _) => return None,
            (_, Value::Null) => json!(""),
            (_, value) => json!(text(value)),
        };
        Some((name.clone(), value))
    });
    written.collect::<Option<Map<_, _>>>().map(Value::Object)
}
