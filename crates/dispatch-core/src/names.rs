//! Names: objects as people know them, in place of their ids.
//!
//! Wherever a call refers to an object it may give a natural key of it: `"Deep Space 9"`, `"ds9"`,
//! `{"slug": "ds9"}`, or a path through other objects, `{"manufacturer": "Soong Technologies",
//! "model": "..."}`. Where the API resolves attributes by itself, a name becomes an object of them
//! and costs no request.
//!
//! *Invariant:* what is no name keeps the text that the caller wrote.

mod attributes;
mod key;
mod walk;

pub(crate) use attributes::{attributes, resource};
pub(crate) use key::{is_id, of_text};
pub(crate) use walk::replace;
