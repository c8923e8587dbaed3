//! Which era serves a request: the order of the checks is what clients detect us by.

use serde_json::{Value, json};

use crate::wire::{
    HANDSHAKE, STATELESS, ask, block_on, check, handshake, post, stateless, stateless_body,
};

const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
const INFO: &str = "io.modelcontextprotocol/clientInfo";
const LOG_LEVEL: &str = "io.modelcontextprotocol/logLevel";

/// Sends `method` with that `_meta` under those headers.
#[track_caller]
fn ladder(method: &str, meta: Value, headers: &[(&str, &str)], status: u16, code: i64) {
    let params = if meta.is_null() { json!({}) } else { json!({ "_meta": meta }) };
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let what = format!("{method} {meta} {headers:?}");
    let answer = check(&what, post(body.to_string(), headers), status, code);
    assert_eq!(answer.json()["id"], 1, "{what}");
}

fn meta(version: &str) -> Value {
    json!({ VERSION: version, CAPABILITIES: {} })
}

#[test]
fn the_claim_in_the_body_decides() {
    let version = ("mcp-protocol-version", STATELESS);
    let list = ("mcp-method", "tools/list");
    ladder("tools/list", meta(STATELESS), &[version, list], 200, 0);
    ladder("tools/list", Value::Null, &[], 200, 0);
    ladder("tools/list", Value::Null, &[("mcp-protocol-version", HANDSHAKE)], 200, 0);
    ladder("tools/list", json!({ "progressToken": 1 }), &[], 200, 0);
}

#[test]
fn a_stateless_header_without_a_claim_is_malformed() {
    let headers = [("mcp-protocol-version", STATELESS), ("mcp-method", "tools/list")];
    ladder("tools/list", Value::Null, &headers, 400, -32602);
    ladder("tools/list", json!({ CAPABILITIES: {} }), &headers, 400, -32602);
}

#[test]
fn the_envelope_must_be_complete() {
    let headers = [("mcp-protocol-version", STATELESS), ("mcp-method", "tools/list")];
    for envelope in [
        json!({ VERSION: STATELESS }),
        json!({ VERSION: 20260728, CAPABILITIES: {} }),
        json!({ VERSION: null, CAPABILITIES: {} }),
        json!({ VERSION: STATELESS, CAPABILITIES: [] }),
        json!({ VERSION: STATELESS, CAPABILITIES: null }),
        json!({ VERSION: STATELESS, CAPABILITIES: {}, INFO: "me" }),
        json!({ VERSION: STATELESS, CAPABILITIES: {}, INFO: { "name": "me" } }),
        json!({ VERSION: STATELESS, CAPABILITIES: {}, LOG_LEVEL: "loud" }),
        json!({ VERSION: STATELESS, CAPABILITIES: {}, "progressToken": {} }),
        json!([]),
        json!("meta"),
    ] {
        ladder("tools/list", envelope, &headers, 400, -32602);
    }
    let with_info = json!({
        VERSION: STATELESS,
        CAPABILITIES: { "sampling": {} },
        INFO: { "name": "me", "version": "1" },
        LOG_LEVEL: "info",
        "traceparent": 7,
        "com.example/other": null,
    });
    ladder("tools/list", with_info, &headers, 200, 0);
}

#[test]
fn a_contradiction_beats_an_unsupported_version() {
    let headers = |version, method| [("mcp-protocol-version", version), ("mcp-method", method)];
    let list = "tools/list";
    ladder(list, meta("v999"), &headers(STATELESS, list), 400, -32020);
    ladder(list, meta("v999"), &headers("v999", list), 400, -32022);
    ladder(list, meta(STATELESS), &headers("v999", list), 400, -32020);
    ladder(list, meta(STATELESS), &headers(HANDSHAKE, list), 400, -32020);
    ladder(list, meta(STATELESS), &headers(STATELESS, "tools/call"), 400, -32020);
    ladder(list, meta(STATELESS), &headers(STATELESS, "Tools/List"), 400, -32020);
    ladder(list, meta("v999"), &[], 400, -32022);
    ladder(list, meta(HANDSHAKE), &headers(HANDSHAKE, list), 400, -32022);
}

#[test]
fn the_headers_must_be_there_once() {
    let version = ("mcp-protocol-version", STATELESS);
    let method = ("mcp-method", "tools/list");
    ladder("tools/list", meta(STATELESS), &[], 400, -32020);
    ladder("tools/list", meta(STATELESS), &[version], 400, -32020);
    ladder("tools/list", meta(STATELESS), &[method], 400, -32020);
    ladder("tools/list", meta(STATELESS), &[version, method, method], 400, -32020);
    ladder("tools/list", meta(STATELESS), &[version, version, method], 400, -32020);
    let twice = [("mcp-protocol-version", HANDSHAKE), ("mcp-protocol-version", HANDSHAKE)];
    ladder("tools/list", Value::Null, &twice, 400, -32020);
}

