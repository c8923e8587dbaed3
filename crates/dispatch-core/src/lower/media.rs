//! Media types: which of a body's is written, and which answer is read.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use openapiv3::{MediaType, ReferenceOr, RequestBody, Response, Schema};
use serde_json::Value;

use super::schemas::Schemas;
use super::{DraftAnswer, DraftBody};
use crate::catalog::{Length, Media, Shape, Type};
use crate::diagnostic::Code;
use crate::document::pointer::{Target, child, component};
use crate::document::structure::{self, lifted};

/// Media types in the order they are preferred in a request.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Json,
    JsonSuffix,
    Any,
    Form,
    Multipart,
    Text,
    Other,
}

impl Rank {
    fn of(media: &str) -> Self {
        let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/json" => Self::Json,
            json if json.ends_with("+json") => Self::JsonSuffix,
            "*/*" | "application/*" => Self::Any,
            "application/x-www-form-urlencoded" => Self::Form,
            "multipart/form-data" => Self::Multipart,
            text if text.starts_with("text/") => Self::Text,
            _ => Self::Other,
        }
    }

    const fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::JsonSuffix | Self::Any)
    }
}

impl<'d> Schemas<'d, '_> {
    /// Lowers a request body.
    ///
    /// Fails if no request could be right without it.
    pub(super) fn body(
        &mut self,
        place: &str,
        value: &'d Value,
    ) -> Result<Option<DraftBody>, String> {
        let Some((place, value)) = self.resolve(place, value) else {
            let media = Media::Json("application/json".to_owned());
            let ty = self.any();
            return Ok(Some(DraftBody { required: false, media, may_be_form: false, ty }));
        };
        let RequestBody { description: _, content, required, extensions: _ } =
            structure::request_body(value, &place)
                .map_err(|error| format!("its request body could not be read: {error}"))?;
        let Some((mut media, mut schema, mut rank)) = preferred(&content) else {
            self.note(Code::PartIgnored, place, "a body without a media type");
            return Ok(None);
        };
        let place = child(&place, "content");
        let multipart = content.iter().find(|(media, _)| Rank::of(media) == Rank::Multipart);
        if rank.is_json()
            && let Some((other, described)) = multipart
            && let Some(form) = described.schema.as_ref().and_then(lifted)
            && self.needs_file(form)
        {
            (media, schema, rank) = (other, Some(form), Rank::Multipart);
        }
        let encoding = child(&child(&place, media), "encoding");
        if matches!(rank, Rank::Form | Rank::Multipart) && self.document.at(&encoding).is_some() {
            self.note(Code::PartIgnored, encoding, "each field is written as its type suggests");
        }
        let mut ty = self.lifted(schema);
        if rank >= Rank::Text && !self.is_text(schema) {
            ty = self.intern(Type::new(Shape::String(Length::default())));
        }
        let media = match rank {
            Rank::Json | Rank::JsonSuffix => Media::Json(media.to_owned()),
            Rank::Any => Media::Json("application/json".to_owned()),
            Rank::Form => Media::Form,
            Rank::Multipart => Media::Multipart,
            Rank::Text | Rank::Other => Media::Text(media.to_owned()),
        };
        if !matches!(media, Media::Json(_)) {
            self.note(Code::MediaType, place, format!("{media:?} is written"));
        }
        Ok(Some(DraftBody { required, media, may_be_form: multipart.is_some(), ty }))
    }

    /// Whether a schema is a string's.
    fn is_text(&self, place: Option<&str>) -> bool {
        let value = place.and_then(|place| self.document.at(place));
        value.and_then(|value| value.get("type")).is_some_and(|name| name == "string")
    }

    /// Whether an object, or any variant of it, cannot be written without a file.
    fn needs_file(&mut self, place: &str) -> bool {
        let mut places = vec![place.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(place) = places.pop() {
            let Some(value) = self.document.at(&place) else { continue };
            if !seen.insert(place.clone()) {
                continue;
            }
            let parts = self.gather(Vec::new(), vec![(place, value)]).unwrap_or_default();
            let required: Vec<_> = parts
                .iter()
                .filter_map(|part| part.map.get("required")?.as_array())
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let files = parts.iter().filter_map(|part| part.map.get("properties")?.as_object());
            if files.flatten().any(|(name, value)| is_file(value) && required.contains(&&**name)) {
                return true;
            }
            for (part, keyword) in parts.iter().flat_map(|part| [(part, "oneOf"), (part, "anyOf")])
            {
                let n_variants =
                    part.map.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
                let at = child(&part.place, keyword);
                places.extend((0..n_variants).map(|i| child(&at, &i.to_string())));
            }
        }
        false
    }

    /// Lowers the answer of the lowest success status.
    pub(super) fn answer(&mut self, operation: &str, responses: Option<&'d Value>) -> DraftAnswer {
        let place = child(operation, "responses");
        let Some((status, key, value)) = responses.and_then(success) else {
            self.note(Code::SchemaWidened, operation, "it names no success; any JSON is accepted");
            return self.unknown(200);
        };
        for other in responses.and_then(Value::as_object).into_iter().flat_map(|map| map.keys()) {
            if is_success(other).is_some() && other != key {
                let message = format!("only the answer {key} is read");
                self.note(Code::PartIgnored, child(&place, other), message);
            }
        }
        let empty = DraftAnswer { status, media: None, ty: None, schema: None };
        let Some((place, value)) = self.resolve(&child(&place, key), value) else {
            return self.unknown(status);
        };
        if value.get("links").is_some() {
            let message = "links to other operations are not used";
            self.note(Code::PartIgnored, child(&place, "links"), message);
        }
        let Response { description: _, headers: _, content, links: _, extensions: _ } =
            match structure::response(value, &place) {
                Ok(response) => response,
                Err(error) => {
                    self.note(Code::SchemaWidened, place, format!("it could not be read: {error}"));
                    return self.unknown(status);
                }
            };
        let Some((media, schema, rank)) = preferred(&content) else {
            return empty;
        };
        if !rank.is_json() {
            let message = format!("the answer is {media} and is passed on as it is");
            self.note(Code::MediaType, child(&place, "content"), message);
            return DraftAnswer { media: Some(media.to_owned()), ..empty };
        }
        let name = schema
            .and_then(|place| self.document.at(place)?.get("$ref")?.as_str())
            .and_then(|reference| match Target::of(reference) {
                Target::Local(pointer) => component(&pointer),
                Target::External => None,
            });
        let ty = self.lifted(schema);
        DraftAnswer { media: Some(media.to_owned()), ty: Some(ty), schema: name, ..empty }
    }

    /// An answer of which nothing is known: any JSON.
    fn unknown(&mut self, status: u16) -> DraftAnswer {
        let (media, ty) = (Some("application/json".to_owned()), Some(self.any()));
        DraftAnswer { status, media, ty, schema: None }
    }
}

