//! The executor: parallel, bounded, cancelled, and never twice.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use dispatch_core::execute::{Limits, execute};
use dispatch_core::plan::{Arrived, One, Outcome, Plan, Step};
use dispatch_core::request::UpstreamContext;
use dispatch_core::{BackendError, BackendErrorKind};
use http::{Method, Request, Response};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::fixture::Recorder;

/// A backend that counts how many requests are under way, and answers when it is let.
#[derive(Clone, Default)]
struct Slow {
    let_go: Arc<Notify>,
    n_now: Arc<AtomicUsize>,
    n_most: Arc<AtomicUsize>,
    n_done: Arc<AtomicUsize>,
}

impl Service<Request<Bytes>> for Slow {
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BackendError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Bytes>) -> Self::Future {
        let slow = self.clone();
        Box::pin(async move {
            let now = slow.n_now.fetch_add(1, Ordering::SeqCst) + 1;
            slow.n_most.fetch_max(now, Ordering::SeqCst);
            slow.let_go.notified().await;
            slow.n_now.fetch_sub(1, Ordering::SeqCst);
            slow.n_done.fetch_add(1, Ordering::SeqCst);
            Ok(Response::new(Bytes::from_static(b"{}")))
        })
    }
}

/// Sends so many requests at once, and then is done.
struct Many(usize);

impl Plan for Many {
    type Output = Outcome;

    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Outcome> {
        if arrived.is_empty() {
            return Step::Send((0..self.0).map(|_| request(Method::GET)).collect());
        }
        assert_eq!(arrived.len(), self.0);
        Step::Done(Outcome::Answer(Response::new(Bytes::new())))
    }

    fn give_up(&mut self, error: BackendError) -> Outcome {
        Outcome::Failed(error)
    }
}

/// Never has enough.
struct Endless;

impl Plan for Endless {
    type Output = Outcome;

    fn next(&mut self, _: Vec<Arrived>) -> Step<Outcome> {
        Step::Send(vec![request(Method::GET)])
    }

    fn give_up(&mut self, error: BackendError) -> Outcome {
        Outcome::Failed(error)
    }
}

fn request(method: Method) -> Request<Bytes> {
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = method;
    request
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn no_more_requests_are_under_way_than_allowed() {
    let slow = Slow::default();
    let mut limits = Limits::default();
    limits.n_parallel = 3;
    run(async {
        let cancel = CancellationToken::new();
        let mut many = Many(10);
        let executing = execute(&mut many, &slow, limits, &cancel);
        let letting = async {
            while slow.n_done.load(Ordering::SeqCst) < 10 {
                slow.let_go.notify_waiters();
                tokio::task::yield_now().await;
            }
        };
        let (outcome, ()) = tokio::join!(executing, letting);
        assert!(matches!(outcome, Outcome::Answer(_)));
    });
    assert_eq!(slow.n_most.load(Ordering::SeqCst), 3);
}

#[test]
fn a_read_is_dropped_and_a_write_is_let_finish() {
    for (method, n_done) in [(Method::GET, 0), (Method::POST, 1), (Method::DELETE, 1)] {
        let slow = Slow::default();
        let cancel = CancellationToken::new();
        let outcome = run(async {
            let mut plan = One::new(request(method.clone()));
            let executing = execute(&mut plan, &slow, Limits::default(), &cancel);
            let cancelling = async {
                while slow.n_now.load(Ordering::SeqCst) == 0 {
                    tokio::task::yield_now().await;
                }
                cancel.cancel();
                for _ in 0..5 {
                    tokio::task::yield_now().await;
                }
                slow.let_go.notify_waiters();
            };
            tokio::join!(executing, cancelling).0
        });
        assert_eq!(slow.n_done.load(Ordering::SeqCst), n_done, "{method}");
        assert_eq!(matches!(outcome, Outcome::Answer(_)), n_done == 1, "{outcome:?}");
    }
}

#[test]
fn nothing_is_sent_once_cancelled() {
    let recorder = Recorder::json(200, serde_json::json!({}));
    let cancel = CancellationToken::new();
    cancel.cancel();
    let outcome =
        run(execute(&mut One::new(request(Method::POST)), &recorder, Limits::default(), &cancel));
    let Outcome::Failed(error) = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.kind(), BackendErrorKind::NotSent);
    assert!(recorder.sent().is_empty());
}

#[test]
fn only_reads_are_tried_again() {
    for (method, n_sent) in [
        (Method::GET, 2),
        (Method::HEAD, 2),
        (Method::POST, 1),
        (Method::PATCH, 1),
        (Method::PUT, 1),
        (Method::DELETE, 1),
    ] {
        let recorder = Recorder::failing(BackendErrorKind::NotSent);
        let cancel = CancellationToken::new();
        run(execute(&mut One::new(request(method)), &recorder, Limits::default(), &cancel));
        assert_eq!(recorder.sent().len(), n_sent);
    }
    assert!(request(Method::GET).extensions().get::<UpstreamContext>().is_none());
}

#[test]
fn endless_plans_and_endless_answers_end() {
    let recorder = Recorder::json(200, serde_json::json!({"long": "x".repeat(100)}));
    let cancel = CancellationToken::new();
    let mut limits = Limits::default();
    limits.n_rounds = 5;
    let outcome = run(execute(&mut Endless, &recorder, limits, &cancel));
    assert!(matches!(outcome, Outcome::Failed(_)));
    assert_eq!(recorder.sent().len(), 5);

    limits.max_answer_bytes = 50;
    let outcome = run(execute(&mut One::new(request(Method::GET)), &recorder, limits, &cancel));
    let Outcome::Failed(error) = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.kind(), BackendErrorKind::TooLarge);
}
