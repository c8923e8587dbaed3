//! The help: enough to write a right call, and cheap.

mod filters;
mod notation;

use dispatch_core::access::Access;
use dispatch_core::catalog::Media;
use dispatch_core::surface::{Surface, SurfaceOptions};
use dispatch_core::{Catalog, Tier};
use serde_json::{Value, json};
use tiktoken_rs::{CoreBPE, o200k_base};

use crate::client::Client;
use crate::documents;
use crate::raw::corrected::corrected;
use crate::raw::{Raw, judge};
use crate::recorder::RecordingBackend;

/// The help of a resource, as an agent asks for it.
async fn page(client: &Client<RecordingBackend>, catalog: &Catalog, resource: usize) -> String {
    let resource = &catalog.resources()[resource];
    let tool = &catalog.group(resource.group).name;
    let arguments = json!({"resource": resource.name, "action": "help"});
    let answer = client.send(tool, &arguments).await.expect("an answer");
    assert!(!answer.is_error, "{}", answer.text);
    answer.text
}

/// Who has read nothing but the help of a resource can write a `create` that the dispatcher and the
/// document allow: with the fields it must have, and with all.
#[tokio::test]
async fn a_create_is_written_from_the_help_alone() {
    let Some(document) = documents::newest() else { return };
    let raw = Raw::new(document.json());
    let catalog = &document.catalog;
    let client = Client::recording(document);
    let mut faults = Vec::new();
    let mut n_created = 0;
    for (place, resource) in catalog.resources().iter().enumerate() {
        let Some(create) = resource.action("create") else { continue };
        n_created += 1;
        let page = page(&client, catalog, place).await;
        let fields = notation::body_of(&page, "create");
        let operation = catalog.operation(create.operation);
        let takes = corrected(&raw, raw.operation("POST", &operation.path));
        let schema = takes.body.and_then(|body| body.one).expect("an object");
        for all in [false, true] {
            let mut params = notation::object(&fields, all);
            let body = operation.body.as_ref().expect("what is created has fields");
            for name in &body.files {
                if let Some(file) = params.get_mut(name).filter(|_| body.media == Media::Multipart)
                {
                    *file = json!({"content": "a"});
                } else if let Some(fields) = params.as_object_mut() {
                    // Beside references, no file is taken that may be left out.
                    fields.remove(name);
                }
            }
            let tool = &catalog.group(resource.group).name;
            let answer = client.call(tool, &resource.name, "create", &params).await;
            let n_requests = client.backend.take().len();
            if n_requests != 1 {
                faults.push(format!("{params}\n{}\n{page}", answer.text));
            }
            for name in &body.files {
                if let Some(file) = params.get_mut(name) {
                    *file = json!("a");
                }
            }
            let wrong = judge::faults(&raw, &schema, &without_place(&params));
            faults.extend(wrong.iter().map(|wrong| format!("{}: {wrong}", resource.name)));
        }
    }
    assert!(n_created > 130, "nearly every resource can be created");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

/// Who has read the help of a resource and that of its tool knows every filter of its list.
#[tokio::test]
async fn every_filter_is_in_the_help() {
    let Some(document) = documents::newest() else { return };
    let catalog = &document.catalog;
    let client = Client::recording(document);
    let mut n_lists = 0;
    for (place, resource) in catalog.resources().iter().enumerate() {
        let Some(list) = resource.action("list") else { continue };
        let tool = &catalog.group(resource.group).name;
        let arguments = json!({"resource": tool, "action": "help"});
        let of_tool = client.send(tool, &arguments).await.expect("an answer").text;
        let page = page(&client, catalog, place).await;
        let Some(mut told) = filters::of_list(&page, &of_tool) else { continue };
        n_lists += 1;
        told.retain(|name| !name.ends_with('*'));
        let takes = catalog.operation(list.operation).query.iter().map(|it| it.name.clone());
        assert_eq!(told, takes.collect(), "{}\n{page}", resource.name);
    }
    assert!(n_lists > 130, "{n_lists} lists have many filters");
}

/// An example is a call that is sent as it stands.
#[tokio::test]
async fn examples_can_be_called() {
    let Some(document) = documents::newest() else { return };
    let catalog = &document.catalog;
    let client = Client::recording(document);
    let (mut n_actions, mut n_examples) = (0, 0);
    for resource in catalog.resources() {
        let tool = &catalog.group(resource.group).name;
        for action in &resource.actions {
            n_actions += 1;
            let name = format!("{}.{}", resource.name, action.name);
            let asked = json!({"resource": name, "action": "help"});
            let help = client.send(tool, &asked).await.expect("an answer").text;
            let Some((_, example)) = help.rsplit_once("\ne.g. ") else { continue };
            n_examples += 1;
            let example: Value = serde_json::from_str(example).expect("JSON");
            let answer = client.send(tool, &example).await.expect("an answer");
            // What it names is looked up, and there is nothing here.
            let n_sent = client.backend.take().len();
            let is_by_name = answer.text.contains("not done:");
            assert!(n_sent == 1 || is_by_name, "{example}\n{}", answer.text);
        }
    }
    assert!(n_examples * 100 > n_actions * 95, "{n_examples} examples of {n_actions} actions");
}

/// The body that arguments make: a name may say its place.
fn without_place(params: &Value) -> Value {
    let fields = params.as_object().expect("an object").iter();
    let stripped = |name: &String| name.strip_prefix("body.").unwrap_or(name).to_owned();
    Value::Object(fields.map(|(name, value)| (stripped(name), value.clone())).collect())
}

fn tokens(counter: &CoreBPE, text: &str) -> usize {
    counter.encode_ordinary(text).len()
}

#[test]
fn the_surface_is_within_its_budget() {
    let Some(document) = documents::newest() else { return };
    let counter = o200k_base().expect("the encoding is built in");
    let access = Access::up_to(Tier::Admin);
    let surface = Surface::new(&document.catalog, access, &SurfaceOptions::default());
    let list = format!("{{\"tools\":{}}}", str::from_utf8(&surface.tools).expect("text"));
    let n_tokens = tokens(&counter, &list) + tokens(&counter, &surface.instructions);
    assert!(n_tokens <= 1_150, "tools/list and instructions: {n_tokens} tokens");
}

#[tokio::test]
async fn help_is_within_its_budget() {
    let Some(document) = documents::newest() else { return };
    let counter = o200k_base().expect("the encoding is built in");
    let client = Client::recording(document);
    let mut costs = Vec::new();
    for place in 0..document.catalog.resources().len() {
        let page = page(&client, &document.catalog, place).await;
        costs.push(tokens(&counter, &page));
    }
    costs.sort_unstable();
    assert!(costs.len() >= 145, "{} resources", costs.len());
    let (median, most) = (costs[costs.len() / 2], costs[costs.len() - 1]);
    assert!(median <= 150 && most <= 600, "help: {median} tokens in the median, {most} at most");
}
