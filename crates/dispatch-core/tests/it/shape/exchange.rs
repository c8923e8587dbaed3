//! Recorded exchanges with a real API, and a small catalog to shape them with.

use std::collections::BTreeMap;

use bytes::Bytes;
use dispatch_core::Catalog;
use dispatch_core::catalog::{
    Action, Additional, Answer, AnswerKind, CatalogParts, Envelope, Field, Form, Group, GroupId,
    Length, Method, ObjectType, Operation, OperationId, Parameter, Resource, ResourceId, Shape,
    Style, Type, TypeId, Types,
};
use dispatch_core::shape::{Format, Page, Refusal, Sent, Shaper, Text};
use dispatch_core::tier::Tier;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

/// One recorded exchange.
#[derive(Debug, Deserialize)]
pub(crate) struct Exchange {
    pub(crate) name: String,
    pub(crate) resource: String,
    pub(crate) action: String,
    #[serde(default)]
    pub(crate) id: Option<String>,
    pub(crate) sent: Value,
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) answer: Value,
}

/// Every recorded exchange.
pub(crate) fn exchanges() -> Vec<Exchange> {
    let lines = include_str!("../fixtures/shape.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a recorded exchange")).collect()
}

impl Exchange {
    pub(crate) fn named(name: &str) -> Self {
        exchanges().into_iter().find(|exchange| exchange.name == name).expect("a recorded exchange")
    }

    /// The bytes of the answer.
    pub(crate) fn body(&self) -> Bytes {
        match &self.answer {
            Value::String(text) => Bytes::from(text.clone()),
            json => Bytes::from(json.to_string()),
        }
    }

    pub(crate) fn sent(&self) -> Sent<'_> {
        let body = (!self.sent.is_null()).then_some(&self.sent);
        Sent { id: self.id.as_deref(), body, ..Sent::default() }
    }

    /// The rows of a list.
    pub(crate) fn rows(&self) -> Vec<Value> {
        let rows = self.answer.get("results").unwrap_or(&self.answer);
        rows.as_array().expect("rows").clone()
    }

    /// The resource with one action and its operation, as a catalog that types its answer.
    pub(crate) fn catalog(&self, change: impl FnOnce(&mut Resource)) -> Catalog {
        catalog_of(&self.resource, &self.action, &self.answer, change)
    }

    /// Shapes the answer the way a dispatcher does.
    pub(crate) fn shape(&self, shaper: &Shaper<'_>) -> Text {
        let status = StatusCode::from_u16(self.status).expect("a status");
        if !status.is_success() {
            let refusal = Refusal {
                status,
                content_type: self.content_type.as_deref(),
                location: None,
                retry_after: None,
                body: &self.body(),
            };
            return shaper.refused(&refusal, self.sent());
        }
        if status == StatusCode::NO_CONTENT {
            return shaper.done(self.sent());
        }
        if shaper.action.name.starts_with("bulk_") {
            return shaper.bulk(status, &self.rows(), self.sent());
        }
        match &shaper.operation.answer.kind {
            AnswerKind::List { .. } => {
                let page = Page {
                    first: 0,
                    total: self.answer.get("count").and_then(Value::as_u64),
                    next: self.answer["next"].as_str().map(|_| "CURSOR".to_owned()),
                };
                shaper.list(&self.rows(), &page, &|_| Some("LATER".to_owned()))
            }
            _ if shaper.operation.method.is_safe() => shaper.object(&self.answer),
            _ => shaper.written(status, &self.answer, self.sent()),
        }
    }
}

/// A shaper for the one action of the catalog's one resource.
pub(crate) fn shaper(catalog: &Catalog) -> Shaper<'_> {
    let resource = &catalog.resources()[0];
    let action = &resource.actions[0];
    Shaper {
        catalog,
        resource,
        action,
        operation: catalog.operation(action.operation),
        fields: None,
        format: Format::Auto,
        max_tokens: 20_000,
    }
}

