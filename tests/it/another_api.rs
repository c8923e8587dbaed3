//! Another API, with a policy file and nothing else: Nautobot 3.2.7, as `docs/another-api.md` does it.
//!
//! The fixture is a part of the document that its `spectacular` wrote: some resources of it, with few
//! filters, no descriptions, and the first of long lists of choices.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use mcp_dispatch::dispatch_core::access::Access;
use mcp_dispatch::dispatch_core::compile::compile;
use mcp_dispatch::dispatch_core::policy::Policy;
use mcp_dispatch::dispatch_core::{
    BackendError, Catalog, Dispatcher, DispatcherOptions, Document, Tier,
};
use mcp_dispatch::mcp_protocol::revision::Revision;
use mcp_dispatch::mcp_protocol::tool::{
    Content, RequestContext, ToolCall, ToolReply, ToolServer as _,
};
use serde_json::{Value, json};
use tower::{ServiceExt as _, service_fn};

const DOCUMENT: &[u8] = include_bytes!("fixtures/nautobot-3.2.7.json");
const POLICY: &str = include_str!("../../examples/openapi_server/nautobot.toml");
const SOONG: &str = "b931c418-6a6d-4335-bca6-70c5b1852c31";

fn catalog() -> Catalog {
    let policy = Policy::from_toml(POLICY).expect("the policy");
    let compiled = Document::parse(DOCUMENT).and_then(|document| compile(&document, &policy));
    compiled.unwrap_or_else(|error| panic!("failed to {error}")).catalog
}

/// Answers as that Nautobot did, and remembers what it was asked.
fn nautobot(asked: &Arc<Mutex<Vec<String>>>, request: &Request<Bytes>) -> Value {
    let (method, uri) = (request.method(), request.uri());
    let body = String::from_utf8_lossy(request.body());
    asked.lock().expect("no test panics in here").push(format!("{method} {uri} {body}"));
    let manufacturer = json!({ "id": SOONG, "name": "Soong Technologies" });
    match (method.as_str(), uri.path()) {
        ("POST", _) => json!({
            "id": "397759c3-915d-4070-8a11-9aba7af6c958",
            "model": "Positronic",
            "manufacturer": { "id": SOONG, "object_type": "dcim.manufacturer" },
        }),
        _ => json!({ "count": 1, "next": null, "previous": null, "results": [manufacturer] }),
    }
}

/// Calls a tool, and answers what it said and what the API was asked.
async fn call(access: Access, tool: &str, arguments: Value) -> (String, Vec<String>) {
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let backend = {
        let asked = Arc::clone(&asked);
        service_fn(move |request: Request<Bytes>| {
            let answer = nautobot(&asked, &request).to_string();
            async move { Ok::<_, Infallible>(Response::new(Bytes::from(answer))) }
        })
    };
    let backend = backend.map_err(|never| -> BackendError { match never {} });
    let options = DispatcherOptions::default().with_access_without_auth(access);
    let dispatcher = Dispatcher::new(catalog(), backend).with_options(options);
    let call = ToolCall::new(tool).with_arguments(arguments.to_string());
    let answer = dispatcher.call(call, RequestContext::new(Revision::LATEST_HANDSHAKE)).await;
    let text = match answer {
        Ok(ToolReply::Complete(result)) => match result.content.into_iter().next() {
            Some(Content::Text { text, .. }) => text,
            other => panic!("no text: {other:?}"),
        },
        Ok(_) => panic!("a stream"),
        Err(error) => error.message().to_owned(),
    };
    let asked = asked.lock().expect("no test panics in here").clone();
    (text, asked)
}

#[test]
fn the_policy_fits_and_names_are_what_people_say() {
    let listing = catalog().listing();
    for line in [
        "dcim device_type create\twrite\tPOST /api/dcim/device-types/",
        "dcim location list\tread\tGET /api/dcim/locations/",
        "extras status create\twrite\tPOST /api/extras/statuses/",
        "extras job run\tadmin\tPOST /api/extras/jobs/{name}/run/",
        "users token list\tadmin\tGET /api/users/tokens/",
        "core render_jinja_template create\tread\tPOST /api/core/render-jinja-template/",
    ] {
        assert!(listing.contains(line), "no {line}: {listing}");
    }
    assert!(!listing.contains("swagger") && !listing.contains("graphql"), "{listing}");
}

#[tokio::test]
async fn an_object_is_referred_to_as_the_api_takes_it() {
    let params = json!({ "manufacturer": "Soong Technologies", "model": "Positronic" });
    let arguments = json!({ "resource": "device_type", "action": "create", "params": params });
    let (text, asked) = call(Access::up_to(Tier::Write), "dcim", arguments).await;
    assert!(text.starts_with("created device_type 397759c3-"), "{text}");
    let [sent] = asked.as_slice() else { panic!("{asked:?}") };
    // Its ids are texts, and it takes a name for one.
    let body = r#"{"manufacturer":"Soong Technologies","model":"Positronic"}"#;
    assert_eq!(sent, &format!("POST /api/dcim/device-types/ {body}"));
}

#[tokio::test]
async fn what_the_policy_keeps_for_administrators_does_not_exist_for_others() {
    let arguments = json!({ "resource": "token", "action": "list" });
    let (text, asked) = call(Access::up_to(Tier::Write), "users", arguments.clone()).await;
    assert!(text.contains("unknown tool"), "{text}");
    assert!(asked.is_empty(), "{asked:?}");
    let (_, asked) = call(Access::up_to(Tier::Admin), "users", arguments).await;
    assert_eq!(asked.len(), 1, "{asked:?}");
}
