//! The grammar of the tools, in words: once for all of them.

use crate::catalog::Catalog;

/// The grammar in one line, for clients that drop the instructions of a server.
pub(super) const LINE: &str = "action help explains; resources:\n";

/// Writes the instructions: the grammar, then what the policy says of this API.
pub(super) fn write(catalog: &Catalog) -> String {
    let mut text = GRAMMAR.to_owned();
    if let Some(more) = &catalog.parts().instructions {
        text.push('\n');
        text.push_str(more);
    }
    text
}

const GRAMMAR: &str = "\
Each tool lists its resources.
action: list get create update replace delete bulk_create bulk_update bulk_replace bulk_delete, or \
one of the API's own; help explains.";
