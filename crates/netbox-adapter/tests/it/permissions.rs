//! What NetBox says of what its users may do, and what becomes of it in the tools: answers as
//! recorded from NetBox 4.7.3.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use dispatch_core::permissions::Unanswered;
use dispatch_core::{BackendError, Catalog, Dispatcher, PermissionOptions};
use http::{Request, Response};
use mcp_protocol::auth::AuthInfo;
use mcp_protocol::revision::Revision;
use mcp_protocol::tool::{Content, RequestContext, ToolCall, ToolReply, ToolServer as _};
use netbox_adapter::NetBoxPermissions;
use serde_json::{Value, json};
use tower::Service;

/// Answers by the path and the method, and else as if nobody may do anything.
#[derive(Clone, Debug)]
struct NetBox {
    answers: Arc<BTreeMap<String, (u16, Value)>>,
    asked: Arc<Mutex<Vec<String>>>,
    /// How many object types it shows at once.
    page: usize,
}

/// A user as `authentication-check/` shows one.
fn user(groups: &[u64], permissions: &Value) -> Value {
    let groups: Vec<Value> = groups.iter().map(|id| json!({"id": id, "name": "g"})).collect();
    json!({"id": 7, "username": "ada", "groups": groups, "permissions": permissions})
}

fn permission(types: &[&str], actions: &[&str]) -> Value {
    json!({"id": 1, "name": "p", "enabled": true, "object_types": types, "actions": actions})
}

impl NetBox {
    fn new<const N: usize>(who: Value, more: [(&str, u16, Value); N]) -> Self {
        let types = include_str!("../fixtures/object-types-4.7.3.json");
        let types: Value = serde_json::from_str(types).expect("JSON");
        let mut answers = BTreeMap::from([
            ("GET /api/authentication-check/".to_owned(), (200, who)),
            ("GET /api/core/object-types/".to_owned(), (200, types)),
        ]);
        answers.extend(more.map(|(line, status, answer)| (line.to_owned(), (status, answer))));
        Self { answers: Arc::new(answers), asked: Arc::default(), page: 1_000 }
    }

    fn offering(&self) -> Dispatcher<Self> {
        self.with(Unanswered::Offer)
    }

    fn with(&self, unanswered: Unanswered) -> Dispatcher<Self> {
        static CATALOG: OnceLock<Arc<Catalog>> = OnceLock::new();
        let catalog = CATALOG.get_or_init(|| {
            let catalog = netbox_adapter::bundled_catalog();
            Arc::new(catalog.unwrap_or_else(|error| panic!("failed to {error}")))
        });
        let options = PermissionOptions::default().with_unanswered(unanswered);
        Dispatcher::new(Arc::clone(catalog), self.clone())
            .with_permissions(NetBoxPermissions::new(self.clone()), options)
    }

    /// What was asked so far, without queries.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("no test panics in here"))
    }
}

impl Service<Request<Bytes>> for NetBox {
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Ready<Result<Response<Bytes>, BackendError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let line = format!("{} {}", request.method(), request.uri().path());
        let denied = json!({"detail": "You do not have permission to perform this action."});
        let (status, mut answer) = self.answers.get(&line).cloned().unwrap_or((403, denied));
        let query = request.uri().query().unwrap_or_default();
        if let Some((_, offset)) = query.split_once("&offset=")
            && let Some(all) = answer["results"].as_array()
        {
            let offset: usize = offset.parse().expect("a number");
            let page: Vec<Value> = all.iter().skip(offset).take(self.page).cloned().collect();
            let next = (offset + self.page < all.len()).then_some("there is more");
            answer = json!({"next": next, "results": page});
        }
        self.asked.lock().expect("no test panics in here").push(line);
        let mut response = Response::new(Bytes::from(answer.to_string()));
        *response.status_mut() = status.try_into().expect("a status");
        let json = "application/json".parse().expect("a header");
        response.headers_mut().insert("content-type", json);
        ready(Ok(response))
    }
}

fn ada() -> RequestContext {
    let scopes = ["read", "write", "admin"];
    RequestContext::new(Revision::V2026_07_28).with_auth(AuthInfo::new("ada").with_scopes(scopes))
}