/// The media type that is preferred, and the place of its schema.
fn preferred(content: &IndexMap<String, MediaType>) -> Option<(&str, Option<&str>, Rank)> {
    let (media, MediaType { schema, example: _, examples: _, encoding: _, extensions: _ }) =
        content.iter().min_by_key(|(media, _)| Rank::of(media))?;
    let schema: Option<&ReferenceOr<Schema>> = schema.as_ref();
    Some((media, schema.and_then(lifted), Rank::of(media)))
}

/// Whether a schema is a file's.
fn is_file(value: &Value) -> bool {
    let is = |keyword: &str, text: &str| value.get(keyword).is_some_and(|value| value == text);
    is("format", "binary") || is("contentMediaType", "application/octet-stream")
}

/// The status, if it is one of success.
fn is_success(key: &str) -> Option<u16> {
    key.parse().ok().filter(|status| (200..300).contains(status))
}

/// The response that tells of success: the lowest 2xx, else `2XX`, else `default`.
fn success(responses: &Value) -> Option<(u16, &str, &Value)> {
    let Value::Object(responses) = responses else { return None };
    let explicit =
        responses.iter().filter_map(|(key, value)| Some((is_success(key)?, key.as_str(), value)));
    explicit.min_by_key(|(status, ..)| *status).or_else(|| {
        let fallback = |wanted: &str| {
            let (key, value) =
                responses.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted))?;
            Some((200, key.as_str(), value))
        };
        fallback("2XX").or_else(|| fallback("default"))
    })
}