/// A catalog of one resource with this action and, to look with, `list` and `get`.
pub(crate) fn catalog_of(
    resource: &str,
    action: &str,
    answer: &Value,
    change: impl FnOnce(&mut Resource),
) -> Catalog {
    let mut types = vec![Type::new(Shape::Any)];
    let ending = if resource.ends_with(['s', 'x']) { "es" } else { "s" };
    let path = format!("/api/{resource}{ending}/");
    let item = format!("{path}{{id}}/");
    let is_list = answer.get("results").is_some() || answer.is_array();
    let row = answer.get("results").unwrap_or(answer);
    let row = row.get(0).unwrap_or(row);
    let ty = type_of(&mut types, row);
    let envelope = answer.get("results").map(|_| Envelope {
        rows: "results".to_owned(),
        total: Some("count".to_owned()),
        next: Some("next".to_owned()),
    });
    let kind =
        if is_list { AnswerKind::List { item: ty, envelope } } else { AnswerKind::One { ty } };
    let method = match action {
        "list" | "get" | "trace" | "available-ips" | "elevation" => Method::Get,
        "update" | "bulk_update" => Method::Patch,
        "delete" | "bulk_delete" => Method::Delete,
        _ => Method::Post,
    };
    let mut operations = vec![operation("called", method, &item, kind)];
    let mut names = vec![action];
    for (name, path) in [("list", path.as_str()), ("get", item.as_str())] {
        if name != action {
            operations.push(operation(name, Method::Get, path, AnswerKind::Empty));
            names.push(name);
        }
    }
    let actions = names.iter().zip(0..).map(|(name, n)| Action {
        name: (*name).to_owned(),
        operation: OperationId(n),
        form: Form::One,
        synonyms: Vec::new(),
        columns: Vec::new(),
        has_runs: false,
    });
    let mut resource: Resource = serde_json::from_value(serde_json::json!({
        "name": resource, "group": 0, "path": path, "actions": actions.collect::<Vec<_>>(),
    }))
    .expect("a resource");
    change(&mut resource);
    let mut parts = CatalogParts::default();
    parts.scopes = BTreeMap::new();
    parts.groups = vec![Group { name: "all".to_owned(), resources: vec![ResourceId(0)] }];
    parts.resources = vec![resource];
    parts.operations = operations;
    parts.types = Types(types);
    assert_eq!(parts.resources[0].group, GroupId(0));
    Catalog::new(parts).expect("a catalog")
}

fn operation(name: &str, method: Method, path: &str, kind: AnswerKind) -> Operation {
    let parameter = |name: &str| Parameter {
        name: name.to_owned(),
        ty: TypeId(0),
        required: true,
        choices: None,
        style: Style::default(),
        refers: None,
        description: None,
    };
    let has_id = path.contains("{id}");
    Operation {
        name: name.to_owned(),
        method,
        path: path.to_owned(),
        tier: if method.is_safe() { Tier::Read } else { Tier::Write },
        path_parameters: if has_id { vec![parameter("id")] } else { Vec::new() },
        query: if has_id { Vec::new() } else { vec![parameter("name")] },
        query_prefixes: Vec::new(),
        headers: Vec::new(),
        body: None,
        answer: Answer { status: 200, kind },
        paging: None,
        has_pictures: false,
        description: None,
        words: Vec::new(),
    }
}

/// The type that a value has.
fn type_of(types: &mut Vec<Type>, value: &Value) -> TypeId {
    let shape = match value {
        Value::Object(members) => {
            let field = |(name, member): (&String, &Value)| Field {
                name: name.clone(),
                ty: type_of(types, member),
                required: false,
                read_only: false,
                write_only: false,
                description: None,
            };
            Shape::Object(ObjectType {
                schema: None,
                fields: members.iter().map(field).collect(),
                additional: Additional::Unstated,
            })
        }
        Value::Array(elements) => {
            let items = elements.first().map_or(TypeId(0), |element| type_of(types, element));
            Shape::Array { items, length: Length::default() }
        }
        _ => Shape::String(Length::default()),
    };
    types.push(Type::new(shape));
    TypeId(u32::try_from(types.len() - 1).expect("few types"))
}
