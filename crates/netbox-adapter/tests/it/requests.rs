//! Every operation of a document as a call, and the request that comes of it.
//!
//! The arguments are made from the document, and so is what the request must look like, by a reader
//! that shares nothing with the compiler (see [`raw`](crate::raw)).

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use dispatch_core::catalog::{Action, Form, OperationId, Paging, Resource};
use http::Request;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::client::Client;
use crate::documents::{self, Compiled};
use crate::raw::Raw;
use crate::raw::corrected::{Corrected, corrected, has_required_file};
use crate::raw::generate::{Fill, Generator};
use crate::raw::random::Random;
use crate::recorder::RecordingBackend;

/// One call, and what the request must be.
#[derive(Debug)]
struct Case {
    params: Map<String, Value>,
    path: String,
    query: Vec<(String, String)>,
    if_match: Option<String>,
    body: Option<Value>,
    file: Option<String>,
}

/// One face of an operation: what it is called, and what it takes.
struct Face<'a> {
    raw: &'a Raw,
    takes: Corrected<'a>,
    method: String,
    template: &'a str,
    tool: &'a str,
    resource: &'a Resource,
    action: &'a Action,
    /// The filters that refer to objects: a text that cannot be what they take is looked up.
    referring: BTreeMap<&'a str, bool>,
    /// The parameters of the path that take the id of an object, or its name.
    own_ids: BTreeSet<&'a str>,
    /// Whether the rows come by page, whether the document says so or not.
    is_paged: bool,
    /// Whether one row more than is wanted tells whether there are more.
    asks_for_one_more: bool,
}

/// Every action with the least that a call of it must have.
pub(crate) fn least_calls<'a>(
    document: &'a Compiled,
    raw: &'a Raw,
) -> Vec<(&'a Resource, &'a Action, Value)> {
    let call = |face: Face<'a>| {
        let params = face.case(Fill::Least, 0).params;
        (face.resource, face.action, Value::from(params))
    };
    faces(document, raw).into_iter().map(call).collect()
}

/// Every action of the catalog with what the document says of its operation.
fn faces<'a>(document: &'a Compiled, raw: &'a Raw) -> Vec<Face<'a>> {
    let catalog = &document.catalog;
    let mut faces = Vec::new();
    for operation in raw.operations().filter(|it| it.path != "/api/schema/") {
        let method = operation.method();
        let is_this = |known: &dispatch_core::catalog::Operation| {
            known.method.as_str() == method && known.path == operation.path
        };
        let place = catalog.operations().iter().position(is_this);
        let place = place.unwrap_or_else(|| panic!("{method} {} is compiled", operation.path));
        let id = OperationId(u32::try_from(place).expect("a place"));
        for (resource, action) in catalog.faces(id) {
            let takes = corrected(raw, operation);
            // A form is no list: no object of one can have the file that it needs.
            let needs_file = takes.body.as_ref().is_some_and(|body| body.needs_file);
            assert!(!needs_file || action.form == Form::One, "{}", resource.name);
            let many = takes.body.as_ref().and_then(|body| body.many.as_ref());
            if action.form == Form::Many && many.is_some_and(has_required_file) {
                continue;
            }
            let known = catalog.operation(action.operation);
            let own_ids = known.path_parameters.iter().filter(|it| it.refers.is_some());
            faces.push(Face {
                raw,
                takes,
                method: method.clone(),
                template: operation.path,
                tool: &catalog.group(resource.group).name,
                resource,
                action,
                referring: referring(known),
                own_ids: own_ids.map(|it| it.name.as_str()).collect(),
                is_paged: known.paging.is_some(),
                asks_for_one_more: matches!(known.paging, Some(Paging::First { .. })),
            });
        }
    }
    faces
}

