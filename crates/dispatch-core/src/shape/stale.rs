//! Writes that were refused because their object had changed.

use serde_json::Value;

use super::list::masked;
use super::rehearsed::called;
use super::secrets::Secrets;
use super::written::{agrees, short};
use super::{Sent, Shaper, flatten, quote};

/// A write that was refused because its object had changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stale<'a> {
    /// The object as it was read before the write, where it was.
    pub(crate) before: Option<&'a Value>,
    /// The object as it is now, where there still is one.
    pub(crate) now: Option<&'a Value>,
    /// The field that changes with every change; empty where none is known.
    pub(crate) field: &'a str,
    /// What was sent.
    pub(crate) sent: Sent<'a>,
}

/// Tells what changed: against what was read, else of what was to be written.
pub(super) fn stale(shaper: &Shaper<'_>, stale: Stale<'_>) -> String {
    let (resource, action) = (&shaper.resource.name, &shaper.action.name);
    let secrets = Secrets::new(&shaper.resource.secrets);
    let Some(now) = stale.now.map(|now| masked(&secrets, now)) else {
        let id = stale.sent.id.map(|id| format!(" {}", quote::word(id))).unwrap_or_default();
        return format!("{resource} {action}{id} not done: it is there no more");
    };
    let mut text = format!(
        "{resource} {action} not done: {} was changed after it was read",
        called(shaper, &now)
    );
    let cell = |value: Option<&Value>| short(&flatten::cell(value.unwrap_or(&Value::Null)));
    let before = stale.before.map(|before| masked(&secrets, before));
    let body = stale.sent.body.map(|body| masked(&secrets, body));
    let names = |value: &Value| -> Vec<String> {
        value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    let mut lines = Vec::new();
    match (&before, &body) {
        (Some(before), _) => {
            for name in names(&now).iter().filter(|name| *name != stale.field) {
                let (was, is) = (before.get(name), now.get(name));
                if was.is_some() && was != is {
                    let name = quote::word(name);
                    lines.push(format!("{name}: {} -> {}", cell(was), cell(is)));
                }
            }
        }
        (None, Some(body)) => {
            for name in names(body) {
                let (sent, is) = (body.get(&name), now.get(&name));
                if let (Some(sent), Some(shown)) = (sent, is)
                    && !agrees(sent, shown)
                {
                    let name = quote::word(&name);
                    lines.push(format!("{name} is {}, {} was sent", cell(is), cell(Some(sent))));
                }
            }
        }
        (None, None) => {}
    }
    let n_more = lines.len().saturating_sub(MAX_LINES);
    lines.truncate(MAX_LINES);
    for line in lines {
        text.push_str(&format!("\n{line}"));
    }
    if n_more > 0 {
        text.push_str(&format!("\n(and {n_more} more fields)"));
    }
    if let Some(stamp) = now.get(stale.field).and_then(Value::as_str) {
        text.push_str(&format!("\nto do it all the same: options.if_match {}", quote::json(stamp)));
    }
    text
}

/// So many fields are told of.
const MAX_LINES: usize = 20;
