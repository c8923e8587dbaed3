//! Bulk writes that the API does in the background, over a fake API that does jobs.

pub(crate) mod fake;

use std::time::Duration;

use dispatch_core::plan::After;
use mcp_protocol::tool::RequestContext;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::fixture::with;
use crate::dispatch::fixture::{Recorder, admin, call_as, caller, json_response};
use fake::{FakeJobs, POLICY, dispatcher, ended, job, numbered};

/// Devices of these names.
fn named(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"name": name})).collect()
}

fn create(items: &Value) -> Value {
    json!({"resource": "device", "action": "bulk_create", "params": {"items": items}})
}

/// Creates four devices; what an agent is told.
fn create_four(api: &Recorder, cx: RequestContext) -> (String, bool) {
    let arguments = create(&named(&["a", "b", "c", "d"]));
    call_as(&dispatcher(api, POLICY), cx, "inventory", &arguments)
}

/// Creates four devices by a job that is seen so; compares what is told and how often it was looked.
#[track_caller]
fn check(looks: &[(u16, Value)], n_looks: usize, text: &str, is_error: bool) {
    let api = FakeJobs::new(looks).into_api();
    let told = create_four(&api, admin());
    assert_eq!(told, (text.to_owned(), is_error));
    let lines = api.lines();
    assert_eq!(
        lines[..3],
        [
            "GET /api/jobs/?status=pending&limit=1",
            "GET /api/health/",
            "POST /api/devices/?background=true \
             [{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"},{\"name\":\"d\"}]",
        ]
    );
    assert!(lines[3..].iter().all(|line| line == "GET /api/jobs/12/"), "{lines:?}");
    assert_eq!(lines.len() - 3, n_looks, "{lines:?}");
}

fn done() -> (u16, Value) {
    ended("completed", 201, &numbered(&named(&["a", "b", "c", "d"])))
}

const CREATED: &str = "created 4 devices: 101-104 (a, b, c, d)";

#[test]
fn a_job_is_looked_at_until_it_has_ended_and_answers_as_the_write_would() {
    check(&[done()], 1, CREATED, false);
    check(&[job("pending"), job("running"), job("running"), done()], 4, CREATED, false);
    let refusal = json!({"detail": "1 of 4 objects could not be created.",
        "errors": [{"index": 2, "errors": {"name": ["is taken"]}}]});
    check(
        &[job("pending"), ended("failed", 400, &refusal)],
        2,
        "the API refused device bulk_create (400 Bad Request):\n  \
         1 of 4 objects could not be created.\n  \
         row 3 (c): name: is taken\n\
         nothing of this request was written",
        true,
    );
}

#[test]
fn what_passes_is_passed_over() {
    let down = (503, json!({"detail": "restarting"}));
    check(
        &[down.clone(), job("running"), down.clone(), (429, json!({})), done()],
        5,
        CREATED,
        false,
    );
    check(
        &[job("running"), down],
        7,
        "device bulk_create was taken as job 12 and had not ended (running) when this call did: \
         the API answered 503 Service Unavailable. What comes of it is not known yet, so do not send it again; \
         look with resource=job action=get params={\"id\":12}",
        true,
    );
}

#[test]
fn a_job_that_takes_too_long_is_left() {
    check(
        &[job("pending")],
        23,
        "device bulk_create was taken as job 12 and had not ended (pending) when this call did: \
         nobody has begun it in 63 s. What comes of it is not known yet, so do not send it again; \
         look with resource=job action=get params={\"id\":12}",
        true,
    );
}

#[test]
fn a_job_that_says_nothing_of_its_write_leaves_it_unknown() {
    let crashed = json!({"id": 12, "status": {"value": "errored"}, "data": null,
        "error": "JobTimeoutException('Task exceeded maximum timeout value (300 seconds)')"});
    check(
        &[(200, crashed)],
        1,
        "device bulk_create: its effect is unknown. The request was sent, then its job 12 ended as \
         errored: JobTimeoutException('Task exceeded maximum timeout value (300 seconds)'). It may \
         have been done in whole or not at all, and was not sent again. Before you try again, look \
         what was done with resource=device action=list",
        true,
    );
    check(
        &[(404, json!({"detail": "Not found."}))],
        1,
        "device bulk_create: its effect is unknown. The request was sent, then the API took it as job \
         12 and does not show that (404 Not Found). It may have been done in whole or not at all, and \
         was not sent again. Before you try again, look what was done with resource=device action=list",
        true,
    );
}

#[test]
fn looks_are_further_and_further_apart() {
    let api = FakeJobs::new(&[job("running")]).into_api();
    let (text, is_error) = create_four(&api, admin());
    assert!(is_error && text.contains("it has not ended in 60"), "{text}");
    let waits =
        api.sent().iter().filter_map(|it| it.extensions().get().copied()).collect::<Vec<_>>();
    assert_eq!(waits[..2], [After(Duration::from_millis(500)); 2]);
    assert_eq!(waits.last(), Some(&After(Duration::from_secs(5))));
    let all: Duration = waits.iter().map(|After(wait)| *wait).sum();
    assert!(all >= Duration::from_secs(600) && all < Duration::from_secs(610), "{all:?}");
}

