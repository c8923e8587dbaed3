//! The answer to a call, from what came of it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderName, Response};
use serde_json::value::RawValue;

use super::understand::Asked;
use crate::backend::{BackendError, BackendErrorKind};
use crate::call::{Members, Options};
use crate::catalog::{AnswerKind, Form, Paging};
use crate::check;
use crate::cursor::Cursor;
use crate::plan::{Outcome, Position, Rows};
use crate::shape::{self, Format, Page, Refusal, Sent, Shaper, Text};
use crate::tier::Tier;

/// What is needed to say what came of a call.
pub(super) struct Answered<'a> {
    pub(super) shaper: Shaper<'a>,
    pub(super) sent: Sent<'a>,
    pub(super) form: Form,
    pub(super) continuation: Continuation<'a>,
}

/// What a cursor repeats of a call.
pub(super) struct Continuation<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) params: &'a Members,
    pub(super) options: &'a Options,
}

impl Answered<'_> {
    /// Says what came of the call.
    pub(super) fn shape(&self, outcome: Outcome) -> Text {
        match outcome {
            Outcome::Rows(rows) => self.rows(&rows),
            Outcome::Answer(response) if response.status().is_success() => self.success(&response),
            Outcome::Answer(response) => self.shaper.refused(
                &Refusal {
                    status: response.status(),
                    content_type: header(response.headers(), &CONTENT_TYPE),
                    location: header(response.headers(), &LOCATION),
                    retry_after: header(response.headers(), &RETRY_AFTER),
                    body: response.body(),
                },
                self.sent,
            ),
            Outcome::Failed(error) => self.failed(&error),
            Outcome::Running(how) => {
                let (resource, action) = (&self.shaper.resource.name, &self.shaper.action.name);
                Text::error(format!("{resource} {action} {how}"))
            }
            Outcome::NotSent(why) => Text::error(why),
            // It is told by the call itself, which knows what it would have sent.
            Outcome::Rehearsed(_) => Text::ok("not sent"),
        }
    }

    fn rows(&self, rows: &Rows) -> Text {
        let cursor = |position: Position| self.cursor(position);
        let page =
            Page { first: rows.first, total: rows.total, next: rows.next.clone().map(cursor) };
        let Options { reducers, limit, .. } = self.continuation.options;
        let mut text = if reducers.is_empty() {
            let next_at = |row: u64| rows.position(row).map(cursor);
            self.shaper.list(&rows.rows, &page, &next_at)
        } else {
            self.shaper.reduced(reducers, &rows.rows, &page, *limit)
        };
        if let Some(broken) = &rows.broken {
            text.text.push_str(&format!("\n(there would be more, but {broken})"));
        }
        text
    }

    fn success(&self, response: &Response<Bytes>) -> Text {
        let shaper = &self.shaper;
        let (status, body) = (response.status(), response.body());
        let content_type = header(response.headers(), &CONTENT_TYPE);
        let is_read = self.is_read();
        if body.is_empty() {
            return if is_read {
                Text::ok(format!("the API answered {status} and nothing else"))
            } else {
                shaper.done(self.sent)
            };
        }
        if shaper.format == Format::Raw {
            return shaper.raw(content_type, body);
        }
        let is_json = content_type.is_none_or(|content_type| content_type.contains("json"));
        let json: Option<Box<RawValue>> =
            is_json.then(|| serde_json::from_slice(body).ok()).flatten();
        let Some(json) = json else { return self.no_json(response) };
        let rows: Option<Vec<Box<RawValue>>> = serde_json::from_str(json.get()).ok();
        match rows {
            Some(rows) if is_read => shaper.list(&rows, &Page::default(), &|_| None),
            Some(rows) => shaper.bulk(status, &rows, self.sent),
            None if is_read => shaper.object(&json),
            None => shaper.written(status, &json, self.sent),
        }
    }

    /// An answer that is no JSON: what the operation promises, or a page of something in between.
    fn no_json(&self, response: &Response<Bytes>) -> Text {
        let (status, body) = (response.status(), response.body());
        let content_type = header(response.headers(), &CONTENT_TYPE);
        let operation = self.shaper.operation;
        if let Some(media) = content_type.filter(|it| it.starts_with("image/"))
            && operation.has_pictures
        {
            let (media, n) = (shape::cell(media), body.len());
            return Text::ok(format!(
                "a picture ({media}, {n} bytes), not shown here; options.format=\"raw\" gives it"
            ));
        }
        match &operation.answer.kind {
            AnswerKind::Other { .. } => self.shaper.other(content_type, body),
            AnswerKind::One { .. } | AnswerKind::List { .. } | AnswerKind::Empty => {
                self.shaper.unreadable(status, content_type, body, self.sent)
            }
        }
    }

    /// A request that got no answer.
    fn failed(&self, error: &BackendError) -> Text {
        let shaper = &self.shaper;
        let call = format!("{} {}", shaper.resource.name, shaper.action.name);
        let is_read = self.is_read();
        if error.is_without_effect() {
            return Text::error(format!("{call} not done: {error}; nothing was sent"));
        }
        match error.kind() {
            BackendErrorKind::TooLarge if is_read => Text::error(format!(
                "{call}: {error}; ask for fewer rows (options.limit) or filter more"
            )),
            BackendErrorKind::TooLarge => Text::error(format!(
                "{call} was sent and answered with success or an error that is too long to read \
                 ({error}); look before you try again"
            )),
            _ => shaper.effect_unknown(error.message(), self.sent),
        }
    }

    /// Whether the call changes nothing, by its method or because the policy says so.
    fn is_read(&self) -> bool {
        let operation = self.shaper.operation;
        operation.method.is_safe() || operation.tier == Tier::Read
    }

    /// The cursor of a position in this call's list.
    fn cursor(&self, position: Position) -> String {
        let Continuation { asked, params, options } = &self.continuation;
        let shaper = &self.shaper;
        let (operation, form) = (shaper.operation, self.form);
        let mut params = (*params).clone();
        for name in operation.paging.iter().flat_map(Paging::parameters) {
            params.remove(name);
            params.remove(&format!("query.{name}"));
        }
        let cursor = Cursor {
            resource: shaper.resource.name.clone(),
            action: shaper.action.name.clone(),
            params,
            limit: options.limit,
            fields: options.fields.clone(),
            format: options.format,
            position,
        };
        cursor.encode(&asked.holder(), |name| check::is_text(asked.catalog, operation, form, name))
    }
}

/// The parameters of a paging, which a cursor's position stands for.
fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
