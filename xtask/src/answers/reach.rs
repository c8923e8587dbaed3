//! Nothing that an answer leaves out is out of reach.

use std::collections::BTreeSet;

use bytes::Bytes;
use dispatch_core::catalog::{Resource, Shape};
use http::{Request, Response};
use serde_json::{Map, Value, json};

use super::{Server, recorded};

/// Finds the dotted paths of all values that are no objects, keys of lists' elements included.
fn paths(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    let inner = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| paths(value, &inner(key), into));
        }
        Value::Array(elements) if elements.iter().any(Value::is_object) => {
            elements.iter().for_each(|element| paths(element, path, into));
        }
        _ => drop(into.insert(path.to_owned())),
    }
}

/// The values at a dotted path, lists looked through.
fn at<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    match value {
        Value::Array(elements) => elements.iter().flat_map(|element| at(element, path)).collect(),
        Value::Object(members) => match (members.get(path), path.split_once('.')) {
            (Some(value), _) => vec![value],
            (None, Some((first, rest))) => {
                members.get(first).map(|value| at(value, rest)).unwrap_or_default()
            }
            (None, None) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Whether a path leads to a secret.
fn is_secret(resource: &Resource, path: &str) -> bool {
    let covers = |pattern: &String| {
        let parts: Vec<&str> = pattern.split('.').collect();
        let keys: Vec<&str> = path.split('.').collect();
        parts.contains(&"**") && keys.first() == parts.first() || keys.starts_with(&parts)
    };
    resource.secrets.iter().any(covers)
}

/// Checks that every value of an answer is got by its path, exactly.
#[track_caller]
fn check(server: &Server, resource: &Resource, action: &str, rest: &Value, bare: &Value) -> usize {
    let mut leaves = BTreeSet::new();
    paths(bare, "", &mut leaves);
    leaves.retain(|path| !is_secret(resource, path));
    let mut asked = rest.clone();
    asked["options"]["format"] = json!("json");
    let whole = server.ask(&resource.name, action, &asked);
    asked["options"]["fields"] = json!(leaves);
    let projected = server.ask(&resource.name, action, &asked);
    // A list says first how many rows there are.
    let json_of = |text: &str| -> Value {
        let json =
            if action == "list" { text.split_once('\n').map_or("", |it| it.1) } else { text };
        let read = serde_json::from_str::<Value>(json);
        read.unwrap_or_else(|error| panic!("{} {action}: {error}\n{text}", resource.name))
    };
    let (whole, projected) = (json_of(&whole), json_of(&projected));
    let rows = |value: &Value| match value {
        Value::Array(rows) => rows.clone(),
        one => vec![one.clone()],
    };
    for ((bare, whole), projected) in rows(bare).iter().zip(rows(&whole)).zip(rows(&projected)) {
        for path in &leaves {
            let found = at(bare, path);
            assert_eq!(at(&whole, path), found, "{} {action} {path}", resource.name);
            let given = match (projected.get(path), found.as_slice()) {
                (None, []) => continue,
                (Some(given), [one]) => given == *one,
                (Some(Value::Array(given)), many) => given.iter().eq(many.iter().copied()),
                _ => false,
            };
            assert!(given, "{} {action} {path}: {found:?} and {projected}", resource.name);
        }
    }
    leaves.len()
}

/// The rows of a list, and the first object by itself, of every resource that has rows.
fn check_all(server: &Server) -> (usize, usize) {
    let (mut n_resources, mut n_leaves) = (0, 0);
    for resource in server.catalog.resources() {
        if resource.action("list").is_none() {
            continue;
        }
        let bare = server.direct(&format!("{}?limit=20", resource.path));
        let Some(rows) = bare["results"].as_array().filter(|rows| !rows.is_empty()) else {
            continue;
        };
        n_resources += 1;
        let few = json!({"options": {"limit": 20}});
        n_leaves += check(server, resource, "list", &few, &bare["results"]);
        if let (Some(id), Some(_)) = (rows[0]["id"].as_u64(), resource.action("get")) {
            let bare = server.direct(&format!("{}{id}/", resource.path));
            n_leaves += check(server, resource, "get", &json!({"params": {"id": id}}), &bare);
        }
    }
    (n_resources, n_leaves)
}

#[test]
fn of_the_sandbox() {
    let (server, _) = Server::campus();
    let (n_resources, n_leaves) = check_all(&server);
    assert!(n_resources >= 25 && n_leaves >= 1000, "{n_leaves} values of {n_resources} resources");
}

/// A write answers with one line; the same write gives everything as JSON.
#[test]
fn of_writes() {
    let (server, _) = Server::campus();
    let mut n_written = 0;
    for resource in server.catalog.resources() {
        let (Some(_), Some(_)) = (resource.action("update"), resource.action("list")) else {
            continue;
        };
        let bare = server.direct(&format!("{}?limit=1", resource.path));
        let Some(row) = bare["results"].get(0).filter(|row| row["description"].is_string()) else {
            continue;
        };
        let params = json!({"id": row["id"], "description": "seen"});
        let line = server.ask(&resource.name, "update", &json!({"params": params}));
        assert!(line.starts_with("updated ") && line.contains("description=seen"), "{line}");
        assert!(!line.contains('\n'), "{line}");
        let path = format!("{}{}/", resource.path, row["id"]);
        let mut bare = server.direct(&path);
        let written = server.ask(
            &resource.name,
            "update",
            &json!({"params": params, "options": {"format": "json"}}),
        );
        let mut written: Value = serde_json::from_str(&written).unwrap();
        for value in [&mut bare, &mut written] {
            value.as_object_mut().unwrap().remove("last_updated");
            resource
                .secrets
                .iter()
                .for_each(|key| drop(value.as_object_mut().unwrap().remove(key)));
        }
        assert_eq!(written, bare, "{}", resource.name);
        n_written += 1;
    }
    assert!(n_written >= 15, "{n_written}");
}

/// A value as a create takes it: the id of an object, the value of a choice.
fn sendable(value: &Value) -> Value {
    match value {
        Value::Array(elements) => elements.iter().map(sendable).collect(),
        Value::Object(members) => match (members.get("value"), members.get("id")) {
            (Some(choice), _) if members.contains_key("label") => choice.clone(),
            (_, Some(id)) => id.clone(),
            _ => value.clone(),
        },
        _ => value.clone(),
    }
}

/// What creates another object like a row: its writable fields, those that may have to be unique
/// with the number `n` in them.
fn like(server: &Server, resource: &Resource, row: &Value, n: usize) -> Option<Value> {
    let create = server.catalog.operation(resource.action("create")?.operation);
    let Shape::Object(object) = &server.catalog.types().get(create.body.as_ref()?.one?).shape
    else {
        return None;
    };
    let mut params = Map::new();
    for field in object.fields.iter().filter(|field| !field.read_only) {
        let Some(value) = row.get(&field.name).map(sendable) else { continue };
        let value = match (field.name.as_str(), value) {
            (_, Value::Null) | ("custom_fields" | "asset_tag", _) => continue,
            ("prefix", _) => json!(format!("198.18.{n}.0/24")),
            ("address", _) => json!(format!("198.19.0.{n}/32")),
            ("vid" | "asn", Value::Number(number)) => json!(number.as_u64()? + 100 + n as u64),
            ("name" | "slug" | "model" | "cid" | "label", Value::String(text)) => {
                json!(format!("{text}-{n}"))
            }
            (_, value) => value,
        };
        params.insert(field.name.clone(), value);
    }
    Some(Value::Object(params))
}

/// What creating, changing in bulk and deleting answers is one line; everything that the API computed
/// is got by reading the object, and by the same write as JSON.
#[test]
fn of_creates_bulk_and_deletes() {
    let (server, _) = Server::campus();
    let server = &server;
    let (mut n_created, mut n_in_bulk) = (0, 0);
    for resource in server.catalog.resources() {
        let name = resource.name.as_str();
        let has = |action: &str| resource.action(action).is_some();
        if !["create", "bulk_create", "bulk_update", "bulk_delete", "list", "get", "delete"]
            .into_iter()
            .all(has)
        {
            continue;
        }
        let bare = server.direct(&format!("{}?limit=1", resource.path));
        let Some(row) = bare["results"].get(0) else { continue };
        let without_secrets = |mut value: Value| {
            let members = value.as_object_mut().unwrap();
            resource.secrets.iter().for_each(|key| drop(members.remove(key)));
            value
        };
        let path = |id: &Value| format!("{}{id}/", resource.path);
        let read = |id: &Value| without_secrets(server.direct(&path(id)));
        let make = |n: usize| like(server, resource, row, n).map(|it| json!({"params": it}));
        let Some(params) = make(1) else { continue };
        let (line, is_error) = server.call(name, "create", &params);
        // Not everything may be there twice.
        if is_error {
            continue;
        }
        assert!(line.starts_with(&format!("created {name} ")) && !line.contains('\n'), "{line}");
        let id: Value = line.split([' ', ':']).nth(2).unwrap().parse::<u64>().unwrap().into();
        check(server, resource, "get", &json!({"params": {"id": id}}), &server.direct(&path(&id)));

        let mut as_json = make(2).unwrap();
        as_json["options"] = json!({"format": "json"});
        let created: Value =
            serde_json::from_str(&server.ask(name, "create", &as_json)).expect("an object");
        assert_eq!(without_secrets(created.clone()), read(&created["id"]), "{name}");
        n_created += 1;

        let items: Vec<Value> = [3, 4].map(|n| make(n).unwrap()["params"].clone()).into();
        let in_bulk = json!({"params": {"items": items}});
        let line = server.ask(name, "bulk_create", &in_bulk);
        assert!(line.starts_with("created 2 ") && !line.contains('\n'), "{line}");
        let list = server.direct(&format!("{}?limit=2&ordering=-id", resource.path));
        let ids: Vec<Value> =
            list["results"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
        for id in &ids {
            assert!(line.contains(&id.to_string()) || line.contains('-'), "{id} in {line}");
            check(
                server,
                resource,
                "get",
                &json!({"params": {"id": id}}),
                &server.direct(&path(id)),
            );
        }
        let items: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        let in_bulk = json!({"params": {"items": items}});
        let mut as_json = in_bulk.clone();
        as_json["options"] = json!({"format": "json"});
        let text = server.ask(name, "bulk_update", &as_json);
        let rows = text.split_once('\n').map_or("", |it| it.1);
        let rows: Vec<Value> = serde_json::from_str(rows).unwrap_or_else(|_| panic!("{text}"));
        for row in rows {
            let id = row["id"].clone();
            assert_eq!(without_secrets(row), read(&id), "{name}");
            n_in_bulk += 1;
        }
        let mut counted = in_bulk.clone();
        counted["options"] = json!({"expect": 2});
        let line = server.ask(name, "bulk_delete", &counted);
        assert!(line.starts_with("deleted 2 ") && !line.contains('\n'), "{line}");
        let line = server.ask(name, "delete", &json!({"params": {"id": id}}));
        assert_eq!(line, format!("deleted {name} {id}"));
        for id in ids.iter().chain([&id]) {
            let (text, is_error) = server.call(name, "get", &json!({"params": {"id": id}}));
            assert!(is_error, "{text}");
        }
    }
    assert!(n_created >= 12 && n_in_bulk >= 24, "{n_created} and {n_in_bulk}");
}

#[test]
fn of_a_real_netbox() {
    let recorded = recorded();
    let n_recorded = recorded.len();
    let server = Server::new(move |request: Request<Bytes>| {
        let path = request.uri().path();
        let body = match recorded.get(path) {
            Some(rows) => json!({
                "count": rows.len(), "next": null, "previous": null, "results": rows
            }),
            None => {
                let of = path.trim_end_matches('/').rsplit_once('/').unwrap_or_default();
                let rows = recorded.get(&format!("{}/", of.0)).cloned().unwrap_or_default();
                let row = rows.into_iter().find(|row| row["id"].as_u64() == of.1.parse().ok());
                row.unwrap_or_else(|| Map::new().into())
            }
        };
        let mut response = Response::new(Bytes::from(body.to_string()));
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert("content-type", json);
        response
    });
    let (n_resources, n_leaves) = check_all(&server);
    assert_eq!(n_resources, n_recorded);
    assert!(n_leaves > 1000, "{n_leaves} values");
}
