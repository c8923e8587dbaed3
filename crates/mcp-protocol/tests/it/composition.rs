//! Several servers as one.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use mcp_protocol::http::McpService;
use mcp_protocol::revision::Revision;
use mcp_protocol::tool::{
    CacheScope, CallToolResult, Composition, Content, Implementation, MountError, ProtocolError,
    RequestContext, ToolCall, ToolList, ToolReply, ToolServer,
};
use serde_json::{Value, json};

use crate::toy::Toy;
use crate::wire::{HANDSHAKE, block_on, handshake, send, stateless};

/// A server that says what it is told.
struct Said {
    info: Implementation,
    instructions: Option<&'static str>,
    tools: &'static str,
}

fn said(title: &str, instructions: Option<&'static str>, tools: &'static str) -> Said {
    Said { info: Implementation::new("said", "1").with_title(title), instructions, tools }
}

#[async_trait]
impl ToolServer for Said {
    fn info(&self) -> &Implementation {
        &self.info
    }

    fn instructions(&self, _: &RequestContext) -> Option<Arc<str>> {
        self.instructions.map(Arc::from)
    }

    fn tools(&self, _: &RequestContext) -> Result<ToolList, ProtocolError> {
        let list = ToolList::new(self.tools).with_ttl(Duration::from_secs(60));
        Ok(list.with_scope(CacheScope::Public))
    }

    async fn call(&self, call: ToolCall, cx: RequestContext) -> Result<ToolReply, ProtocolError> {
        let prefix = &cx.tool_prefix;
        let other = prefix.of_another("b_x").or(prefix.of_another("all_b_x"));
        Ok(CallToolResult::text(format!("{} beside {other:?}", prefix.full(&call.name))).into())
    }
}

fn composition() -> Composition {
    Composition::new(Implementation::new("both", "1"))
}

fn cx() -> RequestContext {
    RequestContext::new(Revision::LATEST_HANDSHAKE)
}

fn text(answered: Result<ToolReply, ProtocolError>) -> String {
    match answered {
        Err(error) => error.to_string(),
        Ok(ToolReply::Complete(result)) => match result.content.as_slice() {
            [Content::Text { text, .. }] if result.is_error => format!("error: {text}"),
            [Content::Text { text, .. }] => text.clone(),
            other => panic!("{other:?}"),
        },
        Ok(other) => panic!("{other:?}"),
    }
}

