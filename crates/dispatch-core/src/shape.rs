//! Answers as an agent reads them, who pays for every token.
//!
//! A [`Shaper`] turns what the API answered into text: a list becomes a table of chosen columns, an
//! object its non-empty fields, a write one line, a refusal the API's own words by field and row.
//! What is left out is either nothing (`null`, empty, a URL) or can be asked for: by name with
//! `fields`, whole with `format: "json"`, as it came with `format: "raw"`. What does not fit is cut
//! between rows or lines, and the text says so and how to get the rest.
//!
//! Everything here is a pure function. Two things hold whatever the API answers: the values of
//! [`Resource::secrets`] appear in no text, and text from the API stays inside its cell or its
//! field, so that it cannot pass for a row, a header or a remark of this server.

use std::borrow::Cow;

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use crate::catalog::{Action, Catalog, Operation, Resource};

mod budget;
mod chain;
mod columns;
mod flatten;
mod list;
mod object;
mod other;
mod quote;
mod reduce;
mod refused;
mod rehearsed;
mod row;
mod secrets;
mod stale;
mod unknown;
mod written;

pub(crate) use budget::{cut, max_bytes};
pub(crate) use quote::{cell, json, word};
pub use reduce::{Condition, Reducers};
pub(crate) use rehearsed::Rehearsed;
pub use row::Row;
pub(crate) use stale::Stale;
pub(crate) use written::{agrees, fold};

/// Shapes the answers of one call.
#[derive(Clone, Copy, Debug)]
pub struct Shaper<'a> {
    /// The catalog the call was resolved in.
    pub catalog: &'a Catalog,
    /// The resource that was called.
    pub resource: &'a Resource,
    /// The action that was called.
    pub action: &'a Action,
    /// The operation behind the action.
    pub operation: &'a Operation,
    /// The fields the caller asked for, as dotted paths (`site.name`); `None` leaves the choice to
    /// the shaper.
    pub fields: Option<&'a [String]>,
    /// The form the caller asked for.
    pub format: Format,
    /// About how many tokens one answer may take; a token is counted as three bytes.
    pub max_tokens: usize,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Tables, lines and single sentences.
    #[default]
    Auto,
    /// Exact values as compact JSON.
    Json,
    /// The bytes of the API as they came; only [`Shaper::raw`] can give them.
    Raw,
}

/// A shaped answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What the agent reads.
    pub text: String,
    /// Whether the call failed.
    pub is_error: bool,
}

/// Where the rows of a list stand among all rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// How many rows come before the first of these.
    pub first: u64,
    /// How many rows there are, where the API says it.
    pub total: Option<u64>,
    /// The cursor of the rows after these, where there are more.
    pub next: Option<String>,
}

/// What a call sent, to tell its answer from it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sent<'a> {
    /// The value of the path parameter that named one object, such as `512`.
    pub id: Option<&'a str>,
    /// The request body; for a bulk form, the list of its items.
    pub body: Option<&'a Value>,
    /// What the caller calls the items of a bulk body.
    pub items: Items,
}

/// What the caller calls the items of a bulk body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Items {
    /// `items[0]`.
    #[default]
    Items,
    /// The rows of `each`, of which this is the number of the first.
    Rows(usize),
    /// Steps of a batch, of which this is the number of the first.
    Steps(usize),
}

/// An answer of the API that is no success.
#[derive(Clone, Copy, Debug)]
pub struct Refusal<'a> {
    /// Its status.
    pub status: StatusCode,
    /// Its `Content-Type`.
    pub content_type: Option<&'a str>,
    /// Its `Location` (RFC 9110, section 10.2.2).
    pub location: Option<&'a str>,
    /// Its `Retry-After` (RFC 9110, section 10.2.3).
    pub retry_after: Option<&'a str>,
    /// Its body.
    pub body: &'a Bytes,
}

impl Text {
    /// An answer of a call that succeeded.
    #[must_use]
    pub fn ok(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_error: false }
    }

    /// An answer of a call that failed.
    #[must_use]
    pub fn error(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_error: true }
    }
}

/// A value of a resource with its secrets masked; `None` where that cannot be done.
pub(crate) fn without_secrets(resource: &Resource, json: &str) -> Option<String> {
    secrets::Secrets::new(&resource.secrets).mask_text(json).ok().map(Cow::into_owned)
}

