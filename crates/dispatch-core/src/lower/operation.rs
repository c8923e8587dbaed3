//! Operations: path items, their operations, and what identifies them.

use std::collections::BTreeSet;

use openapiv3::{Operation, Responses, Server};
use serde_json::{Map, Value};

use super::DraftOperation;
use super::schemas::Schemas;
use crate::catalog::{Method, Parameter};
use crate::diagnostic::Code;
use crate::document::pointer::child;
use crate::document::structure;

const METHODS: [(&str, Method); 8] = [
    ("get", Method::Get),
    ("put", Method::Put),
    ("post", Method::Post),
    ("delete", Method::Delete),
    ("options", Method::Options),
    ("head", Method::Head),
    ("patch", Method::Patch),
    ("trace", Method::Trace),
];

/// The operations of a document, while they are read.
#[derive(Default)]
pub(super) struct Operations {
    pub(super) lowered: Vec<DraftOperation>,
    pub(super) n_dropped: usize,
    ids: BTreeSet<String>,
}

/// A path item: where it stands, and the value it has there or refers to.
struct Item<'d> {
    path: &'d str,
    place: String,
    map: &'d Map<String, Value>,
    /// The parameters of all its operations.
    shared: Vec<(String, &'d Value)>,
}

impl Operations {
    /// Lowers every operation under `paths`.
    pub(super) fn read(&mut self, schemas: &mut Schemas<'_, '_>) {
        let root = schemas.document.root();
        if root.contains_key("webhooks") {
            let message = "webhooks are calls the API makes, not calls to it";
            schemas.note(Code::PartIgnored, "/webhooks", message);
        }
        let Some(paths) = root.get("paths") else { return };
        let Value::Object(paths) = paths else {
            schemas.note(Code::OperationDropped, "/paths", "it is no object");
            return;
        };
        for (path, value) in paths.iter().filter(|(path, _)| !path.starts_with("x-")) {
            self.path(schemas, path, child("/paths", path), value);
        }
    }

