//! Who may do what, tried for every action and every access.

use std::collections::BTreeMap;
use std::sync::Arc;

use dispatch_core::access::{Access, Standing};
use dispatch_core::catalog::{Action, CatalogParts, Method, OperationId, Resource, ResourceId};
use dispatch_core::request::UpstreamContext;
use dispatch_core::{Catalog, Tier};
use serde_json::{Value, json};

use crate::client::{Answer, Client, arguments};
use crate::documents;
use crate::raw::Raw;
use crate::recorder::RecordingBackend;
use crate::requests;

/// The tier of an operation, by the rules as they were decided, in words of their own.
fn decided(method: Method, path: &str) -> Tier {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (app, model) = (parts[1], parts.get(2).copied().unwrap_or_default());
    let is_read = method == Method::Get;
    let renders = ["render-config", "render"].contains(parts.last().expect("a part"));
    match (app, model) {
        ("users", _) | ("extras", "scripts") => Tier::Admin,
        _ if is_read => Tier::Read,
        ("dcim", "devices") | ("virtualization", "virtual-machines") if renders => Tier::Read,
        ("extras", "config-templates") if renders => Tier::Read,
        ("extras", "webhooks" | "event-rules" | "export-templates" | "config-templates")
        | ("core", "data-sources" | "background-tasks") => Tier::Admin,
        _ => Tier::Write,
    }
}

#[test]
fn every_operation_has_the_tier_that_was_decided() {
    for (_, release) in documents::RELEASES {
        let Some(document) = documents::compiled(release) else { return };
        for operation in document.catalog.operations() {
            let expected = decided(operation.method, &operation.path);
            assert_eq!(operation.tier, expected, "{release}: {}", operation.name);
        }
    }
}

/// Everything that is no GET and may be called by who may only read.
const READS_BY_POST: [&str; 3] = [
    "POST /api/dcim/devices/{id}/render-config/",
    "POST /api/extras/config-templates/{id}/render/",
    "POST /api/virtualization/virtual-machines/{id}/render-config/",
];

#[test]
fn only_three_operations_read_by_post() {
    let Some(document) = documents::newest() else { return };
    let operations = document.catalog.operations().iter();
    let reads = operations.filter(|it| it.method != Method::Get && it.tier == Tier::Read);
    let reads = reads.map(|it| format!("{} {}", it.method.as_str(), it.path));
    assert_eq!(reads.collect::<Vec<_>>(), READS_BY_POST);
}

/// Every access there is: what is granted, and what more can be had.
fn accesses() -> Vec<Access> {
    let tiers = [None, Some(Tier::Read), Some(Tier::Write), Some(Tier::Admin)];
    let pairs =
        tiers.iter().flat_map(|granted| tiers.iter().map(move |obtainable| (granted, obtainable)));
    let possible = pairs.filter(|(granted, obtainable)| granted <= obtainable);
    possible
        .map(|(granted, obtainable)| Access { granted: *granted, obtainable: *obtainable })
        .collect()
}

/// The same catalog without what is above a tier, as if it had never been.
fn without_above(catalog: &Catalog, tier: Option<Tier>) -> Catalog {
    let mut parts: CatalogParts = catalog.parts().clone();
    let mut kept_operations = BTreeMap::new();
    let mut operations = Vec::new();
    for (place, operation) in (0..).zip(parts.operations) {
        if Some(operation.tier) <= tier {
            kept_operations.insert(place, OperationId(operations.len() as u32));
            operations.push(operation);
        }
    }
    parts.operations = operations;
    let mut kept_resources = BTreeMap::new();
    let mut resources: Vec<Resource> = Vec::new();
    for (place, mut resource) in (0..).zip(parts.resources) {
        resource.actions.retain_mut(|action| match kept_operations.get(&action.operation.0) {
            Some(id) => {
                action.operation = *id;
                true
            }
            None => false,
        });
        let is_kept = resource.action("update").is_some() && resource.action("list").is_some();
        let create = resource.action("create").map(|create| create.operation).filter(|_| is_kept);
        resource.ensure = resource.ensure.take().zip(create).map(|(mut ensure, operation)| {
            ensure.operation = operation;
            ensure
        });
        if !resource.actions.is_empty() {
            kept_resources.insert(place, ResourceId(resources.len() as u32));
            resources.push(resource);
        }
    }
    parts.resources = resources;
    for group in &mut parts.groups {
        let kept = group.resources.iter().filter_map(|id| kept_resources.get(&id.0).copied());
        group.resources = kept.collect();
    }
    Catalog::new(parts).unwrap_or_else(|error| panic!("failed to {error}"))
}

