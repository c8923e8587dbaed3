//! What answers cost, and that nothing they leave out is out of reach: on the sandbox, and on what a
//! real NetBox answered.

mod forms;
mod reach;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use dispatch_core::access::Access;
use dispatch_core::dispatcher::{Dispatcher, DispatcherOptions};
use dispatch_core::{BackendError, Catalog, Tier};
use http::{Method, Request, Response};
use mcp_protocol::revision::Revision;
use mcp_protocol::tool::{Content, RequestContext, ToolCall, ToolReply, ToolServer};
use netbox_sandbox::{Sandbox, seed};
use serde_json::{Value, json};

/// A server over an API that is a function.
struct Server {
    catalog: Arc<Catalog>,
    api: Arc<dyn Fn(Request<Bytes>) -> Response<Bytes> + Send + Sync>,
}

impl Server {
    fn new(api: impl Fn(Request<Bytes>) -> Response<Bytes> + Send + Sync + 'static) -> Self {
        static CATALOG: OnceLock<Arc<Catalog>> = OnceLock::new();
        let read = || netbox_adapter::bundled_catalog().expect("the catalog is bundled").into();
        Self { catalog: Arc::clone(CATALOG.get_or_init(read)), api: Arc::new(api) }
    }

    /// The network of some size.
    fn campus() -> (Self, Sandbox) {
        let sandbox = Sandbox::new();
        seed::campus(&sandbox).expect("an empty sandbox");
        let api = sandbox.clone();
        (Self::new(move |request| api.handle(request)), sandbox)
    }

    fn call(&self, resource: &str, action: &str, rest: &Value) -> (String, bool) {
        let mut arguments = json!({"resource": resource, "action": action});
        for (key, value) in rest.as_object().expect("an object") {
            arguments[key] = value.clone();
        }
        let id = self.catalog.resource_spelled(resource, None).expect("a resource");
        let tool = &self.catalog.group(self.catalog.resource(id).group).name;
        let api = Arc::clone(&self.api);
        let backend = tower::service_fn(move |request| {
            let response = api(request);
            async move { Ok::<_, BackendError>(response) }
        });
        let options =
            DispatcherOptions::default().with_access_without_auth(Access::up_to(Tier::Admin));
        let dispatcher = Dispatcher::new(Arc::clone(&self.catalog), backend).with_options(options);
        let call = ToolCall::new(tool.as_str()).with_arguments(arguments.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let context = RequestContext::new(Revision::V2026_07_28);
        let reply = runtime.block_on(dispatcher.call(call, context)).unwrap();
        let ToolReply::Complete(result) = reply else { panic!("a stream") };
        let [Content::Text { text, .. }] = result.content.as_slice() else { panic!("no text") };
        (text.to_string(), result.is_error)
    }

    /// The text of a call that succeeds.
    #[track_caller]
    fn ask(&self, resource: &str, action: &str, rest: &Value) -> String {
        let (text, is_error) = self.call(resource, action, rest);
        assert!(!is_error, "{resource} {action} {rest}: {text}");
        text
    }

    /// What the API itself answers.
    fn direct(&self, path: &str) -> Value {
        let request = Request::builder().method(Method::GET).uri(path).body(Bytes::new()).unwrap();
        serde_json::from_slice((self.api)(request).body()).unwrap_or_default()
    }
}

/// What a NetBox 4.7.3 answered, by the path of its collection.
fn recorded() -> BTreeMap<String, Vec<Value>> {
    let text = include_str!("../../crates/netbox-adapter/tests/fixtures/recorded.json");
    serde_json::from_str(text).unwrap()
}

fn tokens(text: &str) -> usize {
    static COUNTER: OnceLock<tiktoken_rs::CoreBPE> = OnceLock::new();
    let read = || tiktoken_rs::o200k_base().expect("the encoding is built in");
    COUNTER.get_or_init(read).encode_ordinary(text).len()
}

/// The floor: the cells that were asked for, as a plain table with a head.
fn floor(rows: &Value) -> String {
    let mut table = String::from("name\tstatus\trole\tprimary_ip\n");
    for row in rows.as_array().expect("rows") {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let cells = [
            text(&row["name"]),
            text(&row["status"]["value"]),
            text(&row["role"]["name"]),
            text(&row["primary_ip"]["address"]),
        ];
        table.push_str(&format!("{}\n", cells.join("\t")));
    }
    table
}

#[test]
fn fifty_devices_cost_little_more_than_their_bare_data() {
    let (server, _) = Server::campus();
    let bare = server.direct("/api/dcim/devices/?site=amsterdam&limit=50");
    assert_eq!(bare["results"].as_array().map(Vec::len), Some(50));
    let floor = tokens(&floor(&bare["results"]));

    let params = json!({"site": ["amsterdam"]});
    let fields = ["name", "status", "role", "primary_ip"];
    let asked = json!({"params": params, "options": {"fields": fields}});
    let text = server.ask("device", "list", &asked);
    let cost = tokens(&text);
    assert!(cost <= 1250 && cost * 100 <= floor * 115, "{cost} tokens, floor {floor}:\n{text}");

    let text = server.ask("device", "list", &json!({"params": params}));
    let cost = tokens(&text);
    assert!(cost <= 2600, "{cost} tokens:\n{text}");
}

#[test]
fn a_cable_says_what_it_connects_in_a_row() {
    let (server, _) = Server::campus();
    let text = server.ask("cable", "list", &json!({"options": {"limit": 20}}));
    assert!(!text.contains('{'), "{text}");
    let cost = tokens(&text);
    assert!(cost <= 20 * 40, "{cost} tokens:\n{text}");
}
