//! The parameters of a query, folded: lookups into the parameters they look up, and parameters of
//! one type behind that type.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::Value;

use super::arguments;
use super::{Detail, Notation, choice};
use crate::catalog::{Parameter, Shape, TypeId, Types};

/// A parameter and the lookups of it: `name`, with `name__ic` and `name__n`.
#[derive(Clone, Debug)]
pub(crate) struct Family<'a> {
    /// The parameter itself.
    pub base: &'a Parameter,
    /// What stands behind the separator, and the parameter it makes.
    pub lookups: Vec<(&'a str, &'a Parameter)>,
}

impl Family<'_> {
    /// Whether both look the same to a caller.
    pub(crate) fn is_alike(&self, other: &Family<'_>) -> bool {
        let alike = |one: &Parameter, other: &Parameter| {
            (&one.name, one.ty, one.required) == (&other.name, other.ty, other.required)
        };
        alike(self.base, other.base)
            && self.lookups.len() == other.lookups.len()
            && self.lookups.iter().zip(&other.lookups).all(|(one, other)| alike(one.1, other.1))
    }
}

/// Finds the families among parameters, in the order of their bases.
pub(crate) fn families(parameters: &[Parameter]) -> Vec<Family<'_>> {
    let names: BTreeSet<&str> = parameters.iter().map(|it| it.name.as_str()).collect();
    let base_of = |name: &'_ str| {
        let mut places = name.match_indices(SEPARATOR).map(|(place, _)| place);
        places.find(|place| names.contains(&name[..*place]))
    };
    let mut families: IndexMap<&str, Family<'_>> = IndexMap::new();
    for parameter in parameters.iter().filter(|it| base_of(&it.name).is_none()) {
        families.insert(&parameter.name, Family { base: parameter, lookups: Vec::new() });
    }
    for parameter in parameters {
        let Some(place) = base_of(&parameter.name) else { continue };
        if let Some(family) = families.get_mut(&parameter.name[..place]) {
            let lookup = &parameter.name[place + SEPARATOR.len()..];
            family.lookups.push((lookup, parameter));
        }
    }
    families.into_values().collect()
}

/// What the reader of a query has already seen.
#[derive(Debug, Default)]
pub(crate) struct Seen<'a> {
    /// Names that mean something in the path or the body.
    pub taken: BTreeSet<String>,
    /// The types of fields by name.
    pub fields: BTreeMap<&'a str, TypeId>,
    /// Sets of lookups, as they are written in full, with what is written in their place.
    pub lookups: BTreeMap<String, String>,
}

/// Writes families, one line for each set of lookups.
///
/// `seen.fields` are the types of fields the reader has already seen, by name: a parameter that takes
/// the same choices as the field of its name is written behind `=` in place of all of them.
pub(crate) fn lines(
    notation: Notation<'_>,
    families: &[Family<'_>],
    prefixes: &[&Parameter],
    headers: &[Parameter],
    seen: &Seen<'_>,
) -> Vec<String> {
    let notation = Notation { detail: Detail::Filter, ..notation };
    let mut folded: IndexMap<String, IndexMap<String, Vec<String>>> = IndexMap::new();
    for family in families {
        let base = arguments::in_query(notation, family.base, &seen.taken);
        let required = if base.required { "!" } else { "" };
        let name = format!("{}{required}", choice::name(&base.name));
        let mut lookups = lookups(notation, family);
        if let Some(short) = seen.lookups.get(&lookups) {
            lookups.clone_from(short);
        }
        let by_type = folded.entry(lookups).or_default();
        by_type.entry(ty(notation, family, base.ty, &seen.fields)).or_default().push(name);
    }
    for prefix in prefixes {
        let by_type = folded.entry(String::new()).or_default();
        let names = by_type.entry(notation.ty(prefix.ty)).or_default();
        names.push(format!("{}*", prefix.name));
    }
    for header in headers {
        let required = if header.required { "!" } else { "" };
        let by_type = folded.entry(String::new()).or_default();
        let names = by_type.entry(notation.ty(header.ty)).or_default();
        names.push(format!("{}{required}", choice::name(&header.name)));
    }
    let line = |(lookups, by_type): (String, IndexMap<String, Vec<String>>)| {
        let types: Vec<String> =
            by_type.iter().map(|(ty, names)| format!("{ty}: {}", names.join(" "))).collect();
        format!("{lookups}{}", types.join("; "))
    };
    folded.into_iter().map(line).collect()
}

fn ty(
    notation: Notation<'_>,
    family: &Family<'_>,
    written: String,
    fields: &BTreeMap<&str, TypeId>,
) -> String {
    let types = notation.catalog.types();
    let field = fields.get(family.base.name.as_str()).and_then(|id| values(types, *id));
    if field.is_none() || field != values(types, family.base.ty) {
        return written;
    }
    match types.get(family.base.ty).shape {
        Shape::Array { .. } => "[=]".to_owned(),
        _ => "=".to_owned(),
    }
}

/// The lookups of a family by their types, which are not said where they are the base's, or where
/// they are strings to look for in a choice.
fn by_type<'a>(notation: Notation<'_>, family: &Family<'a>) -> IndexMap<String, Vec<&'a str>> {
    let notation = Notation { detail: Detail::Filter, ..notation };
    let base = notation.ty(family.base.ty);
    let of_choice = values(notation.catalog.types(), family.base.ty).is_some();
    let mut by_type: IndexMap<String, Vec<&str>> = IndexMap::new();
    for (lookup, parameter) in &family.lookups {
        let ty = notation.ty(parameter.ty);
        let is_said = ty == base || of_choice && matches!(&*ty, "str" | "[str]");
        let ty = if is_said { String::new() } else { format!(":{ty}") };
        by_type.entry(ty).or_default().push(lookup);
    }
    by_type
}

/// Writes all lookups of a family.
pub(crate) fn lookups(notation: Notation<'_>, family: &Family<'_>) -> String {
    let group = |(ty, names): (&String, &Vec<&str>)| format!("__{}{ty} ", names.join(","));
    by_type(notation, family).iter().map(group).collect()
}

/// Writes the lookups of a family in short: the first and the last.
pub(crate) fn short(family: &Family<'_>) -> String {
    let name =
        |lookup: Option<&(&str, &Parameter)>| lookup.map(|it| it.0).unwrap_or_default().to_owned();
    format!("__{}..{} ", name(family.lookups.first()), name(family.lookups.last()))
}

/// The values of an enumeration, or of a list of one, those aside that stand for no value.
fn values(types: &Types, id: TypeId) -> Option<BTreeSet<String>> {
    match &types.get(id).shape {
        Shape::Enum(values) => {
            let said = values.iter().filter(|value| !is_blank(value));
            Some(said.map(Value::to_string).collect())
        }
        Shape::Array { items, .. } if *items != id => match &types.get(*items).shape {
            Shape::Enum(_) => values(types, *items),
            _ => None,
        },
        _ => None,
    }
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.is_empty() || text == "null")
}

/// What stands between a parameter and a lookup of it.
const SEPARATOR: &str = "__";
