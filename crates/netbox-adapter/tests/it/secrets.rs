//! What the document says that no agent may see.

use std::collections::BTreeSet;

use dispatch_core::catalog::{OperationId, Resource};
use serde_json::{Value, json};

use crate::documents;
use crate::netbox::{ADMIN, with_netbox};
use crate::raw::Raw;

/// Parts of names that secrets have, in NetBox and elsewhere.
const SUSPICIOUS: &[&str] = &[
    "secret",
    "passw",
    "passphrase",
    "token",
    "key",
    "psk",
    "auth",
    "credential",
    "private",
    "header",
    "parameters",
    "plaintext",
    "digest",
    "hash",
    "pepper",
    "salt",
    "cert",
    "signature",
    "community",
    "session",
    "cookie",
    "otp",
    "pin_",
];

/// Fields with such names whose values are no secrets, each looked at.
const HARMLESS: &[(&str, &str)] = &[
    ("*", "auth_cipher"),              // the name of an algorithm
    ("*", "auth_type"),                // the name of a method
    ("*", "authentication_algorithm"), // the name of an algorithm
    ("*", "authentication_method"),    // the name of a method
    ("datafile", "hash"),              // the digest of a file, to tell whether it changed
    ("rir", "is_private"),             // whether address space is private
    ("savedfilter", "parameters"),     // what a saved filter filters by
    ("token", "pepper_id"),            // which pepper of the configuration was used
];

/// The dotted paths of fields with such names in every answer, with the resource that answers.
fn suspects<'a>(document: &'a documents::Compiled, raw: &Raw) -> Vec<(&'a Resource, String)> {
    let mut suspects = Vec::new();
    for (place, operation) in document.catalog.operations().iter().enumerate() {
        let mut paths = BTreeSet::new();
        for answer in raw.operation(operation.method.as_str(), &operation.path).answers() {
            let rows = raw.resolved(answer).pointer("/properties/results/items");
            fields(raw, rows.unwrap_or(answer), "", &mut Vec::new(), &mut paths);
        }
        let id = OperationId(u32::try_from(place).expect("a place"));
        for (resource, _) in document.catalog.faces(id) {
            suspects.extend(paths.iter().map(|path| (resource, path.clone())));
        }
    }
    suspects
}

/// Collects the paths of fields with such names in a schema and what is nested in it.
fn fields<'a>(
    raw: &'a Raw,
    schema: &'a Value,
    path: &str,
    around: &mut Vec<&'a Value>,
    paths: &mut BTreeSet<String>,
) {
    let schema = raw.resolved(schema);
    if around.len() > 12 || around.iter().any(|outer| std::ptr::eq(*outer, schema)) {
        return;
    }
    around.push(schema);
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if SUSPICIOUS.iter().any(|part| name.to_lowercase().contains(part)) {
            paths.insert(path.clone());
        }
        fields(raw, field, &path, around, paths);
    }
    let parts = ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|key| schema[key].as_array());
    let inner = ["items", "additionalProperties"].into_iter().map(|key| &schema[key]);
    for part in parts.flatten().chain(inner.filter(|inner| inner.is_object())) {
        fields(raw, part, path, around, paths);
    }
    around.pop();
}

fn is_harmless(resource: &Resource, path: &str) -> bool {
    let field = path.rsplit('.').next().unwrap_or_default();
    HARMLESS.iter().any(|(of, name)| (*of == "*" || *of == resource.name) && *name == field)
}

#[test]
fn every_field_that_looks_like_a_secret_is_masked_or_known_to_be_harmless() {
    for (_, release) in documents::RELEASES {
        let Some(document) = documents::compiled(release) else { return };
        let raw = Raw::new(document.json());
        let suspects = suspects(document, &raw);
        assert!(suspects.len() > 30, "the document has secrets");
        for (resource, field) in suspects {
            let is_masked = resource.secrets.contains(&field);
            assert_ne!(
                is_masked,
                is_harmless(resource, &field),
                "{release}: {}.{field} must be masked or known to be harmless",
                resource.name
            );
        }
    }
}

