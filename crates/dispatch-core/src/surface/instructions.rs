//! The grammar of the tools, in words: once for all of them.

use super::{Route, SchemaProfile, SurfaceOptions, is_reading};
use crate::access::Access;
use crate::call::Options;
use crate::catalog::{Catalog, GroupId, Paging, Resource, Shape};
use crate::help::common::Common;
use crate::resolve::{self, Resolved};

/// Writes the instructions of a server: what the line in the first tool leaves out of the grammar,
/// then what the policy says of this API.
pub(super) fn instructions(catalog: &Catalog, access: Access, profile: SchemaProfile) -> String {
    let bulk = visible(catalog, access, &BULK, |_| true);
    let mut text = profile.note().to_owned();
    if !bulk.is_empty() {
        let verbs: Vec<&str> = bulk.iter().filter_map(|it| it.strip_prefix("bulk_")).collect();
        text.push_str(&format!("bulk_{}: params {{\"items\":[...]}}.\n", verbs.join("/")));
    }
    text.push_str(REFERENCES);
    let options: Vec<&str> = options(catalog, access).into_iter().map(option).collect();
    text.push_str(&format!("options: {}.\n", options.join(", ")));
    text.push_str(HELP);
    let shared = shared(catalog, access);
    if !shared.is_empty() {
        text.push_str(&format!(", +list: {} and more", shared.join(" ")));
    }
    text.push_str(TRY);
    if let Some(more) = &catalog.parts().instructions {
        text.push_str(&format!("\n{more}"));
    }
    text
}

/// Writes the grammar in one line, for clients that drop the instructions of a server.
pub(super) fn line(catalog: &Catalog, access: Access, split: bool) -> String {
    let actions = usual_actions(catalog, access, split);
    format!("action: help {actions}; params: keys, fields, filters.")
}

/// The usual actions that a caller sees with any resource, those in bulk together; with `split`,
/// those that read.
pub(super) fn usual_actions(catalog: &Catalog, access: Access, split: bool) -> String {
    let is_meant = |it: &Resolved<'_>| !split || is_reading(it.operation);
    let mut actions = visible(catalog, access, &SINGLE, is_meant);
    if !visible(catalog, access, &BULK, is_meant).is_empty() {
        actions.push("bulk_*");
    }
    actions.join(" ")
}

/// The usual actions that are called through a tool that is no group's.
pub(super) fn others(
    catalog: &Catalog,
    access: Access,
    options: &SurfaceOptions,
    route: Route,
) -> Vec<&'static str> {
    let is_meant = |it: &Resolved<'_>| Route::of_resolved(it, options) == route;
    let mut names = visible(catalog, access, &SINGLE, is_meant);
    names.extend(visible(catalog, access, &BULK, is_meant));
    names
}

/// The filters that most lists share and that cannot be guessed: neither fields of what is listed,
/// nor made from another's name, nor paging, which is an option. A name of many words is for rare
/// cases, and says what it means where it is listed.
fn shared(catalog: &Catalog, access: Access) -> Vec<String> {
    let lists = || {
        let named = |resource: &'_ Resource| resource.action("list").map(|it| it.operation);
        let ids = catalog.resources().iter().filter_map(named);
        ids.map(|id| catalog.operation(id))
    };
    let is_field = |name: &str| {
        lists().filter_map(|list| list.answer.kind.object()).any(|ty| {
            let Shape::Object(object) = &catalog.types().get(ty).shape else { return false };
            object.field(name).is_some()
        })
    };
    let pages = |name: &str| {
        let pagings = lists().filter_map(|list| list.paging.as_ref());
        pagings.flat_map(Paging::parameters).any(|it| it == name)
    };
    let common = Common::of_queries(catalog, access);
    let names = common.names();
    let is_made = |name: &str| {
        names.iter().any(|it| name.strip_prefix(it).is_some_and(|rest| rest.starts_with('_')))
    };
    let is_said = |name: &str| name.matches('_').count() < 2;
    let kept = names.iter().filter(|name| !is_field(name) && !pages(name) && !is_made(name));
    let kept = kept.filter(|name| is_said(name));
    let mut kept: Vec<String> = kept.map(|name| (*name).to_owned()).collect();
    kept.sort_by_key(String::len);
    kept.truncate(MOST_SHARED);
    kept
}

/// Whether most resources have an action of this name, which needs no saying for each.
pub(super) fn is_usual(action: &str) -> bool {
    SINGLE.contains(&action) || BULK.contains(&action)
}

/// Those of these actions that the caller sees with any resource.
fn visible(
    catalog: &Catalog,
    access: Access,
    names: &[&'static str],
    is_meant: impl Fn(&Resolved<'_>) -> bool,
) -> Vec<&'static str> {
    let has = |name: &str| {
        (0..).map(GroupId).zip(catalog.groups()).any(|(group, _)| {
            resolve::resources(catalog, access, group)
                .flat_map(|id| {
                    resolve::actions(catalog, access, id)
                        .chain(resolve::ensure(catalog, access, id))
                })
                .any(|resolved| resolved.action.name == name && is_meant(&resolved))
        })
    };
    names.iter().copied().filter(|name| has(name)).collect()
}

/// The options that an agent has to know of before it can use them: a refusal tells of `expect`, a dry
/// run of `if_match`, and `dry_run` is for writes.
pub(super) fn options(catalog: &Catalog, access: Access) -> Vec<&'static str> {
    let writes = !visible(catalog, access, &SINGLE, |it| !is_reading(it.operation)).is_empty();
    let is_told = |name: &&str| match *name {
        "dry_run" => writes,
        "expect" | "if_match" | "reason" => false,
        _ => true,
    };
    Options::NAMES.iter().copied().filter(is_told).collect()
}

/// An option, with an example where its name does not say its form.
fn option(name: &'static str) -> &'static str {
    match name {
        "fields" => "fields [\"name\",\"a.name\"]",
        "format" => "format json|raw",
        name => name,
    }
}

const SINGLE: [&str; 7] = ["list", "get", "create", "ensure", "update", "replace", "delete"];
const BULK: [&str; 4] = ["bulk_create", "bulk_update", "bulk_replace", "bulk_delete"];

const REFERENCES: &str = "->x: an id, a name or attributes, {\"slug\":\"a\"}.\n";

const HELP: &str = "\
help: resource \"a,b\", \"a.create\", \"a.field\" or the tool's name; ! required, ? nullable, \
__a..z lookups (name__a)";

const TRY: &str =
    ".\nJust try: calls are checked before anything is sent, errors say what is right.";

/// How many shared filters are named, the shortest first; the help of a tool has them all.
const MOST_SHARED: usize = 3;
