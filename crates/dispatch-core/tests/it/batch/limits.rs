//! What is bounded, and what is kept apart.

use std::sync::Arc;

use dispatch_core::catalog::CatalogParts;
use dispatch_core::{Catalog, Dispatcher, DispatcherOptions};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::fixture::{api, create, on, run, with};
use crate::dispatch::fixture::{Recorder, admin, call_as, catalog, dispatcher, json_response};

/// Runs a batch with options of its own.
fn run_with(
    options: impl FnOnce(&mut DispatcherOptions),
    recorder: &Recorder,
    arguments: &Value,
) -> (String, bool) {
    let mut of_its_own = DispatcherOptions::default();
    options(&mut of_its_own);
    let dispatcher = Dispatcher::new(catalog(), recorder.clone()).with_options(of_its_own);
    call_as(&dispatcher, admin(), "batch", arguments)
}

/// The update of every device that the first step lists.
fn update_all() -> Value {
    json!({"resource": "device", "action": "update", "each": "$1[*]",
        "params": {"id": "$each.id", "serial": "$each.name"}})
}

#[test]
fn a_long_list_is_written_in_parts() {
    let api = api();
    let step = with(create("$each", &json!({})), &json!({"each": ["a", "b", "bad", "d", "e"]}));
    let (text, is_error) =
        run_with(|options| options.batch.n_bulk_rows = 2, &api, &json!({"steps": [step]}));
    assert!(is_error);
    assert_eq!(api.lines().len(), 2, "{:?}", api.lines());
    assert!(text.contains("2 of 5 rows done: created 2 devices: 101-102 (a, b)\n"), "{text}");
    assert!(
        text.contains("row 3 (bad): name: is bad") && text.contains("not run: row 5"),
        "{text}"
    );
}

#[test]
fn a_list_that_an_answer_gives_is_bounded_too() {
    let api = api();
    let steps = json!({"steps": [on("list", &json!(null)), update_all()]});
    let mut steps = steps;
    steps["steps"][0]["params"] = json!({});
    let (text, is_error) = run_with(|options| options.batch.n_elements = 2, &api, &steps);
    assert!(is_error && text.contains("$1[*] has 3 elements"), "{text}");
    assert_eq!(api.lines(), ["GET /api/devices/?limit=50"]);
}