/// The descriptions of the tools, by name.
async fn tools(dispatcher: &Dispatcher<NetBox>) -> BTreeMap<String, String> {
    dispatcher.prepare(None, &ada()).await;
    let list = dispatcher.tools(&ada()).unwrap_or_else(|error| panic!("{error}"));
    let tools: Vec<Value> = serde_json::from_slice(&list.tools).expect("JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    tools.iter().map(|tool| (text(&tool["name"]), text(&tool["description"]))).collect()
}

async fn call(dispatcher: &Dispatcher<NetBox>, tool: &str, resource: &str, action: &str) -> String {
    let arguments = json!({"resource": resource, "action": action});
    let call = ToolCall::new(tool).with_arguments(arguments.to_string());
    dispatcher.prepare(Some(&call), &ada()).await;
    match dispatcher.call(call, ada()).await {
        Err(error) => error.to_string(),
        Ok(ToolReply::Complete(result)) => match result.content.as_slice() {
            [Content::Text { text, .. }] => text.to_string(),
            _ => panic!("no text"),
        },
        Ok(_) => panic!("a stream"),
    }
}

/// The actions that help of a resource names.
async fn actions(dispatcher: &Dispatcher<NetBox>, resource: &str) -> String {
    call(dispatcher, "batch", resource, "x").await;
    let tool = match resource {
        "device" | "site" => "dcim",
        "prefix" => "ipam",
        "script" | "dashboard" | "configcontext" => "extras",
        _ => "core",
    };
    let said = call(dispatcher, tool, resource, "none-of-them").await;
    said.split("it has ").nth(1).unwrap_or(&said).to_owned()
}

#[tokio::test]
async fn permissions_of_ones_own_are_all_there_is_to_know() {
    let who = user(
        &[],
        &json!([
            permission(&["dcim.device", "ipam.prefix"], &["view"]),
            permission(&["dcim.device"], &["add", "render_config"]),
            permission(&["ipam.ipaddress"], &["add"]),
            permission(&["extras.script"], &["run"]),
            {"id": 2, "name": "off", "enabled": false, "object_types": ["dcim.site"], "actions": ["view"]},
        ]),
    );
    let netbox = NetBox::new(who, []);
    let dispatcher = netbox.offering();
    let tools = tools(&dispatcher).await;
    let asked =
        ["GET /api/authentication-check/", "GET /api/core/object-types/", "GET /api/users/users/"];
    assert_eq!(netbox.take(), asked);
    let names: Vec<&str> = tools.keys().map(String::as_str).collect();
    let last_line = tools["dcim"].lines().last().expect("a line");
    assert_eq!(last_line, "device.render-config connecteddevice");
    // What stands in no permission and may be one's own all the same, and what everybody may.
    assert_eq!(tools["users"], "token.provision userconfig");
    assert_eq!(names, ["batch", "core", "dcim", "extras", "ipam", "users"]);
    assert!(tools["ipam"].contains("prefix.allocate-ips"), "{tools:?}");
    assert!(!tools["ipam"].contains("available-ips"), "{tools:?}");
    assert!(tools["extras"].contains("script.run"), "{tools:?}");
    assert!(!tools["core"].contains("background"), "{tools:?}");
}

#[tokio::test]
async fn a_superuser_is_asked_about_once_and_offered_everything() {
    let superuser = json!({"count": 1, "results": [{"id": 7}]});
    let netbox = NetBox::new(user(&[], &json!([])), [("GET /api/users/users/", 200, superuser)]);
    let dispatcher = netbox.with(Unanswered::Hide);
    let offered = tools(&dispatcher).await;
    let everybody = NetBox::new(user(&[], &json!([])), []);
    let whole = Dispatcher::new(dispatcher.catalog(), everybody);
    assert_eq!(offered, tools(&whole).await);
    netbox.take();
    call(&dispatcher, "dcim", "device", "help").await;
    assert!(netbox.take().is_empty());
}

#[tokio::test]
async fn a_hidden_group_makes_the_surface_smaller_and_changes_nothing_else_in_it() {
    let types: Value =
        serde_json::from_str(include_str!("../fixtures/object-types-4.7.3.json")).expect("JSON");
    let types = types["results"].as_array().expect("a list").iter();
    let names = types.map(|it| format!("{}.{}", it["app_label"], it["model"]).replace('"', ""));
    let names: Vec<String> = names.filter(|name| !name.starts_with("circuits.")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let actions = ["view", "add", "change", "delete", "sync", "render", "render_config", "run"];
    let netbox = NetBox::new(user(&[], &json!([permission(&names, &actions)])), []);
    let dispatcher = netbox.offering();
    let narrowed = tools(&dispatcher).await;
    let mut whole = tools(&Dispatcher::new(dispatcher.catalog(), netbox)).await;
    // Queues, workers and tasks are for superusers.
    assert!(whole.remove("circuits").is_some());
    let [of_narrowed, of_whole] = [&narrowed["core"], &whole["core"]];
    assert!(of_whole.contains("backgroundtask") && !of_narrowed.contains("background"));
    whole.insert("core".to_owned(), of_narrowed.clone());
    assert_eq!(narrowed, whole);
}

#[tokio::test]
async fn what_a_group_permits_is_read_where_it_may_be_seen() {
    let who = user(&[3], &json!([permission(&["dcim.site"], &["view"])]));
    let group =
        json!({"id": 3, "permissions": [permission(&["dcim.device"], &["view", "delete"])]});
    let groups = json!({"count": 1, "results": [group]});
    let netbox = NetBox::new(who, [("GET /api/users/groups/", 200, groups)]);
    let tools = tools(&netbox.offering()).await;
    let last_line = tools["dcim"].lines().last().expect("a line");
    assert_eq!(last_line, "site device connecteddevice");
}

#[tokio::test]
async fn what_a_hidden_group_permits_is_asked_resource_by_resource() {
    let (post, yes) = (json!({"actions": {"POST": {}}}), json!({"detail": "Not found."}));
    let answers = [
        ("OPTIONS /api/dcim/devices/", 200, post),
        ("GET /api/dcim/devices/0/", 404, yes),
        ("OPTIONS /api/dcim/sites/", 200, json!({"name": "Site List"})),
    ];
    for unanswered in [Unanswered::Offer, Unanswered::Hide] {
        let netbox = NetBox::new(user(&[3], &json!([])), answers.clone());
        let dispatcher = netbox.with(unanswered);
        assert!(tools(&dispatcher).await["dcim"].contains("region site"));
        netbox.take();
        let deletes = if unanswered == Unanswered::Offer { ", delete" } else { "" };
        call(&dispatcher, "dcim", "device", "help").await;
        let both = ["GET /api/dcim/devices/0/", "OPTIONS /api/dcim/devices/"];
        assert_eq!(netbox.take(), both);
        let said = actions(&dispatcher, "device").await;
        assert!(said.starts_with(&format!("list, get, create{deletes}")), "{said}");
        assert!(!said.contains("update"), "{said}");
        let said = call(&dispatcher, "dcim", "site", "help").await;
        match unanswered {
            Unanswered::Offer => {
                assert!(said.contains("delete") && !said.contains("list"), "{said}")
            }
            Unanswered::Hide => assert!(said.starts_with("unknown resource \"site\""), "{said}"),
        }
    }
}

#[tokio::test]
async fn what_no_list_says_is_found_when_it_is_called() {
    // EXEMPT_VIEW_PERMISSIONS lets everybody see sites, and stands in no list.
    let answers = [
        ("OPTIONS /api/dcim/sites/", 200, json!({"name": "Site List"})),
        ("GET /api/dcim/sites/0/", 404, json!({"detail": "No Site matches the given query."})),
        ("GET /api/dcim/sites/", 200, json!({"count": 0, "results": []})),
    ];
    let netbox = NetBox::new(user(&[], &json!([permission(&["dcim.region"], &["view"])])), answers);
    let dispatcher = netbox.offering();
    assert!(!tools(&dispatcher).await["dcim"].contains("site"));
    let listed = call(&dispatcher, "dcim", "site", "list").await;
    assert!(!listed.contains("unknown"), "{listed}");
    assert!(tools(&dispatcher).await["dcim"].contains("site"));
}

#[tokio::test]
async fn a_netbox_that_does_not_say_who_asks_is_asked_resource_by_resource() {
    let gone = ("GET /api/authentication-check/", 404, json!({"detail": "Not found."}));
    let types = ("GET /api/core/object-types/", 404, json!({"detail": "Not found."}));
    let netbox = NetBox::new(
        json!({}),
        [
            gone,
            types,
            ("OPTIONS /api/dcim/sites/", 200, json!({"actions": {"PUT": {}}})),
            ("GET /api/dcim/sites/0/", 404, json!({"detail": "Not found."})),
        ],
    );
    let dispatcher = netbox.offering();
    assert!(tools(&dispatcher).await["dcim"].contains("device"));
    call(&dispatcher, "dcim", "site", "help").await;
    let said = actions(&dispatcher, "site").await;
    assert!(said.starts_with("list, get, update, replace, delete"), "{said}");
}

/// `MAX_PAGE_SIZE` can be less than there are object types.
#[tokio::test]
async fn object_types_are_read_to_their_end() {
    let may = json!([permission(&["dcim.device", "wireless.wirelesslan"], &["view"])]);
    let whole = NetBox::new(user(&[], &may), []);
    let in_pages = NetBox { page: 7, ..NetBox::new(user(&[], &may), []) };
    let shown = tools(&in_pages.offering()).await;
    assert_eq!(shown, tools(&whole.offering()).await);
    assert!(shown["wireless"].contains("wirelesslan"), "{shown:?}");
}

#[tokio::test]
async fn a_netbox_that_fails_is_offered_or_hidden() {
    let down = ("GET /api/authentication-check/", 502, json!({}));
    let netbox = NetBox::new(json!({}), [down]);
    assert!(tools(&netbox.offering()).await.contains_key("dcim"));
    assert!(tools(&netbox.with(Unanswered::Hide)).await.is_empty());
}
