//! Names: what resources and actions are called.

use std::collections::BTreeMap;

use crate::catalog::{Action, AnswerKind, Form, Method, OperationId, normalize, singular};
use crate::lower::{Draft, DraftOperation};
use crate::policy::{Models, NameBy, Policy};

use super::paths::{Place, Spot};

/// A resource before it has a group: its operations by their places in the draft.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Its path as the document writes it.
    pub(super) path: String,
    /// The model its operations answer with.
    pub(super) model: Option<String>,
    /// Its name.
    pub(super) name: String,
    /// Its operations.
    pub(super) operations: Vec<usize>,
}

/// Gathers operations into resources, in the order of their first paths, and names them.
pub(super) fn resources(draft: &Draft, places: &[Place], policy: &Policy) -> Vec<Named> {
    let mut order: Vec<Named> = Vec::new();
    let mut known = BTreeMap::new();
    for (place, at) in places.iter().enumerate() {
        let slot = *known.entry(at.collection.clone()).or_insert_with(|| {
            order.push(Named {
                path: collection_path(&draft.operations[place].path, &at.collection),
                model: None,
                name: String::new(),
                operations: Vec::new(),
            });
            order.len() - 1
        });
        order[slot].operations.push(place);
    }
    for resource in &mut order {
        resource.model = model(draft, places, resource, &policy.models);
        resource.name = name(resource, policy);
    }
    if policy.name_by == NameBy::Path {
        make_unique(&mut order, policy);
    }
    order
}

/// As much of a path as its collection has parts, with the slash that paths of the API end in.
fn collection_path(path: &str, collection: &str) -> String {
    let n_parts = collection.split('/').filter(|part| !part.is_empty()).count();
    let parts = path.split('/').filter(|part| !part.is_empty()).take(n_parts);
    let mut collection = parts.fold(String::new(), |path, part| path + "/" + part);
    if path.ends_with('/') || collection.is_empty() {
        collection.push('/');
    }
    collection
}

/// The model of a resource: what one object of it is answered as, else what its list holds, else
/// what a new one is answered as.
fn model(draft: &Draft, places: &[Place], resource: &Named, models: &Models) -> Option<String> {
    let wanted = [
        (Method::Get, Spot::Item),
        (Method::Get, Spot::Collection),
        (Method::Post, Spot::Collection),
        (Method::Put, Spot::Item),
        (Method::Patch, Spot::Item),
    ];
    wanted.iter().find_map(|(method, spot)| {
        let place = resource.operations.iter().find(|place| {
            draft.operations[**place].method == *method && places[**place].spot == *spot
        })?;
        let schema = draft.operations[*place].answer.schema.as_deref()?;
        Some(stripped(schema, models))
    })
}

/// The name of a schema without what the policy strips from both its ends.
fn stripped(schema: &str, models: &Models) -> String {
    let rests = models.strip_prefixes.iter().filter_map(|p| schema.strip_prefix(p.as_str()));
    let schema = shortest(rests).unwrap_or(schema);
    let rests = models.strip_suffixes.iter().filter_map(|s| schema.strip_suffix(s.as_str()));
    shortest(rests).unwrap_or(schema).to_owned()
}

/// The shortest of what is left after stripping, which is never nothing.
fn shortest<'a>(rests: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    rests.filter(|rest| !rest.is_empty()).min_by_key(|rest| rest.len())
}

fn name(resource: &Named, policy: &Policy) -> String {
    let same = |path: &str| super::same_path(path, &resource.path);
    if let Some((_, name)) = policy.names.iter().find(|(path, _)| same(path)) {
        return name.clone();
    }
    let by_model = resource.model.as_ref().filter(|_| policy.name_by == NameBy::Model);
    by_model.map_or_else(|| last_part(&resource.path, policy), |model| normalize(model))
}

/// The last literal part of a path, in the singular and with nothing but letters and digits between
/// underscores.
fn last_part(path: &str, policy: &Policy) -> String {
    let literal = literals(path, policy).pop();
    let word = literal.unwrap_or_else(|| "root".to_owned());
    match policy.name_by {
        NameBy::Model => singular(&normalize(&word)),
        NameBy::Path => singular(&word),
    }
}

fn literals(path: &str, policy: &Policy) -> Vec<String> {
    let path = path.strip_prefix(policy.base_path.trim_end_matches('/')).unwrap_or(path);
    let parts = path.split('/').filter(|part| !part.is_empty() && !part.contains('{'));
    let clean = |part: &str| -> String {
        part.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
    };
    parts.map(clean).collect()
}

