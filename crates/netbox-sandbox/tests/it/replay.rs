//! Requests that were recorded on a real NetBox 4.7.3, replayed on the sandbox.
//!
//! The first 134, which build two networks, must be answered equally. Of the others, every
//! difference is listed by cause in `fidelity.expected.txt`, which is read line by line when it
//! changes: `UPDATE_FIDELITY=1 cargo test -p netbox-sandbox` writes it anew.

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs,
    ops::RangeInclusive,
    path::PathBuf,
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use http::Request;
use netbox_sandbox::{Sandbox, Token};
use serde_json::Value;

use crate::client::{Answer, send};

const HOST: &str = "127.0.0.1:8001";
/// Tokens of users who may not do everything.
const LIMITED: &[&str] = &["readerreader", "nobodynobody", "siteopsiteop"];
const ADMIN: &str = "adminadmin01";

/// What a replayed request came to.
struct Outcome {
    n: u64,
    line: String,
    /// Empty if the answers are equal.
    cause: &'static str,
    difference: String,
}

#[test]
fn the_walkthrough_is_answered_as_netbox_does() {
    let mut replay = Replay::new();
    let outcomes = replay.run("walkthrough.jsonl");
    assert_eq!(outcomes.len(), 134);
    let differing: Vec<_> = outcomes
        .iter()
        .filter(|outcome| !outcome.cause.is_empty())
        .map(|outcome| format!("{} {}: {}", outcome.n, outcome.line, outcome.difference))
        .collect();
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn the_probes_differ_only_where_it_is_known() {
    let mut replay = Replay::new();
    replay.run("walkthrough.jsonl");
    let outcomes = replay.run("probes.jsonl");
    let report = report(&outcomes);
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/fidelity.expected.txt");
    if env::var_os("UPDATE_FIDELITY").is_some() {
        fs::write(&file, &report).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(report, expected, "run with UPDATE_FIDELITY=1 and read what changed");
}

fn report(outcomes: &[Outcome]) -> String {
    let mut by_cause: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        by_cause.entry(outcome.cause).or_default().push(outcome);
    }
    let equal = by_cause.remove("").map_or(0, |equal| equal.len());
    let total = outcomes.len();
    let mut text = format!("{equal} of {total} recorded probes are answered equally.\n");
    for (cause, outcomes) in by_cause {
        let n = outcomes.len();
        writeln!(text, "\n## {cause}: {n}\n").unwrap();
        for Outcome { n, line, difference, .. } in outcomes {
            writeln!(text, "{n} {line}\n    {difference}").unwrap();
        }
    }
    text
}

struct Replay {
    sandbox: Sandbox,
    /// From recorded ETags to those of the sandbox.
    etags: BTreeMap<String, String>,
}

impl Replay {
    fn new() -> Self {
        let secret = |letter: &str| letter.repeat(40);
        // The minute in which journal entries were recorded, which shows in their names.
        let recorded = UNIX_EPOCH + Duration::from_secs(1_795_330_440);
        let sandbox = Sandbox::builder()
            .fixed_time(recorded)
            .with_tokens([
                Token::v2("admin", ADMIN, secret("a")),
                Token::v1("admin", "0123456789abcdef0123456789abcdef01234567"),
                Token::v2("admin", "adminadmin02", secret("b")).read_only(),
                Token::v2("reader", "readerreader", secret("e")),
                Token::v2("nobody", "nobodynobody", secret("f")),
                Token::v2("siteop", "siteopsiteop", secret("g")),
            ])
            .build();
        Self { sandbox, etags: BTreeMap::new() }
    }

    fn run(&mut self, fixture: &str) -> Vec<Outcome> {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixture);
        let text = fs::read_to_string(file).unwrap();
        text.lines().map(|line| self.step(&serde_json::from_str(line).unwrap())).collect()
    }

    fn step(&mut self, recorded: &Value) -> Outcome {
        let method = recorded["method"].as_str().unwrap();
        let path = recorded["path"].as_str().unwrap();
        let line = format!("{method} {}", path.chars().take(100).collect::<String>());
        let n = recorded["n"].as_u64().unwrap();
        let token = recorded["authorization"].as_str().unwrap_or_default();
        if LIMITED.iter().any(|key| token.contains(key)) {
            // Sent, such a request would write what NetBox refused, and spoil what follows.
            let difference = format!("status {}, not sent", recorded["status"]);
            return Outcome { n, line, cause: "the sandbox has no object permissions", difference };
        }
        let answer = send(&self.sandbox, self.request(recorded));
        if let Some(etag) = recorded["etag"].as_str()
            && let Some(own) = answer.headers.get("etag")
        {
            self.etags.insert(etag.to_owned(), own.to_str().unwrap().to_owned());
        }
        let difference = difference(recorded, &answer).unwrap_or_default();
        let cause = if difference.is_empty() { "" } else { cause(recorded, &answer) };
        Outcome { n, line, cause, difference }
    }

    fn request(&self, recorded: &Value) -> Request<Bytes> {
        let mut builder = Request::builder()
            .method(recorded["method"].as_str().unwrap())
            .uri(recorded["path"].as_str().unwrap());
        let default = format!("Bearer nbt_{ADMIN}.{}", "a".repeat(40));
        match recorded["authorization"].as_str() {
            None => builder = builder.header("authorization", default),
            Some("") => {}
            Some(other) => builder = builder.header("authorization", other),
        }
        let given = recorded["headers"].as_object();
        let has = |name: &str| given.is_some_and(|given| given.contains_key(name));
        if !has("Host") {
            builder = builder.header("host", HOST);
        }
        if !has("Content-Type") {
            builder = builder.header("content-type", "application/json");
        }
        for (name, value) in given.into_iter().flatten() {
            let value = value.as_str().unwrap();
            builder = builder.header(name, self.etags.get(value).map_or(value, |etag| etag));
        }
        let body = match (&recorded["raw"], &recorded["filler"], &recorded["request"]) {
            (Value::String(raw), ..) => raw.clone(),
            (_, Value::Number(n), _) => " ".repeat(n.as_u64().unwrap() as usize),
            (_, _, Value::Null) => String::new(),
            (_, _, body) => body.to_string(),
        };
        builder.body(Bytes::from(body)).unwrap()
    }
}

