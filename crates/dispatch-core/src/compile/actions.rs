//! Actions: what the operations of a resource are called.

use std::collections::BTreeSet;

use crate::catalog::{Action, AnswerKind, Form, Method, Operation, OperationId, normalize};
use crate::lower::Draft;
use crate::policy::Policy;

use super::fit::is_named;
use super::names::{Named, word};
use super::paths::{self, Place, Spot};

/// What decides the names of an operation's faces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Faces {
    /// Whether it takes one value as its body, or none.
    one: bool,
    /// Whether it takes a list as its body.
    many: bool,
    /// Whether it answers with a list.
    lists: bool,
}

impl Faces {
    /// Reads them off an operation.
    pub(super) fn new(operation: &Operation) -> Self {
        let body = operation.body.as_ref();
        Self {
            one: body.is_none_or(|body| body.one.is_some()),
            many: body.is_some_and(|body| body.many.is_some()),
            lists: matches!(operation.answer.kind, AnswerKind::List { .. }),
        }
    }
}

/// An action whose name another one may want too.
struct Wanted {
    action: Action,
    /// Whether the policy gave the name.
    is_given: bool,
    /// How many parts the path has.
    n_parts: usize,
    /// The parameters of the path below the collection.
    parameters: String,
}

/// The actions of a resource, in the order help shows them.
pub(super) fn actions(
    draft: &Draft,
    places: &[Place],
    resource: &Named,
    faces: &[Faces],
    policy: &Policy,
) -> Vec<Action> {
    let names = Names { draft, places, resource, policy };
    let mut wanted = Vec::new();
    for place in &resource.operations {
        let operation = &draft.operations[*place];
        let (is_given, name, bulk_name) = names.of(*place, faces[*place]);
        let id = OperationId(super::index(*place));
        let forms =
            [(faces[*place].one, name, Form::One), (faces[*place].many, bulk_name, Form::Many)];
        for (_, name, form) in forms.into_iter().filter(|(has_form, ..)| *has_form) {
            wanted.push(Wanted {
                action: Action {
                    name,
                    operation: id,
                    form,
                    synonyms: Vec::new(),
                    columns: Vec::new(),
                    has_runs: false,
                },
                is_given,
                n_parts: paths::parts(&operation.path).count(),
                parameters: parameters(&operation.path, &resource.path),
            });
        }
    }
    make_unique(&mut wanted);
    let mut actions: Vec<Action> = wanted.into_iter().map(|wanted| wanted.action).collect();
    actions.sort_by_key(|action| {
        ORDER.iter().position(|name| *name == action.name).unwrap_or(ORDER.len())
    });
    actions
}

/// Puts the parameters of its path behind a name that another action of the resource has first: one
/// whose name the policy gave, or one of a shorter path.
fn make_unique(wanted: &mut [Wanted]) {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|place| (!wanted[*place].is_given, wanted[*place].n_parts));
    let mut taken = BTreeSet::new();
    for place in order {
        let Wanted { action, is_given, parameters, .. } = &mut wanted[place];
        let is_new = taken.insert(normalize(&action.name));
        if !is_new && !*is_given && !parameters.is_empty() {
            action.name = format!("{}_by_{parameters}", action.name);
            taken.insert(normalize(&action.name));
        }
    }
}

/// The names of the parameters of a path below its collection.
fn parameters(path: &str, collection: &str) -> String {
    let below = paths::parts(path).skip(paths::parts(collection).count());
    let words: Vec<String> = below.filter(|part| paths::is_parameter(part)).map(word).collect();
    words.join("_")
}

struct Names<'a> {
    draft: &'a Draft,
    places: &'a [Place],
    resource: &'a Named,
    policy: &'a Policy,
}

impl Names<'_> {
    /// Whether the policy names an operation, its name with one value, and its name with a list.
    fn of(&self, place: usize, faces: Faces) -> (bool, String, String) {
        let operation = &self.draft.operations[place];
        let given = self.policy.actions.iter().find(|(key, _)| is_named(key, operation));
        let name = match (given, &self.places[place].spot) {
            (Some((_, name)), _) => name.clone(),
            (None, Spot::Below(name)) => self.below(name, place),
            (None, Spot::Collection) => {
                let verb = self.on_collection(operation.method, faces);
                let is_on_item =
                    self.has_item(operation.method) && verb == on_item(operation.method);
                let name = if is_on_item { format!("{verb}_all") } else { verb.to_owned() };
                return (false, name, format!("bulk_{verb}"));
            }
            (None, Spot::Item) => {
                let verb = on_item(operation.method);
                return (false, verb.to_owned(), format!("bulk_{verb}"));
            }
        };
        // A list that is all it takes needs no word for it.
        let bulk_name = if faces.one { format!("bulk_{name}") } else { name.clone() };
        (given.is_some(), name, bulk_name)
    }

    fn on_collection(&self, method: Method, faces: Faces) -> &'static str {
        match method {
            Method::Get if faces.lists || self.has_item(Method::Get) => "list",
            Method::Post => "create",
            _ => on_item(method),
        }
    }

    fn has_item(&self, method: Method) -> bool {
        self.resource.operations.iter().any(|place| {
            self.draft.operations[*place].method == method && self.places[*place].spot == Spot::Item
        })
    }

    /// The name of what hangs below: as its path says, with the method's verb where a `GET` stands
    /// at the same path.
    fn below(&self, name: &str, place: usize) -> String {
        let operation = &self.draft.operations[place];
        let same_path = self.resource.operations.iter().map(|other| &self.draft.operations[*other]);
        let methods: Vec<Method> = same_path
            .filter(|other| paths::same(&other.path, &operation.path))
            .map(|other| other.method)
            .collect();
        let keeps = if methods.contains(&Method::Get) { Method::Get } else { methods[0] };
        match operation.method {
            method if method == keeps => name.to_owned(),
            Method::Post => format!("create-{name}"),
            method => format!("{}-{name}", on_item(method)),
        }
    }
}

const fn on_item(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Put => "replace",
        Method::Patch => "update",
        Method::Delete => "delete",
        Method::Post => "post",
        Method::Options => "options",
        Method::Head => "head",
        Method::Trace => "trace",
    }
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
