//! Answers as an agent reads them.

mod exchange;
mod properties;

use bytes::Bytes;
use dispatch_core::catalog::Resource;
use dispatch_core::shape::{Format, Page, Refusal, Row, Sent, Shaper};
use exchange::{Exchange, catalog_of, exchanges, shaper};
use http::StatusCode;
use insta::assert_snapshot;
use serde_json::value::RawValue;
use serde_json::{Value, json};

#[test]
fn recorded_answers_are_shaped() {
    let mut transcript = String::new();
    for exchange in exchanges() {
        let catalog = exchange.catalog(|resource| resource.secrets = vec!["token".to_owned()]);
        let text = exchange.shape(&shaper(&catalog));
        let (n, bytes) = (text.text.len(), exchange.body().len());
        let is_error = if text.is_error { ", an error" } else { "" };
        transcript += &format!("## {} ({n} of {bytes} bytes{is_error})\n", exchange.name);
        transcript += &text.text;
        transcript += "\n\n";
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("shape/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| assert_snapshot!("recorded_answers", transcript));
}

/// Shapes the recorded devices with these fields.
#[track_caller]
fn check_fields(fields: &[&str], expected: &str) {
    let exchange = Exchange::named("devices");
    let catalog = exchange.catalog(|_| {});
    let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
    let shaper = Shaper { fields: Some(&fields), ..shaper(&catalog) };
    let text = shaper.list(&exchange.rows()[..3], &Page::default(), &|_| None).text;
    assert_eq!(text, expected);
}

#[test]
fn fields_are_columns_and_unknown_ones_are_said() {
    check_fields(
        &["name", "site.slug", "device_type.manufacturer.name"],
        "3 devices\n\
         all: site.slug=starbase-1\n\
         id\tname\tdevice_type.manufacturer.name\n\
         1\tuss-enterprise-rtr01\tDaystrom Industries\n\
         2\tstarbase1-core-sw01\tDaystrom Industries\n\
         3\tstarbase1-acc-sw01\tSoong Technologies",
    );
    check_fields(
        &["nme", "site.slugg", "serial"],
        "3 devices\n\
         remark: no field nme; did you mean name?\n\
         remark: no field site.slugg; did you mean site.slug or site?\n\
         all: serial=-\n\
         id\n1\n2\n3",
    );
}

/// Shapes a list of things.
#[track_caller]
fn check_list(rows: &Value, expected: &str) {
    let catalog = catalog_of("thing", "list", &json!({"results": rows}), |_| {});
    let rows = rows.as_array().unwrap();
    assert_eq!(shaper(&catalog).list(rows, &Page::default(), &|_| None).text, expected);
}

#[test]
fn lists_take_the_form_that_fits_them() {
    check_list(&json!([]), "0 things");
    check_list(&json!(["a", "all: b"]), "2 things\n\"a\"\n\"all: b\"");
    check_list(&json!([{"vid": 100}, {"vid": 101}]), "2 things\nvid\n100\n101");
    check_list(
        &json!([
            {"id": 1, "name": "a", "tags": [{"id": 5, "name": "x"}, {"id": 6, "name": "y,z"}]},
            {"id": 2, "name": "b\n3\tevil", "tags": []},
        ]),
        "2 things\nid\tname\ttags\n1\ta\tx, \"y,z\"\n2\t\"b\\n3\\tevil\"\t-",
    );
    // A table of mostly nothing is dearer than what there is.
    check_list(
        &json!([
            {"id": 1, "a": "x"}, {"id": 2, "b": "y"}, {"id": 3, "c": "z"}, {"id": 4, "d": "w"},
            {"id": 5, "e": "v"},
        ]),
        "5 things\n{\"id\":1,\"a\":\"x\"}\n{\"id\":2,\"b\":\"y\"}\n{\"id\":3,\"c\":\"z\"}\n{\"id\":4,\"d\":\"w\"}\n{\"id\":5,\"e\":\"v\"}",
    );
}

#[test]
fn columns_of_the_catalog_come_first() {
    let rows = json!([{"id": 1, "name": "a", "size": {"value": 3, "label": "Three"}, "x": null}]);
    let catalog = catalog_of("thing", "list", &json!({"results": rows}), |resource| {
        resource.columns = vec!["x".to_owned(), "size".to_owned()];
    });
    let page = Page { first: 4, total: Some(5), next: None };
    let text = shaper(&catalog).list(rows.as_array().unwrap(), &page, &|_| None).text;
    assert_eq!(text, "1 of 5 things (rows 5-5)\nid\tsize\n1\t3");
}

#[test]
fn a_row_too_large_for_any_answer_is_said() {
    let rows =
        [json!({"id": 1, "name": "x".repeat(50)}), json!({"id": 2, "name": "y".repeat(500)})];
    let catalog = catalog_of("thing", "list", &json!({"results": rows}), |_| {});
    let shaper = Shaper { max_tokens: 80, format: Format::Json, ..shaper(&catalog) };
    let next_at = |row: u64| Some(format!("at-{row}"));
    let text = shaper.list(&rows, &Page::default(), &next_at).text;
    assert!(
        text.starts_with("1 things (rows 1-1), cut at 80 tokens, more: options.cursor=\"at-1\"\n")
    );
    let text = shaper.list(&rows[1..], &Page::default(), &next_at).text;
    assert!(text.starts_with("0 of 1 things shown: row 1 alone takes about"), "{text}");
    assert!(text.ends_with("name the fields you need in options.fields"), "{text}");
}

#[test]
fn exact_forms_keep_every_digit() {
    let json =
        "{ \"id\": 1, \"n\": 123456789012345678901234567890, \"f\": 1.10, \"s\": \" a\\\" b\" }";
    let row: Box<RawValue> = serde_json::from_str(json).unwrap();
    let catalog = catalog_of("thing", "get", &json!({}), |resource| {
        resource.secrets = vec!["key".to_owned(), "deep.**.key".to_owned()];
    });
    let exact = Shaper { format: Format::Json, ..shaper(&catalog) };
    let compact = "{\"id\":1,\"n\":123456789012345678901234567890,\"f\":1.10,\"s\":\" a\\\" b\"}";
    assert_eq!(exact.object(&row).text, compact);
    let list = exact.list(&[&row], &Page::default(), &|_| None).text;
    assert_eq!(list, format!("1 row of thing get\n[{compact}]"));
    let masked = format!("{}, \"key\": \"hunter2\" }}", &json[..json.len() - 2]);
    let raw = exact.raw(None, &Bytes::from(masked.clone())).text;
    assert_eq!(raw, masked.replace("hunter2", "***"));
    let deep = format!("{{\"id\":1,\"deep\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    let deep: Box<RawValue> = serde_json::from_str(&deep).unwrap();
    assert!(deep.value().is_string());
    assert!(!exact.object(&deep).text.contains("[1]"));
}

#[test]
fn the_first_of_two_members_of_one_name_is_masked_too() {
    let catalog = catalog_of("thing", "get", &json!({}), |resource| {
        resource.secrets = vec!["key".to_owned()];
    });
    let body = Bytes::from_static(br#"{"k\u0065y": "hunter2", "key": "hunter3", "key": null}"#);
    let raw = shaper(&catalog).raw(Some("application/json"), &body).text;
    assert_eq!(raw, r#"{"k\u0065y": "***", "key": "***", "key": null}"#);
}

#[test]
fn of_a_url_only_its_credentials_are_masked() {
    let json = r#"{ "id": 1, "url": "https://me:hunter2@host/a", "n": 1.10 }"#;
    let row: Box<RawValue> = serde_json::from_str(json).unwrap();
    let catalog = catalog_of("thing", "get", &json!({}), |resource| {
        resource.secrets = vec!["url@".to_owned()];
    });
    let shaper = shaper(&catalog);
    let raw = shaper.raw(Some("application/json"), &Bytes::from(json)).text;
    assert_eq!(raw, r#"{ "id": 1, "url": "https://***@host/a", "n": 1.10 }"#);
    let exact = Shaper { format: Format::Json, ..shaper };
    assert_eq!(exact.object(&row).text, r#"{"id":1,"url":"https://***@host/a","n":1.10}"#);
    // An error repeats what was sent without them.
    let sent = json!({"url": "https://me:hunter2@host/a"});
    let refusal = Refusal {
        status: StatusCode::BAD_REQUEST,
        content_type: None,
        location: None,
        retry_after: None,
        body: &Bytes::from_static(br#"{"url": ["no https://me:hunter2@host/a, nor hunter2"]}"#),
    };
    let text = shaper.refused(&refusal, Sent { body: Some(&sent), ..Sent::default() }).text;
    assert!(text.contains("no https://***@host/a, nor ***"), "{text}");
}

#[test]
fn text_of_several_lines_stays_in_its_field() {
    let value = json!({
        "id": 7, "name": "r1", "source_url": "https://example.org/r", "nothing": "",
        "unix": "a: 1\nid: 8\n\tb", "dos": "a\r\nb\r\n", "mixed": "a\r\nb\nc", "note": "-",
    });
    let catalog = catalog_of("thing", "get", &value, |_| {});
    let text = shaper(&catalog).object(&value).text;
    assert_eq!(
        text,
        "id: 7\nname: r1\nunix: |\n  a: 1\n  id: 8\n  \tb\n\
         dos (its lines end in CRLF): |\n  a\n  b\n  \nmixed: \"a\\r\\nb\\nc\"\nnote: \"-\""
    );
}

/// Shapes the answer to a write.
#[track_caller]
fn check_written(action: &str, sent: &Value, answer: &Value, expected: &str) {
    let catalog = catalog_of("thing", action, answer, |resource| {
        resource.secrets = vec!["psk".to_owned()];
    });
    let status = if action == "create" { StatusCode::CREATED } else { StatusCode::OK };
    let sent = Sent { body: Some(sent), ..Sent::default() };
    assert_eq!(shaper(&catalog).written(status, answer, sent).text, expected);
}

#[test]
fn a_write_says_what_differs_from_what_was_sent() {
    let answer = json!({
        "id": 5, "name": "Sw1", "url": "http://api/5", "status": {"value": "active", "label": "Active"},
        "site": {"id": 3, "name": "ams1"}, "height": 1.0, "tags": [{"id": 1, "slug": "x"}],
        "psk": "hunter2", "off": false, "n_ports": 0, "note": "line\nline", "kind": null,
    });
    check_written(
        "create",
        &json!({"name": "Sw1"}),
        &answer,
        "created thing 5 Sw1: status=active site=ams1 height=1.0 tags=x psk=***",
    );
    check_written(
        "create",
        &json!({
            "name": "sw1", "status": "active", "site": {"name": "ams1"}, "height": 1,
            "tags": [{"slug": "x"}], "psk": "hunter2", "kind": "", "changelog": "why",
        }),
        &answer,
        "created thing 5 Sw1: name=Sw1 (sent sw1)",
    );
    check_written(
        "update",
        &json!({"status": "planned", "site": 3, "psk": "hunter3", "note": "line\nline"}),
        &answer,
        "updated thing 5 Sw1: status=active (sent planned) site=ams1 psk=*** note=\"line\\nline\"",
    );
    check_written(
        "update",
        &json!({"note": "x".repeat(500)}),
        &json!({"id": 5, "note": "x".repeat(500)}),
        "updated thing 5: note=(500 bytes)",
    );
}

/// Shapes a refusal of a create of this body.
#[track_caller]
fn check_refused(status: u16, body: &str, sent: &Value, expected: &str) {
    let catalog = catalog_of("thing", "create", &json!({}), |resource| {
        resource.secrets = vec!["psk".to_owned()];
    });
    let refusal = Refusal {
        status: StatusCode::from_u16(status).unwrap(),
        content_type: None,
        location: None,
        retry_after: (status == 429).then_some("30"),
        body: &Bytes::from(body.to_owned()),
    };
    let text = shaper(&catalog).refused(&refusal, Sent { body: Some(sent), ..Sent::default() });
    assert!(text.is_error);
    assert_eq!(text.text, expected);
}

#[test]
fn refusals_of_every_common_shape_keep_their_words() {
    let bad = |words: &str| format!("the API refused thing create (400 Bad Request){words}");
    let check = |body: Value, words: &str| {
        check_refused(400, &body.to_string(), &json!({"name": "x"}), &bad(words));
    };
    check(json!({"message": "no", "documentation_url": "https://api/docs"}), ":\n  no");
    check(
        json!({"error": {"code": 400, "message": "bad", "param": "name"}}),
        ":\n  bad\n  param: name",
    );
    check(
        json!({"type": "about:blank", "title": "Out of credit", "status": 400, "detail": "Need 50."}),
        ":\n  Out of credit\n  Need 50.",
    );
    check(
        json!({"detail": [{"loc": ["body", "name"], "msg": "required", "type": "missing"}]}),
        ":\n  name: required",
    );
    check(
        json!({"errors": [{"status": "400", "detail": "too short", "source": {"pointer": "/data/name"}}]}),
        ":\n  data.name: too short",
    );
    check(json!({"title": ["This field is required."]}), ":\n  title: This field is required.");
    check(json!({"name": {"0": ["a", "b"]}}), ":\n  name[0]: a\n  name[0]: b");
    check(json!("just this\nand that"), ":\n  just this\n    and that");
    check_refused(400, "plain words", &json!(null), &bad(":\n  plain words"));
    check_refused(400, "", &json!(null), &bad(""));
    check_refused(400, "{\"name\":\n", &json!(null), &bad(":\n  {\"name\":"));
    check_refused(
        429,
        "{}",
        &json!(null),
        "the API refused thing create (429 Too Many Requests)\nretry after: 30 s",
    );
    // The words of the API must not carry what was sent as a secret.
    check_refused(
        400,
        r#"{"psk": ["'hunter2hunter2' is too short"]}"#,
        &json!({"psk": "hunter2hunter2"}),
        &bad(":\n  psk: '***' is too short"),
    );
    // One line for rows of which the same is said, and a bound on lines.
    let rows: Vec<Value> = (0..50).map(|n| json!({"slug": [format!("bad {n}")]})).collect();
    let catalog = catalog_of("thing", "bulk_create", &json!({}), |_| {});
    let body = Bytes::from(json!(rows).to_string());
    let status = StatusCode::BAD_REQUEST;
    let refusal =
        Refusal { status, content_type: None, location: None, retry_after: None, body: &body };
    let sent = json!(vec![json!({"name": "n"}); 50]);
    let text =
        shaper(&catalog).refused(&refusal, Sent { body: Some(&sent), ..Sent::default() }).text;
    assert!(text.contains("\n  items[7] (n): slug: bad 7\n"), "{text}");
    assert!(text.ends_with("\n  (and 20 more)"), "{text}");
}

#[test]
fn an_unknown_effect_says_how_to_look() {
    let catalog = catalog_of("thing", "create", &json!({}), |_| {});
    let body = json!({"name": "sw1", "psk": "hunter2"});
    let why = "the connection was closed";
    let text = shaper(&catalog).effect_unknown(why, Sent { body: Some(&body), ..Sent::default() });
    assert!(text.is_error);
    assert_eq!(
        text.text,
        "thing create: its effect is unknown. The request was sent, then the connection was closed. \
         It may have been done in whole or not at all, and was not sent again. Before you \
         try again, look what was done with resource=thing action=list params={\"name\":\"sw1\"}"
    );
    let secret = |resource: &mut Resource| resource.secrets = vec!["**.name".to_owned()];
    let catalog = catalog_of("thing", "create", &json!({}), secret);
    let text =
        shaper(&catalog).effect_unknown(why, Sent { body: Some(&body), ..Sent::default() }).text;
    assert!(text.ends_with("resource=thing action=list"), "{text}");
    let catalog = catalog_of("thing", "update", &json!({}), |_| {});
    let text = shaper(&catalog)
        .effect_unknown(why, Sent { id: Some("5"), body: None, ..Sent::default() })
        .text;
    assert!(text.ends_with("resource=thing action=get params={\"id\":5}"), "{text}");
}

#[test]
fn what_is_no_json_is_told_in_short() {
    let catalog = catalog_of("thing", "render", &json!({}), |_| {});
    let other = |media: &str, body: &[u8]| {
        shaper(&catalog).other(Some(media), &Bytes::copy_from_slice(body)).text
    };
    assert_eq!(other("text/plain", b"hostname a\n!"), "hostname a\n!");
    assert_eq!(
        other("image/png", &[0x89, 0xff]),
        "(the API answered with 2 bytes of image/png, which are no text)"
    );
    let page =
        format!("<html><head><title>Oops</title></head><body>{}</body></html>", "x ".repeat(900));
    assert_eq!(
        other("text/html", page.as_bytes()),
        format!("(the API answered with a web page of {} bytes: Oops)", page.len())
    );
    let long = "line\n".repeat(40_000);
    let cut = other("text/plain", long.as_bytes());
    assert!(cut.len() <= 60_000 && cut.contains("\n[cut: the first "), "{}", &cut[59_000..]);
}
