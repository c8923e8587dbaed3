//! Large writes that a real NetBox does in the background, through the real server, with what a client
//! is told on the way.

use reqwest::Method;
use serde_json::{Value, json};

use crate::netbox::{self, Access};
use crate::server::Server;

/// How many objects are written: more than one part has.
const N: usize = 300;

/// Asks NetBox itself.
async fn ask(access: &Access, method: Method, path: &str, body: Value) -> Value {
    let request = reqwest::Client::new().request(method, format!("{}{path}", access.url));
    let request = request.header("authorization", format!("Token {}", access.admin_v1));
    let request = request.header("accept", "application/json");
    let request = if body.is_null() { request } else { request.json(&body) };
    let answer = request.send().await.expect("NetBox answers");
    let bytes = answer.bytes().await.expect("an answer");
    serde_json::from_slice(&bytes).unwrap_or_default()
}

async fn get(access: &Access, path: &str) -> Value {
    ask(access, Method::GET, path, Value::Null).await
}

/// Calls a tool of a client that asks for progress; the messages that come, the answer last.
async fn call(server: &Server, tool: &str, arguments: Value) -> Vec<Value> {
    let meta = json!({"progressToken": "p"});
    let params = json!({"name": tool, "arguments": arguments, "_meta": meta});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let request = reqwest::Client::new()
        .post(&server.url)
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-11-25")
        .bearer_auth(server.token.as_deref().expect("a token"))
        .json(&body);
    let text = request.send().await.expect("an answer").text().await.expect("a text");
    let messages = text.lines().map(|line| line.strip_prefix("data: ").unwrap_or(line));
    let messages = messages.filter(|line| line.starts_with('{'));
    messages.map(|message| serde_json::from_str(message).expect("JSON")).collect()
}

/// Calls a tool, and compares the answer. That it was told of as a job is checked, and that what was
/// told grew.
async fn check(server: &Server, arguments: Value, starts: &str) {
    let messages = call(server, "dcim", arguments).await;
    let [notes @ .., answer] = messages.as_slice() else { panic!("no answer") };
    let text = answer["result"]["content"][0]["text"].as_str().unwrap_or_default();
    assert!(text.starts_with(starts), "{answer}");
    let told = |note: &Value| {
        let params = &note["params"];
        let message = params["message"].as_str().unwrap_or_default();
        assert!(message.starts_with(&format!("0 of {N} done; job ")), "{note}");
        params["progress"].as_f64().expect("a number")
    };
    let told: Vec<f64> = notes.iter().map(told).collect();
    assert!(!told.is_empty() && told.is_sorted() && told.last() < Some(&1.0), "{told:?}");
}

/// The templates of a type of devices, of which nothing is indexed for NetBox's search.
fn templates(action: &str, items: &[Value]) -> Value {
    json!({"resource": "interfacetemplate", "action": action, "params": {"items": items},
        "options": {"expect": N}})
}

#[tokio::test]
async fn three_hundred_objects_are_created_and_deleted_by_a_job_each() {
    let Some(access) = netbox::alone() else { return };
    let arguments = ["--netbox-url", &access.url, "--scope", "admin"];
    let Some(server) = Server::start(&arguments, &[("NETBOX_TOKEN", &access.admin_v2)]) else {
        return;
    };
    if get(&access, "/api/status/").await["rq-workers-running"] == 0 {
        crate::skipped("the NetBox has no worker");
        return;
    }
    let own = format!("background-{}", std::process::id());
    let named = json!({"name": own, "slug": own});
    let maker = ask(&access, Method::POST, "/api/dcim/manufacturers/", named).await["id"].clone();
    let model = json!({"manufacturer": maker, "model": own, "slug": own});
    let model = ask(&access, Method::POST, "/api/dcim/device-types/", model).await["id"].clone();
    access.calm().await;

    let name = |n: usize| format!("port-{n}");
    let template = |n: usize| json!({"device_type": own, "name": name(n), "type": "virtual"});
    let create = templates("bulk_create", &(0..N).map(template).collect::<Vec<_>>());
    check(&server, create, "created 300 interface-templates: ").await;
    let path = format!("/api/dcim/interface-templates/?device_type_id={model}&limit=1000");
    let made = get(&access, &path).await;
    assert_eq!(made["count"], N);

    // What is wrong with one row is told as if it had been written at once, and nothing is written.
    let mut items: Vec<Value> = (N..2 * N).map(template).collect();
    items[7]["name"] = json!(name(0));
    let messages = call(&server, "dcim", templates("bulk_create", &items)).await;
    let text = messages.last().expect("an answer")["result"]["content"][0]["text"].to_string();
    assert!(text.contains("row 8 (port-0)") && text.contains("nothing of this request"), "{text}");
    assert_eq!(get(&access, &path).await["count"], N);

    let rows = made["results"].as_array().expect("rows");
    let delete: Vec<Value> = rows.iter().map(|row| json!({"id": row["id"]})).collect();
    check(&server, templates("bulk_delete", &delete), "deleted 300 interface-templates: ").await;
    assert_eq!(get(&access, &path).await["count"], 0);

    let jobs = get(&access, "/api/core/jobs/?ordering=-created&limit=20").await;
    let jobs = jobs["results"].as_array().expect("rows").iter();
    let bulk = jobs.filter(|job| job["name"].as_str().is_some_and(|it| it.starts_with("Bulk ")));
    let states: Vec<&str> =
        bulk.take(3).filter_map(|job| job["status"]["value"].as_str()).collect();
    assert_eq!(states, ["completed", "failed", "completed"]);
    for path in ["device-types", "manufacturers"] {
        let id = if path == "device-types" { &model } else { &maker };
        ask(&access, Method::DELETE, &format!("/api/dcim/{path}/{id}/"), Value::Null).await;
    }
}
