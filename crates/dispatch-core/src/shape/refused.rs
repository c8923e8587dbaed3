//! Refusals: the status, and the API's own words by field and row.
//!
//! The words are indented, each on lines of their own; what stands at the start of a line is said
//! by this server.

use http::StatusCode;
use serde_json::Value;

use super::other;
use super::secrets::{MASK, Secrets};
use super::unknown::{look, redirected};
use super::{Items, Refusal, Sent, Shaper, budget, flatten, quote, written};
use crate::catalog::Key;
use crate::names::is_digits;
use crate::surface::is_reading;

mod words;

use words::{At, Words};

pub(super) fn refused(shaper: &Shaper<'_>, refusal: &Refusal<'_>, sent: Sent<'_>) -> String {
    if refusal.status.is_redirection() {
        return redirected(shaper, refusal.status, refusal.location, sent);
    }
    let mut text = headline(shaper, refusal.status, sent);
    let words = said(refusal, sent);
    if !words.is_empty() {
        text.push(':');
    }
    for word in &words {
        text.push_str("\n  ");
        text.push_str(word);
    }
    for remark in remarks(shaper, refusal, sent) {
        text.push('\n');
        text.push_str(&remark);
    }
    if let Some(body) = sent.body {
        for secret in Secrets::new(&shaper.resource.secrets).found_in(body) {
            text = text.replace(&secret, MASK);
        }
    }
    budget::cut(text, shaper.max_tokens, "the API said more")
}

/// `the API refused device update 512 (400 Bad Request)`.
fn headline(shaper: &Shaper<'_>, status: StatusCode, sent: Sent<'_>) -> String {
    let (resource, action) = (&shaper.resource.name, &shaper.action.name);
    let id = sent.id.map(|id| format!(" {}", quote::word(id))).unwrap_or_default();
    let what = if status.is_server_error() { "failed at" } else { "refused" };
    format!("the API {what} {resource} {action}{id} ({status})")
}

/// The API's words, a line or an indented block each.
fn said(refusal: &Refusal<'_>, sent: Sent<'_>) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(refusal.body) else {
        return vec![format!("({} bytes that are no text)", refusal.body.len())];
    };
    if text.trim().is_empty() {
        return Vec::new();
    }
    match serde_json::from_str::<Value>(text) {
        Ok(body) => lines(&Words::of(&body, sent.body), sent),
        Err(_) if other::is_html(refusal.content_type, text) => {
            vec![format!("(a web page: {})", other::summary(text))]
        }
        Err(_) => vec![message(text.trim())],
    }
}

/// The words by row and field; rows of which the same is said share a line.
fn lines(words: &[Words], sent: Sent<'_>) -> Vec<String> {
    let mut grouped: Vec<(Vec<&At>, &Words)> = Vec::new();
    for word in words {
        let same = grouped.iter_mut().rev().take(MAX_LINES).find(|(_, other)| {
            other.field == word.field
                && other.message == word.message
                && matches!(
                    (&other.at, &word.at),
                    (At::Item(_), At::Item(_)) | (At::Id(_), At::Id(_))
                )
        });
        match same {
            Some((rows, _)) => rows.push(&word.at),
            None => grouped.push((vec![&word.at], word)),
        }
    }
    let n_more = grouped.len().saturating_sub(MAX_LINES);
    let line = |(rows, word): &(Vec<&At>, &Words)| {
        let row = row(rows, sent);
        let field = if word.field.is_empty() { String::new() } else { format!("{}: ", word.field) };
        format!("{row}{field}{}", message(&word.message))
    };
    let mut lines: Vec<String> = grouped.iter().take(MAX_LINES).map(line).collect();
    if n_more > 0 {
        lines.push(format!("(and {n_more} more)"));
    }
    lines
}

