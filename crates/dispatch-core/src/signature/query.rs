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
    /// Whether the choices are told that a filter shares with no field seen.
    pub choices: bool,
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
    let with_ids = with_ids(notation, families, seen);
    let is_id = |name: &str| {
        let of = name.strip_suffix(ID).and_then(|name| with_ids.get(name));
        of.is_some()
    };
    let mut folded: IndexMap<String, IndexMap<String, Vec<String>>> = IndexMap::new();
    for family in families.iter().filter(|family| !is_id(&family.base.name)) {
        let base = arguments::in_query(notation, family.base, &seen.taken);
        let required = if base.required { "!" } else { "" };
        let name = format!("{}{required}", choice::name(&base.name));
        let mut lookups = lookups(notation, family);
        if let Some(short) = seen.lookups.get(&lookups) {
            lookups.clone_from(short);
        }
        let mut ty = ty(notation, family, base.ty, seen);
        if let Some(ty_of_id) = with_ids.get(family.base.name.as_str()) {
            ty.push_str(&format!(" +_id{ty_of_id}"));
        }
        folded.entry(lookups).or_default().entry(ty).or_default().push(name);
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

/// The parameters beside which another of the same name and `_id` looks up the same ways, with that
/// one's type, where there are several alike.
fn with_ids<'a>(
    notation: Notation<'_>,
    families: &[Family<'a>],
    seen: &Seen<'_>,
) -> BTreeMap<&'a str, String> {
    let by_name: BTreeMap<&str, &Family<'a>> =
        families.iter().map(|family| (family.base.name.as_str(), family)).collect();
    let mut alike: BTreeMap<(String, String, String), Vec<&'a str>> = BTreeMap::new();
    let is_plain =
        |it: &&Family<'_>| !it.base.required && !seen.taken.contains(it.base.name.as_str());
    for family in families.iter().filter(is_plain) {
        let name = family.base.name.as_str();
        let Some(of_id) = by_name.get(&*format!("{name}{ID}")).filter(|it| is_plain(it)) else {
            continue;
        };
        let lookups = lookups(notation, family);
        if lookups == self::lookups(notation, of_id) {
            let types = (notation.ty(family.base.ty), notation.ty(of_id.base.ty));
            alike.entry((lookups, types.0, types.1)).or_default().push(name);
        }
    }
    let several = alike.into_iter().filter(|(_, names)| names.len() > 2);
    several
        .flat_map(|((_, _, ty), names)| names.into_iter().map(move |it| (it, ty.clone())))
        .collect()
}

fn ty(notation: Notation<'_>, family: &Family<'_>, written: String, seen: &Seen<'_>) -> String {
    let types = notation.catalog.types();
    let is_list = matches!(types.get(family.base.ty).shape, Shape::Array { .. });
    let whole = |one: &str| if is_list { format!("[{one}]") } else { one.to_owned() };
    let choices = family.base.choices;
    let own = values(types, choices.unwrap_or(family.base.ty));
    let field = seen.fields.get(family.base.name.as_str()).and_then(|id| values(types, *id));
    match choices {
        _ if field.is_some() && field == own => whole("="),
        Some(choices) if seen.choices => whole(&notation.ty(choices)),
        _ => written,
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

/// What stands behind the name of a parameter in another that takes the ids of the same things.
const ID: &str = "_id";

/// What stands between a parameter and a lookup of it.
const SEPARATOR: &str = "__";
