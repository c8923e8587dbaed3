//! Lowering: from a document to a draft of the catalog.
//!
//! A [`Draft`] holds every operation of the document as it stands there, with types in place of
//! schemas. Names, groups, tiers and corrections come later, in [`compile`](crate::compile).
//!
//! Schemas are merged as schemas and only then become types: `allOf` is a list of schemas that all
//! apply, and each keyword knows how it combines with itself. A `$ref` in a place of its own becomes
//! the id of the type of its target, which is lowered later from a queue. So a cycle is nothing
//! special, and a chain of ten thousand components needs no more stack than one.

use std::collections::{BTreeSet, VecDeque};

use openapiv3::Info;
use serde_json::Value;

use crate::catalog::{Media, Method, Parameter, Type, TypeId, Types};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Document, structure};

mod choices;
mod conjunction;
mod finish;
mod keywords;
mod media;
mod object;
mod operation;
mod parameter;
mod schemas;
mod shape;
#[cfg(test)]
mod tests;
mod union;

use operation::Operations;
use schemas::{Known, Schemas};

/// A document's operations and types, before names and policy: see the [module](self).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Draft {
    /// The title of the API.
    pub title: String,
    /// The version of the API.
    pub version: String,
    /// The SHA-256 of the document's bytes, in hexadecimal.
    pub document_sha256: String,
    /// The path of the first server's URL without a trailing slash; empty if there is none.
    pub base_path: String,
    /// The operations, in the document's order.
    pub operations: Vec<DraftOperation>,
    /// The types, equal ones only once.
    pub types: Types,
    /// What there is to say about the document, in a fixed order and each thing once.
    pub diagnostics: Vec<Diagnostic>,
    /// How many operations could not be lowered.
    pub n_dropped: usize,
    document: Document,
    options: LowerOptions,
    known: Known,
}

/// One operation of the document.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DraftOperation {
    /// Its place in the document, a JSON pointer.
    pub pointer: String,
    /// Its operation id, unless it has none or an earlier operation has the same.
    pub operation_id: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its method.
    pub method: Method,
    /// Its path template, without the server's base path.
    pub path: String,
    /// Its summary, or the first sentence of its description, where descriptions are kept.
    pub description: Option<String>,
    /// Its summary and the first sentence of its description.
    pub text: String,
    /// Its parameters in the path, in the order of the template.
    pub path_parameters: Vec<Parameter>,
    /// Its parameters in the query, in the document's order.
    pub query: Vec<Parameter>,
    /// Its parameters in headers, in the document's order.
    pub headers: Vec<Parameter>,
    /// Its request body.
    pub body: Option<DraftBody>,
    /// What the API answers when all went well.
    pub answer: DraftAnswer,
}

/// The request body of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DraftBody {
    /// Whether the request must have it.
    pub required: bool,
    /// How it is written.
    pub media: Media,
    /// Whether it may be written as `multipart/form-data` too.
    pub may_be_form: bool,
    /// Its type.
    pub ty: TypeId,
}

/// What the API answers when all went well.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DraftAnswer {
    /// The status.
    pub status: u16,
    /// The media type; none if the answer is empty.
    pub media: Option<String>,
    /// The type of a JSON answer.
    pub ty: Option<TypeId>,
    /// The name of the component schema, if the answer's schema is a reference to one.
    pub schema: Option<String>,
}

/// How a document is lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LowerOptions {
    /// Whether descriptions are kept.
    pub descriptions: bool,
    /// How many schemas are read at most; any value is accepted in place of one more.
    pub max_schemas: usize,
}

impl Default for LowerOptions {
    fn default() -> Self {
        Self { descriptions: false, max_schemas: 2_000_000 }
    }
}

impl Draft {
    /// Lowers every operation of a document, and the schemas they reach.
    #[must_use]
    pub fn lower(document: &Document, options: &LowerOptions) -> Self {
        let mut types = Types::default();
        let mut known = Known::default();
        let mut diagnostics = BTreeSet::new();
        let mut schemas = Schemas {
            document,
            options: *options,
            types: &mut types,
            known: &mut known,
            diagnostics: &mut diagnostics,
            queue: VecDeque::new(),
            depth: 0,
        };
        let (title, version) = about(&mut schemas);
        let base_path = operation::base_path(&mut schemas);
        let mut operations = Operations::default();
        operations.read(&mut schemas);
        schemas.drain();
        schemas.finish();
        Self {
            title,
            version,
            document_sha256: document.sha256().to_owned(),
            base_path,
            operations: operations.lowered,
            types,
            diagnostics: diagnostics.into_iter().collect(),
            n_dropped: operations.n_dropped,
            document: document.clone(),
            options: *options,
            known,
        }
    }

    /// Lowers one more schema, such as a correction of the document. A `$ref` in it leads into the
    /// document.
    pub fn schema(&mut self, schema: &Value) -> TypeId {
        let document = self.document.clone();
        let mut diagnostics = BTreeSet::new();
        let mut schemas = Schemas {
            document: &document,
            options: self.options,
            types: &mut self.types,
            known: &mut self.known,
            diagnostics: &mut diagnostics,
            queue: VecDeque::new(),
            depth: 0,
        };
        let id = schemas.lower("(given)".to_owned(), schema);
        schemas.drain();
        schemas.finish();
        diagnostics.retain(|diagnostic| !self.diagnostics.contains(diagnostic));
        self.diagnostics.extend(diagnostics);
        id
    }

    /// The id of a type, the same for equal ones.
    pub fn intern(&mut self, ty: Type) -> TypeId {
        self.known.intern(&mut self.types, ty)
    }
}

/// The title and the version of the API.
fn about(schemas: &mut Schemas<'_, '_>) -> (String, String) {
    match structure::info(schemas.document.root().get("info")) {
        Ok(Info {
            title,
            description: _,
            terms_of_service: _,
            contact: _,
            license: _,
            version,
            extensions: _,
        }) => (title, version),
        Err(error) => {
            schemas.note(Code::PartIgnored, "/info", format!("it could not be read: {error}"));
            Default::default()
        }
    }
}