/// What differs between the recorded answer and the sandbox's, if anything does.
fn difference(recorded: &Value, answer: &Answer) -> Option<String> {
    let status = recorded["status"].as_u64().unwrap();
    if u64::from(answer.status.as_u16()) != status {
        let got: String = answer.text.chars().take(120).collect();
        return Some(format!("status {status}, got {}: {got}", answer.status.as_u16()));
    }
    let expected = &recorded["response"];
    if expected == "(an HTML page)" || expected == "" || recorded["method"] == "HEAD" {
        return None;
    }
    if recorded["cut"] == true {
        // The recording broke off: what there is of it must agree.
        let expected = normalized(expected.as_str().unwrap());
        let expected = &expected[..expected.len().saturating_sub(40)];
        let own = normalized(&answer.text);
        if own.starts_with(expected) {
            return None;
        }
        let at =
            own.bytes().zip(expected.bytes()).take_while(|(left, right)| left == right).count();
        let from = at.saturating_sub(30);
        let cut =
            |text: &str| text.get(from..).unwrap_or_default().chars().take(90).collect::<String>();
        return Some(format!("at {at}: {} | got {}", cut(expected), cut(&own)));
    }
    let expected: Value = serde_json::from_str(&normalized(&expected.to_string())).unwrap();
    let own: Value = serde_json::from_str(&normalized(&answer.text))
        .unwrap_or_else(|_| Value::String(answer.text.clone()));
    first_difference("", &expected, &own)
}

