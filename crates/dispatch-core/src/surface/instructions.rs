//! The grammar of the tools, in words: once for all of them.

use crate::access::Access;
use crate::catalog::{Catalog, GroupId};
use crate::help::common::Common;
use crate::resolve;

/// Writes the instructions of a server: the grammar, then what the policy says of this API.
pub(super) fn instructions(catalog: &Catalog, access: Access) -> String {
    let Actions { single, bulk } = Actions::of(catalog, access);
    let mut text = String::from(
        "Call a tool with one of its resources and an action; action help, or none, explains.\n",
    );
    text.push_str(&format!("Actions: {}", single.join(" ")));
    if !bulk.is_empty() {
        text.push_str(&format!("; {} with params {{\"items\":[...]}}", bulk.join(" ")));
    }
    text.push_str("; others per resource.\n");
    text.push_str(PARAMS);
    text.push_str(HELP);
    let common = Common::of(catalog, access);
    let shared = common.names();
    if !shared.is_empty() && shared.len() <= MOST_SHARED {
        text.push_str(&format!(", +list: {}", shared.join(" ")));
    }
    text.push_str(TRY);
    if let Some(more) = &catalog.parts().instructions {
        text.push_str(&format!("\n{more}"));
    }
    text
}

/// Writes the grammar in one line, for clients that drop the instructions of a server.
pub(super) fn line(catalog: &Catalog, access: Access) -> String {
    let Actions { single, bulk } = Actions::of(catalog, access);
    let (bulk, items) =
        if bulk.is_empty() { ("", "") } else { (" bulk_*", "; for bulk, {\"items\":[]}") };
    format!(
        "action: help (explains) {}{bulk}; params: keys, fields, filters{items}. Resources:\n",
        single.join(" "),
    )
}

/// The actions that most resources have, of which the caller sees some.
struct Actions {
    single: Vec<&'static str>,
    bulk: Vec<&'static str>,
}

impl Actions {
    fn of(catalog: &Catalog, access: Access) -> Self {
        let is_visible = |name: &&'static str| {
            (0..).map(GroupId).zip(catalog.groups()).any(|(group, _)| {
                resolve::resources(catalog, access, group)
                    .flat_map(|id| resolve::actions(catalog, access, id))
                    .any(|resolved| resolved.action.name == *name)
            })
        };
        let visible = SINGLE.into_iter().filter(is_visible).collect();
        Self { single: visible, bulk: BULK.into_iter().filter(is_visible).collect() }
    }
}

const SINGLE: [&str; 6] = ["list", "get", "create", "update", "replace", "delete"];
const BULK: [&str; 4] = ["bulk_create", "bulk_update", "bulk_replace", "bulk_delete"];

const PARAMS: &str = "\
params: keys, fields and filters together. A reference (->x) is an id or attributes that identify: \
{\"slug\":\"a\"}.
options: fields [\"name\",\"a.name\"], limit, cursor (next page), format json|raw.
";

const HELP: &str = "\
help: resource \"a,b\", \"a.create\" or \"a.field\", or the tool's name. There ! is required, ? nullable, \
__a..z lookups (name__a)";

const TRY: &str =
    ".\nJust try: calls are checked before anything is sent, and errors say what is right.";

/// More shared parameters than this are left to the help of a tool.
const MOST_SHARED: usize = 30;
