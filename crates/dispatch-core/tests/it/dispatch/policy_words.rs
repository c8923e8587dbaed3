//! What a policy says of fields and answers that no document can: kinds, vocabularies, runs,
//! pictures.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use dispatch_core::compile::compile;
use dispatch_core::picture::Rasterizer;
use dispatch_core::policy::Policy;
use dispatch_core::{Catalog, Dispatcher, DispatcherOptions, Document};
use http::{Request, Response};
use mcp_protocol::tool::{Content, ToolCall, ToolReply, ToolServer};
use serde_json::{Value, json};

use super::fixture::{Recorder, admin, call_as, json_response};

/// A zoo: tickets are of an animal or a keeper, cages have shelves, and keepers made up fields.
fn catalog() -> Arc<Catalog> {
    let list = |row: Value, query: &[&str]| {
        let parameter = |name: &&str| json!({"name": name, "in": "query", "schema": {"type": "array", "items": {"type": "string"}}});
        let page = json!({"type": "object", "required": ["count", "results"], "properties": {
            "count": {"type": "integer"}, "results": {"type": "array", "items": row}}});
        json!({
            "parameters": query.iter().map(parameter).collect::<Vec<_>>(),
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": page}}}},
        })
    };
    let object = |fields: &[(&str, &str)]| {
        let field = |(name, ty): &(&str, &str)| ((*name).to_owned(), json!({"type": ty}));
        json!({"type": "object", "properties": fields.iter().map(field).collect::<serde_json::Map<_, _>>()})
    };
    let row = object(&[("id", "integer"), ("name", "string"), ("zone", "string")]);
    let ticket = object(&[
        ("of_id", "integer"),
        ("of_type", "string"),
        ("extra", "object"),
        ("note", "string"),
    ]);
    let body = |schema: Value| json!({"content": {"application/json": {"schema": schema}}});
    let of_one = |schema: &Value| json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}});
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "Zoo", "version": "1"},
        "paths": {
            "/animals/": {"get": list(row.clone(), &["name", "zone"])},
            "/keepers/": {"get": list(row.clone(), &["name"])},
            "/words/": {"get": list(object(&[("id", "integer"), ("name", "string")]), &["name", "for"])},
            "/tickets/": {
                "get": list(ticket.clone(), &[]),
                "post": {"requestBody": body(ticket.clone()), "responses": of_one(&ticket)},
            },
            "/cages/": {"get": list(row.clone(), &[])},
            "/cages/{id}/": {"get": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
                "responses": of_one(&row),
            }},
            "/cages/{id}/shelves/": {"get": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}},
                    {"name": "draw", "in": "query", "schema": {"type": "boolean"}}],
                "responses": of_one(&json!({"type": "array", "items": {"type": "object", "properties": {
                    "place": {"type": "string"}, "animal": {"type": "string"}}}})),
            }},
        },
    });
    let policy = r#"
        pictures = ["GET /cages/{id}/shelves"]
        runs = ["cage.shelves"]

        [keys]
        animal = ["zone+name", "name~"]
        keeper = ["name"]

        [generic]
        of_id = "of_type"

        [kinds]
        "ticket.of" = ["zoo.animal", "zoo.keeper"]

        [vocabularies.extra]
        list = "word"
        params = { for = "{kind}" }
        name = "name"
        filters = "x_"
        type = "takes"
        required = "needed"

        [vocabularies.extra.rules]
        types = { whole = "integer", animals = "objects" }
        minimum = "least"
        default = "else"
        refers = "of"

        [columns]
        "cage.shelves" = ["place", "animal"]

        [groups]
        zoo = ["animal", "keeper", "word", "ticket", "cage"]

        [[corrections]]
        reason = "made up"
        on = ["GET /animals"]
        query_prefixes = { x_ = {} }
    "#;
    let document = Document::parse(document.to_string().as_bytes()).unwrap();
    let policy = Policy::from_toml(policy).unwrap();
    let compiled = compile(&document, &policy).unwrap_or_else(|error| panic!("failed to {error}"));
    Arc::new(compiled.catalog)
}

/// Rows for what is asked for by name, and what was sent as the answer to a write.
fn zoo() -> Recorder {
    Recorder::new(|request, _| {
        let page = |rows: Value| json!({"count": rows.as_array().map(Vec::len), "results": rows});
        let query = request.uri().query().unwrap_or_default();
        let answer = match request.uri().path() {
            "/animals/" => page(json!([{"id": 7, "name": "Leo", "zone": "south"}])),
            "/keepers/" => page(json!([{"id": 9, "name": "Kim"}])),
            "/words/" if query.contains("name=") && !query.contains("name=mood") => page(json!([])),
            "/words/" => page(json!([{"id": 1, "name": "mood"}])),
            _ => serde_json::from_slice(request.body()).unwrap_or_default(),
        };
        Ok(json_response(200, &answer))
    })
}

fn call(recorder: &Recorder, arguments: &Value) -> (String, bool) {
    call_as(&Dispatcher::new(catalog(), recorder.clone()), admin(), "zoo", arguments)
}

