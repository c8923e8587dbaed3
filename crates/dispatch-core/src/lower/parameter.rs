//! Parameters: which of them an operation has, and how they are written.

use indexmap::{IndexMap, IndexSet};
use openapiv3::{
    MediaType, Parameter as Described, ParameterData, ParameterSchemaOrContent, PathStyle,
    QueryStyle,
};
use serde_json::Value;

use super::choices;
use super::operation::Parameters;
use super::schemas::Schemas;
use crate::catalog::{Length, Parameter, Shape, Style, Type, TypeId};
use crate::diagnostic::Code;
use crate::document::pointer::child;
use crate::document::structure::{self, lifted};

/// Headers that a document cannot describe as parameters (OpenAPI 3.1, section 4.8.12.2).
const RESERVED_HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// Where a parameter goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Location {
    Path,
    Query,
    Header,
}

impl<'d> Schemas<'d, '_> {
    /// Lowers the parameters of an operation: those of its path item, unless its own override them.
    pub(super) fn parameters(
        &mut self,
        operation: &str,
        shared: &[(String, &'d Value)],
        own: Option<&'d Value>,
        path: &str,
    ) -> Result<Parameters, String> {
        let own = self.listed(child(operation, "parameters"), own);
        let mut all: IndexMap<(Location, String), Parameter> = IndexMap::new();
        for list in [shared, &own] {
            let mut names = IndexSet::new();
            for (place, value) in list {
                let Some((location, parameter)) = self.parameter(place, value)? else { continue };
                let key = (location, parameter.name.clone());
                if !names.insert(key.clone()) {
                    self.note(
                        Code::PartIgnored,
                        place,
                        "a parameter of this name stands before it",
                    );
                    continue;
                }
                all.insert(key, parameter);
            }
        }
        let mut parameters = Parameters::default();
        for name in template(path)? {
            let declared = all.shift_remove(&(Location::Path, name.to_owned()));
            let parameter = match declared {
                Some(parameter) => parameter,
                None => {
                    let message =
                        format!("the path's `{{{name}}}` is not described; any string is accepted");
                    self.note(Code::SchemaWidened, operation, message);
                    let ty = self.intern(Type::new(Shape::String(Length::default())));
                    let (style, choices, description) = (Style::Comma, None, None);
                    let name = name.to_owned();
                    Parameter {
                        name,
                        ty,
                        required: true,
                        style,
                        choices,
                        refers: None,
                        description,
                    }
                }
            };
            if parameters.path.iter().all(|known| known.name != name) {
                parameters.path.push(parameter);
            }
        }
        for ((location, name), parameter) in all {
            match location {
                Location::Query => parameters.query.push(parameter),
                Location::Header => parameters.headers.push(parameter),
                Location::Path => {
                    let message = format!("the path has no `{{{name}}}`");
                    self.note(Code::PartIgnored, operation, message);
                }
            }
        }
        choices::of_bases(&mut parameters.query);
        Ok(parameters)
    }

    /// The entries of a list, with their places.
    pub(super) fn listed(
        &mut self,
        place: String,
        value: Option<&'d Value>,
    ) -> Vec<(String, &'d Value)> {
        match value {
            None => Vec::new(),
            Some(Value::Array(list)) => {
                list.iter().enumerate().map(|(i, v)| (child(&place, &i.to_string()), v)).collect()
            }
            Some(_) => {
                self.note(Code::PartIgnored, place, "it is no list");
                Vec::new()
            }
        }
    }

    /// Lowers one parameter; none if it is to be ignored.
    ///
    /// Fails if it could not be read and no request could be right without it.
    fn parameter(
        &mut self,
        place: &str,
        value: &'d Value,
    ) -> Result<Option<(Location, Parameter)>, String> {
        let Some((place, value)) = self.resolve(place, value) else {
            return Ok(None);
        };
        let described = match structure::parameter(value, &place) {
            Ok(described) => described,
            Err(error) => {
                let needed = value.get("in").is_some_and(|location| location == "path")
                    || value.get("required") == Some(&Value::Bool(true));
                if needed {
                    return Err(format!("the parameter at {place} could not be read: {error}"));
                }
                self.note(Code::PartIgnored, place, format!("it could not be read: {error}"));
                return Ok(None);
            }
        };
        if !structure::has_style_of_its_location(value) {
            let message = "not a style of its location; the default is taken";
            self.note(Code::KeywordWidened, child(&place, "style"), message);
        }
        let (location, data, style) = match described {
            Described::Query { parameter_data, allow_reserved, style, allow_empty_value } => {
                if allow_reserved {
                    let message = "reserved characters are escaped all the same";
                    self.note(Code::PartIgnored, child(&place, "allowReserved"), message);
                }
                if allow_empty_value == Some(true) {
                    let message = "an empty value is sent only where the schema allows it";
                    self.note(Code::PartIgnored, child(&place, "allowEmptyValue"), message);
                }
                let style = query_style(&style, parameter_data.explode);
                (Location::Query, parameter_data, style)
            }
            Described::Header { parameter_data, style: openapiv3::HeaderStyle::Simple } => {
                if RESERVED_HEADERS.contains(&parameter_data.name.to_ascii_lowercase().as_str()) {
                    let message = "the specification says to ignore it";
                    self.note(Code::PartIgnored, place, message);
                    return Ok(None);
                }
                (Location::Header, parameter_data, Style::Comma)
            }
            Described::Path { parameter_data, style } => match style {
                PathStyle::Simple => (Location::Path, parameter_data, Style::Comma),
                PathStyle::Label | PathStyle::Matrix => {
                    return Err(format!("the style of the parameter at {place} is not supported"));
                }
            },
            Described::Cookie { parameter_data: _, style: openapiv3::CookieStyle::Form } => {
                self.note(Code::PartIgnored, place, "cookies are never sent");
                return Ok(None);
            }
        };
        let ParameterData {
            name,
            description,
            required,
            deprecated: _,
            format,
            example: _,
            examples: _,
            explode: _,
            extensions: _,
        } = data;
        let (ty, choices) = match &format {
            ParameterSchemaOrContent::Schema(schema) => {
                (self.lifted(lifted(schema)), self.choices(lifted(schema)))
            }
            ParameterSchemaOrContent::Content(content) => (self.written(&place, content), None),
        };
        let description = description
            .filter(|_| self.options.descriptions)
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty());
        let required = required || location == Location::Path;
        Ok(Some((
            location,
            Parameter { name, ty, required, style, choices, refers: None, description },
        )))
    }

    /// The type of a parameter that is written in a media type: for JSON a text that holds it.
    fn written(&mut self, place: &str, content: &IndexMap<String, MediaType>) -> TypeId {
        let Some((
            media,
            MediaType { schema, example: _, examples: _, encoding: _, extensions: _ },
        )) = content.first()
        else {
            return self.any();
        };
        if media.starts_with("text/") {
            return self.lifted(schema.as_ref().and_then(lifted));
        }
        let message = format!("it is given as the text of its {media}");
        self.note(Code::MediaType, child(place, "content"), message);
        let format = Some(media.clone());
        self.intern(Type::new(Shape::String(Length { min: None, max: None, format })))
    }

    /// Lowers a schema that was lifted out of the structure.
    pub(super) fn lifted(&mut self, place: Option<&str>) -> TypeId {
        match place.and_then(|place| Some((place, self.document.at(place)?))) {
            Some((place, value)) => self.lower(place.to_owned(), value),
            None => self.any(),
        }
    }

    /// Follows the references that stand in place of a parameter, a body or a response.
    pub(super) fn resolve(&mut self, place: &str, value: &'d Value) -> Option<(String, &'d Value)> {
        let mut found = (place.to_owned(), value);
        for _ in 0..16 {
            let Some(reference) = found.1.get("$ref") else { return Some(found) };
            found = self.follow(&found.0, reference)?;
        }
        self.note(Code::MissingReference, place, "it refers only to itself");
        None
    }
}

/// How a query parameter is written. A delimited list that is exploded is a list of its own kind:
/// the key is repeated.
fn query_style(style: &QueryStyle, explode: Option<bool>) -> Style {
    match (style, explode) {
        (QueryStyle::DeepObject, _) => Style::DeepObject,
        (QueryStyle::Form, None | Some(true)) | (_, Some(true)) => Style::Repeated,
        (QueryStyle::Form, Some(false)) => Style::Comma,
        (QueryStyle::SpaceDelimited, _) => Style::Space,
        (QueryStyle::PipeDelimited, _) => Style::Pipe,
    }
}

/// The names in a path template, in its order.
fn template(path: &str) -> Result<Vec<&str>, String> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((_, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("its path has a `{` without a `}`")?;
        names.push(name);
        rest = after;
    }
    Ok(names)
}