/// The fields of a value in which a mask stands in place of a secret of the resource.
pub(crate) fn masked_in(resource: &Resource, value: &Value) -> Vec<String> {
    secrets::Secrets::new(&resource.secrets).masked_in(value)
}

impl Shaper<'_> {
    /// Shapes rows of a list: a line that says how many there are and how to go on, then a table.
    ///
    /// Rows that do not fit `max_tokens` are cut off; `next_at` gives the cursor of a row, told by
    /// how many rows come before it, and is asked for the first row that was cut.
    #[must_use]
    pub fn list<R: Row>(
        &self,
        rows: &[R],
        page: &Page,
        next_at: &dyn Fn(u64) -> Option<String>,
    ) -> Text {
        Text::ok(list::list(self, rows, page, next_at))
    }

    /// Tells what reducers make of rows, in place of the rows; of rows that they leave, at most
    /// `limit`.
    #[must_use]
    pub fn reduced<R: Row>(
        &self,
        reducers: &Reducers,
        rows: &[R],
        page: &Page,
        limit: Option<u64>,
    ) -> Text {
        reduce::reduced(self, reducers, rows, page, limit)
    }

    /// Shapes one value, an object as a rule: its non-empty fields, one `key: value` line each.
    #[must_use]
    pub fn object<R: Row>(&self, object: &R) -> Text {
        Text::ok(object::object(self, object))
    }

    /// Shapes the answer to a write of one object: one line that says what was done, and what the
    /// API set beyond what was sent. The answer to an action of the API's own that creates nothing
    /// is shaped as an object.
    #[must_use]
    pub fn written<R: Row>(&self, status: StatusCode, answer: &R, sent: Sent<'_>) -> Text {
        Text::ok(written::one(self, status, answer, sent))
    }

    /// Shapes the answer to a write that came without a body, such as a `204` to a delete.
    #[must_use]
    pub fn done(&self, sent: Sent<'_>) -> Text {
        Text::ok(written::done(self, sent))
    }

    /// Shapes the answer to a bulk write: how many objects, and their ids.
    #[must_use]
    pub fn bulk<R: Row>(&self, status: StatusCode, rows: &[R], sent: Sent<'_>) -> Text {
        Text::ok(written::bulk(self, status, rows, sent))
    }

    /// Gives the API's bytes as they came, secrets masked.
    #[must_use]
    pub fn raw(&self, content_type: Option<&str>, body: &Bytes) -> Text {
        Text::ok(other::raw(self, content_type, body))
    }

    /// Shapes an answer that is no JSON: text as it is, a web page as its title, bytes by size.
    #[must_use]
    pub fn other(&self, content_type: Option<&str>, body: &Bytes) -> Text {
        Text::ok(other::other(self, content_type, body))
    }

    /// Shapes a refusal: the status, then the API's own words by field and row.
    #[must_use]
    pub fn refused(&self, refusal: &Refusal<'_>, sent: Sent<'_>) -> Text {
        Text::error(refused::refused(self, refusal, sent))
    }

    /// Tells what a write would do, which was not sent.
    #[must_use]
    pub(crate) fn rehearsed(&self, rehearsed: Rehearsed<'_>) -> Text {
        rehearsed::rehearsed(self, rehearsed)
    }

    /// Tells how an object had changed, so that a write of it was refused.
    #[must_use]
    pub(crate) fn stale(&self, stale: Stale<'_>) -> Text {
        Text::error(stale::stale(self, stale))
    }

    /// Refuses a write of another number of objects than the caller expects; `present` holds the
    /// first of them.
    #[must_use]
    pub(crate) fn miscounted(
        &self,
        n_objects: usize,
        expected: Option<u64>,
        present: &[Option<Value>],
    ) -> Text {
        Text::error(rehearsed::miscounted(self, n_objects, expected, present))
    }

    /// Says what stands in the place of an answer that the API promises as JSON: a web page, JSON that
    /// breaks off.
    #[must_use]
    pub fn unreadable(
        &self,
        status: StatusCode,
        content_type: Option<&str>,
        body: &Bytes,
        sent: Sent<'_>,
    ) -> Text {
        Text::error(unknown::unreadable(self, status, content_type, body, sent))
    }

    /// Says that it is not known whether a write happened, because the exchange with the API broke
    /// (`why` completes "the request was sent, then ..."), and how to look.
    #[must_use]
    pub fn effect_unknown(&self, why: &str, sent: Sent<'_>) -> Text {
        Text::error(unknown::effect_unknown(self, why, sent))
    }
}
