use super::{Dialect, Document, Limits};
use crate::Fault;

#[track_caller]
fn check(text: &str, dialect: Dialect) {
    assert_eq!(Document::parse(text.as_bytes()).unwrap().dialect(), dialect, "{text}");
}

#[track_caller]
fn check_refused(text: &str, part: &str) {
    let error = Document::parse(text.as_bytes()).unwrap_err();
    assert_eq!(error.fault(), Fault::Document);
    assert!(error.to_string().contains(part), "{text}: {error}");
}

#[test]
fn the_dialect_is_read_off_the_version() {
    check(r#"{"openapi": "3.0.0"}"#, Dialect::V3_0);
    check(r#"{"openapi": "3.0.4-rc1"}"#, Dialect::V3_0);
    check(r#"{"openapi": "3.1.1"}"#, Dialect::V3_1);
    check(r#"{"openapi": "3.2.0"}"#, Dialect::V3_1);
    check(r#"{"openapi": 3.1}"#, Dialect::V3_1);
    check("\u{feff} {\"openapi\": \"3.1.0\"}", Dialect::V3_1);
}

#[test]
fn what_is_no_openapi_3_is_refused_with_a_reason() {
    check_refused("", "empty");
    check_refused("{", "no JSON: EOF");
    check_refused("[]", "no object");
    check_refused("{}", "no `openapi` field");
    check_refused(r#"{"swagger": "2.0"}"#, "swagger2openapi");
    check_refused(r#"{"openapi": "4.0.0"}"#, "OpenAPI \"4.0.0\"");
    check_refused(r#"{"openapi": "3"}"#, "OpenAPI \"3\"");
    check_refused(r#"{"openapi": null}"#, "OpenAPI \"null\"");
    check_refused(&"[".repeat(100_000), "recursion limit");
}

#[test]
fn the_size_is_limited() {
    let text = br#"{"openapi": "3.0.0"}"#;
    let limits = Limits::default().with_max_bytes(text.len());
    assert!(Document::parse_within(text, limits).is_ok());
    let error = Document::parse_within(text, limits.with_max_bytes(19)).unwrap_err();
    assert_eq!(error.to_string(), "read the document: it has 20 bytes, and the limit is 19");
}

#[test]
fn the_digest_is_of_the_bytes() {
    let document = Document::parse(br#"{"openapi": "3.0.0"}"#).unwrap();
    assert_eq!(document.sha256().len(), 64);
    assert_ne!(document.sha256(), Document::parse(br#"{"openapi": "3.0.0" }"#).unwrap().sha256());
}

#[cfg(feature = "yaml")]
#[test]
fn yaml_is_read_too() {
    check("openapi: 3.1.0\npaths: {}\n", Dialect::V3_1);
    check("# A comment.\nopenapi: 3.0\n", Dialect::V3_0);
    check_refused("openapi: [", "no YAML");
    check_refused("just text", "no object");
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let inner = format!("*a{}, ", i - 1).repeat(10);
        bomb.push_str(&format!("a{i}: &a{i} [{inner}]\n"));
    }
    check_refused(&bomb, "repetition limit");
    check_refused(&"- ".repeat(1000), "recursion limit");
}

#[cfg(not(feature = "yaml"))]
#[test]
fn yaml_needs_its_feature() {
    check_refused("openapi: 3.1.0", "feature `yaml`");
}