impl Face<'_> {
    fn name(&self) -> String {
        format!("{} {} ({} {})", self.resource.name, self.action.name, self.method, self.template)
    }

    /// The schema of one object of the body, where this face takes a body.
    fn object(&self) -> Option<&Value> {
        let body = self.takes.body.as_ref()?;
        if self.action.form == Form::Many { body.many.as_ref() } else { body.one.as_ref() }
    }

    /// Makes a call.
    fn case(&self, fill: Fill, round: usize) -> Case {
        let random = Random::of(&format!("{} {fill:?} {round}", self.name()));
        let mut make = Generator { raw: self.raw, random, fill };
        let mut case = Case {
            params: Map::new(),
            path: self.template.to_owned(),
            query: Vec::new(),
            if_match: None,
            body: None,
            file: None,
        };
        self.path(&mut make, &mut case);
        self.body(&mut make, &mut case);
        self.query(&mut make, &mut case);
        if self.takes.if_match && fill != Fill::Least {
            let etag = "W/\"2026-11-22T09:30:00.123456+00:00\"";
            case.params.insert("If-Match".to_owned(), Value::from(etag));
            case.if_match = Some(etag.to_owned());
        }
        case
    }

    fn path(&self, make: &mut Generator<'_>, case: &mut Case) {
        for (name, schema) in &self.takes.path {
            let mut value = make.value(schema);
            if self.own_ids.contains(name) && value.is_string() {
                value = Value::from("7");
            }
            if let Some(text) = value.as_str() {
                // These are refused in a path, whatever the document says: see the next test.
                let kept: String =
                    text.chars().filter(|c| !matches!(c, '/' | '\\') && !c.is_control()).collect();
                value = Value::from(kept);
            }
            case.path = case.path.replace(&format!("{{{name}}}"), &text(&value));
            case.params.insert((*name).to_owned(), value);
        }
    }

    fn body(&self, make: &mut Generator<'_>, case: &mut Case) {
        let Some(schema) = self.object() else { return };
        let body = self.takes.body.as_ref().expect("it has an object");
        if self.action.form == Form::Many {
            let mut items: Vec<Value> = (0..2).map(|_| make.value(schema)).collect();
            items.iter_mut().for_each(|item| without_files(schema, item));
            case.params.insert("items".to_owned(), Value::from(items.clone()));
            case.body = Some(Value::from(items));
            return;
        }
        let mut object = make.value(schema);
        if !body.needs_file {
            without_files(schema, &mut object);
        }
        let fields = object.as_object_mut().expect("an object");
        if fields.is_empty() && (body.required || self.method == "PATCH") {
            // An empty change is refused, so there is one field at least.
            make.fill = Fill::All;
            let all = make.value(schema);
            let some = all.as_object().into_iter().flatten().next();
            fields.extend(some.map(|(name, value)| (name.clone(), value.clone())));
            make.fill = Fill::Least;
        }
        let is_file = |name: &&str| schema["properties"][*name]["format"] == "binary";
        let file = fields.iter().filter(|(_, value)| !value.is_null());
        let file = file.map(|(name, _)| name.as_str()).find(is_file).map(str::to_owned);
        if let Some(name) = &file {
            fields[name] = json!({"filename": "a \"b\".png", "content_base64": "iVBORw0KGgo="});
        }
        case.file = file;
        for (name, value) in fields.iter() {
            let taken = case.params.contains_key(name);
            let name = if taken { format!("body.{name}") } else { name.clone() };
            case.params.insert(name, value.clone());
        }
        let is_sent = !fields.is_empty() || body.required;
        case.body = is_sent.then_some(object);
    }

    fn query(&self, make: &mut Generator<'_>, case: &mut Case) {
        let fields = self.object().filter(|_| self.action.form == Form::One);
        let fields = fields.map(|object| &object["properties"]);
        for (name, schema) in &self.takes.query {
            let wanted = match make.fill {
                Fill::Least => false,
                Fill::Some => make.random.one_in(3),
                Fill::All => true,
            };
            let wanted = wanted || self.takes.required.contains(&name.as_str());
            // The cursor and the offset of a list exclude each other.
            if !wanted || (name == "start" && make.fill == Fill::All) {
                continue;
            }
            let value = match name.as_str() {
                "limit" => Value::from(1 + make.random.below(50)),
                "offset" if case.params.contains_key("start") => continue,
                "start" if case.params.contains_key("offset") => continue,
                "offset" | "start" => Value::from(1 + make.random.below(5000)),
                _ => in_query(make, schema),
            };
            let value = match self.referring.get(name.as_str()) {
                Some(takes_id) => as_taken(value, *takes_id),
                None => value,
            };
            let is_list = value.as_array().is_some();
            let texts: Vec<String> = match &value {
                Value::Array(values) => values.iter().map(text).collect(),
                Value::Number(n) if name == "limit" && self.asks_for_one_more => {
                    vec![(n.as_u64().expect("a count") + 1).to_string()]
                }
                value => vec![text(value)],
            };
            assert!(!(is_list && texts.is_empty()), "{name} would not be sent");
            case.query.extend(texts.into_iter().map(|text| (name.clone(), text)));
            let is_field = fields.is_some_and(|fields| fields.get(name).is_some());
            let taken = is_field || case.params.contains_key(name);
            let name = if taken { format!("query.{name}") } else { name.clone() };
            case.params.insert(name, value);
        }
        if self.takes.custom_field_filters && make.fill != Fill::Least {
            for (name, value) in [
                ("cf_owner", json!("a&b=c")),
                ("cf_owner__ic", json!(["x y", "z"])),
                ("cf_port", json!(8080)),
            ] {
                let texts = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                case.query.extend(texts.iter().map(|value| (name.to_owned(), text(value))));
                case.params.insert(name.to_owned(), value);
            }
        }
    }
}

