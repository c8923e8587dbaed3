//! A request, taken apart.

use bytes::Bytes;
use http::{HeaderMap, Method, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{problem::Failure, render::Shape};
use http::StatusCode;

/// Django's limit on a body (`DATA_UPLOAD_MAX_MEMORY_SIZE`).
const MAX_BODY_BYTES: usize = 2_621_440;

/// The host that is used in URLs when a request names none.
const NO_HOST: &str = "netbox-sandbox.invalid";

/// A request, taken apart.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The decoded path.
    pub(crate) path: String,
    pub(crate) query: Query,
    /// The undecoded target, for error pages and redirects.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) base: String,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn new(request: http::Request<Bytes>) -> Self {
        let (parts, body) = request.into_parts();
        let host = parts
            .headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .or_else(|| parts.uri.authority().map(|authority| authority.as_str()))
            .unwrap_or(NO_HOST);
        let scheme = parts.uri.scheme_str().unwrap_or("http");
        Self {
            base: format!("{scheme}://{host}"),
            path: decoded(parts.uri.path()),
            query: Query::parse(parts.uri.query().unwrap_or_default()),
            target: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            method: parts.method,
            headers: parts.headers,
            body,
        }
    }

    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON; null if there is none.
    ///
    /// # Errors
    ///
    /// What NetBox answers to a body that is too large, not JSON, or not well-formed.
    pub(crate) fn json(&self) -> Result<Value, Failure> {
        if self.body.len() > MAX_BODY_BYTES {
            return Err(Failure::crash(
                "RequestDataTooBig",
                "Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.",
            ));
        }
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        let content_type = self.header(header::CONTENT_TYPE).unwrap_or("application/json");
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        match media_type {
            "application/json" => {}
            "multipart/form-data" => {
                return Err(Failure::not_implemented("a body of multipart/form-data"));
            }
            _ => {
                return Err(Failure::detail(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    format!("Unsupported media type \"{content_type}\" in request."),
                ));
            }
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            let (line, column) = (error.line(), error.column().max(1));
            let before = self.body.split(|byte| *byte == b'\n').take(line.saturating_sub(1));
            let offset: usize = before.map(|line| line.len() + 1).sum::<usize>() + column - 1;
            let what = if error.to_string().starts_with("expected value") {
                "Expecting value".to_owned()
            } else {
                let text = error.to_string();
                text.split(" at line").next().unwrap_or_default().to_owned()
            };
            Failure::detail(
                StatusCode::BAD_REQUEST,
                format!("JSON parse error - {what}: line {line} column {column} (char {offset})"),
            )
        })
    }

    /// Which fields the request is about.
    pub(crate) fn shape(&self) -> Shape {
        let names = |text: &str| text.split(',').map(str::to_owned).collect();
        if let Some(fields) = self.query.last("fields").filter(|text| !text.is_empty()) {
            return Shape::Only(names(fields));
        }
        if let Some(omit) = self.query.last("omit").filter(|text| !text.is_empty()) {
            return Shape::Without(names(omit));
        }
        let brief = self.query.last("brief").is_some_and(|text| !text.is_empty());
        if brief && self.method == Method::GET { Shape::Brief } else { Shape::All }
    }

    pub(crate) fn if_match(&self) -> Option<&str> {
        self.header(header::IF_MATCH)
    }
}

/// The query's pairs, decoded, in order.
#[derive(Debug, Default, Clone)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(&name.replace('+', " ")), decoded(&value.replace('+', " ")))
        });
        Self(pairs.collect())
    }

    /// The names, each once.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let names = self.0.iter().enumerate();
        names
            .filter(|(index, (name, _))| !self.0[..*index].iter().any(|(other, _)| other == name))
            .map(|(_, (name, _))| name.as_str())
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The last value of a name: the one that counts where one is asked for.
    pub(crate) fn last(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The pairs sorted by name, with one name set or removed: how page links are written.
    pub(crate) fn with(&self, changes: &[(&str, Option<String>)]) -> String {
        let mut pairs: Vec<(String, String)> = self
            .0
            .iter()
            .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
            .cloned()
            .collect();
        for (name, value) in changes {
            if let Some(value) = value {
                pairs.push(((*name).to_owned(), value.clone()));
            }
        }
        pairs.sort_by(|left, right| left.0.cmp(&right.0));
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", quoted(name), quoted(value)))
            .collect();
        pairs.join("&")
    }
}

/// As Python's `quote_plus`.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => {
                quoted.push(char::from(byte));
            }
            b' ' => quoted.push('+'),
            byte => quoted.push_str(&format!("%{byte:02X}")),
        }
    }
    quoted
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
