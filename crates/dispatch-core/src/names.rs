//! Names: objects as people know them, in place of their ids.
//!
//! Wherever a call refers to an object it may give a natural key of it: `"Deep Space 9"`, `"ds9"`,
//! `{"slug": "ds9"}`, or a path through other objects, `{"manufacturer": "Soong Technologies",
//! "model": "..."}`. Where the API resolves attributes by itself, a name becomes an object of them
//! and costs no request. Everywhere else it is looked up: all names of a call in one round, those of
//! one resource and key in one request.
//!
//! *Invariant:* what is no name keeps the text that the caller wrote, and a name that stands for
//! several objects is never resolved to one of them.

use serde_json::Value;

use crate::catalog::ResourceId;

mod attributes;
mod key;
mod lookup;
mod matching;
mod query;
mod told;
mod walk;

pub(crate) use attributes::{attributes, resource};
pub(crate) use key::{can_be, is_digits, is_id, of_text};
pub(crate) use lookup::{Found, Lookup, Sources};
pub(crate) use matching::is_exactly;
pub(crate) use walk::{kind_of, replace};

/// A name whose object is looked up.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) resource: ResourceId,
    pub(crate) value: Value,
    /// Where it stands in the call.
    pub(crate) place: String,
}
