//! One message a line, both eras on one stream.

use std::sync::Arc;
use std::time::Duration;

use mcp_protocol::auth::AuthInfo;
use mcp_protocol::stdio::StdioServer;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, Lines, duplex};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::toy::Toy;
use crate::wire::{block_on, stateless_body};

const SOON: Duration = Duration::from_secs(5);

/// Serves all of `input` and returns what was written, a message for each line.
fn answers(input: &str) -> Vec<Value> {
    let mut output = Vec::new();
    block_on(
        StdioServer::new(Toy::new())
            .with_auth(AuthInfo::new("me"))
            .with_max_message_bytes(1000)
            .serve(input.as_bytes(), &mut output),
    )
    .expect("memory does not fail");
    let output = String::from_utf8(output).expect("answers are UTF-8");
    output.lines().map(|line| serde_json::from_str(line).expect("one message a line")).collect()
}

/// Is the other end of a server that runs.
struct Client {
    toy: Arc<Toy>,
    input: DuplexStream,
    output: Lines<BufReader<DuplexStream>>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Client {
    fn start() -> Self {
        let toy = Toy::new();
        let (input, server_input) = duplex(4096);
        let (server_output, output) = duplex(4096);
        let server = tokio::spawn(StdioServer::new(toy.clone()).serve(server_input, server_output));
        Self { toy, input, output: BufReader::new(output).lines(), server }
    }

    async fn send(&mut self, message: Value) {
        let line = format!("{message}\n");
        self.input.write_all(line.as_bytes()).await.expect("the server reads");
    }

    async fn receive(&mut self) -> Value {
        let line = timeout(SOON, self.output.next_line()).await.expect("an answer in time");
        let line = line.expect("the stream is open").expect("a line");
        serde_json::from_str(&line).expect("one message a line")
    }
}

fn call(id: u32, name: &str) -> Value {
    let params = json!({ "name": name });
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params })
}

#[test]
fn both_eras_share_a_stream() {
    let hello = json!({
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": { "name": "hand", "version": "1" },
    });
    let initialize = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello });
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    let input = [
        stateless_body(0.into(), "server/discover", json!({})),
        initialize,
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        list,
        stateless_body(3.into(), "tools/list", json!({})),
        stateless_body(4.into(), "ping", json!({})),
    ];
    let input: Vec<_> = input.iter().map(Value::to_string).collect();
    let mut answers = answers(&input.join("\r\n"));
    answers.sort_by_key(|answer| answer["id"].as_u64());
    assert_eq!(answers[0]["result"]["resultType"], "complete");
    assert_eq!(answers[1]["result"]["protocolVersion"], "2025-06-18");
    assert_eq!(
        answers[2]["result"],
        json!({ "tools": [{ "name": "echo", "inputSchema": { "type": "object" } }] })
    );
    assert_eq!(answers[3]["result"]["ttlMs"], 3_600_000);
    assert_eq!(answers[4]["error"]["code"], -32601);
    assert_eq!(answers.len(), 5);
}

#[test]
fn the_handshake_is_remembered() {
    let hello = |revision: &str| {
        json!({
            "protocolVersion": revision,
            "capabilities": {},
            "clientInfo": { "name": "hand", "version": "1" },
        })
    };
    let initialize = |revision: &str| json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello(revision) });
    let structured = |revision: &str| {
        let input = format!("{}\n{}\n", initialize(revision), call(2, "object"));
        answers(&input)[1]["result"].get("structuredContent").is_some()
    };
    assert_eq!((structured("2025-03-26"), structured("2025-11-25")), (false, true));
    let input = format!("{}\n{}\n", initialize("2025-11-25"), call(2, "who"));
    let who = answers(&input)[1]["result"]["content"][0]["text"].to_string();
    assert!(who.contains("me") && who.contains("hand"), "{who}");
}

#[test]
fn what_is_wrong_is_answered_and_the_next_line_served() {
    let long = "x".repeat(2000);
    let ping = r#"{"jsonrpc":"2.0","id":"p","method":"ping"}"#;
    let input = format!(
        "nope\n\n[]\n{long}\n{{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}}\n{ping}"
    );
    let answers = answers(&input);
    let codes: Vec<_> = answers.iter().map(|answer| answer["error"]["code"].as_i64()).collect();
    assert_eq!(codes, [Some(-32700), Some(-32600), Some(-32600), Some(-32600), None]);
    assert!(answers[..4].iter().all(|answer| answer.get("id").is_none()));
    assert_eq!(answers[4], json!({ "jsonrpc": "2.0", "id": "p", "result": {} }));
}

#[test]
fn missing_scopes_are_told_by_the_tool() {
    let answers = answers(&call(1, "write").to_string());
    assert_eq!(answers[0]["result"]["isError"], true);
    let text = answers[0]["result"]["content"][0]["text"].as_str().expect("a text");
    assert!(text.starts_with("needs scope read write: "), "{text}");
}

#[test]
fn calls_do_not_wait_for_each_other() {
    block_on(async {
        let mut client = Client::start();
        client.send(call(1, "wait")).await;
        client.send(call(2, "echo")).await;
        assert_eq!(client.receive().await["id"], 2);
        client.toy.go_on.notify_one();
        assert_eq!(client.receive().await["id"], 1);
    });
}

