//! Every documented way to write a batch, and to look for words.

use serde_json::{Value, json};

use super::forms::Form;

/// Batches and searches, in an order in which each can succeed. Names carry a suffix, so that
/// several clients can send them to one server.
pub(crate) fn batches(suffix: &str) -> Vec<Form> {
    let called = |what: &str| format!("{what}-{suffix}");
    let named = |what: &str| json!({ "name": called(what), "slug": called(what) });
    let create = |resource, params: Value| step(resource, "create", &params);
    let region = |what: &str| create("region", named(what));
    let listed = |names: [&str; 2]| step("region", "list", &json!({ "name": names.map(called) }));
    let get = |resource, id: &str| step(resource, "get", &json!({ "id": id }));
    let delete = |resource, what: &str| step(resource, "delete", &json!({ "id": called(what) }));
    let regions = |each: Value| json!({ "resource": "region", "action": "create", "each": each });
    let text = |value: &Value| Value::String(value.to_string());
    let of = |steps: &Value| json!({ "steps": steps });
    let or = |steps: Value, on_error: &str| json!({ "steps": steps, "on_error": on_error });
    let done = |arguments, says: &str| form("batch", arguments, says, false);
    let failed = |arguments, says: &str| form("batch", arguments, says, true);

    let mut north = region("north");
    north["as"] = json!("north");
    let mut site = named("port");
    site["region"] = json!("$north.id");
    let references = json!([north, create("site", site), get("site", "$2.id")]);
    let reading = json!([
        listed(["north", "b"]),
        { "resource": "region", "action": "get", "params": { "id": "$each" }, "each": "$1[*].id" },
    ]);
    let mut dollar = named("dollar");
    dollar["name"] = json!(format!("$${suffix}"));
    let rows = |first: &str, second: &str| {
        let row = |what: &str| json!([called(what), called(what)]);
        json!([["name", "slug"], row(first), row(second)])
    };
    let values = json!([{
        "resource": "region", "action": "create", "each": [called("e"), called("f")],
        "params": { "name": "$each", "slug": "$each" },
    }]);
    let changes = json!([
        listed(["c", "d"]),
        {
            "resource": "region", "action": "update", "each": "$1[*].id",
            "params": { "id": "$each", "description": "by a reference" },
        },
    ]);
    let twice = |what: &str| {
        json!([region(&format!("{what}-1")), region("north"), region(&format!("{what}-2"))])
    };
    let spelled = json!([text(&region("spelled")), text(&region("spelled-too"))]);
    let list_in_text = json!([regions(text(&json!([named("i")])))]);
    vec![
        done(of(&references), &called("port")),
        done(of(&json!([regions(json!([named("a"), named("b")]))])), "created 2 regions"),
        done(of(&json!([regions(rows("c", "d"))])), "created 2 regions"),
        done(of(&values), "created 2 regions"),
        done(of(&changes), "updated 2 regions"),
        done(of(&reading), &called("north")),
        done(of(&json!([create("region", dollar)])), &format!(" ${suffix}")),
        done(of(&spelled), &called("spelled-too")),
        done(of(&text(&json!([region("whole")]))), &called("whole")),
        done(of(&list_in_text), &called("i")),
        done(or(json!([region("told")]), "stop"), &called("told")),
        failed(of(&twice("halted")), "not run"),
        failed(or(twice("stopped"), "stop"), "not run"),
        failed(or(twice("continued"), "continue"), &called("continued-2")),
        failed(or(twice("undone"), "undo"), "undone"),
        failed(or(json!([region("never")]), "retry"), "continue"),
        failed(of(&json!([])), "steps"),
        failed(of(&json!([get("region", "$2.id")])), "$2"),
        failed(of(&json!([regions(json!([["name", "slug"], ["one"]]))])), "row 1"),
        failed(of(&json!([create("regoin", named("x"))])), "region"),
        done(of(&json!([delete("site", "port"), delete("region", "north")])), "deleted"),
        form("find", json!({ "words": "free addresses of a prefix" }), "available", false),
        form("find", json!({ "words": ["cable", "trace"] }), "trace", false),
        form("find", json!({ "words": "" }), "words", true),
    ]
}

fn step(resource: &str, action: &str, params: &Value) -> Value {
    json!({ "resource": resource, "action": action, "params": params })
}

fn form(tool: &str, arguments: Value, says: &str, is_error: bool) -> Form {
    Form { tool: tool.to_owned(), arguments, says: says.to_owned(), is_error }
}