#[test]
fn what_the_api_answers_is_never_a_reference() {
    let api = Recorder::new(|request, _| {
        let rows = json!([{"id": 1, "name": "$1[1].id"}, {"id": 2, "name": "$$x"}]);
        Ok(match request.method().as_str() {
            "GET" => json_response(200, &json!({"count": 2, "results": rows})),
            _ => json_response(200, &rows),
        })
    });
    let update = json!({"resource": "device", "action": "update", "each": "$1[*]",
        "params": {"id": "$each.id", "serial": "$each.name"}});
    let list = json!({"resource": "device", "action": "list"});
    run(
        &api,
        &json!({"steps": [list, update.clone(), with(on("update", &json!(9)),
        &json!({"params": {"id": 9, "serial": "$1[0].name"}}))]}),
    );
    let lines = api.lines();
    assert!(
        lines[1].ends_with("{\"id\":9,\"serial\":\"$1[1].id\"}") || lines.len() == 4,
        "{lines:?}"
    );
    assert!(lines.iter().any(|line| line.contains(r#""serial":"$1[1].id""#)), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains(r#""serial":"$$x""#)), "{lines:?}");
}

#[test]
fn no_reference_reads_a_secret() {
    let mut parts: CatalogParts = catalog().parts().clone();
    parts.resources[0].secrets = vec!["serial".to_owned()];
    let catalog = Arc::new(Catalog::new(parts).unwrap());
    let api = api();
    let dispatcher = Dispatcher::new(catalog, api.clone());
    for secret in ["$1.serial", "$1[*].serial"] {
        let first = if secret.contains('*') {
            json!({"resource": "device", "action": "list"})
        } else {
            on("get", &json!(1))
        };
        let steps = json!({"steps": [first, create("a", &json!({"serial": secret}))]});
        let (text, is_error) = call_as(&dispatcher, admin(), "batch", &steps);
        assert!(is_error && text.contains("is kept secret"), "{text}");
    }
    assert!(api.lines().iter().all(|line| line.starts_with("GET")), "{:?}", api.lines());
}

#[test]
fn a_long_answer_is_cut_at_the_borders_of_steps() {
    let api = api();
    let list = json!({"resource": "device", "action": "list", "options": {"format": "json"}});
    let steps = json!({"steps": vec![list; 10]});
    let (text, is_error) = run_with(|options| options.max_answer_tokens = 800, &api, &steps);
    assert!(!is_error && text.len() < 3200, "{} bytes", text.len());
    for number in 1..=10 {
        assert!(text.contains(&format!("{number} device list:")), "{text}");
    }
    assert!(text.contains("[cut: step 10 said "), "{text}");
}

#[test]
fn a_cursor_goes_on_within_a_step() {
    let api = api();
    let list = json!({"resource": "device", "action": "list", "options": {"limit": 2}});
    let (text, _) = run(&api, &json!({"steps": [list]}));
    let at = text.find("device.list@").unwrap();
    let cursor: String =
        text[at..].chars().take_while(|c| !c.is_whitespace() && *c != '"').collect();
    let cursor = cursor.trim_end_matches([')', '.', ',', ';']);
    let (text, is_error) = run(&api, &json!({"steps": [{"options": {"cursor": cursor}}]}));
    assert!(!is_error, "{text}");
    assert_eq!(api.lines()[1], "GET /api/devices/?limit=2&offset=2");
}

#[test]
fn a_cancelled_batch_says_what_it_did() {
    let cancel = CancellationToken::new();
    let fired = cancel.clone();
    let api = Recorder::new(move |_, _| {
        fired.cancel();
        Ok(json_response(201, &json!({"id": 1, "name": "a"})))
    });
    let steps = json!({"on_error": "undo", "steps": [
        create("a", &json!({})), create("b", &json!({"serial": "$1.name"})), on("delete", &json!(4)),
    ]});
    let cx = admin().with_cancel(cancel);
    let (text, is_error) = call_as(&dispatcher(&api), cx, "batch", &steps);
    assert!(is_error);
    assert_eq!(api.lines().len(), 1, "{text}");
    assert_eq!(
        text,
        "1 of 3 steps done; NOT all of it could be undone\n\
         1: created device 1 a\n  NOT undone: device delete not done: the call was cancelled; \
         nothing was sent\n\
         2: device create not done: the call was cancelled; nothing was sent\n\
         3 device delete: not run"
    );
}

/// What a batch makes of its arguments is bounded before it is made.
#[test]
fn what_grows_too_large_is_refused() {
    let create =
        |params: Value| json!({"resource": "device", "action": "create", "params": params});
    let list = json!({"resource": "device", "action": "list"});
    let rows = vec![json!(["x"]); 900];
    let long_header: Vec<Value> =
        [json!(["n".repeat(1_000_000)])].into_iter().chain(rows).collect();
    let site = json!({"name": "a", "site": 7});
    for (steps, expect) in [
        (json!([with(create(site.clone()), &json!({"each": long_header}))]), "too long a header"),
        (
            json!([
                list,
                create(json!({"name": "a", "site": 7, "custom_fields": vec!["$1[*]"; 5000]}))
            ]),
            "$1[*] is used too often in one call",
        ),
        (
            json!([with(
                create(json!({"name": "a", "site": 7, "custom_fields": vec!["$each"; 5000]})),
                &json!({"each": ["x", "y"]})
            )]),
            "$each is used too often in one call",
        ),
        (
            json!([with(
                create(json!({"n".repeat(8_000_000): 1, "name": "$each"})),
                &json!({"each": ["a", "b", "c", "d"]})
            )]),
            "use several batches",
        ),
    ] {
        let api = api();
        let (text, is_error) = run(&api, &json!({"steps": steps}));
        assert!(is_error && text.contains(expect), "{text:.500}");
        assert!(text.len() < 2000, "{} bytes", text.len());
        assert!(api.lines().iter().all(|line| line.starts_with("GET")), "{:?}", api.lines());
    }
}
