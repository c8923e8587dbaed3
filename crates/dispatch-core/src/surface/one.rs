//! The grammar in the description of the one tool, where it is paid for once and no client drops it.

use super::{SurfaceOptions, instructions};
use crate::access::Access;
use crate::catalog::Catalog;

/// Writes all that an agent has to know of the arguments, and whose API it is.
pub(super) fn grammar(catalog: &Catalog, access: Access, options: &SurfaceOptions) -> String {
    let title = catalog.title();
    let actions = instructions::usual_actions(catalog, access, options.split);
    let items = if actions.contains("bulk_*") { BULK } else { "" };
    let told = instructions::options(catalog, access).into_iter().map(option);
    let options = told.collect::<Vec<_>>().join(" ");
    format!(
        "{title}. action: {actions} help find (resource: words)\n\
         params: keys, fields, filters; {items}{REST_OF_PARAMS}\noptions: {options}\n{REST}"
    )
}

/// An option, with an example where its name does not say its form.
fn option(name: &'static str) -> &'static str {
    match name {
        "fields" => "fields a,b.c",
        "format" => "format json|raw",
        name => name,
    }
}

const BULK: &str = "bulk_*: items; ";
const REST_OF_PARAMS: &str = "->x: id, name or {slug: a}";

// Nothing is quoted: in the JSON of the tools a quote is two signs.
const REST: &str = "\
help: resource a,b or a.action or a.field; ! required ? nullable __a..z lookups
steps: calls in order, also as, each [[columns],[values]..]; $1.id of result 1, $1[*].id of its rows; \
on_error stop|continue|undo
Just try any name: calls are checked before sending, errors say what is right";