/// Takes the files out of an object: beside them, a call takes plain values only.
fn without_files(schema: &Value, object: &mut Value) {
    let is_file = |name: &String| schema["properties"][name]["format"] == "binary";
    object.as_object_mut().expect("an object").retain(|name, it| it.is_null() || !is_file(name));
}

/// The parameters of an operation that refer to objects, and whether they take ids.
fn referring(operation: &dispatch_core::catalog::Operation) -> BTreeMap<&str, bool> {
    let refers =
        |it: &'_ dispatch_core::catalog::Parameter| Some(it.refers.as_ref()?.takes.is_none());
    operation.query.iter().filter_map(|it| Some((it.name.as_str(), refers(it)?))).collect()
}

/// The texts of a value as what a filter takes: ids or slugs.
fn as_taken(value: Value, takes_id: bool) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(|it| as_taken(it, takes_id)).collect(),
        Value::String(text) if takes_id => Value::from(text.len().to_string()),
        Value::String(text) if text.parse::<u64>().is_err() => {
            let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            Value::from(format!("a-{}", letters.to_lowercase()))
        }
        value => value,
    }
}

/// A value for a query: a list there is never empty, and no null.
fn in_query(make: &mut Generator<'_>, schema: &Value) -> Value {
    // A query has no room for anything but plain values.
    let is_of_any = schema["type"] == "array" && schema["items"]["type"].is_null();
    let plain = json!({"type": "array", "items": {"type": "string"}});
    let schema = if is_of_any { &plain } else { schema };
    loop {
        let value = make.value(schema);
        let is_empty = value.as_array().is_some_and(Vec::is_empty);
        if is_empty && make.fill == Fill::Least {
            return Value::from(vec![make.value(&schema["items"])]);
        }
        if !is_empty && !value.is_null() {
            return value;
        }
    }
}

