//! Batches that are only told of.

use serde_json::{Value, json};

use super::fixture::{api, create, on, run, with};

/// Runs a batch without writing and compares what was sent and what was said.
#[track_caller]
fn check(steps: &Value, sent: &[&str], text: &str, is_error: bool) {
    let api = api();
    let answer = run(&api, &json!({"steps": steps, "dry_run": true}));
    assert_eq!(api.lines(), sent, "{}", answer.0);
    assert_eq!(answer, (text.to_owned(), is_error));
}

#[test]
fn nothing_is_written_and_every_step_is_told_of() {
    check(
        &json!([
            create("a", &json!({})),
            with(
                on("update", &json!("$1.id")),
                &json!({"params": {"id": "$1.id", "serial": "$1.name"}})
            ),
            on("get", &json!(5)),
            with(on("update", &json!("$3.id")), &json!({"params": {"id": "$3.id", "serial": "x"}})),
            with(create("$each", &json!({})), &json!({"each": ["b", "c"]})),
            with(on("delete", &json!("$each")), &json!({"each": "$5[*].id"})),
            on("delete", &json!(404)),
        ]),
        &["GET /api/devices/5/", "GET /api/devices/5/", "GET /api/devices/404/"],
        "dry run: nothing was written\n\
         1: would create device a\n\
         2: would update device $1.id\nserial: $1.name\n\
         3 device get:\nid: 5\nname: d5\nstatus: active\nsite: Ams\nserial: s\n\
         4: would update device 5 d5\nserial: s -> x\n\
         5: would create 2 devices: b, c\n\
         6: would delete device for each of $5[*].id, which are not known before it is done\n\
         7 device delete: there is no device 404",
        true,
    );
}

#[test]
fn it_is_for_the_whole_batch() {
    let api = api();
    let step = with(on("delete", &json!(5)), &json!({"options": {"dry_run": true}}));
    let (text, is_error) = run(&api, &json!({"steps": [step]}));
    assert!(is_error && text.contains("give it beside steps"), "{text}");
    assert_eq!(api.lines(), [""; 0]);
    let (text, is_error) =
        run(&api, &json!({"steps": [on("delete", &json!(5))], "options": {"dry_run": true}}));
    assert!(!is_error && text.contains("would delete device 5"), "{text}");
}

/// Runs a batch that deletes and compares what was sent and the answer's end.
#[track_caller]
fn check_expected(each: &Value, options: &Value, sent: &[&str], said: &str) {
    let api = api();
    let delete = with(on("delete", &json!("$each")), &json!({"each": each, "options": options}));
    let list = json!({"resource": "device", "action": "list"});
    let (text, _) = run(&api, &json!({"steps": [list, delete]}));
    assert_eq!(api.lines(), sent, "{text}");
    assert!(text.ends_with(said), "{text:?} does not end with {said:?}");
}

#[test]
fn a_step_that_deletes_several_objects_says_how_many() {
    let deleted = |n: u64| format!("DELETE /api/devices/{n}/");
    let list = "GET /api/devices/?limit=50";
    check_expected(
        &json!([1, 2]),
        &json!({}),
        &[],
        "it is about 2 rows of device; if that is meant, give the step options {\"expect\":2}",
    );
    check_expected(
        &json!("$1[*].id"),
        &json!({"expect": 2}),
        &[list],
        "options.expect is 2, but it is about 3 rows of device; if that is meant, give the step \
         options {\"expect\":3}",
    );
    let (one, two, three) = (deleted(1), deleted(2), deleted(3));
    check_expected(
        &json!("$1[*].id"),
        &json!({"expect": 3}),
        &[list, &one, &two, &three],
        "2: deleted 3 devices: 1-3",
    );
    check_expected(&json!([1]), &json!({}), &[list, &one], "2: deleted 1 devices: 1");
}
