//! Which parameter goes where: the path, the query, a header or the body.

use serde_json::value::RawValue;

use super::fault::Faults;
use super::place::Place;
use crate::call::{ITEMS, Members};
use crate::catalog::{
    Additional, AnswerKind, Form, MAX_UNIONS, ObjectType, Operation, Parameter, Shape, TypeId,
    Types,
};
use crate::suggest;

/// The parameters of a call, told apart.
#[derive(Debug, Default)]
pub(super) struct Split<'a> {
    pub(super) path: Vec<(&'a Parameter, Box<RawValue>)>,
    pub(super) query: Vec<(String, &'a Parameter, Box<RawValue>)>,
    pub(super) headers: Vec<(&'a Parameter, Box<RawValue>)>,
    pub(super) body: BodyParts,
}

/// What was given for the body.
#[derive(Debug, Default)]
pub(super) struct BodyParts {
    pub(super) fields: Members,
    pub(super) whole: Option<(&'static str, Box<RawValue>)>,
}

/// Where a name goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    Path(&'a Parameter),
    Field,
    Query(&'a Parameter),
    Header(&'a Parameter),
}

/// What an operation takes, by name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taker<'a> {
    types: &'a Types,
    operation: &'a Operation,
    form: Form,
}

impl<'a> Taker<'a> {
    pub(super) fn new(types: &'a Types, operation: &'a Operation, form: Form) -> Self {
        Self { types, operation, form }
    }

    /// Where a name goes that does not say it: the path, then the body, then the query, then a
    /// header, and to a body that takes any key at last.
    pub(super) fn place_of(&self, name: &str) -> Option<Target<'a>> {
        self.path(name)
            .or_else(|| self.field(self.has_field(name)))
            .or_else(|| self.query(name))
            .or_else(|| self.header(name))
            .or_else(|| self.field(self.takes_any_field()))
    }

    /// Whether a name goes anywhere, and a list may go there if the value is one.
    pub(super) fn takes(&self, name: &str, is_list: bool) -> bool {
        match self.place_of(name) {
            None => false,
            Some(Target::Query(parameter)) => {
                !is_list || item_of(self.types, parameter.ty).is_some()
            }
            Some(Target::Path(_) | Target::Header(_)) => !is_list,
            Some(Target::Field) => true,
        }
    }

    /// Whether a name goes to the path, the query or a header.
    pub(super) fn is_text(&self, name: &str) -> bool {
        let target = self.place_of(name).or_else(|| Some(self.place_said(name)?.0));
        target.is_some_and(|target| !matches!(target, Target::Field))
    }

    /// Where a name goes that begins with its place: `path.id`, `query.name`, `body.name`.
    fn place_said(&self, name: &str) -> Option<(Target<'a>, usize)> {
        let (place, rest) = name.split_once('.')?;
        let target = match place {
            "path" => self.path(rest),
            "query" => self.query(rest),
            "body" => self.field(self.has_field(rest) || self.takes_any_field()),
            _ => None,
        };
        Some((target?, place.len() + 1))
    }

    /// The fields of a bulk form stand in its items, none beside them.
    fn field(&self, exists: bool) -> Option<Target<'a>> {
        (exists && self.form == Form::One).then_some(Target::Field)
    }

    fn path(&self, name: &str) -> Option<Target<'a>> {
        named(&self.operation.path_parameters, name).map(Target::Path)
    }

    fn query(&self, name: &str) -> Option<Target<'a>> {
        let family = || {
            let families = self.operation.query_prefixes.iter();
            families
                .filter(|family| name.len() > family.name.len())
                .find(|family| name.starts_with(&family.name))
        };
        named(&self.operation.query, name).or_else(family).map(Target::Query)
    }

    /// The filter by the id of what a name means, where no filter is called by the name itself: it
    /// takes names as well.
    fn by_id(&self, name: &str) -> Option<(Target<'a>, String)> {
        let (what, lookup) = name.split_at(name.find("__").unwrap_or(name.len()));
        let by_id = format!("{what}_id{lookup}");
        let parameter = named(&self.operation.query, &by_id)?;
        parameter.refers.is_some().then_some((Target::Query(parameter), by_id))
    }

    fn header(&self, name: &str) -> Option<Target<'a>> {
        let mut headers = self.operation.headers.iter();
        headers.find(|header| header.name.eq_ignore_ascii_case(name)).map(Target::Header)
    }

    fn body_objects(&self) -> Vec<&'a ObjectType> {
        let one = self.operation.body.as_ref().and_then(|body| body.one);
        one.map(|one| self.types.objects(one)).unwrap_or_default()
    }

    fn has_field(&self, name: &str) -> bool {
        self.body_objects().iter().any(|object| object.field(name).is_some())
    }

    /// Whether the body is an object of any keys.
    fn takes_any_field(&self) -> bool {
        let Some(one) = self.operation.body.as_ref().and_then(|body| body.one) else {
            return false;
        };
        let allows = |object: &&ObjectType| matches!(object.additional, Additional::Allowed(_));
        takes_any_key(self.types, one, 0) || self.body_objects().iter().any(allows)
    }

    /// Every name that could have been meant.
    fn names(&self) -> impl Iterator<Item = &'a str> {
        let operation = self.operation;
        let parameters = [&operation.path_parameters, &operation.query, &operation.headers]
            .into_iter()
            .flatten();
        let fields = self.body_objects().into_iter().flat_map(|object| &object.fields);
        parameters
            .map(|parameter| parameter.name.as_str())
            .chain(fields.filter(|field| !field.read_only).map(|field| field.name.as_str()))
    }

    /// Whether the API shows a field of this name in its answer.
    fn answers_field(&self, name: &str) -> bool {
        let (AnswerKind::One { ty } | AnswerKind::List { item: ty, .. }) =
            self.operation.answer.kind
        else {
            return false;
        };
        self.types.objects(ty).iter().any(|object| object.field(name).is_some())
    }

    fn is_body_object(&self) -> bool {
        let one = self.operation.body.as_ref().and_then(|body| body.one);
        one.is_some() && (self.takes_any_field() || !self.body_objects().is_empty())
    }
}