#[test]
fn an_unknown_version_is_answered_with_those_that_are_served() {
    let answer = check("v", handshake("2027-01-01", "tools/list", json!({})), 400, -32022);
    let data = &answer.json()["error"]["data"];
    assert_eq!(data["requested"], "2027-01-01");
    assert_eq!(data["supported"], json!(["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"]));
    let discovered = block_on(ask(stateless("server/discover", json!({})))).json();
    assert_eq!(discovered["result"]["supportedVersions"], data["supported"]);
}

#[test]
fn initialize_belongs_to_the_handshake_unless_it_has_the_envelope() {
    let headers = [("mcp-protocol-version", STATELESS), ("mcp-method", "initialize")];
    ladder("initialize", meta(STATELESS), &headers, 404, -32601);
    ladder("initialize", Value::Null, &headers, 400, -32020);
    ladder("initialize", json!({ VERSION: STATELESS }), &headers, 400, -32020);
    ladder("initialize", Value::Null, &[("mcp-protocol-version", "v999")], 400, -32022);
    ladder("initialize", Value::Null, &[], 200, -32602);
}

#[test]
fn a_handshake_agrees_on_a_version_that_has_one() {
    for (asked, agreed) in [
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("2024-11-05", "2025-11-25"),
        ("nonsense", "2025-11-25"),
    ] {
        let params = json!({ "protocolVersion": asked, "capabilities": {}, "clientInfo": {} });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
        let answer = check(asked, post(body.to_string(), &[]), 200, 0);
        assert_eq!(answer.json()["result"]["protocolVersion"], agreed);
        assert_eq!(answer.header("mcp-session-id"), None);
    }
}

#[test]
fn methods_of_the_other_era_do_not_exist() {
    let gone = [
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "prompts/list",
        "resources/list",
        "completion/complete",
        "subscriptions/listen",
        "unknown/method",
    ];
    for method in gone {
        check(method, stateless(method, json!({})), 404, -32601);
    }
    for method in ["server/discover", "prompts/list", "resources/list", "logging/setLevel", ""] {
        check(method, handshake(HANDSHAKE, method, json!({})), 200, -32601);
    }
    check("ping", handshake(HANDSHAKE, "ping", json!({})), 200, 0);
}

#[test]
fn the_name_of_the_tool_must_agree() {
    let call = |name: &[(&str, &str)]| {
        let body = stateless_body(1.into(), "tools/call", json!({ "name": "écho" }));
        let mut headers = vec![("mcp-protocol-version", STATELESS), ("mcp-method", "tools/call")];
        headers.extend(name);
        post(body.to_string(), &headers)
    };
    // The toy has no such tool, which it says in band.
    check("base64", call(&[("mcp-name", "=?base64?w6ljaG8=?=")]), 200, -32602);
    check("absent", call(&[]), 400, -32020);
    check("other", call(&[("mcp-name", "echo")]), 400, -32020);
    check("no padding", call(&[("mcp-name", "=?base64?w6ljaG8?=")]), 400, -32020);
    check("no UTF-8", call(&[("mcp-name", "=?base64?/w==?=")]), 400, -32020);
    check("twice", call(&[("mcp-name", "a"), ("mcp-name", "a")]), 400, -32020);
    let padded = stateless_body(1.into(), "tools/call", json!({ "name": "echo" }));
    let headers = [
        ("MCP-Protocol-Version", STATELESS),
        ("MCP-METHOD", "tools/call"),
        ("mcp-name", "  echo\t"),
    ];
    check("blanks", post(padded.to_string(), &headers), 200, 0);
}

#[test]
fn notifications_are_accepted_in_silence() {
    let note = |method: &str, params: Value, headers: &[(&str, &str)]| {
        let body = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        post(body.to_string(), headers)
    };
    let stateless = [("mcp-protocol-version", STATELESS)];
    for request in [
        note("notifications/initialized", json!({}), &[]),
        note("notifications/cancelled", json!({ "requestId": 1 }), &[]),
        note("notifications/unheard-of", json!({}), &stateless),
        note("x", json!({ "_meta": meta(STATELESS) }), &stateless),
        note("tools/call", json!({ "name": "panic" }), &[]),
    ] {
        let answer = check("notification", request, 202, 0);
        assert_eq!(answer.text, "");
    }
    let contradiction = note("x", json!({ "_meta": meta("v999") }), &stateless);
    check("contradiction", contradiction, 400, -32020);
    check("version", note("x", json!({}), &[("mcp-protocol-version", "v9")]), 400, -32022);
}
