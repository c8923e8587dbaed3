//! The calls with which an agent builds a network.

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A network, as the steps of one batch.
#[derive(Deserialize)]
pub(super) struct Build {
    /// What it is called.
    #[serde(skip)]
    pub(super) name: &'static str,
    steps: Vec<Value>,
    /// A row of a step, as the agent tries it first, in vain.
    tried_first: Option<Map<String, Value>>,
}

/// How an agent works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A call for each object.
    OneByOne,
    /// As few calls as there can be.
    Batched,
}

/// A call of a tool.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) tool: &'static str,
    pub(super) arguments: Value,
    /// Whether it is the one that NetBox refuses.
    pub(super) is_refused: bool,
}

/// What one row of a step makes.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) resource: String,
    /// What it is to have, by the names of the row and of what its step gives to all rows.
    pub(super) fields: Map<String, Value>,
    params: Value,
}

impl Style {
    /// Both of them.
    pub(super) const BOTH: [Self; 2] = [Self::OneByOne, Self::Batched];

    /// What it is called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::OneByOne => "one call for each object",
            Self::Batched => "batched",
        }
    }
}

impl Build {
    /// Both networks, in the order in which they are built.
    pub(super) fn both() -> [Self; 2] {
        let read = |name, text| {
            let build: Self = serde_json::from_str(text).expect("the file is well-formed");
            Self { name, ..build }
        };
        [
            read("federation", include_str!("federation.json")),
            read("klingon", include_str!("klingon.json")),
        ]
    }

    /// Everything that there is to build.
    pub(super) fn objects(&self) -> Vec<Object> {
        self.steps.iter().flat_map(objects).collect()
    }

    /// The calls that an agent makes.
    pub(super) fn calls(&self, style: Style) -> Vec<Call> {
        match style {
            Style::OneByOne => self.one_by_one(),
            Style::Batched => self.batched(),
        }
    }

    fn one_by_one(&self) -> Vec<Call> {
        let mut calls = Vec::new();
        for object in self.objects() {
            let call = |params: &Value, is_refused| Call {
                tool: tool_of(&object.resource),
                arguments: json!({
                    "resource": object.resource, "action": "create", "params": params,
                }),
                is_refused,
            };
            if let Some(tried) = self.tried_first.as_ref().filter(|tried| object.is(tried)) {
                let mut params = object.params.clone();
                spoil(&mut params, tried);
                calls.push(call(&params, true));
            }
            calls.push(call(&object.params, false));
        }
        calls
    }

    fn batched(&self) -> Vec<Call> {
        let call = |steps: &[Value], is_refused| Call {
            tool: "batch",
            arguments: json!({ "steps": steps }),
            is_refused,
        };
        let Some(tried) = &self.tried_first else { return vec![call(&self.steps, false)] };
        let place = self.steps.iter().position(|step| step["resource"] == tried["resource"]);
        let place = place.expect("a step of this resource");
        let mut steps = self.steps.clone();
        let [header, rows @ ..] = steps[place]["each"].as_array_mut().expect("rows").as_mut_slice()
        else {
            panic!("no header");
        };
        let column = |name: &str| header.as_array()?.iter().position(|column| column == name);
        let name = column("name").expect("a name");
        let row = rows.iter_mut().find(|row| row[name] == tried["name"]).expect("the row");
        for (key, value) in tried {
            if let Some(column) = column(key) {
                row[column] = value.clone();
            }
        }
        // What stands after the step that is refused is not done, and so is what is left.
        vec![call(&steps, true), call(&self.steps[place..], false)]
    }
}

impl Object {
    fn is(&self, tried: &Map<String, Value>) -> bool {
        self.resource == tried["resource"] && self.fields.get("name") == tried.get("name")
    }
}

/// Puts in what is tried first.
fn spoil(params: &mut Value, tried: &Map<String, Value>) {
    for (key, value) in tried.iter().filter(|(key, _)| *key != "resource") {
        params[key] = value.clone();
    }
}

/// What a step makes, a row each.
fn objects(step: &Value) -> Vec<Object> {
    let [header, rows @ ..] = step["each"].as_array().expect("rows").as_slice() else {
        panic!("no header");
    };
    let header = header.as_array().expect("a header");
    let params = step.get("params").cloned().unwrap_or_else(|| json!({}));
    let is_pattern = params.to_string().contains("\"$each.");
    let object = |row: &Value| {
        let row: Map<String, Value> = header
            .iter()
            .zip(row.as_array().expect("a row"))
            .map(|(column, cell)| (column.as_str().expect("a name").to_owned(), cell.clone()))
            .collect();
        let mut of_all = params.as_object().expect("an object").clone();
        if is_pattern {
            let params = filled(&params, &row);
            of_all.retain(|_, value| !value.to_string().contains("\"$each."));
            of_all.extend(row);
            return (of_all, params);
        }
        of_all.extend(row);
        (of_all.clone(), Value::Object(of_all))
    };
    let resource = step["resource"].as_str().expect("a resource");
    let with_params = rows.iter().map(object);
    with_params
        .map(|(fields, params)| Object { resource: resource.to_owned(), fields, params })
        .collect()
}

/// A pattern with a row's cells in it.
fn filled(pattern: &Value, row: &Map<String, Value>) -> Value {
    match pattern {
        Value::String(text) => match text.strip_prefix("$each.") {
            Some(column) => row[column].clone(),
            None => pattern.clone(),
        },
        Value::Array(elements) => elements.iter().map(|element| filled(element, row)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.clone(), filled(value, row))).collect()
        }
        _ => pattern.clone(),
    }
}

/// The tool that has a resource.
pub(super) fn tool_of(resource: &str) -> &'static str {
    match resource {
        "rir" | "aggregate" | "vrf" | "prefix" | "vlan" | "ipaddress" => "ipam",
        _ => "dcim",
    }
}