/// Tells the parameters of a call apart; a name that goes nowhere is a fault.
pub(super) fn split<'a>(
    types: &'a Types,
    operation: &'a Operation,
    form: Form,
    params: Members,
    faults: &mut Faults,
) -> Split<'a> {
    let taker = Taker::new(types, operation, form);
    let mut split = Split::default();
    for (name, value) in params {
        if let Some(place) = whole_body(&taker, &name, &value) {
            if split.body.whole.is_some() {
                faults.add(&Place::new(&name), "the body is given twice");
            }
            split.body.whole = Some((place, value));
            continue;
        }
        let said = || taker.place_said(&name).map(|(target, at)| (target, name[at..].to_owned()));
        let target = taker.place_of(&name).map(|target| (target, name.clone()));
        let by_attributes = || taker.by_id(&name).filter(|_| has_attributes(&value));
        let target = match target {
            // A filter that takes texts is none by attributes.
            Some((Target::Query(it), _)) if it.refers.is_none() => by_attributes().or(target),
            target => target,
        };
        match target.or_else(said).or_else(|| taker.by_id(&name)) {
            Some((target, name)) => split.put(target, name, value, faults),
            None => unknown(&taker, &name, faults),
        }
    }
    split
}

impl<'a> Split<'a> {
    fn put(&mut self, target: Target<'a>, name: String, value: Box<RawValue>, faults: &mut Faults) {
        let place = Place::new(&name);
        let is_twice = match target {
            Target::Path(parameter) => put_one(&mut self.path, parameter, value),
            Target::Header(parameter) => put_one(&mut self.headers, parameter, value),
            Target::Field => self.body.fields.insert(name, value).is_err(),
            Target::Query(parameter) => {
                let is_twice = self.query.iter().any(|(known, _, _)| *known == name);
                self.query.push((name, parameter, value));
                is_twice
            }
        };
        if is_twice {
            faults.add(&place, "given twice");
        }
    }
}