/// A call of every action, with arguments that are right.
struct Tried<'a> {
    tool: &'a str,
    resource: &'a Resource,
    action: &'a Action,
    tier: Tier,
    params: Value,
}

impl Tried<'_> {
    fn arguments(&self, action: &str) -> Value {
        arguments(&self.resource.name, action, &self.params)
    }

    fn name(&self) -> String {
        format!("{}.{}", self.resource.name, self.action.name)
    }
}

fn all<'a>(document: &'a documents::Compiled, raw: &'a Raw) -> Vec<Tried<'a>> {
    let catalog = &document.catalog;
    requests::least_calls(document, raw)
        .into_iter()
        .map(|(resource, action, params)| Tried {
            tool: &catalog.group(resource.group).name,
            resource,
            action,
            tier: catalog.operation(action.operation).tier,
            params,
        })
        .collect()
}

/// What an agent may write in place of an action's name.
fn other_words(action: &str) -> Vec<String> {
    let word = match action {
        "get" => "retrieve",
        "update" => "partial_update",
        "delete" => "destroy",
        "bulk_update" => "bulk_partial_update",
        "bulk_delete" => "bulk_destroy",
        other => return vec![other.to_uppercase()],
    };
    vec![word.to_owned()]
}

#[tokio::test]
async fn no_caller_reaches_an_operation_above_its_tier() {
    let Some(document) = documents::newest() else { return };
    let raw = Raw::new(document.json());
    let all = all(document, &raw);
    for access in accesses() {
        let client = Client::recording(document).with_access(access);
        for tried in &all {
            check_call(&client, access, tried).await;
        }
    }
}

async fn check_call(client: &Client<RecordingBackend>, access: Access, tried: &Tried<'_>) {
    let mut words = vec![tried.action.name.clone()];
    let standing = access.standing(tried.tier);
    if standing != Standing::Granted {
        words.extend(other_words(&tried.action.name));
    }
    for word in words {
        let arguments = tried.arguments(&word);
        let answer = client.send(tried.tool, &arguments).await;
        let requests = client.backend.take();
        let challenge = client.challenge(tried.tool, &arguments);
        for request in &requests {
            let context = request.extensions().get::<UpstreamContext>().expect("a context");
            assert!(Some(context.tier) <= access.granted, "{}", tried.name());
        }
        match standing {
            Standing::Granted => {
                assert_eq!(requests.len(), 1, "{}: {answer:?}", tried.name());
                assert_eq!(challenge, None, "{}", tried.name());
            }
            Standing::Obtainable => {
                assert_eq!(requests.len(), 0, "{}", tried.name());
                let answer = answer.expect("the tool is listed");
                assert!(answer.is_error, "{}", tried.name());
                assert!(answer.text.contains(tried.tier.as_str()), "{}", answer.text);
                assert_eq!(challenge, Some(vec![tried.tier.as_str().to_owned()]));
            }
            Standing::Hidden => {
                assert_eq!(requests.len(), 0, "{}", tried.name());
                // Where nothing of a group is visible, its tool is unknown too.
                let is_refused = answer.map_or(true, |answer| answer.is_error);
                assert!(is_refused, "{}", tried.name());
                assert_eq!(challenge, None, "{}", tried.name());
            }
        }
    }
}

