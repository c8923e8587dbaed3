//! Plans, step by step, without a network.

use bytes::Bytes;
use dispatch_core::check::Arguments;
use dispatch_core::plan::{Arrived, List, ListLimits, One, Outcome, Plan, Position, Step};
use dispatch_core::request::Caller;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use super::fixture::{catalog, json_response};

#[track_caller]
fn sent(step: Step<Outcome>) -> Vec<String> {
    let Step::Send(requests) = step else { panic!("{step:?}") };
    requests.iter().map(|request| request.uri().to_string()).collect()
}

#[test]
fn one_request_is_one_answer() {
    let mut plan = One::new(Request::new(Bytes::new()));
    assert_eq!(sent(plan.next(Vec::new())), ["/"]);
    let step = plan.next(vec![Ok(json_response(418, &json!(null)))]);
    let Step::Done(Outcome::Answer(answer)) = step else { panic!("{step:?}") };
    assert_eq!(answer.status(), StatusCode::IM_A_TEAPOT);
}

/// Plans a list of devices.
fn devices(catalog: &dispatch_core::Catalog, wanted: Option<u64>) -> List<'_> {
    let operation = &catalog.operations()[0];
    let (limits, from) = (ListLimits::default(), Position::default());
    List::new(operation, Arguments::default(), Caller::default(), limits, wanted, from).unwrap()
}

fn page(ids: impl Iterator<Item = u64>, total: &Value) -> Arrived {
    let rows: Vec<Value> = ids.map(|id| json!({"id": id})).collect();
    Ok(json_response(200, &json!({"count": total, "results": rows})))
}

#[test]
fn a_list_goes_on_until_it_has_enough() {
    let catalog = catalog();
    let mut plan = devices(&catalog, Some(5));
    assert_eq!(sent(plan.next(Vec::new())), ["/api/devices/?limit=5"]);
    assert_eq!(sent(plan.next(vec![page(0..3, &json!(9))])), ["/api/devices/?limit=2&offset=3"]);
    // An API that gives more than asked for is not obeyed.
    let step = plan.next(vec![page(3..9, &json!(9))]);
    let Step::Done(Outcome::Rows(rows)) = step else { panic!("{step:?}") };
    assert_eq!((rows.rows.len(), rows.first, rows.total), (5, 0, Some(9)));
    assert_eq!(rows.next, Some(Position::row(5)));
    assert_eq!(rows.position(4), Some(Position::row(4)));
}

#[test]
fn a_list_ends_where_the_api_has_no_more() {
    let catalog = catalog();
    for (total, n_rows) in [(json!(3), 3), (json!(null), 3), (json!("?"), 3), (json!(7), 0)] {
        let mut plan = devices(&catalog, Some(5));
        plan.next(Vec::new());
        let step = plan.next(vec![page(0..n_rows, &total)]);
        let Step::Done(Outcome::Rows(rows)) = step else { panic!("{total}: {step:?}") };
        assert_eq!((rows.rows.len() as u64, rows.next, rows.broken), (n_rows, None, None));
    }
}

#[test]
fn an_answer_that_is_no_page_is_given_on() {
    let catalog = catalog();
    for body in [json!({"detail": "x"}), json!([1]), json!({"results": 5}), json!("x")] {
        let mut plan = devices(&catalog, None);
        plan.next(Vec::new());
        let step = plan.next(vec![Ok(json_response(200, &body))]);
        assert!(matches!(step, Step::Done(Outcome::Answer(_))), "{body}: {step:?}");
    }
}

#[test]
fn no_list_reads_without_end() {
    let catalog = catalog();
    let mut plan = devices(&catalog, Some(u64::MAX));
    let mut n_pages = 0;
    let mut step = plan.next(Vec::new());
    while let Step::Send(requests) = step {
        assert_eq!(requests.len(), 1);
        n_pages += 1;
        step = plan.next(vec![page(0..1, &json!(1_000_000))]);
    }
    assert_eq!(n_pages, ListLimits::default().max_pages);
}