/// Puts the parts before it in front of a name from a path, as long as another resource has it too.
fn make_unique(resources: &mut [Named], policy: &Policy) {
    let given = |path: &str| policy.names.keys().any(|known| super::same_path(known, path));
    for n_parts in 2..=MAX_NAME_PARTS {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for resource in resources.iter() {
            *counts.entry(normalize(&resource.name)).or_default() += 1;
        }
        for resource in resources.iter_mut().filter(|resource| !given(&resource.path)) {
            let parts = literals(&resource.path, policy);
            if counts[&normalize(&resource.name)] > 1 && parts.len() >= n_parts {
                let Some((last, before)) = parts[parts.len() - n_parts..].split_last() else {
                    continue;
                };
                let before: Vec<String> = before.iter().map(|part| singular(part)).collect();
                resource.name = format!("{}_{}", before.join("_"), singular(last));
            }
        }
    }
}

/// The actions of a resource, in the order help shows them.
pub(super) fn actions(
    draft: &Draft,
    places: &[Place],
    resource: &Named,
    kinds: &[Faces],
    policy: &Policy,
) -> Vec<Action> {
    let has_item = |method| {
        resource.operations.iter().any(|place| {
            draft.operations[*place].method == method && places[*place].spot == Spot::Item
        })
    };
    let has_item_get = has_item(Method::Get);
    let mut actions = Vec::new();
    for place in &resource.operations {
        let operation = &draft.operations[*place];
        let faces = &kinds[*place];
        let given = policy.actions.iter().find(|(key, _)| is_named(key, operation));
        let single = match given {
            Some((_, name)) => name.clone(),
            None => match &places[*place].spot {
                Spot::Collection => {
                    let also_on_item = !faces.many && has_item(operation.method);
                    on_collection(operation.method, faces, has_item_get, also_on_item)
                }
                Spot::Item => on_item(operation.method),
                Spot::Below(name) => below(name, draft, places, resource, *place),
            },
        };
        let id = OperationId(super::index(*place));
        let crud = given.is_none() && !matches!(places[*place].spot, Spot::Below(_));
        if faces.one || !faces.many {
            actions.push(Action { name: single.clone(), operation: id, form: Form::One });
        }
        if faces.many {
            let alone = !faces.one && !crud;
            let name = if alone { single } else { format!("bulk_{single}") };
            actions.push(Action { name, operation: id, form: Form::Many });
        }
    }
    actions.sort_by_key(|action| {
        ORDER.iter().position(|name| *name == action.name).unwrap_or(ORDER.len())
    });
    actions
}

/// What decides the names of an operation's faces.
#[derive(Clone, Debug)]
pub(super) struct Faces {
    /// Whether it takes one value as its body, or none.
    pub(super) one: bool,
    /// Whether it takes a list as its body.
    pub(super) many: bool,
    /// Whether it answers with a list.
    pub(super) lists: bool,
}

impl Faces {
    /// Reads them off a body and an answer.
    pub(super) fn new(body: Option<super::body::Forms>, answer: &AnswerKind) -> Self {
        Self {
            one: body.is_none_or(|forms| forms.one.is_some()),
            many: body.is_some_and(|forms| forms.many.is_some()),
            lists: matches!(answer, AnswerKind::List { .. }),
        }
    }
}

fn on_collection(method: Method, faces: &Faces, has_item_get: bool, also_on_item: bool) -> String {
    match method {
        Method::Get if faces.lists || has_item_get => "list".to_owned(),
        Method::Post => "create".to_owned(),
        _ if also_on_item => format!("{}_all", on_item(method)),
        _ => on_item(method),
    }
}

fn on_item(method: Method) -> String {
    let name = match method {
        Method::Get => "get",
        Method::Put => "replace",
        Method::Patch => "update",
        Method::Delete => "delete",
        Method::Post => "post",
        Method::Options => "options",
        Method::Head => "head",
        Method::Trace => "trace",
    };
    name.to_owned()
}

/// The name of what hangs below: as its path says, with the method's verb where a `GET` stands at
/// the same path.
fn below(name: &str, draft: &Draft, places: &[Place], resource: &Named, place: usize) -> String {
    let method = draft.operations[place].method;
    let same_spot = |other: &&usize| places[**other].spot == places[place].spot;
    let methods: Vec<Method> = resource
        .operations
        .iter()
        .filter(same_spot)
        .map(|other| draft.operations[*other].method)
        .collect();
    let keeps = if methods.contains(&Method::Get) { Method::Get } else { methods[0] };
    if method == keeps {
        return name.to_owned();
    }
    let verb = if method == Method::Post { "create".to_owned() } else { on_item(method) };
    format!("{verb}-{name}")
}

/// Whether a key of the policy, `METHOD path`, names this operation.
pub(super) fn is_named(key: &str, operation: &DraftOperation) -> bool {
    let key = crate::policy::optional(key).0;
    key.split_once(' ').is_some_and(|(method, path)| {
        method == operation.method.as_str() && super::same_path(path, &operation.path)
    })
}

const ORDER: &[&str] = &[
    "list",
    "get",
    "create",
    "update",
    "replace",
    "delete",
    "bulk_create",
    "bulk_update",
    "bulk_replace",
    "bulk_delete",
];

/// How many parts of a path a name is made of at the most.
const MAX_NAME_PARTS: usize = 5;
