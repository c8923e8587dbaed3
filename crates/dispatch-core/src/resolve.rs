//! What an agent's spelling of a resource and an action means to one caller.
//!
//! *Invariant:* a name that is hidden from the caller and a name that does not exist get the same
//! text, and no text names anything hidden.

use std::fmt;

use crate::access::{Access, Standing};
use crate::catalog::{
    Action, Catalog, Form, GroupId, Operation, Resource, ResourceId, normalize, singular,
};
use crate::suggest;

/// An action of a resource that exists for the caller.
#[derive(Clone, Copy, Debug)]
pub struct Resolved<'a> {
    /// The id of the resource.
    pub id: ResourceId,
    /// The resource.
    pub resource: &'a Resource,
    /// The action.
    pub action: &'a Action,
    /// The operation behind the action.
    pub operation: &'a Operation,
    /// Whether the caller may call it now: granted, or obtainable; never hidden.
    pub standing: Standing,
}

/// Why a spelling means nothing to this caller, in words for an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(String);

impl Refusal {
    /// Refuses with these words, which name nothing hidden.
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The words for the agent.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Finds the resource that a spelling means, asked for through a group's tool or through none
/// (`batch`, `find`).
///
/// # Errors
///
/// Refuses a spelling that means nothing the caller may see, with "did you mean", and a resource
/// of another group, naming the right tool.
pub fn resource(
    catalog: &Catalog,
    access: Access,
    group: Option<GroupId>,
    spelling: &str,
) -> Result<ResourceId, Refusal> {
    let found =
        catalog.resource_spelled(spelling, group).filter(|id| visible(catalog, access, *id));
    let Some(id) = found else {
        return Err(unknown_resource(catalog, access, group, spelling));
    };
    let resource = catalog.resource(id);
    match group {
        Some(asked) if asked != resource.group => Err(Refusal(format!(
            "{} is a resource of the tool {}, not of {}",
            resource.name,
            catalog.tool_of(resource.group),
            catalog.tool_of(asked),
        ))),
        _ => Ok(id),
    }
}

/// Finds the action of a resource that a spelling means. Beside the catalog's own names, the words
/// of the Django REST framework are understood, which many agents know: `retrieve`,
/// `partial_update`, `destroy`, and their bulk forms.
///
/// # Errors
///
/// Refuses a spelling that means nothing the caller may see, with "did you mean" and, where that
/// does not help, with all actions.
pub fn action<'a>(
    catalog: &'a Catalog,
    access: Access,
    id: ResourceId,
    spelling: &str,
) -> Result<Resolved<'a>, Refusal> {
    let wanted = normalize(spelling);
    let named = |name: &str| {
        actions(catalog, access, id).find(|resolved| normalize(&resolved.action.name) == name)
    };
    let synonym = || {
        let (_, name) = SYNONYMS.iter().find(|(word, _)| *word == wanted)?;
        named(&normalize(name))
    };
    let ensure = || ensure(catalog, access, id).filter(|_| wanted == "ensure");
    named(&wanted)
        .or_else(synonym)
        .or_else(ensure)
        .ok_or_else(|| unknown_action(catalog, access, id, spelling))
}

/// The action `ensure` of a resource that has it, where the caller may see all that it does.
#[must_use]
pub fn ensure(catalog: &Catalog, access: Access, id: ResourceId) -> Option<Resolved<'_>> {
    let resource = catalog.resource(id);
    let action = resource.ensure.as_ref()?;
    let parts = ["list", "create", "update"].into_iter().filter_map(|name| resource.action(name));
    let tier = parts.map(|part| catalog.operation(part.operation).tier).max()?;
    let standing = access.standing(tier);
    let operation = catalog.operation(action.operation);
    (standing != Standing::Hidden).then_some(Resolved { id, resource, action, operation, standing })
}

/// The actions of a resource that the caller may see, in the order of the catalog.
pub fn actions(
    catalog: &Catalog,
    access: Access,
    id: ResourceId,
) -> impl Iterator<Item = Resolved<'_>> {
    let resource = catalog.resource(id);
    resource.actions.iter().filter_map(move |action| {
        let operation = catalog.operation(action.operation);
        let standing = access.standing(operation.tier);
        (standing != Standing::Hidden).then_some(Resolved {
            id,
            resource,
            action,
            operation,
            standing,
        })
    })
}

/// Whether the caller may see a resource: one of its actions at least.
#[must_use]
pub fn visible(catalog: &Catalog, access: Access, id: ResourceId) -> bool {
    actions(catalog, access, id).next().is_some()
}