/// Probes whose difference has a cause that their answer does not tell.
const CAUSES: &[(RangeInclusive<u64>, &str)] = &[
    (278..=278, "change records have other ids, since some changes before were not made"),
    (285..=285, "the choices named are the table's fields, not Django's"),
    (417..=429, "the sandbox has no background jobs, and ids after them differ"),
    (439..=441, "the sandbox has no background jobs, and ids after them differ"),
    (444..=444, "no rule: the sandbox says so with 501"),
];

/// Why an answer differs.
fn cause(recorded: &Value, answer: &Answer) -> &'static str {
    let token = recorded["authorization"].as_str().unwrap_or_default();
    let path = recorded["path"].as_str().unwrap_or_default();
    let n = recorded["n"].as_u64().unwrap_or_default();
    if let Some((_, cause)) = CAUSES.iter().find(|(probes, _)| probes.contains(&n)) {
        cause
    } else if answer.status.as_u16() == 501 {
        "no rule: the sandbox says so with 501"
    } else if token.contains("adminadmin03") || token.contains("adminadmin04") {
        "the sandbox has no disabled tokens and no allowed IP ranges"
    } else if path.starts_with("/api/status/") || path == "/api/" || path.contains("authentication")
    {
        "the sandbox says that it is one"
    } else if recorded["status"] == 500 || answer.status.as_u16() == 500 {
        "NetBox stumbles, the sandbox does not or says so in other words"
    } else if u64::from(answer.status.as_u16()) != recorded["status"].as_u64().unwrap_or_default() {
        "other: the status differs"
    } else {
        "other: the body differs"
    }
}

/// Replaces timestamps and request ids.
fn normalized(text: &str) -> String {
    const STAMP: &str = "dddd-dd-ddTdd:dd:dd";
    let bytes = text.as_bytes();
    let is_stamp = |at: usize| {
        bytes.get(at..at + STAMP.len()).is_some_and(|part| {
            part.iter().zip(STAMP.bytes()).all(|(byte, pattern)| {
                if pattern == b'd' { byte.is_ascii_digit() } else { *byte == pattern }
            })
        })
    };
    let is_uuid = |at: usize| {
        bytes.get(at..at + 36).is_some_and(|part| {
            part.iter().enumerate().all(|(n, byte)| match n {
                8 | 13 | 18 | 23 => *byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
        })
    };
    let mut normalized = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if is_stamp(at) {
            normalized.extend(b"(time)");
            at += STAMP.len();
            while bytes.get(at).is_some_and(|byte| byte.is_ascii_digit() || b".Z".contains(byte)) {
                at += 1;
            }
        } else if is_uuid(at) {
            normalized.extend(b"(uuid)");
            at += 36;
        } else {
            normalized.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(normalized).unwrap()
}

fn first_difference(path: &str, expected: &Value, own: &Value) -> Option<String> {
    match (expected, own) {
        (Value::Object(expected), Value::Object(own)) => {
            let order = |names: Vec<&String>| {
                names.into_iter().map(String::as_str).collect::<Vec<_>>().join(",")
            };
            for (name, value) in expected {
                let Some(other) = own.get(name) else {
                    return Some(format!("{path}.{name} is missing"));
                };
                let found = first_difference(&format!("{path}.{name}"), value, other);
                if found.is_some() {
                    return found;
                }
            }
            if let Some(name) = own.keys().find(|name| !expected.contains_key(*name)) {
                return Some(format!("{path}.{name} is too much"));
            }
            let (left, right) = (order(expected.keys().collect()), order(own.keys().collect()));
            (left != right).then(|| format!("{path}: the order {left} | got {right}"))
        }
        (Value::Array(expected), Value::Array(own)) if expected.len() == own.len() => {
            expected.iter().zip(own).enumerate().find_map(|(n, (left, right))| {
                first_difference(&format!("{path}[{n}]"), left, right)
            })
        }
        (left, right) if left == right => None,
        (left, right) => {
            let cut = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            Some(format!("{path}: {} | got {}", cut(left), cut(right)))
        }
    }
}
