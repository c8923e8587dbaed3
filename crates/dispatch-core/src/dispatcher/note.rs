//! What the API's own log of changes is told: which client calls, and why.

use mcp_protocol::tool::RequestContext;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::perform::Context;
use crate::call::{Members, Options};
use crate::catalog::{Catalog, Form, Media, Shape, TypeId};
use crate::check::{Arguments, BodyArgument};
use crate::request::body;
use crate::resolve::Resolved;

/// What the program calls itself that calls, else how it is known to whoever let it in.
pub(super) fn client(cx: &RequestContext) -> Option<String> {
    let info: Option<Value> =
        cx.meta.client_info.as_ref().and_then(|info| serde_json::from_str(info.get()).ok());
    let name = info.and_then(|info| {
        ["title", "name"].into_iter().find_map(|key| info.get(key)?.as_str().map(str::to_owned))
    });
    let known = || cx.auth.as_ref()?.client_id.clone();
    let client = name.or_else(known)?;
    // The document that a client is known by stands at an address of its host.
    let host = client.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    let client: String =
        host.unwrap_or(&client).chars().filter(|c| !c.is_control()).take(MAX_CLIENT).collect();
    Some(client.trim().to_owned()).filter(|client| !client.is_empty())
}

/// Adds the message to a write, where its body has the field for it and the caller set none.
pub(super) fn add(
    context: Context<'_>,
    resolved: &Resolved<'_>,
    options: &Options,
    arguments: &mut Arguments,
) {
    let catalog = context.asked.catalog;
    let Some(field) = &catalog.parts().change_message else { return };
    let Some(types) = resolved.operation.body.as_ref() else { return };
    let is_many = resolved.action.form == Form::Many;
    let ty = if is_many { types.many } else { types.one };
    let (Some(most), Media::Json(_)) = (ty.and_then(|ty| room(catalog, ty, field)), &types.media)
    else {
        return;
    };
    let parts = [context.caller.client.as_deref(), options.reason.as_deref()];
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|it| !it.is_empty()).collect();
    let message: String = parts.join(": ").chars().take(most).collect();
    let Some(message) = (!message.is_empty()).then(|| to_raw_value(&message).ok()).flatten() else {
        return;
    };
    let noted = match &arguments.body {
        None if !types.required => {
            Some(BodyArgument::Fields(with(Members::default(), field, &message)))
        }
        None => None,
        Some(BodyArgument::Fields(members)) => {
            Some(BodyArgument::Fields(with(members.clone(), field, &message)))
        }
        Some(BodyArgument::Whole(items)) if is_many => {
            of_items(items, field, &message).map(BodyArgument::Whole)
        }
        Some(BodyArgument::Whole(_)) => None,
    };
    // A body that fits without a message is sent without one.
    let fits = |body: &BodyArgument| body::json(body).len() <= context.settings.max_body_bytes;
    if let Some(noted) = noted.filter(fits) {
        arguments.body = Some(noted);
    }
}

/// How many characters the field of a body may have; `None` where it has no such field.
fn room(catalog: &Catalog, ty: TypeId, field: &str) -> Option<usize> {
    let Shape::Object(object) = &catalog.types().get(ty).shape else { return None };
    let field = object.fields.iter().find(|it| it.name == field && !it.read_only)?;
    match &catalog.types().get(field.ty).shape {
        Shape::String(length) => {
            Some(length.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(MAX_MESSAGE))
        }
        _ => None,
    }
}

fn with(mut members: Members, field: &str, message: &RawValue) -> Members {
    if members.get(field).is_none() {
        members.set(field.to_owned(), message.to_owned());
    }
    members
}

fn of_items(items: &RawValue, field: &str, message: &RawValue) -> Option<Box<RawValue>> {
    let items: Vec<Members> = serde_json::from_str(items.get()).ok()?;
    let items: Vec<Members> = items.into_iter().map(|item| with(item, field, message)).collect();
    to_raw_value(&items).ok()
}

/// So many characters of what a client calls itself are passed on.
const MAX_CLIENT: usize = 60;

/// So many characters a message has where the API does not say how many it takes.
const MAX_MESSAGE: usize = 200;