/// A filter on a secret would tell it, one letter at a time.
#[test]
fn no_filter_and_no_ordering_is_offered_on_a_secret() {
    for (_, release) in documents::RELEASES {
        let Some(document) = documents::compiled(release) else { return };
        for resource in document.catalog.resources() {
            for action in &resource.actions {
                let operation = document.catalog.operation(action.operation);
                for parameter in &operation.query {
                    let field = parameter.name.split("__").next().unwrap_or_default();
                    let is_secret =
                        resource.secrets.iter().any(|secret| secret.trim_end_matches('@') == field);
                    assert!(!is_secret, "{release}: {} {}", resource.name, parameter.name);
                }
            }
        }
    }
}

#[tokio::test]
async fn credentials_in_urls_are_not_shown_and_masks_are_not_written() {
    with_netbox(|netbox| async move {
        let name = &netbox.name;
        let client = netbox.client(ADMIN[1]).await;
        let url = format!("https://me:hunter2@example.com/{name}");
        let shown = format!("https://***@example.com/{name}");
        let webhook = json!({"name": name, "payload_url": url});
        let webhook = netbox.make("/api/extras/webhooks/", webhook).await;
        let source = json!({"name": name, "type": "git", "source_url": url});
        let source = netbox.make("/api/core/data-sources/", source).await;
        let objects = [
            ("extras", "webhook", webhook, "payload_url", "/api/extras/webhooks/"),
            ("core", "datasource", source, "source_url", "/api/core/data-sources/"),
        ];
        for (tool, resource, id, field, path) in objects {
            for (action, params) in [("get", json!({"id": id})), ("list", json!({"name": [name]}))]
            {
                for format in ["auto", "json", "raw"] {
                    let arguments = json!({"resource": resource, "action": action, "params": params,
                        "options": {"format": format, "fields": ["name", field]}});
                    let answer = client.send(tool, &arguments).await.expect("an answer");
                    assert!(!answer.text.contains("hunter2"), "{}", answer.text);
                    assert!(answer.text.contains(&shown), "{}", answer.text);
                }
            }
            // What was read and is written back would be the end of the credentials.
            let update = json!({"id": id, field: shown});
            let text = client.refused(tool, resource, "update", update).await;
            let expected = format!("{field}: *** stands for a secret that is not shown");
            assert!(text.contains("not sent") && text.contains(&expected), "{text}");
            let items = json!({"items": [{"id": id, field: shown}]});
            let text = client.refused(tool, resource, "bulk_update", items).await;
            assert!(text.contains("not sent") && text.contains(&expected), "{text}");
            let update = json!({"id": id, field: url, "description": "x"});
            let answer = client.call(tool, resource, "update", &update).await;
            assert!(!answer.is_error && !answer.text.contains("hunter2"), "{}", answer.text);
            let now = netbox.get(&format!("{path}{id}/")).await;
            assert_eq!((&now[field], &now["description"]), (&json!(url), &json!("x")));
            let changes = json!({"changed_object_id": id, "q": name});
            let answer = client.call("core", "objectchange", "list", &changes).await;
            assert!(!answer.text.contains("hunter2"), "{}", answer.text);
        }
        let text = client
            .refused("extras", "webhook", "update", json!({"id": webhook, "secret": "***"}))
            .await;
        assert!(text.contains("secret: *** stands for"), "{text}");
    })
    .await;
}

/// What repeats objects masks what the objects mask: the change log, the answer of a write that ran
/// in the background, and the arguments of a task.
#[test]
fn what_repeats_objects_masks_what_they_mask() {
    let Some(document) = documents::newest() else { return };
    let repeats: [(&str, &[&str]); 3] = [
        ("objectchange", &["prechange_data", "postchange_data"]),
        ("job", &["data.**"]),
        ("backgroundtask", &["args.**", "kwargs.**"]),
    ];
    let resources = document.catalog.resources();
    let objects = resources.iter().filter(|it| repeats.iter().all(|(name, _)| it.name != *name));
    for secret in objects.flat_map(|resource| &resource.secrets) {
        for (name, places) in repeats {
            let repeating = resources.iter().find(|it| it.name == name).expect("it is there");
            for place in places {
                let field = secret.rsplit('.').next().unwrap_or_default();
                // The key of a token names it, and is in no job: tokens are not written in one.
                let is_masked = repeating.secrets.contains(&format!("{place}.{field}"));
                assert!(is_masked || (field == "key" && name != "objectchange"), "{place}.{field}");
            }
        }
    }
}
