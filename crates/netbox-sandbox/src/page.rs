//! Pages of lists.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{problem::Failure, request::Request, state::Object};

const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 1000;

/// One page of a list, and the links to its neighbours.
#[derive(Debug)]
pub(crate) struct Page<T> {
    count: Option<usize>,
    next: Option<String>,
    previous: Option<String>,
    pub(crate) items: Vec<T>,
}

impl<T> Page<T> {
    /// The page as NetBox wraps it.
    pub(crate) fn wrap(&self, results: &[Value]) -> Value {
        json!({
            "count": self.count,
            "next": self.next,
            "previous": self.previous,
            "results": results,
        })
    }
}

/// The size of a page: what is asked for, if that makes sense.
pub(crate) fn limit(request: &Request) -> usize {
    match request.query.last("limit").map(str::parse::<usize>) {
        Some(Ok(0)) => MAX_LIMIT,
        Some(Ok(limit)) => limit.min(MAX_LIMIT),
        _ => DEFAULT_LIMIT,
    }
}

/// Cuts the page that a request asks for out of a whole list.
pub(crate) fn by_offset<T: Clone>(request: &Request, items: &[T]) -> Page<T> {
    let limit = limit(request);
    let offset = request.query.last("offset").and_then(|text| text.parse().ok()).unwrap_or(0_usize);
    let count = items.len();
    let end = offset.saturating_add(limit);
    let link = |offset: Option<usize>| {
        let query = request.query.with(&[
            ("limit", Some(limit.to_string())),
            ("offset", offset.map(|offset| offset.to_string())),
        ]);
        format!("{}{}?{query}", request.base, request.path)
    };
    let previous = match offset {
        0 => None,
        offset if offset <= limit => Some(link(None)),
        offset => Some(link(Some(offset - limit))),
    };
    Page {
        count: Some(count),
        next: (end < count).then(|| link(Some(end))),
        previous,
        items: items.get(offset..end.min(count)).unwrap_or_default().to_vec(),
    }
}

/// Whether the request asks for a page by cursor, and from which id on.
///
/// # Errors
///
/// NetBox's complaint, a bare list.
pub(crate) fn start(request: &Request) -> Result<Option<u64>, Failure> {
    let complaint = |text: &str| Failure::new(StatusCode::BAD_REQUEST, json!([text]));
    let Some(text) = request.query.last("start") else { return Ok(None) };
    let start = text
        .parse()
        .map_err(|_| complaint("Invalid 'start' parameter: must be a non-negative integer."))?;
    if request.query.last("offset").is_some() {
        return Err(complaint("'start' and 'offset' are mutually exclusive."));
    }
    if request.query.last("ordering").is_some() {
        return Err(complaint(
            "Ordering cannot be specified in conjunction with cursor-based pagination.",
        ));
    }
    Ok(Some(start))
}

/// Cuts the page of the objects from an id on; the objects come by id.
pub(crate) fn by_cursor<'a>(
    request: &Request,
    start: u64,
    objects: &[&'a Object],
) -> Page<&'a Object> {
    let limit = limit(request);
    let from = objects.partition_point(|object| object.id < start);
    let items: Vec<_> = objects[from..].iter().take(limit).copied().collect();
    let next = items.last().filter(|_| items.len() == limit).map(|last| {
        let query = request.query.with(&[
            ("start", Some((last.id + 1).to_string())),
            ("limit", Some(limit.to_string())),
        ]);
        format!("{}{}?{query}", request.base, request.path)
    });
    Page { count: None, next, previous: None, items }
}
