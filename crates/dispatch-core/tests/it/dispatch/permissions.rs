//! What the API does not let a caller do is not there for that caller.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use dispatch_core::catalog::ResourceId;
use dispatch_core::permissions::{NoAnswer, Permitted, Unanswered};
use dispatch_core::surface::{SurfaceOptions, Tools};
use dispatch_core::{Catalog, Dispatcher, DispatcherOptions, PermissionOptions, Permissions};
use mcp_protocol::auth::AuthInfo;
use mcp_protocol::revision::Revision;
use mcp_protocol::tool::{
    Composition, Content, Implementation, RequestContext, ToolCall, ToolReply, ToolServer,
};
use serde_json::{Value, json};

use super::fixture::{Recorder, admin, caller, catalog};

/// An API that says what the test says: `resource.action` lists, and nothing where it fails.
#[derive(Clone, Debug, Default)]
struct Api(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    allowed: Vec<&'static str>,
    denied: Vec<&'static str>,
    /// What is said of a resource that is asked about by itself.
    allowed_of_resource: Vec<&'static str>,
    denied_of_resource: Vec<&'static str>,
    fails: bool,
    asked: Vec<String>,
}

impl Api {
    fn denying(denied: &[&'static str]) -> Self {
        let api = Self::default();
        api.set(|state| {
            state.denied = denied.to_vec();
            state.denied_of_resource = denied.to_vec();
        });
        api
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap());
    }

    /// What was asked since this was asked last.
    fn asked(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap().asked).join(" ")
    }

    fn answer(
        catalog: &Catalog,
        allowed: &[&str],
        denied: &[&str],
        only: Option<ResourceId>,
    ) -> Permitted {
        let mut permitted = Permitted::default();
        for (id, resource) in (0..).map(ResourceId).zip(catalog.resources()) {
            if only.is_some_and(|only| only != id) {
                continue;
            }
            for action in &resource.actions {
                let name = format!("{}.{}", resource.name, action.name);
                let is_in = |list: &[&str]| {
                    let any = format!("{}.*", resource.name);
                    list.iter().any(|it| [name.as_str(), any.as_str(), "*"].contains(it))
                };
                if is_in(denied) {
                    permitted.note(action.operation, false);
                } else if is_in(allowed) {
                    permitted.note(action.operation, true);
                }
            }
        }
        permitted
    }
}

#[async_trait]
impl Permissions for Api {
    fn is_about(&self, auth: &AuthInfo) -> bool {
        !auth.subject.starts_with("service")
    }

    async fn of_caller(&self, catalog: &Catalog, auth: &AuthInfo) -> Result<Permitted, NoAnswer> {
        let mut state = self.0.lock().unwrap();
        state.asked.push(auth.subject.clone());
        match state.fails {
            true => Err(NoAnswer("ask the API".to_owned())),
            false => Ok(Self::answer(catalog, &state.allowed, &state.denied, None)),
        }
    }

    async fn of_resource(
        &self,
        catalog: &Catalog,
        _: &AuthInfo,
        id: ResourceId,
    ) -> Result<Permitted, NoAnswer> {
        let mut state = self.0.lock().unwrap();
        state.asked.push(catalog.resource(id).name.clone());
        if state.fails {
            return Err(NoAnswer("ask the API".to_owned()));
        }
        let (allowed, denied) = (&state.allowed_of_resource, &state.denied_of_resource);
        Ok(Self::answer(catalog, allowed, denied, Some(id)))
    }
}

fn offering(recorder: &Recorder, api: &Api) -> Dispatcher<Recorder> {
    with(recorder, api, PermissionOptions::default())
}

fn hiding(recorder: &Recorder, api: &Api) -> Dispatcher<Recorder> {
    with(recorder, api, PermissionOptions::default().with_unanswered(Unanswered::Hide))
}

fn with(recorder: &Recorder, api: &Api, options: PermissionOptions) -> Dispatcher<Recorder> {
    Dispatcher::new(catalog(), recorder.clone()).with_permissions(api.clone(), options)
}

