//! What the document says that no agent may see.

use std::collections::BTreeSet;

use dispatch_core::catalog::{OperationId, Resource};
use serde_json::Value;

use crate::documents;
use crate::raw::Raw;

/// Parts of names that secrets have, in NetBox and elsewhere.
const SUSPICIOUS: &[&str] = &[
    "secret", "passw", "passphrase", "token", "key", "psk", "auth", "credential", "private",
    "header", "parameters", "plaintext", "digest", "hash", "pepper", "salt", "cert", "signature",
    "community", "session", "cookie", "otp", "pin_",
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

/// Every field of every answer that has such a name, as resource and field.
fn suspects<'a>(
    document: &'a documents::Compiled,
    raw: &Raw,
) -> Vec<(&'a Resource, String)> {
    let mut suspects = Vec::new();
    for (place, operation) in document.catalog.operations().iter().enumerate() {
        let found = raw.operations().find(|it| it.is(operation.method.as_str(), &operation.path));
        let found = found.unwrap_or_else(|| panic!("{} is documented", operation.name));
        let mut names = BTreeSet::new();
        for answer in found.answers() {
            field_names(raw, answer, 0, &mut names);
        }
        names.retain(|name| SUSPICIOUS.iter().any(|part| name.to_lowercase().contains(part)));
        let id = OperationId(u32::try_from(place).expect("a place"));
        for (resource, _) in document.catalog.faces(id) {
            suspects.extend(names.iter().map(|name| (resource, name.clone())));
        }
    }
    suspects
}

/// The names of the fields of a schema and of what is nested in it.
fn field_names(raw: &Raw, schema: &Value, depth: usize, names: &mut BTreeSet<String>) {
    if depth > 12 {
        return;
    }
    let schema = raw.resolved(schema);
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        names.insert(name.clone());
        field_names(raw, field, depth + 1, names);
    }
    for inner in ["items", "additionalProperties"] {
        if schema[inner].is_object() {
            field_names(raw, &schema[inner], depth + 1, names);
        }
    }
    for parts in ["allOf", "oneOf", "anyOf"] {
        for part in schema[parts].as_array().into_iter().flatten() {
            field_names(raw, part, depth + 1, names);
        }
    }
}

fn is_harmless(resource: &Resource, field: &str) -> bool {
    HARMLESS.iter().any(|(of, name)| (*of == "*" || *of == resource.name) && *name == field)
}

#[test]
fn every_field_that_looks_like_a_secret_is_masked_or_known_to_be_harmless() {
    for (_, release) in documents::RELEASES {
        let Some(document) = documents::compiled(release) else { return };
        let raw = Raw::new(document.json());
        let suspects = suspects(document, &raw);
        assert!(suspects.len() > 50, "the document has secrets");
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
                    let is_secret = resource.secrets.iter().any(|secret| secret == field);
                    assert!(!is_secret, "{release}: {} {}", resource.name, parameter.name);
                }
            }
        }
    }
}

/// What the change log repeats of an object is masked as it is on the object itself.
#[test]
fn the_change_log_masks_what_the_objects_mask() {
    let Some(document) = documents::newest() else { return };
    let resources = document.catalog.resources();
    let log = resources.iter().find(|it| it.name == "objectchange").expect("the change log");
    for resource in resources.iter().filter(|resource| resource.name != "objectchange") {
        for secret in &resource.secrets {
            for snapshot in ["prechange_data", "postchange_data"] {
                let path = format!("{snapshot}.{secret}");
                assert!(log.secrets.contains(&path), "{path} of {}", resource.name);
            }
        }
    }
}
