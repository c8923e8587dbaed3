//! An API in this process.

use std::convert::Infallible;

use bytes::Bytes;
use dispatch_core::{BackendErrorKind, InProcess};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use tower::{ServiceExt, service_fn};

fn request(target: &str) -> Request<Bytes> {
    Request::get(target).body(Bytes::from_static(b"hi")).unwrap()
}

async fn api(request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Infallible> {
    assert_ne!(request.uri().path(), "/panic", "as the test wants it");
    let host = request.headers()["host"].to_str().unwrap().to_owned();
    let target = request.uri().to_string();
    let body = request.into_body().collect().await?.to_bytes();
    let answer = format!("{host} {target} {}", str::from_utf8(&body).unwrap());
    Ok(Response::new(Full::from(answer)))
}

#[test]
fn requests_reach_the_service_whole() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let backend = InProcess::new(service_fn(api));
    let answer = runtime.block_on(backend.oneshot(request("/a%20b?c=d"))).unwrap();
    assert_eq!(answer.into_body(), "localhost /a%20b?c=d hi");
}

#[test]
fn what_goes_wrong_is_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let backend = InProcess::new(service_fn(api)).with_max_answer_bytes(5);
    let error = runtime.block_on(backend.clone().oneshot(request("/long"))).unwrap_err();
    assert_eq!(error.kind(), BackendErrorKind::TooLarge);
    let error = runtime.block_on(backend.oneshot(request("/panic"))).unwrap_err();
    assert_eq!(error.kind(), BackendErrorKind::EffectUnknown);
}