/// Creates a ticket, and compares the body that was sent.
#[track_caller]
fn check_ticket(of: &Value, sent: &str) {
    let recorder = zoo();
    let arguments = json!({"resource": "ticket", "action": "create", "params": {"of": of}});
    let (text, _) = call(&recorder, &arguments);
    let last = recorder.lines().pop().unwrap_or_default();
    assert_eq!(last, format!("POST /tickets/ {sent}"), "{text}");
}

#[test]
fn an_object_of_several_kinds_is_given_by_name() {
    let animal = r#"{"of_type":"zoo.animal","of_id":7}"#;
    check_ticket(&json!("Leo"), animal);
    check_ticket(&json!("south/Leo"), animal);
    check_ticket(&json!({"zone": "south", "name": "Leo"}), animal);
    check_ticket(&json!({"animal": "Leo"}), animal);
    check_ticket(&json!({"animal": 7}), animal);
    check_ticket(&json!({"keeper": "Kim"}), r#"{"of_type":"zoo.keeper","of_id":9}"#);
    check_ticket(&json!({"zoo.keeper": {"name": "Kim"}}), r#"{"of_type":"zoo.keeper","of_id":9}"#);
    check_ticket(
        &json!({"of_type": "keeper", "name": "Kim"}),
        r#"{"of_type":"zoo.keeper","of_id":9}"#,
    );
}

#[test]
fn a_kind_that_is_none_is_told_with_those_there_are() {
    for of in [json!({"cage": 1}), json!(5), json!({"name": "Leo", "age": 3}), json!(["Leo"])] {
        let recorder = zoo();
        let arguments = json!({"resource": "ticket", "action": "create", "params": {"of": of}});
        let (text, is_error) = call(&recorder, &arguments);
        assert!(is_error && text.contains("kinds: animal keeper"), "{of}: {text}");
        assert!(recorder.sent().is_empty());
    }
    let (text, _) = call(&zoo(), &json!({"resource": "ticket", "action": "help"}));
    assert!(text.contains("of: {KIND: name}, kinds: animal keeper"), "{text}");
}

#[test]
fn words_that_users_made_up_are_told_and_looked_up() {
    let recorder = zoo();
    let (text, is_error) = call(&recorder, &json!({"resource": "ticket.extra", "action": "help"}));
    assert!(!is_error && text.ends_with("\nmood"), "{text}");
    assert_eq!(recorder.lines(), ["GET /words/?for=zoo.ticket"]);
    let list =
        |filter: &str| json!({"resource": "animal", "action": "list", "params": {filter: 1}});
    let recorder = zoo();
    let (text, is_error) = call(&recorder, &list("x_mood__gt"));
    assert!(!is_error, "{text}");
    assert_eq!(recorder.lines(), ["GET /words/?name=mood", "GET /animals/?x_mood__gt=1"]);
    let recorder = zoo();
    let (text, is_error) = call(&recorder, &list("x_moon"));
    assert!(is_error && text.contains("x_moon: no word"), "{text}");
    assert!(recorder.lines().iter().all(|line| line.starts_with("GET /words/")));
}

#[test]
fn a_refusal_about_a_word_tells_those_that_there_are() {
    let create = |options: Value| {
        json!({"resource": "ticket", "action": "create", "params": {"extra": {"moon": 1}},
            "options": options})
    };
    let recorder = Recorder::new(|request, _| {
        let words = json!({"count": 1, "results": [{"id": 1, "name": "mood"}]});
        Ok(match request.uri().path() {
            "/words/" => json_response(200, &words),
            _ => json_response(400, &json!({"extra": {"moon": "There is no such word."}})),
        })
    });
    let (text, is_error) = call(&recorder, &create(json!({})));
    assert!(is_error && text.ends_with("no such word.\nextra of ticket:\nmood"), "{text}");
    let sent = ["POST /tickets/ {\"extra\":{\"moon\":1}}", "GET /words/?for=zoo.ticket"];
    assert_eq!(recorder.lines(), sent);
    // What is only told of is refused without the API.
    let recorder = zoo();
    let (text, is_error) = call(&recorder, &create(json!({"dry_run": true})));
    let expected = "ticket create would be refused:\nextra.moon: there is none for ticket; did you \
                    mean mood?\nextra of ticket:\nmood";
    assert!(is_error, "{text}");
    assert_eq!(text, expected);
    assert!(recorder.lines().iter().all(|line| line.starts_with("GET /words/")));
}

#[test]
fn values_of_words_are_checked_before_anything_is_sent() {
    let words = json!([
        {"id": 1, "name": "age", "takes": "whole", "least": 1},
        {"id": 2, "name": "friends", "takes": {"value": "animals"}, "of": "zoo.animal"},
        {"id": 3, "name": "mood", "takes": "strange", "needed": true},
        {"id": 4, "name": "diet", "else": "hay"},
    ]);
    let check = |extra: Value, expected: &str, lists: &[&str]| {
        let rows = words.clone();
        let recorder = Recorder::new(move |request, _| {
            let rows = match request.uri().path() {
                "/words/" => rows.clone(),
                _ if request.uri().query().is_some_and(|it| it.contains("Leo")) => {
                    json!([{"id": 7, "name": "Leo"}])
                }
                _ => json!([]),
            };
            Ok(json_response(
                200,
                &json!({"count": rows.as_array().map(Vec::len), "results": rows}),
            ))
        });
        let create = json!({"resource": "ticket", "action": "create",
            "params": {"extra": extra}, "options": {"dry_run": true}});
        let (text, _) = call(&recorder, &create);
        assert_eq!(text, expected);
        let read = ["/words/"].iter().chain(lists);
        let read: Vec<String> = read.map(|list| format!("GET {list}")).collect();
        let sent = recorder.lines();
        let sent: Vec<&str> = sent.iter().map(|it| it.split('?').next().unwrap()).collect();
        assert_eq!(sent, read, "{extra}");
    };
    let by_default = "would create ticket\nby default: extra.diet=\"hay\"";
    check(json!({"mood": ["any"], "age": 1}), by_default, &[]);
    check(json!({"mood": 1, "friends": [{"name": "Leo"}]}), by_default, &["/animals/"]);
    check(
        json!({"age": 0, "friends": 7}),
        "ticket create would be refused:\nextra.age: 0 is less than the least, 1\n\
         extra.friends: expected a list, not 7\nextra.mood: required",
        &[],
    );
    check(
        json!({"mood": 1, "friends": [{"name": "Tom"}]}),
        "ticket create would be refused:\nextra.friends: you can see no animal {\"name\":\"Tom\"}",
        &["/animals/"],
    );
}

#[test]
fn neighbours_that_say_the_same_are_one_row() {
    let shelf =
        |place: u32, animal: Option<&str>| json!({"place": format!("S{place}"), "animal": animal});
    let rows = json!([
        shelf(5, None),
        shelf(4, None),
        shelf(3, Some("Leo")),
        shelf(2, None),
        shelf(1, None)
    ]);
    let recorder = Recorder::json(200, rows);
    let shelves = json!({"resource": "cage", "action": "shelves", "params": {"id": 1}});
    let (text, _) = call(&recorder, &shelves);
    assert_eq!(text, "5 rows of cage shelves\nplace\tanimal\nS5..S4\t-\nS3\tLeo\nS2..S1\t-");
}

/// Draws everything as three bytes.
#[derive(Debug)]
struct Draws;

#[async_trait]
impl Rasterizer for Draws {
    async fn png(&self, svg: Bytes) -> Result<Vec<u8>, String> {
        if svg.is_empty() { Err("it is empty".to_owned()) } else { Ok(vec![1, 2, 3]) }
    }
}

/// Asks for the shelves as the API draws them; the blocks of the answer, and whether it is an error.
fn drawn(
    media: &'static str,
    body: &'static str,
    options: &Value,
    draws: bool,
) -> (Vec<Content>, bool) {
    let recorder = Recorder::new(move |_: &Request<Bytes>, _| {
        let mut response = Response::new(Bytes::from_static(body.as_bytes()));
        response.headers_mut().insert("content-type", media.parse().unwrap());
        Ok(response)
    });
    let mut settings = DispatcherOptions::default();
    if draws {
        settings = settings.with_rasterizer(Arc::new(Draws));
    }
    let dispatcher = Dispatcher::new(catalog(), recorder).with_options(settings);
    let params = json!({"id": 1, "draw": true});
    let arguments =
        json!({"resource": "cage", "action": "shelves", "params": params, "options": options});
    let call = ToolCall::new("zoo").with_arguments(arguments.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let reply = runtime.block_on(dispatcher.call(call, admin())).unwrap();
    let ToolReply::Complete(result) = reply else { panic!("a stream") };
    (result.content, result.is_error)
}

#[test]
fn a_picture_is_shown() {
    let none = json!({});
    let is_picture = |content: &[Content], bytes: &[u8], media: &str| matches!(content, [Content::Text { .. }, picture] if *picture == Content::image(bytes, media));
    let (content, is_error) = drawn("image/svg+xml; charset=utf-8", "<svg/>", &none, true);
    assert!(!is_error && is_picture(&content, &[1, 2, 3], "image/png"), "{content:?}");
    let (content, _) = drawn("image/png", "png", &none, false);
    assert!(is_picture(&content, b"png", "image/png"), "{content:?}");

    let text = |(content, is_error): (Vec<Content>, bool)| match content.as_slice() {
        [Content::Text { text, .. }] => (text.clone(), is_error),
        other => panic!("{other:?}"),
    };
    let (said, is_error) = text(drawn("image/svg+xml", "<svg/>", &none, false));
    assert!(!is_error && said.contains("options.format=\"raw\""), "{said}");
    let raw = json!({"format": "raw"});
    let (said, is_error) = text(drawn("image/svg+xml", "<svg/>", &raw, true));
    assert_eq!((said.as_str(), is_error), ("<svg/>", false));
    let (said, is_error) = text(drawn("image/svg+xml", "", &none, true));
    assert!(is_error || !said.is_empty(), "{said}");
}