#[test]
fn tools_are_listed_under_their_prefixes_and_called_by_them() {
    let toy = Toy::new();
    let both = composition().mount("lab", toy.clone()).unwrap();
    let both = Arc::new(both.mount("prod-1", Toy::new()).unwrap());
    let service = McpService::new(both);
    let call = json!({"name": "lab_echo", "arguments": {"a": 1}});
    for (listed, called) in [
        (stateless("tools/list", json!({})), stateless("tools/call", call.clone())),
        (
            handshake(HANDSHAKE, "tools/list", json!({})),
            handshake(HANDSHAKE, "tools/call", call.clone()),
        ),
    ] {
        let answer: Value = serde_json::from_str(&block_on(send(&service, listed)).text).unwrap();
        let names = answer["result"]["tools"].as_array().unwrap().iter();
        let names: Vec<&str> = names.filter_map(|tool| tool["name"].as_str()).collect();
        assert_eq!(names, ["lab_echo", "prod-1_echo"]);
        let answer = block_on(send(&service, called)).text;
        assert!(answer.contains(r#"{\"a\":1}"#), "{answer}");
    }
    let asked = toy.asked.lock().unwrap();
    assert!(asked.contains(&"authorize echo".to_owned()), "{asked:?}");
    assert!(asked.contains(&"prepare echo".to_owned()), "{asked:?}");
}

#[test]
fn what_is_said_of_a_tool_stays_as_it_is() {
    let tools = r#"[ {"description":"name","name" : "x","inputSchema":{"name":{}}},{"name":"y"}]"#;
    let both = composition().mount("a", said("A", None, tools)).unwrap();
    let both = both.mount("b", said("B", None, r#"[{"name":"x"}]"#)).unwrap();
    let list = both.tools(&cx()).unwrap();
    let expected = r#"[{"description":"name","name" : "a_x","inputSchema":{"name":{}}},{"name":"a_y"},{"name":"b_x"}]"#;
    assert_eq!(list.tools, expected);
    assert_eq!((list.ttl, list.scope), (Duration::from_secs(60), CacheScope::Public));
    let none = composition().tools(&cx()).unwrap();
    assert_eq!(none.tools, "[]");
}

#[test]
fn a_tool_of_nobody_is_refused_with_the_prefixes() {
    let both = composition().mount("lab", Toy::new()).unwrap();
    let both = both.mount("prod", Toy::new()).unwrap();
    for (tool, expected) in [
        ("echo", "unknown tool: echo; the tools here are lab_*, prod_* (-32602)"),
        ("labecho", "unknown tool: labecho; the tools here are lab_*, prod_* (-32602)"),
        ("lab_what", "unknown tool: what (-32602)"),
    ] {
        assert_eq!(text(block_on(both.call(ToolCall::new(tool), cx()))), expected);
    }
}

#[test]
fn one_that_starts_hides_no_other() {
    let (lab, prod) = (Toy::new(), Toy::degraded("its schema is old"));
    lab.starting.store(true, Ordering::Relaxed);
    let both = composition().mount("lab", lab.clone()).unwrap();
    let both = both.mount("prod", prod.clone()).unwrap();
    assert_eq!(both.ready(), Ok(()));
    let degraded = both.degraded();
    assert_eq!(
        degraded.as_deref(),
        Some("lab: the document is being read; prod: its schema is old")
    );
    let list = both.tools(&cx()).unwrap();
    assert!(!list.tools.windows(4).any(|part| part == b"lab_"), "{list:?}");
    assert_eq!(list.ttl, Duration::from_millis(1500), "it is asked for again soon");
    assert_eq!(
        text(block_on(both.call(ToolCall::new("lab_echo"), cx()))),
        "error: A toy: the document is being read (retry after 2 s)"
    );
    assert_eq!(text(block_on(both.call(ToolCall::new("prod_echo"), cx()))), "{}");
    prod.starting.store(true, Ordering::Relaxed);
    assert_eq!(both.ready().unwrap_err().retry_after, Duration::from_millis(1500));
    lab.starting.store(false, Ordering::Relaxed);
    assert_eq!(both.ready(), Ok(()));
}

#[track_caller]
fn check_instructions(lab: Option<&'static str>, prod: Option<&'static str>, expected: &str) {
    let both = composition().mount("lab", said("The lab", lab, "[]")).unwrap();
    let both = both.mount("prod", said("Production", prod, "[]")).unwrap();
    assert_eq!(both.instructions(&cx()).as_deref(), Some(expected));
}

#[test]
fn what_servers_say_alike_is_said_once() {
    let head = "lab_*: The lab\nprod_*: Production";
    check_instructions(None, None, head);
    check_instructions(Some("Try."), Some("Try."), &format!("{head}\nTry."));
    check_instructions(
        Some("A\nwrite\nB\nC"),
        Some("A\nread\nB\nC"),
        &format!("{head}\nA\nlab_*: write\nprod_*: read\nB\nC"),
    );
    check_instructions(Some("A\nA"), Some("A"), &format!("{head}\nA\nlab_*: A"));
    check_instructions(Some("Only here."), None, &format!("{head}\nlab_*: Only here."));
    assert_eq!(composition().instructions(&cx()), None);
}

#[test]
fn a_server_is_told_what_its_tools_are_called() {
    let inner = || {
        let one = composition().mount("a", said("A", None, r#"[{"name":"x"}]"#)).unwrap();
        one.mount("b", said("B", None, "[]")).unwrap()
    };
    let call = |server: &Composition, tool| text(block_on(server.call(ToolCall::new(tool), cx())));
    assert_eq!(call(&inner(), "a_x"), "a_x beside Some(\"b_\")");
    let outer = composition().mount("all", inner()).unwrap();
    assert_eq!(call(&outer, "all_a_x"), "all_a_x beside Some(\"all_b_\")");
    assert_eq!(outer.tools(&cx()).unwrap().tools, r#"[{"name":"all_a_x"}]"#);
    assert_eq!(
        call(&outer, "all_c_x"),
        "unknown tool: all_c_x; the tools here are all_a_*, all_b_* (-32602)"
    );
}

#[track_caller]
fn check_mount(names: &[&str], expected: &str) {
    let mounted = names.iter().try_fold(composition(), |all, name| all.mount(name, Toy::new()));
    let said = mounted.map_or_else(|error: MountError| error.to_string(), |_| "ok".to_owned());
    assert!(said.contains(expected), "{names:?}: {said}");
}

#[test]
fn names_that_cannot_be_told_apart_are_refused() {
    check_mount(&["lab", "lab-eu", "lab2"], "ok");
    check_mount(&["lab", "lab"], "begin with lab_ and with lab_");
    check_mount(&["lab", "lab_eu"], "begin with lab_ and with lab_eu_");
    check_mount(&["lab_eu", "lab"], "begin with lab_eu_ and with lab_");
    for name in ["", "a b", "lab_", "é", &"a".repeat(33)] {
        check_mount(&[name], "is no prefix for tools");
    }
}

#[test]
fn a_name_that_clients_would_refuse_is_left_out() {
    let long = format!(r#"[{{"name":"{}"}},{{"name":"x"}}]"#, "y".repeat(60));
    let one = composition().mount("four", said("A", None, long.leak())).unwrap();
    assert_eq!(one.tools(&cx()).unwrap().tools, r#"[{"name":"four_x"}]"#);
    for tools in ["[{}]", "[1]", "{", r#"[{"name":1}]"#] {
        let broken = composition().mount("a", said("A", None, tools)).unwrap();
        assert!(broken.tools(&cx()).is_err(), "{tools}");
    }
}
