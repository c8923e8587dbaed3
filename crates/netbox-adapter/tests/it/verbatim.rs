//! JSON of the users' own, such as the data of a config context, leaves us and comes back as it is
//! written: the order of keys, the form of numbers, every letter, however deep.

use http::Method;
use serde_json::{Value, json};

use crate::client::Client;
use crate::documents;
use crate::netbox::{ADMIN, with_netbox};
use crate::recorder::RecordingBackend;

/// What a parser that makes values of it would change.
const DATA: &str = r#"{"z": 1.0, "a": 1e5, "big": 123456789012345678901234567890, "tiny": 1E-7, "zürich": "\u00fc ü 😀 \u0000".."#;

/// The text above, whole: with a list, nested deep.
fn data() -> String {
    let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
    let head = DATA.trim_end_matches("..").replace("\\u0000", "\\u0001");
    format!(r#"{head}, "n": -0.0, "deep": {deep}, "":  {{ "b" :1 , "a":2}}}}"#)
}

/// Makes a call, and answers the bodies that were sent.
async fn sent(tool: &str, arguments: String) -> Vec<String> {
    let document = documents::newest().expect("it is at hand");
    let client = Client::<RecordingBackend>::recording(document);
    let answer = client.send_text(tool, &arguments).await.unwrap_or_else(|error| panic!("{error}"));
    let bodies = client
        .backend
        .take()
        .into_iter()
        .map(|request| String::from_utf8(request.into_body().to_vec()).expect("text"));
    let bodies: Vec<String> = bodies.filter(|body| !body.is_empty()).collect();
    assert!(!bodies.is_empty(), "{}", answer.text);
    bodies
}

#[tokio::test]
async fn what_leaves_is_what_was_written() {
    if documents::newest().is_none() {
        return;
    }
    let data = data();
    let context = format!(r#"{{"name": "ntp", "data": {data}}}"#);
    for (tool, arguments) in [
        (
            "extras",
            format!(r#"{{"resource":"configcontext","action":"create","params":{context}}}"#),
        ),
        (
            "extras",
            format!(
                r#"{{"resource":"configcontext","action":"bulk_create","params":{{"items":[{context},{context}]}}}}"#
            ),
        ),
        // With names in the same body, that become attributes or objects of a kind.
        (
            "extras",
            format!(
                r#"{{"resource":"configcontext","action":"create","params":{{"name":"ntp","tags":["core"],"data":{data}}}}}"#
            ),
        ),
        (
            "dcim",
            format!(
                r#"{{"resource":"device","action":"create","params":{{"name":"x","site":"Hamburg","role":1,"device_type":1,"local_context_data":{data}}}}}"#
            ),
        ),
        (
            "virtualization",
            format!(
                r#"{{"resource":"cluster","action":"create","params":{{"name":"x","type":1,"scope":{{"site":1}},"custom_fields":{{"json":{data}}}}}}}"#
            ),
        ),
        (
            "batch",
            format!(
                r#"{{"steps":[{{"resource":"configcontext","action":"create","params":{context}}},{{"resource":"configcontext","action":"create","each":[{{"name":"b"}}],"params":{{"data":{data}}}}}]}}"#
            ),
        ),
    ] {
        let bodies = sent(tool, arguments.clone()).await;
        assert!(bodies.iter().all(|body| body.contains(&data)), "{arguments}\n{bodies:?}");
    }
}

/// NetBox stores JSON as PostgreSQL's jsonb, which orders keys in a way of its own and writes `1e5`
/// as `100000.0`; what it answers is what we give, to the byte.
#[tokio::test]
async fn what_comes_back_is_what_netbox_wrote() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let data = r#"{"zz": 1.0, "a": 1e5, "big": 12345678901234567890, "zürich": "ü 😀", "n": {"b": [1.50, 2]}}"#;
        let name = &netbox.name;
        let arguments = format!(
            r#"{{"resource":"configcontext","action":"create","params":{{"name":"{name}","data":{data}}},"options":{{"format":"raw"}}}}"#
        );
        let made = client.send_text("extras", &arguments).await.unwrap_or_else(|error| panic!("{error}"));
        assert!(!made.is_error, "{}", made.text);
        let id: Value = serde_json::from_str(&made.text).expect("JSON");
        let id = id["id"].as_i64().expect("an id");
        netbox.keep("/api/extras/config-contexts/", id);
        let path = format!("/api/extras/config-contexts/{id}/");
        let (_, bytes) = netbox.bytes(Method::GET, &path).await;
        let own = String::from_utf8(bytes.to_vec()).expect("text");
        let (_, stored) = own.split_once("\"data\":").expect("the data");
        for format in ["raw", "json"] {
            let call = json!({
                "resource": "configcontext", "action": "get", "params": {"id": id},
                "options": {"format": format},
            });
            let answer = client.send("extras", &call).await.unwrap_or_else(|error| panic!("{error}"));
            let (_, shown) = answer.text.split_once("\"data\":").expect("the data");
            let shown: String = shown.split_whitespace().collect();
            let stored: String = stored.split_whitespace().collect();
            let n = stored.find("\"created\"").unwrap_or(stored.len());
            assert!(shown.starts_with(stored[..n].trim_end_matches([',', '}'])), "{shown}\n{stored}");
            assert!(shown.contains("1.0") && shown.contains("12345678901234567890"), "{shown}");
        }
    })
    .await;
}
