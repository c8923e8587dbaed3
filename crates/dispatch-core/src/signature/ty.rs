//! Types, as the notation writes them.

use serde_json::Value;

use super::{Choices, Detail, FORMATS, Notation, OR_NAME, choice, named};
use crate::catalog::{Additional, Bounds, Length, ObjectType, Reference, Shape, TypeId};
use crate::resolve;

/// Writes one type, and remembers the types around it: a type may hold itself.
pub(super) struct Writer<'a> {
    notation: Notation<'a>,
    around: Vec<TypeId>,
}

impl<'a> Writer<'a> {
    pub(super) const fn new(notation: Notation<'a>) -> Self {
        Self { notation, around: Vec::new() }
    }

    pub(super) fn ty(&mut self, id: TypeId) -> String {
        let mut alternatives = Alternatives::default();
        self.collect(id, &mut alternatives);
        alternatives.finish()
    }

    /// Writes the type of a field: an object's own id as one, or a name.
    pub(super) fn field(&mut self, name: &str, ty: TypeId) -> String {
        match self.notation.own_id(name, ty) {
            Some(id) => format!("{}{OR_NAME}", self.ty(id)),
            None => self.ty(ty),
        }
    }

    /// Writes the fields of an object that a caller may write, the required ones first.
    pub(super) fn fields(&mut self, object: &ObjectType) -> String {
        let writable = || object.fields.iter().filter(|field| !field.read_only);
        let required = writable().filter(|field| field.required);
        let optional = writable().filter(|field| !field.required);
        let mut texts: Vec<String> = required
            .chain(optional)
            .map(|field| named(&field.name, field.required, &self.field(&field.name, field.ty)))
            .collect();
        if let Additional::Allowed(values) = object.additional {
            texts.push(self.others(values));
        }
        texts.join(" ")
    }

    /// Adds what a type allows to the alternatives of the type it stands in.
    fn collect(&mut self, id: TypeId, into: &mut Alternatives) {
        if self.around.len() >= MAX_DEPTH || self.around.contains(&id) {
            into.add("{…}".to_owned());
            return;
        }
        let ty = self.notation.catalog.types().get(id);
        into.nullable |= ty.nullable && self.notation.detail != Detail::Filter;
        self.around.push(id);
        match &ty.shape {
            Shape::Any => into.add("any".to_owned()),
            Shape::Boolean => into.add("bool".to_owned()),
            Shape::Integer(bounds) => into.add(format!("int{}", self.bounds(bounds))),
            Shape::Number(bounds) => into.add(format!("num{}", self.bounds(bounds))),
            Shape::String(length) => into.add(self.string(length)),
            Shape::Enum(values) => self.choices(values, into),
            Shape::Array { items, length } => {
                let items = self.ty(*items);
                into.add(format!("[{items}]{}", range(length)));
            }
            Shape::Object(object) => {
                let fields = self.fields(object);
                into.add(format!("{{{fields}}}"));
            }
            Shape::Map(values) => {
                let others = self.others(*values);
                into.add(format!("{{{others}}}"));
            }
            Shape::Union(variants) => {
                for variant in variants {
                    self.collect(*variant, into);
                }
            }
            Shape::Reference(reference) => self.reference(reference, into),
        }
        self.around.pop();
    }

    fn others(&mut self, values: TypeId) -> String {
        match self.ty(values).as_str() {
            "any" => "*".to_owned(),
            ty if ty.starts_with("->") => format!("*{ty}"),
            ty => format!("*:{ty}"),
        }
    }

    fn reference(&mut self, reference: &Reference, into: &mut Alternatives) {
        let Notation { catalog, access, detail, choices: _ } = self.notation;
        let target = catalog.resource_spelled(&reference.resource, None).filter(|id| {
            catalog.resource(*id).name == reference.resource
                && resolve::visible(catalog, access, *id)
        });
        if target.is_none() {
            self.collect(reference.id, into);
            return;
        }
        let mut text = format!("->{}", reference.resource);
        let is_named = target.is_some_and(|id| !catalog.resource(id).keys.is_empty());
        if reference.attributes.is_none() && !is_named {
            text.push_str(".id");
        }
        let id = self.ty(reference.id);
        if !id.starts_with("int") {
            text.push_str(&format!("({id})"));
        }
        if let (Detail::Full, Some(attributes)) = (detail, reference.attributes) {
            text.push_str(&self.ty(attributes));
        }
        into.add(text);
    }

    fn choices(&self, values: &[Value], into: &mut Alternatives) {
        let is_filter = self.notation.detail == Detail::Filter;
        into.nullable |= values.contains(&Value::Null) && !is_filter;
        let values: Vec<Value> = values.iter().filter(|value| !value.is_null()).cloned().collect();
        let Choices { most, shown } = self.notation.choices;
        let is_long = values.len() > most && self.notation.detail != Detail::Full;
        let most = if is_long { shown } else { values.len() };
        let (shown, left) = choice::choices(&values, most);
        if !shown.is_empty() {
            into.add(shown);
        }
        if left > 0 {
            into.add(format!("…{left}"));
        }
    }

    fn string(&self, length: &Length) -> String {
        let name = length.format.as_deref().filter(|format| FORMATS.contains(format));
        let name = name.unwrap_or("str");
        match self.notation.detail {
            Detail::Full if name == "binary" => FILE.to_owned(),
            Detail::Full => format!("{name}{}", range(length)),
            Detail::Filter => name.to_owned(),
            Detail::Brief => {
                let min = length.min.filter(|min| *min > 1);
                format!("{name}{}", range(&Length { min, max: None, format: None }))
            }
        }
    }

    fn bounds(&self, bounds: &Bounds) -> String {
        if self.notation.detail == Detail::Filter {
            return String::new();
        }
        let shown = |limit: &Option<serde_json::Number>| {
            let limit = limit.as_ref()?;
            let wide = limit.as_f64().is_some_and(|number| number.abs() >= WIDE);
            (self.notation.detail == Detail::Full || !wide).then(|| {
                let text = limit.to_string();
                text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
            })
        };
        let mark = |exclusive| if exclusive { "<" } else { "" };
        match (shown(&bounds.min), shown(&bounds.max)) {
            (None, None) => String::new(),
            (min, max) => format!(
                "({}..{})",
                min.map(|min| format!("{}{min}", mark(bounds.exclusive_min))).unwrap_or_default(),
                max.map(|max| format!("{}{max}", mark(bounds.exclusive_max))).unwrap_or_default(),
            ),
        }
    }
}

/// The alternatives of a type, each once.
#[derive(Default)]
struct Alternatives {
    texts: Vec<String>,
    nullable: bool,
}

impl Alternatives {
    fn add(&mut self, text: String) {
        if !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    fn finish(self) -> String {
        let null = if self.nullable { "?" } else { "" };
        format!("{}{null}", self.texts.join("|"))
    }
}

fn range(length: &Length) -> String {
    match (length.min, length.max) {
        (None, None) => String::new(),
        (min, max) => {
            let text = |limit: Option<u64>| limit.map(|limit| limit.to_string());
            format!("({}..{})", text(min).unwrap_or_default(), text(max).unwrap_or_default())
        }
    }
}

/// How deep a type may nest before its objects are left out.
const MAX_DEPTH: usize = 8;

/// Limits beyond this, such as those of the integers of a database, are not worth their tokens.
const WIDE: f64 = 32_767.0;

/// How a file is given.
const FILE: &str = "binary, as {filename:str,content:str} or {filename:str,content_base64:str}";
