//! Answers.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::Value;

use crate::problem::Failure;

/// An answer, before it is bytes.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    body: Body,
    etag: Option<String>,
    location: Option<String>,
    allow: Option<&'static str>,
}

#[derive(Debug)]
enum Body {
    Json(Value),
    Html(String),
    Empty,
}

impl Reply {
    const fn new(status: StatusCode, body: Body) -> Self {
        Self { status, body, etag: None, location: None, allow: None }
    }

    pub(crate) const fn json(status: StatusCode, body: Value) -> Self {
        Self::new(status, Body::Json(body))
    }

    pub(crate) const fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(crate) const fn empty(status: StatusCode) -> Self {
        Self::new(status, Body::Empty)
    }

    /// Django's page for a path that does not exist; NetBox answers with nine kilobytes of it.
    pub(crate) fn no_such_path() -> Self {
        let page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n  <title>Page Not Found</title>\n\
                    </head>\n<body>\n  <h1>Page Not Found</h1>\n  <p>netbox-sandbox (not NetBox): \
                    the requested page does not exist.</p>\n</body>\n</html>\n";
        Self::new(StatusCode::NOT_FOUND, Body::Html(page.to_owned()))
    }

    /// gunicorn's page for a request line that it finds too long.
    pub(crate) fn line_too_long(length: usize) -> Self {
        let page = format!(
            "<html>\n  <head>\n    <title>Bad Request</title>\n  </head>\n  <body>\n    \
             <h1><p>Bad Request</p></h1>\n    Request Line is too large ({length} &gt; 4094)\n  \
             </body>\n</html>\n"
        );
        Self::new(StatusCode::BAD_REQUEST, Body::Html(page))
    }

    pub(crate) fn redirect(location: String) -> Self {
        Self::empty(StatusCode::MOVED_PERMANENTLY).with_location(location)
    }

    pub(crate) fn with_etag(mut self, etag: Option<String>) -> Self {
        self.etag = etag;
        self
    }

    pub(crate) fn with_location(mut self, location: String) -> Self {
        self.location = Some(location);
        self
    }

    pub(crate) const fn with_allow(mut self, allow: &'static str) -> Self {
        self.allow = Some(allow);
        self
    }

    /// The bytes and headers of the answer.
    pub(crate) fn into_response(self, request_id: &str, head: bool) -> Response<Bytes> {
        let (content_type, body) = match self.body {
            Body::Json(value) => ("application/json", Bytes::from(value.to_string())),
            Body::Html(page) => ("text/html; charset=utf-8", Bytes::from(page)),
            Body::Empty => ("", Bytes::new()),
        };
        let mut response = Response::new(if head { Bytes::new() } else { body });
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let mut set = |name: header::HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value)
                && !value.is_empty()
            {
                headers.insert(name, value);
            }
        };
        set(header::CONTENT_TYPE, content_type);
        set(header::SERVER, "netbox-sandbox");
        set(header::HeaderName::from_static("api-version"), crate::API_VERSION);
        set(header::HeaderName::from_static("x-request-id"), request_id);
        set(header::ETAG, self.etag.as_deref().unwrap_or_default());
        set(header::LOCATION, self.location.as_deref().unwrap_or_default());
        set(header::ALLOW, self.allow.unwrap_or_default());
        response
    }
}

impl From<Failure> for Reply {
    fn from(failure: Failure) -> Self {
        Self::json(failure.status, failure.body).with_etag(failure.etag)
    }
}