/// The resources of a group that the caller may see, in the order of the surface.
pub fn resources(
    catalog: &Catalog,
    access: Access,
    group: GroupId,
) -> impl Iterator<Item = ResourceId> {
    let all = catalog.group(group).resources.iter().copied();
    all.filter(move |id| visible(catalog, access, *id))
}

impl Resolved<'_> {
    /// Whether the action takes its body as a list.
    #[must_use]
    pub fn is_bulk(&self) -> bool {
        self.action.form == Form::Many
    }
}

fn unknown_resource(
    catalog: &Catalog,
    access: Access,
    group: Option<GroupId>,
    spelling: &str,
) -> Refusal {
    let prefix = catalog.tool_prefix();
    if let Some(other) = prefix.of_another(spelling) {
        return Refusal(format!(
            "{} is of the tools {other}*; {}* reach only their own",
            quoted(spelling),
            prefix.as_str(),
        ));
    }
    let groups = || (0u32..).map(GroupId).take(catalog.groups().len());
    let candidates = |within: &dyn Fn(GroupId) -> bool| -> Vec<&Resource> {
        groups()
            .filter(|id| within(*id))
            .flat_map(|id| resources(catalog, access, id))
            .map(|id| catalog.resource(id))
            .collect()
    };
    let own = candidates(&|id| group.is_none_or(|asked| asked == id));
    let mut meant: Vec<String> = meant_by(spelling, &own).into_iter().map(str::to_owned).collect();
    if meant.is_empty() {
        let others = candidates(&|id| group.is_some_and(|asked| asked != id));
        meant = meant_by(spelling, &others)
            .into_iter()
            .filter_map(|name| {
                let id = catalog.resource_spelled(name, None)?;
                let tool = catalog.tool_of(catalog.resource(id).group);
                Some(format!("{name} (tool {tool})"))
            })
            .collect();
    }
    let place = match group {
        Some(group) => format!(" in {}", catalog.tool_of(group)),
        None => String::new(),
    };
    let question = suggest::question(&meant);
    Refusal(format!("unknown resource {}{place}{question}", quoted(spelling)))
}

/// The names of the resources that a spelling may mean: those that people call so, then those whose
/// names are near.
fn meant_by<'a>(spelling: &str, resources: &[&'a Resource]) -> Vec<&'a str> {
    let wanted = normalize(spelling);
    let spellings = [singular(&wanted), wanted];
    let is_called =
        |it: &&&Resource| it.synonyms.iter().any(|synonym| spellings.contains(&normalize(synonym)));
    let called = resources.iter().filter(is_called).map(|it| it.name.as_str());
    let names = resources.iter().map(|it| it.name.as_str());
    let mut meant: Vec<&str> = Vec::new();
    for name in called.chain(suggest::nearest(spelling, names, MOST_MEANT)) {
        if !meant.contains(&name) {
            meant.push(name);
        }
    }
    meant.truncate(MOST_MEANT);
    meant
}

fn unknown_action(catalog: &Catalog, access: Access, id: ResourceId, spelling: &str) -> Refusal {
    let names = || actions(catalog, access, id).map(|resolved| resolved.action.name.as_str());
    let question = suggest::did_you_mean(spelling, names());
    let ensure = ensure(catalog, access, id).map(|resolved| resolved.action.name.as_str());
    let known: Vec<&str> = names().chain(ensure).collect();
    let resource = &catalog.resource(id).name;
    Refusal(format!(
        "unknown action {} of {resource}{question}{} it has {}",
        quoted(spelling),
        if question.is_empty() { ";" } else { "" },
        known.join(", "),
    ))
}

/// What an agent wrote, as a text repeats it: quoted, and cut where it is no name any more.
pub(crate) fn quoted(spelling: &str) -> String {
    let mut cut: String = spelling.chars().take(MAX_QUOTED).collect();
    if cut.len() < spelling.len() {
        cut.push('…');
    }
    format!("{cut:?}")
}

/// Words for actions beside the catalog's own, normalized.
const SYNONYMS: [(&str, &str); 8] = [
    ("retrieve", "get"),
    ("read", "get"),
    ("partialupdate", "update"),
    ("patch", "update"),
    ("destroy", "delete"),
    ("bulkpartialupdate", "bulk_update"),
    ("bulkpatch", "bulk_update"),
    ("bulkdestroy", "bulk_delete"),
];

/// How many names are suggested for one that is unknown.
const MOST_MEANT: usize = 3;

/// How many characters of a spelling a text repeats.
const MAX_QUOTED: usize = 64;
