//! The arguments of an action, as an agent writes them into `params`.

use std::collections::BTreeSet;

use super::{Notation, choice, named};
use crate::catalog::{Additional, Field, Form, Parameter, Shape, TypeId};
use crate::resolve::Resolved;

/// One argument, already written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    /// Its name, with the place in front (`query.id`) where a plain name would mean another one.
    pub name: String,
    /// Whether a call must have it.
    pub required: bool,
    /// Its type.
    pub ty: String,
    id: TypeId,
}

impl Argument {
    /// Writes an argument of this type.
    pub(crate) fn new(
        notation: Notation<'_>,
        name: impl Into<String>,
        required: bool,
        ty: TypeId,
    ) -> Self {
        let name = name.into();
        let id = notation.own_id(&name, ty).unwrap_or(ty);
        Self { ty: notation.field_ty(&name, ty), name, required, id }
    }

    /// Writes a key in a path.
    fn key(notation: Notation<'_>, key: &Parameter) -> Self {
        let (name, required) = (key.name.clone(), key.required);
        Self { name, required, ty: notation.key_ty(key), id: key.ty }
    }

    /// Its type with everything that is checked, which tells apart what is shortened alike.
    fn exact(&self, notation: Notation<'_>) -> String {
        let all = Notation::full(notation.catalog, notation.access);
        all.with_choices(usize::MAX, usize::MAX).ty(self.id)
    }

    /// The argument as a field of the notation.
    pub(crate) fn text(&self) -> String {
        match (self.name.as_str(), self.ty.as_str()) {
            ("*", "any") => "*".to_owned(),
            ("*", ty) => named("*", false, ty),
            _ => named(&self.name, self.required, &self.ty),
        }
    }
}

/// The arguments of one action by their place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// The keys in the path.
    pub path: Vec<Argument>,
    /// The fields of the body, or of each item where the action takes a list.
    pub body: Vec<Argument>,
    /// Whether the body is a list of `items`.
    pub items: bool,
    /// Names in the path and the body, which parameters of the query yield to.
    pub taken: BTreeSet<String>,
}

impl Arguments {
    /// Reads the arguments of an action, those in the query aside.
    pub(crate) fn of(notation: Notation<'_>, resolved: &Resolved<'_>) -> Self {
        let path: Vec<Argument> = resolved
            .operation
            .path_parameters
            .iter()
            .map(|it| Argument::key(notation, it))
            .collect();
        let items = resolved.action.form == Form::Many;
        let mut taken: BTreeSet<String> = path.iter().map(|known| known.name.clone()).collect();
        let mut body = Vec::new();
        if let Some(request) = &resolved.operation.body {
            let ty = if items { request.many } else { request.one };
            if let Some(ty) = ty {
                body = body_fields(notation, ty, request.required);
            }
        }
        if !items {
            for field in &mut body {
                if !taken.insert(field.name.clone()) {
                    field.name = format!("body.{}", field.name);
                }
            }
        }
        Self { path, body, items, taken }
    }

    /// The arguments of a single call: keys and fields, as an item of a bulk form may have them.
    pub(crate) fn single(&self) -> impl Iterator<Item = &Argument> {
        self.path.iter().chain(&self.body)
    }
}

/// The parameter in the query as an argument beside those that took their names before it.
pub(crate) fn in_query(
    notation: Notation<'_>,
    parameter: &Parameter,
    taken: &BTreeSet<String>,
) -> Argument {
    let name = match taken.contains(&parameter.name) {
        true => format!("query.{}", parameter.name),
        false => parameter.name.clone(),
    };
    Argument::new(notation, name, parameter.required, parameter.ty)
}

/// The fields of a body, the required ones first; a body that is no object is called `body`.
fn body_fields(notation: Notation<'_>, ty: TypeId, required: bool) -> Vec<Argument> {
    let Some(object) = notation.object(ty) else {
        let (name, ty) = match notation.catalog.types().get(ty).shape {
            Shape::Map(values) => ("*", values),
            _ => ("body", ty),
        };
        return vec![Argument::new(notation, name, required, ty)];
    };
    let writable = || object.fields.iter().filter(|field| !field.read_only);
    let field = |field: &Field| Argument::new(notation, &field.name, field.required, field.ty);
    let mut fields: Vec<Argument> = writable().filter(|it| it.required).map(field).collect();
    fields.extend(writable().filter(|it| !it.required).map(field));
    if let Additional::Allowed(values) = object.additional {
        fields.push(Argument::new(notation, "*", false, values));
    }
    fields
}

