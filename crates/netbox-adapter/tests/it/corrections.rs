//! The corrections of NetBox's document, each proven on a running NetBox through the tools, with
//! tokens of both versions.
//!
//! Every test calls what the document refuses or does not know, and asks NetBox itself what came of
//! it.

mod allocation;
mod answers;
pub(crate) mod deletes;
mod lists;
mod writes;
