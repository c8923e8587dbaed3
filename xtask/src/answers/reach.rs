//! Nothing that an answer leaves out is out of reach.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use dispatch_core::catalog::Resource;
use http::{Request, Response};
use serde_json::{Map, Value, json};

use super::Server;

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

/// What a NetBox 4.7.3 answered, by the path of its collection.
fn recorded() -> BTreeMap<String, Vec<Value>> {
    let text = include_str!("../../../crates/netbox-adapter/tests/fixtures/recorded.json");
    serde_json::from_str(text).unwrap()
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
