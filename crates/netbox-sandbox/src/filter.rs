//! List filters, as NetBox understands them: an unknown one is ignored.

mod lookup;
mod path;

pub(crate) use lookup::boolean;
pub(crate) use path::{holders, walk};

use serde_json::Value;

use crate::{
    custom_fields, input,
    net::Net,
    problem::{Failure, Problems},
    python,
    render::{View, descendants},
    request::Query,
    state::Object,
    table::{self, Choices, Field, FilterBy, Kind, Resource},
};
use lookup::Lookup;

/// Query parameters that are no filters.
const CONTROLS: &[&str] = &[
    "limit",
    "offset",
    "start",
    "ordering",
    "brief",
    "fields",
    "omit",
    "format",
    "exclude",
    "export",
    "include",
    "background",
    "render",
];

/// Filters that every list has and this crate has no rule for.
const UNRULED: &[&str] = &[
    "created_by_request",
    "updated_by_request",
    "modified_by_request",
    "contact",
    "contact_role",
    "contact_group",
];

/// One filter of a request, ready to be asked.
#[derive(Debug)]
struct Test {
    matcher: Matcher,
    lookup: Lookup,
    texts: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum Matcher {
    /// The values at the end of a path.
    Values(&'static str, Class),
    /// The objects at the end of a path; by an attribute, or by id.
    Targets(&'static str, &'static str, &'static str),
    Presence(&'static str),
    Rule(fn(&View<'_>, &Object, &str) -> bool),
    Tags(&'static str),
    Search,
    CustomField,
}

/// What kind of value a filter compares, which decides on its lookups.
#[derive(Debug, Clone, Copy)]
enum Class {
    Text,
    IgnoringCase,
    Number,
    Date,
    Choice(Choices),
    Boolean,
    Net,
    Mac,
    Model,
}

/// The objects of a resource that pass all filters of a query, by id.
///
/// # Errors
///
/// A complaint about a value, or a 501 for a filter without a rule.
pub(crate) fn select<'a>(
    view: &View<'a>,
    resource: &'static Resource,
    query: &Query,
) -> Result<Vec<&'a Object>, Failure> {
    let mut problems = Problems::default();
    let mut tests = Vec::new();
    for key in query.keys() {
        if CONTROLS.contains(&key) {
            continue;
        }
        let Some((matcher, lookup)) = find(resource, key)? else { continue };
        // A filter without a value is none.
        let texts = query.all(key).filter(|text| !text.is_empty());
        let texts: Vec<String> = texts.map(str::to_owned).collect();
        if texts.is_empty() {
            continue;
        }
        if let Err(message) = check(view, matcher, lookup, &texts) {
            problems.add(key, message);
            continue;
        }
        let texts = match matcher {
            Matcher::CustomField => {
                std::iter::once(key.split("__").next().unwrap_or(key)[3..].to_owned())
                    .chain(texts)
                    .collect()
            }
            // Of a repeated scalar the last one counts.
            Matcher::Search | Matcher::Presence(_) | Matcher::Values(_, Class::Boolean) => {
                texts.into_iter().next_back().into_iter().collect()
            }
            _ => texts,
        };
        tests.push(Test { matcher, lookup, texts });
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let objects = view.state.all(resource.path).map(AsRef::as_ref);
    Ok(objects
        .filter(|object| tests.iter().all(|test| test.passes(view, resource, object)))
        .collect())
}

/// The filter that a query parameter names.
fn find(resource: &'static Resource, key: &str) -> Result<Option<(Matcher, Lookup)>, Failure> {
    let split = key.rsplit_once("__");
    let names = [
        Some((key, Lookup::Exact)),
        split.and_then(|(base, end)| Lookup::parse(end).map(|lookup| (base, lookup))),
    ];
    for (base, lookup) in names.into_iter().flatten() {
        if UNRULED.contains(&base) || resource.unruled.contains(&base) {
            let what = format!("the filter {base} of {}", resource.path);
            return Err(Failure::not_implemented(&what));
        }
        let Some(matcher) = matcher(resource, base) else { continue };
        if !lookup.is_for(matcher) {
            continue;
        }
        if lookup == Lookup::Regex {
            return Err(Failure::not_implemented(&format!("the lookup of {key}")));
        }
        return Ok(Some((matcher, lookup)));
    }
    Ok(None)
}

fn matcher(resource: &'static Resource, base: &str) -> Option<Matcher> {
    if let Some(filter) = resource.filters.iter().find(|filter| filter.name == base) {
        return Some(match filter.by {
            FilterBy::Id(target) => Matcher::Targets(filter.path, target, "id"),
            FilterBy::Attribute(target, attribute) => {
                Matcher::Targets(filter.path, target, attribute)
            }
            FilterBy::Presence => Matcher::Presence(filter.path),
            FilterBy::Rule(rule) => Matcher::Rule(rule),
            FilterBy::IgnoringCase => Matcher::Values(filter.path, Class::IgnoringCase),
            FilterBy::Text => Matcher::Values(
                filter.path,
                path::terminal(resource, filter.path).map_or(Class::Text, |field| class(&field)),
            ),
        });
    }
    let has = |name: &str| resource.field(name).is_some();
    match base {
        "id" => return Some(Matcher::Values("id", Class::Number)),
        "q" => return Some(Matcher::Search),
        "tag" if has("tags") => return Some(Matcher::Tags("slug")),
        "tag_id" if has("tags") => return Some(Matcher::Tags("id")),
        "owner_group_id" if has("owner") => {
            return Some(Matcher::Targets("owner.group", "users/owner-groups", "id"));
        }
        "owner_group" if has("owner") => {
            return Some(Matcher::Targets("owner.group", "users/owner-groups", "name"));
        }
        "tenant_group_id" if has("tenant") => {
            return Some(Matcher::Targets("tenant.group", "tenancy/tenant-groups", "id"));
        }
        "tenant_group" if has("tenant") => {
            return Some(Matcher::Targets("tenant.group", "tenancy/tenant-groups", "slug"));
        }
        _ if base.starts_with("cf_") && !base.contains("__") && has("custom_fields") => {
            return Some(Matcher::CustomField);
        }
        _ => {}
    }
    if resource.unfiltered.contains(&base) {
        return None;
    }
    from_field(resource, base)
}

/// The filters that follow from a field.
fn from_field(resource: &'static Resource, base: &str) -> Option<Matcher> {
    for field in resource.fields {
        match field.kind {
            Kind::Reference(target) | Kind::PlainReference(target) => {
                if base.strip_suffix("_id") == Some(field.name) {
                    return Some(Matcher::Targets(field.name, target, "id"));
                }
                if base == field.name {
                    let key = table::by_path(target)?.natural_key();
                    return Some(Matcher::Targets(field.name, target, key));
                }
            }
            _ if base == field.name && is_filterable(field) => {
                return Some(Matcher::Values(field.name, class(field)));
            }
            _ => {}
        }
    }
    None
}

fn is_filterable(field: &Field) -> bool {
    field.name != "comments"
        && matches!(
            field.kind,
            Kind::Text(_)
                | Kind::Slug(_)
                | Kind::Int(..)
                | Kind::Decimal(..)
                | Kind::Boolean
                | Kind::Date
                | Kind::DateTime
                | Kind::Created
                | Kind::LastUpdated
                | Kind::Choice(_)
                | Kind::PlainChoice(_)
                | Kind::ObjectType
                | Kind::ObjectId
                | Kind::LiveCount(..)
        )
}

const fn class(field: &Field) -> Class {
    match field.kind {
        Kind::Id | Kind::Int(..) | Kind::Decimal(..) | Kind::ObjectId | Kind::LiveCount(..) => {
            Class::Number
        }
        Kind::Date | Kind::DateTime | Kind::Created | Kind::LastUpdated => Class::Date,
        Kind::Boolean => Class::Boolean,
        Kind::Choice(choices) | Kind::PlainChoice(choices) => Class::Choice(choices),
        Kind::Address | Kind::Network => Class::Net,
        Kind::Mac => Class::Mac,
        Kind::ObjectType | Kind::TypeList => Class::Model,
        _ => Class::Text,
    }
}

/// Checks the texts of a filter.
fn check(
    view: &View<'_>,
    matcher: Matcher,
    lookup: Lookup,
    texts: &[String],
) -> Result<(), String> {
    let no_choice =
        |text: &str| format!("Select a valid choice. {text} is not one of the available choices.");
    if lookup == Lookup::Empty {
        return Ok(());
    }
    for text in texts {
        let text = text.as_str();
        match matcher {
            Matcher::Targets(_, target, attribute) if text != "null" && !text.is_empty() => {
                if attribute == "id" && text.parse::<u64>().is_err() {
                    return Err(no_choice(text));
                }
                if targets(view, target, attribute, text).is_empty() {
                    return Err(no_choice(text));
                }
            }
            Matcher::Tags(attribute)
                if text != "null"
                    && !text.is_empty()
                    && targets(view, "extras/tags", attribute, text).is_empty() =>
            {
                return Err(no_choice(text));
            }
            Matcher::Values(_, Class::Number) if text.parse::<f64>().is_err() => {
                return Err("Enter a whole number.".to_owned());
            }
            Matcher::Values(_, Class::Date) if crate::clock::date_time(text).is_none() => {
                return Err("Enter a valid date/time.".to_owned());
            }
            Matcher::Values(_, Class::Mac) if lookup == Lookup::Exact => {
                input::check_mac(&Value::from(text))?;
            }
            Matcher::Values(_, Class::Choice(choices))
                if matches!(lookup, Lookup::Exact | Lookup::Not)
                    && text != "null"
                    && !choices.iter().any(|(choice, _)| *choice == text) =>
            {
                return Err(no_choice(text));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The objects that a text names by an attribute; in a tree, with all below them.
fn targets(view: &View<'_>, path: &str, attribute: &str, text: &str) -> Vec<u64> {
    let Some(resource) = table::by_path(path) else { return Vec::new() };
    let named = view.state.all(path).filter(|object| {
        if attribute == "id" {
            object.id.to_string() == text
        } else {
            python::str(object.get(attribute)) == text
        }
    });
    named.flat_map(|object| descendants(view.state, resource, object.id)).collect()
}

impl Test {
    fn passes(&self, view: &View<'_>, resource: &'static Resource, object: &Object) -> bool {
        match self.matcher {
            Matcher::Search => {
                self.texts.last().is_none_or(|text| searched(view, resource, object, text))
            }
            Matcher::Rule(rule) => {
                let any = self.texts.iter().any(|text| rule(view, object, text));
                any != self.lookup.negates()
            }
            Matcher::Presence(path) => {
                let Some(wanted) = self.texts.last().and_then(|text| boolean(text)) else {
                    return true;
                };
                let values = walk(view, resource, object, path);
                let there =
                    values.iter().any(|value| !value.is_null() && *value != Value::Bool(false));
                there == wanted
            }
            Matcher::Tags(attribute) => {
                let tags = object.ids_of("tags");
                let one = |text: &String| {
                    targets(view, "extras/tags", attribute, text).iter().any(|id| tags.contains(id))
                };
                // Several tags narrow a list, unlike several values of other filters.
                match self.lookup {
                    Lookup::Not => !self.texts.iter().any(one),
                    Lookup::Any => self.texts.iter().any(one),
                    _ => self.texts.iter().all(one),
                }
            }
            Matcher::Targets(path, target, attribute) => {
                let values = walk(view, resource, object, path);
                let any = self.texts.iter().filter(|text| !text.is_empty()).any(|text| {
                    if text == "null" {
                        return values.iter().all(Value::is_null);
                    }
                    let wanted = targets(view, target, attribute, text);
                    values.iter().any(|value| value.as_u64().is_some_and(|id| wanted.contains(&id)))
                });
                let asked = self.texts.iter().any(|text| !text.is_empty());
                !asked || any != self.lookup.negates()
            }
            Matcher::CustomField => {
                let Some((name, texts)) = self.texts.split_first() else { return true };
                let known = custom_fields::of(view.state, resource)
                    .iter()
                    .any(|definition| definition.text("name") == name);
                let stored = &object.get("custom_fields")[name];
                !known
                    || texts.iter().any(|text| custom_fields::equals(stored, text))
                        != self.lookup.negates()
            }
            Matcher::Values(path, class) => {
                let values = walk(view, resource, object, path);
                self.lookup.compare(class, &values, &self.texts)
            }
        }
    }
}

fn searched(view: &View<'_>, resource: &'static Resource, object: &Object, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    text.is_empty()
        || resource.search.iter().any(|path| {
            walk(view, resource, object, path)
                .iter()
                .any(|value| !value.is_null() && python::str(value).to_lowercase().contains(&text))
        })
}

/// Whether an address or network equals the text of a filter.
fn is_same_net(stored: &str, text: &str) -> bool {
    match (Net::parse(stored), Net::parse(text)) {
        (Some(stored), Some(wanted)) if text.contains('/') => stored == wanted,
        (Some(stored), Some(wanted)) => stored.v6 == wanted.v6 && stored.host() == wanted.host(),
        _ => false,
    }
}
