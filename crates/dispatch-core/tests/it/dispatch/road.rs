//! What can happen between this server and the API, over a fake API that misbehaves on a socket: what
//! an agent is told, and how often the API was asked.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use dispatch_core::Dispatcher;
use dispatch_core::backend::{HttpBackend, HttpBackendOptions};
use mcp_protocol::tool::{Content, ToolCall, ToolReply, ToolServer};
use serde_json::{Value, json};

use super::fixture::{admin, catalog};

/// How the fake API misbehaves.
#[derive(Clone, Copy)]
enum Fault {
    /// Nobody listens.
    Down,
    /// It answers after the time is up.
    Slow,
    /// It closes the connection in place of an answer, as it does when it restarts.
    Restarts,
    /// It answers these bytes.
    Says(&'static str),
}

/// An API that misbehaves, and counts what reaches it.
struct FakeApi {
    url: String,
    n_asked: Arc<AtomicUsize>,
}

impl FakeApi {
    /// Answers the first requests well, and then misbehaves.
    fn new(n_well: usize, fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let n_asked = Arc::new(AtomicUsize::new(0));
        let asked = Arc::clone(&n_asked);
        if matches!(fault, Fault::Down) {
            return Self { url, n_asked };
        }
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                if !has_asked(&mut stream) {
                    continue;
                }
                let n = asked.fetch_add(1, Ordering::SeqCst);
                let answer = match fault {
                    _ if n < n_well => CREATED.to_owned(),
                    Fault::Says(answer) => answer.to_owned(),
                    Fault::Slow => {
                        thread::sleep(Duration::from_millis(900));
                        continue;
                    }
                    Fault::Down | Fault::Restarts => continue,
                };
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { url, n_asked }
    }

    fn call(&self, tool: &str, arguments: &Value) -> (String, bool) {
        let mut options = HttpBackendOptions::default();
        options.timeout = Duration::from_millis(500);
        let backend = HttpBackend::new(&self.url, options).unwrap();
        let dispatcher = Dispatcher::new(catalog(), backend);
        let call = ToolCall::new(tool).with_arguments(arguments.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let reply = runtime.block_on(dispatcher.call(call, admin())).unwrap();
        let ToolReply::Complete(result) = reply else { panic!("a stream") };
        let [Content::Text { text, .. }] = result.content.as_slice() else { panic!("no text") };
        (text.to_string(), result.is_error)
    }
}

/// Reads a request to its end.
fn has_asked(stream: &mut TcpStream) -> bool {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return false,
        }
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).is_ok()
}

const CREATED: &str = "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n\
    content-length: 22\r\nconnection: close\r\n\r\n{\"id\":7,\"name\":\"made\"}";

const LOGIN: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\
    content-length: 51\r\n\r\n<html><title>Sign in</title><form></form></html>   ";
const REDIRECT: &str = "HTTP/1.1 302 Found\r\nlocation: https://inside.example/login/?next=/api/\r\n\
    content-length: 0\r\nconnection: close\r\n\r\n";