    fn path<'d>(
        &mut self,
        schemas: &mut Schemas<'d, '_>,
        path: &'d str,
        mut place: String,
        mut value: &'d Value,
    ) {
        // What stands beside a `$ref` wins over what is found there; 3.1 leaves it open.
        let mut seen = BTreeSet::new();
        loop {
            let Value::Object(map) = value else {
                self.drop(schemas, &place, 1, "its path item is no object");
                return;
            };
            let shared = schemas.listed(child(&place, "parameters"), map.get("parameters"));
            self.item(schemas, &Item { path, place, map, shared });
            let Some(reference) = map.get("$ref") else { return };
            let at = child("/paths", path);
            let Some((pointer, found)) = schemas.follow(&at, reference) else { return };
            if !seen.insert(pointer.clone()) {
                schemas.note(Code::MissingReference, at, "its path item refers to itself");
                return;
            }
            place = pointer;
            value = found;
        }
    }

    fn item<'d>(&mut self, schemas: &mut Schemas<'d, '_>, item: &Item<'d>) {
        let others = item.map.get("additionalOperations").and_then(Value::as_object);
        for (key, n) in [
            ("query", usize::from(item.map.contains_key("query"))),
            ("additionalOperations", others.map_or(0, Map::len)),
        ] {
            if n > 0 {
                let message = "only the methods of 3.0 and 3.1 are known";
                self.drop(schemas, &child(&item.place, key), n, message);
            }
        }
        if item.map.contains_key("servers") {
            let message = "only the document's first server is used";
            schemas.note(Code::PartIgnored, child(&item.place, "servers"), message);
        }
        for (key, method) in METHODS {
            let Some(value) = item.map.get(key) else { continue };
            let place = child(&item.place, key);
            let known = |known: &DraftOperation| known.path == item.path && known.method == method;
            if self.lowered.iter().rev().take(METHODS.len()).any(known) {
                schemas.note(Code::PartIgnored, place, "the path item refers to a second one");
                continue;
            }
            match self.operation(schemas, item, place.clone(), method, value) {
                Ok(operation) => self.lowered.push(operation),
                Err(reason) => self.drop(schemas, &place, 1, &reason),
            }
        }
    }

    fn operation<'d>(
        &mut self,
        schemas: &mut Schemas<'d, '_>,
        item: &Item<'d>,
        pointer: String,
        method: Method,
        value: &'d Value,
    ) -> Result<DraftOperation, String> {
        if !item.path.starts_with('/') || item.path.contains(['?', '#']) {
            return Err(
                "its path does not start with `/`, or holds a query or a fragment".to_owned()
            );
        }
        let Operation {
            tags,
            summary,
            description,
            external_docs: _,
            operation_id,
            // Parameters, body and responses are read one by one: a bad one shall cost no more.
            parameters: _,
            request_body: _,
            responses: Responses { default: _, responses: _, extensions: _ },
            callbacks: _,
            deprecated: _,
            // Who may call is the business of the credentials the backend adds.
            security: _,
            servers,
            extensions: _,
        } = structure::operation(value)?;
        if !servers.is_empty() {
            let message = "only the document's first server is used";
            schemas.note(Code::PartIgnored, child(&pointer, "servers"), message);
        }
        if value.get("callbacks").is_some() {
            let message = "callbacks are calls the API makes, not calls to it";
            schemas.note(Code::PartIgnored, child(&pointer, "callbacks"), message);
        }
        let parameters =
            schemas.parameters(&pointer, &item.shared, value.get("parameters"), item.path)?;
        let body = match value.get("requestBody") {
            Some(body) => schemas.body(&child(&pointer, "requestBody"), body)?,
            None => None,
        };
        let answer = schemas.answer(&pointer, value.get("responses"));
        let told = description.as_deref().map(first_sentence);
        let text = summary.iter().chain(&told).map(String::as_str).collect::<Vec<_>>().join(" ");
        let description = match schemas.options.descriptions {
            true => summary.or(told),
            false => None,
        };
        Ok(DraftOperation {
            operation_id: self.id(schemas, &pointer, operation_id),
            tags,
            method,
            path: item.path.to_owned(),
            description: description.filter(|text| !text.is_empty()),
            text,
            path_parameters: parameters.path,
            query: parameters.query,
            headers: parameters.headers,
            body,
            answer,
            pointer,
        })
    }

    fn id(
        &mut self,
        schemas: &mut Schemas<'_, '_>,
        pointer: &str,
        id: Option<String>,
    ) -> Option<String> {
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            let message = "it has no operation id and is known by method and path";
            schemas.note(Code::NoOperationId, pointer, message);
            return None;
        };
        if self.ids.insert(id.clone()) {
            return Some(id);
        }
        let message = format!("{id:?} is an earlier operation's id; known by method and path");
        schemas.note(Code::DuplicateOperationId, pointer, message);
        None
    }

    fn drop(&mut self, schemas: &mut Schemas<'_, '_>, place: &str, n: usize, reason: &str) {
        self.n_dropped += n;
        schemas.note(Code::OperationDropped, place, reason);
    }
}

/// The parameters of one operation, by where they go.
#[derive(Default)]
pub(super) struct Parameters {
    pub(super) path: Vec<Parameter>,
    pub(super) query: Vec<Parameter>,
    pub(super) headers: Vec<Parameter>,
}

/// The path of the first server's URL, without a trailing slash.
pub(super) fn base_path(schemas: &mut Schemas<'_, '_>) -> String {
    let Some(value) = schemas.document.root().get("servers").and_then(|servers| servers.get(0))
    else {
        return String::new();
    };
    let Server { mut url, description: _, variables, extensions: _ } =
        match structure::server(value) {
            Ok(server) => server,
            Err(error) => {
                schemas.note(
                    Code::PartIgnored,
                    "/servers/0",
                    format!("it could not be read: {error}"),
                );
                return String::new();
            }
        };
    for (name, variable) in variables.unwrap_or_default() {
        url = url.replace(&format!("{{{name}}}"), &variable.default);
    }
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
        None => match url.strip_prefix("//") {
            Some(rest) => rest.find('/').map_or("", |slash| &rest[slash..]),
            None => url.trim_start_matches('.'),
        },
    };
    let path = path.trim_end_matches('/');
    if path.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// The first sentence of a text, on one line.
fn first_sentence(text: &str) -> String {
    let paragraph = text.trim().split("\n\n").next().unwrap_or_default();
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.find(". ") {
        Some(end) => line[..=end].to_owned(),
        None => line,
    }
}
