//! What the documents compile to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use dispatch_core::access::Access;
use dispatch_core::catalog::{Form, OperationId};
use dispatch_core::resolve;
use dispatch_core::{Catalog, Tier};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::documents::{self, Compiled, RELEASES};
use crate::netbox::with_netbox;

#[track_caller]
fn check_whole(release: &str, n_operations: usize) {
    let Some(compiled) = documents::compiled(release) else { return };
    check_operations(compiled, n_operations);
}

/// Every operation of the document is in the catalog, but for the one that serves the document.
#[track_caller]
fn check_operations(compiled: &Compiled, n_operations: usize) {
    let document = compiled.json();
    let documented = documented(&document);
    let parts = compiled.catalog.parts();
    let offered = parts.operations.iter();
    let offered = offered.map(|known| format!("{} {}", known.method.as_str(), known.path));
    let known: BTreeSet<String> = offered.chain(parts.hidden.iter().cloned()).collect();
    assert_eq!(documented.len(), n_operations);
    assert_eq!(documented, known);
    assert_eq!(parts.n_dropped, 0);
    assert_eq!(parts.hidden, ["GET /api/schema/"]);
}

/// Every operation of a document as `METHOD path`.
fn documented(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().expect("paths");
    let methods = |(path, item): (&String, &Value)| -> Vec<String> {
        let keys = item.as_object().expect("a path item").keys();
        keys.map(|method| format!("{} {path}", method.to_uppercase())).collect()
    };
    paths.iter().flat_map(methods).collect()
}

#[test]
fn every_operation_of_every_release_is_compiled() {
    check_whole("4.3.0", 1144);
    check_whole("4.4.10", 1170);
    check_whole("4.5.5", 1166);
    check_whole("4.6.6", 1196);
    check_whole("4.7.0", 1256);
}

#[test]
fn every_operation_is_reached_by_its_names() {
    for (_, release) in RELEASES {
        let Some(compiled) = documents::compiled(release) else { return };
        check_reached(&compiled.catalog);
    }
}

/// Every operation is reached as one group, resource and action, or as two where its body has two
/// forms; and the names lead back to it.
#[track_caller]
fn check_reached(catalog: &Catalog) {
    let all = Access::up_to(Tier::Admin);
    let mut names = BTreeSet::new();
    for (place, operation) in (0..).map(OperationId).zip(catalog.operations()) {
        let faces: Vec<_> = catalog.faces(place).collect();
        let forms: Vec<Form> = faces.iter().map(|(_, action)| action.form).collect();
        let body = operation.body.as_ref();
        let expected = match body.map(|body| (body.one.is_some(), body.many.is_some())) {
            Some((true, true)) => vec![Form::One, Form::Many],
            Some((false, true)) => vec![Form::Many],
            _ => vec![Form::One],
        };
        assert_eq!(forms, expected, "{}", operation.name);
        for (resource, action) in faces {
            let id = resolve::resource(catalog, all, Some(resource.group), &resource.name);
            let id = id.unwrap_or_else(|refusal| panic!("{refusal}"));
            let resolved = resolve::action(catalog, all, id, &action.name);
            let resolved = resolved.unwrap_or_else(|refusal| panic!("{refusal}"));
            assert_eq!(resolved.operation.name, operation.name);
            assert!(names.insert((&resource.name, &action.name)), "{} twice", action.name);
        }
    }
}

#[test]
fn equal_documents_give_equal_bytes() {
    let Some(once) = documents::newest() else { return };
    let again = Compiled::new(once.bytes.clone());
    assert_eq!(once.catalog.listing(), again.catalog.listing());
    let saved = once.catalog.save();
    assert_eq!(saved, again.catalog.save());
    let loaded = Catalog::load(&saved).unwrap_or_else(|error| panic!("failed to {error}"));
    assert_eq!(loaded.parts(), once.catalog.parts());
    assert_eq!(loaded.save(), saved);
}

/// The reviewed table of every action with its operation and tier.
#[test]
fn the_listing_of_the_newest_release_is_the_reviewed_one() {
    let Some(compiled) = documents::newest() else { return };
    insta::assert_snapshot!("listing-4.7.0", compiled.catalog.listing());
}

/// Of the older releases: how many actions of each tier each group has, and the digest of the
/// listing.
#[test]
fn the_older_releases_compile_to_what_was_reviewed() {
    let mut text = String::new();
    for (_, release) in &RELEASES[..RELEASES.len() - 1] {
        let Some(compiled) = documents::compiled(release) else { return };
        writeln!(text, "{release}\n{}", summary(&compiled.catalog)).expect("a string");
    }
    insta::assert_snapshot!("older-releases", text);
}

fn summary(catalog: &Catalog) -> String {
    let mut groups: BTreeMap<&str, (usize, [usize; 3])> = BTreeMap::new();
    for resource in catalog.resources() {
        let (n_resources, by_tier) = groups.entry(&catalog.group(resource.group).name).or_default();
        *n_resources += 1;
        for action in &resource.actions {
            by_tier[catalog.operation(action.operation).tier as usize] += 1;
        }
    }
    let mut text = String::new();
    for (group, (n_resources, [read, write, admin])) in groups {
        writeln!(
            text,
            "{group}: {n_resources} resources, {read} read, {write} write, {admin} admin"
        )
        .expect("a string");
    }
    let digest = Sha256::digest(catalog.listing());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(text, "listing: sha256 {digest}").expect("a string");
    text
}

/// What the compiler remarked on every release, counted by code.
#[test]
fn the_diagnostics_are_the_reviewed_ones() {
    let mut text = String::new();
    for (_, release) in RELEASES {
        let Some(compiled) = documents::compiled(release) else { return };
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for diagnostic in &compiled.diagnostics {
            *counts.entry(diagnostic.code.as_str()).or_default() += 1;
        }
        writeln!(text, "{release}").expect("a string");
        for (code, count) in counts {
            writeln!(text, "  {code}: {count}").expect("a string");
        }
        let unmatched =
            compiled.diagnostics.iter().filter(|it| it.code.as_str() == "policy-unmatched");
        for diagnostic in unmatched {
            writeln!(text, "    {diagnostic}").expect("a string");
        }
    }
    insta::assert_snapshot!("diagnostics", text);
}

/// What is compiled into this crate for where no NetBox can be asked.
#[test]
fn the_bundled_catalog_is_what_the_document_compiles_to() {
    let Some(compiled) = documents::newest() else { return };
    let bundled =
        netbox_adapter::bundled_catalog().unwrap_or_else(|error| panic!("failed to {error}"));
    let is_same = bundled.save() == compiled.catalog.save();
    assert!(is_same, "compile it again: cargo xtask catalog DOCUMENT --save FILE");
}

#[tokio::test]
async fn every_operation_of_a_running_netbox_is_compiled() {
    with_netbox(|netbox| async move {
        let compiled = netbox.compiled().await;
        check_operations(compiled, 1256);
        check_reached(&compiled.catalog);
    })
    .await;
}