/// A value as a path or a query has it.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The parts of a path, decoded, from a text that holds nothing but what a path may.
fn decoded_path(path: &str) -> String {
    let legal = |c: char| c.is_ascii_alphanumeric() || "-._~%!$&'()*+,;=:@/".contains(c);
    assert!(path.chars().all(legal), "{path}");
    let decoded = |part: &str| percent_decode_str(part).decode_utf8().expect("UTF-8").into_owned();
    path.split('/').map(decoded).collect::<Vec<_>>().join("/")
}

/// The pairs of a query, decoded as a server does it.
fn decoded_query(query: &str) -> Vec<(String, String)> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "-._~%!$&'()*+,;=:@/?".contains(c);
    assert!(query.chars().all(legal), "{query}");
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8().expect("UTF-8").into_owned()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').expect("a pair"))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// The pairs by name; the values of one name keep their order.
fn by_name(pairs: &[(String, String)]) -> BTreeMap<&str, Vec<&str>> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in pairs {
        by_name.entry(name).or_default().push(value);
    }
    by_name
}

fn check_request(face: &Face<'_>, case: &Case, request: &Request<Bytes>) {
    let name = face.name();
    assert_eq!(request.method().as_str(), face.method, "{name}");
    assert_eq!(request.uri().host(), None, "{name}");
    assert_eq!(decoded_path(request.uri().path()), case.path, "{name}");
    let pairs = decoded_query(request.uri().query().unwrap_or_default());
    let mut sent = by_name(&pairs);
    let expected = by_name(&case.query);
    if !expected.contains_key("limit") && face.is_paged {
        // How many rows a page has is ours to choose.
        sent.remove("limit");
    }
    assert_eq!(sent, expected, "{name}");
    let header = |name: &str| request.headers().get(name).map(|it| it.to_str().expect("text"));
    assert_eq!(header("if-match"), case.if_match.as_deref(), "{name}");
    assert_eq!(header("accept"), Some("application/json"), "{name}");
    match (&case.body, &case.file) {
        (None, _) => {
            assert!(request.body().is_empty(), "{name}: {:?}", request.body());
            assert_eq!(header("content-type"), None, "{name}");
        }
        (Some(body), None) => {
            assert_eq!(header("content-type"), Some("application/json"), "{name}");
            let sent: Value = serde_json::from_slice(request.body()).expect("JSON");
            assert_eq!(sent, *body, "{name}");
        }
        (Some(body), Some(file)) => check_form(request, body, file),
    }
    for name in request.headers().keys() {
        let known = ["accept", "content-type", "if-match"];
        assert!(known.contains(&name.as_str()), "{}: the header {name}", face.name());
    }
}

/// A form has one part for each field, and the bytes of the file.
fn check_form(request: &Request<Bytes>, body: &Value, file: &str) {
    let content_type = request.headers()["content-type"].to_str().expect("text");
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").expect("a form");
    let bytes = request.body();
    let delimiter = format!("--{boundary}");
    let starts: Vec<usize> = bytes
        .windows(delimiter.len())
        .enumerate()
        .filter(|(_, window)| *window == delimiter.as_bytes())
        .map(|(place, _)| place)
        .collect();
    let mut parts = BTreeMap::new();
    for pair in starts.windows(2) {
        let part = &bytes[pair[0] + delimiter.len() + 2..pair[1] - 2];
        let split = part.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        let head = str::from_utf8(&part[..split]).expect("text");
        let (_, name) = head.split_once("name=\"").expect("a name");
        let name = name.split('"').next().expect("a name");
        parts.insert(name.to_owned(), (head.to_owned(), part[split + 4..].to_vec()));
    }
    let fields = body.as_object().expect("fields");
    assert_eq!(parts.len(), fields.len());
    for (name, value) in fields {
        let (head, content) = &parts[name];
        if name == file {
            assert!(head.contains("filename=\"a %22b%22.png\""), "{head}");
            assert_eq!(content, b"\x89PNG\r\n\x1a\n");
        } else {
            assert_eq!(*content, text(value).into_bytes(), "{name}");
        }
    }
}

