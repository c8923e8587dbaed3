//! Operations: one method and path of the API each, with everything a request needs.

use std::iter;

use serde::{Deserialize, Serialize};

use super::types::TypeId;
use crate::tier::Tier;

/// The place of an operation in its catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OperationId(pub u32);

/// One operation of the API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// The document's `operationId`; `METHOD path` where it has none.
    pub name: String,
    /// The HTTP method.
    pub method: Method,
    /// The path template, such as `/api/dcim/devices/{id}/`, the server's base path included.
    pub path: String,
    /// The tier a caller needs.
    pub tier: Tier,
    /// The parameters in the path, in the order of the template.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path_parameters: Vec<Parameter>,
    /// The parameters in the query, in the document's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<Parameter>,
    /// Families of query parameters: every name that starts with the parameter's name is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query_prefixes: Vec<Parameter>,
    /// The parameters in headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Parameter>,
    /// The request body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// What the API answers when all went well.
    pub answer: Answer,
    /// How the answer is paged, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
    /// Whether it may answer with a picture, which is shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_pictures: bool,
    /// What the document says about it, where descriptions are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The words by which the document's summary and description of it can be found, few of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

impl Operation {
    /// Where a page of its list says how many rows the list has.
    #[must_use]
    pub fn total(&self) -> Option<&str> {
        match &self.answer.kind {
            AnswerKind::List { envelope: Some(envelope), .. } if self.paging.is_some() => {
                envelope.total.as_deref()
            }
            _ => None,
        }
    }
}

/// An HTTP method that an OpenAPI path item can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// GET.
    Get,
    /// PUT.
    Put,
    /// POST.
    Post,
    /// DELETE.
    Delete,
    /// OPTIONS.
    Options,
    /// HEAD.
    Head,
    /// PATCH.
    Patch,
    /// TRACE.
    Trace,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
        }
    }

    /// Whether the method promises to change nothing (RFC 9110, section 9.2.1).
    #[must_use]
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options | Self::Trace)
    }

    /// Whether doing it twice is doing it once (RFC 9110, section 9.2.2).
    #[must_use]
    pub const fn is_idempotent(self) -> bool {
        self.is_safe() || matches!(self, Self::Put | Self::Delete)
    }
}

/// A parameter in the path, the query or a header.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: String,
    /// The type of its value.
    pub ty: TypeId,
    /// Whether a request must have it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// How a list or an object is written.
    #[serde(default)]
    pub style: Style,
    /// An enumeration of its values, where the document tells them of the field it filters by. It may
    /// take others too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<TypeId>,
    /// What its value refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refers: Option<Refers>,
    /// What the document says about it, where descriptions are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What the value of a parameter refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refers {
    /// The resource.
    pub resource: String,
    /// The field of it that the parameter takes; none where it takes the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<String>,
    /// The parameter that takes the id in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
}

/// How a parameter's value is written when it is a list or an object (OpenAPI 3.1, section 4.8.12.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// `form`, exploded: the key is repeated, `a=1&a=2`; an object's fields become keys.
    #[default]
    Repeated,
    /// `form` or `simple`, not exploded: `a=1,2`.
    Comma,
    /// `spaceDelimited`: `a=1%202`.
    Space,
    /// `pipeDelimited`: `a=1|2`.
    Pipe,
    /// `deepObject`: `a[key]=value`.
    DeepObject,
}

/// A request body. A list of objects and one object may both be allowed; then the operation has two
/// faces, such as `create` and `bulk_create`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// Whether the request must have it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// How it is written.
    pub media: Media,
    /// The body's type when it is one value (an object as a rule).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one: Option<TypeId>,
    /// The type of the elements when the body is a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub many: Option<TypeId>,
    /// The fields that take a file. A body with one is written as a form, whatever its media; no
    /// list of objects can have any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// How a request body is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Media {
    /// As JSON, under this media type (`application/json`, `application/merge-patch+json`, ...).
    Json(String),
    /// As `application/x-www-form-urlencoded`.
    Form,
    /// As `multipart/form-data`.
    Multipart,
    /// As text, under this media type.
    Text(String),
}

/// What the API answers when all went well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What the body is.
    #[serde(flatten)]
    pub kind: AnswerKind,
}

/// What the body of an answer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum AnswerKind {
    /// There is none.
    Empty,
    /// One JSON value.
    One {
        /// Its type.
        ty: TypeId,
    },
    /// A list of JSON values.
    List {
        /// The type of its elements.
        item: TypeId,
        /// The object around the list, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        envelope: Option<Envelope>,
    },
    /// Something that is no JSON, of this media type.
    Other {
        /// The media type.
        media: String,
    },
}

impl AnswerKind {
    /// The type of an object that is answered, alone or as a row of a list.
    #[must_use]
    pub const fn object(&self) -> Option<TypeId> {
        match self {
            Self::One { ty } | Self::List { item: ty, .. } => Some(*ty),
            Self::Empty | Self::Other { .. } => None,
        }
    }
}

/// The keys of the object around a page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The key of the list.
    pub rows: String,
    /// The key of the number of all rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// The key of the link or cursor of the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How a list is paged: the names of the query parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Paging {
    /// By number of rows and rows to skip.
    Offset {
        /// The parameter of the number of rows.
        limit: String,
        /// The parameter of the number of rows to skip.
        offset: String,
    },
    /// By number of the page.
    Page {
        /// The parameter of the page's number.
        page: String,
        /// The number of the first page.
        first: u32,
        /// The parameter of the number of rows on a page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        size: Option<String>,
    },
    /// By a cursor that the answer's `next` carries.
    Cursor {
        /// The parameter of the cursor.
        cursor: String,
        /// The parameter of the number of rows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<String>,
    },
    /// By number of rows alone: a list is always read from its first row on.
    First {
        /// The parameter of the number of rows.
        limit: String,
    },
}

impl Paging {
    /// The names of the query parameters that it takes.
    pub fn parameters(&self) -> impl Iterator<Item = &String> {
        let (first, second) = match self {
            Self::Offset { limit, offset } => (limit, Some(offset)),
            Self::Page { page, first: _, size } => (page, size.as_ref()),
            Self::Cursor { cursor, limit } => (cursor, limit.as_ref()),
            Self::First { limit } => (limit, None),
        };
        iter::once(first).chain(second)
    }
}
