//! The example server over standard input and output, as a desktop client starts it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::server::example;

/// Sends each message on a line of its own, closes the input, and answers what came back by id.
fn exchange(messages: &[Value]) -> Option<Vec<Value>> {
    exchange_with(&["--empty"], &[], messages)
}

/// The same with a server that is started so.
pub(crate) fn exchange_with(
    arguments: &[&str],
    environment: &[(&str, &str)],
    messages: &[Value],
) -> Option<Vec<Value>> {
    let Some(program) = example("netbox_server") else {
        crate::skipped("the example netbox_server is not built");
        return None;
    };
    let mut child = Command::new(program)
        .arg("--stdio")
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the example starts");
    let mut stdin = child.stdin.take().expect("stdin is a pipe");
    for message in messages {
        writeln!(stdin, "{message}").expect("the server reads");
    }
    drop(stdin);
    let lines = BufReader::new(child.stdout.take().expect("stdout is a pipe")).lines();
    let read = |line: std::io::Result<String>| {
        serde_json::from_str(&line.expect("text")).expect("nothing but messages on stdout")
    };
    let answers: Vec<Value> = lines.map(read).collect();
    assert!(child.wait().expect("it ends").success(), "it ends when its input does");
    Some(answers)
}

pub(crate) fn answer_to(answers: &[Value], id: u64) -> &Value {
    let found = answers.iter().find(|answer| answer["id"] == id);
    found.unwrap_or_else(|| panic!("no answer to {id} in {answers:#?}"))
}

#[test]
fn both_eras_are_served_on_one_stream() {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let region = json!({
        "resource": "region", "action": "create", "params": { "name": "Alpha", "slug": "alpha" },
    });
    let messages = [
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        }}),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }),
        json!({ "jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {
            "name": "dcim", "arguments": region,
        }}),
        json!({ "jsonrpc": "2.0", "id": 4, "method": "server/discover", "params": {
            "_meta": meta,
        }}),
    ];
    let Some(answers) = exchange(&messages) else { return };
    assert_eq!(answer_to(&answers, 1)["result"]["protocolVersion"], "2025-06-18");
    let tools = answer_to(&answers, 2)["result"]["tools"].as_array().expect("tools");
    assert_eq!(tools.len(), 12);
    let created = &answer_to(&answers, 3)["result"];
    assert_eq!(created["content"][0]["text"], "created region 1 Alpha");
    assert_eq!(answer_to(&answers, 4)["result"]["resultType"], "complete");
}

#[test]
fn a_policy_that_the_sandbox_would_ignore_refuses_to_start() {
    let Some(program) = example("netbox_server") else {
        crate::skipped("the example netbox_server is not built");
        return;
    };
    for (name, config) in [
        ("groups", "[surface.groups]\nall = [\"device\"]\n"),
        ("policy_file", "[surface]\npolicy_file = \"policy.toml\"\n"),
    ] {
        let path =
            std::env::temp_dir().join(format!("mcp-dispatch-{name}-{}.toml", std::process::id()));
        std::fs::write(&path, config).expect("a file");
        let output = Command::new(&program)
            .args(["--stdio", "--config"])
            .arg(&path)
            .stdin(Stdio::null())
            .output()
            .expect("the example starts");
        std::fs::remove_file(&path).expect("the file");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success());
        let expected = format!("[surface] {name} needs NetBox's OpenAPI document");
        assert!(said.contains(&expected), "{said}");
    }
}

#[test]
fn the_command_line_says_how_the_tools_are_written() {
    let Some(program) = example("netbox_server") else {
        crate::skipped("the example netbox_server is not built");
        return;
    };
    let mut child = Command::new(program)
        .args(["--stdio", "--empty", "--split", "--surface-level", "required"])
        .args(["--surface-budget", "300"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the example starts");
    let initialize = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    }});
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    let mut stdin = child.stdin.take().expect("stdin is a pipe");
    writeln!(stdin, "{initialize}\n{list}").expect("the server reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout);
    for expected in ["\"name\":\"delete\"", "location(", "device{", "\"readOnlyHint\":true"] {
        assert!(said.contains(expected), "{expected} in {said}");
    }
}