#[test]
fn a_cancelled_call_is_not_answered() {
    block_on(async {
        let mut client = Client::start();
        client.send(call(1, "wait")).await;
        timeout(SOON, client.toy.waiting.notified()).await.expect("the tool runs");
        let params = json!({ "requestId": 1, "reason": "changed my mind" });
        let cancelled = "notifications/cancelled";
        client.send(json!({ "jsonrpc": "2.0", "method": cancelled, "params": params })).await;
        timeout(SOON, client.toy.finished.notified()).await.expect("the call ended");
        client.send(json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" })).await;
        assert_eq!(client.receive().await["id"], 2);
    });
}

#[test]
fn an_id_that_is_in_use_is_refused() {
    block_on(async {
        let mut client = Client::start();
        client.send(call(1, "wait")).await;
        client.send(call(1, "echo")).await;
        assert_eq!(client.receive().await["error"]["code"], -32600);
        client.toy.go_on.notify_one();
        assert_eq!(client.receive().await["result"]["isError"], false);
        client.send(call(1, "echo")).await;
        assert_eq!(client.receive().await["result"]["isError"], false);
    });
}

#[test]
fn progress_comes_before_the_result() {
    let params = json!({ "name": "steps", "_meta": { "progressToken": 7 } });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let answers = answers(&body.to_string());
    assert_eq!(answers.len(), 4);
    assert!(answers[..3].iter().all(|note| note["params"]["progressToken"] == 7));
    assert_eq!(answers[3]["id"], 1);
}

#[test]
fn the_end_of_the_input_ends_the_server_once_calls_are_answered() {
    block_on(async {
        let mut client = Client::start();
        client.send(call(1, "wait")).await;
        timeout(SOON, client.toy.waiting.notified()).await.expect("the tool runs");
        client.input.shutdown().await.expect("the stream is open");
        client.toy.go_on.notify_one();
        assert_eq!(client.receive().await["id"], 1);
        let ended = timeout(SOON, client.server).await.expect("the server ends");
        ended.expect("no panic").expect("no error");
    });
}

#[test]
fn what_a_server_waits_for_before_a_call_holds_up_nothing_else() {
    block_on(async {
        let mut client = Client::start();
        client.send(call(1, "wait_in_prepare")).await;
        timeout(SOON, client.toy.waiting.notified()).await.expect("it prepares");
        client.send(json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" })).await;
        assert_eq!(client.receive().await["id"], 2);
        client.send(json!({ "jsonrpc": "2.0", "id": 3, "method": "tools/list" })).await;
        assert_eq!(client.receive().await["id"], 3);
        client.send(call(1, "echo")).await;
        assert_eq!(client.receive().await["error"]["code"], -32600, "the id is in use");
        // The end of the input ends nothing that was asked before.
        client.input.shutdown().await.expect("the stream is open");
        client.toy.go_on.notify_one();
        let answer = client.receive().await;
        assert_eq!(answer["result"]["content"][0]["text"], "prepared", "{answer}");
        let ended = timeout(SOON, client.server).await.expect("the server ends");
        ended.expect("no panic").expect("no error");
    });
}

#[test]
fn a_call_that_is_cancelled_before_it_begins_does_not_begin() {
    block_on(async {
        let mut client = Client::start();
        client.send(call(1, "wait_in_prepare")).await;
        timeout(SOON, client.toy.waiting.notified()).await.expect("it prepares");
        let cancelled = "notifications/cancelled";
        let params = json!({ "requestId": 1 });
        client.send(json!({ "jsonrpc": "2.0", "method": cancelled, "params": params })).await;
        // Its id is free again.
        client.send(call(1, "echo")).await;
        assert_eq!(client.receive().await["result"]["content"][0]["text"], "{}");
        assert_eq!(*client.toy.asked.lock().unwrap(), ["prepare echo", "authorize echo"]);
    });
}

#[test]
fn who_reads_no_more_cancels_what_has_not_begun() {
    block_on(async {
        let mut client = Client::start();
        client.send(call(1, "wait_in_prepare")).await;
        timeout(SOON, client.toy.waiting.notified()).await.expect("it prepares");
        drop(client.output);
        let ping = json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" });
        client.input.write_all(format!("{ping}\n").as_bytes()).await.expect("the server reads");
        let ended = timeout(SOON, client.server).await.expect("the server ends");
        ended.expect("no panic").expect_err("the stream broke");
        assert!(client.toy.asked.lock().unwrap().is_empty(), "the call did not begin");
    });
}

#[test]
fn as_many_messages_as_are_served_at_once_are_read() {
    block_on(async {
        let mut client = Client::start();
        for id in 0..256 {
            client.send(call(id, if id % 2 == 0 { "wait" } else { "wait_in_prepare" })).await;
        }
        client.send(json!({ "jsonrpc": "2.0", "id": 256, "method": "ping" })).await;
        let early = timeout(Duration::from_millis(50), client.output.next_line()).await;
        assert!(early.is_err(), "{early:?}");
        client.toy.go_on.notify_one();
        let ids = [client.receive().await["id"].clone(), client.receive().await["id"].clone()];
        assert!(ids.contains(&json!(256)), "{ids:?}");
    });
}

#[test]
fn a_client_that_reads_no_more_cancels_its_calls() {
    block_on(async {
        let mut client = Client::start();
        client.send(call(1, "wait")).await;
        timeout(SOON, client.toy.waiting.notified()).await.expect("the tool runs");
        drop(client.output);
        let ping = json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" });
        client.input.write_all(format!("{ping}\n").as_bytes()).await.expect("the server reads");
        timeout(SOON, client.toy.cancelled.notified()).await.expect("the token fired");
        let ended = timeout(SOON, client.server).await.expect("the server ends");
        ended.expect("no panic").expect_err("the stream broke");
    });
}