/// What is above what a caller can obtain does not exist for that caller: every answer is the one
/// of a catalog that never had it.
#[tokio::test]
async fn what_is_hidden_answers_as_what_does_not_exist() {
    let Some(document) = documents::newest() else { return };
    let raw = Raw::new(document.json());
    let all = all(document, &raw);
    // Nothing is hidden from who may obtain everything.
    for access in accesses().into_iter().filter(|it| it.obtainable != Some(Tier::Admin)) {
        let full = Client::recording(document).with_access(access);
        let reduced = Arc::new(without_above(&document.catalog, access.obtainable));
        let reduced = Client::new(reduced, RecordingBackend::default()).with_access(access);
        assert_eq!(full.tools(), reduced.tools(), "{access:?}");
        assert_eq!(full.instructions(), reduced.instructions(), "{access:?}");
        for tried in &all {
            if access.standing(tried.tier) == Standing::Hidden {
                let words = std::iter::once(tried.action.name.clone());
                for word in words.chain(other_words(&tried.action.name)) {
                    check_same(&full, &reduced, tried.tool, &tried.arguments(&word)).await;
                }
            }
        }
        for resource in document.catalog.resources() {
            let name = &resource.name;
            let tool = &document.catalog.group(resource.group).name;
            let hidden = resource.actions.iter().find(|action| {
                let tier = document.catalog.operation(action.operation).tier;
                access.standing(tier) == Standing::Hidden
            });
            let mut calls = vec![
                json!({"resource": name, "action": "help"}),
                json!({"resource": name, "action": "craete"}),
            ];
            // The name in its plural, through another tool, and one action of it.
            calls.push(json!({"resource": format!("{name}s"), "action": "frobnicate"}));
            if let Some(action) = hidden {
                calls
                    .push(json!({"resource": format!("{name}.{}", action.name), "action": "help"}));
            }
            for arguments in calls {
                check_same(&full, &reduced, tool, &arguments).await;
                check_same(&full, &reduced, "dcim", &arguments).await;
            }
        }
        for tool in ["dcim", "users", "nosuchtool"] {
            check_same(&full, &reduced, tool, &json!({"action": "help"})).await;
        }
    }
}

async fn check_same(
    full: &Client<RecordingBackend>,
    reduced: &Client<RecordingBackend>,
    tool: &str,
    arguments: &Value,
) {
    let seen: Result<Answer, String> = full.send(tool, arguments).await;
    let expected = reduced.send(tool, arguments).await;
    assert_eq!(seen, expected, "{tool} {arguments}");
    assert_eq!(full.challenge(tool, arguments), reduced.challenge(tool, arguments));
}

/// What the surface names is what can be called or obtained, no more and no less.
#[test]
fn the_surface_names_what_the_caller_may_have() {
    let Some(document) = documents::newest() else { return };
    let catalog = &document.catalog;
    for access in accesses() {
        let tools = Client::recording(document).with_access(access).tools();
        let mut n_tools = 0;
        for group in catalog.groups() {
            let tool = tools.iter().find(|tool| tool["name"] == group.name);
            let description = tool.map(|tool| tool["description"].as_str().expect("a text"));
            let words = description.unwrap_or_default().split_whitespace();
            // Behind a dot are the special actions of a resource.
            let words: Vec<&str> = words.filter_map(|word| word.split('.').next()).collect();
            let mut any = false;
            for id in &group.resources {
                let resource = catalog.resource(*id);
                let is_visible = resource.actions.iter().any(|action| {
                    let tier = catalog.operation(action.operation).tier;
                    access.standing(tier) != Standing::Hidden
                });
                any |= is_visible;
                let is_named = words.contains(&resource.name.as_str());
                assert_eq!(is_named, is_visible, "{access:?} {}", resource.name);
            }
            assert_eq!(tool.is_some(), any, "{access:?} {}", group.name);
            n_tools += usize::from(any);
        }
        let sees_any = access.obtainable.is_some();
        let others: Vec<&Value> = tools[n_tools..].iter().map(|tool| &tool["name"]).collect();
        assert_eq!(others, ["find", "batch"][..if sees_any { 2 } else { 0 }], "{access:?}");
    }
}
