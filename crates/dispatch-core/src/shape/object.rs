//! One object: its non-empty fields, a `key: value` line each.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::flatten::{self, Cell};
use super::list::{exact, masked};
use super::secrets::Secrets;
use super::{Format, Row, Shaper, budget, columns, quote};
use crate::catalog::{Shape, TypeId};

pub(super) fn object<R: Row>(shaper: &Shaper<'_>, object: &R) -> String {
    let secrets = Secrets::new(&shaper.resource.secrets);
    let text = if shaper.format != Format::Auto && shaper.fields.is_none() {
        exact(&secrets, object)
    } else {
        let value = masked(&secrets, object);
        match shaper.format {
            Format::Auto => fields(shaper, &value),
            Format::Json | Format::Raw => projected(shaper, &value),
        }
    };
    budget::cut(text, shaper.max_tokens, "name the fields you need in options.fields")
}

/// The lines of a value that has its secrets masked.
fn fields(shaper: &Shaper<'_>, value: &Value) -> String {
    let Value::Object(members) = value else { return bare(value) };
    let mut lines = Vec::new();
    if shaper.fields.is_some() || !shaper.action.columns.is_empty() {
        let columns = columns::choose(shaper, &[Cow::Borrowed(value)]);
        lines.extend(columns.remarks.iter().map(|remark| format!("remark: {remark}")));
        for path in &columns.paths {
            lines.push(match columns::at(value, path).as_slice() {
                [Value::String(text)] => line(path, text),
                _ => format!("{}: {}", quote::word(path), columns::cell_at(value, path).quoted()),
            });
        }
        return lines.join("\n");
    }
    let id = columns::id_key(shaper, members);
    if let Some(key) = id {
        lines.extend(member(shaper, members, key));
    }
    let others = members.keys().filter(|key| Some(key.as_str()) != id);
    lines.extend(others.filter_map(|key| member(shaper, members, key)));
    if lines.is_empty() { "{}".to_owned() } else { lines.join("\n") }
}

fn member(shaper: &Shaper<'_>, members: &Map<String, Value>, key: &str) -> Option<String> {
    let value = &members[key];
    if flatten::is_link(key, value) && !is_writable(shaper, key)
        || flatten::repeats_name(members, key)
    {
        return None;
    }
    if let Value::String(text) = value {
        return (!text.is_empty()).then(|| line(key, text));
    }
    match flatten::cell(value) {
        Cell::Empty => None,
        cell => Some(format!("{}: {}", quote::word(key), cell.quoted())),
    }
}

/// One field of text. Several lines are kept as they are and indented, so that none of them can
/// pass for a field.
fn line(key: &str, text: &str) -> String {
    let key = quote::word(key);
    let n_crlf = text.matches("\r\n").count();
    let is_crlf =
        n_crlf > 0 && n_crlf == text.matches('\n').count() && n_crlf == text.matches('\r').count();
    let is_safe =
        |c: char| matches!(c, '\n' | '\t') || c == '\r' && is_crlf || !quote::breaks_lines(c);
    if !text.contains('\n') || !text.chars().all(is_safe) {
        return format!("{key}: {}", quote::cell(text));
    }
    let remark = if is_crlf { " (its lines end in CRLF)" } else { "" };
    let lines = text.replace('\r', "").replace('\n', "\n  ");
    format!("{key}{remark}: |\n  {lines}")
}

/// A value that is no object: the elements of a list one line each.
fn bare(value: &Value) -> String {
    let slim = |value: &Value| quote::json(&flatten::slim(value).unwrap_or_default());
    match value {
        Value::Array(elements) if !elements.is_empty() => {
            elements.iter().map(slim).collect::<Vec<_>>().join("\n")
        }
        _ => slim(value),
    }
}

/// Exact values of the fields that were asked for.
fn projected(shaper: &Shaper<'_>, value: &Value) -> String {
    let columns = columns::choose(shaper, &[Cow::Borrowed(value)]);
    let mut text = quote::json(&columns::project(&columns.paths, value));
    for remark in columns.remarks {
        text.push_str("\nremark: ");
        text.push_str(&remark);
    }
    text
}

/// Whether a field of the resource can be written: its address is then data, not a link.
fn is_writable(shaper: &Shaper<'_>, key: &str) -> bool {
    let types = shaper.catalog.types();
    let has_field = |ty: TypeId| match &types.get(ty).shape {
        Shape::Object(object) => object.is_writable(key),
        _ => false,
    };
    let bodies = shaper
        .resource
        .actions
        .iter()
        .filter_map(|action| shaper.catalog.operation(action.operation).body.as_ref()?.one);
    bodies.into_iter().any(has_field)
}
