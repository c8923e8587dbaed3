//! Writes of which it is not known whether they happened.

use http::StatusCode;
use serde_json::{Map, Value};

use super::list::masked;
use super::other::{self, is_html};
use super::secrets::{MASK, Secrets};
use super::{Sent, Shaper, flatten, quote};
use crate::surface::is_reading;

pub(super) fn effect_unknown(shaper: &Shaper<'_>, why: &str, sent: Sent<'_>) -> String {
    let (resource, action) = (&shaper.resource.name, &shaper.action.name);
    if is_reading(shaper.operation) {
        return format!("{resource} {action} failed: the request was sent, then {why}; try again");
    }
    let how = look(shaper, sent).map(|how| format!(" with {how}")).unwrap_or_default();
    format!(
        "{resource} {action}: its effect is unknown. The request was sent, then {why}. It may have \
         been done in whole or not at all, and was not sent again. Before you try again, look what was \
         done{how}"
    )
}

/// Says what stands in the place of an answer that the API promises as JSON.
pub(super) fn unreadable(
    shaper: &Shaper<'_>,
    status: StatusCode,
    content_type: Option<&str>,
    body: &[u8],
    sent: Sent<'_>,
) -> String {
    let n_bytes = body.len();
    let text = std::str::from_utf8(body).unwrap_or_default();
    let what = if is_html(content_type, text) {
        let hides = !shaper.resource.secrets.is_empty();
        let says = if hides { String::new() } else { format!(" ({})", other::summary(text)) };
        format!(
            "a web page answered in place of the API{says}: something else is at its address, or \
             wants a sign-in"
        )
    } else if content_type.is_none_or(|media| media.contains("json")) {
        format!("the answer of the API breaks off, or is no JSON ({n_bytes} bytes, {status})")
    } else {
        let media = content_type.map_or_else(Default::default, quote::cell);
        format!("the API answered {n_bytes} bytes of {media} in place of JSON ({status})")
    };
    in_doubt(shaper, &what, sent)
}

/// Says that a redirect was answered, which is not followed. Of its address only the path is told.
pub(super) fn redirected(
    shaper: &Shaper<'_>,
    status: StatusCode,
    location: Option<&str>,
    sent: Sent<'_>,
) -> String {
    let path = location.map(|to| {
        let path = to
            .split_once("://")
            .map_or(to, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
        let path = path.split(['?', '#']).next().unwrap_or_default();
        format!(" to {}", quote::cell(&path[..path.floor_char_boundary(MAX_PATH_BYTES)]))
    });
    let to = path.unwrap_or_default();
    let what = format!(
        "the API answered with a redirect{to} ({status}), which is not followed: it is at another \
         address, or wants a sign-in"
    );
    in_doubt(shaper, &what, sent)
}

/// Says what happened in place of an answer, and how to find out what a write did.
fn in_doubt(shaper: &Shaper<'_>, what: &str, sent: Sent<'_>) -> String {
    let (resource, action) = (&shaper.resource.name, &shaper.action.name);
    if is_reading(shaper.operation) {
        return format!("{resource} {action} failed: {what}");
    }
    let how = look(shaper, sent).map(|how| format!(" with {how}")).unwrap_or_default();
    format!(
        "{resource} {action}: its effect is unknown, {what}. Before you try again, look what was \
         done{how}"
    )
}

/// The call that shows whether a write happened, where the resource has one.
pub(super) fn look(shaper: &Shaper<'_>, sent: Sent<'_>) -> Option<String> {
    let resource = shaper.resource;
    let action = |name: &str| {
        let action = resource.action(name)?;
        Some(shaper.catalog.operation(action.operation))
    };
    if let (Some(id), Some(get)) = (sent.id, action("get"))
        && let [parameter] = get.path_parameters.as_slice()
    {
        let id = serde_json::from_str::<serde_json::Number>(id)
            .map_or_else(|_| Value::from(id), Value::Number);
        let params = Map::from_iter([(parameter.name.clone(), id)]);
        return Some(call(&resource.name, "get", &params));
    }
    let list = action("list")?;
    let secrets = Secrets::new(&resource.secrets);
    let body = sent.body.map(|body| masked(&secrets, body));
    let name = body.as_deref().and_then(Value::as_object).and_then(flatten::name);
    let known = name.filter(|(key, name)| {
        name.as_str() != Some(MASK) && list.query.iter().any(|parameter| parameter.name == *key)
    });
    let params = known.map(|(key, name)| (key.to_owned(), name.clone())).into_iter().collect();
    Some(call(&resource.name, "list", &params))
}

fn call(resource: &str, action: &str, params: &Map<String, Value>) -> String {
    let call = format!("resource={} action={action}", quote::word(resource));
    if params.is_empty() { call } else { format!("{call} params={}", quote::json(params)) }
}

/// A longer path is cut.
const MAX_PATH_BYTES: usize = 100;
