//! What users of this crate rely on, from the outside.

mod document;
mod documents;
mod shape;