async fn check_case(client: &Client<RecordingBackend>, face: &Face<'_>, case: &Case) {
    let answer = client
        .call(face.tool, &face.resource.name, &face.action.name, &Value::from(case.params.clone()))
        .await;
    let requests = client.backend.take();
    let [request] = requests.as_slice() else {
        panic!(
            "{}: {} requests\n{}\nparams {}",
            face.name(),
            requests.len(),
            answer.text,
            Value::from(case.params.clone())
        );
    };
    check_request(face, case, request);
}

#[tokio::test]
async fn every_operation_sends_what_the_document_asks_for() {
    let Some(document) = documents::newest() else { return };
    let raw = Raw::new(document.json());
    let client = Client::recording(document);
    let faces = faces(document, &raw);
    assert!(faces.len() > 1256, "operations with two forms have two faces");
    for face in &faces {
        check_case(&client, face, &face.case(Fill::Least, 0)).await;
        check_case(&client, face, &face.case(Fill::All, 0)).await;
        for round in 0..3 {
            check_case(&client, face, &face.case(Fill::Some, round)).await;
        }
    }
}

/// Every operation refuses a name that it does not know, and nothing is sent.
#[tokio::test]
async fn a_misspelled_name_is_refused_before_anything_is_sent() {
    let Some(document) = documents::newest() else { return };
    let raw = Raw::new(document.json());
    let client = Client::recording(document);
    for face in &faces(document, &raw) {
        if takes_anything(face) {
            continue;
        }
        let case = face.case(Fill::All, 1);
        for name in misspellings(&case) {
            let mut params = case.params.clone();
            params.insert(name.clone(), json!("x"));
            check_refused(&client, face, params, &name).await;
        }
        let mut params = face.case(Fill::Least, 1).params;
        params.insert("no_such_name".to_owned(), json!(1));
        check_refused(&client, face, params, "no_such_name").await;
        check_items(&client, face).await;
    }
}

/// Names that are nearly those of a call: a letter too many, and a lookup that is none.
fn misspellings(case: &Case) -> Vec<String> {
    let names = case.params.keys().filter(|name| !name.starts_with("cf_") && *name != "items");
    let Some(name) = names.max() else { return Vec::new() };
    vec![format!("{name}x"), format!("{name}__bogus")]
}

/// Whether the body of an action is an object of any keys.
fn takes_anything(face: &Face<'_>) -> bool {
    let object = face.object().filter(|_| face.action.form == Form::One);
    object.is_some_and(|schema| {
        let additional = &schema["additionalProperties"];
        let has_no_fields = schema["properties"].as_object().is_none_or(Map::is_empty);
        has_no_fields || *additional == true || additional.is_object()
    })
}

async fn check_refused(
    client: &Client<RecordingBackend>,
    face: &Face<'_>,
    params: Map<String, Value>,
    name: &str,
) {
    let answer =
        client.call(face.tool, &face.resource.name, &face.action.name, &Value::from(params)).await;
    let requests = client.backend.take();
    assert!(requests.is_empty(), "{}: {name} was sent", face.name());
    assert!(answer.is_error, "{}: {}", face.name(), answer.text);
    assert!(answer.text.contains(name), "{}: {}", face.name(), answer.text);
}

/// An unknown field of one item of many is refused too, with its place.
async fn check_items(client: &Client<RecordingBackend>, face: &Face<'_>) {
    if face.action.form == Form::One {
        return;
    }
    let mut params = face.case(Fill::All, 2).params;
    let last = params["items"].as_array_mut().and_then(|items| items.last_mut());
    last.expect("items")["no_such_name"] = json!(1);
    let answer =
        client.call(face.tool, &face.resource.name, &face.action.name, &Value::from(params)).await;
    assert!(client.backend.take().is_empty(), "{}", face.name());
    assert!(answer.text.contains("items[1].no_such_name"), "{}: {}", face.name(), answer.text);
}
