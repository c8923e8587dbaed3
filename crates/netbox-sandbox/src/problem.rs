//! What is wrong with a request, in NetBox's shapes.

use http::StatusCode;
use serde_json::{Map, Value, json};

/// The key under which NetBox reports what no single field is to blame for.
pub(crate) const WHOLE: &str = "__all__";

/// Complaints by field, in the order in which they were found.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Problems(Map<String, Value>);

impl Problems {
    /// One complaint about one field.
    pub(crate) fn of(field: &str, message: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(field, message);
        problems
    }

    pub(crate) fn add(&mut self, field: &str, message: impl Into<String>) {
        let message = Value::String(message.into());
        match self.0.get_mut(field) {
            Some(Value::Array(messages)) => messages.push(message),
            _ => {
                self.0.insert(field.to_owned(), json!([message]));
            }
        }
    }

    /// A complaint that is not a list of messages, as nested objects have.
    pub(crate) fn set(&mut self, field: &str, complaint: Value) {
        self.0.insert(field.to_owned(), complaint);
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// Why a request did not succeed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
    /// The ETag to send along, with a failed precondition.
    pub(crate) etag: Option<String>,
}

impl Failure {
    pub(crate) const fn new(status: StatusCode, body: Value) -> Self {
        Self { status, body, etag: None }
    }

    /// `{"detail": ..}`.
    pub(crate) fn detail(status: StatusCode, detail: impl Into<String>) -> Self {
        Self::new(status, json!({ "detail": detail.into() }))
    }

    pub(crate) fn not_found() -> Self {
        Self::detail(StatusCode::NOT_FOUND, "Not found.")
    }

    /// What NetBox can do and this crate has no rule for.
    pub(crate) fn not_implemented(what: &str) -> Self {
        Self::detail(
            StatusCode::NOT_IMPLEMENTED,
            format!("netbox-sandbox (not NetBox): {what} is not implemented"),
        )
    }

    /// An error that NetBox does not handle either: 500, in its words.
    pub(crate) fn crash(exception: &str, error: &str) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            json!({
                "error": error,
                "exception": exception,
                "netbox_version": crate::VERSION,
                "python_version": "none (netbox-sandbox)",
            }),
        )
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::new(StatusCode::BAD_REQUEST, problems.into_value())
    }
}
