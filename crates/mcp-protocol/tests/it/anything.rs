//! No bytes whatsoever disturb the server.

use mcp_protocol::stdio::StdioServer;
use proptest::prelude::{Strategy, any, prop, prop_assert, prop_oneof, proptest};
use serde_json::Value;

use crate::toy::Toy;
use crate::wire::{ask, block_on, post};

/// Yields bytes, text, and messages with pieces that are not quite right.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let piece = || {
        prop_oneof![
            one_of(vec![
                "null",
                "1",
                "-0.0",
                "1e999",
                "\"\"",
                "[]",
                "{}",
                "\"2.0\"",
                "\"\\ud800\""
            ]),
            one_of(vec!["\"tools/call\"", "\"tools/list\"", "\"initialize\"", "\"ping\""]),
            one_of(vec![
                r#"{"name":"echo","arguments":{"a":[1,2]}}"#,
                r#"{"name":"panic"}"#,
                r#"{"_meta":{"progressToken":1},"name":"steps"}"#,
                r#"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}"#,
                r#"{"protocolVersion":"2025-06-18"}"#,
            ]),
        ]
    };
    let key = one_of(vec!["jsonrpc", "id", "method", "params", "result", "error", "_meta", "x"]);
    let message = prop::collection::vec((key, piece()), 0..6).prop_map(|members| {
        let members: Vec<_> = members.iter().map(|(k, v)| format!("\"{k}\":{v}")).collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    });
    let request = (piece(), piece()).prop_map(|(method, params)| {
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":{method},"params":{params}}}"#).into_bytes()
    });
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64),
        any::<String>().prop_map(String::into_bytes),
        message,
        request,
    ]
}

/// Chooses one of some texts.
fn one_of(texts: Vec<&'static str>) -> prop::sample::Select<&'static str> {
    prop::sample::select(texts)
}

fn is_message(message: &Value) -> bool {
    message["jsonrpc"] == "2.0"
        && (message.get("result").is_some() != message.get("error").is_some()
            || message["method"] == "notifications/progress")
        && message.get("id").is_none_or(|id| id.is_string() || id.is_number())
}

proptest! {
    #[test]
    fn http_answers_every_body(body in bodies(), stateless in any::<bool>()) {
        let headers = if stateless {
            &[("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call")][..]
        } else {
            &[]
        };
        let answer = block_on(ask(post(body, headers)));
        match answer.status.as_u16() {
            202 => prop_assert!(answer.text.is_empty()),
            _ if answer.header("content-type") == Some("text/event-stream") => {
                prop_assert!(answer.events().iter().all(is_message), "{}", answer.text);
            }
            200 | 400 | 404 => prop_assert!(is_message(&answer.json()), "{}", answer.text),
            status => prop_assert!(false, "{status}"),
        }
    }

    #[test]
    fn stdio_answers_every_line(lines in prop::collection::vec(bodies(), 0..4)) {
        let input = lines.join(&b'\n');
        let mut output = Vec::new();
        block_on(StdioServer::new(Toy::new()).serve(input.as_slice(), &mut output))
            .expect("memory does not fail");
        let output = String::from_utf8(output).expect("answers are UTF-8");
        for line in output.lines() {
            let message: Value = serde_json::from_str(line).expect("one message a line");
            prop_assert!(is_message(&message), "{line}");
        }
    }
}