#[test]
fn a_cancelled_call_says_how_to_look_at_its_job() {
    let cancel = CancellationToken::new();
    let fired = cancel.clone();
    let api = Recorder::new(move |request, n| {
        Ok(match (n, request.uri().path()) {
            (_, "/api/health/") => json_response(200, &json!({"workers": 1})),
            (_, "/api/jobs/") => json_response(200, &json!({"count": 0, "results": []})),
            (2, _) => json_response(202, &json!({"job": {"id": 12}})),
            _ => {
                fired.cancel();
                json_response(200, &job("running").1)
            }
        })
    });
    let (text, is_error) = create_four(&api, admin().with_cancel(cancel));
    assert!(is_error && text.contains("taken as job 12 and had not ended (running)"), "{text}");
    assert!(text.contains("did: the call was cancelled."), "{text}");
    assert_eq!(api.lines().len(), 4, "{:?}", api.lines());
}

#[test]
fn what_the_api_answers_at_once_is_the_answer() {
    let told = |taken: (u16, Value)| {
        let api = FakeJobs { taken, ..FakeJobs::new(&[]) }.into_api();
        create_four(&api, admin())
    };
    let created = numbered(&named(&["a", "b", "c", "d"]));
    assert_eq!(told((201, created)), (CREATED.to_owned(), false));
    let (text, is_error) = told((400, json!({"detail": "Not in the background."})));
    assert!(is_error && text.contains("Not in the background."), "{text}");
    assert!(text.ends_with("nothing of this request was written"), "{text}");
    let (text, is_error) = told((202, json!({})));
    assert!(is_error && text.contains("took it for later and named no job"), "{text}");
}

#[test]
fn without_anybody_to_do_jobs_soon_it_is_done_in_parts() {
    let parts = |api: Recorder, cx: RequestContext, policy: &str, n_asked: usize| {
        let arguments = create(&named(&["a", "b", "c", "d"]));
        let told = call_as(&dispatcher(&api, policy), cx, "inventory", &arguments);
        assert_eq!(told, ("created 4 devices: 101-102,101-102 (a, b, c, d)".to_owned(), false));
        let lines = api.lines();
        assert_eq!(lines.len(), n_asked + 2, "{lines:?}");
        assert!(
            lines[n_asked..].iter().all(|it| it.starts_with("POST /api/devices/ ")),
            "{lines:?}"
        );
    };
    let jobs = || FakeJobs::new(&[]);
    let waiting = |n: u64| (200, json!({"count": n, "results": []}));
    parts(FakeJobs { n_workers: 0, ..jobs() }.into_api(), admin(), POLICY, 2);
    parts(FakeJobs { waiting: waiting(2), ..jobs() }.into_api(), admin(), POLICY, 2);
    parts(FakeJobs { waiting: (403, json!({})), ..jobs() }.into_api(), admin(), POLICY, 2);
    // Whoever may not look at jobs here, and what a job would keep.
    let writer = || caller(&["read", "write"], &["read", "write"]);
    let admins = format!("{POLICY}\n[[tiers]]\ntier = \"admin\"\non = [\"GET /api/jobs/{{id}}\"]");
    parts(jobs().into_api(), writer(), &admins, 0);
    let secret = format!("secrets = [\"device.serial\"]\n{POLICY}");
    parts(jobs().into_api(), admin(), &secret, 0);
}

#[test]
fn only_what_one_job_has_room_for_is_done_in_the_background() {
    let n_requests = |names: &[&str], options: Value| {
        let api = FakeJobs::new(&[done()]).into_api();
        let arguments = with(create(&named(names)), &json!({"options": options}));
        call_as(&dispatcher(&api, POLICY), admin(), "inventory", &arguments);
        let is_background = api.lines().iter().any(|line| line.contains("background=true"));
        (api.lines().len(), is_background)
    };
    assert_eq!(n_requests(&["a", "b"], json!({})), (1, false));
    assert_eq!(n_requests(&["a", "b", "c"], json!({})), (4, true));
    assert_eq!(n_requests(&["a"; 7], json!({})), (4, false));
    assert_eq!(n_requests(&["a", "b", "c"], json!({"expect": 3})), (4, true));
    assert_eq!(n_requests(&["a", "b", "c"], json!({"expect": 4})), (0, false));
    assert_eq!(n_requests(&["a", "b", "c"], json!({"format": "json"})), (1, false));
    assert_eq!(n_requests(&["a", "b", "c"], json!({"dry_run": true})), (0, false));
}

#[test]
fn deletes_and_the_elements_of_a_step_are_done_in_the_background_too() {
    let api = FakeJobs::new(&[job("running"), ended("completed", 204, &Value::Null)]).into_api();
    let dispatcher_of = |api: &Recorder| dispatcher(api, POLICY);
    let delete = json!({"resource": "device", "action": "bulk_delete",
        "params": {"items": [{"id": 7}, {"id": 8}, {"id": 9}]}, "options": {"expect": 3}});
    let told = call_as(&dispatcher_of(&api), admin(), "inventory", &delete);
    assert_eq!(told, ("deleted 3 devices: 7-9".to_owned(), false));
    assert_eq!(
        api.lines()[2],
        "DELETE /api/devices/?background=true [{\"id\":7},{\"id\":8},{\"id\":9}]"
    );

    let each = json!({"resource": "device", "action": "create", "params": {"name": "$each"},
        "each": ["a", "b", "c", "d"]});
    for (on_error, is_background) in [("stop", true), ("undo", true), ("continue", false)] {
        let api = FakeJobs::new(&[done()]).into_api();
        let steps = json!({"steps": [each], "on_error": on_error});
        let (text, is_error) = call_as(&dispatcher_of(&api), admin(), "batch", &steps);
        assert!(!is_error && text.contains("created 4 devices"), "{on_error}: {text}");
        let asked = api.lines().iter().any(|line| line.contains("background=true"));
        assert_eq!(asked, is_background, "{on_error}");
    }
}
