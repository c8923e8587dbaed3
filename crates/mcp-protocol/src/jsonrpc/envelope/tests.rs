use super::Envelope;

#[track_caller]
fn accepts(text: &str, id: Option<&str>, method: &str) {
    let envelope = Envelope::parse(text.as_bytes()).expect("the message is accepted");
    assert_eq!(envelope.id.map(|id| id.get()), id);
    assert_eq!(envelope.method, method);
}

#[track_caller]
fn refuses(text: impl AsRef<[u8]>, code: i32, id: Option<&str>) {
    let error = Envelope::parse(text.as_ref()).expect_err("the message is refused");
    assert_eq!(error.error.code().as_i32(), code, "{}", error.error);
    assert_eq!(error.id.map(|id| id.get()), id);
}

#[test]
fn ids_stay_as_they_were_written() {
    accepts(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, Some("1"), "ping");
    accepts(r#"{"jsonrpc":"2.0","id": 1.0 ,"method":"ping"}"#, Some("1.0"), "ping");
    accepts(r#"{"jsonrpc":"2.0","id":-0,"method":"ping"}"#, Some("-0"), "ping");
    let big = "123456789012345678901234567890";
    accepts(&format!(r#"{{"jsonrpc":"2.0","id":{big},"method":"ping"}}"#), Some(big), "ping");
    accepts(r#"{"jsonrpc":"2.0","id":"\u0061","method":"ping"}"#, Some(r#""\u0061""#), "ping");
    accepts(r#"{"jsonrpc":"2.0","method":"x"}"#, None, "x");
}

#[test]
fn names_may_be_escaped_and_strangers_are_skipped() {
    accepts(r#"{"\u006asonrpc":"2.0","i\u0064":7,"method":"p\u0069ng"}"#, Some("7"), "ping");
    accepts(r#" {"jsonrpc":"2.0","extra":[1,{"a":2}],"id":7,"method":"ping"} "#, Some("7"), "ping");
}

#[test]
fn what_is_not_json_is_a_parse_error() {
    refuses("", -32700, None);
    refuses("nope", -32700, None);
    refuses("[1,", -32700, None);
    refuses(r#"{"jsonrpc":"2.0","id":1,"method":"ping""#, -32700, None);
    refuses(r#"{"jsonrpc":"2.0","id":1,"method":"ping"} x"#, -32700, None);
    refuses(r#"{"\ud800":1,"jsonrpc":"2.0","id":1,"method":"ping"}"#, -32700, None);
    refuses(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}", -32700, None);
    refuses("{\"method\":\"a\u{0}b\"}", -32700, None);
}

#[test]
fn what_is_no_request_is_an_invalid_request() {
    refuses("[]", -32600, None);
    refuses(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600, None);
    refuses("42", -32600, None);
    refuses("null", -32600, None);
    refuses(r#"{"id":1,"method":"ping"}"#, -32600, Some("1"));
    refuses(r#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#, -32600, Some("1"));
    refuses(r#"{"jsonrpc":"2.0","id":1}"#, -32600, Some("1"));
    refuses(r#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600, Some("1"));
    refuses(r#"{"jsonrpc":"2.0","id":1,"method":"\ud800"}"#, -32600, Some("1"));
    refuses(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, -32600, Some("1"));
    let long = |n| format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"ping"}}"#, "a".repeat(n));
    assert!(Envelope::parse(long(1022).as_bytes()).is_ok());
    refuses(long(1023), -32600, None);
    refuses(r#"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#, -32600, Some("1"));
    refuses(r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32600, Some("1"));
    refuses(r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":null}"#, -32600, Some("1"));
}

#[test]
fn an_id_is_a_string_or_a_number() {
    for id in ["null", "true", "{}", "[1]", "1e999", r#""\udc00""#] {
        refuses(format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#), -32600, None);
    }
}

#[test]
fn twins_are_refused() {
    refuses(r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, -32600, None);
    refuses(r#"{"jsonrpc":"2.0","id":1,"method":"ping","m\u0065thod":"x"}"#, -32600, None);
}

#[test]
fn depth_is_bounded() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let text = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"x","params":{{"a":{deep}}}}}"#);
    refuses(&text, -32600, Some("1"));
    refuses("[".repeat(1_000_000), -32700, None);
}
