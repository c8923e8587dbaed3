//! Compiling: documents of other characters than any one API, under small policies.

mod corrections;
mod documents;
mod fit;
mod lists;
mod names;
mod references;
mod saved;

use dispatch_core::catalog::{Action, Operation, Resource};
use dispatch_core::compile::{Compiled, compile};
use dispatch_core::policy::Policy;
use dispatch_core::{Catalog, Document, Error};
use serde_json::Value;

/// Compiles a document under a policy.
fn compiled(document: &Value, policy: &str) -> Result<Compiled, Error> {
    let document = Document::parse(&serde_json::to_vec(document).unwrap()).unwrap();
    let policy = Policy::from_toml(policy).unwrap_or_else(|error| panic!("failed to {error}"));
    compile(&document, &policy)
}

#[track_caller]
fn catalog(document: &Value, policy: &str) -> Catalog {
    match compiled(document, policy) {
        Ok(compiled) => compiled.catalog,
        Err(error) => panic!("failed to {error}"),
    }
}

/// The operation behind `resource.action`.
#[track_caller]
fn operation<'a>(catalog: &'a Catalog, name: &str) -> &'a Operation {
    let (resource, action) = name.split_once('.').unwrap();
    catalog.operation(self::action(self::resource(catalog, resource), action).operation)
}

#[track_caller]
fn resource<'a>(catalog: &'a Catalog, name: &str) -> &'a Resource {
    let found = catalog.resources().iter().find(|resource| resource.name == name);
    found.unwrap_or_else(|| panic!("no resource {name} in\n{}", catalog.listing()))
}

#[track_caller]
fn action<'a>(resource: &'a Resource, name: &str) -> &'a Action {
    resource.action(name).unwrap_or_else(|| panic!("no action {name} in {:?}", resource.actions))
}

/// The listing with single spaces, one line an action.
fn listing(catalog: &Catalog) -> Vec<String> {
    catalog.listing().lines().map(|line| line.replace('\t', " ")).collect()
}

/// The policy is refused, and every one of these faults is a line of the error.
#[track_caller]
fn check_refused(document: &Value, policy: &str, expected: &[&str]) {
    let error = compiled(document, policy).expect_err(policy);
    assert_eq!(error.fault(), dispatch_core::Fault::Policy, "{error}");
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().skip(1).map(str::trim).collect();
    assert_eq!(lines, expected, "{policy}");
}