fn nothing() -> Recorder {
    Recorder::json(200, json!({"id": 7, "count": 0, "results": []}))
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// The tools by name with their descriptions, as a transport asks for them.
fn tools(dispatcher: &impl ToolServer, cx: &RequestContext) -> Vec<Value> {
    run(dispatcher.prepare(None, cx));
    let list = dispatcher.tools(cx).unwrap();
    serde_json::from_slice(&list.tools).unwrap()
}

fn names(dispatcher: &impl ToolServer, cx: &RequestContext) -> String {
    let tools = tools(dispatcher, cx);
    tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// Calls a tool as a transport does.
fn call(
    dispatcher: &impl ToolServer,
    cx: &RequestContext,
    tool: &str,
    arguments: &Value,
) -> (String, bool) {
    let call = ToolCall::new(tool).with_arguments(arguments.to_string());
    run(dispatcher.prepare(Some(&call), cx));
    assert!(dispatcher.authorize(&call, cx).is_ok());
    match run(dispatcher.call(call, cx.clone())) {
        Err(error) => (error.to_string(), true),
        Ok(ToolReply::Complete(result)) => match result.content.as_slice() {
            [Content::Text { text, .. }] => (text.to_string(), result.is_error),
            _ => panic!("no text"),
        },
        Ok(_) => panic!("a stream"),
    }
}

fn ask(dispatcher: &Dispatcher<Recorder>, resource: &str, action: &str) -> (String, bool) {
    let params = match action {
        "get" | "delete" | "update" => json!({"id": 7}),
        _ => json!({}),
    };
    let arguments = json!({"resource": resource, "action": action, "params": params});
    call(dispatcher, &admin(), "inventory", &arguments)
}

#[test]
fn what_one_of_several_does_not_allow_another_may() {
    let (recorder, strict) = (nothing(), Api::denying(&["device.delete", "user.*"]));
    let (of_lab, of_prod) = (Api::default(), strict);
    let info = Implementation::new("both", "1");
    let both = Composition::new(info).mount("lab", offering(&recorder, &of_lab)).unwrap();
    let both = both.mount("prod", offering(&recorder, &of_prod)).unwrap();
    assert_eq!(
        names(&both, &admin()),
        "lab_inventory lab_people lab_batch prod_inventory prod_batch"
    );
    let help = json!({"resource": "device", "action": "help"});
    for (tool, may_delete) in [("lab_inventory", true), ("prod_inventory", false)] {
        let (text, _) = call(&both, &admin(), tool, &help);
        assert_eq!(text.contains("delete"), may_delete, "{tool}: {text}");
    }
    // Only the one that a call is for is asked about it.
    of_lab.asked();
    let delete = json!({"resource": "device", "action": "delete", "params": {"id": 7}});
    let (text, is_error) = call(&both, &admin(), "prod_inventory", &delete);
    assert!(is_error && text.contains("unknown action"), "{text}");
    assert_eq!(of_lab.asked(), "");
    assert!(of_prod.asked().contains("device"));
}

#[test]
fn what_is_not_allowed_answers_as_what_does_not_exist() {
    let recorder = nothing();
    let api = Api::denying(&["device.delete", "device.wipe", "site.*", "user.*"]);
    let dispatcher = offering(&recorder, &api);

    // Neither in the list of tools, nor in help, nor found.
    assert!(!names(&dispatcher, &admin()).contains("people"));
    let described = tools(&dispatcher, &admin())[0]["description"].to_string();
    assert!(described.contains("device") && !described.contains("site"), "{described}");
    assert!(!described.contains("wipe") && !described.contains("delete"), "{described}");
    let (help, _) = ask(&dispatcher, "device", "help");
    assert!(help.contains("create") && !help.contains("delete"), "{help}");

    // And refused in the words for what never was.
    for (hidden, never) in [("site", "sitz"), ("user", "uzer")] {
        for action in ["list", "help"] {
            let (text, is_error) = ask(&dispatcher, hidden, action);
            let (other, _) = ask(&dispatcher, never, action);
            assert!(is_error, "{text}");
            assert_eq!(text.replace(hidden, never), other);
        }
    }
    let (text, _) = ask(&dispatcher, "device", "wipe");
    assert_eq!(text.replace("wipe", "vipe"), ask(&dispatcher, "device", "vipe").0);
    let (text, _) = call(&dispatcher, &admin(), "people", &json!({}));
    assert_eq!(
        text.replace("people", "nobody"),
        call(&dispatcher, &admin(), "nobody", &json!({})).0
    );
    let steps = json!({"steps": [{"resource": "device", "action": "delete", "params": {"id": 7}}]});
    let (text, is_error) = call(&dispatcher, &admin(), "batch", &steps);
    assert!(is_error && text.contains("unknown action \"delete\""), "{text}");
    assert!(recorder.lines().is_empty(), "{:?}", recorder.lines());

    // What is left works.
    assert!(!ask(&dispatcher, "device", "list").1);
    assert_eq!(recorder.lines().len(), 1);
}

#[test]
fn nothing_else_changes_in_the_surface() {
    let recorder = nothing();
    let whole = Dispatcher::new(catalog(), recorder.clone());
    let without_people = offering(&recorder, &Api::denying(&["user.*"]));
    let kept = tools(&whole, &admin()).into_iter().filter(|tool| tool["name"] != "people");
    assert_eq!(tools(&without_people, &admin()), kept.collect::<Vec<_>>());
    assert_eq!(without_people.instructions(&admin()), whole.instructions(&admin()));
}

#[test]
fn who_may_only_look_has_tools_that_only_read() {
    let writes = ["create", "update", "delete", "bulk_create", "bulk_update", "upload", "wipe"];
    let denied: Vec<&'static str> =
        writes.iter().map(|it| &*format!("device.{it}").leak()).collect();
    let surface = SurfaceOptions::default().with_split(true);
    let dispatcher = offering(&nothing(), &Api::denying(&denied))
        .with_options(DispatcherOptions::default().with_surface(surface));
    assert_eq!(names(&dispatcher, &admin()), "inventory people batch");
    let tools = tools(&dispatcher, &admin());
    assert!(tools.iter().all(|tool| tool["annotations"]["readOnlyHint"] == true), "{tools:?}");
}

#[test]
fn what_is_hidden_is_not_found() {
    let surface = SurfaceOptions::default().with_tools(Tools::One);
    let find = json!({"resource": "sites", "action": "find"});
    let found = |api: &Api| {
        let dispatcher = offering(&nothing(), api)
            .with_options(DispatcherOptions::default().with_surface(surface));
        call(&dispatcher, &admin(), "api", &find).0
    };
    assert!(found(&Api::default()).starts_with("site"));
    let found = found(&Api::denying(&["site.*"]));
    assert!(!found.contains("site"), "{found}");
}

#[test]
fn scopes_and_permissions_both_have_to_allow_it() {
    let dispatcher = offering(&nothing(), &Api::denying(&["device.create"]));
    let reader = caller(&["read"], &["read", "write"]);
    let (text, _) = call(&dispatcher, &reader, "inventory", &json!({"resource": "device"}));
    assert!(text.contains("needs write: update") && !text.contains("create"), "{text}");
    assert!(!text.contains("wipe"), "{text}");
}

#[test]
fn an_answer_is_kept_and_shared_by_requests_side_by_side() {
    let api = Api::denying(&["site.*"]);
    let dispatcher = offering(&nothing(), &api);
    let cx = admin();
    run(async {
        let (one, two) = (dispatcher.prepare(None, &cx), dispatcher.prepare(None, &cx));
        futures_util::future::join(one, two).await;
    });
    for _ in 0..3 {
        names(&dispatcher, &cx);
        ask(&dispatcher, "device", "list");
    }
    assert_eq!(api.asked(), "alice");

    // Somebody else is somebody else, and a service is nobody.
    let bob = RequestContext::new(Revision::LATEST_HANDSHAKE).with_auth(AuthInfo::new("bob"));
    names(&dispatcher, &bob);
    assert_eq!(api.asked(), "bob");
    let auth = AuthInfo::new("service").with_scopes(["read"]);
    let service = RequestContext::new(Revision::LATEST_HANDSHAKE).with_auth(auth);
    let tools = tools(&dispatcher, &service);
    assert!(tools[0]["description"].as_str().unwrap().contains("site"), "{tools:?}");
    assert_eq!(api.asked(), "");
}

#[test]
fn a_change_is_noticed_when_the_answer_is_old() {
    let api = Api::default();
    let options = PermissionOptions::default().with_ttl(Duration::from_millis(50));
    let dispatcher = with(&nothing(), &api, options);
    assert!(names(&dispatcher, &admin()).contains("people"));
    api.set(|state| state.denied = vec!["user.*"]);
    assert!(names(&dispatcher, &admin()).contains("people"));
    std::thread::sleep(Duration::from_millis(60));
    assert!(!names(&dispatcher, &admin()).contains("people"));
    api.set(|state| state.denied.clear());
    std::thread::sleep(Duration::from_millis(60));
    assert!(names(&dispatcher, &admin()).contains("people"));
}

#[test]
fn a_refusal_of_the_api_ends_the_answer_at_once() {
    let api = Api::default();
    let recorder = Recorder::json(403, json!({"detail": "no"}));
    let dispatcher = offering(&recorder, &api);
    api.set(|state| state.allowed = vec!["*"]);
    let (text, is_error) = ask(&dispatcher, "device", "list");
    assert!(is_error && text.contains("403"), "{text}");
    assert_eq!(api.asked(), "alice");
    api.set(|state| state.denied = vec!["device.list"]);
    let (text, _) = ask(&dispatcher, "device", "list");
    assert_eq!(api.asked(), "alice device");
    assert!(text.starts_with("unknown action \"list\" of device"), "{text}");
    assert_eq!(recorder.lines().len(), 1);
}

#[test]
fn a_caller_who_is_refused_over_and_over_is_asked_about_now_and_then() {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    static SECONDS: AtomicU64 = AtomicU64::new(0);
    let mut options = DispatcherOptions::default();
    options.clock = || *START + Duration::from_secs(SECONDS.load(Ordering::Relaxed));
    let api = Api::default();
    api.set(|state| state.allowed = vec!["*"]);
    let recorder = Recorder::json(403, json!({"detail": "no"}));
    let dispatcher = offering(&recorder, &api).with_options(options);
    // The first refusal has it asked again at once, the next ones after 20 s.
    let asked_at: Vec<u64> = (0..70)
        .filter(|seconds| {
            SECONDS.store(*seconds, Ordering::Relaxed);
            ask(&dispatcher, "device", "list");
            !api.asked().is_empty()
        })
        .collect();
    assert_eq!(asked_at, [0, 1, 20, 40, 60]);
    assert_eq!(recorder.lines().len(), 70);
}

#[test]
fn a_resource_is_asked_about_when_it_is_needed() {
    // The API says nothing of everything, and of devices that they cannot be deleted.
    let api = Api::default();
    api.set(|state| {
        state.allowed_of_resource = vec!["device.*", "site.*"];
        state.denied_of_resource = vec!["device.delete"];
    });
    let dispatcher = offering(&nothing(), &api);
    assert!(names(&dispatcher, &admin()).contains("inventory"));
    assert_eq!(api.asked(), "alice");

    // A call goes its way, and the API refuses what it does not allow.
    assert!(!ask(&dispatcher, "device", "list").1);
    assert_eq!(api.asked(), "");

    // Help explains what there is.
    let (help, _) = ask(&dispatcher, "device", "help");
    assert!(help.contains("create") && !help.contains("delete"), "{help}");
    assert_eq!(api.asked(), "device");
    ask(&dispatcher, "device", "help");
    assert_eq!(api.asked(), "");
    let both = json!({"resource": "device.create, site", "action": "help"});
    call(&dispatcher, &admin(), "inventory", &both);
    assert_eq!(api.asked(), "site");
}

#[test]
fn nothing_is_refused_by_a_list_alone() {
    let api = Api::default();
    api.set(|state| {
        state.denied = vec!["site.*", "device.delete"];
        state.allowed_of_resource = vec!["site.*"];
        state.denied_of_resource = vec!["device.delete"];
    });
    let dispatcher = offering(&nothing(), &api);
    let described = tools(&dispatcher, &admin())[0]["description"].to_string();
    assert!(!described.contains("site"), "{described}");
    assert!(ask(&dispatcher, "device", "delete").1);
    assert!(!ask(&dispatcher, "site", "list").1);
    assert!(ask(&dispatcher, "device", "delete").1);
    assert_eq!(api.asked(), "alice device site alice");
    let described = tools(&dispatcher, &admin())[0]["description"].to_string();
    assert!(described.contains("site"), "{described}");
}

/// An API may allow things for reasons that it lists nowhere, such as a directory of people.
#[test]
fn a_list_with_gaps_denies_nothing_by_what_it_lacks() {
    let api = Api::default();
    api.set(|state| {
        state.denied = vec!["*"];
        state.allowed_of_resource = vec!["site.list"];
    });
    let dispatcher = offering(&nothing(), &api);
    assert_eq!(names(&dispatcher, &admin()), "");
    assert!(!ask(&dispatcher, "site", "list").1);
    assert!(names(&dispatcher, &admin()).contains("people"));
    // Of deleting, nothing was said.
    assert!(!ask(&dispatcher, "device", "delete").1);
}

#[test]
fn what_was_granted_since_the_list_is_no_gap() {
    let api = Api::denying(&["site.*", "user.*"]);
    let dispatcher = offering(&nothing(), &api);
    assert!(!names(&dispatcher, &admin()).contains("people"));
    api.set(|state| {
        state.denied = vec!["user.*"];
        state.denied_of_resource = vec!["user.*"];
        state.allowed_of_resource = vec!["site.*"];
    });
    assert!(!ask(&dispatcher, "site", "list").1);
    assert!(!names(&dispatcher, &admin()).contains("people"));
}

#[test]
fn what_is_not_answered_is_offered_or_hidden() {
    // The API speaks of lists only.
    let api = Api::default();
    api.set(|state| {
        state.allowed = vec!["device.list"];
        state.allowed_of_resource = vec!["device.list"];
    });
    let recorder = nothing();
    let (offering, hiding) = (offering(&recorder, &api), hiding(&recorder, &api));
    assert!(!ask(&offering, "device", "delete").1);
    assert_eq!((recorder.lines().len(), api.asked()), (1, "alice".to_owned()));

    // What was not asked about is named till it is known, and asked about before it is called.
    assert!(names(&hiding, &admin()).contains("people"));
    let (text, is_error) = ask(&hiding, "device", "delete");
    assert!(is_error && text.contains("it has list"), "{text}");
    assert_eq!((recorder.lines().len(), api.asked()), (1, "alice device".to_owned()));
    assert!(!ask(&hiding, "device", "list").1);
}

#[test]
fn an_api_that_does_not_answer_is_not_in_the_way_unless_it_is_said_to_be() {
    let api = Api::default();
    api.set(|state| state.fails = true);
    let recorder = nothing();
    let (offering, hiding) = (offering(&recorder, &api), hiding(&recorder, &api));
    assert!(names(&offering, &admin()).contains("inventory people"));
    assert!(!ask(&offering, "device", "list").1);
    assert_eq!(names(&hiding, &admin()), "");
    let (text, _) = call(&hiding, &admin(), "inventory", &json!({"resource": "device"}));
    assert!(text.contains("inventory"), "{text}");
    // It is left alone for a while.
    names(&offering, &admin());
    assert_eq!(api.asked().matches("alice").count(), 2);
}

#[test]
fn what_was_known_stays_while_the_api_does_not_answer() {
    for unanswered in [Unanswered::Offer, Unanswered::Hide] {
        let api = Api::denying(&["user.*"]);
        let options = PermissionOptions::default().with_ttl(Duration::ZERO);
        let dispatcher = with(&nothing(), &api, options.with_unanswered(unanswered));
        assert_eq!(names(&dispatcher, &admin()), "inventory batch");
        api.set(|state| state.fails = true);
        assert_eq!(names(&dispatcher, &admin()), "inventory batch");
    }
}

#[test]
fn views_are_bounded() {
    let api = Api::default();
    let options = PermissionOptions::default().with_ttl(Duration::ZERO).with_n_views(2);
    let dispatcher = with(&nothing(), &api, options);
    for denied in ["user.*", "site.*", "event.*", "user.*"] {
        api.set(|state| state.denied = vec![denied]);
        let listed = json!(tools(&dispatcher, &admin())).to_string();
        let hidden = denied.trim_end_matches(".*");
        assert!(!listed.contains(hidden), "{hidden}: {listed}");
    }
}

#[test]
fn another_catalog_is_asked_about_anew() {
    let api = Api::denying(&["user.*"]);
    let dispatcher = offering(&nothing(), &api);
    names(&dispatcher, &admin());
    dispatcher.replace_catalog(catalog());
    assert_eq!(names(&dispatcher, &admin()), "inventory batch");
    assert_eq!(api.asked(), "alice alice");
}