/// Names the rows that words are about: `items[1] (L1): `, `items[0-4,7]: `, `row 2: `, `id 7: `.
fn row(rows: &[&At], sent: Sent<'_>) -> String {
    let keys: Vec<String> = rows
        .iter()
        .filter_map(|row| match row {
            At::Nowhere => None,
            At::Item(n) => Some(match sent.items {
                Items::Items => n.to_string(),
                Items::Rows(first) | Items::Steps(first) => (first + n).to_string(),
            }),
            At::Id(id) => Some(id.clone()),
        })
        .collect();
    match rows {
        [At::Item(n)] => {
            let item = sent.body.and_then(|items| items.get(*n)?.as_object());
            let name = item.and_then(flatten::name).and_then(|(_, name)| flatten::scalar(name));
            let name = name.map(|name| format!(" ({})", quote::word(&name))).unwrap_or_default();
            match sent.items {
                Items::Items => format!("items[{n}]{name}: "),
                Items::Rows(_) => format!("row {}{name}: ", keys[0]),
                Items::Steps(_) => format!("step {}{name}: ", keys[0]),
            }
        }
        [At::Item(_), ..] => match sent.items {
            Items::Items => format!("items[{}]: ", written::fold(&keys)),
            Items::Rows(_) => format!("rows {}: ", written::fold(&keys)),
            Items::Steps(_) => format!("steps {}: ", written::fold(&keys)),
        },
        [At::Id(_), ..] => format!("id {}: ", written::fold(&keys)),
        [] | [At::Nowhere, ..] => String::new(),
    }
}

/// What the API said, of bounded length, its further lines indented.
fn message(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_MESSAGE_BYTES);
    let mut message: String = text[..end]
        .replace("\r\n", "\n")
        .split('\n')
        .map(|line| line.replace(quote::breaks_lines, " "))
        .collect::<Vec<_>>()
        .join("\n    ");
    if end < text.len() {
        message.push_str(&format!(" (and {} bytes more)", text.len() - end));
    }
    message
}

/// What this server has to add.
fn remarks(shaper: &Shaper<'_>, refusal: &Refusal<'_>, sent: Sent<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    let resource = &shaper.resource.name;
    match refusal.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => remarks.push(
            "the API refused this to the account that the call ran as; your own access to this \
             server is not in question"
                .to_owned(),
        ),
        StatusCode::NOT_FOUND => {
            if let Some(id) = sent.id {
                let mut singles = shaper.resource.keys.iter().filter_map(Key::single);
                let number = singles.find(|field| field.number && is_digits(id));
                let number = number.map(|it| format!("; by its {0}: {{\"{0}\":{id}}}", it.name));
                remarks.push(format!(
                    "there is no {resource} {}, or the credential this server uses may not see it{}",
                    quote::word(id),
                    number.unwrap_or_default(),
                ));
            }
        }
        StatusCode::PRECONDITION_FAILED => remarks.push(format!(
            "the {resource} was changed after you read it: get it again and decide again"
        )),
        StatusCode::PAYLOAD_TOO_LARGE => {
            remarks.push("the request was too large: send it in parts".to_owned());
        }
        _ => {}
    }
    if let Some(after) = refusal.retry_after {
        let seconds = after.trim().parse::<u32>().map(|seconds| format!("{seconds} s"));
        let after = seconds.unwrap_or_else(|_| quote::cell(after).into_owned());
        remarks.push(format!("retry after: {after}"));
    } else if refusal.status == StatusCode::TOO_MANY_REQUESTS {
        remarks.push("these were too many requests: wait before you try again".to_owned());
    }
    // An API that can speak says itself what is missing. A proxy that says 503 may have sent the
    // request on before the connection broke.
    let is_mute = serde_json::from_slice::<Value>(refusal.body).is_err();
    let is_failure = refusal.status.is_server_error()
        && refusal.status != StatusCode::NOT_IMPLEMENTED
        && (refusal.status != StatusCode::SERVICE_UNAVAILABLE || is_mute);
    if is_failure {
        let cause = match refusal.status {
            StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => {
                "a proxy in front of the API got no answer from it"
            }
            StatusCode::SERVICE_UNAVAILABLE => "it is not available now",
            _ => "the values sent may be the cause",
        };
        let mut remark = cause.to_owned();
        if !is_reading(shaper.operation) {
            remark.push_str("; before you try again, look what was done");
            if let Some(how) = look(shaper, sent) {
                remark.push_str(&format!(" with {how}"));
            }
        }
        remarks.push(remark);
    }
    remarks
}

/// More lines than this say no more that could be acted on at once.
const MAX_LINES: usize = 30;

/// A longer message is cut.
const MAX_MESSAGE_BYTES: usize = 1000;