fn put_one<'a>(
    values: &mut Vec<(&'a Parameter, Box<RawValue>)>,
    parameter: &'a Parameter,
    value: Box<RawValue>,
) -> bool {
    let is_twice = values.iter().any(|(known, _)| known.name == parameter.name);
    values.push((parameter, value));
    is_twice
}

/// The place of a body that is given whole, if this parameter is one: `items` of a bulk form, or
/// `body` where no parameter has that name.
fn whole_body(taker: &Taker<'_>, name: &str, value: &RawValue) -> Option<&'static str> {
    let body = taker.operation.body.as_ref()?;
    match name {
        ITEMS if taker.form == Form::Many => Some(ITEMS),
        ITEMS if taker.place_of(name).is_some() => None,
        ITEMS if body.one.is_some() && !taker.is_body_object() => Some("body"),
        ITEMS if body.many.is_some() && value.get().starts_with('[') => Some(ITEMS),
        "body" if taker.form == Form::Many => Some(ITEMS),
        "body" if taker.path(name).or(taker.query(name)).is_none() && !taker.has_field(name) => {
            Some("body")
        }
        _ => None,
    }
}

/// Names the lookups of a filter, where a name is none of them but looks like one.
fn lookups_beside(taker: &Taker<'_>, name: &str) -> Option<String> {
    let (base, _) = name.split_once("__")?;
    let lookup = |known: &'_ str| -> Option<String> {
        Some(known.strip_prefix(base)?.strip_prefix("__")?.to_owned())
    };
    let lookups: Vec<String> =
        taker.operation.query.iter().filter_map(|it| lookup(&it.name)).collect();
    let list = lookups.join(",");
    (!lookups.is_empty()).then(|| format!("no such lookup; there are {base} and {base}__{list}"))
}

/// Says why a name goes nowhere.
fn unknown(taker: &Taker<'_>, name: &str, faults: &mut Faults) {
    let place = Place::new(name);
    let is_bulk = taker.form == Form::Many;
    if is_bulk && taker.has_field(name) {
        faults.add(&place, format!("belongs into each of the {ITEMS}"));
    } else if name == ITEMS {
        faults.add(&place, "no such parameter: this action takes one object, not a list");
    } else if taker.operation.body.is_some() && taker.answers_field(name) {
        faults.add(&place, READ_ONLY);
    } else if let Some(lookups) = lookups_beside(taker, name) {
        faults.add(&place, lookups);
    } else {
        let names = taker.names().chain(is_bulk.then_some(ITEMS));
        let question = || suggest::did_you_mean(name, names);
        let what = if taker.operation.body.is_some() { "field" } else { "parameter" };
        faults.add_unknown(&place, what, question);
    }
}

/// The type of the elements, where a type is a list or may be one.
pub(super) fn item_of(types: &Types, ty: TypeId) -> Option<TypeId> {
    let items = |ty: TypeId| match &types.get(ty).shape {
        Shape::Array { items, length: _ } => Some(*items),
        _ => None,
    };
    match &types.get(ty).shape {
        Shape::Any => Some(ty),
        Shape::Union(variants) => variants.iter().find_map(|variant| items(*variant)),
        _ => items(ty),
    }
}

/// Whether a value names objects by their attributes.
fn has_attributes(value: &RawValue) -> bool {
    value.get().trim_start_matches(['[', ' ', '\n']).starts_with('{')
}

fn named<'a>(parameters: &'a [Parameter], name: &str) -> Option<&'a Parameter> {
    parameters.iter().find(|parameter| parameter.name == name)
}

fn takes_any_key(types: &Types, ty: TypeId, depth: u8) -> bool {
    match &types.get(ty).shape {
        Shape::Any | Shape::Map(_) => true,
        Shape::Union(variants) if depth < MAX_UNIONS => {
            variants.iter().any(|variant| takes_any_key(types, *variant, depth + 1))
        }
        _ => false,
    }
}

/// What is said of a field that only the API writes.
pub(super) const READ_ONLY: &str = "read-only: only the API sets it";
