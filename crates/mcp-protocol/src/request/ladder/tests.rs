use http::HeaderMap;
use serde_json::{Map, Value};

use super::judge;
use crate::jsonrpc::Envelope;
use crate::request::headers::{METHOD, PROTOCOL_VERSION};
use crate::revision::Revision;

/// The ladder as a table: the first row that fits decides, `*` fits everything.
///
/// Columns: method; version claimed in `_meta`; whether client capabilities are there; version in
/// the header; method in the header; the revision that serves, or the code of the refusal.
const LADDER: &[[&str; 6]] = &[
    // A handshake is begun by a body without a valid envelope.
    ["initialize", "none", "*", "none", "*", "2025-03-26"],
    ["initialize", "none", "*", "2025-06-18", "*", "2025-06-18"],
    ["initialize", "none", "*", "2026-07-28", "*", "-32020"],
    ["initialize", "none", "*", "v999", "*", "-32022"],
    ["initialize", "*", "no", "none", "*", "2025-03-26"],
    ["initialize", "*", "no", "2025-06-18", "*", "2025-06-18"],
    ["initialize", "*", "no", "2026-07-28", "*", "-32020"],
    ["initialize", "*", "no", "v999", "*", "-32022"],
    ["initialize", "7", "*", "none", "*", "2025-03-26"],
    ["initialize", "7", "*", "2025-06-18", "*", "2025-06-18"],
    ["initialize", "7", "*", "2026-07-28", "*", "-32020"],
    ["initialize", "7", "*", "v999", "*", "-32022"],
    // Nothing is claimed: the header decides, but not in favour of the stateless era.
    ["*", "none", "*", "none", "*", "2025-03-26"],
    ["*", "none", "*", "2025-06-18", "*", "2025-06-18"],
    ["*", "none", "*", "v999", "*", "-32022"],
    ["notification", "none", "*", "2026-07-28", "*", "2026-07-28"],
    ["*", "none", "*", "2026-07-28", "*", "-32602"],
    // A claim must be well formed and complete.
    ["*", "7", "*", "*", "*", "-32602"],
    ["tools/list", "*", "no", "*", "*", "-32602"],
    // Headers that are there must agree with it.
    ["*", "v999", "*", "2025-06-18", "*", "-32020"],
    ["*", "v999", "*", "2026-07-28", "*", "-32020"],
    ["*", "2025-06-18", "*", "2026-07-28", "*", "-32020"],
    ["*", "2025-06-18", "*", "v999", "*", "-32020"],
    ["*", "2026-07-28", "*", "2025-06-18", "*", "-32020"],
    ["*", "2026-07-28", "*", "v999", "*", "-32020"],
    ["*", "*", "*", "*", "other", "-32020"],
    // It must name a revision that is claimed rather than negotiated.
    ["*", "v999", "*", "*", "*", "-32022"],
    ["*", "2025-06-18", "*", "*", "*", "-32022"],
    // A request must have its headers.
    ["notification", "2026-07-28", "*", "*", "*", "2026-07-28"],
    ["*", "2026-07-28", "*", "none", "*", "-32020"],
    ["*", "2026-07-28", "*", "*", "none", "-32020"],
    ["*", "2026-07-28", "*", "2026-07-28", "same", "2026-07-28"],
];

#[test]
fn every_combination_is_served_as_the_table_says() {
    let mut used = vec![false; LADDER.len()];
    for method in ["initialize", "tools/list", "notification"] {
        for claim in ["none", "7", "v999", "2025-06-18", "2026-07-28"] {
            for capabilities in ["yes", "no"] {
                for version in ["none", "v999", "2025-06-18", "2026-07-28"] {
                    for named in ["none", "same", "other"] {
                        let case = [method, claim, capabilities, version, named];
                        let row = LADDER.iter().position(|row| fits(row, &case));
                        let row = row.expect("a row for every case");
                        used[row] = true;
                        assert_eq!(outcome(case), LADDER[row][5], "{case:?}");
                    }
                }
            }
        }
    }
    let unused: Vec<_> = LADDER.iter().zip(used).filter(|(_, used)| !used).collect();
    assert!(unused.is_empty(), "rows that never decide: {unused:?}");
}

#[test]
fn without_headers_the_claim_alone_decides() {
    let decide = |meta: &str, assumed| {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{"_meta":{meta}}}}}"#
        );
        let envelope = Envelope::parse(body.as_bytes()).expect("an envelope");
        judge(envelope, None, assumed).map(|(_, revision)| revision.as_str()).ok()
    };
    let complete = r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
        "io.modelcontextprotocol/clientCapabilities":{}}"#;
    assert_eq!(decide(complete, Revision::ASSUMED), Some("2026-07-28"));
    assert_eq!(decide("{}", Revision::V2025_06_18), Some("2025-06-18"));
    let incomplete = r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#;
    assert_eq!(decide(incomplete, Revision::V2025_06_18), None);
}

fn fits(row: &[&str; 6], case: &[&str; 5]) -> bool {
    row.iter().zip(case).all(|(pattern, value)| *pattern == "*" || pattern == value)
}

/// Builds the message of `case` and says what the ladder makes of it.
fn outcome([method, claim, capabilities, version, named]: [&str; 5]) -> String {
    let mut meta = Map::new();
    match claim {
        "none" => {}
        "7" => drop(meta.insert("io.modelcontextprotocol/protocolVersion".into(), 7.into())),
        claim => drop(meta.insert("io.modelcontextprotocol/protocolVersion".into(), claim.into())),
    }
    if capabilities == "yes" {
        let name = "io.modelcontextprotocol/clientCapabilities";
        meta.insert(name.into(), Value::Object(Map::new()));
    }
    let mut message = serde_json::json!({
        "jsonrpc": "2.0",
        "method": method,
        "params": { "_meta": meta },
    });
    if method != "notification" {
        message["id"] = 1.into();
    }
    let mut headers = HeaderMap::new();
    if version != "none" {
        headers.insert(PROTOCOL_VERSION, version.parse().expect("a value"));
    }
    match named {
        "none" => {}
        "same" => drop(headers.insert(METHOD, method.parse().expect("a value"))),
        other => drop(headers.insert(METHOD, other.parse().expect("a value"))),
    }
    let message = message.to_string();
    let envelope = Envelope::parse(message.as_bytes()).expect("an envelope");
    match judge(envelope, Some(&headers), Revision::ASSUMED) {
        Ok((_, revision)) => revision.to_string(),
        Err(rejection) => {
            assert_eq!(rejection.status, 400);
            rejection.error.code().as_i32().to_string()
        }
    }
}