const CUT: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\
    connection: close\r\n\r\n{\"id\":7,\"n";
const BROKEN_OFF: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
    content-length: 100\r\nconnection: close\r\n\r\n{\"id\":7,\"n";
const TOO_MANY: &str = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 30\r\n\
    content-type: application/json\r\ncontent-length: 24\r\nconnection: close\r\n\r\n\
    {\"detail\":\"Throttled.\"}  ";
const BAD_GATEWAY: &str = "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\n\
    content-length: 58\r\nconnection: close\r\n\r\n\
    <html><body><h1>502 Bad Gateway</h1>nginx</body></html>   ";
const STARTING: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\
    connection: close\r\n\r\n";
const REVOKED: &str = "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\n\
    content-length: 29\r\nconnection: close\r\n\r\n{\"detail\":\"Invalid v2 token\"} ";

/// Reads and deletes over an API that misbehaves; checks what is told, whose beginning and end are
/// given, and how often the API was asked for it.
#[track_caller]
fn check(fault: Fault, read: (&[&str], usize), deleted: (&[&str], usize)) {
    for (action, (said, n_asked)) in [("get", read), ("delete", deleted)] {
        let api = FakeApi::new(0, fault);
        let arguments = json!({"resource": "device", "action": action, "params": {"id": 5}});
        let (text, is_error) = api.call("inventory", &arguments);
        assert!(is_error, "{action}: {text}");
        assert_eq!(api.n_asked.load(Ordering::SeqCst), n_asked, "{action}: {text}");
        for said in said {
            assert!(text.contains(said), "{action}: {text:?} does not hold {said:?}");
        }
        assert!(text.len() < 400, "{action}: {} bytes: {text}", text.len());
        assert!(!text.contains("127.0.0.1") && !text.contains("inside.example"), "{text}");
    }
}

const LOOK: &str = "look what was done with resource=device action=get params={\"id\":5}";

#[test]
fn what_happened_and_what_is_known_of_the_effect_is_told() {
    check(
        Fault::Down,
        (&["device get not done: the API could not be connected to", "nothing was sent"], 0),
        (&["device delete not done: the API could not be connected to", "nothing was sent"], 0),
    );
    check(
        Fault::Slow,
        (&["device get failed", "the API did not answer in time; try again"], 1),
        (&["its effect is unknown", "did not answer in time", LOOK], 1),
    );
    // A read is asked for once more, a write never.
    check(
        Fault::Restarts,
        (&["device get failed", "the connection to the API broke", "try again"], 2),
        (&["its effect is unknown", "the connection to the API broke", LOOK], 1),
    );
    check(
        Fault::Says(BROKEN_OFF),
        (&["the answer of the API broke off", "try again"], 2),
        (&["its effect is unknown", "the answer of the API broke off", LOOK], 1),
    );
    check(
        Fault::Says(CUT),
        (&["device get failed: the answer of the API breaks off, or is no JSON (10 bytes"], 1),
        (&["its effect is unknown", "breaks off, or is no JSON", LOOK], 1),
    );
    check(
        Fault::Says(LOGIN),
        (&["device get failed: a web page answered in place of the API (Sign in)"], 1),
        (&["its effect is unknown", "a web page answered", LOOK], 1),
    );
    check(
        Fault::Says(REDIRECT),
        (&["device get failed: the API answered with a redirect to /login/ (302 Found)"], 1),
        (&["its effect is unknown", "a redirect to /login/ (302 Found)", LOOK], 1),
    );
    check(
        Fault::Says(TOO_MANY),
        (&["refused device get 5 (429 Too Many Requests)", "Throttled.", "retry after: 30 s"], 1),
        (&["refused device delete 5 (429 Too Many Requests)", "retry after: 30 s"], 1),
    );
    check(
        Fault::Says(BAD_GATEWAY),
        (&["502 Bad Gateway", "a proxy in front of the API got no answer from it"], 1),
        (&["a proxy in front of the API got no answer from it", LOOK], 1),
    );
    check(
        Fault::Says(STARTING),
        (&["503 Service Unavailable", "it is not available now"], 1),
        (&["503 Service Unavailable", "it is not available now; before you try again", LOOK], 1),
    );
    check(
        Fault::Says(REVOKED),
        (&["403 Forbidden", "Invalid v2 token", "the account that the call ran as"], 1),
        (&["403 Forbidden", "Invalid v2 token", "your own access to this server"], 1),
    );
}

/// Runs a batch of which the second write meets a fault; checks what is told of it.
#[track_caller]
fn check_batch(fault: Fault, second: &str) {
    let api = FakeApi::new(1, fault);
    let create = |name: &str| json!({"resource": "device", "action": "create", "params": {"name": name, "site": 1}});
    let wipe = |id: u64| json!({"resource": "device", "action": "wipe", "params": {"id": id}});
    let (text, is_error) = api.call("batch", &json!({"steps": [create("a"), wipe(1), wipe(2)]}));
    assert!(is_error, "{text}");
    let begin = "1 of 3 steps done; not atomic: what is done stays done\n1: created device 7 made";
    assert!(text.starts_with(begin), "{text}");
    assert!(text.contains(second), "{text:?} does not hold {second:?}");
    assert!(text.ends_with("3 device wipe: not run"), "{text}");
    assert_eq!(api.n_asked.load(Ordering::SeqCst), 2, "{text}");
}

#[test]
fn a_batch_says_which_of_its_steps_met_it() {
    check_batch(Fault::Says(BAD_GATEWAY), "2: the API failed at device wipe 1 (502 Bad Gateway)");
    check_batch(Fault::Restarts, "2: device wipe: its effect is unknown");
    check_batch(Fault::Says(LOGIN), "2: device wipe: its effect is unknown, a web page answered");
}