/// Writes arguments as fields.
pub(crate) fn fields(arguments: &[Argument]) -> String {
    let texts: Vec<String> = arguments.iter().map(Argument::text).collect();
    texts.join(" ")
}

/// The fields of one action said by those of another: the same, or any of them, and what differs.
pub(crate) fn relative(
    notation: Notation<'_>,
    body: &[Argument],
    base: &[Argument],
    base_name: &str,
    required: Required<'_>,
) -> Option<String> {
    let known = |name: &str| base.iter().find(|known| known.name == name);
    let mut said = Said::default();
    for argument in body {
        match known(&argument.name).map(|known| difference(notation, argument, known)) {
            Some(Difference::None) => said.shared.push(argument),
            Some(Difference::NeverNull) => said.never_null.push(argument),
            Some(Difference::OrNull) => said.or_null.push(argument),
            Some(Difference::Type) | None => said.own.push(argument.clone()),
        }
    }
    let shared = || said.shared.iter().chain(&said.never_null).chain(&said.or_null);
    let (mut more, mut less) = (Vec::new(), Vec::new());
    let relation = match required {
        Required::As(other_name, other) => {
            let as_other = |argument: &&&Argument| {
                let other = other.iter().find(|it| it.name == argument.name);
                other.is_some_and(|other| other.required) == argument.required
            };
            let alike = shared().filter(|it| as_other(it)).count() == shared().count();
            alike.then(|| format!("as {base_name}, required as in {other_name}"))?
        }
        Required::Own => {
            let other = |argument: &&&Argument| {
                known(&argument.name).is_some_and(|known| known.required != argument.required)
            };
            if shared().any(|argument| other(&argument)) && shared().all(|it| !it.required) {
                format!("any of {base_name}")
            } else {
                let differing: Vec<&Argument> = shared().filter(other).copied().collect();
                (more, less) = differing.into_iter().partition(|argument| argument.required);
                format!("as {base_name}")
            }
        }
    };
    let missing: Vec<String> = base
        .iter()
        .filter(|known| body.iter().all(|argument| argument.name != known.name))
        .map(|known| choice::name(&known.name))
        .collect();
    if shared().count() == 0 {
        return None;
    }
    let mut text = relation;
    for (word, names) in [
        (" without ", missing),
        (", required: ", names(&more)),
        (", not required: ", names(&less)),
        (", never null: ", names(&said.never_null)),
        (", null too: ", names(&said.or_null)),
    ] {
        if !names.is_empty() {
            text.push_str(word);
            text.push_str(&names.join(" "));
        }
    }
    if !said.own.is_empty() {
        text.push_str(&format!(", {}", fields(&said.own)));
    }
    Some(text)
}

/// Whose required fields a list of fields has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Required<'a> {
    /// Those of the action it is said by, or none.
    Own,
    /// Those of another action, with its name.
    As(&'a str, &'a [Argument]),
}

#[derive(Default)]
struct Said<'a> {
    shared: Vec<&'a Argument>,
    never_null: Vec<&'a Argument>,
    or_null: Vec<&'a Argument>,
    own: Vec<Argument>,
}

enum Difference {
    None,
    NeverNull,
    OrNull,
    Type,
}

fn difference(notation: Notation<'_>, argument: &Argument, known: &Argument) -> Difference {
    if argument.id == known.id {
        return Difference::None;
    }
    let not_null = |ty: &str| ty.strip_suffix('?').map(str::to_owned);
    let (ty, known) = (argument.exact(notation), known.exact(notation));
    if ty == known {
        Difference::None
    } else if not_null(&known).as_ref() == Some(&ty) {
        Difference::NeverNull
    } else if not_null(&ty).as_ref() == Some(&known) {
        Difference::OrNull
    } else {
        Difference::Type
    }
}

fn names(arguments: &[&Argument]) -> Vec<String> {
    arguments.iter().map(|argument| choice::name(&argument.name)).collect()
}
